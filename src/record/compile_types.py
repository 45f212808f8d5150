#!/usr/bin/env python3
"""Write the C tables of the shipped record types from their JSON definitions.

    compile_types.py ISO_CODES_FOLDER OUTPUT.c FILE.json ...

What a file is follows from its folder: types/ (envelope.json holds the fields of every record), lists/, labels/.
English labels stand in the definitions; labels/LANGUAGE.json adds a language. Countries, their subdivisions and
currencies come from the iso-codes package.
"""
import hashlib
import sys
from pathlib import Path

import type_files


def c_text(text):
    if text is None:
        return 'NULL'
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


def c_array(element, values):
    """A compound literal, constant and with static storage at file scope, and its count."""
    values = list(values)
    return ('(const ' + element + '[]){' + ', '.join(values) + '}' if values else 'NULL'), len(values)


def c_struct(**members):
    return '{' + ', '.join(f'.{name} = {value}' for name, value in members.items()
                           if value not in ('NULL', 0, 'false')) + '}'


def c_texts(texts):
    return c_array('char *const', map(c_text, texts))


def c_labels(pairs):
    return c_array('struct by_label', (f'{{{c_text(language)}, {c_text(text)}}}' for language, text in pairs))


def c_more(code):
    """What few codes have: NULL for the others."""
    aliases, alias_count = c_texts(code.get('aliases', []))
    outside, outside_count = c_array('struct by_code_outside', (
        f'{{{c_text(standard)}, {c_text(value)}}}' for standard, value in sorted(code.get('maps', {}).items())))
    replaced_by, replaced_by_count = c_texts(code.get('replaced_by', []))
    more = c_struct(since=c_text(code.get('since')), until=c_text(code.get('until')), replaced_by=replaced_by,
                    replaced_by_count=replaced_by_count, aliases=aliases, alias_count=alias_count, outside=outside,
                    outside_count=outside_count)
    return 'NULL' if more == '{}' else f'&(const struct by_code_more){more}'


def c_expected(field):
    conditions = []
    for item in field.get('expected_for', []):
        codes, code_count = c_texts(item.get('is', []))
        conditions.append(c_struct(purpose=c_text(item['purpose']), field=c_text(item.get('if') or item.get('unless')),
                                   codes=codes, code_count=code_count))
    return c_array('struct by_expected', conditions)


class Writer:
    def __init__(self, labels, lists):
        self.labels, self.lists = labels, lists
        self.list_at = {name: at for at, name in enumerate(sorted(lists))}
        self.lines = ['/* Made from src/record/types, lists and labels by compile_types.py. */',
                      '#include "record/type_tables.h"', '']

    def code_list(self, name, codes):
        """In the order of the definition, with an index by code."""
        at = self.list_at[name]
        self.lines.append(f'static const struct by_code codes_{at}[] = {{ /* {name} */')
        for code in codes:
            labels, count = c_labels(self.labels.of_code(name, code))
            self.lines.append('    ' + c_struct(code=c_text(code['code']), labels=labels, label_count=count,
                                                more=c_more(code)) + ',')
        by_code = sorted(range(len(codes)), key=lambda place: codes[place]['code'].encode())
        self.lines += ['};', f'static const uint16_t by_code_{at}[] = {{{", ".join(map(str, by_code))}}};', '']

    def code_lists(self):
        for name, codes in sorted(self.lists.items()):
            self.code_list(name, codes)
        self.lines.append('const struct by_code_list by_table_lists[] = {')
        for name, codes in sorted(self.lists.items()):
            at = self.list_at[name]
            self.lines.append(f'    {{{c_text(name)}, codes_{at}, by_code_{at}, {len(codes)}}},')
        self.lines += ['};', f'const size_t by_table_list_count = {len(self.lists)};', '']

    def field(self, type_name, field):
        expected, expected_count = c_expected(field)
        labels, label_count = c_labels(self.labels.of_field(type_name, field['name'], field['label']))
        code_list = f'&by_table_lists[{self.list_at[field["list"]]}]' if 'list' in field else 'NULL'
        return c_struct(
            name=c_text(field['name']), kind=f'BY_FIELD_{field["kind"].upper()}', list=code_list,
            ref_type=c_text(field.get('ref')), required='true' if field.get('required') else 'false',
            min=c_text(field.get('min')), max=c_text(field.get('max')), expected=expected,
            expected_count=expected_count, labels=labels, label_count=label_count,
            type=c_text(type_name) if type_name else 'NULL')

    def field_array(self, symbol, type_name, fields):
        self.lines.append(f'static const struct by_field {symbol}[] = {{')
        self.lines += [f'    {self.field(type_name, field)},' for field in fields]
        self.lines += ['};', '']

    def types(self, types, envelope):
        self.field_array('envelope_fields', '', envelope)
        for name, definition in sorted(types.items()):
            self.field_array(f'{name}_fields', name, definition['fields'])
        self.lines += ['const struct by_field *const by_table_envelope = envelope_fields;',
                       f'const size_t by_table_envelope_count = {len(envelope)};',
                       'const struct by_type by_table_types[] = {']
        for name, definition in sorted(types.items()):
            labels, label_count = c_labels(self.labels.of_type(name, definition['label']))
            named_by, named_by_count = c_texts(definition.get('named_by', []))
            self.lines.append('    ' + c_struct(
                name=c_text(name), version=int(definition['version']),
                is_open='true' if definition['open'] else 'false', sharing=c_text(definition.get('sharing')),
                is_place='true' if definition.get('place') else 'false',
                named_by=named_by, named_by_count=named_by_count, fields=f'{name}_fields',
                field_count=len(definition['fields']), labels=labels, label_count=label_count) + ',')
        self.lines += ['};', f'const size_t by_table_type_count = {len(types)};', '']


    def digest(self):
        """What tells these tables from those of other versions."""
        digest = hashlib.blake2b('\n'.join(self.lines).encode(), digest_size=16).hexdigest()
        self.lines += [f'const char by_table_digest[] = {c_text(digest)};', '']


def main():
    iso, output = Path(sys.argv[1]), Path(sys.argv[2])
    folders = {'types': [], 'lists': [], 'labels': []}
    for path in map(Path, sys.argv[3:]):
        if path.parent.name not in folders:
            type_files.fail(path, 'the folder is none of types, lists, labels')
        folders[path.parent.name].append(path)
    lists = type_files.read_lists(folders['lists'], iso)
    types, envelope = type_files.read_types(folders['types'], lists)
    writer = Writer(type_files.Labels(folders['labels'], types, envelope, lists), lists)
    writer.code_lists()
    writer.types(types, envelope)
    writer.digest()
    output.write_text('\n'.join(writer.lines), encoding='utf-8')


main()
