"""Turns that no word marks: questions in bold, in headings, by the page's own classes, by numbers or by dashes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from trucewatch.model.statements import Kind
from trucewatch.sources.official_statement.page import Block
from trucewatch.sources.official_statement.turn_labels import Label

Body = Sequence[tuple[int, Block]]
DASH: Final = re.compile(r"^[-–—―]\s?(?=[^\s\d-])")
_NUMBER: Final = re.compile(r"^(\d{1,2})(?:[.)]|\s?[-–—])\s+")
_ASKS: Final = re.compile(r"\?\s*[»”\"')\]]*\s*$|՞[^.!։…]*[։:.]?\s*[»”\"')\]]*\s*$")
"""A last sentence that asks; Armenian has its mark within the word and a full stop behind."""
_QUERY: Final = re.compile(r"[?՞]")
_LEAST: Final = 2
_LEAST_STRICT: Final = 6
"""Of fewer blocks with dashes it cannot be told whether they take turns."""
_MOST_OF: Final = 0.7
"""So many of the turns that ask by their place must have a question mark."""


def asks(text: str) -> bool:
    """Whether the last sentence of a text is a question.

    >>> asks("You came. Why?"), asks("Ինչո՞ւ եկաք։"), asks("Why? I do not know.")
    (True, True, False)
    """
    return _ASKS.search(text[-400:]) is not None


def unlabelled(body: Body, accepted: dict[int, Label], kind: Kind) -> dict[int, Label]:
    """Questions (and answers) where no label says "question": position in the body → label."""
    return (
        _by_classes(body, accepted)
        or _by_print(body, accepted, kind)
        or _by_numbers(body, accepted)
        or _by_turns_of_dashes(body, accepted)
        or by_dashes(body, accepted, kind)
        or (_before_each_answer(body, accepted) if kind == "interview" else {})
    )


def _printed(sort: str, length: int = 0, *, goes_on: bool = False) -> Label:
    return Label(
        sort="question" if sort == "question" else "answer",
        text="",
        length=length,
        sign="line",
        is_by_print=True,
        goes_on=goes_on,
    )


def _by_classes(body: Body, accepted: dict[int, Label]) -> dict[int, Label]:
    """By the classes of the page's elements, if what they call questions ask."""
    if accepted:
        return {}
    asking = [block.text for _, block in body if block.part == "question"]
    if len(asking) < _LEAST or sum(bool(_QUERY.search(text)) for text in asking) < _MOST_OF * len(asking):
        return {}
    labels: dict[int, Label] = {}
    before = ""
    for position, (_, block) in enumerate(body):
        if block.part:
            dash = DASH.match(block.text)
            goes_on = before == block.part
            labels[position] = _printed(block.part, dash.end() if dash else 0, goes_on=goes_on)
        before = block.part
    return labels


def _is_whole_lead(block: Block) -> bool:
    return bool(block.lead) and len(block.lead) >= len(block.text) - 2


def _by_print(body: Body, accepted: dict[int, Label], kind: Kind) -> dict[int, Label]:
    """Bold or headings throughout."""
    leads = [
        position
        for position, (_, block) in enumerate(body)
        if position not in accepted and (_is_whole_lead(block) or block.kind == "heading")
    ]
    printed = [position for position in leads if asks(body[position][1].text)]
    if len(printed) < _LEAST or len(printed) * 2 <= len(leads):
        return {}
    chosen = leads if kind == "interview" else printed
    labels: dict[int, Label] = {}
    for position in chosen:
        text = body[position][1].text
        mark = _NUMBER.match(text) or DASH.match(text)
        goes_on = position - 1 in labels and body[position - 1][1].kind == body[position][1].kind
        labels[position] = _printed("question", mark.end() if mark else 0, goes_on=goes_on)
    return labels


def _by_numbers(body: Body, accepted: dict[int, Label]) -> dict[int, Label]:
    """Questions that are counted, 1, 2, 3, where nothing else marks a turn."""
    if any(label.sort != "moderator" for label in accepted.values()):
        return {}
    labels: dict[int, Label] = {}
    asking = 0
    for position, (_, block) in enumerate(body):
        number = _NUMBER.match(block.text)
        if number and int(number[1]) == len(labels) + 1:
            labels[position] = _printed("question", number.end())
            asking += asks(block.text)
    enough = len(labels) >= _LEAST and asking >= _MOST_OF * len(labels)
    # Numbered one below the other they are a list of questions, and nobody answers.
    are_apart = not any(position + 1 in labels for position in labels)
    return labels if enough and are_apart else {}


def _by_turns_of_dashes(body: Body, accepted: dict[int, Label]) -> dict[int, Label]:
    """A dialogue in which each turn begins with a dash: one asks, the other answers."""
    if any(label.sort != "moderator" for label in accepted.values()):
        return {}
    begun = [position for position, (_, block) in enumerate(body) if DASH.match(block.text)]
    if len(begun) < 2 * _LEAST:
        return {}
    ends = [*begun[1:], len(body)]
    are_asking = [
        any(asks(body[at][1].text) for at in range(start, min(end, start + 3)))
        for start, end in zip(begun, ends, strict=True)
    ]
    first, second = are_asking[::2], are_asking[1::2]
    are_turned = sum(first) >= _MOST_OF * len(first) and sum(second) * 2 <= len(second)
    if are_turned or (len(begun) == len(body) >= _LEAST_STRICT and _alternate(body)):
        sorts = ["answer" if index % 2 else "question" for index in range(len(begun))]
    elif sum(are_asking) >= _LEAST and are_asking[0] and sum(are_asking) < len(begun):
        sorts = ["question" if is_asking else "answer" for is_asking in are_asking]
    else:
        return {}
    labels: dict[int, Label] = {}
    for position, sort in zip(begun, sorts, strict=True):
        dash = DASH.match(body[position][1].text)
        label = _printed(sort, dash.end() if dash else 0)
        labels[position] = replace(label, text="–")
    return labels


def _alternate(body: Body) -> bool:
    """Whether of blocks that all begin with a dash every second one asks, on the whole: some questions have no mark."""
    first, second = ([bool(_QUERY.search(block.text)) for _, block in body[start::2]] for start in (0, 1))
    lengths = [sum(len(block.text) for _, block in body[start::2]) / len(body[start::2]) for start in (0, 1)]
    return first[0] and sum(first) >= 2 * sum(second) + 1 and sum(first) * 3 >= len(first) and lengths[0] < lengths[1]


def _before_each_answer(body: Body, accepted: dict[int, Label]) -> dict[int, Label]:
    """In a conversation of which only the answers have a name: the line with a question mark above each asks."""
    answers = [position for position, label in accepted.items() if label.sort == "name"]
    asking = [
        position - 1
        for position in answers
        if position and position - 1 not in accepted and asks(body[position - 1][1].text)
    ]
    is_one_person = len({accepted[position].name.casefold() for position in answers}) == 1
    if not is_one_person or len(asking) < 2 or len(asking) * 2 < len(answers):
        return {}
    return {position: _printed("question") for position in asking}


def by_dashes(body: Body, accepted: dict[int, Label], kind: Kind) -> dict[int, Label]:
    """In an interview whose answers have a name: what begins with a dash asks."""
    if not any(label.sort in ("name", "answer") for label in accepted.values()):
        return {}
    dashes = [
        position
        for position, (_, block) in enumerate(body)
        if position not in accepted
        and DASH.match(block.text)
        and accepted.get(position + 1) is not None
        and accepted[position + 1].sort in ("name", "answer")
    ]
    if len(dashes) < 2 and kind != "interview":
        return {}
    labels: dict[int, Label] = {}
    for position, (_, block) in enumerate(body):
        dash = DASH.match(block.text)
        if position not in accepted and dash:
            labels[position] = Label(sort="question", text="", length=dash.end(), sign="line")
    return labels
