#!/usr/bin/env python3
"""Each test that docs/security.md names is there, and each threat names one, or says that it waits."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACES = ["tests/unit/{}.c", "tests/net/{}", "tests/cli/transcripts/{}", "tests/cli/{}", "tests/fuzz/{}.c", "{}", "{}.c"]
ROW = re.compile(r"^\| (?!threat |--)(.+) \| (.+) \| (.+) \|$", re.M)
NAME = re.compile(r"`([a-z_/]+(?:\.py|\.txt|\.sh)?)`")
# "`member/test_charter`: who_is_who"
CASE = re.compile(r"`([a-z_/]+)`: ([a-z_]+)")
# In the text above the table only what looks like a test is one.
TEST = re.compile(r"`((?:[a-z]+/test_|fuzz_)[a-z_]+)`")


def find(name):
    return next((ROOT / place.format(name) for place in PLACES if (ROOT / place.format(name)).is_file()), None)


def has_case(name, case):
    path = find(name)
    return path is not None and bool(re.search(rf"\(\s*{case}\b", path.read_text(encoding="utf-8").split("int main(")[-1]))


def main():
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    named = {name for _, _, shown in rows for name in NAME.findall(shown)} | set(TEST.findall(text))
    faults = [f"{name}: there is no such test" for name in sorted(named) if not find(name)]
    faults += [f"{name}: it has no {case}" for name, case in CASE.findall(text) if not has_case(name, case)]
    faults += [f"{threat}: nothing shows it, and it does not say that it waits"
               for threat, _, shown in rows if not NAME.search(shown) and "*waits*" not in shown]
    for fault in faults:
        print(f"docs/security.md: {fault}")
    print(f"{len(rows)} threats, {len(named)} tests")
    sys.exit(1 if faults or len(rows) < 40 else 0)


if __name__ == "__main__":
    main()
