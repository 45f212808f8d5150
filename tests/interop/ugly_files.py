#!/usr/bin/env python3
"""Tables as offices have them, ugly and damaged ones: what is read of them, and what is refused: ugly_files.py PROGRAM"""
import json
import os
import pathlib
import sys
import tempfile
import zipfile

from office import Office

HEAD = "name,site_type,"
# What the file says, and what the records of its rows have in the fields, or a part of the sentence that refuses it.
READ = [
    ("points between thousands, a decimal comma", "area,area_unit\nA,other,\"1.234,5\",ha\nB,other,\"12,5\",ha\nC,other,1.234,ha\n",
     "area", ["1234.5 ha", "12.5 ha", "1234 ha"]),
    ("points between thousands alone", "area,area_unit\nA,other,1.234.567,ha\nB,other,1.234,ha\nC,other,900,ha\n",
     "area", ["1234567 ha", "1234 ha", "900 ha"]),
    ("commas between thousands, a decimal point", "area,area_unit\nA,other,\"1,234.5\",ha\nB,other,\"1,234\",ha\nC,other,1.234,ha\n",
     "area", ["1234.5 ha", "1234 ha", "1.234 ha"]),
    ("a decimal point makes a comma one of thousands", "area,area_unit\nA,other,12.5,ha\nB,other,\"1,234\",ha\n",
     "area", ["12.5 ha", "1234 ha"]),
    ("a decimal comma among thousands is no mark of them", "area,area_unit\nA,other,\"1,234.5\",ha\nB,other,\"12,5\",ha\n",
     "area", ["1234.5 ha", "12.5 ha"]),
    ("three decimals behind a nought", "area,area_unit\nA,other,0.125,ha\nB,other,1.234,ha\n", "area", ["0.125 ha", "1.234 ha"]),
    ("units in the cells", "area\nA,other,\"1.234,5 ha\"\nB,other,2.500 m2\n", "area", ["1234.5 ha", "2500 m2"]),
    ("a unit in the header, and in Cyrillic in the cells too", "\"Площадь, га\"\nA,other,12 га\nB,other,\"12,5га\"\nC,other,7\n",
     "area", ["12 ha", "12.5 ha", "7 ha"]),
    ("an x without a y is no longitude", "x,area\nA,other,7,12 ha\n", "area", ["12 ha"]),
    ("nor in a group of a form", "g/x,area\nA,other,7,12 ha\n", "area", ["12 ha"]),
    ("one day behind the twelfth orders all dates", "status_yr\nA,other,25/12/2020\nB,other,09/01/2020\n", "status_yr",
     ["2020-12-25", "2020-01-09"]),
    ("months first", "status_yr\nA,other,12/25/2020\nB,other,09/01/2020\n", "status_yr", ["2020-12-25", "2020-09-01"]),
    ("a country in Russian", "Страна\nA,other,Казахстан\n", "country", [["KAZ"]]),
]
REFUSED = [ # by row: what is told of the faults
    ("both commas are decimal and not", "area,area_unit\nA,other,\"12,5\",ha\nB,other,12.5,ha\nC,other,\"1,234\",ha\n",
     ["\"1,234\" can be read in two ways"]),
    ("nothing shows what the comma is", "area,area_unit\nA,other,\"1,234\",ha\n", ["\"1,234\" can be read in two ways"]),
    ("nothing shows the order of the date", "status_yr\nA,other,09/01/2020\n", ["\"09/01/2020\" can be read in two ways"]),
    ("a byte of value 0", "country\nA,other,LA\0O\n", ["bytes of value 0"]),
    ("a latitude alone", "Широта\nA,other,\"10,5\"\nB,other,\"N 47°57'27\"\"\"\n", ["no column is known to have it"] * 2),
    ("a longitude alone", "Довгота\nA,other,105.5\n", ["no column is known to have it"]),
    ("half a place", "lat,lon\nA,other,\"10,5\",\nB,other,,106.5\nC,other,,\n", ["a latitude without"] + ["a longitude without"]),
    ("what a spreadsheet had no answer to", "country\n#REF!,other,LAO\nB,other,#N/A\n", ["no answer to the formula"] * 2),
]


def shown(value):
    return f"{value['value']} {value['unit']}" if isinstance(value, dict) and "unit" in value else value


def check_read(office):
    for number, (name, text, field, wanted) in enumerate(READ):
        path = office.folder / f"read{number}.csv"
        # equal rows would be one record, whatever the file
        path.write_text(HEAD + text.replace(",other,", f" {number},other,"), encoding="utf-8")
        told = office.json("import", path.name, "--type", "site")
        assert told["new"] == len(wanted), (name, told["problems"])
        rows = office.json("sql", f"SELECT id FROM site WHERE source LIKE '{path.name},%' ORDER BY record_label")["rows"]
        found = [shown(office.fields(row[0])[field]) for row in rows]
        assert found == wanted, (name, found)


def check_refused(office):
    for name, text, reasons in REFUSED:
        path = office.folder / "refused.csv"
        path.write_text(HEAD + text, encoding="utf-8")
        told = office.json("import", path.name, "--type", "site", "--dry-run", exit_code=0)
        found = [problem["reason"] for problem in told["problems"]]
        assert len(found) == len(reasons) and all(r in f for r, f in zip(reasons, found)), (name, found)
        assert all(problem["column"] in "ABCD" and problem["header"] and problem["field"] for problem in told["problems"]), told


def refuse(office, path, sentence, *words, exit_code=4):
    done = office.run("import", path.name, "--type", "site", *words, exit_code=exit_code)
    assert sentence in done.stderr and done.stderr.count("\n") == 1, done.stderr


def check_files(office):
    """Faults of a file as a whole: one sentence with the line, and nothing is imported."""
    broken = office.folder / "broken.csv"
    broken.write_text(HEAD + "country\nA,other,LAO\n\"B,other,LAO\nC,other,LAO\n")
    refuse(office, broken, "begins at line 3 has a quotation mark that is never closed", "--skip-bad")
    broken.write_text(HEAD + "country\nA \"the great\" one,other,LAO\n") # one within a cell is a letter
    assert office.json("import", broken.name, "--type", "site", "--dry-run")["new"] == 1
    ragged = office.folder / "ragged.csv"
    ragged.write_text("name,country\nA\nB,LAO,x,y\n")
    told = office.run("import", ragged.name, "--type", "site", "--dry-run").stdout
    assert "no row stands below row 3, which was taken for the header" in told, told
    long = office.folder / "long.json"
    long.write_text("[" * 100000)
    assert len(office.run("import", long.name, "--type", "site", "--dry-run").stdout) < 1000
    for crs in ({"type": "EPSG", "properties": {"code": 32648}}, {"type": "link", "properties": {"href": "x"}}, "EPSG:3857"):
        place = office.folder / "place.geojson"
        place.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [
            {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}))
        refuse(office, place, "names no system of coordinates")


# Bytes of a file, words of the command, and what is told: the encoding, and of each fault the row, column and byte.
ENCODINGS = [
    ("another encoding than it is in", b"country\nCaf\xe9,other,LAO\nQuarry,other,LAO\n", ["--encoding", "utf-8"], "utf-8", [(2, "A", "0xE9")]),
    ("UTF-8 with a bad byte", "country\nCafé,other,LAO\n".encode() + b"bad \xff,other,LAO\n", [], "utf-8", [(3, "A", "0xFF")]),
    ("halves of characters", "country\nPhú Quốc,other,LAO\n".encode() + b"C,other,L\xc3O\n", [], "utf-8", [(3, "C", "0xC3")]),
    ("a byte that Cyrillic has not", b"country\n\xcf\xe0\xf0\xea,other,LAO\nB\x98,other,LAO\n", [], "windows-1251", [(3, "A", "0x98")]),
    ("a byte that western has not", b"country\nCaf\xe9,other,LAO\nB\x81,other,LAO\n", [], "windows-1252", [(3, "A", "0x81")]),
    ("a byte that Vietnamese has not", b"country\nB\x69\xccnh,other,LAO\nB\x8a,other,LAO\n", [], "windows-1258", [(3, "A", "0x8A")]),
    ("in a column that is no field, and beyond the header", "x\nA,other,é\n".encode() + b"B,other,\xff\nC,other,,\xff\n", ["--encoding", "utf-8"],
     "utf-8", [(3, "C", "0xFF"), (4, None, "0xFF")]),
]


def check_encodings(office):
    """A byte that stands for nothing is a fault of its row; it is no letter of a record."""
    path = office.folder / "bytes.csv"
    for name, text, words, encoding, faults in ENCODINGS:
        path.write_bytes(HEAD.encode() + text)
        told = office.json("import", path.name, "--type", "site", "--dry-run", *words)
        assert f", {encoding}," in told["reading"], (name, told["reading"])
        found = [(p["row"], p["column"], p["reason"]) for p in told["problems"] if p["verdict"] == "error"]
        assert len(found) == len(faults), (name, told["problems"])
        for (row, column, reason), (its_row, its_column, byte) in zip(found, faults):
            assert (row, column) == (its_row, its_column) and byte in reason and encoding in reason, (name, row, column, reason)
    half = (HEAD + "country\nCafé\ud800,other,LAO\nQuarry,other,LAO\n").encode("utf-16", "surrogatepass")
    path.write_bytes(half)
    told = office.json("import", path.name, "--type", "site", "--dry-run")
    assert [(p["row"], p["column"]) for p in told["problems"]] == [(2, "A")] and "0xD800" in told["problems"][0]["reason"], told
    path.write_bytes(HEAD.encode() + ENCODINGS[0][1])
    before = office.json("sql", "SELECT count(*) FROM site")["rows"]
    office.run("import", path.name, "--type", "site", "--encoding", "utf-8", exit_code=4)
    assert office.json("sql", "SELECT count(*) FROM site")["rows"] == before
    assert office.json("import", path.name, "--type", "site", "--encoding", "utf-8", "--skip-bad")["new"] == 1
    rejects = office.folder / "bytes.csv.rejects.csv"
    refuse(office, rejects, "1 of 1 rows have faults") # the mark in its place is no letter of a record either
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("Caf\ufffd", "Café"), encoding="utf-8")
    assert office.json("import", rejects.name)["new"] == 1
    # what a header in another encoding looks like is no field: the guess is named
    path.write_bytes("Қорық,Аумағы\nA,1\n".encode("ptcp154"))
    refuse(office, path, "no column of the file, read as windows-1251, is known as a field of site")
    refuse(office, path, "no column of the file is known as a field of site", "--encoding", "windows-1251")
    path.write_text(HEAD + "x\nA,other,1\n")
    for tag in ("xx1", "english_us", "v", ""):
        refuse(office, path, f"'{tag}' is no language", "--text-language", tag, exit_code=2)
    path.write_bytes(b"name,site_type,\xff\xc3\xa9\nA,other,x\n")
    refuse(office, path, "the header, in line 1: the byte 0xFF")


def workbook(path, rows):
    ns = "http://schemas.openxmlformats.org/"
    parts = {
        "xl/workbook.xml": f"<workbook xmlns='{ns}spreadsheetml/2006/main' xmlns:r='{ns}officeDocument/2006/relationships'>"
                           "<sheets><sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{ns}package/2006/relationships'><Relationship Id='r1' Type='{ns}"
                                      "officeDocument/2006/relationships/worksheet' Target='worksheets/s.xml'/></Relationships>",
        "xl/worksheets/s.xml": f"<worksheet xmlns='{ns}spreadsheetml/2006/main'><sheetData>{rows}</sheetData></worksheet>"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)


def texts(*cells):
    return "".join(f"<c t='inlineStr'><is><t>{cell}</t></is></c>" for cell in cells)


def check_workbooks(office):
    path = office.folder / "book.xlsx"
    head = "<row r='1'>" + texts("name", "site_type", "area", "description") + "</row>"
    # a formula that no spreadsheet reckoned is no empty cell; one whose answer is an empty text is
    workbook(path, head + "<row r='2'>" + texts("A", "other") + "<c><f>1+1</f><v></v></c></row>"
                        + "<row r='3'>" + texts("B", "other") + "<c t='str'><f>\"\"</f><v></v></c></row>")
    told = office.json("import", path.name, "--type", "site", "--dry-run")
    assert [p["reason"] for p in told["problems"]] == ['field area: "=1+1" does not begin with a number'], told["problems"]
    # Excel itself tells numbers from texts: a point in one is a decimal one, whatever stands in the cells around it
    workbook(path, head + "<row r='2'>" + texts("C", "other", "12,5 ha") + "</row>"
                        + "<row r='3'>" + texts("D", "other") + "<c><v>12.345</v></c></row>")
    (office.folder / "map.json").write_text(json.dumps({"columns": {"area": {"field": "area", "unit": "ha"}}}))
    office.run("import", path.name, "--type", "site", "--map", "map.json")
    rows = office.json("sql", "SELECT area FROM site WHERE source LIKE 'book.xlsx,%' ORDER BY record_label")["rows"]
    assert [str(row[0]) for row in rows] == ["12.5", "12.345"], rows
    # a row past its bounds is a fault, and those around it are read
    for number, (more, fault) in enumerate([(4096 - 2, None), (4096 - 1, "more than 4096 cells or 1048576 bytes")]):
        workbook(path, head + "<row r='2'>" + texts("E", "other") + "<c/>" * (more - 1) + texts("x") + "</row>"
                            + "<row r='3'>" + texts("F", "other") + "</row>")
        told = office.json("import", path.name, "--type", "site", "--skip-bad", "--dry-run")
        assert (told["new"], told["error"]) == ((2, 0), (1, 1))[number], told
        assert fault is None or (told["problems"][0]["row"], fault in told["problems"][0]["reason"]) == (2, True), told["problems"]
    workbook(path, head + "<row r='2'>" + texts("G", "other", "", "x" * (1 << 20)) + "</row><row r='3'>" + texts("H", "other") + "</row>")
    told = office.json("import", path.name, "--type", "site", "--skip-bad", "--dry-run")
    assert (told["new"], told["error"], told["problems"][0]["row"]) == (1, 1, 2), told
    # a tag that never ends is looked at again with each piece: it has a bound
    workbook(path, head + "<row r='2' x='" + "A" * (8 << 20) + "'/>")
    refuse(office, path, "has a tag or remark of more than")


def check_places_to_write(office):
    """What stands where a file is to be written stays, unless it is a file or a link, and is to be replaced."""
    pipe, kept, link = (office.folder / name for name in ("pipe.csv", "kept.txt", "link.csv"))
    os.mkfifo(pipe)
    assert "is no ordinary file" in office.run("export", "site", pipe.name, "--replace", exit_code=2).stderr
    assert pipe.is_fifo()
    kept.write_text("kept")
    link.symlink_to(kept.name)
    assert "is there already" in office.run("export", "site", link.name, exit_code=2).stderr and link.is_symlink()
    office.run("export", "site", link.name, "--replace")
    assert not link.is_symlink() and kept.read_text() == "kept"


def check_mapping(office):
    (office.folder / "t.csv").write_text("A,B\nTên,\"1,234\"\n", encoding="utf-8")
    def told(mapping, exit_code=0):
        (office.folder / "m.json").write_text(json.dumps(mapping))
        done = office.run("import", "t.csv", "--type", "site", "--map", "m.json", "--text-language", "vi", "--dry-run", "--json",
                          exit_code=exit_code)
        return json.loads(done.stdout) if exit_code == 0 else done.stderr
    whole = {"set": {"site_type": "other"}, "columns": {"A": "name.vi", "B": {"field": "area", "unit": "ha", "comma": "thousands"}}}
    first = told(whole)
    assert first["new"] == 1, first
    assert told(first["mapping"])["mapping"] == first["mapping"], "what is written is read"
    assert "\"colums\" is none of type, key, set, columns" in told({"colums": {}}, exit_code=4)
    assert "\"set\" names 'sitetype', which is no field of site" in told({"set": {"sitetype": "other"}}, exit_code=4)
    assert "none of decimal, thousands" in told({"columns": {"B": {"field": "area", "comma": "x"}}}, exit_code=4)
    # two columns with one header, and letters that are put together otherwise than in JSON
    (office.folder / "t.csv").write_text("name,Z9,Z9,Lo\u0323c,site_type\nA,1,2,3,nope\nB,1,2,3,other\n", encoding="utf-8")
    guess = told({"columns": {"L\u1ecdc": "description.en"}})["mapping"]
    assert guess["columns"] == {"name": "name.vi", "Z9": None, "Lo\u0323c": "description.en", "site_type": "site_type"}, guess
    assert told(guess)["mapping"] == guess
    (office.folder / "m.json").write_text(json.dumps(guess))
    assert office.json("import", "t.csv", "--map", "m.json", "--skip-bad")["new"] == 1
    mended = (office.folder / "t.csv.rejects.csv").read_bytes().replace(b"nope,", b"other,")
    (office.folder / "t.csv.rejects.csv").write_bytes(mended)
    assert office.json("import", "t.csv.rejects.csv")["new"] == 1
    # columns that the mapping does not name are guessed in the language that is said beside it
    (office.folder / "t.csv").write_text("name,site_type\nRừng,other\n", encoding="utf-8")
    assert told({})["mapping"]["columns"]["name"] == "name.vi"


def main():
    with tempfile.TemporaryDirectory() as folder:
        office = Office(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder))
        check_read(office)
        check_refused(office)
        check_files(office)
        check_workbooks(office)
        check_mapping(office)
        check_places_to_write(office)
        check_encodings(office)
    print(f"{len(READ)} tables read, {len(REFUSED)} refused")


if __name__ == "__main__":
    main()
