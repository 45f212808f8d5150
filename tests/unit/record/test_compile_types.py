#!/usr/bin/env python3
"""Broken definitions end the build with a sentence that names file and place.

    test_compile_types.py COMPILE_TYPES ISO_CODES_FOLDER
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

FIELD = {'name': 'name', 'kind': 'mltext', 'required': True, 'label': 'Name'}
GOOD = {
    'types/envelope.json': {'fields': [{'name': 'tags', 'kind': 'texts', 'label': 'Tags'}]},
    'types/site.json': {'name': 'site', 'version': 1, 'open': False, 'label': 'Site', 'fields': [FIELD]},
    'lists/sex.json': {'name': 'sex', 'codes': [{'code': 'f', 'label': 'Female'}]},
    'lists/purpose.json': {'name': 'purpose', 'codes': [{'code': 'iati', 'label': 'IATI'}]},
    'labels/vi.json': {'language': 'vi', 'complete': True, 'types': {'site': 'Khu vực'},
                       'fields': {'name': 'Tên', 'tags': 'Thẻ'}, 'lists': {'sex': {'f': 'Nữ'}, 'purpose': {'iati': 'IATI'}}},
}


SEX = {'name': 'sex', 'kind': 'code', 'list': 'sex', 'label': 'Sex'}


def with_type(**changes):
    return {'types/site.json': {**GOOD['types/site.json'], **changes}}


def with_second(**changes):
    """A second field, whose label stands in the language file too."""
    labels = {**GOOD['labels/vi.json'], 'fields': {**GOOD['labels/vi.json']['fields'], 'sex': 'Giới tính'}}
    return {**with_type(fields=[FIELD, {**SEX, **changes}]), 'labels/vi.json': labels}


def with_codes(*codes, **others):
    return {'lists/sex.json': {'name': 'sex', 'codes': list(codes), **others}}


def with_field(**changes):
    return with_type(fields=[{**FIELD, **changes}])


# (claim, changed files, what the sentence has in it)
ROWS = [
    ('good definitions pass', {}, None),
    ('an unknown kind is named', with_field(kind='poem'), 'type site, field name: "poem" is no kind; kinds are text, mltext'),
    ('a code needs its list', with_field(kind='code'), 'type site, field name: kind code needs a list'),
    ('a text has no list', with_field(kind='text', list='sex'), 'kind text has no list'),
    ('the list is there', with_field(kind='code', list='age'), 'there is no list age'),
    ('a reference goes to a type', with_field(kind='ref', ref='planet'), '"ref" names a type'),
    ('names are plain', with_field(name='Name'), 'a name is 1 to 48 of a-z, 0-9 and _'),
    ('the envelope has its names', with_field(name='tags'), 'field tags: the name is taken'),
    ('the view has its names', with_field(name='id'), 'field id: the name is taken'),
    ('a slip in a key is seen', with_field(requird=True), '"requird" is no known key'),
    ('a missing key is seen', with_field(label=None), '"label" is missing'),
    ('something is required', with_field(required=None), 'type site: no field is required'),
    ('the file is named as the type', {'types/site.json': {**GOOD['types/site.json'], 'name': 'place'}}, 'the name is place'),
    ('text is in normal form C', with_field(label='Te\u0302n'), 'not in normal form C'),
    ('codes stand once', {'lists/sex.json': {'name': 'sex', 'codes': [{'code': 'f', 'label': 'a'}, {'code': 'f', 'label': 'b'}]}},
     'a code stands twice'),
    ('codes are plain', {'lists/sex.json': {'name': 'sex', 'codes': [{'code': 'f m', 'label': 'a'}]}}, 'code f m: a code is 1 to 64 of letters'),
    ('a complete language lacks nothing', {'labels/vi.json': {**GOOD['labels/vi.json'], 'fields': {'tags': 'Thẻ'}}},
     'labels are missing for site.name'),
    ('a language names what is there', {'labels/vi.json': {**GOOD['labels/vi.json'], 'types': {'sit': 'x'}}},
     'types: there is no sit'),
    ('a label that nothing uses is seen', {'labels/vi.json': {**GOOD['labels/vi.json'], 'fields': {
        'name': 'Tên', 'site.name': 'Tên khu', 'tags': 'Thẻ'}}}, 'fields: name is used by no type'),
    ('a purpose is one of the list', with_field(expected_for=['wdpca']), 'there is no purpose wdpca'),
    ('a purpose may have a condition', with_second(expected_for=[{'purpose': 'iati', 'unless': 'name'}]), None),
    ('a condition is on a field', with_field(expected_for=[{'purpose': 'iati', 'unless': 'nam'}]),
     'a condition names a field of the type'),
    ('a condition names codes', with_second(expected_for=[{'purpose': 'iati', 'if': 'sex', 'is': ['x']}]),
     '"is" names codes of sex'),
    ('a condition is whole', with_second(expected_for=[{'purpose': 'iati', 'if': 'sex'}]), 'a condition is "if" and "is"'),
    ('a range is of numbers', with_field(min='0'), '"min" is a decimal text, in kinds integer, money'),
    ('a range is decimal', with_second(kind='integer', list=None, min='a'), '"min" is a decimal text'),
    ('a type is named by its fields', with_type(named_by=['nam']), '"named_by" names nam'),
    ('a type is shared in a way there is', with_type(sharing='friends'), '"sharing" is private, members or public'),
    ('a type has no name of a table', {'types/record.json': {**GOOD['types/site.json'], 'name': 'record'}}, 'not taken'),
    ('a code has known keys', with_codes({'code': 'f', 'label': 'a', 'map': 1}), '"map" is no known key'),
    ('a day is a day', with_codes({'code': 'f', 'label': 'a', 'since': '2025'}), '"2025" is no day'),
    ('what is replaced is there', with_codes({'code': 'f', 'label': 'a', 'since': '2025-07-01', 'replaces': ['VN-0']}),
     'it replaces VN-0, which is in no list'),
    ('what is included is there', with_codes({'code': 'f', 'label': 'a'}, includes=['age']), 'it includes age'),
    ('codes of lists that are included stand once', with_codes({'code': 'VNM', 'label': 'a'}, includes=['country']),
     'list sex: a code stands twice'),
    ('a file is JSON', {'types/site.json': '{'}, 'site.json: not JSON'),
]


def compile_types(program, iso, changes):
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, content in {**GOOD, **changes}.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            if isinstance(content, dict) and path.parent.name == 'types':
                content = {**content, 'fields': [{k: v for k, v in field.items() if v is not None}
                                                 for field in content['fields']]}
            path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False),
                            encoding='utf-8')
            files.append(path)
        return subprocess.run([sys.executable, program, iso, Path(folder) / 'out.c', *files], capture_output=True,
                              text=True, check=False)


failed = 0
for claim, changes, words in ROWS:
    run = compile_types(sys.argv[1], sys.argv[2], changes)
    if (run.returncode == 0) != (words is None) or (words or '') not in run.stderr or 'Traceback' in run.stderr:
        print(f'{claim}: ended with {run.returncode}: {run.stderr}')
        failed += 1
print(f'{len(ROWS) - failed} of {len(ROWS)} rows hold')
sys.exit(failed > 0)
