#!/usr/bin/env python3
"""Strangers at a node: junk, damaged handshakes, slow and deaf peers. Members do not notice, memory stays bounded, and
who is no member learns nothing.

    strangers.py PROGRAM [PART...]
"""
import os
import random
import select
import socket
import threading
import time

import between
import harness
from harness import check, wait, wait_equal, wait_has, wait_members

JUNK_CONNECTIONS = 1000
GROWTH_BYTES_MAX = 64 << 20
SEED = int(os.environ.get("BANYAN_TEST_SEED", "1"))


def hub_and_two(room):
    hub = room.home("Hub").found().start()
    members = [room.home(name).join(hub.invite(name, hub.address())) for name in ("A", "C")]
    for home in members:
        home.start("--no-listen")
    wait_members(members)
    wait_equal([hub, *members], 15)
    return hub, *members


class Meanwhile:
    """An honest member writes and another reads, again and again, while the block goes on."""

    def __init__(self, writer, reader):
        self.writer, self.reader, self.failure, self.longest_s, self.count = writer, reader, None, 0, 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.write, daemon=True)

    def write(self):
        try:
            while not self.is_over.is_set():
                record = self.writer.add(f"Honest {self.count}")
                self.longest_s = max(self.longest_s, wait_has(self.reader, record, 10))
                self.count += 1
                self.is_over.wait(0.1)
        except harness.Failure as failure:
            self.failure = failure

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.is_over.set()
        self.thread.join(60)
        if kind is None and self.failure is not None:
            raise harness.Failure(f"members were disturbed: {self.failure}")
        print(f"  meanwhile {self.count} records went from member to member, each within {self.longest_s:.2f} s")


def junk(draw):
    """What scanners and the broken send."""
    size = draw.choice([0, 1, 2, 50, 62, 400, 4096, 70000])
    kind = draw.randrange(4)
    if kind == 0:
        return draw.randbytes(size)
    if kind == 1:
        return (60).to_bytes(2, "little") + draw.randbytes(60 + size % 500)  # a message 1 that is none
    if kind == 2:
        return b"GET / HTTP/1.1\r\nHost: banyan\r\n\r\n" + draw.randbytes(size)
    return b"\xff\xff" + draw.randbytes(size)


def answer(connection):
    """Bytes that have come, without waiting."""
    ready, _, _ = select.select([connection], [], [], 0)
    if not ready:
        return b""
    try:
        return connection.recv(100)
    except OSError:
        return b""


def scan(port, draw):
    """Many connections from several addresses, 32 at a time; bytes that were answered."""
    answered, open_ones = b"", []
    for i in range(JUNK_CONNECTIONS):
        connection = socket.socket()
        connection.settimeout(5)
        connection.bind((f"127.0.1.{1 + i % 12}", 0))
        try:
            connection.connect(("127.0.0.1", port))
            connection.setblocking(False)
            connection.send(junk(draw))
        except OSError:
            pass  # turned away already
        open_ones.append(connection)
        if len(open_ones) == 32:
            time.sleep(0.01)
            for old in open_ones:
                answered += answer(old)
                old.close()
            open_ones = []
    for old in open_ones:
        answered += answer(old)
        old.close()
    return answered


def a_thousand_connections_of_junk(room):
    """1,000 connections of junk get no byte, and members go on"""
    hub, a, c = hub_and_two(room)
    before = hub.memory_bytes()
    print(f"  seed {SEED}")
    with Meanwhile(a, c):
        check(scan(hub.port, random.Random(SEED)) == b"", "a scanner got an answer")
    growth = hub.memory_bytes() - before
    print(f"  memory of the node grew by {growth / 1e6:.1f} MB")
    check(growth < GROWTH_BYTES_MAX, "memory grew past the bound")


def slow_and_silent_strangers(room):
    """Who sends one byte a second, or nothing, is let go in time, without an answer"""
    hub, a, c = hub_and_two(room)
    slow, silent = (socket.create_connection(("127.0.0.1", hub.port), 5) for _ in range(2))
    message = (60).to_bytes(2, "little") + os.urandom(60)
    with Meanwhile(a, c):
        began = time.monotonic()
        for i in range(16):
            try:
                slow.send(message[i:i + 1])
            except OSError:
                break
            if select.select([slow], [], [], 1)[0]:
                break
        spent = time.monotonic() - began
        for one in (slow, silent):
            one.settimeout(5)
            try:
                check(one.recv(1) == b"", "a stranger got an answer")
            except ConnectionError:
                pass
            except TimeoutError as late:
                raise harness.Failure("a stranger is kept longer than it should be") from late
            finally:
                one.close()
    check(8 < spent < 15, f"the slow one was let go after {spent:.0f} s, not about 10")


def every_stage_damaged(room):
    """Each message of the handshake and the first frames, damaged in each way: the connection ends, and nothing else"""
    hub, a, c = hub_and_two(room)
    victim = room.home("Victim").join(hub.invite("Victim", hub.address()))
    victim.do("sync", "--quiet")
    before, count, longest_s = hub.memory_bytes(), 0, 0
    with Meanwhile(a, c):
        for is_from_caller, stage in ((True, 1), (False, 1), (True, 2), (True, 3), (False, 2)):
            for damage in between.DAMAGES:
                answers = []

                def change(from_caller, number, message, place=(is_from_caller, stage), damage=damage, got=answers):
                    if not from_caller:
                        got.append(message)
                    return damage(message) if (from_caller, number) == place else message

                with between.Relay(hub.port, change) as relay:
                    began = time.monotonic()
                    code, _, _ = victim.ask("sync", f"Hub@127.0.0.1:{relay.port}", "--quiet", seconds=40)
                    longest_s = max(longest_s, time.monotonic() - began)
                where = f"message {stage} from the {'caller' if is_from_caller else 'hub'}, {damage.__name__}"
                check(code == 6, f"{where}: sync ends with {code}, not 6")
                if is_from_caller and stage == 1 and damage is not between.twice:
                    check(not answers, f"{where}: the hub answered")
                count += 1
    victim.do("sync", f"Hub@{hub.address()}", "--quiet")
    growth = hub.memory_bytes() - before
    print(f"  {count} damaged connections, the longest seen through in {longest_s:.1f} s; "
          f"memory of the hub grew by {growth / 1e6:.1f} MB")
    check(growth < GROWTH_BYTES_MAX, "memory grew past the bound")


def a_member_that_never_reads(room):
    """A member that stops reading in the middle of much data costs bounded memory, and others go on"""
    hub, a, c = hub_and_two(room)
    with between.Relay(hub.port) as relay:
        deaf = room.home("Deaf").join(hub.invite("Deaf", f"127.0.0.1:{relay.port}")).start("--no-listen")
        wait_members([deaf])
        wait_equal([hub, deaf], 15)
        before = hub.memory_bytes()
        relay.is_deaf.set()
        with Meanwhile(c, a):
            a.add_bulk(60)
        growth = hub.memory_bytes() - before
        print(f"  memory of the hub grew by {growth / 1e6:.1f} MB")
        check(growth < GROWTH_BYTES_MAX, "memory grew past the bound")
        wait_equal([hub, a, c], 15)
        check(deaf.fingerprint() != hub.fingerprint(), "the deaf member heard all the same")
    wait("the hub takes leave", 20, lambda: any(event["event"] == "lost" for event in hub.events))


if __name__ == "__main__":
    harness.main([a_thousand_connections_of_junk, slow_and_silent_strangers, every_stage_damaged,
                  a_member_that_never_reads])
