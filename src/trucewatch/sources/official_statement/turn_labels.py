"""The beginning of a block → the label of a turn, if it reads like one: "Question:", "MR PRICE:", "ADEBAHR (AA):".

Only the form is judged here, one block at a time. Whether a name is a speaker's is decided over the whole page
(`turns.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from trucewatch.sources.official_statement.asking_labels import asking_sort, is_follow_up_note, newspaper_of
from trucewatch.sources.official_statement.statement_words import small, statement_words

MOST_CHARS: Final = 120
"""A longer beginning is a sentence with a colon in it."""
MOST_WORDS: Final = 12
_MOST_LOOKED_AT: Final = 400

Sort = Literal["question", "answer", "moderator", "name"]
Sign = Literal["colon", "dash", "dot", "line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands before a turn. length: characters of the block that it takes, with what divides it from the turn.

    by: who asks. name, role: of a speaker, as written. sign: what divides; "line" where the label is a block alone.
    is_letter: a single letter, which marks a turn only where the page uses it throughout.
    """

    sort: Sort
    text: str
    length: int
    sign: Sign
    name: str = ""
    role: str = ""
    by: str | None = None
    is_follow_up: bool = False
    is_letter: bool = False
    is_certain: bool = False
    """Whether the form alone says that it is a person's: capitals, initials, an office, a form of address."""
    is_by_print: bool = False
    """Whether print or a number marks it and no word: what follows a question then answers it."""
    goes_on: bool = False
    """Whether it is one more paragraph of the turn before, if that is of the same sort."""
    is_same_asker: bool = False
    """Whether it says no more than that whoever asked before asks again."""


_DASH: Final = re.compile(r"\s?\.\s?[-–—]+(?:\s|$)|\s[-–—]+(?:\s|$)|(?<=\w)[-–—]+\s(?=\S)")
_NOTE_OF_TIME: Final = re.compile(r"\s*[(\[]\d{1,2}:\d\d(?::\d\d)?[)\]]\s*|\*+\s*")
_BARE_LETTER: Final = re.compile(r"Q (?!\([^()]{1,80}\)\s?:)(?=[A-ZÀ-Ý¿«“\"'(\[])")
"""Some houses have a wide blank and no sign behind it; no other letter of the kind is not a word as well."""
_NUMBERED_SPEAKER: Final = re.compile(r"[^\W\d_]{4,14} \d{1,2}")
_PAREN: Final = re.compile(r"^(?P<front>[^()\[\]]*?)\s*[(\[](?P<inner>[^()\[\]]{1,80})[)\]]\s*$")
_NUMBER: Final = re.compile(r"^(?:\d{1,2}\s?[.)]\s*)?(?P<rest>\D*?)(?:\s*(?:№|no\.?|nr\.?|n°|nº)?\s*\d{1,3}[.)]?)?$")
_QUOTED_NAME: Final = re.compile(r"[«“„\"][^«»“”„\":.?!]{2,50}[»”“\"](?:,? ?[^\W\d_]*)?(?: ?\([^()]{1,40}\))?\s?[:.՝․]")
"""A newspaper's name in its marks, as it stands before what it asks."""
_ARTICLES: Final = ("the", "he", "le", "la", "el")
_ALL_ARTICLES: Final = (*_ARTICLES, "der", "die", "das", "un", "une", "una")
_CLOCK: Final = r"(?:\d{1,2}:)?\d{1,3}:\d\d(?:[.,]\d{1,3})?"
_LEADING: Final = re.compile(
    r"^(?:[-–—•*#>_\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\u20e3]+\s*|\d{1,2}[.)]\s+|"
    rf"[(\[]{_CLOCK}(?:\s?[-–—>]+\s?{_CLOCK})?[)\]]\s*|{_CLOCK}\s+(?=[^\W\d_])){{1,3}}"
)
"""What may stand before a label: a dash, a number, pictures, the minute of a recording."""
_MINUTE: Final = re.compile(rf"(?:at\s)?{_CLOCK}")
_SENTENCE: Final = re.compile(r"[.!?;…]\s+[^\W\d_]|[?!;«»“”„\"\d]")
_INITIAL_AND_NAME: Final = re.compile(
    r"^(?:[\u0531-\u0556][\u0561-\u0587]?[.․]\s?){1,2}[\u0531-\u0556][\u0561-\u0587]+"
    r"(?: [\u0531-\u0556][\u0561-\u0587]+)?(?:,? ?[(«][^()]{1,60}[)»])?\s?[.․՝:](?=\s)"
)
"""An Armenian name that begins with an initial, up to the sign that divides it from the turn."""
_INITIAL: Final = re.compile(r"^(?:[^\W\d_]{1,2}\.-?){1,3}(?=[^\W\d_]|$)")
PARTICLES: Final = frozenset(
    [
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "zu",
        "zum",
        "bin",
        "ben",
        "al",
        "el",
        "ul",
        "ibn",
        "af",
        "of",
        "the",
        "and",
        "y",
        "e",
        "und",
        "et",
        "und",
        "i",
        "və",
        "ve",
        "и",
        "և",
        "d'",
        "des",
    ]
)


def label_of(text: str) -> Label | None:
    """The label at the beginning of a block, None where it has none.

    >>> label_of("FRAGE KORTE: Ist die Frist gerissen?").by
    'KORTE'
    >>> label_of("At 14:30 we left, and then: nothing.") is None
    True
    """
    return _label_of(text[:_MOST_LOOKED_AT])


@lru_cache(maxsize=1024)
def _label_of(text: str) -> Label | None:
    if not text or (text[0] in "«“„\"'‘‹" and not _QUOTED_NAME.match(text)):
        return None
    if _BARE_LETTER.match(text):
        return Label(sort="question", text=text[0], length=2, sign="line", is_letter=True)
    lead = _LEADING.match(text)
    start = lead.end() if lead else 0
    head = text[start : start + MOST_CHARS]
    for end, sign, after in _divisions(head):
        label = _label(head[:end], sign)
        if label:
            length = start + after
            note = _NOTE_OF_TIME.match(text[length:])
            length += note.end() if note else 0
            rest = text[length:]
            # A colon and then a dash of direct speech: the dash is none of what is said.
            length += len(rest) - len(rest.lstrip(" \t-–—")) if rest.lstrip()[:2] in ("- ", "– ", "— ") else 0
            return Label(
                sort=label.sort,
                text=text[:length].strip(),
                length=length,
                sign=sign,
                name=label.name,
                role=label.role,
                by=label.by,
                is_follow_up=label.is_follow_up,
                is_letter=label.is_letter,
                is_certain=label.is_certain,
                is_same_asker=label.is_same_asker,
            )
    return None


def line_label_of(text: str) -> Label | None:
    """A block that may be a label alone, without a sign behind it: "Emmanuel X", "Question"."""
    if len(text) > 60 or len(text.split()) > 6 or text[-1:] in ".,;:!?…":
        return None
    parsed = _label(text, "line")
    if parsed is None:
        return None
    return Label(
        sort=parsed.sort,
        text=text,
        length=len(text),
        sign="line",
        name=parsed.name,
        role=parsed.role,
        by=parsed.by,
        is_follow_up=parsed.is_follow_up,
        is_letter=parsed.is_letter,
    )


def _divisions(head: str) -> list[tuple[int, Sign, int]]:
    """Where a label could end: (its end, by which sign, where the turn begins)."""
    divisions: list[tuple[int, Sign, int]] = []
    for sign in ":：":
        at = head.find(sign)
        # Not in a time of day, nor in an address.
        while at > 0 and head[at - 1].isdigit() and head[at + 1 : at + 2].isdigit():
            at = head.find(sign, at + 1)
        if at > 0 and head[at + 1 : at + 2] != "/":
            divisions.append((at, "colon", at + 1))
    dash = _DASH.search(head)
    if dash and dash.start() > 0:
        divisions.append((dash.start(), "colon" if dash[0].lstrip()[:1] == "." else "dash", dash.end()))
    initial = _INITIAL_AND_NAME.match(head)
    for at, char in enumerate(head[:100]):
        if initial and at < initial.end() - 1:
            continue  # The dot behind an initial divides nothing, nor one in the brackets of a name.
        if at >= 60 and not initial:
            break
        if char in "՝։․." and at and (len(head) == at + 1 or head[at + 1] in " –—-" or char == "՝"):
            after = at + 1
            while after < len(head) and head[after] in " –—-":
                after += 1
            divisions.append((at, "dot", after))
            break
    # A dot last: it stands behind initials and short forms too.
    return sorted(divisions, key=lambda each: (each[1] == "dot", each[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    sort: Sort
    name: str = ""
    role: str = ""
    by: str | None = None
    is_follow_up: bool = False
    is_letter: bool = False
    is_certain: bool = False
    is_same_asker: bool = False


def _label(head: str, sign: Sign) -> _Parsed | None:
    written = head.strip().rstrip(".․-–— ").strip("*_ ")
    if not written or len(written.split()) > MOST_WORDS:
        return None
    front, inner = written, ""
    paren = _PAREN.match(written)
    if paren and paren["front"]:
        front, inner = paren["front"].strip().rstrip("."), paren["inner"].strip()
        inner = "" if _MINUTE.fullmatch(inner) else inner
    marked = _marked(front, inner)
    if marked:
        return marked
    if sign == "dot" and not "\u0531" <= front.lstrip("«“„")[:1] <= "\u0556":
        return None  # Only Armenian has a full stop where others write a colon.
    return _named(front, inner)


def _marked(front: str, inner: str) -> _Parsed | None:
    """A label that says question, answer or moderator."""
    words = statement_words()
    plain = small(front)
    number = _NUMBER.match(plain)
    plain = number["rest"].strip() if number and number["rest"] else plain
    article, _, bare = plain.partition(" ")
    without_article = bare if article in _ALL_ARTICLES else plain
    is_letter = len(plain) == 1
    note = small(inner)
    is_follow_up = is_follow_up_note(inner)
    is_to = note.split(" ")[0] in ("an", "to", "à", "au", "al", "a", "für", "для", "к", "for")
    by = inner if inner and not is_to and not is_follow_up and not words.finds_start("translated", note) else None
    if words.has("follow_up", plain):
        return _Parsed(sort="question", by=by, is_follow_up=True)
    if words.has("question", plain):
        return _Parsed(sort="question", by=by, is_follow_up=is_follow_up, is_letter=is_letter)
    if words.has("answer", plain):
        return _Parsed(sort="answer", name=by or "", is_letter=is_letter)
    if words.has("moderator", plain) or (words.has("moderator", without_article) and " " in plain):
        return _Parsed(sort="moderator", name=inner or front)
    asking = asking_sort(front)
    if asking:
        is_same = asking == "same"
        return _Parsed(sort="question", by=by, is_follow_up=is_follow_up or is_same, is_same_asker=is_same)
    for sort, name in (
        ("question", "follow_up"),
        ("question", "question"),
        ("answer", "answer"),
        ("moderator", "moderator"),
    ):
        rest = _behind(front, plain, name)
        if rest is None:
            continue
        if not rest:
            return _Parsed(sort="answer") if sort == "answer" else None
        whole = f"{rest} ({inner})" if inner and not is_follow_up and by else rest
        if sort == "question":
            return _Parsed(sort="question", by=whole, is_follow_up=is_follow_up or name == "follow_up")
        return _Parsed(sort="answer" if sort == "answer" else "moderator", name=rest, role=inner if by else "")
    return None


def _behind(front: str, plain: str, name: str) -> str | None:
    """The name that stands behind a word of a list: "FRAGE KORTE", "Question by Anna B., Reuters"; None for none."""
    words = statement_words()
    first, _, rest = front.partition(" ")
    if " " not in plain:
        return None
    for each in words.longest_first[name]:
        if not plain.startswith(each) or len(plain) == len(each):
            continue
        follows = plain[len(each)]
        rest = front[len(each) :] if len(front) == len(plain) or small(front).startswith(each) else ""
        if follows not in " .,-–—:" or not rest:
            continue
        rest = rest.lstrip(" .,-–—:")
        before_by, _, behind_by = rest.partition(" ")
        is_by = small(before_by) in words.sets["by"]
        candidate = behind_by if is_by else rest
        tokens = candidate.split()
        if not tokens or len(tokens) > 10:
            continue
        first = tokens[0].strip('«“"(')
        if name == "question" and each in ("media", "audience") and words.starts("office", small(first)):
            continue  # "Media Secretary": an office, and nobody who asks.
        if first[:1].isupper() and not words.has("not_name", small(candidate)):
            capital = sum(token.strip('«“"(,')[:1].isupper() for token in tokens)
            if is_by or follows in ",-–—" or capital * 2 > len(tokens):
                return candidate
    return None


def _named(front: str, inner: str) -> _Parsed | None:
    """A label that is a name, with or without an office."""
    words = statement_words()
    plain = small(front).rstrip(".")
    if words.has("not_name", plain):
        return None
    # "А.Торн" begins with a conjunction only as far as its letter goes.
    if " " not in plain and not inner and not _INITIAL.match(front) and words.finds_start("not_name", plain):
        return None
    if _NUMBERED_SPEAKER.fullmatch(front) and words.has("numbered", small(front.partition(" ")[0])):
        return _Parsed(sort="name", name=front, is_certain=True)
    if newspaper_of(front):
        return _Parsed(sort="name", name=front, role=inner, is_certain=True)
    bare = _without_abbreviations(front).strip('«»“”„"')
    if _SENTENCE.search(bare) and not words.press.search(plain):
        return None
    if front[:1] in '«“„"':
        return _Parsed(sort="name", name=front, role=inner)
    parts = [part.strip() for part in front.split(",") if part.strip()]
    if len(parts) > 3 or not parts:
        return None
    tokens = front.replace(",", " ").split()
    has_office = words.finds("office", plain)
    loose = [token for token in tokens if not _is_name_token(token)]
    if loose and not ((has_office or words.press.search(plain)) and len(tokens) - len(loose) >= 1):
        return None
    first = small(tokens[0]).rstrip(".,")
    is_known_word = first in words.sets["honorific"] or words.starts("office", first) or words.press.fullmatch(first)
    if not tokens[0][:1].isupper() and not is_known_word:
        return None
    if first in words.sets["not_name"] and not has_office and not _INITIAL.match(tokens[0]):
        return None
    letters = [char for char in front if char.isalpha()]
    in_capitals = len(letters) >= 3 and all(char.isupper() or not char.islower() for char in letters)
    is_certain = (
        in_capitals
        or has_office
        or (first in words.sets["honorific"] and first not in _ARTICLES)
        or bool(_INITIAL.match(front))
        or bool(inner and len(inner) <= 12)
    )
    if words.finds_start("translated", small(inner)):
        inner = ""
    if has_office and _is_person(inner) and all(_is_of_office(token) for token in tokens):
        return _Parsed(sort="name", name=inner, role=front, is_certain=True)  # "Sr. Ministro (Tomás A.)"
    return _Parsed(sort="name", name=front, role=inner, is_certain=is_certain)


def _is_of_office(token: str) -> bool:
    plain, words = small(token).strip(".,"), statement_words()
    return plain in PARTICLES or plain in words.sets["honorific"] or words.starts("office", plain)


def _is_person(text: str) -> bool:
    """Whether words in brackets are a whole name and no house: "Tomás Arrieta"."""
    parts, words = text.split(), statement_words()
    is_name = 2 <= len(parts) <= 4 and all(_is_name_token(part) for part in parts)
    return is_name and not words.finds("office", small(text)) and not words.press.search(small(text))


def _without_abbreviations(text: str) -> str:
    return re.sub(r"(?<!\w)([^\W\d_]{1,5})\.(?=\s?[^\W\d_]|$)", r"\1", text)


def _is_name_token(token: str) -> bool:
    bare = token.strip(".,'’«»“”\"()")
    if not bare:
        return True
    plain = small(bare)
    if plain in PARTICLES or plain in statement_words().sets["honorific"]:
        return True
    return bare[0].isupper()
