#include "admin/contact.h"

#include "base/address.h"
#include "core/answer.h"
#include "member/invitation.h"

static enum banyan_status take_addresses(const char *const *addresses, size_t count,
                                         struct by_contact_code *out_contact,
                                         struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    if (count == 0)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "a contact code names where your node can be reached: give HOST:PORT, or "
                       "start banyan run");
    if (count > BY_CODE_ADDRESSES_MAX)
        return by_fail(error, BANYAN_ERR_USAGE, "a contact code names at most %u addresses",
                       BY_CODE_ADDRESSES_MAX);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        out_contact->addresses[i] = by_bytes_of_text(addresses[i]);
        status = by_address_check(out_contact->addresses[i], error);
    }
    out_contact->address_count = count;
    return status;
}

static enum banyan_status write_answer(const struct by_contact_code *contact, struct by_buffer *out,
                                       struct banyan_error *error)
{
    struct by_buffer code = BY_BUFFER_INIT(BY_CODE_TEXT_BYTES_MAX);
    struct by_json json;
    enum banyan_status status = by_contact_code_encode(contact, &code);

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "code");
    by_json_text(&json, by_buffer_bytes(&code));
    by_json_key(&json, "addresses");
    by_json_array_begin(&json);
    for (size_t i = 0; i < contact->address_count; i++)
        by_json_text(&json, contact->addresses[i]);
    by_json_array_end(&json);
    by_json_object_end(&json);
    status = status == BANYAN_OK ? by_json_done(&json, error) : by_fail_plain(error, status);
    by_buffer_deinit(&code);
    return status;
}

enum banyan_status by_contact_code(const struct by_node *node, const char *const *addresses,
                                   size_t count, struct by_buffer *out, struct banyan_error *error)
{
    struct by_contact_code contact = {.network = node->network,
                                      .transport = node->transport.public_key};
    enum banyan_status status = BANYAN_OK;

    if (by_node_role(node) == BY_ROLE_NONE)
        return by_fail(error, BANYAN_ERR_NOT_MEMBER,
                       "only a member's node can be asked: this organisation has no role in the "
                       "network");
    status = take_addresses(addresses, count, &contact, error);
    return status == BANYAN_OK ? write_answer(&contact, out, error) : status;
}
