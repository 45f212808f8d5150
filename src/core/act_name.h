/*
 * Names of acts for people: like short ids of records, "K7QM-2F9D", the first 40 bits of an entry
 * id in base 32.
 */
#ifndef BY_CORE_ACT_NAME_H
#define BY_CORE_ACT_NAME_H

#include "base/id.h"
#include "codec/json.h"

#define BY_ACT_NAME_BYTES 10
void by_act_name(const struct by_id *act, char out_name[BY_ACT_NAME_BYTES]);
void by_json_act_name(struct by_json *json, const struct by_id *act);

/* Whether text names the act: its name or the first 4 characters of it or more, case, dashes and
 * letters that people mix up aside; or its whole id as 64 hex digits. */
bool by_act_is_named(const struct by_id *act, const char *text);

#endif
