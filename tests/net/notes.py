#!/usr/bin/env python3
"""Nodes learn from each other's notes where the others are, and how far they are.

    notes.py PROGRAM [PART...]
"""
import json
import time

import harness
from harness import check, wait, wait_equal, wait_has, wait_members


def peer(home, name):
    """What a home knows of the device of a member."""
    peers = json.loads(home.do("peers", "--json"))["peers"]
    return next(one for one in peers if one["organisation"] and one["organisation"]["name"] == name)


def standing(home, name):
    """What a home's status says of the device of a member: as of when, by way of whom, and who lacks how much."""
    standings = json.loads(home.do("status", "--json"))["standings"]
    one = next(one for one in standings if one["organisation"]["name"] == name)
    return one


def triangle(room):
    """A hub and two offices, each linked with both others; the offices were told of the hub alone. All run."""
    hub_place, a_place, c_place = (room.place(name) for name in ("hub", "office-a", "office-c"))
    hub_place.link(a_place, 1)
    hub_place.link(c_place, 2)
    a_place.link(c_place, 3)
    hub = room.home("Hub", hub_place).found().start()
    a = room.home("A", a_place).join(hub.invite("A", "10.0.1.1:7417")).start()
    c = room.home("C", c_place).join(hub.invite("C", "10.0.2.1:7417")).start("--no-listen")
    wait_members([a, c])
    return hub, a, c


def an_address_that_came_by_way_of_the_hub(room):
    """C, which was told of the hub alone, learns A's address, and goes on with A when the hub is gone"""
    hub, a, c = triangle(room)
    wait_has(c, a.add("Phluk"), 15)
    check(not peer(c, "A")["connected"], "C is connected with A though it cannot know where A is")
    a.do("peers", "tell", "10.0.3.1:7417")
    wait("C connects with A", 15, lambda: peer(c, "A")["connected"])
    told = peer(c, "A")["addresses"]
    check([(one["address"], one["from"], one["via"]["name"]) for one in told] == [("10.0.3.1:7417", "note", "Hub")],
          f"C says of A's address: {told}")
    check("itself, via Hub" in c.do("peers"), f"the table says nothing of it: {c.do('peers')}")
    hub.kill()
    hub.place.plug("to-office-a", False)
    hub.place.plug("to-office-c", False)
    wait_has(c, a.add("Con But"), 15)
    wait_has(a, c.add("Tonle"), 15)
    wait_equal([a, c], 15)
    # Also anew, by what is kept
    c.stop()
    c.start("--no-listen")
    wait_has(c, a.add("Again"), 15)
    a.stop()
    a.start()
    wait_has(c, a.add("And again"), 30)
    c.stop()
    record = a.add("For who asks once")
    check("In sync with A at 10.0.3.1:7417" in c.do("sync", "A"), "sync does not go where the note leads")
    check(c.has(record), "sync brought nothing")


def an_address_that_is_taken_back(room):
    """What a member takes back is forgotten by all, and what it says of others' own computers is not tried"""
    hub, a, c = triangle(room)
    a.do("peers", "tell", "10.0.3.1:7417")
    wait("C connects with A", 15, lambda: peer(c, "A")["connected"])
    a.do("peers", "untell", "10.0.3.1:7417")
    wait("C forgets the address", 15, lambda: not peer(c, "A")["addresses"])
    for address in ("127.0.0.1:7417", "[::1]:7417", "localhost:7417", "0.0.0.0:7417"):
        code, _, error = a.ask("peers", "tell", address)
        check(code == 4 and "from elsewhere" in error, f"{address} is told to members: {code} {error}")
    record = hub.add("Con But")
    wait_has(c, record, 15)


def how_far_others_are(room):
    """C tells of A, whom it never met, what A lacks as of A's last note, by way of the hub; with the hub it is in sync"""
    hub, a, c = triangle(room)
    wait("C hears of A", 15, lambda: standing(c, "A")["as_of"])
    wait_equal([hub, a, c], 15)
    a.stop()
    # Its note may be older than the others' own records
    before = standing(c, "A")["they_lack"]
    record = c.add("Tonle")
    c.do("edit", record, "area=12 ha")
    c.add("Con But")
    wait("the hub lacks nothing", 15, lambda: standing(c, "Hub")["in_sync"] and hub.has(record))
    lacks = standing(c, "A")
    check(lacks["via"]["name"] == "Hub" and not lacks["met"] and not lacks["connected"], f"of A: {lacks}")
    since = {"changes": lacks["they_lack"]["changes"] - before["changes"],
             "new": lacks["they_lack"]["records"]["new"] - before["records"]["new"]}
    check(since == {"changes": 3, "new": 2} and lacks["they_lack"]["records"]["changed"] == 0 and
          lacks["we_lack"] == {"changes": 0}, f"of what A lacks: {lacks}, and before {before}")
    lacks = standing(c, "Hub")
    check(lacks["met"] and lacks["they_lack"]["changes"] == 0, f"of the hub: {lacks}")
    time.sleep(2.5)  # what was sent is taken to have arrived
    hub.stop()
    c.add("Phluk")
    wait("C tells that it is not in sync any more", 5, lambda: not standing(c, "Hub")["connected"])
    lacks = standing(c, "Hub")
    check(lacks["met"] and lacks["they_lack"]["records"]["new"] == 1, f"of the hub that is gone: {lacks}")
    check("1 new record" in c.do("status"), "the table says nothing of it")
    a.start()


if __name__ == "__main__":
    harness.main([], [an_address_that_came_by_way_of_the_hub, an_address_that_is_taken_back,
                       how_far_others_are])
