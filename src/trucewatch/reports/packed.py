"""Files by name → one ZIP archive: the same files are the same bytes, with no clock and no account in them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can hold: of files that have none of their own."""
_COMPRESSED: Final = (".zip", ".docx", ".xlsx", ".pdf", ".png", ".jpeg")


def packed(files: Mapping[str, bytes]) -> bytes:
    """The archive's bytes, its members in the order given; what is compressed already is stored as it is."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            member = ZipInfo(name, NO_TIME)
            member.create_system = 3  # Unix on every system, so that the bytes do not depend on it
            member.external_attr = 0o644 << 16
            member.compress_type = ZIP_STORED if name.endswith(_COMPRESSED) else ZIP_DEFLATED
            archive.writestr(member, content)
    return out.getvalue()
