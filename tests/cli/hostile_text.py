#!/usr/bin/env python3
"""Strings that broke other programs, as field values: written, then shown, listed and searched for.

    hostile_text.py PROGRAM SHARED

The program either refuses a string with one clear sentence and exit code 4, or shows it again without any control
character, escape, change of direction or invalid byte. Strings of our own are written one by one, from standard input;
those of others fill the fields of a record together, and stand alone where such a record is refused. Prints how many
strings were written and how many refused.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unicodedata

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What the strings of others leave out
OWN = ["\x1b[2J\x1b[1;1H", "\x9b31m", "a\u202eb", "\u2066a", "line\nfeed", "tab\tstop", "\r\n", "\x7f", "\u200b", "\ufeff",
       "x" * 16384, "x" * 16385, "-", "@", "a;b", ";", "=", "'; DROP TABLE record; --"]


FIELDS = ["name.en", "description.en", "desig.en", "mang_auth.en", "supp_info.en", "basin.en", "ecosystem.en", "mang_plan"]
COLUMNS = ",".join(field.split(".")[0] for field in FIELDS)
SEARCH_BYTES_MAX = 4096


class Banyan:
    def __init__(self, program, home):
        self.program, self.home = program, home

    def run(self, *words, text=None):
        environment = {**os.environ, "BANYAN_HOME": str(self.home), "LANG": "C.UTF-8", "TZ": "UTC"}
        done = subprocess.run([self.program, *words], env=environment, input=text, capture_output=True, timeout=60)
        return done.returncode, done.stdout, done.stderr


def treacherous(output):
    """What in an output a terminal would obey, as text; None when there is nothing."""
    try:
        text = output.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"invalid bytes at {error.start}"
    for character in text:
        if character != "\n" and (unicodedata.category(character) == "Cc" or character in BIDI):
            return f"U+{ord(character):04X}"
    return None


def encoded(string):
    return string.encode("utf-8", "surrogatepass")


def is_argument(string):
    """Whether it can be given as a value on the command line, and is taken as it is there."""
    return "\0" not in string and string not in ("", "-") and not string.startswith("@")


def in_groups(strings):
    return [strings[i:i + len(FIELDS)] for i in range(0, len(strings), len(FIELDS))]


class Test:
    def __init__(self, banyan):
        self.banyan, self.failures = banyan, []
        self.records, self.written, self.refused = [], 0, 0

    def look(self, what, strings, output):
        found = treacherous(output)
        if found:
            self.failures.append(f"{what} of {strings!r} lets {found} through")

    def run(self, what, strings, words, codes, text=None):
        """Its exit code and output; a code that is none of these is a failure."""
        code, output, error = self.banyan.run(*words, text=text)
        self.look(what, strings, error if "--json" in words else output + error)
        if code not in codes or (code in (2, 4) and error.count(b"\n") > 2):
            self.failures.append(f"{what} of {strings!r} ends with {code}: {error!r}")
        return code, output

    def note(self, strings, output):
        self.records.append((json.loads(output)["id"], strings))
        self.written += len(strings)

    def add_alone(self, string):
        code, output = self.run("add", [string], ["add", "site", "name.en=-", "site_type=candidate", "--json"], (0, 2, 4),
                                encoded(string))
        if code == 0:
            self.note([string], output)
        else:
            self.refused += 1

    def add_together(self, strings):
        values = [field.encode() + b"=" + encoded(string) for field, string in zip(FIELDS, strings)]
        code, output = self.run("add", strings, ["add", "site", *values, "site_type=candidate", "--json"], (0, 2, 4))
        if code == 0:
            self.note(strings, output)
            return
        for string in strings:
            self.add_alone(string)

    def search(self, strings):
        """Together; one by one where something about them is refused, so that no other hides behind it."""
        words = [encoded(string)[:SEARCH_BYTES_MAX // len(strings)] for string in strings]
        code, _ = self.run("search", strings, ["search", "--", *words], (0, 1, 4))
        if code == 4 and len(strings) > 1:
            for string in strings:
                self.search([string])

    def play(self, own, others):
        for string in own + [string for string in others if not is_argument(string)]:
            self.add_alone(string)
        for strings in in_groups([string for string in others if is_argument(string)]):
            self.add_together(strings)
        for record, strings in self.records:
            self.run("show", strings, ["show", record], (0,))
        for strings in in_groups([string for string in own + others if string and "\0" not in string]):
            self.search(strings)
        self.run("list", "all", ["list", "site", "--columns", COLUMNS], (0,))
        for record, strings in self.records[:1] + self.records[-1:]:
            self.run("history", strings, ["history", record], (0,))
        self.run("sql", "all", ["sql", "SELECT * FROM site"], (0,))


def main():
    program, shared = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    path = shared / "vectors/blns/blns.json"
    others = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    if not path.exists():
        print(f"skipped: {path} is not there; own strings only")
    with tempfile.TemporaryDirectory() as room:
        banyan = Banyan(program, pathlib.Path(room) / "home")
        code, _, error = banyan.run("init", "--network", "N", "--org", "O", "--country", "KHM", "--kind", "ngo")
        if code != 0:
            sys.exit(error.decode())
        test = Test(banyan)
        test.play(OWN, others)
    print("\n".join(test.failures))
    print(f"{test.written} strings written, {test.refused} refused, {len(test.failures)} failures")
    sys.exit(1 if test.failures else 0)


if __name__ == "__main__":
    main()
