#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets entry, links, block and bundle, from the layouts in docs/protocol.md."""
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent / "corpus"
LOG = bytes([1]) + bytes(31) + bytes([2]) + bytes(7)


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def ident(n):
    return n.to_bytes(32, "big")


def pack(x):
    if isinstance(x, list):
        head = bytes([0x90 | len(x)]) if len(x) < 16 else b"\xdc" + struct.pack(">H", len(x))
        return head + b"".join(map(pack, x))
    if isinstance(x, bytes):
        return b"\xc4" + bytes([len(x)]) + x
    if isinstance(x, str):
        raw = x.encode()
        return (bytes([0xA0 | len(raw)]) if len(raw) < 32 else b"\xd9" + bytes([len(raw)])) + raw
    for limit, head, form in ((128, b"", ">B"), (256, b"\xcc", ">B"), (65536, b"\xcd", ">H"), (2**32, b"\xce", ">I")):
        if x < limit:
            return head + struct.pack(form, x)
    raise ValueError(x)


def op(kind, rtype="", parents=(), targets=(), touches=()):
    return pack([ident(9), bytes(range(16)), kind, rtype, list(parents), list(targets), list(touches)])


OPS = {
    "put": op(0, "site", touches=[["area", 0], ["name.en", 0], ["назва.uk", 0]]),
    "patch": op(1, parents=[ident(1), ident(2)], touches=[["area", 1], ["themes", 2]]),
    "remove": op(1, parents=[ident(1)],
                 touches=[["themes", 3, [[ident(1), 0], [ident(1), 200], [ident(2), 70000]]]]),
    "delete": op(2, parents=[ident(3)]),
    "accept": op(3, parents=[ident(3)], targets=[ident(4), ident(5)], touches=[["area", 0]]),
    "decline": op(4, targets=[ident(4)]),
    "transfer": op(5, parents=[ident(i) for i in range(1, 21)], targets=[ident(4)]),
    "long_path": op(1, touches=[["a" * 128, 0]]),
}
ACTS = {"act_none": pack([]), "act_two": pack([ident(1), ident(2)]), "act_many": pack([ident(i) for i in range(64)])}


def header(kind=1, flags=0, payload=5, links=1, seq=3, version=1):
    return struct.pack("<BBHIHQQ", version, flags, kind, payload, links, seq, 1 << 56) + LOG + ident(1) + ident(2) + ident(3)


ENTRIES = {
    "operation": header(), "sealed": header(flags=1) + bytes(64), "genesis": header(16, 1, seq=0) + bytes(64),
    "largest": header(payload=61440, links=61440), "later_kind": header(65535, 1) + bytes(64),
    "payload_past": header(payload=61441), "links_past": header(links=61441), "version_2": header(version=2),
    "flag_2": header(flags=2), "kind_0": header(0), "short": header()[:161],
}


def plain(entries):
    """entries: (kind, sealed, hlc difference as zigzag, links, payload)"""
    return (bytes([len(entries)]) + bytes(int(e[1]) for e in entries) + b"".join(varint(e[0]) for e in entries)
            + b"".join(varint(e[2]) for e in entries) + b"".join(varint(len(e[3])) for e in entries)
            + b"".join(varint(len(e[4])) for e in entries) + b"".join(bytes([i] * 64) for i, e in enumerate(entries) if e[1])
            + b"".join(bytes([i] * 16) for i, e in enumerate(entries)) + b"".join(e[3] for e in entries)
            + b"".join(e[4] for e in entries))


def zstd_raw(data):
    """A zstd frame of one block that is stored as it is."""
    head = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data))
    return head + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def zipped(data):
    return b"\1" + varint(len(data)) + zstd_raw(data)


ONE = plain([(1, True, 1 << 57, OPS["put"], b"\x81\xa1a\1")])
TWO = plain([(1, False, 2, OPS["put"], b"\x80"), (1, True, 1, OPS["patch"], b"")])
ACT = plain([(17, True, 2, ACTS["act_two"], b"\x80")])
FULL = plain([(1, i == 63, 2, OPS["delete"], bytes([i])) for i in range(64)])
BLOCKS = {
    "one": b"\0\0" + ONE, "later": b"\5\0" + ONE, "two": b"\0\0" + TWO, "act": b"\0\0" + ACT, "full": b"\0\0" + FULL,
    "zstd": b"\0" + zipped(ONE), "zstd_full": b"\0" + zipped(FULL), "cut": b"\0\0" + TWO[:-3], "behind": b"\0\0" + TWO + b"\0",
    "zstd_huge": b"\0\1" + varint(1 << 40) + zstd_raw(ONE), "acts": b"\0\0" + plain([(16, True, 2, b"\x90", b"\x80")] * 3),
    "mixed": b"\0\0" + plain([(17, True, 2, b"\x90", b""), (1, True, 1, OPS["put"], b"")]),
}


def item(block, seq=0):
    return LOG + varint(seq) + (ident(seq)) + varint(len(block)) + block


def setting(name, part):
    return varint(len(name)) + name + varint(len(part)) + part


FILE = b"BANYANBU\1\0\0\0"
BUNDLES = {
    "header": b"\0" + FILE + struct.pack("<I", 1), "slots": b"\0" + FILE + struct.pack("<I", 1) + b"\2" + bytes(80),
    "many": b"\0" + FILE + struct.pack("<I", 1024), "too_many": b"\0" + FILE + struct.pack("<I", 1025),
    "version_2": b"\0BANYANBU\2\0\0\0" + struct.pack("<I", 1),
    "unsigned": b"\1" + varint(6) + b"\x81\xa4acts\0" + bytes(64), "manifest_past": b"\1" + varint(513),
    "items": b"\2" + item(b"\0" + ACT) + item(b"\0" + ONE), "cut": b"\2" + item(b"\0" + ACT) + item(b"\0" + ONE)[:-2],
    "records_only": b"\2" + item(b"\0" + ONE), "zipped": b"\2" + item(b"\0" + ACT) + item(zipped(FULL), 7),
    "backup": b"\3" + item(b"\0" + ONE) + item(zipped(FULL), 7) + setting(b"me", b"Sok") + setting(b"imports", bytes(300)) * 2,
    "backup_empty_part": b"\3" + item(b"\0" + ONE) * 2 + setting(b"me", b"") * 3,
    "backup_acts": b"\3" + item(b"\0" + ACT) * 2, "backup_cut": b"\3" + item(b"\0" + ONE) * 2 + setting(b"me", b"Sok")[:-1],
    "backup_nameless": b"\3" + item(b"\0" + ONE) * 2 + setting(b"", b""),
    "backup_more": b"\3" + item(b"\0" + ONE) * 2 + setting(b"me", b"Sok") * 4,
    "backup_name_past": b"\3" + item(b"\0" + ONE) * 2 + varint(129), "backup_part_past": b"\3" + item(b"\0" + ONE) * 2 + b"\1n" + varint(65537),
    "block_past": b"\2" + LOG + b"\0" + bytes(32) + varint(1 << 30),
}


def main():
    for folder, seeds in (("entry", ENTRIES), ("links", {**OPS, **ACTS}), ("block", BLOCKS), ("bundle", BUNDLES)):
        (HERE / folder).mkdir(parents=True, exist_ok=True)
        for name, data in seeds.items():
            (HERE / folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
