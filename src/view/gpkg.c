#include "view/gpkg.h"

#include "view/geometry.h"

static const char base_sql[] =
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL,"
    " srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,"
    " organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);\n"
    "INSERT INTO gpkg_spatial_ref_sys VALUES"
    " ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined',"
    " 'undefined cartesian coordinate reference system'),"
    " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined',"
    " 'undefined geographic coordinate reference system'),"
    " ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\","
    "SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],"
    "AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
    "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],"
    "AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]',"
    " 'longitude and latitude in degrees on the WGS 84 ellipsoid');\n"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));\n"
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,"
    " m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));\n"
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT,"
    " extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,"
    " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));\n";

/* Placeholders of the templates below: @t table, @c geometry column, @r the R-tree's name; each
 * without quotes. */
static enum banyan_status
fill_in(const char *template, const struct by_table *table, struct by_buffer *out)
{
    const char *name = table->type->name;
    const char *column = table->geometry->name;
    enum banyan_status status = BANYAN_OK;
    for (const char *at = template; *at != '\0' && status == BANYAN_OK; at++) {
        if (*at != '@') {
            status = by_buffer_append_u8(out, (uint8_t)*at);
            continue;
        }
        at++;
        if (*at == 't')
            status = by_buffer_append_format(out, "%s", name);
        else if (*at == 'c')
            status = by_buffer_append_format(out, "%s", column);
        else
            status = by_buffer_append_format(out, "rtree_%s_%s", name, column);
    }
    return status;
}

/* The rows and triggers that the standard asks of an indexed layer. The triggers never run: banyan
 * writes the index itself, and guards refuse everybody else. */
static const char layer_sql[] =
    "INSERT INTO gpkg_geometry_columns VALUES ('@t', '@c', 'GEOMETRY', 4326, 2, 0);\n"
    "INSERT INTO gpkg_extensions VALUES ('@t', '@c', 'gpkg_rtree_index',"
    " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');\n"
    "CREATE VIRTUAL TABLE \"@r\" USING rtree(id, minx, maxx, miny, maxy);\n"
    "CREATE TRIGGER \"@r_insert\" AFTER INSERT ON \"@t\""
    " WHEN (NEW.\"@c\" NOT NULL AND NOT ST_IsEmpty(NEW.\"@c\")) BEGIN"
    " INSERT OR REPLACE INTO \"@r\" VALUES (NEW.\"fid\", ST_MinX(NEW.\"@c\"),"
    " ST_MaxX(NEW.\"@c\"), ST_MinY(NEW.\"@c\"), ST_MaxY(NEW.\"@c\")); END;\n"
    "CREATE TRIGGER \"@r_update1\" AFTER UPDATE OF \"@c\" ON \"@t\""
    " WHEN OLD.\"fid\" = NEW.\"fid\" AND (NEW.\"@c\" NOTNULL AND NOT ST_IsEmpty(NEW.\"@c\")) BEGIN"
    " INSERT OR REPLACE INTO \"@r\" VALUES (NEW.\"fid\", ST_MinX(NEW.\"@c\"),"
    " ST_MaxX(NEW.\"@c\"), ST_MinY(NEW.\"@c\"), ST_MaxY(NEW.\"@c\")); END;\n"
    "CREATE TRIGGER \"@r_update2\" AFTER UPDATE OF \"@c\" ON \"@t\""
    " WHEN OLD.\"fid\" = NEW.\"fid\" AND (NEW.\"@c\" ISNULL OR ST_IsEmpty(NEW.\"@c\")) BEGIN"
    " DELETE FROM \"@r\" WHERE id = OLD.\"fid\"; END;\n"
    "CREATE TRIGGER \"@r_update3\" AFTER UPDATE ON \"@t\""
    " WHEN OLD.\"fid\" != NEW.\"fid\" AND (NEW.\"@c\" NOTNULL AND NOT ST_IsEmpty(NEW.\"@c\")) BEGIN"
    " DELETE FROM \"@r\" WHERE id = OLD.\"fid\";"
    " INSERT OR REPLACE INTO \"@r\" VALUES (NEW.\"fid\", ST_MinX(NEW.\"@c\"),"
    " ST_MaxX(NEW.\"@c\"), ST_MinY(NEW.\"@c\"), ST_MaxY(NEW.\"@c\")); END;\n"
    "CREATE TRIGGER \"@r_update4\" AFTER UPDATE ON \"@t\""
    " WHEN OLD.\"fid\" != NEW.\"fid\" AND (NEW.\"@c\" ISNULL OR ST_IsEmpty(NEW.\"@c\")) BEGIN"
    " DELETE FROM \"@r\" WHERE id IN (OLD.\"fid\", NEW.\"fid\"); END;\n"
    "CREATE TRIGGER \"@r_delete\" AFTER DELETE ON \"@t\" WHEN OLD.\"@c\" NOT NULL BEGIN"
    " DELETE FROM \"@r\" WHERE id = OLD.\"fid\"; END;\n";

/* Extension gpkg_schema: titles of columns. */
static const char titles_sql[] =
    "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,"
    " CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT gdc_tn UNIQUE (table_name, name));"
    "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,"
    " constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,"
    " max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,"
    " CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));"
    "INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema',"
    " 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),"
    " ('gpkg_data_column_constraints', NULL, 'gpkg_schema',"
    " 'http://www.geopackage.org/spec121/#extension_schema', 'read-write');";

enum banyan_status by_gpkg_titles_sql(struct by_buffer *out)
{
    return by_buffer_append_bytes(out, by_bytes_of_text(titles_sql));
}

enum banyan_status by_gpkg_layer_sql(const struct by_table *table, struct by_buffer *out)
{
    return fill_in(layer_sql, table, out);
}

static enum banyan_status declare_table(const struct by_table *table, struct by_buffer *out)
{
    const char *name = table->type->name;
    enum banyan_status status = by_buffer_append_format(
        out,
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id)"
        " VALUES ('%s', '%s', '%s', '" BY_GPKG_LAST_CHANGE_NONE "', %s);\n",
        name, table->geometry == NULL ? "attributes" : "features", name,
        table->geometry == NULL ? "NULL" : "4326");
    if (status == BANYAN_OK && table->geometry != NULL)
        status = fill_in(layer_sql, table, out);
    return status;
}

enum banyan_status by_gpkg_shared_sql(struct by_buffer *out)
{
    return by_buffer_append_bytes(out, by_bytes_of_text(base_sql));
}

enum banyan_status by_gpkg_sql(const struct by_schema *schema, struct by_buffer *out)
{
    enum banyan_status status = by_gpkg_shared_sql(out);
    for (size_t i = 0; i < schema->table_count && status == BANYAN_OK; i++)
        status = declare_table(&schema->tables[i], out);
    return status;
}

enum banyan_status
by_gpkg_rtree_name(const struct by_table *table, const char *part, struct by_buffer *out)
{
    enum banyan_status status = fill_in("\"@r", table, out);
    if (status == BANYAN_OK && part != NULL)
        status = by_buffer_append_format(out, "_%s", part);
    return status == BANYAN_OK ? by_buffer_append_u8(out, '"') : status;
}
