#!/usr/bin/env python3
"""A sync beside nodes that begin or end just then: it waits for what passes, and says what does not.

    beginnings.py PROGRAM [PART...]
"""
import signal
import threading
import time

import harness
from harness import check


class Syncing(threading.Thread):
    """banyan sync, while other things happen."""

    def __init__(self, home):
        super().__init__(daemon=True)
        self.home, self.answer = home, None
        self.start()

    def run(self):
        self.answer = self.home.ask("sync")

    def expect(self, code, what):
        self.join(20)
        check(self.answer is not None, f"{what}: sync does not end")
        check(self.answer[0] == code, f"{what}: sync ends with {self.answer}")
        return self.answer


def hub_and_member(room):
    hub = room.home("Hub").found().start()
    member = room.home("A").join(hub.invite("A", hub.address()))
    member.do("sync", "--quiet")
    return hub, member


def a_neighbour_that_begins(room):
    """The port is not listened at when the sync begins, and is a moment later"""
    hub, a = hub_and_member(room)
    hub.stop()
    record = a.add("Phluk")
    syncing = Syncing(a)
    time.sleep(0.3)
    hub.start()
    syncing.expect(0, "a neighbour that begins")
    check(hub.has(record), "the neighbour has nothing of it")
    hub.stop()
    began = time.monotonic()
    _, output, _ = Syncing(a).expect(6, "a neighbour that is not there")
    check("nobody listens there" in output, f"it says: {output}")
    check(time.monotonic() - began < 4, "it takes long to say that nobody is there")


def a_neighbour_that_begins_anew(room):
    """The neighbour says goodbye as soon as it is connected, and comes back: the sync comes to its end all the same"""
    hub, a = hub_and_member(room)
    for i in range(5):
        record = a.add(f"Site {i}")
        hub.events.clear()
        syncing = Syncing(a)
        hub.event("connected", seconds=10)
        hub.stop()
        hub.start()
        syncing.expect(0, f"round {i}")
        check(hub.has(record), f"round {i}: the neighbour has nothing of it")


def a_node_of_the_same_home(room):
    """Where the home's own node begins or ends just then, sync asks it or does it itself"""
    _, a = hub_and_member(room)
    for i in range(6):
        syncing = Syncing(a) if i % 2 == 0 else None
        a.start("--no-listen")
        syncing = syncing or Syncing(a)
        syncing.expect(0, f"round {i}, beside a node that begins")
        a.event("connected", seconds=10)
        a.node.send_signal(signal.SIGTERM)
        syncing = Syncing(a)
        a.stop()
        syncing.expect(0, f"round {i}, beside a node that ends")


if __name__ == "__main__":
    harness.main([a_neighbour_that_begins, a_neighbour_that_begins_anew, a_node_of_the_same_home])
