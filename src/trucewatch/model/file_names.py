"""Names of files as records hold them: any name that a disk can have, in text that reads back to the same name.

A disk's names are bytes. One that is no UTF-8 (CP1251, as some programs unpack a ZIP) reaches Python with a stand-in
for each such byte, which no record and no page can hold. On record the byte stands as `\\xNN`.
"""

from __future__ import annotations

import re

_LIKE_AN_ESCAPE = re.compile(r"\\(?=x[0-9a-f]{2})")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
_STAND_IN = 0xDC00


def name_on_record(name: str) -> str:
    r"""A file's name or path, as the system gives it, in text that every record can hold.

    A backslash that would read as such an escape is escaped itself; any other name stays as it is.

    >>> name_on_record("inbox/reports.csv")
    'inbox/reports.csv'
    >>> name_on_record(b"inbox/\xee\xf2\xf7\xb8\xf2.csv".decode("utf-8", "surrogateescape"))
    'inbox/\\xee\\xf2\\xf7\\xb8\\xf2.csv'
    >>> name_on_record(r"a\x41.csv")
    'a\\x5cx41.csv'
    """
    if name.isascii() and "\\" not in name:
        return name
    plain = _LIKE_AN_ESCAPE.sub(lambda _: r"\x5c", name)
    return "".join(f"\\x{ord(char) - _STAND_IN:02x}" if 0xDC80 <= ord(char) <= 0xDCFF else char for char in plain)


def name_on_disk(recorded: str) -> str:
    r"""The name as the system gives it, of one on record.

    >>> name_on_disk('inbox/\\xee.csv').encode("utf-8", "surrogateescape")
    b'inbox/\xee.csv'
    >>> name_on_disk(name_on_record(r"a\x41.csv")) == r"a\x41.csv"
    True
    """
    parts = _ESCAPED.split(recorded)
    names = [part.encode("utf-8") for part in parts[0::2]]
    bytes_between = [bytes.fromhex(part) for part in parts[1::2]] + [b""]
    whole = b"".join(name + byte for name, byte in zip(names, bytes_between, strict=True))
    return whole.decode("utf-8", "surrogateescape")
