#!/usr/bin/env python3
"""Every type, field and code of a list has a label in English, Vietnamese and Russian: labels.py

That a file of labels lacks nothing is checked when banyan is built (src/record/type_files.py, "complete"). Here: that the
two languages are such files, and that no label was left in English.
"""
import json
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "src" / "record"
# Names of peoples, provinces and units, and marks on plastics, are the same in languages with Latin letters; so are
# abbreviations.
SAME_LISTS = {"area-unit", "ethnic-group", "material", "vn-province-2025"}
ABBREVIATION = re.compile(r"[A-Z0-9 /()-]+")


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def english_labels():
    """{("types", "site"): "Site", ("fields", "name"): {"Name", ...}, ("sex", "f"): "Female"} with sets of texts."""
    found = {}
    for path in FOLDER.glob("types/*.json"):
        definition = load(path)
        if "label" in definition:
            found["types", definition["name"]] = {definition["label"]}
        for field in definition["fields"]:
            found.setdefault(("fields", field["name"]), set()).add(field["label"])
    for path in FOLDER.glob("lists/*.json"):
        definition = load(path)
        for code in definition.get("codes", []):
            if "of" not in code:  # else it is of another list, as is its label
                found[definition["name"], code["code"]] = {code.get("label", "")}
    return found


def labels_of(document):
    for kind in ("types", "fields"):
        for name, label in document[kind].items():
            yield (kind, name.split(".")[-1]), label
    for name, codes in document["lists"].items():
        for code, label in codes.items():
            yield (name, code), label


def faults_of(language, english):
    document = load(FOLDER / "labels" / f"{language}.json")
    if document["language"] != language or document["complete"] is not True:
        yield f'{language}.json is not "complete"'
    for (kind, name), label in labels_of(document):
        is_english = label in english.get((kind, name), set())
        if language == "ru":
            is_english = not re.search("[А-Яа-яЁё]", label)
        if is_english and kind not in SAME_LISTS and not ABBREVIATION.fullmatch(label):
            yield f'{language}.json: {kind} {name} is still called "{label}"'


def main():
    english = english_labels()
    faults = [f"{kind} {name} has no label" for (kind, name), labels in english.items() if "" in labels]
    faults += [fault for language in ("vi", "ru") for fault in faults_of(language, english)]
    print("\n".join(faults) if faults else f"{len(english)} labels, each in English, Vietnamese and Russian")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
