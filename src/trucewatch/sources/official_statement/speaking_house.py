"""The office or house that speaks in a title that names no person."""

from __future__ import annotations

import re
from typing import Final

from trucewatch.sources.official_statement.roll import is_spoken_word
from trucewatch.sources.official_statement.statement_words import small, statement_words

_EDGE: Final = " \t,;:.!?–—-|/()[]«»“”„\"'"


def body_of_title(title: str) -> str:
    """The office or house that speaks, where a title names no person: "Statement by the Foreign Ministry of X on Y".

    "" where the title does not say it in a way that is read.
    """
    words = statement_words()
    tokens = title.split()
    if not tokens:
        return ""
    first = next((at for at, token in enumerate(tokens[:4]) if is_spoken_word(token)), None)
    if first is not None:
        before = " ".join(tokens[:first])
        if first and is_house(before):
            return before
        at = first + 1
        while at < len(tokens) and small(tokens[at]) in (
            "by",
            "of",
            "the",
            "des",
            "der",
            "von",
            "du",
            "de",
            "la",
            "del",
            "для",
            "сми",
            "прессы",
        ):
            at += 1
        house_words: list[str] = []
        for token in tokens[at:]:
            plain = small(token.strip(_EDGE))
            if house_words and (plain in words.sets["with"] or token[:1] in '«“„("–—-'):
                break
            house_words.append(token)
            if token[-1:] in ",;:":
                break
        text = " ".join(house_words).strip(_EDGE)
        return text if len(house_words) <= 9 and is_house(text) and text[:1].isupper() else ""
    if is_spoken_word(tokens[-1]):
        at = len(tokens) - 1
        while at and (tokens[at - 1][:1].isupper()):
            at -= 1
        text = " ".join(tokens[at:-1])
        text = re.sub(r"(?<=[iıuü])n[iıuü]n$", "", text)
        text = re.sub(r"-[iıuü]n$", "", text)
        return text if is_house(text) else ""
    return ""


_HOUSE: Final = re.compile(
    r"(?<!\w)(?:\w*minist\w+|мид|министерств\w*|bakanli\w*|nazirli\w*|նախարարութ\w*|"
    r"արտգործնախարարութ\w*|ագն|office|government|regierung|gouvernement|"
    r"gobierno|правительств\w*|\w*amt\w*|commission|комисси\w*|presidency|présidence|presidencia|"
    r"embassy|xin|press service)(?!\w)"
)


def is_house(text: str) -> bool:
    """Whether a name is that of an office or a house, "Ministry of Roads"."""
    return bool(_HOUSE.search(small(text)))
