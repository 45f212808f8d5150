#!/usr/bin/env python3
"""What is wrong with a connection, whatever it is: doctor names it in one sentence, and what to do.

    doctor.py PROGRAM [PART...]
"""
import contextlib
import subprocess
import sys

import harness
from harness import check

# What stands at a node's port and is none: takes connections and says nothing, or speaks first, or hangs up
PROGRAMS = {
    "mute": "kept.append(connection)",
    "talkative": "connection.sendall(b'SSH-2.0-OpenSSH_9.2\\r\\n' * 8); kept.append(connection)",
    "short": "connection.close()",
}


@contextlib.contextmanager
def program(kind, place):
    """Such a program at port 7417 of the place."""
    text = ("import socket\nlistener, kept = socket.create_server(('0.0.0.0', 7417)), []\nprint('ready', flush=True)\n"
            f"while True:\n connection, _ = listener.accept(); {PROGRAMS[kind]}")
    process = subprocess.Popen(place.words(sys.executable, "-c", text), stdout=subprocess.PIPE, text=True)
    try:
        check(process.stdout.readline() == "ready\n", "the program does not begin")
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def expect(home, cause, *phrases):
    """The one line that is BAD has all phrases, and the exit code says network."""
    code, output, error = home.ask("doctor", seconds=60)
    bad = [line for line in output.splitlines() if line.startswith("BAD")]
    check(len(bad) == 1 and code == 6, f"{cause}: exit code {code}, {len(bad)} bad lines: {output} {error}")
    for phrase in phrases:
        check(phrase in bad[0], f"{cause}: nothing of '{phrase}' in: {bad[0]}")
    print(f"  {cause}: {bad[0].partition('  ')[2]}")


def expect_good(home):
    code, output, error = home.ask("doctor", seconds=60)
    check(code == 0 and "met, and in sync" in output, f"all is well, and doctor ends with {code}: {output} {error}")


def office_and_hub(room):
    hub_place, place = room.place("hub"), room.place("office")
    hub_place.link(place, 1)
    hub = room.home("Hub", hub_place).found().start()
    member = room.home("A", place).join(hub.invite("A", "10.0.1.1:7417"))
    member.do("sync", "--quiet")
    return hub, member


def the_way_there(room):
    """Nobody listens, a port that is shut, no cable, no route, a name that nobody knows, no address"""
    hub, a = office_and_hub(room)
    expect_good(a)
    hub.stop()
    expect(a, "nobody listens", "no node listens at this port", "banyan run")
    hub.start()
    hub.place.refuse("tcp dport 7417")
    expect(a, "a port that is shut", "no answer", "firewall", "open it there")
    hub.place.do("nft", "flush", "ruleset")
    a.place.plug("to-hub", False)
    expect(a, "no cable", "no way to it from here", "online")
    a.place.plug("to-hub", True)
    expect_good(a)
    a.do("peers", "remove", "Hub", "10.0.1.1:7417")
    for address, cause, phrases in (("192.0.2.9:7417", "no route", ("no way to it from here", "online")),
                                    ("hub.example.invalid:7417", "no such name", ("name of the computer", "spelt"))):
        a.do("peers", "add", "Hub", address)
        expect(a, cause, *phrases)
        a.do("peers", "remove", "Hub", address)
    output = a.do("doctor")
    check("no address is known" in output and "banyan peers add" in output, f"nothing of the address: {output}")


def who_is_there(room):
    """Another program, a node of another network, another member's node"""
    hub, a = office_and_hub(room)
    other = room.home("Other", hub.place).found()
    second = room.home("Second", hub.place).join(hub.invite("Second", "10.0.1.1:7417"))
    second.do("sync", "--quiet")
    a.do("sync", "--quiet")
    hub.stop()
    for kind, phrases in (("mute", ("nothing is said", "at which port")),
                          ("talkative", ("no banyan node", "at which port")),
                          ("short", ("without a word", "address"))):
        with program(kind, hub.place):
            expect(a, f"a program, {kind}", *phrases)
    for home, cause in ((other, "another network"), (second, "another member")):
        home.start()
        expect(a, cause, "without a word", "another key or of another network", "address")
        home.stop()


def who_is_not_taken_in(room):
    """A newcomer whose invitation was used by another is told so, by doctor and by its node"""
    hub, _ = office_and_hub(room)
    message = hub.invite("B", "10.0.1.1:7417")
    room.home("B", hub.place).join(message).do("sync", "--quiet")
    late = room.home("Late", room.homes[1].place).join(message)
    expect(late, "an invitation that was used", "not taken you in", "ask for a new one")
    late.start()
    text = late.event("lost", seconds=30)["text"]
    check("not taken you in" in text, f"the node tells of it: {text}")


if __name__ == "__main__":
    harness.main([], [the_way_there, who_is_there, who_is_not_taken_in])
