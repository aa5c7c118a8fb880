"""Labels that ask without a name, "Question from the floor", "Same reporter"; and the newspapers of askers."""

from __future__ import annotations

import re
from typing import Final, Literal

from trucewatch.sources.official_statement.statement_words import small, statement_words

Asking = Literal["", "floor", "same"]
_MOST_WORDS: Final = 5
_QUESTIONS: Final = frozenset(
    ["question", "вопрос", "реплика", "frage", "zuruf", "pregunta", "soru", "sual", "հարց", "media", "audience"]
)
"""Of the words for a question those that are no people."""
_FLOOR: Final = re.compile(
    r"(?<!\w)(?:floor|room|hall|audience|back|front|row|crowd|salle|fond|rang|public|зал\w*|ряд\w*|мест\w*|saal\w*|"
    r"publikum\w*|reihe|raum|sala|público|fila|fondo|salon\w*|zal\w*|sira\w*|arka\w*|դահլիճ\w*|շարք\w*)(?!\w)"
)
_FROM: Final = frozenset(
    ["from", "in", "out", "dans", "depuis", "du", "de", "из", "с", "от", "aus", "im", "vom", "desde", "en"]
)
_NEWSPAPER: Final = re.compile(
    r"^(?P<name>[^«»“”„\",()]{2,50}),\s?(?:[^\W\d_]+\s){0,2}[«“„\"][^«»“”„\":]{2,50}[»”“\"](?:\s[^\W\d_]+)?$"
)
_QUOTED: Final = re.compile(r"[«“„\"][^«»“”„\":]{2,50}[»”“\"]")


def asking_sort(front: str) -> Asking:
    """How a label without a name asks: from the "floor", or as the "same" person as before; "" if it does not.

    >>> asking_sort("Question from the back row"), asking_sort("Same reporter"), asking_sort("Question of trust")
    ('floor', 'same', '')
    """
    words = statement_words()
    plain = small(front).strip(" .")
    tokens = plain.split()
    if not tokens or len(tokens) > _MOST_WORDS or any(char.isdigit() for char in plain):
        return ""
    is_same = any(plain == each or plain.startswith(f"{each} ") for each in words.sets["same"])
    if is_same and len(tokens) <= 3 and (_asks_as_person(tokens[-1]) or plain in _ALONE):
        return "same"
    written = front.split()
    are_small = front.isupper() or all(
        not word[:1].isupper() or _FLOOR.fullmatch(small(word).strip(" .")) for word in written[1:]
    )
    if len(tokens) < 2 or not are_small:
        return ""
    if len(tokens) <= 4 and _asks_as_person(tokens[-1]) and not words.has("not_name", tokens[0]):
        return "floor"
    ends = [token for token in (tokens[0], tokens[-1]) if _asks(token)]
    if not ends:
        return ""
    is_placed = any(_FLOOR.search(plain.removeprefix(word).removesuffix(word)) for word in ends)
    return "floor" if is_placed and (tokens[1] in _FROM or len(tokens) <= 3) else ""


_ALONE: Final = frozenset(
    ["derselbe", "dieselbe", "le même", "la même", "el mismo", "la misma", "тот же", "та же", "он же", "она же"]
)


def _asks(word: str) -> bool:
    return len(word) > 1 and statement_words().has("question", _bare(word))


def _asks_as_person(word: str) -> bool:
    return _asks(word) and _bare(word) not in _QUESTIONS


def _bare(word: str) -> str:
    """Without the article that Armenian has behind its words."""
    if "\u0561" <= word[:1] <= "\u0587" and word[-1:] in "ըն":
        return word[:-1] if statement_words().has("question", word[:-1]) else word
    return word


def newspaper_of(front: str) -> str:
    """The name before a newspaper in its marks, "N.Orth, «Evening Bridge»"; "" where a label has no such form."""
    match = _NEWSPAPER.match(front)
    return match["name"].strip() if match and match["name"][:1].isupper() else ""


def is_follow_up_note(note: str) -> bool:
    """Whether what stands in a label's brackets says that it goes on.

    >>> is_follow_up_note("follow-up"), is_follow_up_note("вдогонку"), is_follow_up_note("Radio Ford")
    (True, True, False)
    """
    words = statement_words()
    plain = small(note).strip(" .")
    return bool(plain) and (
        plain in words.sets["follow_up"] or plain in words.sets["follow_note"] or plain.startswith("follow")
    )


def is_of_press(name: str, note: str = "") -> bool:
    """Whether a label or the note beside it names an agency or a newspaper: by a word for one, or in marks."""
    return bool(
        statement_words().press.search(small(f"{name} {note}"))
        or newspaper_of(name)
        or _QUOTED.search(note)
        or (name[:1] in '«“„"' and len(name) > 2)
    )
