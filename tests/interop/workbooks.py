#!/usr/bin/env python3
"""Workbooks for offices: written, edited by another program (openpyxl), and imported again: workbooks.py PROGRAM"""
import csv
import datetime
import json
import pathlib
import sys
import tempfile

try:
    import openpyxl
    from openpyxl.utils.escape import unescape
except ImportError:
    print("skipped: no openpyxl")
    sys.exit(77)

from office import Office, counts

POINT = {"type": "Point", "coordinates": [104.97895400449869, 17.47947864052871]}
POLYGON = {"type": "Polygon", "coordinates": [[[106, 9], [107, 9], [107, 10], [106, 10], [106, 9]]]}
FORMULA = '=HYPERLINK("http://example.org";"x")'


def fill(office):
    bung = office.add("site", "name.vi=Búng Bình Thiên; 1", "name.en=" + FORMULA, "country=VNM;KHM", "site_type=candidate",
                      "area=900,50 ha", "geometry=" + json.dumps(POINT), "status_yr=2019-05-01", "description.en=a\nb_x0041_")
    con = office.add("site", "name.vi=Cồn Bửng", "site_type=other", "geometry=" + json.dumps(POLYGON), "status_yr=2020",
                     "parent=" + bung, "wdpca_id=0123", "supp_info.en=" + "x" * 16000)
    return bung, con


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[1]}


def rows(sheet):
    names = columns(sheet)
    return {sheet.cell(row, names["banyan: record"]).value: row for row in range(2, sheet.max_row + 1)}


def verdicts(folder, name):
    with open(folder / (name + ".verdicts.csv"), encoding="utf-8-sig") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["verdict"] in ("update", "proposal", "conflict")}


def written(office, folder):
    bung, con = fill(office)
    office.add("event", "title.en=Meeting", "kind=workshop", "start_date=2024-05-01")
    told = office.json("export", "site", "event", "all.xlsx")
    assert {kind["type"]: kind["records"] for kind in told["types"]} == {"site": 2, "event": 1}, told
    book = openpyxl.load_workbook(folder / "all.xlsx")
    assert book.sheetnames == ["Site", "Event"], book.sheetnames
    sheet = book["Site"]
    at, names = rows(sheet), columns(sheet)
    def cell(record, name):
        return sheet.cell(at[record], names[name])
    assert cell(bung, "Name (en)").value == FORMULA and cell(bung, "Name (en)").data_type == "s", "a text is no formula"
    assert cell(bung, "Area").value == 900.5 and cell(bung, "Area").data_type == "n"
    assert cell(bung, "Area (unit)").value.lower().startswith("hectare") and "; " in cell(bung, "Countries").value
    description = cell(bung, "Description (en)").value
    assert unescape(description) == "a\nb_x0041_" != description, "readers would take it for an A"
    day = cell(bung, [name for name in names if name.startswith("Year of")][0])
    assert day.value == datetime.datetime(2019, 5, 1) and day.number_format == "yyyy-mm-dd"
    assert cell(con, "Part of").value.endswith(f"x\") ({bung})") and ";" not in cell(con, "Part of").value, cell(con, "Part of").value
    assert cell(con, "WDPCA site number").value == "0123", "what only looks like a number keeps its zeros"
    assert sheet.column_dimensions[sheet.cell(1, names["banyan: id"]).column_letter].hidden
    assert sheet.freeze_panes == "B2"
    for name in ("Site", "Event"):
        again = office.json("import", "all.xlsx", "--sheet", name)
        assert again["same"] == again["rows"], (name, counts(again), again["problems"])


def edited(office, folder):
    """An office edits a workbook in its language: updates, a proposal, a conflict, a new row; what it left alone stays."""
    bung, con = fill(office)
    other = office.invite("Second")
    theirs = other.add("site", "name.en=Theirs", "site_type=pa")
    Office.carry(other, office)
    other.run("export", "site", "--editable", "--lang", "vi", "x.xlsx")
    assert counts(other.json("import", "x.xlsx")) == {"same": 3}, "nothing was edited"
    book = openpyxl.load_workbook(folder / "x.xlsx")
    assert book["banyan"].sheet_state == "hidden"
    sheet = book.worksheets[0]
    assert sheet.title == "Khu vực", sheet.title
    at, names = rows(sheet), columns(sheet)
    choices = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in sheet.data_validations.dataValidation}
    column = sheet.cell(1, names["Loại khu vực"]).column_letter
    assert choices[column].type == "list", choices.keys()
    source = choices[column].formula1.split("!")[1].replace("$", "")
    labels = [row[0].value for row in book["banyan"][source]]
    assert "Tiềm năng" in labels and len(labels) == 5, labels
    sheet.cell(at[theirs], names["Loại khu vực"]).value = "Tiềm năng"
    sheet.cell(at[theirs], names["Diện tích"]).value = 12.5
    sheet.cell(at[theirs], names["Diện tích (đơn vị)"]).value = "héc-ta"
    sheet.cell(at[bung], names["Diện tích"]).value = 901
    new = sheet.max_row + 1
    sheet.cell(new, names["Tên (vi)"]).value = "Mới"
    sheet.cell(new, names["Loại khu vực"]).value = "Tiềm năng"
    book.save(folder / "edited.xlsx")
    told = other.json("import", "edited.xlsx", "--dry-run")
    assert counts(told) == {"new": 1, "same": 1, "update": 1, "proposal": 1}, (counts(told), told["problems"])
    told_of = verdicts(folder, "edited.xlsx")
    assert told_of[theirs]["reason"] == "site_type: pa -> candidate; area: (nothing) -> 12.5 ha" and not told_of[theirs]["field"], told_of
    assert (told_of[bung]["field"], told_of[bung]["reason"]) == ("area", "area: 900.50 ha -> 901 ha"), told_of
    assert told_of[bung]["column"] == sheet.cell(1, names["Diện tích"]).column_letter, told_of
    changed = {row["id"]: row for row in told["changed"]}
    assert (changed[theirs]["verdict"], changed[theirs]["label"], changed[bung]["verdict"]) == ("update", "Theirs", "proposal"), changed
    assert [(change["path"], change["before"], change["text"]) for change in changed[bung]["changes"]] == [("area", "900.50 ha", "901 ha")]
    shown = other.run("--lang", "vi", "import", "edited.xlsx", "--dry-run").stdout
    assert "Diện tích: 900.50 ha → 901 ha" in shown and "Loại khu vực: Khu bảo tồn" in shown and "→ Tiềm năng" in shown, shown
    assert counts(other.json("import", "edited.xlsx")) == counts(told)
    assert other.fields(theirs) == {**other.fields(theirs), "site_type": "candidate", "area": {"unit": "ha", "value": "12.5"}}
    Office.carry(other, office)
    assert [proposal["id"] for proposal in office.json("inbox")] == [bung]
    conflicts(office, folder, bung, con)


def form(office, folder):
    """A form that telephones take, and what they bring home."""
    office.run("export", "site", "--format", "xlsform", "--lang", "vi", "form.xlsx")
    book = openpyxl.load_workbook(folder / "form.xlsx")
    assert book.sheetnames == ["survey", "choices", "settings"], book.sheetnames
    survey = [[cell.value for cell in row] for row in book["survey"]]
    assert survey[0] == ["type", "name", "label::English (en)", "label::Tiếng Việt (vi)", "label::Русский (ru)", "required", "constraint"]
    questions = {row[1]: row for row in survey[1:]}
    assert questions["name_vi"][:4] == ["text", "name_vi", "Name", "Tên"] and questions["name_vi"][5] == "yes"
    assert questions["geometry"][0] == "geopoint" and questions["threat_kinds"][0] == "select_multiple threat"
    assert questions["area"][0] == "decimal" and questions["area_unit"][0] == "select_one area-unit"
    choices = {}
    for name, code, *_ in (tuple(cell.value for cell in row) for row in list(book["choices"])[1:]):
        choices.setdefault(name, set()).add(code)
    for kind, *_ in survey[1:]:
        if kind.startswith("select_"):
            assert choices[kind.split()[1]], kind
    assert [cell.value for cell in book["settings"][2]][1] == "site"
    answers = {"name_vi": "Bãi", "site_type": "candidate", "threat_kinds": "pollution intrusion", "geometry": "10.5 105.1 0 5",
               "area": "12.5", "area_unit": "ha", "KEY": "uuid:1"}
    assert set(answers) - {"KEY"} <= set(questions)
    (folder / "answers.csv").write_text(",".join(answers) + "\n" + ",".join(answers.values()) + "\n", encoding="utf-8")
    told = office.json("import", "answers.csv", "--type", "site")
    assert counts(told) == {"new": 1}, told["problems"]
    assert "nothing of type allocation repeats" in office.run("export", "site", "allocation", "--format", "xlsform", "f.xlsx", exit_code=2).stderr


def conflicts(office, folder, bung, con):
    office.run("export", "site", "--editable", "y.xlsx")
    book = openpyxl.load_workbook(folder / "y.xlsx")
    sheet = book.worksheets[0]
    at, names = rows(sheet), columns(sheet)
    year = [name for name in names if name.startswith("Year of")][0]
    sheet.cell(at[con], names[year]).value = 2021
    sheet.cell(at[con], names["WDPCA site number"]).value = None
    sheet.cell(at[con], names["Part of"]).value = None
    sheet.cell(at[con], names["Why it qualifies (en)"]).value = "x" * 15000 + "y" + "x" * 999
    book.save(folder / "y.xlsx")
    office.run("edit", con, "status_yr=2018")
    told = office.json("import", "y.xlsx", "--dry-run")
    assert counts(told)["conflict"] == 1, (counts(told), told["problems"])
    reason = verdicts(folder, "y.xlsx")[con]["reason"].split("; ")
    assert reason[:2] == ["status_yr: 2020 -> 2021 (changed in the file and, since the export, here too", "here it says 2018)"], reason
    assert "wdpca_id: 0123 -> (nothing)" in reason and f"parent: {bung} -> (nothing)" in reason, reason
    long = "…" + "x" * 40
    assert any(text.startswith(f"supp_info.en: {long}x") and f"-> {long}y" in text and len(text) < 400 for text in reason), reason
    shown = office.run("import", "y.xlsx").stdout
    assert "parent: =HYPERLINK" in shown and "here it says 2018)" in shown, shown
    fields = office.fields(con)
    assert "wdpca_id" not in fields and "parent" not in fields, "cells that were emptied"
    values = {value["value"] for found in office.json("conflicts") for value in found["values"] if found["id"] == con}
    assert values == {"2018", "2021"}, values
    assert fields["supp_info.en"] == "x" * 15000 + "y" + "x" * 999
    geometry = office.fields(bung)["geometry"]
    assert geometry["coordinates"] == POINT["coordinates"], geometry


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for test in (written, edited, form):
        with tempfile.TemporaryDirectory() as folder:
            test(Office(program, pathlib.Path(folder)), pathlib.Path(folder))
    print("workbooks go out, are edited and come in")


if __name__ == "__main__":
    main()
