#include <stdlib.h>
#include <string.h>

#include "view/update.h"

static enum banyan_status
save_standing(struct by_update *update, const struct by_log_standing *standing, bool again)
{
    uint8_t log[40], encoded[BY_STANDING_BYTES];
    by_log_id_put(log, &standing->log);
    by_standing_encode(standing, encoded);
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_PUT);
    by_bind_blob(statement, 1, by_bytes_of(log, sizeof log));
    by_bind_blob(statement, 2, by_bytes_of(encoded, sizeof encoded));
    if (again)
        by_bind_int(statement, 3, 0);
    return by_view_run(update->view, statement, update->error);
}

/* A log that counted and no longer does keeps a row with role none until its records are merged
 * again. */
static enum banyan_status lower_standing(struct by_update *update, const struct by_log_id *log)
{
    const struct by_log_standing none = {.log = *log, .role = BY_ROLE_NONE};
    return save_standing(update, &none, true);
}

/* A log as banyan_log has it. */
struct kept_log {
    struct by_log_id log;
    uint8_t standing[BY_STANDING_BYTES];
};

static enum banyan_status
read_kept_logs(struct by_update *update, struct kept_log **out_logs, size_t *out_count)
{
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_ALL);
    struct kept_log *logs = NULL;
    size_t count = 0, capacity = 0;
    enum banyan_status status = BANYAN_OK;
    while ((status = by_view_row(update->view, statement, update->error)) == BANYAN_OK) {
        struct by_bytes log = by_column_blob(statement, 0);
        struct by_bytes standing = by_column_blob(statement, 1);
        if (log.size != 40 || standing.size != BY_STANDING_BYTES) {
            status = by_view_damaged(update->view, update->error);
            break;
        }
        if (count == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            struct kept_log *grown = realloc(logs, capacity * sizeof logs[0]);
            if (grown == NULL) {
                status = BANYAN_ERR_MEMORY;
                break;
            }
            logs = grown;
        }
        by_log_id_get(log.data, &logs[count].log);
        memcpy(logs[count].standing, standing.data, BY_STANDING_BYTES);
        count++;
    }
    sqlite3_reset(statement);
    if (status != BANYAN_ERR_NOT_FOUND) {
        free(logs);
        return by_fail_plain(update->error, status);
    }
    *out_logs = logs;
    *out_count = count;
    return BANYAN_OK;
}

static bool is_kept_as(const struct kept_log *kept, const struct by_log_standing *standing)
{
    uint8_t encoded[BY_STANDING_BYTES];
    by_standing_encode(standing, encoded);
    return memcmp(encoded, kept->standing, sizeof encoded) == 0;
}

/* Both lists are in log-id order. Before the first block nothing has been merged, so nothing needs
 * to be again. */
static enum banyan_status
compare_standings(struct by_update *update, const struct kept_log *kept, size_t kept_count)
{
    enum banyan_status status = BANYAN_OK;
    size_t k = 0, s = 0;
    while (status == BANYAN_OK && (k < kept_count || s < update->standings.count)) {
        const struct by_log_standing *standing = &update->standings.items[s];
        int order = k == kept_count ? 1
                    : s == update->standings.count
                        ? -1
                        : by_log_id_compare(&kept[k].log, &standing->log);
        if (order < 0 && kept[k].standing[0] != BY_ROLE_NONE)
            status = lower_standing(update, &kept[k].log);
        else if (order > 0 || (order == 0 && !is_kept_as(&kept[k], standing)))
            status = save_standing(update, standing, update->mark > 0);
        k += order <= 0;
        s += order >= 0;
    }
    return status;
}

enum banyan_status by_update_standings(struct by_update *update)
{
    struct kept_log *kept = NULL;
    size_t kept_count = 0;
    enum banyan_status status = read_kept_logs(update, &kept, &kept_count);
    if (status == BANYAN_OK)
        status = compare_standings(update, kept, kept_count);
    free(kept);
    return status;
}
