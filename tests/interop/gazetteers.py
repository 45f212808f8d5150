#!/usr/bin/env python3
"""Places of Viet Nam and Laos as others publish them, whose names identify nothing: gazetteers.py PROGRAM SHARED

The traps that ../shared/data/SOURCES.md tells of are counted in the file by Python, and then in the records that it became.
"""
import collections
import csv
import json
import pathlib
import sys
import tempfile
import unicodedata

from office import Office

OLD, PARTED, PHUONG_1, TAN_THANH = 10038, 297, 34, 27 # communes; those that several new ones share; of one name each
OLD_TONE, NEW_TONE = 242, 1274                        # hoà (also in Hoàng) and hòa, as letters in the file


def communes(shared):
    """Old communes by their number: name, province, and the new ones that have a part of them."""
    wards = json.loads((shared / "data" / "vn" / "new_to_old.json").read_text(encoding="utf-8"))["wards"]
    found = {}
    for new in wards.values():
        for old in new["old_wards"]:
            row = found.setdefault(old["old_ward_id"], {"id": old["old_ward_id"], "name": old["old_ward_name"],
                                                        "province": old["old_province_name"], "now": []})
            row["now"].append(new["new_ward_name"])
    return list(found.values())


def viet_nam(office, shared):
    rows = communes(shared)
    names = collections.Counter(row["name"] for row in rows)
    parted = [row for row in rows if len(row["now"]) > 1]
    assert (len(rows), len(parted), names["Phường 1"], names["Xã Tân Thành"]) == (OLD, PARTED, PHUONG_1, TAN_THANH), (
        len(rows), len(parted), names["Phường 1"], names["Xã Tân Thành"])
    taken = [row for row in rows if row in parted or row["name"] in ("Phường 1", "Xã Tân Thành") or "hòa" in row["name"].lower().split()]
    with open(office.folder / "old.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "site_type", "description", "tags"])
        for row in taken:
            writer.writerow([row["id"], row["name"], "other", row["province"], "; ".join(sorted(set(row["now"])))])
    told = office.json("import", "old.csv", "--type", "site", "--key", "id", "--text-language", "vi")
    made = told["new"] + told.get("duplicate?", 0)
    assert made == len(taken) and not told["error"], told
    assert office.json("import", "old.csv", "--type", "site", "--key", "id", "--text-language", "vi")["same"] == len(taken)
    def count(condition):
        return office.json("sql", "SELECT count(*) FROM site WHERE " + condition)["rows"][0][0]
    assert count("record_label = 'Phường 1'") == PHUONG_1 and count("record_label = 'Xã Tân Thành'") == TAN_THANH, "a name is no key"
    assert count("instr(tags, ';') > 0") == len([row for row in taken if len(set(row["now"])) > 1])
    hoa = [row for row in taken if "hòa" in row["name"].lower().split()]
    assert hoa and all(unicodedata.is_normalized("NFC", row["name"]) for row in hoa)
    # where the tone stands in a syllable is two spellings of one word: either finds both
    for words in ("hoà", "hòa", "hoa"):
        found = {row["label"] for row in office.json("search", words, "--type", "site", "--limit", "5000")}
        assert {row["name"] for row in hoa} <= found, (words, sorted({row["name"] for row in hoa} - found))
    return len(taken)


def tones(shared):
    text = (shared / "data" / "vn" / "new_to_old.json").read_text(encoding="utf-8").lower()
    return text.count("hoà"), text.count("hòa")


def laos(office, shared):
    source = shared / "data" / "la" / "khammouane_districts.geojson"
    districts = json.loads(source.read_text(encoding="utf-8"))["features"]
    assert {len(feature["properties"]["ADM0_LO"]) for feature in districts} == {17}, "the country's name is cut in the file"
    mapping = {"type": "site", "key": ["ADM2_PCODE"], "set": {"site_type": "other", "country": "LAO", "language": "lo"},
               "columns": {"ADM2_LO": "name.lo", "ADM2_EN": "name.en", "ADM2_PCODE": "external_id", "ADM1_PCODE": "admin",
                           "ADM0_LO": None, "ADM0_EN": None}}
    (office.folder / "la.json").write_text(json.dumps(mapping))
    told = office.json("import", str(source), "--map", "la.json", "--dry-run")
    assert told["error"] == len(districts) == 10 and "LA12" in told["problems"][0]["reason"], "a P-code is no code of ISO 3166-2"
    mapping["columns"]["ADM1_PCODE"] = {"field": "admin", "values": {"LA12": "LA-KH"}}
    (office.folder / "la.json").write_text(json.dumps(mapping))
    told = office.json("import", str(source), "--map", "la.json")
    assert told["new"] == 10 and not told["error"], told
    for feature in districts:
        wanted = feature["properties"]
        found = office.json("sql", f"SELECT id FROM site WHERE external_id = '{wanted['ADM2_PCODE']}'")["rows"]
        fields = office.fields(found[0][0])
        assert len(found) == 1 and fields["name.lo"] == unicodedata.normalize("NFC", wanted["ADM2_LO"]), (found, fields)
        assert fields["geometry"]["type"] == feature["geometry"]["type"] and fields["admin"] == ["LA-KH"], fields
    for code in ("ADM2_LO", "ADM2_EN"):
        name = districts[0]["properties"][code]
        assert office.json("search", name), name
    provinces = json.loads((shared / "data" / "la" / "lao_adm1_simplified.geojson").read_text(encoding="utf-8"))["features"]
    assert len(provinces) == 18 and "LA-KH" in {feature["properties"]["shapeISO"] for feature in provinces}


def main():
    program, shared = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    if not (shared / "data" / "vn" / "new_to_old.json").exists():
        print(f"skipped: there are no gazetteers in {shared}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        office = Office(program, pathlib.Path(folder))
        counted = tones(shared)
        assert counted == (OLD_TONE, NEW_TONE), counted
        taken = viet_nam(office, shared)
        laos(office, shared)
    print(f"{taken} communes, 10 districts")


if __name__ == "__main__":
    main()
