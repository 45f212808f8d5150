#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets table, xlsx, mapping, geometry and record into corpus/ beside this file."""
import io
import pathlib
import struct
import zipfile


def archive(**files):
    """A ZIP archive as ODK Central writes it, alike every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip:
        for name, text in files.items():
            zip.writestr(zipfile.ZipInfo(name.replace("__", "-") + ".csv"), text)
    return out.getvalue()


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
    "bad_bytes": GUESS + "a,b\nCafé,1\n".encode() + b"x,\"\xff\n\xe1\xbb\"\n\xc3,2,\xe9\n",
    "bad_bytes_1258": b"\x05" + b"a,b\nB\x69\x8a,\x8a\n",
    "bad_header": b"\x00" + b"a\xff,b\n1,2\n",
    "utf16_half": b"\x01" + "a,b\nx\ud800,\udc00\n".encode("utf-16-le", "surrogatepass"),
    "zeros": GUESS + b"a,b\n\0,\0\n",
    "json_lines": GUESS + b'{"name.en":"A","site_type":"pa"}\n{"name":{"vi":"B"},"area":1.5e-7,"x":[1,null,true]}\n',
    "json_list": GUESS + b'\xef\xbb\xbf [ {"a":1} , {"b":[{"c":2}]} ] ',
    "geojson": GUESS + b'{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},'
    b'"features":[{"type":"Feature","id":7,"geometry":{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]},'
    b'"properties":{"name.en":"A"}},{"type":"Feature","geometry":null,"properties":null}],"name":"x"}',
    "geojson_cut": GUESS + b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point"',
    "geojson_bare": GUESS + b'{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],"x"]}',
    "kobo_json": GUESS + b'{"count":1,"results":[{"_uuid":"u","group/name.en":"A","_geolocation":[1,2]}]}',
    "odk_json": GUESS + b'{"value":[{"__id":"uuid:1","g":{"place":{"type":"Point","coordinates":[1,2,3],"properties":{}}}}]}',
    "odk": GUESS + b"KEY,g-name.en,g-site_type,g-threat_kinds/pollution,g-geometry-Latitude,g-geometry-Longitude,g-geometry-Accuracy\n"
    b"uuid:1,A,pa,1,10.5,105.1,4.8\n",
    "places": GUESS + b"name.en;geometry;threat_kinds\nA;10.5 105.1 3 4.8;pollution intrusion\n"
    b'B;"1 2 0 0;1 3 0 0;2 3 0 0;1 2 0 0";\nC;"1 2;3 4";x\nD;-.5 --1;\n',
    "records": GUESS + b'{"banyan":1,"name":"00","type":"site","fields":{"name":{"en":"A"}}}\n{"banyan":1}\n',
    "kobo_repeats": GUESS + b'{"results":[{"_uuid":"u","g/v":[{"g/v/name.en":"A","g/v/in":[{"g/v/in/x":1},{"g/v/in/x":2}]},{"g/v/y":"z"}],'
    b'"_attachments":[{"id":1}]},{"_uuid":"w"},{"_uuid":"t","g/v":[{}],"other":[{"v":[{"x":1}]}]}]}',
    "odk_repeats": GUESS + b'{"value":[{"__id":"uuid:1","g":{"v":[{"name.en":"A","in":[{"x":1}]},{"name.en":"B","in":[]}]}}]}',
    "zip": GUESS + archive(f="KEY,name.en\nuuid:1,A\n", f__v="x,PARENT_KEY,KEY\n1,uuid:1,uuid:1/v[1]\n"),
    "zip_cut": GUESS + archive(f="KEY,name.en\nuuid:1,A\n")[:60],
    "zip_empty": GUESS + archive(f="")[:],
    "kobo": GUESS + b"_uuid;group/name.en;group-site_type\nuuid:1;A;pa\n",
}

# Parts of a workbook, by the number that fuzz_xlsx.c gives them.
SHEET, BOOK, RELATIONS, TEXTS, STYLES = b"\0", b"\1", b"\2", b"\3", b"\4"
XLSX = {
    "nothing": b"",
    "cells": SHEET + b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>'
    b'in_x000D_line</t></is></c></row><row><c t="b"><v>1</v></c><c t="str"><v>x</v></c><c><v>1.5E-7</v></c>'
    b'<c s="1"><v>43861.5</v></c><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>',
    "merged": SHEET + b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    b'<row r="2"><c r="B2"><v>3</v></c></row><row r="3"/></sheetData><mergeCells><mergeCell ref="A1:A3"/>'
    b'<mergeCell ref="C1:C2"/><mergeCell ref="ZZZZ1:A9"/></mergeCells></worksheet>',
    "far_cell": SHEET + b'<worksheet><sheetData><row r="9"><c r="XFD9"><v>1</v></c></row></sheetData></worksheet>',
    "doctype": SHEET + b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>',
    "cut": SHEET + b'<worksheet><sheetData><row r="1"><c r="A1"',
    "prefixed": SHEET + b'<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
    b'</x:sheetData></x:worksheet>',
    "book": BOOK + b'<workbook><workbookPr date1904="1"/><sheets><sheet name="H" state="hidden" r:id="r9"/>'
    b'<sheet name="S" r:id="r1"/></sheets></workbook>',
    "relations": RELATIONS + b'<Relationships><Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
    "texts": TEXTS + b'<sst><si><r><t>Na</t></r><r><t>me</t></r><rPh><t>x</t></rPh></si><si/></sst>',
    "styles": STYLES + b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy"/></numFmts>'
    b'<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
}


MAPPING = {
    "sheets": b'{"type":"site","key":["No"],"columns":{},"sheets":{"A":{"type":"site","parent":"parent","key":["No"],"set":{"site_type":"pa"},'
    b'"columns":{"Name":"name.vi"}},"B":null}}',
    "sheets_faults": b'{"sheets":{"A":{"type":7,"columns":[],"nope":1}}}',
    "sheets_none": b'{"sheets":[]}',
    "empty": b"{}",
    "none": b"",
    "whole": b'{"type":"site","key":["No"],"set":{"country":"LAO","site_type":"pa"},"columns":{"Name":"name.vi","Area (ha)":'
    b'{"field":"area","unit":"ha"},"Lat":{"field":"geometry","part":"latitude"},"Lon":{"field":"geometry","part":"longitude"},'
    b'"Kind":{"field":"site_type","values":{"forest":"other","":"","PA":"pa"}},"No":null,"Notes":"description.en"}}',
    "dates": b'{"columns":{"Notes":{"field":"status_yr","dates":"dmy"},"Not there":"name.en"}}',
    "point": b'{"columns":{"Area (ha)":{"field":"area","unit":"ha","comma":"decimal","point":"decimal"},"No":{"field":"area","point":1}}}',
    "faults": b'{"type":7,"key":"No","set":[],"columns":{"Name":"nope","Area (ha)":{"field":"area","part":"x"}}}',
    "twice": b'{"columns":{"Name":"name.en","Name":"name.vi"},"key":["No","No"],"set":{"area":"1 ha","area":"2 ha"}}',
}


# Behind a line of a whole record; $n and $v are the name and version of one that is there.
PUT = '{"banyan":1,"type":"site","name":"%s","fields":%s%s}\n'
FOREIGN = "ab" * 32 + "0123456789ab7def8123456789abcdef"
RECORD = {
    "nothing": "",
    "foreign": PUT % (FOREIGN, '{"name":{"en":"A","vi":"B"},"site_type":"pa","area":{"value":"1.5","unit":"ha"},"country":["VNM"]}', ""),
    "same": PUT % ("$n", '{"name":{"en":"A"},"site_type":"pa","area":{"value":"12","unit":"ha"}}', ',"version":"$v"'),
    "edited": PUT % ("$n", '{"name":{"en":"C"},"site_type":"oecm","unknown":[1,null,{"x":true}]}', ',"version":"$v"'),
    "without_version": PUT % ("$n", '{"site_type":"oecm"}', ""),
    "version_that_is_none": PUT % ("$n", '{"site_type":"oecm"}', ',"version":"00"'),
    "other_type": PUT.replace("site", "note") % ("$n", '{"text":{"en":"x"}}', ""),
    "unknown_type": PUT.replace("site", "nobody") % (FOREIGN, '{"a":"b","a.b":1,"geometry":7}', ""),
    "conflicts": PUT % (FOREIGN, '{"name":{"en":"A"},"site_type":"pa"}',
                        ',"conflicts":{"status_yr":["2019","2021",null],"name.en":["A","B"],"deleted":[true,false],"x":[]}'),
    "refs": PUT.replace("site", "activity") % (FOREIGN, '{"name":{"en":"A"},"sites":["$n","%s","00",7]}' % FOREIGN, ""),
    "twice": (PUT % ("$n", '{"site_type":"pa"}', "")) * 2,
    "wrong_forms": PUT % (FOREIGN, '{"name":"A","site_type":["pa"],"area":"12 ha","country":"VNM","geometry":{"type":"Point"}}', ""),
    "private": PUT % (FOREIGN, '{"name":{"en":"A"},"site_type":"pa","sharing":"private"}', ""),
    "shares": PUT % ("$n", '{"sharing":"private"}', ',"version":"$v"'),
    "lacks": '{"banyan":1}\n{"banyan":1,"name":"%s"}\n{"type":"site"}\n[]\n' % FOREIGN,
    "cut": (PUT % (FOREIGN, '{"name":{"en":"A', ""))[:150],
}


def blob(wkb, envelope=None):
    """A geometry of GeoPackage: header, envelope and WKB, little-endian."""
    flags = 1 | (2 if envelope else 16)
    return b"GP" + bytes([0, flags]) + struct.pack("<i", 4326) + (struct.pack("<4d", *envelope) if envelope else b"") + wkb


def positions(*places):
    return struct.pack("<I", len(places)) + b"".join(struct.pack("<%dd" % len(place), *place) for place in places)


def polygon(code, *rings):
    return b"\1" + struct.pack("<II", code, len(rings)) + b"".join(positions(*ring) for ring in rings)


SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
HOLE = [(.4, .2), (.4, .3), (.6, .3), (.6, .2), (.4, .2)]
GEOMETRY = {
    "empty": blob(b"\1" + struct.pack("<II", 3, 0)),
    "point": blob(b"\1" + struct.pack("<I2d", 1, 0.5, 0.25), (0.5, 0.5, 0.25, 0.25)),
    "point_z": blob(b"\1" + struct.pack("<I3d", 1001, 0, 0, 9)),
    "line": blob(b"\1" + struct.pack("<I", 2) + positions((179, -17), (-179, -17))),
    "polygon": blob(polygon(3, SQUARE), (0, 1, 0, 1)),
    "hole": blob(polygon(3, SQUARE, HOLE)),
    "date_line": blob(polygon(3, [(179, -18), (-179, -18), (-179, -16), (179, -16), (179, -18)])),
    "multi": blob(b"\1" + struct.pack("<II", 6, 2) + polygon(3, SQUARE) + polygon(3, HOLE)),
    "collection": blob(b"\1" + struct.pack("<II", 7, 1) + b"\1" + struct.pack("<II", 7, 1) + polygon(1003, [(x, y, 1) for x, y in SQUARE])),
    "deep": blob((b"\1" + struct.pack("<II", 7, 1)) * 40),
    "many": blob(b"\1" + struct.pack("<II", 3, 0xffffffff)),
    "cut": blob(polygon(3, SQUARE))[:-3],
    "not_a_number": blob(b"\1" + struct.pack("<I2d", 1, float("nan"), float("inf"))),
    "big_endian": blob(b"\0" + struct.pack(">I2d", 1, 0.5, 0.25)),
    "no_blob": b"GQ",
}


def main():
    for target, inputs in (("table", CORPUS), ("xlsx", XLSX), ("mapping", MAPPING), ("geometry", GEOMETRY), ("record", RECORD)):
        folder = pathlib.Path(__file__).parent / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in inputs.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


if __name__ == "__main__":
    main()
