#!/usr/bin/env python3
"""The passphrase of a device's key, at a terminal and from files: passphrase.py PROGRAM"""
import hashlib
import re
import resource
import shutil
import stat
import struct
import subprocess
import unicodedata

from office import PROGRAM, SECRET, play

OTHER = "correct horse battery"


def at_a_terminal_it_is_typed_twice_and_does_not_show(office):
    assert office.has_seeds_on_disk()
    with office.terminal("key", "passphrase") as terminal:
        terminal.wait_for("New passphrase: ")
        assert terminal.hides_typing()
        terminal.type(SECRET + "\n")
        terminal.wait_for("The same again: ")
        terminal.type(SECRET + "\n")
        said, code = terminal.end()
        assert code == 0, terminal.shown
        assert "is locked by the passphrase" in said
        assert SECRET not in terminal.shown
    assert stat.S_IMODE(office.key.stat().st_mode) == 0o600
    assert not office.has_seeds_on_disk()
    # an accent typed as a letter of its own is the same passphrase
    with office.terminal("add", "site", "name.en=A", "country=VNM", "site_type=candidate") as terminal:
        terminal.wait_for("Passphrase of this device's key: ")
        assert terminal.hides_typing()
        terminal.type(unicodedata.normalize("NFD", SECRET) + "\n")
        said, code = terminal.end()
        assert code == 0 and "Added site" in said, terminal.shown
        assert terminal.shown.count("Passphrase") == 1, "it is asked for once"


def two_different_ones_change_nothing(office):
    before = office.key.read_bytes()
    with office.terminal("key", "passphrase") as terminal:
        terminal.wait_for("New passphrase: ")
        terminal.type(SECRET + "\n")
        terminal.wait_for("The same again: ")
        terminal.type(OTHER + "\n")
        said, code = terminal.end()
        assert code == 4 and "two different passphrases: nothing was changed" in said, terminal.shown
    assert office.key.read_bytes() == before


def a_short_one_is_refused(office):
    before = office.key.read_bytes()
    said = office.run("key", "passphrase", "--new-passphrase-file", office.file("new", "seven 7\n"), code=4)
    assert "too short" in said, said
    said = office.run("key", "passphrase", "--new-passphrase-file", office.file("new", "\nsecond line"), code=4)
    assert "holds no passphrase in its first line" in said, said
    assert office.key.read_bytes() == before


def ctrl_c_leaves_the_terminal_as_it_was_and_nothing_changed(office):
    before = office.key.read_bytes()
    for asked in ("New passphrase: ", "The same again: "):
        with office.terminal("key", "passphrase") as terminal:
            terminal.wait_for("New passphrase: ")
            if asked != "New passphrase: ":
                terminal.type(SECRET + "\n")
                terminal.wait_for(asked)
            terminal.wait_until_hidden()
            terminal.type("\x03")
            code = terminal.end()[1]
            assert code == -2, f"{code}: {terminal.shown}"
            assert not terminal.hides_typing(), "the terminal goes on without echo"
    assert office.key.read_bytes() == before
    assert [path.name for path in office.home.iterdir() if "tmp" in path.name] == []


def looking_needs_none_and_writing_says_what_is_missing(office):
    office.set_passphrase()
    for words in (("status",), ("list", "org"), ("members",), ("fingerprint",), ("device", "list"), ("fsck",), ("rebuild",)):
        office.run(*words)
    for words in (("add", "site", "name.en=A"), ("bundle", "make", "a.banyan"), ("fingerprint", "--sign", "f"),
                  ("device", "rename", "X"), ("key", "passphrase", "--remove"), ("run", "--listen", "127.0.0.1:0"),
                  ("invite", "--for", "B")):
        said = office.run(*words, code=3)
        assert said == ("banyan: the key of this device has a passphrase: run this at a terminal, or name the file that holds "
                        "it with --passphrase-file\n"), said


def a_wrong_one_is_one_sentence(office):
    office.set_passphrase()
    wrong = office.file("wrong", OTHER + "\n")
    for words in (("add", "site", "name.en=A"), ("run", "--listen", "127.0.0.1:0"), ("key", "passphrase", "--remove")):
        said = office.run(*words, "--passphrase-file", wrong, code=3)
        assert said == "banyan: this is not the passphrase of this device's key\n", said
    with office.terminal("device", "rename", "X") as terminal:
        terminal.wait_for("key: ")
        terminal.type(OTHER + "\n")
        said, code = terminal.end()
        assert code == 3 and "banyan: this is not the passphrase" in said.replace("\x1b[31m", "").replace("\x1b[0m", ""), said


def services_read_it_from_a_file_a_descriptor_or_systemd(office):
    office.set_passphrase()
    path = office.file("passphrase", SECRET + "\nand a second line\n")
    site = ("add", "site", "country=VNM", "site_type=candidate")
    office.run(*site, "name.en=A", "--passphrase-file", path)
    office.run(*site, "name.en=B", BANYAN_PASSPHRASE_FILE=path)
    with open(path, encoding="utf-8") as file:
        office.run(*site, "name.en=C", "--passphrase-file", "-", stdin=file)
    with open(path, encoding="utf-8") as file:
        office.run(*site, "name.en=D", "--passphrase-file", f"/dev/fd/{file.fileno()}", fds=(file.fileno(),))
    office.file("banyan.passphrase", SECRET)  # without a line end, as systemd-creds writes it
    office.run(*site, "name.en=E", CREDENTIALS_DIRECTORY=str(office.room))
    # what is said beats what is around
    office.run(*site, "name.en=F", "--passphrase-file", path, BANYAN_PASSPHRASE_FILE="/nowhere")
    assert office.run("list", "site", "--quiet").count("\n") == 6
    said = office.run(*site, "name.en=G", BANYAN_PASSPHRASE_FILE="/nowhere", code=1)
    assert said == "banyan: cannot open /nowhere: No such file or directory\n", said
    said = office.run(*site, "name.en=G", "--passphrase-file", office.file("open", SECRET, 0o644), code=5)
    assert "other users can read" in said and "chmod 600" in said, said


def it_is_changed_and_taken_away(office):
    office.set_passphrase()
    first = office.file("first", SECRET)
    office.set_passphrase(OTHER, "--passphrase-file", first)
    office.run("device", "rename", "X", "--passphrase-file", first, code=3)
    second = office.file("second", OTHER)
    said = office.run("key", "passphrase", "--remove", "--passphrase-file", second)
    assert "whoever can read the disk has the key" in said, said
    office.run("device", "rename", "X")
    assert office.key.read_bytes()[16:48] == office.seeds[0], "it is the key of before"
    assert "has no passphrase" in office.run("key", "passphrase", "--remove")
    assert office.run("key", "passphrase", "--remove", "--json") == '{"passphrase":false,"changed":false}\n'


def a_key_file_that_somebody_made_up_costs_nothing(office):
    office.set_passphrase()
    file = bytearray(office.key.read_bytes())
    file[80:88] = struct.pack("<II", 1, 1 << 30)  # 1 TiB
    file[-32:] = hashlib.blake2b(b"banyan checksum".ljust(16, b"\0") + bytes(file[:-32]), digest_size=32).digest()
    office.key.write_bytes(file)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    said = office.run("device", "rename", "X", "--passphrase-file", office.file("p", SECRET), code=5)
    assert "is not as banyan wrote it" in said, said
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 65536


WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,mmap"
OPEN_KEY = b"banyan device 1"


def can_trace():
    return (shutil.which("strace") is not None and
            subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0)


def written(office, *words):
    """All that a command hands to the system to be written, as bytes of one text."""
    log = office.room / "trace"
    done = subprocess.run(["strace", "-f", "-xx", "-s", "1000000", "-e", f"trace={WRITES}", "-o", str(log), PROGRAM, *words],
                          env={**office.environment, "ASAN_OPTIONS": "detect_leaks=0"},  # which is not possible when traced
                          cwd=office.room, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return bytes.fromhex("".join(re.findall(r"\\x([0-9a-f]{2})", log.read_text())))


def a_device_that_is_made_with_a_passphrase_never_writes_its_key_open(office):
    if not can_trace():
        print("strace cannot trace here: what is written is not looked at")
        return
    lock = ("--new-passphrase-file", office.file("new", SECRET + "\n"))
    opened = ("--passphrase-file", office.file("old", SECRET + "\n"))
    who = ("--country", "KHM", "--kind", "ngo", "--recovery-out")
    code = office.file("code", office.run("invite", "--for", "B", "--quiet"))
    assert OPEN_KEY in written(office, "--home", "open", "init", "--network", "M", "--org", "C", *who, "code.open"), \
        "a key that nothing locks is found in what is written"
    made = {"init": ("--network", "M", "--org", "D", *who, "code.init"), "join": ("@" + code, "--org", "B", *who, "code.join")}
    for command, words in made.items():
        assert OPEN_KEY not in written(office, "--home", command, command, *words, *lock), command
    office.run("--home", "join", "bundle", "make", "join.banyan", *opened)
    office.run("bundle", "apply", "join.banyan")
    office.run("bundle", "make", "all.banyan")
    office.run("--home", "join", "bundle", "apply", "all.banyan", *opened)
    office.run("--home", "join", "backup", "make", "b.backup", *opened)
    made = {"recovered": ("key", "recover", "all.banyan", "--recovery", "code.join"),
            "restored": ("backup", "restore", "b.backup", "--recovery", "code.join")}
    for home, words in made.items():
        assert OPEN_KEY not in written(office, "--home", home, *words, *lock), words
    for home in ("init", "join", "recovered", "restored"):
        key = office.room / home / "device.key"
        assert key.read_bytes().startswith(b"banyan device 2\n"), home
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        office.run("--home", home, "device", "rename", "X", code=3)
        office.run("--home", home, "device", "rename", "X", *opened)


def at_a_terminal_a_new_home_asks_for_it_and_is_not_made_with_two_different_ones(office):
    made = ("--home", "new", "init", "--network", "M", "--org", "C", "--country", "KHM", "--kind", "ngo", "--passphrase",
            "--recovery-out", "code.new")
    for again, expected in ((OTHER, 4), (SECRET, 0)):
        with office.terminal(*made) as terminal:
            terminal.wait_for("New passphrase: ")
            assert terminal.hides_typing()
            terminal.type(SECRET + "\n")
            terminal.wait_for("The same again: ")
            terminal.type(again + "\n")
            assert terminal.end()[1] == expected, terminal.shown
            assert SECRET not in terminal.shown
        assert (office.room / "new" / "device.key").exists() == (expected == 0)
    # the organisation's own record was written by the one passphrase that was typed
    assert "C" in office.run("--home", "new", "list", "org", "--quiet", "--json")
    said = office.run("--home", "none", *made[2:], code=3)
    assert "run this at a terminal" in said, said
    assert not (office.room / "none" / "device.key").exists()


TESTS = [
    at_a_terminal_it_is_typed_twice_and_does_not_show,
    two_different_ones_change_nothing,
    a_short_one_is_refused,
    ctrl_c_leaves_the_terminal_as_it_was_and_nothing_changed,
    looking_needs_none_and_writing_says_what_is_missing,
    a_wrong_one_is_one_sentence,
    services_read_it_from_a_file_a_descriptor_or_systemd,
    it_is_changed_and_taken_away,
    a_key_file_that_somebody_made_up_costs_nothing,
    a_device_that_is_made_with_a_passphrase_never_writes_its_key_open,
    at_a_terminal_a_new_home_asks_for_it_and_is_not_made_with_two_different_ones,
]


if __name__ == "__main__":
    play(TESTS, "banyan-passphrase-")
