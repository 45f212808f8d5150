#include "net/telling.h"

#include "live/told.h"
#include "net/scope.h"

enum banyan_status
by_telling_add(struct by_node *node, const char *address, struct banyan_error *error)
{
    struct by_bytes text = by_bytes_of_text(address);
    enum banyan_status status = by_address_check(text, error);

    if (status == BANYAN_OK && !by_scope_is_for_others(by_scope_of_text(text)))
        return by_fail(error, BANYAN_ERR_INVALID,
                       "'%s' does not lead to this computer from elsewhere: members need its "
                       "address in their network, or its name",
                       address);
    return status == BANYAN_OK ? by_told_add(node->store, text, error) : status;
}

enum banyan_status
by_telling_remove(struct by_node *node, const char *address, struct banyan_error *error)
{
    return by_told_remove(node->store, by_bytes_of_text(address), error);
}

void by_telling_note(struct by_node *node, const char *const *addresses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct by_bytes text = by_bytes_of_text(addresses[i]);
        enum by_scope scope = by_scope_of_text(text);

        if (scope == BY_SCOPE_WORLD || scope == BY_SCOPE_NAME)
            (void)!by_told_add(node->store, text, NULL);
    }
}
