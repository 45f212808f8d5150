#!/usr/bin/env python3
"""Workbooks written by another program (openpyxl) are imported as they are: xlsx_tables.py PROGRAM"""
import datetime
import pathlib
import subprocess
import sys
import tempfile

try:
    import openpyxl
except ImportError:
    print("skipped: no openpyxl")
    sys.exit(77)

from office import Office


def workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Khu vực"
    sheet.append(["Danh sách khu vực 2026"])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["STT", "Name (vi)", "Country", "Site type", "Area (ha)", "Year of status", "Lat", "Lon", "No"])
    sheet.append([1, "Búng Bình Thiên", "VNM", "candidate", 900.1 + 0.2, datetime.date(2019, 5, 1), 10.5, 105.1, "a"])
    sheet.append([2, "Cồn\nBửng & <b>", None, "other", 12, datetime.datetime(2020, 1, 31, 8, 30), 9.9, 106.6, "b"])
    sheet.append([3, "=HYPERLINK", None, "oecm", 0.0000001, None, None, None, "c"])
    sheet["B6"].data_type = "s"
    sheet.merge_cells("C4:C6")
    sheet.append([None, "Tổng cộng", None, None, 912.3])
    second = book.create_sheet("Second")
    second.append(["Name", "Site type", "Description"])
    second.append(["X", "pa", "line\rbreak"])
    hidden = book.create_sheet("Hidden", 0)
    hidden.sheet_state = "hidden"
    hidden.append(["Name", "Site type"])
    hidden.append(["H", "pa"])
    book.active = 1
    return book


def check(program, folder):
    office = Office(program, folder)
    workbook().save(folder / "sites.xlsx")
    done = office.json("import", "sites.xlsx", "--type", "site", "--key", "No")
    assert done["reading"] == "Excel, sheet Khu vực of 3", done["reading"]
    assert (done["rows"], done["new"], done["total"], done["error"]) == (4, 3, 1, 0), done
    sites = office.sites()
    assert set(sites) == {"Búng Bình Thiên", "Cồn\nBửng & <b>", "=HYPERLINK"}, sites.keys()
    fields = {name: shown["fields"] for name, (_, shown) in sites.items()}
    first, second, third = (fields[name] for name in ("Búng Bình Thiên", "Cồn\nBửng & <b>", "=HYPERLINK"))
    assert first["area"] == {"unit": "ha", "value": "900.3"}, first["area"]
    assert third["area"]["value"] in ("0.0000001", "0.00000010000000000000"), third["area"]
    assert first["status_yr"] == "2019-05-01" and second["status_yr"] == "2020-01-31"
    assert first["country"] == second["country"] == third["country"] == ["VNM"], "a merged cell stands for all its rows"
    assert first["geometry"]["coordinates"] == [105.1, 10.5]
    again = office.json("import", "sites.xlsx", "--type", "site", "--key", "No")
    assert (again["new"], again["same"]) == (0, 3), again
    other = office.json("import", "sites.xlsx", "--type", "site", "--sheet", "second")
    assert other["new"] == 1, other
    assert office.sites()["X"][1]["fields"]["description.en"] == "line\nbreak"
    assert office.json("import", "sites.xlsx", "--type", "site", "--sheet", "1")["new"] == 1
    refused = office.run("import", "sites.xlsx", "--type", "site", "--sheet", "Third", exit_code=2)
    assert "it has Hidden, Khu vực, Second" in refused.stderr, refused.stderr


def check_damage(program, folder):
    """Cut and flipped workbooks are refused in one sentence, and change nothing."""
    office = Office(program, folder)
    workbook().save(folder / "whole.xlsx")
    whole = (folder / "whole.xlsx").read_bytes()
    before = office.run("fingerprint").stdout
    for at in range(4, len(whole), len(whole) // 40):
        for kind, content in (("cut", whole[:at]), ("flipped", whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1:])):
            (folder / "damaged.xlsx").write_bytes(content)
            done = subprocess.run([program, "import", "damaged.xlsx", "--type", "site", "--dry-run"], cwd=folder,
                                  env=office.environment, capture_output=True, text=True)
            assert done.returncode in (0, 2, 4), (kind, at, done.returncode, done.stderr)
            assert done.returncode == 0 or len(done.stderr.strip().splitlines()) <= 2, (kind, at, done.stderr)
            (folder / "damaged.xlsx.verdicts.csv").unlink(missing_ok=True)
    assert office.run("fingerprint").stdout == before


def main():
    for test in (check, check_damage):
        with tempfile.TemporaryDirectory() as folder:
            test(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder))
    print("workbooks are imported as they are")


if __name__ == "__main__":
    main()
