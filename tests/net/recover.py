#!/usr/bin/env python3
"""An office that has nothing but its recovery code comes back over the network.

    recover.py PROGRAM [PART...]
"""
import json
import re
import shutil
import time

import harness
from harness import check, wait_equal, wait_has


def code_in(message):
    return "".join(re.search(r"BANYAN[-0-9A-Z\s]+[0-9A-Z]", message).group().split())


def members(home):
    return {one["name"]: one["role"] for one in json.loads(home.do("members", "--json"))}


def devices(home):
    return json.loads(home.do("device", "list", "--json"))


def join(room, name, host, address, place=None):
    """A member, taken in by host's node, and a paper with its recovery code."""
    home = room.home(name, place)
    paper = room.folder / f"{name}.paper"
    home.do("join", "-", "--org", name, "--country", "KHM", "--kind", "cbo", "--recovery-out", str(paper),
            text=host.invite(name, address))
    home.do("sync", "--quiet")
    return home, paper


def burn(home):
    if home.node is not None:
        home.kill()
    shutil.rmtree(home.path)


def contact(home, *addresses):
    path = home.path.parent / f"contact-{home.name}.txt"
    path.write_text("Hello!\n" + home.do("peers", "contact", *addresses) + "\nSee you soon.\n")
    return f"@{path}"


def recover(home, paper, contact_text, *words):
    return home.ask("key", "recover", "--contact", contact_text, "--recovery", str(paper), *words)


def check_nothing_is_left(home):
    check(not (home.path / "device.key").exists() and not (home.path / "log").exists() and
          not (home.path / "view.gpkg").exists(), f"{home.name}: something is left: {list(home.path.iterdir())}")


def an_office_that_burnt_comes_back_through_one_member(room):
    """Its computer is gone and the coordinator away: a member is enough, and then all see what it writes"""
    yard = room.place("yard")
    places = [room.place(name) for name in ("hub", "burnt", "friend", "new")]
    yard.lan(places, 7)
    hub = room.home("Hub", places[0]).found().start()
    burnt, paper = join(room, "Burnt", hub, "10.0.7.1:7417", places[1])
    friend, _ = join(room, "Friend", hub, "10.0.7.1:7417", places[2])
    old = burnt.add("Phluk")
    burnt.do("sync", "--quiet")
    friend.do("sync", "--quiet")
    check(friend.has(old), "the friend did not hear of the record before the fire")
    hub.stop()
    burn(burnt)
    friend.start()
    back = room.home("Back", places[3])
    code, output, error = recover(back, paper, contact(friend, "10.0.7.3:7417"), "--name", "New laptop")
    check(code == 0, f"key recover ends with {code}: {error} {output}")
    check("Burnt is back, member" in output and "All records are here" in output, output)
    check(friend.event("recovering", 5)["organisation"]["name"] == "Burnt", f"{friend.events}")
    check(back.has(old), "the record did not come back")
    check(members(back) == {"Hub": "coordinator", "Burnt": "member", "Friend": "member"}, members(back))
    lost = next(device for device in devices(back) if not device["self"])
    back.do("device", "revoke", lost["short"], "--recovery", str(paper))
    back.start("--no-listen")
    new = back.add("Con But")
    wait_has(friend, new, 15)
    back.do("edit", old, "area=12 ha")
    # The hub hears of it from the friend alone, who was there
    back.stop()
    hub.start()
    friend.do("peers", "add", "Hub", "10.0.7.1:7417")
    wait_has(hub, new, 20)
    check("12" in hub.do("show", old), hub.do("show", old))
    back.start("--no-listen")
    record = hub.add("Of the hub")
    wait_has(back, record, 20)
    wait_equal([hub, friend, back], 20)
    check([device["revoked"] is None for device in devices(back)].count(False) == 1, f"{devices(back)}")


def a_wrong_code_and_strangers_learn_nothing(room):
    """Another network's code, a mistyped one and a member's node that is another are told nothing, and leave nothing"""
    hub = room.home("Hub").found().start()
    _, paper = join(room, "Member", hub, hub.address())
    stranger = room.home("Stranger")
    other = room.folder / "other.paper"
    stranger.do("init", "--network", "Other", "--org", "Stranger", "--country", "VNM", "--kind", "ngo",
                "--recovery-out", str(other))
    burn(stranger)
    came = time.monotonic()
    code, output, error = recover(stranger, other, contact(hub, hub.address()))
    check(code == 3 and "gives nothing for this recovery code" in error, f"{code}: {output}{error}")
    check(time.monotonic() - came > 10, "a key that nobody knows is answered at once, unlike other strangers' keys")
    check_nothing_is_left(stranger)
    check(not any(event["event"] == "recovering" for event in hub.events), f"{hub.events}")
    stranger.path.joinpath("run.lock").unlink(missing_ok=True)
    # The hub's network, but not its key: no node says anything at all
    wrong = room.home("Wrong").found()
    code, output, error = recover(stranger, paper, contact(wrong, hub.address()))
    check(code != 0 and "was not reached" in error, f"{code}: {output}{error}")
    check_nothing_is_left(stranger)
    typed = paper.read_text().strip()
    mistyped = room.folder / "mistyped.paper"
    mistyped.write_text(typed[:5] + ("7" if typed[5] != "7" else "8") + typed[6:] + "\n")
    mistyped.chmod(0o600)
    code, output, error = recover(stranger, mistyped, contact(hub, hub.address()))
    check(code != 0 and "mistyped" in error, error)
    check_nothing_is_left(stranger)
    # The right one still comes in, in the folder where the others failed
    code, output, error = recover(stranger, paper, contact(hub, hub.address()))
    check(code == 0 and "Member is back" in output, f"{code}: {output}{error}")


def codes_that_do_not_hold_any_more(room):
    """The code of an organisation that was removed, and one that was replaced, do not get in"""
    hub = room.home("Hub").found().start()
    removed, removed_paper = join(room, "Removed", hub, hub.address())
    rotated, old_paper = join(room, "Rotated", hub, hub.address())
    new_paper = room.folder / "new.paper"
    rotated.do("key", "rotate", "--recovery", str(old_paper), "--recovery-out", str(new_paper))
    rotated.do("sync", "--quiet")
    hub.do("remove", "Removed")
    secret = hub.add("Written afterwards")
    burn(removed)
    burn(rotated)
    where = contact(hub, hub.address())
    for home, paper in ((removed, removed_paper), (rotated, old_paper)):
        code, output, error = recover(home, paper, where)
        check(code == 3 and "gives nothing for this recovery code" in error, f"{home.name} {code}: {output}{error}")
        check_nothing_is_left(home)
    code, output, error = recover(rotated, new_paper, where)
    check(code == 0 and rotated.has(secret), f"{code}: {output}{error}")


def an_old_invitation_is_enough(room):
    """Who still has the mail with its invitation needs nobody to send anything; a passphrase locks the new key at once"""
    hub = room.home("Hub").found().start()
    message = hub.invite("Member", hub.address())
    member, paper = room.home("Member"), room.folder / "paper"
    member.do("join", "-", "--org", "Member", "--country", "KHM", "--kind", "cbo", "--recovery-out", str(paper), text=message)
    member.do("sync", "--quiet")
    record = hub.add("Phluk")
    burn(member)
    passphrase = room.folder / "passphrase"
    passphrase.write_text("a long enough one\n")
    passphrase.chmod(0o600)
    code, output, error = recover(member, paper, code_in(message), "--new-passphrase-file", str(passphrase))
    check(code == 0 and member.has(record), f"{code}: {output}{error}")
    check((member.path / "device.key").read_bytes().startswith(b"banyan device 2\n"), "the key lies open")
    check(recover(member, paper, code_in(message))[0] != 0, "a home that is there was made anew")
    check(member.has(record), "what was there is gone")


def who_meets_nobody_tries_again(room):
    """Nobody is there: nothing is left, and the next try succeeds"""
    hub = room.home("Hub").found().start()
    member, paper = join(room, "Member", hub, hub.address())
    record = hub.add("Phluk")
    burn(member)
    where = contact(hub, hub.address())
    hub.stop()
    code, _, error = recover(member, paper, where)
    check(code != 0 and "was not reached" in error, error)
    check_nothing_is_left(member)
    hub.start()
    check(recover(member, paper, where)[0] == 0 and member.has(record), "the next try fails")


if __name__ == "__main__":
    harness.main([a_wrong_code_and_strangers_learn_nothing, codes_that_do_not_hold_any_more, an_old_invitation_is_enough,
                  who_meets_nobody_tries_again],
                 [an_office_that_burnt_comes_back_through_one_member])
