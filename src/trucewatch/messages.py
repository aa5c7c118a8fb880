"""A sentence with its values: written once in English where the facts are known, said in any language by `locale`.

The template is the key of the catalogues, so it is a literal at the place that speaks; names, numbers and whatever
people typed go into its placeholders and are never looked up. Nothing here knows a language.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from string import Formatter
from typing import Any, Final

VERBATIM: Final = "{text}"
"""The template of words that are not ours: they are the same in every language."""
_MOST_NESTED: Final = 8
"""Messages within messages that a record is read to; ours stay below four."""


class Amount(int):
    """A number of things, said with the reader's marks between thousands; a bare number is a name and stays bare."""

    def __str__(self) -> str:
        return f"{int(self):,}"


class Month(date):
    """A whole month, said without a day: `March 1989`. Its day is the first."""

    def __str__(self) -> str:
        return f"{self:%B %Y}"


Value = Any
"""What stands at a placeholder: a message, an Amount, a day or a moment, which are said in the reader's language; or a
text, which stays."""


class Message:
    """A template with `{name}` placeholders, and what stands there. Frozen; equal if template and values are.

    An error among the values that carries a message gives that; what is neither a Value nor a text gives its own words.

    >>> str(Message('there is no draft "{draft}"', draft="d-1"))
    'there is no draft "d-1"'
    >>> str(Message("{why}; correct it", why=Message("{name} is empty", name="lat")))
    'lat is empty; correct it'
    >>> str(Message("typed: {words}", words="{name} %s"))
    'typed: {name} %s'
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Value]

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", {name: _carried(value) for name, value in values.items()})

    @classmethod
    def verbatim(cls, text: str) -> Message:
        """Words that somebody typed, or that another program said: shown as they are."""
        return cls(VERBATIM, text=text)

    def filled(self, template: str, say: Callable[[Value], str]) -> str:
        """A template, this one's or its translation, with the values; `say` gives the words of those that are no
        text."""
        parts = []
        for literal, name in _parts(template):
            parts.append(literal)
            if name is not None:
                value = self.values.get(name, f"{{{name}}}")
                parts.append(value if isinstance(value, str) else say(value))
        return "".join(parts)

    def __str__(self) -> str:
        """The sentence in English, as records, logs and the command line keep it."""
        return self.filled(self.template, plainly)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a message is frozen; {name} cannot be set")

    def __reduce__(self) -> tuple[Callable[[str, Mapping[str, Any]], Message], tuple[str, Mapping[str, Any]]]:
        return _message_of, (self.template, self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.values))))

    def __repr__(self) -> str:
        return "".join((f"Message({self.template!r}", *(f", {name}={v!r}" for name, v in self.values.items()), ")"))


class Term(Message):
    """A word of ours that the catalogues hold in a context: the same English word may be several in a language.

    >>> str(Term("key", "lost"))
    'lost'
    """

    __slots__ = ("context",)

    context: str

    def __init__(self, context: str, text: str, /) -> None:
        super().__init__(text)
        object.__setattr__(self, "context", context)


class Plural(Message):
    """A sentence with a form for one and a form for several, picked by a number.

    >>> str(Plural("{count} row", "{count} rows", 1204, count=Amount(1204)))
    '1,204 rows'
    """

    __slots__ = ("number", "several")

    several: str
    number: int

    def __init__(self, singular: str, several: str, number: int, /, **values: object) -> None:
        super().__init__(singular, **values)
        object.__setattr__(self, "several", several)
        object.__setattr__(self, "number", number)

    def __str__(self) -> str:
        return self.filled(self.template if self.number == 1 else self.several, plainly)


def plainly(value: Value) -> str:
    """A value in English, as records and logs keep it: days and moments as ISO 8601 writes them, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return str(value)


def record_of(message: Message) -> str:
    """A message as a line of JSON, for a record that keeps it beside its English words."""
    return json.dumps(_as_json(message), ensure_ascii=False, sort_keys=True)


def read_record(record: str | None, text: str) -> Message:
    """The message that a record keeps; its English words alone where it keeps none, or none that can be read.

    >>> read_record(record_of(Message("{name} is empty", name="lat")), "lat is empty")
    Message('{name} is empty', name='lat')
    >>> read_record(None, "lat is empty")
    Message('{text}', text='lat is empty')
    """
    if record:
        try:
            message = _from_json(json.loads(record), _MOST_NESTED)
            if message is not None and str(message) == text:
                return message
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
            pass  # the words are there all the same
    return Message.verbatim(text)


def _carried(value: object) -> Value:
    if isinstance(value, Message | Amount | date):
        return value
    carried = getattr(value, "message", None)
    return carried if isinstance(carried, Message) else str(value)


def _message_of(template: str, values: Mapping[str, Any]) -> Message:
    return Message(template, **values)


def _parts(template: str) -> Iterator[tuple[str, str | None]]:
    """Literals and the placeholders after them. A placeholder is a plain name: it reaches into no value."""
    for literal, name, _, _ in Formatter().parse(template):
        yield literal, name


def _as_json(message: Message) -> Any:
    values = {name: _value_as_json(value) for name, value in message.values.items()}
    return {"template": message.template, "values": values}


def _value_as_json(value: Value) -> Any:
    if isinstance(value, Message):
        return _as_json(value)
    return {"amount": int(value)} if isinstance(value, Amount) else plainly(value)


def _inner_of(value: Any, depth: int) -> Message | Amount | None:
    if isinstance(value, dict) and set(value) == {"amount"} and type(value["amount"]) is int:
        return Amount(value["amount"])
    return _from_json(value, depth)


def _from_json(value: Any, depth: int) -> Message | None:
    if not depth or not isinstance(value, dict) or not isinstance(value.get("template"), str):
        return None
    values: dict[str, Value] = {}
    for name, inner in dict(value.get("values", {})).items():
        read = inner if isinstance(inner, str) else _inner_of(inner, depth - 1)
        if read is None:
            return None
        values[str(name)] = read
    return Message(value["template"], **values)
