#!/usr/bin/env python3
"""Strings that broke other programs, as field values: written, then shown, listed and searched for.

    hostile_text.py PROGRAM SHARED

The program either refuses a string with one clear sentence and exit code 4, or shows it again without any control
character, escape, change of direction or invalid byte. Prints how many strings were written and how many refused.
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


def check(failures, what, string, output):
    found = treacherous(output)
    if found:
        failures.append(f"{what} of {string!r} lets {found} through")


def main():
    program, shared = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    path = shared / "vectors/blns/blns.json"
    strings = OWN + (json.loads(path.read_text(encoding="utf-8")) if path.exists() else [])
    if not path.exists():
        print(f"skipped: {path} is not there; own strings only")
    failures, written, refused = [], [], 0
    with tempfile.TemporaryDirectory() as room:
        banyan = Banyan(program, pathlib.Path(room) / "home")
        code, _, error = banyan.run("init", "--network", "N", "--org", "O", "--country", "KHM", "--kind", "ngo")
        if code != 0:
            sys.exit(error.decode())
        for string in strings:
            data = string.encode("utf-8", "surrogatepass")
            code, output, error = banyan.run("add", "site", "name.en=-", "site_type=candidate", "--json", text=data)
            check(failures, "the error", string, error)
            if code == 0:
                written.append((json.loads(output)["id"], string))
            elif code in (2, 4) and error.count(b"\n") <= 2:
                refused += 1
            else:
                failures.append(f"add of {string!r} ends with {code}: {error!r}")
        for identifier, string in written:
            code, output, error = banyan.run("show", identifier)
            check(failures, "show", string, output + error)
            if code != 0:
                failures.append(f"show of {string!r} ends with {code}: {error!r}")
        for string in strings:
            if "\0" in string or not string:
                continue
            code, output, error = banyan.run("search", "--", string.encode("utf-8", "surrogatepass")[:4096])
            check(failures, "search", string, output + error)
            if code not in (0, 1, 4):
                failures.append(f"search for {string!r} ends with {code}: {error!r}")
        for words in (["list", "site"], ["history", written[0][0]], ["sql", "SELECT * FROM site"]):
            code, output, error = banyan.run(*words)
            check(failures, words[0], "all", output + error)
            if code != 0:
                failures.append(f"{words[0]} ends with {code}: {error!r}")
    print("\n".join(failures))
    print(f"{len(written)} strings written, {refused} refused, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
