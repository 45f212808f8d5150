/*
 * What a person says about the own organisation and network, checked and in stored form.
 */
#ifndef BY_CORE_PROFILE_H
#define BY_CORE_PROFILE_H

#include "banyan/node.h"
#include "member/act.h"

/* Name in normal form, country and kind as codes (labels are understood). Everything lives in
 * arena; id is left zero. BANYAN_ERR_USAGE, BANYAN_ERR_INVALID, BANYAN_ERR_BAD_TEXT with words. */
BANYAN_MUST_CHECK enum banyan_status
by_profile_parse(const struct banyan_profile *profile, struct by_arena *arena,
                 struct by_org_profile *out_profile, struct banyan_error *error);

/* "Mekong" or "vi=Mạng lưới Mê Công" to a map language -> name. Failures as above. */
BANYAN_MUST_CHECK enum banyan_status
by_network_names_parse(const char *const *names, size_t count, struct by_arena *arena,
                       struct by_value *out_names, struct banyan_error *error);

/* User text to stored form, in arena. what names it in the words. */
BANYAN_MUST_CHECK enum banyan_status
by_line_parse(const char *what, struct by_bytes text, size_t bytes_max, struct by_arena *arena,
              struct by_bytes *out_text, struct banyan_error *error);

#endif
