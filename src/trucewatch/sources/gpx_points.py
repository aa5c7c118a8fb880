"""GPX 1.0 and 1.1 → the points of its tracks, streamed. Waypoints and routes are no tracks; how many there are is
said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.batch import Batch, Origin
from trucewatch.model.evidence import Rejected, excerpt_of
from trucewatch.sources.columns import reason_of
from trucewatch.sources.xml_events import attribute, feed_xml

if TYPE_CHECKING:
    from trucewatch.sources.tracks import Points

POINTS_AT_ONCE: Final = 20_000
_MOST_CHARS: Final = 500
_TEXTS: Final = {"ele": "altitude_m", "time": "at"}


def gpx_batches(path: Path, points: Points, origin: Origin) -> Iterator[Batch]:
    """The points of the file, batch by batch, and what was refused. Raises UnreadableInput, after what was read."""
    document = _Document(points, origin)
    with closing(path.open("rb")) as file:
        try:
            for _ in feed_xml(file, document):
                if len(points.rows) + len(document.refused) >= POINTS_AT_ONCE:
                    yield document.batch()
        except UnreadableInput:
            yield document.batch()
            raise
    yield document.batch(*_remarks(document))


def _remarks(document: _Document) -> Iterator[Message]:
    if document.others:
        yield Plural(
            "{count} waypoint or point of a route is no track and was not read",
            "{count} waypoints or points of routes are no track and were not read",
            document.others,
            count=Amount(document.others),
        )
    if not document.number:
        yield Message("the file holds no track point")


class _Document:
    def __init__(self, points: Points, origin: Origin) -> None:
        self._points, self._origin = points, origin
        self.refused: list[Rejected] = []
        self.number = self.others = self._segment = 0
        self._path: list[str] = []
        self._platform = ""
        self._cells: dict[str, str] | None = None
        self._texts: list[str] = []
        self._is_text = False

    def batch(self, *remarks: Message) -> Batch:
        refused, self.refused = tuple(self.refused), []
        return Batch(tracks=self._points.table(), rejected=refused, remarks=remarks)

    def begin(self, name: str, attributes: Sequence[str]) -> None:
        if not self._path and name != "gpx":
            raise UnreadableInput(Message("the file is XML and no GPX; export the track as GPX or CSV"))
        if name == "trkpt":
            self.number += 1
            self._cells = {"lon": attribute(attributes, "lon"), "lat": attribute(attributes, "lat")}
            if self._platform:
                self._cells["platform"] = self._platform
        elif name == "trk":
            self._platform = ""
        elif name == "trkseg":
            self._segment += 1
        elif name in ("wpt", "rtept"):
            self.others += 1
        self._is_text = name in _TEXTS if self._cells is not None else name == "name"
        self._texts = []
        self._path.append(name)

    def text(self, text: str) -> None:
        if self._is_text and len(self._texts) < _MOST_CHARS:
            self._texts.append(text[:_MOST_CHARS])

    def end(self, name: str) -> None:
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if name == "trkpt" and self._cells is not None:
            self._take(self._cells)
            self._cells = None
        elif self._is_text:
            text = "".join(self._texts).strip()[:_MOST_CHARS]
            if self._cells is not None and parent == "trkpt":
                self._cells[_TEXTS[name]] = text
            elif self._cells is None and parent == "trk":
                self._platform = " ".join(text.split())[:200]
        self._is_text = False

    def _take(self, cells: dict[str, str]) -> None:
        try:
            # A segment begins where the receiver found itself again: a jump between two of them is none.
            self._points.take(self.number, cells, str(self._segment))
        except ValueError as exc:  # RowFault and TimeError are ValueErrors too
            raw = " ".join(text for text in cells.values() if text)
            self.refused.append(
                Rejected(
                    evidence_sha256=self._origin.evidence_sha256,
                    file=self._origin.file,
                    row=self.number,
                    reason=reason_of(exc),
                    excerpt=excerpt_of(raw),
                )
            )
