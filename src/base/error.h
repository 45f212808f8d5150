/*
 * Filling in words for a failure.
 */
#ifndef BY_BASE_ERROR_H
#define BY_BASE_ERROR_H

#include "banyan/status.h"

/* Marks a sentence that po/update.sh takes, where by_fail or by_words gets it from elsewhere. */
#define N_(sentence) sentence

/* The sentence in the language of who reads the error (NULL: English), or itself. Borrowed. */
const char *by_words(const struct banyan_error *error, const char *sentence)
    __attribute__((format_arg(2)));

/* The language of labels in it, "en" where nothing is said. */
const char *by_language_of(const struct banyan_error *error);

/* Empty, for a call whose failure is not told as it comes; told to the same people. */
struct banyan_error by_error_beside(const struct banyan_error *error);

/*
 * Set the words and hand the status back, so that a failure is one line: return by_fail(error,
 * STATUS, "...", ...). The sentence is a whole one, in English: it is translated before
 * its places are filled. error may be NULL. Foreign text in the arguments is made safe to print
 * (by_text_visible), and cut to fit.
 */
enum banyan_status by_fail(struct banyan_error *error, enum banyan_status status,
                           const char *format, ...) BANYAN_FORMAT(3, 4);

/* As by_fail with the status's own sentence; keeps words already set for the same status. */
enum banyan_status by_fail_plain(struct banyan_error *error, enum banyan_status status);

#endif
