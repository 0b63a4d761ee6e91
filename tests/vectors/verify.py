#!/usr/bin/env python3
"""Verifies test vectors (*.json) and whole stores (sekisho.db) by docs/log-format.md alone.

Standard library only, and nothing of Sekisho's own code: a second reader of the same bytes. Prints what it went
through; the first thing that doesn't hold ends it with status 1.

    python3 verify.py log-format.json
    python3 verify.py /path/to/store/sekisho.db
"""
import hashlib
import json
import pathlib
import sqlite3
import sys
import zlib

NO_HASH = bytes(32)
SHIFT = 1 << 32
# Field groups that few applications have.
RARE = (6, 7, 8, 9, 10, 11)


def need(holds, what):
    """Ends everything with the first thing that doesn't hold."""
    if not holds:
        raise SystemExit(f"does not verify: {what}")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# --- deterministic CBOR (section 3) -------------------------------------------------------------------------------

def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    width = next(width for width in (1, 2, 4, 8) if value < 1 << 8 * width)
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[width]]) + value.to_bytes(width, "big")


def cbor(item):
    """Writes an item in the one way that is allowed."""
    if item is None or item is True or item is False:
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[item]
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        return head(3, len(item.encode())) + item.encode()
    if isinstance(item, list):
        return head(4, len(item)) + b"".join(cbor(part) for part in item)
    pairs = sorted((cbor(key), cbor(value)) for key, value in item.items())
    return head(5, len(pairs)) + b"".join(key + value for key, value in pairs)


def uncbor(data):
    """Reads one item that fills `data`, and sees that it is written in the one way that is allowed."""
    item, end = _item(data, 0, 0)
    need(end == len(data) and cbor(item) == data, "deterministic CBOR")
    return item


def _item(data, at, depth):
    need(depth <= 8 and at < len(data), "nesting, length")
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        need(low in (20, 21, 22), "simple value")
        return {20: False, 21: True, 22: None}[low], at
    need(low < 28, "definite length")
    width = 0 if low < 24 else 1 << low - 24
    value = low if low < 24 else int.from_bytes(data[at:at + width], "big")
    at += width
    if major < 2:
        return (value, -1 - value)[major], at
    need(value <= len(data) - at, "length")
    if major < 4:
        part = data[at:at + value]
        return (part if major == 2 else part.decode()), at + value
    need(major < 6, "no tags")
    parts = []
    for _ in range(value * (major - 3)):
        part, at = _item(data, at, depth + 1)
        parts.append(part)
    if major == 4:
        return parts, at
    need(len(set(parts[::2])) == value, "each key once")
    return dict(zip(parts[::2], parts[1::2])), at


# --- columns and target lists (section 6) -------------------------------------------------------------------------

def varints(data):
    value, shift = 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value, shift = 0, 0
    need(shift == 0, "a varint ends")


def numbers(encoding, count, data):
    if encoding == 2:
        encoding, data = 1, zlib.decompress(data, wbits=-15)
    found, at = [], 0
    if encoding == 0:
        steps = iter(varints(data))
        for gap, length in zip(steps, steps):
            found += range(at + gap, at + gap + length)
            at += gap + length
    else:
        need(encoding == 1, "an encoding of targets")
        for gap in varints(data):
            at += gap
            found.append(at)
    need(len(found) == count and all(a < b for a, b in zip(found, found[1:])), "targets ascend, each once")
    return found


def targets(item):
    return [(stream, n) for stream, encoding, count, data in item for n in numbers(encoding, count, data)]


def index(item, count):
    encoding, data = item
    if not data:
        return [0] * count
    found = list(varints(zlib.decompress(data, wbits=-15) if encoding else data))
    need(len(found) == count, "an index for each target")
    return found


def reference(wire):
    return None if wire == 0 else (wire >> 32, wire & SHIFT - 1)


def value(item):
    return ("operation", reference(item[0])) if isinstance(item, list) else item


def from_base(item, count):
    pairs = [(value(before), reference(base)) for before, base in item[0]]
    return [pairs[i] for i in index(item[1], count)]


# --- operations (sections 4 and 5) --------------------------------------------------------------------------------

def written(group, to, where, before):
    ids = targets(where)
    return {"group": group, "to": value(to),
            "targets": [(id, *pair) for id, pair in zip(ids, from_base(before, len(ids)))]}


def import_body(b):
    births = targets(b[8][0])
    revised = targets(b[10][0])
    return {
        "file": b[0], "profile": b[1], "profile_hash": b[2], "encoding": b[3], "counts": b[4], "record_format": b[5],
        "first": b[6], "span": b[7],
        "births": [(id, *b[8][1][i]) for id, i in zip(births, index(b[8][2], len(births)))],
        "chunks": b[9],
        "revised": [(id, base) for id, (_, base) in zip(revised, from_base(b[10][1], len(revised)))],
        "source": [written(2, to, where, before) for to, where, before in b[11]],
        "rejected": [b[12], b[13]],
    }


def only(fields):
    return {name: value for name, value in fields.items() if value is not None}


def operator_row(r):
    need({0, 1} <= set(r) <= set(range(7)) and r.get(5) != [], "an operator's row")
    groups, stands_for = r.get(5), r.get(6)
    return {"code": r[0], "enabled": r[1], **only({
        "department": r.get(2), "account": r.get(3), "until": r.get(4),
        "groups": [reference(wire) for wire in groups] if groups else None,
        "stands_for": [reference(stands_for[0]), stands_for[1]] if stands_for else None,
    })}


def grant_row(r):
    need({0, 1, 2} <= set(r) <= set(range(7)) and r[0] in (0, 1, 2), "a grant's row")
    return {"to": [r[0], reference(r[1])], "right": r[2], "form": r.get(3), "segment": r.get(4), "from": r.get(5),
            "until": r.get(6)}


def against(kind, first, second):
    """What an application was compared with: [1, application, operation] or [2, hash, line]."""
    return [kind, reference(first), reference(second)] if kind == 1 else [kind, first, second]


BODIES = {
    1: lambda b: {"predecessor": b[0], "cause": b[1]},
    2: lambda b: {"subject": reference(b[0]), **operator_row(b[1]), "base": reference(b[2]), **only({"from": b.get(3)})},
    3: import_body,
    4: lambda b: {"writes": [written(*write) for write in b[0]], **only({"declared": b.get(1), "blocks": b.get(2)})},
    5: lambda b: {"undoes": reference(b[0]), "refused": targets(b[1])},
    6: lambda b: {"count": b[0], "format": b[1], "columns": b[2], "file": b[3]},
    7: lambda b: {"imports": [reference(wire) for wire in b[0]]},
    8: lambda b: {"subject": reference(b[0]), "kept": b[1]},
    9: lambda b: {"file": b[0], "import": reference(b[1])},
    10: lambda b: {"file": b[0], "targets": targets(b[1])},
    11: lambda b: {"day": b[0], "moved": [
        {"subject": reference(subject), "base": reference(base), **operator_row(row)} for subject, base, row in b[1]]},
    12: lambda b: {"subject": reference(b[0]), "name": b[1], "kept": b[2], "base": reference(b[3])},
    13: lambda b: {"subject": reference(b[0]), **grant_row(b[1]), "kept": b[2], "base": reference(b[3])},
    14: lambda b: {"subject": reference(b[0]), "kept": b[1], "targets": targets(b[2]), "undoes": reference(b[3])},
    15: lambda b: {"target": reference(b[0]), "reader": b[1], "strikes": reference(b[2])},
    16: lambda b: {"heads": [[reference(last), head] for last, head in b[0]]},
    17: lambda b: {"act": b[0], "targets": targets(b[1])},
    18: lambda b: {"request": reference(b[0]), "decided": b[1], "hash": b[2], "void": b.get(3)},
    19: lambda b: {"target": reference(b[0]), "identified": b[1], "callback": b[2], "answers": reference(b[3])},
    20: lambda b: {"whole": b[0], "at_year_end": b[1], "days": b[2]},
    22: lambda b: {"subject": reference(b[0]), "step": b[1], "day": b.get(3), "writes": [written(*write) for write in b[2]]},
    23: lambda b: {"side": b[0], "narrowed": b[1], "count": b[2], "texts": b[3]},
    24: lambda b: {"subject": reference(b[0]), "credential": b[1], "change": b[2], "key": b[3]},
    25: lambda b: {"subject": reference(b[0]), "credential": b[1], "count": b[2], "locked": b[3]},
    26: lambda b: {"class": b[0], "generation": b[1], "public": b[2], "recovery": b[3],
                   "holders": [reference(wire) for wire in b[4]]},
    27: lambda b: {"target": reference(b[0]), "class": b[1], "items": b[2]},
    28: lambda b: {"targets": targets(b[0]), "purpose": b[1]},
    29: lambda b: {"targets": targets(b[0]), "rule": b[1], "texts": [reference(wire) for wire in b[2]]},
    30: lambda b: {"erasure": reference(b[0]), "steps": b[1]},
    32: lambda b: {"target": reference(b[0]), "content": reference(b[1]), "against": against(*b[2]), "pass": b[3],
                   "fields": b[4]},
    33: lambda b: {"members": targets(b[0]), "kept": b[1]},
}


def second_person(data):
    """Reads field 10 (section 4): None for bytes of a later version, [] for alone, else approver, request and hash."""
    def whole(part):
        return part[:8], part[8:16], int.from_bytes(part[16:20], "big")
    if data == b"\0":
        return []
    if data[:1] == b"\1" and len(data) == 1 + 20 + 20 + 32:
        return [whole(data[1:21]), whole(data[21:41]), data[41:]]
    return None


def operation(data):
    """Reads an envelope; ids are (index into the dictionary, number)."""
    e = uncbor(data)
    need(e[0] == 1 and set(range(10)) <= set(e) <= set(range(13)), "an envelope of version 1")
    body = BODIES.get(e[6], lambda b: {"cbor": cbor(b)})(e[9])
    return {
        "terminal": e[1], "epoch": e[2], "seq": e[3], "at_ms": e[4], "actor": reference(e[5]), "kind": e[6],
        "command": e[7], "streams": [tuple(stream) for stream in e[8]], "body": body, "approval": e.get(10),
        "payload": e.get(11), "critical": e.get(12, False),
    }


def chained(previous, data):
    return sha256(b"sekisho/op/1", previous, len(data).to_bytes(8, "big"), data)


def chunk_hashes(leaves):
    """The hashes over leaves at places, given as pairs in ascending order (section 8)."""
    parts = {}
    for place, leaf in leaves:
        parts.setdefault(place // 4096, []).append(leaf)
    return [sha256(*parts.get(chunk, [])) for chunk in range(max(parts, default=-1) + 1)]


# --- the vectors --------------------------------------------------------------------------------------------------

def plain(thing):
    """Bytes as hex, tuples as lists: as JSON has them."""
    if isinstance(thing, bytes):
        return thing.hex()
    if isinstance(thing, (list, tuple)):
        return [plain(part) for part in thing]
    if isinstance(thing, dict):
        return {key: plain(part) for key, part in thing.items()}
    return thing


def verify_vectors(path):
    vectors = json.loads(path.read_text(encoding="utf-8"))
    hexed = bytes.fromhex
    for g in vectors["genesis"]:
        made = sha256(*(hexed(g[key]) for key in ("store", "terminal", "epoch", "predecessor")))
        need(made.hex() == g["hash"], "genesis")
    at = hexed(vectors["genesis"][0]["hash"])
    for op in vectors["operations"]:
        data = hexed(op["bytes"])
        need(sha256(data).hex() == op["sha256"], f"{op['name']}: SHA-256 of the bytes")
        at = chained(at, data)
        need(at.hex() == op["hash"], f"{op['name']}: chain")
        found, said = plain(operation(data)), op["reads"]
        for key in said:
            need(found[key] == said[key], f"{op['name']}: {key}\n read {found[key]}\n said {said[key]}")
        need(set(found) == set(said), f"{op['name']}: what is read")
        if "payload" in op:
            made = sha256(hexed(op["payload"]["salt"]), op["payload"]["text"].encode())
            need(made.hex() == said["payload"], f"{op['name']}: payload")
    for r in vectors["records"]:
        c = r["content"]
        form = sha256(cbor([c["form"]["name"], *c["form"]["items"]]))
        need(form.hex() == r["items_hash"], f"{r['name']}: items hash")
        raw = {int(field): hexed(data) for field, data in c["raw"].items()}
        for item, data in c.get("sealed", {}).items():
            c["values"][int(item)] = hexed(data)
        fields = [c["source"], c["number"], c["form"]["code"], c["form"]["version"], form, c["submitted"], c["tz"],
                  c["name"], c["kana"], c["mail"], c["user_id"], c["line"], c["remarks"], c["values"], raw]
        need(cbor(fields).hex() == r["record"], f"{r['name']}: record")
        need(sha256(hexed(r["salt"]), hexed(r["record"])).hex() == r["leaf"], f"{r['name']}: leaf")
    for c in vectors["chunks"]:
        leaves = [(place, hexed(leaf)) for place, leaf in c["leaves"]]
        need([chunk.hex() for chunk in chunk_hashes(leaves)] == c["hashes"], f"{c['name']}: chunks")
    for r in vectors["rejected"]:
        leaves = [sha256(hexed(row["salt"]), hexed(row["bytes"])) for row in r["rows"]]
        need(sha256(*leaves).hex() == r["commitment"], f"{r['name']}: commitment")
    print(f"vectors: {len(vectors['operations'])} operations, {len(vectors['records'])} records")


def distances(data):
    """Items in the form of sealed.places (section 7)."""
    items, after, value, shift = [], 0, 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            items.append(after + value)
            after, value, shift = items[-1] + 1, 0, 0
    return items


# --- a store ------------------------------------------------------------------------------------------------------

class Store:
    """A store, read only. Ids are integers: local number of the stream << 32 | number."""

    def __init__(self, path):
        self.db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        self.streams = {(terminal, epoch): no for no, terminal, epoch in self.rows("SELECT no, terminal, epoch FROM stream")}
        self.sources = dict(self.rows("SELECT no, code FROM source"))
        self.forms = {}
        for no, code, version, name, items, kept in self.rows("SELECT no, code, version, name, items, items_hash FROM form"):
            need(sha256(cbor([name, *json.loads(items)])) == kept, f"form {no}")
            self.forms[no] = (code, version, kept)
        self.operations = {}
        # Stores of earlier versions seal nothing.
        self.seals = bool(self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'sealed'"))
        self.contents = 0

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def local(self, op, id):
        """The id as this store numbers it."""
        if id is None:
            return None
        dictionary = [(op["terminal"], op["epoch"]), *op["streams"]]
        return self.streams[dictionary[id[0]]] << 32 | id[1]

    def verify(self):
        (uid,), = self.rows("SELECT v FROM meta WHERE k = 'store_uid'")
        self.wordless = set()  # operations without the payload that they commit to
        self.ended = set()  # (terminal, head) of the streams before: what a stream that follows may name
        for no, terminal, epoch, seq, head_ in self.rows("SELECT no, terminal, epoch, seq, head FROM stream ORDER BY no"):
            self.verify_chain(uid, no, (terminal, epoch), seq, head_)
        need(self.rows("SELECT count(*) FROM op") == [(len(self.operations),)], "operations of no stream")
        self.verify_erasures()
        cleared = {self.local(op, id) for op in self.operations.values() if op["kind"] == 7 for id in op["body"]["imports"]}
        for id, op in self.operations.items():
            if op["kind"] == 3:
                self.verify_import(id, op, id in cleared)
        born = {id: op["body"]["code"] for id, op in self.operations.items() if op["kind"] == 2 and not op["body"]["subject"]}
        need(dict(self.rows("SELECT id, code FROM operator")) == born, "operators")
        people = sorted(id for id, op in self.operations.items() if op["kind"] in (2, 11, 12, 13, 24, 26))
        need([id for id, in self.rows("SELECT op FROM people ORDER BY op")] == people, "people")
        self.verify_state()
        print(f"store: {len(self.operations)} operations, {self.contents} contents, {len(self.state)} applications")

    def verify_chain(self, uid, no, stream, seq, last):
        found = self.rows("SELECT op.id, at, actor, kind, bytes, hash, text, salt FROM op LEFT JOIN op_text"
                          " ON op_text.op = op.id WHERE op.id >> 32 = ? ORDER BY op.id", no)
        need([id for id, *_ in found] == [no << 32 | n for n in range(1, seq + 1)], f"stream {no}: a gap")
        at = None
        for id, at_ms, actor, kind, data, kept, text, salt in found:
            op = operation(data)
            if at is None:
                need(op["kind"] == 1, f"op {id}: a stream begins with its epoch")
                before, founded = op["body"]["predecessor"], op["body"]["cause"] == 0
                need(before == bytes(32) if founded else (stream[0], before) in self.ended, f"op {id}: predecessor")
                at = sha256(uid, *stream, op["body"]["predecessor"])
            at = chained(at, data)
            need(at == kept, f"op {id}: hash")
            need((op["terminal"], op["epoch"]) == stream and op["seq"] == id & SHIFT - 1, f"op {id}: place")
            need((at_ms, actor, kind) == (op["at_ms"], self.local(op, op["actor"]) or 0, op["kind"]), f"op {id}: copy")
            made = None if text is None else sha256(salt, text.encode())
            if text is None and op["payload"]:
                self.wordless.add(id)
            else:
                need(made == op["payload"], f"op {id}: payload")
            self.operations[id] = op
        need(at in (None, last), f"stream {no}: head")
        self.ended.add((stream[0], last))

    def verify_erasures(self):
        """What was erased is gone, and nothing else is (section 9)."""
        self.erased, texts, done = {}, set(), {}
        for id, op in sorted(self.operations.items()):
            if op["kind"] == 29:
                done[id] = None
                self.erased.update({self.local(op, target): id for target in op["body"]["targets"]})
                texts.update(self.local(op, text) for text in op["body"]["texts"])
            elif op["kind"] == 30:
                erasure = self.local(op, op["body"]["erasure"])
                done[erasure] = done[erasure] or id
        need(self.wordless == texts, "erased payloads")
        if not self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'tomb'"):
            return
        need({app: by for app, op, by in self.rows("SELECT app, op, by_op FROM tomb") if op == 0} == self.erased, "tomb")
        need(self.rows("SELECT count(*) FROM tomb WHERE app NOT IN (SELECT app FROM tomb WHERE op = 0)") == [(0,)], "tomb")
        need(self.rows("SELECT count(*) FROM gone") == [(len(self.erased),)], "gone")
        need(dict(self.rows("SELECT op, done_by FROM erasure")) == done, "erasures")

    def verify_import(self, id, op, cleared):
        body = op["body"]
        leaves = [((birth[0][1] - body["first"]), self.leaf(self.local(op, birth[0]), 0)) for birth in body["births"]]
        need(all(0 <= place < body["span"] for place, _ in leaves), f"op {id}: births")
        leaves += [(body["span"] + i, self.leaf(self.local(op, target), id)) for i, (target, _) in enumerate(body["revised"])]
        need(chunk_hashes(leaves) == body["chunks"], f"op {id}: contents")
        read, added, updated, unchanged, rejected = body["counts"]
        need((added, updated, rejected) == (len(body["births"]), len(body["revised"]), body["rejected"][0])
             and read == added + updated + unchanged + rejected, f"op {id}: counts")
        self.contents += len(leaves)
        if not cleared:
            aside = self.rows("SELECT salt, bytes FROM rejected WHERE op = ? ORDER BY line", id)
            need(len(aside) == rejected and sha256(*(sha256(*row) for row in aside)) == body["rejected"][1],
                 f"op {id}: rejected rows")

    def leaf(self, app, brought):
        """The leaf of the content that an operation brought (0: the birth), wherever it stands now."""
        now = self.rows("SELECT source, number, form, submitted, tz, name, kana, mail, user_id, line, remarks, items, salt"
                        " FROM app WHERE id = ? AND op = ?", app, brought)
        if not now:
            old = self.rows("SELECT row FROM app_old WHERE id = ? AND op = ?", app, brought)
            if not old:
                (kept,), = self.rows("SELECT leaf FROM tomb WHERE app = ? AND op = ?", app, brought)
                return kept
            salt, _, record = uncbor(old[0][0])
            return sha256(salt, record)
        source, number, form, *fields, items, salt = now[0]
        raw = dict(self.rows("SELECT field, bytes FROM raw WHERE id = ? AND op = ?", app, brought))
        values = json.loads(items)
        if self.seals:
            for places, sealed in self.rows("SELECT places, ct FROM sealed WHERE app = ? AND op = ?", app, brought):
                for item in distances(places):
                    values[item] = sha256(sealed)
        record = [self.sources[source], number, *self.forms[form], *fields, values, raw]
        return sha256(salt, cbor(record))

    def root(self, id):
        """The change that undoing `id` is about, and whether that restores what was before it (section 9)."""
        restores = True
        while self.operations[id]["kind"] == 5:
            op = self.operations[id]
            earlier = self.local(op, op["body"]["undoes"])
            need(earlier >> 32 != id >> 32 or earlier < id, f"op {id}: undoes what came later")
            id, restores = earlier, not restores
        need(self.operations[id]["body"].get("writes"), f"op {id}: can't be undone")
        return self.operations[id], restores

    def column(self, op, to):
        """A value as its column keeps it: an operator by this store's number."""
        return self.local(op, to[1]) if isinstance(to, tuple) else to

    def replay(self):
        """Each group with the operation that wrote it, and the version: by the log alone."""
        state = {}

        def put(id, app, group, to, base):
            mine = state[app]
            need(mine[group][1] == base, f"op {id}: base of {app}")
            mine[group] = (to, id)
            mine["ver"] += id != mine["counted"]
            mine["counted"] = id

        for id, op in sorted(self.operations.items()):
            body = op["body"]
            if op["kind"] == 3:
                for birth, ours, source in body["births"]:
                    state[self.local(op, birth)] = {
                        1: (ours, id), 2: (source, None if source is None else id), 3: (None, None), 4: (None, None),
                        5: (None, None), **{group: (None, None) for group in RARE}, "ver": 1, "counted": None}
                for target, _ in body["revised"]:
                    mine = state[self.local(op, target)]
                    mine["ver"], mine["counted"] = mine["ver"] + 1, id
            if op["kind"] == 29:
                for target in body["targets"]:
                    del state[self.local(op, target)]
                continue
            for write in body.get("source", body.get("writes", [])):
                for target, _, base in write["targets"]:
                    put(id, self.local(op, target), write["group"], self.column(op, write["to"]), self.local(op, base))
            if op["kind"] == 5:
                undone = self.local(op, body["undoes"])
                refused = {self.local(op, target) for target in body["refused"]}
                change, restores = self.root(undone)
                for write in change["body"]["writes"]:
                    for target, before, _ in write["targets"]:
                        app = self.local(change, target)
                        if app not in refused:
                            to = self.column(change, before if restores else write["to"])
                            put(id, app, write["group"], to, undone)
        return state

    def verify_marks(self):
        """The registers of tags and notes say what the log says (section 9)."""
        tags, notes = {}, {}
        for id, op in sorted(self.operations.items()):
            body = op["body"]
            if op["kind"] == 14:
                tag = self.local(op, body["subject"]) or id
                tags.update({(self.local(op, target), tag): (id, body["kept"]) for target in body["targets"]})
            elif op["kind"] == 15 and body["strikes"] is None:
                notes[id] = (self.local(op, body["target"]), body["reader"], None)
            elif op["kind"] == 15:
                app, reader, struck = notes[self.local(op, body["strikes"])]
                notes[self.local(op, body["strikes"])] = (app, reader, struck or id)
            elif op["kind"] == 29:
                gone = {self.local(op, target) for target in body["targets"]}
                tags = {key: row for key, row in tags.items() if key[0] not in gone}
                notes = {note: row for note, row in notes.items() if row[0] not in gone}
        kept = {(app, tag): (op, bool(on)) for app, tag, op, on in self.rows("SELECT app, tag, op, kept FROM tag")}
        need(kept == tags, "tags")
        need({op: row for op, *row in self.rows("SELECT op, app, reader, struck_by FROM note")}
             == {op: list(row) for op, row in notes.items()}, "notes")

    def verify_calls(self):
        """The registers of calls and of looks say what the log says (section 9)."""
        calls, looks = {}, set()
        for id, op in sorted(self.operations.items()):
            body = op["body"]
            if op["kind"] == 19:
                answers = self.local(op, body["answers"])
                if answers in calls:
                    app, wanted, answered = calls[answers]
                    calls[answers] = (app, wanted, answered or id)
                calls[id] = (self.local(op, body["target"]), body["callback"], None)
            elif op["kind"] == 27:
                looks.add((self.local(op, body["target"]), id))
            elif op["kind"] == 28:
                looks |= {(self.local(op, target), id) for target in body["targets"]}
        kept = {op: (app, bool(wanted), by) for op, app, wanted, by in
                self.rows("SELECT op, app, callback, answered_by FROM call")}
        need(kept == calls, "calls")
        need(set(self.rows("SELECT app, op FROM touch")) == looks, "looks")

    def verify_rulings(self):
        """The register of rulings says what the log says (section 9)."""
        rulings = {}
        for id, op in sorted(self.operations.items()):
            body = op["body"]
            if op["kind"] == 22:
                rulings[self.local(op, body["subject"]) or id] = (body["step"], id)
            elif op["kind"] == 5:
                at, taken_back = self.local(op, body["undoes"]), True
                while self.operations[at]["kind"] == 5:
                    at = self.local(self.operations[at], self.operations[at]["body"]["undoes"])
                    taken_back = not taken_back
                if self.operations[at]["kind"] == 22:
                    rulings[at] = (4 if taken_back else 1, id)
        need({op: (state, by) for op, state, by in self.rows("SELECT op, state, by FROM ruling")} == rulings, "rulings")

    def verify_state(self):
        self.state = self.replay()
        kept = self.rows("SELECT id, ver, status, status_op, source_status, source_op, assignee, assignee_op, due, due_op,"
                         " custody, custody_op FROM state ORDER BY id")
        need([row[0] for row in kept] == sorted(self.state), "an application for each birth")
        for id, ver, *groups in kept:
            mine = self.state[id]
            found = [mine["ver"], *(part for group in range(1, 6) for part in mine[group])]
            need(found == [ver, *groups], f"state {id}")
        # Stores of earlier versions know neither tags nor notes, nor groups that few applications have.
        if self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'rare'"):
            rare = {(group, app): (value, op) for group, app, value, op in self.rows("SELECT grp, app, value, op FROM rare")}
            said = {(group, app): mine[group] for app, mine in self.state.items() for group in RARE
                    if mine[group][1] is not None}
            need(rare == said, "rare")
        if self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'tag'"):
            self.verify_marks()
        if self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'ruling'"):
            self.verify_rulings()
        if self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'call'"):
            self.verify_calls()


def main(paths):
    need(paths, "name a log-format.json or a sekisho.db")
    for path in map(pathlib.Path, paths):
        if path.suffix == ".json":
            verify_vectors(path)
        else:
            Store(path).verify()


if __name__ == "__main__":
    main(sys.argv[1:])
