"""An observation → the files beside its source that it names: photographs as evidence, by their hash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trucewatch.store.store import Store

_NAMED: Final = re.compile(r"(?:^|; )(?:photograph=([^;/\\]{1,200})|(?:photo|file)=([^;\\]{1,200}\.\w{1,8})(?=;|$))")
"""A photograph of a form by its name; what a message carried by its path in the export."""
MOST_NAMED: Final = 40


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a row names. `sha256` is empty where no file of that name is kept with the source."""

    name: str
    sha256: str = ""
    size_bytes: int = 0
    entry: int = -1


def attachments_of(store: Store, observation: Mapping[str, object]) -> tuple[Attachment, ...]:
    """The files that an observation's `source_quality` names as photographs of a form or as what a message carried, in
    its order; of several files of one name each."""
    attachments: list[Attachment] = []
    named = ("".join(names) for names in _NAMED.findall(str(observation["source_quality"]))[:MOST_NAMED])
    for name in dict.fromkeys(named):
        files = store.index.rows(
            "SELECT sha256, size_bytes, entry FROM evidence WHERE source = ? AND substr(name, -?) = ? ORDER BY entry",
            str(observation["source"]),
            len(name) + 1,
            f"/{name}",
        )
        attachments += [Attachment(name, str(sha256), int(size), int(entry)) for sha256, size, entry in files]
        if not files:
            attachments.append(Attachment(name))
    return tuple(attachments)
