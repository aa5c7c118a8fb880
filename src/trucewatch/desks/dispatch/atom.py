"""Issued reports of one recipient → an Atom feed (RFC 4287): one entry a report, its files by their hashes.

The id of an entry is a tag URI (RFC 4151) made of the report's number, which names the watch, so that a later revision
is the same entry with another moment. Nothing is in it that the issued reports do not say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from trucewatch.desks.dispatch.operations import FeedEntry
from trucewatch.locale import Words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.sanitize import printable
from trucewatch.model.report import Publication
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports import FORMATS

ATOM: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml"
_TAG: Final = "tag:trucewatch.invalid,2026"
"""An authority that nobody can own (RFC 2606): a watch has no domain of its own."""
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed_of(
    entries: Iterable[FeedEntry],
    *,
    watch: Watch,
    recipient: Recipient,
    words: Words,
    own: str,
    link: Callable[[str], str],
    begun: datetime,
) -> bytes:
    """The feed's bytes. own: its own address; link: hash of a file → its address; begun: the moment of a feed in which
    nothing stands yet."""
    entries = tuple(entries)
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": words.language})
    names = [printable(words.name(named.names, otherwise=named.id)) for named in (watch.settings, recipient)]
    _text(feed, "id", f"{_TAG}:{_part(watch.settings.id)}/{_part(recipient.id)}")
    _text(
        feed,
        "title",
        words.gettext("{watch}: reports issued to {recipient}").format(watch=names[0], recipient=names[1]),
    )
    if subtitle := _subtitle(watch, words):
        _text(feed, "subtitle", subtitle)
    _text(feed, "updated", iso_utc(max((entry.issue.recorded_at for entry in entries), default=begun)))
    ET.SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": own})
    _text(ET.SubElement(feed, "author"), "name", names[0])
    ET.SubElement(feed, "generator").text = "Trucewatch"
    for entry in entries:
        _entry(feed, entry, watch, words, link)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _entry(feed: ET.Element, entry: FeedEntry, watch: Watch, words: Words, link: Callable[[str], str]) -> None:
    publication = entry.issue.publication
    element = ET.SubElement(feed, "entry")
    _text(element, "id", f"{_TAG}:{_part(publication.number)}")
    title = words.gettext("{number}, revision {revision}")
    _text(element, "title", title.format(number=publication.number, revision=publication.revision))
    _text(element, "updated", iso_utc(entry.issue.recorded_at))
    _text(element, "published", iso_utc(entry.published))
    summary = summary_words(publication, words)
    if watch.settings.simulated:
        summary = f"{words.gettext('Simulated: the places, parties and records of this watch are invented')}. {summary}"
    _text(element, "summary", summary)
    pages = [which for which in entry.files if which[0] == "html"] or list(entry.files)[:1]
    for which, digest in entry.files.items():
        format_name, language = which
        format = FORMATS.get(format_name)
        ET.SubElement(
            element,
            "link",
            {
                "rel": "alternate" if which in pages else "enclosure",
                "type": format.media_type.partition(";")[0] if format else "application/octet-stream",
                "hreflang": language,
                "href": link(digest),
                "title": f"{format_name}, {language}, sha256:{digest}",
            },
        )
    if not entry.files:
        ET.SubElement(element, "content", {"type": "text"}).text = summary


def summary_words(publication: Publication, words: Words) -> str:
    """What was issued, in a sentence: of which days, up to when, with how many lines. No lines are no count: that none
    can be shown does not say that there was none."""
    first, last = words.day(publication.day_from), words.day(_last(publication))
    period = first if first == last else words.gettext("{start} – {end}").format(start=first, end=last)
    count = len(publication.rows_shown)
    cut_off = iso_utc(publication.cut_off)
    if not count:
        sentence = words.gettext("Report for {period}, as known at {cut_off}.").format(period=period, cut_off=cut_off)
    else:
        sentence = words.ngettext(
            "Report for {period}, as known at {cut_off}: {count} line.",
            "Report for {period}, as known at {cut_off}: {count} lines.",
            count,
        ).format(period=period, cut_off=cut_off, count=words.number(count))
    if publication.revision <= 1:
        return sentence
    again = words.gettext("Revision {revision} takes the place of those before it and names what changed.")
    return f"{sentence} {again.format(revision=publication.revision)}"


def _last(publication: Publication) -> date:
    return publication.day_until - timedelta(days=1)


def _subtitle(watch: Watch, words: Words) -> str:
    simulated = words.gettext("Simulated: the places, parties and records of this watch are invented")
    return ". ".join(filter(None, (simulated if watch.settings.simulated else "", translation_words(words))))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _part(text: str) -> str:
    """A part of a tag URI, as RFC 3986 has it; slashes stay."""
    return quote(text, safe="/-._~")
