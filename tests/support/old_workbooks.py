"""Workbooks of before 2007, written byte by byte: a compound file of one stream, and the records of its sheets.

Source: [MS-CFB] 2.2 to 2.6 and [MS-XLS] 2.4, of which only what is needed here is written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

SECTOR = 4096
FREE, END, OF_TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def number(row: int, column: int, value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))


def text(row: int, column: int, value: str) -> bytes:
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(value), 0) + value.encode("latin-1"))


def heads(headings: Iterable[str]) -> bytes:
    return b"".join(text(0, column, heading) for column, heading in enumerate(headings))


def dimensions(rows: int, columns: int) -> bytes:
    return record(0x200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))


def stream(sheets: list[bytes], *, more: bytes = b"", places: Iterable[int] = ()) -> bytes:
    """The stream "Workbook"; `places`: numbers of the sheets that its list names, each once by default."""
    begin, end = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), record(0x0A)
    order = list(places) or list(range(len(sheets)))
    names = [f"s{n}".encode() for n in range(len(order))]
    listed = sum(4 + 8 + len(name) for name in names)
    at = len(begin) + len(more) + listed + len(end)
    bodies = [record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + sheet + end for sheet in sheets]
    starts = [at + sum(map(len, bodies[:n])) for n in range(len(bodies))]
    list_of = b"".join(record(0x85, struct.pack("<IHBB", starts[n], 0, len(name), 0) + name)
                       for n, name in zip(order, names, strict=True))
    return begin + more + list_of + end + b"".join(bodies)


def write_old_book(path: Path, content: bytes, *, loops: bool = False) -> None:
    """A compound file of sectors of 4,096 bytes with the one stream; `loops`: its last sector leads to its first."""
    content += bytes(-len(content) % SECTOR)
    count = len(content) // SECTOR
    table_sectors = -(-(count + 2 + count // 1000) // 1024)
    first = table_sectors + 1
    chain = [*([OF_TABLE] * table_sectors), END, *range(first + 1, first + count), first if loops else END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(table_sectors * SECTOR, b"\xff")
    header = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 4, 0xFFFE, 12, 6, 1, table_sectors, table_sectors, 0, 4096, END, 0, END, 0))
    listed = struct.pack("<109I", *[*range(table_sectors), *([FREE] * (109 - table_sectors))])
    entries = [("Root Entry", 5, 0, 0), ("Workbook", 2, first, 0xFFFFFFF if loops else len(content))]
    folder = b"".join(_entry(*one) for one in entries)
    path.write_bytes((header + listed).ljust(SECTOR, b"\0") + table + folder.ljust(SECTOR, b"\0") + content)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    child = 1 if kind == 5 else FREE
    return (letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, FREE, FREE, child) + bytes(36)
            + struct.pack("<IQ", start, size))
