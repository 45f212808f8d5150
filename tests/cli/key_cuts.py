#!/usr/bin/env python3
"""The key of an organisation is replaced, and the program is killed at each call that changes the disk.

    key_cuts.py PROGRAM

Whoever has the files has the code that holds: the old one where the key was not replaced, else the new one, whole.
Ends with 77 where strace cannot trace.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
CALLS = ["openat", "write", "pwrite64", "fsync", "fdatasync"]
ROTATE = ["key", "rotate", "--recovery", "old", "--recovery-out", "new", "--quiet"]


def run(folder, *words, before=()):
    environment = {**os.environ, "LANG": "C.UTF-8", "BANYAN_HOME": str(folder / "home")}
    return subprocess.run([*before, PROGRAM, *words], env=environment, cwd=folder, capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL, check=False)


def copy(beginning, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(beginning, folder)


def codes_that_hold(folder):
    """Of the two files, each tried on a copy of the home."""
    held = []
    for code in ("old", "new"):
        probe = folder.parent / "probe"
        copy(folder, probe)
        done = run(probe, "key", "rotate", "--recovery", code, "--recovery-out", "newest", "--quiet")
        if done.returncode == 0:
            held.append(code)
    return held


def main():
    failures = hits = 0
    with tempfile.TemporaryDirectory() as room:
        beginning, folder = pathlib.Path(room) / "beginning", pathlib.Path(room) / "folder"
        beginning.mkdir()
        made = run(beginning, "init", "--network", "N", "--org", "Alpha", "--country", "VNM", "--kind", "ngo",
                   "--recovery-out", "old", "--quiet")
        assert made.returncode == 0, made.stderr
        copy(beginning, folder)
        trace = pathlib.Path(room) / "trace"
        done = run(folder, *ROTATE, before=["strace", "-f", "-o", str(trace), "-e", "trace=" + ",".join(CALLS)])
        assert done.returncode == 0, done.stderr
        assert codes_that_hold(folder) == ["new"]
        lines = re.findall(r"^\d+ +(\w+)\((.*)", trace.read_text(), re.M)
        numbers = dict.fromkeys(CALLS, 0)
        for call, rest in lines:
            numbers[call] += 1
            if call == "openat" and "O_CREAT" not in rest:
                continue
            hits += 1
            copy(beginning, folder)
            killed = run(folder, *ROTATE, before=["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}",
                                                  "-e", f"inject={call}:signal=KILL:when={numbers[call]}"])
            held = codes_that_hold(folder)
            if len(held) != 1:
                failures += 1
                print(f"{call} {numbers[call]} ({killed.returncode}): of the files these hold: {held}")
    print(f"killed {hits} times, {failures} failures")
    return 1 if failures or hits < 5 else 0


if __name__ == "__main__":
    if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0:
        print("strace cannot trace here")
        sys.exit(77)
    sys.exit(main())
