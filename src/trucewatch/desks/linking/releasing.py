"""What of the links leaves for one recipient, as bytes of one format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from trucewatch.errors import ReportError
from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline.link_figures import length_of
from trucewatch.pipeline.link_inputs import link_inputs
from trucewatch.reports.daily_build import public_part
from trucewatch.reports.link_files import LinkFile
from trucewatch.reports.link_release import ReleasedLinks, release_links
from trucewatch.store import Store

Format = Literal["geojson", "csv"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final[dict[Format, str]] = {"geojson": "application/geo+json", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that somebody is given. links: how many it tells of."""

    name: str
    media_type: str
    content: bytes
    links: int


def recipient_named(watch: Watch, name: str) -> Recipient:
    """Raises ReportError for a name that is none of the watch's recipients."""
    recipient = watch.recipient(name)
    if recipient is None:
        raise ReportError(
            Message(
                '"{recipient}" is no recipient of this watch; it has: {words}',
                recipient=printable(name)[:60],
                words=", ".join(each.id for each in watch.settings.recipient),
            )
        )
    return recipient


def released_to(store: Store, watch: Watch, recipient: Recipient, *, at: datetime) -> ReleasedLinks | None:
    """What the recipient may have by a moment (UTC); None of a watch without links."""
    inputs = link_inputs(store, watch)
    if inputs.network is None:
        return None
    return release_links(inputs.network, watch, recipient, at, openings=inputs.openings, length_of=length_of)


def file_for(
    store: Store, watch: Watch, recipient: Recipient, format_name: Format, *, at: datetime, words: Words
) -> File:
    """The file for a recipient. words: those of a CSV; a GeoJSON has every language. Raises ReportError where there is
    nothing that the recipient may have."""
    released = released_to(store, watch, recipient, at=at)
    if released is None or not released.links:
        raise ReportError(
            Message(
                "{recipient} may have nothing of the links by {moment}: there is no road, railway or crossing on "
                "record. No file was made",
                recipient=recipient.id,
                moment=at,
            )
        )
    file = LinkFile(released=released, watch=public_part(watch, recipient, at), recipient=recipient.id)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", f"{watch.settings.id}-links-{recipient.id}-{released.day:%Y-%m-%d}")
    return File(
        name=f"{name}.{format_name}",
        media_type=MEDIA_TYPES[format_name],
        content=file.geojson() if format_name == "geojson" else file.csv(words),
        links=len(released.links),
    )
