#!/usr/bin/env python3
"""Twenty-five regions of a country, each with its own home and its own table: homes.py PROGRAM SHARED

Each imports its file, all exchange bundles, each third of them in another order. All end with every site and one
fingerprint, and what makes the files hard to read is in the records.
"""
import json
import pathlib
import random
import sys
import tempfile

from office import Office

SITES, NATIONAL, WITHOUT_PLACE, WITH_LINE_BREAK = 5469, 572, 1, 746
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
    assert rows == SITES, rows


def exchange(offices):
    for number, office in enumerate(offices):
        others = [other.name + ".banyan" for other in offices if other is not office]
        if number % 3 == 1:
            others.reverse()
        elif number % 3 == 2:
            random.Random(number).shuffle(others)
        for bundle in others:
            office.run("bundle", "apply", bundle)


def check(offices):
    prints = {office.run("fingerprint", "--quiet").stdout for office in offices}
    assert len(prints) == 1, prints
    for office in offices:
        counted = office.json("sql", "SELECT count(*), count(DISTINCT record_owner), count(DISTINCT external_id) FROM site")["rows"]
        assert counted == [[SITES, len(offices), SITES]], (office.name, counted)
    office = offices[-1]
    def count(condition):
        return office.json("sql", "SELECT count(*) FROM site WHERE " + condition)["rows"][0][0]
    assert count("tags = 'загальнодержавного значення'") == NATIONAL
    assert count("tags = 'місцевого значення'") == SITES - NATIONAL
    assert count("geometry IS NULL") == WITHOUT_PLACE
    found = office.json("list", "site", "external_id=П-100")["rows"]
    shown = office.json("show", found[0]["id"])["fields"]
    assert shown["name.uk"] == "Олександрія" and shown["name.en"] == "Oleksandriia", shown
    longitude, latitude = shown["geometry"]["coordinates"]
    assert abs(latitude - (49 + 48 / 60 + 33 / 3600)) < 1e-9 and abs(longitude - (30 + 4 / 60 + 10 / 3600)) < 1e-9
    assert count("name LIKE '%''%' OR name LIKE '%ʼ%' OR name LIKE '%’%'") > 0, "apostrophes"
    breaks = office.json("sql", "SELECT count(*) FROM record WHERE type = 'site' AND document LIKE '%\\n%'")["rows"][0][0]
    assert breaks == WITH_LINE_BREAK, breaks


def main():
    program, data = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]) / "data" / "ua"
    files = sorted(data.glob("pzo-*.csv"))
    if len(files) != 25:
        print(f"skipped: there are no 25 tables in {data}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        offices = found(program, folder, [file.stem for file in files])
        bring_in(offices, files, folder)
        exchange(offices)
        check(offices)
    print(f"{len(offices)} homes, {SITES} sites each, one fingerprint")


if __name__ == "__main__":
    main()
