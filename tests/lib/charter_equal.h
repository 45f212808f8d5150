/*
 * Whether two charters say the same: all that they tell, in order.
 */
#ifndef BY_TEST_CHARTER_EQUAL_H
#define BY_TEST_CHARTER_EQUAL_H

#include <string.h>

#include "member/charter.h"

static inline bool same_profile(const struct by_org_profile *a, const struct by_org_profile *b)
{
    return by_id_equal(&a->id, &b->id) && by_bytes_equal(a->name, b->name) &&
           by_bytes_equal(a->kind, b->kind) && by_bytes_equal(a->country, b->country);
}

static inline bool same_orgs(const struct by_charter *a, const struct by_charter *b)
{
    size_t count, other;
    const struct by_charter_org *x = by_charter_orgs(a, &count);
    const struct by_charter_org *y = by_charter_orgs(b, &other);

    for (size_t i = 0; count == other && i < count; i++)
        if (!same_profile(&x[i].profile, &y[i].profile) || x[i].role != y[i].role ||
            !by_id_equal(&x[i].root, &y[i].root) || x[i].since_hlc != y[i].since_hlc ||
            !by_id_equal(&x[i].admitted_by, &y[i].admitted_by) || x[i].is_final != y[i].is_final ||
            x[i].is_suspended != y[i].is_suspended || x[i].until_ms != y[i].until_ms ||
            x[i].lowered_hlc != y[i].lowered_hlc ||
            !by_id_equal(&x[i].lowered_by, &y[i].lowered_by))
            return false;
    return count == other;
}

static inline bool same_devices(const struct by_charter *a, const struct by_charter *b)
{
    size_t count, other;
    const struct by_charter_device *x = by_charter_devices(a, &count);
    const struct by_charter_device *y = by_charter_devices(b, &other);

    for (size_t i = 0; count == other && i < count; i++)
        if (memcmp(&x[i].certificate, &y[i].certificate, sizeof x[i].certificate) != 0 ||
            !by_id_equal(&x[i].organisation, &y[i].organisation) ||
            x[i].is_revoked != y[i].is_revoked || x[i].since_hlc != y[i].since_hlc ||
            !by_bytes_equal(x[i].name, y[i].name))
            return false;
    return count == other;
}

static inline bool same_logs(const struct by_charter *a, const struct by_charter *b)
{
    size_t count, other;
    const struct by_charter_log *x = by_charter_logs(a, &count);
    const struct by_charter_log *y = by_charter_logs(b, &other);

    for (size_t i = 0; count == other && i < count; i++) {
        if (!by_log_id_equal(&x[i].log, &y[i].log) ||
            !by_id_equal(&x[i].organisation, &y[i].organisation) || x[i].role != y[i].role ||
            x[i].is_cut != y[i].is_cut || x[i].tip_count != y[i].tip_count)
            return false;
        for (size_t k = 0; k < x[i].tip_count; k++)
            if (by_log_tip_compare(&x[i].tips[k], &y[i].tips[k]) != 0)
                return false;
    }
    return count == other;
}

static inline bool same_invites(const struct by_charter *a, const struct by_charter *b)
{
    size_t count, other;
    const struct by_charter_invite *x = by_charter_invites(a, &count);
    const struct by_charter_invite *y = by_charter_invites(b, &other);

    for (size_t i = 0; count == other && i < count; i++)
        if (!by_id_equal(&x[i].act, &y[i].act) || !by_bytes_equal(x[i].name, y[i].name) ||
            !by_id_equal(&x[i].author, &y[i].author) || x[i].hlc != y[i].hlc ||
            x[i].role != y[i].role || x[i].expires_ms != y[i].expires_ms ||
            x[i].asks_confirm != y[i].asks_confirm || x[i].is_used != y[i].is_used ||
            !by_id_equal(&x[i].key, &y[i].key) ||
            memcmp(x[i].join_key, y[i].join_key, sizeof x[i].join_key) != 0)
            return false;
    return count == other;
}

typedef const struct by_charter_join *
list_joins(const struct by_charter *charter, size_t *out_count);

static inline bool
same_joins(const struct by_charter *a, const struct by_charter *b, list_joins *list)
{
    size_t count, other;
    const struct by_charter_join *x = list(a, &count);
    const struct by_charter_join *y = list(b, &other);

    for (size_t i = 0; count == other && i < count; i++)
        if (!by_id_equal(&x[i].join, &y[i].join) || x[i].invite_is_used != y[i].invite_is_used ||
            x[i].expires_ms != y[i].expires_ms)
            return false;
    return count == other;
}

static inline bool same_motions(const struct by_charter *a, const struct by_charter *b)
{
    size_t count, other;
    const struct by_charter_motion *x = by_charter_motions(a, &count);
    const struct by_charter_motion *y = by_charter_motions(b, &other);

    for (size_t i = 0; count == other && i < count; i++)
        if (!by_id_equal(&x[i].act, &y[i].act) || x[i].vote_count != y[i].vote_count ||
            x[i].voter_count != y[i].voter_count || x[i].needed != y[i].needed)
            return false;
    return count == other;
}

/* By acts that are asked after one by one, and by what the next act would name. */
static inline bool same_acts(const struct by_charter *a, const struct by_charter *b,
                             const struct by_act_entry *acts, size_t count)
{
    struct by_id x[BY_PARENTS_MAX], y[BY_PARENTS_MAX];
    size_t heads = by_charter_heads(a, x);

    if (by_charter_heads(b, y) != heads || memcmp(x, y, heads * sizeof *x) != 0)
        return false;
    by_charter_digest(a, &x[0]);
    by_charter_digest(b, &y[0]);
    if (!by_id_equal(&x[0], &y[0]))
        return false;
    for (size_t i = 0; i < count; i++)
        if (by_charter_has(a, &acts[i].id) != by_charter_has(b, &acts[i].id) ||
            by_charter_counts(a, &acts[i].id) != by_charter_counts(b, &acts[i].id) ||
            by_charter_shares(a, &acts[i].id) != by_charter_shares(b, &acts[i].id))
            return false;
    return true;
}

/* NULL where they say the same; else what differs. */
static inline const char *charters_differ(const struct by_charter *a, const struct by_charter *b,
                                          const struct by_act_entry *acts, size_t count)
{
    if (!same_acts(a, b, acts, count))
        return "acts";
    if (!same_orgs(a, b))
        return "organisations";
    if (!same_devices(a, b))
        return "devices";
    if (!same_logs(a, b))
        return "logs";
    if (!same_invites(a, b))
        return "invites";
    if (!same_motions(a, b))
        return "motions";
    if (!same_joins(a, b, by_charter_pending_joins) ||
        !same_joins(a, b, by_charter_unacknowledged_joins) ||
        !same_joins(a, b, by_charter_suspended_joins))
        return "joins";
    return by_charter_level(a) == by_charter_level(b) ? NULL : "level";
}

#endif
