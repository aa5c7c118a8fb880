"""Which line of a TOML file a key stands on. `tomllib` does not say, and a fault without its line helps nobody."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")


class TomlLines:
    """Lines by path: `("provision", 5, "stipulation", 0, "deadline")` → 88. Arrays of tables are counted from 0.

    Understands headers, dotted keys, multi-line strings and arrays; what stands inside an inline table has the line of
    the key that opens it. Limits: meant for text that `tomllib` has accepted.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        counts: dict[Path, int] = {}
        current: Path = ()
        depth, quote = 0, ""
        for number, line in enumerate(text.splitlines(), 1):
            inside = depth > 0 or bool(quote)
            if not inside and (header := _HEADER.match(line)) is not None:
                current = self._enter(_keys(header[2]), counts, is_array=header[1] == "[[")
                self._lines.setdefault(current, number)
                continue
            if not inside and (key := _KEY.match(line)) is not None:
                self._lines.setdefault(current + tuple(_keys(key[1])), number)
            depth, quote = _nesting(line, depth, quote)

    @staticmethod
    def _enter(keys: list[str], counts: dict[Path, int], *, is_array: bool) -> Path:
        path: Path = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            if position == len(keys) - 1 and is_array:
                counts[path] = counts.get(path, -1) + 1
                path = (*path, counts[path])
            elif path in counts:
                path = (*path, counts[path])
        return path

    def has(self, path: Path) -> bool:
        """Whether the file itself says this, and it is no default."""
        return path in self._lines

    def line_of(self, path: Path) -> int:
        """The line of the path, or of the nearest thing that holds it; 0 if nothing does."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 0


def table_span(text: str, key: str, index: int) -> tuple[int, int] | None:
    """The lines of one `[[key]]` table with its sub-tables: the first, and the one after the last. None if it is not
    there.

    Lines are counted from 0. Blank lines and comments before the next table belong to that one.
    """
    lines = text.splitlines(keepends=True)
    depth, quote, count, first = 0, "", -1, -1
    for number, line in enumerate(lines):
        header = _HEADER.match(line) if depth <= 0 and not quote else None
        if header is None:
            depth, quote = _nesting(line, depth, quote)
            continue
        keys = _keys(header[2])
        if keys == [key] and header[1] == "[[":
            count += 1
            if count == index:
                first = number
                continue
        if first >= 0 and not (keys[0] == key and len(keys) > 1):
            return first, _without_comments_above(lines, first, number)
    return (first, len(lines)) if first >= 0 else None


def _without_comments_above(lines: list[str], first: int, end: int) -> int:
    while end > first + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _keys(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", dotted)]


def _nesting(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Bracket depth and open multi-line quote after this line."""
    position = 0
    while position < len(line):
        if quote:
            end = line.find(quote, position)
            if end < 0:
                return depth, quote
            position, quote = end + 3, ""
            continue
        char = line[position]
        if char == "#":
            break
        if line.startswith(('"""', "'''"), position):
            quote, position = line[position : position + 3], position + 3
            continue
        if char in "\"'":
            position = _after_string(line, position, char)
            continue
        depth += (char in "[{") - (char in "]}")
        position += 1
    return depth, quote


def _after_string(line: str, start: int, mark: str) -> int:
    position = start + 1
    while position < len(line) and line[position] != mark:
        position += 2 if mark == '"' and line[position] == "\\" else 1
    return position + 1
