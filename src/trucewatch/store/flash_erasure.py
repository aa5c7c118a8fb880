"""What waits in the outbox of an urgent message whose words were erased: it goes with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from trucewatch.model.flash import flash_code
from trucewatch.store.private_files import remove_private
from trucewatch.store.typed_words import references_in

if TYPE_CHECKING:
    from trucewatch.store.store import Store

# Written out: what reads these records stands above the store, of which erasing is a part.
_FLASH: Final = "trucewatch/flash/1"
_DELIVERY: Final = "trucewatch/delivery/2"


def forget_bodies(store: Store, references: Collection[str]) -> None:
    """Remove what is sent of each message that holds one of these references, of what followed it too. What waits is
    given up at its next attempt, since its bytes are gone."""
    sought = set(references)
    codes = {
        flash_code(record["number"]) for record in _records(store, _FLASH) if sought.intersection(references_in(record))
    }
    if codes:
        for record in _records(store, _DELIVERY):
            if record["about"] == "flash" and record["number"] in codes:
                remove_private(store.root / "private", f"outbox/{record['id']}.json")


def _records(store: Store, schema: str) -> Iterator[Mapping[str, Any]]:
    for (number,) in store.index.rows("SELECT number FROM entry WHERE schema = ? ORDER BY number", schema):
        yield next(store.journal.entries(int(number))).record
