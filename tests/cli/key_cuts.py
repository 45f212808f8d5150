#!/usr/bin/env python3
"""A home is made, a key or its passphrase is replaced; and the program is killed at each call that changes the disk.

    key_cuts.py PROGRAM

Where a home was begun, there is one or the same command makes it. Of a key, whoever has the files has the code that holds:
the old one where the key was not replaced, else the new one, whole. Of a device's key nothing lies beside it once the next
command has run: what a write that was cut short left there may be the key without its passphrase.
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
CALLS = ["openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2"]
INIT = ["init", "--network", "N", "--org", "Alpha", "--country", "VNM", "--kind", "ngo", "--quiet"]
OFFICE = ["--org", "Beta", "--country", "VNM", "--kind", "ngo", "--quiet", "--recovery-out", "code"]
ROTATE = ["key", "rotate", "--recovery", "old", "--recovery-out", "new", "--quiet"]


def run(folder, *words, before=()):
    environment = {**os.environ, "LANG": "C.UTF-8", "BANYAN_HOME": str(folder / "home")}
    if before:  # no leak can be looked for in what is traced
        environment["ASAN_OPTIONS"] = "detect_leaks=0"
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


def left_over(folder):
    """A fault, or None: what lies beside the key."""
    left = [path.name for path in (folder / "home").iterdir() if path.name.startswith("device.key.")]
    return f"beside the key lies {left}" if left else None


def cuts(beginning, folder, words, only=""):
    """Each call that changes the disk, when the program was killed there; only those that name a file."""
    trace = folder.parent / "trace"
    copy(beginning, folder)
    done = run(folder, *words, before=["strace", "-f", "-y", "-o", str(trace), "-e", "trace=" + ",".join(CALLS)])
    assert done.returncode == 0, done.stderr
    numbers = dict.fromkeys(CALLS, 0)
    for call, rest in re.findall(r"^\d+ +(\w+)\((.*)", trace.read_text(), re.M):
        numbers[call] += 1
        if "view.gpkg" in rest or (call == "openat" and "O_CREAT" not in rest):
            continue  # the view can be made again at any time
        if only not in rest:
            continue
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
            yield (name, f"is not made again: {again.stderr}" if again.returncode != 0 else left_over(folder))
        else:
            yield (name, left_over(folder))


def try_rotate(room):
    """Faults."""
    beginning, folder = room / "beginning", room / "folder"
    beginning.mkdir()
    made = run(beginning, *INIT, "--recovery-out", "old")
    assert made.returncode == 0, made.stderr
    for name in cuts(beginning, folder, ROTATE):
        held = codes_that_hold(folder)
        yield (name, f"of the files these hold: {held}" if len(held) != 1 else None)


def write_passphrase(folder, name, text):
    (folder / name).write_text(text + "\n")
    (folder / name).chmod(0o600)


def try_passphrases(room):
    """Faults."""
    beginning, folder = room / "locked", room / "relocked"
    beginning.mkdir()
    assert run(beginning, *INIT).returncode == 0
    write_passphrase(beginning, "first", "correct horse")
    write_passphrase(beginning, "second", "battery staple")
    change = ["key", "passphrase", "--passphrase-file", "first"]
    known = {"set": ["first"], "changed": ["first", "second"], "removed": ["first"]}
    commands = {"set": ["key", "passphrase", "--new-passphrase-file", "first"],
                "changed": [*change, "--new-passphrase-file", "second"], "removed": [*change, "--remove"]}
    for what, words in commands.items():
        if what == "changed":  # from here on there is one
            assert run(beginning, *commands["set"]).returncode == 0
        count = 0
        for name in cuts(beginning, folder, words, "device.key"):
            count += 1
            tries = [run(folder, "device", "rename", "X", "--passphrase-file", file) for file in known[what]]
            opened = any(done.returncode == 0 for done in tries)
            yield (f"{what}: {name}", left_over(folder) if opened else f"the key is lost: {tries[0].stderr}")
        assert count >= 4, f"{what}: killed {count} times only"


def try_others(room):
    """Faults: where the key of a device is written by join, key recover and backup restore."""
    alpha, beta = room / "alpha", room / "beta"
    alpha.mkdir()
    beta.mkdir()
    assert run(alpha, *INIT).returncode == 0
    (beta / "invitation").write_text(run(alpha, "invite", "--for", "Beta", "--quiet").stdout)
    begun = room / "begun"
    copy(beta, begun)
    join = ["join", "@invitation", *OFFICE]
    assert run(beta, *join).returncode == 0
    for maker, file, taker in ((beta, "1", alpha), (alpha, "2", beta)):
        assert run(maker, "bundle", "make", f"{room}/{file}.banyan").returncode == 0
        assert run(taker, "bundle", "apply", f"{room}/{file}.banyan").returncode == 0
    assert run(beta, "backup", "make", f"{room}/beta.backup").returncode == 0
    lost = room / "lost"
    lost.mkdir()
    shutil.copy(beta / "code", lost / "code")
    code = ["--recovery", "code"]
    for beginning, words in ((begun, join), (lost, ["key", "recover", f"{room}/2.banyan", *code]),
                             (lost, ["backup", "restore", f"{room}/beta.backup", *code])):
        count = 0
        for name in cuts(beginning, room / "other", words, "device.key"):
            count += 1
            folder = room / "other"
            if run(folder, "status").returncode != 0:
                if words is join:
                    (folder / "code").unlink(missing_ok=True)
                again = run(folder, *words)
                yield (name, f"is not made again: {again.stderr}" if again.returncode != 0 else left_over(folder))
            else:
                yield (name, left_over(folder))
        assert count >= 4, f"{words[0]}: killed {count} times only"


def main():
    with tempfile.TemporaryDirectory() as name:
        room = pathlib.Path(name)
        found = [fault for attempt in (try_init, try_rotate, try_passphrases, try_others) for fault in attempt(room)]
    faults = [f"{name}: {fault}" for name, fault in found if fault]
    print("\n".join([*faults, f"killed {len(found)} times, {len(faults)} failures"]))
    return 1 if faults or len(found) < 10 else 0


if __name__ == "__main__":
    if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0:
        print("strace cannot trace here")
        sys.exit(77)
    sys.exit(main())
