#!/usr/bin/env python3
"""A workbook as an office works on it: edited, saved by LibreOffice, and imported again: spreadsheet.py PROGRAM"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
    import openpyxl
except ImportError:
    print("skipped: no openpyxl")
    sys.exit(77)
if shutil.which("soffice") is None:
    print("skipped: no LibreOffice")
    sys.exit(77)

from office import Office, counts
from workbooks import columns, rows

LANGUAGES = {"vi": {"area": "Diện tích", "kind": "Loại khu vực", "candidate": "Tiềm năng", "name": "Tên (vi)"},
             "ru": {"area": "Площадь", "kind": "Тип территории", "candidate": "Кандидат", "name": "Название (vi)"}}


def saved_by_office(folder, name):
    """As LibreOffice writes it when somebody presses save."""
    out = folder / "saved"
    out.mkdir(exist_ok=True)
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                    "--outdir", str(out), str(folder / name)], check=True, capture_output=True, timeout=300)
    return out / name


def fill(office):
    return [office.add("site", f"name.vi=Rừng {at}", "site_type=other", f"area={at}00,5 ha", f"status_yr=20{at}0-05-01",
                       "country=VNM;LAO", f"description.vi=dòng {at}", "geometry=10.5,105.1") for at in (1, 2, 3, 4)]


def looks(book, language):
    """What makes it a workbook for an office is there after LibreOffice saved it."""
    sheet = book.worksheets[0]
    names = columns(sheet)
    hidden = [name for name in names if name.startswith(("banyan: id", "banyan: version"))]
    assert len(hidden) == 2, names
    for name in hidden:
        letter = openpyxl.utils.get_column_letter(names[name])
        group = [at for at, dimension in sheet.column_dimensions.items() if dimension.hidden
                 and dimension.min <= names[name] <= dimension.max]
        assert group, f"{name} ({letter}) is not hidden any more"
    assert book["banyan"].sheet_state == "hidden"
    column = openpyxl.utils.get_column_letter(names[LANGUAGES[language]["kind"]])
    rules = [rule for rule in sheet.data_validations.dataValidation if any(str(area).startswith(column) for area in rule.sqref.ranges)]
    assert rules and rules[0].type == "list", "the drop-down is gone"
    day = [name for name in names if any(sheet.cell(row, names[name]).is_date for row in range(2, sheet.max_row + 1))]
    assert day, "days are no days any more"
    return sheet, names


def work(office, folder, language):
    ids = fill(office)
    words = LANGUAGES[language]
    other = office.invite("Second")
    theirs = other.add("site", "name.vi=Của họ", "site_type=pa", "area=7 ha")
    Office.carry(other, office)
    office.run("export", "site", "--editable", "--lang", language, "out.xlsx")
    # without a window LibreOffice keeps no panes: that the header stays is seen before
    assert openpyxl.load_workbook(folder / "out.xlsx").worksheets[0].freeze_panes == "B2"
    shutil.copy(saved_by_office(folder, "out.xlsx"), folder / "untouched.xlsx")
    told = office.json("import", "untouched.xlsx", "--dry-run")
    assert counts(told) == {"same": 5}, (language, counts(told), told["problems"])
    book = openpyxl.load_workbook(folder / "untouched.xlsx")
    sheet, names = looks(book, language)
    at = rows(sheet)
    area, name = names[words["area"]], names[words["name"]]
    sheet.cell(at[ids[0]], area).value = "1234,5"            # a decimal comma, typed as text
    sheet.cell(at[ids[1]], area).value = None                # a cell that is cleared, with its unit
    sheet.cell(at[ids[1]], area + 1).value = None
    day = [header for header in names if sheet.cell(at[ids[2]], names[header]).is_date][0]
    sheet.cell(at[ids[2]], names[day]).value = "2.6.2031"     # a date retyped as text
    sheet.cell(at[ids[2]], names[day]).number_format = "@"
    sheet.cell(at[ids[1]], names[day]).value = 43952          # a day that lost its format
    sheet.cell(at[ids[1]], names[day]).number_format = "General"
    sheet.cell(at[theirs], names[words["kind"]]).value = words["candidate"]
    new = sheet.max_row + 1
    sheet.cell(new, name).value = "Mới"
    sheet.cell(new, names[words["kind"]]).value = sheet.cell(at[ids[0]], names[words["kind"]]).value
    office.run("edit", ids[3], "area=9 ha")
    sheet.cell(at[ids[3]], area).value = 5
    # sorted the other way round, and filtered, which hides rows
    body = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=2)]
    for row, values in enumerate(reversed(body), 2):
        for column, (value, number_format) in enumerate(values, 1):
            sheet.cell(row, column).value = value
            sheet.cell(row, column).number_format = number_format
    sheet.auto_filter.ref = sheet.dimensions
    sheet.row_dimensions[3].hidden = True
    book.save(folder / "edited.xlsx")
    told = office.json("import", str(saved_by_office(folder, "edited.xlsx")), "--dry-run", exit_code=None)
    assert counts(told) == {"new": 1, "update": 4, "conflict": 1}, (language, counts(told), told["problems"])
    office.run("import", "saved/edited.xlsx")
    shown = [office.fields(id) for id in ids]
    assert shown[0]["area"] == {"unit": "ha", "value": "1234.5"}, shown[0]["area"]
    assert "area" not in shown[1], "a cell that was cleared takes the value away"
    assert shown[1]["status_yr"] == "2020-05-01", shown[1]["status_yr"]
    assert shown[2]["status_yr"] == "2031-06-02", shown[2]["status_yr"]
    assert len(office.json("conflicts")) == 1
    assert counts(office.json("import", "saved/edited.xlsx"))["same"] >= 5
    # rows that are taken out of the workbook stay records: nothing is deleted by leaving it out
    book = openpyxl.load_workbook(folder / "saved" / "edited.xlsx")
    sheet = book.worksheets[0]
    for id in ids[:2]:
        sheet.delete_rows(rows(sheet)[id])
    book.save(folder / "less.xlsx")
    told = office.json("import", str(saved_by_office(folder, "less.xlsx")))
    assert counts(told) == {"same": 4} and len(office.json("list", "site")["rows"]) == 6, (counts(told), told["problems"])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            work(Office(program, pathlib.Path(folder)), pathlib.Path(folder), language)
    print("what LibreOffice saved comes back")


if __name__ == "__main__":
    main()
