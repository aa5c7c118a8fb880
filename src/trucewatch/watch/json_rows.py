"""What must hold of one object of a JSON file before a record is made of it: sound keys and texts, numbers that are
numbers, days and moments in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from trucewatch.messages import Amount, Message
from trucewatch.model.typed_text import refusal_of
from trucewatch.watch.feature_shapes import FeatureFault

_LONGEST_KEY: Final = 60
_LONGEST_TEXT: Final = 4000
_LARGEST: Final = 1e12
_DAYS: Final = frozenset(
    ("since", "since_latest", "from", "until", "said", "due", "settled", "day", "day_latest", "at", "known_at")
)
"""Keys of days and moments; a bare number would be read as seconds since 1970."""
_YES_OR_NO: Final = frozenset(("one_way", "simulated"))


def text_id(text: str) -> str:
    """A text as it is shown within a fault: its beginning, without what cannot be shown."""
    begun = text[:40]
    return begun if refusal_of(begun) is None else begun.encode("unicode_escape").decode("ascii")[:60]


def raw_fault(raw: Mapping[str, Any]) -> FeatureFault | None:
    """The first thing that is wrong with an object whatever record is made of it, and what to do; None if nothing."""
    return next(_faults("", raw), None)


def _faults(key: str, value: Any) -> Iterator[FeatureFault]:
    kind = type(value)
    if kind is str:
        yield from _of_text(key, value)
    elif kind is dict:
        for inner, each in value.items():
            if len(inner) > _LONGEST_KEY or not inner.isprintable():
                what = Message('unknown key "{key}"', key=text_id(inner))
                yield FeatureFault(what, Message("leave it out"))
            else:
                yield from _faults(inner, each)
    elif kind is list:
        for each in value:
            yield from _faults(key, each)
    elif kind is bool:
        if key not in _YES_OR_NO:
            yield FeatureFault(Message("{key} is true or false", key=key), Message("write what it is, or leave it out"))
    elif kind is int or kind is float:
        if key in _DAYS:
            what = Message("{key} is a number and no day", key=key)
            yield FeatureFault(what, Message('write it like "2020-11-15" or "2020-11-15T12:00:00+03:00"'))
        elif not abs(value) <= _LARGEST:  # NaN is not either
            yield FeatureFault(Message("{key} is no number", key=key), Message("write a figure, or leave it out"))


def _of_text(key: str, text: str) -> Iterator[FeatureFault]:
    if len(text) > _LONGEST_TEXT:
        what = Message(
            "{key} has {count} characters, at most {most} are kept",
            key=key,
            count=Amount(len(text)),
            most=Amount(_LONGEST_TEXT),
        )
        yield FeatureFault(what, Message("shorten it"))
    elif not text.isprintable() and (why := refusal_of(text)) is not None:
        yield FeatureFault(Message("{where}: {why}", where=key, why=why), Message("then read it again"))
