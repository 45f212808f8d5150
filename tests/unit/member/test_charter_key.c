/* Organisation keys that are replaced: by their own word, or by the coordinators when they are
 * lost. */
#include "story.h"

static struct by_act key_act(const struct person *whom, const struct by_signing_key *key)
{
    return (struct by_act){.kind = BY_KIND_LOWER,
                           .lower = {.organisation = whom->root.public_key,
                                     .role = BY_ROLE_COORDINATOR,
                                     .has_key = true,
                                     .key = key->public_key}};
}

/* By signer's word, NULL = unsigned. */
static struct by_id replace(struct world *world, struct person *author, size_t known,
                            const struct person *whom, const struct by_signing_key *key,
                            const struct by_signing_key *signer)
{
    struct by_act act = key_act(whom, key);

    if (signer != NULL)
        by_revocation_sign(&act, signer, &world->network);
    return world_act(world, author, known, &act);
}

static struct by_id introduce(struct world *world, const struct person *org, const char *device,
                              size_t known, const struct by_signing_key *root,
                              struct person *out_person)
{
    struct by_act act = {.kind = BY_KIND_DEVICE};

    *out_person = world_person("puppet", device);
    act.device.organisation = org->root.public_key;
    act.device.certificate = out_person->certificate;
    if (!by_id_equal(&root->public_key, &org->root.public_key))
        act.device.signer = root->public_key;
    by_certificate_sign_for(&act.device.certificate, &org->root.public_key, root, &world->network);
    return world_act(world, out_person, known, &act);
}

static struct by_id root_of(const struct world *world, const struct person *person)
{
    struct by_charter *charter = world_charter(world);
    struct by_id root = by_charter_org_find(charter, &person->root.public_key)->root;

    by_charter_free(charter);
    return root;
}

static size_t motion_count(const struct world *world)
{
    struct by_charter *charter = world_charter(world);
    size_t count;

    (void)by_charter_motions(charter, &count);
    by_charter_free(charter);
    return count;
}

static void an_organisation_replaces_its_key_by_its_own_word(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);
    struct person second, third;

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    struct by_id act =
        replace(world, &story->chan, WORLD_ALL, &story->chan, &key, &story->chan.root);
    assert_true(counts(world, &act));
    struct by_id root = root_of(world, &story->chan);
    assert_true(by_id_equal(&root, &key.public_key));
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
    /* From now on the new key certifies, and the old one does not. */
    struct by_id good = introduce(world, &story->chan, "C2", WORLD_ALL, &key, &second);
    struct by_id bad = introduce(world, &story->chan, "C3", WORLD_ALL, &story->chan.root, &third);
    assert_true(counts(world, &good));
    assert_false(counts(world, &bad));
    assert_true(shares(world, &good));
}

static void nobody_elses_word_replaces_it(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    bring_in(world, &story->ana, &story->dara, "D", BY_ROLE_MEMBER);
    struct by_id unsigned_act = replace(world, &story->chan, WORLD_ALL, &story->chan, &key, NULL);
    struct by_id forged =
        replace(world, &story->chan, WORLD_ALL, &story->chan, &key, &story->dara.root);
    struct by_id foreign =
        replace(world, &story->dara, WORLD_ALL, &story->chan, &key, &story->chan.root);
    assert_false(counts(world, &unsigned_act));
    assert_false(counts(world, &forged));
    assert_false(counts(world, &foreign));
    struct by_id root = root_of(world, &story->chan);
    assert_true(by_id_equal(&root, &story->chan.root.public_key));
}

static void what_the_old_key_certifies_apart_from_the_new_one_falls(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);
    struct person puppet;

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    size_t before = world->count;
    struct by_id device = introduce(world, &story->chan, "C2", before, &story->chan.root, &puppet);
    assert_true(counts(world, &device));
    struct by_id opened = world_open(world, &puppet, before + 1, 1);
    assert_true(counts(world, &opened));
    replace(world, &story->chan, before, &story->chan, &key, &story->chan.root);
    assert_false(counts(world, &device));
    assert_false(counts(world, &opened));
    /* It is passed on all the same, so that all nodes hold the same. */
    assert_true(shares(world, &device));
}

static void what_the_old_key_revokes_apart_from_the_new_one_falls(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);
    struct person second, third;
    struct by_id kept[2];

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    kept[0] = introduce(world, &story->chan, "C2", WORLD_ALL, &story->chan.root, &second);
    kept[1] = introduce(world, &story->chan, "C3", WORLD_ALL, &story->chan.root, &third);
    size_t before = world->count;
    struct by_act act = world_lower_act(world, &story->chan, BY_ROLE_NONE, NULL, 0);
    act.lower.is_device = true;
    act.lower.device = third.device.public_key;
    by_revocation_sign(&act, &story->chan.root, &world->network);
    struct by_id revocation = world_act(world, &second, before, &act);
    assert_true(counts(world, &revocation));
    /* The new key keeps what the old one had certified until then. */
    act = key_act(&story->chan, &key);
    act.lower.cut.acts = kept;
    act.lower.cut.act_count = 2;
    by_revocation_sign(&act, &story->chan.root, &world->network);
    (void)world_act(world, &story->chan, before, &act);
    assert_true(counts(world, &kept[0]));
    assert_false(counts(world, &revocation));
    struct by_id opened = world_open(world, &third, WORLD_ALL, 1);
    assert_true(counts(world, &opened));
}

static void records_and_other_acts_stand_when_a_key_is_replaced(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    size_t before = world->count;
    struct by_id opened = world_open(world, &story->chan, before, 1);
    replace(world, &story->chan, WORLD_ALL, &story->chan, &key, &story->chan.root);
    assert_true(counts(world, &opened));
    struct by_charter *charter = world_charter(world);
    struct by_log_id log = world_record_log(&story->chan, 1);
    assert_false(by_charter_log_find(charter, &log)->is_cut);
    by_charter_free(charter);
}

static void most_coordinators_replace_a_lost_key_without_the_voice_of_who_lost_it(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    /* A member's key: both coordinators. */
    struct by_id act = replace(world, &story->ana, WORLD_ALL, &story->chan, &key, NULL);
    assert_int_equal(motion_count(world), 1);
    struct by_id root = root_of(world, &story->chan);
    assert_true(by_id_equal(&root, &story->chan.root.public_key));
    world_approve(world, &story->bo, WORLD_ALL, &act);
    root = root_of(world, &story->chan);
    assert_true(by_id_equal(&root, &key.public_key));
    assert_int_equal(motion_count(world), 0);
    /* Its own, lost: a coordinator has no voice. */
    struct by_signing_key other = world_key("other", 1);
    act = replace(world, &story->bo, WORLD_ALL, &story->bo, &other, NULL);
    root = root_of(world, &story->bo);
    assert_false(by_id_equal(&root, &other.public_key));
    world_approve(world, &story->ana, WORLD_ALL, &act);
    root = root_of(world, &story->bo);
    assert_true(by_id_equal(&root, &other.public_key));
    assert_int_equal(role_of(world, &story->bo), BY_ROLE_COORDINATOR);
}

static void a_device_is_revoked_with_the_newest_key_only(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);
    struct person second;

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    struct by_id device =
        introduce(world, &story->chan, "C2", WORLD_ALL, &story->chan.root, &second);
    struct by_act renewal = key_act(&story->chan, &key);
    renewal.lower.cut.acts = &device;
    renewal.lower.cut.act_count = 1;
    by_revocation_sign(&renewal, &story->chan.root, &world->network);
    world_act(world, &story->chan, WORLD_ALL, &renewal);
    assert_true(counts(world, &device));
    struct by_act revoke = {.kind = BY_KIND_LOWER,
                            .lower = {.is_device = true,
                                      .device = second.device.public_key,
                                      .organisation = story->chan.root.public_key}};
    by_revocation_sign(&revoke, &story->chan.root, &world->network);
    struct by_id by_old = world_act(world, &story->chan, WORLD_ALL, &revoke);
    assert_false(counts(world, &by_old));
    by_revocation_sign(&revoke, &key, &world->network);
    struct by_id by_new = world_act(world, &story->chan, WORLD_ALL, &revoke);
    assert_true(counts(world, &by_new));
}

static void a_signature_to_revoke_a_device_makes_it_no_organisation_key(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person second;

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    introduce(world, &story->chan, "C2", WORLD_ALL, &story->chan.root, &second);
    struct by_act revoke = {.kind = BY_KIND_LOWER,
                            .lower = {.is_device = true,
                                      .device = second.device.public_key,
                                      .organisation = story->chan.root.public_key}};
    by_revocation_sign(&revoke, &story->chan.root, &world->network);
    struct by_act stolen = key_act(&story->chan, &second.device);
    stolen.lower.has_root = true;
    stolen.lower.root = revoke.lower.root;
    struct by_id act = world_act(world, &second, WORLD_ALL, &stolen);
    assert_false(counts(world, &act));
}

static void two_replacements_apart_leave_one(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);
    struct by_signing_key thief = world_key("thief", 1);

    bring_in(world, &story->ana, &story->chan, "C", BY_ROLE_MEMBER);
    size_t before = world->count;
    struct person puppet;
    introduce(world, &story->chan, "C2", before, &story->chan.root, &puppet);
    replace(world, &story->chan, before, &story->chan, &key, &story->chan.root);
    replace(world, &puppet, before + 1, &story->chan, &thief, &story->chan.root);
    struct by_id root = root_of(world, &story->chan);
    assert_true(by_id_equal(&root, &key.public_key) || by_id_equal(&root, &thief.public_key));
    /* Whichever it is, the coordinators have the last word. */
    struct by_signing_key last = world_key("last", 1);
    struct by_id act = replace(world, &story->ana, WORLD_ALL, &story->chan, &last, NULL);
    world_approve(world, &story->bo, WORLD_ALL, &act);
    root = root_of(world, &story->chan);
    assert_true(by_id_equal(&root, &last.public_key));
}

static struct by_act name_act(const struct person *person, const char *name)
{
    return (struct by_act){.kind = BY_KIND_DEVICE,
                           .device = {.organisation = person->root.public_key,
                                      .certificate = person->certificate,
                                      .name = by_bytes_of_text(name)}};
}

static void
the_device_is_called(const struct world *world, const struct person *person, const char *name)
{
    struct by_charter *charter = world_charter(world);
    const struct by_charter_device *device =
        by_charter_device_find(charter, &person->device.public_key);

    assert_non_null(device);
    assert_true(by_bytes_equal(device->name, by_bytes_of_text(name)));
    by_charter_free(charter);
}

/* Its certificate is by the first key, for no network: it stands in genesis. */
static void a_founders_device_tells_its_name_also_after_its_key_was_replaced(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);
    struct by_act act = name_act(&story->bo, "Desk");

    world_act(world, &story->bo, WORLD_ALL, &act);
    the_device_is_called(world, &story->bo, "Desk");
    replace(world, &story->bo, WORLD_ALL, &story->bo, &key, &story->bo.root);
    act = name_act(&story->bo, "Laptop");
    world_act(world, &story->bo, WORLD_ALL, &act);
    the_device_is_called(world, &story->bo, "Laptop");
    /* Nothing else of it is taken for what genesis says. */
    act = name_act(&story->bo, "Other key");
    act.device.certificate.transport = world_transport("B9");
    world_act(world, &story->bo, WORLD_ALL, &act);
    act = name_act(&story->bo, "Other organisation");
    act.device.organisation = story->ana.root.public_key;
    world_act(world, &story->bo, WORLD_ALL, &act);
    the_device_is_called(world, &story->bo, "Laptop");
}

static void a_device_certified_by_a_later_key_says_which(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_signing_key key = world_key("new", 1);
    struct person second;

    replace(world, &story->bo, WORLD_ALL, &story->bo, &key, &story->bo.root);
    introduce(world, &story->bo, "B2", WORLD_ALL, &key, &second);
    struct by_charter *charter = world_charter(world);
    const struct by_charter_device *device =
        by_charter_device_find(charter, &second.device.public_key);
    assert_true(by_id_equal(&device->signer, &key.public_key));
    device = by_charter_device_find(charter, &story->bo.device.public_key);
    assert_true(by_id_is_zero(&device->signer));
    by_charter_free(charter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(an_organisation_replaces_its_key_by_its_own_word),
        STORY(nobody_elses_word_replaces_it),
        STORY(what_the_old_key_certifies_apart_from_the_new_one_falls),
        STORY(what_the_old_key_revokes_apart_from_the_new_one_falls),
        STORY(records_and_other_acts_stand_when_a_key_is_replaced),
        STORY(most_coordinators_replace_a_lost_key_without_the_voice_of_who_lost_it),
        STORY(a_device_is_revoked_with_the_newest_key_only),
        STORY(a_signature_to_revoke_a_device_makes_it_no_organisation_key),
        STORY(two_replacements_apart_leave_one),
        STORY(a_founders_device_tells_its_name_also_after_its_key_was_replaced),
        STORY(a_device_certified_by_a_later_key_says_which),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
