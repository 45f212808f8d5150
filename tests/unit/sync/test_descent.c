/* Two views, whatever is in them: the descent names the least record that they have otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/field_value.h"
#include "sync/descent.h"

#define NAMES 3000u
#define PAIRS 300u

struct record {
    struct by_record_name name;
    struct by_id hash;
    struct by_id digest; /* zero: not in the view */
};
/* Records by name hash. */
struct sight {
    struct record *records;
    size_t count;
    size_t most; /* that it tells of a bucket at once */
};

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static int order_records(const void *a, const void *b)
{
    return by_id_compare(&((const struct record *)a)->hash, &((const struct record *)b)->hash);
}

/* A third of them in few buckets: names are drawn until they fall there. */
static void make_names(struct record *records, uint64_t *seed)
{
    for (size_t i = 0; i < NAMES; i++) {
        bool is_crowded = i % 3 == 0;

        memset(&records[i], 0, sizeof records[i]);
        do {
            by_put_u64le(records[i].name.uuid.bytes, next(seed));
            by_record_name_hash(&records[i].name, &records[i].hash);
        } while (is_crowded && (by_bucket_of(&records[i].hash) & 0xff) != 7);
    }
    qsort(records, NAMES, sizeof records[0], order_records);
}

static void draw_digest(struct by_id *digest, uint64_t *seed)
{
    for (size_t i = 0; i < sizeof digest->bytes; i += 8)
        by_put_u64le(digest->bytes + i, next(seed));
}

/* -- what a node answers -- */

static struct by_id *all_buckets(const struct sight *sight)
{
    struct by_id *buckets = calloc(BY_BUCKET_COUNT, sizeof *buckets);
    struct by_id digests[NAMES];
    size_t count = 0;

    assert_non_null(buckets);
    for (size_t i = 0; i < sight->count; i++) {
        uint32_t bucket = by_bucket_of(&sight->records[i].hash);

        if (!by_id_is_zero(&sight->records[i].digest))
            digests[count++] = sight->records[i].digest;
        if (i + 1 < sight->count && by_bucket_of(&sight->records[i + 1].hash) == bucket)
            continue;
        by_bucket_digest(digests, count, &buckets[bucket]);
        count = 0;
    }
    return buckets;
}

struct told {
    struct by_seen seen;
    struct by_buffer bytes;
};

static void tell_bucket(const struct sight *sight, const struct by_look *look, struct told *told)
{
    told->seen.what = BY_SEEN_BUCKET;
    for (size_t i = 0; i < sight->count; i++) {
        const struct record *record = &sight->records[i];
        const struct by_seen_place place = {.name = record->name, .digest = record->digest};

        if (by_bucket_of(&record->hash) != look->place || by_id_is_zero(&record->digest) ||
            by_id_compare(&record->hash, &look->after) <= 0)
            continue;
        if (told->seen.place_count == sight->most) {
            told->seen.has_more = true;
            break;
        }
        assert_int_equal(by_seen_place_add(&place, &told->bytes), BANYAN_OK);
        told->seen.place_count++;
    }
    told->seen.places = by_buffer_bytes(&told->bytes);
}

/* One operation for each record, whose id its digest stands for. */
static void tell_record(const struct sight *sight, const struct by_look *look, struct told *told)
{
    told->seen.what = BY_SEEN_RECORD;
    for (size_t i = 0; i < sight->count; i++)
        if (by_record_name_equal(&sight->records[i].name, &look->name) &&
            !by_id_is_zero(&sight->records[i].digest)) {
            told->seen.operation_count = told->seen.id_count = 1;
            told->seen.ids = by_bytes_of(sight->records[i].digest.bytes, BY_LOOK_ID_BYTES);
        }
}

static void tell(const struct sight *sight, const struct by_id *buckets, const struct by_look *look,
                 struct told *told)
{
    *told = (struct told){.bytes.size_max = SIZE_MAX};
    if (look->depth == BY_LOOK_RECORD) {
        tell_record(sight, look, told);
    } else if (look->depth == BY_LOOK_BUCKET) {
        tell_bucket(sight, look, told);
    } else {
        size_t width = BY_BUCKET_COUNT >> (4 * look->depth), below = width / BY_LEVEL_FAN;

        told->seen.what = look->depth == 0 ? BY_SEEN_TOP : BY_SEEN_LEVEL;
        for (size_t i = 0; i < BY_LEVEL_FAN; i++)
            by_view_digest(buckets + look->place * width + i * below, below,
                           &told->seen.children[i]);
    }
}

static void
descend(const struct sight *ours, const struct sight *theirs, struct by_descent *descent)
{
    struct by_id *buckets[2] = {all_buckets(ours), all_buckets(theirs)};

    by_descent_begin(descent);
    while (descent->state == BY_DESCENT_ASKING) {
        struct told own, other;

        tell(ours, buckets[0], &descent->question, &own);
        tell(theirs, buckets[1], &descent->question, &other);
        assert_int_equal(by_descent_hear(descent, &own.seen, &other.seen), BANYAN_OK);
        by_buffer_deinit(&own.bytes);
        by_buffer_deinit(&other.bytes);
    }
    free(buckets[0]);
    free(buckets[1]);
}

/* -- the slow and obvious way -- */

static const struct record *
least_difference(const struct sight *ours, const struct sight *theirs, size_t *out_at)
{
    for (size_t i = 0; i < ours->count; i++)
        if (!by_id_equal(&ours->records[i].digest, &theirs->records[i].digest)) {
            *out_at = i;
            return &ours->records[i];
        }
    return NULL;
}

/* -- claims -- */

static void the_named_record_is_the_least_that_differs(void **state)
{
    static struct record ours[NAMES], theirs[NAMES];
    uint64_t seed = 20260131;
    size_t found = 0, same = 0;

    (void)state;
    make_names(ours, &seed);
    for (size_t pair = 0; pair < PAIRS; pair++) {
        struct sight own = {.records = ours, .count = NAMES}, other = {theirs, NAMES, 0};
        size_t changes = next(&seed) % 4, at = 0;
        struct by_descent descent;

        own.most = 1 + next(&seed) % BY_SEEN_RECORDS_MAX;
        other.most = 1 + next(&seed) % 3;
        for (size_t i = 0; i < NAMES; i++) {
            ours[i].digest = (struct by_id){{0}};
            if (next(&seed) % 4 != 0)
                draw_digest(&ours[i].digest, &seed);
        }
        memcpy(theirs, ours, sizeof theirs);
        for (size_t i = 0; i < changes; i++) {
            struct record *record = &(i % 2 == 0 ? ours : theirs)[next(&seed) % NAMES];

            if (next(&seed) % 2 == 0)
                record->digest = (struct by_id){{0}};
            else
                draw_digest(&record->digest, &seed);
        }
        descend(&own, &other, &descent);
        const struct record *least = least_difference(&own, &other, &at);
        if (least == NULL) {
            assert_int_equal(descent.state, BY_DESCENT_SAME);
            assert_int_equal(descent.asked, 1);
            same++;
            continue;
        }
        if (descent.state != BY_DESCENT_FOUND || !by_record_name_equal(&descent.name, &least->name))
            fail_msg("pair %zu: another record is named", pair);
        assert_true(descent.is_held[0] == !by_id_is_zero(&ours[at].digest));
        assert_true(descent.is_held[1] == !by_id_is_zero(&theirs[at].digest));
        assert_in_range(descent.asked, 6, 6 + NAMES / 100);
        found++;
    }
    assert_true(found > PAIRS / 2 && same > PAIRS / 20);
}

/* Six questions where no bucket is told in parts, however many records there are. */
static void it_takes_one_question_a_level(void **state)
{
    static struct record ours[NAMES], theirs[NAMES];
    uint64_t seed = 7;

    (void)state;
    make_names(ours, &seed);
    for (size_t i = 0; i < NAMES; i++)
        draw_digest(&ours[i].digest, &seed);
    for (size_t at = 0; at < NAMES; at += 501) {
        struct sight own = {ours, NAMES, BY_SEEN_RECORDS_MAX};
        struct sight other = {theirs, NAMES, BY_SEEN_RECORDS_MAX};
        struct by_descent descent;

        memcpy(theirs, ours, sizeof theirs);
        theirs[at].digest.bytes[31] ^= 1;
        theirs[at].digest.bytes[0] ^= 1;
        descend(&own, &other, &descent);
        assert_int_equal(descent.state, BY_DESCENT_FOUND);
        assert_true(by_record_name_equal(&descent.name, &ours[at].name));
        assert_int_equal(descent.asked, 6);
    }
}

/* The other's view is written to between two answers: it begins anew, and not for ever. */
static void a_view_that_changes_meanwhile_is_asked_anew(void **state)
{
    static struct record ours[NAMES], theirs[NAMES];
    uint64_t seed = 99;

    (void)state;
    make_names(ours, &seed);
    for (size_t i = 0; i < NAMES; i++)
        draw_digest(&ours[i].digest, &seed);
    for (unsigned changes_at = 1; changes_at <= 5; changes_at++)
        for (int for_ever = 0; for_ever < 2; for_ever++) {
            struct by_descent descent;

            memcpy(theirs, ours, sizeof theirs);
            draw_digest(&theirs[40].digest, &seed);
            by_descent_begin(&descent);
            for (unsigned asked = 1; descent.state == BY_DESCENT_ASKING; asked++) {
                struct sight own = {ours, NAMES, BY_SEEN_RECORDS_MAX};
                struct sight other = {theirs, NAMES, BY_SEEN_RECORDS_MAX};
                struct told a, b;

                if (asked == changes_at || (for_ever && asked > changes_at)) {
                    draw_digest(&theirs[40].digest, &seed);
                    draw_digest(&theirs[39].digest, &seed);
                }
                struct by_id *buckets[2] = {all_buckets(&own), all_buckets(&other)};
                tell(&own, buckets[0], &descent.question, &a);
                tell(&other, buckets[1], &descent.question, &b);
                assert_int_equal(by_descent_hear(&descent, &a.seen, &b.seen), BANYAN_OK);
                by_buffer_deinit(&a.bytes);
                by_buffer_deinit(&b.bytes);
                free(buckets[0]);
                free(buckets[1]);
                assert_in_range(asked, 1, 64);
            }
            if (for_ever) {
                assert_int_equal(descent.state, BY_DESCENT_UNSETTLED);
            } else {
                assert_int_equal(descent.state, BY_DESCENT_FOUND);
                assert_true(by_record_name_equal(&descent.name, &ours[39].name));
            }
        }
}

static void what_is_no_answer_to_it_is_refused(void **state)
{
    struct by_seen top = {.what = BY_SEEN_TOP}, level = {.what = BY_SEEN_LEVEL};
    struct by_seen own_top = {.what = BY_SEEN_TOP, .children = {{{1}}}};
    struct by_descent descent;

    (void)state;
    by_descent_begin(&descent);
    assert_int_equal(by_descent_hear(&descent, &own_top, &level), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_descent_hear(&descent, &own_top, &top), BANYAN_OK);
    assert_int_equal(descent.question.depth, 1);
    assert_int_equal(by_descent_hear(&descent, &level, &top), BANYAN_ERR_MALFORMED);
}

/* A record of another bucket, out of order, or before what was asked for. */
static void records_that_were_not_asked_for_are_refused(void **state)
{
    static struct record records[NAMES];
    struct by_buffer bytes = BY_BUFFER_INIT(SIZE_MAX);
    struct by_seen own = {.what = BY_SEEN_BUCKET}, theirs = {.what = BY_SEEN_BUCKET};
    uint64_t seed = 3;
    size_t pair = 0;

    (void)state;
    make_names(records, &seed);
    while (by_bucket_of(&records[pair].hash) != by_bucket_of(&records[pair + 1].hash))
        pair++;
    for (int way = 0; way < 4; way++) {
        struct by_descent descent = {.state = BY_DESCENT_ASKING, .begun = 1};
        const struct by_seen_place places[2] = {{.name = records[pair + (way == 1)].name},
                                                {.name = records[pair + (way != 1)].name}};

        descent.question = (struct by_look){
            .depth = BY_LOOK_BUCKET, .place = by_bucket_of(&records[pair].hash) + (way == 2)};
        if (way == 3)
            descent.question.after = records[pair].hash;
        by_buffer_reset(&bytes);
        assert_int_equal(by_seen_place_add(&places[0], &bytes), BANYAN_OK);
        assert_int_equal(by_seen_place_add(&places[1], &bytes), BANYAN_OK);
        theirs.place_count = 2;
        theirs.places = by_buffer_bytes(&bytes);
        assert_int_equal(by_descent_hear(&descent, &own, &theirs),
                         way == 0 ? BANYAN_OK : BANYAN_ERR_MALFORMED);
    }
    by_buffer_deinit(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_named_record_is_the_least_that_differs),
        cmocka_unit_test(it_takes_one_question_a_level),
        cmocka_unit_test(a_view_that_changes_meanwhile_is_asked_anew),
        cmocka_unit_test(what_is_no_answer_to_it_is_refused),
        cmocka_unit_test(records_that_were_not_asked_for_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
