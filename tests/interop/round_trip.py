#!/usr/bin/env python3
"""Leaving with everything: random records of all types go out in one file and come into a home of another network as they were.

    round_trip.py PROGRAM [SEED [RECORDS]]

Values of every kind of field, in many scripts, long ones, lists, references in circles and to what nobody holds, fields and types that
are not known, conflicts. What does not travel is named in docs/export.md, and looked for here: what was deleted or is private, proposals.
"""
import json
import pathlib
import random
import re
import sys
import tempfile

from office import Office

SCRIPTS = ["Búng Bình Thiên", "កំពង់ភ្លុក", "ຄຳມ່ວນ", "ပုဂံ", "Ёлка, ещё", "გარეჯი", "Հայաստան", "東京都", "한글", "بحر", "עברית", "ไทย",
           "हिन्दी", "𐍈𝒳🦇", "a\u0301".encode().decode(), "=1+2", "'=x", "-", " edge ", "a\tb", "line\nline", '"quoted", ; |', "<&>", "null",
           "\u200b\u2060", "NaN", "00012", "1e5", "true", "2020-01-01"]
LANGUAGES = ["en", "vi", "ru", "km", "lo", "zh-Hant"]


class Maker:
    def __init__(self, office, seed, count):
        self.random, self.serial = random.Random(seed), 0
        names = [line.split()[0] for line in office.run("types", "--quiet").stdout.splitlines()]
        self.types = {name: office.json("types", name)["fields"] for name in names}
        self.plan = [(self.random.choice(names) if i >= len(names) else names[i], self.name()) for i in range(count)]

    def name(self):
        return f"{self.random.getrandbits(384):096x}"

    def text(self):
        self.serial += 1
        middle = " ".join(self.random.choices(SCRIPTS, k=self.random.randint(0, 4)))
        if self.random.random() < 0.01:
            middle = middle + "ế" * 5000
        return f"{self.serial} {middle} {self.serial * 7919 % 99991}"

    def decimal(self):
        return self.random.choice(["0", "-0.5", "900.50", "12345678901234567890.123456789", f"{self.random.randint(1, 10**6)}", "0.0001"])

    def date(self):
        return self.random.choice(["1999", "2024-02", "2024-02-29", "0001-01-01", "9999-12-31"])

    def position(self):
        return [round(self.random.uniform(-180, 180), self.random.randint(0, 9)), round(self.random.uniform(-89, 89), self.random.randint(0, 9))]

    def ring(self):
        x, y = self.random.randint(-170, 160), self.random.randint(-80, 70)
        return [[x, y], [x + 5.5, y], [x + 5.5, y + 4.25], [x, y + 4.25], [x, y]]

    def geometry(self):
        kind = self.random.choice(["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"])
        return {"type": kind, "coordinates": {
            "Point": self.position, "MultiPoint": lambda: [self.position() for _ in range(3)],
            "LineString": lambda: [self.position() for _ in range(3)], "MultiLineString": lambda: [[self.position() for _ in range(2)]] * 2,
            "Polygon": lambda: [self.ring()], "MultiPolygon": lambda: [[self.ring()], [self.ring()]]}[kind]()}

    def ref(self, field):
        fitting = [name for kind, name in self.plan if field["refers_to"] in (None, kind)]
        return self.name() if not fitting or self.random.random() < 0.05 else self.random.choice(fitting)

    def value(self, field):
        kind, codes = field["kind"], [code["code"] for code in field["codes"]]
        def some(make, most=4):
            return [make() for _ in range(self.random.randint(1, most))]
        def unique(values):
            return sorted(set(values), key=lambda text: text.encode())
        if kind in ("code", "codes") and not codes:
            return None
        return {"text": self.text, "mltext": lambda: {language: self.text() for language in self.random.sample(LANGUAGES, self.random.randint(1, 4))},
                "texts": lambda: unique(some(self.text)), "code": lambda: self.random.choice(codes),
                "codes": lambda: unique(some(lambda: self.random.choice(codes))), "date": self.date,
                "integer": lambda: self.random.choice([0, 1, -7, 2**53, 10**9]), "number": self.decimal,
                "quantity": lambda: {"unit": self.random.choice(codes), "value": self.decimal()},
                "money": lambda: {"amount": self.decimal(), "currency": self.random.choice(["USD", "VND"]), **self.random.choice([{}, {"date": self.date()}])},
                "geometry": self.geometry, "bool": lambda: self.random.random() < 0.5, "ref": lambda: self.ref(field),
                "refs": lambda: unique(some(lambda: self.ref(field))), "url": lambda: f"https://example.org/{self.random.random()}"}[kind]()

    def record(self, kind, name):
        fields = {}
        for field in self.types[kind]:
            if field["name"] != "sharing" and (field["required"] or self.random.random() < 0.4):
                value = self.value(field)
                if value is not None:
                    fields[field["name"]] = value
        if self.random.random() < 0.2:
            fields["unheard_of"] = self.random.choice([{"a": [1, None, {"b": True}]}, 1.5, "x", [], {}])
        if kind in ("contact", "funding"):  # which stay on their device by themselves
            fields["sharing"] = "members"
        fields["tags"] = ["mark " + name]
        return {"banyan": 1, "type": kind, "name": name, "fields": fields}


def write(path, lines):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def read(path):
    """By the mark that each has: names are others in another network."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return {record["fields"]["tags"][0]: record for record in records if "tags" in record["fields"]}


def all_new(told, count):
    # what looks like another one is told, and is as new
    assert (told["new"] + told["duplicate?"], told["error"], told["rows"]) == (count, 0, count), (told["new"], told["problems"][:3])


def disagree(office, maker):
    """Some records are edited twice on the same state."""
    office.run("export", "--all", "before.jsonl")
    before = [record for record in read(office.folder / "before.jsonl").values() if "licence" in record["fields"]][:20]
    for word in ("first", "second"):
        edited = [{**record, "fields": {**record["fields"], "licence": f"{word} {maker.serial} កំពង់"}} for record in before]
        write(office.folder / "edited.jsonl", edited)
        told = office.json("import", "edited.jsonl")
        assert told["update" if word == "first" else "conflict"] == len(before) > 3, told
    return len(before)


def compare(here, there):
    names = {record["name"]: there[mark]["name"] for mark, record in here.items()}
    def renamed(value):
        text = json.dumps(value, sort_keys=True)
        for old, new in names.items():
            if old in text:
                text = text.replace(old, new)
        return json.loads(text)
    def sorted_lists(value):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return sorted(value)
        return {key: sorted_lists(one) for key, one in value.items()} if isinstance(value, dict) else value
    held = set(names.values())
    def marked(fields):
        # what nobody holds has a name of its own in each home, by which it is found should it come
        text = re.sub('"([0-9a-f]{96})"', lambda name: name.group(0) if name.group(1) in held else '"nobody"', json.dumps(fields))
        return {key: ["mark"] if key == "tags" else sorted_lists(value) for key, value in json.loads(text).items()}
    for mark, record in here.items():
        twin, conflicts = there[mark], record.get("conflicts", {})
        assert twin["type"] == record["type"], (record, twin)
        wanted, got = marked(renamed(record["fields"])), marked(twin["fields"])
        for field in conflicts:
            wanted.pop(field), got.pop(field)
        assert wanted == got, {key: (wanted.get(key), got.get(key)) for key in wanted.keys() | got.keys() if wanted.get(key) != got.get(key)}
        assert {key: sorted(map(json.dumps, values)) for key, values in renamed(conflicts).items()} == {
            key: sorted(map(json.dumps, values)) for key, values in twin.get("conflicts", {}).items()}, (conflicts, twin.get("conflicts"))


def main():
    program, seed, count = str(pathlib.Path(sys.argv[1]).resolve()), int((sys.argv + [0, 7])[2] or 7), int((sys.argv + [0, 0, 250])[3] or 250)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        office = Office(program, folder)
        maker = Maker(office, seed, count)
        write(folder / "made.jsonl", [maker.record(kind, name) for kind, name in maker.plan])
        all_new(office.json("import", "made.jsonl"), count)
        conflicts = disagree(office, maker)
        long = next(record["id"] for record in read(folder / "before.jsonl").values() if record["type"] == "site")
        for language in ("de", "fr", "es", "uk", "kk"):  # more than one change can hold
            (folder / "long.txt").write_text(language + " " + "dài lắm " * 1400)
            office.run("edit", long, f"description.{language}=@long.txt")
        gone = office.add("site", "name.en=Gone", "site_type=pa", "tags=gone")
        office.run("delete", gone)
        office.add("contact", "name=Private", "role=director", "tags=private")
        told = office.json("export", "--all", "all.jsonl")
        here = read(folder / "all.jsonl")
        assert len(here) == count and told["private"] == 1, (seed, len(here), told)
        assert sum("conflicts" in record for record in here.values()) == conflicts
        made = {line["fields"]["tags"][0]: line["fields"] for line in map(json.loads, (folder / "made.jsonl").read_text().splitlines())}
        for mark, record in here.items():
            assert set(record["fields"]) == set(made[mark]) | ({"description"} if record["id"] == long else set()), (seed, set(record["fields"]) ^ set(made[mark]))
        stranger = Office(program, folder, "Elsewhere", home="elsewhere", network="Another")
        everything = sum(1 for line in (folder / "all.jsonl").read_text(encoding="utf-8").split("\n") if line)
        all_new(stranger.json("import", "all.jsonl"), everything)
        assert stranger.json("import", "all.jsonl")["same"] == everything, "a second time changes nothing"
        stranger.run("export", "--all", "there.jsonl")
        compare(here, read(folder / "there.jsonl"))
    print(f"seed {seed}: {count} records of {len(maker.types)} types came as they went, {conflicts} of them in conflict")


if __name__ == "__main__":
    main()
