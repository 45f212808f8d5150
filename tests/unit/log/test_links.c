#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "log/links.h"
#include "sample.h"

#define ROOM_BYTES (4u * BY_LINKS_BYTES_MAX)

static struct by_id numbered_id(uint32_t n)
{
    struct by_id id = {{0}};

    by_put_u32be(id.bytes, n);
    return id;
}

/* Random links of every kind; some out of order, which the encoder puts right. */
struct sample {
    struct by_op_links links;
    struct by_id parents[4];
    struct by_id targets[3];
    struct by_touch touches[5];
    struct by_addition removed[4];
    char paths[5][140];
};

static void fill_touch(struct sample *sample, size_t i, uint64_t *seed)
{
    struct by_touch *touch = &sample->touches[i];
    static const char *const stems[] = {"name", "назва.uk", "ឈ្មោះ", "a",
                                        "geometry.with.a.long.path"};

    (void)snprintf(sample->paths[i], sizeof sample->paths[i], "%s%u", stems[sample_next(seed) % 5],
                   (unsigned)(sample_next(seed) % 1000 * 10 + i));
    touch->path = by_bytes_of_text(sample->paths[i]);
    touch->how = (enum by_how)(sample_next(seed) % 4);
    if (touch->how != BY_HOW_REMOVE)
        return;
    touch->removed = sample->removed;
    touch->removed_count = 4;
}

static void fill(struct sample *sample, uint64_t *seed)
{
    struct by_op_links *links = &sample->links;

    memset(sample, 0, sizeof *sample);
    links->op = (enum by_op)(sample_next(seed) % (BY_OP_MAX + 1));
    links->name.owner = numbered_id((uint32_t)sample_next(seed));
    by_put_u32be(links->name.uuid.bytes, (uint32_t)sample_next(seed));
    links->type = links->op == BY_OP_PUT ? by_bytes_of_text("site") : by_bytes_of(NULL, 0);
    links->parents = sample->parents;
    links->parent_count = sample_next(seed) % 5;
    for (uint32_t i = 0; i < 4; i++)
        sample->parents[i] = numbered_id((uint32_t)sample_next(seed) * 4 + i);
    links->targets = sample->targets;
    if (links->op == BY_OP_ACCEPT || links->op == BY_OP_DECLINE)
        links->target_count = 1 + sample_next(seed) % 3;
    if (links->op == BY_OP_TRANSFER)
        links->target_count = 1;
    for (uint32_t i = 0; i < 3; i++)
        sample->targets[i] = numbered_id((uint32_t)sample_next(seed) * 4 + i);
    for (uint32_t i = 0; i < 4; i++)
        sample->removed[i] = (struct by_addition){
            .operation = numbered_id((uint32_t)sample_next(seed) % 3),
            .index = (uint32_t)(sample_next(seed) % 2 * 70000 + sample_next(seed) % 300 * 4 + i)};
    links->touches = sample->touches;
    links->touch_count = sample_next(seed) % 6;
    for (size_t i = 0; i < links->touch_count; i++)
        fill_touch(sample, i, seed);
}

static void encoding_what_was_decoded_gives_the_same_bytes(void **state)
{
    struct by_buffer first = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_buffer second = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_arena arena = BY_ARENA_INIT;
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct sample sample;
        struct by_op_links links;
        struct by_record_name name;

        fill(&sample, &seed);
        by_buffer_reset(&first);
        by_buffer_reset(&second);
        by_arena_reset(&arena);
        assert_int_equal(by_op_links_encode(&sample.links, &first), BANYAN_OK);
        assert_int_equal(by_op_links_decode(by_buffer_bytes(&first), &arena, &links), BANYAN_OK);
        assert_int_equal(links.op, sample.links.op);
        assert_int_equal(links.touch_count, sample.links.touch_count);
        assert_int_equal(by_op_links_encode(&links, &second), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&second)));
        assert_int_equal(by_op_links_name(by_buffer_bytes(&first), &name), BANYAN_OK);
        assert_true(by_record_name_equal(&name, &sample.links.name));
    }
    by_arena_deinit(&arena);
    by_buffer_deinit(&first);
    by_buffer_deinit(&second);
}

static void links_cut_short_or_followed_by_a_byte_are_refused(void **state)
{
    struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
    uint64_t seed = 2;

    (void)state;
    for (int round = 0; round < 50; round++) {
        struct sample sample;

        fill(&sample, &seed);
        by_buffer_reset(&bytes);
        assert_int_equal(by_op_links_encode(&sample.links, &bytes), BANYAN_OK);
        for (size_t size = 0; size < bytes.size; size++)
            assert_int_equal(by_op_links_check(by_bytes_of(bytes.data, size)),
                             BANYAN_ERR_TRUNCATED);
        assert_int_equal(by_buffer_append_u8(&bytes, 0), BANYAN_OK);
        assert_int_equal(by_op_links_check(by_buffer_bytes(&bytes)), BANYAN_ERR_NOT_CANONICAL);
    }
    by_buffer_deinit(&bytes);
}

/* Whatever one changed byte gives, it is refused or it is canonical: it encodes to itself. */
static void a_changed_byte_is_refused_or_canonical(void **state)
{
    struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_buffer again = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_arena arena = BY_ARENA_INIT;
    uint64_t seed = 3;
    size_t accepted = 0;

    (void)state;
    for (int round = 0; round < 4000; round++) {
        struct sample sample;
        struct by_op_links links;

        fill(&sample, &seed);
        by_buffer_reset(&bytes);
        by_buffer_reset(&again);
        by_arena_reset(&arena);
        assert_int_equal(by_op_links_encode(&sample.links, &bytes), BANYAN_OK);
        bytes.data[sample_next(&seed) % bytes.size] = (uint8_t)sample_next(&seed);
        if (by_op_links_decode(by_buffer_bytes(&bytes), &arena, &links) != BANYAN_OK)
            continue;
        accepted++;
        assert_int_equal(by_op_links_encode(&links, &again), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&bytes), by_buffer_bytes(&again)));
    }
    assert_true(accepted > 100);
    by_arena_deinit(&arena);
    by_buffer_deinit(&bytes);
    by_buffer_deinit(&again);
}

static struct by_op_links patch(void)
{
    return (struct by_op_links){.op = BY_OP_PATCH};
}

static enum banyan_status encode(struct by_op_links *links)
{
    struct by_buffer out = BY_BUFFER_INIT(ROOM_BYTES);
    enum banyan_status status = by_op_links_encode(links, &out);

    if (status != BANYAN_OK)
        assert_int_equal(out.size, 0);
    by_buffer_deinit(&out);
    return status;
}

static void lists_hold_up_to_their_limits(void **state)
{
    static struct by_id ids[BY_PARENTS_MAX + 1];
    static struct by_touch touches[BY_TOUCHES_MAX + 1];
    static char paths[BY_TOUCHES_MAX + 1][8];
    static struct by_addition removed[BY_REMOVALS_MAX + 1];

    (void)state;
    static_assert(BY_PARENTS_MAX == BY_TARGETS_MAX, "one list of ids serves both");
    for (uint32_t i = 0; i <= BY_PARENTS_MAX; i++)
        ids[i] = numbered_id(i);
    for (uint32_t i = 0; i <= BY_TOUCHES_MAX; i++) {
        (void)snprintf(paths[i], sizeof paths[i], "f%u", i);
        touches[i].path = by_bytes_of_text(paths[i]);
    }
    for (uint32_t i = 0; i <= BY_REMOVALS_MAX; i++)
        removed[i] = (struct by_addition){.operation = numbered_id(7), .index = i};
    for (size_t extra = 0; extra <= 2; extra++) {
        enum banyan_status expected = extra == 2 ? BANYAN_ERR_TOO_LARGE : BANYAN_OK;
        struct by_touch removal = {.path = by_bytes_of_text("list"),
                                   .how = BY_HOW_REMOVE,
                                   .removed = removed,
                                   .removed_count = BY_REMOVALS_MAX - 1 + extra};
        struct by_op_links parents = patch();
        struct by_op_links targets = patch();
        struct by_op_links touched = patch();
        struct by_op_links removals = patch();

        parents.parents = ids;
        parents.parent_count = BY_PARENTS_MAX - 1 + extra;
        assert_int_equal(encode(&parents), expected);
        targets.op = BY_OP_DECLINE;
        targets.targets = ids;
        targets.target_count = BY_TARGETS_MAX - 1 + extra;
        assert_int_equal(encode(&targets), expected);
        touched.touches = touches;
        touched.touch_count = BY_TOUCHES_MAX - 1 + extra;
        assert_int_equal(encode(&touched), expected);
        removals.touches = &removal;
        removals.touch_count = 1;
        assert_int_equal(encode(&removals), expected);
    }
}

static void texts_hold_up_to_their_limits(void **state)
{
    static char text[BY_PATH_BYTES_MAX + 2];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    for (size_t extra = 0; extra <= 2; extra++) {
        enum banyan_status expected = extra == 2 ? BANYAN_ERR_TOO_LARGE : BANYAN_OK;
        struct by_touch touch = {.path = by_bytes_of(text, BY_PATH_BYTES_MAX - 1 + extra)};
        struct by_op_links path = patch();
        struct by_op_links type = patch();

        path.touches = &touch;
        path.touch_count = 1;
        assert_int_equal(encode(&path), expected);
        type.op = BY_OP_PUT;
        type.type = by_bytes_of(text, BY_TYPE_NAME_BYTES_MAX - 1 + extra);
        assert_int_equal(encode(&type), expected);
    }
}

/* 256 touches of the longest path and one removal pass the bound of links as a whole. */
static void links_hold_up_to_their_limit_as_a_whole(void **state)
{
    static struct by_touch touches[BY_TOUCHES_MAX];
    static char paths[BY_TOUCHES_MAX][BY_PATH_BYTES_MAX];
    static struct by_addition removed[2][BY_REMOVALS_MAX];
    struct by_buffer out = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_op_links links = patch();

    (void)state;
    for (uint32_t i = 0; i < BY_TOUCHES_MAX; i++) {
        memset(paths[i], 'a', BY_PATH_BYTES_MAX);
        paths[i][0] = (char)('A' + i / 16);
        paths[i][1] = (char)('A' + i % 16);
        touches[i].path = by_bytes_of(paths[i], BY_PATH_BYTES_MAX);
    }
    for (uint32_t i = 0; i < 2 * BY_REMOVALS_MAX; i++)
        removed[i / BY_REMOVALS_MAX][i % BY_REMOVALS_MAX] =
            (struct by_addition){.operation = numbered_id(i)};
    for (size_t i = 0; i < 2; i++) {
        touches[i].how = BY_HOW_REMOVE;
        touches[i].removed = removed[i];
        touches[i].removed_count = BY_REMOVALS_MAX / 2;
    }
    links.touches = touches;
    links.touch_count = BY_TOUCHES_MAX;
    assert_int_equal(by_op_links_encode(&links, &out), BANYAN_OK);
    /* each addition is 36 bytes; fill the rest of the room with shorter paths */
    touches[0].removed_count += (BY_LINKS_BYTES_MAX - out.size) / 36 > BY_REMOVALS_MAX / 2
                                    ? BY_REMOVALS_MAX / 2
                                    : (BY_LINKS_BYTES_MAX - out.size) / 36;
    out.size = 0;
    assert_int_equal(by_op_links_encode(&links, &out), BANYAN_OK);
    while (out.size + 36 <= BY_LINKS_BYTES_MAX) {
        touches[1].removed_count++;
        out.size = 0;
        assert_int_equal(by_op_links_encode(&links, &out), BANYAN_OK);
    }
    touches[255].path.size -= 36 - (BY_LINKS_BYTES_MAX - out.size);
    touches[1].removed_count++;
    for (size_t short_by = 2; short_by-- > 0;) {
        struct by_bytes path = touches[254].path;

        touches[254].path.size -= short_by;
        out.size = 0;
        assert_int_equal(by_op_links_encode(&links, &out), BANYAN_OK);
        assert_int_equal(out.size, BY_LINKS_BYTES_MAX - short_by);
        touches[254].path = path;
    }
    touches[255].path.size++;
    out.size = 0;
    assert_int_equal(by_op_links_encode(&links, &out), BANYAN_ERR_TOO_LARGE);
    assert_int_equal(out.size, 0);
    by_buffer_deinit(&out);
}

/* What follows the name in a patch of nothing: op, type, parents, targets, touches. */
#define TAIL(bytes)                                                                                \
    {                                                                                              \
        (const uint8_t *)(bytes), sizeof(bytes) - 1                                                \
    }
#define ZEROS_31 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ID_1     "\xc4\x20" ZEROS_31 "\1"
#define ID_2     "\xc4\x20" ZEROS_31 "\2"

static void each_rule_of_an_operation_is_kept(void **state)
{
    static const struct {
        const char *claim;
        struct by_bytes tail;
        enum banyan_status status;
    } rows[] = {
        {"a patch of nothing", TAIL("\x01\xa0\x90\x90\x90"), BANYAN_OK},
        {"a put has a type", TAIL("\x00\xa4site\x90\x90\x90"), BANYAN_OK},
        {"a put without a type", TAIL("\x00\xa0\x90\x90\x90"), BANYAN_ERR_MALFORMED},
        {"a patch with a type", TAIL("\x01\xa4site\x90\x90\x90"), BANYAN_ERR_MALFORMED},
        {"op 5 is the last", TAIL("\x05\xa0\x90\x91" ID_1 "\x90"), BANYAN_OK},
        {"op 6 is unknown", TAIL("\x06\xa0\x90\x90\x90"), BANYAN_ERR_MALFORMED},
        {"op in a long form", TAIL("\xcc\x01\xa0\x90\x90\x90"), BANYAN_ERR_NOT_CANONICAL},
        {"op as a text", TAIL("\xa1\x01\xa0\x90\x90\x90"), BANYAN_ERR_MALFORMED},
        {"type in a long form", TAIL("\x00\xd9\x04site\x90\x90\x90"), BANYAN_ERR_NOT_CANONICAL},
        {"type of 16-bit size", TAIL("\x00\xda\x01\x00"), BANYAN_ERR_TOO_LARGE},
        {"type is bad UTF-8", TAIL("\x00\xa1\xff\x90\x90\x90"), BANYAN_ERR_BAD_TEXT},
        {"type is not composed", TAIL("\x00\xa3\x61\xcc\x81\x90\x90\x90"), BANYAN_ERR_BAD_TEXT},
        {"a list in a long form", TAIL("\x01\xa0\xdc\x00\x00\x90\x90"), BANYAN_ERR_NOT_CANONICAL},
        {"a list of 32-bit size", TAIL("\x01\xa0\xdd\xff\xff\xff\xff\x90\x90"),
         BANYAN_ERR_MALFORMED},
        {"more parents than there may be", TAIL("\x01\xa0\xdc\xff\xff"), BANYAN_ERR_TOO_LARGE},
        {"parents in order", TAIL("\x01\xa0\x92" ID_1 ID_2 "\x90\x90"), BANYAN_OK},
        {"parents out of order", TAIL("\x01\xa0\x92" ID_2 ID_1 "\x90\x90"),
         BANYAN_ERR_NOT_CANONICAL},
        {"a parent twice", TAIL("\x01\xa0\x92" ID_1 ID_1 "\x90\x90"), BANYAN_ERR_NOT_CANONICAL},
        {"a parent of 33 bytes", TAIL("\x01\xa0\x91\xc4\x21" ZEROS_31 "\1\1\x90\x90"),
         BANYAN_ERR_MALFORMED},
        {"a patch with a target", TAIL("\x01\xa0\x90\x91" ID_1 "\x90"), BANYAN_ERR_MALFORMED},
        {"an accept with a target", TAIL("\x03\xa0\x90\x91" ID_1 "\x90"), BANYAN_OK},
        {"an accept of nothing", TAIL("\x03\xa0\x90\x90\x90"), BANYAN_ERR_MALFORMED},
        {"a decline of nothing", TAIL("\x04\xa0\x90\x90\x90"), BANYAN_ERR_MALFORMED},
        {"a transfer to nobody", TAIL("\x05\xa0\x90\x90\x90"), BANYAN_ERR_MALFORMED},
        {"a transfer to two", TAIL("\x05\xa0\x90\x92" ID_1 ID_2 "\x90"), BANYAN_ERR_MALFORMED},
        {"a touch", TAIL("\x01\xa0\x90\x90\x91\x92\xa1x\x02"), BANYAN_OK},
        {"a touch of nothing", TAIL("\x01\xa0\x90\x90\x91\x92\xa0\x02"), BANYAN_ERR_MALFORMED},
        {"how 4 is unknown", TAIL("\x01\xa0\x90\x90\x91\x92\xa1x\x04"), BANYAN_ERR_MALFORMED},
        {"a touch with too much", TAIL("\x01\xa0\x90\x90\x91\x93\xa1x\x02\x90"),
         BANYAN_ERR_MALFORMED},
        {"a removal of nothing named", TAIL("\x01\xa0\x90\x90\x91\x92\xa1x\x03"),
         BANYAN_ERR_MALFORMED},
        {"a removal of an empty list", TAIL("\x01\xa0\x90\x90\x91\x93\xa1x\x03\x90"),
         BANYAN_ERR_MALFORMED},
        {"a removal", TAIL("\x01\xa0\x90\x90\x91\x93\xa1x\x03\x91\x92" ID_1 "\x05"), BANYAN_OK},
        {"the largest index",
         TAIL("\x01\xa0\x90\x90\x91\x93\xa1x\x03\x91\x92" ID_1 "\xce\xff\xff\xff\xff"), BANYAN_OK},
        {"an index in a long form",
         TAIL("\x01\xa0\x90\x90\x91\x93\xa1x\x03\x91\x92" ID_1 "\xcd\x00\xff"),
         BANYAN_ERR_NOT_CANONICAL},
        {"an index of 64 bits",
         TAIL("\x01\xa0\x90\x90\x91\x93\xa1x\x03\x91\x92" ID_1 "\xcf\1\0\0\0\0\0\0\0"),
         BANYAN_ERR_MALFORMED},
        {"an addition twice",
         TAIL("\x01\xa0\x90\x90\x91\x93\xa1x\x03\x92\x92" ID_1 "\x05\x92" ID_1 "\x05"),
         BANYAN_ERR_NOT_CANONICAL},
        {"touches in order", TAIL("\x01\xa0\x90\x90\x92\x92\xa1x\x00\x92\xa1x\x01"), BANYAN_OK},
        {"touches out of order", TAIL("\x01\xa0\x90\x90\x92\x92\xa1y\x00\x92\xa1x\x00"),
         BANYAN_ERR_NOT_CANONICAL},
        {"a touch twice", TAIL("\x01\xa0\x90\x90\x92\x92\xa1x\x00\x92\xa1x\x00"),
         BANYAN_ERR_NOT_CANONICAL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[512] = "\x97\xc4\x20";
        struct by_bytes all = {bytes, 53 + rows[i].tail.size};
        enum banyan_status status;

        bytes[35] = 0xc4;
        bytes[36] = 0x10;
        memcpy(bytes + 53, rows[i].tail.data, rows[i].tail.size);
        status = by_op_links_check(all);
        if (status != rows[i].status)
            fail_msg("%s: %s", rows[i].claim, banyan_status_name(status));
    }
}

static void links_of_an_act_are_sorted_parents(void **state)
{
    struct by_id parents[3] = {numbered_id(3), numbered_id(1), numbered_id(2)};
    struct by_act_links links = {.parents = parents, .parent_count = 3};
    struct by_act_links decoded;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer out = BY_BUFFER_INIT(ROOM_BYTES);

    (void)state;
    assert_int_equal(by_act_links_encode(&links, &out), BANYAN_OK);
    assert_int_equal(by_act_links_decode(by_buffer_bytes(&out), &arena, &decoded), BANYAN_OK);
    assert_int_equal(decoded.parent_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        struct by_id expected = numbered_id(i + 1);

        assert_true(by_id_equal(&decoded.parents[i], &expected));
    }
    for (size_t size = 0; size < out.size; size++)
        assert_int_equal(by_act_links_check(by_bytes_of(out.data, size)), BANYAN_ERR_TRUNCATED);
    parents[1] = parents[0];
    assert_int_equal(by_act_links_encode(&links, &out), BANYAN_ERR_NOT_CANONICAL);
    by_arena_deinit(&arena);
    by_buffer_deinit(&out);
}

static void names_are_ordered_by_owner_then_uuid(void **state)
{
    const struct by_record_name low = {.owner = {{1}}, .uuid = {{9}}};
    const struct by_record_name middle = {.owner = {{2}}, .uuid = {{1}}};
    const struct by_record_name high = {.owner = {{2}}, .uuid = {{2}}};

    (void)state;
    assert_true(by_record_name_compare(&low, &middle) < 0);
    assert_true(by_record_name_compare(&middle, &high) < 0);
    assert_true(by_record_name_compare(&high, &low) > 0);
    assert_true(by_record_name_equal(&high, &high));
    assert_false(by_record_name_equal(&high, &middle));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding_what_was_decoded_gives_the_same_bytes),
        cmocka_unit_test(links_cut_short_or_followed_by_a_byte_are_refused),
        cmocka_unit_test(a_changed_byte_is_refused_or_canonical),
        cmocka_unit_test(lists_hold_up_to_their_limits),
        cmocka_unit_test(texts_hold_up_to_their_limits),
        cmocka_unit_test(links_hold_up_to_their_limit_as_a_whole),
        cmocka_unit_test(each_rule_of_an_operation_is_kept),
        cmocka_unit_test(links_of_an_act_are_sorted_parents),
        cmocka_unit_test(names_are_ordered_by_owner_then_uuid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
