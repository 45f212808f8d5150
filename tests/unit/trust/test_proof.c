/* Proofs: what was signed is shown to everybody as it is, and nothing else passes for it. */
#include "admin/role.h"
#include "core/decide.h"
#include "core/transfer.h"
#include "lib/world.h"
#include "sync/proof.h"
#include "trust/prove.h"
#include "trust/verify.h"

static struct by_buffer prove(struct world *world, int at, const char *id)
{
    struct by_buffer proof = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_record_name name;

    expect_ok(world, by_node_find(world->offices[at].node, id, &name, &world->error));
    expect_ok(world, by_prove(world->offices[at].node, &name, &proof, &world->error));
    return proof;
}

static enum banyan_status verify(struct world *world, struct by_bytes bytes)
{
    struct by_verified verified = {.loaded = {.count = 0}};
    enum banyan_status status = by_verify_read(&verified, bytes, &world->error);

    by_verified_deinit(&verified);
    return status;
}

static const char *as_file(struct world *world, struct by_bytes bytes)
{
    char path[2 * PATH_BYTES];
    FILE *file = NULL;

    snprintf(path, sizeof path, "%s/%u.proof", world->folder, world->bundle_count++);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

static struct by_buffer read_file(struct world *world, struct by_bytes bytes)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_verify_file(as_file(world, bytes), "en", &json, &world->error));
    return json;
}

/* The proof says of the record what the office itself shows. */
static void expect_as_shown(struct world *world, int at, const char *id, struct by_bytes proof)
{
    static const char *const same[] = {"id",    "name",    "type",    "label",  "deleted",
                                       "owner", "created", "changed", "fields", "conflicts"};
    struct by_buffer json = read_file(world, proof);
    struct by_value told = parse(world, &json), shown = show(world, at, id);
    const struct by_value *record = by_value_get(&told, "record");

    assert_string_equal(text_of(world, &told, "kind"), "record");
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        if (!by_value_equal(by_value_get(record, same[i]), by_value_get(&shown, same[i])))
            fail_msg("'%s' is another", same[i]);
    struct by_buffer own = RESULT;
    expect_ok(world, by_history(world->offices[at].node, id, "en", &own, &world->error));
    struct by_value history = parse(world, &own);
    assert_int_equal(by_value_get(&told, "history")->array.count, history.array.count);
}

static void a_proof_says_what_the_record_says(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 0, "Here");
    add_site(&world, 0, "Another");
    assert_string_equal(set(&world, 0, id, "area", "12 ha"), "changed");
    assert_string_equal(set(&world, 0, id, "country", "VNM; LAO"), "changed");
    struct by_buffer proof = prove(&world, 0, id);
    expect_as_shown(&world, 0, id, by_buffer_bytes(&proof));
    by_buffer_deinit(&proof);
    world_end(&world);
}

/* Proposals, decisions, edits by coordinators, a conflict, a transfer: several logs and roles. */
static void what_several_organisations_signed_is_proven_together(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 1, "Here");
    carry(&world, 1, 2);
    carry(&world, 1, 0);
    assert_string_equal(set(&world, 2, id, "area", "20 ha"), "proposed");
    assert_string_equal(set(&world, 0, id, "area", "30 ha"), "changed");
    assert_string_equal(set(&world, 1, id, "area", "40 ha"), "changed");
    carry(&world, 2, 1);
    carry(&world, 0, 1);
    assert_int_equal(conflict_count(&world, 1, id), 1);
    struct by_buffer proof = prove(&world, 1, id);
    expect_as_shown(&world, 1, id, by_buffer_bytes(&proof));
    by_buffer_deinit(&proof);

    expect_ok(&world, by_decide_accept(world.offices[1].node, id, &json, &world.error));
    by_buffer_reset(&json);
    expect_ok(&world, by_transfer(world.offices[1].node, id, "Gamma", &json, &world.error));
    by_buffer_deinit(&json);
    carry(&world, 1, 2);
    assert_string_equal(set(&world, 2, id, "area", "50 ha"), "changed");
    proof = prove(&world, 2, id);
    expect_as_shown(&world, 2, id, by_buffer_bytes(&proof));
    by_buffer_deinit(&proof);
    world_end(&world);
}

static void a_private_record_has_no_proof(void **state)
{
    const struct banyan_field fields[] = {{"name.en", "Here", BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET},
                                          {"sharing", "private", BANYAN_SET}};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    expect_ok(&world, by_edit_add(world.offices[0].node, "site", fields, 3, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    expect(&world,
           by_prove_file(world.offices[0].node, text_of(&world, &answer, "id"), "never", false,
                         &json, &world.error),
           BANYAN_ERR_USAGE);
    by_buffer_deinit(&json);
    world_end(&world);
}

/* Who joined after the last signer did is nobody's business. */
static void who_was_taken_in_later_is_not_named(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "Here");
    carry(&world, 1, 0);
    struct by_buffer before = prove(&world, 0, id);
    join(&world, 2, "Gamma", invite(&world, 0, NULL));
    carry(&world, 2, 0);
    struct by_buffer after = prove(&world, 0, id);
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.data, after.data, after.size);
    by_buffer_deinit(&before);
    by_buffer_deinit(&after);
    world_end(&world);
}

/* A log that is cut: its entries count as far as a tip vouches for them. */
static void what_stays_of_a_removed_member_is_proven_up_to_its_tip(void **state)
{
    const struct banyan_removal removal = {.organisation = "Gamma"};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 2, "theirs");
    for (int i = 0; i < 70; i++)
        add_site(&world, 2, "others");
    carry(&world, 2, 0);
    expect_ok(&world, by_remove(world.offices[0].node, &removal, &json, &world.error));
    by_buffer_deinit(&json);
    /* who joins after that opens a log that knows of it */
    join(&world, 3, "Delta", invite(&world, 0, NULL));
    carry(&world, 3, 0);
    carry(&world, 0, 3);
    assert_string_equal(set(&world, 3, id, "area", "5 ha"), "proposed");
    carry(&world, 3, 0);
    struct by_buffer proof = prove(&world, 0, id);
    expect_as_shown(&world, 0, id, by_buffer_bytes(&proof));
    assert_true(proof.size > 70 * 75); /* the headers up to the tip are in it */
    by_buffer_deinit(&proof);
    world_end(&world);
}

/* -- changed, cut, and put together -- */

/* zstd has several ways to write the same: what is read must be the same then. */
static void no_byte_of_a_proof_can_be_changed(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "Here");
    carry(&world, 1, 0);
    assert_string_equal(set(&world, 0, id, "area", "12 ha"), "changed");
    struct by_buffer proof = prove(&world, 0, id);
    struct by_buffer wanted = read_file(&world, by_buffer_bytes(&proof));
    size_t refused = 0;

    for (size_t i = 0; i < proof.size; i++) {
        uint8_t bit = (uint8_t)(1u << (i * 7 % 8));
        proof.data[i] ^= bit;
        enum banyan_status status = verify(&world, by_buffer_bytes(&proof));
        refused += status != BANYAN_OK;
        if (status == BANYAN_OK) {
            struct by_buffer told = read_file(&world, by_buffer_bytes(&proof));
            assert_int_equal(told.size, wanted.size);
            assert_memory_equal(told.data, wanted.data, told.size);
            by_buffer_deinit(&told);
        } else if (banyan_status_class(status) != BANYAN_CLASS_DATA) {
            expect(&world, status, BANYAN_ERR_DIFFERENT);
        }
        proof.data[i] ^= bit;
    }
    assert_true(refused > proof.size - 64);
    expect_ok(&world, verify(&world, by_buffer_bytes(&proof)));
    by_buffer_deinit(&wanted);
    by_buffer_deinit(&proof);
    world_end(&world);
}

static void part_of_a_proof_is_none(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_buffer proof = prove(&world, 0, add_site(&world, 0, "Here"));

    for (size_t size = 0; size < proof.size; size++)
        expect(&world, verify(&world, by_bytes_of(proof.data, size)), BANYAN_ERR_INVALID);
    assert_int_equal(by_buffer_append_u8(&proof, 0), BANYAN_OK);
    expect(&world, verify(&world, by_buffer_bytes(&proof)), BANYAN_ERR_INVALID);
    by_buffer_deinit(&proof);
    world_end(&world);
}

/* Where the acts of a proof end. */
static size_t end_of_acts(struct by_bytes proof)
{
    struct by_cursor cursor = {by_bytes_of(proof.data + 92, proof.size - 92)};
    struct by_bytes skipped;
    uint64_t count, number;

    assert_int_equal(by_cursor_take_varint(&cursor, &count), BANYAN_OK);
    for (uint64_t i = 0; i < count; i++) {
        assert_int_equal(by_cursor_take(&cursor, 40, &skipped), BANYAN_OK);
        assert_int_equal(by_cursor_take_varint(&cursor, &number), BANYAN_OK);
        assert_int_equal(by_cursor_take(&cursor, 32, &skipped), BANYAN_OK);
        assert_int_equal(by_cursor_take_varint(&cursor, &number), BANYAN_OK);
        assert_int_equal(by_cursor_take(&cursor, (size_t)number, &skipped), BANYAN_OK);
    }
    return proof.size - cursor.rest.size;
}

static enum banyan_status
verify_joined(struct world *world, struct by_bytes head, struct by_bytes tail)
{
    struct by_buffer joined = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);

    assert_int_equal(by_buffer_append_bytes(&joined, head), BANYAN_OK);
    assert_int_equal(by_buffer_append_bytes(&joined, tail), BANYAN_OK);
    enum banyan_status status = verify(world, by_buffer_bytes(&joined));
    by_buffer_deinit(&joined);
    return status;
}

static void parts_of_different_proofs_do_not_fit(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    found(&world, 2, "Elsewhere");
    const char *early = add_site(&world, 0, "of Alpha"), *late = add_site(&world, 1, "of Beta");
    carry(&world, 1, 0);
    struct by_buffer ours = prove(&world, 0, early), theirs = prove(&world, 0, late);
    struct by_buffer other = prove(&world, 2, add_site(&world, 2, "of another network"));
    size_t our_end = end_of_acts(by_buffer_bytes(&ours));
    size_t their_end = end_of_acts(by_buffer_bytes(&theirs));
    size_t other_end = end_of_acts(by_buffer_bytes(&other));
    const struct by_bytes our_acts = {ours.data, our_end},
                          their_tail = {theirs.data + their_end, theirs.size - their_end},
                          other_tail = {other.data + other_end, other.size - other_end};

    /* operations of another record, under acts that do not know its log */
    expect(&world, verify_joined(&world, our_acts, their_tail), BANYAN_ERR_INVALID);
    expect(&world, verify_joined(&world, our_acts, other_tail), BANYAN_ERR_BAD_SIGNATURE);
    /* the right name, and acts without the log */
    struct by_buffer head = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    assert_int_equal(by_buffer_append_bytes(&head, our_acts), BANYAN_OK);
    memcpy(head.data + 44, theirs.data + 44, 48);
    expect(&world, verify_joined(&world, by_buffer_bytes(&head), their_tail), BANYAN_ERR_DIFFERENT);
    /* acts, and nothing signed under them */
    expect(&world, verify_joined(&world, our_acts, by_bytes_of("\0", 1)), BANYAN_ERR_DIFFERENT);
    by_buffer_deinit(&head);
    by_buffer_deinit(&ours);
    by_buffer_deinit(&theirs);
    by_buffer_deinit(&other);
    world_end(&world);
}

/* A change alone is signed too, but the record was never put in it. */
static void a_proof_without_its_beginning_proves_nothing(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "Here");
    carry(&world, 1, 0);
    assert_string_equal(set(&world, 0, id, "area", "12 ha"), "changed");
    struct by_buffer proof = prove(&world, 0, id);
    size_t acts = end_of_acts(by_buffer_bytes(&proof));
    /* two stretches, each of one entry: drop the one that puts */
    assert_int_equal(proof.data[acts], 2);
    struct by_cursor cursor = {by_bytes_of(proof.data + acts + 1, proof.size - acts - 1)};
    size_t whole = cursor.rest.size, first = 0;
    for (size_t size = 1; size < whole && first == 0; size++) {
        struct by_buffer one = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
        assert_int_equal(by_buffer_append(&one, proof.data, acts), BANYAN_OK);
        assert_int_equal(by_buffer_append_u8(&one, 1), BANYAN_OK);
        assert_int_equal(by_buffer_append(&one, proof.data + acts + 1, size), BANYAN_OK);
        enum banyan_status status = verify(&world, by_buffer_bytes(&one));
        if (status != BANYAN_ERR_INVALID)
            first = size;
        by_buffer_deinit(&one);
    }
    assert_true(first > 0);
    size_t alone = 0;
    for (int part = 0; part < 2; part++) {
        struct by_buffer one = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
        size_t from = acts + 1 + (part == 0 ? 0 : first);
        size_t size = part == 0 ? first : whole - first;
        assert_int_equal(by_buffer_append(&one, proof.data, acts), BANYAN_OK);
        assert_int_equal(by_buffer_append_u8(&one, 1), BANYAN_OK);
        assert_int_equal(by_buffer_append(&one, proof.data + from, size), BANYAN_OK);
        enum banyan_status status = verify(&world, by_buffer_bytes(&one));
        if (status != BANYAN_OK)
            expect(&world, status, BANYAN_ERR_DIFFERENT);
        alone += status == BANYAN_OK;
        by_buffer_deinit(&one);
    }
    assert_int_equal(alone, 1);
    by_buffer_deinit(&proof);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_says_what_the_record_says),
        cmocka_unit_test(what_several_organisations_signed_is_proven_together),
        cmocka_unit_test(a_private_record_has_no_proof),
        cmocka_unit_test(who_was_taken_in_later_is_not_named),
        cmocka_unit_test(what_stays_of_a_removed_member_is_proven_up_to_its_tip),
        cmocka_unit_test(no_byte_of_a_proof_can_be_changed),
        cmocka_unit_test(part_of_a_proof_is_none),
        cmocka_unit_test(parts_of_different_proofs_do_not_fit),
        cmocka_unit_test(a_proof_without_its_beginning_proves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
