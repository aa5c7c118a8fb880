"""The blocks of a statement's body → turns: who has the word, from label to label.

The form of a label is judged by `turn_labels.py`; here it is decided, over the whole page, which of them are people's
and who of these asks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from trucewatch.model.statements import Kind
from trucewatch.sources.official_statement.askers import key_of, lone_askers, with_askers, with_moderators
from trucewatch.sources.official_statement.conversations import (
    holds_in_conversation,
    is_conversation,
    is_introduced,
    is_whole_name,
    kind_of_conversation,
    longer_heads,
)
from trucewatch.sources.official_statement.page import Block
from trucewatch.sources.official_statement.roll import Roll, is_same_family, is_spoken_word, split_name
from trucewatch.sources.official_statement.statement_words import small, statement_words
from trucewatch.sources.official_statement.turn_labels import Label, label_of, line_label_of
from trucewatch.sources.official_statement.unlabelled import DASH, asks, by_dashes, unlabelled

Sort = Literal["plain", "question", "answer", "moderator", "name"]
MOST_QUOTED_BLOCKS: Final = 40
"""A quotation that does not close within so many blocks is a mark too many."""
_ONE_VOICE: Final = ("speech", "statement", "joint_statement", "letter", "article", "comment")
"""Kinds that have no turns unless the page says so."""
MOST_WORDS_AGAIN: Final = 3
MOST_WORDS_GOING_ON: Final = 12
MOST_DOUBTS: Final = 5
_LEAST_ANSWERS: Final = 2
_QUERY: Final = re.compile(r"[?՞]")
_FOLLOWS_UP: Final = re.compile(
    r"^(?:just to follow up|to follow up|just a follow-up|a quick follow-up|(?:and )?a follow-up|following up|"
    r"in follow-up|could i follow up|can i follow up|may i follow up)"
)


@dataclass(slots=True)
class Turn:
    """One turn. texts: what is said, a paragraph each, without the label. speaker: label of who speaks; by: who
    asks."""

    sort: Sort
    texts: list[str] = field(default_factory=list)
    speaker: str = ""
    role: str = ""
    by: str | None = None
    is_follow_up: bool = False


@dataclass(slots=True)
class Turns:
    """All turns in order, with the labels and the blocks that are none of what is said."""

    turns: list[Turn] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    is_told_by_print: bool = False
    """Whether print, numbers or dashes alone tell the questions."""
    kind: Kind = "statement"
    """What was asked for, or what the turns say it is: a conversation that its title does not name."""
    doubtful: list[str] = field(default_factory=list)
    """Beginnings that look like a speaker's name and were not taken for one."""


def turns_of(body: Sequence[tuple[int, Block]], roll: Roll, kind: Kind) -> Turns:
    """The turns of a body. body: (number, block) in order, no furniture. roll: whom the head names."""
    possible = _possible(body)
    possible |= longer_heads(possible, body)
    is_talk = is_conversation(possible, body)
    is_hidden = is_talk and kind in _ONE_VOICE
    labels = _labels(possible, body, roll, "press_conference" if is_hidden else kind, is_talk=is_talk)
    if is_hidden and any(label.sort == "question" for label in labels.values()):
        kind = kind_of_conversation(labels.values())
    result = Turns(
        kind=kind, is_told_by_print=any(label.sort == "question" and label.is_by_print for label in labels.values())
    )
    if kind not in _ONE_VOICE:
        doubtful = (label.name for at, label in possible.items() if at not in labels and _is_doubtful(label))
        result.doubtful = list(dict.fromkeys(doubtful))[:MOST_DOUBTS]
    turn = Turn(sort="plain")
    is_told_by_print = False
    has_questions = any(label.sort == "question" for label in labels.values())
    for position, (number, block) in enumerate(body):
        label = labels.get(position)
        if label is None:
            if _is_note(block) or (block.kind == "heading" and has_questions) or block.text.startswith("**"):
                result.left.append(number)
                continue
            if is_told_by_print:
                # Print marks the question alone; what follows it answers.
                result.turns.append(turn)
                turn = Turn(sort="answer")
                is_told_by_print = False
            is_first = not turn.texts and turn.sort != "plain"
            dash = DASH.match(block.text) if is_first else None
            if dash:
                result.labels.append(dash[0])
            turn.texts.append(block.text[dash.end() :] if dash else block.text)
            continue
        if label.goes_on and turn.sort == label.sort:
            turn.texts.append(block.text[label.length :])
            continue
        if label.is_same_asker and label.by is None:
            asker = next((each.by for each in (turn, *reversed(result.turns)) if each.sort == "question"), None)
            label = replace(label, by=asker)
        is_told_by_print = label.is_by_print and label.sort == "question"
        result.labels.append(block.text[: label.length])
        if turn.texts or turn.sort != "plain":
            result.turns.append(turn)
        turn = _turn(label)
        rest = block.text[label.length :].strip()
        if rest:
            turn.texts.append(rest)
    if turn.texts or turn.sort != "plain":
        result.turns.append(turn)
    _mark_follow_ups(result.turns, kind)
    return result


def _turn(label: Label) -> Turn:
    return Turn(sort=label.sort, speaker=label.name, role=label.role, by=label.by, is_follow_up=label.is_follow_up)


def _mark_follow_ups(turns: Iterable[Turn], kind: Kind) -> None:
    """Words that say so, and a named asker who asks again in a few words; in an interview that is nothing."""
    before: Turn | None = None
    words = statement_words()
    for turn in turns:
        if turn.sort != "question":
            continue
        if turn.texts and _FOLLOWS_UP.match(small(turn.texts[0])):
            turn.is_follow_up = True
        if before is None or len(turn.texts) != 1 or kind == "interview":
            before = turn
            continue
        plain = small(turn.texts[0])
        count = len(plain.split())
        is_same = bool(turn.by) and turn.by == before.by
        goes_on = count <= MOST_WORDS_GOING_ON and words.finds_start("goes_on" if is_same else "insists", plain)
        if (is_same and (goes_on or count <= MOST_WORDS_AGAIN)) or (not turn.by and goes_on):
            turn.is_follow_up = True
        before = turn


def _is_note(block: Block) -> bool:
    """A note of the stage, "(Laughter.)": none of what is said."""
    text = block.text.strip()
    return not any(char.isalnum() for char in text) or (
        len(text) <= 200 and text[0] in "([" and text[-1] in ")]" and text.count(text[0]) == 1
    )


def _possible(body: Sequence[tuple[int, Block]]) -> dict[int, Label]:
    """Position in the body → what may be a label there, by its form."""
    quoted = _in_quotation(body)
    possible: dict[int, Label] = {}
    for position, (_, block) in enumerate(body):
        if position in quoted or block.kind == "quote":
            continue
        label = label_of(block.text) or line_label_of(block.text)
        if label:
            possible[position] = label
    return possible


def _is_doubtful(label: Label) -> bool:
    return label.sort == "name" and label.sign == "colon" and label.is_certain and bool(split_name(label.name)[1])


def _labels(
    possible: dict[int, Label],
    body: Sequence[tuple[int, Block]],
    roll: Roll,
    kind: Kind,
    *,
    is_talk: bool = False,
) -> dict[int, Label]:
    """Position in the body → the label that holds there. is_talk: whether the page is a conversation throughout."""
    accepted = _without_lone_letters(_accepted(possible, body, roll, kind, is_talk=is_talk), body)
    accepted |= lone_askers(possible, accepted, body, roll)
    accepted |= _sections(body, accepted)
    accepted = with_askers(accepted, body, roll, kind)
    if not any(label.sort == "question" for label in accepted.values()):
        accepted |= unlabelled(body, accepted, kind)
    elif kind == "interview":
        accepted |= by_dashes(body, accepted, kind)
    return with_moderators(accepted, body, roll)


def _sections(body: Sequence[tuple[int, Block]], accepted: dict[int, Label]) -> dict[int, Label]:
    """Lines like "Statement by Minister X" above what X says, where X has the word elsewhere too."""
    names = {split_name(label.name)[1]: label.name for label in accepted.values() if label.sort == "name"}
    names.pop("", None)
    sections: dict[int, Label] = {}
    for position, (_, block) in enumerate(body):
        words = block.text.split()
        if position in accepted or len(words) > 7 or block.text[-1:] in ".!?:,;…" or not names:
            continue
        if not any(is_spoken_word(word) for word in words):
            continue
        whose = [
            name for family, name in names.items() if any(is_same_family(word, family.split()[-1]) for word in words)
        ]
        if len(whose) == 1:
            sections[position] = Label(sort="name", text=block.text, length=len(block.text), sign="line", name=whose[0])
    return sections


def _in_quotation(body: Sequence[tuple[int, Block]]) -> set[int]:
    """Blocks within a quotation that begins with one block and ends with a later one."""
    inside: set[int] = set()
    pairs = {"«": "»", "„": "“”", "“": "”"}
    position = 0
    while position < len(body):
        text = body[position][1].text
        closes = pairs.get(text[:1], "")
        opening = text[:1]
        if not closes and text.count("«") > text.count("»"):
            opening, closes = "«", "»"
        elif not closes and text.count("“") > text.count("”") and "„" not in text and text.count("”"):
            opening, closes = "“", "”"
        elif (
            not closes
            and re.search(r":\s?[„“«]", text)
            and not any(text.rfind(mark) > max(text.rfind(":"), 0) for mark in "”»")
        ):
            opening = next(char for char in text[text.index(":") if ":" in text else 0 :] if char in "„“«")
            closes = pairs[opening]
        depth = text.count(opening) - sum(text.count(mark) for mark in closes) if closes else 0
        if depth > 0:
            for later in range(position + 1, min(len(body), position + 1 + MOST_QUOTED_BLOCKS)):
                other = body[later][1].text
                depth += other.count(opening) - sum(other.count(mark) for mark in closes)
                if depth <= 0:
                    inside |= set(range(position + 1, later + 1))
                    position = later
                    break
        position += 1
    return inside


def _accepted(
    possible: dict[int, Label], body: Sequence[tuple[int, Block]], roll: Roll, kind: Kind, *, is_talk: bool
) -> dict[int, Label]:
    """Labels that hold: words for question, answer, moderator always; names with something that speaks for them."""
    words = statement_words()
    counts = Counter(key_of(label) for label in possible.values() if label.sort == "name")
    by_sign = Counter((label.sort, label.sign) for label in possible.values())
    accepted: dict[int, Label] = {}
    accepted_keys: set[str] = set()
    last_sort = ""
    names = sum(counts.values())
    marks = [label for label in possible.values() if label.sort == "question"]
    has_marks = len(marks) >= 2 or any(not label.is_letter for label in marks)
    # One name in all, behind a question and its colon: whoever it is answers, else nobody would.
    is_sole = names == 1 and has_marks and all(label.sort in ("name", "question") for label in possible.values())
    introduced: set[str] = set()
    are_several = sum(label.sign == "colon" and is_introduced(label) for label in possible.values()) >= 2
    has_pairs = has_marks and any(label.sort == "answer" for label in possible.values())
    for position, label in possible.items():
        block = body[position][1]
        if label.sort != "name":
            if label.sign == "line" and by_sign[label.sort, "line"] < 1:
                continue
            accepted[position] = label
            last_sort = label.sort
            continue
        key = key_of(label)
        before = accepted.get(position - 1)
        is_in_roll = roll.by_label(label.name) is not None
        is_led = bool(block.lead) and small(block.lead).strip(" .:–—-՝") == small(label.text).strip(" .:–—-՝")
        count = counts[key]
        is_press = bool(words.press.search(small(label.name)))
        family = small(split_name(label.name)[1])
        is_opening = not accepted and position <= 1 and has_pairs and label.sign in ("colon", "dot")
        if (is_opening and is_whole_name(label)) or (is_talk and holds_in_conversation(label, count)):
            holds = True
        elif label.sign == "colon" and (is_introduced(label) or (family and family in introduced)):
            holds = True
            introduced.add(family)
        elif kind in _ONE_VOICE and not has_marks and not are_several:
            # A speech addresses many with a colon: "Neighbours: …".
            # … and opens with "Madam President, ladies and gentlemen:", whatever the speaker's own office.
            is_named = bool(split_name(label.name)[1]) or count >= 2
            holds = (is_in_roll and is_named) or (label.is_certain and count >= 2)
        elif label.sign == "line":
            holds = (is_in_roll and len(label.name.split()) > 1) or (count >= 2 and label.name.split()[-1].isupper())
        elif label.sign in ("dash", "dot"):
            holds = (
                is_in_roll
                or (label.name[:1] in "«“„" and names >= 3)
                or (count >= 2 and (label.is_certain or names >= 3))
                or (label.is_certain and last_sort == "question")
            )
        else:
            holds = (
                is_in_roll
                or (label.is_certain and (count >= 2 or has_marks or not _is_common_office(label)))
                or count >= 3
                or (count >= 2 and (len(label.name.split()) > 1 or is_led or names >= 4))
                or (is_led and names >= 2)
                or key in accepted_keys
                or (is_press and names >= 2)
                or (
                    before is not None
                    and before.sort == "question"
                    and len(label.name.split()) <= 4
                    and (names >= 2 or (is_sole and asks(body[position - 1][1].text)))
                )
            )
        if holds:
            accepted[position] = label
            last_sort = label.sort
            accepted_keys.add(key)
    return accepted


def _is_common_office(label: Label) -> bool:
    return not split_name(label.name)[1] and not label.role


def _without_lone_letters(accepted: dict[int, Label], body: Sequence[tuple[int, Block]]) -> dict[int, Label]:
    """Single letters mark turns where a letter occurs at least twice, or both of a pair do."""
    letters = Counter(label.text[:1] for label in accepted.values() if label.is_letter)
    holds = sum(letters.values()) >= 2
    return {position: label for position, label in accepted.items() if not label.is_letter or holds}
