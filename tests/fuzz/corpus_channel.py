#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets noise and channel into corpus/ beside this file."""
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent / "corpus"
MORE, LAST, GOODBYE = 1, 2, 3


def hello(low, high, features=0, behind=b""):
    return struct.pack("<HHQ", low, high, features) + behind


def frames(*plain_texts):
    return b"".join(struct.pack("<H", len(text)) + text for text in plain_texts)


def flip(at):
    return bytes(at) + b"\x01"


NOISE = {
    "empty-1": b"\x00",
    "zeros-1": b"\x00" + bytes(55),
    "zeros-2": b"\x01" + bytes(55),
    "zeros-3": b"\x02" + bytes(71),
    "short-2": b"\x01" + b"\x09" * 47,
    "true-1": b"\x04",
    "true-2": b"\x05",
    "true-3": b"\x06",
    "flipped-key-1": b"\x04" + flip(0),
    "high-bit-of-key-1": b"\x04" + bytes(31) + b"\x80",
    "flipped-tag-2": b"\x05" + flip(54),
    "flipped-static-3": b"\x06" + flip(3),
    "longer-3": b"\x06" + bytes(80),
}
CHANNEL = {
    "http": b"\x00GET / HTTP/1.1\r\n\r\n",
    "tls": b"\x00\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "zero-message-1": b"\x00" + struct.pack("<H", 60) + bytes(60),
    "long-message-1": b"\x00" + struct.pack("<H", 65535) + bytes(300),
    "hello": b"\x01" + hello(1, 1, 3),
    "hello-later": b"\x01" + hello(1, 2, 3, b"later"),
    "hello-no-common-version": b"\x01" + hello(2, 9),
    "hello-not-canonical": b"\x01" + hello(1, 1, 0, b"x"),
    "hello-no-range": b"\x01" + hello(0, 0),
    "hello-short": b"\x01" + hello(1, 1)[:11],
    "hello-longest": b"\x01" + hello(1, 3, 0, bytes(244)),
    "session-garbage": b"\x02" + struct.pack("<H", 64) + bytes(64),
    "session-short-frame": b"\x02" + struct.pack("<H", 16) + bytes(16),
    "session-cut": b"\x02\x40",
    "message": b"\x03" + frames(b"message" + bytes([LAST])),
    "message-padded": b"\x03" + frames(b"message" + bytes([LAST]) + bytes(40)),
    "message-in-parts": b"\x03" + frames(b"one" + bytes([MORE]), b"two" + bytes([MORE]), b"three" + bytes([LAST])),
    "two-and-goodbye": b"\x03" + frames(b"a" + bytes([LAST]), b"b" + bytes([LAST, 0]), bytes([GOODBYE]), b"late\x02"),
    "part-empty": b"\x03" + frames(bytes([MORE])),
    "kind-unknown": b"\x03" + frames(b"x\x04"),
    "padding-only": b"\x03" + frames(bytes(48)),
    "plain-empty": b"\x03" + frames(b""),
    "message-largest": b"\x03" + frames(bytes(4096) + bytes([LAST])),
    "message-too-large": b"\x03" + frames(bytes(4097) + bytes([LAST])),
    "conversation": b"\x04\x00",
    "conversation-flipped-at-start": b"\x04" + flip(2),
    "conversation-flipped-later": b"\x04" + flip(200),
}


def main():
    for folder, inputs in (("noise", NOISE), ("channel", CHANNEL)):
        (HERE / folder).mkdir(parents=True, exist_ok=True)
        for name, data in inputs.items():
            (HERE / folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
