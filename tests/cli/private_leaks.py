#!/usr/bin/env python3
"""Private records of every type, shared ones that refer to them, and everything that leaves the home: no word of them is in it.

    private_leaks.py PROGRAM

What is looked at: exports in all formats, for members and for everybody, with and without filters that name a private
record; proofs, signed views, what another member has afterwards, a backup, what a node at work and the commands for
finding faults print. Then one record is shared, and has to be found by the same search.
"""
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
from office import Office  # noqa: E402

NEEDLE = "Zqhushed"
FORMATS = [("csv", []), ("csv", ["--labels"]), ("csv", ["--audience", "public"]), ("xlsx", []), ("xlsx", ["--editable"]),
           ("xlsx", ["--audience", "public"]), ("jsonl", []), ("jsonl", ["--audience", "public"]), ("geojson", []),
           ("geojson", ["--audience", "public"])]
ONCE = [("site", "wdpca.csv", ["--format", "wdpca"]), ("site", "form.xlsx", ["--format", "xlsform"])]
SAMPLES = {"date": "2026", "integer": "1", "number": "1", "bool": "yes", "geometry": "11.5,104.9", "money": "5 USD"}
failures = 0


def fail(text):
    global failures
    failures += 1
    print(text)


class Writer:
    """Records of all types, with a needle in each text."""

    def __init__(self, office):
        self.office, self.count, self.private, self.shared = office, 0, {}, []
        self.types = {}
        for name in (line.split()[0] for line in office.run("types", "--quiet").stdout.splitlines()):
            self.types[name] = office.json("types", name)

    def value(self, field, word):
        kind = field["kind"]
        if kind in ("text", "mltext"):
            return word
        if kind == "url":
            return f"https://{word.lower()}.example/"
        if kind in ("code", "codes"):
            return field["codes"][0]["code"] if field["codes"] else None
        if kind in ("ref", "refs"):
            return self.private.get(field["refers_to"] or "org")
        if kind == "quantity":
            return f"1 {field['codes'][0]['code']}"
        return SAMPLES.get(kind)

    def words(self, name, sharing, word):
        """Fields for add; None while a required reference has nothing to refer to."""
        words = [f"sharing={sharing}"]
        if sharing == "private":
            words += [f"source={word}", f"external_id={word}", f"tags={word}"]
        for field in self.types[name]["fields"]:
            if field["name"] in ("sharing", "source", "external_id", "tags"):
                continue
            is_ref = field["kind"] in ("ref", "refs")
            tells = field["kind"] in ("text", "mltext", "url") and sharing == "private"
            if not (field["required"] or is_ref or tells):
                continue
            value = self.value(field, word)
            if value is None and field["required"]:
                return None
            if value is not None:
                words.append(f"{field['name']}{'.en' if field['kind'] == 'mltext' else ''}={value}")
        return words

    def add(self, name, sharing):
        self.count += 1
        word = f"{NEEDLE}{self.count}" if sharing == "private" else f"Open {self.count}"
        words = self.words(name, sharing, word)
        if words is None:
            return None
        while True:  # a sample that breaks a rule of its field is left out
            done = subprocess.run([self.office.program, "add", name, *words, "--json"], env=self.office.environment,
                                  capture_output=True, text=True, timeout=60)
            if done.returncode == 0:
                return json.loads(done.stdout)
            wrong = re.match(r"banyan: field ([a-z_0-9]+)", done.stderr)
            named = [word for word in words if wrong and word.split("=")[0].split(".")[0] == wrong[1]]
            if not named or "sharing" in named[0]:
                sys.exit(f"{name} {words}: {done.stderr}")
            words.remove(named[0])

    def fill(self):
        """A private record of each type first, then a shared one that refers to private ones."""
        left = list(self.types)
        while left:
            before = len(left)
            for name in list(left):
                added = self.add(name, "private")
                if added is not None:
                    self.private[name] = added["id"]
                    left.remove(name)
            if len(left) == before:
                break
        if left:
            fail(f"no private record of {left} could be written")
        for name in self.types:
            if any(field["kind"] in ("ref", "refs") for field in self.types[name]["fields"]):
                added = self.add(name, "members")
                if added is not None:
                    self.shared.append(added["id"])


def texts_of(path):
    """The bytes of a file, unpacked where it is a workbook."""
    content = path.read_bytes()
    if content[:2] != b"PK":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def look(where, content, needle, is_wanted):
    if isinstance(content, str):
        content = content.encode()
    found = needle.lower().encode() in content.lower()
    if found and not is_wanted:
        at = content.lower().index(needle.lower().encode())
        fail(f"{where} says {content[max(0, at - 80):at + 60]!r}")
    return found


def run_quietly(office, *words):
    return subprocess.run([office.program, *words], cwd=office.folder, env=office.environment, capture_output=True, text=True,
                          timeout=120)


def exports(writer, folder, hidden):
    """(what it is, its bytes) of each file that export writes; of the types of what is hidden."""
    office, number = writer.office, 0
    jobs = [("--all", [], "jsonl", []), ("--all", [], "jsonl", ["--audience", "public"])]
    for at, name in enumerate(hidden):
        # All formats of sites; of each other type the plain one and two others, in turn.
        some = FORMATS if name == "site" else [FORMATS[0], FORMATS[1 + at % 9], FORMATS[1 + (at + 4) % 9]]
        jobs += [(name, [], form, options) for form, options in some]
        for field in writer.types[name]["fields"]:
            if field["kind"] in ("ref", "refs") and field["refers_to"] in hidden:
                # In one format and the other, in turn.
                jobs.append((name, [f"{field['name']}={hidden[field['refers_to']]}"], ("csv", "jsonl")[len(jobs) % 2], []))
    for name, filters, form, options in jobs:
        number += 1
        path = folder / f"{number}.{form}"
        done = run_quietly(office, "export", name, *filters, str(path), *options)
        if path.exists():
            yield f"export {name} {filters} {form} {options}", texts_of(path)
        elif done.returncode not in (1, 2, 4):
            fail(f"export {name} {filters} {form} {options}: {done.stderr}")
    for name, file, options in ONCE:
        done = run_quietly(office, "export", name, str(folder / file), *options)
        if (folder / file).exists():
            yield f"export {name} {file}", texts_of(folder / file)
        else:
            fail(f"export {name} {file}: {done.stderr}")


def imports(writer, folder):
    """The files that an import writes of rows which look like private records: by name, by place, and by what they refer to."""
    office = writer.office
    office.add("site", f"name.en={NEEDLE} by place", "site_type=oecm", "geometry=11.5,104.9", "sharing=private")
    for i in range(2):
        office.add("org", "name.en=Twins", f"acronym={NEEDLE}{i}", "kind=ngo", "sharing=private")
        office.add("org", f"name.en={NEEDLE} twin {i}", "acronym=TWN", "kind=ngo", "sharing=private")
    (folder / "rows.csv").write_text("name,site_type,lat,lon,stewards\nElsewhere,oecm,11.5,104.9,\nTheirs,oecm,,,TWN\n")
    told = run_quietly(office, "import", str(folder / "rows.csv"), "--type", "site", "--dry-run", "--rejects",
                       str(folder / "rejects.csv")).stdout
    if "by place) is 0 m away" not in told:
        fail(f"who imports is not told that a row looks like a private record: {told}")
    for path in [*folder.glob("rows.csv.*"), *office.folder.glob("rows.csv.*"), folder / "rejects.csv"]:
        if path.exists():
            yield f"import writes {path.name}", path.read_bytes()
    for path in office.folder.glob("rows.csv.*"):
        path.unlink()


def proofs(writer, folder):
    for record in writer.shared:
        path = folder / f"{record}.proof"
        writer.office.run("prove", record, str(path))
        yield f"prove {record}", path.read_bytes()
        yield f"verify {record}", run_quietly(writer.office, "verify", str(path)).stdout
    writer.office.run("fingerprint", "--sign", str(folder / "signed.view"))
    yield "fingerprint --sign", (folder / "signed.view").read_bytes()


def others(office, other):
    """What another member has and is told."""
    Office.carry(office, other)
    yield "all that another member has", json.dumps(other.json("sql", "SELECT id, type, label, document FROM record ORDER BY id"))
    other.run("fingerprint", "--sign", "other.view", "--replace")
    yield "compare with another member's view", run_quietly(office, "compare", "other.view").stdout


def restored(office, folder, number):
    """What a backup without private records brings back."""
    path = folder / f"{number}.backup"
    office.run("backup", "make", str(path))
    key = pathlib.Path(office.environment["BANYAN_HOME"]) / "device.key"
    home = folder / f"restored{number}"
    home.mkdir(0o700)
    (home / "device.key").write_bytes(key.read_bytes())
    (home / "device.key").chmod(0o600)
    back = Office(office.program, office.folder, home=home, network=None)
    back.run("backup", "restore", str(path))
    yield "a restored backup", json.dumps(back.json("sql", "SELECT id, type, label, document FROM record ORDER BY id"))
    yield "the output of backup make", office.run("backup", "make", str(path), "--replace").stdout


def at_work(office, other):
    """What a node prints while another one syncs with it, and what is printed of the connection."""
    node = subprocess.Popen([office.program, "run", "--listen", "127.0.0.1:0"], env=office.environment,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    begun = node.stdout.readline()
    if "127.0.0.1" not in begun:
        fail(f"a node begins with '{begun}'")
    run_quietly(other, "sync")
    yield "doctor", run_quietly(office, "doctor").stdout
    node.send_signal(signal.SIGINT)
    yield "what a node prints", begun + node.communicate(timeout=60)[0]
    for words in (["status"], ["status", "--json"], ["members", "--json"], ["peers", "--json"], ["fsck", "--json"],
                  ["invite", "--for", "Somebody"], ["check", "wdpca"], ["import", "list"]):
        yield " ".join(words), run_quietly(office, *words).stdout


def search(writer, other, folder, hidden, number):
    folder.mkdir()
    yield from exports(writer, folder, hidden)
    yield from imports(writer, folder)
    yield from proofs(writer, folder)
    yield from others(writer.office, other)
    yield from restored(writer.office, folder, number)
    yield from at_work(writer.office, other)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="banyan-leaks-") as name:
        folder = pathlib.Path(name)
        office = Office(program, folder)
        other = office.invite("Other")
        writer = Writer(office)
        writer.fill()
        unnamed = [office.add("contact", f"name={NEEDLE} apart", "role=expert")]
        if office.json("status")["private"] != len(writer.types) + 1:
            fail("not all private records were written")
        looked = 0
        for where, content in search(writer, other, folder / "1", writer.private, 1):
            look(where, content, NEEDLE, False)
            for record in unnamed:  # a private record that no shared one refers to is not even known by its id
                look(where, content, record, False)
            looked += 1
        found = other.json("search", NEEDLE) if run_quietly(other, "search", NEEDLE).returncode == 0 else []
        if found:
            fail(f"another member finds {found}")
        # The same search finds what is shared.
        for kind in ("org", "site", "contact"):
            office.run("edit", writer.private[kind], "sharing=public")
        seen = {where.split()[0] for where, content in search(writer, other, folder / "2", {"site": writer.private["site"]}, 2)
                if look(where, content, NEEDLE, True)}
        for wanted in ("export", "all", "a"):
            if wanted not in seen:
                fail(f"what is shared is not found in '{wanted}': the search above says nothing")
        if run_quietly(other, "search", NEEDLE).returncode != 0:
            fail("another member does not find what is shared")
        print(f"{len(writer.types)} private records, {len(writer.shared)} shared ones that refer to them, looked at {looked} things")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
