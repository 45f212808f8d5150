#!/usr/bin/env python3
"""Proofs and signed views that the program writes hold for a reader that was written from the protocol's page alone
(proof_reader.py), with the same content; one that was changed anywhere holds for neither.

    proofs.py PROGRAM [long]
"""
import pathlib
import random
import subprocess
import sys
import tempfile

import proof_reader
from office import Office

SEED = 20260131


class Files:
    def __init__(self, program, folder):
        self.program, self.path = program, folder / "changed"

    def program_holds(self, data):
        """Whether banyan verify takes it; it must not crash, and has one sentence to say where it does not."""
        self.path.write_bytes(data)
        done = subprocess.run([self.program, "verify", str(self.path), "--quiet"], capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, 1, 4), (done.returncode, done.stderr)
        assert done.returncode == 0 or done.stderr.startswith("banyan: "), done.stderr
        return done.returncode == 0


def reader_holds(data):
    try:
        proof_reader.read(data)
    except (proof_reader.Refused, proof_reader.Uncovered):
        return False
    return True


def flip(data, at, bit):
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:]


def change_each_field(files, name, data):
    """One bit of every field, the first of each kind of field also in every byte's first bit."""
    fields, seen = [], set()
    proof_reader.read(data, fields)
    assert sum(size for _, _, size in fields) == len(data), "fields do not cover the file"
    cases = 0
    for field, at, size in fields:
        if field in seen and random.random() > 40 / len(fields):
            continue
        for offset in {0, size - 1} if field in seen else {0, size // 2, size - 1}:
            changed = flip(data, at + offset, random.randrange(8))
            holds = files.program_holds(changed)
            assert holds == reader_holds(changed), f"{name}: of {field}, byte {offset}, the program says {holds}"
            # Places are not signed
            assert not holds or field == "place", f"{name}: a change of {field}, byte {offset}, is not noticed"
            cases += 1
        seen.add(field)
    return cases, len(seen)


def change_at_random(files, name, data, count):
    """Bytes changed, cut off, put in, doubled, exchanged: both readers agree each time."""
    for _ in range(count):
        at, to = sorted(random.randrange(len(data)) for _ in range(2))
        way = random.randrange(6)
        if way == 0:
            changed = flip(data, at, random.randrange(8))
        elif way == 1:
            changed = data[:at]
        elif way == 2:
            changed = data[:at] + bytes([random.randrange(256)]) + data[at:]
        elif way == 3:
            changed = data[:at] + data[to:]
        elif way == 4:
            changed = data[:to] + data[at:]
        else:
            changed = data + bytes(random.randrange(1, 40))
        if changed == data:
            continue
        program, reader = files.program_holds(changed), reader_holds(changed)
        assert program == reader, f"{name}: way {way} at {at} to {to}: the program says {program}, the reader {reader}"


def make_network(program, folder):
    """A founder, a coordinator it raised, a member with two logs of records; a record that all three wrote upon."""
    first = Office(program, folder, "PanNature", home="first")
    second = first.invite("FACT", "KHM", "second")
    third = first.invite("GreenViet", "VNM", "third")
    first.run("role", "FACT", "coordinator")
    for taker in (second, third):
        Office.carry(first, taker)
    record = third.add("site", "name.vi=Cồn Bửng", "site_type=oecm", "country=VNM")
    for i in range(5):
        third.add("site", f"name.en=Beside {i}", "site_type=oecm")
    third.run("edit", record, "area=12 ha")
    Office.carry(third, second)
    Office.carry(third, first)
    second.run("edit", record, "name.en=Con Bung")
    for i in range(8):
        first.add("site", f"name.en=Far {i}", "site_type=oecm")
    first.run("edit", record, "country=VNM", "area=13 ha")
    Office.carry(second, first)
    Office.carry(first, second)
    Office.carry(first, third)
    third.run("me", "Lan")
    third.run("edit", record, "area=14 ha")
    Office.carry(third, first)
    Office.carry(first, second)
    return first, second, third, record


def check_content(office, record, read):
    history = office.json("history", record)
    names = {one["organisation"]["name"] for one in history} if "organisation" in history[0] else None
    assert len(read["operations"]) == len(history), (len(read["operations"]), len(history))
    assert names is None or set(read["signers"]) == names, (read["signers"], names)
    put = read["operations"][0]
    assert put["op"] == 0 and put["by"] == "GreenViet" and "Cồn Bửng" in put["values"], put
    assert any(isinstance(one, dict) and one.get("person") == "Lan" for one in read["operations"][-1]["values"])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = 3000 if "long" in sys.argv else 120
    seed = random.SystemRandom().randrange(2**32) if "long" in sys.argv else SEED
    random.seed(seed)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        files = Files(program, folder)
        first, second, third, record = make_network(program, folder)
        first.run("prove", record, "record.proof")
        proof = (folder / "record.proof").read_bytes()
        check_content(first, record, proof_reader.read(proof))
        first.run("fingerprint", "--sign", "all.view")
        second.run("fingerprint", "--cosign", "all.view")
        view = (folder / "all.view").read_bytes()
        read = proof_reader.read(view)
        assert read["fingerprint"] == first.json("fingerprint")["fingerprint"], read
        assert {name for name, _ in read["signatures"]} == {"PanNature", "FACT"}, read
        for kind, data in (("proof", proof), ("view", view)):
            assert files.program_holds(data)
            cases, kinds = change_each_field(files, kind, data)
            change_at_random(files, kind, data, rounds)
            print(f"{kind}: {len(data)} bytes; {cases} changes of {kinds} kinds of fields, {rounds} at random, agree")


if __name__ == "__main__":
    main()
