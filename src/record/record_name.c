#include "base/base32.h"
#include "crypto/hash.h"
#include "record/field_value.h"

#define SHORT_ID_HASH_BYTES 5 /* 8 characters of 5 bits */

void by_record_name_put(uint8_t at[48], const struct by_record_name *name)
{
    memcpy(at, name->owner.bytes, sizeof name->owner.bytes);
    memcpy(at + sizeof name->owner.bytes, name->uuid.bytes, sizeof name->uuid.bytes);
}

void by_record_name_get(const uint8_t at[48], struct by_record_name *out_name)
{
    memcpy(out_name->owner.bytes, at, sizeof out_name->owner.bytes);
    memcpy(out_name->uuid.bytes, at + sizeof out_name->owner.bytes, sizeof out_name->uuid.bytes);
}

bool by_record_name_read(struct by_bytes text, struct by_record_name *out_name)
{
    uint8_t bytes[48];

    if (!by_hex_read(text, bytes, sizeof bytes))
        return false;
    by_record_name_get(bytes, out_name);
    return true;
}

void by_record_name_hash(const struct by_record_name *name, struct by_id *out_hash)
{
    uint8_t bytes[48];

    by_record_name_put(bytes, name);
    by_hash_bytes(BY_TAG_RECORD_NAME, by_bytes_of(bytes, sizeof bytes), out_hash);
}

void by_record_short_id(const struct by_record_name *name, char out_text[BY_SHORT_ID_BYTES])
{
    struct by_id hash;

    by_record_name_hash(name, &hash);
    by_short_id_of_hash(&hash, out_text);
}

void by_short_id_of_hash(const struct by_id *name_hash, char out_text[BY_SHORT_ID_BYTES])
{
    char text[BY_BASE32_TEXT_BYTES(SHORT_ID_HASH_BYTES)];
    char grouped[2 * sizeof text];

    by_base32_encode(by_bytes_of(name_hash->bytes, SHORT_ID_HASH_BYTES), text);
    by_base32_group(text, 4, grouped);
    memcpy(out_text, grouped, BY_SHORT_ID_BYTES);
}
