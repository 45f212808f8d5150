/*
 * Domain separation: every signed or hashed string begins with 16 bytes that name what it is, so
 * that a signature or a hash made for one purpose is never valid for another.
 */
#ifndef BY_CRYPTO_TAG_H
#define BY_CRYPTO_TAG_H

/* X(name, text): text is ASCII, at most 16 bytes, filled with NUL to 16. */
#define BY_TAG_MAP(X)                                                                              \
    X(ENTRY_ID, "banyan entry id")                                                                 \
    X(ENTRY_SEAL, "banyan seal")                                                                   \
    X(LINKS, "banyan links")                                                                       \
    X(PAYLOAD, "banyan payload")                                                                   \
    X(CERTIFICATE, "banyan device")                                                                \
    X(INVITE_SEED, "banyan invite")                                                                \
    X(INVITE_KEY, "banyan joinkey")                                                                \
    X(CONFIRM, "banyan confirm")                                                                   \
    X(INVITE_PROOF, "banyan join")                                                                 \
    X(REVOCATION, "banyan revoke")                                                                 \
    X(NEW_KEY, "banyan newkey")                                                                    \
    X(RECORD_NAME, "banyan record")                                                                \
    X(RECORD_DIGEST, "banyan recdigest")                                                           \
    X(RECORD_BRANCH, "banyan recbranch")                                                           \
    X(BUCKET, "banyan bucket")                                                                     \
    X(LEVEL, "banyan level")                                                                       \
    X(CHARTER, "banyan charter")                                                                   \
    X(VIEW, "banyan view")                                                                         \
    X(CHECKSUM, "banyan checksum")                                                                 \
    X(BUNDLE, "banyan bundle")                                                                     \
    X(BUNDLE_MAKER, "banyan maker")                                                                \
    X(SYNC_BUCKET, "banyan logs")                                                                  \
    X(SYNC_STATE, "banyan state")                                                                  \
    X(SYNC_SESSION, "banyan session")                                                              \
    X(BEACON, "banyan beacon")                                                                     \
    X(NOTE, "banyan note")                                                                         \
    X(VIEW_SEAL, "banyan view seal")                                                               \
    X(NOTE_SEAL, "banyan note seal")                                                               \
    X(NOTES, "banyan notes")                                                                       \
    X(IMPORT, "banyan import")

enum by_tag {
#define X(name, text) BY_TAG_##name,
    BY_TAG_MAP(X)
#undef X
        BY_TAG_COUNT
};

#define BY_TAG_BYTES 16
/* The 16 bytes. Static. */
const unsigned char *by_tag_bytes(enum by_tag tag);

#endif
