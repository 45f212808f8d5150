#!/usr/bin/env python3
"""An oracle for the charter and for what counts in forked and cut logs: random hostile worlds, judged by an executable model.

    charter_oracle.py CHARTER_WORLDS MODEL_FOLDER [COUNT|long [SEED]]

The model (model.py in the folder) knows no keys and no bytes, only authors and acts. Worlds hold backdated acts, forked logs, acts
of strangers and of stolen keys, invites used twice, removals that contradict each other and cut one another off. Each is told to
CHARTER_WORLDS as text, which makes signed acts and entries of it and answers with their ids, one a line; with these the model
judges, and CHARTER_WORLDS compares; it also compares other orders, batches, and two halves that exchange what they share. Numbers
are indexes of acts or of entries, "-" is none:

    world SEED QUORUM
    act KIND DEVICE SEQ PREV PARENT,PARENT... [what the kind says]
      genesis ORG:DEVICE,DEVICE;ORG:DEVICE...     invite ROLE          join ORG INVITE       admit JOIN
      device ORG                                  open LOG             role ORG ROLE         approve ACT
      types NAME                                  erase DEVICE LOG     lower ORG ROLE ACTS ENTRIES
      revoke DEVICE ORG ACTS ENTRIES (ORG: whose root key signs)       tips DEVICE:LOG LOWERING ENTRIES
    entry DEVICE LOG SEQ PREV SEALED
    told
    held ENTRY,ENTRY...      the entries of record logs that a node has
    counts ACT,ACT...
    role ORG ROLE
    suspended ORG
    log LOG DEVICE ORG ROLE
    types ACT                in force
    branches ENTRY,ENTRY...  those held that count
    end

Without SEED every long run makes other worlds.
"""
import pathlib
import random
import subprocess
import sys
import time

MODEL = pathlib.Path(sys.argv[2])
if not (MODEL / "model.py").exists():
    print(f"skipped: the model of the charter's rules is not here ({MODEL})")
    sys.exit(77)
sys.dont_write_bytecode = True
sys.path.insert(0, str(MODEL))
from model import E, MENDED, MEMBER, COORD, UNSEALED, Charter, authentic, bits, counting  # noqa: E402

WORLDS, WORLDS_LONG = 500, 20000

# The model has three levels, banyan has hubs between readers and members.
READER, HUB = 1, 1.5
NUMBER = {0: 0, READER: 1, HUB: 2, MEMBER: 3, COORD: 4}
OPENS_PER_DEVICE, OPENS_PER_ORG = 16, 64


class Rules(Charter):
    """The model's charter, with what it leaves out: a genesis quorum, one organisation per device, opens per organisation, that a
    root key revokes devices of its own organisation only, and that an approve is a vote only if the act it names lies in its past
    (docs/protocol.md, section 9). Its rounds drop a removal for good that lacks votes at first, and has enough once an older one
    has made the quorum smaller; here it is looked at again."""

    def __init__(self, acts, quorum):
        self.quorum = quorum
        super().__init__(acts, MENDED)

    def quorum_of(self, st, n):
        if n in st.ccache:
            return st.ccache[n]
        needed, voters = super().quorum_of(st, n)
        if needed:
            needed = max(1, min(max(needed, self.quorum), len(voters)))
        st.ccache[n] = (needed, voters)
        return st.ccache[n]

    def votes(self, st, n, within):
        unaware = sum(1 << m for m in self.apps[n] if not self.past[m] >> n & 1)
        return super().votes(st, n, within & ~unaware)

    def ok(self, st, n, a):
        if not super().ok(st, n, a):
            return False
        past = self.past[n] & ~(1 << n)
        if a.kind == "join":
            return self.org(st, a.dev, past) in (None, a.d["org"])
        if a.kind == "revoke" and a.root:
            org = self.org(st, a.dev, past)
            return a.d["root_org"] == org or self.role(st, org, past) == COORD
        if a.kind == "open":
            org = self.org(st, a.dev, past)
            opens = [m for m in bits(past & st.valid) if self.a[m].kind == "open"]
            return sum(self.org(st, self.a[m].dev, self.past[m]) == org for m in opens) < OPENS_PER_ORG
        return True


    def decide(self):
        lowers, undecided = frozenset(), set(self.low)
        while self.gen:
            now = self.run(lowers)
            up = {n for n in undecided if self.stands(now, n)}
            if not up:
                break
            together = self.run(lowers | up)
            safe = sorted((n for n in up if self.stands(together, n)), key=lambda n: self.key(now, n))
            for n in safe or [min(up, key=lambda n: self.key(now, n))]:
                undecided.discard(n)
                then = self.run(lowers | {n})
                if self.coords(then) and all(self.stands(then, k) for k in lowers | {n}):
                    lowers |= {n}
        self.K = lowers
        self.st = self.run(lowers)

    def types_in_force(self):
        decided = [n for n in bits(self.st.valid) if self.a[n].kind == "types" and self.eff(self.st, n, self.all)]
        newest = [n for n in decided if not any(m != n and self.past[m] >> n & 1 for m in decided)]
        return min(self.ids[n] for n in newest or self.gen)


class World:
    def __init__(self, seed):
        self.random = rnd = random.Random(seed)
        self.all, self.held, self.device_org, self.when = {}, {}, {}, {}
        orgs = {"A": ["A1", "A2"], "B": ["B1"], "C": ["C1"], "D": ["D1"]}
        for org in "CD":
            if rnd.random() < 0.4:
                orgs.pop(org)
        self.quorum = rnd.choice([0, 0, 1, 2, 3])
        founders = tuple((org, tuple(devices)) for org, devices in orgs.items())
        self.genesis = E("A1", "A1/a", 0, None, "genesis", d={"founders": founders})
        for org, devices in orgs.items():
            for device in devices:
                self.device_org[device] = org
                self.held[device] = {}
                self.put(device, self.genesis)
        self.rogues = {d for d in self.device_org if rnd.random() < 0.3}
        self.log_count = 0
        self.entries, self.logs_of = [], {}
        if rnd.random() < 0.5:
            self.use_twice()

    def put(self, device, act):
        self.when.setdefault(act.id, len(self.when))
        self.all[act.id] = act
        self.held[device][act.id] = act

    def whole(self, acts):
        """Only acts whose past is among them."""
        kept = {}
        while True:
            more = [a for a in acts if a.id not in kept and all(p in kept for p in a.par + ((a.prev,) if a.prev else ()))]
            if not more:
                return kept
            kept.update((a.id, a) for a in more)

    def log(self, device, kind, needs=(), root=False, stolen=False, **says):
        rnd = self.random
        if root:
            says["root_org"] = self.device_org[device]
        is_bad = stolen or device in self.rogues
        known = list(self.held[device].values())
        if is_bad and rnd.random() < 0.5:  # backdate: pretend to know less
            known = list(self.whole(known[: rnd.randrange(1, len(known) + 1)]).values())
        named = {p for a in known for p in a.par} | {a.prev for a in known}
        parents = {a.id for a in known if a.id not in named}
        if not (is_bad and rnd.random() < 0.2):
            parents |= set(needs)
        own = [a for a in (self.all if stolen else self.held[device]).values() if a.log == device + "/a"]
        if is_bad:
            own = [a for a in own if a in known] or own
        prev = max(own, key=lambda a: (a.seq, a.id), default=None)
        if is_bad and own and rnd.random() < 0.3:  # fork
            prev = rnd.choice(sorted(own, key=lambda a: a.id) + [None])
        act = E(device, device + "/a", prev.seq + 1 if prev else 0, prev.id if prev else None, kind, parents, says, True, root)
        self.put(device, act)
        return act

    def open(self, device, stolen=False):
        self.log_count += 1
        number = self.log_count if self.random.random() < 0.995 else self.random.randrange(1, self.log_count + 1)
        self.log(device, "open", log=f"{device}/r{number}", stolen=stolen)
        self.logs_of.setdefault(device, []).append(f"{device}/r{number}")

    def write(self, device):
        """Record entries, sealed here and there; rogues fork."""
        rnd = self.random
        log = rnd.choice(self.logs_of.get(device) or [f"{device}/r0"])
        for _ in range(rnd.choice([1, 2, 3])):
            own = [e for e in self.entries if e.log == log]
            prev = max(own, key=lambda e: e.seq, default=None)
            if own and device in self.rogues and rnd.random() < 0.4:
                prev = rnd.choice([*own[-4:], *own[:2], None])
            self.entry(log, prev, rnd.random() < 0.7)

    def entry(self, log, prev, sealed, seq=None):
        seq = seq if seq is not None else prev.seq + 1 if prev else 0
        says = {"n": len(self.entries)}
        self.entries.append(E(log.split("/")[0], log, seq, prev.id if prev else None, "op", d=says, sealed=sealed))
        self.when[self.entries[-1].id] = len(self.when)
        return self.entries[-1]

    def tips(self, log, how_many=1):
        """Some sealed entries of a log, or one that nobody has."""
        sealed = [e for e in self.entries if e.log == log and e.sealed]
        if self.random.random() < 0.1 or not sealed:
            return ((lambda e: (e.seq, e.id))(self.entry(log, None, True, seq=self.random.choice([1, 2, 3, 9]))),)
        chosen = self.random.sample(sealed, min(how_many, len(sealed)))
        return tuple(sorted((e.seq, e.id) for e in chosen))

    def cut(self, device, org=None, whom=None):
        """Up to where the logs of those who are lowered stand, as an honest or a hostile author says it."""
        rnd, acts, tips = self.random, {}, {}
        for other in sorted(d for d, o in self.device_org.items() if o == org or d == whom):
            own = sorted((a for a in self.held[device].values() if a.log == other + "/a"), key=lambda a: (a.seq, a.id))
            if own and rnd.random() < 0.8:
                acts[other + "/a"] = [own[-1].id if rnd.random() < 0.6 else rnd.choice(own).id]
            for log in self.logs_of.get(other, [])[:6]:
                if rnd.random() < 0.8:
                    tips[log] = self.tips(log, rnd.choice([1, 1, 2]))
        return {"cuts": acts, "rcuts": tips, "needs": [i for ids in acts.values() for i in ids]}

    def newcomer(self, by, invite):
        device = f"N{len(self.device_org)}1"
        known = self.device_org.values()
        org = self.random.choice(sorted(set(known))) if self.random.random() < 0.1 else device[:-1]
        self.device_org[device] = org
        self.held[device] = dict(self.held[by])
        if self.random.random() < 0.25:
            self.rogues.add(device)
        join = self.log(device, "join", [invite.id], org=org, invite=invite.id)
        self.held[by].update(self.held[device])
        return device, join

    def use_twice(self):
        """Two members; one invite; newcomers whom the members admit without knowing of each other."""
        rnd = self.random
        members = []
        for _ in range(2):
            member, join = self.newcomer("A1", self.log("A1", "invite", role=MEMBER))
            self.log("A1", "admit", [join.id], join=join.id)
            members.append(member)
        invite = self.log("A1", "invite", role=rnd.choice([READER, MEMBER]))
        for member in members:
            self.held[member].update(self.held["A1"])
        for _ in range(rnd.choice([2, 2, 3])):
            newcomer, join = self.newcomer("A1", invite)
            by = rnd.choice(members + ["A1"] if rnd.random() < 0.3 else members)
            self.held[by].update(self.whole([*self.held[by].values(), join, invite]))
            self.log(by, "admit", [join.id], join=join.id)
            self.held[newcomer].update(self.held[by])
            self.open(newcomer)

    def lower(self, device, org, stolen):
        rnd = self.random
        what = rnd.random()
        logs = sorted(log for logs in self.logs_of.values() for log in logs)
        if what < 0.5:
            level = rnd.choice([0, 0, 0, READER, HUB, MEMBER])
            self.log(device, "lower", org=org, level=level, stolen=stolen, **self.cut(device, org=org))
        elif what < 0.7:
            whom = rnd.choice(sorted(self.device_org))
            by_root = self.device_org[whom] == self.device_org[device] and rnd.random() < 0.5
            self.log(device, "revoke", dev=whom, root=by_root, stolen=stolen, **self.cut(device, whom=whom))
        elif what < 0.8 and self.entries:
            entry = rnd.choice(self.entries)
            self.log(device, "erase", id=entry.id, log=entry.log, stolen=stolen)
        elif what < 0.9 and logs:
            log = rnd.choice(logs)
            self.log(device, "repair", log=log, tips=self.tips(log, rnd.choice([1, 2, 3])), stolen=stolen)
        elif logs:
            lowers = [a for a in sorted(self.held[device].values(), key=lambda a: a.id) if a.kind in ("lower", "revoke")]
            if lowers:
                of = rnd.choice(lowers)
                log = rnd.choice(sorted(of.d["rcuts"]) or logs)
                self.log(device, "cutoff", [of.id], of=of.id, log=log, tips=self.tips(log), stolen=stolen)

    def step(self):
        rnd = self.random
        device = rnd.choice(sorted(self.held))
        held = self.held[device]
        stolen = rnd.random() < 0.05

        def pick(*kinds):
            found = [a for a in sorted(held.values(), key=lambda a: a.id) if a.kind in kinds]
            return rnd.choice(found) if found else None

        what = rnd.random()
        if what < 0.30:  # meet somebody, and hear most of what they know
            other = rnd.choice(sorted(self.held))
            heard = [a for a in held.values() if a.id in self.held[other] or rnd.random() < 0.9]
            merged = {**self.held[other], **{a.id: a for a in heard}}
            self.held[other] = self.whole(list(merged.values()))
        elif what < 0.37:
            for _ in range(rnd.choice([1, 1, 1, 1, 1, 18])):
                self.open(device, stolen)
        elif what < 0.43:
            self.write(device)
        elif what < 0.50:
            self.log(device, "invite", role=rnd.choice([READER, HUB, MEMBER, MEMBER, COORD]), stolen=stolen)
        elif what < 0.62 and len(self.held) < 14:
            invite = pick("invite")
            if invite:
                for _ in range(rnd.choice([1, 1, 1, 2, 3])):
                    newcomer, join = self.newcomer(device, invite)
                    if rnd.random() < 0.6:
                        by = rnd.choice(sorted(self.held))
                        self.held[by] = self.whole([*self.held[by].values(), *self.held[newcomer].values()])
                        if join.id in self.held[by]:
                            self.log(by, "admit", [join.id], join=join.id)
                            self.held[newcomer].update(self.held[by])
                            self.open(newcomer)
        elif what < 0.74:
            join = pick("join", "join", "invite") if rnd.random() < 0.05 else pick("join")
            if join:
                self.log(device, "admit", [join.id], join=join.id, stolen=stolen)
        elif what < 0.80:  # a further device of an organisation introduces itself
            org = rnd.choice(sorted(set(self.device_org.values())))
            if rnd.random() < 0.8 and len(self.held) < 14:
                new = f"X{len(self.device_org)}1"
                self.device_org[new] = org
                self.held[new] = dict(held)
            else:
                new = device
            self.log(new, "device", root=True, dev=new, org=org)
        elif what < 0.86:
            org = rnd.choice(sorted(set(self.device_org.values())))
            self.lower(device, org, stolen)
        elif what < 0.91:
            org = rnd.choice(sorted(set(self.device_org.values())))
            self.log(device, "raise", org=org, level=rnd.choice([READER, HUB, MEMBER, COORD, COORD, COORD]), stolen=stolen)
        elif what < 0.92:
            self.log(device, "types", defs=(("open", rnd.random()),), stolen=stolen)
        else:
            act = pick("raise", "invite") if rnd.random() < 0.1 else pick("raise", "types", "lower", "lower", "revoke")
            if act:
                self.log(device, "approve", [act.id], act=act.id, stolen=stolen)


def listed(numbers):
    return ",".join(map(str, numbers)) or "-"


def says(act, number):
    d = act.d

    def cut():
        acts = [number[i] for ids in d["cuts"].values() for i in ids if i in number]
        return f"{listed(acts)} {listed(number[i] for tips in d['rcuts'].values() for _, i in tips)}"

    def tips(of):
        log = d["log"].replace("/r", ":")
        return f"{log} {of} {listed(number[i] for _, i in d['tips'])}"

    return {
        "genesis": lambda: ";".join(f"{org}:{','.join(devices)}" for org, devices in d["founders"]),
        "invite": lambda: NUMBER[d["role"]],
        "join": lambda: f"{d['org']} {number[d['invite']]}",
        "admit": lambda: number[d["join"]],
        "device": lambda: d["org"],
        "open": lambda: d["log"].split("/r")[1],
        "raise": lambda: f"{d['org']} {NUMBER[d['level']]}",
        "approve": lambda: number[d["act"]],
        "types": lambda: "x",
        "erase": lambda: d["log"].replace("/r", " "),
        "lower": lambda: f"{d['org']} {NUMBER[d['level']]} {cut()}",
        "revoke": lambda: f"{d['dev']} {act.d['root_org'] if act.root else '-'} {cut()}",
        "repair": lambda: tips("-"),
        "cutoff": lambda: tips(number[d["of"]]),
    }[act.kind]()


TOLD_AS = {"raise": "role", "repair": "tips", "cutoff": "tips"}


def tell(out, seed, world, acts):
    """Acts and entries as they were made, so each comes after what it names."""
    number = {a.id: n for n, a in enumerate(acts)}
    number.update((e.id, n) for n, e in enumerate(world.entries))
    made = sorted([*acts, *world.entries], key=lambda e: world.when[e.id])
    genesis_first = [acts[0]] + [e for e in made if e is not acts[0]]
    print("world", seed, world.quorum, file=out)
    for e in genesis_first:
        prev = number[e.prev] if e.prev else "-"
        if e.kind == "op":
            print("entry", e.dev, e.log.split("/r")[1], e.seq, prev, int(e.sealed), file=out)
        else:
            parents = listed(number[p] for p in e.par)
            print("act", TOLD_AS.get(e.kind, e.kind), e.dev, e.seq, prev, parents, says(e, number), file=out)
    print("told", file=out, flush=True)
    return genesis_first


def with_ids(e, real):
    """The same act or entry under the id it really got."""
    def tips(of):
        return tuple(sorted((seq, real[i]) for seq, i in of))

    d = dict(e.d)
    for key in ("invite", "join", "act", "of", "id"):
        if key in d:
            d[key] = real.get(d[key], d[key])
    if "cuts" in d:
        d["cuts"] = {log: [real[i] for i in ids if i in real] for log, ids in d["cuts"].items()}
        d["rcuts"] = {log: tips(of) for log, of in d["rcuts"].items()}
    if "tips" in d:
        d["tips"] = tips(d["tips"])
    parents = [real[p] for p in e.par]
    other = E(e.dev, e.log, e.seq, real[e.prev] if e.prev else None, e.kind, parents, d, e.sealed, e.root)
    other.id = real[e.id]
    if not e.sealed:
        UNSEALED.add(other.id)
    return other


def judge(out, world, acts, entries):
    rules = Rules(acts, world.quorum)
    number = {a.id: n for n, a in enumerate(acts)}
    number.update((e.id, n) for n, e in enumerate(entries))
    by_log = {}
    for e in entries:
        if world.random.random() < 0.97:
            by_log.setdefault(e.log, {})[e.id] = e
    held = [i for es in by_log.values() for i in authentic(es)]
    print("held", listed(number[i] for i in held) if held else "", file=out)
    print("counts", ",".join(str(number[i]) for i in rules.ids if i in rules.counting), file=out)
    for org, role in rules.roles.items():
        print("role", org, NUMBER[role], file=out)
    for org in sorted(rules.susp):
        print("suspended", org, file=out)
    count = set()
    for log, facts in sorted(rules.logs.items()):
        print("log", log.split("/r")[1], facts.dev, facts.org, NUMBER[facts.role], file=out)
        count |= set(counting(by_log.get(log, {}), facts, MENDED))
    print("types", number[rules.types_in_force()], file=out)
    print("branches", ",".join(str(number[i]) for i in sorted(count)), file=out)
    print("end", file=out, flush=True)
    return len(rules.low), len(rules.K)


def main():
    amount = sys.argv[3] if len(sys.argv) > 3 else str(WORLDS)
    count = WORLDS_LONG if amount == "long" else int(amount)
    first = int(sys.argv[4]) if len(sys.argv) > 4 else int(time.time()) * 100000 if amount == "long" else 1
    lowers = lowered = 0
    charter = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        for seed in range(first, first + count):
            world = World(seed)
            for _ in range(world.random.randrange(20, 90)):
                world.step()
            acts = list(world.all.values())
            told = tell(charter.stdin, seed, world, acts)
            real = {e.id: charter.stdout.readline().strip() for e in told}
            made = [[with_ids(e, real) for e in es] for es in (acts, world.entries)]
            low, counted = judge(charter.stdin, world, *made)
            lowers, lowered = lowers + low, lowered + counted
        charter.stdin.close()
    except BrokenPipeError:
        print("the charter stopped reading")
    result = charter.wait()
    print(f"first seed {first}; {lowers} lower acts, {lowered} of them count")
    return result


if __name__ == "__main__":
    sys.exit(main())
