#!/usr/bin/env python3
"""Counts a meson test log: prints "passed failed skipped"; no log counts as one failure."""
import json
import sys

PASSED, SKIPPED = {"OK", "EXPECTEDFAIL"}, {"SKIP"}

try:
    with open(sys.argv[1], encoding="utf-8") as log:
        results = [json.loads(line)["result"] for line in log if line.strip()]
except OSError:
    results = []
passed = sum(r in PASSED for r in results)
skipped = sum(r in SKIPPED for r in results)
failed = len(results) - passed - skipped
print(passed, failed if results else 1, skipped)
