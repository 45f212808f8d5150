/*
 * Prints the test vectors of docs/protocol.md as JSON: a small network made from fixed seeds,
 * stamps and salts.
 *
 * docs/vectors.json is this program's output; read_vectors.py checks it with nothing but the
 * protocol page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "crypto/hash.h"
#include "log/writer.h"
#include "member/act.h"
#include "member/invitation.h"
#include "record/digest.h"
#include "record/field_value.h"
#include "record/merge.h"
#include "record/operation.h"
#include "sync/note.h"
#include "sync/note_addresses.h"
#include "sync/standing.h"
#include "vectors.h"

void need(enum banyan_status status)
{
    if (status == BANYAN_OK)
        return;
    fprintf(stderr, "%s\n", banyan_status_text(status));
    exit(1);
}

static struct by_seed seed_of(uint8_t fill)
{
    struct by_seed seed;

    memset(seed.bytes, fill, sizeof seed.bytes);
    return seed;
}

void print_hex(struct maker *maker, const char *key, struct by_bytes bytes)
{
    by_json_key(&maker->json, key);
    by_json_hex(&maker->json, bytes);
}

void print_id(struct maker *maker, const char *key, const struct by_id *id)
{
    print_hex(maker, key, by_id_bytes(id));
}

static void print_entry(struct maker *maker, const struct by_entry *entry)
{
    uint8_t header[BY_HEADER_BYTES];

    by_header_encode(&entry->header, header);
    by_json_object_begin(&maker->json);
    by_json_key(&maker->json, "name");
    by_json_literal(&maker->json, maker->name);
    print_hex(maker, "header", by_bytes_of(header, sizeof header));
    if (by_entry_is_sealed(entry))
        print_hex(maker, "seal", by_bytes_of(entry->seal.bytes, sizeof entry->seal.bytes));
    print_hex(maker, "salt", by_bytes_of(entry->salt, sizeof entry->salt));
    print_hex(maker, "links", entry->links);
    print_hex(maker, "payload", entry->payload);
    print_id(maker, "id", &entry->id);
    by_json_object_end(&maker->json);
}

static void keep_operations(struct maker *maker, const struct by_run *run)
{
    for (size_t i = 0; i < run->count && run->entries[i].header.kind == BY_KIND_OPERATION; i++) {
        struct by_entry *kept = &maker->operations[maker->operation_count++];

        need(maker->operation_count <= ENTRIES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        *kept = run->entries[i];
        need(by_arena_copy(&maker->arena, run->entries[i].links, &kept->links));
        need(by_arena_copy(&maker->arena, run->entries[i].payload, &kept->payload));
    }
}

/* One run as the log's block: its entries, then the packed form. */
static enum banyan_status print_run(void *context, const struct by_run *run)
{
    struct maker *maker = context;
    struct by_buffer packed = BY_BUFFER_INIT(BY_BLOCK_PACKED_BYTES_MAX);

    by_json_object_begin(&maker->json);
    by_json_key(&maker->json, "entries");
    by_json_array_begin(&maker->json);
    for (size_t i = 0; i < run->count; i++)
        print_entry(maker, &run->entries[i]);
    by_json_array_end(&maker->json);
    need(by_block_pack(run, &maker->zip, &packed));
    print_hex(maker, "packed", by_buffer_bytes(&packed));
    by_json_object_end(&maker->json);
    need(maker->block_count < BLOCKS_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    maker->blocks[maker->block_count++] = (struct made_block){.base = run->base, .packed = packed};
    keep_operations(maker, run);
    maker->last_id = run->entries[run->count - 1].id;
    return BANYAN_OK;
}

static void next_salt(struct maker *maker, uint8_t salt[BY_SALT_BYTES])
{
    memset(salt, maker->salt_next++, BY_SALT_BYTES);
}

struct by_id add_act(struct maker *maker, struct by_writer *writer, const char *name,
                     const struct by_act *act, const struct by_id *parents, size_t parent_count)
{
    struct by_arena scratch = BY_ARENA_INIT;
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_id sorted[4];
    struct by_act_links act_links = {.parents = sorted, .parent_count = parent_count};
    uint8_t salt[BY_SALT_BYTES];

    for (size_t i = 0; i < parent_count; i++)
        sorted[i] = parents[i];
    maker->name = name;
    next_salt(maker, salt);
    need(by_act_links_encode(&act_links, &links));
    need(by_act_encode(act, &scratch, &payload));
    need(by_writer_add(writer, (uint16_t)act->kind, by_buffer_bytes(&links),
                       by_buffer_bytes(&payload), salt, WALL_MS));
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
    by_arena_deinit(&scratch);
    return maker->last_id;
}

static void add_operation(struct maker *maker, struct by_writer *writer, const char *name,
                          struct by_operation *operation)
{
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    uint8_t salt[BY_SALT_BYTES];

    maker->name = name;
    next_salt(maker, salt);
    need(by_operation_encode(operation, &links, &payload));
    need(by_writer_add(writer, BY_KIND_OPERATION, by_buffer_bytes(&links),
                       by_buffer_bytes(&payload), salt, WALL_MS));
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
}

static struct by_certificate
certify(const struct by_signing_key *root, const struct by_signing_key *device,
        const struct by_box_key *transport, const struct by_id *network)
{
    struct by_certificate certificate = {.device = device->public_key,
                                         .transport = transport->public_key};

    by_certificate_sign(&certificate, root, network);
    return certificate;
}

static struct by_org_profile
profile(const struct by_signing_key *root, const char *name, const char *country)
{
    struct by_org_profile made = {.id = root->public_key,
                                  .name = by_bytes_of_text(name),
                                  .kind = by_bytes_of_text("ngo"),
                                  .country = by_bytes_of_text(country)};
    return made;
}

struct keys make_keys(uint8_t fill)
{
    struct keys keys;
    struct by_seed root = seed_of(fill);
    struct by_seed device = seed_of((uint8_t)(fill + 1));
    struct by_seed transport = seed_of((uint8_t)(fill + 2));

    by_signing_key_from_seed(&root, &keys.root);
    by_signing_key_from_seed(&device, &keys.device);
    by_box_key_from_seed(&transport, &keys.transport);
    return keys;
}

void print_keys(struct maker *maker, const char *name, uint8_t fill, const struct keys *keys)
{
    by_json_key(&maker->json, name);
    by_json_object_begin(&maker->json);
    by_json_key(&maker->json, "seed_bytes");
    by_json_array_begin(&maker->json);
    for (int i = 0; i < 3; i++)
        by_json_int(&maker->json, fill + i);
    by_json_array_end(&maker->json);
    print_id(maker, "organisation", &keys->root.public_key);
    print_id(maker, "device", &keys->device.public_key);
    print_id(maker, "transport", &keys->transport.public_key);
    by_json_object_end(&maker->json);
}

struct by_writer start_log(struct maker *maker, const struct by_signing_key *device, uint8_t nonce,
                           const struct by_id *network)
{
    struct by_writer writer;
    struct by_block_base base = {.log = {.device = device->public_key}};

    memset(base.log.nonce, nonce, sizeof base.log.nonce);
    by_writer_init(&writer, device, network, &base, print_run, maker);
    return writer;
}

static void
put_and_patch(struct maker *maker, struct by_writer *records, const struct by_record_name *name)
{
    struct by_touch put_touches[2] = {{.path = by_bytes_of_text("name.vi"), .how = BY_HOW_SET},
                                      {.path = by_bytes_of_text("area"), .how = BY_HOW_SET}};
    struct by_pair area_pairs[2] = {
        {.key = by_bytes_of_text("unit"), .value = by_value_literal("ha")},
        {.key = by_bytes_of_text("value"), .value = by_value_literal("12")}};
    struct by_value put_values[2] = {by_value_literal("B\xc3\xbang B\xc3\xacnh Thi\xc3\xaan"),
                                     {.kind = BY_VALUE_MAP, .map = {area_pairs, 2}}};
    struct by_operation put = {.links = {.name = *name,
                                         .op = BY_OP_PUT,
                                         .type = by_bytes_of_text("site"),
                                         .touches = put_touches,
                                         .touch_count = 2},
                               .values = put_values};
    add_operation(maker, records, "put", &put);
    need(by_writer_flush(records));

    struct by_id put_id = maker->last_id;
    struct by_touch patch_touches[2] = {{.path = by_bytes_of_text("area"), .how = BY_HOW_UNSET},
                                        {.path = by_bytes_of_text("tags"), .how = BY_HOW_ADD}};
    struct by_value tags[1] = {by_value_literal("wetland")};
    struct by_value patch_values[2] = {by_value_nil(),
                                       {.kind = BY_VALUE_ARRAY, .array = {tags, 1}}};
    struct by_operation patch = {.links = {.name = *name,
                                           .op = BY_OP_PATCH,
                                           .parents = &put_id,
                                           .parent_count = 1,
                                           .touches = patch_touches,
                                           .touch_count = 2},
                                 .values = patch_values};
    struct by_operation removal = {
        .links = {.name = *name, .op = BY_OP_DELETE, .parents = &put_id, .parent_count = 1}};
    add_operation(maker, records, "patch (not sealed), then delete", &patch);
    add_operation(maker, records, "patch (not sealed), then delete", &removal);
    need(by_writer_flush(records));
}

/* A second record, and the first one restored: between the seals of the first stands an entry of
 * another record. */
static void
put_beside(struct maker *maker, struct by_writer *records, const struct by_record_name *name)
{
    struct by_id removal_id = maker->last_id;
    struct by_touch touch = {.path = by_bytes_of_text("name.vi"), .how = BY_HOW_SET};
    struct by_value value = by_value_literal("B\xc3\xbang B\xc3\xacnh Thi\xc3\xaan");
    struct by_operation put = {.links = {.name = *name,
                                         .op = BY_OP_PUT,
                                         .type = by_bytes_of_text("site"),
                                         .touches = &touch,
                                         .touch_count = 1},
                               .values = &value};
    struct by_operation patch = {.links = {.name = *name,
                                           .op = BY_OP_PATCH,
                                           .parents = &removal_id,
                                           .parent_count = 1,
                                           .touches = &touch,
                                           .touch_count = 1},
                                 .values = &value};

    put.links.name.uuid.bytes[15] ^= 1;
    add_operation(maker, records, "put of another record (not sealed), then patch", &put);
    add_operation(maker, records, "put of another record (not sealed), then patch", &patch);
    need(by_writer_flush(records));
}

/* So many that the digest of the record has branches, two levels of them. */
#define MANY_OPERATIONS 2000u

static void
print_names(struct maker *maker, const struct by_record_name *name, const struct by_id *operation)
{
    struct by_id hash;
    struct by_id digest;
    struct by_id many[MANY_OPERATIONS];
    char short_id[BY_SHORT_ID_BYTES];

    by_record_name_hash(name, &hash);
    by_record_short_id(name, short_id);
    by_record_digest(name, operation, 1, &digest);
    by_json_key(&maker->json, "record");
    by_json_object_begin(&maker->json);
    print_id(maker, "owner", &name->owner);
    print_hex(maker, "uuid", by_bytes_of(name->uuid.bytes, sizeof name->uuid.bytes));
    print_id(maker, "name_hash", &hash);
    by_json_key(&maker->json, "short_id");
    by_json_literal(&maker->json, short_id);
    print_id(maker, "operation", operation);
    print_id(maker, "digest_of_one_operation", &digest);
    for (size_t i = 0; i < MANY_OPERATIONS; i++) {
        const uint8_t number[] = {(uint8_t)i, (uint8_t)(i >> 8)};

        by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(number, sizeof number), &many[i]);
    }
    qsort(many, MANY_OPERATIONS, sizeof *many, by_id_order);
    by_record_digest(name, many, MANY_OPERATIONS, &digest);
    print_id(maker, "digest_of_2000_operations", &digest);
    by_json_object_end(&maker->json);
}

static struct by_id
print_view(struct maker *maker, const struct by_id *network, const struct by_id *record)
{
    struct by_id *buckets = calloc(BY_BUCKET_COUNT, sizeof *buckets);
    struct by_id root;
    struct by_id charter;
    char fingerprint[BY_FINGERPRINT_TEXT_BYTES];

    need(buckets != NULL ? BANYAN_OK : BANYAN_ERR_MEMORY);
    by_bucket_digest(record, 1, &buckets[0x1234]);
    by_view_digest(buckets, BY_BUCKET_COUNT, &root);
    memset(charter.bytes, 7, sizeof charter.bytes);
    by_fingerprint(network, &charter, &root, fingerprint);
    by_json_key(&maker->json, "view");
    by_json_object_begin(&maker->json);
    print_id(maker, "record_digest", record);
    by_json_key(&maker->json, "bucket_number");
    by_json_int(&maker->json, 0x1234);
    print_id(maker, "bucket", &buckets[0x1234]);
    print_id(maker, "root", &root);
    print_id(maker, "charter", &charter);
    by_json_key(&maker->json, "fingerprint");
    by_json_literal(&maker->json, fingerprint);
    by_json_object_end(&maker->json);
    free(buckets);
    return root;
}

static void print_codes(struct maker *maker, const struct by_invitation *invitation)
{
    struct by_buffer code = BY_BUFFER_INIT(BY_CODE_TEXT_BYTES_MAX);
    struct by_buffer contact_code = BY_BUFFER_INIT(BY_CODE_TEXT_BYTES_MAX);
    const struct by_contact_code contact = {.network = invitation->network,
                                            .transport = invitation->transport,
                                            .addresses = {invitation->addresses[0]},
                                            .address_count = 1};
    struct by_seed root = seed_of(1);
    struct by_signing_key root_key;
    struct by_box_key box;
    char recovery[BY_RECOVERY_TEXT_BYTES];

    by_signing_key_from_seed(&root, &root_key);
    need(by_contact_code_encode(&contact, &contact_code));
    need(by_invitation_encode(invitation, &code));
    by_recovery_encode(&root, recovery);
    by_json_key(&maker->json, "invitation");
    by_json_object_begin(&maker->json);
    print_hex(maker, "seed", by_bytes_of(invitation->seed, sizeof invitation->seed));
    print_id(maker, "network", &invitation->network);
    print_id(maker, "invite", &invitation->invite);
    print_id(maker, "transport", &invitation->transport);
    by_json_key(&maker->json, "address");
    by_json_text(&maker->json, invitation->addresses[0]);
    by_json_key(&maker->json, "code");
    by_json_text(&maker->json, by_buffer_bytes(&code));
    by_json_object_end(&maker->json);
    by_json_key(&maker->json, "contact");
    by_json_object_begin(&maker->json);
    print_id(maker, "network", &contact.network);
    print_id(maker, "transport", &contact.transport);
    by_json_key(&maker->json, "address");
    by_json_text(&maker->json, contact.addresses[0]);
    by_json_key(&maker->json, "code");
    by_json_text(&maker->json, by_buffer_bytes(&contact_code));
    by_json_object_end(&maker->json);
    by_json_key(&maker->json, "recovery");
    by_json_object_begin(&maker->json);
    print_hex(maker, "seed", by_bytes_of(root.bytes, sizeof root.bytes));
    by_json_key(&maker->json, "code");
    by_json_literal(&maker->json, recovery);
    by_box_key_of_signing_key(&root_key, &box);
    print_id(maker, "transport", &box.public_key);
    by_json_object_end(&maker->json);
    by_buffer_deinit(&contact_code);
    by_buffer_deinit(&code);
}

static void print_note(struct maker *maker, const char *name, const struct by_note *note,
                       const struct by_signing_key *device, const struct by_id *network)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    struct by_note made;

    need(by_note_sign(note, device, network, &bytes));
    struct by_cursor cursor = {by_buffer_bytes(&bytes)};
    need(by_note_take(&cursor, &made));
    by_json_key(&maker->json, name);
    by_json_object_begin(&maker->json);
    print_hex(maker, "note", made.bytes);
    print_id(maker, "hash", &made.hash);
    by_json_object_end(&maker->json);
    by_buffer_deinit(&bytes);
}

static void
print_notes(struct maker *maker, const struct by_signing_key *device, const struct by_id *network)
{
    const struct by_note_addresses addresses = {
        .items = {by_bytes_of_text("hub.example:7417"), by_bytes_of_text("[2001:db8::1]:7417")},
        .count = 2};
    const struct by_log_id act_log = {.device = device->public_key, .nonce = {0xb1}};
    const struct by_log_id record_log = {.device = device->public_key, .nonce = {0xc1}};
    const struct by_tip tips[2] = {{.seq = 1, .id = *network}, {.seq = 299, .id = maker->last_id}};
    struct by_buffer body = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    struct by_frontier frontier;
    struct by_note note = {.kind = BY_NOTE_ADDRESSES, .counter = 1, .made_ms = WALL_MS};

    by_json_key(&maker->json, "notes");
    by_json_object_begin(&maker->json);
    need(by_note_addresses_write(&addresses, &body));
    note.body = by_buffer_bytes(&body);
    print_note(maker, "addresses", &note, device, network);

    by_frontier_init(&frontier);
    need(by_frontier_set(&frontier, &act_log, true, tips, 1));
    need(by_frontier_set(&frontier, &record_log, false, tips, 2));
    by_buffer_reset(&body);
    need(by_standing_write(&frontier, &body));
    note = (struct by_note){.kind = BY_NOTE_STANDING,
                            .counter = 300,
                            .made_ms = WALL_MS + 1,
                            .body = by_buffer_bytes(&body)};
    print_id(maker, "tip_of_acts", &tips[0].id);
    print_id(maker, "tip_of_records", &tips[1].id);
    print_note(maker, "standing", &note, device, network);
    by_json_object_end(&maker->json);
    by_frontier_deinit(&frontier);
    by_buffer_deinit(&body);
}

int main(void)
{
    struct by_buffer out = BY_BUFFER_INIT(1u << 20);
    struct maker maker = {.salt_next = 1, .arena = BY_ARENA_INIT};
    struct by_id zero = {{0}};
    struct network made = {.founder = make_keys(1), .guest = make_keys(11), .later = make_keys(21)};
    const struct keys founder = made.founder, guest = made.guest;

    by_json_init(&maker.json, &out);
    by_json_object_begin(&maker.json);
    print_keys(&maker, "founder", 1, &founder);
    print_keys(&maker, "guest", 11, &guest);
    print_keys(&maker, "guest_later", 21, &made.later);

    by_json_key(&maker.json, "blocks");
    by_json_array_begin(&maker.json);
    struct by_pair names[1] = {
        {.key = by_bytes_of_text("en"), .value = by_value_literal("Mekong network")}};
    struct by_certificate founder_device =
        certify(&founder.root, &founder.device, &founder.transport, &zero);
    struct by_founder first = {.profile = profile(&founder.root, "PanNature", "VNM"),
                               .devices = &founder_device,
                               .device_count = 1};
    struct by_act genesis = {.kind = BY_KIND_GENESIS};
    genesis.genesis.names = (struct by_value){.kind = BY_VALUE_MAP, .map = {names, 1}};
    genesis.genesis.founders = &first;
    genesis.genesis.founder_count = 1;
    genesis.genesis.level = BY_ACT_LEVEL;
    genesis.genesis.types = (struct by_value){.kind = BY_VALUE_MAP};

    struct by_writer acts = start_log(&maker, &founder.device, 0xa1, &zero);
    struct by_id network = add_act(&maker, &acts, "genesis", &genesis, NULL, 0);
    acts.network = network;

    struct by_invitation invitation = {.network = network,
                                       .transport = founder.transport.public_key,
                                       .addresses = {by_bytes_of_text("hub.example:7417")},
                                       .address_count = 1};
    struct by_signing_key invite_key;
    struct by_act invite = {.kind = BY_KIND_INVITE};
    memset(invitation.seed, 0x5e, sizeof invitation.seed);
    by_invite_derive(invitation.seed, &invite_key, invite.invite.join_key);
    invite.invite.key = invite_key.public_key;
    invite.invite.role = BY_ROLE_MEMBER;
    invite.invite.name = by_bytes_of_text("FACT");
    invitation.invite = add_act(&maker, &acts, "invite", &invite, &network, 1);

    struct by_act join = {.kind = BY_KIND_JOIN};
    join.join.invite = invitation.invite;
    join.join.profile = profile(&guest.root, "FACT", "KHM");
    join.join.certificate = certify(&guest.root, &guest.device, &guest.transport, &network);
    by_join_prove(&join, &invite_key, &network);
    struct by_writer guest_acts = start_log(&maker, &guest.device, 0xb1, &network);
    struct by_id joined = add_act(&maker, &guest_acts, "join", &join, &invitation.invite, 1);

    struct by_act admit = {.kind = BY_KIND_ADMIT};
    admit.admit.join = joined;
    struct by_id admitted = add_act(&maker, &acts, "admit", &admit, &joined, 1);

    struct by_act opened = {.kind = BY_KIND_OPEN};
    memset(opened.opening.nonce, 0xc1, sizeof opened.opening.nonce);
    made.last_act = add_act(&maker, &guest_acts, "open", &opened, &admitted, 1);

    struct by_writer records = start_log(&maker, &guest.device, 0xc1, &network);
    struct by_record_name name = {.owner = guest.root.public_key};
    uint8_t random[10];
    memset(random, 0x99, sizeof random);
    name.uuid = by_uuid7(WALL_MS, random);
    put_and_patch(&maker, &records, &name);
    struct by_id operation = maker.last_id;
    put_beside(&maker, &records, &name);
    made.id = network;
    made.founder_acts = acts;
    made.guest_acts = guest_acts;
    print_later_acts(&maker, &made);
    by_json_array_end(&maker.json);

    maker.last_id = operation;
    print_id(&maker, "network", &network);
    print_names(&maker, &name, &operation);
    struct by_id root = print_view(&maker, &network, &operation);
    print_codes(&maker, &invitation);
    print_digits(&maker, &joined);
    print_notes(&maker, &guest.device, &network);
    print_files(&maker, &made, &name, &operation, &root);
    by_json_object_end(&maker.json);
    need(maker.json.status);
    (void)fwrite(out.data, 1, out.size, stdout);
    (void)fputc('\n', stdout);

    by_writer_deinit(&made.founder_acts);
    by_writer_deinit(&made.guest_acts);
    by_writer_deinit(&records);
    for (size_t i = 0; i < maker.block_count; i++)
        by_buffer_deinit(&maker.blocks[i].packed);
    by_arena_deinit(&maker.arena);
    by_zip_deinit(&maker.zip);
    by_buffer_deinit(&out);
    return 0;
}
