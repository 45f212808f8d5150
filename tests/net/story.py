#!/usr/bin/env python3
"""Seven offices through what can go wrong with members: a network falls apart, and is one again.

    story.py PROGRAM [PART...]
"""
import json

import harness
from harness import check, wait, wait_equal, wait_has, wait_members

NAMES = ["Ana", "Bo", "Chan", "Dara", "Eve", "Fa", "Gia"]
APART = [NAMES[:3], NAMES[3:]]


def address(name):
    return f"10.0.1.{NAMES.index(name) + 1}"


def carry(room, sender, *receivers):
    """By file, as a friend with a USB stick does."""
    path = room.folder / f"{len(list(room.folder.glob('*.banyan')))}.banyan"
    sender.do("bundle", "make", str(path))
    for receiver in receivers:
        receiver.do("bundle", "apply", str(path))
    return path


def offices(room):
    """Ana founds; Bo, Chan and Eve join while she is there; each in a place of its own, on one switch."""
    switch = room.place("switch")
    places = [room.place(name.lower()) for name in NAMES]
    switch.lan(places, 1)
    homes = {name: room.home(name, place) for name, place in zip(NAMES, places)}
    ana = homes["Ana"].found()
    ana.start(beacon=True)
    for name in ("Bo", "Chan", "Dara", "Eve", "Fa"):
        words = ["--recovery-out", str(room.folder / "eve.code")] if name == "Eve" else []
        homes[name].do("join", "-", "--org", name, "--country", "KHM", "--kind", "cbo", *words,
                       text=ana.invite(name, f"{address('Ana')}:7417"))
        homes[name].start(beacon=True)
    wait_members(list(homes[name] for name in NAMES[:6]), 30)
    ana.do("role", "Dara", "coordinator")
    return homes


def join_without_coordinators(room, homes):
    """Gia's invitation was made while Ana was there; a member takes it in when no coordinator is."""
    code = homes["Ana"].do("invite", "--for", "Gia")
    wait("Chan hears of the invitation", 20, lambda: "Gia" in homes["Chan"].do("invite", "list"))
    homes["Ana"].stop()
    homes["Dara"].stop()
    gia = homes["Gia"].join(code)
    carry(room, gia, homes["Chan"])
    carry(room, homes["Chan"], gia)
    check(gia.is_member(), "Gia was not taken in by a member")
    gia.start(beacon=True)
    homes["Ana"].start(beacon=True)
    homes["Dara"].start(beacon=True)
    wait_equal(list(homes.values()), 60)


def outsiders(room, homes):
    """Two members that will be removed, and a second computer of Eve that will be stolen."""
    ana, eve = homes["Ana"], homes["Eve"]
    others = []
    for name in ("Xan", "Yen"):
        other = room.home(name).join(ana.invite(name))
        carry(room, other, ana)
        carry(room, ana, other)
        others.append(other)
    laptop = room.home("Laptop", homes["Chan"].place)
    path = carry(room, eve)
    laptop.do("device", "add", str(path), "--recovery", str(room.folder / "eve.code"), "--name", "Laptop")
    carry(room, laptop, eve)
    wait("all hear of both members and of the laptop", 30,
         lambda: all("Yen" in home.do("members") and "Laptop" in home.do("device", "list", "--all")
                     for home in homes.values()))
    return (*others, laptop)


def fall_apart(homes):
    for group, others in (APART, reversed(APART)):
        for name in group:
            homes[name].place.refuse("ip saddr { " + ", ".join(address(other) for other in others) + " }")


def heal(homes):
    for home in homes.values():
        home.place.do("nft", "delete", "table", "inet", "refuse")


def standing(home):
    """Who belongs, with which role, by which devices: what the charter says, without when it was heard."""
    members = [{key: value for key, value in one.items() if key not in ("last_heard", "via", "self")}
               for one in json.loads(home.do("members", "--json"))]
    devices = [{key: value for key, value in one.items() if key != "self"}
               for one in json.loads(home.do("device", "list", "--all", "--json"))]
    return members, devices


def a_network_that_fell_apart(room):
    """Two halves each remove a member, a stolen laptop writes on; healed, all seven show the same and none of the thief's"""
    homes = offices(room)
    join_without_coordinators(room, homes)
    xan, yen, laptop = outsiders(room, homes)
    before = laptop.add("Eve's own, on her laptop")
    carry(room, laptop, homes["Eve"])
    wait_equal(list(homes.values()), 60)
    check(homes["Gia"].has(before), "what the laptop wrote before the theft did not arrive")

    fall_apart(homes)
    homes["Ana"].do("remove", "Xan")
    homes["Dara"].do("remove", "Yen")
    homes["Eve"].do("device", "revoke", "Laptop", "--recovery", str(room.folder / "eve.code"))
    of_ana, of_gia = homes["Ana"].add("Of one half"), homes["Gia"].add("Of the other half")
    stolen = laptop.add("By the thief")
    carry(room, laptop, homes["Chan"])
    of_yen = yen.add("Of Yen, removed by the other half")
    carry(room, yen, homes["Bo"])
    wait_has(homes["Bo"], stolen, 20)
    wait_has(homes["Ana"], of_yen, 20)
    check(not homes["Ana"].has(of_gia) and not homes["Gia"].has(of_ana), "the halves still hear each other")
    wait("the half of Dara knows", 20, lambda: all("removed" in json.dumps(standing(homes[name])) and
                                                   not homes[name].has(stolen) for name in APART[1]))

    heal(homes)
    wait_equal(list(homes.values()), 90)
    for home in homes.values():
        wait_has(home, of_ana, 5)
        wait_has(home, of_gia, 5)
        check(home.has(before), f"{home.name} lost what Eve wrote before the theft")
        check(not home.has(stolen), f"{home.name} shows what the thief wrote")
        check(not home.has(of_yen), f"{home.name} shows what Yen wrote after her removal")
    told = {home.name: standing(home) for home in homes.values()}
    check(len({json.dumps(one, sort_keys=True) for one in told.values()}) == 1,
          f"they tell of different members: {told}")
    roles = {one["name"]: one["role"] for one in told["Gia"][0]}
    check(roles == {"Ana": "coordinator", "Dara": "coordinator", "Bo": "member", "Chan": "member", "Eve": "member",
                    "Fa": "member", "Gia": "member", "Xan": "none", "Yen": "none"}, f"other roles: {roles}")
    # What the thief and Yen wrote is held where it arrived, and told
    held = json.loads(homes["Bo"].do("status", "--json"))["held"]
    check({one["organisation"]["name"] for one in held} >= {"Eve", "Yen"}, f"Bo tells of nothing held: {held}")
    # The thief goes on, and nobody listens
    later = laptop.add("By the thief, later")
    carry(room, laptop, *homes.values())
    check(not any(home.has(later) for home in homes.values()), "somebody still takes in what the thief writes")


if __name__ == "__main__":
    harness.main([], [a_network_that_fell_apart])
