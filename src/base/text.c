#include "base/text.h"

#define LANGUAGE_BYTES_MAX 35u

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of the run of letters, or of letters and digits, at the front. */
static size_t count_subtag(struct by_bytes text, bool with_digits)
{
    size_t count = 0;

    while (count < text.size &&
           (is_letter(text.data[count]) ||
            (with_digits && text.data[count] >= '0' && text.data[count] <= '9')))
        count++;
    return count;
}

bool by_text_is_language(struct by_bytes tag)
{
    size_t count = count_subtag(tag, false);

    if (tag.size > LANGUAGE_BYTES_MAX || count < 2 || count > 3)
        return false;
    while (count < tag.size) {
        size_t subtag = 0;

        if (tag.data[count] != '-')
            return false;
        count++;
        subtag = count_subtag(by_bytes_of(tag.data + count, tag.size - count), true);
        if (subtag < 1 || subtag > 8)
            return false;
        count += subtag;
    }
    return true;
}
