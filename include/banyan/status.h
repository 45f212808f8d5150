/*
 * Every outcome of a call, once: name, class and sentence.
 *
 * A class answers "what can the caller do about it", and its number is the exit code of the command
 * line.
 */
#ifndef BANYAN_STATUS_H
#define BANYAN_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BANYAN_API                          __attribute__((visibility("default")))
#define BANYAN_MUST_CHECK                   __attribute__((warn_unused_result))
#define BANYAN_FORMAT(format_at, values_at) __attribute__((format(printf, format_at, values_at)))
#else
#define BANYAN_API
#define BANYAN_MUST_CHECK
#define BANYAN_FORMAT(format_at, values_at)
#endif

/* What to do about a failure. The numbers are exit codes. */
enum banyan_class {
    BANYAN_CLASS_DONE = 0,    /* nothing is wrong */
    BANYAN_CLASS_NO = 1,      /* the answer is no, or nothing was found */
    BANYAN_CLASS_USAGE = 2,   /* the call is wrong: mend it and call again */
    BANYAN_CLASS_DENIED = 3,  /* the caller has no right to this */
    BANYAN_CLASS_DATA = 4,    /* bytes of a file, a peer or a user break the rules */
    BANYAN_CLASS_STORAGE = 5, /* the disk, the store or memory failed: stop writing */
    BANYAN_CLASS_NETWORK = 6  /* no connection: try again later */
};

/* X(name, number, class, sentence) */
#define BANYAN_STATUS_MAP(X)                                                                       \
    X(OK, 0, DONE, "done")                                                                         \
    X(ERR_NOT_FOUND, -1, NO, "nothing was found")                                                  \
    X(ERR_DIFFERENT, -2, NO, "the answer is no")                                                   \
    X(ERR_USAGE, -3, USAGE, "the call is not of the right form")                                   \
    X(ERR_EXISTS, -4, USAGE, "it is there already")                                                \
    X(ERR_DENIED, -5, DENIED, "this is not allowed")                                               \
    X(ERR_NOT_MEMBER, -6, DENIED, "this node is not a member of the network yet")                  \
    X(ERR_WRONG_NETWORK, -7, DATA, "this belongs to another network")                              \
    X(ERR_NOT_FOR_US, -8, DENIED, "this is encrypted to others")                                   \
    X(ERR_TRUNCATED, -9, DATA, "the data ends too early")                                          \
    X(ERR_MALFORMED, -10, DATA, "the data is not of the right form")                               \
    X(ERR_TOO_LARGE, -11, DATA, "the data is larger than the limit")                               \
    X(ERR_NOT_CANONICAL, -12, DATA, "the data is not in its one canonical form")                   \
    X(ERR_BAD_TEXT, -13, DATA, "the text is not valid UTF-8 in normal form C")                     \
    X(ERR_BAD_SIGNATURE, -14, DATA, "a signature does not verify")                                 \
    X(ERR_BROKEN_CHAIN, -15, DATA, "an entry does not follow from the one before it")              \
    X(ERR_INVALID, -16, DATA, "a value breaks the rules of its field")                             \
    X(ERR_DAMAGED, -17, STORAGE, "what is on disk is not what was written")                        \
    X(ERR_DISK, -18, STORAGE, "the disk refused to read or write")                                 \
    X(ERR_FULL, -19, STORAGE, "there is no room left")                                             \
    X(ERR_MEMORY, -20, STORAGE, "memory ran out")                                                  \
    X(ERR_BUSY, -21, STORAGE, "another process is at work on it: try again")                       \
    X(ERR_UNSAFE_PLACE, -22, STORAGE, "this place cannot keep a home safely")                      \
    X(ERR_NETWORK, -23, NETWORK, "there is no connection")                                         \
    X(ERR_UPGRADE, -24, DATA, "this was made by a newer version: upgrade")

enum banyan_status {
#define X(name, number, class, sentence) BANYAN_##name = number,
    BANYAN_STATUS_MAP(X)
#undef X
};

/*
 * How people are told.
 *
 * language    of the labels of types and fields in sentences, such as "vi" (BCP 47)
 * translate   the sentence in that language, or the English one itself; never NULL, valid for ever.
 *             A sentence with places for printf keeps their number and kinds, in any order where
 *             they are numbered, as in "%2$s"; po/ in the sources holds all.
 *             Thread: may be called on several at once.
 */
struct banyan_words {
    const char *language;
    const char *(*translate)(const char *english);
};

/*
 * Words for a failure: one sentence that says what is wrong, where, and what to do. Text is valid
 * UTF-8, ends in NUL, and control characters from foreign data in it have been made visible. A call
 * that takes one empties it first: it need not be initialised.
 */
#define BANYAN_ERROR_BYTES_MAX 1024
struct banyan_error {
    enum banyan_status status;
    char text[BANYAN_ERROR_BYTES_MAX];
    const struct banyan_words *words; /* as banyan_speak was told */
};

/*
 * Tell people in these words from now on, in all of the process. NULL is how it begins: sentences
 * are in English, and name types and fields by their keys alone.
 *
 * words   borrowed for ever. Thread: before any other call of the library.
 */
BANYAN_API void banyan_speak(const struct banyan_words *words);

/* The name of a status as in this header, such as "BANYAN_ERR_DISK". Static. */
BANYAN_API const char *banyan_status_name(enum banyan_status status);

/* The sentence of a status. Static. */
BANYAN_API const char *banyan_status_text(enum banyan_status status);

/* The class of a status; an unknown number is a storage failure, since nothing is known of it. */
BANYAN_API enum banyan_class banyan_status_class(enum banyan_status status);

#ifdef __cplusplus
}
#endif

#endif
