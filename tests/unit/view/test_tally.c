/* What an exchange did to the records on both sides. */
#include "history.h"

#include "view/tally.h"

/* -- two nodes that hold different parts of a history -- */

struct node {
    char *folder;
    struct by_store *store;
    struct by_view *view;
};

static struct node node_open(const struct net *net, const char *folder, const char *name)
{
    struct node node = {.folder = test_folder_path(folder, name)};

    must(by_os_folder_make(node.folder, NULL), NULL);
    node.store = open_store(node.folder);
    node.view = open_view(net, node.folder, "view.gpkg");
    return node;
}

static void node_close(struct node *node)
{
    by_view_close(node->view);
    by_store_close(node->store);
    free(node->folder);
}

static size_t author_of(const struct net *net, const struct by_run *run)
{
    size_t author = 0;

    while (!by_id_equal(&run->base.log.device, &net->authors[author].person.device.public_key))
        author++;
    return author;
}

/* Of each author's runs those after the first counts[author] of from. */
static void add_extents(const struct net *net, const size_t *from, const size_t *until,
                        struct by_extents *extents)
{
    size_t seen[AUTHOR_COUNT] = {0};

    for (size_t i = 0; i < net->runs.count; i++) {
        const struct by_run *run = &net->runs.runs[i];
        size_t author = author_of(net, run);
        size_t number = seen[author]++;
        if (number >= from[author] && number < until[author])
            must(by_extents_add(extents, &run->base.log, run->base.first_seq,
                                run->base.first_seq + run->count),
                 NULL);
    }
}

static void hold(const struct net *net, struct node *node, const size_t *counts)
{
    size_t seen[AUTHOR_COUNT] = {0}, held = 0;
    size_t *order = calloc(net->runs.count, sizeof *order);

    assert_non_null(order);
    for (size_t i = 0; i < net->runs.count; i++) {
        size_t author = author_of(net, &net->runs.runs[i]);
        if (seen[author]++ < counts[author])
            order[held++] = i;
    }
    append(node->store, net, order, 0, held);
    free(order);
    (void)update(node->view, node->store, net->charter);
}

static struct by_tally_result tally(struct by_store *store, const struct by_charter *charter,
                                    struct by_extents *sent, struct by_extents *received,
                                    unsigned *out_steps)
{
    struct banyan_error error = {.text = ""};
    struct by_tally *tally = NULL;
    bool is_done = false;

    *out_steps = 0;
    must(by_tally_new(sent, received, &tally), NULL);
    for (; !is_done; (*out_steps)++)
        must(by_tally_step(tally, store, charter, &is_done, &error), &error);
    struct by_tally_result result = *by_tally_result(tally);
    by_tally_free(tally);
    return result;
}

/* -- the same, told by the rows of views before and after -- */

/* What a record's rows show. Of a deletion in conflict that it is. */
#define SHOWN                                                                                      \
    "SELECT name, type <> '' AND deleted <> 1 AS shown, type <> '' AS typed,"                      \
    " type || deleted || document || coalesce((SELECT group_concat(line, '|') FROM (SELECT path "  \
    "|| value AS line FROM %s.conflict c WHERE c.name = r.name AND path <> 'deleted' ORDER BY "    \
    "path, position)), '') AS shows, coalesce((SELECT group_concat(line, '|') FROM (SELECT entry " \
    "|| state AS line FROM %s.proposal p WHERE p.name = r.name ORDER BY entry)), '') AS proposed " \
    "FROM %s.record r"

static struct by_tally_changes compare_views(const struct node *before, const struct node *after)
{
    static const char pattern[] =
        "SELECT sum(a.shown AND NOT coalesce(b.typed, 0)),"
        " sum(a.shown AND coalesce(b.typed, 0) AND (NOT b.shown OR a.shows <> b.shows)),"
        " sum(NOT a.shown AND coalesce(b.shown, 0)),"
        " sum(a.shown AND coalesce(b.shown, 0) AND a.shows = b.shows AND a.proposed <> b.proposed)"
        " FROM (" SHOWN ") a LEFT JOIN (" SHOWN ") b ON a.name = b.name";
    char sql[4096], attach[1024];
    sqlite3_stmt *statement = NULL;
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    (void)snprintf(attach, sizeof attach,
                   "ATTACH '%s/view.gpkg' AS before; ATTACH '%s/view.gpkg' AS after",
                   before->folder, after->folder);
    assert_int_equal(sqlite3_exec(db, attach, NULL, NULL, NULL), SQLITE_OK);
    (void)snprintf(sql, sizeof sql, pattern, "after", "after", "after", "before", "before",
                   "before");
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    struct by_tally_changes changes = {
        .records_new = (uint64_t)sqlite3_column_int64(statement, 0),
        .records_changed = (uint64_t)sqlite3_column_int64(statement, 1),
        .records_deleted = (uint64_t)sqlite3_column_int64(statement, 2),
        .records_proposed = (uint64_t)sqlite3_column_int64(statement, 3)};
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return changes;
}

static void expect_changes(uint64_t seed, const char *what, const struct by_tally_changes *got,
                           const struct by_tally_changes *wanted)
{
    if (memcmp(got, wanted, sizeof *got) == 0)
        return;
    fail_msg("seed %u, %s: %u %u %u %u, by the rows %u %u %u %u", (unsigned)seed, what,
             (unsigned)got->records_new, (unsigned)got->records_changed,
             (unsigned)got->records_deleted, (unsigned)got->records_proposed,
             (unsigned)wanted->records_new, (unsigned)wanted->records_changed,
             (unsigned)wanted->records_deleted, (unsigned)wanted->records_proposed);
}

/* Both sides of one exchange, each told by itself and by the rows. */
static unsigned
exchange(uint64_t seed, size_t batches, const char *folder, struct by_tally_changes *sums)
{
    struct history *history = calloc(1, sizeof *history);
    size_t counts[3][AUTHOR_COUNT] = {{0}}; /* here, there, together */
    unsigned steps = 0;
    struct net net;

    assert_non_null(history);
    net_begin(&net);
    history->net = &net;
    history->seed = seed;
    make_history(history, batches);
    for (size_t author = 0; author < AUTHOR_COUNT; author++)
        for (size_t side = 0; side < 2; side++) {
            counts[side][author] = test_random(&history->seed) % (batches / AUTHOR_COUNT);
            counts[2][author] += counts[side][author] > counts[2][author]
                                     ? counts[side][author] - counts[2][author]
                                     : 0;
        }
    struct node here = node_open(&net, folder, "here"), there = node_open(&net, folder, "there"),
                both = node_open(&net, folder, "both");
    hold(&net, &here, counts[0]);
    hold(&net, &there, counts[1]);
    hold(&net, &both, counts[2]);
    const struct by_tally_changes wanted_sent = compare_views(&there, &both);
    const struct by_tally_changes wanted_received = compare_views(&here, &both);
    struct by_tally_result results[2];
    for (int side = 0; side < 2; side++) {
        struct by_extents sent = {0}, received = {0};
        add_extents(&net, counts[1], counts[2], side == 0 ? &sent : &received);
        add_extents(&net, counts[0], counts[2], side == 0 ? &received : &sent);
        results[side] = tally(both.store, net.charter, &sent, &received, &steps);
    }
    expect_changes(seed, "sent", &results[0].sent, &wanted_sent);
    expect_changes(seed, "received", &results[0].received, &wanted_received);
    expect_changes(seed, "sent, at the other side", &results[1].received, &wanted_sent);
    expect_changes(seed, "received, at the other side", &results[1].sent, &wanted_received);
    assert_int_equal(results[0].both_count, results[1].both_count);
    assert_memory_equal(results[0].listed, results[1].listed, sizeof results[0].listed);
    sums->records_new += wanted_sent.records_new;
    sums->records_changed += wanted_sent.records_changed;
    sums->records_deleted += wanted_sent.records_deleted;
    sums->records_proposed += wanted_sent.records_proposed;
    struct node *nodes[] = {&here, &there, &both};
    for (size_t i = 0; i < 3; i++) {
        char *gone = strdup(nodes[i]->folder);
        void *removed = gone;
        node_close(nodes[i]);
        assert_int_equal(test_folder_remove(&removed), 0);
    }
    net_end(&net);
    free(history);
    return steps;
}

static void both_sides_count_what_the_rows_of_their_views_show(void **state)
{
    struct by_tally_changes sums = {0};

    /* Few operations on a record, and many. */
    for (uint64_t seed = 1; seed <= 24; seed++)
        (void)exchange(seed, 8 + (size_t)seed * 3, *state, &sums);
    /* The histories are of any use: */
    assert_true(sums.records_new > 10 && sums.records_changed > 10);
    assert_true(sums.records_deleted > 0 && sums.records_proposed > 0);
}

static void a_record_counts_once_in_however_many_slices_it_is_met(void **state)
{
    struct by_tally_changes sums = {0};

    assert_true(exchange(4, 1500, *state, &sums) > 2);
}

/* -- one record after another -- */

struct pair {
    struct net net;
    struct by_store *store;
    struct by_extents sent, received;
    size_t appended;
};

static void pair_begin(struct pair *pair, const char *folder)
{
    memset(pair, 0, sizeof *pair);
    net_begin(&pair->net);
    pair->store = open_store(folder);
}

static void pair_end(struct pair *pair)
{
    by_store_close(pair->store);
    net_end(&pair->net);
}

/* What was written last went this way; NULL: both held it before. */
static struct by_id go(struct pair *pair, struct by_extents *way, const struct writing *writing)
{
    struct by_id id = net_write(&pair->net, writing);
    const struct by_run *run = &pair->net.runs.runs[pair->net.runs.count - 1];

    append(pair->store, &pair->net, NULL, pair->appended++, 1);
    if (way != NULL)
        must(by_extents_add(way, &run->base.log, run->base.first_seq,
                            run->base.first_seq + run->count),
             NULL);
    return id;
}

static struct by_id
put(struct pair *pair, struct by_extents *way, size_t owner, uint8_t number, const char *name)
{
    char json[128];

    (void)snprintf(json, sizeof json, "\"%s\"", name);
    return go(pair, way,
              &(struct writing){.author = owner,
                                .name = net_name(&pair->net, owner, number),
                                .op = BY_OP_PUT,
                                .type = "site",
                                .changes = {{"name.en", BY_HOW_SET, json}}});
}

static struct by_id patch(struct pair *pair, struct by_extents *way, size_t author, size_t owner,
                          uint8_t number, const struct by_id *parent, const char *area)
{
    char json[64];

    (void)snprintf(json, sizeof json, "{\"value\":\"%s\",\"unit\":\"ha\"}", area);
    return go(pair, way,
              &(struct writing){.author = author,
                                .name = net_name(&pair->net, owner, number),
                                .op = BY_OP_PATCH,
                                .parents = parent,
                                .parent_count = 1,
                                .changes = {{"area", BY_HOW_SET, json}}});
}

static struct by_id delete (struct pair *pair, struct by_extents *way, size_t author, size_t owner,
                            uint8_t number, const struct by_id *parent)
{
    return go(pair, way,
              &(struct writing){.author = author,
                                .name = net_name(&pair->net, owner, number),
                                .op = BY_OP_DELETE,
                                .parents = parent,
                                .parent_count = 1});
}

static struct by_tally_result result_of(struct pair *pair)
{
    unsigned steps;

    return tally(pair->store, pair->net.charter, &pair->sent, &pair->received, &steps);
}

static void each_way_is_told_by_itself(void **state)
{
    struct pair pair;

    pair_begin(&pair, *state);
    struct by_id changed = put(&pair, NULL, 0, 1, "Held"), gone = put(&pair, NULL, 0, 2, "Gone");
    (void)put(&pair, &pair.sent, 0, 3, "Here");
    (void)patch(&pair, &pair.sent, 0, 0, 1, &changed, "12");
    (void)put(&pair, &pair.received, 1, 4, "There");
    (void)put(&pair, &pair.received, 1, 5, "There too");
    (void)delete (&pair, &pair.received, 1, 0, 2, &gone);
    struct by_tally_result result = result_of(&pair);
    assert_int_equal(result.sent.records_new, 1);
    assert_int_equal(result.sent.records_changed, 1);
    assert_int_equal(result.sent.records_deleted, 0);
    assert_int_equal(result.received.records_new, 2);
    assert_int_equal(result.received.records_changed, 0);
    assert_int_equal(result.received.records_deleted, 1);
    assert_int_equal(result.both_count, 0);
    pair_end(&pair);
}

static void what_was_new_and_deleted_again_is_nothing(void **state)
{
    struct pair pair;

    pair_begin(&pair, *state);
    struct by_id made = put(&pair, &pair.sent, 0, 1, "Mistake");
    (void)delete (&pair, &pair.sent, 0, 0, 1, &made);
    struct by_tally_result result = result_of(&pair);
    assert_int_equal(result.sent.records_new + result.sent.records_changed +
                         result.sent.records_deleted + result.sent.records_proposed,
                     0);
    pair_end(&pair);
}

static void a_proposal_is_told_as_one(void **state)
{
    struct pair pair;

    pair_begin(&pair, *state);
    struct by_id made = put(&pair, NULL, 0, 1, "Not theirs");
    /* The third author is a member, and no coordinator. */
    (void)patch(&pair, &pair.received, 2, 0, 1, &made, "12");
    struct by_tally_result result = result_of(&pair);
    assert_int_equal(result.received.records_proposed, 1);
    assert_int_equal(result.received.records_changed, 0);
    pair_end(&pair);
}

static void edited_on_both_sides_are_only_those_that_do_not_know_of_each_other(void **state)
{
    struct pair pair;

    pair_begin(&pair, *state);
    struct by_id apart = put(&pair, NULL, 0, 1, "Apart"), after = put(&pair, NULL, 0, 2, "After");
    (void)patch(&pair, &pair.sent, 0, 0, 1, &apart, "12");
    (void)patch(&pair, &pair.received, 1, 0, 1, &apart, "13");
    struct by_id first = patch(&pair, &pair.sent, 0, 0, 2, &after, "14");
    (void)patch(&pair, &pair.received, 1, 0, 2, &first, "15");
    struct by_tally_result result = result_of(&pair);
    assert_int_equal(result.received.records_changed, 2);
    /* What was written over on the other side shows nowhere. */
    assert_int_equal(result.sent.records_changed, 1);
    assert_int_equal(result.both_count, 1);
    assert_int_equal(result.listed_count, 1);
    assert_string_equal(result.listed[0].label, "Apart");
    assert_string_equal(result.listed[0].type, "site");
    assert_true(result.listed[0].in_conflict);
    pair_end(&pair);
}

/* In conflict come first, then those that begin the alphabet. */
static void the_first_few_of_those_edited_on_both_sides_are_listed(void **state)
{
    for (unsigned more = 0; more < 3; more++) {
        uint8_t count = (uint8_t)(BY_TALLY_LISTED_MAX - 1 + more);
        char *folder = test_folder_path(*state, more == 0 ? "9" : more == 1 ? "10" : "11");
        struct pair pair;

        must(by_os_folder_make(folder, NULL), NULL);
        pair_begin(&pair, folder);
        free(folder);
        for (uint8_t i = 0; i < count; i++) {
            char name[16];
            (void)snprintf(name, sizeof name, "Site %c", 'z' - i);
            struct by_id made = put(&pair, NULL, 0, i, name);
            (void)patch(&pair, &pair.sent, 0, 0, i, &made, "12");
            (void)patch(&pair, &pair.received, 1, 0, i, &made, i == 0 ? "13" : "12");
        }
        struct by_tally_result result = result_of(&pair);
        size_t listed = count < BY_TALLY_LISTED_MAX ? count : BY_TALLY_LISTED_MAX;
        assert_int_equal(result.both_count, count);
        assert_int_equal(result.listed_count, listed);
        assert_true(result.listed[0].in_conflict);
        assert_string_equal(result.listed[0].label, "Site z");
        for (size_t i = 2; i < listed; i++)
            assert_true(!result.listed[i].in_conflict &&
                        strcmp(result.listed[i - 1].label, result.listed[i].label) < 0);
        pair_end(&pair);
    }
}

static void an_empty_exchange_is_done_at_once(void **state)
{
    struct pair pair;
    bool is_done = false;
    struct by_tally *tally = NULL;

    pair_begin(&pair, *state);
    must(by_tally_new(&pair.sent, &pair.received, &tally), NULL);
    must(by_tally_step(tally, pair.store, pair.net.charter, &is_done, NULL), NULL);
    assert_true(is_done);
    assert_int_equal(by_tally_result(tally)->both_count, 0);
    by_tally_free(tally);
    pair_end(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_sides_count_what_the_rows_of_their_views_show,
                                        test_folder_make, test_folder_remove),
        cmocka_unit_test_setup_teardown(a_record_counts_once_in_however_many_slices_it_is_met,
                                        test_folder_make, test_folder_remove),
        cmocka_unit_test_setup_teardown(each_way_is_told_by_itself, test_folder_make,
                                        test_folder_remove),
        cmocka_unit_test_setup_teardown(what_was_new_and_deleted_again_is_nothing, test_folder_make,
                                        test_folder_remove),
        cmocka_unit_test_setup_teardown(a_proposal_is_told_as_one, test_folder_make,
                                        test_folder_remove),
        cmocka_unit_test_setup_teardown(
            edited_on_both_sides_are_only_those_that_do_not_know_of_each_other, test_folder_make,
            test_folder_remove),
        cmocka_unit_test_setup_teardown(the_first_few_of_those_edited_on_both_sides_are_listed,
                                        test_folder_make, test_folder_remove),
        cmocka_unit_test_setup_teardown(an_empty_exchange_is_done_at_once, test_folder_make,
                                        test_folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
