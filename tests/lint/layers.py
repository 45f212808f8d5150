#!/usr/bin/env python3
"""The layers hold: reads every #include line and the library headers each folder may name.

Prints one line per breach (file:line, what it includes, why not) and ends with 1 if there is any.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What the use cases may include, each with what its row adds.
CORE = {"base", "codec", "crypto", "log", "member", "record", "sync", "os", "store", "view", "exchange", "banyan"}

# What each layer may include of the others, itself always. `banyan` is include/banyan.
MAY = {
    "base": {"banyan"},
    "codec": {"base", "banyan"},
    "crypto": {"base", "banyan"},
    "log": {"base", "codec", "crypto", "banyan"},
    "member": {"base", "codec", "crypto", "log", "banyan"},
    "record": {"base", "codec", "crypto", "log", "member", "banyan"},
    "sync": {"base", "codec", "crypto", "log", "member", "record", "banyan"},
    "os": {"base", "banyan"},
    "store": {"base", "codec", "crypto", "log", "member", "record", "os", "banyan"},
    "view": {"base", "codec", "crypto", "log", "member", "record", "os", "store", "banyan"},
    "exchange": {"base", "codec", "crypto", "record", "os", "banyan"},
    "core": CORE,
    "export": CORE | {"core"},
    "import": CORE | {"core", "export"},
    "bundle": CORE | {"core"},
    "live": CORE | {"core"},
    "admin": CORE | {"core", "bundle", "live"},
    "backup": CORE | {"core", "bundle", "admin"},
    "trust": CORE | {"core", "live"},
    "report": CORE | {"core", "live", "admin"},
    "net": {"base", "crypto", "member", "sync", "os", "store", "core", "live", "admin", "trust", "report", "banyan"},
    "api": {"base", "codec", "member", "record", "core", "import", "export", "bundle", "live", "admin", "backup", "trust", "report", "net", "os", "banyan"},
}
PURE = ("base", "codec", "crypto", "log", "member", "record", "sync")

# Library headers and the only folders that may name them.
LIBRARY = [
    (re.compile(r"utf8proc\.h"), {"base"}),
    (re.compile(r"msgpack|zstd|jansson"), {"codec"}),
    (re.compile(r"sodium"), {"crypto"}),
    (re.compile(r"lmdb\.h"), {"store"}),
    (re.compile(r"sqlite3\.h"), {"view"}),
    (re.compile(r"^csv\.h|iconv\.h|^zip\.h|expat\.h|xlsxwriter\.h"), {"exchange"}),
    (re.compile(r"^geodesic\.h"), {"record"}),
    (re.compile(r"uv\.h"), {"net"}),
    (re.compile(r"qrencode\.h"), set()),
]
# Standard headers that a pure layer may name.
PURE_STANDARD = {"assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "math.h", "stdarg.h", "stdbool.h",
                 "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}
CLI_LIBRARY = re.compile(r"jansson\.h|qrencode\.h")
# Calls that draw randomness inside: poison cannot see them, since the headers that pure layers need declare them.
DRAWS = re.compile(r"\b(crypto_sign_keypair|crypto_box_keypair|crypto_box_seal|crypto_kx_keypair|\w+_keygen|\w+_init_push)"
                   r"\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def breaches_in_source(path, layer):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if layer in PURE and DRAWS.search(line):
            yield f"{path.relative_to(ROOT)}:{number}: {DRAWS.search(line).group(1)} draws randomness; take a seed"
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        where = f"{path.relative_to(ROOT)}:{number}: includes {name}"
        if quote == '"':
            if name.startswith("."):
                yield f"{where}: name headers from the root of src, as in \"base/bytes.h\""
                continue
            target = name.split("/")[0]
            if target != layer and target not in MAY[layer]:
                yield f"{where}: {layer} may not use {target}"
            continue
        for library, folders in LIBRARY:
            if library.search(name) and layer not in folders:
                yield f"{where}: only src/{' and src/'.join(sorted(folders))} may"
        is_library = any(library.search(name) for library, _ in LIBRARY)
        if layer in PURE and not is_library and name not in PURE_STANDARD:
            # pure.h is what admits the one impure header that a library drags in
            if path.name != "pure.h":
                yield f"{where}: {layer} is pure"


def breaches_outside(folder, pattern):
    for path in sorted((ROOT / folder).rglob("*.[ch]")):
        own = {p.name for p in path.parent.glob("*.h")}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quote, name = match.groups()
            where = f"{path.relative_to(ROOT)}:{number}: includes {name}"
            if quote == '"' and not name.startswith("banyan/") and name not in own:
                yield f"{where}: {folder} uses include/banyan only"
            if quote == "<" and any(library.search(name) for library, _ in LIBRARY) and not pattern.search(name):
                yield f"{where}: {folder} uses include/banyan only"


def main():
    found = []
    for layer_path in sorted((ROOT / "src").iterdir()):
        if not layer_path.is_dir():
            continue
        if layer_path.name not in MAY:
            found.append(f"src/{layer_path.name}: a layer that tests/lint/layers.py does not know")
            continue
        for path in sorted(layer_path.rglob("*.[ch]")):
            found.extend(breaches_in_source(path, layer_path.name))
    found.extend(breaches_outside("cli", CLI_LIBRARY))
    found.extend(breaches_outside("examples", CLI_LIBRARY))
    for path in sorted((ROOT / "include").rglob("*.h")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if match and match.group(1) == '"' and not match.group(2).startswith("banyan/"):
                found.append(f"{path.relative_to(ROOT)}:{number}: public headers include public headers only")
    print("\n".join(found) if found else "layers hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
