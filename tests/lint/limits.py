#!/usr/bin/env python3
"""Each bound of src/base/limits.h is named by a test, or stands in the list of those that wait for one, which only gets shorter."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WAITING = {
    "BY_LISTEN_MAX", "BY_LIVE_ASIDE_BYTES_MAX", "BY_LIVE_BATCH_BYTES_MAX", "BY_LIVE_VIEW_LAG_MS", "BY_LIVE_VIEW_QUIET_MS",
    "BY_STRANGERS_MAX", "BY_SYNC_NOTES_BYTES", "BY_VALUE_TEXT_BYTES_MAX", "BY_XML_TAG_BYTES_MAX",
}


def main():
    bounds = set(re.findall(r"^#define (BY_\w+)[ \\]", (ROOT / "src/base/limits.h").read_text(encoding="utf-8"), re.M))
    named = set()
    for path in sorted((ROOT / "tests").rglob("*")):
        if path.suffix in (".c", ".h", ".py", ".txt") and path != pathlib.Path(__file__).resolve():
            named |= bounds & set(re.findall(r"\bBY_\w+", path.read_text(encoding="utf-8", errors="replace")))
    faults = [f"{bound}: no test names it" for bound in sorted(bounds - named - WAITING)]
    faults += [f"{bound}: it waits for a test no longer: take it out of the list in tests/lint/limits.py"
               for bound in sorted(WAITING & named | WAITING - bounds)]
    print("\n".join(faults) or f"{len(named)} bounds are named by tests, {len(WAITING)} wait for one")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
