#!/usr/bin/env python3
"""What phones bring home: exports of Kobo and ODK Central, in their shapes: forms.py PROGRAM"""
import json
import pathlib
import sys
import tempfile

from office import Office, counts

# Kobo: ";" between cells, groups before names, a column for the list and one for each choice, a place in five columns.
KOBO = '''"start";"end";"g/name_vi";"g/site_type";"g/threat_kinds";"g/threat_kinds/pollution";"g/threat_kinds/intrusion";"geometry";"_geometry_latitude";"_geometry_longitude";"_geometry_altitude";"_geometry_precision";"area_ha";"_id";"_uuid";"_submission_time";"_validation_status";"_notes";"_status";"_submitted_by";"__version__";"_tags";"_index"
"2026-01-02T10:00:00.000+07:00";"2026-01-02T10:05:00.000+07:00";"Bãi A";"candidate";"pollution intrusion";"1";"1";"10.5 105.1 3 4.8";"10.5";"105.1";"3";"4.8";"12.5";"101";"aaaa-1";"2026-01-02T03:05:00";"";"";"submitted_via_web";"lan";"v1";"";"1"
"2026-01-02T10:00:00.000+07:00";"2026-01-02T10:05:00.000+07:00";"Bãi B";"other";"";"0";"0";"";"";"";"";"";"";"102";"aaaa-2";"2026-01-02T03:06:00";"";"";"submitted_via_web";"lan";"v1";"";"2"
'''
# ODK Central: "-" between group and name, only columns for choices, KEY tells submissions apart.
ODK = '''SubmissionDate,g-name.en,g-site_type,g-threat_kinds/pollution,g-threat_kinds/intrusion,g-geometry-Latitude,g-geometry-Longitude,g-geometry-Altitude,g-geometry-Accuracy,meta-instanceID,KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion
2026-01-02T03:05:00.000Z,Beach A,pa,1,0,10.5,105.1,3,4.8,uuid:1,uuid:1,5,Lan,0,0,,approved,collect:x,0,2
2026-01-02T03:06:00.000Z,Beach B,oecm,0,0,,,,,uuid:2,uuid:2,5,Lan,0,0,,,collect:x,0,2
'''
KOBO_JSON = {"count": 1, "next": None, "previous": None, "results": [
    {"_id": 7, "_uuid": "bbbb-1", "g/name_vi": "Bãi C", "g/site_type": "candidate", "g/threat_kinds": "pollution",
     "geometry": "10 105 0 0;10 106 0 0;11 106 0 0;10 105 0 0", "_geolocation": [None, None], "_attachments": [],
     "repeat": [{"repeat/x": "1"}], "formhub/uuid": "f", "meta/instanceID": "uuid:bbbb-1"}]}
ODK_JSON = {"value": [
    {"__id": "uuid:9", "__system": {"submissionDate": "2026-01-02T03:05:00.000Z", "submitterName": "Lan"}, "meta": {"instanceID": "uuid:9"},
     "g": {"name": {"en": "Reef"}, "site_type": "pa", "area": 12.5, "area_unit": "ha",
           "geometry": {"type": "Point", "coordinates": [105.1, 10.5, 3], "properties": {"accuracy": 4.8}}}}], "@odata.context": "x"}


def check(office, folder):
    (folder / "kobo.csv").write_text(KOBO, encoding="utf-8")
    mapping = {"columns": {"g/name_vi": "name.vi", "area_ha": {"field": "area", "unit": "ha"}}}
    (folder / "m.json").write_text(json.dumps(mapping))
    told = office.json("import", "kobo.csv", "--type", "site", "--map", "m.json")
    assert counts(told) == {"new": 2}, (counts(told), told["problems"])
    sites = {row["name"]: shown["fields"] for row, shown in office.sites().values()}
    first = sites["Bãi A"]
    assert first["threat_kinds"] == ["intrusion", "pollution"] and first["geometry"]["coordinates"] == [105.1, 10.5], first
    assert first["precision_m"] == "4.8" and first["area"] == {"unit": "ha", "value": "12.5"}
    assert "threat_kinds" not in sites["Bãi B"] and "geometry" not in sites["Bãi B"]
    assert told["mapping"]["key"] == ["_uuid"] and told["mapping"]["columns"]["_notes"] is None, "what a form adds is no answer"
    (folder / "kobo.csv").write_text(KOBO.replace("12.5", "13").replace('"Bãi B"', '"Bãi D"'), encoding="utf-8")
    assert counts(office.json("import", "kobo.csv", "--type", "site", "--map", "m.json")) == {"update": 2}
    (folder / "odk.csv").write_text(ODK, encoding="utf-8")
    told = office.json("import", "odk.csv", "--type", "site")
    assert counts(told) == {"new": 1, "duplicate?": 1} and told["mapping"]["key"] in (["KEY"], ["meta-instanceID"]), told
    beach = office.sites()["Beach A"][1]["fields"]
    assert beach["threat_kinds"] == ["pollution"] and beach["geometry"]["coordinates"] == [105.1, 10.5], beach
    assert beach["precision_m"] == "4.8" and "threat_kinds" not in office.sites()["Beach B"][1]["fields"]
    (folder / "kobo.json").write_text(json.dumps(KOBO_JSON))
    told = office.json("import", "kobo.json", "--type", "site", "--map", "m.json")
    assert counts(told) == {"new": 1}, told["problems"]
    field = office.sites()["Bãi C"][1]["fields"]
    assert field["geometry"] == {"type": "Polygon", "coordinates": [[[105, 10], [106, 10], [106, 11], [105, 10]]]}, field
    (folder / "odk.json").write_text(json.dumps(ODK_JSON))
    told = office.json("import", "odk.json", "--type", "site")
    assert counts(told) == {"duplicate?": 1}, told["problems"]
    reef = office.sites()["Reef"][1]["fields"]
    assert reef["area"] == {"unit": "ha", "value": "12.5"} and reef["geometry"]["coordinates"][:2] == [105.1, 10.5], reef
    for name in ("kobo.csv", "odk.csv", "kobo.json", "odk.json"):
        words = ("--map", "m.json") if "kobo" in name else ()
        again = office.json("import", name, "--type", "site", *words)
        assert again["same"] == again["rows"], (name, counts(again))


def main():
    with tempfile.TemporaryDirectory() as folder:
        check(Office(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder)), pathlib.Path(folder))
    print("what phones bring home is imported")


if __name__ == "__main__":
    main()
