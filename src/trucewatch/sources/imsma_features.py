"""What a mine action database exports of one hazardous area or survey, as names and texts → the fields of a row, or why
it cannot be read.

Programmes of different countries name their fields differently; the names that are looked for stand here in lists, to
be read and mended. A name is compared without case, blanks and signs, and without the word for the object before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from trucewatch.errors import NeverHereError, RowFault
from trucewatch.messages import Amount, Message
from trucewatch.model.aid_checks import MOST_POINTS
from trucewatch.model.never_here import refusals_of_row
from trucewatch.model.outlines import crossing_of

ID_NAMES: Final = ("localid", "id", "landid", "imsmaid", "referenceid", "reference", "referencenumber", "objectname")
KIND_NAMES: Final = ("classification", "kind", "subcategory", "category", "type", "featuretype", "activitytype")
DAY_NAMES: Final = ("surveydate", "dateofsurvey", "enddate", "dateofreport", "reportdate", "date", "day", "startdate")
DISTRICT_NAMES: Final = ("district", "pcode", "admin2pcode", "admin1pcode", "gazetteer", "location", "admin2", "admin1")
ORGANISATION_NAMES: Final = (
    "organisation",
    "organization",
    "organisationname",
    "organizationname",
    "operator",
    "surveyedby",
    "reportedbyorganisation",
)
RESULT_NAMES: Final = ("result", "surveyresult", "outcome")
METHOD_NAMES: Final = ("method", "surveymethod", "activitytype", "type", "category", "kind")
SYSTEM_NAMES: Final = ("coordinatesystem", "datum", "srid", "crs", "referencesystem")
_PREFIXES: Final = ("hazardreduction", "hazard", "land", "survey", "activity", "gml")
_PEOPLE: Final = re.compile(
    r"(name|person|first|last|given|family|sur|dateof)*(reporter|reportedbyperson|reportname|contact|informant|interview|victim|"
    r"casualt|owner|landowner|signature|signed|verifiedby|enteredby|dataentry|teamleader|supervisor|surveyor|phone|email|"
    r"address|beneficiar|firstname|lastname|givenname|familyname|surname|personname|fullname|fathername|gender|birth|age$)"
)
_WGS: Final = re.compile(r"wgs[ _-]*(19)?84|4326|crs84", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_RING: Final = re.compile(r"\s*POLYGON\s*\(\(([^()]*)\)\)\s*", re.IGNORECASE)
MOST_CHARS: Final = 1_000_000
"""Of one feature."""
MOST_LINE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImsmaNames:
    """Who enters a file, and what its words mean here. organisation: whose rows they become. district: of what names
    none that is known here, "" to refuse it. districts, organisations: ids by any name or code, without case."""

    organisation: str
    district: str = ""
    districts: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImsmaRow:
    """A row to be entered. feature: its number in the file, from 1."""

    feature: int
    table: Literal["hazard", "survey"]
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImsmaFault:
    """A feature that was not read, and why."""

    feature: int
    why: Message


@dataclass(slots=True, kw_only=True)
class ImsmaReading:
    """What a file holds. people_fields: fields about people, passed over unread; cases: whole reports of accidents and
    victims, passed over unread."""

    rows: list[ImsmaRow] = field(default_factory=list)
    faults: list[ImsmaFault] = field(default_factory=list)
    people_fields: int = 0
    cases: int = 0


@dataclass(slots=True)
class Feature:
    """What was collected of one: texts by their plain name, rings of corners. is_activity: it is a report of work."""

    number: int
    is_activity: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    rings: list[list[tuple[float, float]]] = field(default_factory=list)
    fault: Message | None = None
    chars: int = 0

    def put(self, name: str, text: str) -> None:
        """Keep a text under its name; the first one of a name counts."""
        self.chars += len(text)
        if self.chars > MOST_CHARS:
            self.fault = self.fault or Message("is longer than any area is written; export it again by itself")
        elif text.strip():
            self.texts.setdefault(name, text.strip())


def plain_name(name: str) -> str:
    """A name without case, blanks and signs, and without the word for the object before it.

    >>> plain_name("Hazard_LocalID"), plain_name("surveyDate")
    ('localid', 'surveydate')
    """
    plain = "".join(char for char in name.casefold() if char.isalnum())
    for prefix in _PREFIXES:
        if (
            plain.startswith(prefix)
            and len(plain) > len(prefix)
            and plain not in DAY_NAMES + RESULT_NAMES + METHOD_NAMES
        ):
            return plain.removeprefix(prefix)
    return plain


def is_of_people(name: str) -> bool:
    """Whether a field is about a person: it is passed over unread.

    >>> is_of_people("Reporter_Name"), is_of_people("Contact"), is_of_people("surveydate"), is_of_people("coverage")
    (True, True, False, False)
    """
    return _PEOPLE.match("".join(char for char in name.casefold() if char.isalnum())) is not None


def refuse_never_here_of(feature: Feature) -> None:
    """Raises NeverHereError where the texts of a feature hold what is never kept: the file is refused as a whole."""
    refusals = refusals_of_row(feature.texts.values(), allow=("position",))
    if refusals:
        rules = tuple(refusal.rule for refusal in refusals)
        raise NeverHereError(
            Message("{why} Nothing of it was kept, only that something was refused.", why=refusals[0].why), rules
        )


def row_from_feature(feature: Feature, names: ImsmaNames) -> ImsmaRow:
    """The row that a feature comes to. Raises RowFault with why it cannot be one."""
    if feature.fault is not None:
        raise RowFault(feature.fault)
    words = feature.texts
    system = _first(words, SYSTEM_NAMES)
    if system and not _WGS.search(system):
        raise RowFault(Message("is in another reference system than WGS 84; export it in degrees of WGS 84"))
    outline = _outline(feature)
    table = _table(feature)
    day = _day(_first(words, DAY_NAMES))
    district = names.districts.get(_first(words, DISTRICT_NAMES).casefold(), names.district)
    if not district:
        raise RowFault(Message("names no district of this response; choose one for those that name none"))
    surveyor = names.organisations.get(_first(words, ORGANISATION_NAMES).casefold(), "")
    reference = _first(words, ID_NAMES)[:MOST_LINE]
    fields: dict[str, Any] = {"organisation": names.organisation, "district": district, "reference": reference}
    if outline:
        fields["outline"] = outline
    if table == "hazard":
        fields |= {"kind": _hazard_kind(words), "surveyed_by": surveyor, "surveyed": day, "source": "IMSMA"}
        return ImsmaRow(feature=feature.number, table="hazard", fields=fields)
    if not outline:
        raise RowFault(Message("is a survey without an outline; without one it says nothing of any place"))
    if day is None:
        raise RowFault(Message("is a survey without a day; write it as 2031-05-04"))
    fields |= {"organisation": surveyor or names.organisation, "day": day, **_survey_words(words)}
    return ImsmaRow(feature=feature.number, table="survey", fields=fields)


def ring_of_text(text: str) -> list[tuple[float, float]]:
    """The corners of `POLYGON ((lon lat, lon lat, …))`. Raises RowFault for anything else."""
    match = _RING.fullmatch(text)
    if match is None:
        raise RowFault(Message("has an outline that is no plain polygon; export it as one polygon without holes"))
    return [corner_of(*pair.split()[:2]) for pair in match[1].split(",") if len(pair.split()) >= 2]


def corner_of(lon: Any = "", lat: Any = "") -> tuple[float, float]:
    """A corner in degrees. Raises RowFault where it is none."""
    try:
        corner = float(lon), float(lat)
    except (TypeError, ValueError, OverflowError):
        corner = math.nan, math.nan
    if not (math.isfinite(corner[0]) and abs(corner[0]) <= 180 and math.isfinite(corner[1]) and abs(corner[1]) <= 90):
        raise RowFault(Message("has a corner that is no longitude and latitude in degrees; export it in WGS 84"))
    return corner


def _outline(feature: Feature) -> tuple[tuple[float, float], ...]:
    rings = [ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring for ring in feature.rings if ring]
    if not rings:
        return ()
    if len(rings) > 1:
        raise RowFault(Message("has {count} outlines; enter each of them by itself", count=Amount(len(rings))))
    ring = rings[0]
    if len(ring) > MOST_POINTS:
        raise RowFault(
            Message("has more than {most} corners; simplify it and export it again", most=Amount(MOST_POINTS))
        )
    if len(ring) < 3 or len(set(ring)) != len(ring):
        raise RowFault(Message("has an outline that is no ring of three corners or more, each once; redraw it"))
    if (crossing := crossing_of(ring)) is not None:
        raise RowFault(
            Message(
                "crosses itself near lon {lon}, lat {lat}; redraw it",
                lon=f"{crossing[0]:.5f}",
                lat=f"{crossing[1]:.5f}",
            )
        )
    return tuple(ring)


def _table(feature: Feature) -> Literal["hazard", "survey"]:
    kind = " ".join(feature.texts.get(name, "") for name in KIND_NAMES).casefold()
    if "survey" in kind:
        return "survey"
    if feature.is_activity:
        raise RowFault(Message("is clearance or other work; enter it at its hazardous area, as a land release"))
    return "hazard"


def _hazard_kind(words: Mapping[str, str]) -> str:
    for name in KIND_NAMES:
        text = words.get(name, "").casefold()
        if "suspect" in text or re.search(r"\bsha\b", text):
            return "suspected"
        if "confirm" in text or re.search(r"\bcha\b", text):
            return "confirmed"
    raise RowFault(Message("is called neither suspected nor confirmed; state which, and export it again"))


def _survey_words(words: Mapping[str, str]) -> dict[str, str]:
    kind = " ".join(words.get(name, "") for name in METHOD_NAMES).casefold()
    result = _first(words, RESULT_NAMES).casefold()
    if re.search(r"\b(no|none|nil)\b", result):
        outcome = "none_known"
    elif re.search(r"hazard|found|evidence|confirm|suspect|contaminat", result):
        outcome = "hazards"
    else:
        # An unknown result is not read as "none": that would be a word that nobody said.
        raise RowFault(Message("is a survey that does not say what it found; state its result, and export it again"))
    is_technical = "technical" in kind and not re.search(r"non[ _-]*technical", kind)
    return {"method": "technical" if is_technical else "non_technical", "result": outcome}


def _first(words: Mapping[str, str], names: Sequence[str]) -> str:
    return next((words[name] for name in names if words.get(name)), "")


def _day(text: str) -> date | None:
    if not text:
        return None
    match = _DAY.match(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date | None:
    raise RowFault(Message("has a day that cannot be read; write it as 2031-05-04"))
