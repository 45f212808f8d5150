/* Comparing with a member: its node is asked, and nothing is exchanged by it. */
#include "running.h"

#include "admin/role.h"
#include "net/compare.h"
#include "net/sync.h"

#define ANY_PORT "127.0.0.1:0"

static struct by_value
compare(struct world *world, int at, const char *member, enum banyan_status wanted)
{
    const struct banyan_compare options = {.member = member, .timeout_ms = WAIT_MS};
    struct by_buffer json = RESULT;

    expect(world, by_compare_once(world->offices[at].home, &options, &json, &world->error), wanted);
    if (wanted == BANYAN_OK)
        return parse(world, &json);
    by_buffer_deinit(&json);
    return by_value_nil();
}

static const struct by_value *part(const struct by_value *map, const char *key)
{
    const struct by_value *value = by_value_get(map, key);

    if (value == NULL || value->kind != BY_VALUE_MAP)
        fail_msg("'%s' is not there", key);
    return value;
}

static void expect_bool(const struct by_value *map, const char *key, bool wanted)
{
    const struct by_value *value = by_value_get(map, key);

    assert_true(value != NULL && value->kind == BY_VALUE_BOOL);
    if (value->boolean != wanted)
        fail_msg("'%s' is %d", key, value->boolean);
}

static void expect_same(struct world *world, int at, const char *member)
{
    struct by_value answer = compare(world, at, member, BANYAN_OK);
    const struct by_value *asked = part(&answer, "asked");

    expect_bool(asked, "same", true);
    assert_int_equal(by_value_get(asked, "first")->kind, BY_VALUE_NIL);
    assert_int_equal(by_value_get(&answer, "not_asked")->kind, BY_VALUE_NIL);
}

static void sync_with(struct world *world, int at)
{
    const struct banyan_sync sync = {.timeout_ms = WAIT_MS};
    struct by_buffer json = RESULT;

    expect_ok(world, by_sync_once(world->offices[at].home, &sync, &json, &world->error));
    by_buffer_deinit(&json);
}

/* Alpha runs, Beta joined through it and is closed; both hold the same. */
static const char *begin(struct world *world, struct running *alpha)
{
    world_begin(world);
    found(world, 0, "Alpha");
    const char *id = add_site(world, 0, "A forest");
    for (int i = 0; i < 20; i++)
        (void)add_site(world, 0, "A hill");
    close_office(world, 0);
    start_node(world, 0, ANY_PORT, alpha);
    join_by_code(world, 0, 1, "Beta", alpha->address);
    sync_with(world, 1);
    return id;
}

static void one_record_that_differs_is_named(void **state)
{
    struct running alpha;
    struct world world;

    (void)state;
    const char *id = begin(&world, &alpha);
    expect_same(&world, 1, "Alpha");
    open_office(&world, 1);
    set(&world, 1, id, "area", "20 ha"); /* a proposal */
    close_office(&world, 1);
    for (int time = 0; time < 2; time++) { /* nothing was exchanged the first time */
        struct by_value answer = compare(&world, 1, "Alpha", BANYAN_OK);
        const struct by_value *asked = part(&answer, "asked"), *first = part(asked, "first");

        expect_bool(asked, "same", false);
        expect_bool(asked, "same_members", true);
        assert_string_equal(text_of(&world, asked, "cause"), "changes");
        assert_int_equal(number_of(asked, "they_lack"), 1);
        assert_int_equal(number_of(asked, "we_lack"), 0);
        assert_string_equal(text_of(&world, part(first, "record"), "id"), id);
        assert_string_equal(text_of(&world, part(first, "record"), "label"), "A forest");
        assert_int_equal(number_of(part(first, "here"), "changes"), 2);
        assert_string_equal(text_of(&world, part(part(first, "here"), "by"), "name"), "Beta");
        assert_int_equal(number_of(part(first, "there"), "changes"), 1);
        assert_string_equal(text_of(&world, part(part(first, "there"), "by"), "name"), "Alpha");
        assert_int_equal(number_of(first, "they_lack"), 1);
        assert_int_equal(number_of(first, "we_lack"), 0);
    }
    sync_with(&world, 1);
    expect_same(&world, 1, "Alpha");
    const char *other = add_at(&world, 0, "A lake");
    sleep_ms(300); /* the node meets it */
    struct by_value answer = compare(&world, 1, "Alpha", BANYAN_OK);
    const struct by_value *first = part(part(&answer, "asked"), "first");
    assert_string_equal(text_of(&world, part(first, "record"), "id"), other);
    assert_string_equal(text_of(&world, part(first, "record"), "type"), "");
    assert_int_equal(by_value_get(first, "here")->kind, BY_VALUE_NIL);
    assert_int_equal(number_of(part(&answer, "asked"), "we_lack"), 1);
    assert_false(holds_record(&world, 1, other));
    stop_node(&alpha);
    world_end(&world);
}

static void a_node_that_runs_asks_for_whoever_wants_to_know(void **state)
{
    struct running alpha, beta;
    struct world world;
    char line[2048];

    (void)state;
    (void)begin(&world, &alpha);
    start_node(&world, 1, ANY_PORT, &beta);
    expect_event(&beta, "in-sync|Alpha|", line);
    expect_same(&world, 1, "Alpha");
    expect_same(&world, 0, "Beta");
    const char *id = add_at(&world, 0, "A lake");
    await_record(&world, 1, id);
    expect_same(&world, 0, "Beta");
    (void)compare(&world, 0, "Nobody", BANYAN_ERR_NOT_FOUND);
    stop_node(&beta);
    /* The other is gone: what it told last is what there is to say. */
    struct by_value answer = compare(&world, 0, "Beta", BANYAN_OK);
    assert_int_equal(by_value_get(&answer, "asked")->kind, BY_VALUE_NIL);
    assert_string_equal(text_of(&world, part(&answer, "not_asked"), "reason"), "not_connected");
    expect_bool(&answer, "known", true);
    stop_node(&alpha);
    answer = compare(&world, 1, "Alpha", BANYAN_OK);
    assert_string_equal(text_of(&world, part(&answer, "not_asked"), "reason"), "refused");
    answer = compare(&world, 0, "Beta", BANYAN_OK);
    assert_string_equal(text_of(&world, part(&answer, "not_asked"), "reason"), "no_address");
    (void)compare(&world, 0, "Nobody", BANYAN_ERR_NOT_FOUND);
    world_end(&world);
}

static void a_member_that_was_removed_is_told_nothing(void **state)
{
    const struct banyan_removal removal = {.organisation = "Beta"};
    struct by_buffer json = RESULT;
    struct running alpha;
    struct world world;

    (void)state;
    (void)begin(&world, &alpha);
    open_office(&world, 0);
    expect_ok(&world, by_remove(world.offices[0].node, &removal, &json, &world.error));
    by_buffer_deinit(&json);
    close_office(&world, 0);
    sleep_ms(300); /* the node meets it */
    struct by_value answer = compare(&world, 1, "Alpha", BANYAN_OK);
    assert_int_equal(by_value_get(&answer, "asked")->kind, BY_VALUE_NIL);
    stop_node(&alpha);
    world_end(&world);
}

/* -- an older program -- */

static struct by_box_key transport_of(struct world *world, int at)
{
    open_office(world, at);
    struct by_box_key key = world->offices[at].node->transport;
    close_office(world, at);
    return key;
}

/* A process that shakes hands as a node without the feature does, and says nothing more. */
static pid_t answer_once(int fd, const struct by_channel_config *config)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child > 0)
        return child;
    struct by_buffer out = BY_BUFFER_INIT(4096);
    struct by_channel *channel = NULL;
    uint8_t bytes[4096];
    int caller = accept(fd, NULL, NULL);
    if (by_channel_new(config, clock_ms(), &out, &channel) != BANYAN_OK)
        _exit(1);
    for (ssize_t got = 1; got > 0;) {
        struct by_channel_event event = {.kind = BY_CHANNEL_PEER};

        got = read(caller, bytes, sizeof bytes);
        struct by_bytes fed = by_bytes_of(bytes, got > 0 ? (size_t)got : 0);
        while (fed.size > 0 && event.kind != BY_CHANNEL_NOTHING) {
            if (by_channel_feed(channel, clock_ms(), &fed, &out, &event) != BANYAN_OK)
                _exit(1);
            if (event.kind == BY_CHANNEL_PEER)
                by_channel_accept(channel, clock_ms(), BY_CHANNEL_OPEN);
        }
        if (out.size > 0 && send(caller, out.data, out.size, MSG_NOSIGNAL) < 0)
            _exit(1);
        out.size = 0;
    }
    _exit(0);
}

static void of_an_older_program_it_is_said_that_it_cannot_be_asked(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    char member[128];
    struct running alpha;
    struct world world;

    (void)state;
    (void)begin(&world, &alpha);
    stop_node(&alpha);
    struct by_box_key own = transport_of(&world, 0);
    open_office(&world, 0);
    struct by_id network = world.offices[0].node->network;
    close_office(&world, 0);
    const struct by_channel_config config = {.network = network,
                                             .own_static = &own,
                                             .ephemeral_seed = {{5}},
                                             .hello = {.version_min = 1, .version_max = 1}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(member, sizeof member, "Alpha@127.0.0.1:%u", ntohs(address.sin_port));
    pid_t child = answer_once(fd, &config);
    struct by_value answer = compare(&world, 1, member, BANYAN_OK);
    assert_int_equal(by_value_get(&answer, "asked")->kind, BY_VALUE_NIL);
    assert_string_equal(text_of(&world, part(&answer, "not_asked"), "reason"), "older");
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(fd);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_record_that_differs_is_named),
        cmocka_unit_test(a_node_that_runs_asks_for_whoever_wants_to_know),
        cmocka_unit_test(a_member_that_was_removed_is_told_nothing),
        cmocka_unit_test(of_an_older_program_it_is_said_that_it_cannot_be_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
