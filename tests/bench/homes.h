/*
 * A network for benchmarks: homes in one throw-away folder, of members who all know each other, and
 * logs full of records in the first of them.
 */
#ifndef BY_BENCH_HOMES_H
#define BY_BENCH_HOMES_H

#include "admin/found.h"
#include "admin/invite.h"
#include "bundle/apply.h"
#include "bundle/make.h"
#include "codec/json.h"
#include "core/append.h"
#include "lib/test_folder.h"
#include "live/addresses.h"
#include "sample.h"

#define HOMES_MAX        12
#define HOMES_PATH_BYTES 512
#define HOMES_LOGS_MAX   64u
/* Operations in one commit where a log is filled. */
#define HOMES_COMMIT_ENTRIES 16384u

struct homes {
    char folder[HOMES_PATH_BYTES];
    char paths[HOMES_MAX][HOMES_PATH_BYTES];
    size_t count;
    struct by_log_id logs[HOMES_LOGS_MAX]; /* that were opened, and by which home */
    size_t owners[HOMES_LOGS_MAX];
    size_t log_count;
};

static inline void homes_must(enum banyan_status status, const struct banyan_error *error)
{
    if (status == BANYAN_OK)
        return;
    (void)fprintf(stderr, "%s: %s\n", banyan_status_name(status), error->text);
    exit(1);
}

static inline struct by_node *homes_open(const struct homes *homes, size_t at)
{
    struct by_node *node = NULL;
    struct banyan_error error = {0};

    homes_must(by_node_open(homes->paths[at], &node, &error), &error);
    return node;
}

/* What one holds goes to the other in a bundle. */
static inline void homes_carry(const struct homes *homes, size_t from, size_t to)
{
    char *path = test_folder_path(homes->folder, "bundle.banyan");
    const struct banyan_bundle bundle = {.path = path};
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};
    struct by_node *node = homes_open(homes, from);

    homes_must(by_bundle_make(node, &bundle, &json, &error), &error);
    by_node_close(node);
    node = homes_open(homes, to);
    homes_must(by_bundle_apply(node, path, &json, &error), &error);
    by_node_close(node);
    by_buffer_deinit(&json);
    (void)remove(path);
    free(path);
}

static inline void homes_invite(const struct homes *homes, char *out_code, size_t size)
{
    const struct banyan_invite invite = {0};
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct by_arena arena = BY_ARENA_INIT;
    struct banyan_error error = {0};
    struct by_node *node = homes_open(homes, 0);
    struct by_value answer;
    struct by_bytes code;

    homes_must(by_invite(node, &invite, &json, &error), &error);
    by_node_close(node);
    homes_must(by_json_parse(by_buffer_bytes(&json), &arena, &answer, &error), &error);
    test_runs_must_ok(by_value_get_text(&answer, "code", &code));
    (void)snprintf(out_code, size, "%.*s", (int)code.size, (const char *)code.data);
    by_arena_deinit(&arena);
    by_buffer_deinit(&json);
}

/* The first founds, the others join through it; it holds all acts in the end, and the others those
 * that make them members. */
static inline void homes_init(struct homes *homes, const char *folder, size_t count)
{
    static const char *const names[] = {"Bench network"};
    struct by_buffer recovery = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};

    memset(homes, 0, sizeof *homes);
    homes->count = count;
    (void)snprintf(homes->folder, sizeof homes->folder, "%.400s", folder);
    for (size_t i = 0; i < count; i++) {
        char name[32], code[2 * BY_CODE_TEXT_BYTES_MAX];
        const struct banyan_profile profile = {.name = name, .country = "UKR", .kind = "ngo"};

        (void)snprintf(name, sizeof name, "Member %zu", i);
        (void)snprintf(homes->paths[i], HOMES_PATH_BYTES, "%.400s/home%zu", folder, i);
        if (i == 0) {
            homes_must(by_found(homes->paths[0], names, 1, &profile, &recovery, &error), &error);
            continue;
        }
        homes_invite(homes, code, sizeof code);
        homes_must(by_join(homes->paths[i], code, &profile, &recovery, &error), &error);
        homes_carry(homes, i, 0);
        homes_carry(homes, 0, i);
    }
    by_buffer_deinit(&recovery);
}

/* -- logs -- */
struct homes_opening {
    struct by_log_id *logs;
    size_t count;
};

static inline enum banyan_status homes_append_opens(void *context, struct by_append *append)
{
    const struct homes_opening *opening = context;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; status == BANYAN_OK && i < opening->count; i++) {
        struct by_act act = {.kind = BY_KIND_OPEN};

        opening->logs[i].device = append->node->device.public_key;
        by_os_random(opening->logs[i].nonce, sizeof opening->logs[i].nonce);
        memcpy(act.opening.nonce, opening->logs[i].nonce, sizeof act.opening.nonce);
        status = by_append_act(append, &act, NULL);
    }
    return status;
}

/* Opens count logs, shared among the first owner_count homes; the first home knows of all. */
static inline void homes_open_logs(struct homes *homes, size_t count, size_t owner_count)
{
    struct banyan_error error = {0};

    for (size_t owner = 0; owner < owner_count; owner++) {
        struct homes_opening opening = {.logs = homes->logs + homes->log_count};
        struct by_node *node = homes_open(homes, owner);

        opening.count = count / owner_count + (owner < count % owner_count);
        homes_must(by_append_run(node, homes_append_opens, &opening, &error), &error);
        by_node_close(node);
        for (size_t i = 0; i < opening.count; i++)
            homes->owners[homes->log_count++] = owner;
        if (owner > 0)
            homes_carry(homes, owner, 0);
    }
}

/* -- records -- */

struct homes_filling {
    const struct sample *sample;
    const struct by_node *owner; /* of the log */
    struct by_block_base next;
    uint64_t hlc;
    size_t first, count;
    struct by_store_txn *txn;
    struct by_writer writer;
    struct by_buffer links, payload;
};

/* A new record of one text, so long that the payload has SAMPLE_PAYLOAD_BYTES, but for the bytes of
 * a character that did not fit. Names are as unlike each other as real ones. */
static inline void homes_encode(struct homes_filling *filling, size_t index)
{
    struct by_touch touch = {.path = by_bytes_of_text("description.uk"), .how = BY_HOW_SET};
    struct by_value value =
        by_value_text(sample_text(filling->sample, index, SAMPLE_PAYLOAD_BYTES - 4));
    struct by_operation operation = {.links = {.name.owner = filling->owner->organisation,
                                               .op = BY_OP_PUT,
                                               .type = by_bytes_of_text("site"),
                                               .touches = &touch,
                                               .touch_count = 1},
                                     .values = &value};
    uint8_t entropy[10];

    by_os_random(entropy, sizeof entropy);
    operation.links.name.uuid = by_uuid7(by_os_wall_ms(), entropy);
    by_buffer_reset(&filling->links);
    by_buffer_reset(&filling->payload);
    test_runs_must_ok(by_operation_encode(&operation, &filling->links, &filling->payload));
}

static inline enum banyan_status homes_keep_run(void *context, const struct by_run *run)
{
    const struct homes_filling *filling = context;
    enum by_store_verdict verdict;

    return by_store_append(filling->txn, run, by_bytes_of(NULL, 0), &verdict);
}

static inline enum banyan_status homes_write_some(void *context, struct by_store_txn *txn)
{
    struct homes_filling *filling = context;
    enum banyan_status status = BANYAN_OK;

    filling->txn = txn;
    by_writer_init(&filling->writer, &filling->owner->device, &filling->owner->network,
                   &filling->next, homes_keep_run, filling);
    filling->writer.last_hlc = filling->hlc;
    for (size_t i = 0; status == BANYAN_OK && i < filling->count; i++) {
        uint8_t salt[BY_SALT_BYTES];

        by_os_random(salt, sizeof salt);
        homes_encode(filling, filling->first + i);
        status =
            by_writer_add(&filling->writer, BY_KIND_OPERATION, by_buffer_bytes(&filling->links),
                          by_buffer_bytes(&filling->payload), salt, by_os_wall_ms());
    }
    if (status == BANYAN_OK)
        status = by_writer_flush(&filling->writer);
    return status;
}

static inline void
homes_fill_log(struct homes_filling *filling, struct by_store *store, size_t entries)
{
    struct banyan_error error = {0};

    for (size_t left = entries; left > 0; left -= filling->count) {
        filling->count = left < HOMES_COMMIT_ENTRIES ? left : HOMES_COMMIT_ENTRIES;
        homes_must(by_store_write(store, homes_write_some, filling, &error), &error);
        filling->first += filling->count;
        filling->next = filling->writer.next;
        filling->hlc = filling->writer.last_hlc;
        by_writer_deinit(&filling->writer);
    }
}

/* Entries shared among the logs that were opened, into the first home; its view meets them. */
static inline void
homes_fill(const struct homes *homes, const struct sample *sample, size_t entries)
{
    struct homes_filling *filling = test_runs_must(calloc(1, sizeof *filling));
    struct by_node *first = homes_open(homes, 0);
    struct banyan_error error = {0};

    filling->sample = sample;
    filling->links = (struct by_buffer)BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    filling->payload = (struct by_buffer)BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    for (size_t i = 0; i < homes->log_count; i++) {
        struct by_node *owner = homes->owners[i] == 0 ? first : homes_open(homes, homes->owners[i]);

        filling->owner = owner;
        filling->next = (struct by_block_base){.log = homes->logs[i]};
        filling->hlc = 0;
        homes_fill_log(filling, first->store,
                       entries / homes->log_count + (i < entries % homes->log_count));
        if (owner != first)
            by_node_close(owner);
    }
    homes_must(by_node_view(first, NULL, &error), &error);
    by_node_close(first);
    by_buffer_deinit(&filling->links);
    by_buffer_deinit(&filling->payload);
    free(filling);
}

/* Home at knows where the first one, or what stands before it, can be reached. */
static inline void homes_tell_address(const struct homes *homes, size_t at, const char *text)
{
    struct by_node *node = homes_open(homes, 0);
    struct by_address address = {.transport = node->transport.public_key,
                                 .source = BY_ADDRESS_OF_PERSON,
                                 .learnt_ms = by_os_wall_ms(),
                                 .text = by_bytes_of_text(text)};
    struct banyan_error error = {0};

    by_node_close(node);
    node = homes_open(homes, at);
    homes_must(by_addresses_add(node->store, &address, &error), &error);
    by_node_close(node);
}

#endif
