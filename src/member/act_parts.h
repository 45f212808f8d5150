/*
 * What reading and writing the bodies of acts share. Seen by act_*.c only.
 */
#ifndef BY_MEMBER_ACT_PARTS_H
#define BY_MEMBER_ACT_PARTS_H

#include "member/act.h"

/* -- reading: each is BANYAN_ERR_MALFORMED where the key is missing or holds something else -- */

BANYAN_MUST_CHECK enum banyan_status
by_act_read_id(const struct by_value *map, const char *key, struct by_id *out_id);
BANYAN_MUST_CHECK enum banyan_status
by_act_read_bin(const struct by_value *map, const char *key, size_t size, uint8_t *out_bytes);
BANYAN_MUST_CHECK enum banyan_status
by_act_read_u32(const struct by_value *map, const char *key, uint32_t *out_number);
BANYAN_MUST_CHECK enum banyan_status
by_act_read_role(const struct by_value *map, enum by_role *out_role);
/* Of a key "signer", which may be missing: zero then. */
BANYAN_MUST_CHECK enum banyan_status
by_act_read_signer(const struct by_value *map, struct by_id *out_signer);
/* What an array of byte strings of one size holds. */
struct by_bins {
    struct by_bytes *items; /* borrowed */
    size_t count;
};
/* BANYAN_ERR_INVALID for more than count_max. */
BANYAN_MUST_CHECK enum banyan_status by_act_read_bins(const struct by_value *list, size_t size,
                                                      size_t count_max, struct by_arena *arena,
                                                      struct by_bins *out_bins);

/* -- writing -- */

/* Where the values are made, and whether memory ran out on the way. */
struct by_act_maker {
    struct by_arena *scratch;
    bool failed;
};
/* A map to be filled in key order. */
struct by_value by_act_begin_map(struct by_act_maker *maker, size_t room);
struct by_value by_act_begin_array(struct by_act_maker *maker, size_t count);
void by_act_put(struct by_value *map, const char *key, struct by_value value);
void by_act_put_id(struct by_value *map, const char *key, const struct by_id *id);
void by_act_put_bin(struct by_value *map, const char *key, const void *bytes, size_t size);
void by_act_put_number(struct by_value *map, const char *key, uint64_t number);

/* The kinds that take away or bound what was given: lower, tips, erase, level, allow. */
BANYAN_MUST_CHECK enum banyan_status
by_act_read_cut(const struct by_value *body, struct by_arena *arena, struct by_act *out);
struct by_value by_act_make_cut(struct by_act_maker *maker, const struct by_act *act);

#endif
