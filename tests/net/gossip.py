#!/usr/bin/env python3
"""Three nodes on loopback, A and C connected with B only: what one writes reaches the others, now or later.

    gossip.py PROGRAM [PART...]
"""
import statistics
import time

import harness
from harness import wait, wait_equal, wait_has, wait_members


def three(room):
    """B that the others joined over the network, A and C that know B's address alone; all run."""
    b = room.home("B").found().start()
    others = [room.home(name).join(b.invite(name, b.address())) for name in ("A", "C")]
    for home in others:
        home.start("--no-listen")
    wait_members(others)
    return others[0], b, others[1]


def entries_pass_through_the_middle(room):
    """A's entry reaches C through B, and C's edit comes back"""
    a, b, c = three(room)
    record = a.add("Phluk")
    wait_has(c, record, 15)
    c.do("edit", record, "area=12 ha")
    wait_equal([a, b, c], 15)


def what_was_written_while_the_middle_was_away(room):
    """B stops, both sides write on, B returns: all three are equal"""
    a, b, c = three(room)
    record = a.add("Phluk")
    wait_has(c, record, 15)
    b.stop()
    a.do("edit", record, "area=10 ha")
    c.do("edit", record, "precision_m=30")
    of_a, of_c = a.add("Con But"), c.add("Tonle")
    b.start()
    wait_has(a, of_c, 30)
    wait_has(c, of_a, 30)
    wait_equal([a, b, c], 15)


def entries_beside_a_running_node(room):
    """What a command writes beside a running node is read on the other node"""
    a, _, c = three(room)
    wait_has(c, a.add("First"), 15)
    times_ms = []
    for i in range(10):
        record = a.add(f"Site {i}")
        began = time.monotonic()
        wait_has(c, record, 10)
        times_ms.append((time.monotonic() - began) * 1000)
    print(f"  from the end of `add` at A to the end of a `show` that finds it at C, through B: median "
          f"{statistics.median(times_ms):.0f} ms, longest {max(times_ms):.0f} ms")


def told(home, way, kind, name=None):
    """What the node told so far of records that came or went."""
    return sum(event[way][kind] for event in list(home.events) if event["event"] == "in_sync" and
               name in (None, event["organisation"]["name"]))


def each_node_tells_what_came_and_what_went(room):
    """What is written live is told once by each node on its way: as received, as sent, to each neighbour"""
    a, b, c = three(room)
    wait_equal([a, b, c], 15)
    wait("the nodes told of their own beginnings", 20, lambda: told(b, "received", "new") == 2 and
         told(b, "sent", "new") == 4)
    before = {home: (told(home, "received", "new"), told(home, "sent", "new")) for home in (a, b, c)}
    for i in range(3):
        wait_has(c, a.add(f"Site {i}"), 15)
    record = b.add("Of the middle")
    for home in (a, c):
        wait_has(home, record, 15)
    for home, received, sent in ((a, 1, 3), (b, 3, 3 + 1 + 1), (c, 4, 0)):
        def have_told(home=home, received=received, sent=sent):
            return (told(home, "received", "new") - before[home][0], told(home, "sent", "new") - before[home][1]) == \
                (received, sent)
        wait(f"{home.name} tells of {received} received and {sent} sent", 20, have_told)
    c.do("edit", record, "area=12 ha")
    a.do("edit", record, "area=13 ha")
    wait_equal([a, b, c], 15)
    wait("B tells of both edits", 20, lambda: told(b, "received", "proposed") == 2)


if __name__ == "__main__":
    harness.main([entries_pass_through_the_middle, what_was_written_while_the_middle_was_away,
                  entries_beside_a_running_node, each_node_tells_what_came_and_what_went])
