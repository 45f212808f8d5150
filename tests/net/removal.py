#!/usr/bin/env python3
"""Who is removed is told so, and nothing else.

    removal.py PROGRAM [PART...]
"""
import json
import time

import harness
from harness import check, wait, wait_has, wait_members


def status(home):
    return json.loads(home.do("status", "--json"))


def is_removed_by(home, name):
    now = status(home)
    return now["removed"] and now["removed_by"]["name"] == name


def names(home):
    return {one["name"] for one in json.loads(home.do("members", "--json"))}


def ends(home):
    return [event for event in list(home.events) if event["event"] in ("lost", "unreachable")]


def three(room):
    """A hub that runs, and two members that were taken in."""
    hub = room.home("Hub").found().start()
    others = [room.home(name).join(hub.invite(name, hub.address())) for name in ("A", "C")]
    for home in others:
        home.do("sync", "--quiet")
    return hub, others[0], others[1]


def write_after(hub, room):
    """What who was removed is not to hear of: a record, and a member."""
    record = hub.add("Written afterwards")
    room.home("D").join(hub.invite("D", hub.address())).do("sync", "--quiet")
    return record


def check_told(home, record):
    check(is_removed_by(home, "Hub"), f"{home.name} does not know that it was removed: {status(home)}")
    check("was removed by Hub" in home.do("status"), f"status does not say so: {home.do('status')}")
    check(not home.has(record), f"{home.name} got a record that was written after its removal")
    check("D" not in names(home), f"{home.name} heard of a member that came after its removal: {names(home)}")


def who_is_connected(room):
    """A member that is removed while it is connected is told at once, and cut off"""
    hub, a, c = three(room)
    a.start("--no-listen")
    c.start("--no-listen")
    wait_members([a, c])
    wait_has(c, hub.add("Phluk"), 15)
    hub.do("remove", "C")
    wait("C is told", 5, lambda: is_removed_by(c, "Hub"))
    text = c.event("lost", seconds=5)["text"]
    check("your organisation" in text, f"C's node says: {text}")
    record = write_after(hub, room)
    wait_has(a, record, 15)
    own = c.add("Of who was removed") if c.ask("add", "site", "name.en=X", "country=KHM",
                                               "site_type=candidate")[0] == 0 else None
    check(own is None, "C writes on as a member")
    # It knocks again and again, is told the same, and tells of it once
    wait("C knocks again", 10, lambda: any("no longer a member" in event["text"] for event in ends(c)))
    time.sleep(3)
    check(len(ends(c)) <= 2, f"C tells again and again: {ends(c)}")
    check_told(c, record)


def who_was_away(room):
    """A member that was removed while it was away is told when it connects, up to its removal"""
    hub, a, c = three(room)
    record = c.add("Of C, before it knows")
    hub.do("remove", "C")
    after = write_after(hub, room)
    code, _, error = c.ask("sync")
    check(code == 6, f"C's sync ends with {code}: {error}")
    check_told(c, after)
    check(not hub.has(record), "what C wrote, and nobody had, was taken in after its removal")
    code, output, _ = c.ask("sync")
    check(code == 6 and "no longer a member" in output, f"C's second sync: {code}, {output}")
    check_told(c, after)
    # Others are not held up by it
    a.do("sync", "--quiet")
    check(a.has(after), "A does not get what was written")
    c.start("--no-listen")
    wait("C's node knocks", 10, lambda: ends(c))
    check("no longer a member" in ends(c)[0]["text"], f"C's node says: {ends(c)}")
    check_told(c, after)


def who_removed_each_other(room):
    """Two coordinators that remove each other apart hear of it when they meet, and only the senior one stays"""
    hub, a, _ = three(room)
    hub.do("role", "A", "coordinator")
    a.do("sync", "--quiet")
    hub.stop()
    hub.do("remove", "A")
    a.do("remove", "Hub")
    hub.start()
    code, output, _ = a.ask("sync", f"Hub@{hub.address()}")
    check(code == 6 and "no longer a member" in output, f"A's sync: {code}, {output}")
    check(is_removed_by(a, "Hub"), f"A does not know that it was removed: {status(a)}")
    wait("the hub knows of its removal by A, and stays", 5,
         lambda: status(hub)["organisation"]["role"] == "coordinator" and hub.fingerprint())
    told = [[(one["name"], one["role"]) for one in json.loads(home.do("members", "--json"))] for home in (hub, a)]
    check(told[0] == told[1], f"they tell of other members: {told}")


def who_comes_back(room):
    """One that is given a role again is a member again, and gets what it missed"""
    hub, _, c = three(room)
    hub.do("remove", "C")
    c.ask("sync", "--quiet")
    check(is_removed_by(c, "Hub"), "C is not told")
    record = hub.add("Written meanwhile")
    hub.do("role", "C", "member")
    c.do("sync", "--quiet")
    check(c.has(record) and not status(c)["removed"], f"C is no member again: {status(c)}")


if __name__ == "__main__":
    harness.main([who_is_connected, who_was_away, who_removed_each_other, who_comes_back])
