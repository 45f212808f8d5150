#!/usr/bin/env python3
"""An exported GeoPackage keeps the requirements of OGC 12-128r17 by their numbers: geopackage.py PROGRAM

What QGIS and others rely on when they open a file: contents, extents, reference systems, geometry blobs, R-trees, extensions."""
import json
import pathlib
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile

from office import Office

TYPES = {"BOOLEAN", "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER", "FLOAT", "DOUBLE", "REAL", "TEXT", "BLOB", "DATE", "DATETIME"}
SHAPES = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
PLACES = [{"type": "Point", "coordinates": [105.25, 10.5]}, {"type": "MultiPoint", "coordinates": [[1.5, 2], [-3, 4]]},
          {"type": "LineString", "coordinates": [[1, 2], [3, -4.125], [5, 6]]}, {"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]},
          {"type": "Polygon", "coordinates": [[[106, 9], [107, 9], [107, 10], [106, 9]], [[106.5, 9.1], [106.6, 9.3], [106.7, 9.2], [106.5, 9.1]]]},
          {"type": "MultiPolygon", "coordinates": [[[[179, 1], [180, 1], [180, 2], [179, 1]]], [[[-180, 1], [-179, 1], [-180, 2], [-180, 1]]]]}]


def fill(office):
    for number, place in enumerate(PLACES):
        office.add("site", f"name.en=Place {number}", "site_type=pa", f"area={number}.5 ha", "status_yr=2020-05", "river_km=1.5", "geometry=" + json.dumps(place))
    office.add("site", "name.en=Nowhere", "site_type=pa")
    office.add("event", "title.en=Without a place", "kind=workshop", "participants=7", "start_date=2020-01-01")
    criteria = office.add("criteria_set", "name.en=Ours", "scale=points_0_3", "edition=1")
    office.add("criterion", "text.en=Is it?", "is_gate=yes", "rank=1", "criteria_set=" + criteria)
    (office.folder / "twin.json").write_text(json.dumps({"name": "twin", "version": 1, "label": {"en": "Site", "vi": "site"}, "fields": [
        {"name": "name", "kind": "text", "label": "Name", "required": True}, {"name": "select", "kind": "integer", "label": "Of a word of SQL"}]}))
    office.run("types", "propose", "twin.json")
    office.add("twin", "name=Called as another type is", "select=5")


class Wkb:
    """Geometry of a GeoPackage blob, read by the pages of the standard."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def header(self):
        magic, version, flags, srs = self.take("2sBBi")
        assert (magic, version) == (b"GP", 0), "requirement 19: magic and version"
        assert flags & 1 and not flags & 0b11100000, "little endian here, and reserved bits are 0"
        contents = flags >> 1 & 7
        assert contents in (0, 1), "no envelope, or one of x and y"
        return srs, self.take("dddd") if contents else None, bool(flags >> 4 & 1)

    def positions(self):
        return [list(self.take("dd")) for _ in range(self.take("I"))]

    def geometry(self):
        assert self.take("B") == 1
        kind = SHAPES[self.take("I")]
        if kind == "Point":
            return {"type": kind, "coordinates": list(self.take("dd"))}
        if kind == "LineString":
            return {"type": kind, "coordinates": self.positions()}
        if kind == "Polygon":
            return {"type": kind, "coordinates": [self.positions() for _ in range(self.take("I"))]}
        return {"type": kind, "coordinates": [self.geometry()["coordinates"] for _ in range(self.take("I"))]}


def flat(coordinates):
    if isinstance(coordinates[0], (int, float)):
        return [coordinates]
    return [position for part in coordinates for position in flat(part)]


def box_of(place):
    xs, ys = zip(*flat(place["coordinates"]))
    return min(xs), max(xs), min(ys), max(ys)


def check_file(path, package):
    data = path.read_bytes()
    assert data.startswith(b"SQLite format 3\0"), "requirement 1"
    assert data[68:72] == b"GPKG" and struct.unpack(">I", data[60:64])[0] == 10300, "requirement 2"
    assert path.suffix == ".gpkg", "requirement 3"
    assert package.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "requirement 6"
    assert package.execute("PRAGMA foreign_key_check").fetchall() == [], "requirement 7"
    assert not path.with_name(path.name + "-wal").exists() and data[18:20] == b"\1\1", "a file of its own, that read-only places take"


def columns(package, table):
    return {row[1]: (row[2], row[3], row[5]) for row in package.execute(f'PRAGMA table_info("{table}")')}


def check_core(package):
    assert list(columns(package, "gpkg_spatial_ref_sys")) == ["srs_name", "srs_id", "organization", "organization_coordsys_id", "definition",
                                                             "description"], "requirement 10"
    systems = {row[0]: row[1:] for row in package.execute("SELECT srs_id, organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys")}
    assert systems[4326][:2] == ("EPSG", 4326) and 'GEOGCS["WGS 84"' in systems[4326][2] and systems[-1] == ("NONE", -1, "undefined") == (
        "NONE", -1, "undefined") and systems[0] == ("NONE", 0, "undefined"), "requirement 11"
    assert list(columns(package, "gpkg_contents")) == ["table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x",
                                                      "max_y", "srs_id"], "requirement 13"
    tables = {name for name, in package.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    for table, kind, name, changed, srs in package.execute("SELECT table_name, data_type, identifier, last_change, srs_id FROM gpkg_contents"):
        assert table in tables, "requirement 14"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", changed), "requirement 15"
        assert srs is None or srs in systems, "requirement 17"
        assert kind in ("features", "attributes") and name, (table, kind)
    return systems


def check_features(package, systems):
    assert list(columns(package, "gpkg_geometry_columns")) == ["table_name", "column_name", "geometry_type_name", "srs_id", "z", "m"], "requirement 21"
    features = {row[0]: row[1:] for row in package.execute("SELECT table_name, min_x, max_x, min_y, max_y, srs_id FROM gpkg_contents WHERE data_type = 'features'")}
    described = {row[0]: row[1:] for row in package.execute("SELECT * FROM gpkg_geometry_columns")}
    assert set(described) == set(features), "requirements 22 and 23"
    for table, (column, kind, srs, z, m) in described.items():
        assert columns(package, table)[column][0] == kind == "GEOMETRY", "requirements 24, 25 and 31"
        assert srs in systems and srs == features[table][4], "requirements 26 and 146"
        assert z == 2 or z == 0 and m == 0, "requirements 27 and 28"
        boxes = {}
        for fid, blob in package.execute(f'SELECT fid, "{column}" FROM "{table}" WHERE "{column}" NOT NULL'):
            wkb = Wkb(blob)
            own, envelope, is_empty = wkb.header()
            place = wkb.geometry()
            assert own == srs, "requirement 33"
            assert wkb.at == len(blob) and not is_empty, "requirement 19"
            boxes[fid] = box_of(place)
            assert envelope is None or envelope == boxes[fid], "requirement 19: the envelope is that of the geometry"
        check_rtree(package, table, column, boxes)
        whole = tuple(pick(box[at] for box in boxes.values()) for at, pick in enumerate((min, max, min, max))) if boxes else (None,) * 4
        assert features[table][:4] == whole, "the extent is that of the places"


def check_rtree(package, table, column, boxes):
    name = f"rtree_{table}_{column}"
    sql = dict(package.execute("SELECT name, sql FROM sqlite_master WHERE name = ?", (name,)))
    assert re.search(r"VIRTUAL TABLE .* USING rtree\s*\(id, *minx, *maxx, *miny, *maxy\)", sql[name]), "requirement 77"
    rows = {row[0]: row[1:] for row in package.execute(f'SELECT * FROM "{name}"')}
    assert set(rows) == set(boxes), "each place is in the index, and no other"
    for fid, (minx, maxx, miny, maxy) in rows.items():
        wanted = boxes[fid]
        assert minx <= wanted[0] and maxx >= wanted[1] and miny <= wanted[2] and maxy >= wanted[3], "and within its box"
        assert max(abs(a - b) for a, b in zip((minx, maxx, miny, maxy), wanted)) < 1e-4
    triggers = {trigger for trigger, in package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))}
    assert triggers >= {f"{name}_{event}" for event in ("insert", "update1", "update2", "update3", "update4", "delete")}, "requirement 75"
    assert package.execute("SELECT scope FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' AND table_name = ? AND column_name = ?",
                           (table, column)).fetchall() == [("write-only",)], "requirement 76"


def check_tables(package):
    for table, in package.execute("SELECT table_name FROM gpkg_contents"):
        found = columns(package, table)
        assert sum(kind == "INTEGER" and key == 1 for kind, _, key in found.values()) == 1, "requirements 29 and 119: a primary key of integers"
        assert {kind for kind, _, _ in found.values()} <= TYPES | {"GEOMETRY"}, "requirement 5: types of the standard's table 1"
        for column, (kind, _, _) in found.items():
            held = {row[0] for row in package.execute(f'SELECT DISTINCT typeof("{column}") FROM "{table}"')} - {"null"}
            wanted = {"TEXT": {"text"}, "DOUBLE": {"real"}, "INTEGER": {"integer"}, "BOOLEAN": {"integer"}, "GEOMETRY": {"blob"}}[kind]
            assert held <= wanted, ("requirement 5", table, column, held)


def check_extensions(package):
    tables = {name for name, in package.execute("SELECT name FROM sqlite_master")}
    for table, column, name, definition, scope in package.execute("SELECT * FROM gpkg_extensions"):
        assert table in tables and (column is None or column in columns(package, table)), "requirements 60 and 61"
        assert name in ("gpkg_rtree_index", "gpkg_schema") and definition.startswith("http") and scope in ("read-write", "write-only"), "62 to 64"
    for table, column in package.execute("SELECT table_name, column_name FROM gpkg_data_columns"):
        assert column in columns(package, table), "requirements 104 and 105"


def check_gdal(folder, package):
    if shutil.which("ogrinfo") is None:
        print("skipped: no GDAL to read it with")
        return
    read = subprocess.run(["ogrinfo", "-ro", "-al", "-so", "all.gpkg"], cwd=folder, capture_output=True, text=True, timeout=120, check=True)
    assert read.stderr == "", read.stderr
    for table, in package.execute("SELECT table_name FROM gpkg_contents"):
        assert f"Layer name: {table}\n" in read.stdout, read.stdout
    near = subprocess.run(["ogrinfo", "-ro", "-q", "all.gpkg", "site", "-spat", "105", "10", "106", "11"], cwd=folder, capture_output=True, text=True,
                          timeout=120, check=True)
    assert "Place 0" in near.stdout and "Place 2" not in near.stdout, "the index is asked"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        office = Office(program, folder)
        fill(office)
        office.run("export", "--all", "all.gpkg")
        package = sqlite3.connect("file:" + str(folder / "all.gpkg") + "?mode=ro", uri=True)
        check_file(folder / "all.gpkg", package)
        check_features(package, check_core(package))
        check_tables(package)
        check_extensions(package)
        assert package.execute('SELECT "select" FROM twin').fetchall() == [(5,)]
        check_gdal(folder, package)
        package.close()
    print("the GeoPackage keeps what the standard asks")


if __name__ == "__main__":
    main()
