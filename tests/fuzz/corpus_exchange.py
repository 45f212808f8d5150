#!/usr/bin/env python3
"""Writes the first inputs of the fuzz target table into corpus/ beside this file."""
import pathlib

GUESS = b"\xff"
HEAD = "Name;Site type;Area, ha;Lat;Lon;name.vi;Remarks\n"
CORPUS = {
    "nothing": b"",
    "commas": GUESS + b"name.en,site_type\nA,pa\nB,oecm\n",
    "all": GUESS + (HEAD + "A;pa;1,5;10.5;106;Búng;x\n").encode(),
    "quotes": GUESS + b'name.en;site_type\n"a\nb";"c""d"\n',
    "quote_without_end": GUESS + b'name.en,site_type\n"a,b\nc,d\n',
    "bare_cr": GUESS + b"a,b\r1,2\r3,4\r",
    "titles": GUESS + b"Sites\n\n;;;\na;b;c;d\n1;2;3;4\n",
    "says_delimiter": GUESS + b"sep=|\nname.en|site_type\nA|pa\n",
    "mark": GUESS + b"\xef\xbb\xbfname.en,site_type\nA,pa\n",
    "utf16": GUESS + "\ufeffname.en\tsite_type\nЖ\tpa\n".encode("utf-16-le"),
    "utf16_cut": b"\x01" + "name.en\tsite_type\n".encode("utf-16-le")[:-1],
    "windows_1251": GUESS + "Название;Площадь\nЗаповедник;12,5\n".encode("cp1251"),
    "windows_1258": b"\x05" + b"T\xean;X\nB\x69\xccnh;1\n",
    "zeros": GUESS + b"a,b\n\0,\0\n",
    "kobo": GUESS + b"_uuid;group/name.en;group-site_type\nuuid:1;A;pa\n",
}


def main():
    folder = pathlib.Path(__file__).parent / "corpus" / "table"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in CORPUS.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
