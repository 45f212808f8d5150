#!/usr/bin/env python3
"""Plays transcripts in the language "xx" of make_pseudo.py, and finds what people would be told in English all the same.

    pseudo_locale.py PROGRAM WORDS TRANSCRIPT...
    pseudo_locale.py --words PROGRAM

WORDS is a file of the words of commands, which the second form prints.

In "xx" every letter of a translated text is another one than in English. So an ASCII word that is told, and that is no
word of data (typed in the transcript, or a type, field, code or label), of a command or of an option, has no
translation. Turned back into English, an answer that later commands take an id from must be that of the transcript.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import make_pseudo
import run_transcripts

WORD = re.compile(r"[A-Za-z]{2,}")
# Names of rules, codes of countries and currencies, and what run_transcripts.py tells by its form.
NO_WORDS = re.compile(r"^ +[0-9A-Z]{1,6}$|^ *[a-z]+(?:-[a-z]+)+ |(?:[0-9A-Z]{6}-)+[0-9A-Z]*|\b[A-Z]{2,3}\b|\b[0-9a-f]{8}\b|" + "|".join(
    run_transcripts.PLACEHOLDERS[kind] for kind in ("id", "hex", "code", "recovery")))
BINDING = re.compile(r"<[a-z]+=[a-z]+>")
TYPES = make_pseudo.ROOT / "src" / "record"
# The program itself, what jansson says of broken JSON, SQLite of broken SQL, and forms of areas.
OUTSIDE = "banyan journalctl sqlite utf expected near end of file incomplete input syntax error Point Polygon MultiPolygon".split()


def words_of(value):
    """The words of a JSON document, keys and texts."""
    if isinstance(value, str):
        return set(WORD.findall(value))
    if isinstance(value, dict):
        return set().union(*(words_of(key) | words_of(item) for key, item in value.items()))
    return set().union(*map(words_of, value)) if isinstance(value, list) else set()


def words_of_data():
    files = [path for folder in ("types", "lists", "labels") for path in TYPES.glob(f"{folder}/*.json")]
    return set().union(*(words_of(json.loads(path.read_text(encoding="utf-8"))) for path in files))


def words_of_commands(program):
    """Names of commands and of their options."""
    names = subprocess.run([program, "help", "--words"], capture_output=True, text=True, check=True).stdout
    found = set(WORD.findall(names))
    for field in ("country", "languages"):
        labels = subprocess.run([program, "types", "org", field], capture_output=True, text=True, check=True).stdout
        found |= set(WORD.findall(labels))
    for name in names.splitlines():
        options = subprocess.run([program, "help", "--words", *name.split()], capture_output=True, text=True, check=True)
        found |= set(WORD.findall(options.stdout))
    return found


def is_for_people(command):
    return "banyan" in command and not re.search(r"--(json|lang|words|manual)\b|LANG|>|cat |^grep", command)


def play(program, path, known):
    """The number of lines with English in them, and of answers that are not those of the transcript."""
    bound, untranslated, others = {}, 0, 0
    room = pathlib.Path(tempfile.mkdtemp(prefix="banyan-pseudo-"))
    environment = {"PATH": f"{room}/bin:{os.environ['PATH']}", "HOME": str(room), "LANG": "xx.UTF-8", "TZ": "UTC",
                   "TRANSCRIPTS": str(path.parent.resolve())}
    os.mkdir(room / "bin")
    os.symlink(pathlib.Path(program).resolve(), room / "bin" / "banyan")
    steps = run_transcripts.read_steps(path)
    known = known | set(WORD.findall(" ".join(step.command for step in steps).replace("\\n", " ")))
    try:
        for step in steps:
            command = run_transcripts.USE.sub(lambda match: bound.get(match.group(1), match.group()), step.command)
            done = subprocess.run(["bash", "-c", command], cwd=room, env=environment, stdin=subprocess.DEVNULL,
                                  timeout=run_transcripts.COMMAND_SECONDS_MAX, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
            text = done.stdout.decode("utf-8", "backslashreplace").replace(str(room), "~")
            got = [line.rstrip() for line in text.rstrip("\n").split("\n")] if text else []
            for line in got if is_for_people(command) else []:
                english = [word for word in WORD.findall(NO_WORDS.sub("", line)) if word not in known]
                if english and not re.match(r" +banyan ", line):
                    untranslated += 1
                    print(f"{path}:{step.line_number}: $ {command}\n  {line}\n  in English: {' '.join(english)}")
            found = run_transcripts.fits(step.want, [make_pseudo.plain(line) for line in got], bound)
            if found is None and BINDING.search("\n".join(step.want)):
                others += 1
                print(f"{path}:{step.line_number}: $ {command}\n  otherwise than in the transcript:")
                print("".join(f"    {make_pseudo.plain(line)}\n" for line in got), end="")
            bound = found or bound
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return untranslated, others


def main():
    if sys.argv[1] == "--words":
        print("\n".join(sorted(words_of_commands(sys.argv[2]))))
        return
    program, words, paths = sys.argv[1], pathlib.Path(sys.argv[2]), [pathlib.Path(name) for name in sys.argv[3:]]
    known = words_of_data() | set(words.read_text(encoding="utf-8").split()) | set(OUTSIDE)
    untranslated, others = (sum(count) for count in zip(*(play(program, path, known) for path in paths)))
    print(f"{untranslated} lines with English in them, {others} answers otherwise than in the transcripts")
    sys.exit(1 if untranslated or others else 0)


if __name__ == "__main__":
    main()
