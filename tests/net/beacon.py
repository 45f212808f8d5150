#!/usr/bin/env python3
"""Nodes in one local network find each other with no address given, whichever way their network lets them.

    beacon.py PROGRAM [PART...]
"""
import harness
from harness import check, wait_equal, wait_has, wait_members

# A node tells of itself at once and twice more in the first nine seconds
FOUND_SECONDS = 30
GROUP = "239.255.74.17"


def office(room, names=("host", "guest")):
    """Computers on one switch, without a router: nothing leads out."""
    places = [room.place(name) for name in names]
    room.place("switch").lan(places, 7)
    return places


def meet(room, places):
    """A host and who it invited with no address: all run, and are in sync with nothing but beacons."""
    host = room.home("Host", places[0]).found()
    record = host.add("Phluk")
    guests = [room.home(f"Guest {i}", place).join(host.invite(f"Guest {i}")) for i, place in enumerate(places[1:])]
    for home in (host, *guests):
        home.start(beacon=True)
    wait_members(guests, FOUND_SECONDS)
    for guest in guests:
        wait_has(guest, record, 15)
    wait_has(host, guests[-1].add("Con But"), 15)
    return host, *guests


def a_newcomer_and_members_find_each_other(room):
    """A newcomer finds who invited it, and members each other, with no address in the code and none typed"""
    host, first, second = meet(room, office(room, names=("host", "first", "second")))
    wait_equal([host, first, second], 15)
    host.stop()
    wait_has(second, first.add("Without the host"), 2 * FOUND_SECONDS)


def only_multicast_passes(room):
    """Where broadcasts are dropped, multicast is enough"""
    places = office(room)
    for place in places:
        place.refuse(f"udp dport 7417 ip daddr != {GROUP}")
    meet(room, places)


def only_broadcast_passes(room):
    """Where multicast is dropped, broadcasts are enough"""
    places = office(room)
    for place in places:
        place.refuse(f"udp dport 7417 ip daddr {GROUP}")
    meet(room, places)


def a_computer_with_two_networks(room):
    """A computer whose way out is another network is found in this one too"""
    places = office(room)
    places[0].link(room.place("router"), 8)
    places[0].do("ip", "route", "add", "default", "via", "10.0.8.2")
    meet(room, places)


def a_network_that_comes_later(room):
    """A computer that is plugged in after its node began is found"""
    places = office(room)
    places[1].plug("lan-7", False)
    host = room.home("Host", places[0]).found()
    guest = room.home("Guest", places[1]).join(host.invite("Guest"))
    guest.start(beacon=True)
    places[1].plug("lan-7", True)
    host.start(beacon=True)
    wait_members([guest], FOUND_SECONDS + 60)


def strangers_learn_nothing(room):
    """Another network's node in the same office is not dialled, and dials nobody"""
    places = office(room, names=("host", "guest", "neighbour"))
    neighbour = room.home("Neighbour", places[2]).found().start(beacon=True)
    meet(room, places[:2])
    events = [event for event in neighbour.events if event["event"] != "listening"]
    check(not events, f"the neighbour had to do with it: {events}")


if __name__ == "__main__":
    harness.main([], [a_newcomer_and_members_find_each_other, only_multicast_passes, only_broadcast_passes,
                      a_computer_with_two_networks, a_network_that_comes_later, strangers_learn_nothing])
