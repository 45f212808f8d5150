/*
 * Backups: what comes back, as whom, and what does not happen on the way.
 */
#include <sys/mount.h>

#include "admin/device.h"
#include "admin/recover.h"
#include "backup/backup.h"
#include "backup/settings.h"
#include "core/care.h"
#include "core/keys.h"
#include "core/log_list.h"
#include "core/making.h"
#include "core/me.h"
#include "core/moment.h"
#include "import/import.h"
#include "lib/world.h"
#include "live/addresses.h"
#include "sync/bundle.h"
#include "view/digest.h"

static const char *file_in(struct world *world, const char *folder, const char *name)
{
    char path[2 * PATH_BYTES];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

/* -- offices whose recovery codes are known -- */

static const char *take_text(struct world *world, struct by_buffer *buffer)
{
    const char *text = by_arena_text(&world->arena, by_buffer_bytes(buffer));

    by_buffer_deinit(buffer);
    return text;
}

static const char *found_with_code(struct world *world, int at, const char *name)
{
    static const char *const names[] = {"Test network"};
    const struct banyan_profile profile = {.name = name, .country = "VNM", .kind = "ngo"};
    struct by_buffer recovery = RESULT;

    expect_ok(world,
              by_found(world->offices[at].home, names, 1, &profile, &recovery, &world->error));
    open_office(world, at);
    return take_text(world, &recovery);
}

static const char *join_with_code(struct world *world, int at, const char *name)
{
    const struct banyan_profile profile = {.name = name, .country = "KHM", .kind = "ngo"};
    struct by_buffer recovery = RESULT;

    expect_ok(world, by_join(world->offices[at].home, invite(world, 0, NULL), &profile, &recovery,
                             &world->error));
    open_office(world, at);
    carry(world, at, 0);
    carry(world, 0, at);
    return take_text(world, &recovery);
}

static const char *add_contact(struct world *world, int at, const char *name)
{
    const struct banyan_field fields[] = {{"name", name, BANYAN_SET},
                                          {"role", "expert", BANYAN_SET}};
    struct by_buffer json = RESULT;

    expect_ok(world,
              by_edit_add(world->offices[at].node, "contact", fields, 2, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "id");
}

/* -- making and restoring -- */

static enum banyan_status
try_check(struct world *world, const char *home, const char *path, const char *code)
{
    const struct banyan_restore options = {.path = path, .code = code};
    struct by_buffer json = RESULT;
    enum banyan_status status = by_backup_check(home, &options, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static const char *make_backup(struct world *world, int at, bool with_private)
{
    const struct banyan_backup backup = {.path = bundle_path(world), .with_private = with_private};
    struct by_buffer json = RESULT;

    expect_ok(world, by_backup_make(world->offices[at].node, &backup, &json, &world->error));
    by_buffer_deinit(&json);
    return backup.path;
}

static enum banyan_status
try_restore(struct world *world, int at, const char *path, const char *code)
{
    const struct banyan_restore restore = {.path = path, .code = code, .device_name = "New one"};
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_backup_restore(world->offices[at].home, &restore, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static struct by_value restore(struct world *world, int at, const char *path, const char *code)
{
    const struct banyan_restore options = {.path = path, .code = code};
    struct by_buffer json = RESULT;

    expect_ok(world, by_backup_restore(world->offices[at].home, &options, &json, &world->error));
    open_office(world, at);
    return parse(world, &json);
}

/* A folder with device.key of an office and nothing else. */
static void bring_key(struct world *world, int from, int to)
{
    struct by_buffer key = RESULT;

    expect_ok(world, by_os_folder_make(world->offices[to].home, &world->error));
    expect_ok(world, by_os_file_read(file_in(world, world->offices[from].home, "device.key"), 4096,
                                     &key, &world->error));
    expect_ok(world, by_os_file_replace(file_in(world, world->offices[to].home, "device.key"),
                                        by_buffer_bytes(&key), &world->error));
    by_buffer_deinit(&key);
}

static enum banyan_status read_logs(void *context, struct by_store_txn *txn)
{
    return by_log_list_read(context, txn);
}

static size_t count_forks(struct world *world, int at)
{
    struct by_log_list logs = {0};
    size_t count = 0;

    expect_ok(world,
              by_store_read(world->offices[at].node->store, read_logs, &logs, &world->error));
    for (size_t i = 0; i < logs.count; i++)
        count += logs.logs[i].is_forked;
    by_log_list_deinit(&logs);
    return count;
}

static void expect_whole(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_check(world->offices[at].node, NULL, NULL, &json, &world->error));
    by_buffer_deinit(&json);
    assert_int_equal(count_forks(world, at), 0);
}

/* Nothing of a home, and nothing that hinders the next try. */
static void expect_no_home(struct world *world, int at)
{
    struct by_node *node = NULL;
    const char *home = world->offices[at].home;

    assert_int_not_equal(by_node_open(home, &node, &world->error), BANYAN_OK);
    assert_false(by_os_file_exists(file_in(world, home, "log")));
    assert_false(by_os_file_exists(file_in(world, home, "private")));
    assert_false(by_os_file_exists(file_in(world, home, "restoring")));
    assert_false(by_os_file_exists(file_in(world, home, "making")));
}

/* -- what comes back -- */

/* Of the records; who the members are stands in fingerprints beside. */
static struct by_id digest_of(struct world *world, int at)
{
    struct by_id digest;

    expect_ok(world, by_node_view(world->offices[at].node, NULL, &world->error));
    expect_ok(world, by_view_root(world->offices[at].node->view, &digest, &world->error));
    return digest;
}

static void expect_digest(struct world *world, int at, const struct by_id *digest)
{
    struct by_id now = digest_of(world, at);

    assert_memory_equal(now.bytes, digest->bytes, sizeof now.bytes);
}

static size_t import_count(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_imports(world->offices[at].node, &json, &world->error));
    return parse(world, &json).array.count;
}

static void import_sites(struct world *world, int at)
{
    const char *path = file_in(world, world->folder, "sites.csv");
    const struct banyan_import import = {.path = path, .type = "site"};
    struct by_buffer json = RESULT;

    expect_ok(world,
              by_os_file_replace(path, by_bytes_of_text("name,site_type\nNorth,oecm\nSouth,oecm\n"),
                                 &world->error));
    expect_ok(world,
              by_import_file(world->offices[at].node, &import, NULL, NULL, &json, &world->error));
    by_buffer_deinit(&json);
}

static void tell_settings(struct world *world, int at)
{
    struct by_buffer json = RESULT;
    const struct by_address address = {.transport = world->offices[at].node->transport.public_key,
                                       .source = BY_ADDRESS_OF_PERSON,
                                       .learnt_ms = 1,
                                       .text = by_bytes_of_text("192.0.2.7:7417")};

    expect_ok(world, by_me(world->offices[at].node, "Sok", &json, &world->error));
    by_buffer_deinit(&json);
    expect_ok(world, by_addresses_add(world->offices[at].node->store, &address, &world->error));
}

static void expect_settings(struct world *world, int at)
{
    struct by_buffer json = RESULT;
    struct by_address *addresses;
    size_t count = 0;

    expect_ok(world, by_me(world->offices[at].node, NULL, &json, &world->error));
    struct by_value me = parse(world, &json);
    assert_string_equal(text_of(world, &me, "person"), "Sok");
    expect_ok(world, by_addresses_read(world->offices[at].node->store, &world->arena, &addresses,
                                       &count, &world->error));
    assert_int_equal(count, 1);
    assert_int_equal(import_count(world, at), 1);
}

static void the_recovery_code_brings_everything_back_with_a_new_device(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    (void)found_with_code(&world, 0, "Alpha");
    const char *code = join_with_code(&world, 1, "Beta");
    const char *site = add_site(&world, 1, "Here"), *contact = add_contact(&world, 1, "Nobody's");
    set(&world, 1, contact, "phone", "+855 1");
    import_sites(&world, 1);
    tell_settings(&world, 1);
    const char *path = make_backup(&world, 1, true);
    struct by_id before = digest_of(&world, 1);
    struct by_id device = world.offices[1].node->device.public_key;
    close_office(&world, 1);

    struct by_value answer = restore(&world, 2, path, code);
    assert_true(by_value_get(&answer, "new_device")->boolean);
    assert_int_equal(number_of(&answer, "private"), 1);
    assert_int_equal(by_value_get(&answer, "devices")->array.count, 2);
    expect_digest(&world, 2, &before);
    assert_string_equal(field_text(&world, 2, contact, "phone"), "+855 1");
    expect_settings(&world, 2);
    assert_false(by_id_equal(&device, &world.offices[2].node->device.public_key));

    set(&world, 2, site, "area", "1 ha");
    set(&world, 2, contact, "phone", "+855 2");
    assert_string_equal(field_text(&world, 2, contact, "phone"), "+855 2");
    carry(&world, 2, 0);
    assert_string_equal(field_text(&world, 0, site, "area"), "1 ha");
    expect_whole(&world, 0);
    expect_whole(&world, 2);
    world_end(&world);
}

static void the_key_of_the_device_brings_the_device_back(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *site = add_site(&world, 1, "Here"), *contact = add_contact(&world, 1, "Nobody's");
    const char *path = make_backup(&world, 1, true), *before = fingerprint(&world, 1);
    bring_key(&world, 1, 2);

    struct by_value answer = restore(&world, 2, path, NULL);
    assert_false(by_value_get(&answer, "new_device")->boolean);
    assert_int_equal(by_value_get(&answer, "devices")->array.count, 1);
    assert_string_equal(fingerprint(&world, 2), before);
    assert_string_equal(field_text(&world, 2, contact, "name"), "Nobody's");
    assert_true(by_id_equal(&world.offices[1].node->device.public_key,
                            &world.offices[2].node->device.public_key));
    set(&world, 2, site, "area", "1 ha");
    expect_whole(&world, 2);
    world_end(&world);
}

/* The old computer was not lost after all, and somebody restored twice: all go on at once. */
static void whoever_restores_forks_nothing(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "Here"), *path = make_backup(&world, 1, false);
    set(&world, 1, id, "source", "after the backup");
    for (int at = 2; at < 4; at++) {
        bring_key(&world, 1, at);
        (void)restore(&world, at, path, NULL);
    }
    set(&world, 1, id, "area", "1 ha");
    set(&world, 2, id, "licence", "the second");
    set(&world, 3, id, "tags", "third");
    for (int at = 1; at < 4; at++)
        carry(&world, at, 0);
    assert_string_equal(field_text(&world, 0, id, "source"), "after the backup");
    assert_string_equal(field_text(&world, 0, id, "area"), "1 ha");
    assert_string_equal(field_text(&world, 0, id, "licence"), "the second");
    assert_string_equal(field_text(&world, 0, id, "tags"), "third");
    assert_int_equal(conflict_count(&world, 0, id), 0);
    expect_whole(&world, 0);
    world_end(&world);
}

static enum banyan_status tell_passphrase(void *context, enum banyan_passphrase_use use,
                                          char *out_text, size_t size, struct banyan_error *error)
{
    (void)use;
    (void)error;
    assert_true(strlen(context) < size);
    strcpy(out_text, context);
    return BANYAN_OK;
}

/* A key that is locked stays so, and opens its backup with its passphrase alone. */
static void a_locked_key_brings_the_device_back_with_its_passphrase(void **state)
{
    static char right[] = "right and long enough", wrong[] = "another one";
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *site = add_site(&world, 1, "Here"), *path = make_backup(&world, 1, false);
    world.offices[1].node->passphrase =
        (struct banyan_passphrase){.ask = tell_passphrase, .context = right};
    expect_ok(&world, by_keys_change(world.offices[1].node, true, &json, &world.error));
    bring_key(&world, 1, 2);
    struct banyan_restore options = {.path = path};
    expect(&world, by_backup_restore(world.offices[2].home, &options, &json, &world.error),
           BANYAN_ERR_DENIED);
    options.passphrase = (struct banyan_passphrase){.ask = tell_passphrase, .context = wrong};
    expect(&world, by_backup_restore(world.offices[2].home, &options, &json, &world.error),
           BANYAN_ERR_DENIED);
    expect_no_home(&world, 2);
    options.passphrase.context = right;
    expect_ok(&world, by_backup_restore(world.offices[2].home, &options, &json, &world.error));
    open_office(&world, 2);
    assert_true(world.offices[2].node->is_locked);
    world.offices[2].node->passphrase = options.passphrase;
    set(&world, 2, site, "area", "1 ha");
    expect_whole(&world, 2);
    by_buffer_deinit(&json);
    world_end(&world);
}

/* Only the logs were lost; what the device kept to itself meanwhile is still there. */
static void private_records_that_are_still_there_are_kept(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    (void)add_site(&world, 1, "Here");
    const char *old = add_contact(&world, 1, "Old"), *path = make_backup(&world, 1, true);
    set(&world, 1, old, "phone", "new");
    const char *newer = add_contact(&world, 1, "Newer");
    close_office(&world, 1);
    expect_ok(&world,
              by_os_folder_remove(file_in(&world, world.offices[1].home, "log"), &world.error));

    struct by_value answer = restore(&world, 1, path, NULL);
    assert_int_equal(number_of(&answer, "private"), 2);
    assert_string_equal(field_text(&world, 1, old, "phone"), "new");
    assert_string_equal(field_text(&world, 1, newer, "name"), "Newer");
    expect_whole(&world, 1);
    world_end(&world);
}

static void who_waits_to_be_taken_in_has_a_backup_too(void **state)
{
    struct world world;
    const struct banyan_profile profile = {.name = "Beta", .country = "KHM", .kind = "ngo"};
    struct by_buffer recovery = RESULT;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    expect_ok(&world, by_join(world.offices[1].home, invite(&world, 0, NULL), &profile, &recovery,
                              &world.error));
    open_office(&world, 1);
    by_buffer_deinit(&recovery);
    const char *path = make_backup(&world, 1, true);
    bring_key(&world, 1, 2);
    (void)restore(&world, 2, path, NULL);
    carry(&world, 2, 0);
    carry(&world, 0, 2);
    (void)add_site(&world, 2, "Mine");
    expect_whole(&world, 2);
    world_end(&world);
}

/* -- what is in it -- */

static void private_records_stay_out_unless_they_are_wanted_and_are_counted(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    (void)add_site(&world, 0, "Here");
    (void)add_contact(&world, 0, "One");
    (void)add_contact(&world, 0, "Two");
    for (int with = 0; with < 2; with++) {
        const struct banyan_backup backup = {.path = bundle_path(&world), .with_private = with};
        struct by_buffer json = RESULT;
        expect_ok(&world, by_backup_make(world.offices[0].node, &backup, &json, &world.error));
        struct by_value made = parse(&world, &json);
        assert_int_equal(number_of(&made, "private"), with ? 2 : 0);
        assert_int_equal(number_of(&made, "private_left_out"), with ? 0 : 2);
        const struct banyan_restore reading = {.path = backup.path, .code = code};
        expect_ok(&world, by_backup_check(world.folder, &reading, &json, &world.error));
        struct by_value checked = parse(&world, &json);
        assert_int_equal(number_of(&checked, "private"), with ? 2 : 0);
        struct by_value answer = restore(&world, 1 + with, backup.path, code);
        assert_int_equal(number_of(&answer, "private"), with ? 2 : 0);
    }
    world_end(&world);
}

/* Other devices of the organisation do not read it, nor do members. */
static void nobody_else_opens_it(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    (void)join_with_code(&world, 1, "Beta");
    (void)restore(&world, 2, make_backup(&world, 0, false), code);
    carry(&world, 2, 0);
    const char *path = make_backup(&world, 0, true);

    expect_ok(&world, try_check(&world, world.offices[0].home, path, NULL));
    for (int at = 1; at < 3; at++)
        expect(&world, try_check(&world, world.offices[at].home, path, NULL),
               BANYAN_ERR_NOT_FOR_US);
    world_end(&world);
}

/* Of a backup, too, one learns only what is for all where it is taken as a bundle. */
static void a_backup_can_be_applied_and_recovered_from_like_a_bundle(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    (void)add_site(&world, 0, "Here");
    (void)add_contact(&world, 0, "Nobody's");
    const char *path = make_backup(&world, 0, true);
    struct by_id before = digest_of(&world, 0);

    (void)apply_bundle(&world, 0, path);
    expect_digest(&world, 0, &before);
    const struct banyan_recovery recovery = {.code = code, .bundle = path};
    expect_ok(&world, by_recover(world.offices[1].home, &recovery, &json, &world.error));
    by_buffer_deinit(&json);
    open_office(&world, 1);
    expect_digest(&world, 1, &before);
    world_end(&world);
}

/* -- what is refused -- */

static void what_is_no_backup_of_ours_is_refused_and_leaves_nothing(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    const char *other_code = join_with_code(&world, 1, "Beta");
    const char *path = make_backup(&world, 0, true), *bundle = make_bundle(&world, 1);
    const char *none = file_in(&world, world.folder, "none");
    const char *mistyped = "AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA";
    const struct {
        const char *path, *code;
        enum banyan_status status;
        const char *word;
    } rows[] = {
        {path, NULL, BANYAN_ERR_USAGE, "--recovery"},
        {path, mistyped, BANYAN_ERR_INVALID, "mistyped"},
        {path, other_code, BANYAN_ERR_NOT_FOR_US, "another organisation"},
        {bundle, code, BANYAN_ERR_USAGE, "key recover"},
        {none, code, BANYAN_ERR_NOT_FOUND, "none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect(&world, try_restore(&world, 2, rows[i].path, rows[i].code), rows[i].status);
        if (strstr(world.error.text, rows[i].word) == NULL)
            fail_msg("'%s' does not say %s", world.error.text, rows[i].word);
        expect_no_home(&world, 2);
    }
    bring_key(&world, 1, 2);
    expect(&world, try_restore(&world, 2, path, NULL), BANYAN_ERR_NOT_FOR_US);
    expect_no_home(&world, 2);
    (void)restore(&world, 3, path, code);
    world_end(&world);
}

static void a_home_that_is_there_stays_as_it_is(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    const char *path = make_backup(&world, 0, false);
    (void)add_site(&world, 0, "After");
    const char *before = fingerprint(&world, 0);
    close_office(&world, 0);
    expect(&world, try_restore(&world, 0, path, code), BANYAN_ERR_EXISTS);
    expect(&world, try_restore(&world, 0, path, NULL), BANYAN_ERR_EXISTS);
    open_office(&world, 0);
    assert_string_equal(fingerprint(&world, 0), before);
    expect(&world, try_restore(&world, 0, path, code), BANYAN_ERR_EXISTS); /* open here, too */
    world_end(&world);
}

/* Whatever byte is changed, and wherever it ends. */
static void a_backup_that_is_not_as_written_is_told_and_restores_nothing(void **state)
{
    struct world world;
    struct by_buffer bytes = RESULT;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    for (int i = 0; i < 30; i++)
        (void)add_contact(&world, 0, "Somebody");
    expect_ok(&world,
              by_os_file_read(make_backup(&world, 0, true), SIZE_MAX / 2, &bytes, &world.error));
    const char *path = file_in(&world, world.folder, "changed");
    assert_true(bytes.size > 4000);
    for (size_t at = 5; at < bytes.size; at += bytes.size / 23) {
        bytes.data[at] ^= 4;
        expect_ok(&world, by_os_file_replace(path, by_buffer_bytes(&bytes), &world.error));
        enum banyan_status status = try_restore(&world, 1, path, code);
        assert_int_equal(banyan_status_class(status),
                         status == BANYAN_ERR_NOT_FOR_US ? BANYAN_CLASS_DENIED : BANYAN_CLASS_DATA);
        expect_no_home(&world, 1);
        bytes.data[at] ^= 4;
        expect_ok(&world, by_os_file_replace(path, by_bytes_of(bytes.data, at), &world.error));
        expect(&world, try_restore(&world, 1, path, code), BANYAN_ERR_TRUNCATED);
        expect_no_home(&world, 1);
    }
    expect_ok(&world, by_os_file_replace(path, by_buffer_bytes(&bytes), &world.error));
    struct by_value answer = restore(&world, 1, path, code);
    assert_int_equal(number_of(&answer, "private"), 30);
    by_buffer_deinit(&bytes);
    world_end(&world);
}

/* -- a member who knows whom to encrypt to -- */

struct forging {
    struct by_node *node;
    struct by_bundle_writer *writer;
    struct by_buffer bytes;
};

static enum banyan_status add_forged(void *context, const struct by_store_block *block)
{
    struct forging *forging = context;

    return by_bundle_writer_add(forging->writer, &block->run.base, block->packed, &forging->bytes);
}

static enum banyan_status count_entries(void *context, const struct by_store_block *block)
{
    *(uint64_t *)context += block->run.count;
    return BANYAN_OK;
}

/* All acts, for the organisation and the device of victim, signed by the device of forger. */
static const char *forge(struct world *world, int forger, int victim)
{
    struct by_node *node = world->offices[forger].node;
    const struct by_node *other = world->offices[victim].node;
    struct forging forging = {.node = node, .bytes = RESULT};
    struct by_bundle_manifest manifest = {.network = node->network,
                                          .maker = node->device.public_key,
                                          .is_backup = true,
                                          .setting_count = 1};
    struct by_bundle_reader_key keys[2] = {{.kind = BY_BUNDLE_TO_DEVICE},
                                           {.kind = BY_BUNDLE_TO_DEVICE}};
    const struct by_seed seeds[3] = {{{1}}, {{2}}, {{3}}};
    struct by_moment moment;
    struct by_id box;
    uint8_t home[64];

    assert_int_equal(by_box_public_of_signing_public(&other->organisation, &box), BANYAN_OK);
    memcpy(keys[0].key, box.bytes, 32);
    memcpy(keys[1].key, other->transport.public_key.bytes, 32);
    memcpy(home, node->network.bytes, 32);
    memcpy(home + 32, other->organisation.bytes, 32);
    expect_ok(world, by_moment_take(&moment, node->store, &world->error));
    expect_ok(world,
              by_moment_walk(&moment, true, count_entries, &manifest.act_count, &world->error));
    expect_ok(world,
              by_bundle_writer_new(&manifest, &(struct by_bundle_signer){.key = &node->device},
                                   keys, 2, seeds, &forging.bytes, &forging.writer));
    expect_ok(world, by_moment_walk(&moment, true, add_forged, &forging, &world->error));
    expect_ok(world, by_bundle_writer_add_setting(forging.writer, by_bytes_of_text("home"),
                                                  by_bytes_of(home, 64), &forging.bytes));
    expect_ok(world, by_bundle_writer_end(forging.writer, &forging.bytes));
    const char *path = bundle_path(world);
    expect_ok(world, by_os_file_replace(path, by_buffer_bytes(&forging.bytes), &world->error));
    by_moment_deinit(&moment);
    by_bundle_writer_free(forging.writer);
    by_buffer_deinit(&forging.bytes);
    return path;
}

static void a_backup_that_another_member_made_for_us_is_refused(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    (void)join_with_code(&world, 1, "Beta");
    const char *forged = forge(&world, 1, 0);
    expect(&world, try_restore(&world, 2, forged, code), BANYAN_ERR_DENIED);
    expect_no_home(&world, 2);
    bring_key(&world, 0, 2);
    expect(&world, try_restore(&world, 2, forged, NULL), BANYAN_ERR_DENIED);
    expect_no_home(&world, 2);
    /* the same file, made by the organisation itself, is one */
    (void)restore(&world, 3, forge(&world, 0, 0), code);
    world_end(&world);
}

/* -- cut short -- */

/* A key with the logs of a making that was killed, and with some of another network in them. */
static void what_a_killed_restoring_left_is_no_home_and_hinders_nothing(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    const char *path = make_backup(&world, 0, true);
    for (int how = 0; how < 2; how++) {
        struct by_device_seeds seeds = {0};
        struct by_node *node = NULL;
        const char *home = world.offices[1 + how].home;
        by_os_random(&seeds, sizeof seeds);
        /* as far as the logs were placed, without the last commit */
        expect_ok(&world, by_node_make(home, &seeds, &node, &world.error));
        node->network = world.offices[0].node->network;
        node->transport = world.offices[0].node->transport;
        struct by_buffer json = RESULT;
        expect_ok(&world, by_bundle_apply(node, path, &json, &world.error));
        by_buffer_deinit(&json);
        by_node_close(node);
        expect_ok(&world, by_os_folder_make(file_in(&world, home, "restoring/log"), &world.error));
        expect(&world, by_node_open(home, &node, &world.error), BANYAN_ERR_NOT_FOUND);
        if (how == 0)
            (void)restore(&world, 1, path, code);
        else
            found(&world, 2, "Another network"); /* begins with nothing of the old one */
        expect_whole(&world, 1 + how);
        assert_false(by_os_file_exists(file_in(&world, home, "restoring")));
    }
    struct by_id digest = digest_of(&world, 0);
    expect_digest(&world, 1, &digest);
    size_t count;
    (void)by_charter_orgs(world.offices[2].node->charter, &count);
    assert_int_equal(count, 1);
    assert_int_equal(count_forks(&world, 2), 0);
    world_end(&world);
}

static void two_do_not_make_a_home_in_one_place(void **state)
{
    struct world world;
    struct by_making making;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    const char *path = make_backup(&world, 0, false);
    expect_ok(&world, by_making_begin(world.offices[1].home, &making, &world.error));
    expect(&world, try_restore(&world, 1, path, code), BANYAN_ERR_BUSY);
    by_making_end(&making);
    (void)restore(&world, 1, path, code);
    world_end(&world);
}

static void recovering_into_a_home_changes_nothing_in_it(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    (void)found_with_code(&world, 1, "Other");
    const char *before = fingerprint(&world, 1), *path = make_backup(&world, 0, false);
    uint64_t bytes[2] = {0};
    expect_ok(&world, by_home_log_bytes(world.offices[1].home, &bytes[0], &world.error));
    const struct banyan_recovery recovery = {.code = code, .bundle = path};
    close_office(&world, 1);
    expect(&world, by_recover(world.offices[1].home, &recovery, &json, &world.error),
           BANYAN_ERR_EXISTS);
    expect_ok(&world, by_home_log_bytes(world.offices[1].home, &bytes[1], &world.error));
    assert_int_equal(bytes[0], bytes[1]);
    open_office(&world, 1);
    assert_string_equal(fingerprint(&world, 1), before);
    by_buffer_deinit(&json);
    world_end(&world);
}

/* -- a moment -- */

struct blocks {
    size_t count;
    struct by_id first, last;
};

static enum banyan_status note_block(void *context, const struct by_store_block *block)
{
    struct blocks *blocks = context;

    if (blocks->count++ == 0)
        blocks->first = block->run.entries[0].id;
    blocks->last = block->run.entries[block->run.count - 1].id;
    return BANYAN_OK;
}

/* A site of some bytes that do not compress well. */
static void add_long_sites(struct world *world, int count)
{
    static char text[15001];
    struct by_buffer json = RESULT;

    for (int i = 0; i < count; i++) {
        uint8_t random[sizeof text / 2];
        by_os_random(random, sizeof random);
        for (size_t k = 0; k + 1 < sizeof text; k++)
            text[k] = (char)('a' + (random[k / 2] >> (k % 2) * 4) % 16);
        const struct banyan_field fields[] = {{"name.en", "A site", BANYAN_SET},
                                              {"site_type", "oecm", BANYAN_SET},
                                              {"description.en", text, BANYAN_SET}};
        expect_ok(world,
                  by_edit_add(world->offices[0].node, "site", fields, 3, &json, &world->error));
        by_buffer_reset(&json);
    }
    by_buffer_deinit(&json);
}

/* More than one slice; each block once, in the order of the log. */
static void a_moment_has_each_block_once_and_none_that_came_later(void **state)
{
    enum { RECORDS = 500 };
    struct blocks blocks = {0}, again = {0};
    struct by_moment moment;
    struct world world;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    add_long_sites(&world, RECORDS);
    expect_ok(&world, by_moment_take(&moment, world.offices[0].node->store, &world.error));
    expect_ok(&world, by_moment_walk(&moment, false, note_block, &blocks, &world.error));
    assert_int_equal(blocks.count, RECORDS + 1); /* and the organisation's own record */
    (void)add_site(&world, 0, "Later");
    expect_ok(&world, by_moment_walk(&moment, false, note_block, &again, &world.error));
    assert_memory_equal(&blocks, &again, sizeof blocks);
    by_moment_deinit(&moment);
    world_end(&world);
}

/* -- settings -- */

static void settings_are_put_together_again_and_bounded(void **state)
{
    enum { PARTS = BY_SETTINGS_BYTES_MAX / BY_SETTING_PART_BYTES_MAX };
    struct by_settings many = {0};
    static const uint8_t part[BY_SETTING_PART_BYTES_MAX];
    struct by_settings settings = {0};
    size_t taken = 0;
    (void)state;
    assert_int_equal(by_settings_add(&settings, by_bytes_of_text("me"), by_bytes_of_text("Sok")),
                     BANYAN_OK);
    assert_int_equal(by_settings_add(&settings, by_bytes_of_text("me"), by_bytes_of_text("ha")),
                     BANYAN_OK);
    const struct by_setting *me = by_settings_find(&settings, "me");
    assert_true(by_bytes_equal(by_buffer_bytes(&me->value), by_bytes_of_text("Sokha")));
    assert_int_equal(by_settings_add(&settings, by_bytes_of_text("a\nb"), by_bytes_of_text("x")),
                     BANYAN_ERR_MALFORMED);
    while (by_settings_add(&settings, by_bytes_of_text("imports"),
                           by_bytes_of(part, sizeof part)) == BANYAN_OK)
        taken++;
    assert_in_range(taken, PARTS - 3, PARTS - 1);
    by_settings_deinit(&settings);
    /* so are many small ones, which cost more than their bytes */
    for (taken = 0; taken < BY_SETTINGS_BYTES_MAX; taken++) {
        char name[16];
        snprintf(name, sizeof name, "%zu", taken);
        if (by_settings_add(&many, by_bytes_of_text(name), by_bytes_of_text("x")) != BANYAN_OK)
            break;
    }
    assert_true(taken * sizeof(struct by_setting) <= BY_SETTINGS_BYTES_MAX);
    assert_true(taken > 10000);
    by_settings_deinit(&many);
}

/* -- the disk ends -- */

static void a_full_disk_is_told_and_leaves_nothing(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    const char *code = found_with_code(&world, 0, "Alpha");
    add_long_sites(&world, 250);
    const char *path = make_backup(&world, 0, false);
    const char *small = file_in(&world, world.folder, "small");
    assert_int_equal(mkdir(small, 0700), 0);
    if (geteuid() != 0 || mount("none", small, "tmpfs", 0, "size=1m,mode=0700") != 0) {
        print_message("skipped: a small disk cannot be mounted here\n");
        world_end(&world);
        skip();
    }
    const struct banyan_backup backup = {.path = file_in(&world, small, "backup")};
    struct by_buffer json = RESULT;
    expect(&world, by_backup_make(world.offices[0].node, &backup, &json, &world.error),
           BANYAN_ERR_FULL);
    assert_int_equal(test_folder_count(small), 0);
    by_buffer_deinit(&json);
    assert_true(snprintf(world.offices[1].home, PATH_BYTES, "%.480s/home", small) < PATH_BYTES);
    expect(&world, try_restore(&world, 1, path, code), BANYAN_ERR_FULL);
    expect_no_home(&world, 1);
    assert_int_equal(umount2(small, MNT_DETACH), 0);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recovery_code_brings_everything_back_with_a_new_device),
        cmocka_unit_test(the_key_of_the_device_brings_the_device_back),
        cmocka_unit_test(whoever_restores_forks_nothing),
        cmocka_unit_test(a_locked_key_brings_the_device_back_with_its_passphrase),
        cmocka_unit_test(private_records_that_are_still_there_are_kept),
        cmocka_unit_test(who_waits_to_be_taken_in_has_a_backup_too),
        cmocka_unit_test(private_records_stay_out_unless_they_are_wanted_and_are_counted),
        cmocka_unit_test(nobody_else_opens_it),
        cmocka_unit_test(a_backup_can_be_applied_and_recovered_from_like_a_bundle),
        cmocka_unit_test(what_is_no_backup_of_ours_is_refused_and_leaves_nothing),
        cmocka_unit_test(a_home_that_is_there_stays_as_it_is),
        cmocka_unit_test(a_backup_that_is_not_as_written_is_told_and_restores_nothing),
        cmocka_unit_test(a_backup_that_another_member_made_for_us_is_refused),
        cmocka_unit_test(what_a_killed_restoring_left_is_no_home_and_hinders_nothing),
        cmocka_unit_test(two_do_not_make_a_home_in_one_place),
        cmocka_unit_test(recovering_into_a_home_changes_nothing_in_it),
        cmocka_unit_test(a_moment_has_each_block_once_and_none_that_came_later),
        cmocka_unit_test(settings_are_put_together_again_and_bounded),
        cmocka_unit_test(a_full_disk_is_told_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
