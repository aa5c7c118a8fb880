"""XML from outside → the begins, texts and ends of its elements, as they come; no tree is made and nothing is followed.

A document type, an entity or a link to another file ends it: defusedxml refuses them before they mean anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, Protocol

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message

_PIECE: Final = 1 << 18
MOST_DEPTH: Final = 200
_MOST_NAMES: Final = 1000


class XmlTarget(Protocol):
    """Who is told of a document. Names come without their namespace; attributes as name, value, name, value."""

    def begin(self, name: str, attributes: Sequence[str]) -> None: ...

    def text(self, text: str) -> None: ...

    def end(self, name: str) -> None: ...


def attribute(attributes: Sequence[str], name: str) -> str:
    """The value of an attribute; empty where there is none."""
    return attributes[place + 1] if (place := _place(attributes, name)) >= 0 else ""


def _place(attributes: Sequence[str], name: str) -> int:
    return next((place for place in range(0, len(attributes), 2) if attributes[place] == name), -1)


class _Bounded:
    """What the parser calls: names without namespaces, and a bound on how deep elements lie."""

    def __init__(self, target: XmlTarget) -> None:
        self._begin, self._end = target.begin, target.end
        self._depth = 0
        self._names: dict[str, str] = {}

    def begin(self, tag: str, attributes: Sequence[str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise UnreadableInput(Message("the XML nests deeper than any map program writes it; export it again"))
        self._begin(self._names.get(tag) or self._local(tag), attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._end(self._names.get(tag) or self._local(tag))

    def _local(self, tag: str) -> str:
        name = tag.rpartition("}")[2]
        if len(self._names) < _MOST_NAMES:
            self._names[tag] = name
        return name


def feed_xml(file: BinaryIO, target: XmlTarget) -> Iterator[None]:
    """Tell the target of the document, and hand control back after each piece, so that what it has can be taken.

    Raises UnreadableInput where the document is damaged, cut off, or defines what it may not.
    """
    from xml.parsers.expat import ExpatError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    bounded = _Bounded(target)
    parser = DefusedXMLParser(forbid_dtd=True)
    # Expat calls us at once instead of the maker of a tree: twice as fast, and nothing is kept. What defusedxml put
    # before declarations of types and entities stays in its place.
    parser.parser.StartElementHandler = bounded.begin
    parser.parser.EndElementHandler = bounded.end
    parser.parser.CharacterDataHandler = target.text
    try:
        while piece := file.read(_PIECE):
            parser.feed(piece)
            yield
        parser.parser.Parse(b"", True)
        yield
    except DefusedXmlException as exc:
        raise UnreadableInput(
            Message("the XML defines entities or a document type of its own; export the file again without them")
        ) from exc
    except (ParseError, ExpatError, ValueError, LookupError) as exc:
        raise UnreadableInput(
            Message("the XML is cut off or damaged ({error}); export or fetch the file again", error=exc)
        ) from exc
