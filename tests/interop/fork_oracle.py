#!/usr/bin/env python3
"""Random forked logs counted twice: by the rules' executable model, and by fork_cases.

    fork_oracle.py FORK_CASES MODEL_FOLDER [COUNT|long [SEED]]
"""
import pathlib
import random
import subprocess
import sys


def tree(model, seed):
    """A log that is forked here and there, wide or deep, with gaps, in random order."""
    draw = random.Random(seed)
    reach, width = draw.choice([1, 2, 8]), draw.choice([0, 1, 3])
    entries = []
    for number in range(draw.randrange(1, 60)):
        near = entries[-reach:] + entries[:width] + ([None] if draw.random() < 0.1 else [])
        prev = draw.choice(near) if entries else None
        entries.append(model.E('device', 'log', prev.seq + 1 if prev else 0, prev and prev.id, 'op',
                               d={'n': number, 'seed': seed}))
    held = [entry for entry in entries if draw.random() < draw.choice([0.9, 1])]
    draw.shuffle(held)
    return held


def lines(entries):
    for entry in entries:
        yield f'entry {entry.id} {entry.prev or "00"} {entry.seq:x}\n'
    yield 'end\n'


def expected(model, entries):
    plain_log = model.S(repair=None, cuts=[])
    held = {entry.id: entry for entry in entries}
    counting = model.counting(held, plain_log, model.MENDED)
    return [i.ljust(64, '0') for i in sorted(counting, key=lambda i: (held[i].seq, i))]


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    amount = sys.argv[3] if len(sys.argv) > 3 else '3000'
    count = 100000 if amount == 'long' else int(amount)
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    if not (folder / 'model.py').exists():
        print(f'skipped: no model in {folder}')
        return 77
    sys.path.insert(0, str(folder))
    import model
    trees = [tree(model, seed) for seed in range(first, first + count)]
    answer = subprocess.run([program], input=''.join(line for entries in trees for line in lines(entries)),
                            capture_output=True, text=True, check=True).stdout.splitlines()
    wrong = [first + i for i, entries in enumerate(trees) if answer[i].split() != expected(model, entries)]
    forked = sum(len({entry.prev for entry in entries}) < len(entries) for entries in trees)
    print(f'{count} logs, {forked} forked, {len(wrong)} counted otherwise' + (f', first seed {wrong[0]}' if wrong else ''))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
