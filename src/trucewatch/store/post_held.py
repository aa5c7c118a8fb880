"""Messages that came before the ones they follow: kept sealed, as they arrived, until those are here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from trucewatch.store.private_files import has_private, private_names, read_private, remove_private, write_private

FOLDER: Final = "post-held"
"""Below `private/`."""
MOST_HELD: Final = 500
"""Of one peer; what comes beyond is sent again by its sender."""


def hold_sealed(private: Path, peer: str, number: int, content: bytes) -> bool:
    """Keep a sealed message, on disk when this returns; False where as many are held as may be."""
    name = _name(peer, number)
    if not has_private(private, name):
        if len(held_numbers(private, peer)) >= MOST_HELD:
            return False
        write_private(private, name, content)
    return True


def held_sealed(private: Path, peer: str, number: int) -> bytes | None:
    """The sealed message of this number; None if none is held."""
    return read_private(private, _name(peer, number))


def forget_held(private: Path, peer: str, number: int) -> None:
    remove_private(private, _name(peer, number))


def held_numbers(private: Path, peer: str) -> list[int]:
    """The numbers of the messages that wait for others of this peer, ascending."""
    stems = (Path(name).stem for name in private_names(private, f"{FOLDER}/{peer}"))
    return sorted(int(stem) for stem in stems if stem.isdecimal())


def held_messages(private: Path) -> list[tuple[str, int]]:
    """The peer and the number of every message that is held."""
    paths = (Path(name) for name in private_names(private, FOLDER))
    return sorted((path.parent.name, int(path.stem)) for path in paths if path.stem.isdecimal())


def _name(peer: str, number: int) -> str:
    return f"{FOLDER}/{peer}/{number}.held"
