"""Lines as they were written → paragraphs: whether a line ends because it was full, and words parted at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

_ENDS: Final = re.compile(r"""[.!?:…։。؟][)\]»”“"'’›]*$""")
_PARTED: Final = re.compile(r"([^\W\d_]+)-$")
_LEAST_WIDTH: Final = 40
_MOST_WIDTH: Final = 130
"""Lines wrapped by hand or by a mail program are between these, in characters."""
_FULL: Final = 0.92


def ends_a_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does, quotation marks left aside.

    >>> ends_a_sentence("The road is open.”"), ends_a_sentence("The road is")
    (True, False)
    """
    return _ENDS.search(line[-12:]) is not None


def wrap_width(groups: Iterable[Sequence[str]]) -> int:
    """The width to which lines were wrapped, in characters; 0 where each line is a paragraph of its own.

    groups: lines that stand together, without an empty one between.
    """
    listed = [group for group in groups if group]
    lengths = sorted(len(line) for group in listed for line in group)
    if not lengths:
        return 0
    width = lengths[min(len(lengths) - 1, int(0.95 * len(lengths)))]
    if not _LEAST_WIDTH <= width <= _MOST_WIDTH:
        return 0
    followed = [(line, after) for group in listed for line, after in pairwise(group)]
    full = [line for line, after in followed if _is_full(line, after, width)]
    if 2 * len(full) < len(followed) or not full:
        return 0
    return width if 2 * sum(map(ends_a_sentence, full)) <= len(full) else 0


def paragraphs_of(lines: Sequence[str], width: int, known_words: frozenset[str] = frozenset()) -> list[str]:
    """The paragraphs of lines that stand together: a line that was full goes on in the next. width: of `wrap_width`."""
    paragraphs: list[str] = []
    previous = ""
    for line in lines:
        is_full = _is_full(previous, line, width) if width else _LEAST_WIDTH <= len(previous) <= _MOST_WIDTH
        if previous and (
            (width and is_full) or (_goes_on(previous, line) and (width or (is_full and previous[-1] != ";")))
        ):
            paragraphs[-1] = joined(paragraphs[-1], line, known_words)
        else:
            paragraphs.append(line)
        previous = line
    return paragraphs


def joined(first: str, second: str, known_words: frozenset[str] = frozenset()) -> str:
    """Two lines as one. A word parted by a hyphen is made whole, unless the text has it with its hyphen elsewhere.

    >>> joined("the commis-", "sion met"), joined("a cease-", "fire", frozenset({"cease-fire"}))
    ('the commission met', 'a cease-fire')
    """
    parted = _PARTED.search(first[-60:])
    if parted is None or not is_parted_word(first, second):
        return f"{first} {second}"
    after = re.match(r"[^\W\d_]+", second)
    word = f"{parted[1]}-{after[0] if after else ''}".casefold()
    return first + second if word in known_words else first[:-1] + second


def is_parted_word(first: str, second: str) -> bool:
    """Whether a line ends within a word that the next goes on with."""
    return second[:1].islower() and _PARTED.search(first[-60:]) is not None


def hyphenated_words(text: str) -> frozenset[str]:
    """The words that a text writes with a hyphen inside a line."""
    return frozenset(word.casefold() for word in re.findall(r"[^\W\d_]{1,40}-[^\W\d_]{1,40}", text))


def _is_full(line: str, after: str, width: int) -> bool:
    """Whether the next line's first word would not have gone on this one."""
    return len(line) + 1 + len(after.split(" ", 1)[0]) > _FULL * width


def _goes_on(line: str, after: str) -> bool:
    # French has a blank before its colon, where a line may end; "a)" begins a list.
    is_item = after[1:2] in (")", ".")
    return (after[:1].islower() or after[:2] in ("? ", "! ", ": ", "; ")) and not ends_a_sentence(line) and not is_item
