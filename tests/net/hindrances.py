#!/usr/bin/env python3
"""What hinders a connection is told in words, and ends neither a node nor a log.

    hindrances.py PROGRAM [PART...]
"""
import shutil
import signal
import socket
import subprocess
import time

import harness
from harness import check, wait_equal, wait_has


def a_port_that_is_taken(room):
    """A port in use is told at once, by run and by doctor"""
    hub = room.home("Hub").found()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, _, error = hub.ask("run", "--no-beacon", "--listen", f"127.0.0.1:{port}")
        check(code == 6 and str(port) in error and "listen" in error, f"run ends with {code}: {error}")
        code, output, _ = hub.ask("doctor", "--listen", f"127.0.0.1:{port}")
        check(code == 6 and "BAD" in output, f"doctor ends with {code}: {output}")
    hub.start(listen="127.0.0.1").stop()


def a_node_that_runs_already(room):
    """A second run on one home is refused, and the first goes on"""
    hub = room.home("Hub").found().start()
    code, _, error = hub.ask("run", "--no-beacon", "--listen", "127.0.0.1:0")
    check(code == 5 and error.count("\n") == 1, f"the second run ends with {code}: {error}")
    a = room.home("A").join(hub.invite("A", hub.address()))
    a.do("sync", "--quiet")
    check(a.is_member(), "the first run does not answer any more")


def a_node_told_twice_to_end(room):
    """A second signal, however soon after the first, does not keep a node from ending in order"""
    hub = room.home("Hub").found()
    for pause in (0, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01):
        hub.start()
        hub.node.terminate()
        time.sleep(pause)
        hub.node.terminate()
        code = hub.node.wait(20)
        hub.end()
        # All is written down; what comes in the last moment may end it by itself
        check(code in (0, -signal.SIGTERM), f"the node ends with {code}")
        check('"running":false' in hub.ask("peers", "--json")[1], f"after {pause} s: written down as running")


def another_network(room):
    """A node of another network, or none at all, behind an address is no peer: told, and tried again later"""
    hub = room.home("Hub").found().start()
    other = room.home("Other").found().start()
    a = room.home("A").join(hub.invite("A", hub.address()))
    a.do("sync", "--quiet")
    for port in (other.port, 1):
        code, output, error = a.ask("sync", f"Hub@127.0.0.1:{port}")
        check(code == 6 and "Not in sync" in output, f"sync with port {port} ends with {code}: {output}{error}")
    a.do("peers", "add", "Hub", f"127.0.0.1:{other.port}")
    a.start("--no-listen")
    wait_has(a, hub.add("Phluk"), 20)
    events = [event for event in other.events if event["event"] not in ("listening", "refused")]
    check(not events, f"the other network took part: {events}")


def an_address_given_by_hand(room):
    """A node that runs dials an address that it is given by hand, and no more the one that is taken away"""
    hub = room.home("Hub").found().start()
    a, c = (room.home(name).join(hub.invite(name, hub.address())) for name in ("A", "C"))
    for home in (a, c, a):
        home.do("sync")
    hub.stop()
    a.start("--no-listen")
    c.start(listen="127.0.0.1")
    a.do("peers", "add", "C", c.address())
    wait_has(c, a.add("Phluk"), 15)
    a.do("peers", "remove", "C", c.address())
    c.stop()
    c.start()
    record = a.add("Con But")
    time.sleep(3)
    check(not c.has(record), "the address that was taken away is dialled")


def a_clock_ten_years_off(room):
    """A member whose clock is ten years off, either way, gives and gets everything"""
    hub = room.home("Hub").found().start()
    a, c = (room.home(name).join(hub.invite(name, hub.address())) for name in ("A", "C"))
    for home in (a, c):
        home.do("sync")
    for home, offset in ((a, "+3650d"), (c, "-3650d")):
        told = subprocess.run(["faketime", "-f", offset, "env"], capture_output=True, text=True, timeout=10, check=True)
        home.environment.update(line.split("=", 1) for line in told.stdout.splitlines()
                                if line.startswith(("LD_PRELOAD=", "FAKETIME=")))
        home.start("--no-listen")
    of_hub, of_a, of_c = (home.add("Phluk") for home in (hub, a, c))
    for home in (hub, a, c):
        for record in (of_hub, of_a, of_c):
            wait_has(home, record, 20)
    for home in (a, hub, c):
        home.do("edit", of_hub, f"area={home.port % 100 + 10} ha", "--quiet")
    wait_equal([hub, a, c], 20)
    code, output, _ = hub.ask("doctor", "--listen", hub.address())
    check("BAD" in output and "clock" in output and code != 0, f"doctor says nothing of clocks: {output}")


if __name__ == "__main__":
    PARTS = [a_port_that_is_taken, a_node_that_runs_already, a_node_told_twice_to_end, another_network, an_address_given_by_hand]
    if shutil.which("faketime"):
        PARTS.append(a_clock_ten_years_off)
    harness.main(PARTS)
