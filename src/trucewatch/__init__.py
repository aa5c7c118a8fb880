"""Trucewatch watches a ceasefire remotely: from an agreement and real inputs to findings and a report.

Nothing heavy is imported here; `pipeline` is the place to start reading. For researchers: `fuse`, `label`, `zones` and
`line_distance` take tables and give Arrow back; they are told in `api`, which is imported when one of them is
asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trucewatch.api import fuse, label, line_distance, zones

__version__ = "0.1.0"
__all__ = ["fuse", "label", "line_distance", "zones"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'trucewatch' has no attribute {name!r}")
    from trucewatch import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
