"""The reference system that a file of shapes states → what turns its coordinates into degrees of WGS 84.

Only systems of the EPSG register are used: what a file defines by itself is looked up there, and refused where the
register does not have it, so that no definition from outside is computed with.
"""

from __future__ import annotations

import re
from typing import Any, Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message

MOST_WKT_CHARS: Final = 20_000
_NAMED: Final = re.compile(r"(?i)(?:urn:ogc:def:crs:)?(EPSG|OGC)(?::[0-9.]*)?:+(CRS84|[0-9]{4,6})")


def degrees_from_name(name: str) -> Any:
    """By a name such as "EPSG:32638" or "urn:ogc:def:crs:OGC:1.3:CRS84": a transform of (x, y), or None where they are
    degrees of WGS 84 already. Raises UnreadableInput."""
    match = _NAMED.fullmatch(name.strip())
    if match is None:
        raise UnreadableInput(_unknown(name))
    return None if match[2].upper() == "CRS84" else degrees_from_epsg(int(match[2]))


def degrees_from_epsg(code: int) -> Any:
    """By a number of the EPSG register, as `degrees_from_name`. Raises UnreadableInput."""
    if code == 4326:
        return None
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(f"EPSG:{code}", "EPSG:4326", always_xy=True).transform
    except ProjError as exc:
        raise UnreadableInput(_unknown(f"EPSG {code}")) from exc


def degrees_from_wkt(text: str) -> Any:
    """By a definition in words (a .prj file), as `degrees_from_name`. Raises UnreadableInput."""
    from pyproj import CRS
    from pyproj.exceptions import ProjError

    if len(text) > MOST_WKT_CHARS:
        raise UnreadableInput(_unknown(text))
    try:
        code = CRS.from_wkt(text).to_epsg()
    except ProjError as exc:
        raise UnreadableInput(_unknown(text)) from exc
    if code is None:
        raise UnreadableInput(_unknown(text))
    return degrees_from_epsg(int(code))


def _unknown(name: str) -> Message:
    plain = "".join(char for char in name[:60] if char.isprintable())
    return Message(
        'the reference system "{name}" is not known here; save the file in WGS 84 (EPSG:4326)', name=plain.strip()
    )
