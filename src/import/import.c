#include "import/import.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/answer.h"
#include "core/fields.h"
#include "core/organisations.h"
#include "import/state.h"
#include "record/code_search.h"

/* -- beginning -- */

static const char *name_without_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL || slash[1] == 0 ? path : slash + 1;
}

/* Who may keep records up to date, as with banyan transfer. */
static enum banyan_status find_owner(struct by_importing *importing)
{
    const char *word = importing->options->on_behalf;
    const struct by_charter_org *org = NULL;
    struct by_id *id = NULL;
    enum banyan_status status = BANYAN_OK;

    if (word == NULL)
        return BANYAN_OK;
    status = by_organisation_find(importing->node, word, &org, importing->error);
    if (status != BANYAN_OK)
        return status;
    if (org->role < BY_ROLE_MEMBER)
        return by_fail(importing->error, BANYAN_ERR_INVALID,
                       "%.*s may only read, and could not keep the records up to date",
                       (int)org->profile.name.size, (const char *)org->profile.name.data);
    id = by_arena_alloc(&importing->arena, sizeof *id);
    if (id == NULL)
        return by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    *id = org->profile.id;
    if (!by_id_equal(id, &importing->node->organisation))
        importing->on_behalf = id;
    return BANYAN_OK;
}

static enum banyan_status check_language(const struct by_importing *importing)
{
    const char *language = importing->options->language;

    if (language == NULL || by_text_is_language(by_bytes_of_text(language)))
        return BANYAN_OK;
    return by_fail(importing->error, BANYAN_ERR_USAGE,
                   "'%s' is no language as --text-language names one: vi, ru, zh-Hant", language);
}

static enum banyan_status begin(struct by_importing *importing)
{
    const struct banyan_import *options = importing->options;
    const struct by_table_options reading = {.encoding = options->encoding,
                                             .delimiter = options->delimiter};
    enum banyan_status status = check_language(importing);

    if (status == BANYAN_OK)
        status = by_table_open(options->path, &reading, &importing->table, importing->error);
    if (status == BANYAN_OK)
        status = by_node_view(importing->node, NULL, importing->error); /* for references */
    /* Which types there are is not known before this node is taken in. */
    if (status == BANYAN_OK && by_charter_types(importing->node->charter) == NULL)
        status = by_node_may_write(importing->node, importing->error);
    if (status == BANYAN_OK)
        status = find_owner(importing);
    if (status == BANYAN_OK)
        status = by_import_links_new(&importing->links) == BANYAN_OK
                     ? by_import_parts_find(importing)
                     : by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    if (status == BANYAN_OK && by_import_alike_new(&importing->alike) != BANYAN_OK)
        status = by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    if (status == BANYAN_OK) {
        importing->codes = by_arena_alloc(&importing->arena, sizeof *importing->codes);
        if (importing->codes == NULL)
            status = by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    }
    if (status == BANYAN_OK)
        status = by_import_report_new(importing, &importing->report);
    if (status == BANYAN_OK)
        status = by_import_spill_new(importing->node->home, &importing->spill, importing->error);
    return status;
}

/* -- a pass -- */

static void tell_progress(const struct by_importing *importing)
{
    uint64_t done, total;

    if (importing->progress == NULL)
        return;
    by_table_progress(importing->table, &done, &total);
    done += (uint64_t)(importing->part - importing->parts) * total;
    total *= importing->part_count;
    importing->progress(importing->progress_context, importing->is_writing ? total + done : done,
                        importing->options->dry_run ? total : 2 * total);
}

typedef enum banyan_status with_rows(struct by_importing *importing, struct by_import_rows *rows);

static enum banyan_status pass_part(struct by_importing *importing, size_t at, with_rows *work)
{
    struct by_import_rows rows = {.arena = BY_ARENA_INIT};
    enum banyan_status status = by_import_part_begin(importing, at);

    while (status == BANYAN_OK && !rows.is_last) {
        status = by_import_rows_read(importing, &rows);
        if (status == BANYAN_OK && rows.count > 0)
            status = work(importing, &rows);
        tell_progress(importing);
    }
    by_arena_deinit(&rows.arena);
    return status;
}

static enum banyan_status pass(struct by_importing *importing, with_rows *work)
{
    enum banyan_status status = by_import_seen_new(&importing->seen);

    if (status != BANYAN_OK)
        return by_fail_plain(importing->error, status);
    for (size_t i = 0; i < importing->part_count && status == BANYAN_OK; i++)
        status = pass_part(importing, i, work);
    by_import_seen_free(importing->seen);
    importing->seen = NULL;
    return status;
}

/* -- the first: what would come of each row -- */

/* Both passes do their work on some rows in a transaction. */
struct work {
    struct by_importing *importing;
    const struct by_import_rows *rows;
    struct by_append *append; /* of the second pass */
};

/* What repeats within it goes by that. */
static void note_verdict(const struct by_importing *importing, const struct by_import_row *row,
                         const struct by_import_plan *plan)
{
    if (row->has_index) /* made when the row was read */
        by_import_links_at(importing->links, &row->index_key)->verdict =
            plan->verdict == BY_IMPORT_DUPLICATE && importing->options->skip_duplicates
                ? BY_IMPORT_LEFT_OUT
                : plan->verdict;
}

static enum banyan_status judge_rows(void *context, const struct by_sources *sources)
{
    struct work *work = context;
    struct by_importing *importing = work->importing;
    struct by_arena arena = BY_ARENA_INIT;
    enum banyan_status status = by_import_spill_look(importing->spill, sources);

    for (size_t i = 0; i < work->rows->count && status == BANYAN_OK; i++) {
        struct by_import_plan plan;

        by_arena_reset(&arena);
        status = by_import_plan(importing, &work->rows->items[i], sources, &arena, &plan);
        if (status == BANYAN_OK)
            status = by_import_alike_look(importing, work->rows->items[i].ordinal, &arena, &plan);
        if (status == BANYAN_OK)
            status = by_import_report_row(importing, &work->rows->items[i], &plan);
        if (status == BANYAN_OK)
            note_verdict(importing, &work->rows->items[i], &plan);
        if (plan.verdict == BY_IMPORT_DUPLICATE && importing->options->skip_duplicates)
            continue;
        if (plan.verdict == BY_IMPORT_DUPLICATE)
            plan.verdict = BY_IMPORT_NEW;
        if (status != BANYAN_OK || !by_import_plan_writes(&plan))
            continue;
        *(plan.is_private ? &importing->private_count : &importing->shared_count) += 1;
        if (!importing->options->dry_run)
            status = by_import_spill_add(importing->spill, work->rows->items[i].ordinal, &plan,
                                         importing->error);
    }
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status judge_all(void *context, struct by_store_txn *txn)
{
    struct work *work = context;

    return by_sources_with(work->importing->node, txn, false, judge_rows, work,
                           work->importing->error);
}

static enum banyan_status judge(struct by_importing *importing, struct by_import_rows *rows)
{
    struct work work = {.importing = importing, .rows = rows};
    enum banyan_status status =
        by_store_read(importing->node->store, judge_all, &work, importing->error);

    return status == BANYAN_OK ? status : by_fail_plain(importing->error, status);
}

/* -- the second: writing -- */

/* Empty where they are of several. */
static struct by_bytes type_of(const struct by_importing *importing)
{
    const struct by_type *type = importing->parts[0].mapping.type;

    for (size_t i = 1; i < importing->part_count; i++)
        if (importing->parts[i].mapping.type != type)
            return by_bytes_of_text("");
    return by_bytes_of_text(type == NULL ? "" : type->name);
}

/* The entries of this transaction: from the log's end before it to its end after. */
static enum banyan_status note(const struct by_importing *importing, struct by_append *append,
                               uint64_t records_new, uint64_t records_changed, uint64_t entries)
{
    struct by_import_range range = {.log = append->records.next.log};
    struct by_import_entry more = {.at_ms = importing->at_ms,
                                   .file = by_bytes_of_text(importing->file),
                                   .type = type_of(importing),
                                   .records_new = records_new,
                                   .records_changed = records_changed,
                                   .ranges = &range,
                                   .range_count = 1};
    enum banyan_status status = by_append_flush(append, NULL);

    if (status != BANYAN_OK || records_new + records_changed == 0)
        return status;
    (void)snprintf(more.id, sizeof more.id, "%s", importing->id);
    range.last = append->records.next.first_seq - 1;
    range.first = range.last + 1 - entries;
    return by_import_journal_add(append->txn, &more);
}

/* Beside each other, upon the put. */
static enum banyan_status write_more(struct by_append *append, struct by_import_plan *plan)
{
    struct by_id put;
    enum banyan_status status = by_append_flush(append, &put);

    for (size_t i = 0; i < plan->more_count && status == BANYAN_OK; i++) {
        plan->more[i].links.parents = &put;
        plan->more[i].links.parent_count = 1;
        status = by_append_operation(append, &plan->more[i]);
    }
    return status;
}

/* The rows that belong into the store that is written to. */
static enum banyan_status write_rows(void *context, const struct by_sources *sources)
{
    const struct work *work = context;
    struct by_append *append = work->append;
    struct by_arena arena = BY_ARENA_INIT;
    uint64_t records_new = 0, records_changed = 0, entries = 0;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < work->rows->count && status == BANYAN_OK; i++) {
        struct by_import_plan plan;

        if (work->rows->items[i].ordinal <= work->importing->written[append->is_private])
            continue;
        by_arena_reset(&arena);
        status = by_import_plan(work->importing, &work->rows->items[i], sources, &arena, &plan);
        if (status != BANYAN_OK || !by_import_plan_writes(&plan) ||
            plan.is_private != append->is_private ||
            by_import_alike_leaves_out(work->importing->alike, work->rows->items[i].ordinal))
            continue;
        by_append_follow(append, plan.follows_hlc);
        status = by_append_operation(append, &plan.operation);
        if (status == BANYAN_OK && plan.more_count > 0)
            status = write_more(append, &plan);
        entries += 1 + plan.more_count;
        records_new += plan.verdict == BY_IMPORT_NEW;
        records_changed += plan.verdict != BY_IMPORT_NEW;
    }
    by_arena_deinit(&arena);
    return status == BANYAN_OK
               ? note(work->importing, append, records_new, records_changed, entries)
               : status;
}

static enum banyan_status write_all(void *context, struct by_append *append)
{
    struct work *work = context;

    work->append = append;
    return by_sources_with(append->node, append->txn, append->is_private, write_rows, work,
                           append->error);
}

static enum banyan_status write(struct by_importing *importing, struct by_import_rows *rows)
{
    struct work work = {.importing = importing, .rows = rows};
    enum banyan_status status = BANYAN_OK;

    if (importing->shared_count > 0)
        status = by_append_run(importing->node, write_all, &work, importing->error);
    if (status == BANYAN_OK && importing->private_count > 0)
        status = by_append_run_private(importing->node, write_all, &work, importing->error);
    return status;
}

/* -- the same from what the first found out -- */

/* What one transaction writes: it holds up who else writes for about a second. */
#define STRETCH_ROWS  65536u
#define STRETCH_BYTES (64u * 1024u * 1024u)

struct stretch {
    struct by_importing *importing;
    uint64_t begin, end;            /* in the file */
    uint64_t rows, arrival, number; /* written; what the store takes next; of the last row */
    bool is_stale;                  /* plans have to be made anew */
};

/* Begins anew each time that it is run. */
static enum banyan_status write_stretch(void *context, struct by_append *append)
{
    struct stretch *stretch = context;
    struct by_importing *importing = stretch->importing;
    struct by_import_spilled spilled;
    uint64_t records_new = 0, entries = 0;
    bool holds = false;
    enum banyan_status status = by_import_spill_holds(importing->spill, append, &holds);

    stretch->is_stale = status == BANYAN_OK && !holds;
    stretch->rows = 0;
    if (stretch->is_stale)
        return BANYAN_ERR_DIFFERENT;
    if (status == BANYAN_OK)
        status = by_import_spill_seek(importing->spill, stretch->begin, append->error);
    if (status == BANYAN_OK)
        status = by_append_begin(append);
    stretch->end = stretch->begin;
    while (status == BANYAN_OK && stretch->rows < STRETCH_ROWS &&
           stretch->end - stretch->begin < STRETCH_BYTES) {
        status = by_import_spill_next(importing->spill, &spilled, append->error);
        if (status != BANYAN_OK)
            break;
        stretch->end = by_import_spill_offset(importing->spill);
        stretch->number = spilled.number;
        stretch->rows++;
        if (spilled.is_private != append->is_private)
            continue;
        by_append_follow(append, spilled.follows_hlc);
        status = by_append_encoded(append, spilled.links, spilled.payload);
        records_new += spilled.verdict == BY_IMPORT_NEW;
        entries++;
    }
    if (status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND)
        status = note(importing, append, records_new, entries - records_new, entries);
    stretch->arrival = by_store_next_arrival(append->txn);
    return status;
}

static enum banyan_status run_stretch(struct stretch *stretch, bool is_private)
{
    struct by_importing *importing = stretch->importing;
    enum banyan_status status = (is_private ? by_append_run_private : by_append_run)(
        importing->node, write_stretch, stretch, importing->error);

    if (status != BANYAN_OK)
        return status;
    by_import_spill_moved(importing->spill, is_private, stretch->arrival);
    importing->written[is_private] = stretch->number;
    return BANYAN_OK;
}

/* BANYAN_ERR_DIFFERENT where what is left has to be planned anew. */
static enum banyan_status write_spilled(struct by_importing *importing)
{
    struct stretch stretch = {.importing = importing};
    const uint64_t total = importing->shared_count + importing->private_count;
    uint64_t done = 0;
    enum banyan_status status =
        by_import_spill_is_void(importing->spill) ? BANYAN_ERR_DIFFERENT : BANYAN_OK;

    while (status == BANYAN_OK && done < total) {
        if (importing->shared_count > 0)
            status = run_stretch(&stretch, false);
        if (status == BANYAN_OK && importing->private_count > 0)
            status = run_stretch(&stretch, true);
        done += stretch.rows;
        stretch.begin = stretch.end;
        if (status == BANYAN_OK && importing->progress != NULL)
            importing->progress(importing->progress_context, total + done, 2 * total);
    }
    return status == BANYAN_ERR_DIFFERENT && !stretch.is_stale &&
                   !by_import_spill_is_void(importing->spill)
               ? by_fail_plain(importing->error, status)
               : status;
}

/* -- all of it -- */

static enum banyan_status plan_anew(struct by_importing *importing)
{
    return pass(importing, write);
}

static enum banyan_status write_what_is_good(struct by_importing *importing)
{
    uint8_t random[8];
    enum banyan_status status = BANYAN_OK;

    by_os_random(random, sizeof random);
    by_hex(by_bytes_of(random, sizeof random), importing->id);
    importing->at_ms = by_os_wall_ms();
    importing->is_writing = true;
    status = write_spilled(importing);
    return status == BANYAN_ERR_DIFFERENT ? plan_anew(importing) : status;
}

static enum banyan_status refuse(struct by_importing *importing, uint64_t faults)
{
    return by_fail(importing->error, BANYAN_ERR_INVALID,
                   "%llu of %llu rows have faults, so nothing was imported: mend them, or import "
                   "the others with --skip-bad",
                   (unsigned long long)faults,
                   (unsigned long long)by_import_report_counts(importing->report)->rows);
}

static enum banyan_status run(struct by_importing *importing, struct by_buffer *out)
{
    const struct banyan_import *options = importing->options;
    const struct by_import_counts *counts = NULL;
    enum banyan_status status = begin(importing), refused = BANYAN_OK;
    bool writes = false;

    if (status == BANYAN_OK)
        status = pass(importing, judge);
    if (importing->alike != NULL)
        by_import_alike_forget(importing->alike);
    if (status == BANYAN_OK && importing->shared_count > 0)
        status = by_node_may_write(importing->node, importing->error);
    if (status != BANYAN_OK)
        return status;
    counts = by_import_report_counts(importing->report);
    if (counts->of[BY_IMPORT_ERROR] > 0 && !options->skip_bad)
        refused = refuse(importing, counts->of[BY_IMPORT_ERROR]);
    writes = refused == BANYAN_OK && !options->dry_run &&
             importing->shared_count + importing->private_count > 0;
    if (writes)
        status = write_what_is_good(importing);
    if (status == BANYAN_OK)
        status = by_import_report_end(importing, writes ? importing->id : NULL, out);
    return status == BANYAN_OK && !options->dry_run ? refused : status;
}

enum banyan_status by_import_file(struct by_node *node, const struct banyan_import *import,
                                  banyan_progress *progress, void *context, struct by_buffer *out,
                                  struct banyan_error *error)
{
    struct banyan_error words = by_error_beside(error);
    struct by_importing importing = {.node = node,
                                     .options = import,
                                     .arena = BY_ARENA_INIT,
                                     .file = name_without_folder(import->path),
                                     .progress = progress,
                                     .progress_context = context,
                                     .error = &words};
    enum banyan_status status = run(&importing, out);

    if (status != BANYAN_OK && error != NULL)
        *error = words;
    by_import_alike_free(importing.alike);
    by_import_report_free(importing.report);
    by_import_spill_free(importing.spill);
    by_import_links_free(importing.links);
    by_table_close(importing.table);
    by_arena_deinit(&importing.arena);
    return status;
}
