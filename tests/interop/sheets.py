#!/usr/bin/env python3
"""Workbooks with a sheet for each province or year, imported at once: sheets.py PROGRAM"""
import csv
import json
import pathlib
import sys
import tempfile

try:
    import openpyxl
except ImportError:
    print("skipped: no openpyxl")
    sys.exit(77)

from office import Office, counts

HEADER = ["No", "Name (vi)", "Area (ha)", "Site type"]
PROVINCES = {
    "Lào Cai": [(1, "Hoàng Liên", 28509, "pa"), (2, "Bát Xát", 18637, "pa")],
    "Hà Giang": [(11, "Du Già", 15006.3, "pa"), (12, "Bát Đại Sơn", 4531, "pa"), (13, "Tây Côn Lĩnh", 14489, "pa")],
    "Cao Bằng": [(21, "Phia Oắc", 10593.5, "pa")],
}


def workbook(folder, name="provinces.xlsx", change=None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for province, rows in PROVINCES.items():
        sheet = book.create_sheet(province)
        sheet.append([f"Protected areas of {province}"])
        sheet.append(HEADER)
        for row in rows:
            sheet.append(row)
    book.create_sheet("Notes").append(["Sent by the departments in May"])
    book.create_sheet("Empty")
    hidden = book.create_sheet("old")
    hidden.append(HEADER)
    hidden.append((99, "Hidden", 1, "pa"))
    hidden.sheet_state = "hidden"
    if change is not None:
        change(book)
    book.save(folder / name)


def names(office):
    return {row["name"] for row in office.json("list", "site", "--columns", "name", exit_code=None)["rows"]}


def all_sheets(office, folder):
    """All sheets come in as one import, which is taken back as one."""
    workbook(folder)
    told = office.json("import", "provinces.xlsx", "--type", "site", "--sheet", "all", "--key", "No", "--dry-run", exit_code=None)
    assert counts(told) == {"new": 6}, (counts(told), told["problems"])
    assert {sheet["sheet"]: sheet["rows"] for sheet in told["sheets"]} == {name: len(rows) for name, rows in PROVINCES.items()}
    assert {left["sheet"] for left in told["sheets_left_out"]} == {"Notes", "Empty"}, told["sheets_left_out"]
    with open(folder / "provinces.xlsx.verdicts.csv", encoding="utf-8-sig") as file:
        verdicts = list(csv.DictReader(file))
    assert [(row["sheet"], row["row"], row["verdict"]) for row in verdicts][:3] == [
        ("Lào Cai", "3", "new"), ("Lào Cai", "4", "new"), ("Hà Giang", "3", "new")], verdicts
    told = office.json("import", "provinces.xlsx", "--type", "site", "--sheet", "all", "--key", "No")
    assert counts(told) == {"new": 6} and names(office) == {row[1] for rows in PROVINCES.values() for row in rows}
    again = office.json("import", "provinces.xlsx", "--type", "site", "--sheet", "all", "--key", "No")
    assert counts(again) == {"same": 6} and again["import"] is None
    one = office.json("import", "provinces.xlsx", "--type", "site", "--sheet", "Cao Bằng", "--key", "No")
    assert counts(one) == {"same": 1}, "a row is the same record whether its sheet comes alone or with others"
    some = office.json("import", "provinces.xlsx", "--type", "site", "--sheet", "2", "--sheet", "cao bằng", "--key", "No")
    assert counts(some) == {"same": 4} and [sheet["sheet"] for sheet in some["sheets"]] == ["Hà Giang", "Cao Bằng"]
    source = office.json("show", office.json("list", "site", "name=Du Già")["rows"][0]["id"])["fields"]["source"]
    assert source == "provinces.xlsx, Hà Giang, row 3", source
    undone = office.json("import", "undo", told["import"])
    assert undone["deleted"] == 6 and not names(office), undone
    assert "no sheet 'Sơn La'" in office.run("import", "provinces.xlsx", "--type", "site", "--sheet", "Sơn La", exit_code=2).stderr


def faults(office, folder):
    """A fault names its sheet; what is good comes in, and what was mended adds what was mended."""
    def spoil(book):
        book["Lào Cai"]["C3"].value = "much"
        book["Hà Giang"]["A4"].value = 1
        book["Hà Giang"]["D5"].value = "castle"
    workbook(folder, "bad.xlsx", spoil)
    words = ("--type", "site", "--sheet", "all", "--key", "No")
    told = office.json("import", "bad.xlsx", *words, exit_code=4)
    faults = {(problem["sheet"], problem["row"], problem["column"]) for problem in told["problems"]}
    assert faults == {("Lào Cai", 3, "C"), ("Hà Giang", 4, None), ("Hà Giang", 5, "D")}, told["problems"]
    same_key = [problem["reason"] for problem in told["problems"] if problem["row"] == 4]
    assert same_key == ["Lào Cai, row 3 has the same key"], same_key
    shown = office.run("import", "bad.xlsx", *words, exit_code=4).stdout
    assert "Hà Giang" in shown and "Left out: Notes" in shown, shown
    told = office.json("import", "bad.xlsx", *words, "--skip-bad")
    files = {rejects["sheet"]: rejects["file"] for rejects in told["rejects"]}
    assert counts(told) == {"new": 3, "error": 3}, counts(told)
    assert files == {name: f"bad.xlsx.{name}.rejects.csv" for name in ("Lào Cai", "Hà Giang")}, files
    for file, old, new in ((files["Lào Cai"], "much", "28509"), (files["Hà Giang"], "castle", "pa")):
        text = (folder / file).read_text(encoding="utf-8-sig").replace(old, new).replace('\n1,Bát', '\n12,Bát')
        (folder / file).write_text(text, encoding="utf-8-sig")
        mended = office.json("import", file, "--type", "site", "--key", "No")
        assert "error" not in counts(mended) and mended["new"] == (1 if "Lào" in file else 2), mended["problems"]
    whole = names(office)
    assert whole == {row[1] for rows in PROVINCES.values() for row in rows}, whole
    workbook(folder, "bad.xlsx")
    assert counts(office.json("import", "bad.xlsx", *words)) == {"same": 6}


def mapped(office, folder):
    """A mapping says of a sheet what is other in it, and leaves sheets out."""
    def add(book):
        sheet = book.create_sheet("Meetings")
        sheet.append(["Title", "Kind of event", "Held"])
        sheet.append(["Planning", "workshop", "2024-05-01"])
    workbook(folder, "mixed.xlsx", add)
    mapping = {"type": "site", "key": ["No"], "sheets": {
        "Cao Bằng": None, "Meetings": {"type": "event", "columns": {"Kind of event": "kind", "Held": "start_date"}}}}
    (folder / "m.json").write_text(json.dumps(mapping), encoding="utf-8")
    told = office.json("import", "mixed.xlsx", "--map", "m.json", "--sheet", "all")
    assert counts(told) == {"new": 6}, (counts(told), told["problems"])
    assert [(sheet["sheet"], sheet["type"]) for sheet in told["sheets"]] == [
        ("Lào Cai", "site"), ("Hà Giang", "site"), ("Meetings", "event")], told["sheets"]
    assert len(office.json("list", "event")["rows"]) == 1
    written = told["mapping"]
    assert set(written["sheets"]) == {"Cao Bằng", "Meetings", "Notes", "Empty"} and written["sheets"]["Cao Bằng"] is None, written
    (folder / "again.json").write_text(json.dumps(written), encoding="utf-8")
    again = office.json("import", "mixed.xlsx", "--map", "again.json", "--sheet", "all")
    assert counts(again) == {"same": 6}, again["problems"]
    first = office.json("import", "mixed.xlsx", "--map", "again.json")
    assert [sheet["sheet"] for sheet in first["sheets"]] == ["Lào Cai", "Meetings"], "the first, and what the mapping names"
    (folder / "wrong.json").write_text(json.dumps({**mapping, "sheets": {"Meetings": "event"}}))
    wrong = office.run("import", "mixed.xlsx", "--map", "wrong.json", "--sheet", "all", exit_code=4).stderr
    assert 'the sheet "Meetings" is neither a mapping nor null' in wrong, wrong


def exported(office, folder):
    """A workbook that was exported with several types comes back whole."""
    office.add("site", "name.vi=A", "site_type=pa")
    office.add("event", "title.vi=E", "kind=workshop")
    office.run("export", "site", "event", "--editable", "both.xlsx")
    book = openpyxl.load_workbook(folder / "both.xlsx")
    for sheet, header, value in (("Site", "Name (vi)", "B"), ("Event", "Title (vi)", "F")):
        at = {cell.value: cell.column for cell in book[sheet][1]}
        book[sheet].cell(2, at[header]).value = value
    book.save(folder / "both.xlsx")
    told = office.json("import", "both.xlsx", "--sheet", "all")
    assert counts(told) == {"update": 2}, (counts(told), told["problems"])
    assert office.json("import", "undo", told["import"])["restored"] == 2


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for test in (all_sheets, faults, mapped, exported):
        with tempfile.TemporaryDirectory() as folder:
            test(Office(program, pathlib.Path(folder)), pathlib.Path(folder))
    print("sheets come in at once")


if __name__ == "__main__":
    main()
