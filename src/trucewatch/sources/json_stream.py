"""A large JSON file → its objects one by one, with the line where each begins, in the memory of the largest of them.

Only objects and lists on the way to what is wanted are entered; every other value is passed over whole.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.stream import kind_of, utf8_pieces

MOST_VALUE_CHARS: Final = 32_000_000
"""A single value that is longer is none that anybody exports: it would be held in memory whole."""
MOST_DEPTH: Final = 8
"""So deep lies what is entered, at most."""

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING_OR_BRACE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)
"""A string that is not closed goes to the end: what stands in it is looked at once."""
_ESCAPED = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_PIECE_BYTES: Final = 1 << 17
"""Taken at once: each fault of the decoder counts the lines of what is held before it."""
_MOST_PASSED: Final = 8 << 10
"""Characters that are passed, and still kept, after a fault."""
_NEAR_END: Final = 16
"""No word, number or escape of JSON that is cut off is longer."""

CUT_OFF: Final = Message(
    "the file is cut off or damaged in line {line}, and nothing from there on was read; export it again"
)


@dataclass(frozen=True, slots=True)
class Damaged:
    """Something in braces that is no JSON; what follows it is read."""

    what: str = ""


class JsonText:
    """The text of a JSON file, read piece by piece. `line` is that of the place that was reached.

    Raises UnreadableInput where the file is no JSON or breaks off, naming the line.
    """

    def __init__(self, path: Path) -> None:
        kind = kind_of(path)
        if kind == "zip":
            raise UnreadableInput(Message("the file is a ZIP archive or a workbook, not JSON; unpack it"))
        if kind == "parquet":
            raise UnreadableInput(Message("the file is Parquet, not JSON; export it as JSON"))
        self._pieces = _small(utf8_pieces(path))
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._scan = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0
        self._counted = 0
        self._line = 1
        self._only_cr: bool | None = None
        self._is_whole = False
        self._failure: UnreadableInput | None = None
        self._check_beginning()

    @property
    def line(self) -> int:
        """The line of the place that was reached."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def next_char(self) -> str:
        """The next character that is no blank, which is not passed; raises where the file ends."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._refill():
                raise self.cut_off()

    def take(self, char: str) -> bool:
        """Pass this character if it is the next one."""
        if self.next_char() != char:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """The next value, whole; Damaged for something in braces that is none."""
        self.next_char()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except json.JSONDecodeError as exc:
                if self._may_go_on(exc) and self._refill():
                    continue
                return self._mended(exc.msg)
            except (ValueError, RecursionError) as exc:  # a number of thousands of digits, braces in braces
                return self._mended(type(exc).__name__)
            # A number or word that ends with the text may go on.
            if end == len(self._text) and self._text[end - 1] not in '}]"' and self._refill():
                continue
            self._at = end
            return value

    def names(self) -> Iterator[str]:
        """The names in an object that is entered; the value of each is to be taken before the next."""
        if not self.take("{"):
            raise self._no_json()
        if self.take("}"):
            return
        while True:
            name = self.value()
            if not isinstance(name, str) or not self.take(":"):
                raise self.cut_off()
            yield name
            if self.take("}"):
                return
            if not self.take(","):
                raise self.cut_off()

    def entries(self) -> Iterator[None]:
        """Once for each item of a list that is entered, which is to be taken before the next."""
        if not self.take("["):
            raise self._no_json()
        if self.take("]"):
            return
        while True:
            yield
            if self.take("]"):
                return
            if not self.take(","):
                raise self.cut_off()

    def cut_off(self) -> UnreadableInput:
        """Where it breaks off."""
        if self._failure is not None:
            return self._failure
        return UnreadableInput(Message(CUT_OFF.template, line=self.line))

    def _check_beginning(self) -> None:
        while not self._text.strip():
            self._at = len(self._text)
            if not self._refill():
                raise self._failure or UnreadableInput(Message("the file holds only blank lines; fetch it again"))
        char = self.next_char()
        if char == "<":
            raise UnreadableInput(Message("the file is a web page or XML, not JSON; export it as JSON"))
        if char not in "{[":
            raise self._failure or self._no_json()

    def _no_json(self) -> UnreadableInput:
        return UnreadableInput(
            Message("line {line} is no JSON of the kind that is expected here; export it again", line=self.line)
        )

    def _may_go_on(self, exc: json.JSONDecodeError) -> bool:
        return exc.msg.startswith("Unterminated") or exc.pos >= len(self._text) - _NEAR_END

    def _refill(self) -> bool:
        """More text behind what was not passed yet; False where there is none."""
        if self._is_whole:
            return False
        if len(self._text) - self._at > MOST_VALUE_CHARS:
            raise UnreadableInput(
                Message(
                    "line {line} begins a value of more than {most} characters; export the chats one by one",
                    line=self.line,
                    most=Amount(MOST_VALUE_CHARS),
                )
            )
        more = ""
        # What waits is looked at again from its beginning, so it grows by its own length at least.
        while not self._is_whole and len(more) <= len(self._text) - self._at:
            more += self._piece()
        _ = self.line
        self._text = self._text[self._at :] + more
        self._at = self._counted = 0
        return bool(more)

    def _piece(self) -> str:
        try:
            piece = next(self._pieces, b"")
            self._is_whole = not piece
            if self._only_cr is None and piece:
                self._only_cr = b"\n" not in piece and b"\r" in piece[:-1]
            text = self._decoder.decode(piece, final=self._is_whole)
        except UnicodeDecodeError as exc:
            self._is_whole = True
            byte = exc.object[exc.start]
            text = exc.object[: exc.start].decode()
            self._failure = UnreadableInput(
                Message(
                    "the file holds the byte 0x{byte}, which is not UTF-8, and nothing from there on was read; export "
                    "it again, or convert it to UTF-8",
                    byte=f"{byte:02X}",
                )
            )
        except UnreadableInput as exc:
            self._is_whole, text, self._failure = True, "", exc
        return text.replace("\r", "\n") if self._only_cr else text

    def _mended(self, fault: str) -> Any:
        """What stands in braces here, with escapes that are no JSON's (`\\x1F`) written as JSON has them; Damaged if it
        is none even so."""
        end = self._end_of_braces()
        raw = self._text[self._at : end]
        try:
            value = json.loads(_ESCAPED.sub(_as_json_escape, raw))
        except (ValueError, RecursionError):
            value = Damaged(fault)
        _ = self.line
        self._at = end
        if end > _MOST_PASSED:  # whatever is no JSON has its line counted, from the beginning of the text
            _ = self.line
            self._text = self._text[end:]
            self._at = self._counted = 0
        return value

    def _end_of_braces(self) -> int:
        """Where the braces that open here close, by strings and braces alone. Raises UnreadableInput."""
        while True:
            depth = 0
            for match in _STRING_OR_BRACE.finditer(self._text, self._at):
                if match[0] in ("{", "["):
                    depth += 1
                elif match[0] in ("}", "]"):
                    depth -= 1
                    if depth <= 0:
                        return match.end()
                elif depth == 0:
                    break
            if depth == 0 or not self._refill():
                raise self.cut_off()


def _as_json_escape(match: re.Match[str]) -> str:
    return f"\\u00{match[1]}" if match[1] else match[0]


def _small(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), _PIECE_BYTES):
            yield piece[start : start + _PIECE_BYTES]
