#include "view/schema.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct by_column head_columns[] = {
    {"fid", "INTEGER", BY_COLUMN_FID, NULL},
    {"id", "TEXT", BY_COLUMN_ID, NULL},
    {"record_label", "TEXT", BY_COLUMN_LABEL, NULL},
    {"record_owner", "TEXT", BY_COLUMN_OWNER, NULL},
    {"record_created", "TEXT", BY_COLUMN_CREATED, NULL},
    {"record_changed", "TEXT", BY_COLUMN_CHANGED, NULL},
    {"record_conflicts", "INTEGER", BY_COLUMN_CONFLICTS, NULL},
};
#define HEAD_COUNT            (sizeof head_columns / sizeof head_columns[0])
#define COLUMNS_PER_FIELD_MAX 3

static bool is_taken(const struct by_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if ((table->columns[i].name[0] | 0x20) == (name[0] | 0x20) &&
            strcasecmp(table->columns[i].name, name) == 0)
            return true;
    return false;
}

/* A column name that is taken already gets "_" behind until it is free. NULL when memory ran out.
 */
static const char *free_name(struct by_schema *schema, const struct by_table *table,
                             const char *field, const char *suffix)
{
    size_t size = strlen(field) + strlen(suffix);
    char *name = by_arena_alloc(&schema->arena, size + table->column_count + 1);
    if (name == NULL)
        return NULL;
    memcpy(name, field, strlen(field));
    memcpy(name + strlen(field), suffix, strlen(suffix));
    while (is_taken(table, name))
        name[size++] = '_';
    return name;
}

static enum banyan_status add_column(struct by_schema *schema, struct by_table *table,
                                     const struct by_field *field, enum by_column_part part,
                                     const char *suffix, const char *sql_type)
{
    const char *name = free_name(schema, table, field->name, suffix);
    if (name == NULL)
        return BANYAN_ERR_MEMORY;
    table->columns[table->column_count++] = (struct by_column){name, sql_type, part, field};
    return BANYAN_OK;
}

static const char *sql_type_of(const struct by_table *table, const struct by_field *field)
{
    switch (field->kind) {
    case BY_FIELD_INTEGER:
        return "INTEGER";
    case BY_FIELD_NUMBER:
    case BY_FIELD_QUANTITY:
    case BY_FIELD_MONEY:
        return "REAL";
    case BY_FIELD_BOOL:
        return "BOOLEAN";
    case BY_FIELD_GEOMETRY:
        return table->geometry == NULL ? "GEOMETRY" : "TEXT";
    case BY_FIELD_TEXT:
    case BY_FIELD_MLTEXT:
    case BY_FIELD_CODE:
    case BY_FIELD_CODES:
    case BY_FIELD_DATE:
    case BY_FIELD_REF:
    case BY_FIELD_REFS:
    case BY_FIELD_URL:
    case BY_FIELD_TEXTS:
        break;
    }
    return "TEXT";
}

static enum banyan_status
add_field(struct by_schema *schema, struct by_table *table, const struct by_field *field)
{
    const char *sql_type = sql_type_of(table, field);
    enum banyan_status status = add_column(schema, table, field, BY_COLUMN_VALUE, "", sql_type);
    if (status == BANYAN_OK && strcmp(sql_type, "GEOMETRY") == 0)
        table->geometry = &table->columns[table->column_count - 1];
    if (status == BANYAN_OK && field->kind == BY_FIELD_QUANTITY)
        status = add_column(schema, table, field, BY_COLUMN_UNIT, "_unit", "TEXT");
    if (status == BANYAN_OK && field->kind == BY_FIELD_MONEY)
        status = add_column(schema, table, field, BY_COLUMN_CURRENCY, "_currency", "TEXT");
    if (status == BANYAN_OK && field->kind == BY_FIELD_MONEY)
        status = add_column(schema, table, field, BY_COLUMN_DATE, "_date", "TEXT");
    if (status == BANYAN_OK && field->kind == BY_FIELD_REF)
        status = add_column(schema, table, field, BY_COLUMN_REF_FID, "_fid", "INTEGER");
    return status;
}

/* Columns of one name stay in the order of the table. */
static int order_by_field(const void *a, const void *b)
{
    const struct by_column *left = *(const struct by_column *const *)a;
    const struct by_column *right = *(const struct by_column *const *)b;
    int order =
        by_bytes_compare(by_bytes_of_text(left->field->name), by_bytes_of_text(right->field->name));
    return order != 0 ? order : (left > right) - (left < right);
}

static enum banyan_status index_fields(struct by_schema *schema, struct by_table *table)
{
    table->own_count = HEAD_COUNT;
    table->fields = by_arena_array(&schema->arena, table->column_count, sizeof table->fields[0]);
    if (table->fields == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = HEAD_COUNT; i < table->column_count; i++)
        if (table->columns[i].field != table->columns[i - 1].field)
            table->fields[table->field_count++] = &table->columns[i];
    if (table->field_count > 0)
        qsort(table->fields, table->field_count, sizeof table->fields[0], order_by_field);
    return BANYAN_OK;
}

size_t by_table_find_field(const struct by_table *table, struct by_bytes name)
{
    size_t low = 0, high = table->field_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_bytes_compare(by_bytes_of_text(table->fields[middle]->field->name), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low < table->field_count &&
                    by_bytes_equal(by_bytes_of_text(table->fields[low]->field->name), name);
    return is_there ? low : table->field_count;
}

static enum banyan_status
build_table(struct by_schema *schema, struct by_table *table, const struct by_type *type)
{
    size_t envelope_count;
    const struct by_field *envelope = by_type_envelope(&envelope_count);
    size_t room = HEAD_COUNT + (type->field_count + envelope_count) * COLUMNS_PER_FIELD_MAX;
    table->type = type;
    table->columns = by_arena_array(&schema->arena, room, sizeof table->columns[0]);
    if (table->columns == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(table->columns, head_columns, sizeof head_columns);
    table->column_count = HEAD_COUNT;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < type->field_count && status == BANYAN_OK; i++)
        status = add_field(schema, table, &type->fields[i]);
    for (size_t i = 0; i < envelope_count && status == BANYAN_OK; i++)
        status = add_field(schema, table, &envelope[i]);
    return status == BANYAN_OK ? index_fields(schema, table) : status;
}

enum banyan_status by_schema_init(struct by_schema *schema, const struct by_registry *registry)
{
    size_t type_count;
    const struct by_type *shipped = by_types_shipped(&type_count);
    const struct by_type *const *types =
        registry == NULL ? NULL : by_registry_types(registry, &type_count);
    *schema = (struct by_schema){.arena = BY_ARENA_INIT};
    schema->tables = by_arena_array(&schema->arena, type_count + 1, sizeof schema->tables[0]);
    enum banyan_status status = schema->tables == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    for (size_t i = 0; i < type_count && status == BANYAN_OK; i++) {
        status = build_table(schema, &schema->tables[i], types == NULL ? &shipped[i] : types[i]);
        schema->table_count = i + 1;
    }
    if (status != BANYAN_OK)
        by_schema_deinit(schema);
    return status;
}

void by_schema_deinit(struct by_schema *schema)
{
    by_arena_deinit(&schema->arena);
    *schema = (struct by_schema){.arena = BY_ARENA_INIT};
}

const struct by_table *by_schema_find(const struct by_schema *schema, struct by_bytes type)
{
    for (size_t i = 0; i < schema->table_count; i++)
        if (by_bytes_equal(by_bytes_of_text(schema->tables[i].type->name), type))
            return &schema->tables[i];
    return NULL;
}

const struct by_column *by_table_column(const struct by_table *table, struct by_bytes name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (by_bytes_equal(by_bytes_of_text(table->columns[i].name), name))
            return &table->columns[i];
    for (size_t i = 0; i < table->column_count; i++) {
        const struct by_field *field = table->columns[i].field;
        if (field != NULL && by_bytes_equal(by_bytes_of_text(field->name), name))
            return &table->columns[i];
    }
    return NULL;
}

const struct by_field *by_table_field(const struct by_table *table, struct by_bytes name)
{
    for (size_t i = HEAD_COUNT; i < table->column_count; i++)
        if (by_bytes_equal(by_bytes_of_text(table->columns[i].field->name), name))
            return table->columns[i].field;
    return NULL;
}

enum banyan_status by_sql_name(const char *name, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, '"');
    for (; *name != '\0' && status == BANYAN_OK; name++) {
        if (*name == '"')
            status = by_buffer_append_u8(out, '"');
        if (status == BANYAN_OK)
            status = by_buffer_append_u8(out, (uint8_t)*name);
    }
    return status == BANYAN_OK ? by_buffer_append_u8(out, '"') : status;
}

/* Types that this program does not know have their records here too. Its large rows stand in the
 * order in which they came, so that many new ones make few pages; the one index by name is that by
 * fid, which is made of the name, as is the id. */
static const char shared_sql[] =
    "CREATE TABLE record (name BLOB NOT NULL, fid INTEGER NOT NULL, id TEXT NOT NULL,"
    " type TEXT NOT NULL, label TEXT NOT NULL, owner TEXT NOT NULL, deleted INTEGER NOT NULL,"
    " sharing TEXT, created TEXT NOT NULL, changed TEXT NOT NULL, conflicts INTEGER NOT NULL,"
    " proposals INTEGER NOT NULL, document TEXT NOT NULL, folded TEXT NOT NULL,"
    " heads BLOB NOT NULL, digest BLOB NOT NULL, private INTEGER NOT NULL);\n"
    /* with the digest, so that a bucket of the view digest is read from it alone */
    "CREATE UNIQUE INDEX record_fid ON record (fid, name, digest);\n"
    "CREATE INDEX record_type ON record (type, deleted, changed);\n"
    "CREATE INDEX record_private ON record (type, deleted) WHERE private = 1;\n"
    "CREATE TABLE conflict (name BLOB NOT NULL, path TEXT NOT NULL, position INTEGER NOT NULL,"
    " fid INTEGER NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, organisation TEXT NOT NULL, "
    "device TEXT NOT NULL,"
    " person TEXT, at TEXT NOT NULL, entry TEXT NOT NULL,"
    " PRIMARY KEY (name, path, position)) WITHOUT ROWID;\n"
    "CREATE TABLE proposal (name BLOB NOT NULL, entry TEXT NOT NULL, fid INTEGER NOT NULL,"
    " id TEXT NOT NULL,"
    " organisation TEXT NOT NULL, device TEXT NOT NULL, person TEXT, at TEXT NOT NULL,"
    " op TEXT NOT NULL,"
    " state TEXT NOT NULL, changes TEXT NOT NULL, PRIMARY KEY (name, entry)) WITHOUT ROWID;\n"
    "CREATE TABLE member (organisation TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
    " kind TEXT NOT NULL, country TEXT NOT NULL, role TEXT NOT NULL, since TEXT NOT NULL,"
    " admitted_by TEXT, final INTEGER NOT NULL, suspended INTEGER NOT NULL) WITHOUT ROWID;\n"
    "CREATE TABLE bucket (bucket INTEGER NOT NULL PRIMARY KEY, digest BLOB NOT NULL);\n"
    /* by fid; its texts are record.folded, cut into tokens */
    "CREATE VIRTUAL TABLE search USING fts5 (tokens, content = '', tokenize = 'ascii',"
    " detail = 'none', columnsize = 0);\n"
    "INSERT INTO search (search, rank) VALUES ('hashsize', 16777216);\n"
    /* State of this file alone. */
    "CREATE TABLE banyan_state (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),"
    " made_by BLOB NOT NULL, network BLOB NOT NULL, mark INTEGER NOT NULL, mark_tip BLOB,"
    " charter BLOB, types BLOB, private_mark INTEGER NOT NULL, private_tip BLOB,"
    " boxes_late INTEGER NOT NULL DEFAULT 0);\n"
    "CREATE TABLE banyan_log (log BLOB NOT NULL PRIMARY KEY, standing BLOB NOT NULL,"
    " again_from INTEGER) WITHOUT ROWID;\n"
    "CREATE TABLE banyan_merged (name BLOB NOT NULL PRIMARY KEY, merged BLOB NOT NULL)"
    " WITHOUT ROWID;\n"
    "CREATE TABLE banyan_ids (name BLOB NOT NULL, path BLOB NOT NULL, node BLOB NOT NULL,"
    " PRIMARY KEY (name, path)) WITHOUT ROWID;\n"
    "CREATE TABLE banyan_bucket (bucket INTEGER NOT NULL PRIMARY KEY);\n";

static const char *const guarded[] = {"record", "conflict", "proposal",
                                      "member", "bucket",   "banyan_state"};

/* Triggers are off in the connection that writes the view, so these speak to everybody else. */
static enum banyan_status guard(const char *table, struct by_buffer *out)
{
    static const char *const verbs[] = {"INSERT", "UPDATE", "DELETE"};
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0] && status == BANYAN_OK; i++)
        status = by_buffer_append_format(
            out,
            "CREATE TRIGGER \"banyan_guard_%s_%s\" BEFORE %s ON \"%s\" BEGIN SELECT RAISE(ABORT,"
            " 'this file is written by banyan: change records with banyan edit, or copy the data"
            " into a file of your own'); END;\n",
            table, verbs[i], verbs[i], table);
    return status;
}

static enum banyan_status create_type_table(const struct by_table *table, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_format(out, "CREATE TABLE ");
    if (status == BANYAN_OK)
        status = by_sql_name(table->type->name, out);
    for (size_t i = 0; i < table->column_count && status == BANYAN_OK; i++) {
        status = by_buffer_append_format(out, i == 0 ? " (" : ", ");
        if (status == BANYAN_OK)
            status = by_sql_name(table->columns[i].name, out);
        if (status == BANYAN_OK)
            status = by_buffer_append_format(out, " %s%s", table->columns[i].sql_type,
                                             i == 0 ? " PRIMARY KEY NOT NULL"
                                             : table->columns[i].field == NULL ? " NOT NULL"
                                                                               : "");
    }
    return status == BANYAN_OK ? by_buffer_append_format(out, ");\n") : status;
}

enum banyan_status by_schema_shared_sql(struct by_buffer *out)
{
    return by_buffer_append_bytes(out, by_bytes_of_text(shared_sql));
}

enum banyan_status by_schema_sql(const struct by_schema *schema, struct by_buffer *out)
{
    enum banyan_status status = by_schema_shared_sql(out);
    for (size_t i = 0; i < sizeof guarded / sizeof guarded[0] && status == BANYAN_OK; i++)
        status = guard(guarded[i], out);
    for (size_t i = 0; i < schema->table_count && status == BANYAN_OK; i++) {
        status = create_type_table(&schema->tables[i], out);
        if (status == BANYAN_OK)
            status = guard(schema->tables[i].type->name, out);
    }
    return status;
}
