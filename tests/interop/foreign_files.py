#!/usr/bin/env python3
"""Files that others made to break readers, through import and export: foreign_files.py PROGRAM SHARED [long]

JSONTestSuite, geojsonhint, csv-spectrum and the naughty strings from beside the checkout. Whatever they hold, an
import either works or refuses with one sentence; what is kept comes out again as it is, read by Python.
"""
import csv
import io
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata

from office import Office

ENDINGS = (".verdicts.csv", ".map.json", ".rejects.csv")


def dry(office, path, *words, answers=(0, 4)):
    done = subprocess.run([office.program, "import", str(path), *words, "--dry-run", "--json"], cwd=office.folder,
                          env=office.environment, capture_output=True, timeout=60)
    assert done.returncode in answers, (path.name, done.returncode, done.stderr)
    lines = done.stderr.decode().strip().splitlines()
    assert len(lines) == (done.returncode != 0), (path.name, lines)
    for ending in ENDINGS:
        pathlib.Path(str(path) + ending).unlink(missing_ok=True)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None


def json_suite(office, shared):
    """As the only element of a list: what no reader may take is refused, what all must take is read."""
    read = refused = 0
    for path in sorted((shared / "json" / "test_parsing").glob("*.json")):
        content = path.read_bytes()
        ways = (("list", b'[{"name.en":"A","x":' + content + b"}]"), ("lines", content))
        for name, around in ways[:1 + ("long" in sys.argv)]:
            file = office.folder / f"{name}.json"
            file.write_bytes(around)
            code, told = dry(office, file, "--type", "site", answers=(0, 2, 4))
            if name == "list":
                # where readers differ in what they take of it, nothing is guessed
                assert path.name[0] != "n" or code != 0 or told["rows"] == 0, (path.name, told)
                bounded = ("y_object_duplicated_key", "y_object_duplicated_key_and_value", "y_object_escaped_null_in_key",
                           "y_string_null_escape")
                assert path.name[0] != "y" or code == 0 or path.stem in bounded, (path.name, code)
                read, refused = read + (code == 0), refused + (code != 0)
    print(f"JSONTestSuite: {read} read, {refused} refused")
    return read and refused


def geojson(office, shared):
    kept = 0
    data = shared / "geojson" / "test" / "data"
    for path in sorted(data.glob("*/*.geojson")):
        file = office.folder / "map.geojson"
        file.write_bytes(path.read_bytes())
        code, told = dry(office, file, "--type", "site", answers=(0, 2, 4))
        if path.parent.name != "good" or code != 0:
            continue
        whole = json.loads(path.read_text())
        assert told["rows"] == len(whole.get("features", [whole])), (path.name, told["rows"])
        faults = [problem for problem in told["problems"] if problem["field"] == "geometry"]
        collection = "GeometryCollection" in path.read_text() or path.name == "issue82.geojson"
        assert not faults or collection, (path.name, faults)
        kept += told["rows"]
    print(f"geojsonhint: {kept} good features read")
    return kept


def spectrum(office, shared):
    """What csv-spectrum says is in each table is in the records."""
    for path in sorted((shared / "csv" / "csvs").glob("*.csv")):
        wanted = json.loads((shared / "csv" / "json" / (path.stem + ".json")).read_text())
        wanted = wanted if isinstance(wanted, list) else [wanted]
        columns = list(wanted[0]) if wanted else []
        office = Office(office.program, office.folder, home=path.stem) # the same row is the same record
        fields = ["description.en", "desig.en", "threats.en", "mang_auth.en", "basin.en"]
        file = office.folder / path.name
        file.write_bytes(path.read_bytes())
        mapping = {"type": "site", "set": {"name.en": "N", "site_type": "pa", "source": path.stem},
                   "columns": dict(zip(columns, fields[:len(columns)])), "key": []}
        (office.folder / "m.json").write_text(json.dumps(mapping))
        done = office.json("import", path.name, "--map", "m.json", "--skip-bad")
        assert done["new"] == done["rows"] == len(wanted), (path.name, done)
        found = [office.fields(row["id"]) for row in office.json("list", "site", "source=" + path.stem)["rows"]]
        # lists of records have no order; cells are trimmed, in normal form C, with LF
        def said(value):
            return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        for row in wanted:
            # the telephone numbers of location_coordinates differ in the two files of the suite
            pairs = {field: said(row[column]) for column, field in zip(columns, fields)
                     if said(row[column]) and column != "Contact Phone Number"}
            assert any(pairs.items() <= record.items() for record in found), (path.name, pairs, found)
    return True


# A workbook as openpyxl reads it: by the header of each column. Control characters are _x0001_ there.
WORKBOOK = """
import json, sys
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
rows = load_workbook(sys.argv[1])["Site"].iter_rows(values_only=True)
header = next(rows)
text = lambda cell: unescape(cell) if isinstance(cell, str) else cell
print(json.dumps([dict(zip(header, map(text, row))) for row in rows]))
"""


def by_openpyxl(folder):
    """None where it is not there; the Python of the system has it."""
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import openpyxl"], capture_output=True).returncode != 0:
        print("skipped: no openpyxl to read workbooks with")
        return None
    done = subprocess.run([python, "-c", WORKBOOK, "out.xlsx"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {row["Name (en)"]: row["Threats (en)"] for row in json.loads(done.stdout)}


def by_libreoffice(folder):
    """The same workbook as LibreOffice shows it, written down by it as CSV."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        print("skipped: no LibreOffice to read workbooks with")
        return None
    subprocess.run([program, "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to",
                    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1", "--outdir", "read", "out.xlsx"],
                   cwd=folder, capture_output=True, check=True, timeout=300)
    text = (folder / "read" / "out-Site.csv").read_text(encoding="utf-8-sig") if (folder / "read" / "out-Site.csv").exists() \
        else (folder / "read" / "out.csv").read_text(encoding="utf-8-sig")
    return {row["Name (en)"]: row["Threats (en)"] for row in csv.DictReader(io.StringIO(text, newline=""))}


def by_sqlite(folder):
    package = sqlite3.connect(folder / "out.gpkg")
    found = dict(package.execute('SELECT "name.en", "threats.en" FROM site'))
    package.close()
    return found


def by_ogr(folder):
    """The GeoPackage as GDAL reads it."""
    if shutil.which("ogr2ogr") is None:
        print("skipped: no ogr2ogr to read the GeoPackage with")
        return None
    done = subprocess.run(["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", "out.gpkg", "site"], cwd=folder, capture_output=True, check=True)
    return {feature["properties"]["name.en"]: feature["properties"]["threats.en"] for feature in json.loads(done.stdout)["features"]}


def others(office, wanted):
    """Formats that we do not read ourselves as text, by readers that others wrote."""
    for name in ("out.xlsx", "out.gpkg"):
        office.run("export", "site", name)
    for read in (by_openpyxl, by_libreoffice, by_sqlite, by_ogr):
        found = read(office.folder)
        different = {} if found is None else {key: (value, found.get(key)) for key, value in wanted.items() if found.get(key) != value}
        assert not different, (read.__name__, len(different), list(different.items())[:3])


def naughty(office, shared):
    """Strings go in as JSON lines and CSV, and come out of every format as they went in, or are refused."""
    strings = [text for text in json.loads((shared / "blns" / "blns.json").read_text()) if text.strip()]
    with open(office.folder / "in.jsonl", "w", encoding="utf-8") as file:
        for number, text in enumerate(strings):
            file.write(json.dumps({"name": {"en": f"N{number}"}, "site_type": "pa", "threats": {"en": text}}) + "\n")
    done = office.json("import", "in.jsonl", "--type", "site", "--skip-bad", exit_code=0)
    assert done["rows"] == len(strings) and done["new"] + done["error"] == len(strings), done
    assert done["error"] < len(strings) // 8, done["problems"][:3]
    kept = {row["name"]: row["id"] for row in office.json("list", "site", "--columns", "name")["rows"]}
    wanted = {f"N{number}": unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip(" \t\n")
              for number, text in enumerate(strings) if f"N{number}" in kept}
    others(office, wanted)
    for name in ("out.csv", "out.geojson", "out.jsonl"):
        office.run("export", "site", name)
        text = (office.folder / name).read_bytes().decode("utf-8-sig")
        if name.endswith("csv"):
            found = {row["name.en"]: row["threats.en"] for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)}
            unguarded = {key: value[1:] if value[:1] == "'" and value.lstrip("'")[:1] in "=+-@\t\r" and value != wanted[key]
                         else value for key, value in found.items()}
            assert not any(value[:1] in "=+-@\t\r" and value.lstrip("+-").strip("0123456789.,") for value in found.values())
            found = unguarded
        elif name.endswith("geojson"):
            found = {feature["properties"]["name.en"]: feature["properties"]["threats.en"]
                     for feature in json.loads(text)["features"]}
        else:
            found = {record["fields"]["name"]["en"]: record["fields"]["threats"]["en"]
                     for record in map(json.loads, text.split("\n")[:-1])}
        different = {key: (value, found.get(key)) for key, value in wanted.items() if found.get(key) != value}
        assert not different, (name, list(different.items())[:3])
        words = () if name.endswith("jsonl") else ("--type", "site")
        again = office.json("import", name, *words)
        assert again["same"] == again["rows"] == len(wanted), (name, again["problems"][:3])
    print(f"naughty strings: {len(wanted)} kept, {done['error']} refused")
    return True


def main():
    program, shared = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]) / "vectors"
    if not shared.is_dir():
        print(f"skipped: there are no vectors in {shared}")
        sys.exit(77)
    for test in (json_suite, geojson, spectrum, naughty):
        with tempfile.TemporaryDirectory() as folder:
            assert test(Office(program, pathlib.Path(folder)), shared), test.__name__


if __name__ == "__main__":
    main()
