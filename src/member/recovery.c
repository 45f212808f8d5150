#include "base/base32.h"
#include "crypto/hash.h"
#include "member/invitation.h"

#define CHECKSUM_BYTES 3u
#define CODE_BYTES     (sizeof(struct by_seed) + CHECKSUM_BYTES)
#define GROUP_CHARS    7u
/* Grouping asks for twice the room of the text. */
#define GROUPED_BYTES (2 * BY_BASE32_TEXT_BYTES(CODE_BYTES))

static_assert(CODE_BYTES * 8 / 5 == 8 * GROUP_CHARS && CODE_BYTES % 5 == 0,
              "a recovery code is 8 whole groups");
static_assert(8 * (GROUP_CHARS + 1) <= BY_RECOVERY_TEXT_BYTES, "the groups fit");

static void put_checksum(uint8_t *at, const uint8_t *seed)
{
    struct by_id hash;

    by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(seed, sizeof(struct by_seed)), &hash);
    memcpy(at, hash.bytes, CHECKSUM_BYTES);
    by_secret_wipe(&hash, sizeof hash);
}

void by_recovery_encode(const struct by_seed *root, char out_text[BY_RECOVERY_TEXT_BYTES])
{
    uint8_t code[CODE_BYTES];
    char text[BY_BASE32_TEXT_BYTES(CODE_BYTES)];
    char grouped[GROUPED_BYTES];

    memcpy(code, root->bytes, sizeof root->bytes);
    put_checksum(code + sizeof root->bytes, root->bytes);
    by_base32_encode(by_bytes_of(code, sizeof code), text);
    by_base32_group(text, GROUP_CHARS, grouped);
    memcpy(out_text, grouped, strlen(grouped) + 1);
    by_secret_wipe(code, sizeof code);
    by_secret_wipe(text, sizeof text);
    by_secret_wipe(grouped, sizeof grouped);
}

static size_t count_letters(struct by_bytes text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += isalnum(text.data[i]) != 0;
    return count;
}

enum banyan_status by_recovery_decode(struct by_bytes text, struct by_seed *out_root)
{
    uint8_t code[CODE_BYTES + 1] = {0}; /* a buffer keeps room for a NUL */
    uint8_t checksum[CHECKSUM_BYTES];
    /* Room that cannot grow: secrets stay out of the heap. */
    struct by_buffer out = {.data = code, .capacity = sizeof code, .size_max = CODE_BYTES};
    size_t letters = count_letters(text);
    enum banyan_status status = BANYAN_OK;

    if (letters != 8 * GROUP_CHARS)
        return letters < 8 * GROUP_CHARS ? BANYAN_ERR_TRUNCATED : BANYAN_ERR_TOO_LARGE;
    status = by_base32_decode(text, &out);
    put_checksum(checksum, code);
    if (status == BANYAN_OK && memcmp(checksum, code + sizeof(struct by_seed), CHECKSUM_BYTES) != 0)
        status = BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK)
        memcpy(out_root->bytes, code, sizeof out_root->bytes);
    by_secret_wipe(code, sizeof code);
    return status;
}
