#!/usr/bin/env python3
"""A home is made, the key of an organisation is replaced; and the program is killed at each call that changes the disk.

    key_cuts.py PROGRAM

Where a home was begun, there is one or the same command makes it. Of a key, whoever has the files has the code that holds:
the old one where the key was not replaced, else the new one, whole.
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
INIT = ["init", "--network", "N", "--org", "Alpha", "--country", "VNM", "--kind", "ngo", "--quiet"]
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


def cuts(beginning, folder, words):
    """Each call that changes the disk, when the program was killed there."""
    trace = folder.parent / "trace"
    copy(beginning, folder)
    done = run(folder, *words, before=["strace", "-f", "-y", "-o", str(trace), "-e", "trace=" + ",".join(CALLS)])
    assert done.returncode == 0, done.stderr
    numbers = dict.fromkeys(CALLS, 0)
    for call, rest in re.findall(r"^\d+ +(\w+)\((.*)", trace.read_text(), re.M):
        numbers[call] += 1
        if "view.gpkg" in rest or (call == "openat" and "O_CREAT" not in rest):
            continue  # the view can be made again at any time
        copy(beginning, folder)
        run(folder, *words, before=["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}",
                                    "-e", f"inject={call}:signal=KILL:when={numbers[call]}"])
        yield f"{words[0]}, {call} {numbers[call]}"


def try_init(room):
    """Faults."""
    beginning, folder = room / "nothing", room / "made"
    beginning.mkdir()
    for name in cuts(beginning, folder, INIT):
        if run(folder, "status").returncode != 0:
            again = run(folder, *INIT)
            yield (name, f"is not made again: {again.stderr}" if again.returncode != 0 else None)
        else:
            yield (name, None)


def try_rotate(room):
    """Faults."""
    beginning, folder = room / "beginning", room / "folder"
    beginning.mkdir()
    made = run(beginning, *INIT, "--recovery-out", "old")
    assert made.returncode == 0, made.stderr
    for name in cuts(beginning, folder, ROTATE):
        held = codes_that_hold(folder)
        yield (name, f"of the files these hold: {held}" if len(held) != 1 else None)


def main():
    with tempfile.TemporaryDirectory() as room:
        found = [*try_init(pathlib.Path(room)), *try_rotate(pathlib.Path(room))]
    faults = [f"{name}: {fault}" for name, fault in found if fault]
    print("\n".join([*faults, f"killed {len(found)} times, {len(faults)} failures"]))
    return 1 if faults or len(found) < 10 else 0


if __name__ == "__main__":
    if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0:
        print("strace cannot trace here")
        sys.exit(77)
    sys.exit(main())
