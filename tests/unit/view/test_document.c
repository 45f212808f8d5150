/* A document fits what readers take, whatever the record holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "view/document.h"

/* What a field takes beside its key and the text of its value: \"\":\"\", the comma and one more.
 */
#define AROUND 7u

/* Fields a, b, c ... of texts that take so many bytes of the document each. */
static struct by_value make(struct by_arena *arena, const size_t *sizes, size_t count)
{
    static const char keys[] = "abcdef";
    struct by_value document = by_value_map(arena, count);

    for (size_t i = 0; i < count; i++) {
        size_t size = sizes[i] - 1 - AROUND;
        char *text = by_arena_alloc(arena, size + 1);

        assert_non_null(text);
        memset(text, 'x', size);
        document.map.pairs[i] = (struct by_pair){.key = by_bytes_of(keys + i, 1),
                                                 .value = by_value_text(by_bytes_of(text, size))};
    }
    return document;
}

/* kept: their keys. */
static void expect(const size_t *sizes, size_t count, const char *kept)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value document = make(&arena, sizes, count);
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    char keys[8] = "";

    assert_int_equal(by_document_fit(NULL, &document, &arena), BANYAN_OK);
    for (size_t i = 0; i < document.map.count; i++)
        keys[i] = (char)document.map.pairs[i].key.data[0];
    assert_string_equal(keys, kept);
    assert_int_equal(by_json_write(&document, &json), BANYAN_OK);
    assert_true(json.size <= BY_DOCUMENT_BYTES_MAX);
    by_buffer_deinit(&json);
    by_arena_deinit(&arena);
}

static void a_document_at_the_bound_is_whole_and_one_above_is_not(void **state)
{
    const size_t half = BY_DOCUMENT_BYTES_MAX / 2;
    const size_t below[] = {half, half - 1}, at[] = {half, half}, above[] = {half, half + 1};

    (void)state;
    expect(below, 2, "ab");
    expect(at, 2, "ab");
    expect(above, 2, "a");
}

static void one_field_is_left_out_where_it_alone_is_too_large(void **state)
{
    const size_t at[] = {BY_DOCUMENT_BYTES_MAX}, above[] = {BY_DOCUMENT_BYTES_MAX + 1};

    (void)state;
    expect(at, 1, "a");
    expect(above, 1, "");
}

/* No order of fields decides which of two stays. */
static void fields_of_one_size_are_left_out_together(void **state)
{
    const size_t third = BY_DOCUMENT_BYTES_MAX / 3 + 1;
    const size_t sizes[] = {third, 100, third, 200, third};

    (void)state;
    expect(sizes, 5, "bd");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_at_the_bound_is_whole_and_one_above_is_not),
        cmocka_unit_test(one_field_is_left_out_where_it_alone_is_too_large),
        cmocka_unit_test(fields_of_one_size_are_left_out_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
