#!/usr/bin/env python3
"""A node at work signs for the other programs of its user, where the key has a passphrase: keeper.py PROGRAM"""
import json
import os
import signal
import socket
import stat
import struct

from office import PROGRAM, SECRET, play


def locked(office):
    office.set_passphrase()
    return office.file("passphrase", SECRET)


def end(node, number=signal.SIGTERM):
    node.send_signal(number)
    node.wait(timeout=60)
    node.stdout.close()


def ask(office, message):
    """One question at the node's door; the answer, or None where it is closed."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(str(office.home / "keeper"))
        line.sendall(struct.pack("<I", len(message)) + message)
        head = line.recv(4)
        return line.recv(struct.unpack("<I", head)[0]) if len(head) == 4 else None


SITE = ("add", "site", "country=VNM", "site_type=candidate")


def all_that_writes_goes_on_without_a_passphrase(office):
    node = office.start_node("--passphrase-file", locked(office))
    try:
        one = office.run(*SITE, "name.en=One", "--quiet").strip()
        office.run("edit", one, "area=12 ha")
        office.run("delete", one)
        office.run("undelete", one)
        office.run(*SITE, "name.en=Mine", "sharing=private")
        office.run("device", "rename", "Laptop")
        office.run("me", "Hoa")
        code = office.file("code", office.run("invite", "--for", "Beta", "--quiet"))
        beta = {"BANYAN_HOME": str(office.room / "beta")}
        office.run("join", "@" + code, "--org", "Beta", "--country", "KHM", "--kind", "ngo", "--quiet", **beta)
        office.run("bundle", "make", "join.banyan", "--quiet", **beta)
        office.run("bundle", "verify", "join.banyan", "--quiet")
        office.run("bundle", "apply", "join.banyan", "--quiet")
        office.run("bundle", "make", "all.banyan", "--quiet")
        office.run("bundle", "apply", "all.banyan", "--quiet", **beta)
        office.run("bundle", "make", "back.banyan", "--quiet", **beta)
        office.run("bundle", "apply", "back.banyan", "--quiet")
        office.run("fingerprint", "--sign", "seen", "--quiet")
        office.run("verify", "seen", "--quiet")
        office.run("role", "Beta", "hub", "--quiet")
        # many seals in one transaction
        rows = "".join(f"Place {number},VNM,candidate\n" for number in range(400))
        office.file("sites.csv", "name.en,country,site_type\n" + rows)
        office.run("import", "sites.csv", "--type", "site", "--quiet")
        office.run("fsck")
        same = [office.run("fingerprint", "--quiet", **env) for env in ({}, beta)]
        assert same[0] != same[1]
        office.run("bundle", "make", "rows.banyan", "--quiet")
        office.run("bundle", "apply", "rows.banyan", "--quiet", **beta)
        assert office.run("fingerprint", "--quiet") == office.run("fingerprint", "--quiet", **beta)
    finally:
        end(node)
    assert not (office.home / "keeper").exists()
    said = office.run(*SITE, "name.en=Two", code=3)
    assert "has a passphrase" in said, said


def the_node_asks_at_a_terminal_when_it_starts(office):
    locked(office)
    with office.terminal("run", "--listen", "127.0.0.1:0", "--no-beacon") as node:
        node.wait_for("Passphrase of this device's key: ")
        assert node.hides_typing()
        node.type(SECRET + "\n")
        node.wait_for("Listening at ")
        office.run(*SITE, "name.en=One")
        node.type("\x03")
        assert node.end()[1] == 0, node.shown
    with office.terminal("run", "--listen", "127.0.0.1:0", "--no-beacon") as node:
        node.wait_for("Passphrase of this device's key: ")
        node.wait_until_hidden()
        node.type("\x03")
        assert node.end()[1] == -2, node.shown
        assert not node.hides_typing()


def one_that_was_killed_leaves_no_harm(office):
    path = locked(office)
    node = office.start_node("--passphrase-file", path)
    end(node, signal.SIGKILL)
    assert (office.home / "keeper").exists()
    said = office.run(*SITE, "name.en=One", code=3)
    assert "has a passphrase" in said, said
    office.run(*SITE, "name.en=One", "--passphrase-file", path)
    node = office.start_node("--passphrase-file", path)
    office.run(*SITE, "name.en=Two")
    end(node)


def a_passphrase_that_is_set_while_it_runs_is_none_for_it(office):
    node = office.start_node()
    try:
        locked(office)
        office.run(*SITE, "name.en=One")
        assert not office.has_seeds_on_disk()
    finally:
        end(node)


def the_key_lies_nowhere_in_plain_while_it_runs(office):
    node = office.start_node("--passphrase-file", locked(office))
    try:
        office.run(*SITE, "name.en=One")
        assert not office.has_seeds_on_disk()
        with open(f"/proc/{node.pid}/status", encoding="ascii") as file:
            locked_kib = [int(line.split()[1]) for line in file if line.startswith("VmLck:")][0]
        # a sanitizer locks nothing
        with open(PROGRAM, "rb") as file:
            assert locked_kib > 0 or b"__asan_init" in file.read(), "keys are not locked in memory"
        with open(f"/proc/{node.pid}/limits", encoding="ascii") as file:
            core = [line.split()[4:6] for line in file if line.startswith("Max core file size")][0]
        assert core == ["1", "1"], f"a core may be dumped: {core}"
        with open(f"/proc/{node.pid}/cmdline", "rb") as file:
            assert SECRET.encode() not in file.read()
        with open(f"/proc/{node.pid}/environ", "rb") as file:
            assert SECRET.encode() not in file.read()
        door = (office.home / "keeper").stat()
        assert stat.S_ISSOCK(door.st_mode) and stat.S_IMODE(door.st_mode) == 0o600
        assert stat.S_IMODE(office.home.stat().st_mode) == 0o700
    finally:
        end(node)


def nobody_gets_bytes_signed_that_it_chose(office):
    node = office.start_node("--passphrase-file", locked(office))
    try:
        office.run(*SITE, "name.en=One")
        device = ask(office, b"\x01\x00")
        assert len(device) == 33 and device[0] == 0
        network = json.loads(office.run("fingerprint", "--json"))
        refused = {
            "nothing": b"", "a version": b"\x02\x00", "a wish": b"\x01\x09", "a hello with more": b"\x01\x00x",
            "bytes": b"\x01\x01" + b"sign this", "a hash": b"\x01\x01" + os.urandom(32),
            "a run that is none": b"\x01\x01" + device[1:] + b"n" * 8 + bytes(8) + bytes(32) + b"\x00" + os.urandom(300),
            "a manifest that is none": b"\x01\x02" + bytes(32) + b"\x81\xa1a\x01",
            "a view of another network": b"\x01\x03" + bytes(112), "a box of others": b"\x01\x04" + os.urandom(80),
        }
        for what, message in refused.items():
            assert ask(office, message) == b"\x01", what
        assert network
        # more than there may be is not even read
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(20)
            line.connect(str(office.home / "keeper"))
            line.sendall(struct.pack("<I", 0xFFFFFFFF))
            assert line.recv(1) == b""
        # whoever says nothing holds nobody up for long
        with socket.socket(socket.AF_UNIX) as mute:
            mute.connect(str(office.home / "keeper"))
            office.run(*SITE, "name.en=Two")
        office.run(*SITE, "name.en=Three")
    finally:
        end(node)


def a_home_with_a_long_path_has_a_door_too(office):
    deep = office.room / ("x" * 100) / ("y" * 60)
    deep.mkdir(parents=True)
    office.home.rename(deep / "home")
    office.home, office.key = deep / "home", deep / "home" / "device.key"
    office.environment["BANYAN_HOME"] = str(office.home)
    node = office.start_node("--passphrase-file", locked(office))
    try:
        office.run(*SITE, "name.en=One")
    finally:
        end(node)


TESTS = [
    all_that_writes_goes_on_without_a_passphrase,
    the_node_asks_at_a_terminal_when_it_starts,
    one_that_was_killed_leaves_no_harm,
    a_passphrase_that_is_set_while_it_runs_is_none_for_it,
    the_key_lies_nowhere_in_plain_while_it_runs,
    nobody_gets_bytes_signed_that_it_chose,
    a_home_with_a_long_path_has_a_door_too,
]

if __name__ == "__main__":
    play(TESTS, "banyan-keeper-")
