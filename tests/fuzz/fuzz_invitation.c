/*
 * Codes in the text around them: what is found can be encoded, and is found again the same. The
 * same text is tried as a contact code and as a recovery code.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "member/invitation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_same(const struct by_invitation *a, const struct by_invitation *b)
{
    bool same = memcmp(a->seed, b->seed, sizeof a->seed) == 0 &&
                by_id_equal(&a->network, &b->network) && by_id_equal(&a->invite, &b->invite) &&
                by_id_equal(&a->transport, &b->transport) && a->address_count == b->address_count;

    for (size_t i = 0; same && i < a->address_count; i++)
        same = by_bytes_equal(a->addresses[i], b->addresses[i]);
    return same;
}

static void check_invitation(struct by_bytes text)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer code = BY_BUFFER_INIT(BY_CODE_TEXT_BYTES_MAX);
    struct by_invitation found;
    struct by_invitation again;
    struct banyan_error error = {.status = BANYAN_OK};
    enum banyan_status status = by_invitation_find(text, &arena, &found, &error);

    if (status != BANYAN_OK && (error.status != status || error.text[0] == 0))
        abort(); /* no words */
    if (status == BANYAN_OK) {
        if (by_invitation_encode(&found, &code) != BANYAN_OK)
            abort();
        if (by_invitation_find(by_buffer_bytes(&code), &arena, &again, NULL) != BANYAN_OK ||
            !is_same(&found, &again))
            abort();
    }
    by_buffer_deinit(&code);
    by_arena_deinit(&arena);
}

static void check_contact(struct by_bytes text)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer code = BY_BUFFER_INIT(BY_CODE_TEXT_BYTES_MAX);
    struct by_contact_code found;
    struct by_contact_code again;
    struct banyan_error error = {.status = BANYAN_OK};
    enum banyan_status status = by_contact_code_find(text, &arena, &found, &error);

    if (status != BANYAN_OK && (error.status != status || error.text[0] == 0))
        abort(); /* no words */
    if (status == BANYAN_OK) {
        if (by_contact_code_encode(&found, &code) != BANYAN_OK ||
            by_contact_code_find(by_buffer_bytes(&code), &arena, &again, NULL) != BANYAN_OK ||
            !by_id_equal(&found.network, &again.network) ||
            !by_id_equal(&found.transport, &again.transport) ||
            found.address_count != again.address_count)
            abort();
        for (size_t i = 0; i < found.address_count; i++)
            if (!by_bytes_equal(found.addresses[i], again.addresses[i]))
                abort();
    }
    by_buffer_deinit(&code);
    by_arena_deinit(&arena);
}

static void check_recovery(struct by_bytes text)
{
    struct by_seed root;
    struct by_seed again;
    char code[BY_RECOVERY_TEXT_BYTES];

    if (by_recovery_decode(text, &root) != BANYAN_OK)
        return;
    by_recovery_encode(&root, code);
    if (by_recovery_decode(by_bytes_of_text(code), &again) != BANYAN_OK ||
        memcmp(root.bytes, again.bytes, sizeof root.bytes) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_invitation(by_bytes_of(data, size));
    check_contact(by_bytes_of(data, size));
    check_recovery(by_bytes_of(data, size));
    return 0;
}
