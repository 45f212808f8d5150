/*
 * A network with real keys, acts and record logs, a store and a view, for tests of the view.
 */
#ifndef BY_TESTS_UNIT_VIEW_FIXTURE_H
#define BY_TESTS_UNIT_VIEW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "codec/json.h"
#include "lib/act_world.h"
#include "lib/test_folder.h"
#include "lib/test_runs.h"
#include "record/operation.h"
#include "view/internal.h"
#include "view/view.h"

#define AUTHOR_COUNT 4
#define STRANGER     3 /* has no role: what it logs does not count */

struct author {
    struct person person;
    struct by_writer *writer;
};
struct net {
    struct world world;
    struct by_arena arena;
    struct author authors[AUTHOR_COUNT]; /* two coordinators, a member, a stranger */
    struct by_charter *charter;
    struct test_runs runs;
};

static inline void must(enum banyan_status status, const struct banyan_error *error)
{
    if (status != BANYAN_OK)
        print_error("%s: %s\n", banyan_status_name(status), error == NULL ? "" : error->text);
    assert_int_equal(status, BANYAN_OK);
}

static inline struct by_id org_of(const struct net *net, size_t author)
{
    return net->authors[author].person.root.public_key;
}

static inline void net_found(struct net *net)
{
    struct person *founders[] = {&net->authors[0].person, &net->authors[1].person};
    struct by_act genesis = world_genesis_act(&net->world, founders, 2, 1);
    must(by_types_compact(&net->arena, &genesis.genesis.types), NULL);
    net->world.network = world_act(&net->world, founders[0], 0, &genesis);
}

static inline void net_begin(struct net *net)
{
    static const char *const names[] = {"Cồn Bửng", "GreenViet", "Khammouan", "nobody"};
    memset(net, 0, sizeof *net);
    for (size_t i = 0; i < AUTHOR_COUNT; i++)
        net->authors[i].person = world_person(names[i], names[i]);
    net_found(net);
    struct person *first = &net->authors[0].person;
    struct by_id invite = world_invite(&net->world, first, WORLD_ALL, "guest", BY_ROLE_MEMBER);
    struct by_id join =
        world_join(&net->world, &net->authors[2].person, WORLD_ALL, "guest", &invite);
    (void)world_admit(&net->world, first, WORLD_ALL, &join);
    for (size_t i = 0; i < AUTHOR_COUNT - 1; i++)
        (void)world_open(&net->world, &net->authors[i].person, WORLD_ALL, 0);
    net->charter = world_charter(&net->world);
    for (size_t i = 0; i < AUTHOR_COUNT; i++) {
        struct by_block_base base = {.log = world_record_log(&net->authors[i].person, 0)};
        net->authors[i].writer = calloc(1, sizeof(struct by_writer));
        by_writer_init(net->authors[i].writer, &net->authors[i].person.device, &net->world.network,
                       &base, test_runs_take, &net->runs);
    }
}

static inline void net_end(struct net *net)
{
    for (size_t i = 0; i < AUTHOR_COUNT; i++) {
        by_writer_deinit(net->authors[i].writer);
        free(net->authors[i].writer);
    }
    by_charter_free(net->charter);
    test_runs_free(&net->runs);
    world_deinit(&net->world);
    by_arena_deinit(&net->arena);
}

static inline struct by_value json_value(struct net *net, const char *json)
{
    struct by_value value;
    struct banyan_error error = {.text = ""};
    must(by_json_parse(by_bytes_of_text(json), &net->arena, &value, &error), &error);
    return value;
}

/* What one operation does to a path; value as JSON, NULL for unset. */
struct change {
    const char *path;
    enum by_how how;
    const char *json;
};
struct writing {
    size_t author;
    struct by_record_name name;
    enum by_op op;
    const char *type;
    const struct by_id *parents;
    size_t parent_count;
    const struct by_id *targets;
    size_t target_count;
    struct change changes[8]; /* up to the first without path */
};

static inline void net_add(struct net *net, const struct writing *writing)
{
    struct by_touch touches[8];
    struct by_value values[8];
    struct by_id parents[BY_PARENTS_MAX], targets[BY_TARGETS_MAX];
    struct by_operation operation = {.values = values};
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    uint8_t salt[BY_SALT_BYTES] = {1};
    operation.links = (struct by_op_links){.name = writing->name,
                                           .op = writing->op,
                                           .parents = parents,
                                           .parent_count = writing->parent_count,
                                           .targets = targets,
                                           .target_count = writing->target_count,
                                           .touches = touches};
    if (writing->type != NULL)
        operation.links.type = by_bytes_of_text(writing->type);
    for (size_t i = 0; i < writing->parent_count; i++)
        parents[i] = writing->parents[i];
    for (size_t i = 0; i < writing->target_count; i++)
        targets[i] = writing->targets[i];
    for (size_t i = 0; i < 8 && writing->changes[i].path != NULL; i++) {
        touches[i] = (struct by_touch){.path = by_bytes_of_text(writing->changes[i].path),
                                       .how = writing->changes[i].how};
        values[i] = writing->changes[i].json == NULL ? by_value_nil()
                                                     : json_value(net, writing->changes[i].json);
        operation.links.touch_count++;
    }
    must(by_operation_encode(&operation, &links, &payload), NULL);
    must(by_writer_add(net->authors[writing->author].writer, BY_KIND_OPERATION,
                       by_buffer_bytes(&links), by_buffer_bytes(&payload), salt,
                       1750000000000u + net->runs.count * 1000),
         NULL);
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
}

/* Seal; the id of the author's last entry. */
static inline struct by_id net_flush(struct net *net, size_t author)
{
    must(by_writer_flush(net->authors[author].writer), NULL);
    const struct by_run *run = &net->runs.runs[net->runs.count - 1];
    return run->entries[run->count - 1].id;
}

static inline struct by_id net_write(struct net *net, const struct writing *writing)
{
    net_add(net, writing);
    return net_flush(net, writing->author);
}

static inline struct by_record_name net_name(const struct net *net, size_t owner, uint8_t number)
{
    struct by_record_name name = {.owner = org_of(net, owner)};
    name.uuid.bytes[0] = 1;
    name.uuid.bytes[15] = number;
    return name;
}

/* -- store and view -- */

static inline struct by_store *open_store(const char *folder)
{
    struct by_store *store = NULL;
    struct banyan_error error = {.text = ""};
    char *path = test_folder_path(folder, "store");
    must(by_store_open(path, true, &store, &error), &error);
    free(path);
    return store;
}

struct append_work {
    const struct test_runs *runs;
    const size_t *order; /* NULL: as they are */
    size_t first, count;
};

static inline enum banyan_status append_runs(void *context, struct by_store_txn *txn)
{
    const struct append_work *work = context;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = work->first; i < work->first + work->count && status == BANYAN_OK; i++) {
        enum by_store_verdict verdict;
        size_t at = work->order == NULL ? i : work->order[i];
        status = by_store_append(txn, &work->runs->runs[at], work->runs->packed[at], &verdict);
    }
    return status;
}

static inline void append(struct by_store *store, const struct net *net, const size_t *order,
                          size_t first, size_t count)
{
    struct append_work work = {&net->runs, order, first, count};
    struct banyan_error error = {.text = ""};
    must(by_store_write(store, append_runs, &work, &error), &error);
}

static inline struct by_view *open_view(const struct net *net, const char *folder, const char *name)
{
    struct by_view *view = NULL;
    struct banyan_error error = {.text = ""};
    char *path = test_folder_path(folder, name);
    must(by_view_open(path, &net->world.network, &view, &error), &error);
    free(path);
    return view;
}

static inline struct by_view_changes
update(struct by_view *view, struct by_store *store, const struct by_charter *charter)
{
    struct by_view_changes changes;
    struct banyan_error error = {.text = ""};
    must(by_view_update(view, store, charter, &changes, &error), &error);
    return changes;
}

/* -- contents -- */

static inline void append_all(struct by_buffer *out, const char *text)
{
    must(by_buffer_append_bytes(out, by_bytes_of_text(text)), NULL);
}

/* Rows of a query as SQL literals, one a line. */
static inline void dump_query(sqlite3 *db, const char *sql, struct by_buffer *out)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        append_all(out, (const char *)sqlite3_column_text(statement, 0));
        append_all(out, "\n");
    }
    sqlite3_finalize(statement);
}

/* Which word stands in which rows: the index keeps no texts that could be read. */
static inline void dump_words(sqlite3 *db, struct by_buffer *out)
{
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words"
                                  " USING fts5vocab('main', 'search', 'instance')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    append_all(out, "search:\n");
    dump_query(db, "SELECT term || ',' || doc FROM temp.words ORDER BY term, doc", out);
}

/* Rows of a table in the order of their text. */
static inline void dump_table(sqlite3 *db, const char *table, struct by_buffer *out)
{
    char sql[512];
    struct by_buffer select = BY_BUFFER_INIT(64 * 1024);
    (void)snprintf(sql, sizeof sql,
                   "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') FROM"
                   " pragma_table_info('%s')",
                   table);
    append_all(&select, "SELECT row FROM (SELECT ");
    dump_query(db, sql, &select);
    append_all(&select, " AS row FROM \"");
    append_all(&select, table);
    append_all(&select, "\") ORDER BY row");
    must(by_buffer_append_u8(&select, 0), NULL);
    append_all(out, table);
    append_all(out, ":\n");
    dump_query(db, (const char *)select.data, out);
    by_buffer_deinit(&select);
}

/* Every content table, as text. The caller frees. */
static inline char *dump(struct by_view *view)
{
    struct by_buffer out = BY_BUFFER_INIT(64 * 1024 * 1024);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(view->db,
                                        "SELECT name FROM sqlite_master WHERE type = 'table' AND"
                                        " name NOT LIKE 'banyan~_%' ESCAPE '~' AND"
                                        " name NOT LIKE 'search%' AND"
                                        " NOT (name LIKE 'rtree~_%' ESCAPE '~' AND"
                                        " sql NOT LIKE '%VIRTUAL%') ORDER BY name",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        dump_table(view->db, (const char *)sqlite3_column_text(statement, 0), &out);
    sqlite3_finalize(statement);
    dump_words(view->db, &out);
    return by_buffer_take_text(&out);
}

static inline void assert_same_dump(const char *expected, struct by_view *view)
{
    char *other = dump(view);
    if (strcmp(expected, other) != 0) {
        size_t at = 0;
        while (expected[at] == other[at])
            at++;
        while (at > 0 && expected[at - 1] != '\n')
            at--;
        print_error("expected: %.600s\n     got: %.600s\n", expected + at, other + at);
        free(other);
        fail();
    }
    free(other);
}

static inline int64_t count_rows(struct by_view *view, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t count = -1;
    if (sqlite3_prepare_v2(view->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(view->db));
    if (sqlite3_step(statement) == SQLITE_ROW)
        count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return count;
}

#endif
