#!/usr/bin/env python3
"""Twenty-five regions of a country, each with its own home and its own table: homes.py PROGRAM SHARED [long]

Each imports its file, all exchange bundles, each third of them in another order. All end with every site and one
fingerprint, and what makes the files hard to read is in the records.
"""
import csv
import json
import pathlib
import random
import sys
import tempfile

from office import Office

# What is known of the 25 files, counted by another reader below.
SITES, NATIONAL, WITHOUT_PLACE, BROKEN = 5469, 572, 1, 746
APOSTROPHES = "'’ʼ"
MAPPING = {
    "type": "site", "key": ["Реєстраційний номер"], "set": {"country": "UKR", "site_type": "pa", "language": "uk"},
    "columns": {"Реєстраційний номер": "external_id", "Унормована назва": "name.uk", "Унормована назва латиницею": "name.en",
                "Вид географічного об'єкту": "desig.uk", "Адміністративний статус": "tags",
                "Адміністративно-територіальна одиниця (АР Крим, область)": None, "Район": "description.uk",
                "Широта": {"field": "geometry", "part": "latitude", "values": {"N °'\"": ""}},
                "Довгота": {"field": "geometry", "part": "longitude", "values": {"E °'\"": ""}}}}


def found(program, folder, names):
    """One network, everybody a member of it and known to all."""
    offices = [Office(program, folder, names[0], "UKR", names[0])]
    for name in names[1:]:
        code = offices[0].json("invite", "--for", name)["code"]
        (folder / "code.txt").write_text(code)
        office = Office(program, folder, name, "UKR", name, network=None)
        office.run("join", "@code.txt", "--org", name, "--country", "UKR", "--kind", "ngo")
        Office.carry(office, offices[0])
        offices.append(office)
    offices[0].run("bundle", "make", "all.banyan")
    for office in offices[1:]:
        office.run("bundle", "apply", "all.banyan")
    return offices


def count_by_csv(files):
    """Sites, national ones, ones without a place, ones with a line break in what is kept, and with one in any cell; names
    with і, ї or ґ, and with an apostrophe."""
    counted = [0] * 7
    for file in files:
        with open(file, encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                kept = [row[column].strip() for column, field in MAPPING["columns"].items() if field is not None]
                counted[0] += 1
                counted[1] += row["Адміністративний статус"] == "загальнодержавного значення"
                counted[2] += not any(letter.isdigit() for letter in row["Широта"])
                counted[3] += any("\n" in cell for cell in kept)
                counted[4] += any("\n" in cell for cell in row.values())
                counted[5] += any(letter in row["Унормована назва"].lower() for letter in "іїґ")
                counted[6] += any(mark in row["Унормована назва"] for mark in APOSTROPHES)
    return counted


def bring_in(offices, files, folder):
    (folder / "map.json").write_text(json.dumps(MAPPING))
    rows = 0
    for office, file in zip(offices, files):
        told = office.json("import", str(file), "--map", "map.json")
        assert told["new"] == told["rows"] and not told["error"], (file.name, told["problems"][:3])
        again = office.json("import", str(file), "--map", "map.json")
        assert again["same"] == again["rows"] and again["import"] is None, "a second time adds nothing"
        rows += told["new"]
        office.run("bundle", "make", office.name + ".banyan")
    return rows


def exchange(offices):
    for number, office in enumerate(offices):
        others = [other.name + ".banyan" for other in offices if other is not office]
        if number % 3 == 1:
            others.reverse()
        elif number % 3 == 2:
            random.Random(number).shuffle(others)
        for bundle in others:
            office.run("bundle", "apply", bundle)


def check(offices, sites, national, without_place, with_line_break, _broken, with_letters, with_apostrophe):
    prints = {office.run("fingerprint", "--quiet").stdout for office in offices}
    assert len(prints) == 1, prints
    for office in offices:
        counted = office.json("sql", "SELECT count(*), count(DISTINCT record_owner), count(DISTINCT external_id) FROM site")["rows"]
        assert counted == [[sites, len(offices), sites]], (office.name, counted)
    office = offices[-1]
    def count(condition):
        return office.json("sql", "SELECT count(*) FROM site WHERE " + condition)["rows"][0][0]
    assert count("tags = 'загальнодержавного значення'") == national
    assert count("tags = 'місцевого значення'") == sites - national
    assert count("geometry IS NULL") == without_place
    found = office.json("sql", "SELECT max(id) FROM site WHERE external_id = 'П-100'")["rows"] # Oleksandriia, near Kyiv
    shown = office.json("show", found[0][0])["fields"] if found[0][0] is not None else None
    if shown is not None:
        assert shown["name.uk"] == "Олександрія" and shown["name.en"] == "Oleksandriia", shown
        longitude, latitude = shown["geometry"]["coordinates"]
        assert abs(latitude - (49 + 48 / 60 + 33 / 3600)) < 1e-8 and abs(longitude - (30 + 4 / 60 + 10 / 3600)) < 1e-8
    names = [row[0] for row in office.json("sql", "SELECT json_extract(document, '$.name.uk') FROM record WHERE type = 'site'")["rows"]]
    assert len([name for name in names if any(letter in name.lower() for letter in "іїґ")]) == with_letters > 0
    assert len([name for name in names if any(mark in name for mark in APOSTROPHES)]) == with_apostrophe, "apostrophes"
    breaks = office.json("sql", "SELECT count(*) FROM record WHERE type = 'site' AND document LIKE '%\\n%'")["rows"][0][0]
    assert breaks == with_line_break, breaks


def main():
    program, data = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]) / "data" / "ua"
    files = sorted(data.glob("pzo-*.csv"))
    if len(files) != 25:
        print(f"skipped: there are no 25 tables in {data}")
        sys.exit(77)
    if "long" not in sys.argv: # a few of them
        files = sorted(files, key=lambda file: file.stat().st_size)[:4]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        offices = found(program, folder, [file.stem for file in files])
        counted = count_by_csv(files)
        assert counted[:3] + [counted[4]] == [SITES, NATIONAL, WITHOUT_PLACE, BROKEN] or len(files) < 25, counted
        assert bring_in(offices, files, folder) == counted[0]
        exchange(offices)
        check(offices, *counted)
    print(f"{len(offices)} homes, {counted[0]} sites each, one fingerprint")


if __name__ == "__main__":
    main()
