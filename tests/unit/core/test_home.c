/* Homes: made once, checked, copied, shared between processes. */
#include <sys/wait.h>

#include "core/care.h"
#include "core/local.h"
#include "core/log_list.h"
#include "lib/world.h"
#include "os/os.h"

static const char *home_file(struct world *world, int at, const char *name)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%.480s/%s", world->offices[at].home, name);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

static enum banyan_status try_found(struct world *world, int at)
{
    static const char *const names[] = {"Other network"};
    const struct banyan_profile profile = {.name = "Other", .country = "LAO", .kind = "ngo"};
    struct by_buffer recovery = RESULT;
    enum banyan_status status =
        by_found(world->offices[at].home, names, 1, &profile, &recovery, &world->error);

    by_buffer_deinit(&recovery);
    return status;
}

static void a_second_init_changes_nothing(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *before = fingerprint(&world, 0);
    close_office(&world, 0);
    expect(&world, try_found(&world, 0), BANYAN_ERR_EXISTS);
    open_office(&world, 0);
    assert_string_equal(before, fingerprint(&world, 0));
    world_end(&world);
}

static void a_home_whose_making_was_cut_short_is_none_and_can_be_made_again(void **state)
{
    struct by_device_seeds seeds;
    uint8_t key[BY_KEY_FILE_OPEN_BYTES];
    struct by_node *node = NULL;
    struct world world;
    (void)state;

    world_begin(&world);
    /* the moment before the first commit: key file and empty store are there */
    memset(&seeds, 7, sizeof seeds);
    expect_ok(&world, by_node_make(world.offices[0].home, &seeds, &node, &world.error));
    by_key_file_put_open(&seeds, key);
    expect_ok(&world, by_home_key_replace(world.offices[0].home, by_bytes_of(key, sizeof key),
                                          &world.error));
    by_node_close(node);
    expect(&world, by_node_open(world.offices[0].home, &node, &world.error), BANYAN_ERR_NOT_FOUND);
    assert_non_null(strstr(world.error.text, "never finished"));
    found(&world, 0, "Alpha");
    add_site(&world, 0, "A site");
    world_end(&world);
}

static void a_home_that_lost_its_key_or_its_logs_is_neither_opened_nor_founded_over(void **state)
{
    struct by_buffer key = RESULT;
    struct by_buffer same = RESULT;
    struct by_node *node = NULL;
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    const char *path = home_file(&world, 0, "device.key");
    expect_ok(&world, by_os_file_read(path, 4096, &key, &world.error));
    assert_int_equal(unlink(path), 0);
    expect(&world, by_node_open(world.offices[0].home, &node, &world.error), BANYAN_ERR_DAMAGED);
    assert_non_null(strstr(world.error.text, "device.key is missing"));
    expect(&world, try_found(&world, 0), BANYAN_ERR_EXISTS);

    expect_ok(&world, by_os_file_replace(path, by_buffer_bytes(&key), &world.error));
    assert_int_equal(truncate(home_file(&world, 0, "log/data.mdb"), 0), 0);
    for (int i = 0; i < 2; i++) {
        expect(&world, by_node_open(world.offices[0].home, &node, &world.error),
               BANYAN_ERR_DAMAGED);
        assert_non_null(strstr(world.error.text, "lost its logs"));
        expect(&world, try_found(&world, 0), BANYAN_ERR_EXISTS);
        (void)unlink(home_file(&world, 0, "log/data.mdb"));
    }
    expect_ok(&world, by_os_file_read(path, 4096, &same, &world.error));
    assert_true(by_bytes_equal(by_buffer_bytes(&key), by_buffer_bytes(&same)));
    by_buffer_deinit(&key);
    by_buffer_deinit(&same);
    world_end(&world);
}

static void the_key_of_another_member_is_refused(void **state)
{
    struct by_buffer key = RESULT;
    struct by_node *node = NULL;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    close_office(&world, 0);
    expect_ok(&world,
              by_os_file_read(home_file(&world, 1, "device.key"), 4096, &key, &world.error));
    expect_ok(&world, by_os_file_replace(home_file(&world, 0, "device.key"), by_buffer_bytes(&key),
                                         &world.error));
    expect(&world, by_node_open(world.offices[0].home, &node, &world.error), BANYAN_ERR_DAMAGED);
    assert_non_null(strstr(world.error.text, "another member"));
    by_buffer_deinit(&key);
    world_end(&world);
}

static void a_folder_without_a_home_is_not_opened(void **state)
{
    struct by_node *node = NULL;
    struct world world;
    (void)state;

    world_begin(&world);
    expect(&world, by_node_open(world.offices[0].home, &node, &world.error), BANYAN_ERR_NOT_FOUND);
    assert_int_equal(mkdir(world.offices[0].home, 0700), 0);
    expect(&world, by_node_open(world.offices[0].home, &node, &world.error), BANYAN_ERR_NOT_FOUND);
    assert_null(node);
    world_end(&world);
}

/* One part after the other is open to others; the sentence says what closes all. */
static void expect_parts_closed(struct world *world)
{
    static const struct {
        const char *name;
        mode_t mode, closed;
    } parts[] = {{"log", 0750, 0700},          {"log/data.mdb", 0644, 0600},
                 {"log/lock.mdb", 0620, 0600}, {"log/open.lock", 0604, 0600},
                 {"private", 0701, 0700},      {"private/data.mdb", 0640, 0600}};
    struct by_node *node = NULL;
    struct stat facts;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_int_equal(chmod(home_file(world, 0, parts[i].name), parts[i].mode), 0);
        expect(world, by_node_open(world->offices[0].home, &node, &world->error),
               BANYAN_ERR_UNSAFE_PLACE);
        assert_non_null(strstr(world->error.text, parts[i].name));
        assert_non_null(strstr(world->error.text, "chmod -R go="));
        assert_int_equal(chmod(home_file(world, 0, parts[i].name), parts[i].closed), 0);
    }
    /* What can be made anew is closed without a word. */
    assert_int_equal(chmod(home_file(world, 0, "view.gpkg"), 0664), 0);
    expect(world, by_node_open(world->offices[0].home, &node, &world->error), BANYAN_OK);
    by_node_close(node);
    assert_int_equal(stat(home_file(world, 0, "view.gpkg"), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
}

static void a_home_that_others_may_enter_is_refused(void **state)
{
    struct by_node *node = NULL;
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    assert_int_equal(chmod(world.offices[0].home, 0755), 0);
    expect(&world, by_node_open(world.offices[0].home, &node, &world.error),
           BANYAN_ERR_UNSAFE_PLACE);
    assert_int_equal(chmod(world.offices[0].home, 0700), 0);
    assert_int_equal(chmod(home_file(&world, 0, "device.key"), 0644), 0);
    expect(&world, by_node_open(world.offices[0].home, &node, &world.error),
           BANYAN_ERR_UNSAFE_PLACE);
    assert_int_equal(chmod(home_file(&world, 0, "device.key"), 0600), 0);
    expect_parts_closed(&world);
    assert_int_equal(mkdir(world.offices[1].home, 0777), 0);
    assert_int_equal(chmod(world.offices[1].home, 0777), 0);
    expect(&world, try_found(&world, 1), BANYAN_ERR_UNSAFE_PLACE);
    world_end(&world);
}

/* Whether the flags that Linux tells of the memory at that place have this one. */
static bool memory_has(const void *at, const char *flag)
{
    FILE *maps = fopen("/proc/self/smaps", "re");
    char line[512];
    bool is_here = false, has_flag = false;

    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long first, end;

        if (sscanf(line, "%lx-%lx ", &first, &end) == 2)
            is_here = (unsigned long)at >= first && (unsigned long)at < end;
        if (is_here && strncmp(line, "VmFlags:", 8) == 0)
            has_flag = strstr(line, flag) != NULL;
    }
    fclose(maps);
    return has_flag;
}

static void keys_are_locked_in_memory_and_in_no_dump(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const struct by_node *node = world.offices[0].node;
#ifndef __SANITIZE_ADDRESS__ /* which locks nothing */
    assert_true(memory_has(node->device.secret, " lo"));
    assert_true(memory_has(node->transport.secret, " lo"));
#endif
    assert_true(memory_has(node->device.secret, " dd"));
    assert_false(memory_has(world.offices, " dd"));
    world_end(&world);
}

static void a_key_file_that_is_not_as_written_is_refused(void **state)
{
    static const size_t at[] = {0, 16, 48, 80};
    struct by_node *node = NULL;
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    const char *path = home_file(&world, 0, "device.key");
    struct by_buffer bytes = RESULT;
    expect_ok(&world, by_os_file_read(path, 4096, &bytes, &world.error));
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        bytes.data[at[i]] ^= 1;
        expect_ok(&world, by_os_file_replace(path, by_buffer_bytes(&bytes), &world.error));
        expect(&world, by_node_open(world.offices[0].home, &node, &world.error),
               BANYAN_ERR_DAMAGED);
        bytes.data[at[i]] ^= 1;
    }
    const size_t sizes[] = {0, bytes.size - 1, bytes.size + 1};
    uint8_t *more = NULL;
    expect_ok(&world, by_buffer_extend(&bytes, 1, &more));
    *more = 0;
    for (size_t i = 0; i < 3; i++) {
        expect_ok(&world,
                  by_os_file_replace(path, by_bytes_of(bytes.data, sizes[i]), &world.error));
        expect(&world, by_node_open(world.offices[0].home, &node, &world.error),
               BANYAN_ERR_DAMAGED);
    }
    by_buffer_deinit(&bytes);
    world_end(&world);
}

/* -- copies -- */

static enum banyan_status read_logs(void *context, struct by_store_txn *txn)
{
    return by_log_list_read(context, txn);
}

static size_t count_logs(struct world *world, int at, bool are_acts)
{
    struct by_log_list logs = {0};
    size_t count = 0;

    expect_ok(world,
              by_store_read(world->offices[at].node->store, read_logs, &logs, &world->error));
    for (size_t i = 0; i < logs.count; i++)
        count += logs.logs[i].is_act_log == are_acts;
    by_log_list_deinit(&logs);
    return count;
}

static void copy_home(struct world *world, int from, int to)
{
    char command[2 * PATH_BYTES + 32];

    snprintf(command, sizeof command, "cp -r '%s' '%s'", world->offices[from].home,
             world->offices[to].home);
    assert_int_equal(system(command), 0);
}

static void a_home_copied_too_often_says_so_and_writes_nothing(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 1);
    struct by_node *node = world.offices[0].node;
    for (int i = 1; i < (int)BY_OPENS_PER_DEVICE_MAX; i++) { /* founding opened the first */
        (void)snprintf(node->copy, sizeof node->copy, "copy %d", i);
        (void)add_site(&world, 0, "A site");
    }
    assert_int_equal(count_logs(&world, 0, false), BY_OPENS_PER_DEVICE_MAX);
    const char *before = fingerprint(&world, 0);
    (void)snprintf(node->copy, sizeof node->copy, "one copy more");
    struct banyan_field fields[] = {{"name.en", "One too many", BANYAN_SET},
                                    {"site_type", "candidate", BANYAN_SET}};
    struct by_buffer json = RESULT;
    expect(&world, by_edit_add(node, "site", fields, 2, &json, &world.error), BANYAN_ERR_DENIED);
    assert_string_equal(fingerprint(&world, 0), before);
    by_buffer_deinit(&json);
    world_end(&world);
}

static void a_copied_home_opens_logs_of_its_own_and_forks_nothing(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 0);
    close_office(&world, 1);
    copy_home(&world, 1, 2);
    open_office(&world, 1);
    open_office(&world, 2);
    set(&world, 1, id, "area", "1 ha");
    set(&world, 2, id, "area", "2 ha"); /* the copy goes on at the same time */
    set(&world, 1, id, "source", "the first");
    set(&world, 2, id, "licence", "the copy");
    assert_int_equal(count_logs(&world, 1, false) + 1, count_logs(&world, 2, false));
    carry(&world, 1, 0);
    carry(&world, 2, 0);
    assert_int_equal(count_logs(&world, 0, false), 3); /* Alpha's, Beta's, the copy's */
    assert_string_equal(field_text(&world, 0, id, "source"), "the first");
    assert_string_equal(field_text(&world, 0, id, "licence"), "the copy");
    assert_int_equal(conflict_count(&world, 0, id), 1); /* the area, as among any two */
    struct by_buffer json = RESULT;
    expect_ok(&world, by_check(world.offices[0].node, NULL, NULL, &json, &world.error));
    by_buffer_deinit(&json);
    world_end(&world);
}

static void a_home_that_stays_in_its_place_keeps_its_logs(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    for (int i = 0; i < 3; i++) {
        add_site(&world, 0, "A site");
        close_office(&world, 0);
        open_office(&world, 0);
    }
    assert_int_equal(count_logs(&world, 0, false), 1);
    assert_int_equal(count_logs(&world, 0, true), 1);
    world_end(&world);
}

/* -- several processes -- */

#define WRITERS          3
#define SITES_PER_WRITER 10

static int write_sites(const char *home)
{
    static const struct banyan_field fields[] = {{"name", "A site", BANYAN_SET},
                                                 {"site_type", "oecm", BANYAN_SET}};
    struct by_node *node = NULL;
    int failed = 0;

    if (by_node_open(home, &node, NULL) != BANYAN_OK)
        return 1;
    for (int i = 0; i < SITES_PER_WRITER; i++) {
        struct by_buffer json = RESULT;
        failed += by_edit_add(node, "site", fields, 2, &json, NULL) != BANYAN_OK;
        by_buffer_deinit(&json);
    }
    by_node_close(node);
    return failed;
}

static void several_processes_write_into_one_home(void **state)
{
    pid_t writers[WRITERS];
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        if (writers[i] == 0)
            _exit(write_sites(world.offices[0].home));
    }
    for (int i = 0; i < WRITERS; i++) {
        int result = -1;
        assert_int_equal(waitpid(writers[i], &result, 0), writers[i]);
        assert_int_equal(result, 0);
    }
    open_office(&world, 0);
    struct by_buffer json = RESULT;
    expect_ok(&world, by_report_status(world.offices[0].node, NULL, 0, &json, &world.error));
    struct by_value status = parse(&world, &json);
    assert_int_equal(number_of(by_value_get(&status, "records"), "site"),
                     WRITERS * SITES_PER_WRITER);
    assert_int_equal(count_logs(&world, 0, false), 1);
    expect_ok(&world, by_check(world.offices[0].node, NULL, NULL, &json, &world.error));
    by_buffer_deinit(&json);
    world_end(&world);
}

static int apply_alone(const char *home, const char *path)
{
    struct by_node *node = NULL;
    struct by_buffer json = RESULT;

    if (by_node_open(home, &node, NULL) != BANYAN_OK)
        return 1;
    int failed = by_bundle_apply(node, path, &json, NULL) != BANYAN_OK;
    by_buffer_deinit(&json);
    by_node_close(node);
    return failed;
}

static void what_another_process_learnt_is_seen_at_once(void **state)
{
    int go[2];
    char word;
    int result = -1;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *code = invite(&world, 0, NULL);
    carry(&world, 0, 1);
    join(&world, 2, "Gamma", code);
    const char *path = make_bundle(&world, 2);
    for (int i = 0; i < 3; i++)
        close_office(&world, i);
    assert_int_equal(pipe(go), 0);
    pid_t child = fork(); /* before anything is open here: LMDB does not survive a fork */
    if (child == 0)
        _exit(read(go[0], &word, 1) == 1 ? apply_alone(world.offices[1].home, path) : 2);
    open_office(&world, 1);
    const char *before = fingerprint(&world, 1);
    assert_int_equal(write(go[1], "x", 1), 1);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_string_not_equal(before, fingerprint(&world, 1)); /* Gamma was taken in */
    assert_int_equal(close(go[0]) + close(go[1]), 0);
    world_end(&world);
}

/* -- care -- */

static void rebuilding_gives_the_same_fingerprint(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 0);
    set(&world, 0, id, "area", "1 ha");
    set(&world, 1, id, "area", "2 ha");
    carry(&world, 1, 0);
    const char *before = fingerprint(&world, 0);
    expect_ok(&world, by_rebuild(world.offices[0].node, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    assert_string_equal(text_of(&world, &answer, "fingerprint"), before);
    close_office(&world, 0);
    assert_int_equal(unlink(home_file(&world, 0, "view.gpkg")), 0);
    (void)!unlink(home_file(&world, 0, "view.gpkg-wal"));
    (void)!unlink(home_file(&world, 0, "view.gpkg-shm"));
    open_office(&world, 0);
    assert_string_equal(fingerprint(&world, 0), before);
    world_end(&world);
}

/* Flip a bit in the middle of each page of the store until one hits a block. */
static void damage_store(struct world *world, int at)
{
    const char *path = home_file(world, at, "log/data.mdb");
    FILE *file = fopen(path, "r+b");
    long size;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    for (long page = 2; page * 4096 < size; page++) {
        for (long offset = 1024; offset < 4096; offset += 512) {
            assert_int_equal(fseek(file, page * 4096 + offset, SEEK_SET), 0);
            int byte = fgetc(file);
            assert_int_equal(fseek(file, page * 4096 + offset, SEEK_SET), 0);
            assert_int_not_equal(fputc(byte ^ 0x10, file), EOF);
        }
    }
    assert_int_equal(fclose(file), 0);
}

static void damage_is_named_and_nothing_wrong_is_shown(void **state)
{
    struct by_node *node = NULL;
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    for (int i = 0; i < 20; i++)
        add_site(&world, 0, "A site");
    close_office(&world, 0);
    damage_store(&world, 0);
    enum banyan_status status = by_node_open(world.offices[0].home, &node, &world.error);
    if (status == BANYAN_OK) {
        expect(&world, by_check(node, NULL, NULL, &json, &world.error), BANYAN_ERR_DAMAGED);
        by_buffer_deinit(&json);
        by_node_close(node);
    } else {
        assert_int_equal(banyan_status_class(status), BANYAN_CLASS_STORAGE);
    }
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_init_changes_nothing),
        cmocka_unit_test(a_home_whose_making_was_cut_short_is_none_and_can_be_made_again),
        cmocka_unit_test(a_home_that_lost_its_key_or_its_logs_is_neither_opened_nor_founded_over),
        cmocka_unit_test(the_key_of_another_member_is_refused),
        cmocka_unit_test(a_folder_without_a_home_is_not_opened),
        cmocka_unit_test(a_home_that_others_may_enter_is_refused),
        cmocka_unit_test(keys_are_locked_in_memory_and_in_no_dump),
        cmocka_unit_test(a_key_file_that_is_not_as_written_is_refused),
        cmocka_unit_test(a_home_copied_too_often_says_so_and_writes_nothing),
        cmocka_unit_test(a_copied_home_opens_logs_of_its_own_and_forks_nothing),
        cmocka_unit_test(a_home_that_stays_in_its_place_keeps_its_logs),
        cmocka_unit_test(several_processes_write_into_one_home),
        cmocka_unit_test(what_another_process_learnt_is_seen_at_once),
        cmocka_unit_test(rebuilding_gives_the_same_fingerprint),
        cmocka_unit_test(damage_is_named_and_nothing_wrong_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
