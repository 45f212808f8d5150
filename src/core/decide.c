#include "core/decide.h"

#include <ctype.h>
#include <string.h>

#include "core/answer.h"
#include "core/append.h"
#include "core/draft.h"
#include "core/private.h"
#include "core/upon.h"
#include "record/field_value.h"

#define ENTRY_TEXT_MIN 4u
#define ENTRY_TEXT_MAX 64u

struct deciding {
    struct by_outcome outcome;
    char entry[ENTRY_TEXT_MAX + 1]; /* hex; empty: all open proposals of the record */
    struct by_arena arena;          /* emptied when the transaction runs again */
    struct by_loaded loaded;
    struct by_id *targets;
    const struct by_operation **operations; /* parallel to targets */
    size_t target_count;
};

/* -- which proposal is meant -- */

/* Lower-case hex of an entry's length, or the beginning of one. */
static bool parse_entry(const char *text, char out_entry[ENTRY_TEXT_MAX + 1])
{
    size_t size = strlen(text);

    if (size < ENTRY_TEXT_MIN || size > ENTRY_TEXT_MAX)
        return false;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && !isxdigit((unsigned char)text[i]))
            return false;
        out_entry[i] = (char)tolower((unsigned char)text[i]);
    }
    return true;
}

/* {"columns", "rows": [[name, entry], ...]} to the one row there may be. */
static enum banyan_status read_row(struct by_node *node, struct by_bytes json,
                                   struct deciding *deciding, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value value;
    enum banyan_status status = by_json_parse(json, &arena, &value, error);
    const struct by_value *rows = status == BANYAN_OK ? by_value_get(&value, "rows") : NULL;
    size_t count = rows == NULL ? 0 : rows->array.count;

    if (status == BANYAN_OK && count == 0)
        status = by_fail(error, BANYAN_ERR_NOT_FOUND, "there is no proposal %s", deciding->entry);
    if (status == BANYAN_OK && count > 1)
        status = by_fail(error, BANYAN_ERR_INVALID,
                         "several proposals begin with %s: give more of the id", deciding->entry);
    if (status == BANYAN_OK) {
        const struct by_value *cells = rows->array.items[0].array.items;
        if (cells[1].bytes.size != ENTRY_TEXT_MAX)
            status = by_fail(error, BANYAN_ERR_DAMAGED,
                             "the view is damaged (a row is cut): banyan rebuild makes it anew");
    }
    if (status == BANYAN_OK) {
        const struct by_value *cells = rows->array.items[0].array.items;
        status = by_view_find(node->view, cells[0].bytes, &deciding->outcome.name, error);
        memcpy(deciding->entry, cells[1].bytes.data, ENTRY_TEXT_MAX);
        deciding->entry[ENTRY_TEXT_MAX] = '\0';
    }
    by_arena_deinit(&arena);
    return status;
}

/* The view knows which record a proposal is on. "g" sorts after every hex digit. */
static enum banyan_status
find_entry(struct by_node *node, struct deciding *deciding, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(1024);
    struct by_buffer json = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    enum banyan_status status =
        by_buffer_append_format(&sql,
                                "SELECT lower(hex(name)), CAST(entry AS TEXT) FROM proposal"
                                " WHERE entry >= '%s' AND entry < '%sg' LIMIT 2",
                                deciding->entry, deciding->entry);

    if (status == BANYAN_OK)
        status = by_view_sql(node->view, (const char *)sql.data, 2, 0, &json, error);
    if (status == BANYAN_OK)
        status = read_row(node, by_buffer_bytes(&json), deciding, error);
    by_buffer_deinit(&json);
    by_buffer_deinit(&sql);
    return status;
}

/* A whole entry id names a proposal. Anything shorter names a record first: short ids may look like
 * the beginning of an entry id. */
static enum banyan_status find(struct by_node *node, const char *proposal,
                               struct deciding *deciding, struct banyan_error *error)
{
    bool is_entry = parse_entry(proposal, deciding->entry);
    enum banyan_status status = by_node_view(node, NULL, error);

    if (status != BANYAN_OK)
        return status;
    if (is_entry && strlen(proposal) == ENTRY_TEXT_MAX)
        return find_entry(node, deciding, error);
    status = by_view_find(node->view, by_bytes_of_text(proposal), &deciding->outcome.name, error);
    if (is_entry && (status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_INVALID))
        return find_entry(node, deciding, error);
    deciding->entry[0] = '\0';
    return status;
}

/* -- what it says -- */

static bool is_meant(const struct deciding *deciding, const struct by_proposal *proposal)
{
    char entry[65];

    by_hex(by_id_bytes(&proposal->operation->id), entry);
    return proposal->state == BY_PROPOSAL_OPEN &&
           (deciding->entry[0] == '\0' || strcmp(entry, deciding->entry) == 0);
}

/* The open proposals that are meant; others beyond the bound stay open. */
static enum banyan_status collect(struct deciding *deciding, struct by_append *append)
{
    const struct by_merged *merged = &deciding->loaded.merged;

    deciding->target_count = 0;
    deciding->targets =
        by_arena_array(&deciding->arena, BY_TARGETS_MAX, sizeof deciding->targets[0]);
    deciding->operations =
        by_arena_array(&deciding->arena, BY_TARGETS_MAX, sizeof deciding->operations[0]);
    if (deciding->targets == NULL || deciding->operations == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < merged->proposal_count; i++) {
        const struct by_operation *operation = merged->proposals[i].operation;
        if (!is_meant(deciding, &merged->proposals[i]) || deciding->target_count == BY_TARGETS_MAX)
            continue;
        deciding->operations[deciding->target_count] = operation;
        deciding->targets[deciding->target_count++] = operation->id;
    }
    if (deciding->target_count == 0)
        return by_fail(append->error, BANYAN_ERR_NOT_FOUND, "there is no open proposal here");
    return BANYAN_OK;
}

/* What all of them say together. An accept without a change is how a deletion is accepted, so one
 * cannot be accepted together with changes. */
static enum banyan_status join(struct deciding *deciding, struct by_changes *changes)
{
    size_t deletion_count = 0;
    enum banyan_status status = by_changes_init(changes, &deciding->arena);

    for (size_t i = 0; i < deciding->target_count; i++) {
        const struct by_operation *operation = deciding->operations[i];
        deletion_count += operation->links.op == BY_OP_DELETE;
        for (size_t j = 0; j < operation->links.touch_count && status == BANYAN_OK; j++)
            status = by_changes_add(changes, &operation->links.touches[j], &operation->values[j],
                                    &deciding->arena);
    }
    if (status == BANYAN_OK && deletion_count > 0 && deletion_count < deciding->target_count)
        return BANYAN_ERR_DIFFERENT;
    return status;
}

static enum banyan_status begin(struct deciding *deciding, struct by_append *append)
{
    by_arena_reset(&deciding->arena);
    enum banyan_status status = by_loaded_read(&deciding->loaded, append->node, append->txn,
                                               &deciding->outcome.name, &deciding->arena);
    if (status != BANYAN_OK)
        return status;
    if (!by_loaded_is_ours_to_decide(&deciding->loaded, append->node))
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "the record belongs to another organisation: it or a coordinator decides");
    by_append_follow(append, deciding->loaded.merged.last_hlc);
    return collect(deciding, append);
}

/* -- writing it down -- */

static enum banyan_status write(struct deciding *deciding, struct by_append *append, enum by_op op,
                                const struct by_changes *changes)
{
    struct by_operation operation;

    by_draft_begin(&operation, &deciding->loaded.merged, op);
    operation.links.targets = deciding->targets;
    operation.links.target_count = deciding->target_count;
    if (changes != NULL) {
        operation.links.touches = changes->touches;
        operation.links.touch_count = changes->count;
        operation.values = changes->values;
    }
    enum banyan_status status = by_upon_all(append, &operation, &deciding->loaded.merged);
    if (status == BANYAN_OK)
        status = by_append_flush(append, &deciding->outcome.entry);
    return status;
}

static enum banyan_status accept_proposals(void *context, struct by_append *append)
{
    struct deciding *deciding = context;
    struct by_changes changes;
    enum banyan_status status = begin(deciding, append);

    if (status != BANYAN_OK)
        return status;
    status = join(deciding, &changes);
    if (status == BANYAN_ERR_DIFFERENT)
        return by_fail(
            append->error, BANYAN_ERR_INVALID,
            "the proposals on this record contradict each other: accept one by its own id");
    return status == BANYAN_OK ? write(deciding, append, BY_OP_ACCEPT, &changes) : status;
}

static enum banyan_status decline_proposals(void *context, struct by_append *append)
{
    struct deciding *deciding = context;
    enum banyan_status status = begin(deciding, append);

    return status == BANYAN_OK ? write(deciding, append, BY_OP_DECLINE, NULL) : status;
}

static enum banyan_status decide(struct by_node *node, const char *proposal, by_append_work *work,
                                 const char *word, struct by_buffer *out,
                                 struct banyan_error *error)
{
    struct deciding deciding = {.outcome.word = word, .arena = BY_ARENA_INIT};
    enum banyan_status status = find(node, proposal, &deciding, error);

    if (status == BANYAN_OK)
        status = by_private_refuse(node, &deciding.outcome.name, error);
    if (status == BANYAN_OK)
        status = by_node_may_write(node, error);
    if (status == BANYAN_OK)
        status = by_append_run(node, work, &deciding, error);
    if (status == BANYAN_OK)
        status = by_answer(node, &deciding.outcome, out, error);
    by_arena_deinit(&deciding.arena);
    return status;
}

enum banyan_status by_decide_accept(struct by_node *node, const char *proposal,
                                    struct by_buffer *out, struct banyan_error *error)
{
    return decide(node, proposal, accept_proposals, "accepted", out, error);
}

enum banyan_status by_decide_decline(struct by_node *node, const char *proposal,
                                     struct by_buffer *out, struct banyan_error *error)
{
    return decide(node, proposal, decline_proposals, "declined", out, error);
}
