#!/usr/bin/env python3
"""Write translations as C tables (cli/catalogue.h) from the catalogues that msgfmt made and checked.

    compile_catalogues.py OUTPUT.c LANGUAGE.mo ...
"""
import re
import struct
import sys
from pathlib import Path

LITTLE_ENDIAN_MAGIC = 0x950412DE


def read_catalogue(path):
    """{id: text} of bytes, as in the GNU manual under "The Format of GNU MO Files"."""
    data = path.read_bytes()
    magic, _, count, ids_at, texts_at = struct.unpack_from('<5I', data)
    if magic != LITTLE_ENDIAN_MAGIC:
        sys.exit(f'compile_catalogues: {path} is no catalogue of msgfmt --endianness=little')

    def string(table, index):
        size, at = struct.unpack_from('<2I', data, table + 8 * index)
        return data[at:at + size]

    return {string(ids_at, i): string(texts_at, i) for i in range(count)}


def plural_rule(path, header):
    """The expression in n that gives the form, such as "n != 1". It is C already."""
    match = re.search(rb'Plural-Forms:\s*nplurals=\d+;\s*plural=([n0-9 ()?:=!<>&|%]+);', header)
    if match is None:
        sys.exit(f'compile_catalogues: {path} has no Plural-Forms that can be read')
    return match.group(1).decode().strip()


def literal(data):
    """Bytes as a C string; a NUL inside stays."""
    text = data.decode('utf-8')
    escapes = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t'}
    return '"' + ''.join(escapes.get(c, f'\\{ord(c):03o}' if ord(c) < 32 else c) for c in text) + '"'


def main():
    output, paths = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    languages = {path.stem: (path, read_catalogue(path)) for path in paths}
    # the id of a plural is its singular, NUL, its plural
    tables = {language: {key.split(b'\0')[0]: text for key, text in entries.items() if key}
              for language, (_, entries) in languages.items()}
    ids = sorted(set().union(*tables.values()))

    lines = ['/* Made by po/compile_catalogues.py. */', '#include "catalogue.h"', '',
             'const char *const catalogue_ids[] = {']
    lines += [f'    {literal(key)},' for key in ids]
    lines += ['    NULL,', '};', f'const size_t catalogue_id_count = {len(ids)};', '']
    for language, (path, entries) in languages.items():
        name = re.sub(r'\W', '_', language)
        lines.append(f'static const char *const texts_{name}[] = {{')
        lines += [f'    {literal(tables[language][key])},' if key in tables[language] else '    NULL,' for key in ids]
        lines += ['    NULL,', '};', '', f'static size_t form_{name}(uint64_t n)', '{', '    (void)n;',
                  f'    return (size_t)({plural_rule(path, entries[b""])});', '}', '']
    lines.append('const struct catalogue catalogues[] = {')
    for language in languages:
        name = re.sub(r'\W', '_', language)
        lines.append(f'    {{"{language.replace("_", "-")}", texts_{name}, form_{name}}},')
    lines += ['    {NULL, NULL, NULL},', '};', '']
    output.write_text('\n'.join(lines), encoding='utf-8')


if __name__ == '__main__':
    main()
