/*
 * Digests, against values computed with Python's hashlib.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/digest.h"
#include "record/merge.h"

static struct by_id id_of(uint8_t byte)
{
    struct by_id id;

    memset(id.bytes, byte, sizeof id.bytes);
    return id;
}

static void check_hex(const struct by_id *id, const char *expected)
{
    char hex[65];

    by_hex(by_id_bytes(id), hex);
    assert_string_equal(hex, expected);
}

static void record_bucket_view_and_fingerprint_are_as_computed_elsewhere(void **state)
{
    struct by_record_name name = {.owner = id_of(1)};
    const struct by_id operations[] = {id_of(3), id_of(4)};
    const struct by_id network = id_of(5);
    const struct by_id charter = id_of(6);
    struct by_id *buckets = calloc(BY_BUCKET_COUNT, sizeof *buckets);
    struct by_id records[2];
    struct by_id view;
    char fingerprint[BY_FINGERPRINT_TEXT_BYTES];

    (void)state;
    assert_non_null(buckets);
    memset(name.uuid.bytes, 2, sizeof name.uuid.bytes);
    by_record_digest(&name, operations, 2, &records[0]);
    check_hex(&records[0], "2d0f09e4705c3b703b65eeee0185e450ad288d930b038d18f015706ab33422e4");
    records[1] = records[0];
    by_bucket_digest(records, 2, &buckets[0x1234]);
    check_hex(&buckets[0x1234], "0f8f7c826bd610108d302aac27c689bb918a764363ec53a7412e606e9a296d91");
    by_view_digest(buckets, BY_BUCKET_COUNT, &view);
    check_hex(&view, "20c1c980d46df5d6781c881c82baaf0f0c15df8ebeb1079c6565089aa22f8e63");
    by_fingerprint(&network, &charter, &view, fingerprint);
    assert_string_equal(fingerprint, "53179 06832 80837 35362 83611 64153 38036 11449");
    free(buckets);
}

static void an_empty_bucket_is_zero_bytes(void **state)
{
    struct by_id bucket = id_of(9);

    (void)state;
    by_bucket_digest(NULL, 0, &bucket);
    assert_true(by_id_is_zero(&bucket));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_bucket_view_and_fingerprint_are_as_computed_elsewhere),
        cmocka_unit_test(an_empty_bucket_is_zero_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
