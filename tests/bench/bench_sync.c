/*
 * Two nodes in processes of their own over loopback TCP: how fast a new member gets everything,
 * what that costs on the wire and in memory, what being in sync costs, and how soon an append is
 * readable on the other node. One JSON object a line; see README.md.
 */
#include "bare.h"
#include "bare_lmdb.h"
#include "core/home.h"
#include "homes.h"
#include "nodes.h"
#include "usage.h"

#define ENTRIES        100000u
#define ROUNDS         3u
#define APPENDS        500u
#define WARM_UPS       20u
#define QUIET_US       300000u
#define LOGS_MANY      50u
#define OWNERS_OF_MANY 4u /* a device opens 16 logs at most */

struct bench {
    const char *folder;
    struct sample sample;
    uint64_t seed;
};
/* One network: the first home has everything, the last ROUNDS + 1 nothing but their membership. */
struct scene {
    struct bench *bench;
    struct homes homes;
    size_t first_receiver;
    struct node_process sender;
    char address[NODES_LINE_BYTES];
};

/* -- looking into a store beside the node that fills it -- */
static enum banyan_status add_log(void *context, const struct by_store_log *log)
{
    uint64_t *entries = context;

    if (!log->is_act_log)
        *entries += log->tip_seq + 1;
    return BANYAN_OK;
}

static enum banyan_status count_entries(void *context, struct by_store_txn *txn)
{
    *(uint64_t *)context = 0;
    return by_store_logs(txn, add_log, context);
}

static uint64_t entries_in(struct by_store *store)
{
    struct banyan_error error = {0};
    uint64_t entries = 0;

    homes_must(by_store_read(store, count_entries, &entries, &error), &error);
    return entries;
}

static struct by_store *open_store(const struct scene *scene, size_t at)
{
    struct by_store *store = NULL;
    struct banyan_error error = {0};

    homes_must(by_home_store_open(scene->homes.paths[at], false, &store, &error), &error);
    return store;
}

static void pause_us(long us)
{
    const struct timespec pause = {.tv_nsec = us * 1000};

    (void)nanosleep(&pause, NULL);
}

/* -- the scene -- */
static void begin(struct scene *scene, struct bench *bench, const char *name, size_t logs)
{
    size_t owners = logs > 1 ? OWNERS_OF_MANY : 1;
    char *folder = test_folder_path(bench->folder, name);

    *scene = (struct scene){.bench = bench, .first_receiver = owners};
    if (mkdir(folder, 0700) != 0)
        nodes_die(folder);
    homes_init(&scene->homes, folder, owners + ROUNDS + 1);
    homes_open_logs(&scene->homes, logs, owners);
    homes_fill(&scene->homes, &bench->sample, ENTRIES);
    scene->sender = nodes_start(scene->homes.paths[0], "127.0.0.1:0");
    (void)nodes_await(&scene->sender, "listening", scene->address);
    free(folder);
}

static void end(struct scene *scene)
{
    nodes_stop(&scene->sender);
}

/* -- cold -- */
struct cold {
    double seconds;
    size_t memory_bytes;
    struct usage sender, receiver;
};

/* From the connection until the last entry is durable at the receiver, which is left running. */
static struct cold sync_cold(struct scene *scene, size_t at, struct node_process *out_receiver)
{
    char address[NODES_LINE_BYTES];
    struct cold cold = {0};
    struct usage sender = usage_of(scene->sender.pid);

    *out_receiver = nodes_start(scene->homes.paths[at], NULL);
    double start = nodes_await(out_receiver, "connected", address);
    struct by_store *store = open_store(scene, at);
    uint64_t number = 0;

    for (unsigned turn = 0;; turn++) {
        size_t memory = turn % 8 == 0 ? nodes_anonymous_bytes(out_receiver) : 0;

        cold.memory_bytes = memory > cold.memory_bytes ? memory : cold.memory_bytes;
        if (number != by_store_last_txn(store)) {
            number = by_store_last_txn(store);
            if (entries_in(store) >= ENTRIES)
                break;
        }
        if (sample_now_s() - start > NODES_WAIT_S)
            nodes_die("the entries do not come");
        pause_us(500);
    }
    cold.seconds = sample_now_s() - start;
    cold.receiver = usage_of(out_receiver->pid);
    cold.sender = usage_since(scene->sender.pid, sender);
    by_store_close(store);
    return cold;
}

static double us_per_entry(double seconds)
{
    return seconds * 1e6 / ENTRIES;
}

static void print_usage(const struct cold *cold)
{
    printf("\"cpu_us_per_entry\":{\"sender\":%.2f,\"receiver_loop\":%.2f,"
           "\"receiver_writer\":%.2f,\"receiver_view\":%.2f},",
           us_per_entry(cold->sender.loop), us_per_entry(cold->receiver.loop),
           us_per_entry(cold->receiver.writer), us_per_entry(cold->receiver.view));
}

static void measure_cold(struct scene *scene)
{
    double ours[ROUNDS], bare[ROUNDS], ratios[ROUNDS];
    struct cold cold = {0};
    size_t memory_bytes = 0;

    for (size_t i = 0; i < ROUNDS; i++) {
        struct node_process receiver;
        size_t at = scene->first_receiver + i;

        bare[i] = bare_entries_per_s(scene->bench->folder, &scene->bench->sample, ENTRIES);
        homes_tell_address(&scene->homes, at, scene->address);
        cold = sync_cold(scene, at, &receiver);
        nodes_stop(&receiver);
        ours[i] = ENTRIES / cold.seconds;
        ratios[i] = ours[i] / bare[i];
        if (cold.memory_bytes > memory_bytes)
            memory_bytes = cold.memory_bytes;
    }
    double ratio = sample_median(ratios, ROUNDS);
    printf("{\"bench\":\"sync.cold\",\"logs\":%zu,\"entries\":%u,\"rounds\":%u,"
           "\"entries_per_s\":%.0f,\"bare_entries_per_s\":%.0f,\"ratio\":%.3f,"
           "\"ratio_lowest\":%.3f,\"ratio_highest\":%.3f,",
           scene->homes.log_count, ENTRIES, ROUNDS, sample_median(ours, ROUNDS),
           sample_median(bare, ROUNDS), ratio, ratios[0], ratios[ROUNDS - 1]);
    print_usage(&cold);
    printf("\"receiver_memory_mib\":%.1f,\"load\":%.2f}\n", (double)memory_bytes / (1024 * 1024),
           sample_load());
}

/* -- on the wire -- */
static size_t quiet_bytes(struct relay *relay)
{
    pause_us(QUIET_US);
    return atomic_load(&relay->bytes);
}

/* The last receiver, through a relay: everything once, then nothing new. It ends with the sender's
 * own address. */
static void measure_wire(struct scene *scene)
{
    size_t at = scene->first_receiver + ROUNDS;
    struct node_process receiver;
    struct relay relay;
    char address[NODES_LINE_BYTES];

    relay_start(&relay, scene->address);
    homes_tell_address(&scene->homes, at, relay.address);
    (void)sync_cold(scene, at, &receiver);
    size_t cold_bytes = quiet_bytes(&relay);
    (void)nodes_await(&receiver, "in-sync", address);
    size_t memory_bytes = nodes_anonymous_bytes(&receiver);
    nodes_stop(&receiver);
    pause_us(QUIET_US);
    atomic_store(&relay.bytes, 0);
    receiver = nodes_start(scene->homes.paths[at], NULL);
    (void)nodes_await(&receiver, "in-sync", address);
    size_t again_bytes = quiet_bytes(&relay);
    nodes_stop(&receiver);
    relay_stop(&relay);
    printf("{\"bench\":\"sync.wire\",\"logs\":%zu,\"bytes_per_record\":%.1f}\n",
           scene->homes.log_count, (double)cold_bytes / ENTRIES);
    printf("{\"bench\":\"sync.again\",\"logs\":%zu,\"bytes\":%zu}\n", scene->homes.log_count,
           again_bytes);
    printf("{\"bench\":\"sync.memory\",\"logs\":%zu,\"receiver_with_view_mib\":%.1f}\n",
           scene->homes.log_count, (double)memory_bytes / (1024 * 1024));
}

/* -- live -- */
static enum banyan_status append_one(void *context, struct by_append *append)
{
    const struct scene *scene = context;
    struct by_touch touch = {.path = by_bytes_of_text("description.uk"), .how = BY_HOW_SET};
    struct by_value value = by_value_text(
        sample_text(&scene->bench->sample, append->wall_ms, SAMPLE_PAYLOAD_BYTES - 4));
    struct by_operation operation = {.links = {.name.owner = append->node->organisation,
                                               .op = BY_OP_PUT,
                                               .type = by_bytes_of_text("site"),
                                               .touches = &touch,
                                               .touch_count = 1},
                                     .values = &value};

    by_os_random(&operation.links.name.uuid, sizeof operation.links.name.uuid);
    return by_append_operation(append, &operation);
}

static void await_entries(struct by_store *store, uint64_t entries)
{
    double start = sample_now_s();
    uint64_t number = 0;

    while (sample_now_s() - start < NODES_WAIT_S) {
        if (number != by_store_last_txn(store)) {
            number = by_store_last_txn(store);
            if (entries_in(store) >= entries)
                return;
        }
        pause_us(20);
    }
    nodes_die("an append does not come");
}

/* What two durable appends one after the other take at least: of the same bytes, with the pauses.
 */
static double bare_both_ms(struct bare_lmdb pair[2], const struct sample *sample, uint64_t i)
{
    struct by_bytes bytes = sample_text(sample, i, BARE_ENTRY_BYTES);
    double start = sample_now_s();

    bare_lmdb_put(&pair[0], bytes);
    bare_lmdb_put(&pair[1], bytes);
    return (sample_now_s() - start) * 1e3;
}

static void pause_at_random(struct bench *bench)
{
    pause_us((long)(test_random(&bench->seed) % 25000));
}

struct live {
    double append_ms[APPENDS], readable_ms[APPENDS], bare_ms[APPENDS];
};

static void print_live(struct live *live)
{
    double append_ms = sample_median(live->append_ms, APPENDS);
    double readable_ms = sample_median(live->readable_ms, APPENDS);
    double bare_ms = sample_median(live->bare_ms, APPENDS);

    printf("{\"bench\":\"sync.live\",\"appends\":%u,\"append_p50_ms\":%.2f,"
           "\"readable_p50_ms\":%.2f,\"readable_p99_ms\":%.2f,\"readable_most_ms\":%.2f,"
           "\"bare_p50_ms\":%.2f,\"bare_p99_ms\":%.2f,\"ratio\":%.2f,\"load\":%.2f}\n",
           APPENDS, append_ms, readable_ms, live->readable_ms[APPENDS * 99 / 100],
           live->readable_ms[APPENDS - 1], bare_ms, live->bare_ms[APPENDS * 99 / 100],
           bare_ms / readable_ms, sample_load());
}

/* Appended in this process, beside the sender's node, as the command line does it; in turns with
 * the bare limit. */
static void measure_live(struct scene *scene)
{
    static struct live live;
    size_t at = scene->first_receiver + ROUNDS;
    struct node_process receiver;
    struct bare_lmdb pair[2];
    struct banyan_error error = {0};
    char address[NODES_LINE_BYTES];

    bare_lmdb_open(&pair[0], scene->bench->folder, "bare-here");
    bare_lmdb_open(&pair[1], scene->bench->folder, "bare-there");
    homes_tell_address(&scene->homes, at, scene->address);
    receiver = nodes_start(scene->homes.paths[at], NULL);
    (void)nodes_await(&receiver, "in-sync", address);
    struct by_node *node = homes_open(&scene->homes, 0);
    struct by_store *store = open_store(scene, at);
    uint64_t entries = entries_in(store);

    for (size_t i = 0; i < WARM_UPS + APPENDS; i++) {
        size_t k = i < WARM_UPS ? 0 : i - WARM_UPS;
        double start = sample_now_s();
        homes_must(by_append_run(node, append_one, scene, &error), &error);
        live.append_ms[k] = (sample_now_s() - start) * 1e3;
        await_entries(store, ++entries);
        live.readable_ms[k] = (sample_now_s() - start) * 1e3;
        pause_at_random(scene->bench);
        live.bare_ms[k] = bare_both_ms(pair, &scene->bench->sample, i);
        pause_at_random(scene->bench);
    }
    print_live(&live);
    bare_lmdb_close(&pair[1]);
    bare_lmdb_close(&pair[0]);
    by_store_close(store);
    by_node_close(node);
    nodes_stop(&receiver);
}

/* part NULL: all of it. */
static bool is_wanted(const char *part, const char *name)
{
    return part == NULL || strcmp(part, name) == 0;
}

static void measure_scene(struct bench *bench, const char *name, size_t logs, const char *part)
{
    struct scene *scene = test_runs_must(malloc(sizeof *scene));

    begin(scene, bench, name, logs);
    if (is_wanted(part, "cold"))
        measure_cold(scene);
    if (is_wanted(part, "wire"))
        measure_wire(scene);
    if (logs == 1 && is_wanted(part, "live"))
        measure_live(scene);
    end(scene);
    free(scene);
}

int main(int argc, char **argv)
{
    struct bench bench = {.seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1};
    const char *part = argc > 2 ? argv[2] : NULL;
    void *folder = NULL;

    if (argc >= 3 && strcmp(argv[1], "--node") == 0)
        return nodes_main(argv[2], argv[3]);
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (test_folder_make(&folder) != 0 || by_crypto_start() != BANYAN_OK)
        return 1;
    bench.folder = folder;
    sample_init(&bench.sample, bench.seed);
    sample_normalise(&bench.sample);
    sample_print_start("sync", &bench.sample, bench.seed);
    measure_scene(&bench, "one", 1, part);
    if (part == NULL || strcmp(part, "live") != 0)
        measure_scene(&bench, "many", LOGS_MANY, part);
    by_buffer_deinit(&bench.sample.text);
    return test_folder_remove(&folder);
}
