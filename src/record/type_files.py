"""Read the JSON definitions of the shipped record types, lists and labels, and check them.

A broken rule ends the build with one sentence that names file and place.
"""
import gettext
import json
import re
import sys
import unicodedata

KINDS = ['text', 'mltext', 'code', 'codes', 'date', 'integer', 'number', 'quantity', 'money', 'geometry', 'ref',
         'refs', 'bool', 'url', 'texts']
LIST_KINDS = {'code', 'codes', 'quantity'}
REF_KINDS = {'ref', 'refs'}
RANGE_KINDS = {'integer', 'number', 'quantity', 'money'}
NAMING_KINDS = {'text', 'mltext', 'code', 'codes', 'date', 'integer', 'number', 'quantity', 'money', 'url', 'texts'}
FIELD_KEYS = {'name', 'kind', 'list', 'ref', 'required', 'expected_for', 'min', 'max', 'label'}
# Taken by the columns that every table of the view has, and by its other tables.
RESERVED_FIELDS = {'id', 'fid', 'deleted', 'owner', 'type'}
RESERVED_TYPES = {'record', 'conflict', 'proposal', 'member', 'search', 'bucket', 'envelope'}
PURPOSES = 'purpose'
# Lists from iso-codes: file, the key in it, what a code and its name are, the catalogue of translations.
ISO_LISTS = {
    'country': ('iso_3166-1.json', '3166-1', 'alpha_3', 'iso_3166-1'),
    'currency': ('iso_4217.json', '4217', 'alpha_3', 'iso_4217'),
    'subdivision': ('iso_3166-2.json', '3166-2', 'code', 'iso_3166-2'),
}


def fail(where, words):
    sys.exit(f'compile_types: {where}: {words}')


def load(path):
    text = path.read_text(encoding='utf-8')
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


def load_named(path, required, optional=frozenset()):
    item = load(path)
    check_keys(path, item, {'name', *required}, optional)
    if item['name'] != path.stem:
        fail(path, f'the name is {item["name"]}')
    return item


# ---- lists --------------------------------------------------------------------------------------

CODE_KEYS = {'aliases', 'maps', 'since', 'until', 'replaces'}


def of_iso(item, code):
    """Other names it has, and the two letters of a country, are ways to write it."""
    names = [item.get('common_name', item['name']), item['name'], item.get('alpha_2')]
    label, *others = [unicodedata.normalize('NFC', name) for name in names if name]
    found = {'code': item[code], 'label': label, 'aliases': sorted(set(others) - {label})}
    return {**found, 'maps': {'iso_3166_1_2': item['alpha_2']}} if 'alpha_2' in item else found


def read_iso(folder):
    return {name: [of_iso(item, code) for item in load(folder / file)[key]]
            for name, (file, key, code, _) in ISO_LISTS.items()}


def add_aliases(path, item, codes):
    """A list of iso-codes has a file only for the ways in which people write its codes."""
    known = {code['code']: code for code in codes}
    for code, aliases in item['aliases'].items():
        if code not in known:
            fail(path, f'there is no code {code}')
        known[code]['aliases'] = known[code]['aliases'] + aliases


def check_code(where, code):
    check_keys(where, code, {'code', 'label'}, CODE_KEYS)
    if not re.fullmatch(r'[A-Za-z0-9_.-]{1,64}', code['code']) or not code['label']:
        fail(where, 'a code is 1 to 64 of letters, digits, _ . - and has a label')
    for date in (code.get('since'), code.get('until')):
        if date is not None and not re.fullmatch(r'\d{4}-\d{2}-\d{2}', date):
            fail(where, f'"{date}" is no day')


def replace_codes(name, codes, lists):
    """A code that says which ones it replaces ends them, in every list they stand in."""
    for code in codes:
        for old in code.pop('replaces', []):
            found = [item for other in lists.values() for item in other if item['code'] == old]
            if not found:
                fail(f'list {name}, code {code["code"]}', f'it replaces {old}, which is in no list')
            for item in found:
                item['until'] = code['since']
                item.setdefault('replaced_by', []).append(code['code'])


def read_lists(paths, iso):
    lists, includes = read_iso(iso), {}
    for path in paths:
        if path.stem in ISO_LISTS:
            add_aliases(path, load_named(path, {'aliases'}), lists[path.stem])
            continue
        item = load_named(path, {'codes'}, {'includes'})
        for code in item['codes']:
            check_code(f'{path}, code {code.get("code")}', code)
        lists[path.stem] = item['codes']
        includes[path.stem] = item.get('includes', [])
    for name, codes in list(lists.items()):
        replace_codes(name, codes, lists)
    for name, others in includes.items():
        for other in others:
            if other not in lists or includes.get(other):
                fail(f'list {name}', f'it includes {other}, which is no list or includes others')
        lists[name] = lists[name] + [{**code, 'of': other} for other in others for code in lists[other]]
    for name, codes in lists.items():
        if len({code['code'] for code in codes}) != len(codes):
            fail(f'list {name}', 'a code stands twice')
    return lists


# ---- types --------------------------------------------------------------------------------------

def check_expected(where, field, fields, lists):
    """A purpose by its name, or with a condition: {"purpose", "if": field, "is": [code]} or {"purpose", "unless": field}."""
    field['expected_for'] = [{'purpose': item} if isinstance(item, str) else item
                             for item in field.get('expected_for', [])]
    for item in field['expected_for']:
        check_keys(where, item, {'purpose'}, {'if', 'is', 'unless'})
        if item['purpose'] not in {code['code'] for code in lists[PURPOSES]}:
            fail(where, f'there is no purpose {item["purpose"]}')
        other = fields.get(item.get('if') or item.get('unless'))
        if ('if' in item) != ('is' in item) or ('if' in item and 'unless' in item):
            fail(where, 'a condition is "if" and "is", or "unless"')
        if ('if' in item or 'unless' in item) and other is None:
            fail(where, 'a condition names a field of the type')
        if 'if' in item:
            known = {code['code'] for code in lists[other['list']]} if other['kind'] == 'code' else set()
            if not item['is'] or not set(item['is']) <= known:
                fail(where, f'"is" names codes of {other["name"]}')


def check_range(where, field):
    for bound in ('min', 'max'):
        if bound in field and (field['kind'] not in RANGE_KINDS or not re.fullmatch(r'-?\d+(\.\d+)?', field[bound])):
            fail(where, f'"{bound}" is a decimal text, in kinds {", ".join(sorted(RANGE_KINDS))}')


def check_field(where, field, lists, types, seen):
    check_keys(where, field, {'name', 'kind', 'label'}, FIELD_KEYS)
    name, kind = field['name'], field['kind']
    where = f'{where}, field {name}'
    if not re.fullmatch(r'[a-z][a-z0-9_]{0,47}', name):
        fail(where, 'a name is 1 to 48 of a-z, 0-9 and _')
    if name in RESERVED_FIELDS or name in seen:
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
    check_range(where, field)


def check_type(name, definition, envelope, lists, types):
    where = f'type {name}'
    fields = {field['name']: field for field in definition['fields']}
    seen = set(envelope)
    if not re.fullmatch(r'[a-z][a-z0-9_]{0,47}', name) or name in RESERVED_TYPES:
        fail(where, 'a name is 1 to 48 of a-z, 0-9 and _, and not taken')
    for field in definition['fields']:
        check_field(where, field, lists, types, seen)
        check_expected(f'{where}, field {field["name"]}', field, fields, lists)
    if not any(field.get('required') for field in definition['fields']):
        fail(where, 'no field is required')
    for named in definition.get('named_by', []):
        if named not in fields or fields[named]['kind'] not in NAMING_KINDS:
            fail(where, f'"named_by" names {named}, which is no field that can be shown in a name')
    if definition.get('sharing') not in (None, 'private', 'members', 'public'):
        fail(where, '"sharing" is private, members or public')


def read_types(paths, lists):
    types, envelope = {}, None
    for path in paths:
        if path.stem == 'envelope':
            envelope = load(path)
            check_keys(path, envelope, {'fields'})
        else:
            types[path.stem] = load_named(path, {'version', 'open', 'label', 'fields'}, {'named_by', 'sharing', 'place'})
    if envelope is None:
        fail('types', 'envelope.json is missing')
    in_envelope = set()
    for field in envelope['fields']:
        check_field('envelope', field, lists, types, in_envelope)
    for name, definition in types.items():
        check_type(name, definition, in_envelope, lists, types)
    return types, envelope['fields']


# ---- labels -------------------------------------------------------------------------------------

def catalogues(language):
    """What iso-codes translates. Its catalogues may be left out of a small system; then its codes stay English."""
    found = {}
    for name, (_, _, _, domain) in ISO_LISTS.items():
        try:
            found[name] = gettext.translation(domain, '/usr/share/locale', [language])
        except FileNotFoundError:
            pass
    return found


class Labels:
    """Labels of everything in every language, English first."""

    def __init__(self, paths, types, envelope, lists):
        self.languages = []
        for path in paths:
            item = load(path)
            check_keys(path, item, {'language', 'complete', 'types', 'fields', 'lists'})
            if item['language'] != path.stem or len(path.stem) > 7:
                fail(path, f'the language is {item["language"]}, or longer than 7 characters')
            self.languages.append((item['language'], item, catalogues(item['language'])))
            self.check_used(path, item, types, envelope, lists)
            if item['complete']:
                self.check_complete(path, item, types, envelope, lists)

    @staticmethod
    def check_used(path, item, types, envelope, lists):
        """Every label is that of something, and would be missed."""
        owners = {field['name']: [''] for field in envelope}
        for name, definition in types.items():
            for field in definition['fields']:
                owners.setdefault(field['name'], []).append(name)
        full = {f'{owner}.{name}' for name, some in owners.items() for owner in some}
        for name in item['types']:
            if name not in types:
                fail(path, f'types: there is no {name}')
        for name in item['fields']:
            if name not in owners and name not in full:
                fail(path, f'fields: there is no {name}')
            if name in owners and all(f'{owner}.{name}' in item['fields'] for owner in owners[name]):
                fail(path, f'fields: {name} is used by no type: all have one of their own')
        for name, codes in item['lists'].items():
            known = {code['code'] for code in lists.get(name, []) if 'of' not in code}
            for code in codes:
                if code not in known:
                    fail(path, f'list {name}: there is no code {code}')

    @staticmethod
    def check_complete(path, item, types, envelope, lists):
        missing = [name for name in types if not item['types'].get(name)]
        missing += [f['name'] for f in envelope if not item['fields'].get(f['name'])]
        for name, definition in types.items():
            missing += [f'{name}.{f["name"]}' for f in definition['fields']
                        if not item['fields'].get(f'{name}.{f["name"]}') and not item['fields'].get(f['name'])]
        for name, codes in lists.items():
            if name not in ISO_LISTS:
                missing += [f'{name}: {code["code"]}' for code in codes
                            if 'of' not in code and not item['lists'].get(name, {}).get(code['code'])]
        if missing:
            fail(path, 'labels are missing for ' + ', '.join(missing[:10]))

    def of_type(self, name, english):
        return self.with_english(english, lambda item, _: item['types'].get(name))

    def of_field(self, type_name, name, english):
        return self.with_english(
            english, lambda item, _: item['fields'].get(f'{type_name}.{name}') or item['fields'].get(name))

    def of_code(self, list_name, code):
        list_name = code.get('of', list_name)

        def find(item, translated):
            text = item['lists'].get(list_name, {}).get(code['code'])
            if text is None and list_name in translated:
                text = unicodedata.normalize('NFC', translated[list_name].gettext(code['label']))
            return text if text != code['label'] else None
        return self.with_english(code['label'], find)

    def with_english(self, english, find):
        pairs = [('en', english)]
        pairs += [(language, find(item, translated)) for language, item, translated in self.languages]
        return [pair for pair in pairs if pair[1]]
