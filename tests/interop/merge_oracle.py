#!/usr/bin/env python3
"""Random records merged twice: by the slow, obvious reading of the rules here, and by merge_cases.

    merge_oracle.py MERGE_CASES [COUNT|long [SEED]]

The rules are those of src/record/merge.h and operation.h, written anew with sets and loops and no thought of cost. Links and
payloads are encoded here too, so the forms of docs/protocol.md are read by the program as another one wrote them.
"""
import json
import random
import struct
import subprocess
import sys

PUT, PATCH, DELETE, ACCEPT, DECLINE, TRANSFER = range(6)
SET, UNSET, ADD, REMOVE = range(4)
READER, MEMBER, COORDINATOR = 1, 3, 4


# ---- canonical MessagePack ------------------------------------------------------------------------------------------

def head(size, small, small_max, wide):
    if size <= small_max:
        return bytes([small | size])
    for code, form, limit in wide:
        if size < limit:
            return bytes([code]) + struct.pack(form, size)
    raise ValueError(size)


def pack(value):
    if value is None:
        return b'\xc0'
    if isinstance(value, bool):
        return b'\xc3' if value else b'\xc2'
    if isinstance(value, int):
        if value < 0:
            if value >= -32:
                return struct.pack('b', value)
            for code, form, low in ((0xd0, 'b', -2**7), (0xd1, '>h', -2**15), (0xd2, '>i', -2**31), (0xd3, '>q', -2**63)):
                if value >= low:
                    return bytes([code]) + struct.pack(form, value)
        return head(value, 0, 127, ((0xcc, 'B', 2**8), (0xcd, '>H', 2**16), (0xce, '>I', 2**32), (0xcf, '>Q', 2**64)))
    if isinstance(value, float):
        return b'\xcb' + struct.pack('>d', value)
    if isinstance(value, str):
        raw = value.encode()
        return head(len(raw), 0xa0, 31, ((0xd9, 'B', 2**8), (0xda, '>H', 2**16))) + raw
    if isinstance(value, bytes):
        return head(len(value), 0, -1, ((0xc4, 'B', 2**8), (0xc5, '>H', 2**16))) + value
    if isinstance(value, list):
        return head(len(value), 0x90, 15, ((0xdc, '>H', 2**16),)) + b''.join(map(pack, value))
    pairs = sorted((key.encode(), item) for key, item in value.items())
    return head(len(pairs), 0x80, 15, ((0xde, '>H', 2**16),)) + b''.join(pack(k.decode()) + pack(v) for k, v in pairs)


# ---- an operation ---------------------------------------------------------------------------------------------------

class Operation:
    """touches: [path, how, value, removed]; removed is a list of (operation id, index)."""

    def __init__(self, rnd, organisation, role, op, kind='', parents=(), targets=(), touches=()):
        self.id, self.hlc = rnd.randbytes(32), rnd.randrange(1, 40)
        self.organisation, self.role, self.op, self.type = organisation, role, op, kind
        self.parents, self.targets = sorted(set(parents)), sorted(set(targets))
        self.touches = sorted(touches, key=lambda t: (t[0].encode(), t[1]))
        self.spoiled, self.remarks = False, None

    def links(self, owner, uuid):
        touches = [[path, how] + ([[list(r) for r in sorted(set(removed))]] if how == REMOVE else [])
                   for path, how, _, removed in self.touches]
        return pack([owner, uuid, self.op, self.type, self.parents, self.targets, touches])

    def payload(self):
        values = [value for _, _, value, _ in self.touches]
        return pack(values + [None] if self.spoiled else values if self.remarks is None else values + [self.remarks])

    def is_one(self):
        """The rules that look at the operation alone."""
        paths = [path for path, _, _, _ in self.touches]
        for path, how, value, _ in self.touches:
            hows = {h for p, h, _, _ in self.touches if p == path}
            if len(hows) > 1 and hows != {ADD, REMOVE}:
                return False
            if how == SET and value is None or how in (UNSET, REMOVE) and value is not None:
                return False
            if how == ADD and not (isinstance(value, list) and value):
                return False
            if self.op == PUT and how not in (SET, ADD):
                return False
        if self.spoiled or any(not good_path(p) for p in paths) or not good_remarks(self.remarks):
            return False
        if self.op == PUT:
            return not self.parents
        return {PATCH: bool(self.touches), DELETE: not self.touches, ACCEPT: True,
                DECLINE: not self.touches, TRANSFER: not self.touches}[self.op]


def good_remarks(remarks):
    def is_line(text, most):
        return isinstance(text, str) and 0 < len(text.encode()) <= most and '\n' not in text
    return remarks is None or isinstance(remarks, dict) and is_line(remarks.get('person', 'x'), 128)


def good_path(path):
    field, dot, language = path.partition('.')
    return bool(field) and set(field) <= set('abcdefghijklmnopqrstuvwxyz0123456789_-') and \
        (not dot or 2 <= len(language) <= 3 and language.isalpha())


# ---- forms ----------------------------------------------------------------------------------------------------------

def is_text(v):
    return isinstance(v, str) and v != ''


def is_decimal(v):
    if not isinstance(v, str) or len(v) > 40:
        return False
    whole, dot, part = v.removeprefix('-').partition('.')
    return whole.isdigit() and (whole == '0' or whole[0] != '0') and (not dot or part.isdigit())


def has_form(kind, v):
    if kind == 'text':
        return is_text(v)
    if kind == 'mltext':
        return isinstance(v, dict) and v != {} and all(good_path('a.' + k) and is_text(t) for k, t in v.items())
    if kind == 'texts':
        return isinstance(v, list) and all(map(is_text, v))
    if kind == 'number':
        return is_decimal(v)
    if kind == 'integer':
        return isinstance(v, int) and not isinstance(v, bool)
    if kind == 'quantity':
        return isinstance(v, dict) and set(v) == {'unit', 'value'} and is_text(v['unit']) and is_decimal(v['value'])
    raise ValueError(kind)


def normal(kind, v):
    def number(text):
        whole, _, part = text.partition('.')
        part = part.rstrip('0')
        text = whole + ('.' + part if part else '')
        return '0' if text == '-0' else text
    if v is None:
        return None
    if kind == 'number':
        return number(v)
    if kind == 'quantity':
        return {'unit': v['unit'], 'value': number(v['value'])}
    return v


def fits(o, fields):
    for path, how, value, _ in o.touches:
        field, dot, _ = path.partition('.')
        kind = fields.get(field)
        if kind is None:
            if how not in (SET, UNSET):
                return False
        elif kind == 'mltext':
            if how not in (SET, UNSET) or dot and any(p == field for p, _, _, _ in o.touches):
                return False
            if how == SET and not has_form('text' if dot else 'mltext', value):
                return False
        else:
            if dot or how in (ADD, REMOVE) and kind != 'texts':
                return False
            if how in (SET, ADD) and not has_form(kind, value):
                return False
    return True


# ---- the merge ------------------------------------------------------------------------------------------------------

def merge(owner, operations, types, as_of=None):
    def fields_of(kind):
        return types.get(kind, [0, False, {}])[2]
    valid = [o for o in operations if o.is_one()]
    puts = sorted((o for o in valid if o.op == PUT and o.organisation == owner and fits(o, fields_of(o.type))),
                  key=lambda o: o.id)
    kind = puts[0].type if puts else ''
    fields, is_open = fields_of(kind), types.get(kind, [0, False])[1]
    ops = {o.id: o for o in valid if fits(o, fields) and (o.op != PUT or o.organisation == owner)}

    def past_of(i):
        found, wait = set(), list(ops[i].parents)
        while wait:
            p = wait.pop()
            if p in ops and p not in found:
                found.add(p)
                wait += ops[p].parents
        return found
    if as_of is not None:
        keep = past_of(as_of) | {as_of} if as_of in ops else set()
        ops = {i: o for i, o in ops.items() if i in keep}
    past = {i: past_of(i) for i in ops}

    # who owns the record where an operation stands: by the transfer known that stands on most others, then the lowest id
    generation = {}   # of the transfers that count

    def owner_of(known):
        known = sorted((-generation[t], t) for t in known if t in generation)
        return ops[known[0][1]].targets[0] if known else owner
    owner_at = {}
    for i in sorted(ops, key=lambda i: (len(past[i]), i)):   # whoever is in a past has a smaller one
        o, owner_at[i] = ops[i], owner_of(past[i])
        if o.op == TRANSFER and (o.organisation == owner_at[i] or o.role >= COORDINATOR):
            generation[i] = 1 + max((generation[t] for t in past[i] if t in generation), default=0)

    effective, proposals = {}, {}
    for i, o in ops.items():
        decides = o.organisation == owner_at[i] or o.role >= COORDINATOR
        if decides or o.op in (PATCH, DELETE) and is_open and o.role >= MEMBER:
            effective[i] = o
        elif o.op in (PATCH, DELETE):
            proposals[i] = o
    state = {i: 'open' for i in proposals}
    for op, word in ((DECLINE, 'declined'), (ACCEPT, 'accepted')):
        for o in effective.values():
            for t in o.targets if o.op == op else ():
                if t in state:
                    state[t] = word
    can_head = {i for i, o in effective.items() if o.op not in (DECLINE, TRANSFER)}
    heads = {i for i in can_head if not any(i in past[j] for j in can_head)}
    is_delete = {i for i in heads if effective[i].op == DELETE or effective[i].op == ACCEPT and not effective[i].touches}

    def rank(i):
        return (ops[i].organisation != owner_at[i], -ops[i].hlc, i)

    def settle(k, said):
        """said: [(operation, value)] to candidates in the order of display."""
        said = [(i, v) for i, v in said if not any(i in past[j] for j, _ in said)]
        values = {}
        for i, v in sorted(said, key=lambda s: rank(s[0])):
            values.setdefault(json.dumps(normal(k, v), sort_keys=True), [v, i.hex()])
        return list(values.values())

    paths = {}
    for field in {p.partition('.')[0] if fields.get(p.partition('.')[0]) else p
                  for o in effective.values() for p, _, _, _ in o.touches}:
        k = fields.get(field)
        mine = [(i, p, how, v, r) for i, o in effective.items() for p, how, v, r in o.touches
                if p == field or k == 'mltext' and p.partition('.')[0] == field]
        if k == 'mltext':
            languages = {p.partition('.')[2] for _, p, _, _, _ in mine} | \
                {la for _, p, how, v, _ in mine if p == field and how == SET for la in v}
            for la in languages - {''}:
                said = [(i, v) for i, p, _, v, _ in mine if p == f'{field}.{la}']
                said += [(i, v.get(la) if how == SET else None) for i, p, how, v, _ in mine if p == field]
                paths[f'{field}.{la}'] = [settle('text', said)]
        elif k == 'texts':
            stands = {}
            for i, _, how, v, _ in mine:
                for n, x in enumerate(v if how in (SET, ADD) else ()):
                    gone = any(i in past[j] and (h in (SET, UNSET) or h == REMOVE and (i, n) in r)
                               for j, _, h, _, r in mine)
                    if not gone:
                        stands.setdefault(x, []).append((i, n))
            if stands:
                elements = sorted(stands, key=lambda x: x.encode())
                shown = min((rank(i), i) for a in stands.values() for i, _ in a)[1]
                paths[field] = [[[elements, shown.hex()]], [[y for i, n in sorted(stands[x]) for y in (i.hex(), n)]
                                                           for x in elements]]
        else:
            paths[field] = [settle(k, [(i, v) for i, _, _, v, _ in mine])]
    paths = {p: c for p, c in paths.items() if [v for v, _ in c[0]] != [None]}
    document = {}
    for p in sorted(paths):
        value = paths[p][0][0][0]
        field, dot, language = p.partition('.')
        if value is not None and dot and field not in paths:
            document.setdefault(field, {})[language] = value
        elif value is not None:
            document[p] = value
    deleted = 'no' if not is_delete else 'yes' if is_delete == heads else 'conflict'
    shown_put = [o.hlc for o in puts if o.id in ops and o.type == kind]
    return {
        'type': kind, 'owner': owner_of(ops).hex(), 'deleted': deleted, 'heads': [i.hex() for i in sorted(heads)],
        'all_heads': [i.hex() for i in sorted(i for i in ops if not any(i in past[j] for j in ops))],
        'proposals': [[i.hex(), state[i]] for i in sorted(proposals)],
        'paths': [[p] + paths[p] for p in sorted(paths, key=str.encode)],
        'first_hlc': shown_put[0] if shown_put else 0,
        'last_hlc': max((o.hlc for o in effective.values()), default=0),
        'has_conflict': deleted == 'conflict' or any(len(c[0]) > 1 for c in paths.values()),
        'document': document}


# ---- random cases ---------------------------------------------------------------------------------------------------

FIELDS = {'name': 'mltext', 'name-2': 'text', 'note': 'text', 'tags': 'texts', 'more': 'texts', 'depth': 'number',
          'area': 'quantity', 'people': 'integer'}
ALL_FIELDS = list(FIELDS) + ['name', 'tags', 'tags', 'strange', 'strange.vi']
NUMBERS = ['1', '1.0', '2', '-0', '0', '0.50', '0.5', '01', '1.']
REMARKS = [{}, {'person': 'Hoa'}, {'person': 'a' * 128, 'more': 'x'}, {'new': [1]}, {'person': ''}, {'person': 'a\nb'},
           {'person': 'Đ' * 65}, [1], 'Hoa']
WORDS = ['a', 'b', 'c', 'Đồng Văn', 'a b', '']


def random_value(rnd, kind):
    if rnd.random() < 0.03:
        kind = rnd.choice(list(FIELDS.values()))
    if kind == 'mltext':
        return {la: rnd.choice(WORDS[:5]) for la in rnd.sample(['vi', 'en', 'ru'], rnd.randrange(1, 4))}
    if kind == 'texts':
        return [rnd.choice(WORDS[:5]) for _ in range(rnd.choice((0, 1, 1, 2, 3)))]
    if kind == 'number':
        return rnd.choice(NUMBERS[:7]) if rnd.random() < 0.97 else rnd.choice(NUMBERS)
    if kind == 'quantity':
        return {'unit': rnd.choice(['ha', 'km2']), 'value': rnd.choice(NUMBERS[:7])}
    if kind == 'integer':
        return rnd.choice([1, 2, -3, 300, 70000])
    return rnd.choice(WORDS[:5]) if rnd.random() < 0.98 else rnd.choice(WORDS)


def random_touch(rnd, earlier, fields):
    field = rnd.choice(fields)
    kind = FIELDS.get(field, 'text')
    path, how = field, rnd.choice((SET, SET, SET, UNSET))
    if kind == 'mltext' and rnd.random() < 0.65:
        path, kind = field + '.' + rnd.choice(['vi', 'en']), 'text'
    if kind == 'texts':
        how = rnd.choice((SET, UNSET, ADD, ADD, ADD, REMOVE, REMOVE))
    if rnd.random() < 0.01:
        path = rnd.choice(['Name', 'name.', '.vi', 'note.vi', 'name.vi.vi'])
    if rnd.random() < 0.01:
        how = rnd.randrange(4)
    value, removed = None, []
    if how in (SET, ADD):
        value = random_value(rnd, kind)
    if how == REMOVE:
        named = [(o.id, n) for o in earlier for p, h, v, _ in o.touches
                 if p == path and isinstance(v, list) for n in range(len(v))]
        removed = rnd.sample(named, min(len(named), rnd.randrange(1, 4))) or [(rnd.randbytes(32), 0)]
        removed = sorted(set(removed))
    return path, how, value, removed


def random_touches(rnd, earlier, most, fields):
    touches = {}
    for _ in range(rnd.randrange(most + 1)):
        touch = random_touch(rnd, earlier, fields)
        others = [t for t in touches if t[0] == touch[0]]
        if not others or rnd.random() < 0.3:
            touches[touch[0], touch[1]] = touch
    return list(touches.values())


def random_parents(rnd, earlier):
    if not earlier or rnd.random() < 0.08:
        return []
    if rnd.random() < 0.1:
        return rnd.sample([o.id for o in earlier], rnd.randrange(1, min(4, len(earlier)) + 1)) + [rnd.randbytes(32)]
    seen = [o for o in earlier if rnd.random() < 0.75] or [earlier[-1]]
    below = {p for o in seen for p in o.parents}
    return [o.id for o in seen if o.id not in below][:64]


def random_case(rnd):
    owner, uuid = rnd.randbytes(32), rnd.randbytes(16)
    others = [(owner, MEMBER), (owner, COORDINATOR), (rnd.randbytes(32), COORDINATOR), (rnd.randbytes(32), MEMBER),
              (rnd.randbytes(32), READER)]
    types = {'site': [1, rnd.random() < 0.3, FIELDS], 'bare': [1, False, {}]}
    made = []
    # often one field alone, so that much is said of it
    fields = rnd.choice([ALL_FIELDS, ALL_FIELDS, ['name'], ['tags'], ['note', 'depth']])
    transfers = rnd.choice((0, 0, 2, 12))
    if rnd.random() < 0.95:
        made.append(Operation(rnd, owner, MEMBER, PUT, rnd.choice(['site'] * 8 + ['bare', 'odd']),
                              touches=random_touches(rnd, [], 4, fields)))
    for _ in range(rnd.choice((2, 4, 6, 9, 14))):
        organisation, role = rnd.choice(others)
        op = rnd.choices((PUT, PATCH, DELETE, ACCEPT, DECLINE, TRANSFER), (1, 20, 3, 4, 2, transfers))[0]
        targets, touches, kind = (), (), ''
        if op == PUT:
            kind = rnd.choice(['site', 'site', 'bare'])
        if op in (ACCEPT, DECLINE):
            if not made:
                continue
            targets = rnd.sample([o.id for o in made], rnd.randrange(1, min(3, len(made)) + 1))
        if op == TRANSFER:
            targets = [rnd.choice(others)[0]]
        if op in (PUT, PATCH, ACCEPT) or rnd.random() < 0.02:
            touches = random_touches(rnd, made, 3, fields)
        if op == PUT:
            touches = [t for t in touches if t[1] in (SET, ADD) or rnd.random() < 0.05]
        parents = () if op == PUT and rnd.random() < 0.95 else random_parents(rnd, made)
        made.append(Operation(rnd, organisation, role, op, kind, parents, targets, touches))
        made[-1].spoiled = rnd.random() < 0.01
        if rnd.random() < 0.05:
            made[-1].remarks = rnd.choice(REMARKS)
    held = [o for o in made if rnd.random() < 0.95]
    rnd.shuffle(held)
    as_of = rnd.choice(held).id if held and rnd.random() < 0.25 else None
    return owner, uuid, types, held, as_of


def lines_of(owner, uuid, types, held, as_of):
    yield f'case {owner.hex()} {uuid.hex()} {pack(types).hex()}'
    for o in held:
        yield (f'op {o.id.hex()} {o.hlc} {o.organisation.hex()} {o.role} {o.links(owner, uuid).hex()} '
               f'{o.payload().hex()}')
    if as_of is not None:
        yield f'as-of {as_of.hex()}'
    yield 'end'


def main():
    program = sys.argv[1]
    count = sys.argv[2] if len(sys.argv) > 2 else '2000'
    count = 200000 if count == 'long' else int(count)
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    kinds = {'conflict': 0, 'deleted': 0, 'proposal': 0, 'transfer': 0}
    for start in range(0, count, 1000):
        cases = [random_case(random.Random(f'{seed}/{n}')) for n in range(start, min(start + 1000, count))]
        text = ''.join(line + '\n' for case in cases for line in lines_of(*case))
        run = subprocess.run([program], input=text, capture_output=True, text=True, check=False)
        lines = run.stdout.splitlines()
        if run.returncode != 0 or len(lines) != len(cases):
            sys.exit(f'case {start + len(lines)} of seed {seed}: {program} ended with {run.returncode}: {run.stderr}')
        for n, (case, line) in enumerate(zip(cases, lines), start):
            owner, _, types, held, as_of = case
            expected, got = merge(owner, held, types, as_of), json.loads(line)
            if expected != got:
                for key in expected:
                    if expected[key] != got.get(key):
                        print(f'{key}:\n  expected {expected[key]}\n  got      {got.get(key)}')
                sys.exit(f'case {n} of seed {seed} differs')
            kinds['conflict'] += expected['has_conflict']
            kinds['deleted'] += expected['deleted'] != 'no'
            kinds['proposal'] += bool(expected['proposals'])
            kinds['transfer'] += expected['owner'] != owner.hex()
    print(f'{count} records merged alike: {kinds["conflict"]} with conflicts, {kinds["deleted"]} deleted or in '
          f'conflict about it, {kinds["proposal"]} with proposals, {kinds["transfer"]} handed over')


if __name__ == '__main__':
    main()
