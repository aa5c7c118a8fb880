"""Rows of `links.geojson`: one function a table of it, so that what is stated stands as a table with its source.

Every row names the day on which it was known: that of the text that says it. Where a text has no hour, its day ends in
Baku (UTC+4). Words are the authors' own, in English, Russian and Turkish, with Azerbaijani and Armenian where given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LANGUAGES = ("en", "ru", "tr", "az", "hy")
Row = dict[str, Any]
Words = Sequence[str]


def worded(words: Words) -> dict[str, str]:
    """Words by language code."""
    return dict(zip(LANGUAGES, words, strict=False))


def known(day: str) -> str:
    """The end of a day in Baku, as UTC."""
    return f"{day}T19:59:59Z"


def filled(**fields: Any) -> Row:
    """The fields that say something, words by language, `for_` and `from_` as the file has them."""
    spoken = ("says", "of", "what", "who_may", "cargo", "papers", "hours", "controller", "called")
    keys = {"for_": "for", "from_": "from", "who_may": "who"}
    return {
        keys.get(key, key): worded(value) if key in spoken else list(value) if isinstance(value, tuple) else value
        for key, value in fields.items()
        if value not in ("", (), None)
    }


def status(
    word: str,
    known_on: str,
    source: str,
    *,
    by: str = "",
    since: str = "",
    latest: str = "",
    until: str = "",
    said: str = "",
    direction: str = "",
    for_: tuple[str, ...] = (),
    says: Words = (),
) -> Row:
    """How a link stands. since, latest: the first day, or the days between which it lies."""
    return filled(
        status=word,
        direction=direction,
        for_=for_,
        since=since,
        since_latest=latest,
        until=until,
        said=said,
        by=by,
        says=says,
        source=source,
        known_at=known(known_on),
    )


def length(km: float, known_on: str, source: str, *, by: str = "", of: Words = ()) -> Row:
    """How long a link is; of: of what else than the whole of it the source speaks."""
    return filled(km=km, of=of, by=by, source=source, known_at=known(known_on))


def minutes(least: float, most: float, known_on: str, source: str, *, by: str = "") -> Row:
    """How long it takes to pass."""
    return filled(least=least, most=most, by=by, source=source, known_at=known(known_on))


def works(
    state: str, known_on: str, source: str, *, by: str = "", since: str = "", due: str = "", says: Words = ()
) -> Row:
    """How works stand."""
    return filled(state=state, says=says, since=since, due=due, by=by, source=source, known_at=known(known_on))


def rules(known_on: str, source: str, *, by: str = "", since: str = "", until: str = "", **words: Words) -> Row:
    """Crossing rules: who_may, cargo, papers, hours, controller."""
    return filled(**words, since=since, until=until, by=by, source=source, known_at=known(known_on))


def need(
    what: Words,
    who: tuple[str, ...],
    known_on: str,
    source: str,
    *,
    by: str = "",
    clauses: tuple[str, ...] = (),
    settled: str = "",
) -> Row:
    """What has to be decided, and by whom."""
    row = filled(what=what, who=(), clauses=clauses, settled=settled, by=by, source=source, known_at=known(known_on))
    return {"what": row.pop("what"), "who": list(who), **row}


def passage(
    day: str,
    direction: str,
    traffic: str,
    least: int,
    most: int,
    known_on: str,
    source: str,
    *,
    by: str = "",
    to: str = "",
) -> Row:
    """How many passed on a day, or from one day to another."""
    return filled(
        day=day,
        day_latest=to,
        direction=direction,
        traffic=traffic,
        least=least,
        most=most,
        by=by,
        source=source,
        known_at=known(known_on),
    )


def closure(
    since: str, known_on: str, source: str, *, by: str = "", until: str = "", direction: str = "", says: Words = ()
) -> Row:
    """From when on nobody, or not everybody, could pass, as somebody states it."""
    return filled(
        since=since, until=until, direction=direction, says=says, by=by, source=source, known_at=known(known_on)
    )


def checkpoint(called: Words, by: str, known_on: str, source: str, *, since: str = "", says: Words = ()) -> Row:
    """What somebody calls a checkpoint."""
    return filled(called=called, says=says, since=since, by=by, source=source, known_at=known(known_on))


def link(
    ident: str, kind: str, from_: str, to: str, source: str, *, via: tuple[tuple[float, float], ...] = (), **fields: Any
) -> Row:
    """One link: its ends, the points that its line goes through between them, its source and its tables."""
    return {"id": ident, "kind": kind, "from": from_, "to": to, "via": via, "source": source, **fields}


def called(used_by: str | tuple[str, ...], words: Words, source: str) -> list[Row]:
    """A name in each language, with who uses it; words that are empty are left out."""
    users = list(used_by) if isinstance(used_by, tuple) else used_by
    return [
        {"text": text, "language": language, "used_by": users, "source": source}
        for language, text in zip(LANGUAGES, words, strict=False)
        if text
    ]
