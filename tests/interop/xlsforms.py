#!/usr/bin/env python3
"""Forms for telephones: judged by the rules of the XLSForm standard, written here anew; then filled in as Kobo and ODK
Collect would, exported in their shapes, and imported again without loss: xlsforms.py PROGRAM [TYPE,...]"""
import copy
import csv
import io
import json
import operator
import pathlib
import re
import sys
import tempfile
import zipfile
from xml.etree import ElementTree

try:
    import openpyxl
    from openpyxl.utils import column_index_from_string
except ImportError:
    print("skipped: no openpyxl")
    sys.exit(77)

from office import Office, counts

# -- the standard: xlsform.org, and what pyxform refuses --

XML_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9._-]*$")
PLAIN = {"text", "integer", "decimal", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape", "note", "calculate",
         "acknowledge", "image", "audio", "video", "file", "barcode", "start", "end", "today", "deviceid"}
SELECTS = {"select_one", "select_multiple", "rank"}
SURVEY_COLUMNS = {"type", "name", "required", "constraint", "relevant", "calculation", "appearance", "default", "read_only",
                  "choice_filter", "repeat_count", "parameters"}
TRANSLATED = ("label", "hint", "constraint_message", "required_message")
CHOICES_COLUMNS = {"list_name", "name"}
SETTINGS_COLUMNS = {"form_title", "form_id", "version", "default_language", "style", "public_key", "submission_url", "instance_name"}
LANGUAGE = re.compile(r"^[^()]+ \([a-z]{2,3}(-[A-Za-z0-9]+)*\)$")
OPERATORS = {"and", "or", "not", "div", "mod", "selected", "true", "false", "today", "count"}


PARTS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cell_of(cell, texts):
    """The value of a cell in the file; None where it has none."""
    value = cell.find(PARTS + "v")
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(PARTS + "t"))
    if value is None:
        return None
    return texts[int(value.text)] if cell.get("t") == "s" else float(value.text)


def sheets_of(path):
    """{title: rows of values}: what openpyxl reads too, which takes ten times as long over a form with all its choices."""
    with zipfile.ZipFile(path) as book:
        texts = []
        if "xl/sharedStrings.xml" in book.namelist():
            texts = ["".join(text.text or "" for text in item.iter(PARTS + "t"))
                     for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(PARTS + "si")]
        titles = [sheet.get("name") for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(PARTS + "sheet")]
        sheets = {}
        for number, title in enumerate(titles, 1):
            rows = sheets[title] = []
            for row in ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(PARTS + "row"):
                rows.extend([] for _ in range(int(row.get("r")) - len(rows)))
                for cell in row.iter(PARTS + "c"):
                    at = column_index_from_string(re.match("[A-Z]+", cell.get("r"))[0])
                    rows[-1].extend([None] * (at - len(rows[-1])))
                    rows[-1][at - 1] = cell_of(cell, texts)
        return sheets


def rows_of(title, cells):
    header = cells[0]
    assert len(set(header)) == len(header) and all(isinstance(name, str) and name.strip() == name for name in header), header
    rows = []
    for number, values in enumerate(cells[1:], 2):
        row = {name: value for name, value in zip(header, values) if value is not None}
        assert row, f"{title} row {number} is empty"
        for name, value in row.items():
            assert isinstance(value, str), f"{title} row {number}, {name}: {value!r} is no text, and would change on the way"
            assert value == value.strip() and "\n" not in value, f"{title} row {number}, {name}: {value!r}"
        rows.append((number, row))
    return header, rows


def languages_of(header, base):
    """The languages of a column, each written "Name (tag)"; all translated columns have the same."""
    found = {}
    for name in header:
        if "::" in name:
            column, language = name.split("::", 1)
            assert column in base, f"column {name}"
            assert LANGUAGE.match(language), f"{name}: a language is written Name (tag)"
            found.setdefault(column, []).append(language)
    assert "label" in found and len({tuple(sorted(languages)) for languages in found.values()}) == 1, found
    return found["label"]


def check_expression(text, names, where):
    """Balanced, refers to what is there, uses what XPath in forms has."""
    assert text.count("(") == text.count(")") and text.count("'") % 2 == 0, f"{where}: {text}"
    for name in re.findall(r"\$\{([^}]*)\}", text):
        assert name in names, f"{where}: no question {name}"
    rest = re.sub(r"\$\{[^}]*\}|'[^']*'|-?\d+(\.\d+)?", " ", text)
    for word in re.findall(r"[A-Za-z_][A-Za-z0-9_-]*", rest):
        assert word in OPERATORS, f"{where}: {word} in {text}"
    assert not re.search(r"[^\sA-Za-z0-9_.,()<>=!+*|-]", rest), f"{where}: {text}"


def check_form(book):
    """Every rule, on the sheets of a form; returns its tree: [(type, name, children or None)]."""
    assert {"survey", "choices", "settings"} == set(book), set(book)
    header, survey = rows_of("survey", book["survey"])
    languages = languages_of(header, TRANSLATED)
    assert {name for name in header if "::" not in name} <= SURVEY_COLUMNS and {"type", "name"} <= set(header), header
    choice_header, choices = rows_of("choices", book["choices"])
    assert {name for name in choice_header if "::" not in name} == CHOICES_COLUMNS
    assert sorted(languages_of(choice_header, ("label",))) == sorted(languages)
    lists = {}
    for number, row in choices:
        where = f"choices row {number}"
        assert {"list_name", "name"} <= set(row) and all(row.get("label::" + language) for language in languages), f"{where}: {row}"
        names = lists.setdefault(row["list_name"], {})
        assert re.match(r"^[A-Za-z0-9_.-]+$", row["list_name"]), where
        assert row["name"] not in names, f"{where}: {row['name']} is twice in {row['list_name']}"
        names[row["name"]] = row
    names = {row["name"] for _, row in survey if "name" in row}
    tree, open_groups, used = [], [], set()
    level = tree
    for number, row in survey:
        where, kind = f"survey row {number}", row.get("type", "").split()
        assert kind, f"{where}: no type"
        if kind[0] in ("end_repeat", "end_group"):
            assert open_groups and open_groups[-1][1] == kind[0][4:], f"{where}: ends what did not begin"
            level = open_groups.pop()[0]
            continue
        name = row.get("name", "")
        assert XML_NAME.match(name), f"{where}: {name!r} is no name in XML"
        assert name.lower() not in {sibling[1].lower() for sibling in level}, f"{where}: {name} is twice in its group"
        assert name != "meta" and not name.startswith("__"), f"{where}: {name} is the form's own"
        assert all(row.get("label::" + language) for language in languages), f"{where}: a language lacks its label"
        assert row.get("required", "yes") in ("yes", "no", "true()", "false()"), f"{where}: {row['required']}"
        for column in ("constraint", "relevant", "calculation"):
            if column in row:
                check_expression(row[column], names, f"{where}, {column}")
        if kind[0] in ("begin_repeat", "begin_group"):
            assert len(kind) == 1
            children = []
            level.append((row["type"], name, children, row))
            open_groups.append((level, kind[0][6:]))
            level = children
            continue
        if kind[0] in SELECTS:
            assert len(kind) == 2 and kind[1] in lists, f"{where}: there is no list {kind[1:]}"
            used.add(kind[1])
            if kind[0] != "select_one":
                assert not [code for code in lists[kind[1]] if re.search(r"\s", code)], f"{where}: a choice has a space"
        else:
            assert kind[0] in PLAIN and len(kind) == 1, f"{where}: {row['type']}"
        level.append((row["type"], name, None, row))
    assert not open_groups, f"{open_groups[-1][1]} never ends"
    assert used == set(lists), f"lists that nothing asks for: {set(lists) - used}"

    def walk(items):
        assert items, "a group asks for nothing"
        for item in items:
            if item[2] is not None:
                walk(item[2])
    walk(tree)
    settings_header, settings = rows_of("settings", book["settings"])
    assert set(settings_header) <= SETTINGS_COLUMNS and len(settings) == 1
    settings = settings[0][1]
    assert re.match(r"^[A-Za-z0-9_.-]+$", settings["form_id"]) and settings["form_title"] and re.match(r"^\w+$", settings["version"])
    assert settings["default_language"] in languages, settings
    return tree, {name: list(codes) for name, codes in lists.items()}


REPEATS = [("event", "session", "attendance"), ("assessment", "score"), ("audit", "audit_count"), ("criteria_set", "criterion"),
           ("indicator", "result"), ("activity", "allocation", "site"), ("site", "community")]


def cut(row):
    """Without the empty cells at its end."""
    values = list(row)
    while values and values[-1] is None:
        values.pop()
    return values


def forms(office, folder):
    """The form of every type, in every language, and with what repeats within it, keeps every rule."""
    types = [kind["name"] for kind in office.json("types")]
    for language in ("vi", "en", "ru"):
        for wanted in [(kind,) for kind in types] + REPEATS if language == "vi" else [("site",), REPEATS[0]]:
            path = folder / f"{'_'.join(wanted)}_{language}.xlsx"
            office.run("export", *wanted, "--format", "xlsform", "--lang", language, path.name)
            try:
                tree, _ = check_form(sheets_of(path))
            except AssertionError as fault:
                raise AssertionError(f"{wanted} in {language}: {fault}") from fault
            repeats = [item[1] for item in tree if item[0] == "begin_repeat"]
            assert repeats == list(wanted[1:]), (wanted, repeats)
    book = openpyxl.load_workbook(folder / "site_vi.xlsx")
    assert sheets_of(folder / "site_vi.xlsx") == {sheet.title: [cut(row) for row in sheet.values] for sheet in book}
    said = office.run("export", "site", "allocation", "--format", "xlsform", "no.xlsx", exit_code=2).stderr
    assert "nothing of type allocation repeats" in said, said


def judge(folder):
    """The judge is no rubber stamp: a form with one fault is refused, whatever fault."""
    spoil = {
        "a name twice": lambda book: book["survey"].append(["text", book["survey"][1][1], "a", "b", "c"]),
        "no XML name": lambda book: book["survey"].append(["text", "1st one", "a", "b", "c"]),
        "no such list": lambda book: book["survey"].append(["select_one nowhere", "x1", "a", "b", "c"]),
        "no such type": lambda book: book["survey"].append(["words", "x1", "a", "b", "c"]),
        "a label is missing": lambda book: book["survey"].append(["text", "x1", "a", "b"]),
        "an end without a begin": lambda book: book["survey"].append(["end_repeat"]),
        "a begin without an end": lambda book: book["survey"].append(["begin_repeat", "x1", "a", "b", "c"]),
        "no such question": lambda book: book["survey"].append(["text", "x1", "a", "b", "c", None, "${x9} > 1"]),
        "no expression": lambda book: book["survey"].append(["text", "x1", "a", "b", "c", None, "(. > 1"]),
        "a choice twice": lambda book: book["choices"].append(book["choices"][1]),
        "a language that is none": lambda book: operator.setitem(book["settings"][1], 3, "Klingon (tlh)"),
        "a number": lambda book: operator.setitem(book["settings"][1], 2, 7),
        "a list that nobody asks": lambda book: book["choices"].append(["alone", "a", "a", "b", "c"]),
    }
    sound = sheets_of(folder / "site_vi.xlsx")
    check_form(sound)
    for name, change in spoil.items():
        book = copy.deepcopy(sound)
        change(book)
        try:
            check_form(book)
        except AssertionError:
            continue
        raise SystemExit(f"the judge lets pass: {name}")


# -- a telephone --

POINT, SHAPE = "10.5 105.1 3.0 4.8", "10 105 0 0;10 106 0 0;11 106 0 0;10 105 0 0"
PLACE = {"type": "Point", "coordinates": [105.1, 10.5]}
POLYGON = {"type": "Polygon", "coordinates": [[[105, 10], [106, 10], [106, 11], [105, 10]]]}


def answer(kind, name, lists, seed):
    """What somebody answers to a question, and nothing to some that need no answer."""
    if kind.startswith("select_one"):
        codes = lists[kind.split()[1]]
        return codes[seed % len(codes)]
    if kind.startswith("select_multiple"):
        codes = lists[kind.split()[1]]
        return " ".join(sorted({codes[seed % len(codes)], codes[(seed * 7 + 1) % len(codes)]}))
    if kind == "text":
        return "USD" if name.endswith("_currency") else f"Đáp án {name} {seed}; (а) \"б\", c"
    return {"integer": str(3 + seed), "decimal": f"{12 + seed}.25", "date": f"2024-05-{1 + seed % 31:02}", "geopoint": POINT,
            "geoshape": SHAPE}[kind]


def fill(tree, lists, fields, seed, skip):
    """{name: answer}, with lists of them for what repeats."""
    told = {}
    for at, (kind, name, children, _) in enumerate(tree):
        if kind == "begin_repeat":
            told[name] = [fill(children, lists, fields[name], seed + i, skip) for i in range(2 + seed % 2)]
        elif name not in skip and fields["", name] not in ("ref", "refs", "url"):
            told[name] = answer(kind, name, lists, seed + at)
    return told


def expected(told, kinds, language):
    """The fields that the answers stand for."""
    out = {}
    for name, value in told.items():
        kind = "list" if isinstance(value, list) else kinds["", name]
        if kind in ("list", "unit", "currency", "day"):
            continue
        if kind == "mltext":
            out[name[:-len(language)].rstrip("_") + "." + language] = value
        elif kind == "codes":
            out[name] = sorted(value.split())
        elif kind == "texts":
            out[name] = sorted(part.strip() for part in value.split(";"))
        elif kind == "quantity":
            out[name] = {"unit": told[name + "_unit"], "value": value}
        elif kind == "money":
            out[name] = {"amount": value, "currency": told[name + "_currency"], "date": told[name + "_date"]}
        elif kind == "bool":
            out[name] = value == "yes"
        elif kind == "integer":
            out[name] = int(value)
        elif kind == "polygon":
            out["geometry"] = POLYGON
        elif kind == "geometry":
            out.setdefault("geometry", PLACE)
        else:
            out[name] = value
    return out


def kinds_of(office, kind, language, repeats):
    """Of each question, what it is for the record."""
    kinds = {}
    for field in office.json("types", kind)["fields"]:
        name = field["name"]
        kinds["", name + "_" + language if field["kind"] == "mltext" else name] = field["kind"]
        kinds["", name + "_unit"], kinds["", name + "_currency"], kinds["", name + "_date"] = "unit", "currency", "day"
        kinds["", name + "_polygon"] = "polygon"
    for field in office.json("types", kind)["fields"]:  # a field may be called so
        kinds["", field["name"] + "_" + language if field["kind"] == "mltext" else field["name"]] = field["kind"]
    for repeat in repeats:
        kinds[repeat] = kinds_of(office, repeat, language, ())
    return kinds


def kobo(submissions, tree, path, title):
    book = openpyxl.Workbook()
    main = book.active
    main.title = title
    sheets = {item[1]: book.create_sheet(item[1]) for item in tree if item[0] == "begin_repeat"}

    def header(items, prefix):
        names = []
        for kind, name, children, row in items:
            if children is not None:
                continue
            names.append(prefix + name)
            if kind == "geopoint":
                names += [f"_{name}_{part}" for part in ("latitude", "longitude", "altitude", "precision")]
            if kind.startswith("select_multiple"):
                names += [f"{prefix}{name}/{code}" for code in ("_first", )]
        return names

    def cells(items, told):
        values = []
        for kind, name, children, row in items:
            if children is not None:
                continue
            value = told.get(name)
            values.append(float(value) if value and kind == "decimal" else int(value) if value and kind == "integer" else value)
            if kind == "geopoint":
                values += [float(part) for part in value.split()] if value else [None] * 4
            if kind.startswith("select_multiple"):
                values.append(None)
        return values

    main.append([*header(tree, ""), "_id", "_uuid", "_submission_time", "_index"])
    for item in tree:
        if item[2] is not None:
            sheets[item[1]].append([*header(item[2], item[1] + "/"), "_index", "_parent_table_name", "_parent_index", "_submission__uuid"])
    indexes = dict.fromkeys(sheets, 0)
    for index, told in enumerate(submissions, 1):
        main.append([*cells(tree, told), 100 + index, f"kobo-{index}", "2026-03-01T03:05:00", index])
        for item in tree:
            for one in told.get(item[1], []) if item[2] is not None else []:
                indexes[item[1]] += 1
                sheets[item[1]].append([*cells(item[2], one), indexes[item[1]], title, index, f"kobo-{index}"])
    book.save(path)


def odk(submissions, tree, path, form):
    """ODK Central, with places and choices split into columns."""
    def header(items):
        names = []
        for kind, name, children, row in items:
            if kind == "geopoint":
                names += [f"{name}-{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")]
            elif children is None:
                names.append(name)
        return names

    def cells(items, told):
        values = []
        for kind, name, children, row in items:
            value = told.get(name, "")
            if kind == "geopoint":
                values += value.split() if value else [""] * 4
            elif children is None:
                values.append(value)
        return values

    with zipfile.ZipFile(path, "w") as archive:
        def write(name, rows):
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(name, text.getvalue())
        write(form + ".csv", [["SubmissionDate", *header(tree), "meta-instanceID", "KEY"]] + [
            ["2026-03-01T03:05:00.000Z", *cells(tree, told), f"uuid:{i}", f"uuid:{i}"] for i, told in enumerate(submissions)])
        for item in tree:
            if item[2] is not None:
                write(f"{form}-{item[1]}.csv", [[*header(item[2]), "PARENT_KEY", "KEY"]] + [
                    [*cells(item[2], one), f"uuid:{i}", f"uuid:{i}/{item[1]}[{k}]"]
                    for i, told in enumerate(submissions) for k, one in enumerate(told.get(item[1], []), 1)])


ROUNDS = [("site",), ("activity",), ("document",), ("community",), ("event", "session", "attendance"), ("indicator", "result"), ("criteria_set", "criterion")]


def compare(office, told, kind, kinds, language, skip=()):
    """Every record of the type says what was answered."""
    shown = [office.fields(row["id"]) for row in office.json("list", kind, "--limit", "100")["rows"]]
    wanted = [expected(one, kinds, language) for one in told]
    envelope = {field for fields in shown for field in fields} - {field for fields in wanted for field in fields}
    assert envelope <= {"source", "precision_m", "language", *skip}, (kind, envelope)
    def plain(fields):
        return json.dumps({name: sorted(value) if isinstance(value, list) else value for name, value in fields.items()
                           if name not in envelope}, sort_keys=True, ensure_ascii=False)
    ours, theirs = sorted(map(plain, shown)), sorted(map(plain, wanted))
    for a, b in zip(ours, theirs):
        assert a == b, (kind, sorted(set(map(str, json.loads(a).items())) ^ set(map(str, json.loads(b).items()))))
    assert len(ours) == len(theirs), (kind, len(ours), len(theirs))


def round_trip(program, shape, wanted):
    language = "vi"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        office = Office(program, folder)
        office.run("export", *wanted, "--format", "xlsform", "--lang", language, "form.xlsx")
        tree, lists = check_form(sheets_of(folder / "form.xlsx"))
        kinds = kinds_of(office, wanted[0], language, wanted[1:])
        # a point in one, a walk around the place in the other; what asks for another record is not answered
        submissions = [fill(tree, lists, kinds, seed, {"geometry"} if seed else {"geometry_polygon"}) for seed in range(2)]
        file = "back.xlsx" if shape is kobo else "back.zip"
        shape(submissions, tree, folder / file, "Biểu mẫu" if shape is kobo else "form")
        told = office.json("import", file, "--type", wanted[0], "--text-language", language, exit_code=None)
        assert not told["error"] and told["import"], (wanted, file, counts(told), told["problems"][:3])
        compare(office, submissions, wanted[0], kinds, language, ("status",))
        for repeat in wanted[1:]:
            link = [field["name"] for field in office.json("types", repeat)["fields"] if field.get("refers_to") == wanted[0]][0]
            compare(office, [one for told in submissions for one in told[repeat]], repeat, kinds[repeat], language, (link,))
        again = office.json("import", file, "--type", wanted[0], "--text-language", language)
        assert again["same"] == again["rows"], (wanted, file, counts(again), again["problems"][:3])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = [tuple(sys.argv[2].split(","))] if len(sys.argv) > 2 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if rounds is ROUNDS:
            forms(Office(program, folder), folder)
            judge(folder)
    for wanted in rounds:
        for shape in (kobo, odk):
            round_trip(program, shape, wanted)
    print("forms keep the rules of XLSForm, and what they ask for comes back")


if __name__ == "__main__":
    main()
