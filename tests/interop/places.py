#!/usr/bin/env python3
"""Where records are, beside an own ray casting and distances on a sphere: places.py PROGRAM SHARED"""
import json
import math
import pathlib
import random
import shutil
import sys
import tempfile

from office import Office, counts

HOLED = {"type": "Polygon", "coordinates": [[[10, 10], [14, 10], [14, 14], [10, 14], [10, 10]], [[11, 11], [13, 11], [13, 13], [11, 13], [11, 11]]]}
CUT = {"type": "MultiPolygon", "coordinates": [[[[178, -20], [180, -20], [180, -16], [178, -16], [178, -20]]],
                                               [[[-180, -20], [-178, -20], [-178, -16], [-180, -16], [-180, -20]]]]}
UNCUT = {"type": "Polygon", "coordinates": [[[178, 40], [-178, 40], [-178, 44], [178, 44], [178, 40]]]}


def in_ring(x, y, ring):
    inside = False
    for (xa, ya), (xb, yb) in zip(ring, ring[1:]):
        if (ya > y) != (yb > y) and x < xa + (y - ya) * (xb - xa) / (yb - ya):
            inside = not inside
    return inside


def in_polygon(x, y, rings):
    return in_ring(x, y, rings[0]) and not any(in_ring(x, y, hole) for hole in rings[1:])


def holds(geometry, x, y):
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return any(in_polygon(x, y, [[position[:2] for position in ring] for ring in rings]) for rings in polygons)


def sphere_km(ya, xa, yb, xb):
    ya, xa, yb, xb = map(math.radians, (ya, xa, yb, xb))
    return 12742.0 * math.asin(math.sqrt(math.sin((yb - ya) / 2) ** 2 + math.cos(ya) * math.cos(yb) * math.sin((xb - xa) / 2) ** 2))


def ids(office, *words, exit_code=0):
    return [row["id"] for row in office.json("list", "site", *words, exit_code=exit_code)["rows"]]


def holding(office, y, x):
    done = office.run("list", "site", "--holding", f"{y!r}, {x!r}", "--json", exit_code=None)
    return {row["id"] for row in json.loads(done.stdout)["rows"]} if done.returncode == 0 else set()


def districts(office, folder, shared):
    source = shared / "data" / "la" / "khammouane_districts.geojson"
    if not source.exists():
        print("skipped: no ../shared/data/la")
        return
    shutil.copy(source, folder / "d.geojson")
    mapping = {"type": "site", "key": ["ADM2_PCODE"], "set": {"site_type": "other", "country": "LAO"},
               "columns": {"ADM2_EN": "name.en", "ADM2_LO": "name.lo", "ADM2_PCODE": "external_id"}}
    (folder / "m.json").write_text(json.dumps(mapping))
    assert counts(office.json("import", "d.geojson", "--map", "m.json")) == {"new": 10}
    shapes = {feature["properties"]["ADM2_EN"]: feature["geometry"] for feature in json.loads(source.read_text(encoding="utf-8"))["features"]}
    areas = {row["id"]: shapes[row["name"]] for row in office.json("list", "site", "--columns", "name", "--lang", "en")["rows"]}
    assert len(areas) == 10
    chance = random.Random(7)
    points = [(round(chance.uniform(16.9, 18.3), 6), round(chance.uniform(103.9, 106.4), 6)) for _ in range(40)]
    found = 0
    for y, x in points:
        wanted = {area for area, shape in areas.items() if holds(shape, x, y)}
        assert holding(office, y, x) == wanted, (y, x, wanted)
        found += len(wanted)
    assert 10 < found <= 40, "each place lies in one district, or in none"
    lines = "".join(f"P{at},candidate,{y!r},{x!r}\n" for at, (y, x) in enumerate(points))
    (folder / "p.csv").write_text("Name,Site type,Lat,Lon\n" + lines)
    office.run("import", "p.csv", "--type", "site", "--quiet")
    names = {f"P{at}": point for at, point in enumerate(points)}
    for area, shape in areas.items():
        wanted = {name for name, (y, x) in names.items() if holds(shape, x, y)}
        done = office.run("list", "site", "site_type=candidate", "--in", area, "--columns", "name", "--json", exit_code=None)
        got = {row["name"] for row in json.loads(done.stdout)["rows"]} if done.returncode == 0 else set()
        assert got == wanted, (area, got, wanted)
    near(office, names)


def near(office, names):
    """By distance, as far as the sphere knows it; the globe is flatter by up to half a percent."""
    rows = office.json("list", "site", "site_type=candidate", "--near", "17.4, 104.8", "--columns", "name")["rows"]
    assert len(rows) == len(names) and [row["metres"] for row in rows] == sorted(row["metres"] for row in rows)
    for row in rows:
        y, x = names[row["name"]]
        wanted = sphere_km(17.4, 104.8, y, x) * 1000
        assert abs(row["metres"] - wanted) < 0.006 * wanted + 1, (row, wanted)
    few = office.json("list", "site", "site_type=candidate", "--near", "17.4, 104.8", "--within", "60")["rows"]
    assert [row["id"] for row in few] == [row["id"] for row in rows if row["metres"] <= 60000] and few
    first = office.json("list", "site", "--near", few[0]["id"], "--limit", "1", "site_type=candidate")["rows"][0]
    assert first["id"] == few[0]["id"] and first["metres"] == 0


def shapes(office, _folder, _shared):
    holed = office.add("site", "name.en=Holed", "site_type=pa", "geometry=" + json.dumps(HOLED))
    cut = office.add("site", "name.en=Cut", "site_type=pa", "geometry=" + json.dumps(CUT))
    uncut = office.add("site", "name.en=Uncut", "site_type=pa", "geometry=" + json.dumps(UNCUT))
    need = office.add("need", "title.en=Boat", "kind=funding")
    for y, x, wanted in ((10.5, 10.5, {holed}), (12, 12, set()), (12, 13.5, {holed}), (9.9, 12, set()), (-18, 179, {cut}), (-18, -179, {cut}),
                         (-18, 177, set()), (-18, 0, set()), (42, 179, {uncut}), (42, -179, {uncut}), (42, 0, set()), (42, 177, set())):
        assert holding(office, y, x) == wanted, (y, x)
    metres = {row["id"]: row["metres"] for row in office.json("list", "site", "--near", "12, 12")["rows"]}
    assert abs(metres[holed] - 108900) < 1000, "in the hole, the border is near"
    metres = {row["id"]: row["metres"] for row in office.json("list", "site", "--near", "-18, -177")["rows"]}
    assert abs(metres[cut] - 105900) < 1000, metres
    metres = {row["id"]: row["metres"] for row in office.json("list", "site", "--near", "-18, 179.5")["rows"]}
    assert metres[cut] == 0 and list(metres)[0] == cut
    for words, code, sentence in ((("need", "--near", "1, 1"), 2, "one type that has places"), (("site", "--near", "91, x"), 4, ""),
                                  (("site", "--within", "5"), 2, "--near"), (("site", "--near", "1, 1", "--within", "x"), 2, "kilometres"),
                                  (("site", "--near", "1, 1", "--holding", "1, 1"), 2, "not both"), (("site", "--in", need), 4, "no place"),
                                  (("site", "--in", "ZZZZ-ZZZZ"), 1, "")):
        done = office.run("list", *words, exit_code=code)
        assert sentence in done.stderr, (words, done.stderr)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for test in (districts, shapes):
        with tempfile.TemporaryDirectory() as folder:
            test(Office(program, pathlib.Path(folder)), pathlib.Path(folder), pathlib.Path(sys.argv[2]))
    print("places are found where others find them")


if __name__ == "__main__":
    main()
