#include "sync/descent.h"

#include <assert.h>
#include <string.h>

#include "record/field_value.h"

#define BEGUN_MAX 4u
/* Beyond, buckets grow faster than they can be looked through. */
#define ASKED_MAX 64u

static void begin(struct by_descent *descent)
{
    descent->state = BY_DESCENT_ASKING;
    descent->question = (struct by_look){.depth = 0};
    descent->begun++;
    if (descent->begun > BEGUN_MAX || descent->asked >= ASKED_MAX)
        descent->state = BY_DESCENT_UNSETTLED;
}

void by_descent_begin(struct by_descent *descent)
{
    memset(descent, 0, sizeof *descent);
    begin(descent);
}

/* -- nodes of the tree -- */

static bool fits(const struct by_descent *descent, int side, const struct by_seen *seen)
{
    struct by_id digest;

    if (descent->question.depth == 0)
        return true;
    by_level_digest(seen->children, &digest);
    return by_id_equal(&digest, &descent->parent[side]);
}

static void
hear_level(struct by_descent *descent, const struct by_seen *ours, const struct by_seen *theirs)
{
    size_t at = 0;

    if (!fits(descent, 0, ours) || !fits(descent, 1, theirs)) {
        begin(descent);
        return;
    }
    while (at < BY_LEVEL_FAN && by_id_equal(&ours->children[at], &theirs->children[at]))
        at++;
    if (at == BY_LEVEL_FAN) {
        descent->state = BY_DESCENT_SAME; /* only at the top: below, the parents would be equal */
        return;
    }
    descent->parent[0] = ours->children[at];
    descent->parent[1] = theirs->children[at];
    descent->question.place = descent->question.place * BY_LEVEL_FAN + (uint32_t)at;
    descent->question.depth++;
}

/* -- buckets -- */

/* A part of a bucket, as one side tells it. */
struct part {
    const struct by_seen *seen;
    struct by_id hashes[BY_SEEN_RECORDS_MAX];
    struct by_id digests[BY_SEEN_RECORDS_MAX];
};

/* Whether it lies in the bucket, behind `after`, in order. */
static bool
read_part(const struct by_descent *descent, const struct by_seen *seen, struct part *out_part)
{
    struct by_id before = descent->question.after;

    out_part->seen = seen;
    for (size_t i = 0; i < seen->place_count; i++) {
        struct by_id *hash = &out_part->hashes[i];
        struct by_seen_place place;

        by_seen_place_at(seen, i, &place);
        by_record_name_hash(&place.name, hash);
        out_part->digests[i] = place.digest;
        if (by_bucket_of(hash) != descent->question.place || by_id_compare(hash, &before) <= 0)
            return false;
        before = *hash;
    }
    return true;
}

/* A bucket that came in one answer can be checked. */
static bool part_fits(const struct by_descent *descent, int side, const struct part *part)
{
    struct by_id digest;

    if (part->seen->has_more || !by_id_is_zero(&descent->question.after))
        return true;
    by_bucket_digest(part->digests, part->seen->place_count, &digest);
    return by_id_equal(&digest, &descent->parent[side]);
}

/* What an end of the lists means: beyond a part of which more follow nothing is known. */
static int order_at(const struct part *a, size_t at_a, const struct part *b, size_t at_b)
{
    if (at_a == a->seen->place_count)
        return 1;
    if (at_b == b->seen->place_count)
        return -1;
    return by_id_compare(&a->hashes[at_a], &b->hashes[at_b]);
}

static void
find(struct by_descent *descent, const struct part *part, size_t at, bool is_ours, bool is_both)
{
    struct by_seen_place place;

    by_seen_place_at(part->seen, at, &place);
    descent->name = place.name;
    descent->is_held[0] = is_ours || is_both;
    descent->is_held[1] = !is_ours || is_both;
    descent->question = (struct by_look){.depth = BY_LOOK_RECORD, .name = place.name};
}

static bool is_at_end(const struct part *part, size_t at)
{
    return at == part->seen->place_count;
}

/* Both parts at once, in order, to the first record that is not the same in both. */
static void
compare_parts(struct by_descent *descent, const struct part *ours, const struct part *theirs)
{
    size_t a = 0, b = 0;

    for (;;) {
        bool is_cut = (is_at_end(ours, a) && ours->seen->has_more) ||
                      (is_at_end(theirs, b) && theirs->seen->has_more);
        int order = 0;

        if (is_cut && a > 0) {
            descent->question.after = ours->hashes[a - 1];
            return;
        }
        if (is_cut || (is_at_end(ours, a) && is_at_end(theirs, b))) {
            begin(descent);
            return;
        }
        order = order_at(ours, a, theirs, b);
        if (order != 0 || !by_id_equal(&ours->digests[a], &theirs->digests[b])) {
            find(descent, order > 0 ? theirs : ours, order > 0 ? b : a, order <= 0, order == 0);
            return;
        }
        a++;
        b++;
    }
}

static enum banyan_status
hear_bucket(struct by_descent *descent, const struct by_seen *ours, const struct by_seen *theirs)
{
    struct part own, other;

    if (!read_part(descent, theirs, &other))
        return BANYAN_ERR_MALFORMED;
    if (!read_part(descent, ours, &own) || !part_fits(descent, 0, &own) ||
        !part_fits(descent, 1, &other))
        begin(descent);
    else
        compare_parts(descent, &own, &other);
    return BANYAN_OK;
}

/* -- the record -- */

static void
hear_record(struct by_descent *descent, const struct by_seen *ours, const struct by_seen *theirs)
{
    bool are_same =
        ours->operation_count == theirs->operation_count && by_bytes_equal(ours->ids, theirs->ids);

    /* It came meanwhile. Of a very long one the ids tell in part: then the digests said it. */
    if (are_same && ours->operation_count == ours->id_count)
        begin(descent);
    else
        descent->state = BY_DESCENT_FOUND;
}

enum banyan_status by_descent_hear(struct by_descent *descent, const struct by_seen *ours,
                                   const struct by_seen *theirs)
{
    assert(descent->state == BY_DESCENT_ASKING);
    assert(ours->what != BY_SEEN_NOT_NOW && theirs->what != BY_SEEN_NOT_NOW);
    if (!by_seen_answers(ours, &descent->question) || !by_seen_answers(theirs, &descent->question))
        return BANYAN_ERR_MALFORMED;
    descent->asked++;
    if (descent->question.depth == BY_LOOK_RECORD) {
        hear_record(descent, ours, theirs);
    } else if (descent->question.depth == BY_LOOK_BUCKET) {
        enum banyan_status status = hear_bucket(descent, ours, theirs);

        if (status != BANYAN_OK)
            return status;
    } else {
        hear_level(descent, ours, theirs);
    }
    if (descent->state == BY_DESCENT_ASKING && descent->asked >= ASKED_MAX)
        descent->state = BY_DESCENT_UNSETTLED;
    return BANYAN_OK;
}
