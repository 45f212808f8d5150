/*
 * A text with a code in it, as mail programs, chats and people leave it: what of it may be the
 * code.
 */
#ifndef BY_MEMBER_CODE_TEXT_H
#define BY_MEMBER_CODE_TEXT_H

#include "base/bytes.h"
#include "base/limits.h"

/* How a text may be read. The plain way comes first: what else is done to a text may also undo a
 * code in it. */
enum by_code_reading {
    BY_READ_PLAIN = 0,
    BY_READ_LOOK_ALIKES = 1, /* Cyrillic and Greek letters as those that they look like */
    BY_READ_MARKUP = 2,      /* without <tags>, &names; and who is quoted> where a line begins */
    BY_READINGS = 4          /* each alone, and both */
};

/* Letters A to Z and digits: all that codes are made of. */
struct by_code_letters {
    uint8_t chars[BY_CODE_TEXT_BYTES_MAX];
    size_t count;
};
/* Those of a text of at most BY_CODE_TEXT_BYTES_MAX bytes, as capitals; full-width ones too.
 * Whatever else stands between is left out: spaces of any kind and width, dashes, line breaks,
 * marks that show nothing. */
void by_code_letters_read(struct by_bytes text, unsigned reading, struct by_code_letters *out);

#endif
