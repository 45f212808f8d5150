#!/usr/bin/env python3
"""Rows that an import refused, mended by other programs and imported again: rejects.py PROGRAM

Of each kind of source, with a key and without: what is mended adds exactly the mended rows, with the values that they
would have had among the others; the same file again, and the mended source, add nothing.
"""
import csv
import io
import json
import pathlib
import sys
import tempfile

from office import Office, counts

try:
    import openpyxl
except ImportError:
    openpyxl = None

HEAD = ["No", "Name", "Site type", "Area, ha", "status_yr", "Remarks"]
# What a row says, and with what it is mended: a list of column and cell. Remarks hold what tables are torn by.
ROWS = [
    (["1", "A", "pa", "12,5", "25/12/2020", "plain"], None),
    (["2", "B", "park", "1.234", "09/01/2020", "two\nlines; \"quoted\", =x\n\nand an empty one"], [(2, "pa")]),
    (["3", "Заповедник «Вишера»", "oecm", "x", "01/02/2021", "=1+1"], [(3, "2.345,5")]),
    (["4", "", "pa", "1.000", "02/01/2021", "'=already guarded"], [(1, "D'")]),
    (["5", "E", "park", "y", "31/31/2021", "\tbegins with a tab, ends with spaces  "],
     [(2, "other"), (3, "5.432"), (4, "03/02/2021")]),
    (["6", "F", "other", "2.000,5", "03/02/2021", "'single'"], None),
]
NUMBERS = {"12,5": 12.5, "1.234": 1234, "1.000": 1000, "2.000,5": 2000.5, "2.345,5": 2345.5, "5.432": 5432}


def table(rows):
    return [list(row) for row, _ in rows]


def mend(rows, mended):
    for number, (_, changes) in enumerate(ROWS):
        if mended and changes:
            for column, cell in changes:
                rows[number][column] = cell
    return rows


def write_csv(path, rows, encoding, delimiter, end="\r\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([HEAD] + rows)
    path.write_bytes(out.getvalue().encode(encoding))


def as_json(cell):
    """As programs write JSON: numbers are numbers, days as they are written in it."""
    return "-".join(reversed(cell.split("/"))) if cell.count("/") == 2 else NUMBERS.get(cell, cell)


def properties(rows):
    for row in rows:
        yield dict(zip(HEAD, [row[0], *map(as_json, row[1:])]))


def write_geojson(path, rows):
    def place(row):
        x = 105 + int(row["No"])
        return {"type": "Polygon", "coordinates": [[[x + 0.25, 10.5], [x + 0.5, 10.5], [x + 0.5, 10.75], [x + 0.25, 10.5]]]}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": place(row), "properties": row} for row in properties(rows)]}, ensure_ascii=False, indent=1))


def write_form(path, rows):
    path.write_text(json.dumps({"results": [{"part": row} for row in properties(rows)]}))


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in properties(rows)))


def write_xlsx(path, rows):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    for row in properties(rows):
        book.active.append(list(row.values()))
    # texts that would be formulas are texts there
    for cells in book.active.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "s"
    book.save(path)


SOURCES = [
    ("utf-8", "t.csv", lambda path, rows: write_csv(path, rows, "utf-8", ";"), "No"),
    ("utf-8 with a mark and commas", "t.csv", lambda path, rows: write_csv(path, rows, "utf-8-sig", ","), "No"),
    ("utf-16", "t.csv", lambda path, rows: write_csv(path, rows, "utf-16", "\t"), "No"),
    ("windows-1251, lines end in CR", "t.csv", lambda path, rows: write_csv(path, rows, "windows-1251", ";", "\r"), "No"),
    ("a workbook", "t.xlsx", write_xlsx, "No"),
    ("a map", "t.geojson", write_geojson, "No"),
    ("JSON lines", "t.jsonl", write_lines, "No"),
    ("submissions", "t.json", write_form, "part/No"),
]


def resave(path, spelt, delimiter, encoding):
    """The rejects as a spreadsheet saves them, after somebody mended them: the reasons may stay."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    head = [name.split("/")[-1] for name in rows[0]]
    for row in rows[1:]:
        by_name = dict(zip(head, row))
        changes, = [changes for cells, changes in ROWS if cells[0] == by_name["No"]]
        for column, cell in changes:
            row[head.index(HEAD[column])] = spelt(cell)
    with open(path, "w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def fields_by_name(office):
    """All that records say, but from where they came."""
    office.run("export", "site", "--replace", "all.jsonl")
    records = [json.loads(line)["fields"] for line in (office.folder / "all.jsonl").read_text("utf-8").splitlines()]
    return {record["name"]["en"]: dict(record, source=None) for record in records}


def check(program, folder, source, key, saved):
    name, file, write, key_column = source
    office = Office(program, folder)
    options = ["--type", "site"] + (["--key", key_column] if key else [])
    bad = sum(changes is not None for _, changes in ROWS)
    write(folder / file, mend(table(ROWS), False))
    told = office.json("import", file, *options, "--skip-bad")
    assert (told["new"], told["error"]) == (len(ROWS) - bad, bad), (name, key, told["problems"])

    rejects = folder / (file + ".rejects.csv")
    again = office.json("import", rejects.name, "--skip-bad", "--rejects", "again.csv")
    assert counts(again) == {"error": bad}, (name, key, counts(again))
    first, second = (path.read_text("utf-8-sig") for path in (rejects, folder / "again.csv"))
    assert first == second, ("refused again, the rows are as they were", name, key, first, second)
    resave(rejects, str if file.endswith(".csv") else lambda cell: str(as_json(cell)), *saved)
    mended = office.json("import", rejects.name)
    assert counts(mended) == {"new": bad}, (name, key, counts(mended), mended["problems"])
    assert counts(office.json("import", rejects.name)) == {"same": bad}, (name, key)

    write(folder / file, mend(table(ROWS), True))
    same = office.json("import", file, *options)
    assert counts(same) == {"same": len(ROWS)}, (name, key, counts(same), same["problems"])

    other = Office(program, folder, home="other")
    other.run("import", file, *options)
    found, wanted = fields_by_name(office), fields_by_name(other)
    assert found == wanted and len(found) == len(ROWS), (name, key, [(found.get(k), v) for k, v in wanted.items() if found.get(k) != v])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    # as banyan writes them, and as spreadsheets save them where commas are decimal
    saved = [(",", "utf-8-sig"), (";", "utf-16")]
    done = 0
    for number, source in enumerate(SOURCES):
        if source[2] == write_xlsx and openpyxl is None:
            print("skipped: no openpyxl to write workbooks with")
            continue
        for key in (True, False):
            with tempfile.TemporaryDirectory() as folder:
                check(program, pathlib.Path(folder), source, key, saved[(number + key) % 2])
                done += 1
    print(f"{done} sources refused in part, mended and imported")


if __name__ == "__main__":
    main()
