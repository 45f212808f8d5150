/*
 * Requests to a node at work: whatever comes, it is answered, and what is granted verifies as what
 * it was asked for. Seals are granted for runs of this device alone.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/keeper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct keys {
    struct by_signing_key device;
    struct by_box_key transport;
};

static enum banyan_status follows(void *context, const struct by_run *run)
{
    const struct keys *keys = context;

    if (!by_id_equal(&run->base.log.device, &keys->device.public_key))
        abort();
    return BANYAN_OK;
}

static void sealed(void *context, const struct by_run *run)
{
    const struct by_id network = {{'n'}};

    (void)context;
    if (by_run_verify(run, &network) != BANYAN_OK)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct by_seed seed = {{1}}, other = {{2}};
    struct keys keys;
    struct by_keeper keeper = {.device = &keys.device,
                               .transport = &keys.transport,
                               .network = {{'n'}},
                               .follows = follows,
                               .sealed = sealed,
                               .context = &keys};
    struct by_buffer reply = BY_BUFFER_INIT(BY_KEEPER_ANSWER_BYTES_MAX);

    by_signing_key_from_seed(&seed, &keys.device);
    by_box_key_from_seed(&other, &keys.transport);
    if (by_keeper_answer(&keeper, by_bytes_of(data, size), &reply) != BANYAN_OK ||
        reply.size == 0 || (reply.data[0] == 1 && reply.size != 1))
        abort();
    by_buffer_deinit(&reply);
    return 0;
}
