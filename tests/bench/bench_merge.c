/*
 * Merging: many records at once, one operation more on records short and long, and what people ask
 * of one record among many. Figures are processor time of this thread: the machine has other jobs.
 *
 *   bench_merge [SEED [merge|added|read [RECORDS, or the length of the one record added to]]]
 */
#include <time.h>

#include "core/edit.h"
#include "core/show.h"
#include "homes.h"
#include "record/field_value.h"
#include "record/merge.h"

#define RECORDS        100000u
#define OPERATIONS     10u   /* of each */
#define BATCH          1000u /* records in memory at once */
#define ADDED          50u   /* operations added one by one to each length */
#define QUESTIONS      200u
#define PATCHES_IN_ONE 1000u

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- many records ---------------------------------------------------------------------------- */

struct made {
    struct by_arena arena;
    struct by_record_name name;
    struct by_operation *operations;
};

static struct by_id random_id(uint64_t *seed)
{
    struct by_id id;

    for (size_t i = 0; i < sizeof id.bytes; i++)
        id.bytes[i] = (uint8_t)test_random(seed);
    return id;
}

/* A put, and nine edits of a site by two who mostly know of each other: every fifth does not. */
static void make_record(struct made *made, uint64_t *seed)
{
    static const char *const paths[] = {"area", "country", "name.en", "name.vi", "site_type"};
    struct by_operation *all = by_arena_array(&made->arena, OPERATIONS, sizeof *all);

    made->name = (struct by_record_name){.owner = random_id(seed)};
    for (size_t i = 0; i < OPERATIONS; i++) {
        const char *path = paths[test_random(seed) % 5];
        struct by_touch *touch = by_arena_array(&made->arena, 1, sizeof *touch);
        struct by_value *value = by_arena_array(&made->arena, 1, sizeof *value);

        *touch = (struct by_touch){.path = by_bytes_of_text(path), .how = BY_HOW_SET};
        *value = by_value_literal(i % 2 == 0 ? "some words of a field" : "other words");
        if (strcmp(path, "country") == 0) {
            *value = by_value_array(&made->arena, 1);
            value->array.items[0] = by_value_literal(i % 2 == 0 ? "VNM" : "KHM");
            touch->how = BY_HOW_ADD;
        }
        if (strcmp(path, "area") == 0) {
            *value = by_value_map(&made->arena, 2);
            value->map.pairs[0] =
                (struct by_pair){by_bytes_of_text("unit"), by_value_literal("ha")};
            value->map.pairs[1] =
                (struct by_pair){by_bytes_of_text("value"), by_value_literal("12.5")};
        }
        all[i] = (struct by_operation){
            .id = random_id(seed),
            .hlc = i + 1,
            .links = {.name = made->name,
                      .op = i == 0 ? BY_OP_PUT : BY_OP_PATCH,
                      .type = i == 0 ? by_bytes_of_text("site") : by_bytes_of(NULL, 0),
                      .touches = touch,
                      .touch_count = 1},
            .values = value,
            .organisation = made->name.owner,
            .role = BY_ROLE_MEMBER};
        if (i > 0) {
            all[i].links.parents = &all[i > 1 && i % 5 == 4 ? i - 2 : i - 1].id;
            all[i].links.parent_count = 1;
        }
    }
    made->operations = all;
}

static void bench_merge(uint64_t seed)
{
    struct made *batch = test_runs_must(calloc(BATCH, sizeof *batch));
    struct by_arena arena = BY_ARENA_INIT;
    struct by_type_set *types = NULL;
    struct by_value compact;
    size_t conflicts = 0;
    double spent = 0;

    test_runs_must_ok(by_types_compact(&arena, &compact));
    test_runs_must_ok(by_type_set_new(&compact, &types));
    for (size_t done = 0; done < RECORDS; done += BATCH) {
        for (size_t i = 0; i < BATCH; i++) {
            by_arena_reset(&batch[i].arena);
            make_record(&batch[i], &seed);
        }
        double begin = seconds();
        for (size_t i = 0; i < BATCH; i++) {
            struct by_merged merged;

            by_arena_reset(&arena);
            test_runs_must_ok(
                by_merge(&batch[i].name, batch[i].operations, OPERATIONS, types, &arena, &merged));
            conflicts += merged.has_conflict;
        }
        spent += seconds() - begin;
    }
    (void)printf("{\"bench\":\"merge.records\",\"records\":%u,\"operations\":%u,\"conflicts\":%zu,"
                 "\"operations_per_s\":%.0f}\n",
                 RECORDS, RECORDS * OPERATIONS, conflicts, RECORDS * OPERATIONS / spent);
    for (size_t i = 0; i < BATCH; i++)
        by_arena_deinit(&batch[i].arena);
    free(batch);
    by_type_set_free(types);
    by_arena_deinit(&arena);
}

/* ---- one operation more ---------------------------------------------------------------------- */

struct patching {
    struct by_record_name name;
    struct by_id head;
    size_t count;
    size_t number;    /* of the next value */
    bool is_decision; /* it accepts, with a copy of its own */
};

static enum banyan_status append_one(struct patching *patching, struct by_append *append)
{
    char text[64];
    struct by_touch touch = {.path = by_bytes_of_text("name.en"), .how = BY_HOW_SET};
    struct by_value value;
    struct by_operation operation = {.links = {.name = patching->name,
                                               .op = BY_OP_PATCH,
                                               .parents = &patching->head,
                                               .parent_count = 1,
                                               .touches = &touch,
                                               .touch_count = 1},
                                     .values = &value};

    (void)snprintf(text, sizeof text, "Name number %zu", patching->number++);
    value = by_value_literal(text);
    if (by_id_is_zero(&patching->head)) {
        operation.links.op = BY_OP_PUT;
        operation.links.type = by_bytes_of_text("site");
        operation.links.parent_count = 0;
    } else if (patching->is_decision) {
        operation.links.op = BY_OP_ACCEPT;
        operation.links.targets = &patching->head;
        operation.links.target_count = 1;
    }
    enum banyan_status status = by_append_operation(append, &operation);
    return status == BANYAN_OK ? by_append_flush(append, &patching->head) : status;
}

static enum banyan_status append_some(void *context, struct by_append *append)
{
    struct patching *patching = context;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < patching->count && status == BANYAN_OK; i++)
        status = append_one(patching, append);
    return status;
}

static void append(struct by_node *node, struct patching *patching, size_t count)
{
    struct banyan_error error = {0};

    for (size_t left = count; left > 0; left -= patching->count) {
        patching->count = left < PATCHES_IN_ONE ? left : PATCHES_IN_ONE;
        homes_must(by_append_run(node, append_some, patching, &error), &error);
    }
}

/* By name for valgrind --tool=callgrind --toggle-collect=meet. */
static __attribute__((noinline)) double meet(struct by_node *node)
{
    struct banyan_error error = {0};
    double begin = seconds();

    homes_must(by_node_view(node, NULL, &error), &error);
    return seconds() - begin;
}

/* The same of what accepts, for --toggle-collect=decide. */
static __attribute__((noinline)) void decide(struct by_node *node, double *spent)
{
    *spent += meet(node);
}

/* What banyan edit does once the node is open: durable, and answered. */
static double edit(struct by_node *node, const struct by_record_name *name, size_t number)
{
    char id[2 * 48 + 1], text[64];
    uint8_t bytes[48];
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};
    const struct banyan_field field = {"name.en", text, BANYAN_SET};

    by_record_name_put(bytes, name);
    by_hex(by_bytes_of(bytes, sizeof bytes), id);
    (void)snprintf(text, sizeof text, "Edited %zu", number);
    double begin = seconds();
    homes_must(by_edit_change(node, id, &field, 1, &json, &error), &error);
    by_buffer_deinit(&json);
    return seconds() - begin;
}

/* A record of its own of so many operations, and then some more, each met by the view alone. */
static void bench_added(struct by_node *node, size_t length)
{
    struct patching patching = {.name = {.owner = node->organisation}};
    struct banyan_error error = {0};
    uint8_t entropy[10];
    double spent = 0;

    by_os_random(entropy, sizeof entropy);
    patching.name.uuid = by_uuid7(by_os_wall_ms(), entropy);
    append(node, &patching, length);
    homes_must(by_node_view(node, NULL, &error), &error);
    for (size_t i = 0; i < ADDED; i++) {
        append(node, &patching, 1);
        spent += meet(node);
    }
    double decided = 0;
    patching.is_decision = true;
    for (size_t i = 0; i < ADDED; i++) {
        append(node, &patching, 1);
        decide(node, &decided);
    }
    (void)printf(
        "{\"bench\":\"merge.decided\",\"operations_before\":%zu,\"us_per_operation\":%.1f}\n",
        length, decided / ADDED * 1e6);
    double edited = 0;
    for (size_t i = 0; i < ADDED; i++)
        edited += edit(node, &patching.name, i);
    (void)printf("{\"bench\":\"merge.edited\",\"operations_before\":%zu,\"us_per_edit\":%.1f}\n",
                 length, edited / ADDED * 1e6);
    (void)printf(
        "{\"bench\":\"merge.added\",\"operations_before\":%zu,\"us_per_operation\":%.1f}\n", length,
        spent / ADDED * 1e6);
}

/* ---- questions about one record among many --------------------------------------------------- */

typedef enum banyan_status question(struct by_node *node, const char *id, const char *language,
                                    struct by_buffer *out, struct banyan_error *error);

static void read_ids(struct by_node *node, struct by_arena *arena, struct by_value *out_rows)
{
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};
    char sql[96];

    (void)snprintf(sql, sizeof sql, "SELECT id FROM record WHERE type = 'site' LIMIT %u",
                   QUESTIONS);
    homes_must(by_node_view(node, NULL, &error), &error);
    homes_must(by_view_sql(node->view, sql, 0, 0, &json, &error), &error);
    homes_must(by_json_parse(by_buffer_bytes(&json), arena, out_rows, &error), &error);
    by_buffer_deinit(&json);
}

static void ask(struct by_node *node, const struct by_value *rows, const char *name,
                question *asked, size_t records)
{
    struct banyan_error error = {0};
    double begin = seconds();
    size_t count = 0;

    for (; count < rows->array.count; count++) {
        char id[16];
        struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
        struct by_bytes text = rows->array.items[count].array.items[0].bytes;

        (void)snprintf(id, sizeof id, "%.*s", (int)text.size, (const char *)text.data);
        homes_must(asked(node, id, "en", &json, &error), &error);
        by_buffer_deinit(&json);
    }
    (void)printf("{\"bench\":\"merge.read\",\"question\":\"%s\",\"records\":%zu,\"ms\":%.3f}\n",
                 name, records, (seconds() - begin) / (double)count * 1e3);
}

static void bench_read(const struct homes *homes, size_t records)
{
    struct by_node *node = homes_open(homes, 0);
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value answer;

    read_ids(node, &arena, &answer);
    const struct by_value *rows = by_value_get(&answer, "rows");
    ask(node, rows, "show", by_show, records);
    ask(node, rows, "blame", by_blame, records);
    ask(node, rows, "history", by_history, records);
    by_arena_deinit(&arena);
    by_node_close(node);
}

static void bench_home(uint64_t seed, const char *part, size_t records)
{
    char folder[] = "/tmp/banyan-bench-XXXXXX";
    struct homes *homes = test_runs_must(calloc(1, sizeof *homes));
    struct sample sample;
    bool all = part == NULL;

    if (mkdtemp(folder) == NULL)
        exit(1);
    homes_init(homes, folder, 1);
    if (all || strcmp(part, "added") == 0) {
        static const size_t lengths[] = {1, 20, 200, 20000};
        struct by_node *node = homes_open(homes, 0);

        if (!all && records != RECORDS)
            bench_added(node, records);
        else
            for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
                bench_added(node, lengths[i]);
        by_node_close(node);
    }
    if (all || strcmp(part, "read") == 0) {
        sample_init(&sample, seed);
        sample_normalise(&sample);
        homes_open_logs(homes, 1, 1);
        homes_fill(homes, &sample, records);
        bench_read(homes, records);
        by_buffer_deinit(&sample.text);
    }
    (void)nftw(folder, test_folder_drop, 16, FTW_DEPTH | FTW_PHYS);
    free(homes);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    const char *part = argc > 2 ? argv[2] : NULL;
    size_t records = argc > 3 ? strtoull(argv[3], NULL, 10) : RECORDS;

    (void)printf("{\"bench\":\"merge\",\"seed\":%llu}\n", (unsigned long long)seed);
    if (part == NULL || strcmp(part, "merge") == 0)
        bench_merge(seed);
    if (part == NULL || strcmp(part, "merge") != 0)
        bench_home(seed, part, records);
    return 0;
}
