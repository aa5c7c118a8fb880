"""The form of a patrol report that ships with us (XLSForm): its questions, what each fills, and the workbook.

It asks for no name, no year of birth and no number of a person, and takes no account or telephone of who fills it in.
Answers to it are read without a mapping (`kobo`).
Source of the format: the XLSForm specification (survey, choices, settings), https://xlsform.org.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.sources.patrol_words import CHOICE_LABELS, LABELS, LANGUAGES

FORM_ID: Final = "trucewatch_patrol_report"
FORM_VERSION: Final = "1"
TITLE: Final = "Patrol report"

OBSERVER, EVENT_PLACE = "observer_place", "event_place"
DISTANCE, DISTANCE_ERROR, DISTANCE_UNIT = "distance", "distance_error", "distance_unit"
NOT_REACHED, NOT_REACHED_WORDS = "not_reached", "not_reached_words"
NEEDED: Final = ("event_began", OBSERVER, "event_kind")
"""A file whose headings have all of these holds answers to this form."""

KINDS_ASKED: Final = (
    *("explosion", "projectile", "muzzle_flash", "flare", "burst", "shot", "thermal_anomaly", "movement"),
    *("line_crossing", "weapon_present", "overflight", "jamming", "access_denied", "harm", "handover", "presence"),
    *("meeting", "hostilities", "other"),
)
"""What a patrol can observe; what states agree on paper is none of it."""

FILLS: Final[Mapping[str, str]] = {
    "event_began": "occurred_start",
    "event_ended": "occurred_end",
    "event_kind": "kind",
    "event_aspect": "aspect",
    "perceived_how": "perceived",
    "bearing": "bearing_deg",
    "bearing_error": "bearing_sd_deg",
    "count_least": "count_min",
    "count_best": "count_best",
    "count_most": "count_max",
    "killed_least": "killed_min",
    "killed_best": "killed_best",
    "killed_most": "killed_max",
    "injured_least": "injured_min",
    "injured_best": "injured_best",
    "injured_most": "injured_max",
    "person_status": "person_status",
    "words": "text",
}
"""Question → column of the observation table; places and distances are read apart."""
QUALITY: Final = ("people_said_by",)
"""Questions whose answers stand in source_quality."""


@dataclass(frozen=True, slots=True)
class Question:
    """A row of the survey. `choices`: the list that a select_one takes."""

    type: str
    name: str
    choices: str = ""
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    appearance: str = ""


_WHOLE: Final = ". >= 0 and . <= 1000000"
_PEOPLE_HURT: Final = (
    "coalesce(${killed_best}, ${killed_least}, 0) > 0 or coalesce(${injured_best}, ${injured_least}, 0) > 0"
)
QUESTIONS: Final = (
    Question("note", "about"),
    Question("dateTime", "event_began", required=True),
    Question("dateTime", "event_ended", constraint=". >= ${event_began}"),
    Question("geopoint", OBSERVER, required=True),
    Question("select_one", "event_kind", "kind", required=True),
    Question("select_one", "event_aspect", "aspect"),
    Question("select_one", "perceived_how", "perceived", required=True),
    Question("decimal", "bearing", constraint=". >= 0 and . <= 360"),
    Question("decimal", "bearing_error", relevant="${bearing} != ''", constraint=". >= 0 and . <= 180"),
    Question("decimal", DISTANCE, relevant="${bearing} != ''", constraint=". >= 0"),
    Question("select_one", DISTANCE_UNIT, "unit", required=True, relevant="${distance} != ''"),
    Question("decimal", DISTANCE_ERROR, relevant="${distance} != ''", constraint=". >= 0"),
    Question("geopoint", EVENT_PLACE, appearance="placement-map"),
    Question("integer", "count_least", constraint=_WHOLE),
    Question("integer", "count_best", constraint=_WHOLE),
    Question("integer", "count_most", constraint=_WHOLE),
    Question("integer", "killed_least", constraint=_WHOLE),
    Question("integer", "killed_best", constraint=_WHOLE),
    Question("integer", "killed_most", constraint=_WHOLE),
    Question("integer", "injured_least", constraint=_WHOLE),
    Question("integer", "injured_best", constraint=_WHOLE),
    Question("integer", "injured_most", constraint=_WHOLE),
    Question("select_one", "person_status", "status", relevant=_PEOPLE_HURT),
    Question("select_one", "people_said_by", "said_by", relevant=_PEOPLE_HURT),
    Question("select_one", NOT_REACHED, "yes_no"),
    Question("text", NOT_REACHED_WORDS, relevant="${not_reached} = 'yes'", appearance="multiline"),
    Question("image", "photo_1"),
    Question("image", "photo_2", relevant="${photo_1} != ''"),
    Question("image", "photo_3", relevant="${photo_2} != ''"),
    Question("text", "words", appearance="multiline"),
)
OUR_QUESTIONS: Final = tuple(question.name for question in QUESTIONS)
CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "kind": KINDS_ASKED,
    "aspect": ("undetermined", "outgoing", "impact", "airburst", "controlled", "exercise"),
    "perceived": ("saw", "heard", "recorded", "told"),
    "unit": ("m", "km"),
    "status": ("military", "civilian", "not_stated"),
    "said_by": ("patrol", "hospital", "authority", "residents", "organisation"),
    "yes_no": ("yes", "no"),
}


def questions_by_label() -> dict[str, str]:
    """Each label in each language → the question's name, for tables that were exported with labels."""
    return {label: name for name, labels in LABELS.items() for label in labels}


def choices_by_label(question: str) -> dict[str, str]:
    """Each label of a question's choices → the choice's name."""
    of = next((each.choices for each in QUESTIONS if each.name == question), "")
    return {label: choice for choice in CHOICES.get(of, ()) for label in CHOICE_LABELS[of][choice]}


def form_workbook() -> bytes:
    """The form as a workbook (XLSX), the same bytes each time."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": TITLE, "author": "Trucewatch", "created": datetime(2020, 1, 1)})  # noqa: DTZ001
        for name, rows in (("survey", _survey()), ("choices", _choices()), ("settings", _settings())):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell)
            sheet.set_column(0, 2, 18)
            sheet.set_column(3, 7, 44)
            sheet.freeze_panes(1, 0)
    return content.getvalue()


def _survey() -> Iterator[list[str]]:
    yield [
        "type",
        "name",
        *(f"label::{name} ({code})" for code, name in LANGUAGES.items()),
        *("required", "relevant", "constraint", "appearance"),
    ]
    for question in QUESTIONS:
        kind = f"{question.type} {question.choices}".strip()
        required = "yes" if question.required else ""
        conditions = (required, question.relevant, question.constraint, question.appearance)
        yield [kind, question.name, *LABELS[question.name], *conditions]


def _choices() -> Iterator[list[str]]:
    yield ["list_name", "name", *(f"label::{name} ({code})" for code, name in LANGUAGES.items())]
    for of, choices in CHOICES.items():
        for choice in choices:
            yield [of, choice, *CHOICE_LABELS[of][choice]]


def _settings() -> Iterator[list[str]]:
    yield ["form_title", "form_id", "version", "default_language"]
    yield [TITLE, FORM_ID, FORM_VERSION, f"{LANGUAGES['en']} (en)"]
