/*
 * Members who break the rules, for tests: what no honest node would log, under seals that are
 * right.
 *
 * Whoever is meant to be harmed holds homes of their own and hears of it by bundles.
 */
#ifndef BY_TESTS_CORE_HOSTILE_H
#define BY_TESTS_CORE_HOSTILE_H

#include <time.h>

#include "core/append.h"
#include "core/care.h"
#include "core/local.h"
#include "lib/world.h"
#include "member/invitation.h"
#include "record/field_value.h"

#define ROGUE 0 /* founds the network where it has to be a coordinator */

/* -- entries -- */

struct forged {
    struct by_bytes links;
    struct by_bytes payload;
    uint16_t kind;
    uint64_t hlc; /* 0: one more than the entry before */
};
struct forging {
    struct by_node *node;
    const struct by_signing_key *key;
    const struct by_block_base *base; /* NULL: at the end of the log */
    struct by_log_id log;
    const struct forged *forged;
    size_t count;
    struct by_id *out_ids; /* may be NULL */
};

static inline enum banyan_status forge_work(void *context, struct by_store_txn *txn)
{
    struct forging *forging = context;
    struct by_entry entries[BY_BLOCK_ENTRIES_MAX] = {{.seal = {{0}}}};
    struct by_run run = {.base = {.log = forging->log}, .entries = entries};
    struct by_store_log held = {.tip_hlc = (uint64_t)1750000000000 << 16};
    enum by_store_verdict verdict;
    enum banyan_status status =
        by_store_log_find(txn, &forging->log, by_kind_is_act(forging->forged[0].kind), &held);

    if (forging->base != NULL)
        run.base = *forging->base;
    else if (status == BANYAN_OK)
        run.base = (struct by_block_base){
            .log = held.log, .first_seq = held.tip_seq + 1, .prev = held.tip};
    for (size_t i = 0; i < forging->count; i++) {
        struct by_entry *entry = &entries[i];
        if (i > 0)
            by_entry_identify(&entries[i - 1]);
        entry->header.kind = forging->forged[i].kind;
        entry->header.seq = run.base.first_seq + i;
        entry->header.hlc = forging->forged[i].hlc != 0 ? forging->forged[i].hlc : ++held.tip_hlc;
        entry->header.log = run.base.log;
        entry->header.prev = i == 0 ? run.base.prev : entries[i - 1].id;
        entry->links = forging->forged[i].links;
        entry->payload = forging->forged[i].payload;
        by_entry_commit(entry);
        run.count++;
        if (i + 1 == forging->count || by_kind_is_act(entry->header.kind))
            by_entry_seal(entry, forging->key, &forging->node->network);
        if (i + 1 == forging->count)
            break;
    }
    for (size_t i = 0; forging->out_ids != NULL && i < forging->count; i++)
        forging->out_ids[i] = entries[i].id;
    status = by_run_verify(&run, &forging->node->network);
    if (status == BANYAN_OK)
        status = by_store_append(txn, &run, by_bytes_of(NULL, 0), &verdict);
    if (status == BANYAN_OK && by_kind_is_act(forging->forged[0].kind))
        status = by_local_acts_changed(txn);
    return status;
}

static inline enum banyan_status read_own_log(void *context, struct by_store_txn *txn)
{
    return by_local_log_get(txn, BY_LOCAL_RECORD_LOG, context);
}

static inline enum banyan_status read_own_act_log(void *context, struct by_store_txn *txn)
{
    return by_local_log_get(txn, BY_LOCAL_ACT_LOG, context);
}

/* The record log of an office that has written before. */
static inline struct by_log_id record_log(struct world *world, int at)
{
    struct by_log_id log = {.nonce = {0}};

    expect_ok(world, by_store_read(world->offices[at].node->store, read_own_log, &log, NULL));
    return log;
}

static inline struct by_log_id act_log(struct world *world, int at)
{
    struct by_log_id log = {.nonce = {0}};

    expect_ok(world, by_store_read(world->offices[at].node->store, read_own_act_log, &log, NULL));
    return log;
}

static inline enum banyan_status open_log_work(void *context, struct by_append *append)
{
    struct by_operation put = {.links = {.name = {.owner = append->node->organisation},
                                         .op = BY_OP_PUT,
                                         .type = by_bytes_of_text("nothing")}};
    (void)context;

    return by_append_operation(append, &put);
}

/* Whatever types are in force. */
static inline void open_log(struct world *world, int at)
{
    expect_ok(world, by_append_run(world->offices[at].node, open_log_work, NULL, &world->error));
}

/* One block; base NULL: at the end of the log. */
static inline void forge_at(struct world *world, int at, const struct by_log_id *log,
                            const struct by_block_base *base, const struct forged *forged,
                            size_t count, struct by_id *out_ids)
{
    struct forging forging = {.node = world->offices[at].node,
                              .key = &world->offices[at].node->device,
                              .base = base,
                              .log = *log,
                              .forged = forged,
                              .count = count,
                              .out_ids = out_ids};

    expect_ok(world,
              by_store_write(world->offices[at].node->store, forge_work, &forging, &world->error));
    world->offices[at].node->view_is_behind = true;
}

/* -- acts -- */

/* Somebody with keys but no home: what they log lies in the store of an office. */
struct guest {
    struct by_signing_key root, device;
    struct by_certificate certificate;
    struct by_log_id acts;
};

static inline struct guest make_guest(uint8_t number)
{
    struct guest guest;
    struct by_seed root = {{number, 1}}, device = {{number, 2}}, transport = {{number, 3}};
    struct by_box_key box;

    memset(&guest, 0, sizeof guest);
    by_signing_key_from_seed(&root, &guest.root);
    by_signing_key_from_seed(&device, &guest.device);
    by_box_key_from_seed(&transport, &box);
    guest.certificate.device = guest.device.public_key;
    guest.certificate.transport = box.public_key;
    guest.acts.device = guest.device.public_key;
    guest.acts.nonce[0] = number;
    return guest;
}

static inline struct by_id forge_act(struct world *world, int at, const struct by_signing_key *key,
                                     const struct by_log_id *log, const struct by_block_base *base,
                                     const struct by_act *act, const struct by_id *parents,
                                     size_t parent_count)
{
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_id sorted[BY_PARENTS_MAX], id;
    struct by_act_links act_links = {.parents = sorted, .parent_count = parent_count};

    if (parent_count > 0)
        memcpy(sorted, parents, parent_count * sizeof sorted[0]);
    expect_ok(world, by_act_links_encode(&act_links, &links));
    expect_ok(world, by_act_encode(act, &world->arena, &payload));
    struct forged forged = {.kind = (uint16_t)act->kind,
                            .links = by_buffer_bytes(&links),
                            .payload = by_buffer_bytes(&payload)};
    struct forging forging = {.node = world->offices[at].node,
                              .key = key,
                              .base = base,
                              .log = *log,
                              .forged = &forged,
                              .count = 1,
                              .out_ids = &id};
    expect_ok(world,
              by_store_write(world->offices[at].node->store, forge_work, &forging, &world->error));
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
    return id;
}

/* With an invitation's code; whoever may, takes the guest in at its next bundle. */
static inline struct by_id
guest_joins(struct world *world, int at, struct guest *guest, const char *name, const char *code)
{
    struct by_act act = {.kind = BY_KIND_JOIN};
    struct by_invitation invitation;
    struct by_signing_key invite_key;
    uint8_t join_key[32];

    expect_ok(world, by_invitation_find(by_bytes_of_text(code), &world->arena, &invitation,
                                        &world->error));
    by_invite_derive(invitation.seed, &invite_key, join_key);
    by_certificate_sign(&guest->certificate, &guest->root, &invitation.network);
    act.join.invite = invitation.invite;
    act.join.certificate = guest->certificate;
    act.join.profile = (struct by_org_profile){.id = guest->root.public_key,
                                               .name = by_bytes_of_text(name),
                                               .kind = by_bytes_of_text("ngo"),
                                               .country = by_bytes_of_text("LAO")};
    by_join_prove(&act, &invite_key, &invitation.network);
    return forge_act(world, at, &guest->device, &guest->acts, NULL, &act, &invitation.invite, 1);
}

/* -- operations -- */

static inline struct by_bytes keep(struct world *world, struct by_buffer *buffer)
{
    struct by_bytes copy = {.data = NULL};

    expect_ok(world, by_arena_copy(&world->arena, by_buffer_bytes(buffer), &copy));
    by_buffer_deinit(buffer);
    return copy;
}

static inline struct by_bytes encode_links(struct world *world, struct by_op_links links)
{
    struct by_buffer out = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);

    expect_ok(world, by_op_links_encode(&links, &out));
    return keep(world, &out);
}

/* The payload need not be one that an honest node would make. */
static inline struct by_bytes
encode_values(struct world *world, struct by_value *values, size_t count)
{
    struct by_buffer out = BY_BUFFER_INIT(SIZE_MAX);
    struct by_value array = {.kind = BY_VALUE_ARRAY, .array = {.items = values, .count = count}};

    expect_ok(world, by_value_encode(&array, &out));
    return keep(world, &out);
}

/* One touch of one path; type NULL: a patch. */
static inline struct forged one_touch(struct world *world, const struct by_record_name *name,
                                      const char *type, const char *path, enum by_how how,
                                      struct by_value value)
{
    struct by_touch touch = {.path = by_bytes_of_text(path), .how = how};
    struct by_op_links links = {.name = *name,
                                .op = type == NULL ? BY_OP_PATCH : BY_OP_PUT,
                                .type = by_bytes_of_text(type == NULL ? "" : type),
                                .touches = &touch,
                                .touch_count = 1};

    return (struct forged){.kind = BY_KIND_OPERATION,
                           .links = encode_links(world, links),
                           .payload = encode_values(world, &value, 1)};
}

/* Operations that put one field each. */
static inline struct by_record_name new_name(struct world *world, int at, uint64_t number)
{
    struct by_record_name name = {.owner = world->offices[at].node->organisation};

    by_put_u64be(name.uuid.bytes, number);
    by_put_u64be(name.uuid.bytes + 8, number * 0x9e3779b97f4a7c15u);
    return name;
}

static inline const char *id_of(struct world *world, const struct by_record_name *name)
{
    uint8_t bytes[48];
    char hex[97];

    by_record_name_put(bytes, name);
    by_hex(by_bytes_of(bytes, sizeof bytes), hex);
    return by_arena_text(&world->arena, by_bytes_of_text(hex));
}

static inline struct by_record_name name_of(struct world *world, int at, const char *id)
{
    struct by_record_name name;

    expect_ok(world, by_node_find(world->offices[at].node, id, &name, &world->error));
    return name;
}

static inline struct by_value text_of_size(struct world *world, size_t size, char filling)
{
    uint8_t *text = by_arena_alloc(&world->arena, size);

    memset(text, filling, size);
    return by_value_text(by_bytes_of(text, size));
}

/* Logged at the end of the record log, in as many blocks as they need. */
static inline void
forge(struct world *world, int at, const struct forged *forged, size_t count, struct by_id *out_ids)
{
    struct by_log_id log = record_log(world, at);
    size_t from = 0;

    while (from < count) {
        size_t size = 0, some = 0;
        while (from + some < count && some < BY_BLOCK_ENTRIES_MAX && size < BY_SEAL_BYTES_MAX) {
            size += 300 + forged[from + some].links.size + forged[from + some].payload.size;
            some++;
        }
        forge_at(world, at, &log, NULL, forged + from, some,
                 out_ids == NULL ? NULL : out_ids + from);
        from += some;
    }
}

/* -- what a victim does all day -- */

static inline void expect_calm(struct world *world, const char *call, enum banyan_status status)
{
    if (status != BANYAN_OK)
        fail_msg("%s: %s: %s", call, banyan_status_name(status), world->error.text);
}

/* Every reading call answers, on every record. Whole contents of the view as one text. */
static inline const char *look_at_everything(struct world *world, int at)
{
    struct by_node *node = world->offices[at].node;
    struct by_buffer all = RESULT;
    struct by_buffer json = RESULT;
    const struct by_view_list list = {.language = "en"};
    const struct by_view_list deleted = {.language = "en", .deleted = true};
    struct by_value ids;

    expect_calm(world, "update", by_node_view(node, NULL, &world->error));
    expect_calm(world, "list", by_view_list(node->view, &list, &all, &world->error));
    expect_calm(world, "list --deleted", by_view_list(node->view, &deleted, &all, &world->error));
    expect_calm(
        world, "search",
        by_view_search(node->view, by_bytes_of_text("a"), NULL, 0, "en", &all, &world->error));
    expect_calm(world, "conflicts", by_view_conflicts(node->view, "vi", &all, &world->error));
    expect_calm(world, "inbox", by_view_inbox(node->view, NULL, NULL, &all, &world->error));
    expect_calm(world, "status", by_report_status(node, NULL, 0, &json, &world->error));
    by_buffer_reset(&json);
    expect_calm(world, "members", by_report_members(node, &json, &world->error));
    by_buffer_reset(&json);
    expect_calm(world, "types", by_report_types(node, NULL, "en", &json, &world->error));
    by_buffer_reset(&json);
    expect_calm(world, "sql",
                by_view_sql(node->view,
                            "SELECT lower(hex(name)) FROM record WHERE type <> '' ORDER BY name", 0,
                            0, &json, &world->error));
    expect_calm(world, "ids",
                by_json_parse(by_buffer_bytes(&json), &world->arena, &ids, &world->error));
    by_buffer_deinit(&json);
    const struct by_value *rows = by_value_get(&ids, "rows");
    for (size_t i = 0; i < rows->array.count && i < 300; i++) {
        const char *id = by_arena_text(&world->arena, rows->array.items[i].array.items[0].bytes);
        expect_calm(world, "show", by_show(node, id, "vi", &all, &world->error));
        expect_calm(world, "history", by_history(node, id, "en", &json, &world->error));
        by_buffer_deinit(&json);
        expect_calm(world, "who-can-read", by_who_can_read(node, id, &all, &world->error));
    }
    const char *text = by_arena_text(&world->arena, by_buffer_bytes(&all));
    by_buffer_deinit(&all);
    return text;
}

/* Contents of all tables that are equal on equal nodes. */
static inline const char *dump_rows(struct world *world, int at)
{
    static const char *const tables[] = {"SELECT * FROM record ORDER BY name",
                                         "SELECT * FROM conflict ORDER BY name, path, position",
                                         "SELECT * FROM proposal ORDER BY name, entry",
                                         "SELECT * FROM member ORDER BY organisation",
                                         "SELECT * FROM site ORDER BY fid",
                                         "SELECT * FROM rtree_site_geometry ORDER BY id",
                                         "SELECT rowid FROM search WHERE search MATCH 'a*'"
                                         " ORDER BY rowid",
                                         "SELECT * FROM gpkg_contents ORDER BY table_name",
                                         "SELECT * FROM org ORDER BY fid"};
    struct by_buffer all = RESULT;
    struct by_node *node = world->offices[at].node;

    expect_ok(world, by_node_view(node, NULL, &world->error));
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        enum banyan_status status = by_view_sql(node->view, tables[i], 0, 0, &all, &world->error);

        /* The types in force say which tables there are: the same ones on equal nodes. */
        if (status == BANYAN_ERR_USAGE && strstr(world->error.text, "no such table") != NULL)
            status = by_buffer_append_format(&all, "no table for %s\n", tables[i]);
        expect_ok(world, status);
    }
    const char *text = by_arena_text(&world->arena, by_buffer_bytes(&all));
    by_buffer_deinit(&all);
    return text;
}

static inline void check_home(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_calm(world, "fsck", by_check(world->offices[at].node, NULL, NULL, &json, &world->error));
    by_buffer_deinit(&json);
}

/* What the rogue has goes to both victims; they answer every question, and the same, also after
 * the view was made anew. */
static inline void expect_harmless(struct world *world, int a, int b)
{
    struct by_buffer json = RESULT;

    const char *bundle = make_bundle(world, ROGUE);
    apply_bundle(world, a, bundle);
    apply_bundle(world, b, bundle);
    carry(world, a, b);
    carry(world, b, a);
    assert_string_equal(look_at_everything(world, a), look_at_everything(world, b));
    assert_string_equal(fingerprint(world, a), fingerprint(world, b));
    const char *before = dump_rows(world, a);
    assert_string_equal(before, dump_rows(world, b));
    expect_calm(world, "rebuild", by_rebuild(world->offices[a].node, &json, &world->error));
    by_buffer_deinit(&json);
    assert_string_equal(before, dump_rows(world, a));
    check_home(world, a);
}

static inline double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
