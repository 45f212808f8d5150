#!/usr/bin/env python3
"""Write the C tables of the shipped record types from their JSON definitions.

    compile_types.py ISO_CODES_FOLDER OUTPUT.c FILE.json ...

What a file is follows from its folder: types/ (envelope.json holds the fields of every record), lists/, labels/.
English labels stand in the definitions; labels/LANGUAGE.json adds a language. Countries and currencies come from the
iso-codes package. A broken rule ends the build with one sentence that names file and place.
"""
import json
import re
import sys
import unicodedata
from pathlib import Path

KINDS = ['text', 'mltext', 'code', 'codes', 'date', 'integer', 'number', 'quantity', 'money', 'geometry', 'ref',
         'refs', 'bool', 'url', 'texts']
LIST_KINDS = {'code', 'codes', 'quantity'}
REF_KINDS = {'ref', 'refs'}
FIELD_KEYS = {'name', 'kind', 'list', 'ref', 'required', 'expected_for', 'label'}
# Taken by the columns that every table of the view has.
RESERVED = {'id', 'fid', 'deleted', 'owner', 'type'}


def fail(where, words):
    sys.exit(f'compile_types: {where}: {words}')


def load(path):
    text = Path(path).read_text(encoding='utf-8')
    if unicodedata.normalize('NFC', text) != text:
        fail(path, 'the text is not in normal form C')
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fail(path, f'not JSON: {error}')


def check_keys(where, item, required, optional=frozenset()):
    for key in sorted(set(required) - set(item)):
        fail(where, f'"{key}" is missing')
    for key in sorted(set(item) - set(required) - set(optional)):
        fail(where, f'"{key}" is no known key')


def check_field(where, field, lists, types, seen):
    check_keys(where, field, {'name', 'kind', 'label'}, FIELD_KEYS)
    name, kind = field['name'], field['kind']
    where = f'{where}, field {name}'
    if not re.fullmatch(r'[a-z][a-z0-9_]{0,47}', name):
        fail(where, 'a name is 1 to 48 of a-z, 0-9 and _')
    if name in RESERVED or name in seen:
        fail(where, 'the name is taken')
    seen.add(name)
    if kind not in KINDS:
        fail(where, f'"{kind}" is no kind; kinds are {", ".join(KINDS)}')
    if (kind in LIST_KINDS) != ('list' in field):
        fail(where, f'kind {kind} {"needs a" if kind in LIST_KINDS else "has no"} list')
    if 'list' in field and field['list'] not in lists:
        fail(where, f'there is no list {field["list"]}')
    if 'ref' in field and (kind not in REF_KINDS or field['ref'] not in types):
        fail(where, f'"ref" names a type, in kinds {" and ".join(sorted(REF_KINDS))}')
    if not field['label']:
        fail(where, 'the label is empty')


def read_types(files, lists):
    types, envelope = {}, None
    for path in files:
        definition = load(path)
        if path.stem == 'envelope':
            check_keys(path, definition, {'fields'})
            envelope = definition['fields']
            continue
        check_keys(path, definition, {'name', 'version', 'open', 'label', 'fields'})
        if definition['name'] != path.stem:
            fail(path, f'the name is {definition["name"]}')
        types[path.stem] = definition
    if envelope is None:
        fail('types', 'envelope.json is missing')
    in_envelope = set()
    for field in envelope:
        check_field('envelope', field, lists, types, in_envelope)
    for name, definition in types.items():
        seen = set(in_envelope)
        for field in definition['fields']:
            check_field(f'type {name}', field, lists, types, seen)
        if not any(field.get('required') for field in definition['fields']):
            fail(f'type {name}', 'no field is required')
    return types, envelope


def read_lists(files, iso):
    lists = {}
    for path in files:
        definition = load(path)
        check_keys(path, definition, {'name', 'codes'})
        if definition['name'] != path.stem:
            fail(path, f'the name is {definition["name"]}')
        for code in definition['codes']:
            check_keys(f'{path}, code {code.get("code")}', code, {'code', 'label'})
        lists[path.stem] = {code['code']: code['label'] for code in definition['codes']}
        if len(lists[path.stem]) != len(definition['codes']):
            fail(path, 'a code stands twice')
    countries = load(iso / 'iso_3166-1.json')['3166-1']
    currencies = load(iso / 'iso_4217.json')['4217']
    lists['country'] = {c['alpha_3']: c.get('common_name', c['name']) for c in countries}
    lists['currency'] = {c['alpha_3']: c['name'] for c in currencies}
    for name, codes in lists.items():
        for code, label in codes.items():
            if not re.fullmatch(r'[A-Za-z0-9_.-]{1,64}', code) or not label:
                fail(f'list {name}, code {code}', 'a code is 1 to 64 of letters, digits, _ . - and has a label')
    return lists


class Labels:
    """Labels of everything in every language, English first."""

    def __init__(self, files, types, envelope, lists):
        self.languages = []
        for path in files:
            item = load(path)
            check_keys(path, item, {'language', 'complete', 'types', 'fields', 'lists'})
            if item['language'] != path.stem:
                fail(path, f'the language is {item["language"]}')
            self.languages.append((path, item))
            self.check_names(path, item, types, envelope, lists)
            if item['complete']:
                self.check_complete(path, item, types, envelope, lists)

    @staticmethod
    def check_names(path, item, types, envelope, lists):
        fields = {f['name'] for f in envelope}
        for name, definition in types.items():
            for field in definition['fields']:
                fields |= {field['name'], f'{name}.{field["name"]}'}
        for what, known in (('types', types), ('fields', fields), ('lists', lists)):
            for name in item[what]:
                if name not in known:
                    fail(path, f'{what}: there is no {name}')
        for name, codes in item['lists'].items():
            for code in codes:
                if code not in lists[name]:
                    fail(path, f'list {name}: there is no code {code}')

    @staticmethod
    def check_complete(path, item, types, envelope, lists):
        missing = [name for name in types if not item['types'].get(name)]
        missing += [f['name'] for f in envelope if not item['fields'].get(f['name'])]
        for name, definition in types.items():
            missing += [f'{name}.{f["name"]}' for f in definition['fields']
                        if not item['fields'].get(f'{name}.{f["name"]}') and not item['fields'].get(f['name'])]
        for name, codes in lists.items():
            if name not in ('country', 'currency'):
                missing += [f'{name}: {code}' for code in codes if not item['lists'].get(name, {}).get(code)]
        if missing:
            fail(path, 'labels are missing for ' + ', '.join(missing[:10]))

    def of_type(self, name, english):
        return self.with_english(english, lambda item: item['types'].get(name))

    def of_field(self, type_name, name, english):
        return self.with_english(
            english, lambda item: item['fields'].get(f'{type_name}.{name}') or item['fields'].get(name))

    def of_code(self, list_name, code, english):
        return self.with_english(english, lambda item: item['lists'].get(list_name, {}).get(code))

    def with_english(self, english, find):
        pairs = [('en', english)]
        pairs += [(item['language'], find(item)) for _, item in self.languages if find(item)]
        return pairs


def c_text(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


class Writer:
    def __init__(self, labels):
        self.labels = labels
        self.lines = ['/* Made from src/record/types, lists and labels by compile_types.py. */',
                      '#include "record/type_tables.h"', '']

    def label_array(self, pairs):
        """A compound literal: constant, with static storage at file scope."""
        return ('(const struct by_label[]){' +
                ', '.join(f'{{{c_text(language)}, {c_text(text)}}}' for language, text in pairs) +
                f'}}, {len(pairs)}')

    def field_array(self, symbol, type_name, fields):
        self.lines.append(f'static const struct by_field {symbol}[] = {{')
        for field in fields:
            purposes = field.get('expected_for', [])
            array = ('(const char *const[]){' + ', '.join(map(c_text, purposes)) + '}') if purposes else 'NULL'
            self.lines.append(
                f'    {{.name = {c_text(field["name"])}, .kind = BY_FIELD_{field["kind"].upper()},'
                f' .list = {c_text(field["list"]) if "list" in field else "NULL"},'
                f' .ref_type = {c_text(field["ref"]) if "ref" in field else "NULL"},'
                f' .required = {"true" if field.get("required") else "false"},'
                f' .expected_for = {array}, .expected_for_count = {len(purposes)},')
            pairs = self.labels.of_field(type_name, field['name'], field['label'])
            values, count = self.label_array(pairs).rsplit(', ', 1)
            self.lines.append(f'     .labels = {values}, .label_count = {count},'
                              f' .type = {c_text(type_name) if type_name else "NULL"}}},')
        self.lines += ['};', '']

    def lists(self, lists):
        for number, (name, codes) in enumerate(sorted(lists.items())):
            self.lines.append(f'static const struct by_code list_{number}[] = {{ /* {name} */')
            for code, english in sorted(codes.items()):
                self.lines.append(
                    f'    {{{c_text(code)}, {self.label_array(self.labels.of_code(name, code, english))}}},')
            self.lines += ['};', '']
        self.lines.append('const struct by_code_list by_table_lists[] = {')
        for number, (name, codes) in enumerate(sorted(lists.items())):
            self.lines.append(f'    {{{c_text(name)}, list_{number}, {len(codes)}}},')
        self.lines += ['};', f'const size_t by_table_list_count = {len(lists)};', '']

    def types(self, types, envelope):
        self.field_array('envelope_fields', '', envelope)
        for name, definition in sorted(types.items()):
            self.field_array(f'{name}_fields', name, definition['fields'])
        self.lines += ['const struct by_field *const by_table_envelope = envelope_fields;',
                       f'const size_t by_table_envelope_count = {len(envelope)};',
                       'const struct by_type by_table_types[] = {']
        for name, definition in sorted(types.items()):
            pairs = self.labels.of_type(name, definition['label'])
            self.lines.append(
                f'    {{{c_text(name)}, {int(definition["version"])}, {"true" if definition["open"] else "false"},'
                f' {name}_fields, {len(definition["fields"])}, {self.label_array(pairs)}}},')
        self.lines += ['};', f'const size_t by_table_type_count = {len(types)};', '']


def main():
    iso, output = Path(sys.argv[1]), Path(sys.argv[2])
    folders = {'types': [], 'lists': [], 'labels': []}
    for name in sys.argv[3:]:
        path = Path(name)
        if path.parent.name not in folders:
            fail(path, 'the folder is none of types, lists, labels')
        folders[path.parent.name].append(path)
    lists = read_lists(folders['lists'], iso)
    types, envelope = read_types(folders['types'], lists)
    writer = Writer(Labels(folders['labels'], types, envelope, lists))
    writer.lists(lists)
    writer.types(types, envelope)
    output.write_text('\n'.join(writer.lines), encoding='utf-8')


main()
