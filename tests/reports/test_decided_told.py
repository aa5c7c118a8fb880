"""What heads let out beside the rule: never what no decision lets out, in no total, told once, alike for both sides."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reports.invented import (
    CELLS,
    DAY,
    OBSERVER_LAT,
    OBSERVER_LON,
    PEOPLE_OF_TWO,
    PUBLIC,
    SENSOR,
    SOURCE,
    at,
    incident,
    inputs_of,
)
from trucewatch.locale import words
from trucewatch.model.claim_record import CLAIMS, CLAIMS_INSIDE
from trucewatch.model.decisions import LIVE, UNITS, Decision, Place
from trucewatch.model.let_out import LetOut, ObjectionOut, PositionOut
from trucewatch.model.report import IssuedRow, ReportInputs
from trucewatch.model.review import Standing
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, render
from trucewatch.reports.daily_build import build_daily, publication_of
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.decided_lines import DecidedTold, ObjectionTold
from trucewatch.reports.decided_told import told_by
from trucewatch.reports.decided_words import decided_sections, sentences_of

NOW: Final = at(18)
CALLER: Final = "o-quaggacaller"
PARTIES: Final = Recipient(
    id="parties",
    names={"en": "Both parties"},
    delay_hours=6,
    place="cell",
    cell_m=10000,
    time="day",
    smallest_count=1,
    to="parties",
)


def decision(row: dict[str, Any], *, to: tuple[str, ...] = ("public",), **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "number": 1,
        "subject": row["incident_id"],
        "members": tuple(row["members"]),
        "kind": row["kind"],
        "opens": ("event",),
        "to": to,
        "place": "zone",
        "cell_m": 0,
        "unit": "hour",
        "reason": "w-x",
        "digest": "sha256:00",
        "entry": 5,
        "known_at": NOW - timedelta(hours=2),
        "recorded_at": NOW - timedelta(hours=2),
        "due": NOW + timedelta(hours=70),
        "by": "p-x",
        "agreed_at": NOW - timedelta(hours=1),
        "agreed_known_at": NOW - timedelta(hours=1),
    }
    return Decision(**(values | changes))


def let_out(row: dict[str, Any], **changes: Any) -> LetOut:
    made = decision(row, **changes)
    return LetOut(decision=made, incident_id=made.subject, members=made.members)


def with_decisions(rows: list[dict[str, Any]], *decided: LetOut, as_of: datetime = NOW, **more: Any) -> ReportInputs:
    return replace(inputs_of(rows, as_of=as_of), let_out=decided, **more)


def report(inputs: ReportInputs, recipient: Recipient = PUBLIC) -> DailyReport:
    return build_daily(inputs, recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))


EVENTS: Final = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("explosion", "muzzle_flash", "burst", "harm", *sorted(LIVE))),
        "aspect": st.sampled_from(("outgoing", "impact", "undetermined")),
        "hours": st.sampled_from((-40.0, -8.0, -6.2, 2.0, 12.0, 17.0)),
        "lon": st.sampled_from((OBSERVER_LON, OBSERVER_LON + 0.004, 20.7, 20.31, None)),
        "sources": st.sampled_from(([SOURCE], [CLAIMS], [CLAIMS, SOURCE], [CLAIMS_INSIDE], [CLAIMS_INSIDE, SOURCE])),
        "claimed_by": st.sampled_from(([], ["P"], ["Q"])),
    }
)
PLACES: Final = st.sampled_from(("zone", "cell", "exact"))


@given(
    event=EVENTS,
    place=PLACES,
    unit=st.sampled_from(UNITS),
    cell_m=st.sampled_from((1000, 5000)),
    to_parties=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_decision_lets_out_what_none_can(
    event: dict[str, Any], place: Place, unit: str, cell_m: int, to_parties: bool
) -> None:
    """Whoever agreed: no origin of today finer than its zone, no movement of today, no device's place, no caller."""
    lon = event.pop("lon")
    lat = None if lon is None else OBSERVER_LAT if abs(lon - OBSERVER_LON) < 0.01 else 45.3
    row = incident("a", lon=lon, lat=lat, people=PEOPLE_OF_TWO, **event)
    row["members"] = [*row["members"], CALLER]
    recipient = PARTIES if to_parties else PUBLIC
    chosen = let_out(row, place=place, unit=unit, cell_m=cell_m if place == "cell" else 0, to=(recipient.id,))
    inputs = with_decisions([row], chosen)
    told = told_by(inputs, recipient, chosen)
    is_young = row["occurred_end"] + timedelta(hours=24) > NOW
    sources = set(row["sources"])
    if told is None or told.event is None:
        return
    is_coarse = told.event.place == "theatre" or told.event.place.startswith("zone:")
    assert not (is_young and row["kind"] in LIVE)
    if is_young and (row["kind"] == "muzzle_flash" or row["aspect"] == "outgoing"):
        assert is_coarse
    assert not sources <= {CLAIMS_INSIDE}
    if sources <= {CLAIMS, CLAIMS_INSIDE}:
        assert is_coarse
    if lon is not None and abs(lon - OBSERVER_LON) < 0.01:
        assert not told.event.place.startswith("point:")
    spoken = words("en")
    text = " ".join(sentence for _, sentence in sentences_of(told, inputs.watch, spoken)) + repr(told)
    for secret in (SENSOR, SOURCE, CALLER, str(OBSERVER_LON), str(OBSERVER_LAT), "20.9136", "45.2718", "heard by"):
        assert secret not in text


def test_what_is_let_out_is_in_no_total_and_in_every_format_that_tells_it() -> None:
    row = incident("a", hours=12, people=PEOPLE_OF_TWO)
    plain, more = report(inputs_of([row], as_of=NOW)), report(with_decisions([row], let_out(row)))
    assert more.rows == plain.rows == ()
    assert (more.real, more.days, more.regions) == (plain.real, plain.days, plain.regions)
    for name in FORMATS:
        if name in ("csv", "html", "geojson"):
            content = render(more, format=name, language="en").decode()
            assert "D-1" in content, name
            assert "East Valley" in content, name
            assert "D-1" not in render(plain, format=name, language="en").decode()
            for secret in (SENSOR, SOURCE, row["incident_id"]):
                assert secret not in content, (name, secret)


def test_it_is_told_there_until_the_rule_tells_it_as_finely_and_then_there_only() -> None:
    row = incident("a", hours=12)
    open_to = replace(CELLS, smallest_count=1, delay_hours=3)
    as_coarse, finer = let_out(row, to=("aid",)), let_out(row, to=("aid",), place="exact", unit="minute")
    assert len(report(with_decisions([row], as_coarse, as_of=at(14)), open_to).decided) == 0, "agreed later"
    early = replace(as_coarse, decision=replace(as_coarse.decision, agreed_known_at=at(13)))
    assert len(report(with_decisions([row], early, as_of=at(14)), open_to).decided) == 1
    later = report(with_decisions([row], early, as_of=at(17)), open_to)
    assert len(later.rows) == 1
    assert later.decided == ()
    both = report(with_decisions([row], finer, as_of=at(17)), open_to)
    assert both.decided[0].number == 1, "the finer line names the row that the rule gives"
    assert both.real.recorded == 1


def test_a_report_with_a_decision_is_another_revision_and_made_again_the_same_bytes() -> None:
    row = incident("a", hours=12)
    first = report(inputs_of([row], as_of=NOW))
    inputs = with_decisions([row], let_out(row), earlier=(publication_of(first),))
    second = report(inputs)
    assert (first.revision, second.revision) == (1, 2)
    again = report(inputs)
    assert render(second, format="html", language="en") == render(again, format="html", language="en")
    assert report(replace(inputs, earlier=(publication_of(first), publication_of(second)))).revision == 2


def test_an_event_of_another_kind_than_the_heads_agreed_to_is_not_told() -> None:
    row = incident("a", hours=12)
    assert report(with_decisions([row], let_out(row, kind="harm"))).decided == ()
    assert report(with_decisions([], let_out(row))).decided == ()


def test_an_objection_is_printed_beside_the_decision_in_the_words_of_the_party_or_as_erased() -> None:
    row = incident("a", hours=12)
    objection = ObjectionOut(
        code="OB-1", about="D-1", party="P", language="en", words="We read it otherwise.", known_at=NOW
    )
    for words_of, shown in (("We read it otherwise.", "We read it otherwise."), (None, "erased")):
        beside = replace(let_out(row), objections=(replace(objection, words=words_of),))
        told = report(with_decisions([row], beside, objections=beside.objections))
        page = render(told, format="html", language="en").decode()
        assert page.count("OB-1") == 1
        assert shown in page


def ids_of(told: DailyReport) -> list[Any]:
    """What the section calls each of its lines."""
    return [line.facts["id"] for section in decided_sections(told, words("en")) for line in section.lines]


def test_a_recipient_counts_the_decisions_and_objections_that_it_was_told_and_no_others() -> None:
    row, other = incident("a", hours=12), incident("b", hours=13)
    objection = ObjectionOut(
        code="OB-3", about="D-4", party="P", language="en", words="We read it otherwise.", known_at=NOW
    )
    later = NOW + timedelta(days=1)
    second = replace(objection, code="OB-8", known_at=later)
    fourth = replace(let_out(row, number=4), objections=(objection,))
    ninth = let_out(other, number=9, agreed_known_at=later - timedelta(hours=1))
    elsewhere = let_out(row, number=5, to=("parties",))
    inputs = with_decisions([row, other], fourth, elsewhere, ninth, objections=(objection, second))
    first = report(inputs)
    assert ids_of(first) == ["D-1", "OB-1"]
    assert [code for code, _ in publication_of(first).decided] == ["D-4"], "inside by the codes of the centre"
    for name in ("csv", "html", "geojson"):
        content = render(first, format=name, language="en").decode()
        assert not any(code in content for code in ("D-4", "D-9", "OB-3", "OB-8")), name
    inputs = replace(inputs, as_of=later, earlier=(publication_of(first),))
    assert ids_of(report(inputs)) == ["D-1", "OB-1"], "made again by the same codes"
    next_day = build_daily(
        inputs, recipient=PUBLIC, day_from=DAY + timedelta(days=1), day_until=DAY + timedelta(days=2)
    )
    assert ids_of(next_day) == ["D-2", "OB-2"]
    (section,) = decided_sections(next_day, words("en"))
    assert section.lines[1].cells[0].startswith("OB-2 on D-1, ")
    unissued = build_daily(
        replace(inputs, earlier=()),
        recipient=PUBLIC,
        day_from=DAY + timedelta(days=1),
        day_until=DAY + timedelta(days=2),
    )
    (section,) = decided_sections(unissued, words("en"))
    assert section.lines[1].cells[0].startswith("OB-1 on a decision of the heads, ")


def test_an_objection_to_what_an_issue_told_is_printed_though_the_event_changed_since() -> None:
    row = incident("a", hours=12)
    later = NOW + timedelta(days=1)
    objection = ObjectionOut(
        code="OB-1", about="D-1", party="P", language="en", words="We read it otherwise.", known_at=later
    )
    first = publication_of(report(with_decisions([row], let_out(row))))
    changed = row | {"members": [*row["members"], CALLER]}
    for earlier, count in (((first,), 1), ((), 0)):
        inputs = with_decisions([changed], let_out(row), as_of=later, objections=(objection,), earlier=earlier)
        told = build_daily(
            inputs, recipient=PUBLIC, day_from=DAY + timedelta(days=1), day_until=DAY + timedelta(days=2)
        )
        assert told.decided == ()
        assert len(told.objected) == count


def test_who_is_told_the_ledger_reads_the_codes_of_the_centre() -> None:
    row = incident("a", hours=12)
    whole = replace(PUBLIC, delay_hours=0, place="exact", time="minute", smallest_count=1, text=True, outcomes="gate")
    finer = let_out(row, number=4, to=(whole.id,), opens=("event", "wording"))
    inputs = with_decisions([row], replace(finer, wording={"en": "It was so."}, stipulation="1a", state="agreed"))
    assert set(ids_of(report(inputs, whole))) == {"D-4"}


def test_an_objection_to_a_review_is_told_under_whatever_id_its_event_was_told() -> None:
    row = incident("a", hours=12)
    objection = ObjectionOut(
        code="OB-1",
        about="R-1",
        party="P",
        language="en",
        words="We read it otherwise.",
        known_at=NOW,
        incident_id="i-of-then",
        members=tuple(row["members"]),
    )
    plain = inputs_of([row], as_of=NOW)
    first = publication_of(report(plain))
    shown = IssuedRow(
        incident_id=row["incident_id"],
        number=1,
        kind="explosion",
        outcome="",
        place="",
        radius_m=None,
        time="",
        review="agreed",
    )
    told = replace(first, rows=(shown,))
    for members, count in ((objection.members, 1), (("o-elsewhere",), 0)):
        inputs = replace(plain, earlier=(told,), objections=(replace(objection, members=members),))
        assert len(report(inputs).objected) == count


def test_objections_alone_are_not_told_as_let_out_by_a_decision() -> None:
    row = incident("a", hours=12)
    objection = ObjectionTold(code="OB-1", about="R-1", party="P", language="en", words="No.", day=NOW.date())
    plain = report(inputs_of([row], as_of=NOW))
    (section,) = decided_sections(replace(plain, objected=(objection,)), words("en"))
    assert "decision" not in section.heading
    assert "The heads" not in section.note
    decided = report(with_decisions([row], let_out(row)))
    (section,) = decided_sections(decided, words("en"))
    assert "by decision of the heads" in section.heading
    assert "The heads of all delegations agreed" in section.note


@pytest.mark.parametrize("sides", [("D1", "D2"), ("D2", "D1")])
def test_a_later_position_is_told_as_later(sides: tuple[str, str]) -> None:
    first = PositionOut(
        delegation=sides[0], role="officer", turn=1, answers={"happened": "dissent"}, names="", versions={}, reasons={}
    )
    later = replace(first, turn=2, answers={"happened": "concur"})
    other = replace(first, delegation=sides[1])
    told = DecidedTold(
        code="D-1", day=NOW.date(), who=sides, clause="1a", state="agreed", positions=(first, other, later)
    )
    sentences = [sentence for _, sentence in sentences_of(told, inputs_of([], as_of=NOW).watch, words("en"))]
    assert ["in a later position" in sentence for sentence in sentences] == [False, False, True]


def test_of_a_delegation_without_a_position_it_is_told_why_there_is_none() -> None:
    first = PositionOut(
        delegation="D1", role="officer", turn=1, answers={"happened": "concur"}, names="", versions={}, reasons={}
    )
    told = DecidedTold(code="D-1", day=NOW.date(), who=("D1", "D2"), clause="1a", state="agreed", positions=(first,))
    watch = inputs_of([], as_of=NOW).watch

    def last(*silent: tuple[str, Standing]) -> str:
        every = [sentence for _, sentence in sentences_of(replace(told, silent=silent), watch, words("en"))]
        assert len(every) == 2
        return every[-1]

    reasons: tuple[Standing, ...] = ("withheld", "not_received", "not_opened", "left")
    said = {why: last(("D2", why)) for why in reasons}
    assert len(set(said.values())) == 4
    assert "gives no position" in said["withheld"]
    assert "no position was received" in said["not_received"]
    assert not list(sentences_of(replace(told, positions=(), silent=(("D2", "withheld"),)), watch, words("en")))


@pytest.mark.parametrize("kind", ["explosion", "muzzle_flash", "movement"])
@pytest.mark.parametrize("place", ["zone", "exact"])
def test_exchanging_the_parties_exchanges_nothing(kind: str, place: Place) -> None:
    told = []
    for party, other in (("P", "Q"), ("Q", "P")):
        row = incident("a", hours=12, kind=kind, claimed_by=[party])
        recipient = replace(PARTIES, id=party, to="")
        one = told_by(
            with_decisions([row], let_out(row, to=(party,), place=place)),
            recipient,
            let_out(row, to=(party,), place=place),
        )
        text = repr(one)
        told.append(json.dumps([text.replace(f"'{party}'", "'own'").replace(f"'{other}'", "'other'")]))
    assert told[0] == told[1]
