#!/usr/bin/env python3
"""What stays when a file is for everybody is in none of its bytes, whatever the format: public_leaks.py PROGRAM

Records are filled with canaries: texts and numbers that stand nowhere else. Each file is unpacked, and searched for them as text, and
for coordinates also as the floating point numbers of databases."""
import json
import pathlib
import sqlite3
import struct
import sys
import tempfile
import zipfile

from office import Office

HIDDEN = (105.7182845, 10.3141592)  # longitude, latitude
ROUNDED = [(106.4142135, 9.5772156), (106.4642135, 9.5772156), (106.4642135, 9.6272156), (106.4142135, 9.5772156)]
SPOT = (107.6180339, 11.2020569)


def position(lon, lat):
    return f"{lat},{lon}"


def as_floats(number):
    """How databases hold a number: doubles and floats of both orders, and the floats beside it that bound boxes."""
    yield struct.pack("<d", number)
    yield struct.pack(">d", number)
    single = struct.unpack("<I", struct.pack("<f", number))[0]
    for near in (single - 1, single, single + 1):
        yield struct.pack("<I", near)
        yield struct.pack(">I", near)


def canaries():
    """Name -> the forms that it may not have anywhere."""
    found = {}
    for name, places in (("the hidden place", [HIDDEN]), ("the rounded place", ROUNDED), ("the place of a type of the network", [SPOT])):
        for lon, lat in places:
            for number in (lon, lat):
                # a rounded file may say as much as its decimals, 0.1 of a degree at most here
                found.setdefault(name, []).extend([f"{number:.{decimals}f}"[:-1].encode() for decimals in (4, 5, 6, 7)])
                found[name].extend(as_floats(number))
    return found


def fill(office):
    """The records, and what of them may not leave: name -> texts."""
    stays = {}
    text = f"The cave is at {HIDDEN[1]}, {HIDDEN[0]}"
    plain = office.add("site", "name.en=Plain place", "site_type=pa", "sharing=public", "country=VNM", "geometry=10.5,105.5",
                       "description.en=OLDCANARY", "admin=VN-44", "area=12 ha")
    office.run("edit", plain, "description.en=A lake")
    stays["a value of before"] = ["OLDCANARY"]
    hidden = office.add("site", "name.en=Bat cave", "site_type=pa", "country=VNM", "sharing=public", "sensitivity=hidden", "area=5 ha",
                        "geometry=" + position(*HIDDEN), "admin=VN-37", "basin.en=BASINCANARY", "river_km=31.7", "precision_m=17",
                        "wdpca_id=987654", "wdpca_pid=987654_C", "external_id=KEYCANARY", "website=https://example.org/WEBCANARY",
                        "description.en=" + text, "description.vi=hang", "tags=osm.org/TAGCANARY;bats", "parent=" + plain,
                        "source=SOURCECANARY.xlsx")
    stays["what tells where the hidden place is"] = ["VN-37", "BASINCANARY", "31.7", "987654", "KEYCANARY", "WEBCANARY", "TAGCANARY",
                                                     "The cave is at"]
    stays["where records come from"] = ["SOURCECANARY"]
    rounded = office.add("site", "name.en=Heron marsh", "site_type=oecm", "country=VNM", "sharing=public", "sensitivity=high", "area=900 ha",
                         "geometry=" + json.dumps({"type": "Polygon", "coordinates": [ROUNDED]}), "river_km=77.25", "wdpca_id=876543",
                         "wdpca_pid=876543", "external_id=NUMBERCANARY", "supp_info.en=Around 9°35'01\"N 106°26'02\"E, DEGREECANARY")
    stays["what tells the rounded place"] = ["77.25", "876543", "NUMBERCANARY", "DEGREECANARY"]
    members = office.add("site", "name.en=MEMBERCANARY", "site_type=pa", "geometry=10.5,105.5")
    alone = office.add("site", "name.en=PRIVATECANARY", "site_type=pa", "sharing=private")
    contact = office.add("contact", "name=PERSONCANARY", "role=focal_point", "sharing=public")
    village = office.add("community", "name.en=VILLAGECANARY", "sharing=public", "place.en=HAMLETCANARY")
    gone = office.add("site", "name.en=GONECANARY", "site_type=pa", "sharing=public")
    office.run("delete", gone)
    office.add("consent", "subject=" + village, "given_by=ELDERCANARY", "audience=public", "sharing=private")
    opposed = office.add("site", "name.en=OPPOSEDCANARY", "site_type=pa", "sharing=public")
    office.add("consent", "subject=" + opposed, "given_by=ELDERCANARY", "uses=research", "sharing=private")
    money = office.add("funding", "kind=pledge", "amount=7654321 USD", "sharing=public", "donor_reference=DONORCANARY")
    stays["records that stay"] = ["MEMBERCANARY", "PRIVATECANARY", "PERSONCANARY", "VILLAGECANARY", "HAMLETCANARY", "GONECANARY",
                                  "ELDERCANARY", "OPPOSEDCANARY", opposed, "7654321", "DONORCANARY", members, alone, contact, village, gone, money]
    # others refer to what stays
    office.add("need", "kind=training", "title.en=Help", "who=" + village, "contact=" + contact, "amount=1234567 VND", "sharing=public")
    office.add("audit", "kind=water", "date=2024", "site=" + hidden, "sharing=public", "geometry=10.4,105.4")
    office.add("need", "kind=training", "title.en=Boats", "who=" + members, "sharing=public")
    office.add("site", "name.en=Part", "site_type=pa", "parent=" + alone, "communities=" + village, "sharing=public")
    stays["money"] = ["1234567"]
    # what a record is called is made of what leaves
    line = json.dumps({"banyan": 1, "type": "document", "name": "ab" * 48, "fields": {"credit": "CREDITCANARY", "sharing": "public"}})
    (office.folder / "document.jsonl").write_text(line + "\n")
    assert office.json("import", "document.jsonl")["new"] == 1
    report, = (row["id"] for row in office.json("list", "document")["rows"])
    assert office.json("show", report)["label"] == "CREDITCANARY"
    office.add("activity", "title.en=Study", "status=implementation", "documents=" + report, "budget=2345678 EUR", "sharing=public")
    stays["who is credited"] = ["CREDITCANARY", "2345678"]
    return {"plain": plain, "hidden": hidden, "rounded": rounded}, stays


def add_type(office, folder, stays):
    """A type of the network's own, whose place has another name."""
    (folder / "nest.json").write_text(json.dumps({"name": "nest", "version": 1, "label": "Nest", "fields": [
        {"name": "name", "kind": "text", "label": "Name", "required": True}, {"name": "spot", "kind": "geometry", "label": "Spot"}]}))
    office.run("types", "propose", "nest.json")
    office.add("nest", "name=Nest", "sharing=public", "sensitivity=medium", "spot=" + position(*SPOT))


def propose(office, plain, stays):
    """Somebody else proposes, and one who edits apart disagrees."""
    other = office.invite("Second")
    other.run("edit", plain, "description.en=PROPOSALCANARY")
    Office.carry(other, office)
    assert [proposal["id"] for proposal in office.json("inbox")] == [plain]
    stays["proposals"] = ["PROPOSALCANARY"]
    office.run("export", "site", "before.jsonl")
    office.run("edit", plain, "description.en=RIVERCANARY")
    line = next(line for line in (office.folder / "before.jsonl").read_text().splitlines() if plain in line)
    (office.folder / "apart.jsonl").write_text(line.replace("A lake", "LAKECANARY") + "\n")
    assert office.json("import", "apart.jsonl")["conflict"] == 1
    stays["the other value of a conflict"] = list({"RIVERCANARY", "LAKECANARY"} - {office.fields(plain)["description.en"]})


def unpacked(path):
    data = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return data
    with zipfile.ZipFile(path) as book:
        return data + b"".join(name.encode() + book.read(name) for name in book.namelist())


def search(path, told, stays, office):
    written = unpacked(path)
    for name, forms in {**canaries(), **{name: [text.encode() for text in texts] for name, texts in stays.items()}}.items():
        for form in forms:
            assert form not in written, (path.name, name, form, written[max(0, written.find(form) - 60):][:160])
    assert str(office.folder).encode() not in written, "nor where it was written"
    assert told["records"] > 0, path.name


def package_says_no_more(path):
    package = sqlite3.connect(path)
    for table, kind, *box in package.execute("SELECT table_name, data_type, min_x, min_y, max_x, max_y FROM gpkg_contents"):
        fids = [fid for fid, in package.execute(f'SELECT fid FROM "{table}" ORDER BY fid')]
        assert fids == list(range(1, len(fids) + 1)), "no gap tells how many stay"
        if kind != "features":
            continue
        boxes = package.execute(f'SELECT minx, miny, maxx, maxy FROM "rtree_{table}_geometry"').fetchall()
        for at, number in enumerate(box):
            assert number is None or round(number, 2) == number, (table, box)
            assert number is None or abs((min, min, max, max)[at](row[at] for row in boxes) - number) < 1e-4, (table, box, boxes)
    assert package.execute("PRAGMA freelist_count").fetchone() == (0,)
    package.close()


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        office = Office(program, folder)
        ids, stays = fill(office)
        add_type(office, folder, stays)
        propose(office, ids["plain"], stays)
        types = [kind["type"] for kind in office.json("export", "--all", "x.jsonl")["types"]]
        words = [(["--all"], f"all.{ending}", []) for ending in ("xlsx", "jsonl", "geojson", "gpkg")]
        words += [(["--all"], "labels.gpkg", ["--labels", "--lang", "vi"]), (["site"], "w.csv", ["--format", "wdpca"])]
        words += [([kind], f"{kind}.csv", labels) for kind in types for labels in ([], ["--labels", "--replace"])]
        written = set()
        for kinds, file, more in words:
            told = office.json("export", *kinds, file, *more, "--audience", "public", exit_code=None)
            if told.get("records"):
                search(folder / file, told, stays, office)
                written.add(file)
        assert written >= {"all.xlsx", "all.jsonl", "all.geojson", "all.gpkg", "labels.gpkg", "w.csv", "site.csv", "nest.csv", "audit.csv"}, written
        package_says_no_more(folder / "all.gpkg")
        kept = {record["id"]: record for record in map(json.loads, (folder / "all.jsonl").read_text().splitlines())}
        assert kept[ids["hidden"]]["fields"]["description"] == {"vi": "hang"} and kept[ids["hidden"]]["fields"]["tags"] == ["bats"]
        assert kept[ids["hidden"]]["informationWithheld"] == "sensitivity" and kept[ids["rounded"]]["coordinateUncertaintyInMeters"] == 15691
        nest = next(record for record in kept.values() if record["type"] == "nest")
        assert nest["fields"]["spot"]["coordinates"] == [107.62, 11.2] and nest["coordinateUncertaintyInMeters"] == 1570, nest
        assert kept[ids["plain"]]["fields"]["geometry"]["coordinates"] == [105.5, 10.5], "what is not sensitive leaves as it is"
        assert "for members" in office.run("export", "site", "e.xlsx", "--editable", "--audience", "public", exit_code=2).stderr
        assert not list(folder.glob("*.tmp*"))
    print(f"{len(written)} files hold no canary")


if __name__ == "__main__":
    main()
