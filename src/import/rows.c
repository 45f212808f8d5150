/*
 * Some thousand rows at a time, with the names of the records they stand for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/exported.h"
#include "import/state.h"

#define ROWS_MAX  2048u
#define BYTES_MAX (4u * 1024u * 1024u)

/* -- rows that came before -- */

/* By the first half of a row's hash; open addressing. */
struct slot {
    uint8_t hash[16];
    uint64_t ordinal; /* of the row seen first */
    uint64_t count;
};
struct by_import_seen {
    struct slot *slots;
    size_t capacity, used; /* capacity is a power of two */
};

enum banyan_status by_import_seen_new(struct by_import_seen **out_seen)
{
    struct by_import_seen *seen = calloc(1, sizeof *seen);

    if (seen == NULL)
        return BANYAN_ERR_MEMORY;
    seen->capacity = 1024;
    seen->slots = calloc(seen->capacity, sizeof seen->slots[0]);
    if (seen->slots == NULL) {
        free(seen);
        return BANYAN_ERR_MEMORY;
    }
    *out_seen = seen;
    return BANYAN_OK;
}

void by_import_seen_free(struct by_import_seen *seen)
{
    if (seen == NULL)
        return;
    free(seen->slots);
    free(seen);
}

static struct slot *find_slot(struct slot *slots, size_t capacity, const uint8_t hash[16])
{
    uint64_t start = by_get_u64le(hash);

    for (size_t i = 0;; i++) {
        struct slot *slot = &slots[(start + i) & (capacity - 1)];

        if (slot->count == 0 || memcmp(slot->hash, hash, sizeof slot->hash) == 0)
            return slot;
    }
}

static enum banyan_status grow(struct by_import_seen *seen)
{
    size_t capacity = seen->capacity * 2;
    struct slot *slots = calloc(capacity, sizeof *slots);

    if (slots == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < seen->capacity; i++)
        if (seen->slots[i].count > 0)
            *find_slot(slots, capacity, seen->slots[i].hash) = seen->slots[i];
    free(seen->slots);
    seen->slots = slots;
    seen->capacity = capacity;
    return BANYAN_OK;
}

/* How often the hash came before, and in which row first. */
static enum banyan_status see(struct by_import_seen *seen, const struct by_id *hash,
                              uint64_t ordinal, struct slot *out_before)
{
    enum banyan_status status = seen->used * 2 < seen->capacity ? BANYAN_OK : grow(seen);
    struct slot *slot = NULL;

    if (status != BANYAN_OK)
        return status;
    slot = find_slot(seen->slots, seen->capacity, hash->bytes);
    *out_before = *slot;
    if (slot->count == 0) {
        memcpy(slot->hash, hash->bytes, sizeof slot->hash);
        slot->ordinal = ordinal;
        seen->used++;
    }
    slot->count++;
    return BANYAN_OK;
}

/* -- one row -- */

static const char *
keep_text(struct by_buffer *text, enum banyan_status status, struct by_arena *arena)
{
    const char *kept = status == BANYAN_OK ? by_arena_text(arena, by_buffer_bytes(text)) : NULL;

    by_buffer_deinit(text);
    return kept;
}

static const char *
source_of(const struct by_importing *importing, uint64_t number, struct by_arena *arena)
{
    const char *name = importing->part->name;
    char digits[BY_U64_TEXT_BYTES];
    const char *const pieces[] = {importing->file, name == NULL ? "" : ", ",
                                  name == NULL ? "" : name, ", row ", digits};
    size_t sizes[sizeof pieces / sizeof pieces[0]], size = 0;
    char *text = NULL, *at = NULL;

    (void)by_u64_text(number, digits);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        size += sizes[i] = strlen(pieces[i]);
    text = at = by_arena_alloc(arena, size + 1);
    for (size_t i = 0; text != NULL && i < sizeof pieces / sizeof pieces[0]; at += sizes[i++])
        memcpy(at, pieces[i], sizes[i]);
    return text;
}

/* Parts have numbers of rows below this. */
#define PART_ROWS (UINT64_C(1) << 40)

static uint64_t ordinal_of(const struct by_importing *importing, uint64_t number)
{
    return (uint64_t)(importing->part - importing->parts) * PART_ROWS + number;
}

/* "row 12", or of another sheet "Hà Nội, row 12". */
static enum banyan_status
append_row(const struct by_importing *importing, uint64_t ordinal, struct by_buffer *text)
{
    const struct by_import_part *part = &importing->parts[ordinal / PART_ROWS];
    unsigned long long number = ordinal % PART_ROWS;

    return part == importing->part
               ? by_buffer_append_format(text, by_words(importing->error, "row %llu"), number)
               : by_buffer_append_format(text, by_words(importing->error, "%s, row %llu"),
                                         part->name, number);
}

/* What another row has to do with the fault of one. */
enum row_fault { SAME_RECORD, SAME_KEY, PARENT_HAS_FAULT };

static const char *row_fault(const struct by_importing *importing, enum row_fault fault,
                             uint64_t ordinal, struct by_arena *arena)
{
    const struct banyan_error *error = importing->error;
    struct by_buffer place = BY_BUFFER_INIT(512), text = BY_BUFFER_INIT(1024);
    enum banyan_status status = append_row(importing, ordinal, &place);
    const char *row = (const char *)place.data;
    int size = (int)place.size;

    if (status == BANYAN_OK)
        switch (fault) {
        case SAME_RECORD:
            status = by_buffer_append_format(
                &text,
                by_words(error, "%.*s stands for the same record: empty the column \"%s\" of a "
                                "new one"),
                size, row, BY_ID_HEADER);
            break;
        case SAME_KEY:
            status =
                by_buffer_append_format(&text, by_words(error, "%.*s has the same key"), size, row);
            break;
        case PARENT_HAS_FAULT:
            status = by_buffer_append_format(
                &text, by_words(error, "%.*s, which it belongs to, has a fault"), size, row);
            break;
        }
    by_buffer_deinit(&place);
    return keep_text(&text, status, arena);
}

/* A row that stands for a record. Copied, pasted and edited, it would say two things. */
static enum banyan_status
see_record(struct by_importing *importing, struct by_import_row *item, struct by_arena *arena)
{
    struct slot before;
    struct by_id hash;
    enum banyan_status status = BANYAN_OK;

    by_record_name_hash(&item->name, &hash);
    status = see(importing->seen, &hash, item->ordinal, &before);
    if (status == BANYAN_OK && before.count > 0) {
        item->fault = row_fault(importing, SAME_RECORD, before.ordinal, arena);
        status = item->fault == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    return status;
}

static enum banyan_status name_exported(struct by_importing *importing, const struct by_row *row,
                                        struct by_import_row *item, struct by_arena *arena)
{
    enum banyan_status status = see_record(importing, item, arena);

    item->has_record = true;
    return status == BANYAN_OK
               ? by_arena_copy(arena, by_row_version(&importing->part->mapping, row),
                               &item->version)
               : status;
}

static enum banyan_status take_record(struct by_importing *importing, const struct by_row *row,
                                      struct by_import_row *item, struct by_arena *arena)
{
    struct by_bytes text = row->count > 0 ? row->cells[0] : by_bytes_of(NULL, 0);
    enum banyan_status status = by_import_record_read(importing, text, arena, item);

    return status == BANYAN_OK && item->fault == NULL ? see_record(importing, item, arena) : status;
}

static enum banyan_status name_by_hash(struct by_importing *importing, const struct by_id *hash,
                                       struct by_import_row *item, struct by_arena *arena)
{
    struct slot before;
    bool is_keyed = importing->part->mapping.has_key;
    enum banyan_status status = see(importing->seen, hash, item->ordinal, &before);

    if (status != BANYAN_OK)
        return status;
    item->name.uuid = by_row_uuid(hash, is_keyed ? 0 : before.count);
    if (is_keyed && before.count > 0) {
        item->fault = row_fault(importing, SAME_KEY, before.ordinal, arena);
        return item->fault == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    return BANYAN_OK;
}

/* Twins without a key stay two records; a key that comes twice is a fault. */
static enum banyan_status name_row(struct by_importing *importing, const struct by_row *row,
                                   struct by_import_row *item, struct by_arena *arena)
{
    struct by_id hash;

    if (by_row_record(&importing->part->mapping, row, &item->name))
        return name_exported(importing, row, item, arena);
    item->name.owner = importing->node->organisation;
    item->is_total = by_row_is_total(row);
    if (item->is_total)
        return BANYAN_OK;
    if (!by_row_has_key(&importing->part->mapping, row)) {
        item->fault =
            by_words(importing->error, "a cell of the key is empty, so that the row could "
                                       "not be told again");
        return BANYAN_OK;
    }
    by_row_hash(&importing->part->mapping, row, &hash);
    return name_by_hash(importing, &hash, item, arena);
}

/* -- rows that hang together -- */

static struct by_bytes cell_of(const struct by_row *row, size_t column)
{
    return column < row->count ? row->cells[column] : by_bytes_of(NULL, 0);
}

/* Its record is named by that of the row that it repeats within, and by how many came before it
 * there: forms have no other name for it. */
static enum banyan_status name_repeated(struct by_importing *importing, const struct by_row *row,
                                        struct by_import_row *item, struct by_arena *arena)
{
    const struct by_import_part *part = importing->part;
    struct by_id key = by_import_link_key(part->parent, cell_of(row, part->parent_column));
    const struct by_import_linked *parent = by_import_links_find(importing->links, &key);
    struct by_id hash;

    item->name.owner = importing->node->organisation;
    if (parent == NULL || !parent->is_row) {
        item->fault = by_words(
            importing->error, N_("no row is there that it would belong to: its number names none"));
        item->fault_column = part->parent_column;
        return BANYAN_OK;
    }
    item->has_parent = true;
    item->parent = (struct by_record_name){importing->node->organisation, parent->uuid};
    item->parent_verdict = parent->verdict;
    if (parent->verdict == BY_IMPORT_ERROR) {
        item->fault = row_fault(importing, PARENT_HAS_FAULT, parent->ordinal, arena);
        if (item->fault == NULL)
            return BANYAN_ERR_MEMORY;
    }
    by_row_repeated_hash(&part->mapping, row, &item->parent, part->repeat, &hash);
    return name_by_hash(importing, &hash, item, arena);
}

/* The records that repeat within a row are known by their number, before any is read. */
static enum banyan_status add_list(struct by_importing *importing, size_t part,
                                   struct by_bytes index, struct by_import_row *item,
                                   struct by_arena *arena)
{
    const struct by_import_part *listed = &importing->parts[part];
    struct by_id key = by_import_link_key(BY_IMPORT_PARTS_MAX + part, index), hash;
    const struct by_import_linked *found = by_import_links_find(importing->links, &key);
    struct by_record_name *names = NULL;

    if (found == NULL)
        return BANYAN_OK;
    names = by_arena_array(arena, found->count, sizeof *names);
    if (names == NULL)
        return BANYAN_ERR_MEMORY;
    by_row_repeated_hash(&listed->mapping, NULL, &item->name, listed->repeat, &hash);
    for (uint64_t i = 0; i < found->count; i++)
        names[i] = (struct by_record_name){item->name.owner, by_row_uuid(&hash, i)};
    item->lists[item->list_count++] =
        (struct by_import_list){.field = listed->link, .names = names, .count = found->count};
    return BANYAN_OK;
}

static enum banyan_status add_lists(struct by_importing *importing, struct by_bytes index,
                                    struct by_import_row *item, struct by_arena *arena)
{
    size_t at = (size_t)(importing->part - importing->parts);
    enum banyan_status status = BANYAN_OK;

    item->lists = by_arena_array(arena, importing->part_count, sizeof item->lists[0]);
    if (item->lists == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = at + 1; i < importing->part_count && status == BANYAN_OK; i++)
        if (importing->parts[i].is_listed && importing->parts[i].parent == at)
            status = add_list(importing, i, index, item, arena);
    return status;
}

/* What other rows find it by; what is to come of it is told when it was planned. */
static enum banyan_status link_row(struct by_importing *importing, const struct by_row *row,
                                   struct by_import_row *item, struct by_arena *arena)
{
    const struct by_import_part *part = importing->part;
    struct by_bytes index = cell_of(row, part->index_column);
    struct by_import_linked *linked = NULL;

    item->index_key = by_import_link_key((size_t)(part - importing->parts), index);
    linked = by_import_links_at(importing->links, &item->index_key);
    if (linked == NULL)
        return BANYAN_ERR_MEMORY;
    if (linked->is_row && linked->ordinal != item->ordinal)
        return BANYAN_OK; /* the first has the name */
    item->has_index = true;
    linked->is_row = true;
    linked->uuid = item->name.uuid;
    linked->ordinal = item->ordinal;
    return add_lists(importing, index, item, arena);
}

static enum banyan_status
keep_cells(const struct by_row *row, struct by_import_row *item, struct by_arena *arena)
{
    struct by_bytes *cells = by_arena_array(arena, row->count + 1, sizeof *cells);
    enum banyan_status status = cells == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    for (size_t i = 0; i < row->count && status == BANYAN_OK; i++)
        status = by_arena_copy(arena, row->cells[i], &cells[i]);
    item->cells = cells;
    item->cell_count = row->count;
    return status;
}

static bool is_reason(const struct by_mapping_column *column)
{
    return by_bytes_equal(column->header, by_bytes_of_text(BY_REASON_HEADER));
}

/* Rows that were refused for a letter that could not be read have U+FFFD in its place. */
static void see_unmended(const struct by_importing *importing, const struct by_row *row,
                         struct by_import_row *item)
{
    for (size_t i = 0; i < row->count && i < importing->part->mapping.column_count; i++)
        if (item->fault == NULL && !is_reason(&importing->part->mapping.columns[i]) &&
            memmem(row->cells[i].data, row->cells[i].size, "\xef\xbf\xbd", 3) != NULL) {
            item->fault =
                by_words(importing->error, "the cell has � where a letter could not be read: "
                                           "write the letter, or leave it out");
            item->fault_column = i;
        }
}

static enum banyan_status
take_row(struct by_importing *importing, struct by_import_rows *rows, const struct by_row *row)
{
    struct by_import_row *item = &rows->items[rows->count];
    enum banyan_status status = BANYAN_OK;

    *item = (struct by_import_row){.number = row->number,
                                   .line = row->line,
                                   .ordinal = ordinal_of(importing, row->number),
                                   .fault_column = BY_NO_COLUMN};
    if (row->fault != NULL) {
        item->fault = by_arena_text(&rows->arena, by_bytes_of_text(row->fault));
        status = item->fault == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
        if (row->fault_cell > 0 && row->fault_cell <= importing->part->mapping.column_count)
            item->fault_column = row->fault_cell - 1;
    } else if (by_table_is_of_records(importing->table))
        status = take_record(importing, row, item, &rows->arena);
    else
        status = by_record_row_read(&importing->part->mapping, row, &rows->arena, &item->fields);
    if (status == BANYAN_OK && importing->options->rejects != NULL)
        status = keep_cells(row, item, &rows->arena);
    if (status == BANYAN_OK && row->fault == NULL && !by_table_is_of_records(importing->table))
        status = importing->part->parent == BY_NO_PART
                     ? name_row(importing, row, item, &rows->arena)
                     : name_repeated(importing, row, item, &rows->arena);
    if (status == BANYAN_OK && row->fault == NULL && importing->part->index_column != BY_NO_COLUMN)
        status = link_row(importing, row, item, &rows->arena);
    if (item->fields.fault != NULL && item->fault == NULL) {
        item->fault = by_words(importing->error, item->fields.fault);
        item->fault_column = item->fields.fault_column;
    }
    if (importing->is_mended)
        see_unmended(importing, row, item);
    item->source = source_of(importing, row->number, &rows->arena);
    if (item->source == NULL)
        status = BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < row->count; i++)
        rows->bytes += row->cells[i].size;
    rows->count++;
    return status;
}

enum banyan_status by_import_rows_read(struct by_importing *importing, struct by_import_rows *rows)
{
    enum banyan_status status = BANYAN_OK;
    struct by_row row;

    by_arena_reset(&rows->arena);
    rows->count = 0;
    rows->bytes = 0;
    rows->items = by_arena_array(&rows->arena, ROWS_MAX, sizeof rows->items[0]);
    if (rows->items == NULL)
        return by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    while (rows->count < ROWS_MAX && rows->bytes < BYTES_MAX && !rows->is_last) {
        status = by_table_next(importing->table, &row, importing->error);
        if (status == BANYAN_ERR_NOT_FOUND) {
            rows->is_last = true;
            return BANYAN_OK;
        }
        if (status != BANYAN_OK)
            return status;
        status = take_row(importing, rows, &row);
        if (status != BANYAN_OK)
            return by_fail_plain(importing->error, status);
    }
    return BANYAN_OK;
}
