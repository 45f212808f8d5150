/*
 * Two homes that are the same in all but this: one keeps a hundred private records. Whatever
 * leaves them is the same to the byte: digests, frontiers, the messages of a session before they
 * are encrypted, bundles, backups, exports, proofs.
 *
 * Clock and entropy are those of this test (the linker hands the calls over), so that a home can be
 * made twice.
 */
#include "backup/backup.h"
#include "crypto/hash.h"
#include "export/export.h"
#include "lib/live_pair.h"
#include "trust/prove.h"
#include "trust/signed_view.h"

#ifdef __SANITIZE_ADDRESS__
/* libxlsxwriter does not free the choices of a cell. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libxlsxwriter";
}
#endif

/* -- a clock that stands, and entropy in streams -- */

enum stream { STREAM_SHARED, STREAM_PRIVATE };
struct draws {
    uint64_t wall_ms;
    enum stream stream;
    atomic_uint_fast64_t counts[2];
};
static struct draws draws;

void __wrap_by_os_random(void *out, size_t size);
uint64_t __wrap_by_os_wall_ms(void);

void __wrap_by_os_random(void *out, size_t size)
{
    uint8_t *at = out;

    while (size > 0) {
        uint64_t place[2] = {draws.stream, draws.counts[draws.stream]++};
        struct by_id drawn;
        size_t some = size < sizeof drawn ? size : sizeof drawn;

        by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(place, sizeof place), &drawn);
        memcpy(at, drawn.bytes, some);
        at += some;
        size -= some;
    }
}

uint64_t __wrap_by_os_wall_ms(void)
{
    return draws.wall_ms;
}

static void begin_draws(void)
{
    draws.wall_ms = 1796000000000;
    draws.stream = STREAM_SHARED;
    draws.counts[0] = draws.counts[1] = 0;
}

/* -- what leaves a home -- */

struct left {
    struct by_buffer reports, bundle, frontier, exports, proofs, backup;
    struct by_buffer whole_backup; /* with private records, where somebody wants it so */
    struct by_id messages[4096];   /* hashes of those sent, sorted: threads finish in any order */
    size_t message_count, message_bytes;
};

static void append(struct by_buffer *to, struct by_bytes bytes)
{
    assert_int_equal(by_buffer_append_bytes(to, bytes), BANYAN_OK);
}

static void take_reports(struct world *world, struct left *left)
{
    struct by_node *node = world->offices[0].node;
    struct by_id digest;

    expect_ok(world, by_report_fingerprint(node, &left->reports, &world->error));
    expect_ok(world, by_view_root(node->view, &digest, &world->error));
    append(&left->reports, by_id_bytes(&digest));
    by_charter_digest(node->charter, &digest);
    append(&left->reports, by_id_bytes(&digest));
}

static void take_bundle(struct world *world, struct left *left)
{
    const char *path = make_bundle(world, 0);

    expect_ok(world, by_os_file_read(path, SIZE_MAX / 2, &left->bundle, &world->error));
}

/* Of both kinds; the second draws from elsewhere, so that it changes nothing behind it. */
static void take_backups(struct world *world, struct left *left)
{
    for (int with_private = 0; with_private < 2; with_private++) {
        const struct banyan_backup backup = {.path = bundle_path(world),
                                             .with_private = with_private};
        struct by_buffer json = RESULT;
        draws.stream = with_private ? STREAM_PRIVATE : STREAM_SHARED;
        draws.counts[STREAM_PRIVATE] = 1u << 20;
        expect_ok(world, by_backup_make(world->offices[0].node, &backup, &json, &world->error));
        expect_ok(world, by_os_file_read(backup.path, SIZE_MAX / 2,
                                         with_private ? &left->whole_backup : &left->backup,
                                         &world->error));
        by_buffer_deinit(&json);
    }
    draws.stream = STREAM_SHARED;
}

static void take_export(struct world *world, struct left *left, const char *type, const char *name,
                        struct banyan_export options)
{
    char path[2 * PATH_BYTES];
    struct by_buffer json = RESULT;
    snprintf(path, sizeof path, "%s/%s", world->folder, name);
    options.path = path;
    options.types = &type;
    options.type_count = type == NULL ? 0 : 1;
    options.language = "en";

    expect_ok(world,
              by_export_file(world->offices[0].node, &options, NULL, NULL, &json, &world->error));
    expect_ok(world, by_os_file_read(path, SIZE_MAX / 2, &left->exports, &world->error));
    by_buffer_deinit(&json);
}

static void take_exports(struct world *world, struct left *left)
{
    const struct banyan_export plain = {.labels = false};

    take_export(world, left, NULL, "all.jsonl", plain);
    take_export(world, left, "site", "sites.csv", plain);
    take_export(world, left, "site", "labels.csv", (struct banyan_export){.labels = true});
    take_export(world, left, "site", "sites.geojson", plain);
    take_export(world, left, "site", "sites.xlsx", plain);
    take_export(world, left, "site", "edited.xlsx", (struct banyan_export){.editable = true});
    take_export(world, left, "site", "wdpca.csv", (struct banyan_export){.format = "wdpca"});
    take_export(world, left, "site", "form.xlsx", (struct banyan_export){.format = "xlsform"});
}

/* A proof of one record, and the signed view of all. */
static void take_proofs(struct world *world, struct left *left, const char *id)
{
    char path[2 * PATH_BYTES];
    struct by_record_name name;
    struct by_buffer json = RESULT;
    struct by_node *node = world->offices[0].node;

    expect_ok(world, by_node_find(node, id, &name, &world->error));
    expect_ok(world, by_prove(node, &name, &left->proofs, &world->error));
    snprintf(path, sizeof path, "%s/signed.view", world->folder);
    expect_ok(world, by_view_sign(node, path, false, &json, &world->error));
    expect_ok(world, by_os_file_read(path, SIZE_MAX / 2, &left->proofs, &world->error));
    by_buffer_deinit(&json);
}

static void take_frontier(struct by_live *live, struct left *left)
{
    struct by_id digest;

    by_frontier_state(&live->frontier, &digest);
    append(&left->frontier, by_id_bytes(&digest));
    append(&left->frontier, by_id_bytes(by_frontier_acts(&live->frontier)));
}

static void keep_messages(const struct message *first, struct left *left)
{
    for (const struct message *message = first; message != NULL; message = message->next) {
        assert_true(left->message_count < 4096);
        by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(message->bytes, message->size),
                      &left->messages[left->message_count++]);
        left->message_bytes += message->size;
    }
}

/* Until both are in sync; what the first side sends is kept. */
static void sync_and_keep(struct wire *wire, struct left *left)
{
    uint64_t began_ms = now_ms();

    while (!have_synced(wire, NULL) && now_ms() - began_ms < PUMP_MS_MAX) {
        for (int i = 0; i < 2; i++) {
            struct side *side = &wire->sides[i], *other = &wire->sides[1 - i];
            struct message **sent = other->inbox_end;

            expect_ok(side->world, by_live_poll(side->live, now_ms(), &side->world->error));
            drain(side, other);
            take_messages(side, other);
            if (i == 0)
                keep_messages(*sent, left);
        }
        usleep(500);
    }
    assert_true(have_synced(wire, NULL));
    if (left->message_count > 0)
        qsort(left->messages, left->message_count, sizeof left->messages[0], by_id_order);
}

/* -- one of the two homes -- */

static const char *
add(struct world *world, const char *type, const struct banyan_field *fields, size_t count)
{
    struct by_buffer json = RESULT;

    expect_ok(world,
              by_edit_add(world->offices[0].node, type, fields, count, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "id");
}

/* Of types that are private by themselves and of others; added, changed, deleted. */
static void keep_private(struct world *world, unsigned from, unsigned count)
{
    draws.stream = STREAM_PRIVATE;
    for (unsigned i = from; i < from + count; i++) {
        char name[32];
        snprintf(name, sizeof name, "Nobody else's %u", i);
        const struct banyan_field contact[] = {{"name", name, BANYAN_SET},
                                               {"role", "expert", BANYAN_SET}};
        const struct banyan_field site[] = {{"name.en", name, BANYAN_SET},
                                            {"site_type", "oecm", BANYAN_SET},
                                            {"sharing", "private", BANYAN_SET}};
        const char *id =
            i % 2 == 0 ? add(world, "contact", contact, 2) : add(world, "site", site, 3);
        if (i % 5 == 0)
            (void)set(world, 0, id, "tags", "secret; more");
        if (i % 7 == 0) {
            struct by_buffer json = RESULT;
            expect_ok(world, by_edit_delete(world->offices[0].node, id, &json, &world->error));
            by_buffer_deinit(&json);
        }
    }
    draws.stream = STREAM_SHARED;
}

static void write_shared(struct world *world, unsigned from, unsigned count)
{
    for (unsigned i = from; i < from + count; i++) {
        char name[32];
        snprintf(name, sizeof name, "Site %u", i);
        draws.wall_ms += 1000;
        const char *id = add_site(world, 0, name);
        (void)set(world, 0, id, "area", "12 ha");
    }
}

/* The same story, with and without private records between its parts. */
static void live_a_home(struct left *left, unsigned private_count)
{
    struct world world;
    struct wire wire;
    begin_draws();
    world_begin(&world);
    found_network(&world, 2);
    const char *proven = add_site(&world, 0, "Proven");
    keep_private(&world, 0, private_count / 2);
    write_shared(&world, 0, 20);
    keep_private(&world, private_count / 2, private_count - private_count / 2);
    write_shared(&world, 20, 20);
    take_reports(&world, left);
    take_bundle(&world, left);
    take_backups(&world, left);
    take_proofs(&world, left, proven);
    take_exports(&world, left);

    for (int at = 0; at < 2; at++)
        close_office(&world, at);
    struct by_live *sender = start(&world, 0), *receiver = start(&world, 1);
    take_frontier(sender, left);
    connect_lives(&world, &wire, sender, receiver);
    sync_and_keep(&wire, left);
    take_frontier(receiver, left);
    disconnect(&wire);
    by_live_close(sender);
    by_live_close(receiver);
    for (int at = 0; at < 2; at++)
        open_office(&world, at);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void expect_same(const struct by_buffer *a, const struct by_buffer *b)
{
    assert_true(a->size > 0);
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->data, b->data, a->size);
}

static void what_leaves_a_home_is_the_same_with_and_without_private_records(void **state)
{
    static struct left with, without;
    (void)state;
    with = without = (struct left){.reports = RESULT,
                                   .bundle = RESULT,
                                   .frontier = RESULT,
                                   .exports = RESULT,
                                   .backup = RESULT,
                                   .whole_backup = RESULT,
                                   .proofs = RESULT};
    live_a_home(&without, 0);
    live_a_home(&with, 100);

    expect_same(&without.reports, &with.reports);
    expect_same(&without.frontier, &with.frontier);
    expect_same(&without.bundle, &with.bundle);
    expect_same(&without.backup, &with.backup);
    /* where private records are wanted the same comparison sees them */
    assert_true(with.whole_backup.size > without.whole_backup.size + 100 * 64);
    assert_int_equal(without.whole_backup.size, without.backup.size);
    expect_same(&without.exports, &with.exports);
    expect_same(&without.proofs, &with.proofs);
    assert_true(without.message_count > 3);
    assert_true(without.message_bytes > 4000);
    assert_int_equal(without.message_count, with.message_count);
    assert_memory_equal(without.messages, with.messages,
                        with.message_count * sizeof with.messages[0]);

    struct by_buffer *all[] = {&with.reports,      &with.bundle,         &with.frontier,
                               &with.exports,      &without.reports,     &without.bundle,
                               &without.frontier,  &without.exports,     &with.proofs,
                               &without.proofs,    &with.backup,         &without.backup,
                               &with.whole_backup, &without.whole_backup};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        by_buffer_deinit(all[i]);
}

/* Or the test above would say nothing: one shared record more is another bundle, another backup and
 * other reports. */
static void one_shared_record_more_is_seen_in_all_of_it(void **state)
{
    static struct left first, second;
    struct world world;
    (void)state;
    first = second = (struct left){
        .reports = RESULT, .bundle = RESULT, .backup = RESULT, .whole_backup = RESULT};
    for (int more = 0; more < 2; more++) {
        struct left *left = more ? &second : &first;
        begin_draws();
        world_begin(&world);
        found_network(&world, 2);
        write_shared(&world, 0, 3);
        draws.stream = STREAM_PRIVATE;
        write_shared(&world, 9, (unsigned)more);
        draws.stream = STREAM_SHARED;
        take_reports(&world, left);
        take_bundle(&world, left);
        take_backups(&world, left);
        world_end(&world);
    }
    assert_true(first.reports.size != second.reports.size ||
                memcmp(first.reports.data, second.reports.data, first.reports.size) != 0);
    assert_true(first.bundle.size != second.bundle.size ||
                memcmp(first.bundle.data, second.bundle.data, first.bundle.size) != 0);
    assert_true(first.backup.size != second.backup.size ||
                memcmp(first.backup.data, second.backup.data, first.backup.size) != 0);
    struct by_buffer *all[] = {&first.reports,      &first.bundle,       &first.backup,
                               &first.whole_backup, &second.reports,     &second.bundle,
                               &second.backup,      &second.whole_backup};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        by_buffer_deinit(all[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_leaves_a_home_is_the_same_with_and_without_private_records),
        cmocka_unit_test(one_shared_record_more_is_seen_in_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
