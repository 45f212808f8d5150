#!/usr/bin/env python3
"""Translations keep what msgfmt does not compare: translations.py

Places "{}" and styles "{bold}" of what say() writes, names of commands and options, and the space at both ends of a part.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LANGUAGES = [line for line in (ROOT / "po/LINGUAS").read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
ESCAPES = {"n": "\n", "t": "\t"}


def unescape(text):
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match.group(1), match.group(1)), text)


def entries(path):
    """(text, [its translations]) of each entry, joined to one line each by msgcat."""
    lines = subprocess.run(["msgcat", "--no-wrap", path], capture_output=True, encoding="utf-8", check=True).stdout
    for block in lines.split("\n\n"):
        texts = {}
        for line in block.splitlines():
            head = re.match(r'(msg\w+(?:\[\d\])?) "', line)
            if head:
                key = head.group(1)
                texts[key] = ""
            if re.search(r'^(?:msg\S+ )?"', line):
                texts[key] += unescape(line[line.index('"') + 1:-1])
        if texts.get("msgid"):
            yield texts["msgid"], [text for key, text in texts.items() if key.startswith("msgstr") and text]


def places(text):
    """Which of the texts are shown, and the styles, each as often as it comes."""
    found = re.findall(r"\{(\w*)\}", text)
    names = iter(range(1, 10))
    shown = {str(next(names)) if name == "" else name for name in found if name == "" or name.isdigit()}
    return shown, sorted(name for name in found if name.isalpha())


def typed(text):
    """Commands and options; their example values may be others in another language."""
    return (set(re.findall(r"(?<!no )\bbanyan ([a-z]+(?:-[a-z]+)*)\b", text)),
            set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)))


def faults_of(text, translation):
    if places(text) != places(translation):
        yield "the places in braces differ"
    commands, options = typed(text)
    known, _ = typed(translation)
    if options - typed(translation)[1]:
        yield "lacks " + ", ".join(sorted(options - typed(translation)[1]))
    lost = {name for name in commands - known if name in COMMANDS}
    if lost:
        yield "lacks banyan " + ", banyan ".join(sorted(lost))
    if (text[:1] == " ") != (translation[:1] == " ") or (text[-1:] == " ") != (translation[-1:] == " "):
        yield "the space at an end differs"


COMMANDS = {match.split()[0].replace("_", "-") for match in
            re.findall(r'\.name = "([a-z -]+)"', "\n".join(path.read_text(encoding="utf-8")
                                                          for path in ROOT.glob("cli/cmd_*.c")))}


def main():
    count = faults = 0
    for language in LANGUAGES:
        for text, translations in entries(ROOT / "po" / f"{language}.po"):
            for translation in translations:
                count += 1
                for fault in faults_of(text, translation):
                    faults += 1
                    print(f"{language}.po: {fault}:\n  {text!r}\n  {translation!r}")
    print(f"{count} translations, {faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
