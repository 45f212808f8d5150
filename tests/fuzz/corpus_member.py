#!/usr/bin/env python3
"""Writes the corpus of the targets act and invitation, byte by byte from the comments in src/member/*.h."""
import hashlib
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent / "corpus"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def pack(value):
    if isinstance(value, int):
        if value < 128:
            return bytes([value])
        return b"\xcd" + struct.pack(">H", value) if value < 65536 else b"\xcf" + struct.pack(">Q", value)
    if isinstance(value, bytes):
        return b"\xc4" + bytes([len(value)]) + value
    if isinstance(value, str):
        text = value.encode()
        return (bytes([0xA0 | len(text)]) if len(text) < 32 else b"\xd9" + bytes([len(text)])) + text
    if isinstance(value, list):
        return bytes([0x90 | len(value)]) + b"".join(map(pack, value))
    keys = sorted(value)
    return bytes([0x80 | len(keys)]) + b"".join(pack(key) + pack(value[key]) for key in keys)


def certificate(n):
    return {"device": bytes([n]) * 32, "signature": bytes([n + 1]) * 64, "transport": bytes([n + 2]) * 32}


def organisation(n):
    return {"country": "KHM", "id": bytes([n]) * 32, "kind": "community_group", "name": "Kampong Phluk"}


def acts():
    founder = {**organisation(1), "devices": [certificate(10), certificate(20)]}
    genesis = {"founders": [founder, {**organisation(2), "devices": [certificate(30)]}], "level": 1,
               "names": {"en": "Mekong wetlands", "vi": "Đất ngập nước"}, "quorum": 2, "types": {"site": [1, 0, {"name": 1}]}}
    yield "genesis", 0, genesis
    yield "genesis-level-2", 0, {**genesis, "level": 2}
    yield "genesis-same-founder", 0, {**genesis, "founders": [founder, founder]}
    yield "invite", 1, {"expires": 1781000000000, "join_key": b"j" * 32, "key": b"k" * 32, "name": "Búng Bình Thiên", "role": 3}
    yield "invite-role-9", 1, {"expires": 0, "join_key": b"j" * 32, "key": b"k" * 32, "name": "", "role": 9}
    yield "join", 2, {"certificate": certificate(1), "invite": b"i" * 32, "organisation": organisation(3), "proof": b"p" * 64}
    yield "join-lower-case", 2, {"certificate": certificate(1), "invite": b"i" * 32, "proof": b"p" * 64,
                                 "organisation": {**organisation(3), "country": "khm"}}
    yield "admit", 3, {"join": b"j" * 32}
    yield "device", 4, {"certificate": certificate(1), "organisation": b"o" * 32}
    yield "open", 5, {"nonce": b"12345678"}
    yield "open-more", 5, {"nonce": b"12345678", "zeal": [1, 2, {"a": "b"}]}
    yield "role", 6, {"organisation": b"o" * 32, "role": 4}
    yield "approve", 9, {"act": b"a" * 32}
    yield "types", 11, {"types": {"site": [2, 1, {"name": 1}]}, "lists": {"use": ["rice", {"vi": "lúa"}]}}
    tip = b"\x01\x01\x01\x00" + b"t" * 222
    yield "lower", 7, {"acts": [b"a" * 32, b"b" * 32], "organisation": b"o" * 32, "role": 1, "tips": [tip]}
    yield "lower-coordinator", 7, {"acts": [], "organisation": b"o" * 32, "role": 4, "tips": []}
    yield "revoke", 7, {"acts": [], "device": b"d" * 32, "role": 0, "tips": []}
    yield "revoke-by-root", 7, {"acts": [], "device": b"d" * 32, "organisation": b"o" * 32, "role": 0, "root": b"r" * 64, "tips": [tip]}
    yield "revoke-without-root", 7, {"acts": [], "device": b"d" * 32, "organisation": b"o" * 32, "role": 0, "tips": []}
    yield "tips", 8, {"log": b"l" * 40, "tips": [tip]}
    yield "tips-of-lowering", 8, {"log": b"l" * 40, "lowering": b"a" * 32, "tips": []}
    yield "tips-short", 8, {"log": b"l" * 40, "tips": [tip[:-1]]}
    yield "erase", 10, {"entry": b"e" * 32, "log": b"l" * 40, "seq": 5}
    yield "level", 12, {"level": 2}
    yield "level-0", 12, {"level": 0}
    yield "allow", 13, {"device": b"d" * 32}
    yield "types-no-map", 11, {"types": [1]}


def base32(data):
    bits = int.from_bytes(data, "big") << (-len(data) * 8 % 5)
    count = (len(data) * 8 + 4) // 5
    return "".join(ALPHABET[bits >> 5 * (count - 1 - i) & 31] for i in range(count))


def grouped(text, size):
    return "-".join(text[i:i + size] for i in range(0, len(text), size))


def checksum(data, size):
    return hashlib.blake2b(b"banyan checksum".ljust(16, b"\0") + data, digest_size=32).digest()[:size]


def code(addresses, version=1):
    body = bytes(range(16)) + b"n" * 32 + b"i" * 32 + b"t" * 32 + bytes([len(addresses)])
    body += b"".join(bytes([len(a)]) + a for a in addresses)
    body = struct.pack("<BH", version, 3 + len(body) + 4) + body
    return "BANYAN-" + grouped(base32(body + checksum(body, 4)), 6)


def contact(addresses):
    body = b"n" * 32 + b"t" * 32 + bytes([len(addresses)]) + b"".join(bytes([len(a)]) + a for a in addresses)
    body = struct.pack("<BH", 2, 3 + len(body) + 4) + body
    return "BANYAN-" + grouped(base32(body + checksum(body, 4)), 6)


def texts():
    plain = code([])
    long = code([b"wetlands.example.org:7373", b"[2001:db8::1]:7373"])
    yield "plain", plain
    yield "addresses", long
    yield "four-addresses", code([b"x" * 128] * 4)
    yield "lower-case", plain.lower()
    yield "quoted-mail", "> Ana wrote:\n> " + "\n> ".join(long[i:i + 60] for i in range(0, len(long), 60)) + "\n\nSee you!"
    yield "words-around", "Welcome to banyan! " + plain + " Best regards, BANYAN"
    yield "cut-short", long[:120]
    yield "mistyped", plain[:40] + ("7" if plain[40] != "7" else "8") + plain[41:]
    yield "newer", code([], version=3)
    yield "contact", contact([b"wetlands.example.org:7373"])
    yield "contact-alone", contact([])
    yield "contact-four", contact([b"x" * 128] * 4)
    yield "contact-cut", contact([b"a:1"])[:60]
    yield "contact-and-invitation", contact([]) + "\n" + plain
    yield "two-codes", plain + "\n" + long
    yield "tags", "<p>" + "<br>\n&gt; ".join(plain[i:i + 30] for i in range(0, len(plain), 30)) + "</p>"
    yield "zero-width", "\ufeff" + "\u200b".join(plain)
    yield "full-width", "".join(chr(ord(c) + 0xFEE0) for c in plain)
    yield "cyrillic", plain.translate(str.maketrans("ABCEHKMPTXY0", "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u0420\u0422\u0425\u0423\u041e"))
    yield "no-code", "banyan is a tree"
    yield "space-in-address", code([b"two words"])
    seed = bytes(range(32))
    yield "recovery", grouped(base32(seed + checksum(seed, 3)), 7)


def main():
    for folder in ("act", "invitation"):
        (HERE / folder).mkdir(parents=True, exist_ok=True)
    for name, kind, body in acts():
        (HERE / "act" / name).write_bytes(bytes([kind]) + pack(body))
    for name, text in texts():
        (HERE / "invitation" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
