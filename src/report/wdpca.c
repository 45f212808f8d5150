#include "report/wdpca.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "core/answer.h"
#include "exchange/wdpca.h"
#include "os/os.h"
#include "report/wdpca_numbers.h"
#include "view/each.h"

#define FINDINGS_LISTED_MAX 10000u
#define ROWS_BETWEEN        256u /* two calls of progress */
#define RULES_MAX           64u

/* A row read before, which has a number first. */
struct earlier {
    struct by_wdpca_numbers numbers;
    enum by_wdpca_field field; /* whose numbers these are */
    int64_t fid;               /* of the row below */
    bool is_read;
    char id[BY_SHORT_ID_BYTES];
    struct by_wdpca_row row;
    struct by_arena arena;
};
struct checking {
    struct by_node *node;
    struct by_json *json;
    struct by_view_asker *asker;
    struct by_arena arena; /* of the row at work */
    struct earlier pids, ids;
    uint64_t checked, faults, warnings, faulty, left_out; /* sites that are no PA or OECM */
    uint64_t counts[RULES_MAX];                           /* of findings, by rule */
    uint64_t seen, total;                                 /* sites */
    int year;
    banyan_progress *progress;
    void *progress_context;
    struct banyan_error *error;
};

/* -- rows -- */

static enum banyan_status make_row(const struct checking *checking,
                                   const struct by_view_record *record, struct by_arena *arena,
                                   struct by_wdpca_row *out_row, bool *out_takes)
{
    struct by_exported exported = {.name = record->name,
                                   .type = by_registry_type(checking->node->registry, record->type),
                                   .type_name = record->type};
    enum banyan_status status = by_json_parse(record->document, arena, &exported.document, NULL);

    *out_takes = status == BANYAN_OK && by_wdpca_takes(&exported);
    return *out_takes ? by_wdpca_row_make(&exported, arena, out_row) : status;
}

/* -- rows with the number of another -- */

struct reading {
    const struct checking *checking;
    struct earlier *earlier;
};

static enum banyan_status read_earlier(void *context, const struct by_view_record *record)
{
    const struct reading *reading = context;
    struct earlier *earlier = reading->earlier;

    by_arena_reset(&earlier->arena);
    by_record_short_id(&record->name, earlier->id);
    earlier->fid = record->fid;
    return make_row(reading->checking, record, &earlier->arena, &earlier->row, &earlier->is_read);
}

/* The first row with the number that this one has; NULL where it is this one. */
static enum banyan_status find_earlier(const struct checking *checking, struct earlier *earlier,
                                       const struct by_wdpca_row *row, int64_t fid,
                                       const struct by_wdpca_row **out_row)
{
    struct reading reading = {.checking = checking, .earlier = earlier};
    const char *number = row->cells[earlier->field];
    int64_t first = fid;
    bool is_new = true;
    enum banyan_status status = BANYAN_OK;

    *out_row = NULL;
    if (number[0] != 0)
        status = by_wdpca_numbers_note(&earlier->numbers, by_bytes_of_text(number), fid, &first,
                                       &is_new);
    if (status != BANYAN_OK || is_new)
        return status;
    if (!earlier->is_read || earlier->fid != first)
        status = by_view_asker_one_of_fid(checking->asker, first, read_earlier, &reading);
    if (status == BANYAN_OK && earlier->is_read &&
        strcmp(earlier->row.cells[earlier->field], number) == 0)
        *out_row = &earlier->row;
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* -- findings -- */

static void write_rule(struct by_json *json, const struct by_wdpca_rule *rule)
{
    by_json_key(json, "rule");
    by_json_literal(json, rule->name);
    by_json_key(json, "sentence");
    by_json_literal(json, rule->sentence);
    by_json_key(json, "warning");
    by_json_bool(json, rule->is_warning);
}

static void write_finding(struct checking *checking, const struct by_view_record *record,
                          const struct by_wdpca_row *row, const struct by_wdpca_rule *rule,
                          const struct by_wdpca_finding *finding)
{
    struct by_json *json = checking->json;

    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_text(json, record->id);
    by_json_key(json, "label");
    by_json_text(json, record->label);
    write_rule(json, rule);
    by_json_key(json, "field");
    by_json_literal(json, by_wdpca_name(finding->field));
    by_json_key(json, "value");
    by_json_literal(json, row->cells[finding->field]);
    by_json_key(json, "allowed");
    by_json_literal(json, finding->allowed);
    if (finding->beside != NULL) {
        by_json_key(json, "beside");
        by_json_literal(json, finding->beside);
    }
    if (finding->other != NULL) {
        by_json_key(json, "other");
        by_json_literal(json, finding->other == &checking->pids.row ? checking->pids.id
                                                                    : checking->ids.id);
    }
    by_json_object_end(json);
}

static void check_row(struct checking *checking, const struct by_view_record *record,
                      const struct by_wdpca_row *row, const struct by_wdpca_context *context)
{
    size_t rule_count;
    const struct by_wdpca_rule *rules = by_wdpca_rules(&rule_count);
    bool is_faulty = false;

    for (size_t i = 0; i < rule_count; i++) {
        struct by_wdpca_finding finding;

        if (!rules[i].breaks(row, context, &finding))
            continue;
        if (checking->faults + checking->warnings < FINDINGS_LISTED_MAX)
            write_finding(checking, record, row, &rules[i], &finding);
        checking->counts[i]++;
        checking->faults += !rules[i].is_warning;
        checking->warnings += rules[i].is_warning;
        is_faulty = is_faulty || !rules[i].is_warning;
    }
    checking->faulty += is_faulty;
    checking->checked++;
}

static enum banyan_status check_record(void *context, const struct by_view_record *record)
{
    struct checking *checking = context;
    struct by_wdpca_context beside = {.year = checking->year};
    struct by_wdpca_row row;
    bool takes = false;
    enum banyan_status status = BANYAN_OK;

    by_arena_reset(&checking->arena);
    status = make_row(checking, record, &checking->arena, &row, &takes);
    if (status == BANYAN_OK && takes)
        status = find_earlier(checking, &checking->pids, &row, record->fid, &beside.same_pid);
    if (status == BANYAN_OK && takes)
        status = find_earlier(checking, &checking->ids, &row, record->fid, &beside.same_id);
    if (status != BANYAN_OK)
        return by_fail_plain(checking->error, status);
    if (takes)
        check_row(checking, record, &row, &beside);
    checking->left_out += !takes;
    if (++checking->seen % ROWS_BETWEEN == 0 && checking->progress != NULL)
        checking->progress(checking->progress_context, checking->seen, checking->total);
    return BANYAN_OK;
}

/* -- all of it -- */

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

static void write_counts(const struct checking *checking)
{
    struct by_json *json = checking->json;
    uint64_t found = checking->faults + checking->warnings;
    size_t rule_count;
    const struct by_wdpca_rule *rules = by_wdpca_rules(&rule_count);

    by_json_key(json, "by_rule");
    by_json_array_begin(json);
    for (size_t i = 0; i < rule_count; i++) {
        if (checking->counts[i] == 0)
            continue;
        by_json_object_begin(json);
        write_rule(json, &rules[i]);
        write_count(json, "findings", checking->counts[i]);
        by_json_object_end(json);
    }
    by_json_array_end(json);
    write_count(json, "not_listed", found > FINDINGS_LISTED_MAX ? found - FINDINGS_LISTED_MAX : 0);
    write_count(json, "checked", checking->checked);
    write_count(json, "with_faults", checking->faulty);
    write_count(json, "faults", checking->faults);
    write_count(json, "warnings", checking->warnings);
    write_count(json, "left_out", checking->left_out);
}

static enum banyan_status check_all(struct checking *checking)
{
    const struct by_view_each which = {.type = "site"};
    struct by_view *view = checking->node->view;
    enum banyan_status status = by_view_each_count(view, &which, &checking->total, checking->error);

    if (status == BANYAN_OK)
        status = by_view_asker_open(view, &checking->asker, checking->error);
    if (status == BANYAN_OK)
        status = by_view_each(view, &which, check_record, checking, checking->error);
    by_view_asker_close(checking->asker);
    return status;
}

enum banyan_status by_wdpca_check(struct by_node *node, banyan_progress *progress, void *context,
                                  struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;
    struct checking checking = {.node = node,
                                .json = &json,
                                .arena = BY_ARENA_INIT,
                                .pids = {.field = BY_WDPCA_SITE_PID, .arena = BY_ARENA_INIT},
                                .ids = {.field = BY_WDPCA_SITE_ID, .arena = BY_ARENA_INIT},
                                .progress = progress,
                                .progress_context = context,
                                .error = error};
    char day[BY_DATE_TIME_BYTES];
    enum banyan_status status = by_node_view(node, NULL, error);

    by_date_time_text(by_os_wall_ms(), day);
    checking.year = atoi(day);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "findings");
    by_json_array_begin(&json);
    if (status == BANYAN_OK)
        status = by_view_hold(node->view, error);
    if (status == BANYAN_OK) {
        status = check_all(&checking);
        by_view_release(node->view);
    }
    by_json_array_end(&json);
    write_counts(&checking);
    by_json_object_end(&json);
    by_wdpca_numbers_deinit(&checking.pids.numbers);
    by_wdpca_numbers_deinit(&checking.ids.numbers);
    by_arena_deinit(&checking.pids.arena);
    by_arena_deinit(&checking.ids.arena);
    by_arena_deinit(&checking.arena);
    return status == BANYAN_OK ? by_json_done(&json, error) : status;
}

enum banyan_status by_wdpca_list_rules(struct by_buffer *out, struct banyan_error *error)
{
    size_t count;
    const struct by_wdpca_rule *rules = by_wdpca_rules(&count);
    struct by_json json;

    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < count; i++) {
        by_json_object_begin(&json);
        write_rule(&json, &rules[i]);
        by_json_object_end(&json);
    }
    by_json_array_end(&json);
    return by_json_done(&json, error);
}
