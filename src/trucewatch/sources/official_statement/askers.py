"""The labels of a page that hold → who of them asks, who answers and who only gives the floor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from trucewatch.model.statements import Kind
from trucewatch.sources.official_statement.asking_labels import is_follow_up_note, is_of_press
from trucewatch.sources.official_statement.page import Block
from trucewatch.sources.official_statement.roll import Roll, split_name
from trucewatch.sources.official_statement.statement_words import small
from trucewatch.sources.official_statement.turn_labels import Label
from trucewatch.sources.official_statement.unlabelled import asks

Body = Sequence[tuple[int, Block]]
Labels = dict[int, Label]
_LEAST_ANSWERS: Final = 2
_LEAST_SIGNS: Final = 2
_MOST_WORDS_OF_A_QUESTION: Final = 70
_QUERY: Final = re.compile(r"[?՞]")


def key_of(label: Label) -> str:
    """What all the labels of one person share."""
    return _key_of(label.name)


@lru_cache(maxsize=32_768)
def _key_of(name: str) -> str:
    _, family, offices = split_name(name)
    return small(family) or " ".join(sorted(offices)) or small(name)


def with_askers(accepted: Labels, body: Body, roll: Roll, kind: Kind) -> Labels:
    """The labels that hold, those of askers as questions."""
    if not any(label.sort == "question" for label in accepted.values()):
        accepted = _by_press(accepted, roll) or _askers(accepted, body, roll, kind)
    if any(label.sort == "question" for label in accepted.values()):
        accepted = _further_askers(_by_press(accepted, roll) or accepted, body, roll)
    return _asking_hosts(accepted, body, kind)


@dataclass(slots=True)
class _Turns:
    """What all the turns of one key are like."""

    label: Label
    texts: list[str] = field(default_factory=list)
    first_at: int = 0

    @property
    def asking(self) -> int:
        return sum(bool(_QUERY.search(text)) for text in self.texts)

    @property
    def length(self) -> float:
        return sum(map(len, self.texts)) / len(self.texts)


def _spoken(accepted: Labels, body: Body) -> dict[str, _Turns]:
    spoken: dict[str, _Turns] = {}
    ordered = sorted(accepted)
    for index, position in enumerate(ordered):
        label = accepted[position]
        if label.sort != "name":
            continue
        end = ordered[index + 1] if index + 1 < len(ordered) else len(body)
        text = " ".join(block.text for _, block in body[position:end])[label.length :]
        spoken.setdefault(key_of(label), _Turns(label=label, first_at=position)).texts.append(text)
    return spoken


def _by_press(accepted: Labels, roll: Roll) -> Labels:
    """Names with an agency or a newspaper beside them ask, under all their labels; {} if there is none."""
    names = [label for label in accepted.values() if label.sort == "name"]
    keys = {key_of(label) for label in names if is_of_press(label.name, label.role) and not _is_of_head(label, roll)}
    if not keys or (keys == {key_of(label) for label in names} and len(names) == len(accepted)):
        return {}
    return _asking(accepted, keys)


def _is_of_head(label: Label, roll: Roll) -> bool:
    return roll.by_label(label.name) is not None


def _asking(accepted: Labels, keys: set[str]) -> Labels:
    fullest: dict[str, str] = {}
    changed: Labels = {}
    for position in sorted(accepted):
        label = accepted[position]
        if label.sort != "name" or key_of(label) not in keys:
            changed[position] = label
            continue
        question = _as_question(label)
        before = fullest.get(key_of(label), "")
        # Later labels of an asker leave the newspaper out.
        by = question.by or ""
        is_shorter = bool(before) and (small(before).startswith(small(by)) or is_of_press(before) > is_of_press(by))
        by = before if is_shorter else by
        fullest[key_of(label)] = by
        changed[position] = replace(question, by=by)
    return changed


def _as_question(label: Label) -> Label:
    is_follow_up = is_follow_up_note(label.role)
    is_quoted = label.name[:1] in '«“„"' and label.name[-1:] in '»”“"'
    name = label.name.strip('«»“”„" ') if is_quoted else label.name
    by = f"{name} ({label.role})" if label.role and not is_follow_up else name
    return Label(
        sort="question", text=label.text, length=label.length, sign=label.sign, by=by, is_follow_up=is_follow_up
    )


def _askers(accepted: Labels, body: Body, roll: Roll, kind: Kind) -> Labels:
    """Where no label says "question": names that ask, by the head and by how their turns end."""
    spoken = _spoken(accepted, body)
    if not spoken:
        return accepted
    in_roll = {key for key, turns in spoken.items() if _is_of_head(turns.label, roll)}
    if kind == "interview" and len(spoken) == 2 and len(in_roll) != 1:
        asker = _host_of_two(spoken, roll)
        return _asking(accepted, {asker}) if asker else accepted
    longest = max(turns.length for turns in spoken.values())
    askers: set[str] = set()
    for key, turns in spoken.items():
        if key in in_roll:
            continue
        # Beside people of the head one question is enough; without them half of the turns must ask.
        least = 1 if in_roll else max(1, (len(turns.texts) + 1) // 2)
        is_short = turns.length < longest or (kind == "interview" and bool(in_roll))
        if is_short and turns.asking >= least:
            askers.add(key)
    return accepted if len(askers) == len(spoken) else _asking(accepted, askers)


def _host_of_two(spoken: dict[str, _Turns], roll: Roll) -> str:
    """Of two who talk the one that asks, by two signs at least; "" where the signs are too few."""
    first, second = sorted(spoken, key=lambda key: spoken[key].first_at)
    signs = dict.fromkeys(spoken, 0)
    signs[first] += 1
    for key, other in ((first, second), (second, first)):
        own, others = spoken[key], spoken[other]
        signs[key] += own.asking > others.asking
        signs[key] += own.length < others.length
        signs[key] += _is_outlet(own.label.name, roll) and not _is_outlet(others.label.name, roll)
    chosen = max((first, second), key=lambda key: signs[key])
    return chosen if signs[chosen] >= _LEAST_SIGNS and signs[first] != signs[second] else ""


def _is_outlet(name: str, roll: Roll) -> bool:
    """Whether a label reads like a newspaper: in marks, with an article, or in marks in the head."""
    if is_of_press(name) or small(name).startswith(("the ", "le ", "la ", "l'", "les ", "el ", "der ", "die ", "das ")):
        return True
    return any(f"{mark}{small(name)}" in small(line) for line in (roll.title, *roll.lines) for mark in '«“„"')


def _further_askers(accepted: Labels, body: Body, roll: Roll) -> Labels:
    """Beside labels that say "question": names of nobody in the head whose turns ask, and whom others answer."""
    ordered = sorted(accepted)
    spoken = _spoken(accepted, body)
    answering = {key for key, turns in spoken.items() if _is_of_head(turns.label, roll)}
    is_headless = not answering
    ends: dict[str, list[bool]] = {}
    followed: dict[str, bool] = {}
    for index, position in enumerate(ordered):
        label = accepted[position]
        if label.sort != "name":
            continue
        key = key_of(label)
        end = ordered[index + 1] if index + 1 < len(ordered) else len(body)
        before = accepted[ordered[index - 1]] if index else None
        follows = accepted[ordered[index + 1]] if index + 1 < len(ordered) else None
        is_asking = any(asks(block.text) for _, block in body[position:end])
        if before is not None and before.sort == "question" and not is_asking:
            answering.add(key)
        ends.setdefault(key, []).append(is_asking)
        is_answered = follows is not None and follows.sort in ("name", "answer") and key_of(follows) != key
        followed[key] = followed.get(key, True) and is_answered
    if not answering:
        return accepted
    askers = {
        key
        for key, are_asking in ends.items()
        if key not in answering
        and followed[key]
        and (all(are_asking) or (not is_headless and sum(are_asking) * 2 >= len(are_asking) > 1))
        and max(len(text.split()) for text in spoken[key].texts) <= _MOST_WORDS_OF_A_QUESTION
    }
    return _asking(accepted, askers)


def lone_askers(
    possible: dict[int, Label], accepted: dict[int, Label], body: Sequence[tuple[int, Block]], roll: Roll
) -> dict[int, Label]:
    """Whole names that occur once, between turns that hold: their turn asks, and one of the head answers it."""
    if sum(label.sort in ("name", "answer") for label in accepted.values()) < _LEAST_ANSWERS:
        return {}
    ordered = sorted({*accepted, *possible})
    lone: dict[int, Label] = {}
    for position, following in pairwise(ordered):
        label = possible.get(position)
        if label is None or position in accepted or label.sort != "name" or label.sign != "colon":
            continue
        follows = accepted.get(following)
        is_answered = follows is not None and (
            follows.sort == "answer" or (follows.sort == "name" and roll.by_label(follows.name) is not None)
        )
        names = label.name.split(",")[0].split()
        is_whole = 2 <= len(names) <= 4 and all(name[:1].isupper() for name in names)
        if is_answered and is_whole and any(asks(block.text) for _, block in body[position:following]):
            lone[position] = _as_question(label)
    return lone


def _asking_hosts(accepted: dict[int, Label], body: Sequence[tuple[int, Block]], kind: Kind) -> dict[int, Label]:
    """Where nobody else asks, the host of a conversation does."""
    has_questions = any(label.sort == "question" for label in accepted.values())
    hosts = [position for position, label in accepted.items() if label.sort == "moderator"]
    asking = sum(bool(_QUERY.search(body[position][1].text)) for position in hosts)
    if has_questions or not hosts or (kind != "interview" and asking * 2 < len(hosts)):
        return accepted
    return {
        position: Label(sort="question", text=label.text, length=label.length, sign=label.sign)
        if label.sort == "moderator"
        else label
        for position, label in accepted.items()
    }


def with_moderators(accepted: dict[int, Label], body: Sequence[tuple[int, Block]], roll: Roll) -> dict[int, Label]:
    """Whoever is not named in the head, never answers and hands the word on at once is a moderator."""
    accepted = {
        position: _as_moderator(label)
        if label.sort == "name" and (person := roll.by_label(label.name)) is not None and person.is_moderator
        else label
        for position, label in accepted.items()
    }
    if not any(label.sort == "question" for label in accepted.values()):
        return accepted
    ordered = sorted(accepted)
    answers: set[str] = set()
    others: dict[str, int] = {}
    for index, position in enumerate(ordered):
        label = accepted[position]
        if label.sort != "name":
            continue
        key = key_of(label)
        before = accepted[ordered[index - 1]] if index else None
        end = ordered[index + 1] if index + 1 < len(ordered) else len(body)
        words = sum(len(block.text.split()) for _, block in body[position:end])
        if roll.by_label(label.name) is not None or words > 60 or (before and before.sort == "question"):
            answers.add(key)
        others[key] = others.get(key, 0) + 1
    quiet = {key for key in others if key not in answers and others[key] >= 2}
    if not quiet or not answers:
        return accepted
    return {
        position: _as_moderator(label) if label.sort == "name" and key_of(label) in quiet else label
        for position, label in accepted.items()
    }


def _as_moderator(label: Label) -> Label:
    return Label(
        sort="moderator", text=label.text, length=label.length, sign=label.sign, name=label.name, role=label.role
    )
