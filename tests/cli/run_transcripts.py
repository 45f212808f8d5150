#!/usr/bin/env python3
"""Plays transcripts: commands as typed in a terminal, with the output and exit code they must have.

    run_transcripts.py PROGRAM TRANSCRIPT...

tests/cli/README.md tells how a transcript is written. Prints a difference for each command that answers otherwise.
"""
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

COMMAND_SECONDS_MAX = 60

PLACEHOLDERS = {
    "id": r"[0-9A-Z]{4}-[0-9A-Z]{4}",
    "time": r"\d{4}-\d\d-\d\d \d\d:\d\d",
    "utc": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "day": r"\d{4}-\d\d-\d\d",
    "number": r"\d[\d,]*",
    "hex": r"[0-9a-f]{12,}",
    "fingerprint": r"\d+(?: \d+)+",
    "code": r"BANYAN[-0-9A-Z ]{40,}",
    "recovery": r"[0-9A-Z]{7}(?:[- ][0-9A-Z]{7}){7}",
    "any": r".*",
}
PLACEHOLDER = re.compile(r"<(%s)(?:=([a-z]+))?>" % "|".join(PLACEHOLDERS))
USE = re.compile(r"<([a-z]+)>")
MORE_LINES = "<...>"


class Step:
    def __init__(self, line_number, command):
        self.line_number = line_number
        self.command = command
        self.want = []
        self.exit_code = 0


def read_steps(path):
    steps = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            continue
        if line.startswith("$ "):
            steps.append(Step(number, line[2:]))
        elif line.startswith("> ") and steps and not steps[-1].want:
            steps[-1].command += "\n" + line[2:]
        elif re.fullmatch(r"\[exit \d+\]", line):
            steps[-1].exit_code = int(line[6:-1])
        elif steps:
            steps[-1].want.append(line)
        elif line:
            sys.exit(f"{path}:{number}: output without a command")
    for step in steps:
        while step.want and not step.want[-1]:
            step.want.pop()
    return steps


def pattern_of(line, bound):
    """A line as a regular expression: <name> is what was bound, <kind=name> binds, <kind> fits."""
    parts, at, new = [], 0, []
    for match in re.finditer(r"<[a-z]+(?:=[a-z]+)?>", line):
        parts.append(re.escape(line[at:match.start()]))
        at = match.end()
        placeholder = PLACEHOLDER.fullmatch(match.group())
        name = match.group()[1:-1]
        if name in bound:
            parts.append(re.escape(bound[name]))
        elif placeholder and placeholder.group(2):
            new.append(placeholder.group(2))
            parts.append(f"(?P<{placeholder.group(2)}>{PLACEHOLDERS[placeholder.group(1)]})")
        elif placeholder:
            parts.append(PLACEHOLDERS[placeholder.group(1)])
        else:
            parts.append(re.escape(match.group()))
    parts.append(re.escape(line[at:]))
    return "".join(parts)


def fits(want, got, bound):
    """Whether the lines fit, and what they bind."""
    if not want:
        return bound if not got else None
    if want[0] == MORE_LINES:
        for skip in range(len(got) + 1):
            found = fits(want[1:], got[skip:], bound)
            if found is not None:
                return found
        return None
    if not got:
        return None
    match = re.fullmatch(pattern_of(want[0], bound), got[0])
    return fits(want[1:], got[1:], {**bound, **match.groupdict()}) if match else None


def play(program, path):
    """The number of commands that answered otherwise."""
    bound, failures = {}, 0
    room = pathlib.Path(tempfile.mkdtemp(prefix="banyan-transcript-"))
    environment = {
        "PATH": f"{pathlib.Path(program).resolve().parent}:{os.environ['PATH']}",
        "HOME": str(room), "LANG": "C.UTF-8", "TZ": "UTC", "TRANSCRIPTS": str(path.parent.resolve()),
    }
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    try:
        for step in read_steps(path):
            command = USE.sub(lambda match: bound.get(match.group(1), match.group()), step.command)
            done = subprocess.run(["bash", "-c", command], cwd=room, env=environment, timeout=COMMAND_SECONDS_MAX,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            text = done.stdout.decode("utf-8", "backslashreplace").replace(str(room), "~")
            got = [line.rstrip() for line in text.rstrip("\n").split("\n")] if text else []
            found = fits(step.want, got, bound)
            if found is not None and done.returncode == step.exit_code:
                bound = found
                continue
            failures += 1
            print(f"{path}:{step.line_number}: $ {command}")
            if done.returncode != step.exit_code:
                print(f"  exit code {done.returncode}, not {step.exit_code}")
            if found is None:
                for line in difflib.unified_diff(step.want, got, "wanted", "answered", lineterm="", n=1):
                    print("  " + line)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return failures


def main():
    program, paths = sys.argv[1], [pathlib.Path(name) for name in sys.argv[2:]]
    failures = sum(play(program, path) for path in paths)
    print(f"{len(paths)} transcripts, {failures} commands answer otherwise" if failures else
          f"{len(paths)} transcripts as written")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
