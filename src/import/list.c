/*
 * What was imported in this home, as JSON.
 */
#include <string.h>

#include "core/answer.h"
#include "import/import.h"
#include "import/state.h"

static void write_entry(struct by_json *json, const struct by_import_entry *entry)
{
    by_json_object_begin(json);
    by_json_key(json, "import");
    by_json_literal(json, entry->id);
    by_json_key(json, "at");
    by_json_ms(json, entry->at_ms);
    by_json_key(json, "file");
    by_json_text(json, entry->file);
    by_json_key(json, "type");
    by_json_text(json, entry->type);
    by_json_key(json, "new");
    by_json_int(json, (int64_t)entry->records_new);
    by_json_key(json, "changed");
    by_json_int(json, (int64_t)entry->records_changed);
    by_json_key(json, "undone");
    by_json_bool(json, entry->is_undone);
    by_json_object_end(json);
}

/* The private part of an import stands in the journal of the private store. */
struct journals {
    struct by_arena arena;
    struct by_import_entry *entries[2];
    size_t counts[2];
    size_t at; /* being read */
};

static enum banyan_status read_journal(void *context, struct by_store_txn *txn)
{
    struct journals *journals = context;

    return by_import_journal_read(txn, &journals->arena, &journals->entries[journals->at],
                                  &journals->counts[journals->at]);
}

/* Add up the parts of one import: the first has the sum, the other is forgotten. */
static void join_parts(struct journals *journals)
{
    size_t kept = 0;

    for (size_t i = 0; i < journals->counts[1]; i++) {
        struct by_import_entry *own = &journals->entries[1][i];
        size_t k = 0;

        while (k < journals->counts[0] && strcmp(journals->entries[0][k].id, own->id) != 0)
            k++;
        if (k == journals->counts[0]) {
            journals->entries[1][kept++] = *own;
            continue;
        }
        journals->entries[0][k].records_new += own->records_new;
        journals->entries[0][k].records_changed += own->records_changed;
        journals->entries[0][k].is_undone = journals->entries[0][k].is_undone && own->is_undone;
    }
    journals->counts[1] = kept;
}

/* The newest first; each journal has the oldest first. */
static void write_entries(struct by_json *json, const struct journals *journals)
{
    size_t left[2] = {journals->counts[0], journals->counts[1]};

    while (left[0] + left[1] > 0) {
        bool is_own = left[0] == 0 || (left[1] > 0 && journals->entries[1][left[1] - 1].at_ms >
                                                          journals->entries[0][left[0] - 1].at_ms);

        write_entry(json, &journals->entries[is_own][--left[is_own]]);
    }
}

enum banyan_status
by_imports(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    struct journals journals = {.arena = BY_ARENA_INIT};
    struct by_json json;
    enum banyan_status status = by_store_read(node->store, read_journal, &journals, error);

    journals.at = 1;
    if (status == BANYAN_OK)
        status = by_store_read(node->private_store, read_journal, &journals, error);
    if (status == BANYAN_OK) {
        join_parts(&journals);
        by_json_init(&json, out);
        by_json_array_begin(&json);
        write_entries(&json, &journals);
        by_json_array_end(&json);
        status = by_json_done(&json, error);
    }
    by_arena_deinit(&journals.arena);
    return status;
}
