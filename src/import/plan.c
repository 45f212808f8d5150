/*
 * What comes of one row: a new record, a change, or nothing.
 *
 * A record that is there is compared three ways: what the file says now, what the last import
 * wrote (operations that touch `source`), and what the record says. Only what changed in the file
 * is written, and only where nobody changed it here meanwhile.
 */
#include <string.h>

#include "core/draft.h"
#include "core/fields.h"
#include "core/loaded.h"
#include "core/private.h"
#include "import/state.h"

#define SOURCE "source"

/* -- faults -- */

enum banyan_status by_import_plan_fault(struct by_import_planning *planning, size_t column,
                                        const char *field, const char *reason)
{
    struct by_import_plan *plan = planning->plan;
    char *kept = by_arena_text(planning->arena, by_bytes_of_text(reason));

    if (plan->problems == NULL)
        plan->problems =
            by_arena_array(planning->arena, BY_IMPORT_PROBLEMS_MAX, sizeof plan->problems[0]);
    if (plan->problems == NULL || kept == NULL)
        return BANYAN_ERR_MEMORY;
    plan->verdict = BY_IMPORT_ERROR;
    if (plan->problem_count < BY_IMPORT_PROBLEMS_MAX)
        plan->problems[plan->problem_count++] =
            (struct by_import_problem){.column = column, .field = field, .reason = kept};
    return BANYAN_OK;
}

bool by_import_is_of_row(enum banyan_status status)
{
    return banyan_status_class(status) == BANYAN_CLASS_DATA || status == BANYAN_ERR_USAGE ||
           status == BANYAN_ERR_NOT_FOUND;
}

/* Which fields are at fault: each by itself. What none of them has alone, the row has. */
static enum banyan_status find_faults(struct by_import_planning *planning,
                                      const struct by_fields_target *target,
                                      const struct by_record_row *fields)
{
    char whole[BANYAN_ERROR_BYTES_MAX];
    enum banyan_status status = BANYAN_OK;

    memcpy(whole, planning->error.text, sizeof whole);
    for (size_t i = 0; i < fields->count && status == BANYAN_OK; i++) {
        struct by_changes changes;

        status = by_fields_parse(target, &fields->fields[i], 1, planning->arena, &changes,
                                 &planning->error);
        if (by_import_is_of_row(status))
            status = by_import_plan_fault(planning, fields->columns[i], fields->fields[i].path,
                                          planning->error.text);
    }
    if (status == BANYAN_OK && planning->plan->problem_count == 0)
        status = by_import_plan_fault(planning, BY_NO_COLUMN, NULL, whole);
    return status;
}

enum banyan_status
by_import_plan_parse(struct by_import_planning *planning, const struct by_fields_target *target,
                     const struct by_record_row *fields, struct by_changes *out_changes)
{
    enum banyan_status status = by_fields_parse(target, fields->fields, fields->count,
                                                planning->arena, out_changes, &planning->error);

    return by_import_is_of_row(status) ? find_faults(planning, target, fields) : status;
}

/* -- what is written -- */

/* The mark of an import: where the row stands, unless the mapping says what the source is. */
static enum banyan_status
add_source(struct by_import_planning *planning, struct by_changes *changes)
{
    const struct by_record_row *fields = &planning->row->fields;
    struct by_touch touch = {.path = by_bytes_of_text(SOURCE), .how = BY_HOW_SET};
    struct by_value value = by_value_literal(planning->row->source);

    for (size_t i = 0; i < changes->count; i++)
        if (by_bytes_equal(changes->touches[i].path, touch.path))
            return BANYAN_OK;
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->fields[i].path, SOURCE) == 0)
            value = by_value_literal(fields->fields[i].value);
    return by_changes_add(changes, &touch, &value, planning->arena);
}

enum banyan_status
by_import_plan_note(struct by_import_planning *planning, const struct by_merged *was, size_t count)
{
    struct by_loaded *loaded = by_arena_alloc(planning->arena, sizeof *loaded);
    struct by_merged *kept = by_arena_alloc(planning->arena, sizeof *kept);

    if (loaded == NULL || kept == NULL)
        return BANYAN_ERR_MEMORY;
    *loaded = planning->loaded;
    *kept = *was;
    planning->plan->loaded = loaded;
    planning->plan->was = kept;
    planning->plan->change_count = count;
    return BANYAN_OK;
}

enum banyan_status by_import_plan_finish(struct by_import_planning *planning,
                                         struct by_changes *changes, struct by_bytes type,
                                         enum by_import_verdict verdict)
{
    struct by_import_plan *plan = planning->plan;

    plan->operation.links.touches = changes->touches;
    plan->operation.links.touch_count = changes->count;
    plan->operation.values = changes->values;
    plan->verdict = verdict;
    return by_draft_check_fits(planning->importing->node, &plan->operation, type, &planning->error);
}

static enum banyan_status finish(struct by_import_planning *planning, struct by_changes *changes,
                                 struct by_bytes type, enum by_import_verdict verdict)
{
    enum banyan_status status = add_source(planning, changes);

    return status == BANYAN_OK ? by_import_plan_finish(planning, changes, type, verdict) : status;
}

enum banyan_status by_import_plan_hand_over(struct by_import_planning *planning)
{
    const struct by_importing *importing = planning->importing;
    struct by_import_plan *plan = planning->plan;
    struct by_operation *more = NULL;

    if (importing->on_behalf == NULL || plan->verdict != BY_IMPORT_NEW)
        return BANYAN_OK;
    if (plan->is_private)
        return by_import_plan_fault(
            planning, BY_NO_COLUMN, "sharing",
            by_words(importing->error, "a private record cannot be another organisation's"));
    more = by_arena_array(planning->arena, plan->more_count + 1, sizeof *more);
    if (more == NULL)
        return BANYAN_ERR_MEMORY;
    if (plan->more_count > 0)
        memcpy(more, plan->more, plan->more_count * sizeof *more);
    more[plan->more_count].links.name = planning->name;
    more[plan->more_count].links.op = BY_OP_TRANSFER;
    more[plan->more_count].links.targets = by_arena_alloc(planning->arena, sizeof(struct by_id));
    if (more[plan->more_count].links.targets == NULL)
        return BANYAN_ERR_MEMORY;
    more[plan->more_count].links.targets[0] = *importing->on_behalf;
    more[plan->more_count].links.target_count = 1;
    plan->more = more;
    plan->more_count++;
    return BANYAN_OK;
}

static enum banyan_status
fail_not_given(struct by_import_planning *planning, const struct by_field *field)
{
    struct banyan_error why = by_error_beside(&planning->error);

    (void)by_fail(&why, BANYAN_ERR_INVALID,
                  "%s is required, and no column gives it: --set %s=VALUE gives it to all rows, "
                  "--map says which column it is",
                  field->name, field->name);
    return by_import_plan_fault(planning, BY_NO_COLUMN, field->name, why.text);
}

/* What is required and stands in no column is wanting in each new row: the way out is one for all.
 */
static enum banyan_status check_given(struct by_import_planning *planning)
{
    const struct by_mapping *mapping = &planning->importing->part->mapping;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < mapping->type->field_count && status == BANYAN_OK; i++) {
        const struct by_field *field = &mapping->type->fields[i];

        if (field->required && field != planning->importing->part->link &&
            !by_mapping_gives(mapping, field))
            status = fail_not_given(planning, field);
    }
    return status;
}

/* -- records that hang together -- */

static enum banyan_status
name_value(const struct by_record_name *name, struct by_arena *arena, struct by_value *out_value)
{
    uint8_t *bytes = by_arena_alloc(arena, 48);

    if (bytes == NULL)
        return BANYAN_ERR_MEMORY;
    by_record_name_put(bytes, name);
    *out_value = by_value_bin(by_bytes_of(bytes, 48));
    return BANYAN_OK;
}

static enum banyan_status add_list(struct by_import_planning *planning,
                                   const struct by_field *field, const struct by_record_name *names,
                                   size_t count, struct by_changes *changes)
{
    struct by_touch touch = {.path = by_bytes_of_text(field->name), .how = BY_HOW_SET};
    struct by_value value = by_value_array(planning->arena, count);
    enum banyan_status status = value.array.items == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = name_value(&names[i], planning->arena, &value.array.items[i]);
    if (status == BANYAN_OK && field->kind == BY_FIELD_REF)
        value = value.array.items[0];
    return status == BANYAN_OK ? by_changes_add(changes, &touch, &value, planning->arena) : status;
}

/* A row that repeats within another refers to its record, or that one to all of them. */
static enum banyan_status add_links(struct by_import_planning *planning, struct by_changes *changes)
{
    const struct by_import_row *row = planning->row;
    const struct by_import_part *part = planning->importing->part;
    enum banyan_status status = BANYAN_OK;

    if (row->has_parent && !part->is_listed)
        status = add_list(planning, part->link, &row->parent, 1, changes);
    for (size_t i = 0; i < row->list_count && status == BANYAN_OK; i++)
        status = add_list(planning, row->lists[i].field, row->lists[i].names, row->lists[i].count,
                          changes);
    return status;
}

static enum banyan_status plan_new(struct by_import_planning *planning)
{
    struct by_fields_target target = {.node = planning->importing->node,
                                      .codes = planning->importing->codes,
                                      .type = planning->importing->part->mapping.type};
    struct by_changes changes;
    struct by_bytes type = by_bytes_of_text(target.type->name);
    enum banyan_status status =
        by_import_plan_parse(planning, &target, &planning->row->fields, &changes);

    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    status = add_links(planning, &changes);
    if (status == BANYAN_OK)
        status = check_given(planning);
    if (status == BANYAN_OK && planning->plan->problem_count == 0)
        status = by_fields_check_required(target.type, &changes, &planning->error);
    if (by_import_is_of_row(status))
        return by_import_plan_fault(planning, BY_NO_COLUMN, NULL, planning->error.text);
    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    planning->plan->is_private = by_private_is_said(target.type, &changes);
    if (planning->plan->is_private)
        status = by_private_say(&changes, planning->arena);
    if (status != BANYAN_OK)
        return status;
    planning->plan->operation.links.name = planning->name;
    planning->plan->operation.links.op = BY_OP_PUT;
    planning->plan->operation.links.type = type;
    status = finish(planning, &changes, type, BY_IMPORT_NEW);
    return status == BANYAN_OK ? by_import_plan_hand_over(planning) : status;
}

/* -- three ways -- */

static const struct by_value *
value_set_by(const struct by_operation *operation, struct by_bytes path)
{
    for (size_t i = 0; operation->values != NULL && i < operation->links.touch_count; i++)
        if (operation->links.touches[i].how == BY_HOW_SET &&
            by_bytes_equal(operation->links.touches[i].path, path))
            return &operation->values[i];
    return NULL;
}

/* Whole records carry no mark: what made them is an import. */
static bool
is_import(const struct by_import_planning *planning, const struct by_operation *operation)
{
    return planning->row->document != NULL
               ? operation->links.op == BY_OP_PUT
               : value_set_by(operation, by_bytes_of_text(SOURCE)) != NULL;
}

/* What the import before said of a path; NULL where none did. */
static const struct by_value *
last_imported(const struct by_import_planning *planning, struct by_bytes path)
{
    const struct by_loaded *loaded = &planning->loaded;
    const struct by_operation *last = NULL;

    for (size_t i = 0; i < loaded->count; i++) {
        const struct by_operation *operation = &loaded->operations[i];

        if (is_import(planning, operation) && value_set_by(operation, path) != NULL &&
            (last == NULL || operation->hlc > last->hlc))
            last = operation;
    }
    return last == NULL ? NULL : value_set_by(last, path);
}

/* Whether the record still says what the import before wrote. */
static enum banyan_status is_as_imported(struct by_import_planning *planning, struct by_bytes path,
                                         const struct by_value *imported, bool *out_is_so)
{
    const struct by_merged_path *held = by_merged_path_find(&planning->loaded.merged, path);

    *out_is_so = false;
    if (held == NULL || held->candidate_count != 1)
        return BANYAN_OK;
    return by_draft_values_equal(planning->loaded.type, path, &held->candidates[0].value, imported,
                                 planning->arena, out_is_so);
}

/* Leave out what did not change in the file. *out_is_edited: something changed on both sides. */
static enum banyan_status
leave_out_old(struct by_import_planning *planning, struct by_changes *changes, bool *out_is_edited)
{
    size_t kept = 0;
    enum banyan_status status = BANYAN_OK;

    *out_is_edited = false;
    for (size_t i = 0; i < changes->count && status == BANYAN_OK; i++) {
        struct by_bytes path = changes->touches[i].path;
        const struct by_value *imported = last_imported(planning, path);
        bool is_old = false, is_as_it_was = true;

        if (imported != NULL)
            status = by_draft_values_equal(planning->loaded.type, path, imported,
                                           &changes->values[i], planning->arena, &is_old);
        if (status == BANYAN_OK && imported != NULL)
            status = is_as_imported(planning, path, imported, &is_as_it_was);
        if (is_old)
            continue;
        *out_is_edited = *out_is_edited || !is_as_it_was;
        changes->touches[kept] = changes->touches[i];
        changes->values[kept++] = changes->values[i];
    }
    changes->count = kept;
    return status;
}

static void leave_out_source(struct by_changes *changes)
{
    size_t kept = 0;

    for (size_t i = 0; i < changes->count; i++) {
        if (by_bytes_equal(changes->touches[i].path, by_bytes_of_text(SOURCE)))
            continue;
        changes->touches[kept] = changes->touches[i];
        changes->values[kept++] = changes->values[i];
    }
    changes->count = kept;
}

/* -- what was deleted -- */

/* The file is right where that is asked for. A table that was exported says what was edited in it,
 * and not that its records should be there. */
bool by_import_stays_deleted(const struct by_import_planning *planning)
{
    return planning->loaded.merged.deletion == BY_DELETED_YES &&
           (!planning->importing->options->overwrite ||
            (planning->row->version.size > 0 && !planning->is_foreign));
}

static bool is_among(const struct by_changes *changes, struct by_bytes path)
{
    for (size_t i = 0; i < changes->count; i++)
        if (by_bytes_equal(changes->touches[i].path, path))
            return true;
    return false;
}

/* What comes back is what the file says now: an import that was taken back may have had another
 * mapping, and what it alone said does not come back with the rest. */
static enum banyan_status
forget_imported(struct by_import_planning *planning, struct by_changes *changes)
{
    const struct by_merged *merged = &planning->loaded.merged;
    const struct by_value nothing = by_value_nil();
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < merged->path_count && status == BANYAN_OK; i++) {
        struct by_touch touch = {.path = merged->paths[i].path, .how = BY_HOW_UNSET};

        if (!is_among(changes, touch.path) && last_imported(planning, touch.path) != NULL &&
            !by_bytes_equal(touch.path, by_bytes_of_text(SOURCE)) &&
            !by_bytes_equal(touch.path, by_bytes_of_text("sharing")))
            status = by_changes_add(changes, &touch, &nothing, planning->arena);
    }
    return status;
}

/* An import shares no record that is private, and makes none private that is shared. */
enum banyan_status
by_import_check_sharing(struct by_import_planning *planning, const struct by_changes *changes)
{
    enum banyan_status status = BANYAN_OK;

    if (planning->plan->is_private && by_sharing_set(changes) != NULL)
        return by_import_plan_fault(
            planning, BY_NO_COLUMN, "sharing",
            by_words(&planning->error, "the record is private: banyan edit shares it"));
    if (!planning->plan->is_private)
        status = by_sharing_check(changes, &planning->error);
    return status == BANYAN_ERR_DENIED
               ? by_import_plan_fault(planning, BY_NO_COLUMN, "sharing", planning->error.text)
               : status;
}

enum banyan_status
by_import_plan_change(struct by_import_planning *planning, struct by_changes *changes)
{
    const struct by_importing *importing = planning->importing;
    enum by_import_verdict verdict = by_loaded_is_ours_to_edit(&planning->loaded, importing->node)
                                         ? BY_IMPORT_UPDATE
                                         : BY_IMPORT_PROPOSAL;
    struct by_bytes type = planning->loaded.merged.type;
    bool is_deleted = planning->loaded.merged.deletion == BY_DELETED_YES, is_edited = false;
    enum banyan_status status = is_deleted ? forget_imported(planning, changes) : BANYAN_OK;

    if (status == BANYAN_OK)
        status = by_draft_leave_out_same(changes, &planning->loaded, planning->arena);
    if (status == BANYAN_OK && is_deleted && changes->count == 0)
        status = by_draft_restore(changes, &planning->loaded.merged, planning->arena);
    if (status == BANYAN_OK && !importing->options->overwrite)
        status = leave_out_old(planning, changes, &is_edited);
    if (status != BANYAN_OK || changes->count == 0 || is_edited) {
        planning->plan->verdict = is_edited ? BY_IMPORT_EDITED : BY_IMPORT_SAME;
        return status;
    }
    status = by_import_check_sharing(planning, changes);
    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    by_draft_begin(&planning->plan->operation, &planning->loaded.merged, BY_OP_PATCH);
    planning->plan->follows_hlc = planning->loaded.merged.last_hlc;
    status = by_import_plan_note(planning, &planning->loaded.merged, changes->count);
    if (status != BANYAN_OK)
        return status;
    return planning->row->document != NULL ? by_import_plan_finish(planning, changes, type, verdict)
                                           : finish(planning, changes, type, verdict);
}

static enum banyan_status plan_change(struct by_import_planning *planning)
{
    struct by_fields_target target = {.node = planning->importing->node,
                                      .codes = planning->importing->codes,
                                      .type = planning->loaded.type,
                                      .merged = &planning->loaded.merged};
    struct by_changes changes;
    enum banyan_status status =
        by_import_plan_parse(planning, &target, &planning->row->fields, &changes);

    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    /* Where a row stands in this file is no change of the record. */
    leave_out_source(&changes);
    status = add_links(planning, &changes);
    return status == BANYAN_OK ? by_import_plan_change(planning, &changes) : status;
}

/* -- the row -- */

enum banyan_status
by_import_plan_load(struct by_import_planning *planning, const struct by_sources *sources)
{
    struct by_loaded *loaded = &planning->loaded;
    struct by_gathered gathered;
    enum banyan_status status =
        by_gather_shown(sources, &planning->name, planning->arena, &gathered);

    if (status != BANYAN_OK)
        return status;
    loaded->operations = gathered.operations;
    loaded->count = gathered.count;
    loaded->is_private = planning->plan->is_private = gathered.is_private;
    if (loaded->count > 0)
        status = by_merge(&planning->name, loaded->operations, loaded->count,
                          planning->importing->node->types, planning->arena, &loaded->merged);
    if (status == BANYAN_OK && loaded->merged.type.size > 0)
        loaded->type = by_registry_type(planning->importing->node->registry, loaded->merged.type);
    return status;
}

/* A record that is not held: one of a member is to come yet, one of another network becomes our
 * own, under a name that follows from its own. */
static enum banyan_status
load_foreign(struct by_import_planning *planning, const struct by_sources *sources)
{
    const struct by_node *node = planning->importing->node;
    struct by_id hash;

    if (planning->importing->part->mapping.ids_may_be_new &&
        by_id_equal(&planning->name.owner, &node->organisation))
        return BANYAN_OK;
    if (by_charter_org_find(node->charter, &planning->name.owner) != NULL)
        return by_import_plan_fault(
            planning, BY_NO_COLUMN, NULL,
            by_words(&planning->error,
                     "the record that it was exported from is not here yet: exchange with other "
                     "members, then import it"));
    by_record_name_hash(&planning->name, &hash);
    planning->name.owner = node->organisation;
    planning->name.uuid = by_row_uuid(&hash, 0);
    planning->is_foreign = true;
    return by_import_plan_load(planning, sources);
}

/* A fault that reading the row found. */
static enum banyan_status plan_fault(struct by_import_planning *planning)
{
    size_t column = planning->row->fault_column;
    const char *path =
        column == BY_NO_COLUMN ? NULL : planning->importing->part->mapping.columns[column].path;

    return by_import_plan_fault(planning, column, path, planning->row->fault);
}

static enum banyan_status
plan(struct by_import_planning *planning, const struct by_sources *sources)
{
    enum banyan_status status = BANYAN_OK;

    if (planning->row->is_total) {
        planning->plan->verdict = BY_IMPORT_TOTAL;
        return BANYAN_OK;
    }
    if (planning->row->fault != NULL)
        return plan_fault(planning);
    if (planning->row->has_parent && (planning->row->parent_verdict == BY_IMPORT_LEFT_OUT ||
                                      planning->row->parent_verdict == BY_IMPORT_DELETED)) {
        planning->plan->verdict = planning->row->parent_verdict;
        return BANYAN_OK;
    }
    if (planning->row->document != NULL)
        return by_import_plan_record(planning, sources);
    status = by_import_plan_load(planning, sources);
    if (status == BANYAN_OK && planning->loaded.type == NULL && planning->row->has_record)
        status = load_foreign(planning, sources);
    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    if (planning->loaded.type == NULL)
        return plan_new(planning);
    planning->plan->operation.links.name = planning->name;
    if (by_import_stays_deleted(planning)) {
        planning->plan->verdict = BY_IMPORT_DELETED;
        return BANYAN_OK;
    }
    if (planning->row->version.size > 0 && !planning->is_foreign)
        return by_import_plan_edited(planning);
    /* Told by all that stands in it, a row that is there cannot have changed in the file. */
    if (!planning->row->has_record && !by_import_part_has_key(planning->importing->part) &&
        !planning->importing->options->overwrite) {
        planning->plan->verdict = BY_IMPORT_SAME;
        return BANYAN_OK;
    }
    return plan_change(planning);
}

bool by_import_plan_changes(const struct by_import_plan *plan)
{
    return plan->verdict == BY_IMPORT_UPDATE || plan->verdict == BY_IMPORT_PROPOSAL ||
           plan->verdict == BY_IMPORT_CONFLICT;
}

bool by_import_plan_writes(const struct by_import_plan *plan)
{
    return plan->verdict == BY_IMPORT_NEW || plan->verdict == BY_IMPORT_DUPLICATE ||
           by_import_plan_changes(plan);
}

enum banyan_status by_import_plan(const struct by_importing *importing,
                                  const struct by_import_row *row, const struct by_sources *sources,
                                  struct by_arena *arena, struct by_import_plan *out_plan)
{
    struct by_import_planning planning = {.importing = importing,
                                          .row = row,
                                          .name = row->name,
                                          .arena = arena,
                                          .plan = out_plan,
                                          .error = by_error_beside(importing->error)};
    enum banyan_status status = BANYAN_OK;

    memset(out_plan, 0, sizeof *out_plan);
    status = plan(&planning, sources);
    out_plan->name = planning.name;
    if (status != BANYAN_OK && planning.error.status == status)
        *importing->error = planning.error;
    return status == BANYAN_OK ? status : by_fail_plain(importing->error, status);
}
