#!/usr/bin/env python3
"""Codes that are shown: typing two groups back at a terminal, in every language; QR codes, as another program reads them.

    codes.py PROGRAM PO-FOLDER
"""
import ast
import pathlib
import re
import shutil
import subprocess
import sys

from office import PROGRAM, play
from terminal import Terminal

PO = pathlib.Path(sys.argv[2])
RECOVERY = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{7}(?:-[0-9A-Z]{7}){7}(?![0-9A-Z])")
INIT = ("init", "--network", "N", "--org", "Beta", "--country", "VNM", "--kind", "ngo")
QUESTION = "\nType group {} and group {} of your note (Enter to skip): "
RIGHT = "Your note is right."
WRONG = "That is not what stands above: look at your note again."
UNCHECKED = "Your note was not checked: compare it with the code above now."


def translated(language, english):
    """The text in a po file, without the line feeds around it."""
    if language == "en":
        return english.strip("\n")
    for entry in (PO / f"{language}.po").read_text(encoding="utf-8").split("\n\n"):
        texts = {}
        for name, lines in re.findall(r'^(msgid|msgstr) ((?:".*"\n?)+)', entry, re.M):
            texts[name] = "".join(ast.literal_eval(line) for line in lines.strip().split("\n"))
        if texts.get("msgid", "").strip("\n") == english.strip("\n"):
            return texts["msgstr"].strip("\n")
    raise AssertionError(f"{language} has no {english!r}")


def asked(terminal, language):
    """The groups of the code on the screen that are asked for, once they are."""
    begin, middle, end = translated(language, QUESTION).split("{}")
    if not hasattr(terminal, "code"):
        terminal.wait_for(begin)
        terminal.code = RECOVERY.search(terminal.shown).group().split("-")
    else:
        terminal.wait_for(begin)
    numbers = terminal.wait_for(end.rstrip()).split(middle)
    return [terminal.code[int(re.search(r"\d", number).group()) - 1] for number in numbers]


def begin(office, language, *words):
    office.environment["BANYAN_HOME"] = str(office.room / "beta")
    office.environment["BANYAN_LANG"] = language
    return office.terminal(*INIT, *words)


def two_groups_are_typed_back_in(language):
    def test(office):
        with begin(office, language) as terminal:
            first, second = asked(terminal, language)
            assert not terminal.hides_typing()
            terminal.type(f"{second} {first}\n")
            terminal.wait_for(translated(language, WRONG))
            assert asked(terminal, language) == [first, second], "the same groups are asked for again"
            terminal.type(f" {first.lower()}-{second.lower()} \n")
            terminal.wait_for(translated(language, RIGHT))
            assert terminal.end()[1] == 0, terminal.shown
        office.run("status")
    test.__name__ = f"two_groups_are_typed_back_in_{language}"
    return test


def places_in_memory(pid, text):
    """Of the ordinary and of the locked memory of a process: how often the text lies there. None where nobody may look."""
    found = {False: 0, True: 0}
    try:
        maps = pathlib.Path(f"/proc/{pid}/smaps").read_text()
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for area in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", maps):
                start, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", area).groups()
                if "w" not in rights or "[v" in area.split("\n")[0]:
                    continue
                if int(end, 16) - int(start, 16) > 1 << 32:
                    return None  # a sanitizer's, which keeps what was freed
                memory.seek(int(start, 16))
                is_locked = " lo" in area[area.index("VmFlags:"):]
                found[is_locked] += memory.read(int(end, 16) - int(start, 16)).count(text.encode())
    except PermissionError:
        return None
    return found


def the_code_lies_in_locked_memory_alone_while_the_note_is_checked(office):
    for words in (INIT, ("key", "rotate", "--recovery", office.file("code", office.recovery))):
        if words is not INIT:
            office.environment["BANYAN_HOME"] = str(office.home)
        with begin(office, "en") if words is INIT else office.terminal(*words) as terminal:
            asked(terminal, "en")
            found = places_in_memory(terminal.pid, "-".join(terminal.code))
            if found is None:
                print("nobody may look into the memory of a process here")
            else:
                assert found[False] == 0 and found[True] > 0, f"{words[0]}: in ordinary and locked memory: {found}"
            terminal.type("\n")
            assert terminal.end()[1] == 0, terminal.shown


def a_code_that_is_read_lies_in_locked_memory_alone(office):
    old = office.recovery
    ways = {"from a file": ("--recovery", office.file("old", old + "\n")), "typed": ()}
    for way, words in ways.items():
        with office.terminal("key", "rotate", *words) as terminal:
            if not words:
                terminal.wait_for("Recovery code of your organisation: ")
                terminal.wait_until_hidden()
                terminal.type(old + "\n")
            groups = asked(terminal, "en")
            found = places_in_memory(terminal.pid, old)
            assert found is None or (found[False] == 0 and found[True] > 0), f"{way}: in ordinary and locked memory: {found}"
            terminal.type("\n")
            assert terminal.end()[1] == 0 and len(groups) == 2, terminal.shown
        old = "-".join(terminal.code)


def a_file_with_a_code_that_others_can_read_is_refused(office):
    path = office.file("code", office.recovery + "\n", 0o640)
    commands = (("key", "rotate"), ("device", "revoke", "X"), ("key", "recover", "b.banyan"),
                ("--home", "new", "backup", "check", "b.backup"), ("--home", "new", "backup", "restore", "b.backup"))
    for words in commands:
        said = office.run(*words, "--recovery", path, code=5)
        assert said == f"banyan: other users can read {path}, which holds a secret: run chmod 600 on it\n", said
    with open(path, encoding="utf-8") as file:
        assert "other users can read standard input" in office.run("key", "rotate", "--recovery", "-", stdin=file, code=5)
    pathlib.Path(path).chmod(0o600)
    office.run("key", "rotate", "--recovery", path, "--recovery-out", "next")


def after_three_wrong_ones_it_says_that_the_note_was_not_checked(office):
    with begin(office, "en") as terminal:
        for _ in range(3):
            groups = asked(terminal, "en")
            terminal.type("no idea\n")
            terminal.wait_for(WRONG)
        terminal.wait_for(UNCHECKED)
        assert terminal.end()[1] == 0 and len(groups) == 2
    office.run("status")


def enter_skips_it(office):
    with begin(office, "en") as terminal:
        asked(terminal, "en")
        terminal.type("\n")
        terminal.wait_for(UNCHECKED)
        assert terminal.end()[1] == 0
    office.run("status")


def whoever_ends_it_there_has_a_home_and_its_code(office):
    """The home was made before the code was shown: nothing is half made, and what was shown is the code."""
    with begin(office, "en") as terminal:
        asked(terminal, "en")
        terminal.type("\x03")
        assert terminal.end()[1] == -2, terminal.shown
        code = "-".join(terminal.code)
    office.run("add", "site", "name.en=A", "country=VNM", "site_type=candidate")
    said = office.run(*INIT, code=2)
    assert "there is a home in" in said, said
    # and the code is the one of this organisation
    office.run("key", "rotate", "--recovery", office.file("code", code), "--recovery-out", "new-code", "--quiet")
    office.run("key", "rotate", "--recovery", office.file("code", code), "--recovery-out", "newer", "--quiet", code=3)


def ctrl_c_while_a_code_is_typed_leaves_the_terminal_as_it_was(office):
    with office.terminal("key", "rotate") as terminal:
        terminal.wait_for("Recovery code of your organisation: ")
        terminal.wait_until_hidden()
        terminal.type("\x03")
        assert terminal.end()[1] == -2, terminal.shown
        assert not terminal.hides_typing()
    office.run("key", "rotate", "--lost", "--recovery-out", "code", "--quiet")


# -- QR --

def picture_of(lines):
    """Half blocks as a grey picture, eight pixels to a module."""
    rows = []
    for line in lines:
        upper = bytes(255 if letter in "█▀" else 0 for letter in line)
        lower = bytes(255 if letter in "█▄" else 0 for letter in line)
        rows += [upper, lower]
    size = 8
    wide = [b"".join(bytes([pixel]) * size for pixel in row) for row in rows for _ in range(size)]
    return b"P5 %d %d 255\n" % (len(wide[0]), len(wide)) + b"".join(wide)


def read_qr(office, shown):
    lines = [line for line in shown.split("\n") if line and set(line) <= set("█▀▄ ") and "█" in line]
    assert lines, shown
    path = office.room / "code.pgm"
    path.write_bytes(picture_of(lines))
    done = subprocess.run(["zbarimg", "--quiet", "--raw", str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"zbarimg: {done.stderr}{shown}"
    return done.stdout.strip()


def another_program_reads_the_codes_that_are_drawn(office):
    office.environment["BANYAN_HOME"] = str(office.room / "beta")
    shown = office.run(*INIT, "--qr")
    assert read_qr(office, shown) == RECOVERY.search(shown).group()
    shown = office.run("invite", "--for", "Gamma", "--address", "hub.example.org:7417", "--address", "192.0.2.7:7417", "--qr")
    read = read_qr(office, shown)
    assert read.startswith("BANYAN-"), read
    office.environment["BANYAN_HOME"] = str(office.room / "gamma")
    shown = office.run("join", read, "--org", "Gamma", "--country", "KHM", "--kind", "ngo", "--qr")
    assert read_qr(office, shown) == RECOVERY.search(shown).group()
    code = office.file("code", RECOVERY.search(shown).group())
    office.environment["BANYAN_HOME"] = str(office.room / "beta")
    shown = office.run("key", "rotate", "--lost", "--qr")
    assert read_qr(office, shown) == RECOVERY.search(shown).group() != pathlib.Path(code).read_text(encoding="utf-8")


def at_a_terminal_it_is_drawn_dark_on_light_where_there_is_room(office):
    office.environment["TERM"] = "xterm"
    with begin(office, "en", "--qr") as terminal:
        asked(terminal, "en")
        terminal.type("\n")
        terminal.end()
        plain = re.sub(r"\x1b\[[0-9;]*m", "", terminal.shown)
        assert "\x1b[97;40m" in terminal.shown
        assert read_qr(office, plain) == "-".join(terminal.code)


def a_terminal_that_cannot_show_it_is_told_so(office):
    office.environment["BANYAN_HOME"] = str(office.room / "beta")
    with Terminal([PROGRAM, *INIT, "--qr"], office.room, {**office.environment, "LC_ALL": "C"}) as terminal:
        asked(terminal, "en")
        terminal.type("\n")
        assert terminal.end()[1] == 0
        assert "does not show UTF-8" in terminal.shown and "█" not in terminal.shown
    office.environment["BANYAN_HOME"] = str(office.room / "gamma")
    with Terminal([PROGRAM, *INIT, "--qr"], office.room, office.environment, columns=40) as terminal:
        terminal.wait_for("Type group")
        terminal.type("\n")
        assert terminal.end()[1] == 0
        assert "too narrow for the QR code" in terminal.shown.replace("\n", " ") and "█" not in terminal.shown, terminal.shown


DIALOGUE = [
    *[two_groups_are_typed_back_in(language) for language in ("en", "vi", "ru")],
    the_code_lies_in_locked_memory_alone_while_the_note_is_checked,
    a_code_that_is_read_lies_in_locked_memory_alone,
    a_file_with_a_code_that_others_can_read_is_refused,
    after_three_wrong_ones_it_says_that_the_note_was_not_checked,
    enter_skips_it,
    whoever_ends_it_there_has_a_home_and_its_code,
    ctrl_c_while_a_code_is_typed_leaves_the_terminal_as_it_was,
    a_terminal_that_cannot_show_it_is_told_so,
]
READ_BY_ZBAR = [another_program_reads_the_codes_that_are_drawn, at_a_terminal_it_is_drawn_dark_on_light_where_there_is_room]

if __name__ == "__main__":
    has_reader = shutil.which("zbarimg") is not None
    if not has_reader:
        print("skipped what needs zbarimg")
    play(DIALOGUE + (READ_BY_ZBAR if has_reader else []), "banyan-codes-")
