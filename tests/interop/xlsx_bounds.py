#!/usr/bin/env python3
"""Workbooks whose parts unpack to as much as is taken, and to one byte more: xlsx_bounds.py PROGRAM [all]

The texts that cells share are bounded by 256 MiB, each part by 4 GiB. One that says itself that it is larger is refused before
anything is unpacked. With "all" a part of 4 GiB is read, and one that says less than it holds; it takes some minutes.
"""
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

from office import Office

TEXTS_MAX = 256 << 20  # BY_XLSX_TEXTS_BYTES_MAX
PART_MAX = 4 << 30  # BY_XML_BYTES_MAX
PIECE = 1 << 20
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELATIONS = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
             f'Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')


def cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


SHEET = (f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell("A1", "name")}{cell("B1", "site_type")}</row>'
         f'<row r="2">{cell("A2", "Here")}{cell("B2", "oecm")}</row></sheetData>', "</worksheet>")


def begin(book):
    book.writestr("xl/workbook.xml", WORKBOOK)
    book.writestr("xl/_rels/workbook.xml.rels", RELATIONS)


def with_texts(path, size):
    """A text of so many bytes in all, in pieces of some."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        begin(book)
        book.writestr("xl/worksheets/sheet1.xml", "".join(SHEET))
        with book.open("xl/sharedStrings.xml", "w") as part:
            part.write(f'<sst xmlns="{MAIN}">'.encode())
            while size > 0:
                some = min(size, PIECE)
                part.write(b"<si><t>" + b"x" * some + b"</t></si>")
                size -= some
            part.write(b"</sst>")


def with_part(path, size, said=None):
    """A sheet of exactly so many bytes, blank for the most part; a stream of deflate whose middle is one block again and again."""
    said = said or size
    begin_bytes, end_bytes = SHEET[0].encode(), SHEET[1].encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    blank = b" " * PIECE
    piece = packer.compress(b"") + packer.compress(blank) + packer.flush(zlib.Z_FULL_FLUSH)

    def pack(data, is_last):
        one = zlib.compressobj(9, zlib.DEFLATED, -15)
        return one.compress(data) + one.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)

    whole, rest = divmod(size - len(begin_bytes) - len(end_bytes), PIECE)
    crc = zlib.crc32(begin_bytes)
    for _ in range(whole if said <= PART_MAX else 0): # else nobody will come to look at it
        crc = zlib.crc32(blank, crc)
    crc = zlib.crc32(b" " * rest + end_bytes, crc)
    packed = pack(begin_bytes, False) + piece * whole + pack(b" " * rest + end_bytes, True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        begin(book)
    # The member is written by hand behind those, and the directory anew: sizes of more than 32 bits stand in the extra field.
    with zipfile.ZipFile(path) as book:
        entries, at = book.infolist(), book.start_dir
    name = b"xl/worksheets/sheet1.xml"
    extra = struct.pack("<HHQQ", 1, 16, said, len(packed))
    content = path.read_bytes()[:at]
    local = struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 45, 0, 8, 0, 33, crc, 0xffffffff, 0xffffffff, len(name), len(extra)) + name + extra
    directory = b""
    for entry in entries:
        directory += struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 20, 20, 0, 0, 0, 33, entry.CRC, entry.compress_size,
                                 entry.file_size, len(entry.filename), 0, 0, 0, 0, 0, entry.header_offset) + entry.filename.encode()
    directory += struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 45, 45, 0, 8, 0, 33, crc, 0xffffffff, 0xffffffff, len(name),
                             len(extra), 0, 0, 0, 0, at) + name + extra
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 3, 3, len(directory), at + len(local) + len(packed), 0)
    path.write_bytes(content + local + packed + directory + end)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="banyan-bounds-") as name:
        folder = pathlib.Path(name)
        office = Office(program, folder)
        path = folder / "sites.xlsx"
        rows = [(with_texts, TEXTS_MAX - 1, None), (with_texts, TEXTS_MAX, None), (with_texts, TEXTS_MAX + 1, "holds too much")]
        rows += [(with_part, 3 * PIECE, None), # what is written by hand is a workbook
                 (with_part, PART_MAX + 1, "is larger than 4096 MiB unpacked")]
        if sys.argv[2:] == ["all"]:
            def liar(path, size):
                with_part(path, size, PART_MAX)
            rows += [(with_part, PART_MAX, None), (liar, PART_MAX + 1, "sheet1.xml of the file is ")]
        for make, size, refusal in rows:
            make(path, size)
            for left in folder.glob("sites.xlsx.*"):
                left.unlink()
            done = subprocess.run([program, "import", str(path), "--type", "site", "--dry-run"], env=office.environment,
                                  cwd=folder, capture_output=True, text=True, timeout=1200)
            if refusal is None:
                assert done.returncode == 0, (make.__name__, size, done.stderr)
            else:
                assert done.returncode == 4 and refusal in done.stderr, (make.__name__, size, done.returncode, done.stderr)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        assert peak < 900, f"{peak} MiB"
        print(f"{len(rows)} workbooks at their bounds, {peak} MiB at most")


if __name__ == "__main__":
    main()
