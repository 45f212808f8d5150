#!/usr/bin/env python3
"""Groups that repeat in a form, in the shapes that Kobo and ODK Central export them: repeats.py PROGRAM"""
import copy
import csv
import io
import json
import pathlib
import sys
import tempfile
import zipfile

try:
    import openpyxl
except ImportError:
    print("skipped: no openpyxl")
    sys.exit(77)

from office import Office, counts

# What was asked for: an event, its sessions, and within each session what was handed out.
ANSWERS = [
    {"uuid": "0a1b", "title": "Workshop in Huế", "kind": "workshop", "country": "VNM",
     "session": [{"title": "Mangroves", "date": "2026-03-01", "topics": "rivers oecm",
                  "documents": [{"title": "Slides"}, {"title": "Map"}]},
                 {"title": "Rivers", "date": "2026-03-02", "topics": "", "documents": []}]},
    {"uuid": "0a2c", "title": "Meeting in Vinh", "kind": "meeting", "country": "VNM", "session": []},
    {"uuid": "0a3d", "title": "Workshop in Pakse", "kind": "workshop", "country": "LAO",
     "session": [{"title": "Wetlands", "date": "2026-03-09", "topics": "forests", "documents": [{"title": "Report"}]}]},
]
MAPPING = {"type": "event", "columns": {"g/title_vi": "title.vi"}, "sheets": {
    "documents": {"type": "document", "list": "documents", "set": {"kind": "presentation"}}}}


def kobo_xlsx(answers, path, first=1, title="Chuyến đi"):
    """The workbook of Kobo: a sheet for the form and one for each group, rows numbered over the whole export."""
    book = openpyxl.Workbook()
    main = book.active
    main.title = title
    meta = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_tags"]
    main.append(["start", "end", "g/title_vi", "g/kind", "g/country", *meta, "_index"])
    behind = ["_index", "_parent_table_name", "_parent_index", *("_submission_" + name for name in meta)]
    sessions, documents = book.create_sheet("session"), book.create_sheet("documents")
    sessions.append(["session/title_vi", "session/date", "session/topics", "session/topics/rivers", "session/topics/oecm", *behind])
    documents.append(["session/documents/title_vi", *behind])
    session_index = document_index = first
    for index, answer in enumerate(answers, first):
        own = [100 + index, answer["uuid"], "2026-03-01T03:05:00", None, None, "submitted_via_web", "lan", "v1", None]
        main.append(["2026-03-01T10:00:00.000+07:00", "2026-03-01T10:05:00.000+07:00", answer["title"], answer["kind"],
                     answer["country"], *own, index])
        for session in answer["session"]:
            sessions.append([session["title"], session["date"], session["topics"], None, None, session_index, title, index, *own])
            for document in session["documents"]:
                documents.append([document["title"], document_index, "session", session_index, *own])
                document_index += 1
            session_index += 1
    book.save(path)


def table(header, rows):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *rows])
    return text.getvalue()


def odk_zip(answers, path, form="visits"):
    """The archive of ODK Central: a CSV for the form and one for each group."""
    main, sessions, documents = [], [], []
    for answer in answers:
        key = "uuid:" + answer["uuid"]
        main.append(["2026-03-01T03:05:00.000Z", answer["title"], answer["kind"], answer["country"], key, key, "5", "Lan", 0, 0, "", "", "d", 0, 1])
        for at, session in enumerate(answer["session"], 1):
            own = f"{key}/session[{at}]"
            sessions.append([session["title"], session["date"], session["topics"], key, own])
            documents += [[document["title"], own, f"{own}/documents[{i}]"] for i, document in enumerate(session["documents"], 1)]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{form}-session-documents.csv", table(["title_vi", "PARENT_KEY", "KEY"], documents))
        archive.writestr(f"{form}.csv", table(
            ["SubmissionDate", "g-title_vi", "g-kind", "g-country", "meta-instanceID", "KEY", "SubmitterID", "SubmitterName",
             "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion"], main))
        archive.writestr(f"{form}-session.csv", table(["title_vi", "date", "topics", "PARENT_KEY", "KEY"], sessions))
        archive.writestr("media/photo.jpg", b"\xff\xd8\xff")


def kobo_json(answers, path):
    """What Kobo's interface answers: names of questions with all groups before them."""
    def session(one):
        inner = [{"session/documents/title_vi": document["title"]} for document in one["documents"]]
        told = {"session/title_vi": one["title"], "session/date": one["date"], "session/topics": one["topics"]}
        return {**told, **({"session/documents": inner} if inner else {})}
    results = [{"_id": i, "_uuid": answer["uuid"], "formhub/uuid": "f", "g/title_vi": answer["title"], "g/kind": answer["kind"],
                "g/country": answer["country"], "meta/instanceID": "uuid:" + answer["uuid"], "_geolocation": [None, None], "_tags": [],
                "_attachments": [{"id": 1, "filename": "a.jpg"}], **({"session": [session(one) for one in answer["session"]]}
                                                                  if answer["session"] else {})}
               for i, answer in enumerate(answers)]
    path.write_text(json.dumps({"count": len(results), "next": None, "previous": None, "results": results}))


def odk_json(answers, path):
    """What ODK Central's OData answers with $expand=*."""
    def session(key, at, one):
        return {"__id": f"{key}-{at}", "title_vi": one["title"], "date": one["date"], "topics": one["topics"] or None,
                "documents": [{"__id": f"{key}-{at}-{i}", "title_vi": document["title"]} for i, document in enumerate(one["documents"])]}
    value = [{"__id": "uuid:" + answer["uuid"], "__system": {"submissionDate": "2026-03-01T03:05:00.000Z", "submitterName": "Lan"},
              "meta": {"instanceID": "uuid:" + answer["uuid"]},
              "g": {"title_vi": answer["title"], "kind": answer["kind"], "country": answer["country"]},
              "session": [session(answer["uuid"], at, one) for at, one in enumerate(answer["session"])]} for answer in answers]
    path.write_text(json.dumps({"value": value, "@odata.context": "x"}))


SHAPES = {"kobo.xlsx": kobo_xlsx, "odk.zip": odk_zip, "kobo.json": kobo_json, "odk.json": odk_json}


def held(office):
    """Everything that came in, by names, as the answers have it."""
    shown = {kind: {row["id"]: office.fields(row["id"]) for row in office.json("list", kind, exit_code=None)["rows"]}
             for kind in ("event", "session", "document")}
    ids = {}

    def id_of(name):
        if name not in ids:
            ids[name] = office.json("show", name)["id"]
        return ids[name]

    found = []
    for id, event in shown["event"].items():
        sessions = [session for session in shown["session"].values() if id_of(session["event"]) == id]
        found.append((event["title.vi"], event["kind"], tuple(event["country"]) if isinstance(event["country"], list) else event["country"], sorted(
            (session["title.vi"], session["date"], " ".join(sorted(session.get("topics", []))),
             tuple(sorted(shown["document"][id_of(document)]["title.vi"] for document in session.get("documents", [])))) for session in sessions)))
    assert len(shown["document"]) == sum(len(one[3]) for event in found for one in event[3]), "no document stands alone"
    return sorted(found)


def asked(answers):
    return sorted((answer["title"], answer["kind"], answer["country"], sorted(
        (one["title"], one["date"], " ".join(sorted(one["topics"].split())), tuple(sorted(document["title"] for document in one["documents"])))
        for one in answer["session"])) for answer in answers)


def whole(office, folder, shape):
    """Parents and what repeats come in together, linked; again nothing new; changed, what changed; all of it is taken back."""
    write = SHAPES[shape]
    write(ANSWERS, folder / shape)
    (folder / "m.json").write_text(json.dumps(MAPPING))
    words = ("import", shape, "--map", "m.json")
    dry = office.json(*words, "--dry-run")
    assert counts(dry) == {"new": 9}, (shape, counts(dry), dry["problems"])
    told = office.json(*words)
    assert counts(told) == {"new": 9} and not told["sheets_left_out"], (shape, counts(told), told["problems"])
    assert [(sheet["type"], sheet["rows"]) for sheet in told["sheets"]] == [("event", 3), ("session", 3), ("document", 3)], told["sheets"]
    assert held(office) == asked(ANSWERS), (shape, held(office))
    assert counts(office.json(*words)) == {"same": 9}, shape
    # a phone sends one more before the others, and somebody corrects a session and adds one to it
    more = copy.deepcopy(ANSWERS)
    more[0]["session"][1]["topics"] = "forests"
    more[2]["session"].append({"title": "Fish", "date": "2026-03-10", "topics": "", "documents": [{"title": "List"}]})
    more.insert(0, {"uuid": "0a0z", "title": "Visit to Đà Lạt", "kind": "study_visit", "country": "VNM",
                    "session": [{"title": "Forest", "date": "2026-02-01", "topics": "", "documents": []}]})
    write(more, folder / shape)
    second = office.json(*words)
    assert counts(second) == {"new": 4, "same": 8, "update": 1}, (shape, counts(second), second["problems"])
    assert held(office) == asked(more), (shape, held(office))
    assert office.json("import", "undo", second["import"])["deleted"] == 4 and held(office) == asked(ANSWERS), shape
    first = office.json("import", "undo", told["import"])
    assert first["deleted"] == 9 and first["left_count"] == 0, "what the second import changed was as before"


def alike(office, folder):
    """The same submissions are the same records, whether the workbook or the interface gives them."""
    (folder / "m.json").write_text(json.dumps(MAPPING))
    for pair in (("kobo.xlsx", "kobo.json"), ):
        for shape in pair:
            SHAPES[shape](ANSWERS, folder / shape)
        assert counts(office.json("import", pair[0], "--map", "m.json")) == {"new": 9}
        again = office.json("import", pair[1], "--map", "m.json")
        assert counts(again) == {"same": 9}, (counts(again), again["problems"])


def guessed(office, folder):
    """Without a mapping: what is called as a type is one; what says nothing is left out, and told."""
    kobo_xlsx(ANSWERS, folder / "kobo.xlsx")
    book = openpyxl.load_workbook(folder / "kobo.xlsx")
    book["documents"].title = "things"
    book.save(folder / "things.xlsx")
    told = office.json("import", "things.xlsx", "--type", "event", "--text-language", "vi", "--dry-run")
    assert [(sheet["sheet"], sheet["type"], sheet["parent"]) for sheet in told["sheets"]] == [
        ("Chuyến đi", "event", None), ("session", "session", "Chuyến đi")], told["sheets"]
    assert [left["sheet"] for left in told["sheets_left_out"]] == ["things"] and told["mapping"]["sheets"]["things"] is None
    assert told["mapping"]["sheets"]["session"]["parent"] == "event", told["mapping"]
    shown = office.run("import", "things.xlsx", "--type", "event", "--text-language", "vi").stdout
    assert "Left out: things" in shown and "session: 3 rows (session), within those of Chuyến đi" in shown, shown
    wrong = {**MAPPING, "sheets": {"session": {"type": "session", "parent": "title"}}}
    (folder / "w.json").write_text(json.dumps(wrong))
    said = office.run("import", "kobo.xlsx", "--map", "w.json", exit_code=4).stderr
    assert "'title' is no field of session that refers to records of type event" in said, said
    alone = office.json("import", "kobo.xlsx", "--sheet", "1", "--type", "event", "--text-language", "vi")
    assert counts(alone) == {"same": 3} and not alone["sheets"], "one sheet that is asked for comes alone"


def faults(office, folder):
    """A fault within a form names its sheet; what belongs to a row with a fault waits for it; both can be mended."""
    (folder / "m.json").write_text(json.dumps(MAPPING))
    kobo_xlsx(ANSWERS, folder / "kobo.xlsx")
    book = openpyxl.load_workbook(folder / "kobo.xlsx")
    book["Chuyến đi"]["D4"].value = "picnic"   # the third event: one session, one document
    book["session"]["B3"].value = "soon"       # the second session of the first event
    book["session"]["A5"].value = "Lost"       # a session of no event
    book["session"]["G5"].value, book["session"]["H5"].value = "Chuyến đi", 77
    book.save(folder / "bad.xlsx")
    told = office.json("import", "bad.xlsx", "--map", "m.json", exit_code=4)
    found = {(problem["sheet"], problem["row"]): problem["reason"] for problem in told["problems"]}
    assert set(found) == {("Chuyến đi", 4), ("session", 3), ("session", 4), ("session", 5), ("documents", 4)}, found
    assert found["session", 4] == "Chuyến đi, row 4, which it belongs to, has a fault", found
    assert found["documents", 4] == "session, row 4, which it belongs to, has a fault", found
    assert "no row is there that it would belong to" in found["session", 5], found
    told = office.json("import", "bad.xlsx", "--map", "m.json", "--skip-bad")
    assert counts(told) == {"new": 5, "error": 5}, counts(told)
    # the row itself, mended in the file of those that were refused, belongs where it did
    rejects = {one["sheet"]: one["file"] for one in told["rejects"]}
    lines = (folder / rejects["session"]).read_text(encoding="utf-8-sig").splitlines()
    (folder / "mended.csv").write_text("\n".join([lines[0], lines[1].replace("soon", "2026-03-02")]) + "\n", encoding="utf-8-sig")
    mended = office.json("import", "mended.csv", "--type", "session", "--text-language", "vi")
    assert counts(mended) == {"new": 1}, mended["problems"]
    again = office.json("import", "mended.csv", "--type", "session", "--text-language", "vi")
    assert counts(again) == {"same": 1}, "the mended row is that record from now on"
    kobo_xlsx(ANSWERS, folder / "bad.xlsx")
    rest = office.json("import", "bad.xlsx", "--map", "m.json")
    assert counts(rest) == {"new": 3, "same": 6}, (counts(rest), rest["problems"])
    assert held(office) == asked(ANSWERS), held(office)


def left(office, folder):
    """What repeats in a row that is left out, or in a record that was deleted, is left too."""
    (folder / "m.json").write_text(json.dumps(MAPPING))
    office.add("event", "title.vi=Workshop in Pakse", "kind=workshop")
    kobo_xlsx(ANSWERS, folder / "kobo.xlsx")
    told = office.json("import", "kobo.xlsx", "--map", "m.json", "--skip-duplicates")
    assert counts(told) == {"new": 6, "duplicate?": 1} and told["left_out"] == 2, (counts(told), told["problems"])
    hue = office.json("list", "event", "title=Workshop in Huế")["rows"][0]["id"]
    office.run("delete", hue)
    again = office.json("import", "kobo.xlsx", "--map", "m.json")
    assert again["deleted"] == 5 and again["new"] == 2 and again["duplicate?"] == 1, (again["deleted"], counts(again))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for test, *arguments in [*((whole, shape) for shape in SHAPES), (alike,), (guessed,), (faults,), (left,)]:
        with tempfile.TemporaryDirectory() as folder:
            test(Office(program, pathlib.Path(folder)), pathlib.Path(folder), *arguments)
    print("what repeats in forms comes in with its rows")


if __name__ == "__main__":
    main()
