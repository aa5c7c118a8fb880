"""The kinds of report: rows and parts of what was released, and nothing beside it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    OBSERVER_LAT,
    OPEN_CELLS,
    PEOPLE_OF_TWO,
    PUBLIC,
    SENSOR,
    SOURCE,
    at,
    finding,
    incident,
    inputs_of,
    people,
)
from tests.reports.opened import everything_in
from trucewatch.errors import ReportError
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.signing import sign_record
from trucewatch.locale import words
from trucewatch.model.claim_record import CLAIMS
from trucewatch.model.report import CoverNote, ReportInputs
from trucewatch.model.verification import VerificationStep
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, DailyReport, build_daily, publication_of, render
from trucewatch.reports.casualty_state import casualty_state, state_words
from trucewatch.reports.facts import facts_of
from trucewatch.reports.headline import title_words
from trucewatch.reports.kinds import KINDS
from trucewatch.reports.section import sections_of
from trucewatch.reports.tables import tables_of

NEXT = DAY + timedelta(days=1)
PARTIES = replace(OPEN_CELLS, id="parties", time="quarter", delay_hours=2)
OF_DAYS = tuple(kind.name for kind in KINDS.values() if not kind.is_of_one)
HIT = incident(
    "hit",
    hours=9,
    people=PEOPLE_OF_TWO,
    grave=["killed"],
    claimed_by=["P"],
    rung="corroborated",
    count_claims=["/7/ :public", "/21/ Q"],
)
DENIED = incident("road", hours=11, kind="access_denied", lon=20.33, lat=45.1, claimed_by=["Q"], claims_only=True)
OTHERS = [incident(f"x{number}", hours=12 + number) for number in range(4)]
ROWS = [HIT, DENIED, *OTHERS]
FINDINGS = [
    finding(HIT["incident_id"], "1a", "inconsistent", "prohibited_act", facts={"kind": "explosion", "zone": "theatre"}),
    finding(DENIED["incident_id"], "2", "undetermined", "claimed_alone", facts={"claimed_by": "Q"}),
]


def step(row: dict[str, Any], name: str, answer: str, who: str, hours: float, entry: int = 1) -> VerificationStep:
    return VerificationStep(
        step_id=f"v-{entry}",
        entry=entry,
        incident_id=row["incident_id"],
        members=tuple(row["members"]),
        step=name,
        answer=answer,
        who=who,
        note="w-secretnote",
        by="p-somebody",
        known_at=at(hours),
        recorded_at=at(hours),
    )


STEPS = (step(HIT, "number", "received", "hospital", 20, 1), step(DENIED, "access", "refused", "P", 21, 2))


def inputs(rows: Any = ROWS, findings: Any = FINDINGS, **more: Any) -> ReportInputs:
    return replace(inputs_of(rows, findings, **more), verification=STEPS)


def report(
    kind: str,
    recipient: Recipient = CENTRE,
    source: ReportInputs | None = None,
    *,
    event: str = "",
    day: date | None = None,
    **more: Any,
) -> DailyReport:
    length = KINDS[kind].days or 1
    first = day or (DAY if length == 1 else DAY - timedelta(days=length - 1))
    return build_daily(
        source or inputs(),
        recipient=recipient,
        day_from=first,
        day_until=first + timedelta(days=length),
        kind=kind,
        event=event or (HIT["incident_id"] if KINDS[kind].is_of_one else ""),
        **more,
    )


def text_of(told: DailyReport, form: str = "html", language: str = "en") -> str:
    return everything_in(render(told, format=form, language=language))


def test_the_kinds_are_found_and_an_unknown_one_is_named_with_those_that_exist() -> None:
    assert list(KINDS) == ["daily", "weekly", "casualties", "implementation", "restrictions", "spot"]
    with pytest.raises(ReportError, match="daily, weekly, casualties, implementation, restrictions, spot"):
        build_daily(inputs(), recipient=CENTRE, day_from=DAY, day_until=NEXT, kind="flash")


def test_each_kind_has_a_series_of_numbers_of_its_own() -> None:
    week = f"{DAY - timedelta(days=6)}--{DAY}"
    assert {kind: report(kind).number for kind in OF_DAYS} == {
        "daily": f"two-valleys/{DAY}/centre",
        "weekly": f"two-valleys/weekly/{week}/centre",
        "casualties": f"two-valleys/casualties/{DAY}/centre",
        "implementation": f"two-valleys/implementation/{DAY}/centre",
        "restrictions": f"two-valleys/restrictions/{DAY}/centre",
    }
    assert report("spot").number == f"two-valleys/spot/{HIT['incident_id']}/centre"
    number = report("spot", OPEN_CELLS).number
    assert number.startswith("two-valleys/spot/i-")
    assert HIT["incident_id"] not in number, "a recipient knows the event by its own code"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("recipient", [CENTRE, PARTIES, OPEN_CELLS], ids=lambda rule: rule.id)
def test_every_format_shows_the_same_rows_and_lines_of_every_kind(kind: str, recipient: Recipient) -> None:
    told, spoken = report(kind, recipient), words("en")
    assert bool(told.rows) is not KINDS[kind].is_of_clauses
    page = text_of(told)
    table = list(csv.DictReader(io.StringIO(render(told, format="csv", language="en").decode("utf-8-sig"), newline="")))
    features = json.loads(render(told, format="geojson", language="en"))
    ids = [row.incident.incident_id for row in told.rows]
    assert ids == [line["id"] for line in table if line["record"] == "incident"]
    assert ids == [feature["id"] for feature in features["features"]]
    assert all(name in page for name in ids)
    tables = tables_of(told, spoken)
    for section in sections_of(told, spoken):
        assert section.heading in page
        assert all(cell in page for line in section.lines for cell in line.cells), section.name
        facts = [line.facts for line in section.lines if line.facts]
        assert len(facts) == sum(line["record"] == section.name for line in table)
        assert len(facts) == len(features.get(section.name, ()))
        assert len(facts) == (len(tables[section.name].rows) if facts else 0)
    assert title_words(told, spoken) == features["report"]["title"]
    for form in FORMATS:
        assert render(told, format=form, language="en") == render(told, format=form, language="en")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_is_withheld_is_in_the_bytes_of_any_kind(kind: str, form: str) -> None:
    for recipient in (PARTIES, OPEN_CELLS, *(() if KINDS[kind].is_of_one else (PUBLIC, CELLS))):
        text = text_of(report(kind, recipient), form)
        withheld = [SENSOR, SOURCE, f"{OBSERVER_LAT}", "w-secretnote", "p-somebody", HIT["incident_id"][2:], "20.7000"]
        assert not [word for word in withheld if word in text], (kind, recipient.id)


def test_a_spot_report_is_refused_by_the_rule_alone_to_who_is_told_no_single_event() -> None:
    refusals = set()
    for recipient in (PUBLIC, replace(PUBLIC, smallest_count=1), replace(CELLS, id="public")):
        for event in (HIT["incident_id"], "i-" + "a" * 26):
            with pytest.raises(ReportError, match="tells of none alone") as refused:
                report("spot", recipient, event=event)
            refusals.add(str(refused.value))
    assert len(refusals) == 1, "so that the reason says nothing of the event"


def test_a_spot_report_of_what_is_not_released_is_refused() -> None:
    with pytest.raises(ReportError, match="is not told to parties"):
        report("spot", PARTIES, inputs(as_of=at(10)))
    with pytest.raises(ReportError, match="is not told to relief"):
        report("spot", replace(OPEN_CELLS, withheld_kinds=("explosion",)))
    with pytest.raises(ReportError, match="there is no incident"):
        report("spot", event="i-" + "a" * 26)


def test_a_spot_report_says_what_each_giver_says_and_what_is_not_known() -> None:
    told = report("spot")
    page = text_of(told)
    assert title_words(told, words("en")).startswith("Explosion: ")
    for sentence in (
        "Quorra says 21",
        "public reports say 7",
        "Village hospital",
        "3 killed (civilian)",
        "half axes 440 m and 220 m, the long one 30° from true north",
        "a number from a hospital or the ICRC (a hospital)",
        "this report puts it to nobody",
    ):
        assert sentence in page, sentence
    coarse = text_of(report("spot", OPEN_CELLS))
    assert "Where in the cell of 5 km it was: not told here." in coarse
    assert "half axes" not in coarse
    assert "a number from a hospital or the ICRC" in coarse
    assert "(a hospital)" not in coarse, "who was asked goes to the joint centre alone"
    assert "not reviewed" in text_of(report("spot", PARTIES))


@pytest.mark.parametrize(
    ("means", "head"),
    [
        (["party"], "In their own words"),
        (["event_list"], "As the list puts it"),
        (["event_list", "party"], "What it says"),
    ],
)
def test_a_list_s_paraphrase_is_headed_as_nobody_s_own_words(means: list[str], head: str) -> None:
    page = text_of(report("spot", CENTRE, inputs([HIT | {"means": means, "text": "three shells fell"}], FINDINGS[:1])))
    heads = [each for each in ("In their own words", "As the list puts it", "What it says") if each in page]
    assert heads == [head]


def test_a_spot_report_gives_a_circle_no_direction() -> None:
    axes = {"semi_major_m": 100.0, "semi_minor_m": 100.0}
    page = text_of(report("spot", CENTRE, inputs([HIT | axes], FINDINGS[:1])))
    assert "within the 95% circle: radius " in page
    assert "the long one" not in page


def test_a_step_passes_the_delay_from_its_own_entry() -> None:
    late = text_of(report("restrictions", replace(OPEN_CELLS, delay_hours=8), inputs(as_of=at(24))))
    assert "Nothing that was asked can be told here yet." in late
    assert "refused" in text_of(report("restrictions", replace(OPEN_CELLS, delay_hours=2), inputs(as_of=at(24))))
    assert "told only to those who are told of single events" in text_of(report("restrictions", PUBLIC))


def test_a_weekly_report_has_seven_days_and_each_by_itself() -> None:
    with pytest.raises(ReportError, match="7 days"):
        build_daily(inputs(), recipient=CENTRE, day_from=DAY, day_until=NEXT, kind="weekly")
    told = report("weekly")
    by_day, by_giver = sections_of(told, words("en"))
    assert [line.facts["start"] for line in by_day.lines] == [
        (DAY - timedelta(days=back)).isoformat() for back in reversed(range(7))
    ]
    assert [line.facts["value"] for line in by_day.lines] == [0] * 6 + [6]
    assert [line.cells for line in by_giver.lines] == [
        ("Pella", "No. 1: 2 killed, 5 (4 to 6) injured"),
        ("Village hospital", "No. 1: 3 killed (civilian)"),
        ("patrol", "No. 1: at least 1 killed"),
    ]


def test_no_number_of_people_is_added_up_in_any_kind() -> None:
    twice = [HIT, incident("again", hours=10, people=PEOPLE_OF_TWO, grave=["killed"])]
    for kind in ("weekly", "casualties"):
        told = report(kind, CENTRE, inputs(twice, FINDINGS[:1]))
        cells = [cell for section in sections_of(told, words("en")) for line in section.lines for cell in line.cells]
        assert not [
            cell for cell in cells if any(total in cell for total in ("4 killed", "6 killed", "10 (", "10 injured"))
        ]


def _state(*statements: dict[str, Any], steps: tuple[VerificationStep, ...] = (), **changes: Any) -> tuple[str, str]:
    row = incident("s", people=list(statements), grave=["killed"], **changes)
    own = tuple(replace(each_step, members=tuple(row["members"])) for each_step in steps)
    source = replace(inputs_of([row]), verification=own)
    (told,) = report("casualties", CENTRE, source).rows
    state = casualty_state(told.incident, CENTRE)
    return state.code, state_words(state, source.watch, words("en"))


def test_how_it_stands_follows_from_the_statements_and_from_what_was_asked() -> None:
    seen = people(SOURCE, "source", means="patrol", killed_best=2, perceived="saw")
    by_p, by_q = people("P", killed_best=2), people("Q", killed_best=5)
    assert _state(by_p) == ("not_established", "not yet established")
    assert _state(by_p, steps=STEPS[:1]) == ("being_checked", "being checked")
    assert _state(by_p, by_q) == ("not_established; disputed", "not yet established; the numbers differ")
    none = people("Q", killed_best=0)
    assert _state(by_p, none) == ("not_established; denied", "not yet established; none, according to Quorra")
    assert _state(by_p, people("Q", killed_min=1)) == ("not_established", "not yet established"), (
        "1 or more is no other"
    )
    civilians = people("Q", killed_best=5, status="civilian")
    assert _state(by_p, civilians)[0] == "not_established", "of other people"
    later = people("P", killed_best=4, day=NEXT)
    assert _state(by_p, later)[0] == "not_established", "what a giver said before, it has said anew"
    none_there = people(SOURCE, "source", means="patrol", killed_best=0, day=NEXT)
    assert _state(seen, none_there)[0] == "not_established; denied", "another patrol's, for all that is told"
    assert _state(seen)[0] == "not_established", "one voice"
    assert _state(seen, rung="corroborated")[0] == "established", "others bear the event out, and a source states it"
    assert _state(by_p, rung="corroborated")[0] == "not_established", "they bear out the event, not its dead"
    assert _state(seen, none, rung="corroborated")[0] == "established; denied"


def test_what_a_caller_says_that_they_saw_is_neither_checked_nor_establishes_a_death() -> None:
    caller = people(CLAIMS, "source", means="public", killed_best=2, perceived="saw")
    assert _state(caller, rung="corroborated")[0] == "not_established"
    row = incident("s", people=[caller], grave=["killed"], rung="corroborated")
    (told,) = report("casualties", CENTRE, inputs_of([row])).rows
    (statement,) = told.incident.people
    assert not statement.is_checked


def test_an_established_death_is_one_that_a_source_states_of_an_event_that_is_established() -> None:
    told = report("casualties")
    assert casualty_state(told.rows[0].incident, CENTRE).footing == "established"
    assert "established in one of them" in title_words(told, words("en"))
    for recipient in (PUBLIC, CELLS):
        rows = report("casualties", recipient).rows
        assert all(not casualty_state(row.incident, recipient).footing for row in rows), "not told of single events"


def test_an_empty_report_on_some_incidents_does_not_say_that_there_was_nothing() -> None:
    quiet = {
        (kind, recipient.id): text_of(report(kind, recipient, inputs([], [])))
        for kind in ("casualties", "restrictions")
        for recipient in (CENTRE, PUBLIC)
    }
    for kind in ("casualties", "restrictions"):
        assert "This does not say that" in quiet[kind, "centre"]
        assert "None can be shown." in quiet[kind, "public"]
        assert "can be shown" in quiet[kind, "public"]
        assert "This does not say that" not in quiet[kind, "public"]
        withheld = text_of(report(kind, PUBLIC, inputs([HIT, DENIED], FINDINGS)))
        assert withheld == quiet[kind, "public"], "two that are withheld read like none"


def test_revisions_and_corrections_of_a_spot_report_are_its_own() -> None:
    first = publication_of(report("spot"))
    assert (first.kind, first.incident, first.revision) == ("spot", HIT["incident_id"], 1)
    assert report("spot", CENTRE, inputs(earlier=(first,))).revision == 1
    moved = [HIT | {"lon": 20.71}, DENIED, *OTHERS]
    second = report("spot", CENTRE, inputs(moved, earlier=(first,)))
    assert (second.revision, [change.change for change in second.corrections]) == (2, ["changed"])
    gone = report("spot", CENTRE, inputs([DENIED, *OTHERS], FINDINGS[1:], earlier=(first,)))
    assert (gone.rows, gone.revision, [change.change for change in gone.corrections]) == ((), 2, ["removed"])
    assert title_words(gone, words("en")) == "This event is no longer listed"


def test_a_later_daily_report_corrects_a_spot_report_and_no_kind_takes_another_for_its_day() -> None:
    spot, restricted = (publication_of(report(kind)) for kind in ("spot", "restrictions"))
    moved = [HIT | {"lon": 20.71}, DENIED, *OTHERS]
    day_after = build_daily(
        inputs(moved, earlier=(spot, restricted)), recipient=CENTRE, day_from=NEXT, day_until=NEXT + timedelta(days=1)
    )
    assert [(change.report_number, change.change) for change in day_after.corrections] == [(spot.number, "changed")]
    same_day = report("daily", CENTRE, inputs(moved, earlier=(spot, restricted)))
    assert [(change.report_number, change.change) for change in same_day.corrections] == [(spot.number, "changed")]
    elsewhere = report("restrictions", CENTRE, inputs(moved, earlier=(spot,)), day=NEXT)
    assert elsewhere.corrections == ()
    for issue in (publication_of(report("restrictions", PARTIES)), publication_of(report("spot", PARTIES))):
        told = build_daily(
            inputs(earlier=(issue,)), recipient=PARTIES, day_from=NEXT, day_until=NEXT + timedelta(days=1)
        )
        assert told.real_before is None, "the day before was not issued as a whole"


def test_with_a_smallest_count_a_report_on_some_settles_the_whole_day_as_a_daily_one_does() -> None:
    """So that it cannot be laid over one of another kind: what came later waits for others either way."""
    rows = [incident(f"a{number}", hours=9 + number, kind="explosion") for number in range(3)]
    rows += [incident(f"b{number}", hours=13 + number, kind="access_denied") for number in range(3)]
    late = [*rows, incident("c", hours=17, known_after_hours=60)]
    dailies = []
    for kind in ("daily", "restrictions", "casualties"):
        first = publication_of(report(kind, PUBLIC, inputs(rows, [], as_of=at(49))))
        assert {row.incident_id for row in first.rows} == {row["incident_id"] for row in rows}
        dailies.append(report("daily", PUBLIC, inputs(late, [], as_of=at(24 * 8), earlier=(first,))))
    assert len({tuple((row.incident.incident_id, row.incident.place) for row in daily.rows) for daily in dailies}) == 1
    shown = publication_of(report("restrictions", PUBLIC, inputs(rows, [], as_of=at(49)))).rows_shown
    assert {row.kind for row in shown} == {"access_denied"}


COVER = CoverNote(who="Head of the mission", language="en", text="We thank both sides.\n\nWe came late.")


@pytest.mark.parametrize("form", FORMATS)
def test_a_cover_note_stands_first_in_every_format_and_says_that_it_is_not_signed(form: str) -> None:
    told = report("daily", CENTRE, notes=(), cover=COVER)
    text = " ".join(text_of(told, form).split())
    for part in ("Head of the mission", "not part of the findings of the record", "We came late.", "Not signed."):
        assert part in text, part
    if form in ("html", "pdf"):
        assert text.index("We came late.") < text.index("What was found")
    assert report("daily", CENTRE, notes=(), cover=COVER).revision == 1


def test_a_signed_cover_note_is_checked_against_words_number_and_revision() -> None:
    secret = SecretKey("example.org/head", LOG_ALGORITHM, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    told = report("daily", CENTRE, notes=(), cover=COVER)
    document = sign_record(COVER.signed_bytes(told.number, told.revision), secret, "2031-05-12T08:00:00Z")
    signed = replace(COVER, signature=json.dumps(document))
    table = facts_of(report("daily", CENTRE, notes=(), cover=signed), words("en"))
    (facts,) = (line for line in table if line["record"] == "cover_note")
    assert str(secret.public) in facts["state_words"]
    assert json.loads(facts["signed_bytes"])["text"] == COVER.text
    assert json.loads(facts["signature"]) == document
    for wrong in (replace(signed, text="We came early."), replace(signed, who="Somebody else")):
        assert "is not over these words" in text_of(report("daily", CENTRE, notes=(), cover=wrong))
    other_day = report("daily", CENTRE, day=DAY - timedelta(days=1), notes=(), cover=signed)
    assert "is not over these words" in text_of(other_day)


def test_a_cover_note_is_part_of_the_issue_that_it_stands_before() -> None:
    first = publication_of(report("daily", CENTRE, notes=(), cover=COVER))
    assert report("daily", CENTRE, inputs(earlier=(first,))).cover == COVER, "made again by a program"
    assert report("daily", CENTRE, inputs(earlier=(first,)), notes=()).revision == 2, "taken out"


GOLDEN = (
    ("spot", CENTRE, "html", "en"),
    ("spot", PARTIES, "csv", "en"),
    ("weekly", PUBLIC, "html", "en"),
    ("casualties", CENTRE, "html", "en"),
    ("casualties", PUBLIC, "csv", "en"),
    ("restrictions", PARTIES, "html", "en"),
    ("restrictions", CENTRE, "geojson", "en"),
)


@pytest.mark.parametrize(("kind", "recipient", "form", "language"), GOLDEN, ids=lambda part: getattr(part, "id", part))
def test_each_kind_is_as_it_was(
    kind: str, recipient: Recipient, form: str, language: str, agree_with_golden: Callable[[str, bytes], Any]
) -> None:
    told = report(kind, recipient)
    content = render(told, format=form, language=language)
    agree_with_golden(f"{kind}-{recipient.id}-{language}{FORMATS[form].suffix}", content)
