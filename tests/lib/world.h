/*
 * A world for tests: offices with homes of their own in one throw-away folder, which exchange
 * bundles.
 */
#ifndef BY_TESTS_CORE_WORLD_H
#define BY_TESTS_CORE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "admin/found.h"
#include "admin/invite.h"
#include "bundle/apply.h"
#include "bundle/make.h"
#include "codec/json.h"
#include "core/counts.h"
#include "core/decide.h"
#include "core/edit.h"
#include "core/show.h"
#include "lib/test_folder.h"
#include "report/report.h"

#define WORLD_OFFICES_MAX 4
#define PATH_BYTES        512

struct office {
    char home[PATH_BYTES];
    struct by_node *node;
};
struct world {
    char folder[PATH_BYTES];
    struct office offices[WORLD_OFFICES_MAX];
    unsigned bundle_count;
    struct by_arena arena; /* of parsed results; lives as long as the world */
    struct banyan_error error;
};

/* Fails the test with the words of the error unless status is the one wanted. */
static inline void expect(struct world *world, enum banyan_status status, enum banyan_status wanted)
{
    if (status != wanted)
        fail_msg("%s instead of %s: %s", banyan_status_name(status), banyan_status_name(wanted),
                 world->error.text);
}

static inline void expect_ok(struct world *world, enum banyan_status status)
{
    expect(world, status, BANYAN_OK);
}

static inline void world_begin(struct world *world)
{
    memset(world, 0, sizeof *world);
    strcpy(world->folder, "/tmp/banyan-core-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    for (int i = 0; i < WORLD_OFFICES_MAX; i++)
        assert_true(snprintf(world->offices[i].home, PATH_BYTES, "%.480s/office%d", world->folder,
                             i) < PATH_BYTES);
}

static inline void world_end(struct world *world)
{
    for (int i = 0; i < WORLD_OFFICES_MAX; i++)
        by_node_close(world->offices[i].node);
    by_arena_deinit(&world->arena);
    assert_int_equal(nftw(world->folder, test_folder_drop, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void open_office(struct world *world, int at)
{
    struct office *office = &world->offices[at];

    expect_ok(world, by_node_open(office->home, &office->node, &world->error));
}

static inline void close_office(struct world *world, int at)
{
    by_node_close(world->offices[at].node);
    world->offices[at].node = NULL;
}

/* A result as a value that holds until the world ends; the buffer is emptied. */
static inline struct by_value parse(struct world *world, struct by_buffer *json)
{
    struct by_value value;

    expect_ok(world, by_json_parse(by_buffer_bytes(json), &world->arena, &value, &world->error));
    by_buffer_deinit(json);
    return value;
}

static inline const char *text_of(struct world *world, const struct by_value *map, const char *key)
{
    const struct by_value *value = by_value_get(map, key);

    if (value == NULL || value->kind != BY_VALUE_TEXT)
        fail_msg("the result has no text '%s'", key);
    return by_arena_text(&world->arena, value->bytes);
}

static inline int64_t number_of(const struct by_value *map, const char *key)
{
    const struct by_value *value = by_value_get(map, key);

    if (value == NULL || value->kind != BY_VALUE_INT)
        fail_msg("the result has no number '%s'", key);
    return value->integer;
}

#define RESULT BY_BUFFER_INIT(SIZE_MAX)

/* -- networks -- */

static inline void found(struct world *world, int at, const char *name)
{
    static const char *const names[] = {"Test network", "vi=Mạng lưới thử"};
    const struct banyan_profile profile = {.name = name, .country = "VNM", .kind = "ngo"};
    struct by_buffer recovery = RESULT;

    expect_ok(world,
              by_found(world->offices[at].home, names, 2, &profile, &recovery, &world->error));
    by_buffer_deinit(&recovery);
    open_office(world, at);
}

static inline const char *invite(struct world *world, int at, const char *role)
{
    const struct banyan_invite invitation = {.name = "A guest", .role = role};
    struct by_buffer json = RESULT;

    expect_ok(world, by_invite(world->offices[at].node, &invitation, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "code");
}

static inline void join(struct world *world, int at, const char *name, const char *code)
{
    const struct banyan_profile profile = {.name = name, .country = "KHM", .kind = "ngo"};
    struct by_buffer recovery = RESULT;

    expect_ok(world, by_join(world->offices[at].home, code, &profile, &recovery, &world->error));
    by_buffer_deinit(&recovery);
    open_office(world, at);
}

static inline const char *bundle_path(struct world *world)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%.480s/%u.banyan", world->folder, world->bundle_count++);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

static inline const char *make_bundle(struct world *world, int from)
{
    const struct banyan_bundle bundle = {.path = bundle_path(world)};
    struct by_buffer json = RESULT;

    expect_ok(world, by_bundle_make(world->offices[from].node, &bundle, &json, &world->error));
    by_buffer_deinit(&json);
    return bundle.path;
}

static inline struct by_value apply_bundle(struct world *world, int to, const char *path)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_bundle_apply(world->offices[to].node, path, &json, &world->error));
    return parse(world, &json);
}

static inline struct by_value carry(struct world *world, int from, int to)
{
    return apply_bundle(world, to, make_bundle(world, from));
}

/* Office 0 founds, 1 to count - 1 join through it; all hold the same at the end. */
static inline void found_network(struct world *world, int count)
{
    static const char *const names[] = {"Alpha", "Beta", "Gamma", "Delta"};

    found(world, 0, names[0]);
    for (int i = 1; i < count; i++) {
        join(world, i, names[i], invite(world, 0, NULL));
        carry(world, i, 0);
        carry(world, 0, i);
        carry(world, i, 0);
    }
    for (int i = 1; i < count; i++)
        carry(world, 0, i);
}

static inline const char *fingerprint(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_report_fingerprint(world->offices[at].node, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "fingerprint");
}

static inline void expect_same_fingerprint(struct world *world, int count)
{
    const char *first = fingerprint(world, 0);

    for (int i = 1; i < count; i++)
        assert_string_equal(first, fingerprint(world, i));
}

/* -- records -- */

static inline const char *add_site(struct world *world, int at, const char *name)
{
    const struct banyan_field fields[] = {{"name.en", name, BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET}};
    struct by_buffer json = RESULT;

    expect_ok(world, by_edit_add(world->offices[at].node, "site", fields, 2, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "id");
}

/* The outcome's word. */
static inline const char *change(struct world *world, int at, const char *id, const char *path,
                                 const char *value, enum banyan_change how)
{
    const struct banyan_field field = {path, value, how};
    struct by_buffer json = RESULT;

    expect_ok(world, by_edit_change(world->offices[at].node, id, &field, 1, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "outcome");
}

static inline const char *
set(struct world *world, int at, const char *id, const char *path, const char *value)
{
    return change(world, at, id, path, value, BANYAN_SET);
}

static inline struct by_value show(struct world *world, int at, const char *id)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_show(world->offices[at].node, id, "en", &json, &world->error));
    return parse(world, &json);
}

/* Text of a field as people see it; "" without a value. */
static inline const char *field_text(struct world *world, int at, const char *id, const char *path)
{
    struct by_value record = show(world, at, id);
    const struct by_value *texts = by_value_get(&record, "text");

    return by_value_get(texts, path) == NULL ? "" : text_of(world, texts, path);
}

static inline size_t conflict_count(struct world *world, int at, const char *id)
{
    struct by_value record = show(world, at, id);

    return by_value_get(&record, "conflicts")->map.count;
}

#endif
