#include "export/export.h"

#include <string.h>

#include "base/hlc.h"
#include "core/answer.h"
#include "core/fields.h"
#include "export/state.h"
#include "os/interrupt.h"
#include "record/field_value.h"
#include "view/as_of.h"

#define OUTPUT_BYTES      (256u * 1024u)
#define RECORD_BYTES_MAX  (64u * 1024u * 1024u)
#define VERSION_BYTES_MAX 4096u /* labels are shorter */
#define RECORDS_BETWEEN   256u  /* two calls of progress */

static const struct by_export_format *const formats[] = {
    &by_export_csv,  &by_export_xlsx,  &by_export_jsonl,  &by_export_geojson,
    &by_export_gpkg, &by_export_wdpca, &by_export_xlsform};
#define FORMAT_COUNT (sizeof formats / sizeof formats[0])

/* -- the format -- */

static bool ends_in(const char *path, const char *ending)
{
    size_t size = strlen(path), end = strlen(ending);

    return size > end && strcasecmp(path + size - end, ending) == 0;
}

static const struct by_export_format *find_format(const struct banyan_export *options)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (options->format != NULL && strcmp(options->format, formats[i]->name) == 0)
            return formats[i];
        for (size_t e = 0; e < 3 && formats[i]->endings[e] != NULL && options->format == NULL; e++)
            if (ends_in(options->path, formats[i]->endings[e]))
                return formats[i];
    }
    return NULL;
}

static enum banyan_status choose_format(struct by_exporting *exporting)
{
    const struct banyan_export *options = exporting->options;

    exporting->format = find_format(options);
    if (exporting->format != NULL && options->editable && exporting->format != &by_export_xlsx)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "a table to be edited is an Excel workbook: end its name in .xlsx");
    if (exporting->format != NULL)
        return BANYAN_OK;
    if (options->format != NULL)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "\"%.40s\" is no format of exports: they are csv, xlsx, jsonl, geojson, "
                       "gpkg, wdpca and xlsform",
                       options->format);
    return by_fail(
        exporting->error, BANYAN_ERR_USAGE,
        "the ending of %.200s says no format: end it in .csv, .xlsx, .jsonl, .geojson or "
        ".gpkg, or say --format",
        options->path);
}

static enum banyan_status choose_audience(struct by_exporting *exporting)
{
    const char *audience = exporting->options->audience;

    if (audience == NULL || strcmp(audience, "members") == 0)
        return BANYAN_OK;
    exporting->is_public = strcmp(audience, "public") == 0;
    if (exporting->is_public && exporting->options->editable)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "a workbook to be edited is for members: leave --audience away");
    return exporting->is_public
               ? BANYAN_OK
               : by_fail(exporting->error, BANYAN_ERR_USAGE,
                         "\"%.40s\" is no audience: it is members or public", audience);
}

/* -- which types -- */

static bool is_type_here(const char *const *types, size_t count, const char *type)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return false;
}

/* Given types in the order given, each once. */
static enum banyan_status take_types(struct by_exporting *exporting)
{
    const struct banyan_export *options = exporting->options;
    const char **types = by_arena_array(&exporting->arena, options->type_count + 1, sizeof *types);

    if (types == NULL)
        return by_fail_plain(exporting->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < options->type_count; i++)
        if (!is_type_here(types, exporting->type_count, options->types[i]))
            types[exporting->type_count++] = options->types[i];
    exporting->types = types;
    return BANYAN_OK;
}

static enum banyan_status count_records(struct by_exporting *exporting)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < exporting->type_count && status == BANYAN_OK; i++) {
        const struct by_view_each which = {.type = exporting->types[i],
                                           .filters = exporting->options->filters,
                                           .filter_count = exporting->options->filter_count};
        uint64_t count;

        status = by_view_each_count(exporting->node->view, &which, &count, exporting->error);
        exporting->total += count;
        if (status == BANYAN_OK && exporting->options->type_count > 0)
            status = by_view_each_private(exporting->node->view, &which, &count, exporting->error);
        else
            count = 0;
        exporting->private_count += count;
    }
    if (status == BANYAN_OK && exporting->options->type_count == 0)
        status = by_view_each_private(exporting->node->view, &(struct by_view_each){.type = NULL},
                                      &exporting->private_count, exporting->error);
    if (status == BANYAN_OK && exporting->total == 0 && exporting->private_count > 0)
        return by_fail(exporting->error, BANYAN_ERR_NOT_FOUND,
                       "all that fits is private, and does not leave this device: nothing was "
                       "written");
    if (status == BANYAN_OK && exporting->total == 0)
        return by_fail(exporting->error, BANYAN_ERR_NOT_FOUND,
                       "no record fits: nothing was written");
    return status;
}

/* A form asks for what this version knows of the type. */
static enum banyan_status check_form(struct by_exporting *exporting)
{
    const struct by_type *type = NULL, *other = NULL;
    enum banyan_status status = BANYAN_OK;

    if (exporting->options->type_count == 0)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "a form is of one type, and of what repeats within it: name them");
    status = by_fields_type(exporting->node, by_bytes_of_text(exporting->types[0]), &type,
                            exporting->error);
    for (size_t i = 1; i < exporting->type_count && status == BANYAN_OK; i++) {
        status = by_fields_type(exporting->node, by_bytes_of_text(exporting->types[i]), &other,
                                exporting->error);
        if (status == BANYAN_OK && by_type_link(other, type) == NULL &&
            by_type_list(type, other) == NULL)
            status =
                by_fail(exporting->error, BANYAN_ERR_USAGE,
                        "in a form of %s nothing of type %s repeats: no field of either refers "
                        "to the other",
                        type->name, other->name);
    }
    return status;
}

static enum banyan_status choose_types(struct by_exporting *exporting)
{
    const struct banyan_export *options = exporting->options;
    const char **types = NULL;
    enum banyan_status status = BANYAN_OK;

    if (options->type_count > 0) {
        status = take_types(exporting);
    } else {
        status = by_view_types(exporting->node->view, &exporting->arena, &types,
                               &exporting->type_count, exporting->error);
        exporting->types = types;
    }
    if (status != BANYAN_OK)
        return status;
    if (options->filter_count > 0 && exporting->type_count != 1)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "records are chosen by their fields within one type: name one");
    if (exporting->format->is_of_one_type && exporting->type_count > 1)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "a %s file holds records of one type: name one, or give a file that ends in "
                       ".xlsx or .jsonl",
                       exporting->format->name);
    exporting->counts =
        by_arena_array(&exporting->arena, exporting->type_count + 1, sizeof(uint64_t));
    if (exporting->counts == NULL)
        return by_fail_plain(exporting->error, BANYAN_ERR_MEMORY);
    return exporting->format->has_no_records ? check_form(exporting) : count_records(exporting);
}

/* -- records -- */

/* Behind the label, which was appended from there on; it stands between elements of lists. */
static enum banyan_status
end_ref(struct by_buffer *out, size_t from, const struct by_record_name *name)
{
    char id[BY_SHORT_ID_BYTES];

    for (size_t i = from; i < out->size; i++)
        if (out->data[i] == ';')
            out->data[i] = ',';
    by_record_short_id(name, id);
    return by_buffer_append_format(out, " (%s)", id);
}

enum banyan_status
by_export_ref(void *view, const struct by_record_name *name, struct by_buffer *out)
{
    size_t from = out->size;
    enum banyan_status status = by_view_label(view, name, out, NULL);

    return status == BANYAN_OK ? end_ref(out, from, name) : status;
}

enum banyan_status
by_export_ref_here(void *context, const struct by_record_name *name, struct by_buffer *out)
{
    struct by_exporting *exporting = context;
    size_t from = out->size;
    enum banyan_status status = exporting->is_public
                                    ? by_export_public_label(exporting, name, out)
                                    : by_view_asker_label(exporting->asker, name, out);

    return status == BANYAN_OK ? end_ref(out, from, name) : status;
}

struct visiting {
    struct by_exporting *exporting;
    by_export_visit *visit;
    void *context;
    struct by_arena arena;
    struct by_buffer version, conflicts, proposals, label;
};

static enum banyan_status
read_beside(struct visiting *visiting, const struct by_view_record *row, struct by_exported *record)
{
    struct by_view_asker *asker = visiting->exporting->asker;
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(&visiting->conflicts);
    by_buffer_reset(&visiting->proposals);
    if (row->conflicts > 0)
        status = by_view_asker_conflicts(asker, &row->name, &visiting->conflicts);
    if (status == BANYAN_OK && row->proposals > 0)
        status = by_view_asker_proposals(asker, &row->name, &visiting->proposals);
    record->conflicts = by_buffer_bytes(&visiting->conflicts);
    record->proposals = by_buffer_bytes(&visiting->proposals);
    return status;
}

/* For everybody, only what may leave is visited. */
static enum banyan_status hand_over(struct visiting *visiting, const struct by_exported *record)
{
    struct by_exporting *exporting = visiting->exporting;
    struct by_exported less;
    bool leaves = true;
    enum banyan_status status = BANYAN_OK;

    if (!exporting->is_public)
        return visiting->visit(visiting->context, record, &visiting->arena);
    by_buffer_reset(&visiting->label);
    status = by_export_public_record(exporting, record, &visiting->arena, &visiting->label, &less,
                                     &leaves);
    return status == BANYAN_OK && leaves
               ? visiting->visit(visiting->context, &less, &visiting->arena)
               : status;
}

enum banyan_status by_export_read(const struct by_exporting *exporting,
                                  const struct by_view_record *row, struct by_arena *arena,
                                  struct by_exported *out_record)
{
    *out_record =
        (struct by_exported){.name = row->name,
                             .type = by_registry_type(exporting->node->registry, row->type),
                             .type_name = row->type,
                             .id = row->id,
                             .label = row->label,
                             .owner = row->owner,
                             .owner_name = row->owner_name,
                             .created = row->created,
                             .changed = row->changed};
    return by_json_parse(row->document, arena, &out_record->document, NULL);
}

static enum banyan_status check_interrupts(const struct by_exporting *exporting)
{
    return by_os_interrupts_came()
               ? by_fail(exporting->error, BANYAN_ERR_DISK, "interrupted: nothing was written")
               : BANYAN_OK;
}

static enum banyan_status visit_row(void *context, const struct by_view_record *row)
{
    struct visiting *visiting = context;
    struct by_exporting *exporting = visiting->exporting;
    struct by_exported record;
    enum banyan_status status = BANYAN_OK;

    by_arena_reset(&visiting->arena);
    by_buffer_reset(&visiting->version);
    status = by_export_read(exporting, row, &visiting->arena, &record);
    if (status == BANYAN_OK)
        status = by_version_text(row->heads, &visiting->version);
    record.version = by_buffer_bytes(&visiting->version);
    if (status == BANYAN_OK)
        status = read_beside(visiting, row, &record);
    if (status == BANYAN_OK)
        status = hand_over(visiting, &record);
    if (status != BANYAN_OK)
        return by_fail_plain(exporting->error, status);
    if (++exporting->done % RECORDS_BETWEEN != 0)
        return BANYAN_OK;
    if (exporting->progress != NULL)
        exporting->progress(exporting->progress_context, exporting->done,
                            exporting->total > exporting->done ? exporting->total
                                                               : exporting->done);
    return check_interrupts(exporting);
}

enum banyan_status
by_export_each(struct by_exporting *exporting, size_t type, by_export_visit *visit, void *context)
{
    const struct by_view_each which = {.type = exporting->types[type],
                                       .filters = exporting->options->filters,
                                       .filter_count = exporting->options->filter_count};
    struct visiting visiting = {.exporting = exporting,
                                .visit = visit,
                                .context = context,
                                .arena = BY_ARENA_INIT,
                                .version = BY_BUFFER_INIT(VERSION_BYTES_MAX),
                                .conflicts = BY_BUFFER_INIT(RECORD_BYTES_MAX),
                                .proposals = BY_BUFFER_INIT(RECORD_BYTES_MAX),
                                .label = BY_BUFFER_INIT(VERSION_BYTES_MAX)};
    enum banyan_status status =
        by_view_each(exporting->node->view, &which, visit_row, &visiting, exporting->error);

    by_arena_deinit(&visiting.arena);
    by_buffer_deinit(&visiting.version);
    by_buffer_deinit(&visiting.conflicts);
    by_buffer_deinit(&visiting.proposals);
    by_buffer_deinit(&visiting.label);
    return status;
}

void by_export_count(struct by_exporting *exporting, size_t type)
{
    exporting->counts[type]++;
}

enum banyan_status by_export_flush(struct by_exporting *exporting, bool is_last)
{
    enum banyan_status status = BANYAN_OK;

    if (exporting->bytes.size < OUTPUT_BYTES && !is_last)
        return BANYAN_OK;
    status =
        by_os_output_write(exporting->output, by_buffer_bytes(&exporting->bytes), exporting->error);
    by_buffer_reset(&exporting->bytes);
    return status;
}

/* -- what is told -- */

static void write_type(struct by_json *json, const struct by_exporting *exporting, size_t at)
{
    const char *name = exporting->types[at];
    const struct by_type *type =
        by_registry_type(exporting->node->registry, by_bytes_of_text(name));
    const char *label =
        type == NULL ? name
                     : by_label_pick(type->labels, type->label_count, exporting->options->language);

    by_json_object_begin(json);
    by_json_key(json, "type");
    by_json_literal(json, name);
    by_json_key(json, "label");
    by_json_literal(json, label);
    by_json_key(json, "records");
    by_json_int(json, (int64_t)exporting->counts[at]);
    by_json_object_end(json);
}

static void write_withheld(struct by_json *json, const struct by_public_tally *tally)
{
    by_json_key(json, "rounded");
    by_json_int(json, (int64_t)tally->rounded);
    by_json_key(json, "withheld");
    by_json_array_begin(json);
    for (int why = 0; why < BY_WITHHELD_COUNT; why++) {
        if (tally->records[why] + tally->values[why] == 0)
            continue;
        by_json_object_begin(json);
        by_json_key(json, "reason");
        by_json_literal(json, by_withheld_word((enum by_withheld)why));
        by_json_key(json, "records");
        by_json_int(json, (int64_t)tally->records[why]);
        by_json_key(json, "values");
        by_json_int(json, (int64_t)tally->values[why]);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

static enum banyan_status tell(const struct by_exporting *exporting, struct by_buffer *out)
{
    struct by_json json;
    uint64_t records = 0;

    for (size_t i = 0; i < exporting->type_count; i++)
        records += exporting->counts[i];
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "file");
    by_json_literal(&json, exporting->options->path);
    by_json_key(&json, "format");
    by_json_literal(&json, exporting->format->name);
    by_json_key(&json, "records");
    by_json_int(&json, (int64_t)records);
    by_json_key(&json, "private");
    by_json_int(&json, (int64_t)exporting->private_count);
    by_json_key(&json, "types");
    by_json_array_begin(&json);
    for (size_t i = 0; i < exporting->type_count; i++)
        write_type(&json, exporting, i);
    by_json_array_end(&json);
    if (exporting->is_public)
        write_withheld(&json, &exporting->tally);
    by_json_object_end(&json);
    return by_json_done(&json, exporting->error);
}

/* -- all of it -- */

/* Whatever ends the process, nothing half is left. */
static enum banyan_status write_output(struct by_exporting *exporting)
{
    struct by_os_held held;
    enum banyan_status status = BANYAN_OK;

    by_os_interrupts_hold(&held);
    status = by_os_output_begin(exporting->options->path, exporting->options->replace,
                                &exporting->output, exporting->error);
    if (status == BANYAN_OK)
        status = exporting->format->write(exporting);
    if (status == BANYAN_OK)
        status = by_export_flush(exporting, true);
    if (status == BANYAN_OK)
        status = check_interrupts(exporting);
    if (status == BANYAN_OK)
        status = by_os_output_commit(exporting->output, exporting->error);
    else if (exporting->output != NULL)
        by_os_output_abort(exporting->output);
    by_os_interrupts_let(&held);
    return status;
}

static enum banyan_status write_file(struct by_exporting *exporting)
{
    const struct banyan_export *options = exporting->options;

    if (strcmp(options->path, "-") == 0)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "a file appears whole or not at all, which what is printed cannot: give it "
                       "a name, such as sites.csv");

    if (!options->replace && by_os_file_exists(options->path))
        return by_fail(exporting->error, BANYAN_ERR_EXISTS,
                       "%.200s is there already: give another name, or --replace", options->path);
    return write_output(exporting);
}

static enum banyan_status export_view(struct by_exporting *exporting)
{
    enum banyan_status status = choose_types(exporting);

    if (status == BANYAN_OK)
        status = by_view_asker_open(exporting->node->view, &exporting->asker, exporting->error);
    if (status == BANYAN_OK && exporting->is_public)
        status = by_export_public_open(exporting);
    if (status == BANYAN_OK)
        status = write_file(exporting);
    by_export_public_close(exporting->public);
    by_view_asker_close(exporting->asker);
    return status;
}

static enum banyan_status
export_past(void *context, struct by_view *view, struct banyan_error *error)
{
    (void)view;
    (void)error;
    return export_view(context);
}

static enum banyan_status export_now(struct by_exporting *exporting)
{
    enum banyan_status status = by_view_hold(exporting->node->view, exporting->error);

    if (status != BANYAN_OK)
        return status;
    status = export_view(exporting);
    by_view_release(exporting->node->view);
    return status;
}

/* A consent that was withdrawn since, or a place that became sensitive, must not leave by way of
 * the past; and what is edited is edited as it is now. */
static enum banyan_status check_past(struct by_exporting *exporting)
{
    const struct banyan_export *options = exporting->options;

    if (options->as_of_ms > 0 && options->editable)
        return by_fail(exporting->error, BANYAN_ERR_USAGE,
                       "a workbook to be edited is of now: leave --as-of away");
    if (options->as_of_ms > 0 && exporting->is_public)
        return by_fail(
            exporting->error, BANYAN_ERR_USAGE,
            "what may leave for everybody is told by what holds now: leave --as-of away");
    return BANYAN_OK;
}

static enum banyan_status run(struct by_exporting *exporting, struct by_buffer *out)
{
    const struct by_node *node = exporting->node;
    uint64_t as_of_ms = exporting->options->as_of_ms;
    enum banyan_status status = choose_format(exporting);

    if (status == BANYAN_OK)
        status = choose_audience(exporting);
    if (status == BANYAN_OK)
        status = check_past(exporting);
    if (status == BANYAN_OK)
        status = by_node_view(exporting->node, NULL, exporting->error);
    if (status == BANYAN_OK)
        status = as_of_ms == 0 ? export_now(exporting)
                               : by_view_as_of(node->view, node->store, node->charter, NULL,
                                               by_hlc_last_of(as_of_ms), export_past, exporting,
                                               exporting->error);
    return status == BANYAN_OK ? tell(exporting, out) : status;
}

enum banyan_status by_export_file(struct by_node *node, const struct banyan_export *export_,
                                  banyan_progress *progress, void *context, struct by_buffer *out,
                                  struct banyan_error *error)
{
    struct banyan_error words = by_error_beside(error);
    struct by_exporting exporting = {.node = node,
                                     .options = export_,
                                     .arena = BY_ARENA_INIT,
                                     .bytes = BY_BUFFER_INIT(SIZE_MAX),
                                     .progress = progress,
                                     .progress_context = context,
                                     .error = &words};
    enum banyan_status status = run(&exporting, out);

    if (status != BANYAN_OK && error != NULL)
        *error = words;
    by_buffer_deinit(&exporting.bytes);
    by_arena_deinit(&exporting.arena);
    return status;
}
