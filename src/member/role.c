#include "member/act.h"

static const char *const role_names[BY_ROLE_MAX + 1] = {
    [BY_ROLE_NONE] = "none",     [BY_ROLE_READER] = "reader",           [BY_ROLE_HUB] = "hub",
    [BY_ROLE_MEMBER] = "member", [BY_ROLE_COORDINATOR] = "coordinator",
};

const char *by_role_name(enum by_role role)
{
    assert(role <= BY_ROLE_MAX);
    return role_names[role];
}

enum banyan_status by_role_from_name(struct by_bytes name, enum by_role *out_role)
{
    for (unsigned i = 0; i <= BY_ROLE_MAX; i++) {
        if (!by_bytes_equal(name, by_bytes_of_text(role_names[i])))
            continue;
        *out_role = (enum by_role)i;
        return BANYAN_OK;
    }
    return BANYAN_ERR_USAGE;
}
