#include "crypto/tag.h"

#include "base/bytes.h"

static const unsigned char texts[BY_TAG_COUNT][BY_TAG_BYTES] = {
#define X(name, text) text,
    BY_TAG_MAP(X)
#undef X
};

#define X(name, text) static_assert(sizeof(text) - 1 <= BY_TAG_BYTES, "a tag is 16 bytes");
BY_TAG_MAP(X)
#undef X

const unsigned char *by_tag_bytes(enum by_tag tag)
{
    assert((unsigned)tag < BY_TAG_COUNT);
    return texts[tag];
}
