#!/usr/bin/env python3
"""What is exported is read by readers that others wrote, and imported again: exports.py PROGRAM SHARED"""
import csv
import datetime
import io
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile

from office import Office, counts

POLYGON = {"type": "Polygon", "coordinates": [[[106, 9], [106, 10], [107, 10], [107, 9], [106, 9]],
                                              [[106.2, 9.2], [106.4, 9.2], [106.4, 9.4], [106.2, 9.4], [106.2, 9.2]]]}
DESCRIPTION = 'line\ntwo "q", x;\ttab'


def fill(office):
    """Sites with what breaks tables: formulas, line breaks, a polygon that runs the wrong way, several languages."""
    ids = {"bung": office.add("site", "name.vi=Búng Bình Thiên", "name.en==1+2", "country=VNM;KHM", "site_type=candidate",
                              "area=900,50 ha", "geometry=10.5,105.25", "tags=a;b", "description.en=" + DESCRIPTION),
           "con": office.add("site", "name.vi='=quoted", "site_type=other", "geometry=" + json.dumps(POLYGON), "status_yr=2020",
                             "river_km=-0.5")}
    ids["parent"] = office.add("site", "name.en=-minus", "site_type=pa", "parent=" + ids["bung"])
    ids["need"] = office.add("need", "title.en=Boat", "kind=funding", "amount=1500.25 USD 2020-01")
    return ids


def rows_of(path, **how):
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "spreadsheets know UTF-8 by its mark"
    assert b"\n" not in data.replace(b"\r\n", b"").replace(b"line\ntwo", b""), "lines end as RFC 4180 has it"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True, **how))


def tables(office, folder):
    ids = fill(office)
    told = office.json("export", "site", "sites.csv")
    assert (told["records"], told["format"]) == (3, "csv"), told
    rows = {row["banyan: record"]: row for row in rows_of(folder / "sites.csv")}
    bung, con, parent = (rows[ids[name]] for name in ("bung", "con", "parent"))
    assert bung["name.vi"] == "Búng Bình Thiên" and bung["description.en"] == DESCRIPTION
    assert bung["name.en"] == "'=1+2", "a cell that a spreadsheet would reckon has an apostrophe"
    assert con["name.vi"] == "''=quoted", "and one that begins so already has another, so that none is lost"
    assert parent["name.en"] == "'-minus" and con["river_km"] == "-0.5", "numbers stay numbers"
    assert (bung["area"], bung["area_unit"]) == ("900.50", "ha"), "as it was reported"
    assert (bung["latitude"], bung["longitude"], bung["country"]) == ("10.5", "105.25", "KHM; VNM")
    assert json.loads(con["geometry"])["coordinates"] == [ring[::-1] for ring in POLYGON["coordinates"]] and parent["parent"] == ids["bung"]
    assert "iucn_cat" not in bung, "fields that no record has are no columns"
    assert office.json("export", "need", "needs.csv")["records"] == 1
    need = rows_of(folder / "needs.csv")[0]
    assert (need["amount"], need["amount_currency"], need["amount_date"]) == ("1500.25", "USD", "2020-01")
    office.run("export", "site", "viet.csv", "--labels", "--lang", "vi", "--delimiter", ";")
    viet = {row["banyan: record"]: row for row in rows_of(folder / "viet.csv", delimiter=";")}
    assert viet[ids["bung"]]["Quốc gia"] == "Campuchia; Việt Nam", viet[ids["bung"]]
    for name, kind in (("sites.csv", "site"), ("viet.csv", "site"), ("needs.csv", "need")):
        again = office.json("import", name, "--type", kind)
        assert again["same"] == again["rows"] > 0, (name, counts(again), again["problems"])
    assert office.json("export", "site", "country=KHM", "few.csv")["records"] == 1
    refusals(office)


def refusals(office):
    for words, code, sentence in ((("site", "sites.csv"), 2, "there already"), (("site", "need", "two.csv"), 2, "one type"),
                                  (("site", "x.doc"), 2, "ending"), (("sight", "x.csv"), 4, "no type"), (("x.csv",), 2, "--all"),
                                  (("event", "x.csv"), 1, "no record fits"), (("site", "nope=1", "x.csv"), 4, "nope")):
        done = office.run("export", *words, exit_code=code)
        assert sentence in done.stderr, (words, done.stderr)
    assert not list(office.folder.glob("x.*")), "nothing is left of an export that failed"
    office.run("export", "site", "sites.csv", "--replace")


def edited_tables(office, folder):
    """A table goes out, is edited, and comes in: what was edited is told from what was there."""
    ids = fill(office)
    other = office.invite("Second")
    theirs = other.add("site", "name.en=Theirs", "site_type=pa", "area=5 ha")
    Office.carry(other, office)
    office.run("export", "site", "t.csv")
    rows = rows_of(folder / "t.csv")
    by_id = {row["banyan: record"]: row for row in rows}
    by_id[ids["bung"]].update({"area": "901", "description.en": ""})
    by_id[ids["con"]].update({"status_yr": "2021", "site_type": "oecm"})
    by_id[ids["parent"]]["name.en"] = "Parent"
    by_id[theirs]["area"] = "6"
    rows.append({"name.en": "Added", "site_type": "pa"})
    office.run("edit", ids["con"], "status_yr=2019")
    office.run("edit", ids["parent"], "status=designated")
    with open(folder / "t.csv", "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    told = office.json("import", "t.csv", "--type", "site", "--dry-run")
    assert counts(told) == {"new": 1, "update": 3, "conflict": 1}, (counts(told), told["problems"])
    problem = told["problems"][0]
    assert problem["verdict"] == "conflict" and problem["field"] == "status_yr" and "2019" in problem["reason"], problem
    assert counts(office.json("import", "t.csv", "--type", "site")) == counts(told)
    bung, con, parent = (office.fields(ids[name]) for name in ("bung", "con", "parent"))
    assert bung["area"] == {"unit": "ha", "value": "901"} and "description.en" not in bung and bung["name.en"] == "=1+2"
    assert con["site_type"] == "oecm", "what was edited on one side only is so"
    conflict = [found for found in office.json("conflicts") if found["id"] == ids["con"]]
    assert {value["value"] for value in conflict[0]["values"]} == {"2019", "2021"}, conflict
    assert parent["name.en"] == "Parent" and parent["status"] == "designated", "both sides' edits of different fields stand"
    assert office.fields(theirs)["area"]["value"] == "6", "a coordinator edits for everybody"
    assert counts(office.json("import", "t.csv", "--type", "site")) == {"same": 5}, "a second time changes nothing"
    Office.carry(office, other)
    other.run("export", "site", "name=Parent", "one.csv")
    text = (folder / "one.csv").read_text(encoding="utf-8-sig").replace("Parent", "Better")
    (folder / "one.csv").write_text(text, encoding="utf-8")
    assert counts(other.json("import", "one.csv", "--type", "site")) == {"proposal": 1}
    Office.carry(other, office)
    assert [proposal["id"] for proposal in office.json("inbox")] == [ids["parent"]]
    twice = rows[:1] + [dict(rows[0], area="1")]
    with open(folder / "twice.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(twice)
    told = office.json("import", "twice.csv", "--type", "site", "--dry-run")
    assert told["error"] == 1 and "stands for the same record" in told["problems"][0]["reason"], told["problems"]


def maps(office, folder):
    ids = fill(office)
    office.run("export", "site", "sites.geojson")
    again = office.json("import", "sites.geojson", "--type", "site")
    assert counts(again) == {"same": 3}, again["problems"]
    collection = json.loads((folder / "sites.geojson").read_text(encoding="utf-8"))
    features = {feature["id"]: feature for feature in collection["features"]}
    assert features[ids["parent"]]["geometry"] is None
    assert features[ids["bung"]]["geometry"] == {"type": "Point", "coordinates": [105.25, 10.5]}
    rings = features[ids["con"]]["geometry"]["coordinates"]
    assert rings[0] == POLYGON["coordinates"][0][::-1], "the exterior ring runs counter-clockwise"
    assert rings[1] == POLYGON["coordinates"][1][::-1], "and the hole clockwise"
    properties = features[ids["bung"]]["properties"]
    assert properties["area"] == 900.5 and properties["country"] == ["KHM", "VNM"] and properties["name.en"] == "=1+2"
    if shutil.which("ogrinfo") is None:
        print("skipped: no ogrinfo to read the map with")
        return
    read = subprocess.run(["ogrinfo", "-al", "-q", "-oo", "NATIVE_DATA=NO", "sites.geojson"], cwd=folder, capture_output=True,
                          text=True, check=True)
    assert "POINT (105.25 10.5)" in read.stdout and "name.vi (String) = Búng Bình Thiên" in read.stdout, read.stdout
    assert "Warning" not in read.stderr and "area (Real) = 900.5" in read.stdout, read.stderr


def ogr(folder, *words):
    """What GDAL says; it may not complain."""
    read = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300)
    assert read.returncode == 0 and read.stderr == "", (words, read.returncode, read.stderr)
    return read.stdout


def snapshots(office, folder):
    """A GeoPackage says the same as the GeoJSON of the same records, and more of what its columns are."""
    ids = fill(office)
    secret = office.add("contact", "name=Nobody", "role=director")
    office.add("site", "name.en=Multi", "site_type=pa", "sharing=public", "sensitivity=medium", "area=12345678901234567890.5 ha", "geometry="
               + json.dumps({"type": "MultiPolygon", "coordinates": [[[[179, 1], [180, 1], [180, 2], [179, 1]]], [[[-180, 1], [-179, 1], [-180, 2], [-180, 1]]]]}))
    told = office.json("export", "--all", "all.gpkg", "--lang", "vi")
    assert told["format"] == "gpkg" and told["private"] == 1 and {kind["type"] for kind in told["types"]} == {"need", "org", "site"}, told
    office.run("export", "site", "all.gpkg", exit_code=2)
    data = (folder / "all.gpkg").read_bytes()
    assert data.startswith(b"SQLite format 3\0") and data[68:72] == b"GPKG" and int.from_bytes(data[60:64], "big") == 10300
    assert b"Nobody" not in data and secret.encode() not in data, "what is private does not leave"
    assert not list(folder.glob("*.tmp*"))
    package = sqlite3.connect(folder / "all.gpkg")
    assert package.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and not package.execute("PRAGMA foreign_key_check").fetchall()
    contents = {row[0]: row[1:] for row in package.execute("SELECT table_name, data_type, identifier, min_x, max_x, last_change FROM gpkg_contents")}
    assert contents["site"][:4] == ("features", "Khu vực", -180.0, 180.0) and contents["need"][0] == "attributes", contents
    assert contents["site"][4].endswith(".000Z") and contents["site"][4] > "2020"
    titles = dict(package.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'site'"))
    assert titles["area"] == "Diện tích" and titles["name.vi"] == "Tên (vi)", titles
    kinds = {row[1]: row[2] for row in package.execute("PRAGMA table_info(site)")}
    assert (kinds["area"], kinds["status_yr"], kinds["country"], kinds["geometry"]) == ("DOUBLE", "TEXT", "TEXT", "GEOMETRY"), kinds
    bung = dict(zip(kinds, package.execute("SELECT * FROM site WHERE banyan_record = ?", (ids["bung"],)).fetchone()))
    assert (bung["area"], bung["area_unit"], bung["country"], bung["name.en"]) == (900.5, "ha", "KHM; VNM", "=1+2"), bung
    assert bung["description.en"] == DESCRIPTION and bung["status_yr"] is None
    near = package.execute("SELECT id FROM rtree_site_geometry WHERE minx <= 105.3 AND maxx >= 105.2 AND miny <= 10.6 AND maxy >= 10.4")
    assert near.fetchall() == [(bung["fid"],)]
    package.close()
    office.run("export", "site", "sites.geojson")
    wanted = {feature["id"]: feature["geometry"] for feature in json.loads((folder / "sites.geojson").read_text())["features"]}
    if shutil.which("ogrinfo") is None:
        print("skipped: no ogrinfo to read the GeoPackage with")
        return
    for kind in ("org", "need", "site"):
        assert "Feature Count" in ogr(folder, "ogrinfo", "-ro", "-so", "all.gpkg", kind)
    read = json.loads(ogr(folder, "ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", "/vsistdout/", "all.gpkg", "site"))
    assert {feature["properties"]["banyan_record"]: feature["geometry"] for feature in read["features"]} == wanted, "places are those of GeoJSON"
    office.run("export", "site", "public.gpkg", "--audience", "public", "--labels")
    site, = json.loads(ogr(folder, "ogr2ogr", "-f", "GeoJSON", "/vsistdout/", "public.gpkg", "site"))["features"]
    assert site["properties"]["name.en"] == "Multi" and site["properties"]["coordinateUncertaintyInMeters"] == 1570, site
    assert site["properties"]["site_type"] == "Protected area" and "banyan_label" not in site["properties"], site


def the_past(office, folder):
    """Records as they were, in every format; what may leave for everybody is of now."""
    bung = office.add("site", "name.en=Before", "site_type=pa", "sharing=public", "geometry=10,105")
    then = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    time.sleep(1.2)
    office.run("edit", bung, "name.en=After", "geometry=11,106")
    office.add("site", "name.en=Late", "site_type=pa")
    office.run("export", "site", "past.gpkg", "--as-of", then)
    package = sqlite3.connect(folder / "past.gpkg")
    assert package.execute('SELECT "name.en" FROM site').fetchall() == [("Before",)]
    assert package.execute("SELECT minx < 105.1 FROM rtree_site_geometry").fetchall() == [(1,)]
    package.close()
    office.run("export", "site", "past.csv", "--as-of", then)
    assert [row["name.en"] for row in rows_of(folder / "past.csv")] == ["Before"]
    office.run("export", "--all", "past.jsonl", "--as-of", then)
    assert b"Before" in (folder / "past.jsonl").read_bytes() and b"Late" not in (folder / "past.jsonl").read_bytes()
    assert {row["name"] for row in office.json("list", "site", "--columns", "name")["rows"]} == {"After", "Late"}, "now is as it was"
    for words in (("--audience", "public"), ("--editable",)):
        assert "--as-of" in office.run("export", "site", "x.xlsx", "--as-of", then, *words, exit_code=2).stderr


def lines(office, folder):
    ids = fill(office)
    told = office.json("export", "--all", "all.jsonl")
    records = [json.loads(line) for line in (folder / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert told["records"] == len(records) == 5 and {record["banyan"] for record in records} == {1}
    bung = next(record for record in records if record["id"] == ids["bung"])
    assert bung["fields"]["area"] == {"unit": "ha", "value": "900.50"} and bung["fields"]["description"] == {"en": DESCRIPTION}
    need = next(record for record in records if record["type"] == "need")
    assert need["fields"]["amount"] == {"amount": "1500.25", "currency": "USD", "date": "2020-01"}


def leaving(office, folder):
    """Everything in one file, read by a home of another network: the same records, references and conflicts."""
    ids = fill(office)
    other = office.invite("Second")
    office.run("edit", ids["con"], "status_yr=2019", "name.ru=Кон")
    Office.carry(office, other)
    other.run("transfer", ids["con"], "Second", exit_code=3)
    office.run("edit", ids["con"], "status_yr=2021")
    office.run("transfer", ids["con"], "Second")
    Office.carry(office, other)
    office.run("edit", ids["bung"], "area=1 ha", "description.en=x")
    office.run("export", "--all", "before.jsonl")
    office.run("edit", ids["bung"], "area=2 ha")
    Office.carry(office, other)
    # two devices of mind: the same state edited twice makes a conflict
    lines_before = (folder / "before.jsonl").read_text(encoding="utf-8").splitlines()
    edited = [line.replace('"value":"1"', '"value":"3"') for line in lines_before if ids["bung"] in line]
    (folder / "edited.jsonl").write_text("\n".join(edited) + "\n", encoding="utf-8")
    assert counts(office.json("import", "edited.jsonl")) == {"conflict": 1}
    office.run("export", "--all", "all.jsonl")
    here = [json.loads(line) for line in (folder / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    bung = next(record for record in here if record["id"] == ids["bung"])
    assert {value["value"] for value in bung["conflicts"]["area"]} == {"2", "3"}, bung["conflicts"]
    assert counts(office.json("import", "all.jsonl")) == {"same": len(here)}, "what is here is here"
    stranger = Office(office.program, folder, "Elsewhere", home="elsewhere", network="Another")
    told = stranger.json("import", "all.jsonl")
    assert counts(told) == {"new": len(here)}, (counts(told), told["problems"])
    assert counts(stranger.json("import", "all.jsonl")) == {"same": len(here)}
    stranger.run("export", "--all", "there.jsonl")
    there = [json.loads(line) for line in (folder / "there.jsonl").read_text(encoding="utf-8").splitlines()]
    names = {}
    for record in here:
        twins = [other for other in there if other["label"] == record["label"] and other["type"] == record["type"]]
        assert len(twins) == 1 or record["type"] == "org", (record["label"], len(twins))
        names[record["name"]] = twins[0]["name"]
    def renamed(fields):
        text = json.dumps(fields, sort_keys=True)
        for old, new in names.items():
            text = text.replace(old, new)
        return json.loads(text)
    for record in here:
        twin = next(other for other in there if other["name"] == names[record["name"]])
        if record["type"] != "org":
            kept = {key: value for key, value in renamed(record["fields"]).items() if key not in record.get("conflicts", {})}
            assert kept.items() <= twin["fields"].items(), (record["label"], kept, twin["fields"])
            assert set(twin["fields"]) == set(record["fields"]), (record["label"], twin["fields"])
            assert {key: sorted(map(json.dumps, values)) for key, values in record.get("conflicts", {}).items()} == {
                key: sorted(map(json.dumps, values)) for key, values in twin.get("conflicts", {}).items()}, twin
    stranger.run("import", "undo", told["import"])
    assert not stranger.json("list", "site", exit_code=1)["rows"]
    faults(stranger, folder, here)


def faults(office, folder, records):
    site = next(record for record in records if record["type"] == "site")
    for change, words in (({"name": "00"}, "name of the record"), ({"type": ""}, "type of the record"), ({"fields": []}, "fields"),
                          ({"fields": {"area": 5}}, "form"), ({"fields": {"Bad Name": 1}}, "no name of a field")):
        (folder / "bad.jsonl").write_text(json.dumps({**site, **change}) + "\n")
        told = office.json("import", "bad.jsonl", "--dry-run")
        assert told["error"] == 1 and words in told["problems"][0]["reason"], (change, told["problems"])
        (folder / "bad.jsonl.verdicts.csv").unlink()
    (folder / "two.jsonl").write_text(json.dumps(site) + "\n" + json.dumps({**site, "fields": {"area": 5}}) + "\n" + "{}\n")
    told = office.json("import", "two.jsonl", "--skip-bad")
    assert (told["error"], told["rows"]) == (2, 3), told
    assert len((folder / "two.jsonl.rejects.jsonl").read_text().splitlines()) == 2
    unknown = {**site, "name": "ab" * 48, "conflicts": {}, "type": "spaceship", "fields": {"wings": [1, {"a": True}], "name": "Ship"}}
    (folder / "ship.jsonl").write_text(json.dumps(unknown) + "\n")
    assert office.json("import", "ship.jsonl")["new"] == 1, "types that are not known are kept as they are"
    office.run("export", "spaceship", "ship2.jsonl")
    ship = json.loads((folder / "ship2.jsonl").read_text())
    assert ship["fields"] == unknown["fields"], ship


def on_behalf(office, folder):
    """A coordinator's office types in the table of a member without a computer: the records are that member's."""
    other = office.invite("Second")
    (folder / "t.csv").write_text("No,Name,Site type\n1,A,pa\n2,B,oecm\n")
    told = office.json("import", "t.csv", "--type", "site", "--key", "No", "--on-behalf", "Second")
    assert counts(told) == {"new": 2}
    ids = [row["id"] for row in office.json("list", "site")["rows"]]
    assert {office.json("show", record)["owner"]["name"] for record in ids} == {"Second"}
    again = office.json("import", "t.csv", "--type", "site", "--key", "No", "--on-behalf", "Second")
    assert counts(again) == {"same": 2}
    Office.carry(office, other)
    assert other.json("edit", ids[0], "status_yr=2020")["outcome"] == "changed", "it is theirs"
    assert "Nobody" in office.run("import", "t.csv", "--type", "site", "--on-behalf", "Nobody", exit_code=1).stderr


def for_everybody(office, folder):
    """Only what may leave leaves, and it is told what stayed."""
    office.add("site", "name.en=Members", "site_type=pa", "geometry=10.12345,105.12345")
    public = office.add("site", "name.en=Public", "site_type=pa", "sharing=public", "sensitivity=medium",
                        "geometry=10.12345,105.12345", "source=Lan.xlsx")
    community = office.add("community", "name.en=Village", "sharing=public")
    territory = office.add("site", "name.en=Territory", "site_type=icca", "sharing=public")
    office.add("funding", "kind=pledge", "amount=10 USD", "sharing=public")
    office.add("activity", "title.en=Work", "status=implementation", "budget=5 EUR", "sharing=public")
    def told():
        return office.json("export", "--all", "all.jsonl", "--audience", "public", "--replace")
    def left():
        return {json.loads(line)["label"]: json.loads(line) for line in (folder / "all.jsonl").read_text().splitlines()}
    first = told()
    withheld = {reason["reason"]: (reason["records"], reason["values"]) for reason in first["withheld"]}
    assert withheld == {"sharing": (2, 0), "consent": (2, 0), "money": (1, 1), "source": (0, 1)}, withheld
    assert first["rounded"] == 1 and set(left()) == {"Public", "Work"}, left()
    record = left()["Public"]
    assert record["fields"]["geometry"]["coordinates"] == [105.12, 10.12] and record["coordinateUncertaintyInMeters"] == 1570
    assert "source" not in record["fields"] and "version" not in record and left()["Work"]["informationWithheld"] == "money"
    consent = office.add("consent", "subject=" + territory, "given_by=The elders", "audience=public", "until=2090")
    office.add("consent", "subject=" + community, "given_by=The elders", "uses=research")
    assert {reason["reason"]: reason["records"] for reason in told()["withheld"]}["consent"] == 1
    assert set(left()) == {"Public", "Work", "Territory"}
    office.run("edit", consent, "withdrawn_on=2020-01-01")
    told()
    assert set(left()) == {"Public", "Work"}, "what was withdrawn no longer lets anything leave"
    office.run("export", "site", "public.csv", "--audience", "public")
    rows = rows_of(folder / "public.csv")
    assert [(row["banyan: record"], row["latitude"], row["coordinateUncertaintyInMeters"]) for row in rows] == [
        (public, "10.12", "1570")], rows
    assert "banyan: version" not in rows[0] and "Lan" not in (folder / "public.csv").read_text()
    assert "public" in office.run("export", "site", "x.csv", "--audience", "press", exit_code=2).stderr


def by_others(office, folder):
    """What stays is not told by what refers to it, in no format."""
    office.add("contact", "name=Nguyen Thi Secret", "role=focal_point", "sharing=members")
    contact = office.json("list", "contact")["rows"][0]["id"]
    village = office.add("community", "name.en=Unwilling village", "sharing=public")
    hidden = office.add("site", "name.en=Cave of bats", "site_type=other", "sharing=public", "sensitivity=hidden",
                        "external_id=KBA-77", "geometry=10.5,105.5", "communities=" + village)
    office.add("need", "kind=training", "title.en=Help", "text.en=Help", "who=" + contact, "sharing=public")
    office.add("audit", "kind=water", "date=2024", "site=" + hidden, "geometry=10.50001,105.50001", "sharing=public")
    for name in ("o.xlsx", "o.jsonl", "o.csv", "o.geojson"):
        for kind in ("--all",) if name in ("o.xlsx", "o.jsonl") else ("need", "site", "audit"):
            words = [name] if kind == "--all" else [kind, name]
            told = office.json("export", *words, *["--all"][:kind == "--all"], "--audience", "public", "--replace",
                               *["--labels"][:name == "o.csv"])
            written = (folder / name).read_bytes()
            if name == "o.xlsx":
                with zipfile.ZipFile(folder / name) as book:
                    written = b"".join(book.read(part) for part in book.namelist())
            for secret in ("Nguyen Thi", contact, "Unwilling", village, "KBA-77"):
                assert secret.encode() not in written, (name, secret)
            assert kind != "audit" or hidden.encode() not in written and b"10.50001" in written
    assert {reason["reason"] for reason in told["withheld"]} >= {"sensitivity"}, told


def reporting(office, folder):
    """Sites as rows of the WDPCA, and what its rules say of them."""
    good = office.add("site", "name.en=Nui Cam", "name.vi=Núi Cấm", "language=vi", "site_type=pa", "country=VNM", "area=1250 ha",
                      "desig.vi=Khu bảo tồn", "desig.en=Reserve", "desig_type=national", "iucn_cat=IV", "realm=terrestrial",
                      "status=designated", "status_yr=1999-05", "gov_type=joint", "gov_subtypes=local_communities;indigenous_peoples",
                      "own_type=state", "mang_auth.en=Ministry", "inland_waters=measures_in_place", "geometry=10.5,105.0")
    office.add("site", "name.vi=Chưa", "site_type=candidate")
    told = office.json("check", "wdpca")
    assert (told["checked"], told["faults"], told["left_out"]) == (1, 0, 1), told
    bad = office.add("site", "name.vi=Rừng <ngập mặn>", "site_type=oecm", "iucn_cat=II", "area=1 m2")
    told = office.json("check", "wdpca", exit_code=1)
    found = {(finding["rule"], finding["field"], finding["value"]) for finding in told["findings"] if finding["id"] == bad}
    assert {("iucn-cat-oecm", "IUCN_CAT", "II"), ("forbidden-characters", "NAME_ENG", "Rừng <ngập mặn>"),
            ("rep-area", "REP_AREA", "0.000001"), ("realm", "REALM", "Not Reported"), ("iso3", "ISO3", ""),
            ("supp-info", "SUPP_INFO", "Not Reported")} <= found, found
    assert all(finding["id"] == bad and finding["allowed"] for finding in told["findings"])
    office.run("export", "site", "w.csv", "--format", "wdpca")
    rows = {row["NAME"]: row for row in rows_of(folder / "w.csv")}
    row = rows["Núi Cấm"]
    assert len(row) == 33 and list(row)[:4] == ["SITE_ID", "SITE_PID", "SITE_TYPE", "NAME_ENG"] and list(row)[-1] == "OECM_ASMT"
    assert (row["NAME_ENG"], row["DESIG"], row["DESIG_ENG"]) == ("Nui Cam", "Khu bảo tồn", "Reserve")
    assert (row["REP_AREA"], row["STATUS_YR"], row["NO_TAKE"], row["SUPP_INFO"]) == ("12.5", "1999", "Not Applicable", "Not Applicable")
    assert row["GOVSUBTYPE"] == "Indigenous peoples;Local communities" and row["GOV_TYPE"] == "Joint governance"
    # what went out in the schema of 2025 comes in by it, into a home that had nothing of it
    other = Office(office.program, folder, "Reader", home="reader", network="R")
    kept = [line for line in (folder / "w.csv").read_text(encoding="utf-8-sig").splitlines() if "Rừng" not in line]
    (folder / "new.csv").write_text("\n".join(kept).replace("\n,,PA", "\n7,7_A,PA") + "\n", encoding="utf-8")
    told = other.json("import", "new.csv", "--type", "site", "--text-language", "vi")
    assert counts(told) == {"new": 1} and told["mapping"]["key"] == ["SITE_PID"], (counts(told), told["problems"])
    read = other.fields(other.json("list", "site")["rows"][0]["id"])
    sent = office.fields(good)
    for field in ("name.vi", "name.en", "site_type", "country", "desig.vi", "desig.en", "desig_type", "iucn_cat", "realm", "status",
                  "gov_type", "gov_subtypes", "own_type", "mang_auth.en", "inland_waters"):
        assert read[field] == sent[field], (field, read[field], sent[field])
    assert read["area"] == {"unit": "km2", "value": "12.5"} and read["wdpca_pid"] == "7_A" and read["status_yr"] == "1999"
    # the same of WDPA 1.6, where NAME is the Latin one
    old = ("WDPAID,WDPA_PID,PA_DEF,NAME,ORIG_NAME,DESIG,DESIG_ENG,DESIG_TYPE,IUCN_CAT,INT_CRIT,MARINE,REP_M_AREA,GIS_M_AREA,REP_AREA,"
           "GIS_AREA,NO_TAKE,NO_TK_AREA,STATUS,STATUS_YR,GOV_TYPE,OWN_TYPE,MANG_AUTH,MANG_PLAN,VERIF,METADATAID,SUB_LOC,PARENT_ISO3,ISO3,"
           "SUPP_INFO,CONS_OBJ\n"
           "8,8,1,Nui Cam,Núi Cấm,Khu bảo tồn,Reserve,National,IV,Not Applicable,0,0,0,12.5,12.4,Not Applicable,0,Designated,0,"
           "Indigenous peoples,Not Reported,Not Reported,Not Reported,State Verified,1,VN-44,VNM,VNM,Not Applicable,Not Applicable\n")
    (folder / "old.csv").write_text(old, encoding="utf-8")
    told = other.json("import", "old.csv", "--type", "site", "--text-language", "vi")
    assert counts(told) == {"duplicate?": 1}, (counts(told), told["problems"])
    read = other.fields(next(row["id"] for row in other.json("list", "site", "wdpca_id=8")["rows"]))
    assert (read["name.en"], read["name.vi"], read["site_type"], read["realm"]) == ("Nui Cam", "Núi Cấm", "pa", "terrestrial"), read
    assert read["gov_type"] == "indigenous_peoples" and "status_yr" not in read and "mang_auth.en" not in read
    # parcels and twins are told with the record that they do not go with, whatever lies between
    parcels = [office.add("site", "name.en=Parcels", "site_type=pa", "wdpca_id=5", "wdpca_pid=" + pid, "status_yr=" + year)
               for pid, year in (("5_A", "1999"), ("5_B", "1999"), ("5_C", "2001"), ("5_A", "1999"))]
    told = office.json("check", "wdpca", exit_code=1)
    found = {finding["rule"]: finding for finding in told["findings"] if finding["rule"] in ("pid-twice", "id-disagrees")}
    assert {rule: finding["field"] for rule, finding in found.items()} == {"pid-twice": "SITE_PID", "id-disagrees": "STATUS_YR"}, found
    assert {found["pid-twice"]["id"], found["pid-twice"]["other"]} == {parcels[0], parcels[3]}, found
    year = found["id-disagrees"]
    assert parcels[2] in (year["id"], year["other"]) and {year["value"], year["beside"]} == {"1999", "2001"}, year
    counted = {rule["rule"]: rule["findings"] for rule in told["by_rule"]}
    assert counted["pid-twice"] == 1 and sum(counted.values()) == len(told["findings"]) and told["not_listed"] == 0, counted
    text = office.run("check", "wdpca", exit_code=1).stdout
    assert "(see " + found["pid-twice"]["other"] + ")" in text, text
    rules = office.json("check", "wdpca", "--rules")
    assert len(rules) == len({rule["rule"] for rule in rules}) >= 45 and good


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for test in (tables, edited_tables, maps, snapshots, the_past, lines, leaving, on_behalf, for_everybody, by_others, reporting):
        with tempfile.TemporaryDirectory() as folder:
            test(Office(program, pathlib.Path(folder)), pathlib.Path(folder))
    print("exports are read by others, and imported again")


if __name__ == "__main__":
    main()
