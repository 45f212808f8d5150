#!/usr/bin/env python3
"""Files that others made to break readers, through import and export: foreign_files.py PROGRAM SHARED

JSONTestSuite, geojsonhint, csv-spectrum and the naughty strings from beside the checkout. Whatever they hold, an import
either works or refuses with one sentence or by row. What was taken in goes out in every format, and is read there as it was
by readers that others wrote: see FORMATS.
"""
import collections
import csv
import io
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata

from office import Office

ENDINGS = (".verdicts.csv", ".map.json", ".rejects.csv")
TEXTS = ["name.en", "description.en", "desig.en", "threats.en", "mang_auth.en", "basin.en"]
# What a JSON reader may refuse, as all that are bounded do.
REFUSED = {"y_object_duplicated_key", "y_object_duplicated_key_and_value", "y_object_escaped_null_in_key", "y_string_null_escape"}


def said(value):
    """Texts as records keep them: trimmed, in normal form C, with LF."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip(" \t\n\u00a0")


class Suites:
    """All suites in one home. `wanted` holds what is in its records, by the text of each field; `places` their geometries."""

    def __init__(self, office, shared):
        self.office, self.shared = office, shared
        self.wanted, self.places = [], {}

    def write(self, name, content):
        (self.office.folder / name).write_bytes(content)
        return name

    def dry(self, name, *words, answers=(0, 2, 4)):
        done = subprocess.run([self.office.program, "import", name, *words, "--dry-run", "--json"], cwd=self.office.folder,
                              env=self.office.environment, capture_output=True, timeout=60)
        assert done.returncode in answers, (name, done.returncode, done.stderr)
        lines = done.stderr.decode().strip().splitlines()
        assert len(lines) == (done.returncode != 0), (name, lines)
        for ending in ENDINGS:
            (self.office.folder / (name + ending)).unlink(missing_ok=True)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None

    def take(self, name, *words):
        """Import what is good of it; the numbers of the rows that were refused, with their reasons."""
        told = self.office.json("import", name, *words, "--skip-bad")
        assert told["new"] + told["duplicate?"] + told["same"] + told["error"] == told["rows"], told
        refused = {}
        for problem in told["problems"]:
            if problem["verdict"] == "error":
                refused.setdefault(problem["row"], []).append(problem["reason"])
        assert len(refused) == told["error"], told
        return told["rows"], refused

    # -- JSONTestSuite --

    def json_texts(self):
        """What no reader may take is refused, what all must take is read: as a value of an object among others."""
        closed, open_ended = [], []
        for path in sorted((self.shared / "json").glob("test_*/*.json")):
            content = path.read_bytes()
            # of those that readers turn into different things nothing is asked
            stem = path.stem if path.parent.name == "test_parsing" else "i_" + path.stem
            (closed if is_closed(content) else open_ended).append((stem, content))
        lines = b"".join(b'{"name.en":"J%d","site_type":"pa","threats.en":%b,"desig.en":%b}\n' % (number, content, content)
                         for number, (_, content) in enumerate(closed))
        rows, refused = self.take(self.write("suite.jsonl", lines), "--type", "site")
        assert rows == len(closed), (rows, len(closed))
        for number, (stem, content) in enumerate(closed):
            reasons = refused.get(number + 1, [])
            unread = any("cannot be read" in reason for reason in reasons)
            assert unread == (stem[0] == "n" or stem in REFUSED) or stem[0] == "i", (stem, reasons)
            assert unread or not reasons or all("threats" in r or "desig" in r for r in reasons), (stem, reasons)
            if not reasons:
                value = json.loads(content.decode("utf-8", "surrogateescape"))
                text = cell_of(value)
                if text is not None:
                    both = {"threats.en": text, "desig.en": text} if text else {}
                    self.wanted.append({"name.en": f"J{number}", **both})
                else:
                    self.wanted.append({"name.en": f"J{number}", "?": True})
        for stem, content in open_ended:
            code, _ = self.dry(self.write("list.json", b'[{"name.en":"A","x":' + content + b"}]"), "--type", "site")
            assert code != 0, stem
        print(f"JSONTestSuite: {len(closed) - len(refused)} read, {len(refused) + len(open_ended)} refused")

    # -- geojsonhint --

    def maps(self):
        features = []
        data = self.shared / "geojson" / "test" / "data"
        for path in sorted(data.glob("*/*.geojson")):
            if path.parent.name != "good":
                self.dry(self.write("map.geojson", path.read_bytes()), "--type", "site")
                continue
            whole = json.loads(path.read_text())
            for feature in whole.get("features", [whole]):
                features.append((path.name, feature if feature.get("type") == "Feature" else {"type": "Feature", "geometry": feature}))
        for number, (_, feature) in enumerate(features):
            feature["properties"] = {**(feature.get("properties") or {}), "name.en": f"G{number}", "site_type": "pa"}
        whole = {"type": "FeatureCollection", "features": [feature for _, feature in features]}
        rows, refused = self.take(self.write("good.geojson", json.dumps(whole).encode()), "--type", "site")
        assert rows == len(features)
        for number, (name, feature) in enumerate(features):
            if number + 1 in refused:
                collection = (feature["geometry"] or {}).get("type") == "GeometryCollection" or name == "issue82.geojson"
                assert collection, (name, refused[number + 1])
                continue
            self.wanted.append({"name.en": f"G{number}", "?": True}) # what else its properties say is nobody's matter here
            if feature["geometry"]:
                self.places[f"G{number}"] = shape(feature["geometry"])
        print(f"geojsonhint: {len(features) - len(refused)} good features read, {len(refused)} refused")

    # -- csv-spectrum --

    def tables(self):
        rows = {}
        for path in sorted((self.shared / "csv" / "csvs").glob("*.csv")):
            told = json.loads((self.shared / "csv" / "json" / (path.stem + ".json")).read_text())
            told = told if isinstance(told, list) else [told]
            columns = list(told[0]) if told else []
            fields = dict(zip(columns, ["description.en", "desig.en", "threats.en", "mang_auth.en", "basin.en"]))
            mapping = {"type": "site", "set": {"name.en": "S", "site_type": "pa"}, "columns": fields, "key": []}
            self.write("m.json", json.dumps(mapping).encode())
            count, refused = self.take(self.write(path.name, path.read_bytes()), "--map", "m.json")
            assert count == len(told) and not refused, (path.name, count, refused)
            for row in told:
                # the telephone numbers of location_coordinates differ in the two files of the suite
                texts = {field: said(row[column]) for column, field in fields.items() if said(row[column])}
                if "Contact Phone Number" in fields:
                    texts = {**{field: text for field, text in texts.items() if field != fields["Contact Phone Number"]}, "?": True}
                # the same row of another file is the same record
                rows[frozenset(row.items())] = {"name.en": "S", **texts}
        self.wanted += rows.values()
        print(f"csv-spectrum: {len(rows)} rows")

    # -- naughty strings --

    def strings(self):
        texts = [text for text in json.loads((self.shared / "blns" / "blns.json").read_text()) if text.strip()]
        lines = "".join(json.dumps({"name": {"en": f"N{number}"}, "site_type": "pa", "threats": {"en": text}, "desig": {"en": text}})
                        + "\n" for number, text in enumerate(texts))
        rows, refused = self.take(self.write("in.jsonl", lines.encode()), "--type", "site")
        assert rows == len(texts) and len(refused) < len(texts) // 8, list(refused.items())[:3]
        self.wanted += [{"name.en": f"N{number}", "threats.en": said(text), "desig.en": said(text)}
                        for number, text in enumerate(texts) if number + 1 not in refused]
        print(f"naughty strings: {rows - len(refused)} kept, {len(refused)} refused")


def is_closed(content):
    """Whether brackets and quotation marks end where they should, so that what stands behind can be read."""
    depth, quoted, escaped = 0, False, False
    for byte in content.decode("latin-1"):
        if quoted:
            quoted, escaped = escaped or byte != '"', not escaped and byte == "\\"
            continue
        quoted = byte == '"'
        depth += (byte in "[{") - (byte in "]}")
        if depth < 0:
            return False
    return depth == 0 and not quoted


def cell_of(value):
    """The text of a cell, where it is one for sure: a text, or a list of one."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else [] if value else ""
    return said(value) if isinstance(value, str) else None


def shape(geometry):
    """Positions of a geometry, however its rings turn and where they begin."""
    def positions(value):
        if value and isinstance(value[0], (int, float)):
            yield tuple(round(number, 9) for number in value[:2])
        else:
            for part in value:
                yield from positions(part)
    return geometry["type"], frozenset(positions(geometry["coordinates"]))


# -- readers --

def unguarded(cell):
    """Cells that spreadsheets would take for formulas have an apostrophe before them: docs/export.md."""
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r") or re.fullmatch(r"[+-]?[0-9.,]+", cell), cell
    return cell[1:] if re.match(r"'+[=+\-@\t\r]", cell) else cell


def csv_by_python(path):
    return [{name: unguarded(cell) for name, cell in row.items()}
            for row in csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)]


def wdpca_by_python(path):
    return [{"name.en": row["NAME_ENG"], "desig.en": row["DESIG_ENG"]} for row in csv_by_python(path)]


def convert(path, *words):
    """Written down as CSV by LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    out = path.parent / "read"
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([program, "--headless", f"-env:UserInstallation=file://{path.parent}/office", *words, "--convert-to",
                    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1", "--outdir", "read", path.name],
                   cwd=path.parent, capture_output=True, check=True, timeout=300)
    written, = out.glob("*.csv")
    return list(csv.DictReader(io.StringIO(written.read_text(encoding="utf-8-sig"), newline="")))


def csv_by_libreoffice(path):
    columns = "/".join(f"{number}/2" for number in range(1, 40)) # texts, all of them
    rows = convert(path, f"--infilter=CSV:44,34,76,1,{columns},0,true,false")
    return rows and [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


def xlsx_by_libreoffice(path):
    return convert(path)


# A workbook by the header of each column. Control characters are _x0001_ there.
WORKBOOK = """
import json, sys
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
rows = load_workbook(sys.argv[1])["Site"].iter_rows(values_only=True)
header = next(rows)
text = lambda cell: unescape(cell) if isinstance(cell, str) else cell
print(json.dumps([dict(zip(header, map(text, row))) for row in rows]))
"""


def xlsx_by_openpyxl(path):
    """The Python of the system has it."""
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import openpyxl"], capture_output=True).returncode != 0:
        return None
    done = subprocess.run([python, "-c", WORKBOOK, path.name], cwd=path.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def by_python(features):
    return [{**feature["properties"], "?place": feature["geometry"]} for feature in features]


def geojson_by_python(path):
    return by_python(json.loads(path.read_text("utf-8"))["features"])


def of_wkt(text):
    """The same of well-known text: POLYGON Z ((1 2 3, ...))."""
    numbers = [point.split() for point in re.findall(r"[-0-9.e]+(?: [-0-9.e]+)+", text)]
    return text.split("(")[0].split()[0].upper(), frozenset(tuple(round(float(n), 9) for n in point[:2]) for point in numbers)


def by_ogr(path, *words):
    """As CSV, since its GeoJSON makes objects of texts that look like some."""
    if shutil.which("ogr2ogr") is None:
        return None
    done = subprocess.run(["ogr2ogr", "-f", "CSV", "-lco", "GEOMETRY=AS_WKT", "-lco", "STRING_QUOTING=ALWAYS", "/vsistdout/", *words,
                           path.name], cwd=path.parent, capture_output=True, check=True)
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8"), newline=""))
    return [{**row, "?place": row.get("WKT") or None} for row in rows]


def csv_by_ogr(path):
    rows = by_ogr(path)
    return rows and [{name: unguarded(cell or "") for name, cell in row.items()} for row in rows]


def gpkg_by_sqlite(path):
    package = sqlite3.connect(path)
    package.row_factory = sqlite3.Row
    found = [dict(row) for row in package.execute("SELECT * FROM site")]
    package.close()
    return found


def lines_by_python(path):
    found = []
    for record in map(json.loads, path.read_bytes().decode("utf-8").split("\n")[:-1]):
        texts = {f"{field}.{tag}": text for field, value in record["fields"].items() if isinstance(value, dict)
                 for tag, text in value.items()}
        found.append({**texts, "?place": record["fields"].get("geometry")})
    return found


# What is written, and who reads it.
FORMATS = [
    ("out.csv", [csv_by_python, csv_by_libreoffice, csv_by_ogr]),
    ("out.xlsx", [xlsx_by_openpyxl, xlsx_by_libreoffice]),
    ("out.geojson", [geojson_by_python, by_ogr]),
    ("out.gpkg", [gpkg_by_sqlite, by_ogr]),
    ("out.jsonl", [lines_by_python]),
    ("wdpca.csv", [wdpca_by_python]),
]


def check(suites, labels, name, read):
    found = read(suites.office.folder / name)
    if found is None:
        print(f"skipped: nothing here to read {name} with as {read.__name__} does")
        return False
    fields = ["name.en", "desig.en"] if name == "wdpca.csv" else TEXTS
    rows = collections.Counter()
    for row in found:
        row = {labels.get(key, key): value for key, value in row.items()}
        place = row.get("?place")
        if place and row["name.en"] in suites.places:
            kind, positions = suites.places[row["name.en"]]
            found_shape = of_wkt(place) if isinstance(place, str) else shape(place)
            assert found_shape == (kind.upper() if isinstance(place, str) else kind, positions), (name, read.__name__, row["name.en"], place)
        rows[frozenset((field, row[field]) for field in fields if row.get(field) not in (None, "", "Not Reported"))] += 1
    for texts in suites.wanted:
        key = frozenset((field, text) for field, text in texts.items() if field in fields)
        if "?" in texts:
            fits = [row for row in rows if row >= key]
            assert fits, (name, read.__name__, texts)
            key = fits[0]
        assert rows[key] > 0, (name, read.__name__, texts, [row for row in rows if ("name.en", texts["name.en"]) in row][:5])
        rows[key] -= 1
        rows += collections.Counter()
    assert not rows, (name, read.__name__, "more than went in", list(rows)[:3])
    return True


def main():
    program, shared = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]) / "vectors"
    if not shared.is_dir():
        print(f"skipped: there are no vectors in {shared}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        office = Office(program, pathlib.Path(folder))
        suites = Suites(office, shared)
        suites.json_texts()
        suites.maps()
        suites.tables()
        suites.strings()
        labels = {f"{field['label']} (en)": field["name"] + ".en" for field in office.json("types", "site")["fields"]}
        done = 0
        for name, readers in FORMATS:
            office.run("export", "site", name, *(["--format", "wdpca"] if name == "wdpca.csv" else []))
            done += sum(check(suites, labels, name, read) for read in readers)
            if name in ("out.csv", "out.xlsx", "out.geojson", "out.jsonl"):
                again = office.json("import", name)
                assert again["same"] == again["rows"] == len(suites.wanted), (name, again["problems"][:3])
        print(f"{len(suites.wanted)} records as {done} readers read them")


if __name__ == "__main__":
    main()
