/*
 * The merge, claim by claim; tests/interop/merge_oracle.py holds it against another reading of the
 * rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec/json.h"
#include "script.h"

static char *merge_text(struct script *script)
{
    struct by_merged merged = {0};

    assert_int_equal(by_merge(&script->name, script->operations, script->count, script->types,
                              &script->arena, &merged),
                     BANYAN_OK);
    return script_show(&merged);
}

static const struct {
    const char *claim;
    const char *script;
    const char *merged;
} rows[] = {
    {"a sequential edit replaces, however the clocks stand",
     "a o put - @9 note=x\nb o patch a @5 note=y", "note=y heads:b all:b"},
    {"edits made apart are a conflict, the later stamp first",
     "a o put - note=x\nb o patch a note=y\nc o patch a note=z", "note=z|y@cb heads:bc all:bc"},
    {"the owner's value is shown before others', whatever its stamp",
     "a o put - note=x\nb o patch a note=y\nc c patch a @99 note=z", "note=y|z@bc heads:bc all:bc"},
    {"with equal stamps the lowest id is shown first",
     "a o put - note=x\nb o patch a @7 note=y\nc o patch a @7 note=z",
     "note=y|z@bc heads:bc all:bc"},
    {"edits of different fields made apart do not meet",
     "a o put - note=x\nb o patch a note=y\nc c patch a depth=3", "depth=3 note=y heads:bc all:bc"},
    {"an edit above both settles a conflict",
     "a o put - note=x\nb o patch a note=y\nc c patch a note=z\nd o patch bc note=y",
     "note=y heads:d all:d"},
    {"the same value said twice is no conflict",
     "a o put -\nb o patch a note=y\nc c patch a note=y", "note=y heads:bc all:bc"},
    {"1 and 1.0 are one value, shown as the one shown first said it",
     "a o put -\nb o patch a depth=1.0\nc c patch a depth=1", "depth=1.0 heads:bc all:bc"},
    {"a value and its removal made apart are a conflict",
     "a o put - note=x\nb o patch a note=y\nc c patch a note!", "note=y|!@bc heads:bc all:bc"},
    {"an unset field is left out", "a o put - note=x\nb o patch a note!", " heads:b all:b"},
    {"languages are settled one by one",
     "a o put - name.vi=x name.en=y\nb o patch a name.vi=u\nc c patch a name.en=w",
     "name.en=w name.vi=u heads:bc all:bc"},
    {"a text for the whole field replaces all languages",
     "a o put - name.vi=x name.en=y\nb o patch a name={vi:z}", "name.vi=z heads:b all:b"},
    {"unset of the whole field takes all languages away",
     "a o put - name.vi=x name.en=y\nb o patch a name!", " heads:b all:b"},
    {"a language and the whole field said apart are a conflict in that language only",
     "a o put - name={vi:x,en:y}\nb o patch a name.vi=u\nc o patch a name={vi:w,en:q}",
     "name.en=q name.vi=w|u@cb heads:bc all:bc"},
    {"a language that the whole field lacks is taken away by it",
     "a o put - name.ru=x\nb o patch a name.ru=u\nc o patch a name={vi:w}",
     "name.ru=!|u@cb name.vi=w heads:bc all:bc"},
    {"of two who took a language away, one still stands when only the other was answered",
     "a o put - name.vi=x\nb o patch a @50 name={en:1}\nc o patch a name={en:2}\n"
     "d o patch b name.vi=y",
     "name.en=1|2@bc name.vi=y|!@dc heads:cd all:cd"},
    {"a field that is not in force is a scalar, path by path",
     "a o put - odd=x odd.vi=y\nb o patch a odd=z", "odd=z odd.vi=y heads:b all:b"},
    {"additions made apart are joined, in byte order",
     "a o put - tags=[m]\nb o patch a tags+[z]\nc c patch a tags+[b]",
     "tags=[b,m,z]<-c0a0b0 heads:bc all:bc"},
    {"an element added twice is one, and a removal names both",
     "a o put - tags=[m]\nb o patch a tags+[k]\nc c patch a tags+[k]",
     "tags=[k,m]<-b0c0a0 heads:bc all:bc"},
    {"a removal takes back what it names and saw", "a o put - tags=[m,n]\nb o patch a tags~a0",
     "tags=[n]<-a1 heads:b all:b"},
    {"an addition wins over a removal made apart",
     "a o put - tags=[m]\nb o patch a tags~a0\nc c patch a tags+[m]",
     "tags=[m]<-c0 heads:bc all:bc"},
    {"a removal cannot name what it did not see",
     "a o put - tags=[m]\nb o patch a tags+[n]\nc c patch a tags~b0",
     "tags=[m,n]<-a0b0 heads:bc all:bc"},
    {"set on a list removes what it saw and keeps what was added apart",
     "a o put - tags=[m,n]\nb o patch a tags=[x]\nc c patch a tags+[y]",
     "tags=[x,y]<-b0c0 heads:bc all:bc"},
    {"a list without elements is left out", "a o put - tags=[m]\nb o patch a tags=[]",
     " heads:b all:b"},
    {"an operation may add and remove in one list",
     "a o put - tags=[m]\nb o patch a tags+[n] tags~a0", "tags=[n]<-b0 heads:b all:b"},
    {"a deleted record stays readable", "a o put - note=x\nb o delete a",
     "note=x deleted heads:b all:b"},
    {"a delete and an edit made apart are a conflict about deletion",
     "a o put - note=x\nb o delete a\nc c patch a note=y", "note=y deleted? heads:bc all:bc"},
    {"a patch above a delete restores", "a o put - note=x\nb o delete a\nc o patch b note=y",
     "note=y heads:c all:c"},
    {"two deletes are no conflict", "a o put - note=x\nb o delete a\nc c delete a",
     "note=x deleted heads:bc all:bc"},
    {"a member's edit of another's record is a proposal", "a o put - note=x\nb m patch a note=y",
     "note=x heads:a all:b b:open"},
    {"a member edits what the type leaves open", "a o put:shared - note=x\nb m patch a note=y",
     "note=y heads:b all:b"},
    {"a reader edits nothing that is left open", "a o put:shared - note=x\nb r patch a note=y",
     "note=x heads:a all:b b:open"},
    {"an accept has its own copy of the values",
     "a o put - note=x\nb m patch a note=y\nc o accept b ->b note=y",
     "note=y heads:c all:c b:accepted"},
    {"what was accepted stands without the proposal", "a o put - note=x\nc o accept a ->b note=y",
     "note=y heads:c all:c"},
    {"a decline closes", "a o put - note=x\nb m patch a note=y\nc o decline b ->b",
     "note=x heads:a all:c b:declined"},
    {"an accept made apart from a decline wins",
     "a o put - note=x\nb m patch a note=y\nc o decline b ->b\nd c accept b ->b note=y",
     "note=y heads:d all:cd b:accepted"},
    {"a member decides nothing", "a o put - note=x\nb m patch a note=y\nc n accept b ->b note=y",
     "note=x heads:a all:c b:open"},
    {"an accept that touches nothing accepts a deletion",
     "a o put - note=x\nb m delete a\nc o accept b ->b", "note=x deleted heads:c all:c b:accepted"},
    {"a decline above a delete restores nothing",
     "a o put - note=x\nb o delete a\nc m patch b note=y\nd o decline c ->c",
     "note=x deleted heads:b all:d c:declined"},
    {"what is seen through a proposal is seen",
     "a o put - note=x\nb m patch a depth=3\nc o patch b note=y", "note=y heads:c all:c b:open"},
    {"a put by another than the owner is no operation",
     "a o put - note=x\nb m put - note=y\nc o patch b depth=1", "depth=1 note=x heads:ac all:ac"},
    {"a second put is one more edit, and the lowest id gives the type",
     "a o put - note=x\nb o put:shared - note=y", "note=y|x@ba heads:ab all:ab"},
    {"without a put there is no type", "b o patch - note=y", "note=y heads:b all:b"},
    {"a parent that is not held is ignored with its own parents",
     "a o put - note=x\nc o patch b note=y", "note=y|x@ca heads:ac all:ac"},
    {"an operation that does not fit is left out with the way through it",
     "a o put - note=x\nb o patch a depth=deep\nc o patch b note=y", "note=y|x@ca heads:ac all:ac"},
    {"of a language and the whole field in one operation nothing counts",
     "a o put - name.vi=x\nb o patch a name.vi=y name={vi:z}", "name.vi=x heads:a all:a"},
    {"a ring of parents, which no hash allows, counts for nothing",
     "a o put - note=x\nb o patch c note=y\nc o patch b note=z\nd o patch cd note=w",
     "note=x heads:a all:a"},
    {"the path before the dot of another field's name is not that field",
     "a o put - name.vi=x name-2=y note=z", "name-2=y name.vi=x note=z heads:a all:a"},
    {"what the new owner says above a transfer is the owner's",
     "a o put - note=x\nb o transfer a ->m\nc m patch b note=y", "note=y heads:c all:c owner:m"},
    {"what the new owner said without knowing of the transfer stays a proposal",
     "a o put - note=x\nb o transfer a ->m\nc m patch a note=y",
     "note=x heads:a all:bc c:open owner:m"},
    {"who gave a record away proposes like others",
     "a o put - note=x\nb o transfer a ->m\nc o patch b note=y",
     "note=x heads:a all:c c:open owner:m"},
    {"what was said apart from a transfer stays the owner's",
     "a o put - note=x\nb o transfer a ->m\nc o patch a note=y", "note=y heads:c all:bc owner:m"},
    {"the new owner decides, the old one no longer",
     "a o put - note=x\nb o transfer a ->m\nc n patch b note=y\nd m accept c ->c note=y\n"
     "e n patch d depth=1\nf o decline e ->e",
     "note=y heads:d all:f c:accepted e:open owner:m"},
    {"a coordinator may hand a record over", "a o put - note=x\nb c transfer a ->m\nc m delete b",
     "note=x deleted heads:c all:c owner:m"},
    {"a member hands over nothing", "a o put - note=x\nb m transfer a ->m\nc m patch b note=y",
     "note=x heads:a all:c c:open"},
    {"a record may be handed on, and back",
     "a o put - note=x\nb o transfer a ->m\nc m transfer b ->n\nd n transfer c ->o\n"
     "e o patch d note=y",
     "note=y heads:e all:e"},
    {"of transfers made apart the lowest id stands",
     "a o put - note=x\nb o transfer a ->m\nc o transfer a ->n\nd n patch bc note=y\n"
     "e m patch bc depth=2",
     "depth=2 note=x heads:e all:de d:open owner:m"},
    {"of transfers made apart the one that stands on more stands",
     "a o put - note=x\nb o transfer a ->m\nc o transfer a ->n\nd n transfer c ->r\n"
     "e r patch bd note=y",
     "note=y heads:e all:e owner:r"},
    {"a transfer changes no value and restores nothing",
     "a o put - note=x\nb o delete a\nc o transfer b ->m", "note=x deleted heads:b all:c owner:m"},
    {"the new owner's value is shown before others', as the old one's from before",
     "a o put - note=x\nb o transfer a ->m\nc m patch b @1 note=y\nd c patch b @9 note=z\n"
     "e o patch a @5 note=w",
     "note=w|y|z@ecd heads:cde all:cde owner:m"},
    {"a put is by whom the name says, whoever owns the record",
     "a o put - note=x\nb o transfer a ->m\nc m put - note=y", "note=x heads:a all:b owner:m"},
    {"nothing merges to nothing", "", " heads:"},
};

static void every_claim_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script;
        char *text = NULL;

        script_init(&script);
        script_read(&script, rows[i].script);
        text = merge_text(&script);
        if (strcmp(text, rows[i].merged) != 0)
            fail_msg("%s:\n  expected %s\n  got      %s", rows[i].claim, rows[i].merged, text);
        free(text);
        script_deinit(&script);
    }
}

static void swap(struct by_operation *a, struct by_operation *b)
{
    struct by_operation held = *a;

    *a = *b;
    *b = held;
}

/* Heap's algorithm: every order of the first count operations. */
static void try_orders(struct script *script, size_t count, const char *expected)
{
    if (count <= 1) {
        char *text = merge_text(script);

        assert_string_equal(text, expected);
        free(text);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        try_orders(script, count - 1, expected);
        swap(&script->operations[count % 2 == 0 ? i : 0], &script->operations[count - 1]);
    }
}

static void every_order_of_each_claim_gives_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script;

        script_init(&script);
        script_read(&script, rows[i].script);
        try_orders(&script, script.count, rows[i].merged);
        script_deinit(&script);
    }
}

static void random_records_merge_alike_in_every_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct script script;
        char text[8192];
        char *expected = NULL;
        uint64_t shuffle = seed;
        size_t lines = 2 + seed % 24;

        script_init(&script);
        script_random(seed, lines, text, sizeof text);
        script_read(&script, text);
        expected = merge_text(&script);
        if (lines <= 6)
            try_orders(&script, script.count, expected);
        for (size_t round = 0; round < 20; round++) {
            char *got = NULL;

            for (size_t i = script.count - 1; i > 0; i--)
                swap(&script.operations[i],
                     &script.operations[script_number(&shuffle, (uint32_t)i + 1)]);
            got = merge_text(&script);
            if (strcmp(got, expected) != 0)
                fail_msg("seed %u:\n%s\n  once %s\n  then %s", (unsigned)seed, text, expected, got);
            free(got);
        }
        free(expected);
        script_deinit(&script);
    }
}

static void as_of_an_operation_shows_what_its_author_saw_and_left(void **state)
{
    struct script script;
    struct by_merged merged = {0};
    struct by_id head = script_id('b');
    char *text = NULL;

    (void)state;
    script_init(&script);
    script_read(&script, "a o put - note=x\nb o patch a note=y\nc c patch a note=z\n"
                         "d o patch bc note=w");
    assert_int_equal(by_merge_as_of(&script.name, script.operations, script.count, &head, 1,
                                    script.types, &script.arena, &merged),
                     BANYAN_OK);
    text = script_show(&merged);
    assert_string_equal(text, "note=y heads:b all:b");
    free(text);
    head = script_id('?');
    assert_int_equal(by_merge_as_of(&script.name, script.operations, script.count, &head, 1,
                                    script.types, &script.arena, &merged),
                     BANYAN_OK);
    text = script_show(&merged);
    assert_string_equal(text, " heads:");
    free(text);
    script_deinit(&script);
}

/* ms: stamps of the moment asked about; "" where the record was not written yet. */
static const struct {
    const char *claim, *script;
    uint64_t until;
    const char *merged;
} pasts[] = {
    {"what is stamped later is left out", "a o put - @1 note=x\nb o patch a @3 note=y", 2,
     "note=x heads:a all:a"},
    {"what is stamped at that moment is in", "a o put - @1 note=x\nb o patch a @3 note=y", 3,
     "note=y heads:b all:b"},
    {"an ancestor stamped later is in with what was built on it",
     "a o put - @1 note=x\nb o patch a @9 depth=3\nc o patch b @2 note=z", 2,
     "depth=3 note=z heads:c all:c"},
    {"a clock that ran ahead at the beginning hides nothing that was built on it",
     "a o put - @9 note=x\nb o patch a @2 note=y", 2, "note=y heads:b all:b"},
    {"edits made apart are a conflict as soon as both were there",
     "a o put - @1 note=x\nb o patch a @2 note=y\nc c patch a @3 note=z", 3,
     "note=y|z@bc heads:bc all:bc"},
    {"and none before", "a o put - @1 note=x\nb o patch a @2 note=y\nc c patch a @3 note=z", 2,
     "note=y heads:b all:b"},
    {"a settled conflict is one as of the time before",
     "a o put - @1 note=x\nb o patch a @2 note=y\nc o patch a @3 note=z\nd o patch bc @5 note=w", 4,
     "note=z|y@cb heads:bc all:bc"},
    {"a proposal is open until it was accepted",
     "a o put - @1\nb m patch a @2 note=y\nc o accept ab @3 ->b note=y", 2,
     " heads:a all:b b:open"},
    {"a deleted record is there as of the time before", "a o put - @1 note=x\nb o delete a @5", 4,
     "note=x heads:a all:a"},
    {"it belongs to whom it belonged to", "a o put - @1 note=x\nb o transfer a @5 ->m", 4,
     "note=x heads:a all:a"},
    {"and later to the new owner", "a o put - @1 note=x\nb o transfer a @5 ->m", 5,
     "note=x heads:a all:b owner:m"},
    {"nothing is there before it is written", "a o put - @3 note=x", 2, ""},
    {"nor where only a stranger to the put was early", "a o put - @5 note=x\nb m patch - @1 note=y",
     2, ""},
};

static void the_record_as_of_a_moment_is_what_was_written_by_then(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pasts / sizeof *pasts; i++) {
        struct script script;
        struct by_merged merged = {0};

        print_message("%s\n", pasts[i].claim);
        script_init(&script);
        script_read(&script, pasts[i].script);
        assert_int_equal(by_merge_until(&script.name, script.operations, script.count,
                                        pasts[i].until, script.types, &script.arena, &merged),
                         BANYAN_OK);
        assert_int_equal(merged.type.size > 0, pasts[i].merged[0] != 0);
        if (merged.type.size > 0) {
            char *text = script_show(&merged);
            assert_string_equal(text, pasts[i].merged);
            free(text);
        }
        script_deinit(&script);
    }
}

static void the_document_nests_languages_and_leaves_out_what_is_unset_first(void **state)
{
    static const struct {
        const char *script, *document;
    } cases[] = {
        {"a o put - name-2=y name.vi=x name.en=z note=n tags=[b,a]",
         "{\"name\":{\"en\":\"z\",\"vi\":\"x\"},\"name-2\":\"y\",\"note\":\"n\",\"tags\":[\"a\","
         "\"b\"]}"},
        {"a o put - note=x\nb o patch a note!\nc c patch a note=y", "{}"},
        {"a o put - odd=x odd.vi=y", "{\"odd\":\"x\",\"odd.vi\":\"y\"}"},
        {"a o put - odd.vi=y", "{\"odd\":{\"vi\":\"y\"}}"},
        {"", "{}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct script script;
        struct by_merged merged = {0};
        struct by_value document = by_value_nil();
        struct by_buffer json = BY_BUFFER_INIT(4096);

        script_init(&script);
        script_read(&script, cases[i].script);
        assert_int_equal(by_merge(&script.name, script.operations, script.count, script.types,
                                  &script.arena, &merged),
                         BANYAN_OK);
        assert_int_equal(by_merged_document(&merged, &script.arena, &document), BANYAN_OK);
        assert_int_equal(by_json_write(&document, &json), BANYAN_OK);
        assert_int_equal(by_buffer_append_u8(&json, 0), BANYAN_OK);
        assert_string_equal(json.data, cases[i].document);
        by_buffer_deinit(&json);
        script_deinit(&script);
    }
}

/* 20,000 edits of one field: in a row, or all apart. */
static void merge_many(bool in_a_row, size_t candidates)
{
    size_t count = 20000;
    struct script script;
    struct by_operation *operations = calloc(count, sizeof *operations);
    struct by_merged merged = {0};
    struct by_touch touch = {.path = by_bytes_of_text("note"), .how = BY_HOW_SET};

    assert_non_null(operations);
    script_init(&script);
    for (size_t i = 0; i < count; i++) {
        struct by_operation *operation = &operations[i];
        char text[16];

        (void)snprintf(text, sizeof text, "%zu", i);
        operation->values = by_arena_alloc(&script.arena, sizeof *operation->values);
        operation->values[0] =
            by_value_literal(by_arena_text(&script.arena, by_bytes_of_text(text)));
        by_put_u32le(operation->id.bytes, (uint32_t)(i * 2654435761u));
        operation->organisation = script.name.owner;
        operation->links.op = i == 0 ? BY_OP_PUT : BY_OP_PATCH;
        operation->links.type = by_bytes_of_text("site");
        operation->links.touches = &touch;
        operation->links.touch_count = 1;
        operation->links.parents = i > 0 ? &operations[in_a_row ? i - 1 : 0].id : NULL;
        operation->links.parent_count = i > 0;
    }
    assert_int_equal(
        by_merge(&script.name, operations, count, script.types, &script.arena, &merged), BANYAN_OK);
    assert_int_equal(merged.path_count, 1);
    assert_int_equal(merged.paths[0].candidate_count, candidates);
    assert_int_equal(merged.head_count, candidates);
    free(operations);
    script_deinit(&script);
}

static void twenty_thousand_edits_in_a_row_leave_one_value(void **state)
{
    (void)state;
    merge_many(true, 1);
}

static void twenty_thousand_edits_made_apart_are_all_shown(void **state)
{
    (void)state;
    merge_many(false, 19999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_claim_holds),
        cmocka_unit_test(every_order_of_each_claim_gives_the_same_bytes),
        cmocka_unit_test(random_records_merge_alike_in_every_order),
        cmocka_unit_test(as_of_an_operation_shows_what_its_author_saw_and_left),
        cmocka_unit_test(the_record_as_of_a_moment_is_what_was_written_by_then),
        cmocka_unit_test(the_document_nests_languages_and_leaves_out_what_is_unset_first),
        cmocka_unit_test(twenty_thousand_edits_in_a_row_leave_one_value),
        cmocka_unit_test(twenty_thousand_edits_made_apart_are_all_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
