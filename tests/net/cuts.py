#!/usr/bin/env python3
"""Links that break, lose and crawl, and nodes that die, in the middle of a sync: in the end both hold the same.

    cuts.py PROGRAM [PART...]
"""
import time

import harness
from harness import check, wait, wait_equal

BULK = 80


def two_with_a_cable(room):
    """A hub that runs and a member that was taken in and runs no more."""
    hub_place, place = room.place("hub"), room.place("office")
    hub_place.link(place, 1)
    hub = room.home("Hub", hub_place).found().start()
    member = room.home("A", place).join(hub.invite("A", "10.0.1.1:7417"))
    member.do("sync", "--quiet")
    return hub, member


def wait_received(home, device, size):
    wait(f"{home.name} has received {size} bytes", 20, lambda: home.place.received_bytes(device) >= size)


def cut_and_killed_in_the_middle(room):
    """The cable is pulled, then either side killed, in the middle of much data: it goes on where it was"""
    hub, a = two_with_a_cable(room)
    hub.add_bulk(BULK)
    of_a = a.add("Written offline")
    hub.place.slow_down("to-office", 8000)
    began, start = a.place.received_bytes("to-hub"), time.monotonic()
    a.start()
    wait_received(a, "to-hub", began + 350_000)
    hub.place.plug("to-office", False)
    time.sleep(1)
    check(a.fingerprint() != hub.fingerprint(), "all was there already: nothing was cut")
    hub.place.plug("to-office", True)
    wait_received(a, "to-hub", began + 700_000)
    a.kill()
    a.start()
    wait_received(a, "to-hub", began + 1_050_000)
    hub.kill()
    check(a.fingerprint() != hub.fingerprint(), "all was there already: nothing was cut")
    hub.start()
    wait_equal([hub, a], 30)
    check(hub.has(of_a), "what A wrote offline did not reach the hub")
    for home in (hub, a):
        home.do("fsck", "--quiet")
    received = a.place.received_bytes("to-hub") - began
    once = 23_000 * BULK
    print(f"  {received / 1e6:.2f} MB received for {once / 1e6:.2f} MB, in {time.monotonic() - start:.1f} s")
    check(received < 1.5 * once, "much was sent more than once")


def one_packet_in_five_lost(room):
    """With 20 % of the packets lost both ways, both sides get the same"""
    hub, a = two_with_a_cable(room)
    for place in (hub.place, a.place):
        place.lose(20)
    for i in range(10):
        hub.add(f"Hub {i}")
        a.add(f"A {i}")
    a.start()
    took = wait_equal([hub, a], 60)
    print(f"  equal after {took:.1f} s")


def a_slow_link(room):
    """Over 128 kbit/s, what is written meanwhile comes too"""
    hub, a = two_with_a_cable(room)
    hub.place.slow_down("to-office", 128)
    a.place.slow_down("to-hub", 128)
    hub.add_bulk(4)
    a.start()
    record = a.add("Meanwhile")
    took = wait_equal([hub, a], 40)
    check(hub.has(record), "what A wrote did not reach the hub")
    print(f"  equal after {took:.1f} s")


if __name__ == "__main__":
    harness.main([], [cut_and_killed_in_the_middle, one_packet_in_five_lost, a_slow_link])
