/*
 * Which column of a table goes into which field: guessed from headers, kept in a file that people
 * edit, used again next month.
 *
 * The file is JSON:
 *
 *   {"type": "site",
 *    "key": ["Registry number"],
 *    "set": {"country": "UKR", "language": "uk"},
 *    "columns": {
 *      "Name": "name.uk",
 *      "Status": {"field": "status", "values": {"in force": "Designated"}},
 *      "Area, ha": {"field": "area", "unit": "ha"},
 *      "Latitude": {"field": "geometry", "part": "latitude"},
 *      "Opened": {"field": "status_yr", "dates": "dmy"},
 *      "Length": {"field": "length", "unit": "km", "comma": "thousands"},
 *      "Depth": {"field": "depth", "comma": "decimal", "point": "decimal"},
 *      "Remarks": null}}
 *
 * Of a file with several tables, "sheets" says what the others are:
 *
 *    "sheets": {
 *      "visits": {"type": "session", "parent": "event", "columns": {...}},
 *      "species": null}
 *
 * What repeats within the rows of another table has `parent`, the field that refers to the record
 * of that row, or `list`, the field of that record which refers to all of them. A sheet that is
 * null is left out; one that is not named is as the rest of the file says.
 *
 * A column that goes nowhere is null. `key` names the columns that tell one row from another, for
 * ever; without it a row is told by all that stands in it.
 */
#ifndef BY_EXCHANGE_MAPPING_H
#define BY_EXCHANGE_MAPPING_H

#include "base/error.h"
#include "exchange/table.h"
#include "record/types.h"

/* No column. */
#define BY_NO_COLUMN SIZE_MAX

/* What of the field a cell is. */
enum by_part {
    BY_PART_ALL,
    BY_PART_LATITUDE, /* the two make a point */
    BY_PART_LONGITUDE,
    BY_PART_UNIT,     /* of the quantity in another column */
    BY_PART_CURRENCY, /* of the money in another column */
    BY_PART_DAY,      /* on which that money was worth it */
    BY_PART_POLYGON,  /* a walk around a place that has a point in another column: counts more */
    BY_PART_CHOICE    /* yes or no to the one code of a list that unit names */
};
/* The order of the numbers in a date such as 09/01/2020. */
enum by_date_order { BY_DATES_ISO, BY_DATES_DMY, BY_DATES_MDY };
/* What a comma in a number means. */
enum by_comma { BY_COMMA_UNKNOWN, BY_COMMA_DECIMAL, BY_COMMA_THOUSANDS };

/* What numbers of a column show: 12,5 and 1.234,5 and 1.234.567, or the same the other way round.
 */
enum { BY_SAW_DECIMAL_COMMA = 1, BY_SAW_DECIMAL_POINT = 2 };

struct by_mapping_value {
    struct by_bytes cell, value;
};
struct by_mapping_column {
    struct by_bytes header;
    const char *path; /* "name.vi"; NULL: goes nowhere */
    const struct by_field *field;
    enum by_part part;
    const char
        *unit; /* behind every number of the column; NULL: stands in the cell. A choice's code */
    enum by_date_order dates;
    enum by_comma comma;
    unsigned saw;                          /* in its numbers: BY_SAW_... */
    bool has_numbers;                      /* as by_table_has_numbers */
    bool has_points;                       /* the mapping says that a point is a decimal one */
    const struct by_mapping_value *values; /* by cell */
    size_t value_count;
    bool is_key;
};
struct by_mapping_set {
    const char *path, *value;
};
/* Everything lives in the arena it was made with. */
struct by_mapping {
    const struct by_type *type;
    struct by_mapping_column *columns; /* one for each of the table's */
    size_t column_count;
    struct by_mapping_set *sets;
    size_t set_count;
    bool has_key;
    /* Of a table that banyan wrote (exchange/exported.h), else BY_NO_COLUMN. */
    size_t id_column, version_column;
    bool ids_may_be_new;              /* BY_NEW_HEADER */
    struct by_bytes version_language; /* of labels in cells; empty: cells hold names and codes */
};

/* The mapping that the headers suggest: names and labels of fields in every language, with a
 * language, unit or group of a form around them. language: BCP 47, of texts whose column says none;
 * NULL for English. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_mapping_guess(const struct by_type *type, const struct by_row *header, const char *language,
                 struct by_arena *arena, struct by_mapping *out_mapping);
/* Learn from a row what commas and points in numbers mean, and the order of numbers in dates: of
 * each column as a whole. */
void by_mapping_look(struct by_mapping *mapping, const struct by_row *row);
/* Let the mapping say what was learnt so far, for rows that are read by themselves later. */
void by_mapping_settle(struct by_mapping *mapping);
/* What a comma in a number of the column means, as the mapping says or its numbers show. Where it
 * is a decimal one, points stand between thousands. */
enum by_comma by_mapping_comma(const struct by_mapping_column *column);
/* Where in a number stands the one mark that may be a decimal one or stand between thousands:
 * behind the 1 of "1,234". SIZE_MAX where the number itself says what its marks are. */
size_t by_mapping_lone_mark(struct by_bytes cell);
/* Columns that tell rows apart, by header or letter. BANYAN_ERR_USAGE, words list the headers. */
BANYAN_MUST_CHECK enum banyan_status
by_mapping_set_key(struct by_mapping *mapping, const char *key, struct banyan_error *error);

/* A field with the same value in every row where no column gives one: "site_type=pa", in the place
 * of what the mapping says of it. BANYAN_ERR_USAGE, _INVALID for what is no field of the type. */
BANYAN_MUST_CHECK enum banyan_status by_mapping_set(struct by_mapping *mapping, const char *text,
                                                    struct by_arena *arena,
                                                    struct banyan_error *error);
/* Whether a column, or such a value, gives the field. */
bool by_mapping_gives(const struct by_mapping *mapping, const struct by_field *field);

/* The type that a mapping file is for; NULL where it names none. BANYAN_ERR_INVALID with words. */
BANYAN_MUST_CHECK enum banyan_status
by_mapping_type_of(struct by_bytes json, struct by_arena *arena, const char **out_type,
                   struct banyan_error *error);
/* What a mapping says of one of several sheets as a whole. */
struct by_mapping_sheet {
    bool is_said, is_left_out, has_key;
    const char *type, *parent, *list; /* NULL where it does not say so */
};
BANYAN_MUST_CHECK enum banyan_status
by_mapping_sheet_of(struct by_bytes json, const char *sheet, struct by_arena *arena,
                    struct by_mapping_sheet *out_sheet, struct banyan_error *error);
/* Read a file for a table with that header, and that name: NULL for the only one. Columns that it
 * does not name are guessed, as above. BANYAN_ERR_INVALID: words name the place in the file. */
BANYAN_MUST_CHECK enum banyan_status
by_mapping_read(struct by_bytes json, const char *sheet, const struct by_type *type,
                const struct by_row *header, const char *language, struct by_arena *arena,
                struct by_mapping *out_mapping, struct banyan_error *error);
/* A column of a table that was written to be mended is called so, and behind it stands how the
 * others are read: a mapping as JSON in one line. */
#define BY_MAPPING_HEADER "banyan: mapping "
/* What stands behind it, as text; NULL where no column is called so. Lives in arena. */
BANYAN_MUST_CHECK enum banyan_status
by_mapping_in_header(const struct by_row *header, struct by_arena *arena, const char **out_json);
BANYAN_MUST_CHECK enum banyan_status
by_mapping_to_header(const struct by_mapping *mapping, struct by_buffer *out);
/* As a file: appended to out, a line a column. */
BANYAN_MUST_CHECK enum banyan_status
by_mapping_write(const struct by_mapping *mapping, struct by_buffer *out);
/* The same of several: the first stands for the file, the others under "sheets". */
struct by_mapping_named {
    const char *name;
    const struct by_mapping *mapping; /* NULL: left out */
    const char *parent, *list;        /* or NULL */
};
BANYAN_MUST_CHECK enum banyan_status
by_mapping_write_sheets(const struct by_mapping_named *sheets, size_t count, struct by_buffer *out);

#endif
