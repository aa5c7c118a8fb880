"""What a watch says for its lines: `[desk.telephoning]` of watch.toml.

check   whose lines are checked in every shift: ids of parties, delegations and bodies, as ["UV", "LV"]. Without it
        every bound party, and whoever else is told of urgent messages
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trucewatch.errors import WatchError
from trucewatch.messages import Message
from trucewatch.model.flash import FlashRule

if TYPE_CHECKING:
    from trucewatch.model.watch import Watch, WatchFile
    from trucewatch.server.static_files import AnyDesk

NAME: Final = __name__.split(".")[-2]
KEYS: Final = ("check",)
MOST_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class LineRule:
    """Whose lines are checked; () where the watch does not say."""

    check: tuple[str, ...] = ()


def read(values: Mapping[str, Any]) -> LineRule:
    """The rule that the table states. Raises WatchError for a key or a value that cannot be.

    >>> read({"check": ["UV", "LV"]}).check
    ('UV', 'LV')
    """
    unknown = [name for name in values if name not in KEYS]
    if unknown:
        raise WatchError(
            Message(
                '[desk.{desk}] has no key "{key}"; it takes: {keys}. Correct it or remove the line',
                desk=NAME,
                key=str(unknown[0])[:60],
                keys=", ".join(KEYS),
            )
        )
    check = values.get("check", [])
    if not isinstance(check, list) or len(check) > MOST_LINES or not all(map(_is_id, check)):
        raise WatchError(
            Message(
                '[desk.{desk}] check is no list of at most {most} ids; write it like ["UV", "LV"], or remove it',
                desk=NAME,
                most=MOST_LINES,
            )
        )
    return LineRule(tuple(dict.fromkeys(check)))


def faults(values: Mapping[str, Any], watch: Watch) -> Iterator[Message]:
    """Whose lines are to be checked though the watch knows nobody of that id. Raises WatchError as `read` does."""
    known = watch.names_by_id
    for who in read(values).check:
        if who not in known:
            yield Message(
                '[desk.{desk}] check: "{who}" is no party, delegation or body of this watch; there are: {known}',
                desk=NAME,
                who=who,
                known=", ".join(sorted(known)),
            )


def other_rules(settings: WatchFile, desks: Iterable[AnyDesk]) -> list[Any]:
    """What the other desks read from their tables; one that cannot be read is that desk's to say."""
    rules = []
    for desk in desks:
        reading = desk.gives("rule", "read") if desk.name != NAME else None
        if not callable(reading):
            continue
        try:
            rules.append(reading(settings.desk.get(desk.name, {})))
        except WatchError:
            continue
    return rules


def flash_recipients(rules: Iterable[Any]) -> tuple[str, ...]:
    """Who is told of urgent messages, by whichever desk has that rule."""
    return tuple(each.id for rule in rules if isinstance(rule, FlashRule) for each in rule.to)


def medical_line_in(rules: Iterable[Any]) -> str:
    """The line for somebody in danger now, as the watch names it for its telephone; "" where it names none."""
    lines = (getattr(rule, "medical_line", "") for rule in rules)
    return next((line for line in lines if isinstance(line, str) and line), "")


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 60 and value.isprintable()
