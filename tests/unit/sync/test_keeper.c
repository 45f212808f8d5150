#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/writer.h"
#include "member/act.h"
#include "record/operation.h"
#include "sync/bundle_format.h"
#include "sync/keeper.h"

static const struct by_id network = {{'n'}};
static const uint8_t salt[BY_SALT_BYTES] = {'s'};

/* A device whose key a keeper has, and the requests of a writer of its logs. */
struct desk {
    struct by_signing_key device;
    struct by_box_key transport;
    struct by_keeper keeper;
    struct by_buffer request; /* of the last run */
    struct by_signature granted;
    bool does_not_follow;
    size_t sealed_count;
    struct by_writer writer;
};

static enum banyan_status follows(void *context, const struct by_run *run)
{
    const struct desk *desk = context;

    (void)run;
    return desk->does_not_follow ? BANYAN_ERR_BROKEN_CHAIN : BANYAN_OK;
}

static void sealed(void *context, const struct by_run *run)
{
    ((struct desk *)context)->sealed_count += run->count;
}

static enum banyan_status
answer(const struct desk *desk, struct by_bytes request, uint8_t *out, size_t size)
{
    struct by_buffer reply = BY_BUFFER_INIT(BY_KEEPER_ANSWER_BYTES_MAX);
    enum banyan_status status;

    assert_int_equal(by_keeper_answer(&desk->keeper, request, &reply), BANYAN_OK);
    status = by_keeper_take(by_buffer_bytes(&reply), out, size);
    by_buffer_deinit(&reply);
    return status;
}

static enum banyan_status
ask_seal(void *context, const struct by_run *run, struct by_signature *out_seal)
{
    struct desk *desk = context;

    by_buffer_reset(&desk->request);
    assert_int_equal(by_keeper_ask_seal(run, &desk->request), BANYAN_OK);
    return answer(desk, by_buffer_bytes(&desk->request), out_seal->bytes, sizeof out_seal->bytes);
}

/* What every reader asks of a run. */
static enum banyan_status verify(void *context, const struct by_run *run)
{
    (void)context;
    return by_run_verify(run, &network);
}

static int open_desk(void **state)
{
    struct by_seed seed = {{1}}, other = {{2}};
    struct desk *desk = calloc(1, sizeof *desk);
    struct by_block_base base = {.first_seq = 0};

    by_signing_key_from_seed(&seed, &desk->device);
    by_box_key_from_seed(&other, &desk->transport);
    desk->keeper = (struct by_keeper){.device = &desk->device,
                                      .transport = &desk->transport,
                                      .network = network,
                                      .follows = follows,
                                      .sealed = sealed,
                                      .context = desk};
    desk->request = (struct by_buffer)BY_BUFFER_INIT(BY_KEEPER_REQUEST_BYTES_MAX);
    base.log.device = desk->device.public_key;
    by_writer_init(&desk->writer, &desk->device, &network, &base, verify, desk);
    desk->writer.seal = ask_seal;
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;

    by_writer_deinit(&desk->writer);
    by_buffer_deinit(&desk->request);
    free(desk);
    return 0;
}

/* A deletion; payload NULL: as it must be. */
static enum banyan_status add_operation(struct desk *desk, const char *payload_or_null)
{
    struct by_id parent = {{'p'}};
    struct by_operation operation = {.links = {.name = {.owner = {{'o'}}, .uuid = {{'u'}}},
                                               .op = BY_OP_DELETE,
                                               .parents = &parent,
                                               .parent_count = 1}};
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX),
                     payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    enum banyan_status status = by_operation_encode(&operation, &links, &payload);

    assert_int_equal(status, BANYAN_OK);
    status = by_writer_add(&desk->writer, BY_KIND_OPERATION, by_buffer_bytes(&links),
                           payload_or_null == NULL ? by_buffer_bytes(&payload)
                                                   : by_bytes_of_text(payload_or_null),
                           salt, 1000);
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
    return status;
}

static enum banyan_status add_act(struct desk *desk, uint16_t kind, const char *payload_or_null)
{
    struct by_act act = {.kind = BY_KIND_OPEN};
    struct by_act_links none = {.parent_count = 0};
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX),
                     payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    enum banyan_status status = by_act_links_encode(&none, &links);

    if (status == BANYAN_OK)
        status = by_act_encode(&act, &arena, &payload);
    assert_int_equal(status, BANYAN_OK);
    status = by_writer_add(&desk->writer, kind, by_buffer_bytes(&links),
                           payload_or_null == NULL ? by_buffer_bytes(&payload)
                                                   : by_bytes_of_text(payload_or_null),
                           salt, 1000);
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
    by_arena_deinit(&arena);
    return status;
}

static void what_is_sealed_elsewhere_is_as_if_sealed_here(void **state)
{
    struct desk *desk = *state;

    for (int i = 0; i < 150; i++)
        assert_int_equal(add_operation(desk, NULL), BANYAN_OK);
    assert_int_equal(by_writer_flush(&desk->writer), BANYAN_OK);
    assert_int_equal(desk->sealed_count, 150);
}

static void an_act_is_sealed(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(add_act(desk, BY_KIND_OPEN, NULL), BANYAN_OK);
    assert_int_equal(desk->sealed_count, 1);
}

/* The key cannot be used for what is no entry of banyan. */
static void what_readers_would_pass_over_is_not_sealed(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(add_operation(desk, "I owe you a forest"), BANYAN_OK);
    assert_int_equal(by_writer_flush(&desk->writer), BANYAN_ERR_DENIED);
    assert_int_equal(desk->sealed_count, 0);
}

static void an_act_that_is_none_is_not_sealed(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(add_act(desk, BY_KIND_OPEN, "I owe you a forest"), BANYAN_ERR_DENIED);
    assert_int_equal(add_act(desk, 999, "\xc0"), BANYAN_ERR_DENIED);
    assert_int_equal(desk->sealed_count, 0);
}

/* Its seal names no network: it would found another one in this device's name. */
static void no_genesis_is_sealed(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(add_act(desk, BY_KIND_GENESIS, NULL), BANYAN_ERR_DENIED);
    assert_int_equal(desk->sealed_count, 0);
}

static void a_log_of_another_device_is_not_sealed(void **state)
{
    struct desk *desk = *state;

    desk->writer.next.log.device.bytes[0] ^= 1;
    assert_int_equal(add_act(desk, BY_KIND_OPEN, NULL), BANYAN_ERR_DENIED);
    assert_int_equal(desk->sealed_count, 0);
}

static void a_place_that_is_taken_is_not_sealed_again(void **state)
{
    struct desk *desk = *state;

    desk->does_not_follow = true;
    assert_int_equal(add_act(desk, BY_KIND_OPEN, NULL), BANYAN_ERR_DENIED);
    assert_int_equal(desk->sealed_count, 0);
}

static void a_request_that_was_cut_or_changed_is_refused(void **state)
{
    struct desk *desk = *state;
    struct by_signature signature;
    size_t granted = 0;

    assert_int_equal(add_act(desk, BY_KIND_OPEN, NULL), BANYAN_OK);
    for (size_t size = 0; size < desk->request.size; size++)
        assert_int_equal(answer(desk, by_bytes_of(desk->request.data, size), signature.bytes,
                                sizeof signature.bytes),
                         BANYAN_ERR_DENIED);
    for (size_t at = 0; at < desk->request.size; at++) {
        enum banyan_status status;

        desk->request.data[at] ^= 0x80;
        status =
            answer(desk, by_buffer_bytes(&desk->request), signature.bytes, sizeof signature.bytes);
        assert_true(status == BANYAN_OK || status == BANYAN_ERR_DENIED);
        granted += status == BANYAN_OK;
        desk->request.data[at] ^= 0x80;
    }
    /* Another nonce, seq, stamp or salt makes another entry, as good as this one. */
    assert_true(granted < desk->request.size / 2);
}

static void a_bundle_is_signed_for_its_maker_and_network_alone(void **state)
{
    struct desk *desk = *state;
    struct by_bundle_manifest manifest = {
        .network = network, .maker = desk->device.public_key, .made_ms = 5, .act_count = 1};
    const struct by_bundle_manifest right = manifest;
    const struct by_id header_hash = {{'h'}};
    struct by_signature signature;
    uint8_t message[32 + BY_BUNDLE_MANIFEST_BYTES_MAX];
    struct by_buffer map = BY_BUFFER_INIT(BY_BUNDLE_MANIFEST_BYTES_MAX);

    for (int wrong = 0; wrong < 3; wrong++) {
        manifest = right;
        manifest.network.bytes[0] ^= (uint8_t)(wrong == 1);
        manifest.maker.bytes[0] ^= (uint8_t)(wrong == 2);
        by_buffer_reset(&desk->request);
        assert_int_equal(by_keeper_ask_bundle(&manifest, &header_hash, &desk->request), BANYAN_OK);
        assert_int_equal(
            answer(desk, by_buffer_bytes(&desk->request), signature.bytes, sizeof signature.bytes),
            wrong == 0 ? BANYAN_OK : BANYAN_ERR_DENIED);
        if (wrong != 0)
            continue;
        assert_int_equal(by_bundle_map_put(&manifest, &map), BANYAN_OK);
        memcpy(message, header_hash.bytes, 32);
        memcpy(message + 32, map.data, map.size);
        assert_int_equal(by_verify(&manifest.maker, BY_TAG_BUNDLE_MAKER, &network,
                                   by_bytes_of(message, 32 + map.size), &signature),
                         BANYAN_OK);
    }
    by_buffer_deinit(&map);
}

static void a_view_is_signed_for_this_network_alone(void **state)
{
    struct desk *desk = *state;
    struct by_view_statement statement = {
        .network = network, .view = {{'v'}}, .charter = {{'c'}}, .record_count = 3};
    struct by_view_signature signature = {.device = desk->device.public_key, .at_ms = 7};

    for (int wrong = 0; wrong < 2; wrong++) {
        statement.network.bytes[1] = (uint8_t)wrong;
        by_buffer_reset(&desk->request);
        assert_int_equal(by_keeper_ask_view(&statement, 7, &desk->request), BANYAN_OK);
        assert_int_equal(answer(desk, by_buffer_bytes(&desk->request), signature.signature.bytes,
                                sizeof signature.signature.bytes),
                         wrong == 0 ? BANYAN_OK : BANYAN_ERR_DENIED);
        if (wrong == 0)
            assert_int_equal(by_view_statement_verify(&statement, &signature), BANYAN_OK);
    }
}

static void a_box_is_opened_where_it_is_for_this_device(void **state)
{
    struct desk *desk = *state;
    const struct by_seed seed = {{9}};
    const uint8_t plain[32] = "thirty-two bytes that are secret";
    uint8_t sealed_box[BY_SEALED_BYTES], found[32];

    assert_int_equal(by_box_seal(&desk->transport.public_key, &seed, plain, sealed_box), BANYAN_OK);
    for (int wrong = 0; wrong < 2; wrong++) {
        sealed_box[50] ^= (uint8_t)wrong;
        by_buffer_reset(&desk->request);
        assert_int_equal(by_keeper_ask_open(sealed_box, &desk->request), BANYAN_OK);
        assert_int_equal(answer(desk, by_buffer_bytes(&desk->request), found, sizeof found),
                         wrong == 0 ? BANYAN_OK : BANYAN_ERR_DENIED);
        if (wrong == 0)
            assert_memory_equal(found, plain, sizeof plain);
    }
}

static void an_answer_of_another_size_is_none(void **state)
{
    uint8_t out[32];

    (void)state;
    assert_int_equal(by_keeper_take(by_bytes_of("\0abc", 4), out, 32), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_keeper_take(by_bytes_of("\1abc", 4), out, 3), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_keeper_take(by_bytes_of("", 0), out, 0), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_keeper_take(by_bytes_of("\1", 1), out, 32), BANYAN_ERR_DENIED);
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(what_is_sealed_elsewhere_is_as_if_sealed_here),
        AT_A_DESK(an_act_is_sealed),
        AT_A_DESK(what_readers_would_pass_over_is_not_sealed),
        AT_A_DESK(an_act_that_is_none_is_not_sealed),
        AT_A_DESK(no_genesis_is_sealed),
        AT_A_DESK(a_log_of_another_device_is_not_sealed),
        AT_A_DESK(a_place_that_is_taken_is_not_sealed_again),
        AT_A_DESK(a_request_that_was_cut_or_changed_is_refused),
        AT_A_DESK(a_bundle_is_signed_for_its_maker_and_network_alone),
        AT_A_DESK(a_view_is_signed_for_this_network_alone),
        AT_A_DESK(a_box_is_opened_where_it_is_for_this_device),
        AT_A_DESK(an_answer_of_another_size_is_none),
    };

    return by_crypto_start() == BANYAN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
