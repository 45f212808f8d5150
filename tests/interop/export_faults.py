#!/usr/bin/env python3
"""An export that goes wrong says so in one sentence, leaves no half file, and keeps what was there: export_faults.py PROGRAM"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

from office import Office

FORMATS = ["csv", "xlsx", "geojson", "gpkg", "jsonl"]
ROWS = 4000


def fill(office):
    rows = (f"{i},Place number {i} of the river {i * 7919 % 9973},pa,{10 + i % 700 / 1000},{105 + i % 900 / 1000}" for i in range(ROWS))
    (office.folder / "s.csv").write_text("No,Name,Site type,Latitude,Longitude\n" + "\n".join(rows) + "\n")
    assert office.json("import", "s.csv", "--type", "site", "--key", "No")["new"] == ROWS


def one_sentence(done):
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Writing")]
    assert len(lines) == 1 and lines[0].startswith("banyan: "), done.stderr
    return lines[0]


def in_small_room(office, options, script):
    """Run a script of sh where folder "room" is a file system of its own; None where that is not possible here."""
    (office.folder / "room").mkdir(exist_ok=True)
    words = f"mount -t tmpfs -o {options} room room || exit 99\n{script}"
    done = subprocess.run(["unshare", "-rm", "sh", "-c", words], cwd=office.folder, env=office.environment, capture_output=True, text=True,
                          timeout=300)
    return None if done.returncode == 99 or "unshare" in done.stderr else done


def full_disks(office):
    for ending in FORMATS:
        told = in_small_room(office, "size=64k", f'echo old >room/old.{ending}; "{office.program}" export site room/new.{ending} 2>err; '
                             f'echo $?; "{office.program}" export site room/old.{ending} --replace 2>>err; echo $?; ls -A room; cat room/old.*')
        if told is None:
            print("skipped: no file system of a test's own here")
            return
        assert told.stdout.split() == ["5", "5", f"old.{ending}", "old"], (ending, told.stdout, told.stderr)
        lines = [line for line in (office.folder / "err").read_text().splitlines() if not line.startswith("Writing")]
        assert len(lines) == 2 and all(line.startswith("banyan: ") for line in lines), lines
        assert "space left" in lines[0] or "no room" in lines[0] or "cannot be written" in lines[0], lines
    # what the library for workbooks passes over, since its temporary files have no room: the more rows, the later
    codes = []
    for size in (16, 64, 300, 900, 1500, 2100, 3000, 16000):
        told = in_small_room(office, f"size={size}k", f'TMPDIR=room "{office.program}" export site room/x.xlsx --quiet 2>err; echo $?; '
                             "cp room/x.xlsx kept.xlsx 2>/dev/null; rm -f room/x.xlsx; ls -A room")
        assert told.stdout.split() in (["5"], ["0"]), (size, told.stdout, told.stderr)
        if told.stdout.split() == ["0"]:
            with zipfile.ZipFile(office.folder / "kept.xlsx") as book:
                assert all(book.read(part).rstrip().endswith(b">") for part in book.namelist()), size
        codes += told.stdout.split()
    assert codes[0] == "5" and codes[-1] == "0", codes
    told = in_small_room(office, "ro", f'"{office.program}" export site room/new.csv; echo $?')
    assert told.stdout.split() == ["5"] and "cannot make room/new.csv" in told.stderr, (told.stdout, told.stderr)


def places_that_are_none(office):
    (office.folder / "folder").mkdir()
    os.mkfifo(office.folder / "pipe.csv")
    (office.folder / "null.csv").symlink_to("/dev/null")
    for target, words, code in (("nowhere/x.csv", "cannot make", 1), ("folder", "there already", 2), ("pipe.csv", "no ordinary file", 2),
                                ("null.csv", "no ordinary file", 2), ("-", "whole or not at all", 2)):
        more = ["--replace"] if "ordinary" in words else []
        done = office.run("export", "site", target, "--format", "csv", *more, exit_code=code)
        assert words in one_sentence(done), (target, done.stderr)
    assert (office.folder / "null.csv").is_symlink() and (office.folder / "pipe.csv").is_fifo()
    assert not (office.folder / "-").exists() and not list((office.folder / "folder").iterdir())


def interrupted(office):
    """Ctrl-C while the file is being written: the process ends by the signal, and nothing is left."""
    seen = 0
    for number in (signal.SIGINT, signal.SIGTERM):
        for ending in FORMATS:
            (office.folder / "cut").mkdir(exist_ok=True)
            running = subprocess.Popen([office.program, "export", "site", f"cut/x.{ending}"], cwd=office.folder, env=office.environment,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            while running.poll() is None and not list((office.folder / "cut").iterdir()):
                time.sleep(0.001)
            running.send_signal(number)
            running.communicate(timeout=60)
            left = [path.name for path in (office.folder / "cut").iterdir()]
            if running.returncode == -number and not left:
                seen += 1
            else:  # it was done before the signal came
                assert running.returncode in (0, -number) and left == [f"x.{ending}"], (ending, running.returncode, left)
                (office.folder / "cut" / left[0]).unlink()
    assert seen >= len(FORMATS), seen
    quiet = subprocess.run(["nohup", office.program, "export", "site", "nohup.csv"], cwd=office.folder, env=office.environment,
                           capture_output=True, text=True, timeout=60)
    assert quiet.returncode == 0 and (office.folder / "nohup.csv").exists(), "what is ignored interrupts nothing"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        office = Office(program, pathlib.Path(name))
        fill(office)
        for test in (places_that_are_none, interrupted, full_disks):
            test(office)
        assert not list(office.folder.glob("**/*.tmp-*"))
    print("exports are whole or not there")


if __name__ == "__main__":
    main()
