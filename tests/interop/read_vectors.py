#!/usr/bin/env python3
"""A second reader of the protocol, written from docs/protocol.md alone: checks docs/vectors.json, and that it is what the
C code makes today.

    read_vectors.py docs/vectors.json [VECTORS_PROGRAM]
"""
import ctypes
import ctypes.util
import hashlib
import json
import struct
import subprocess
import sys

import nacl.pwhash

import proof_reader

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


# -- Ed25519 verification (RFC 8032, section 5.1.7), slow and short ---------------------------------------------------
def inverse(x):
    return pow(x, P - 2, P)


D = -121665 * inverse(121666) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, g = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g2, h = g - e, d - c, d + c, g + e
    return e * f % P, g2 * h % P, f * g2 % P, e * h % P


def point_times(n, point):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = point_add(total, point)
        point = point_add(point, point)
        n >>= 1
    return total


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * inverse(D * y * y + 1) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decompress((4 * inverse(5) % P).to_bytes(32, "little"))


def verifies(key, message, signature):
    a, r = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = point_times(s, BASE), point_add(r, point_times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# -- section 1 --------------------------------------------------------------------------------------------------------
def tag(name):
    return name.encode().ljust(16, b"\0")


def digest(name, *parts, key=b""):
    return hashlib.blake2b(tag(name) + b"".join(parts), digest_size=32, key=key).digest()


def public_key(seed):
    half = bytearray(hashlib.sha512(seed).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    x, y, z, _ = point_times(int.from_bytes(half, "little"), BASE)
    x, y = x * inverse(z) % P, y * inverse(z) % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def signed(name, network, key, message, signature):
    return verifies(key, tag(name) + network + message, signature)


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        assert self.at + n <= len(self.data), "ends too early"
        self.at += n
        return self.data[self.at - n:self.at]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                assert byte or shift == 7, "longer than needed"
                return value

    def zigzag(self):
        n = self.varint()
        return (n >> 1) ^ -(n & 1)


# -- section 5: MessagePack, the part that payloads use ---------------------------------------------------------------
def unpack(source):
    head = source.take(1)[0]
    if head < 0x80:
        return head
    if head >= 0xE0:
        return head - 256
    if head >> 4 == 8:
        return unpack_map(source, head & 15)
    if head >> 4 == 9:
        return [unpack(source) for _ in range(head & 15)]
    if head >> 5 == 5:
        return source.take(head & 31).decode()
    number = lambda n: int.from_bytes(source.take(n), "big")
    signed_number = lambda n: int.from_bytes(source.take(n), "big", signed=True)
    if head in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[head]
    if 0xC4 <= head <= 0xC6:
        return source.take(number(1 << (head - 0xC4)))
    if 0xCC <= head <= 0xCF:
        return number(1 << (head - 0xCC))
    if 0xD0 <= head <= 0xD3:
        return signed_number(1 << (head - 0xD0))
    if 0xD9 <= head <= 0xDB:
        return source.take(number(1 << (head - 0xD9))).decode()
    if head in (0xDC, 0xDD):
        return [unpack(source) for _ in range(number(2 if head == 0xDC else 4))]
    if head in (0xDE, 0xDF):
        return unpack_map(source, number(2 if head == 0xDE else 4))
    raise AssertionError(f"not in payloads: {head:#x}")


def unpack_map(source, count):
    keys, result = [], {}
    for _ in range(count):
        keys.append(unpack(source))
        result[keys[-1]] = unpack(source)
    assert keys == sorted(set(keys), key=str.encode), "keys unsorted or doubled"
    return result


def value_of(data):
    source = Bytes(data)
    value = unpack(source)
    assert source.at == len(data), "something behind the value"
    return value


# -- sections 3, 4, 7: entries and blocks -----------------------------------------------------------------------------
class Entry:
    def __init__(self, given):
        header = bytes.fromhex(given["header"])
        self.header, source = header, Bytes(header)
        number = lambda n: int.from_bytes(source.take(n), "little")
        assert len(header) == 162
        assert number(1) == 1, "version"
        self.flags, self.kind = number(1), number(2)
        payload_size, links_size = number(4), number(2)
        self.seq, self.hlc = number(8), number(8)
        self.device, self.nonce = source.take(32), source.take(8)
        self.prev, links_hash, commit = source.take(32), source.take(32), source.take(32)
        self.salt, self.links = bytes.fromhex(given["salt"]), bytes.fromhex(given["links"])
        self.payload = bytes.fromhex(given["payload"])
        self.seal = bytes.fromhex(given.get("seal", ""))
        assert payload_size == len(self.payload) and links_size == len(self.links)
        assert links_hash == digest("banyan links", self.links)
        assert commit == digest("banyan payload", self.payload, key=self.salt)
        assert bool(self.flags & 1) == bool(self.seal)
        self.id = digest("banyan entry id", header, self.seal)
        assert self.id.hex() == given["id"], "entry id"

    def seal_verifies(self, network):
        return signed("banyan seal", network, self.device, self.header, self.seal)


def zstd_unpack(data, size):
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    library.ZSTD_decompress.restype = ctypes.c_size_t
    out = ctypes.create_string_buffer(size)
    assert library.ZSTD_decompress(out, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data))) == size
    return out.raw


def plain_form(packed):
    if packed[0] == 0:
        return packed[1:]
    assert packed[0] == 1
    source = Bytes(packed[1:])
    size = source.varint()
    return zstd_unpack(source.data[source.at:], size)


def check_block(packed, entries):
    source = Bytes(plain_form(packed))
    count = source.take(1)[0]
    assert count == len(entries)
    flags = list(source.take(count))
    kinds = [source.varint() for _ in range(count)]
    hlcs, last = [], 0
    for _ in range(count):
        last = (last + source.zigzag()) % 2**64
        hlcs.append(last)
    links = [source.varint() for _ in range(count)]
    payloads = [source.varint() for _ in range(count)]
    seals = [source.take(64) if f & 1 else b"" for f in flags]
    salts = [source.take(16) for _ in range(count)]
    all_links = [source.take(n) for n in links]
    all_payloads = [source.take(n) for n in payloads]
    assert source.at == len(source.data), "something behind the block"
    for i, entry in enumerate(entries):
        assert (flags[i], kinds[i], hlcs[i], seals[i], salts[i], all_links[i], all_payloads[i]) == (
            entry.flags, entry.kind, entry.hlc, entry.seal, entry.salt, entry.links, entry.payload)


def check_chain(blocks):
    logs = {}
    for entries in blocks:
        for entry in entries:
            seq, prev = logs.get((entry.device, entry.nonce), (0, bytes(32)))
            assert (entry.seq, entry.prev) == (seq, prev), "chain"
            logs[entry.device, entry.nonce] = (seq + 1, entry.id)
        assert entries[-1].seal, "a block ends in a seal"


# -- sections 2, 8: acts ----------------------------------------------------------------------------------------------
def certificate_verifies(certificate, organisation, network):
    return signed("banyan device", network, organisation,
                  organisation + certificate["device"] + certificate["transport"], certificate["signature"])


def check_acts(acts, vectors):
    genesis, invite, join, admit, opened = (acts[n] for n in ("genesis", "invite", "join", "admit", "open"))
    network = genesis.id
    assert network.hex() == vectors["network"] and genesis.prev == bytes(32) and value_of(genesis.links) == []
    founder = value_of(genesis.payload)["founders"][0]
    assert founder["id"].hex() == vectors["founder"]["organisation"]
    assert certificate_verifies(founder["devices"][0], founder["id"], bytes(32))
    assert genesis.seal_verifies(bytes(32))
    for act in (invite, join, admit, opened):
        assert act.seal_verifies(network)
    body, invited = value_of(join.payload), value_of(invite.payload)
    assert value_of(join.links) == [invite.id] and body["invite"] == invite.id
    assert certificate_verifies(body["certificate"], body["organisation"]["id"], network)
    claim = body["organisation"]["id"] + body["certificate"]["device"] + body["certificate"]["transport"]
    assert signed("banyan join", network, invited["key"], claim, body["proof"])
    seed = bytes.fromhex(vectors["invitation"]["seed"])
    assert invited["join_key"] == digest("banyan joinkey", seed)
    assert invited["key"] == public_key(digest("banyan invite", seed))
    assert value_of(admit.payload) == {"join": join.id} and value_of(admit.links) == [join.id]


def cut_hash(name, first, second, body):
    """What the root signature of a lower act is over."""
    acts, tips = body.get("acts", []), body.get("tips", [])
    return digest(name, first, second, len(acts).to_bytes(8, "little"), *acts, *tips)


def check_later_acts(acts, vectors):
    network, organisation = bytes.fromhex(vectors["network"]), bytes.fromhex(vectors["guest"]["organisation"])
    guest, later = vectors["guest"], vectors["guest_later"]
    day = 24 * 60 * 60 * 1000
    invite, role, named = (value_of(acts[n].payload) for n in ("invite with confirm", "role with until", "device with name"))
    assert invite["confirm"] == 1 and invite["role"] == 3 and invite["expires"] == acts["genesis"].hlc // 65536 + 14 * day
    assert role == {"organisation": organisation, "role": 4, "until": acts["genesis"].hlc // 65536 + 90 * day}
    assert named["name"] == "Laptop" and "signer" not in named and named["organisation"] == organisation
    assert named["certificate"]["device"].hex() == guest["device"]
    assert certificate_verifies(named["certificate"], organisation, network)
    new, second, revoked = (acts[n] for n in ("new key", "device by the new key", "revocation by the new key"))
    body = value_of(new.payload)
    assert body["organisation"] == organisation and body["role"] == 4 and body["key"].hex() == later["organisation"]
    assert body["acts"] == [acts["device with name"].id] and "device" not in body and "signer" not in body
    assert signed("banyan newkey", network, organisation, cut_hash("banyan newkey", organisation, body["key"], body),
                  body["root"]), "the root signature of a new key"
    key, body = body["key"], value_of(second.payload)
    certificate = body["certificate"]
    assert body["signer"] == key and certificate["device"].hex() == later["device"] == second.device.hex()
    assert signed("banyan device", network, key, organisation + certificate["device"] + certificate["transport"],
                  certificate["signature"]), "a certificate by the new key"
    body = value_of(revoked.payload)
    assert body["device"] == second.device and body["role"] == 0 and body["signer"] == key
    assert signed("banyan revoke", network, key, cut_hash("banyan revoke", organisation, body["device"], body),
                  body["root"]), "the root signature of a revocation"
    for name in ("invite with confirm", "role with until", "device with name", "new key", "device by the new key"):
        assert acts[name].seal_verifies(network)


def check_digits(vectors):
    hashed = nacl.pwhash.argon2id.kdf(32, bytes.fromhex(vectors["confirm"]["join"]), digest("banyan confirm")[:16],
                                      opslimit=2, memlimit=64 * 2**20)
    assert f"{int.from_bytes(hashed[:8], 'little') % 10**6:06}" == vectors["confirm"]["digits"]


# -- sections 21, 22: files -------------------------------------------------------------------------------------------
def check_files(vectors, operations):
    proof = proof_reader.read(bytes.fromhex(vectors["proof"]))
    name = bytes.fromhex(vectors["record"]["owner"] + vectors["record"]["uuid"])
    assert proof["network"].hex() == vectors["network"] and proof["name"] == name and proof["signers"] == ["FACT"]
    own = [one for one in operations if value_of(one.links)[:2] == [name[:32], name[32:]]]
    assert [one["op"] for one in proof["operations"]] == [value_of(one.links)[2] for one in own] == [0, 1, 2, 1]
    assert [one["values"] for one in proof["operations"]] == [value_of(one.payload) for one in own]
    view = proof_reader.read(bytes.fromhex(vectors["signed_view"]))
    assert view["fingerprint"] == vectors["view"]["fingerprint"] and view["records"] == 1
    when = {name: at for name, at in view["signatures"]}
    assert sorted(when) == ["FACT", "PanNature"] and when["FACT"] == when["PanNature"] + 1


# -- sections 9, 11, 12 -----------------------------------------------------------------------------------------------
def record_digest(name, ids, depth=0):
    if len(ids) <= 64:
        return digest("banyan recdigest", name, *(item + b"\0" for item in sorted(ids)))
    nibbles = [int(item.hex()[depth], 16) for item in ids]
    children = [[item for item, nibble in zip(ids, nibbles) if nibble == child] for child in range(16)]
    return digest("banyan recbranch", name, *(record_digest(name, child, depth + 1) for child in children))


def check_records(entries, vectors):
    put, patch, delete, other, restored = entries
    record = vectors["record"]
    owner, uuid = bytes.fromhex(record["owner"]), bytes.fromhex(record["uuid"])
    assert value_of(put.links) == [owner, uuid, 0, "site", [], [], [["area", 0], ["name.vi", 0]]]
    assert value_of(put.payload) == [{"unit": "ha", "value": "12"}, "Búng Bình Thiên"]
    assert value_of(patch.links) == [owner, uuid, 1, "", [put.id], [], [["area", 1], ["tags", 2]]]
    assert value_of(patch.payload) == [None, ["wetland"]]
    assert not patch.seal and delete.seal
    assert value_of(delete.links) == [owner, uuid, 2, "", [put.id], [], []]
    other_name = value_of(other.links)[:2]
    assert other_name[0] == owner and other_name[1] != uuid and not other.seal
    assert value_of(restored.links) == [owner, uuid, 1, "", [delete.id], [], [["name.vi", 0]]]
    name_hash = digest("banyan record", owner, uuid)
    assert name_hash.hex() == record["name_hash"]
    text = base32(name_hash[:5])
    assert f"{text[:4]}-{text[4:]}" == record["short_id"]
    operation = bytes.fromhex(record["operation"])
    assert digest("banyan recdigest", owner, uuid, operation, b"\0").hex() == record["digest_of_one_operation"]
    many = [digest("banyan checksum", struct.pack("<H", number)) for number in range(2000)]
    assert record_digest(owner + uuid, many).hex() == record["digest_of_2000_operations"]


def check_view(vectors):
    view = vectors["view"]
    bucket = digest("banyan bucket", bytes.fromhex(view["record_digest"]))
    assert bucket.hex() == view["bucket"]
    level = [bytes(32)] * 65536
    level[view["bucket_number"]] = bucket
    while len(level) > 1:
        level = [digest("banyan level", *level[i:i + 16]) for i in range(0, len(level), 16)]
    assert level[0].hex() == view["root"]
    whole = digest("banyan view", bytes.fromhex(vectors["network"]), bytes.fromhex(view["charter"]), level[0])
    groups = [int.from_bytes(whole[4 * i:4 * i + 4], "big") % 100000 for i in range(8)]
    assert " ".join(f"{g:05}" for g in groups) == view["fingerprint"]


# -- section 14: codes ------------------------------------------------------------------------------------------------
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def base32(data):
    bits = "".join(f"{b:08b}" for b in data)
    bits += "0" * (-len(bits) % 5)
    return "".join(ALPHABET[int(bits[i:i + 5], 2)] for i in range(0, len(bits), 5))


def base32_bytes(text):
    bits = "".join(f"{ALPHABET.index(c):05b}" for c in text if c in ALPHABET)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8))


def box_of_signing(seed):
    """The transport key of an organisation: its Ed25519 key by the map of RFC 7748, section 4.1."""
    secret = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & (2**254 - 8) | 2**254
    _, y, z, _ = point_times(secret, BASE)
    y = y * inverse(z) % P
    return ((1 + y) * inverse(1 - y) % P).to_bytes(32, "little")


def check_codes(vectors):
    given = vectors["invitation"]
    code = base32_bytes(given["code"].removeprefix("BANYAN"))
    source = Bytes(code)
    assert source.take(1) == b"\1"
    size = int.from_bytes(source.take(2), "little")
    assert digest("banyan checksum", code[:size - 4])[:4] == code[size - 4:size]
    assert [source.take(n).hex() for n in (16, 32, 32, 32)] == [
        given[k] for k in ("seed", "network", "invite", "transport")]
    assert source.take(1) == b"\1" and source.take(source.take(1)[0]).decode() == given["address"]
    assert source.at == size - 4
    given = vectors["contact"]
    code = base32_bytes(given["code"].removeprefix("BANYAN"))
    source = Bytes(code)
    assert source.take(1) == b"\2" and int.from_bytes(source.take(2), "little") == len(code)
    assert digest("banyan checksum", code[:-4])[:4] == code[-4:]
    assert [source.take(32).hex() for _ in range(2)] == [given[k] for k in ("network", "transport")]
    assert source.take(1) == b"\1" and source.take(source.take(1)[0]).decode() == given["address"]
    assert source.at == len(code) - 4
    recovery = base32_bytes(vectors["recovery"]["code"])
    assert recovery[:32].hex() == vectors["recovery"]["seed"]
    assert recovery[32:] == digest("banyan checksum", recovery[:32])[:3]
    assert box_of_signing(recovery[:32]).hex() == vectors["recovery"]["transport"]


# -- sections 18, 20: notes -------------------------------------------------------------------------------------------
def read_note(given, network):
    note = bytes.fromhex(given["note"])
    source = Bytes(note)
    device, kind, counter, made = source.take(32), source.take(1)[0], source.varint(), source.varint()
    body = Bytes(source.take(source.varint()))
    assert source.at == len(note) - 64
    signed_hash = digest("banyan note", note[:-64])
    assert signed_hash.hex() == given["hash"]
    assert signed("banyan note seal", network, device, signed_hash, source.take(64)), "a note's signature"
    return device, kind, counter, made, body


def frontier_digests(logs):
    """The state digest of logs {(log id, is act log): sorted tip ids}, and the acts digest."""
    said = lambda log, tips: log + len(tips).to_bytes(8, "little") + b"".join(tips)
    buckets = [bytes(32)] * 256
    for number in range(256):
        inside = [said(log, tips) for (log, _), tips in sorted(logs.items())
                  if digest("banyan logs", log)[0] == number]
        if inside:
            buckets[number] = digest("banyan logs", *inside)
    acts = [said(log, tips) for (log, is_act_log), tips in sorted(logs.items()) if is_act_log]
    return digest("banyan state", *buckets), digest("banyan logs", *acts)


def check_notes(vectors):
    given, network = vectors["notes"], bytes.fromhex(vectors["network"])
    guest = bytes.fromhex(vectors["guest"]["device"])
    device, kind, counter, _, body = read_note(given["addresses"], network)
    assert (device, kind, counter) == (guest, 1, 1)
    texts = [body.take(body.take(1)[0]).decode() for _ in range(body.take(1)[0])]
    assert texts == ["hub.example:7417", "[2001:db8::1]:7417"] and body.at == len(body.data)
    device, kind, counter, _, body = read_note(given["standing"], network)
    assert (device, kind, counter) == (guest, 2, 300)
    act_tip, record_tip = bytes.fromhex(given["tip_of_acts"]), bytes.fromhex(given["tip_of_records"])
    act_log, record_log = guest + b"\xb1" + bytes(7), guest + b"\xc1" + bytes(7)
    logs = {(act_log, True): [act_tip], (record_log, False): sorted([act_tip, record_tip])}
    assert body.take(1) == b"\0" and (body.take(32), body.take(32)) == frontier_digests(logs)
    assert (body.varint(), body.take(8), body.varint()) == (1, digest("banyan logs", record_log)[:8], 300 * 2 + 1)
    assert body.at == len(body.data)


def comparable(vectors):
    """zstd leaves choices, so packed forms are compared by what they hold."""
    blocks = [{**b, "packed": plain_form(bytes.fromhex(b["packed"])).hex()} for b in vectors["blocks"]]
    files = {}
    for name in ("proof", "signed_view"):
        data, fields = bytes.fromhex(vectors[name]), []
        proof_reader.read(data, fields)
        files[name] = [(field, plain_form(data[at:at + size]) if field == "packed acts" else data[at:at + size])
                       for field, at, size in fields if field != "size of acts"]
    return {**vectors, "blocks": blocks, **files}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    vectors = json.loads(text)
    blocks = [[Entry(e) for e in block["entries"]] for block in vectors["blocks"]]
    for block, entries in zip(vectors["blocks"], blocks):
        check_block(bytes.fromhex(block["packed"]), entries)
    check_chain(blocks)
    acts = {b["entries"][0]["name"]: e[0] for b, e in zip(vectors["blocks"], blocks) if e[0].kind >= 16}
    check_acts(acts, vectors)
    check_later_acts(acts, vectors)
    check_digits(vectors)
    operations = [e for block in blocks for e in block if e.kind == 1]
    for block in blocks:
        assert block[0].kind == 16 or block[-1].seal_verifies(bytes.fromhex(vectors["network"]))
    check_records(operations, vectors)
    check_files(vectors, operations)
    check_view(vectors)
    check_codes(vectors)
    check_notes(vectors)
    if len(sys.argv) > 2:
        made = subprocess.run([sys.argv[2]], check=True, capture_output=True, text=True).stdout
        assert comparable(json.loads(made)) == comparable(vectors), "the program makes other vectors"
    print(f"{sum(map(len, blocks))} entries in {len(blocks)} blocks, names, digests, codes, notes and files agree")


if __name__ == "__main__":
    main()
