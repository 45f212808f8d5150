"""A second reader of proofs and signed views, written from docs/protocol.md alone: sections 1, 3 to 11, 13, 21 and 22.

    read(file) gives what is shown, or raises Refused; fields is what stands where in the file.

Signatures are libsodium's, by PyNaCl; values are unpacked by msgpack and must come out the same when packed again. Of the
charter it weighs founding, joining, devices, roles, types, levels and logs. Files whose acts lower somebody, move tips or
allow more logs it does not judge: Uncovered.
"""
import ctypes
import ctypes.util
import hashlib
import unicodedata

import msgpack
import nacl.bindings
import nacl.exceptions

GENESIS, INVITE, JOIN, ADMIT, DEVICE, OPEN, ROLE, LOWER, TIPS, APPROVE, ERASE, TYPES, LEVEL, ALLOW = range(16, 30)
MEMBER, COORDINATOR = 3, 4
FILE_BYTES_MAX = 16 * 2**20


class Refused(Exception):
    pass


class Uncovered(Exception):
    pass


def need(is_so, what):
    if not is_so:
        raise Refused(what)


# -- section 1 --------------------------------------------------------------------------------------------------------
def tag(name):
    return name.encode().ljust(16, b"\0")


def digest(name, *parts, key=b""):
    return hashlib.blake2b(tag(name) + b"".join(parts), digest_size=32, key=key).digest()


def signed(name, network, key, message, signature):
    try:
        nacl.bindings.crypto_sign_open(signature + tag(name) + network + message, key)
    except (nacl.exceptions.BadSignatureError, ValueError):
        return False
    return True


class Source:
    """Bytes from the front; remembers what stood where."""

    def __init__(self, data, fields=None):
        self.data, self.at, self.fields = data, 0, fields

    def take(self, count, name):
        need(self.at + count <= len(self.data), f"it ends within {name}")
        if self.fields is not None and count:
            self.fields.append((name, self.at, count))
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, count, name):
        return int.from_bytes(self.take(count, name), "little")

    def varint(self, name):
        begin, value = self.at, 0
        while True:
            need(self.at < len(self.data), f"it ends within {name}")
            byte = self.data[self.at]
            value |= (byte & 127) << 7 * (self.at - begin)
            self.at += 1
            if byte < 128:
                break
        need(self.at - begin <= 10 and value < 2**64, f"{name} is too long")
        need(byte or self.at - begin == 1, f"{name} is longer than needed")
        if self.fields is not None:
            self.fields.append((name, begin, self.at - begin))
        return value

    def end(self, what):
        need(self.at == len(self.data), f"something stands behind {what}")


# -- sections 4 and 5 -------------------------------------------------------------------------------------------------
def is_plain_text(text, bytes_max):
    return (len(text.encode()) <= bytes_max and unicodedata.normalize("NFC", text) == text and
            not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text))


def keeps_rules(value, depth, is_links):
    if depth > 8:
        return False
    if isinstance(value, dict):
        keys = list(value)
        return (len(keys) <= 256 and all(isinstance(key, str) for key in keys) and
                keys == sorted(keys, key=str.encode) and
                all(keeps_rules(key, depth, is_links) and keeps_rules(item, depth + 1, is_links)
                    for key, item in value.items()))
    if isinstance(value, list):
        return all(keeps_rules(item, depth + 1, is_links) for item in value)
    if isinstance(value, str):
        return is_plain_text(value, 16384)
    if isinstance(value, float):
        return value == value and abs(value) != float("inf") and not (value == int(value) and abs(value) <= 2**53)
    return value is None or isinstance(value, (bool, int, bytes))


def value_of(data, is_links=False):
    """The one canonical value that the bytes are; None where they are none."""
    try:
        value = msgpack.unpackb(data, raw=False, strict_map_key=True, use_list=True)
        again = msgpack.packb(value, use_bin_type=True)
    except Exception:
        return None
    return value if again == data and keeps_rules(value, 0, is_links) else None


# -- sections 3 and 7 -------------------------------------------------------------------------------------------------
class Entry:
    """An entry in its place; of one that is not whole, links and payload are None."""

    def __init__(self, log, seq, prev, flags, kind, hlc, sizes, links_hash, commit, seal, links=None, payload=None):
        self.log, self.seq, self.prev, self.kind, self.hlc, self.seal = log, seq, prev, kind, hlc, seal
        self.links, self.payload, self.device = links, payload, log[:32]
        self.size = 162 + (64 if seal else 0) + 16 + sum(sizes)
        self.header = b"".join([
            bytes([1, flags]), kind.to_bytes(2, "little"), sizes[1].to_bytes(4, "little"), sizes[0].to_bytes(2, "little"),
            seq.to_bytes(8, "little"), hlc.to_bytes(8, "little"), log, prev, links_hash, commit])
        self.id = digest("banyan entry id", self.header, seal)

    @classmethod
    def whole(cls, log, seq, prev, flags, kind, hlc, seal, salt, links, payload):
        return cls(log, seq, prev, flags, kind, hlc, (len(links), len(payload)), digest("banyan links", links),
                   digest("banyan payload", payload, key=salt), seal, links, payload)

    def check_seal(self, network):
        need(self.seal and signed("banyan seal", network, self.device, self.header, self.seal), "a seal does not verify")


def zstd_unpack(data, size):
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    library.ZSTD_decompress.restype = ctypes.c_size_t
    library.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    library.ZSTD_findFrameCompressedSize.restype = ctypes.c_size_t
    need(library.ZSTD_findFrameCompressedSize(data, ctypes.c_size_t(len(data))) == len(data), "no single frame")
    out = ctypes.create_string_buffer(size)
    need(library.ZSTD_decompress(out, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data))) == size, "a packed block")
    return out.raw


def plain_form(packed):
    need(packed and packed[0] in (0, 1), "how a block is packed")
    if packed[0] == 0:
        return packed[1:]
    source = Source(packed[1:])
    size = source.varint("size of the plain form")
    need(0 < size <= 2**20, "size of the plain form")
    return zstd_unpack(source.data[source.at:], size)


def read_block(log, first_seq, prev, packed):
    source = Source(plain_form(packed))
    count = source.number(1, "count")
    need(1 <= count <= 64, "count of a block")
    flags = list(source.take(count, "flags"))
    need(all(flag in (0, 1) for flag in flags) and flags[-1] == 1, "flags of a block")
    kinds = [source.varint("kind") for _ in range(count)]
    need(all(kind < 65536 for kind in kinds), "a kind")
    hlcs, last = [], 0
    for _ in range(count):
        step = source.varint("hlc")
        last = (last + ((step >> 1) ^ -(step & 1))) % 2**64
        hlcs.append(last)
    links_sizes = [source.varint("links size") for _ in range(count)]
    payload_sizes = [source.varint("payload size") for _ in range(count)]
    need(all(size <= 61440 for size in links_sizes + payload_sizes), "a part of an entry")
    seals = [source.take(64, "seal") if flag else b"" for flag in flags]
    salts = [source.take(16, "salt") for _ in range(count)]
    links = [source.take(size, "links") for size in links_sizes]
    payloads = [source.take(size, "payload") for size in payload_sizes]
    source.end("a block")
    entries = []
    for i in range(count):
        entry = Entry.whole(log, first_seq + i, prev, flags[i], kinds[i], hlcs[i], seals[i], salts[i], links[i], payloads[i])
        entries.append(entry)
        prev = entry.id
    need(sum(entry.size for entry in entries) <= 196608, "the size of a block")
    need(all(kind == 1 for kind in kinds) or all(kind >= 16 for kind in kinds), "kinds of a block")
    return entries


# -- sections 8 and 9: what the acts give ------------------------------------------------------------------------------
class Act:
    def __init__(self, entry):
        self.entry, self.id, self.kind, self.device = entry, entry.id, entry.kind, entry.device
        self.body = value_of(entry.payload)
        parents = value_of(entry.links, is_links=True)
        is_formed = isinstance(parents, list) and all(isinstance(p, bytes) and len(p) == 32 for p in parents)
        need(is_formed and parents == sorted(set(parents)) and len(parents) <= 64, "links of an act")
        self.before = set(parents) | ({entry.prev} if entry.seq else set())


class Charter:
    """Of acts that are there with all their past."""

    def __init__(self, network, entries):
        self.network = network
        self.acts = {entry.id: Act(entry) for entry in entries}
        self.pasts, self.depths, self.counted, self.bound = {}, {}, {}, {}
        need(all(act.before <= set(self.acts) for act in self.acts.values()), "an act without its past")
        for act in self.acts.values():
            if act.kind in (LOWER, TIPS, ALLOW):
                raise Uncovered("acts that lower, move tips or allow")
        need(network in self.acts and self.counts(self.acts[network]), "no genesis of this network")
        self.check_invites()

    def past(self, act):
        """The acts before it, by id, without itself."""
        stack = [act]
        while stack:
            at = stack[-1]
            waiting = [self.acts[i] for i in at.before if i not in self.pasts]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            if at.id not in self.pasts:
                self.pasts[at.id] = set(at.before).union(*(self.pasts[i] for i in at.before))
                self.depths[at.id] = 1 + max((self.depths[i] for i in at.before), default=-1)
        return self.pasts[act.id]

    def counting(self, ids, kind):
        """Those of a kind that count, in act order."""
        acts = [self.acts[i] for i in ids if self.acts[i].kind == kind]
        for act in acts:
            self.past(act)
        return [act for act in sorted(acts, key=lambda act: (self.depths[act.id], act.id)) if self.counts(act)]

    def founders(self):
        return self.acts[self.network].body["founders"]

    def organisation_of(self, device, ids):
        """Whom a device acts for, by the counting acts among ids."""
        claims = []
        if self.network in ids:
            claims += [(0, self.network, founder["id"]) for founder in self.founders()
                       for one in founder["devices"] if one["device"] == device]
        for admit in self.counting(ids, ADMIT):
            join = self.acts[admit.body["join"]]
            if join.device == device:
                claims.append((self.depths[admit.id], admit.id, join.body["organisation"]["id"]))
        for act in self.counting(ids, DEVICE):
            if act.device == device:
                claims.append((self.depths[act.id], act.id, act.body["organisation"]))
        return min(claims)[2] if claims else None

    def role(self, organisation, ids):
        roles = [0]
        if self.network in ids and any(founder["id"] == organisation for founder in self.founders()):
            roles.append(COORDINATOR)
        for admit in self.counting(ids, ADMIT):
            join = self.acts[admit.body["join"]]
            if join.body["organisation"]["id"] == organisation:
                roles.append(min(self.acts[join.body["invite"]].body["role"], MEMBER))
        for act in self.counting(ids, ROLE):
            if act.body["organisation"] == organisation and (act.body["role"] != COORDINATOR or self.has_quorum(act, ids)):
                roles.append(act.body["role"])
        return max(roles)

    def coordinators(self, ids):
        known = {founder["id"] for founder in self.founders()} | {
            self.acts[act.body["join"]].body["organisation"]["id"] for act in self.counting(ids, ADMIT)}
        return {one for one in known if self.role(one, ids) == COORDINATOR}

    def has_quorum(self, act, ids):
        """Whether enough of the coordinators in its own past have said so, among ids."""
        past = self.past(act)
        voters = self.coordinators(past)
        votes = {self.organisation_of(act.device, past)}
        for approve in self.counting(ids, APPROVE):
            if approve.body["act"] == act.id and act.id in self.past(approve):
                votes.add(self.organisation_of(approve.device, self.past(approve)))
        majority = len(voters) // 2 + 1
        wanted = max(self.acts[self.network].body["quorum"], majority)
        return len(votes & voters) >= min(wanted, len(voters))

    def counts(self, act):
        if act.id not in self.counted:
            self.counted[act.id] = False
            self.counted[act.id] = bool(isinstance(act.body, dict) and self.judge(act))
        return self.counted[act.id]

    def judge(self, act):
        past, body = self.past(act), act.body
        own = None if act.kind in (GENESIS, JOIN, DEVICE) else self.organisation_of(act.device, past)
        try:
            if act.kind == GENESIS:
                return self.judge_genesis(act)
            if act.kind == JOIN:
                return self.judge_join(act, past)
            if act.kind == ADMIT:
                return self.judge_admit(act, past, own)
            if act.kind == DEVICE:
                certificate = body["certificate"]
                return (self.role(body["organisation"], past) > 0 and certificate["device"] == act.device and
                        self.certificate_verifies(certificate, body["organisation"], self.network))
            if act.kind == OPEN:
                opened = [one for one in self.counting(past, OPEN) if one.device == act.device]
                return (own is not None and self.role(own, past) >= MEMBER and len(body["nonce"]) == 8 and
                        len(opened) < 16)
            if act.kind in (INVITE, ROLE, APPROVE, TYPES, LEVEL):
                return own is not None and self.role(own, past) == COORDINATOR
        except (KeyError, TypeError, AttributeError):
            pass
        return False

    @staticmethod
    def certificate_verifies(certificate, organisation, network):
        return signed("banyan device", network, organisation,
                      organisation + certificate["device"] + certificate["transport"], certificate["signature"])

    def judge_genesis(self, act):
        founders = act.body["founders"]
        return (act.id == self.network and act.entry.prev == bytes(32) and act.entry.seq == 0 and
                all(self.certificate_verifies(one, founder["id"], bytes(32))
                    for founder in founders for one in founder["devices"]) and
                any(one["device"] == act.device for founder in founders for one in founder["devices"]))

    def judge_join(self, act, past):
        invite = self.acts.get(act.body["invite"])
        organisation, certificate = act.body["organisation"]["id"], act.body["certificate"]
        return (invite is not None and invite.id in past and invite.kind == INVITE and self.counts(invite) and
                certificate["device"] == act.device and
                self.certificate_verifies(certificate, organisation, self.network) and
                signed("banyan join", self.network, invite.body["key"],
                       organisation + certificate["device"] + certificate["transport"], act.body["proof"]))

    def judge_admit(self, act, past, own):
        join = self.acts.get(act.body["join"])
        if join is None or join.id not in past or join.kind != JOIN or not self.counts(join) or own is None:
            return False
        if self.role(own, past) == COORDINATOR:
            return True
        others = [one for one in self.counting(past, ADMIT)
                  if one.body["join"] != join.id and self.acts[one.body["join"]].body["invite"] == join.body["invite"]]
        return self.role(own, past) == MEMBER and not others

    def check_invites(self):
        """Of several joins of one invite some may be suspended; such files are not judged."""
        joins = {}
        for admit in self.counting(self.acts, ADMIT):
            join = self.acts[admit.body["join"]]
            joins.setdefault(join.body["invite"], set()).add(join.id)
        if any(len(one) > 1 for one in joins.values()):
            raise Uncovered("an invite that two have used")

    def logs(self):
        """Log id -> organisation and role of each log that a counting open announces."""
        return {act.device + act.body["nonce"]: (self.organisation_of(act.device, self.past(act)),
                                                 self.role(self.organisation_of(act.device, self.past(act)),
                                                           self.past(act)))
                for act in self.counting(self.acts, OPEN)}

    def name(self, organisation):
        for founder in self.founders():
            if founder["id"] == organisation:
                return founder["name"]
        for admit in self.counting(self.acts, ADMIT):
            one = self.acts[admit.body["join"]].body["organisation"]
            if one["id"] == organisation:
                return one["name"]
        return None


# -- act blocks of both kinds of files --------------------------------------------------------------------------------
def read_acts(source, network):
    entries, ends = [], {}
    for _ in range(source.varint("count of act blocks")):
        log, seq = source.take(40, "log of acts"), source.varint("first seq of acts")
        prev, size = source.take(32, "prev of acts"), source.varint("size of acts")
        need(size <= 2**20, "size of acts")
        block = read_block(log, seq, prev, source.take(size, "packed acts"))
        need(all(entry.kind >= 16 for entry in block), "a block of records among acts")
        need(ends.get(log, (0, bytes(32))) == (seq, prev), "acts that are no beginning of their log")
        # In genesis the network id is not known yet: 32 zero bytes stand for it
        is_genesis = block[-1].kind == GENESIS and block[-1].seq == 0
        block[-1].check_seal(bytes(32) if is_genesis else network)
        ends[log] = (seq + len(block), block[-1].id)
        entries += block
    return entries


# -- section 21 -------------------------------------------------------------------------------------------------------
def read_stretch(source, network):
    log, seq = source.take(40, "log of a stretch"), source.varint("first seq of a stretch")
    prev, count = source.take(32, "prev of a stretch"), source.varint("count of a stretch")
    need(count > 0, "an empty stretch")
    entries = []
    for _ in range(count):
        flags, hlc = source.number(1, "flags"), source.number(8, "hlc")
        need(flags <= 3, "flags of an entry")
        sizes = source.varint("links size"), source.varint("payload size")
        need(max(sizes) <= 61440, "a part of an entry")
        if flags & 2:
            salt, links = source.take(16, "salt"), source.take(sizes[0], "links")
            payload = source.take(sizes[1], "payload")
        else:
            links_hash, commit = source.take(32, "links hash"), source.take(32, "payload commit")
        seal = source.take(64, "seal") if flags & 1 else b""
        entry = (Entry.whole(log, seq, prev, flags & 1, 1, hlc, seal, salt, links, payload) if flags & 2 else
                 Entry(log, seq, prev, flags & 1, 1, hlc, sizes, links_hash, commit, seal))
        entries.append(entry)
        seq, prev = seq + 1, entry.id
    entries[-1].check_seal(network)
    return entries


def read_proof(source):
    network, name = source.take(32, "network id"), source.take(48, "name of the record")
    charter = Charter(network, read_acts(source, network))
    stretches = [read_stretch(source, network) for _ in range(source.varint("count of stretches"))]
    source.end("the proof")
    logs, seen, puts, operations = charter.logs(), set(), 0, []
    for stretch in stretches:
        need(stretch[0].log in logs, "a log that nobody announced")
        organisation, role = logs[stretch[0].log]
        for entry in (one for one in stretch if one.links is not None):
            links = value_of(entry.links, is_links=True)
            need(isinstance(links, list) and len(links) == 7 and links[0] + links[1] == name, "another record's operation")
            need(entry.id not in seen, "an operation that comes twice")
            seen.add(entry.id)
            operations.append({"by": charter.name(organisation), "op": links[2], "touches": links[6],
                               "values": value_of(entry.payload), "hlc": entry.hlc, "role": role})
            puts += links[2] == 0 and organisation == name[:32] and operations[-1]["values"] is not None
    need(puts > 0, "no put by the owner")
    operations.sort(key=lambda one: one["hlc"])
    return {"kind": "record", "network": network, "name": name, "operations": operations,
            "signers": sorted({one["by"] for one in operations})}


# -- section 22 -------------------------------------------------------------------------------------------------------
def read_view(source):
    network, view = source.take(32, "network id"), source.take(32, "view digest")
    charter_digest, records = source.take(32, "charter digest"), source.take(8, "records")
    charter = Charter(network, read_acts(source, network))
    count, signatures, before = source.varint("count of signatures"), [], b""
    need(count <= 256, "count of signatures")
    for _ in range(count):
        device, when = source.take(32, "device"), source.take(8, "when")
        need(device > before, "signatures out of order")
        need(signed("banyan view seal", network, device, view + charter_digest + records + when,
                    source.take(64, "signature")), "a signature does not verify")
        organisation = charter.organisation_of(device, set(charter.acts))
        need(organisation is not None and charter.role(organisation, set(charter.acts)) > 0, "a device of nobody")
        signatures.append((charter.name(organisation), int.from_bytes(when, "little")))
        before = device
    need(signatures, "nobody signed")
    count, before = source.varint("count of places"), b""
    need(count <= FILE_BYTES_MAX // 16, "count of places")
    for _ in range(count):
        place = source.take(16, "place")
        need(place >= before, "places out of order")
        before = place
    source.end("the view")
    groups = digest("banyan view", network, charter_digest, view)
    fingerprint = " ".join(f"{int.from_bytes(groups[4 * i:4 * i + 4], 'big') % 100000:05}" for i in range(8))
    return {"kind": "view", "network": network, "fingerprint": fingerprint,
            "records": int.from_bytes(records, "little"), "signatures": signatures}


def read(file, fields=None):
    need(len(file) <= FILE_BYTES_MAX, "it is too large")
    source = Source(file, fields)
    magic = source.take(8, "magic")
    need(magic in (b"BANYANPR", b"BANYANVW"), "it is neither a proof nor a signed view")
    need(source.take(1, "version") == b"\1", "version")
    need(source.take(3, "zero") == bytes(3), "zero")
    return read_proof(source) if magic == b"BANYANPR" else read_view(source)
