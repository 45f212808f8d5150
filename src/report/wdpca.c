#include "report/wdpca.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "core/answer.h"
#include "exchange/wdpca.h"
#include "os/os.h"
#include "view/each.h"

struct checking {
    struct by_node *node;
    struct by_json *json;
    struct by_arena arena; /* the rows */
    struct by_wdpca_row *rows;
    size_t count, capacity;
    uint64_t findings, warnings, faulty, left_out; /* sites that are no PA or OECM */
    int year;
    struct banyan_error *error;
};

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
    by_json_key(json, "rule");
    by_json_literal(json, rule->name);
    by_json_key(json, "sentence");
    by_json_literal(json, rule->sentence);
    by_json_key(json, "warning");
    by_json_bool(json, rule->is_warning);
    by_json_key(json, "field");
    by_json_literal(json, by_wdpca_name(finding->field));
    by_json_key(json, "value");
    by_json_literal(json, row->cells[finding->field]);
    by_json_key(json, "allowed");
    by_json_literal(json, finding->allowed);
    by_json_object_end(json);
}

static void check_row(struct checking *checking, const struct by_view_record *record,
                      const struct by_wdpca_row *row)
{
    const struct by_wdpca_context context = {
        .year = checking->year, .others = checking->rows, .other_count = checking->count};
    size_t rule_count;
    const struct by_wdpca_rule *rules = by_wdpca_rules(&rule_count);
    bool is_faulty = false;

    for (size_t i = 0; i < rule_count; i++) {
        struct by_wdpca_finding finding;

        if (!rules[i].breaks(row, &context, &finding))
            continue;
        write_finding(checking, record, row, &rules[i], &finding);
        checking->findings += !rules[i].is_warning;
        checking->warnings += rules[i].is_warning;
        is_faulty = is_faulty || !rules[i].is_warning;
    }
    checking->faulty += is_faulty;
}

static enum banyan_status make_room(struct checking *checking)
{
    size_t capacity = checking->capacity == 0 ? 256 : 2 * checking->capacity;
    struct by_wdpca_row *rows = NULL;

    if (checking->count < checking->capacity)
        return BANYAN_OK;
    rows = reallocarray(checking->rows, capacity, sizeof *rows);
    if (rows == NULL)
        return BANYAN_ERR_MEMORY;
    checking->rows = rows;
    checking->capacity = capacity;
    return BANYAN_OK;
}

static enum banyan_status check_record(void *context, const struct by_view_record *record)
{
    struct checking *checking = context;
    struct by_exported exported = {.name = record->name,
                                   .type = by_registry_type(checking->node->registry, record->type),
                                   .type_name = record->type,
                                   .id = record->id,
                                   .label = record->label};
    enum banyan_status status =
        by_json_parse(record->document, &checking->arena, &exported.document, NULL);

    if (status == BANYAN_OK && !by_wdpca_takes(&exported)) {
        checking->left_out++;
        return BANYAN_OK;
    }
    if (status == BANYAN_OK)
        status = make_room(checking);
    if (status == BANYAN_OK)
        status = by_wdpca_row_make(&exported, &checking->arena, &checking->rows[checking->count]);
    if (status != BANYAN_OK)
        return by_fail_plain(checking->error, status);
    check_row(checking, record, &checking->rows[checking->count]);
    checking->count++;
    return BANYAN_OK;
}

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

enum banyan_status
by_wdpca_check(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    const struct by_view_each which = {.type = "site"};
    struct by_json json;
    struct checking checking = {
        .node = node, .json = &json, .arena = BY_ARENA_INIT, .error = error};
    char day[BY_DATE_TIME_BYTES];
    enum banyan_status status = by_node_view(node, NULL, error);

    by_date_time_text(by_os_wall_ms(), day);
    checking.year = atoi(day);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "findings");
    by_json_array_begin(&json);
    if (status == BANYAN_OK)
        status = by_view_each(node->view, &which, check_record, &checking, error);
    by_json_array_end(&json);
    write_count(&json, "checked", checking.count);
    write_count(&json, "with_faults", checking.faulty);
    write_count(&json, "faults", checking.findings);
    write_count(&json, "warnings", checking.warnings);
    write_count(&json, "left_out", checking.left_out);
    by_json_object_end(&json);
    free(checking.rows);
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
        by_json_key(&json, "rule");
        by_json_literal(&json, rules[i].name);
        by_json_key(&json, "sentence");
        by_json_literal(&json, rules[i].sentence);
        by_json_key(&json, "warning");
        by_json_bool(&json, rules[i].is_warning);
        by_json_object_end(&json);
    }
    by_json_array_end(&json);
    return by_json_done(&json, error);
}
