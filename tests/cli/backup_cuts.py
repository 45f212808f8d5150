#!/usr/bin/env python3
"""A backup is made, or restored, and the program is killed at each call that changes the disk; or such a call fails.

    backup_cuts.py PROGRAM [HITS]

What was to be made is there afterwards as a whole, or not at all, and the next try succeeds. Beside that the order of
calls is looked at: what a power cut could still lose is synced before it gets its name. Ends with 77 where strace
cannot trace.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Calls that change what is on the disk; of each kind so many are hit, spread over all that there are.
CALLS = ["openat", "write", "pwrite64", "ftruncate", "fallocate", "fsync", "fdatasync", "rename", "renameat2", "unlink",
         "unlinkat", "mkdir", "rmdir"]
HITS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
failures = 0


def fail(text):
    global failures
    failures += 1
    print(text)


class World:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = {**os.environ, "LANG": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
        self.environment.pop("BANYAN_HOME", None)

    def run(self, *words, before=()):
        return subprocess.run([*before, self.program, *words], env=self.environment, cwd=self.folder, capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL)

    def must(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            sys.exit(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def digits(self, home):
        """The view's records, whoever the devices are."""
        return self.must("--home", home, "sql", "SELECT id, document FROM record ORDER BY id", "--json")

    def trace(self, words):
        """(call, rest of the line) of a whole run."""
        log = self.folder / "trace"
        done = self.run(*words, before=["strace", "-f", "-y", "-o", str(log), "-e", "trace=" + ",".join(CALLS)])
        if done.returncode != 0:
            sys.exit(f"under strace {words}: {done.stderr}")
        return re.findall(r"^\d+ +(\w+)\((.*)", log.read_text(), re.M)

    def inject(self, words, call, number, what):
        return self.run(*words, before=["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}",
                                        "-e", f"inject={call}:{what}:when={number}"])


def spread(count):
    return sorted({1 + i * (count - 1) // max(1, HITS - 1) for i in range(HITS)}) if count else []


def hits(world, words, clear):
    """Each (call, number, what) with the run it was put into."""
    clear()
    calls = [call for call, _ in world.trace(words)]
    for call in CALLS:
        for number in spread(calls.count(call)):
            for what in ["signal=KILL", "error=EIO", "error=ENOSPC"]:
                if what != "signal=KILL" and call == "openat":
                    continue  # most of them only read
                clear()
                yield f"{call} {number} {what}", world.inject(words, call, number, what)
    clear()


def try_make(world, count):
    """The old file or the new one, never a mix."""
    file = world.folder / "office.backup"
    words = ["--home", "a", "backup", "make", "office.backup", "--with-private", "--replace", "--quiet"]
    old = file.read_bytes()

    def clear():
        for left in world.folder.glob("office.backup.tmp-*"):
            left.unlink()
        file.write_bytes(old)

    for name, done in hits(world, words, clear):
        count[0] += 1
        if done.returncode == 0 and file.read_bytes() == old:
            fail(f"make, {name}: told as done, and nothing was written")
        if done.returncode > 0 and file.read_bytes() != old:
            if "cannot sync" not in done.stderr and "cannot open" not in done.stderr:  # it has its name by then
                fail(f"make, {name}: failed, and the old file is gone: {done.stderr}")
        if done.returncode > 0 and not done.stderr.startswith("banyan: "):
            fail(f"make, {name}: ended with {done.returncode} and '{done.stderr}'")
        checked = world.run("--home", "a", "backup", "check", "office.backup")
        if checked.returncode != 0:
            fail(f"make, {name}: left a file that is none: {checked.stderr}")
        if done.returncode > 0 and list(world.folder.glob("office.backup.tmp-*")):
            fail(f"make, {name}: left a file under another name")


def try_restore(world, count, with_key):
    home = world.folder / "b"
    words = ["--home", "b", "backup", "restore", "office.backup", "--quiet"]
    if not with_key:
        words += ["--recovery", "a.code"]
    wanted = world.digits("a")
    key = (world.folder / "a/device.key").read_bytes()

    def clear():
        shutil.rmtree(home, ignore_errors=True)
        if with_key:
            home.mkdir(0o700)
            (home / "device.key").write_bytes(key)
            (home / "device.key").chmod(0o600)

    for name, done in hits(world, words, clear):
        count[0] += 1
        who = "restore with " + ("device.key, " if with_key else "the code, ") + name
        if with_key and (home / "device.key").read_bytes() != key:
            fail(f"{who}: the key is gone")
        opened = world.run("--home", "b", "status", "--json")
        if done.returncode == 0 and opened.returncode != 0:
            fail(f"{who}: told as done, and there is no home: {opened.stderr}")
        if opened.returncode != 0:
            again = world.run(*words)
            if again.returncode != 0:
                fail(f"{who}: the next try says {again.stderr}")
                continue
        if world.digits("b") != wanted:
            fail(f"{who}: the records are not those of the backup")
        checked = world.run("--home", "b", "fsck", "--quiet")
        if checked.returncode != 0:
            fail(f"{who}: {checked.stderr}")
        for left in ["restoring", "making"]:
            if (home / left).exists() and done.returncode >= 0 and opened.returncode != 0:
                fail(f"{who}: {left} stays")


def order(world, words, data, moved):
    """Whatever is written to data is synced when it gets its name, and then the folder is."""
    unsynced, named, folders, synced_by_itself = False, False, 0, set()
    for call, rest in world.trace(words):
        opened = re.search(r"O_D?SYNC.* = (\d+)<", rest) if call == "openat" else None
        if opened:
            synced_by_itself.add(opened[1])
        ours = re.search(data, rest.split(",")[0]) is not None and rest.split("<")[0] not in synced_by_itself
        if call in ("write", "pwrite64") and ours and not named:
            unsynced = True
        if call in ("fsync", "fdatasync") and ours:
            unsynced = False
        if call in ("rename", "renameat2") and re.search(moved, rest):
            if unsynced:
                fail(f"{words}: gets its name before it is synced: {rest}")
            named = True
        if call == "fsync" and named:
            folders += 1
    if not named or folders == 0:
        fail(f"{words}: is not named, or its folder is not synced")


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="banyan-cuts-") as name:
        world = World(program, pathlib.Path(name))
        if shutil.which("strace") is None or world.run("--version", before=["strace", "-o", "/dev/null"]).returncode != 0:
            print("strace cannot trace here: nothing was cut")
            sys.exit(77)
        world.must("--home", "a", "init", "--network", "Test", "--org", "Alpha", "--country", "VNM", "--kind", "ngo",
                   "--recovery-out", "a.code", "--quiet")
        for i in range(3):
            world.must("--home", "a", "add", "site", f"name.en=Site {i}", "site_type=oecm", "--quiet")
            world.must("--home", "a", "add", "contact", f"name=Somebody {i}", "role=expert", "--quiet")
        world.must("--home", "a", "backup", "make", "office.backup", "--with-private", "--quiet")
        count = [0]
        try_make(world, count)
        try_restore(world, count, False)
        try_restore(world, count, True)
        order(world, ["--home", "a", "backup", "make", "new.backup", "--quiet"], r"new\.backup\.tmp-", r"new\.backup\.tmp-")
        shutil.rmtree(world.folder / "b", ignore_errors=True)
        order(world, ["--home", "b", "backup", "restore", "office.backup", "--recovery", "a.code", "--quiet"],
              r"restoring/log/data\.mdb", r"restoring/log\"")
        print(f"cut {count[0]} times, {failures} of them wrong")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
