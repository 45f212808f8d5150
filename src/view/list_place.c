#include "view/list_place.h"

#include <string.h>

#include "record/field_value.h"
#include "view/alike.h"
#include "view/alike_place.h"
#include "view/geometry.h"
#include "view/gpkg.h"

/* ---- reading ----------------------------------------------------------------------------- */

/* The row of a record that has a place, in the table of its type. */
static enum banyan_status find_record(const struct by_select *select, const char *id,
                                      struct by_record_name *out_name,
                                      const struct by_table **out_table)
{
    struct by_arena arena = BY_ARENA_INIT;
    const char *type = NULL;
    enum banyan_status status =
        by_view_find(select->view, by_bytes_of_text(id), out_name, select->error);

    if (status == BANYAN_OK)
        status = by_view_type_of(select->view, out_name, &arena, &type, select->error);
    if (status == BANYAN_OK)
        *out_table = by_schema_find(&select->view->shape.schema, by_bytes_of_text(type));
    by_arena_deinit(&arena);
    if (status == BANYAN_OK && (*out_table == NULL || (*out_table)->geometry == NULL))
        return by_fail(select->error, BANYAN_ERR_INVALID, "the record %s has no place", id);
    return status;
}

static enum banyan_status
fid_of(const struct by_select *select, const struct by_record_name *name, int64_t *out_fid)
{
    struct by_id hash;

    by_record_name_hash(name, &hash);
    *out_fid = by_view_fid(select->view, &hash);
    return BANYAN_OK;
}

static enum banyan_status
read_record_place(const struct by_select *select, const char *id, struct by_middle *out_middle)
{
    const struct by_table *table = NULL;
    struct by_record_name name;
    struct by_envelope box;
    struct by_buffer sql = BY_BUFFER_INIT(4096);
    sqlite3_stmt *statement = NULL;
    int64_t fid = 0;
    bool is_found = false;
    enum banyan_status status = find_record(select, id, &name, &table);

    if (status != BANYAN_OK)
        return status;
    status = by_buffer_append_format(&sql, "SELECT ");
    if (status == BANYAN_OK)
        status = by_sql_name(table->geometry->name, &sql);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(&sql, " FROM \"%s\" WHERE fid = ?", table->type->name);
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(&sql, 0);
    if (status == BANYAN_OK)
        status = fid_of(select, &name, &fid);
    if (status == BANYAN_OK) {
        by_bind_int(by_view_prepare(select->view, (const char *)sql.data, &statement), 1, fid);
        status = by_view_row(select->view, statement, select->error);
        is_found = status == BANYAN_OK && by_geometry_blob_box(by_column_blob(statement, 0), &box);
    }
    sqlite3_finalize(statement);
    by_buffer_deinit(&sql);
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return by_fail_plain(select->error, status);
    if (!is_found)
        return by_fail(select->error, BANYAN_ERR_INVALID, "the record %s has no place", id);
    out_middle->longitude = (box.min_x + box.max_x) / 2;
    out_middle->latitude = (box.min_y + box.max_y) / 2;
    return BANYAN_OK;
}

static enum banyan_status
read_place(const struct by_select *select, const char *text, struct by_middle *out_middle)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value value;
    enum banyan_status status = BANYAN_OK;

    if (by_view_is_id(by_bytes_of_text(text)))
        return read_record_place(select, text, out_middle);
    status = by_field_value_parse(select->table->geometry->field, by_bytes_of_text(text), NULL,
                                  &arena, &value, select->error);
    if (status == BANYAN_OK && !by_middle_of(&value, out_middle))
        status = by_fail(select->error, BANYAN_ERR_INVALID, "'%.64s' is no place", text);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_list_place_read(const struct by_select *select,
                                      const struct by_view_list *list,
                                      struct by_list_place *out_place)
{
    const char *text = list->near != NULL ? list->near : list->holding;
    struct by_record_name area;
    struct by_middle middle = {0, 0};
    enum banyan_status status = BANYAN_OK;

    *out_place = (struct by_list_place){.list = list};
    if (text == NULL && list->in == NULL)
        return BANYAN_OK;
    if (select->table == NULL || select->table->geometry == NULL)
        return by_fail(select->error, BANYAN_ERR_USAGE,
                       "where records are is asked of one type that has places, such as site");
    if (list->near != NULL && list->holding != NULL)
        return by_fail(select->error, BANYAN_ERR_USAGE,
                       "ask for what is near a place, or for what holds one, but not both");
    if (text != NULL)
        status = read_place(select, text, &middle);
    out_place->longitude = middle.longitude;
    out_place->latitude = middle.latitude;
    if (status == BANYAN_OK && list->in != NULL)
        status = find_record(select, list->in, &area, &out_place->area_table);
    if (status == BANYAN_OK && list->in != NULL)
        status = fid_of(select, &area, &out_place->area_fid);
    return status;
}

/* ---- SQL --------------------------------------------------------------------------------- */

static enum banyan_status append_geometry(const struct by_select *select)
{
    return by_sql_name(select->table->geometry->name, select->sql);
}

static enum banyan_status
append_call(const struct by_select *select, const char *function, const struct by_list_place *place)
{
    enum banyan_status status = by_buffer_append_format(select->sql, "%s(", function);

    if (status == BANYAN_OK)
        status = append_geometry(select);
    return status == BANYAN_OK ? by_buffer_append_format(select->sql, ", %.17g, %.17g)",
                                                         place->latitude, place->longitude)
                               : status;
}

enum banyan_status
by_list_place_metres(const struct by_select *select, const struct by_list_place *place)
{
    return append_call(select, "banyan_metres", place);
}

/* Boxes first, which the R-tree finds: those at a latitude, wherever they lie on it. */
static enum banyan_status
append_boxes(const struct by_select *select, double min_latitude, double max_latitude)
{
    enum banyan_status status =
        by_buffer_append_format(select->sql, " AND fid IN (SELECT id FROM ");

    if (status == BANYAN_OK)
        status = by_gpkg_rtree_name(select->table, NULL, select->sql);
    return status == BANYAN_OK
               ? by_buffer_append_format(select->sql, " WHERE maxy >= %.17g AND miny <= %.17g)",
                                         min_latitude, max_latitude)
               : status;
}

static enum banyan_status
append_near(const struct by_select *select, const struct by_list_place *place)
{
    double metres = place->list->within_km * 1000, degrees = metres / 110500.0;
    enum banyan_status status = BANYAN_OK;

    if (place->list->within_km <= 0) {
        status = by_buffer_append_format(select->sql, " AND ");
        if (status == BANYAN_OK)
            status = append_geometry(select);
        return status == BANYAN_OK ? by_buffer_append_format(select->sql, " IS NOT NULL") : status;
    }
    status = append_boxes(select, place->latitude - degrees, place->latitude + degrees);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(select->sql, " AND ");
    if (status == BANYAN_OK)
        status = by_list_place_metres(select, place);
    return status == BANYAN_OK ? by_buffer_append_format(select->sql, " <= %.17g", metres) : status;
}

static enum banyan_status
append_holding(const struct by_select *select, const struct by_list_place *place)
{
    enum banyan_status status = append_boxes(select, place->latitude, place->latitude);

    if (status == BANYAN_OK)
        status = by_buffer_append_format(select->sql, " AND ");
    return status == BANYAN_OK ? append_call(select, "banyan_holds", place) : status;
}

static enum banyan_status
append_in(const struct by_select *select, const struct by_list_place *place)
{
    const char *area = place->area_table->type->name;
    enum banyan_status status = by_buffer_append_format(
        select->sql, " AND NOT (fid = %lld AND '%s' = '%s') AND banyan_lies_in(",
        (long long)place->area_fid, area, select->table->type->name);

    if (status == BANYAN_OK)
        status = append_geometry(select);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(select->sql, ", (SELECT a.");
    if (status == BANYAN_OK)
        status = by_sql_name(place->area_table->geometry->name, select->sql);
    return status == BANYAN_OK
               ? by_buffer_append_format(select->sql, " FROM \"%s\" a WHERE a.fid = %lld))", area,
                                         (long long)place->area_fid)
               : status;
}

enum banyan_status
by_list_place_where(const struct by_select *select, const struct by_list_place *place)
{
    enum banyan_status status = BANYAN_OK;

    if (place->list->near != NULL)
        status = append_near(select, place);
    if (status == BANYAN_OK && place->list->holding != NULL)
        status = append_holding(select, place);
    return status == BANYAN_OK && place->list->in != NULL ? append_in(select, place) : status;
}
