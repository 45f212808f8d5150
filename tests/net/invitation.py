#!/usr/bin/env python3
"""Joining over the network with nothing but the code, however a chat or a mail program mangled it.

    invitation.py PROGRAM [PART...]
"""
import json
import re
import textwrap

import harness
from harness import check, wait_equal, wait_has, wait_members


def code_of(message):
    return re.search(r"BANYAN[-0-9A-Z\s]+[0-9A-Z]", message).group()


def as_one_line(message):
    return re.sub(r"\s", "", code_of(message))


def as_lower_case_with_spaces(message):
    return re.sub(r"[-\s]+", " ", code_of(message)).lower()


def as_narrow_lines(message):
    return "\r\n".join(textwrap.wrap(as_one_line(message), 17, break_on_hyphens=False))


def as_quoted_mail(message):
    text = f"Dear colleague,\n{message}\nSee you on Monday, 09:30!"
    return "On Friday PanNature wrote:\n" + "".join(f"> {line}\n" for line in text.splitlines())


def as_in_a_chat(message):
    groups = as_one_line(message).lower().split("-")
    return "hello!\n" + "\u00a0 -\n\n".join(groups) + "\n\nthanks \U0001f64f"


WAYS = [as_one_line, as_lower_case_with_spaces, as_narrow_lines, as_quoted_mail, as_in_a_chat]


def newcomers_that_paste_the_code(room):
    """Who pastes the code, with spaces, line breaks and lower case, is taken in and gets all"""
    host = room.home("PanNature").found()
    record = host.add("Phluk")
    host.start()
    newcomers = []
    for i, mangle in enumerate(WAYS):
        message = host.invite(f"Office {i}", host.address())
        newcomers.append(room.home(f"Office {i}").join(mangle(message)))
        if i == 0:
            newcomers[0].do("sync")  # once is enough
        else:
            newcomers[i].start("--no-listen")
    wait_members(newcomers)
    for newcomer in newcomers[1:]:
        wait_has(newcomer, record, 15)
    check(newcomers[0].has(record), "one sync did not bring the record")
    wait_has(host, newcomers[1].add("Con But"), 15)
    newcomers[0].do("sync")
    wait_equal([host, *newcomers], 20)


def a_code_that_was_used(room):
    """A second organisation is not taken in by the same code, and the node goes on"""
    host = room.home("PanNature").found().start()
    message = host.invite("FACT", host.address())
    first, second = (room.home(name).join(message) for name in ("FACT", "Other"))
    first.do("sync")
    check(first.is_member(), "the first is not taken in")
    second.ask("sync", "--quiet")
    check(not second.is_member(), "the second is taken in by a code that was used")
    record = host.add("Phluk")
    first.do("sync")
    check(first.has(record) and not second.has(record), "the record is not where it should be, or where it should not")


def invitations_without_an_address(room):
    """Where a node runs, invite finds out by itself where it is, and says for whom that is good; else what to do"""
    host_place, place = room.place("host"), room.place("office")
    host_place.link(place, 1)
    host = room.home("PanNature", host_place).found()
    output = host.do("invite", "--for", "FACT")
    check("They answer with a bundle file" in output and "start banyan run first" in output, f"no node: {output}")
    check(json.loads(host.do("invite", "--json"))["addresses"] == [], "an address where no node listens")
    host.start("--listen", ":7417")
    output = host.do("invite", "--for", "FACT")
    check("come to 10.0.1.1:7417" in output and "own network only" in output, f"in a private network: {output}")
    newcomer = room.home("FACT", place).join(output)
    newcomer.do("sync")
    check(newcomer.is_member(), "the newcomer is not taken in")
    check(json.loads(host.do("invite", "--address", "none", "--json"))["addresses"] == [], "--address none")
    # What a person says goes first, is told to members if it is public, and is used from then on
    check(json.loads(host.do("peers", "--json"))["told"] == [], "a private address is told to members")
    host.do("invite", "--address", "10.0.1.1:7417")
    check(json.loads(host.do("peers", "--json"))["told"] == [], "a private address is told to members")
    host.do("invite", "--address", "hub.example.org:7417")
    check(json.loads(host.do("peers", "--json"))["told"] == ["hub.example.org:7417"], "a name is not told to members")
    check(json.loads(host.do("invite", "--json"))["addresses"] == ["hub.example.org:7417"], "what is told is not used")
    host.do("peers", "untell", "hub.example.org:7417")
    host_place.do("ip", "address", "add", "192.0.2.7/24", "dev", "to-office")
    output = host.do("invite")
    check("come to 192.0.2.7:7417." in output and "own network only" not in output, f"with a public address: {output}")
    host.stop()
    host.start(listen="127.0.0.1")
    check(json.loads(host.do("invite", "--json"))["addresses"] == [], "an address that only this computer reaches")


if __name__ == "__main__":
    harness.main([newcomers_that_paste_the_code, a_code_that_was_used], [invitations_without_an_address])
