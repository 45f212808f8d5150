/*
 * How a record is told: fates, order, and what stood before, held against merges of each
 * operation's own past.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec/json.h"
#include "record/told.h"
#include "script.h"

/* "a b:before[note=x] c:open" */
static char *tell_text(struct script *script)
{
    static const char *const fates[] = {"", ":open", ":accepted", ":declined", ":void", ":invalid"};
    struct by_buffer out = BY_BUFFER_INIT(1u << 20);
    struct by_told *told = NULL;
    size_t count = 0;

    assert_int_equal(by_tell(&script->name, script->operations, script->count, script->types,
                             &script->arena, &told, &count),
                     BANYAN_OK);
    for (size_t i = 0; i < count; i++) {
        const struct by_operation *operation = told[i].operation;

        assert_int_equal(by_buffer_append_format(&out, "%s%c%s", i == 0 ? "" : " ",
                                                 operation->id.bytes[0], fates[told[i].fate]),
                         BANYAN_OK);
        for (size_t k = 0; told[i].befores != NULL && k < operation->links.touch_count; k++)
            for (size_t c = 0; c < told[i].befores[k].count; c++) {
                assert_int_equal(by_buffer_append_u8(&out, c == 0 ? '<' : '|'), BANYAN_OK);
                script_show_value(&told[i].befores[k].candidates[c].value, &out);
            }
    }
    return by_buffer_take_text(&out);
}

static const struct {
    const char *claim;
    const char *script;
    const char *told;
} rows[] = {
    {"each edit is told with what stood before",
     "a o put - note=x\nb o patch a note=y\n"
     "c o patch b note=z",
     "a b<x c<y"},
    {"made apart, both saw the same", "a o put - note=x\nb o patch a note=y\nc c patch a note=z",
     "a b<x c<x"},
    {"who settles a conflict saw all its values",
     "a o put - note=x\nb o patch a note=y\nc c patch a note=z\nd o patch bc note=y",
     "a b<x c<x d<y|z"},
    {"what was unset on one side is among them",
     "a o put - note=x\nb o patch a note!\nc c patch a note=z\nd o patch bc note=y",
     "a b<x c<x d<!|z"},
    {"edits of other fields stand between",
     "a o put - note=x\nb o patch a depth=1\n"
     "c o patch b note=z",
     "a b c<x"},
    {"a language is told by itself",
     "a o put - name.vi=x name.en=y\nb o patch a name.vi=u\nc o patch b name={en:w}\n"
     "d o patch c name.vi=q",
     "a b<x c<y|u d"},
    {"of all languages unset, all are told", "a o put - name.vi=x name.en=y\nb o patch a name!",
     "a b<y|x"},
    {"a list is one value, as far as it was seen",
     "a o put - tags=[k,m]\nb o patch a tags+[z] tags~a0\nc c patch a tags+[q]\n"
     "d o patch bc tags=[x]",
     "a b c d<[m,q,z]"},
    {"a proposal is told with what its author saw",
     "a o put - note=x\nb m patch a note=y\nc o patch a note=z\nd m patch c note=w",
     "a b:open<x c<x d:open<z"},
    {"proposals hide nothing", "a o put - note=x\nb m patch a note=y\nc o patch b note=z",
     "a b:open<x c<x"},
    {"fates are those of the merge",
     "a o put - note=x\nb m patch a note=y\nc m patch a note=w\nd o accept b ->b note=y\n"
     "e c decline c ->c\nf m decline c ->c\ng n transfer a ->n\nh m put - note=q\n"
     "i o patch a depth=deep",
     "a b:accepted<x c:declined<x d<x e f:void g:void h:void i:invalid"},
    {"parents come first, whatever the clocks say",
     "a o put - @9 note=x\nb o patch a @2 note=y\nc o patch b @5 note=z", "a b<x c<y"},
    {"nothing is told of nothing", "", ""},
};

static void every_claim_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script;
        char *text = NULL;

        script_init(&script);
        script_read(&script, rows[i].script);
        text = tell_text(&script);
        if (strcmp(text, rows[i].told) != 0)
            fail_msg("%s:\n  expected %s\n  got      %s", rows[i].claim, rows[i].told, text);
        free(text);
        script_deinit(&script);
    }
}

/* ---- against merges of each past ------------------------------------------------------------- */

static bool is_of(const struct by_merged_path *path, struct by_bytes touched)
{
    struct by_bytes field = {0};
    struct by_bytes language = {0};

    by_path_split(path->path, &field, &language);
    return by_bytes_equal(path->path, touched) || by_bytes_equal(field, touched);
}

/* What the record was to the operation, at a path; of a field in all languages, their values. */
static void show_past(struct script *script, const struct by_operation *operation,
                      struct by_bytes path, struct by_buffer *out)
{
    struct by_merged merged = {0};
    enum by_field_kind kind = BY_FIELD_TEXT;
    bool is_mltext = by_type_set_field(script->types, by_bytes_of_text("site"), path, &kind) &&
                     kind == BY_FIELD_MLTEXT;

    assert_int_equal(by_merge_as_of(&script->name, script->operations, script->count,
                                    operation->links.parents, operation->links.parent_count,
                                    script->types, &script->arena, &merged),
                     BANYAN_OK);
    for (size_t i = 0; i < merged.path_count; i++) {
        if (!by_bytes_equal(merged.paths[i].path, path) &&
            !(is_mltext && is_of(&merged.paths[i], path)))
            continue;
        for (size_t k = 0; k < merged.paths[i].candidate_count; k++) {
            assert_int_equal(by_buffer_append_u8(out, '|'), BANYAN_OK);
            script_show_value(&merged.paths[i].candidates[k].value, out);
        }
    }
    assert_int_equal(by_buffer_append_u8(out, 0), BANYAN_OK);
}

static void show_before(const struct by_before *before, struct by_buffer *out)
{
    for (size_t k = 0; k < before->count; k++) {
        assert_int_equal(by_buffer_append_u8(out, '|'), BANYAN_OK);
        script_show_value(&before->candidates[k].value, out);
    }
    assert_int_equal(by_buffer_append_u8(out, 0), BANYAN_OK);
}

static void check_touch(struct script *script, const struct by_told *told, size_t at, uint64_t seed)
{
    const struct by_touch *touch = &told->operation->links.touches[at];
    struct by_buffer expected = BY_BUFFER_INIT(1u << 20);
    struct by_buffer got = BY_BUFFER_INIT(1u << 20);

    if (touch->how == BY_HOW_SET || touch->how == BY_HOW_UNSET)
        show_past(script, told->operation, touch->path, &expected);
    else
        assert_int_equal(by_buffer_append_u8(&expected, 0), BANYAN_OK);
    show_before(&told->befores[at], &got);
    if (strcmp((const char *)expected.data, (const char *)got.data) != 0)
        fail_msg("seed %u, operation %c, %.*s:\n  expected %s\n  got      %s", (unsigned)seed,
                 told->operation->id.bytes[0], (int)touch->path.size,
                 (const char *)touch->path.data, expected.data, got.data);
    by_buffer_deinit(&expected);
    by_buffer_deinit(&got);
}

static void check_deletion(struct script *script, const struct by_told *told, uint64_t seed)
{
    const struct by_operation *operation = told->operation;
    struct by_merged merged = {0};
    enum banyan_status status =
        by_merge_as_of(&script->name, script->operations, script->count, operation->links.parents,
                       operation->links.parent_count, script->types, &script->arena, &merged);

    assert_true(status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND);
    if (status == BANYAN_OK && told->fate == BY_FATE_COUNTS && told->before != merged.deletion)
        fail_msg("seed %u, operation %c: deleted before is %d, not %d", (unsigned)seed,
                 operation->id.bytes[0], (int)told->before, (int)merged.deletion);
}

static void what_stood_before_is_the_merge_of_each_past(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct script script;
        struct by_told *told = NULL;
        size_t count = 0;
        char text[8192];

        script_init(&script);
        script_random(seed, 2 + seed % 24, text, sizeof text);
        script_read(&script, text);
        assert_int_equal(by_tell(&script.name, script.operations, script.count, script.types,
                                 &script.arena, &told, &count),
                         BANYAN_OK);
        assert_int_equal(count, script.count);
        for (size_t i = 0; i < count; i++)
            check_deletion(&script, &told[i], seed);
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; told[i].befores != NULL && k < told[i].operation->links.touch_count;
                 k++)
                check_touch(&script, &told[i], k, seed);
        script_deinit(&script);
    }
}

/* ---- much ------------------------------------------------------------------------------------ */

/* 20,000 edits of one field and a deletion among them: in a row, all apart, or apart and then in
 * pairs. */
enum shape { IN_A_ROW, APART, IN_TWO_ROWS };

static void tell_many(enum shape shape)
{
    size_t count = 20000;
    struct script script;
    struct by_operation *operations = calloc(count, sizeof *operations);
    struct by_touch touch = {.path = by_bytes_of_text("note"), .how = BY_HOW_SET};
    struct by_told *told = NULL;
    size_t told_count = 0;

    assert_non_null(operations);
    script_init(&script);
    for (size_t i = 0; i < count; i++) {
        struct by_operation *operation = &operations[i];
        size_t parent = shape == IN_A_ROW ? i - 1 : shape == APART ? 0 : i < 2 ? 0 : i - 2;

        operation->values = by_arena_alloc(&script.arena, sizeof *operation->values);
        operation->values[0] = by_value_int((int64_t)i);
        operation->values[0] = by_value_literal(i % 2 == 0 ? "even" : "odd");
        by_put_u32le(operation->id.bytes, (uint32_t)(i * 2654435761u));
        operation->hlc = i + 1;
        operation->organisation = script.name.owner;
        operation->links.op = i == 0 ? BY_OP_PUT : i == count / 2 ? BY_OP_DELETE : BY_OP_PATCH;
        operation->links.type = by_bytes_of_text("site");
        operation->links.touches = &touch;
        operation->links.touch_count = i != count / 2;
        operation->links.parents = i > 0 ? &operations[parent].id : NULL;
        operation->links.parent_count = i > 0;
    }
    assert_int_equal(
        by_tell(&script.name, operations, count, script.types, &script.arena, &told, &told_count),
        BANYAN_OK);
    assert_int_equal(told_count, count);
    for (size_t i = 0; i < count; i++)
        if (told[i].operation->links.op != BY_OP_DELETE)
            assert_int_equal(told[i].befores[0].count, i > 0);
    free(operations);
    script_deinit(&script);
}

static void twenty_thousand_edits_are_told_in_a_moment(void **state)
{
    (void)state;
    tell_many(IN_A_ROW);
    tell_many(APART);
    tell_many(IN_TWO_ROWS);
}

/* 300 values apart, then 300 edits that saw 64 of them each. */
static void a_before_holds_so_many_values_and_says_that_there_were_more(void **state)
{
    (void)state;
    for (size_t values = BY_TOLD_VALUES_MAX - 1; values <= BY_TOLD_VALUES_MAX + 1; values++) {
        struct script script;
        struct by_operation operations[BY_TOLD_VALUES_MAX + 4] = {{.hlc = 0}};
        struct by_touch touch = {.path = by_bytes_of_text("note"), .how = BY_HOW_SET};
        struct by_touch other = {.path = by_bytes_of_text("depth"), .how = BY_HOW_UNSET};
        struct by_value nothing = by_value_nil();
        struct by_id heads[BY_TOLD_VALUES_MAX + 2];
        struct by_told *told = NULL;
        size_t count = values + 3;

        script_init(&script);
        for (size_t i = 0; i < count; i++) {
            struct by_operation *operation = &operations[i];
            char text[24];

            (void)snprintf(text, sizeof text, "%zu", i);
            operation->values = by_arena_alloc(&script.arena, sizeof *operation->values);
            operation->values[0] =
                by_value_literal(by_arena_text(&script.arena, by_bytes_of_text(text)));
            operation->id.bytes[0] = (uint8_t)(i + 1);
            operation->hlc = i + 1;
            operation->organisation = script.name.owner;
            operation->links.op = i == 0 ? BY_OP_PUT : i == count / 2 ? BY_OP_DELETE : BY_OP_PATCH;
            operation->links.type = by_bytes_of_text("site");
            operation->links.touches = &touch;
            operation->links.touch_count = 1;
            operation->links.parents = &operations[0].id;
            operation->links.parent_count = i > 0;
            if (i > 0 && i <= values)
                heads[i - 1] = operation->id;
        }
        /* the last but one joins all but one without a word about the field */
        operations[count - 2].links.touches = &other;
        operations[count - 2].values = &nothing;
        operations[count - 2].links.parents = heads;
        operations[count - 2].links.parent_count = values - 1;
        heads[values] = operations[count - 2].id;
        operations[count - 1].links.parents = &heads[values - 1];
        operations[count - 1].links.parent_count = 2;
        assert_int_equal(
            by_tell(&script.name, operations, count, script.types, &script.arena, &told, &count),
            BANYAN_OK);
        assert_int_equal(told[count - 1].befores[0].count,
                         values < BY_TOLD_VALUES_MAX ? values : BY_TOLD_VALUES_MAX);
        assert_int_equal(told[count - 1].befores[0].is_cut, values > BY_TOLD_VALUES_MAX);
        script_deinit(&script);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_claim_holds),
        cmocka_unit_test(what_stood_before_is_the_merge_of_each_past),
        cmocka_unit_test(twenty_thousand_edits_are_told_in_a_moment),
        cmocka_unit_test(a_before_holds_so_many_values_and_says_that_there_were_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
