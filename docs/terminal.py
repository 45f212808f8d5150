#!/usr/bin/env python3
"""Draws docs/terminal.svg, the picture in the README, from what the program answers in the demonstration's homes:

    ./examples/demo.sh && docs/terminal.py
"""
import html
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "build/release/cli/banyan"
SESSION = [
    ("vietnam", ["list", "site"]),
    ("laos", ["search", "kampong"]),
    ("vietnam", ["members"]),
    ("laos", ["fingerprint"]),
]
LINE, CHAR, LEFT, TOP = 19, 8.43, 18, 52


def answer(office, words):
    command = [str(PROGRAM), "--home", str(ROOT / "build/demo" / office), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.rstrip("\n").split("\n")


def main():
    lines = []
    for office, words in SESSION:
        shown = " ".join(f"'{w}'" if " " in w else w for w in words)
        lines.append([("#8bd5a0", f"{office} $ "), ("#ffffff", f"banyan {shown}")])
        lines += [[("#d6dde4", text)] for text in answer(office, words)]
        lines.append([])
    lines.pop()
    columns = max(sum(len(t) for _, t in line) for line in lines)
    width, height = int(LEFT * 2 + columns * CHAR), TOP + LINE * len(lines) + 10
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
           f'<rect width="{width}" height="{height}" rx="9" fill="#1d2630"/>']
    out += [f'<circle cx="{24 + 20 * i}" cy="20" r="6" fill="{c}"/>' for i, c in enumerate(("#e0685e", "#e6b450", "#6fbf73"))]
    out.append('<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">')
    for number, line in enumerate(lines):
        spans = "".join(f'<tspan fill="{colour}">{html.escape(text)}</tspan>' for colour, text in line)
        out.append(f'<text x="{LEFT}" y="{TOP + number * LINE}">{spans}</text>')
    out.append("</g></svg>\n")
    (ROOT / "docs/terminal.svg").write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    main()
