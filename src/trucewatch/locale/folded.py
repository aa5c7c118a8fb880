"""A paragraph in lines of a bounded width, for files of plain text."""

from __future__ import annotations

from trucewatch.locale import Words
from trucewatch.messages import Message


def folded(words: Words, paragraph: Message | str, width: int) -> str:
    """A message in its language, in lines of at most so many characters, but for a word that is longer. A text stays as
    it is."""
    if isinstance(paragraph, str):
        return paragraph
    lines, line = [], ""
    for word in words.say(paragraph).split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])
