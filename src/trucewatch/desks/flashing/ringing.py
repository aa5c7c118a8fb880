"""Whom to ring at a recipient, by the directory, for whoever may see numbers."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.messages import Message, Term
from trucewatch.model.duty_line import NUMBER_WORDS
from trucewatch.model.roles import SEES_NUMBERS
from trucewatch.server.view import View
from trucewatch.store.duty_directory import numbers_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """A function of a recipient with its numbers, as they were typed. numbers: sort and number."""

    function: str
    numbers: tuple[tuple[Message | Term, str], ...]
    languages: tuple[str, ...]
    hours: str


def whom_to_ring(view: View, recipient_id: str) -> tuple[Callee, ...]:
    """The functions of a recipient that have a number; () for whoever may see none, or where there is none."""
    if not view.may(*SEES_NUMBERS):
        return ()
    return tuple(
        Callee(
            function=line.function,
            numbers=tuple((NUMBER_WORDS[each.sort], each.number) for each in line.numbers),
            languages=line.languages,
            hours=line.hours,
        )
        for line in numbers_for(view.console.store, recipient_id)
        if line.numbers and not line.is_erased
    )
