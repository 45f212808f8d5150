#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets operation, field_value and definition into corpus/, which are kept in the tree."""
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / 'interop'))
from merge_oracle import (ACCEPT, ADD, DECLINE, DELETE, PATCH, PUT, REMOVE, SET, TRANSFER, UNSET, pack)  # noqa: E402

OWNER, COORDINATOR, MEMBER = 0x0c, 0x11, 0x0d  # organisation in two bits, role above


def identifier(number):
    return bytes([number]) + bytes(31)


def operation(who, number, op, parents=(), touches=(), targets=(), kind='', remarks=None):
    touches = sorted(touches, key=lambda t: (t[0].encode(), t[1]))
    links = pack([bytes(32), bytes(16), op, kind, [identifier(p) for p in sorted(parents)],
                  sorted(t if isinstance(t, bytes) else identifier(t) for t in targets),
                  [[path, how] + ([[[identifier(i), n] for i, n in value]] if how == REMOVE else [])
                   for path, how, value in touches]])
    payload = pack([value if how in (SET, ADD) else None for _, how, value in touches] + ([remarks] if remarks else []))
    return bytes([who, number]) + b''.join(struct.pack('<H', len(part)) + part for part in (links, payload))


PUT_SITE = operation(OWNER, 1, PUT, kind='site', touches=[
    ('name.vi', SET, 'Búng Bình Thiên'), ('site_type', SET, 'candidate'), ('area', SET, {'unit': 'ha', 'value': '301'}),
    ('tags', SET, ['lake', 'flood']), ('geometry', SET, {'coordinates': [105.07, 10.92], 'type': 'Point'})])
OPERATIONS = {
    'put': PUT_SITE,
    'edits_apart': PUT_SITE + operation(OWNER, 2, PATCH, [1], [('site_type', SET, 'oecm')])
    + operation(COORDINATOR, 3, PATCH, [1], [('site_type', SET, 'pa'), ('name', SET, {'en': 'Lake', 'vi': 'Hồ'})]),
    'lists': PUT_SITE + operation(OWNER, 2, PATCH, [1], [('tags', ADD, ['bird']), ('tags', REMOVE, [(1, 0)])])
    + operation(COORDINATOR, 3, PATCH, [1], [('tags', UNSET, None)]),
    'proposal': PUT_SITE + operation(MEMBER, 2, PATCH, [1], [('river_km', SET, '12.50')])
    + operation(OWNER, 3, ACCEPT, [2], [('river_km', SET, '12.5')], [2]) + operation(COORDINATOR, 4, DECLINE, [2], [], [2]),
    'delete': PUT_SITE + operation(OWNER, 2, DELETE, [1]) + operation(OWNER, 3, PATCH, [2], [('odd', SET, [1, -2.5])]),
    'no_fit': PUT_SITE + operation(OWNER, 2, PATCH, [1], [('area', SET, 12)]) + operation(OWNER, 3, DELETE, [2]),
    'polygon': operation(OWNER, 1, PUT, kind='site', touches=[('geometry', SET, {
        'coordinates': [[[0, 0], [1.5, 0], [1.5, 1.5], [0, 0]]], 'type': 'Polygon'})]),
    'odd_type': operation(OWNER, 1, PUT, kind='odd', touches=[('a', SET, {'b': [True]}), ('a.vi', SET, 1)]),
    'foreign_put': operation(MEMBER, 1, PUT, kind='site') + operation(OWNER, 2, PATCH, [1], [('tags', SET, [])]),
    'whole_name': PUT_SITE + operation(OWNER, 2, PATCH, [1], [('name', UNSET, None)])
    + operation(OWNER, 3, PATCH, [1], [('name.ru', SET, 'озеро')]),
}
OPERATIONS |= {
    'transfer': PUT_SITE + operation(OWNER, 2, TRANSFER, [1], targets=[bytes([1] * 32)]) + operation(MEMBER, 3, PATCH, [2], [
        ('site_type', SET, 'pa')]) + operation(OWNER, 4, PATCH, [2], [('river_km', SET, '1')]),
    'remarks': PUT_SITE + operation(OWNER, 2, DELETE, [1], remarks={'person': 'Hoa', 'new': 1}),
}
VALUES = {
    'area': (0, '12,5 ha'), 'area_words': (0, '1 500 héc-ta'), 'point': (1, '13.2,103.8'), 'point_comma': (1, '13,2 103,8'),
    'polygon': (1, '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1.5],[0,0]]]}'),
    'feature': (1, '{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[1,2]]}}'),
    'countries': (2, 'KHM; Việt Nam;Лаос'), 'name': (3, '{"vi":"Ngư Mỹ Thạnh"}'), 'code': (4, 'OECM'), 'year': (5, '2020-02'),
    'number': (6, '1.234,5'), 'texts': (7, 'a; b;;c'), 'url': (8, 'https://example.org'), 'refs': (9, 'K7QM-2F9D;x'),
    'money': (10, '1500 USD 2020-01-31'), 'date': (11, '2020-02-30'), 'near': (13, 'Biodiversty'), 'integer': (14, '-12 000'),
}


NAME = {'kind': 'mltext', 'label': {'en': 'Name', 'vi': 'Tên'}, 'name': 'name', 'required': True}
WATER = {'codes': [{'code': 'fresh', 'label': 'Fresh', 'aliases': ['sweet'], 'maps': {'x': 'y'}, 'since': '2020-01-01'},
                   {'code': 'salt', 'label': {'en': 'Salt'}, 'until': '2021-12-31', 'replaced_by': ['fresh']}]}
POND_KINDS = {'name': 'mltext', 'water': 'code', 'depth': 'quantity', 'site': 'ref', 'tags': 'texts'}
POND = {'label': 'Pond', 'named_by': ['name'], 'place': True, 'sharing': 'members', 'fields': [
    NAME, {'kind': 'code', 'label': 'Water', 'list': 'water', 'name': 'water'},
    {'kind': 'quantity', 'label': 'Depth', 'list': 'distance-unit', 'max': '12.5', 'min': '0', 'name': 'depth',
     'expected_for': ['wdpca', {'if': 'water', 'is': ['salt'], 'purpose': 'iati'}, {'purpose': 'wdpca', 'unless': 'site'}]},
    {'kind': 'ref', 'label': 'Site', 'name': 'site', 'ref': 'site'}]}


def body(types, definitions):
    return b'\1' + pack({'definitions': definitions, 'types': types})


def packed(definitions, size=None):
    """A zstd frame of one raw block, behind the size."""
    data = pack(definitions)
    size = struct.pack('<I', len(data) if size is None else size)
    return b'\0' + size + b'\x28\xb5\x2f\xfd\xa0' + size + struct.pack('<I', len(data) << 3 | 1)[:3] + data


DEFINITIONS = {
    'packed': packed({'lists': {'water': WATER}, 'types': {'pond': POND}}),
    'packed_no_map': packed([1]),
    'packed_too_long': packed({}, 1 << 20),
    'whole': body({'pond': [1, False, POND_KINDS]}, {'lists': {'water': WATER}, 'types': {'pond': POND}}),
    'other_kind': body({'pond': [1, True, POND_KINDS | {'depth': 'number'}]}, {'types': {'pond': POND}}),
    'list_of_shipped': body({'site': [9, False, {'site_type': 'code', 'realm': 'code', 'odd': 'codes'}]}, {'lists': {
        'site-type': WATER}}),
    'taken_names': body({'record': [1, False, {}], 'rtree_a': [1, False, {}], 'A': [1, False, {}]}, {'types': {'record': POND}}),
    'no_form': body({'pond': [1, 2], 'site': 3}, {'lists': [], 'types': {'pond': {'fields': [{'name': 'id'}]}}}),
    'genesis': b'\1' + pack({'types': {'pond': [2, True, POND_KINDS]}}),
}


def write(folder, seeds):
    folder = Path(__file__).parent / 'corpus' / folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        (folder / name).write_bytes(data)


write('operation', OPERATIONS)
write('field_value', {name: bytes([field]) + text.encode() for name, (field, text) in VALUES.items()})
write('definition', DEFINITIONS)
