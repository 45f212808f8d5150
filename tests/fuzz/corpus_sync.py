#!/usr/bin/env python3
"""Writes the corpus of the targets message, note, session and keeper, byte by byte from the comments in src/sync/message.h,
src/sync/look.h, src/sync/note.h and src/sync/keeper.h."""
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent / "corpus"


def write(target, name, content):
    folder = HERE / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def place(count, forked=0):
    return varint(count * 2 + forked) + (b"tg" if count else b"")


LOG = bytes(range(40))
TIP = varint(300) + b"t" * 32
NAME = b"o" * 32 + b"u" * 16
DIGESTS = b"".join(bytes([i]) * 32 for i in range(16))



def note(kind, counter, body, made=1767225600000):
    return b"d" * 32 + bytes([kind]) + varint(counter) + varint(made) + varint(len(body)) + body + b"s" * 64


def addresses(*texts):
    return bytes([len(texts)]) + b"".join(bytes([len(text)]) + text for text in texts)


def standing(*places, flags=0):
    logs = b"".join(bytes([i]) * 8 + varint(count * 2 + forked) for i, (count, forked) in enumerate(places))
    return bytes([flags]) + b"S" * 32 + b"A" * 32 + varint(len(places)) + logs


NOTES = {
    "addresses": note(1, 1, addresses(b"hub.example.org:7417", b"[2001:db8::1]:7417", b"192.0.2.7:1")),
    "addresses_none": note(1, 2**62 - 1, addresses(), made=0),
    "addresses_eight": note(1, 300, addresses(*(b"%c:7" % (97 + i) for i in range(8)))),
    "standing": note(2, 7, standing((1, 0), (9000, 1), (2**62, 0))),
    "standing_empty": note(2, 1, standing(), made=2**48 - 1),
    "standing_partial": note(2, 1, standing((64, 0), flags=1)),
    "later_kind": note(3, 1, b"whatever"),
}
NOTES["several"] = NOTES["addresses"] + NOTES["standing"] + NOTES["later_kind"]

MESSAGES = {
    "hello": b"\x01\x00\x00" + b"s" * 16 + b"a" * 8 + b"n" * 8,
    "hello_limited": b"\x01\x01\x01" + bytes(32),
    "keyed": b"\x02\x03" + varint(2) + b"k" * 8 + place(1) + b"l" * 8 + place(9000, 1),
    "keyed_empty": b"\x02\x02\x00",
    "placed": b"\x03\x02" + b"l" * 8 + varint(0) + varint(3) + place(0) + place(5) + place(70, 1),
    "placed_buckets": b"\x03\x01" + b"l" * 8 + b"\x11" * 32 + varint(4096) + varint(1) + place(2),
    "buckets": b"\x04" + b"l" * 8 + b"dddd" * 256,
    "differs": b"\x05",
    "block": b"\x06\x00" + LOG + varint(0) + bytes(32) + b"\x00\x01",
    "block_acts": b"\x06\x01" + LOG + varint(64) + b"p" * 32 + b"\x01\x05zstd",
    "credit": b"\x07" + varint(262144 + 40000),
    "end": b"\x08\x00",
    "end_acts": b"\x08\x01",
    "offer": b"\x09\x00" + LOG + TIP + b"\x02" + varint(299) + b"a" * 32 + varint(0) + b"b" * 32,
    "probe": b"\x0a\x01" + LOG + TIP + varint(3) + varint(250),
    "ask": b"\x0b\x00" + LOG + TIP + varint(301),
    "bye": b"\x0c\x02",
    "noted": b"\x0d" + varint(2) + b"k" * 8 + varint(1) + b"tg" + b"l" * 8 + varint(300) + b"tg",
    "noted_none": b"\x0d\x00",
    "notes": b"\x0e\x00" + NOTES["addresses"],
    "notes_last": b"\x0e\x01" + NOTES["standing"] + NOTES["addresses_none"],
    "notes_end": b"\x0e\x01",
    "look_top": b"\x0f\x00\x00\x00",
    "look_level": b"\x0f\x03\xff\x0f",
    "look_bucket": b"\x0f\x04\xff\xff" + bytes(32),
    "look_record": b"\x0f\x05" + NAME,
    "seen_not_now": b"\x10\x00",
    "seen_top": b"\x10\x01" + b"C" * 32 + DIGESTS + standing((1, 0), (9000, 1)),
    "seen_level": b"\x10\x02" + DIGESTS,
    "seen_bucket": b"\x10\x03\x01\x02" + (NAME + b"r" * 32) * 2,
    "seen_bucket_empty": b"\x10\x03\x00\x00",
    "seen_record": b"\x10\x04" + varint(300) + struct.pack("<Q", 5) + b"d" * 32 + varint(2) + b"a" * 8 + b"b" * 8,
    "seen_record_none": b"\x10\x04\x00" + bytes(40) + b"\x00",
}

for name, content in NOTES.items():
    write("note", name, content)

RECEIVE = b"\x00\x01"
STORE = b"\x04\x05"

for name, message in MESSAGES.items():
    write("message", name, message)
    if len(message) < 256:
        # Into a session at its beginning, and once it is live.
        write("session", "early_" + name, b"\x08" + bytes([len(message)]) + message + RECEIVE * 4)
        write("session", "late_" + name, (RECEIVE + STORE) * 25 + b"\x09" + bytes([len(message)]) + message + RECEIVE * 4)
write("session", "plain", (RECEIVE + STORE) * 40)
write("session", "spoilt", RECEIVE * 3 + struct.pack("BBB", 0x06, 3, 1) + RECEIVE * 9)
write("session", "limited", b"\x1e\x1f" + (RECEIVE + STORE) * 9 + b"\x2e\x2f" + (RECEIVE + STORE) * 20)
# Questions about the view once it is live: answered, and not answered
for depth in range(6):
    for name, before in (("asked", b""), ("mute", b"\xff")):
        write("session", f"{name}_{depth}", (RECEIVE + STORE) * 25 + before + bytes([0x8e + 16 * depth]) + RECEIVE * 6 +
              bytes([0x8e + 16 * depth]) + RECEIVE * 6)
# The right is lost: before a word, in the middle of the comparison, and once it is live
for name, before in (("first", 0), ("between", 4), ("live", 40)):
    write("session", "lost_" + name, (RECEIVE + STORE) * before + b"\x4e" + (RECEIVE + STORE) * 20 + b"\x0c\x0d" +
          (RECEIVE + STORE) * 9)
write("session", "refused", RECEIVE * 6 + b"\x1a\x1b\x2a\x2b" + RECEIVE * 6 + b"\x3a")
write("session", "grows", (RECEIVE + STORE) * 20 + b"\x0c\x1d\x0d" + (RECEIVE + STORE) * 9 + b"\x3e" + RECEIVE * 9)

# The public key of the seed 1, 0, 0 ... of fuzz_keeper.c, and an opening of a log by it
DEVICE = bytes.fromhex("cecc1507dc1ddd7295951c290888f095adb9044d1b73d696e6df065d683bd4fc")
OPENING = b"\x81\xa5nonce\xc4\x08" + b"n" * 8
BLOCK = b"\x00\x01\x01\x15" + varint(2000) + b"\x01" + varint(len(OPENING)) + bytes(64) + b"s" * 16 + b"\x90" + OPENING
BASE = DEVICE + b"l" * 8 + bytes(8) + bytes(32)
MANIFEST = (b"\x85\xa4acts\x01\xa4made\x05\xa5maker\xc4\x20" + DEVICE + b"\xa7network\xc4\x20" + b"n" + bytes(31) +
            b"\xa7records\x00")
KEEPER = {
    "hello": b"\x00",
    "seal": b"\x01" + BASE + BLOCK,
    "seal_others": b"\x01" + bytes(32) + BASE[32:] + BLOCK,
    "seal_sealed": b"\x01" + BASE + BLOCK.replace(bytes(64), b"S" * 64),
    "seal_genesis": b"\x01" + BASE + BLOCK.replace(b"\x15", b"\x10", 1),
    "seal_none": b"\x01" + BASE + b"\x00\x01\x01\x01",
    "bundle": b"\x02" + b"h" * 32 + MANIFEST,
    "bundle_others": b"\x02" + b"h" * 32 + MANIFEST.replace(DEVICE, bytes(32)),
    "view": b"\x03n" + bytes(31) + b"v" * 32 + b"c" * 32 + struct.pack("<QQ", 3, 1767225600000),
    "view_others": b"\x03" + bytes(112),
    "open": b"\x04" + bytes(80),
    "later": b"\x05",
}
for name, request in KEEPER.items():
    write("keeper", name, b"\x01" + request)
write("keeper", "later_version", b"\x02\x00")
write("keeper", "nothing", b"")
