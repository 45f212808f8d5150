#!/usr/bin/env python3
"""Random records merged twice: by the rules' executable model, which knows neither forms nor transfers, and by merge_cases.

    merge_model.py MERGE_CASES MODEL_FOLDER [COUNT|long [SEED]]
"""
import json
import pathlib
import random
import subprocess
import sys
import types

from merge_oracle import (ACCEPT, ADD, COORDINATOR, DECLINE, DELETE, MEMBER, PATCH, PUT, READER, REMOVE, SET, UNSET,
                          Operation, lines_of)

FIELDS = {'name': 'mltext', 'note': 'text', 'more': 'text', 'tags': 'texts'}
HOW = {SET: 'set', UNSET: 'unset', ADD: 'add', REMOVE: 'remove'}
OP = {PUT: 'put', PATCH: 'patch', DELETE: 'delete', ACCEPT: 'accept', DECLINE: 'decline'}
ROLE = {READER: 1, MEMBER: 2, COORDINATOR: 3}
LANGUAGES = ['vi', 'en']


# ---- random cases ---------------------------------------------------------------------------------------------------

def past_of(made, parents):
    found, wait = set(), list(parents)
    while wait:
        p = wait.pop()
        if p in made and p not in found:
            found.add(p)
            wait += made[p].parents
    return found


def additions(made, past, element):
    """Every place where an operation of the past added the element."""
    return [(i, n) for i in sorted(past) for path, how, value, _ in made[i].touches
            if path == 'tags' and how in (SET, ADD) for n, x in enumerate(value) if x == element]


def random_touch(rnd, made, past, path):
    if path != 'tags':
        if rnd.random() < 0.2:
            return path, UNSET, None, []
        word = rnd.choice('abc')
        return path, SET, {la: word for la in LANGUAGES} if path == 'name' else word, []
    how = rnd.choice((SET, UNSET, ADD, ADD, REMOVE, REMOVE))
    if how == REMOVE:
        removed = additions(made, past, rnd.choice('abcd'))
        if removed:
            return path, how, None, removed
        how = ADD
    return path, how, None if how == UNSET else rnd.sample('abcd', rnd.randrange(1, 4)), []


def random_touches(rnd, made, past):
    """The whole of a name and one language of it are never touched at once."""
    paths = rnd.sample(['name.vi', 'name.en', 'note', 'more', 'tags'], rnd.randrange(1, 4))
    if rnd.random() < 0.2:
        paths = [p for p in paths if not p.startswith('name')] + ['name']
    return [random_touch(rnd, made, past, path) for path in paths]


def random_parents(rnd, made):
    seen = past_of(made, rnd.sample(sorted(made), rnd.randrange(0, min(4, len(made)) + 1)))
    seen |= set(rnd.sample(sorted(made), min(len(made), 1 + rnd.randrange(2))))
    seen |= past_of(made, seen)
    return [i for i in seen if not any(i in past_of(made, made[j].parents) for j in seen)]


def accepted(made, past, proposal):
    """The model knows elements, not additions: a removal that is accepted takes all that the acceptance knows of."""
    return [(path, how, value, [a for x in sorted({made[i].element_at(n) for i, n in removed})
                                for a in additions(made, past, x)]) for path, how, value, removed in proposal.touches]


def random_case(rnd):
    owner, uuid = rnd.randbytes(32), rnd.randbytes(16)
    authors = [(owner, MEMBER), (rnd.randbytes(32), COORDINATOR), (rnd.randbytes(32), MEMBER), (rnd.randbytes(32), READER)]
    made = {}
    for n in range(rnd.choice((3, 6, 10, 16))):
        organisation, role = authors[0] if n == 0 else rnd.choice(authors)
        op = PUT if n == 0 else rnd.choices((PUT, PATCH, DELETE, ACCEPT, DECLINE), (1, 20, 3, 5, 2))[0]
        parents = [] if op == PUT else random_parents(rnd, made)
        past = past_of(made, parents)
        targets, touches = [], []
        if op in (PUT, PATCH):
            touches = [t for t in random_touches(rnd, made, past) if op == PATCH or t[1] in (SET, ADD)]
        if op in (ACCEPT, DECLINE):
            # an acceptance has a copy of the values, and of one deletion none
            wanted = [i for i in past if made[i].op in (PATCH, DELETE)]
            if not wanted:
                continue
            targets = [rnd.choice(sorted(wanted))]
            touches = accepted(made, past, made[targets[0]]) if op == ACCEPT else []
        made_now = Operation(rnd, organisation, role, op, 'site' if op == PUT else '', parents, targets, touches)
        made[made_now.id] = made_now
    held = [o for o in made.values() if rnd.random() < 0.93]
    rnd.shuffle(held)
    return owner, uuid, {'site': [1, rnd.random() < 0.3, FIELDS]}, held, None


# ---- the model's answer ---------------------------------------------------------------------------------------------

def fields_of(made, operation):
    """As the model has them: a removal by the element that is gone."""
    for path, how, value, removed in operation.touches:
        if how == REMOVE:
            elements = {made[i].element_at(n) for i, n in removed if i in made}
            yield from (('remove', path, x) for x in sorted(elements))
        elif path == 'tags':
            yield HOW[how], path, None if value is None else tuple(value)
        else:
            yield HOW[how], path, value['vi'] if path == 'name' and value is not None else value


def element_at(operation, index):
    return next(value[index] for path, how, value, _ in operation.touches if path == 'tags' and how in (SET, ADD))


Operation.element_at = element_at


def expected(model, owner, kinds, operations, all_operations):
    logs = {(o.organisation, o.role): types.SimpleNamespace(org=o.organisation, role=ROLE[o.role]) for o in operations}
    charter = types.SimpleNamespace(types={'open': kinds['site'][1]}, logs=logs, erased=set())
    ops = {o.id: types.SimpleNamespace(id=o.id, par=tuple(o.parents), log=(o.organisation, o.role),
                                       d={'op': OP[o.op], 'f': tuple(fields_of(all_operations, o)),
                                          'ids': tuple(o.targets)}) for o in operations}
    return model.merge((owner, ''), ops, charter, model.MENDED)


def counts(merged, owner, operation):
    if operation.id in merged['proposals'] or operation.op == PUT and operation.organisation != owner:
        return False
    return operation.op != ACCEPT or operation.organisation == owner or operation.role == COORDINATOR


def same(answer, merged, owner, operations):
    """The model counts a decline among the heads, keeps a text in all languages as a path of its own, and does not see that
    an acceptance without values deletes, unless the deletion itself is held."""
    held = {o.id for o in operations}
    differ = [o for o in operations if o.op == DECLINE or o.op == ACCEPT and not held.issuperset(o.targets)]
    touched = {path for o in operations if counts(merged, owner, o) for path, _, _, _ in o.touches}
    ours = {p[0]: p for p in answer['paths']}
    for path in touched - {'name'}:
        wanted = merged['doc'].get(path, [])
        if path == 'tags':
            got = ours[path][1][0][0] if path in ours else []
        else:
            got = sorted('unset' if v is None else repr(v) for v, _ in ours[path][1]) if path in ours else []
        if got != wanted:
            return False
    if answer['proposals'] != [[i.hex(), state] for i, state in merged['proposals'].items()]:
        return False
    if differ:
        return True
    return answer['deleted'] == merged['deleted'] and answer['heads'] == [i.hex() for i in merged['heads']]


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
    wrong, conflicts, closed = [], 0, 0
    for start in range(first, first + count, 1000):
        seeds = range(start, min(start + 1000, first + count))
        cases = [random_case(random.Random(seed)) for seed in seeds]
        answers = subprocess.run([program], input=''.join(line + '\n' for case in cases for line in lines_of(*case)),
                                 capture_output=True, text=True, check=True).stdout.splitlines()
        for seed, (owner, _, kinds, held, _), line in zip(seeds, cases, answers):
            answer = json.loads(line)
            if answer['type'] == '':
                continue                        # the model merges what nobody has put, too
            # what a removal took away may not be held
            merged = expected(model, owner, kinds, held, {o.id: o for o in held})
            conflicts += any(len(v) > 1 for p, v in merged['doc'].items() if p != 'tags')
            closed += any(state != 'open' for state in merged['proposals'].values())
            if not same(answer, merged, owner, held):
                wrong.append(seed)
    print(f'{count} records, {conflicts} in conflict, {closed} with decided proposals, {len(wrong)} merged otherwise'
          + (f', first seed {wrong[0]}' if wrong else ''))
    return 1 if wrong or not conflicts or not closed else 0


if __name__ == '__main__':
    sys.exit(main())
