/*
 * Exporting a home of sites in every format, and checking them for the WDPCA: processor time a row,
 * and the most memory that was in use.
 *
 *   bench_export [SEED [ROWS]]
 */
#include <malloc.h>
#include <time.h>

#include "export/export.h"
#include "homes.h"
#include "import/import.h"
#include "report/wdpca.h"

#define ROWS 20000u

static double cpu_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- memory: the peak since it was last forgotten ------------------------------------------- */

static void forget_peak(void)
{
    (void)malloc_trim(0);
    FILE *file = fopen("/proc/self/clear_refs", "w");

    if (file == NULL)
        return;
    (void)fputs("5", file);
    (void)fclose(file);
}

static double peak_mib(void)
{
    char line[256];
    unsigned long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        (void)sscanf(line, "VmHWM: %lu kB", &kib);
    if (file != NULL)
        (void)fclose(file);
    return (double)kib / 1024;
}

/* ---- a home of sites ------------------------------------------------------------------------ */

/* Every third is a parcel of the site before; all that may be public is, by sensitivity in turns.
 */
static char *write_table(const char *folder, uint64_t seed, size_t rows)
{
    static const char *const sensitivities[] = {"none", "low", "medium", "high", "hidden"};
    char *path = test_folder_path(folder, "sites.csv");
    FILE *file = fopen(path, "w");

    if (file == NULL)
        exit(1);
    (void)fputs("name.en,site_type,country,area,area_unit,latitude,longitude,desig.en,status,"
                "status_yr,wdpca_id,wdpca_pid,description.en,sharing,sensitivity\n",
                file);
    for (size_t i = 0; i < rows; i++) {
        uint64_t random = test_random(&seed);

        (void)fprintf(file,
                      "Protected place number %zu of the river %u,%s,VNM,%u,ha,%u.%05u,%u.%05u,"
                      "Reserve %u,designated,%u,%zu,%zu_%c,seen by the warden in %u,public,%s\n",
                      i, (unsigned)(random % 9973), i % 10 == 0 ? "oecm" : "pa",
                      100 + (unsigned)(random >> 8) % 99000, 8 + (unsigned)(random >> 16) % 14,
                      (unsigned)(random >> 20) % 100000, 102 + (unsigned)(random >> 36) % 7,
                      (unsigned)(random >> 40) % 100000, (unsigned)(random >> 12) % 30,
                      1950 + (unsigned)(random >> 48) % 75, i / 3 + 1, i / 3 + 1, "ABC"[i % 3],
                      1980 + (unsigned)(random >> 52) % 45, sensitivities[i % 5]);
    }
    if (fclose(file) != 0)
        exit(1);
    return path;
}

static struct by_node *
make_home(struct homes *homes, const char *folder, uint64_t seed, size_t rows)
{
    char *path = write_table(folder, seed, rows);
    const struct banyan_import import = {.path = path, .type = "site"};
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};

    homes_init(homes, folder, 1);
    struct by_node *node = homes_open(homes, 0);
    homes_must(by_import_file(node, &import, NULL, NULL, &json, &error), &error);
    homes_must(by_node_view(node, NULL, &error), &error);
    by_buffer_deinit(&json);
    free(path);
    return node;
}

/* ---- exports -------------------------------------------------------------------------------- */

static const struct kind {
    const char *name, *file, *format, *audience;
    bool editable;
} kinds[] = {
    {"csv", "x.csv", NULL, NULL, false},           {"csv.public", "p.csv", NULL, "public", false},
    {"jsonl", "x.jsonl", NULL, NULL, false},       {"geojson", "x.geojson", NULL, NULL, false},
    {"gpkg", "x.gpkg", NULL, NULL, false},         {"gpkg.public", "p.gpkg", NULL, "public", false},
    {"wdpca", "w.csv", "wdpca", NULL, false},      {"xlsx", "x.xlsx", NULL, NULL, false},
    {"xlsx.editable", "e.xlsx", NULL, NULL, true},
};

static void tell(const char *name, size_t rows, double spent_s)
{
    (void)printf("{\"bench\":\"export.%s\",\"rows\":%zu,\"cpu_us\":%.1f,\"peak_mib\":%.1f}\n", name,
                 rows, spent_s * 1e6 / (double)rows, peak_mib());
}

static __attribute__((noinline)) void
write_export(struct by_node *node, const char *folder, const struct kind *kind, size_t rows)
{
    static const char *const types[] = {"site"};
    char *path = test_folder_path(folder, kind->file);
    const struct banyan_export export_ = {.path = path,
                                          .types = types,
                                          .type_count = 1,
                                          .format = kind->format,
                                          .audience = kind->audience,
                                          .editable = kind->editable};
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};

    forget_peak();
    double before = cpu_seconds();
    homes_must(by_export_file(node, &export_, NULL, NULL, &json, &error), &error);
    tell(kind->name, rows, cpu_seconds() - before);
    by_buffer_deinit(&json);
    free(path);
}

static __attribute__((noinline)) void check(struct by_node *node, size_t rows)
{
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};

    forget_peak();
    double before = cpu_seconds();
    homes_must(by_wdpca_check(node, NULL, NULL, &json, &error), &error);
    tell("check_wdpca", rows, cpu_seconds() - before);
    by_buffer_deinit(&json);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    size_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : ROWS;
    void *folder = NULL;
    struct homes homes;

    (void)printf("{\"bench\":\"export\",\"seed\":%llu}\n", (unsigned long long)seed);
    if (test_folder_make(&folder) != 0)
        exit(1);
    by_node_close(make_home(&homes, folder, seed, rows));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct by_node *node = homes_open(&homes, 0);

        write_export(node, folder, &kinds[i], rows);
        by_node_close(node);
    }
    struct by_node *node = homes_open(&homes, 0);
    check(node, rows);
    by_node_close(node);
    (void)test_folder_remove(&folder);
    return 0;
}
