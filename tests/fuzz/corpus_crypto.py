#!/usr/bin/env python3
"""Writes the corpus of the target key_file, byte by byte from the comment in src/crypto/key_file.h."""
import hashlib
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent / "corpus" / "key_file"


def with_checksum(data):
    return data + hashlib.blake2b(b"banyan checksum".ljust(16, b"\0") + data, digest_size=32).digest()


def sealed(passes=3, memory_kib=128 << 10, version=b"2"):
    front = b"banyan device " + version + b"\n" + b"D" * 32 + b"T" * 32 + struct.pack("<II", passes, memory_kib)
    return with_checksum(front + b"s" * 16 + b"n" * 24 + b"x" * 80)


def files():
    plain = with_checksum(b"banyan device 1\n" + b"d" * 32 + b"t" * 32)
    yield "open", plain
    yield "open-cut", plain[:-1]
    yield "open-checksum", plain[:-1] + b"?"
    yield "sealed", sealed()
    yield "sealed-least", sealed(1, 8)
    yield "sealed-too-little", sealed(1, 7)
    yield "sealed-no-pass", sealed(0)
    yield "sealed-tib", sealed(1, 1 << 30)
    yield "sealed-most", sealed(16, 1 << 20)
    yield "sealed-passes", sealed(0xFFFFFFFF)
    yield "sealed-cut", sealed()[:-40]
    yield "sealed-long", sealed() + b"x"
    yield "later", sealed(version=b"3")
    yield "later-short", with_checksum(b"banyan device 9\n")
    yield "empty", b""


def main():
    HERE.mkdir(parents=True, exist_ok=True)
    for name, data in files():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
