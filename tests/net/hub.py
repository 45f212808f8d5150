#!/usr/bin/env python3
"""A hub that everybody can reach is enough for two offices that cannot reach each other.

    hub.py PROGRAM [PART...]
"""
import harness
from harness import check, wait_equal, wait_has, wait_members


def offices_that_reach_only_the_hub(room):
    """A and C, each able to reach only the hub, are in sync through it"""
    hub_place, a_place, c_place = (room.place(name) for name in ("hub", "office-a", "office-c"))
    hub_place.link(a_place, 1)
    hub_place.link(c_place, 2)
    # Even a route through the hub leads nowhere, as the hub does not forward
    a_place.do("ip", "route", "add", "10.0.2.0/24", "via", "10.0.1.1")
    c_place.do("ip", "route", "add", "10.0.1.0/24", "via", "10.0.2.1")
    hub = room.home("Hub", hub_place).found().start()
    a = room.home("A", a_place).join(hub.invite("A", "10.0.1.1:7417")).start()
    c = room.home("C", c_place).join(hub.invite("C", "10.0.2.1:7417")).start()
    wait_members([a, c])
    check(a_place.reaches("10.0.1.1", 7417) and c_place.reaches("10.0.2.1", 7417), "an office cannot reach the hub")
    check(not a_place.reaches("10.0.2.2", 7417) and not c_place.reaches("10.0.1.2", 7417), "offices reach each other")
    wait_has(c, a.add("Phluk"), 15)
    wait_has(a, c.add("Con But"), 15)
    wait_equal([hub, a, c], 15)


if __name__ == "__main__":
    harness.main([], [offices_that_reach_only_the_hub])
