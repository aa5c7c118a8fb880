"""What goes with bytes that somebody handed over: their names, the text of a letter, and the bytes in which they lie.

A mail holds its attachments, so an attachment is not erased as long as its mail is kept. The mail's text stays then,
and so do its other attachments, each a file of its own; whoever erases the mail itself erases all that came in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from trucewatch.model.handed_file import hash_named
from trucewatch.store.typed_words import references_in

if TYPE_CHECKING:
    from trucewatch.store.store import Store

# Written out: what reads these records stands above the store, of which erasing is a part.
_HANDED: Final = "trucewatch/handed-file/1"
_LETTER: Final = "trucewatch/letter/1"
_CLAIM: Final = "trucewatch/claim/1"


def files_with(store: Store, sha256: str) -> list[tuple[str, str]]:
    """Other bytes that go with these, and what they are: the mails in which they lie; of a mail what came in it and
    was not given by itself too."""
    handed = list(_records(store, _HANDED))
    mails = {_within(record) for record in handed if record["evidence"] == sha256} - {""}
    going = dict.fromkeys(sorted(mails), "the mail in which it came; its text and its other attachments stay")
    inside = {record["evidence"] for record in handed if _within(record) == sha256}
    elsewhere = {record["evidence"] for record in handed if _within(record) != sha256}
    going |= dict.fromkeys(sorted(inside - elsewhere), "an attachment of it")
    return [(name, what) for name, what in going.items() if name in store.evidence]


def words_handed_with(store: Store, sha256: str) -> list[str]:
    """References to the names under which these bytes were handed over, and those of what goes with them; of a letter
    that came so to its text, its subject, the sender's number, and what claims hold of its words; each once."""
    references: dict[str, None] = {}
    letters = set()
    for record in _records(store, _LETTER):
        if record["evidence"] == sha256:
            letters.add(record["number"])
            references |= dict.fromkeys(references_in(record))
    for record in _records(store, _HANDED):
        if record["evidence"] == sha256 or (letters and _within(record) == sha256):
            references |= dict.fromkeys(references_in(record))
    for record in _records(store, _CLAIM) if letters else ():
        if record.get("letter") in letters:
            references |= dict.fromkeys(references_in(record))
    return list(references)


def _within(record: dict[str, Any]) -> str:
    """The mail in which a file came."""
    return hash_named(str(record.get("within", "")))


def _records(store: Store, schema: str) -> Iterator[dict[str, Any]]:
    for (number,) in store.index.rows("SELECT number FROM entry WHERE schema = ? ORDER BY number", schema):
        yield dict(next(store.journal.entries(int(number))).record)
