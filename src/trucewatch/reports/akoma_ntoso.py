"""A released statement → Akoma Ntoso 3.0, as a debate: speeches, questions, answers, each passage with what it carries.

Passages that were accepted stand as `span` with their number; what lies between them is an `omissis`. The centre's own
copy holds the whole text. Source: OASIS, Akoma Ntoso Version 1.0 Part 2 (element debate), namespace akn/3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.etree import ElementTree as ET

from trucewatch.model.annotations import Passage
from trucewatch.model.statements import Paragraph, Spoken, Statement
from trucewatch.reports.statement_release import ReleasedStatement

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_ALPHA_3: Final = {
    "az": "aze",
    "de": "deu",
    "en": "eng",
    "es": "spa",
    "fr": "fra",
    "hy": "hye",
    "ru": "rus",
    "tr": "tur",
}
"""ISO 639-2, which the naming convention of Akoma Ntoso asks for."""
_UNDETERMINED: Final = "und"
_NO_COUNTRY: Final = "un"
"""Stands where the convention asks for a country: an official statement of a party is of no country's law."""
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OMITTED: Final = "…"


@dataclass(frozen=True, slots=True)
class Carried:
    """Characters of a paragraph that carry something that was said."""

    code: str
    passage: Passage


def debate_xml(
    released: ReleasedStatement, statement: Statement, *, watch: str, made_on: date, is_whole: bool = False
) -> bytes:
    """The debate as bytes. statement: whose paragraphs the passages lie in. is_whole: with all that was said, for the
    centre alone."""
    root = ET.Element("akomaNtoso", xmlns=NAMESPACE)
    debate = ET.SubElement(root, "debate", name="officialStatement", contains="originalVersion")
    day = (released.day or made_on).isoformat()
    name = _name(f"{watch}-{released.code}")
    _meta(debate, released, name, day, made_on)
    preface = ET.SubElement(debate, "preface")
    title = released.title or released.code
    ET.SubElement(preface, "p").text = _plain(title)
    if released.is_simulated:
        ET.SubElement(preface, "p").text = "Simulated: this statement is invented."
    if released.later_version:
        later = f"These are words of version {released.version}; version {released.later_version} is on record since."
        ET.SubElement(preface, "p").text = later
    if released.day is None:
        ET.SubElement(preface, "p").text = "The page names no day; the dates above are those of this file."
    body = ET.SubElement(debate, "debateBody")
    passages: dict[str, list[Carried]] = {}
    for each in released.passages:
        passages.setdefault(each.passage.span.paragraph, []).append(Carried(each.code, each.passage))
    _sections(body, statement, passages, {speaker for speaker, _ in released.speakers}, is_whole=is_whole)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def _meta(debate: ET.Element, released: ReleasedStatement, name: str, day: str, made_on: date) -> None:
    meta = ET.SubElement(debate, "meta")
    identification = ET.SubElement(meta, "identification", source="#trucewatch")
    work = f"/akn/{_NO_COUNTRY}/debate/{day}/{name}"
    expression = f"{work}/{_ALPHA_3.get(released.language, _UNDETERMINED)}@"
    author = f"#{_voice_id(released)}"
    for element, uri, suffix, of_day, what, whose in (
        ("FRBRWork", work, "/!main", day, "said", author),
        ("FRBRExpression", expression, "/!main", day, "said", author),
        ("FRBRManifestation", f"{expression}.xml", "", made_on.isoformat(), "made", "#trucewatch"),
    ):
        level = ET.SubElement(identification, element)
        ET.SubElement(level, "FRBRthis", value=f"{uri}{suffix}")
        ET.SubElement(level, "FRBRuri", value=uri)
        ET.SubElement(level, "FRBRdate", date=of_day, name=what)
        ET.SubElement(level, "FRBRauthor", href=whose)
        if element == "FRBRWork":
            ET.SubElement(level, "FRBRcountry", value=_NO_COUNTRY)
        if element == "FRBRExpression":
            ET.SubElement(level, "FRBRlanguage", language=_ALPHA_3.get(released.language, _UNDETERMINED))
    references = ET.SubElement(meta, "references", source="#trucewatch")
    _reference(references, "TLCOrganization", "trucewatch", "organization", "Trucewatch")
    whose = released.voice or released.publisher or "not stated"
    _reference(references, "TLCOrganization", _voice_id(released), "organization", whose)
    for speaker, called in released.speakers:
        _reference(references, "TLCPerson", speaker, "person", called or "not stated")
    concepts = {_name(f"about-{about}"): about for each in released.passages for about in each.passage.about}
    for concept, about in sorted(concepts.items()):
        _reference(references, "TLCConcept", concept, "concept", about)


def _reference(references: ET.Element, element: str, eid: str, folder: str, shown: str) -> None:
    ET.SubElement(references, element, eId=eid, href=f"/akn/ontology/{folder}/{eid}", showAs=_plain(shown))


def _voice_id(released: ReleasedStatement) -> str:
    return _name(f"voice-{released.voice or 'not-stated'}")


def _sections(
    body: ET.Element,
    statement: Statement,
    passages: Mapping[str, Sequence[Carried]],
    speakers: set[str],
    *,
    is_whole: bool,
) -> None:
    turns: list[tuple[int, str, str, list[Spoken]]] = []
    for each in statement.spoken():
        if not is_whole and each.paragraph.id not in passages and each.part != "question":
            continue
        if turns and turns[-1][:3] == (each.exchange, each.part, each.speaker):
            turns[-1][3].append(each)
        else:
            turns.append((each.exchange, each.part, each.speaker, [each]))
    answered = {exchange for exchange, part, _, group in turns if part == "answer" or _any_of(group, passages)}
    section: ET.Element | None = None
    last = -1
    for exchange, part, speaker, group in turns:
        if not is_whole and part == "question" and exchange not in answered:
            continue
        if section is None or exchange != last:
            kind = "opening" if part == "opening" else "exchange"
            section = ET.SubElement(body, "debateSection", name=kind, eId=f"dbsect_{exchange}")
            last = exchange
        element = {"opening": "speech", "question": "question", "answer": "answer"}[part]
        by = f"#{speaker}" if speaker in speakers else ""
        turn = ET.SubElement(section, element, by=by)
        for each in group:
            _paragraph(turn, each.paragraph, passages.get(each.paragraph.id, ()), is_whole=is_whole)
    if section is None:
        section = ET.SubElement(body, "debateSection", name="opening", eId="dbsect_0")
        speech = ET.SubElement(section, "speech", by="")
        ET.SubElement(ET.SubElement(speech, "p"), "omissis").text = _OMITTED


def _any_of(group: Iterable[Spoken], passages: Mapping[str, Sequence[Carried]]) -> bool:
    return any(each.paragraph.id in passages for each in group)


def _paragraph(turn: ET.Element, paragraph: Paragraph, passages: Sequence[Carried], *, is_whole: bool) -> None:
    """One `p`: passages as spans in order, the text between them whole, or left out and marked. Of passages that
    overlap the later begins where the earlier ends."""
    element = ET.SubElement(turn, "p", eId=paragraph.id)
    at = 0
    for carried in sorted(passages, key=lambda each: (each.passage.span.start, -each.passage.span.end)):
        start, end = max(at, carried.passage.span.start), carried.passage.span.end
        if start >= end:
            ET.SubElement(element, "span", attrib={"eId": carried.code, **_about(carried.passage)})
            continue
        _between(element, paragraph.text[at:start], is_whole=is_whole)
        span = ET.SubElement(element, "span", attrib={"eId": carried.code, **_about(carried.passage)})
        span.text = _plain(paragraph.text[start:end])
        at = end
    _between(element, paragraph.text[at:], is_whole=is_whole)


def _between(element: ET.Element, text: str, *, is_whole: bool) -> None:
    if not text.strip():
        _append(element, " " if text else "")
    elif is_whole:
        _append(element, _plain(text))
    else:
        ET.SubElement(element, "omissis").text = _OMITTED


def _append(element: ET.Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _about(passage: Passage) -> dict[str, str]:
    """What a passage carries, as the one attribute that the schema has for it; its kind as a class, with whether it is
    soft and whether the speaker reports it, whose words it then is as a title."""
    marks = (passage.kind, "soft" if passage.is_soft else "", "reported" if passage.attributed_to else "")
    about: dict[str, str] = {"class": " ".join(filter(None, marks))}
    if passage.attributed_to:
        about["title"] = _plain(f"Reported as the words of {'; '.join(passage.attributed_to)}")
    if passage.about:
        about["refersTo"] = f"#{_name(f'about-{passage.about[0]}')}"
    return about


def _name(text: str) -> str:
    """A name that can be an id in XML."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.") or "x"


def _plain(text: str) -> str:
    return _NOT_XML.sub("�", text)
