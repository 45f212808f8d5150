/*
 * Records of one type as a table: which columns it has, and what stands in each cell.
 *
 * A quantity takes two columns (number and unit), money three, a point two; a text in several
 * languages one for each. So cells hold one thing each, and imports read them as they are.
 */
#ifndef BY_EXCHANGE_SHEET_H
#define BY_EXCHANGE_SHEET_H

#include "exchange/exported.h"
#include "exchange/mapping.h"

struct by_sheet_options {
    const char *language;  /* of labels, BCP 47 */
    bool has_labels;       /* labels of fields and codes, for people; else names and codes */
    bool has_all_fields;   /* also those that no record has */
    bool has_whole_places; /* points too are GeoJSON in one column */
};
struct by_sheet_column {
    const char *path;             /* "name.vi" */
    const struct by_field *field; /* NULL for one that the type does not know */
    enum by_part part;
    const char *choice; /* of a BY_PART_CHOICE: its code */
    const char *header;
};
struct by_sheet_seen;
/* Begins zeroed but for type and options. Everything lives in its arena. */
struct by_sheet {
    const struct by_type *type;
    struct by_sheet_options options;
    struct by_arena arena;
    struct by_sheet_seen *seen;
    size_t seen_count, seen_capacity;
    struct by_sheet_column *columns;
    size_t column_count;
};
/* Learn which fields and languages a record has. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_sheet_look(struct by_sheet *sheet, const struct by_value *document);
/* All was looked at: make the columns. */
BANYAN_MUST_CHECK enum banyan_status by_sheet_settle(struct by_sheet *sheet);
void by_sheet_deinit(struct by_sheet *sheet);

/* What a cell is, for formats that tell. */
enum by_cell_kind {
    BY_CELL_EMPTY,
    BY_CELL_TEXT,
    BY_CELL_NUMBER, /* decimal text */
    BY_CELL_DAY     /* a whole date, 2020-01-31 */
};
/* What records are called in cells that refer to them. BANYAN_ERR_NOT_FOUND for one that is not
 * known. */
struct by_ref_texts {
    enum banyan_status (*find)(void *context, const struct by_record_name *name,
                               struct by_buffer *out);
    void *context;
};
/* What stands in a column for a document, as people would type it, in the place of what out held.
 * References (hex or bytes of a name) by refs, else as short ids; refs may be NULL. */
BANYAN_MUST_CHECK enum banyan_status
by_sheet_cell(const struct by_sheet_column *column, const struct by_sheet_options *options,
              const struct by_value *document, const struct by_ref_texts *refs,
              struct by_buffer *out, enum by_cell_kind *out_kind);

#endif
