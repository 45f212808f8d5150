#!/usr/bin/env python3
"""banyan compare asks the other node, and says in words what differs.

    compare.py PROGRAM [PART...]
"""
import json

import harness
from harness import check, wait, wait_equal, wait_has


def expect(home, code, *phrases):
    """What compare says of the other."""
    got, output, error = home.ask("compare", "Hub" if home.name != "Hub" else "A")
    check(got == code and all(phrase in output for phrase in phrases),
          f"{home.name}: compare ends with {got}, not {code}, or lacks some of {phrases}: {output}{error}")
    return output


def two_offices(room):
    hub = room.home("Hub").found().start()
    for i in range(3):
        hub.add(f"Site {i}")
    a = room.home("A").join(hub.invite("A", f"127.0.0.1:{hub.port}"))
    a.do("sync", "--quiet")
    return hub, a


def an_office_that_asks_by_itself(room):
    """Which record differs, what each side has of it, and that nothing is exchanged by asking"""
    hub, a = two_offices(room)
    expect(a, 0, "Hub sees the same as you, in every record")
    record = a.add("Con But")
    for _ in range(2):
        output = expect(a, 1, "Hub sees something else than you", f"The first record that differs is site {record} (Con But):",
                        "  here: 1 change, the newest by A of ", "  at Hub: not known", "Hub lacks 1 change that you have.",
                        "banyan sync Hub")
        check("program" not in output and "members" not in output, f"of another cause: {output}")
    check(not hub.has(record), "asking has brought the record to the hub")
    a.do("sync", "--quiet")
    expect(a, 0, "Hub sees the same as you")
    hub.do("edit", record, "area=12 ha")
    wait("the hub's node meets its edit", 5, lambda: a.ask("compare", "Hub", "--quiet")[0] == 1)
    expect(a, 1, f"site {record} (Con But):", "  here: 1 change, the newest by A of ",
           "  at Hub: 2 changes, the newest by Hub of ", "You lack 1 change that Hub has.")
    hub.stop()
    expect(a, 0, "Hub could not be asked just now: nobody listens there", "Hub sees the same: it holds every change",
           "when you met")


def nodes_that_run(room):
    """Each side's node asks for the command, over the connection that is there"""
    hub, a = two_offices(room)
    a.start("--no-listen")
    wait_equal([hub, a], 15)
    for one in (hub, a):
        wait(f"{one.name} is connected", 15, lambda one=one: one.ask("compare", "Hub" if one is a else "A")[0] == 0)
        expect(one, 0, "sees the same as you, in every record")
    record = a.add("Phluk")
    wait_has(hub, record, 15)
    expect(hub, 0, "A sees the same as you")
    asked = json.loads(hub.do("compare", "A", "--json"))["asked"]
    check(asked["same"] and asked["settled"] and asked["first"] is None, f"as JSON: {asked}")
    a.stop()
    expect(hub, 0, "A could not be asked just now: your node is not connected with them", "it holds every change")
    hub.do("remove", "A")
    wait("whoever was removed is not answered, and learns why", 10,
         lambda: "could not be asked just now: your organisation is no longer a member" in a.ask("compare", "Hub")[1])


if __name__ == "__main__":
    harness.main([an_office_that_asks_by_itself, nodes_that_run])
