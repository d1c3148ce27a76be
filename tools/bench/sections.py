"""Where the bytes are: files of the data directory by kind, and segments by what they hold, read
from their tails (docs/formats/segment.md)."""
import collections
import os
import struct
import subprocess

TRAILER, CHUNK_HEADER, CODEC_AT = 48, 42, 41
CODEC_ZSTD = 1
TRAILER_MAGIC = b"LWSEGT1\n"
FLAG_INTEGERS, FLAG_IN_PIECE, FLAG_COUNTS = 2, 4, 8
CONSTANT = 1
ENCODINGS = {1: "constant", 2: "dictionary codes", 3: "run-length codes", 4: "mapped", 5: "hex",
             6: "strings"}
FRAMES = ("times", "shapes", "coordinates")


class Bytes:
    """Reads varints and texts one after another."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        if self.at > len(self.data):
            raise ValueError("the tail ends too early")
        return self.data[self.at - count:self.at]

    def u8(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def varints(self, count):
        return [self.varint() for _ in range(count)]

    def text(self):
        return self.take(self.varint())


class Pieces:
    """Collects which part of which chunk is whose; then shares out the chunks' stored bytes. A
    pack is compressed as one, so its parts are charged by their share of the raw bytes."""

    def __init__(self, chunk_bytes):
        self.chunk_bytes, self.parts = chunk_bytes, collections.defaultdict(list)

    def take(self, tail, owner):
        chunk, size = tail.varint(), tail.varint()
        self.parts[chunk].append((owner, size))

    def add_to(self, totals):
        for chunk, parts in self.parts.items():
            raw = sum(size for _, size in parts)
            for owner, size in parts:
                share = size / raw if raw else 1 / len(parts)
                totals[owner] += self.chunk_bytes[chunk] * share


def read_end(path):
    """(tail chunk's stored bytes, its payload); none when the file is not a segment."""
    if os.path.getsize(path) < TRAILER:
        return None
    with open(path, "rb") as file:
        file.seek(-TRAILER, os.SEEK_END)
        trailer = file.read(TRAILER)
        if not trailer.endswith(TRAILER_MAGIC):
            return None
        offset, size = struct.unpack_from("<QI", trailer)
        file.seek(offset)
        chunk = file.read(size)
    payload = chunk[CHUNK_HEADER:]
    if chunk[CODEC_AT] == CODEC_ZSTD:
        payload = subprocess.run(["zstd", "-dcq"], input=payload, capture_output=True,
                                 check=True).stdout
    return size, payload


def read_summary(tail):
    tail.take(16)
    tail.u8()
    tail.varints(2 + 4)
    tail.varints(4 * tail.varint())  # offset ranges
    tail.varints(3 * tail.varint())  # days
    for _ in range(tail.varint()):  # sections
        tail.take(2)
        tail.varints(2)


def read_fields(tail, totals, by_field):
    """Gives the names; adds the bytes of their dictionaries."""
    pieces, names = Pieces(tail.varints(tail.varint())), []
    for _ in range(tail.varint()):
        names.append(tail.text().decode(errors="replace"))
        flags = tail.u8()
        tail.varint()
        if flags & FLAG_INTEGERS:
            tail.varints(2)
        values = tail.varint()
        if flags & FLAG_IN_PIECE:
            pieces.take(tail, names[-1])
        else:
            for _ in range(values):
                tail.text()
        if flags & FLAG_COUNTS:
            tail.varints(values)
    owned = collections.Counter()
    pieces.add_to(owned)
    totals["dictionaries"] += sum(owned.values())
    by_field.update(owned)
    return names


def read_group(tail, names, totals, by_field):
    tail.varints(3 + 2)
    pieces = Pieces(tail.varints(tail.varint()))
    for frame in FRAMES:
        pieces.take(tail, (frame, None))
    place, fields = 0, []
    for _ in range(tail.varint()):
        place += tail.varint()
        fields.append(names[place])
        place += 1
    encodings = [tail.u8() for _ in fields]
    for field, encoding in zip(fields, encodings):
        if encoding == CONSTANT:
            tail.varint()
        else:
            pieces.take(tail, (ENCODINGS.get(encoding, "other"), field))
    owned = collections.Counter()
    pieces.add_to(owned)
    for (kind, field), size in owned.items():
        totals[kind] += size
        if field:
            by_field[field] += size


def read_segment(path, totals, by_field):
    """Adds a segment's bytes by section and by field; False when the file is not a segment."""
    end = read_end(path)
    if not end:
        return False
    found, size = collections.Counter(), os.path.getsize(path)
    found["tail"], tail = end[0], Bytes(end[1])
    read_summary(tail)
    names = read_fields(tail, found, by_field)
    for _ in range(tail.varint()):  # shapes
        tail.varints(tail.varint())
    for _ in range(tail.varint()):  # tag sets
        for _ in range(2 * tail.varint()):
            tail.text()
    for _ in range(tail.varint()):
        read_group(tail, names, found, by_field)
    if tail.at != len(tail.data):
        raise ValueError(f"{path}: {len(tail.data) - tail.at} bytes of the tail are left over")
    found["headers"] = size - sum(found.values())
    totals.update(found)
    return True


def bytes_on_disk(data):
    """({kind or `segment SECTION`: bytes}, {field: bytes in segments}) of a data directory."""
    kinds, totals, by_field = collections.Counter(), collections.Counter(), collections.Counter()
    for at, _, names in os.walk(data):
        top = os.path.relpath(at, data).split(os.sep)[0]
        for name in names:
            path = os.path.join(at, name)
            try:
                if not read_segment(path, totals, by_field):
                    kinds[name if top == "." else top] += os.path.getsize(path)
            except FileNotFoundError:
                continue
    kinds.update({f"segment {section}": size for section, size in totals.items()})
    return {kind: round(size) for kind, size in kinds.items() if round(size)}, \
        {field: round(size) for field, size in by_field.most_common(15)}
