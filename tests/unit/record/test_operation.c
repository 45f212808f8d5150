/*
 * Which entries are operations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/limits.h"
#include "script.h"

/* Encode the first operation of a script and decode it again. */
static struct by_operation
pass_through(struct script *script, struct by_buffer *links, struct by_buffer *payload)
{
    struct by_operation back = {.hlc = 0};

    assert_int_equal(by_operation_encode(&script->operations[0], links, payload), BANYAN_OK);
    assert_int_equal(by_operation_decode(by_buffer_bytes(links), by_buffer_bytes(payload),
                                         &script->arena, &back),
                     BANYAN_OK);
    return back;
}

static const struct {
    const char *claim;
    const char *line;
    bool is_one; /* an operation at all */
    bool fits;   /* of type site */
} rows[] = {
    {"a put may be empty", "a o put -", true, true},
    {"a put sets and adds", "a o put - note=x tags+[a]", true, true},
    {"a put has nothing to unset", "a o put - note!", false, false},
    {"a put has no parents", "a o put b note=x", false, false},
    {"a patch touches something", "a o patch b", false, false},
    {"a patch of any form is kept", "a o patch b depth=deep", true, false},
    {"a delete touches nothing", "a o delete b note=x", false, false},
    {"a delete deletes", "a o delete b", true, true},
    {"an accept may touch nothing", "a o accept b ->b", true, true},
    {"an accept carries values", "a o accept b ->b note=x", true, true},
    {"a decline touches nothing", "a o decline b ->b note=x", false, false},
    {"a decline declines", "a o decline b ->b", true, true},
    {"a transfer names an organisation", "a o transfer b ->m", true, true},
    {"a transfer touches nothing", "a o transfer b ->m note=x", false, false},
    {"a path has a field", "a o patch b .vi=x", false, false},
    {"a path has no capitals", "a o patch b Note=x", false, false},
    {"a path has a language behind the dot", "a o patch b name.=x", false, false},
    {"a path has one dot", "a o patch b name.vi.en=x", false, false},
    {"a list is not set and added to at once", "a o patch b tags=[a] tags+[b]", false, false},
    {"a list may be added to and removed from", "a o patch b tags+[b] tags~c0", true, true},
    {"an addition adds something", "a o patch b tags+[]", false, false},
    {"a scalar is not added to", "a o patch b note+[b]", true, false},
    {"nothing is removed from a scalar", "a o patch b note~c0", true, false},
    {"a field without languages has no language", "a o patch b note.vi=x", true, false},
    {"a text is a text", "a o patch b note=[x]", true, false},
    {"a language holds a text", "a o patch b name.vi=[x]", true, false},
    {"the whole field holds a map", "a o patch b name=x", true, false},
    {"the whole field has languages for keys", "a o patch b name={VI-:x}", true, false},
    {"field and language are not touched at once", "a o patch b name! name.vi=x", true, false},
    {"what is not in force is set as one likes", "a o patch b odd={a:x} odd.vi=[y]", true, true},
    {"what is not in force is not added to", "a o patch b odd+[x]", true, false},
};

static void each_rule_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct by_buffer links = BY_BUFFER_INIT(65536);
        struct by_buffer payload = BY_BUFFER_INIT(65536);
        struct script script;
        struct by_operation back = {.hlc = 0};

        script_init(&script);
        script_read(&script, rows[i].line);
        back = pass_through(&script, &links, &payload);
        if ((back.values != NULL) != rows[i].is_one)
            fail_msg("%s: is %s", rows[i].claim, back.values != NULL ? "one" : "none");
        if (by_operation_fits(&back, by_bytes_of_text("site"), script.types) != rows[i].fits)
            fail_msg("%s: fits", rows[i].claim);
        by_buffer_deinit(&links);
        by_buffer_deinit(&payload);
        script_deinit(&script);
    }
}

static void touches_are_sorted_with_their_values(void **state)
{
    struct by_buffer links = BY_BUFFER_INIT(65536);
    struct by_buffer payload = BY_BUFFER_INIT(65536);
    struct script script;
    struct by_operation back = {.hlc = 0};

    (void)state;
    script_init(&script);
    script_read(&script, "a o put - note=n depth=1 area=a");
    back = pass_through(&script, &links, &payload);
    assert_int_equal(back.links.touch_count, 3);
    assert_true(by_bytes_equal(back.links.touches[0].path, by_bytes_of_text("area")));
    assert_true(by_bytes_equal(back.values[0].bytes, by_bytes_of_text("a")));
    assert_true(by_bytes_equal(back.links.touches[2].path, by_bytes_of_text("note")));
    assert_true(by_bytes_equal(back.values[2].bytes, by_bytes_of_text("n")));
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
    script_deinit(&script);
}

static void a_payload_that_breaks_the_rules_is_kept_and_no_operation(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } payloads[] = {
        {"", 0},               /* nothing */
        {"\x90", 1},           /* no value for the touch */
        {"\x92\xa1x\xa1y", 5}, /* two */
        {"\x91\xd9\x01x", 4},  /* a longer form than needed */
        {"\x91\xa1\xff", 3},   /* no text */
        {"\x91\xc0", 2},       /* set to nothing */
        {"\x92\xa1x\xc0", 4},  /* remarks that are no map */
        {"\x93\xa1x\x80\x80", 5},
        {"\x92\xa1x\x81\xa6person\x01", 11}, /* a person who is no text */
        {"\x92\xa1x\x81\xa6person\xa0", 11}, /* and one without a name */
        {"\x92\xa1x\x81\xa6person\xa3"
         "a\nb",
         14},         /* and one of two lines */
        {"\xa1x", 2}, /* no array */
        {"\xdd\x7f\xff\xff\xff\xc0", 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        struct by_buffer links = BY_BUFFER_INIT(65536);
        struct by_buffer payload = BY_BUFFER_INIT(65536);
        struct script script;
        struct by_operation back = {.hlc = 0};

        script_init(&script);
        script_read(&script, "a o put - note=x");
        (void)pass_through(&script, &links, &payload);
        assert_int_equal(by_operation_decode(by_buffer_bytes(&links),
                                             by_bytes_of(payloads[i].bytes, payloads[i].size),
                                             &script.arena, &back),
                         BANYAN_OK);
        assert_null(back.values);
        assert_false(by_operation_fits(&back, by_bytes_of_text("site"), script.types));
        by_buffer_deinit(&links);
        by_buffer_deinit(&payload);
        script_deinit(&script);
    }
}

/* The payload of "note=x" with these bytes behind the value. */
static struct by_operation
decode_with(struct script *script, const char *remarks, size_t size, struct by_buffer *room)
{
    struct by_buffer links = BY_BUFFER_INIT(65536);
    struct by_bytes copy = {0};
    struct by_operation back = {.hlc = 0};

    script_read(script, "a o put - note=x");
    (void)pass_through(script, &links, room);
    by_buffer_reset(room);
    assert_int_equal(by_buffer_append(room, "\x92\xa1x", 3), BANYAN_OK);
    assert_int_equal(by_buffer_append(room, remarks, size), BANYAN_OK);
    assert_int_equal(by_arena_copy(&script->arena, by_buffer_bytes(&links), &copy), BANYAN_OK);
    assert_int_equal(by_operation_decode(copy, by_buffer_bytes(room), &script->arena, &back),
                     BANYAN_OK);
    by_buffer_deinit(&links);
    return back;
}

static void what_remarks_say_beyond_what_is_known_is_passed_over(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *person;
    } cases[] = {
        {"\x80", 1, ""},
        {"\x81\xa3new\x91\x01", 7, ""},
        {"\x81\xa6person\xa3"
         "Hoa",
         12, "Hoa"},
        {"\x83\xa3new\xc0\xa6person\xa3"
         "Hoa\xa6source\xa1x",
         26, "Hoa"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct by_buffer payload = BY_BUFFER_INIT(65536);
        struct script script;
        struct by_operation back = {.hlc = 0};

        script_init(&script);
        back = decode_with(&script, cases[i].bytes, cases[i].size, &payload);
        assert_non_null(back.values);
        assert_true(by_bytes_equal(back.person, by_bytes_of_text(cases[i].person)));
        by_buffer_deinit(&payload);
        script_deinit(&script);
    }
}

static void a_persons_name_has_up_to_128_bytes(void **state)
{
    static char name[BY_PERSON_BYTES_MAX + 2];

    (void)state;
    memset(name, 'x', sizeof name);
    for (size_t size = BY_PERSON_BYTES_MAX - 1; size <= BY_PERSON_BYTES_MAX + 1; size++) {
        struct by_buffer links = BY_BUFFER_INIT(65536);
        struct by_buffer payload = BY_BUFFER_INIT(65536);
        struct script script;
        struct by_operation back = {.hlc = 0};

        script_init(&script);
        script_read(&script, "a o delete b");
        script.operations[0].person = by_bytes_of(name, size);
        back = pass_through(&script, &links, &payload);
        assert_int_equal(back.values != NULL, size <= BY_PERSON_BYTES_MAX);
        assert_int_equal(back.person.size, size <= BY_PERSON_BYTES_MAX ? size : 0);
        by_buffer_deinit(&links);
        by_buffer_deinit(&payload);
        script_deinit(&script);
    }
}

static void links_that_are_none_are_refused(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_operation back = {.hlc = 0};

    (void)state;
    assert_int_not_equal(
        by_operation_decode(by_bytes_of("\x90", 1), by_bytes_of("\x90", 1), &arena, &back),
        BANYAN_OK);
    assert_null(back.values);
    by_arena_deinit(&arena);
}

/* count touches of fields named f0 to f<count - 1>, each set to true. */
static enum banyan_status encode_touches(size_t count)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_operation operation = {.links = {.op = BY_OP_PATCH, .touch_count = count}};
    enum banyan_status status = BANYAN_OK;

    operation.links.touches = by_arena_array(&arena, count, sizeof *operation.links.touches);
    operation.values = by_arena_array(&arena, count, sizeof *operation.values);
    for (size_t i = 0; i < count; i++) {
        char path[16];

        (void)snprintf(path, sizeof path, "f%zu", i);
        operation.links.touches[i].path =
            by_bytes_of_text(by_arena_text(&arena, by_bytes_of_text(path)));
        operation.values[i] = by_value_bool(true);
    }
    status = by_operation_encode(&operation, &links, &payload);
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
    by_arena_deinit(&arena);
    return status;
}

static void an_operation_touches_up_to_256_paths(void **state)
{
    (void)state;
    assert_int_equal(encode_touches(BY_TOUCHES_MAX - 1), BANYAN_OK);
    assert_int_equal(encode_touches(BY_TOUCHES_MAX), BANYAN_OK);
    assert_int_equal(encode_touches(BY_TOUCHES_MAX + 1), BANYAN_ERR_TOO_LARGE);
}

static void a_path_has_up_to_128_bytes(void **state)
{
    char path[BY_PATH_BYTES_MAX + 2];

    (void)state;
    memset(path, 'a', sizeof path);
    assert_true(by_path_is(by_bytes_of(path, BY_PATH_BYTES_MAX - 1)));
    assert_true(by_path_is(by_bytes_of(path, BY_PATH_BYTES_MAX)));
    assert_false(by_path_is(by_bytes_of(path, BY_PATH_BYTES_MAX + 1)));
    assert_false(by_path_is(by_bytes_of(path, 0)));
    assert_true(by_path_is(by_bytes_of_text("name.zh-Hans")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_decides),
        cmocka_unit_test(touches_are_sorted_with_their_values),
        cmocka_unit_test(a_payload_that_breaks_the_rules_is_kept_and_no_operation),
        cmocka_unit_test(what_remarks_say_beyond_what_is_known_is_passed_over),
        cmocka_unit_test(a_persons_name_has_up_to_128_bytes),
        cmocka_unit_test(links_that_are_none_are_refused),
        cmocka_unit_test(an_operation_touches_up_to_256_paths),
        cmocka_unit_test(a_path_has_up_to_128_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
