/*
 * banyan: a records store that organisations share without a server. One include for the whole
 * interface (0.x).
 *
 *   banyan_init / banyan_join   make a home          banyan_node_open   open it
 *   banyan_add, _edit, ...      write                banyan_show, _list_records, _search, _sql read
 *   banyan_bundle_make, _apply  exchange             banyan_fingerprint compare
 *   banyan_prove                show others       banyan_verify      check what is shown
 *   banyan_backup_make          keep a copy      banyan_backup_restore bring it back
 *   banyan_run                  stay in sync         banyan_sync        once
 */
#ifndef BANYAN_BANYAN_H
#define BANYAN_BANYAN_H

#include "banyan/backup.h"
#include "banyan/bundle.h"
#include "banyan/exchange.h"
#include "banyan/network.h"
#include "banyan/node.h"
#include "banyan/proof.h"
#include "banyan/record.h"
#include "banyan/run.h"
#include "banyan/status.h"
#include "banyan/text.h"

#endif
