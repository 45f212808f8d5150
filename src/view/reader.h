/*
 * The second connection: it cannot write, and an authorizer lets nothing through but reading. SQL
 * that people wrote runs here, or, to see what a transaction has written, in the first one while
 * that is under the same rules.
 */
#ifndef BY_VIEW_READER_H
#define BY_VIEW_READER_H

#include "codec/json.h"
#include "view/internal.h"

/* One query at work. */
struct by_query {
    struct by_view *view;
    sqlite3 *db;
    sqlite3_stmt *statement;
    uint64_t time_ms; /* 0 = none */
    uint64_t ends_ms;
    struct banyan_error *error;
};

/* Prepare one reading statement. BANYAN_ERR_USAGE for SQL that is wrong, that would change
 * something, or that is more than one statement; words name near names. */
BANYAN_MUST_CHECK enum banyan_status by_query_open(struct by_view *view, struct by_bytes sql,
                                                   uint64_t time_ms, struct by_query *out_query,
                                                   struct banyan_error *error);
/* BANYAN_ERR_NOT_FOUND past the last row; BANYAN_ERR_TOO_LARGE when the time is over. */
BANYAN_MUST_CHECK enum banyan_status by_query_row(struct by_query *query);
void by_query_close(struct by_query *query);

/* From here on queries see what the transaction at work has written; the first connection reads
 * under the same rules until the end. To be ended also where it fails. */
BANYAN_MUST_CHECK enum banyan_status
by_reader_begin_within(struct by_view *view, struct banyan_error *error);
void by_reader_end_within(struct by_view *view);

/* A column as JSON: blobs in hex. */
void by_query_value(struct by_query *query, int at, struct by_json *json);
/* 0 for NULL. */
int64_t by_query_int(struct by_query *query, int at);

#endif
