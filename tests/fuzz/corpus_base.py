#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets scan, json, base32 and text into corpus/ beside this file."""
import pathlib
import unicodedata

CORPUS = {
    "scan": {
        "nil": b"\xc0",
        "integers": bytes.fromhex("9a007fcc80cdffffce00010000cf0000000100000000ffd0dfd1ff7fd2ffff7fff"),
        "least_integer": bytes.fromhex("d38000000000000000"),
        "largest_integer": bytes.fromhex("cfffffffffffffffff"),
        "float": bytes.fromhex("cb3fb999999999999a"),
        "whole_float": bytes.fromhex("cb3ff0000000000000"),
        "text": b"\xa9\xc4\x90\xe1\xbb\x93ng V",
        "text_not_form_c": b"\xa3e\xcc\x81",
        "bin": b"\xc4\x03\x00\x01\xff",
        "map": b"\x83\xa1a\xc3\xa2aa\x92\xc2\xc0\xa1b\x80",
        "map_unsorted": b"\x82\xa1b\x01\xa1a\x02",
        "deep": b"\x91" * 8 + b"\xc0",
        "deeper": b"\x91" * 9 + b"\xc0",
        "array_of_4_gi": b"\xdd\xff\xff\xff\xff",
        "extension": b"\xd6\xff\x00\x00\x00\x00",
        "str_8": b"\xd9\x20" + b"x" * 32,
    },
    "json": {
        "nothing": b"",
        "null": b"null",
        "record": '{"name":{"vi":"Đồng Văn","en":"Dong Van"},"area":{"value":"12.5","unit":"ha"}}'.encode(),
        "point": b'{"type":"Point","coordinates":[105.36,23.27]}',
        "numbers": b"[0,-0.0,1.0,1e3,0.1,9007199254740993,9007199254740994.0,-9223372036854775808,1e300]",
        "too_large": b"[9223372036854775808,1e400]",
        "escapes": b'"\\u0041\\ud83c\\udf33\\n\\t\\"\\\\"',
        "half_pair": b'"\\ud83c"',
        "not_form_c": b'{"e\\u0301":"e\\u0301"}',
        "key_twice": b'{"a":1,"a":2}',
        "deep": b"[" * 32 + b"]" * 32,
        "deeper": b"[" * 33 + b"]" * 33,
        "nul": b"1\x00",
    },
    "base32": {
        "nothing": b"",
        "one_byte": b"ZW",
        "padding": b"ZZ",
        "lower": b"zw00",
        "look_alikes": b"oIlO 0000",
        "groups": b"K7QM2-F9DXA-00000",
        "lines": b"K7QM\r\n2F9D\n",
        "not_a_letter": b"K7QU",
        "not_ascii": b"K7\xc3\xa9",
        "long": b"0" * 6553,
        "too_long": b"0" * 6561,
        "spaces": b" - \t",
    },
    "text": {
        "ascii": b"plain text, longer than a word",
        "vietnamese": "Đồng Văn, Hòa Bình, Hoà".encode(),
        "vietnamese_apart": unicodedata.normalize("NFD", "Đồng Văn").encode(),
        "cyrillic": "Ёлка, йод, Кам'янець, ўрмон, қала".encode(),
        "lao": "ແຂວງຄຳມ່ວນ ຄໍາ ນ້ໍາ ໜອງ ຫຼວງ ເເ".encode(),
        "thai": "น้ำ เเม่ ก็".encode(),
        "khmer": "ទន្លេសាប ស្រ្តី កំុ ណ្ដាញ".encode(),
        "myanmar": "မြန်မာ".encode(),
        "han": "a中国人b 12".encode(),
        "hangul": "각 \u1100\u1161\u11a8".encode(),
        "caucasus": "საქართველო ᲡᲐ Երևան".encode(),
        "controls": b"\x1b[2J\r\n\x07\x7f\xc2\x9b",
        "bidi": "\u202etxt.exe\u2066\u2069\u200b\ufeff".encode(),
        "invalid": b"a\xff\xc0\xaf\xed\xa0\x80\xe1\x9e",
        "marks": "a\u0345\u0301\u0323\u0334\u0301".encode(),
        "thai_marks_on_latin": "\u1e19\u0e49\u0e33 เแ็".encode(),
        "khmer_mark_on_lao": "ນ້ົ\u17d2b \u17d2\u17d2".encode(),
        "language": b"zh-Hant-TW",
    },
}

for target, inputs in CORPUS.items():
    folder = pathlib.Path(__file__).parent / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in inputs.items():
        (folder / name).write_bytes(content)
