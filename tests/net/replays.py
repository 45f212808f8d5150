#!/usr/bin/env python3
"""Real sessions, written down between two nodes and used against them: played again whole and in parts, mixed into
others, put into another order, sent back, and cut at many places. Nothing comes of it, and members do not notice.

    replays.py PROGRAM [PART...]
"""
import os
import random
import socket

import between
import harness
from harness import check
from strangers import GROWTH_BYTES_MAX, Meanwhile, hub_and_two

SEED = int(os.environ.get("BANYAN_TEST_SEED", "1"))
# Message 2 of the handshake: what anybody gets who repeats a true message 1
ANSWER_BYTES_MAX = 62
PATIENCE_SECONDS = 20
HANDSHAKE_MESSAGES = {True: 2, False: 1}


def scene(room):
    """A hub with two members that go on writing, and a third whose line is listened in to."""
    hub, a, c = hub_and_two(room)
    third = room.home("Third").join(hub.invite("Third", hub.address()))
    third.do("sync", "--quiet")
    return hub, a, c, third


def listen_in(hub, third):
    """What both say in a sync that has something to carry each way."""
    hub.add("Of the hub")
    third.add("Of the third")
    with between.Relay(hub.port) as relay:
        third.do("sync", f"Hub@127.0.0.1:{relay.port}", "--quiet")
        heard = list(relay.heard)
    check(sum(is_from_caller for is_from_caller, _ in heard) > 4, "too little was heard")
    return heard


def of_caller(heard):
    return [message for is_from_caller, message in heard if is_from_caller]


def of_hub(heard):
    return [message for is_from_caller, message in heard if not is_from_caller]


def play(port, messages):
    """Bytes that are answered until the node closes the connection; a node that keeps it open fails the test."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(PATIENCE_SECONDS)
        try:
            for message in messages:
                connection.sendall(message)
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionError:
            pass
        except TimeoutError as late:
            raise harness.Failure(f"{len(messages)} messages keep a connection open") from late
    return answer


def expect_nothing_of(hub, third, tell, count):
    """The hub and its third member are as well as before."""
    events = [event for event in hub.events if event["event"] == "trouble"]
    check(not events, f"the hub is in trouble: {events}")
    hub.add("Afterwards")
    third.do("sync", f"Hub@{hub.address()}", "--quiet")
    harness.wait_equal([hub, third], 15)
    for home in (hub, third):
        home.do("fsck", "--quiet")
    print(f"  {count} {tell}")


def a_session_played_again(room):
    """What a member said is worth nothing the second time: whole, from any place on, up to any place, shuffled"""
    hub, a, c, third = scene(room)
    draw = random.Random(SEED)
    caller, answers = of_caller(listen_in(hub, third)), of_hub(listen_in(hub, third))
    before, count = hub.memory_bytes(), 0
    connected = sum(event["event"] == "connected" for event in hub.events)
    trials = [caller, caller[:1] + caller[2:], caller[:1] * 3, answers, caller + caller, caller[::-1]]
    trials += [caller[i:] for i in range(1, len(caller))] + [caller[:i] for i in range(2, len(caller))]
    trials += [caller[:1] + draw.sample(caller[1:], len(caller) - 1) for _ in range(8)]
    with Meanwhile(a, c):
        for messages in trials:
            answer = play(hub.port, messages)
            check(len(answer) <= ANSWER_BYTES_MAX, f"trial {count} of {len(messages)} messages is answered with "
                  f"{len(answer)} bytes")
            count += 1
    growth = hub.memory_bytes() - before
    check(growth < GROWTH_BYTES_MAX, f"memory grew by {growth} bytes")
    check(sum(event["event"] == "connected" for event in hub.events) == connected, "the hub took one for a member")
    expect_nothing_of(hub, third, "replays", count)


def one_change(at, make):
    """Of one side's message at a place, what make gives; all else as it is."""
    def change(is_from_caller, number, message):
        return make(message) if (is_from_caller, number) == at else message
    return change


def one_bit_anywhere(message):
    """Behind the size: a longer message is only waited for."""
    place = random.randrange(2, len(message))
    return message[:place] + bytes([message[place] ^ 1 << random.randrange(8)]) + message[place + 1:]


def swapped(at):
    """The message at a place and the next one of the same side change places."""
    kept = []

    def change(is_from_caller, number, message):
        if (is_from_caller, number) == at:
            kept.append(message)
            return b""
        if kept and is_from_caller == at[0]:
            return message + kept.pop()
        return message
    return change


def changes_at(at, own, others):
    """One session's worth of each change to the message at a place; own and others: what was said in an old one."""
    yield one_change(at, one_bit_anywhere)
    yield one_change(at, lambda message: message + message)
    yield one_change(at, lambda _: own)
    yield one_change(at, lambda message: own + message)
    yield one_change(at, lambda _: others)
    # A handshake that lacks a message only waits for its deadline
    if at[1] > HANDSHAKE_MESSAGES[at[0]]:
        yield one_change(at, lambda _: b"")
        yield swapped(at)


def frames_out_of_place(room):
    """A bit flipped, a message twice, left out, too late, of another session, or sent back ends a session, whichever
    message it is
    """
    hub, a, c, third = scene(room)
    heard = listen_in(hub, third)
    random.seed(SEED)
    old = {True: of_caller(heard), False: of_hub(heard)}
    count = ended = 0
    with Meanwhile(a, c):
        for is_from_caller in (True, False):
            for number in range(1, len(old[is_from_caller])):
                at = (is_from_caller, number)
                for change in changes_at(at, old[is_from_caller][number - 1], old[not is_from_caller][0]):
                    hub.add("One more")
                    third.add("One more of the third")
                    with between.Relay(hub.port, change) as relay:
                        code, output, error = third.ask("sync", f"Hub@127.0.0.1:{relay.port}", "--quiet", seconds=60)
                    # At the end of what is said a change may come too late to matter
                    check(code in (0, 6), f"message {at}: sync ends with {code}: {output} {error}")
                    ended += code == 6
                    count += 1
    check(ended > count * 2 // 3, f"only {ended} of {count} sessions noticed")
    expect_nothing_of(hub, third, f"changed sessions, {ended} of them ended by it", count)


def cut_at_many_places(room):
    """Cut after any number of bytes, the handshake's and the session's, either way: the next sync makes it good"""
    hub, a, c, third = scene(room)
    heard = listen_in(hub, third)
    draw = random.Random(SEED)
    count = 0
    with Meanwhile(a, c):
        for is_from_caller in (True, False):
            size = sum(len(message) for side, message in heard if side == is_from_caller)
            places = sorted({0, 1, 2, 61, 62, 63, 64, *draw.sample(range(size), min(size, 24))})
            for place in places:
                record = third.add("Cut")
                with between.Cut(hub.port, is_from_caller, place) as relay:
                    code, _, error = third.ask("sync", f"Hub@127.0.0.1:{relay.port}", "--quiet", seconds=60)
                check(code in (0, 6), f"cut after {place} bytes: sync ends with {code}: {error}")
                if count % 8 == 0:
                    third.do("sync", f"Hub@{hub.address()}", "--quiet")
                    harness.wait_has(hub, record, 10)
                count += 1
    expect_nothing_of(hub, third, "connections cut", count)


if __name__ == "__main__":
    harness.main([a_session_played_again, frames_out_of_place, cut_at_many_places])
