#!/usr/bin/env python3
"""An oracle for the charter: random hostile worlds of acts, judged by an executable model of the rules.

    charter_oracle.py CHARTER_WORLDS MODEL_FOLDER [long]

The model (model.py in the folder) knows no keys and no bytes, only authors and acts. Worlds hold backdated acts, forked act
logs, acts of strangers and of stolen keys, and invites used twice. Each is told to CHARTER_WORLDS as text, which turns it into
signed acts and compares; numbers are indexes of acts, "-" is none:

    world SEED QUORUM
    act KIND DEVICE SEQ PREV PARENT,PARENT... [what the kind says]
      genesis ORG:DEVICE,DEVICE;ORG:DEVICE...     invite ROLE          join ORG INVITE       admit JOIN
      device ORG                                  open LOG             role ORG ROLE         approve ACT
      types NAME
    counts ACT,ACT...
    role ORG ROLE
    suspended ORG
    log LOG DEVICE ORG ROLE
    types ACT        in force, where ids do not decide
    end
"""
import pathlib
import random
import subprocess
import sys

MODEL = pathlib.Path(sys.argv[2])
if not (MODEL / "model.py").exists():
    print(f"skipped: the model of the charter's rules is not here ({MODEL})")
    sys.exit(77)
sys.dont_write_bytecode = True
sys.path.insert(0, str(MODEL))
from model import E, MENDED, MEMBER, COORD, Charter, bits  # noqa: E402

WORLDS, WORLDS_LONG = 300, 5000

# The model has three levels, banyan has hubs between readers and members.
READER, HUB = 1, 1.5
NUMBER = {0: 0, READER: 1, HUB: 2, MEMBER: 3, COORD: 4}
OPENS_PER_DEVICE, OPENS_PER_ORG = 16, 64


class Rules(Charter):
    """The model's charter, with what it leaves out: a genesis quorum, one organisation per device, opens per organisation."""

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

    def ok(self, st, n, a):
        if not super().ok(st, n, a):
            return False
        past = self.past[n] & ~(1 << n)
        if a.kind == "join":
            return self.org(st, a.dev, past) in (None, a.d["org"])
        if a.kind == "open":
            org = self.org(st, a.dev, past)
            opens = [m for m in bits(past & st.valid) if self.a[m].kind == "open"]
            return sum(self.org(st, self.a[m].dev, self.past[m]) == org for m in opens) < OPENS_PER_ORG
        return True


    def types_in_force(self):
        decided = [n for n in bits(self.st.valid) if self.a[n].kind == "types" and self.eff(self.st, n, self.all)]
        newest = [n for n in decided if not any(m != n and self.past[m] >> n & 1 for m in decided)]
        return [self.ids[n] for n in newest or self.gen]


class World:
    def __init__(self, seed):
        self.random = rnd = random.Random(seed)
        self.all, self.held, self.device_org = {}, {}, {}
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
        if rnd.random() < 0.5:
            self.use_twice()

    def put(self, device, act):
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
        elif what < 0.42:
            for _ in range(rnd.choice([1, 1, 1, 18])):
                self.open(device, stolen)
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
        elif what < 0.92:
            org = rnd.choice(sorted(set(self.device_org.values())))
            self.log(device, "raise", org=org, level=rnd.choice([READER, HUB, MEMBER, COORD, COORD, COORD]), stolen=stolen)
        elif what < 0.94:
            self.log(device, "types", defs=(("open", rnd.random()),), stolen=stolen)
        else:
            act = pick("raise", "invite") if rnd.random() < 0.1 else pick("raise", "types")
            if act:
                self.log(device, "approve", [act.id], act=act.id, stolen=stolen)


def says(act, number):
    d = act.d
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
    }[act.kind]()


def tell(out, seed, world, rules):
    """Acts as they were made, so each comes after what it names; the rest as the model judged it."""
    acts = [a for a in world.all.values() if a.id in rules.pos]
    number = {a.id: n for n, a in enumerate(acts)}
    print("world", seed, world.quorum, file=out)
    for act in acts:
        parents = ",".join(str(number[p]) for p in act.par) or "-"
        kind = "role" if act.kind == "raise" else act.kind
        prev = number[act.prev] if act.prev else "-"
        print("act", kind, act.dev, act.seq, prev, parents, says(act, number), file=out)
    print("counts", ",".join(str(n) for n, a in enumerate(acts) if a.id in rules.counting), file=out)
    for org, role in rules.roles.items():
        print("role", org, NUMBER[role], file=out)
    for org in sorted(rules.susp):
        print("suspended", org, file=out)
    for log, facts in sorted(rules.logs.items()):
        print("log", log.split("/r")[1], facts.dev, facts.org, NUMBER[facts.role], file=out)
    types = rules.types_in_force()
    if len(types) == 1:
        print("types", number[types[0]], file=out)
    print("end", file=out)


def is_hash_free(world):
    """Ids decide only what a device stands for that is bound to two organisations, or which open of a log comes first. The
    model's ids are not the real ones, so such worlds are left to the unit tests."""
    bound, opened = {}, {}
    for act in world.all.values():
        if act.kind in ("join", "device"):
            if bound.setdefault(act.dev, act.d["org"]) != act.d["org"]:
                return False
        if act.kind == "open":
            if act.d["log"] in opened:
                return False
            opened[act.d["log"]] = act
    return True


def main():
    count = WORLDS_LONG if "long" in sys.argv[3:] else WORLDS
    seed = told = 0
    charter = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, text=True)
    try:
        while told < count:
            world = World(seed)
            for _ in range(world.random.randrange(20, 90)):
                world.step()
            if is_hash_free(world):
                tell(charter.stdin, seed, world, Rules(list(world.all.values()), world.quorum))
                told += 1
            seed += 1
        charter.stdin.close()
    except BrokenPipeError:
        print("the charter stopped reading")
    return charter.wait()


if __name__ == "__main__":
    sys.exit(main())
