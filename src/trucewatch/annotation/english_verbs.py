"""Verbs as a rule file lists them → their forms, so that a rule speaks of a class of verbs in any tense.

Regular ones are one word; irregular ones give past and participle after a stroke: `hand`, `send/sent`,
`give/gave/given`. The forms of a list `deed` are the lists `deed`, `deed_s`, `deed_ing`, `deed_past`, `deed_done`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

_VOWELS: Final = frozenset("aeiou")
_STRESSED: Final = ("mit", "gin", "cur", "pel", "sfer", "refer")
_HISSING: Final = ("s", "x", "z", "ch", "sh", "o")


def verb_lists(written: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Every list of forms, by its name.

    >>> verb_lists({"deed": "stop carry give/gave/given"})["deed_ing"]
    ['stopping', 'carrying', 'giving']
    """
    lists: dict[str, Sequence[str]] = {}
    for name, verbs in written.items():
        parts = [verb.split("/") for verb in verbs.split()]
        lists[name] = [part[0] for part in parts]
        lists[f"{name}_s"] = [with_s(part[0]) for part in parts]
        lists[f"{name}_ing"] = [_joined(part[0], "ing") for part in parts]
        lists[f"{name}_past"] = [part[1] if len(part) > 1 else _joined(part[0], "ed") for part in parts]
        lists[f"{name}_done"] = [part[-1] if len(part) > 1 else _joined(part[0], "ed") for part in parts]
    return lists


def with_s(verb: str) -> str:
    """The third person of the present.

    >>> [with_s(verb) for verb in ("open", "carry", "pay", "publish", "go")]
    ['opens', 'carries', 'pays', 'publishes', 'goes']
    """
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(_HISSING) else "s")


def _joined(verb: str, ending: str) -> str:
    """A verb with "ing" or "ed". A last consonant is doubled in words of one syllable and where the last is stressed.

    >>> [_joined(verb, "ing") for verb in ("hand", "move", "carry", "stop", "submit", "open")]
    ['handing', 'moving', 'carrying', 'stopping', 'submitting', 'opening']
    """
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + ending
    if ending == "ed" and verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    syllables = sum(letter in _VOWELS for letter in verb)
    doubles = (
        (syllables == 1 or verb.endswith(_STRESSED))
        and len(verb) > 2
        and verb[-2] in _VOWELS
        and verb[-1] not in "aeiouwxy"
    )
    return verb + (verb[-1] if doubles else "") + ending
