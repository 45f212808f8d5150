#include "crypto/hash.h"
#include "member/act.h"

#define MESSAGE_BYTES (3 * sizeof(struct by_id))

/* organisation ‖ device ‖ transport: what both the root key and the invite key sign. */
static struct by_bytes put_message(uint8_t out_message[MESSAGE_BYTES],
                                   const struct by_id *organisation,
                                   const struct by_certificate *certificate)
{
    memcpy(out_message, organisation->bytes, sizeof organisation->bytes);
    memcpy(out_message + 32, certificate->device.bytes, sizeof certificate->device.bytes);
    memcpy(out_message + 64, certificate->transport.bytes, sizeof certificate->transport.bytes);
    return by_bytes_of(out_message, MESSAGE_BYTES);
}

void by_certificate_sign_for(struct by_certificate *certificate, const struct by_id *organisation,
                             const struct by_signing_key *root, const struct by_id *network)
{
    uint8_t message[MESSAGE_BYTES];

    by_sign(root, BY_TAG_CERTIFICATE, network, put_message(message, organisation, certificate),
            &certificate->signature);
}

void by_certificate_sign(struct by_certificate *certificate, const struct by_signing_key *root,
                         const struct by_id *network)
{
    by_certificate_sign_for(certificate, &root->public_key, root, network);
}

enum banyan_status by_certificate_verify_by(const struct by_certificate *certificate,
                                            const struct by_id *organisation,
                                            const struct by_id *signer, const struct by_id *network)
{
    uint8_t message[MESSAGE_BYTES];

    return by_verify(signer, BY_TAG_CERTIFICATE, network,
                     put_message(message, organisation, certificate), &certificate->signature);
}

enum banyan_status by_certificate_verify(const struct by_certificate *certificate,
                                         const struct by_id *organisation,
                                         const struct by_id *network)
{
    return by_certificate_verify_by(certificate, organisation, organisation, network);
}

void by_invite_derive(const uint8_t seed[16], struct by_signing_key *out_key,
                      uint8_t out_join_key[32])
{
    struct by_id hash;
    struct by_seed key_seed;

    by_hash_bytes(BY_TAG_INVITE_SEED, by_bytes_of(seed, 16), &hash);
    memcpy(key_seed.bytes, hash.bytes, sizeof key_seed.bytes);
    by_signing_key_from_seed(&key_seed, out_key);
    by_hash_bytes(BY_TAG_INVITE_KEY, by_bytes_of(seed, 16), &hash);
    memcpy(out_join_key, hash.bytes, sizeof hash.bytes);
    by_secret_wipe(&key_seed, sizeof key_seed);
    by_secret_wipe(&hash, sizeof hash);
}

void by_join_prove(struct by_act *join, const struct by_signing_key *invite_key,
                   const struct by_id *network)
{
    uint8_t message[MESSAGE_BYTES];

    by_sign(invite_key, BY_TAG_INVITE_PROOF, network,
            put_message(message, &join->join.profile.id, &join->join.certificate),
            &join->join.proof);
}

enum banyan_status by_join_verify(const struct by_act *join, const struct by_id *invite_key,
                                  const struct by_id *network)
{
    uint8_t message[MESSAGE_BYTES];

    return by_verify(invite_key, BY_TAG_INVITE_PROOF, network,
                     put_message(message, &join->join.profile.id, &join->join.certificate),
                     &join->join.proof);
}
