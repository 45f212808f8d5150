#!/usr/bin/env python3
"""Write the catalogues of banyan with one more language, "xx": English whose letters are others.

    make_pseudo.py OUTPUT.c LANGUAGE.mo ...

Every A to Z of a marked text becomes the sans-serif letter that Unicode keeps for formulas: it is as wide, it is no
ASCII letter, and it can be turned back. So whatever is told in ASCII letters in this language has not been translated.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SANS = {ord(a) + i: base + i for a, base in (("A", 0x1D5A0), ("a", 0x1D5BA)) for i in range(26)}
PLACES = re.compile(r"\{[a-z0-9]*\}|%(?:\d+\$)?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j|t)?[diouxXeEfgGcsp%]")


def pseudo(text):
    """The text in other letters, its places for names and numbers as they are."""
    parts, at = [], 0
    for place in PLACES.finditer(text):
        parts += [text[at:place.start()].translate(SANS), place.group()]
        at = place.end()
    return "".join(parts) + text[at:].translate(SANS)


def plain(text):
    """The English again."""
    return text.translate({other: letter for letter, other in SANS.items()})


def main():
    output, catalogues = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as work:
        template, po = pathlib.Path(work, "xx.pot"), pathlib.Path(work, "xx.po")
        subprocess.run([ROOT / "po/update.sh", "--template", template], check=True)
        # msgen gives every text itself as its translation
        english = subprocess.run(["msgen", "--lang=en", "--no-wrap", template], check=True, capture_output=True).stdout
        english = english.decode("utf-8").replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)")
        lines = english.splitlines()
        of_text, after_header = False, False
        for i, line in enumerate(lines):
            of_text = line.startswith("msgstr") or (of_text and line.startswith('"'))
            after_header = after_header or line == ""
            if of_text and after_header:
                head, text = re.fullmatch(r'(msgstr(?:\[\d\])? |)"(.*)"', line).groups()
                # escapes such as \n are no letters
                pieces = re.split(r"(\\.)", text)
                lines[i] = head + '"' + "".join(p if p.startswith("\\") else pseudo(p) for p in pieces) + '"'
        po.write_text("\n".join(lines) + "\n", encoding="utf-8")
        compiled = pathlib.Path(work, "xx.mo")
        subprocess.run(["msgfmt", "--check-format", "--endianness=little", f"--output-file={compiled}", po], check=True)
        subprocess.run([sys.executable, ROOT / "po/compile_catalogues.py", output, *catalogues, compiled], check=True)


if __name__ == "__main__":
    main()
