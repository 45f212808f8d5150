#include "core/organisations.h"

#include <string.h>

static bool is_named(const struct by_charter_org *org, const char *word)
{
    char id[65];

    by_hex(by_id_bytes(&org->profile.id), id);
    return strcmp(id, word) == 0 || by_bytes_equal(org->profile.name, by_bytes_of_text(word));
}

/* NULL where none has the name; *out_is_one false where several have. */
static const struct by_charter_org *
find(const struct by_node *node, const char *word, bool has_role, bool *out_is_one)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);
    const struct by_charter_org *found = NULL;

    *out_is_one = true;
    for (size_t i = 0; i < count; i++) {
        if ((orgs[i].role != BY_ROLE_NONE) != has_role || !is_named(&orgs[i], word))
            continue;
        *out_is_one = found == NULL;
        found = &orgs[i];
    }
    return found;
}

static enum banyan_status check_found(const char *word, const struct by_charter_org *found,
                                      bool is_one, struct banyan_error *error)
{
    if (found == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "no member of the network is called '%s': banyan members lists them", word);
    if (!is_one)
        return by_fail(
            error, BANYAN_ERR_INVALID,
            "several members are called '%s': give the id that banyan members --json shows", word);
    return BANYAN_OK;
}

enum banyan_status by_organisation_find(const struct by_node *node, const char *word,
                                        const struct by_charter_org **out_org,
                                        struct banyan_error *error)
{
    bool is_one = true;

    *out_org = find(node, word, true, &is_one);
    return check_found(word, *out_org, is_one, error);
}

enum banyan_status by_organisation_find_any(const struct by_node *node, const char *word,
                                            const struct by_charter_org **out_org,
                                            struct banyan_error *error)
{
    bool is_one = true;

    *out_org = find(node, word, true, &is_one);
    if (*out_org == NULL)
        *out_org = find(node, word, false, &is_one);
    return check_found(word, *out_org, is_one, error);
}

bool by_organisation_is_gone(const struct by_node *node, const struct by_id *organisation)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, organisation);

    return org == NULL || (org->role == BY_ROLE_NONE && !org->is_suspended);
}
