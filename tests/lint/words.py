#!/usr/bin/env python3
"""Finds words for people that are not marked for translation: words.py

A literal of several words must stand in a mark or in a call that takes its sentence from po/ (MARKED); so must a single
word that is handed to what writes for people (TELLING). What is no sentence is listed with its reason (OTHER_CALLS,
OTHER_FILES, OTHER_TEXTS).
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKED = set("_ N_ C_ P_ counted by_fail by_reading_fail by_words by_os_fail by_store_fail fail_column by_defining_fail".split())
# What a call prints, or takes as the title of a column.
TELLING = set("fprintf printf fputs puts say say_wrapped cli_fail cli_misused table_column table_cell pool_format note fail failed".split())
# What the WDPCA calls things is English everywhere. Assertions speak to programmers, the others to SQLite, SQL, jansson and
# systemd.
OTHER_CALLS = set("is is_outside are_outside static_assert assert json_pack json_unpack RAISE pool_append_unit".split())
OTHER_FILES = {
    "src/crypto/tag.h": "names of purposes, hashed",
    "src/crypto/key_file.c": "the first lines of a file",
    "src/backup/settings.c": "names of settings",
    "src/core/local.h": "keys of rows",
    "src/view/gpkg.c": "what the GeoPackage standard wants in its tables",
    "src/view/schema.c": "SQL; the guard of the file speaks to other programs",
    "src/exchange/mapping_guess.c": "headers of columns, folded",
    "src/exchange/wdpca_row.c": "what the WDPCA calls things",
    "src/exchange/words.c": "words of tables in each language",
    "src/record/field_show.c": "words of values in each language",
    "src/exchange/table.h": "a header of a column that banyan reads again",
    "src/exchange/mapping.h": "a header of a column that banyan reads again",
    "src/exchange/exported.h": "headers of columns that banyan reads again",
    "src/exchange/public.c": "a note in files for everybody",
    "src/core/readers.c": "the English sentence of --json; the command has its own",
    "cli/service_unit.c": "a unit file",
}
OTHER_TEXTS = {
    "%s, row %llu": "the source of a record, which is data",
    "Federal or national ministry or agency; Sub-national ministry or agency; ": "as the WDPCA calls it",
    "Government-delegated management; ": "as the WDPCA calls it",
    "Individual landowners; Non-profit organisations; For-profit organisations; Indigenous ": "as the WDPCA calls it",
    "State; Communal; Individual landowners; For-profit organisations; Non-profit ": "as the WDPCA calls it",
    "organisations; Joint ownership; Multiple ownership; Contested; Indigenous Peoples; Not ": "as the WDPCA calls it",
    "unknown status": "a name, beside BANYAN_OK",
    "an unknown failure": "of a number that is no status",
    "banyan: reason": "the header of a column that banyan reads again",
    "without effect": "an outcome in JSON",
    "grand total": "compared with rows of totals",
    "tong cong": "compared with rows of totals",
    " created, changed, conflicts, proposals, document, folded, heads, digest,": "SQL",
    " OR substr(%s, 1, %zu) = ": "SQL",
    "deleted": "a key in JSON",
    "localhost": "a name of this computer",
    "banyan invite": "a command",
    "systemctl --user enable --now ": "a command",
    " && loginctl enable-linger": "a command",
    "USER": "a variable of the environment",
    "    {dim}banyan accept {}{plain}\\n    {dim}banyan decline {}{plain}\\n": "commands",
    "%s/%03zu%s%s.txt": "the name of a file",
    "%s.proof": "the name of a file",
    "[banyan: too long for a cell]": "stands in a workbook, and banyan reads it again",
    "%s.new": "the name of a file",
    "%.*s/default.target.wants%s": "the name of a file",
    "%s/banyan-XXXXXX.txt": "the name of a file",
    "/tmp": "the name of a folder",
    "exec %s \\\"$1\\\"": "for the shell",
    "journalctl --user -u ": "a command",
    "no such table: ": "compared with what SQLite says",
    "no such column: ": "compared with what SQLite says",
}
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")
WORD = re.compile(r"[A-Za-z]{3,}")
# The manual page is English, whatever the language is.
MANUAL = re.compile(r"^void help_manual\(.*?^}", re.S | re.M)
SQL = re.compile(r"\b(SELECT|INSERT|CREATE|DROP|WHERE|FROM|UPDATE|DELETE|PRAGMA|AND|SET|ORDER BY|VALUES|JOIN|BEGIN|"
                 r"COMMIT|ROLLBACK|ATTACH|CAST|UNION)\b")


def without_comments(source):
    """The same text with blanks for comments and preprocessor lines that are no macros."""
    pattern = r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/|//[^\n]*|\'(?:[^\'\\\n]|\\.)+\'|^[ \t]*#[ \t]*include[^\n]*'

    def blank(match):
        return match.group() if match.group().startswith('"') else re.sub(r"[^\n]", " ", match.group())
    return re.sub(pattern, blank, source, flags=re.S | re.M)


def without_strings(source):
    return LITERAL.sub(lambda match: '"' + " " * len(match.group(1)) + '"', source)


def call_of(code, at):
    """The name of the innermost named call that a place stands in, outwards to the statement; or ""."""
    depth = 0
    for i in range(at - 1, -1, -1):
        if code[i] in ")]":
            depth += 1
        elif code[i] in "([":
            if depth > 0:
                depth -= 1
                continue
            name = re.search(r"(\w+)\s*$", code[:i])
            if code[i] == "(" and name and name.group(1) not in ("return", "if", "sizeof", "while", "for"):
                return name.group(1)
        elif code[i] in ";{}" and depth == 0:
            break
    field = re.search(r"\.(\w+)\s*=[^=,;{}]*$", code[:at])
    return "." + field.group(1) if field else ""


def is_for_people(text, call, is_cli):
    if SENTENCE.search(text) and not SQL.search(text):
        return True
    bare = re.sub(r"\{[a-z0-9]*\}|%[-0-9.*]*(?:ll|z)?[a-z]|\\.", " ", text).replace("banyan", " ")
    return is_cli and call in TELLING and bool(WORD.search(bare))


def main():
    files = sorted([*ROOT.glob("cli/*.[ch]"), *ROOT.glob("src/**/*.[ch]")])
    unmarked, literals = 0, 0
    for path in files:
        name = str(path.relative_to(ROOT))
        if name in OTHER_FILES:
            continue
        source = without_comments(path.read_text(encoding="utf-8"))
        source = MANUAL.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), source)
        code = without_strings(source)
        for match in LITERAL.finditer(source):
            text, call = match.group(1), call_of(code, match.start())
            literals += 1
            if call in MARKED or call in OTHER_CALLS or call in (".example", ".name") or text in OTHER_TEXTS:
                continue
            if is_for_people(text, call, name.startswith("cli/")):
                unmarked += 1
                print(f'{name}:{source.count(chr(10), 0, match.start()) + 1}: "{text}" in {call or "no call"}')
    print(f"{unmarked} of {literals} literals look like words for people and are not marked")
    sys.exit(1 if unmarked else 0)


if __name__ == "__main__":
    main()
