"""The outcome gate, case by case: what is on record, what is said of it and why, the sentence included.

Each case states its reasoning. The watch is the template's: parties A and B are bound, delegations D1 and D2 review, 1a
forbids fire in the theatre from 1 May 2031, 00:00 UTC on, 2 asks A to hand over the pass by 10 May.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from tests.builders import NOON, frame_of, incidents, template_watch
from trucewatch.findings import SENTENCES, check_agreement
from trucewatch.locale import words
from trucewatch.locale.reasons import reason_sentence
from trucewatch.model.incident import Finding, finding_rows
from trucewatch.model.observation import COUNTER_SCHEMA
from trucewatch.model.testimony import CENTRE, Attestation
from trucewatch.model.watch import Watch

HOUR = timedelta(hours=1)
FORCE = datetime(2031, 5, 1, tzinfo=UTC)
DUE = datetime(2031, 5, 11, tzinfo=UTC)
IN_NOTICE = {"occurred_start": datetime(2031, 5, 3, 9, tzinfo=UTC), "lon": -25.19, "lat": -35.02}


def said(kind: str, giver: str, means: str = "acoustic", perceived: str = "recorded", **more: Any) -> str:
    """A record by a device or a person of somebody's."""
    return Attestation(kind, giver, means, perceived, is_claim=more.pop("is_claim", False), **more).text


def claim(kind: str, giver: str, **more: Any) -> str:
    """What a party says."""
    return said(kind, giver, "party", "told", is_claim=True, **more)


def blast(*testimony: str, **row: Any) -> dict[str, Any]:
    """An explosion in the theatre, with who says so."""
    kinds = sorted({Attestation.of_text(text).kind for text in testimony})
    return {"kinds": kinds, "kind": row.get("kind", kinds[0]), "testimony": list(testimony), **row}


def pass_given(*testimony: str, **row: Any) -> dict[str, Any]:
    """A handover in the pass, with who says so."""
    return {
        "kind": "handover",
        "kinds": ["handover"],
        "zones": ["theatre", "pass"],
        "testimony": list(testimony),
        **row,
    }


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is on record, and what has to be said of it."""

    why: str
    row: Mapping[str, Any] | None
    outcome: str
    reason: str
    sentence: str
    stipulation: str = "1a"
    held: str = ""
    files: Sequence[tuple[str, str, str]] = ()
    """Pieces of the template's files that are replaced: file, old, new."""
    counters: Sequence[Mapping[str, Any]] = ()
    as_of: datetime = NOON + 30 * 24 * HOUR
    whole: bool = False
    reviewed: bool = False


def watch_with(files: Sequence[tuple[str, str, str]]) -> Watch:
    """The template, changed piece by piece."""
    changes: dict[str, tuple[str, str]] = {}
    for name, old, new in files:
        assert name not in changes, "one change a file"
        changes[name] = (old, new)
    return template_watch(changes)


def counters_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    plain = {
        "source": "bulletin",
        "name": "posts",
        "span": "level",
        "zone": "pass",
        "period_start": NOON,
        "period_end": NOON,
        "value": 40.0,
        "qualifier": "exactly",
        "unit": "posts",
        "claimed_by": "observers",
        "simulated": False,
        "known_at": NOON,
        "received_at": None,
        "evidence_sha256": "e" * 64,
        "evidence_row": 2,
        "text": "",
    }
    full = [plain | {"counter_id": f"c-{number}"} | dict(row) for number, row in enumerate(rows)]
    return pa.Table.from_pylist(full, schema=COUNTER_SCHEMA)


def finding_of(case: Case) -> tuple[Finding, Watch]:
    watch = watch_with(case.files)
    rows = incidents(*([case.row] if case.row is not None else []))
    table = check_agreement(rows, counters_of(case.counters), watch=watch, frame=frame_of(watch), as_of=case.as_of)
    (finding,) = [
        each
        for each in finding_rows(table)
        if each.stipulation == case.stipulation and bool(each.incident_id) is not case.whole
    ]
    return finding, watch


# ── Pieces of the template's files ────────────────────────────────────────────────────────────────────────────────────
AGREEMENT, WATCH, NOTICES = "agreement.toml", "watch.toml", "notices.csv"
OBLIGED_1A = 'obliged = ["A", "B"]\n  zone = "theatre"'
ONLY_A = (AGREEMENT, OBLIGED_1A, 'obliged = ["A"]\n  zone = "theatre"')
END_1A = 'unless = ["notice", "aspect:controlled"]\n  in_force = { from = 2031-05-01T00:00:00Z }\n'


def after_1a(more: str) -> tuple[str, str, str]:
    return AGREEMENT, END_1A, END_1A + more


def judged_1a(*pairs: tuple[str, str]) -> tuple[str, str, str]:
    """What delegations said of the one incident."""
    from trucewatch.model.ids import incident_id, observation_id

    name = incident_id(observation_id("s", "0"))
    return after_1a(
        "".join(
            f'\n  [[provision.stipulation.judgment]]\n  by = "{by}"\n  outcome = "{outcome}"\n  incident = "{name}"\n'
            f'  known_at = 2031-05-0{number + 3}T00:00:00Z\n  source = "minutes"\n'
            for number, (by, outcome) in enumerate(pairs)
        )
    )


def read_as(by: str, reads: str, *, let: bool = True, known: str = "2031-05-01") -> str:
    heads = 'let_by = ["D1", "D2"]\n' if let else ""
    return (
        f'\n[[provision.reading]]\nby = "{by}"\nabout = "1a"\nsays = {{ en = "our own words" }}\nreads = {reads}\n'
        f'known_at = {known}T12:00:00Z\nsource = "a statement of that day"\n{heads}'
    )


def kept_up(more: str) -> tuple[str, str, str]:
    """Clause 2 as a duty that has to be kept up."""
    return (
        AGREEMENT,
        'kind = "required"\n  what = "handover"',
        f'kind = "kept_up"\n  {more}',
    )


NUMBER = 'number = { counter = "posts", at_least = 40 }'
COUNTED = (AGREEMENT, 'what = "handover"', NUMBER)
PLAIN = "Clause 1a does not allow this in Theatre: Explosion. No notice and no exemption covers it."

CASES = [
    # ── 1. The fact ───────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="A device of the centre's own recorded it: that is enough alone.",
        row=blast(said("explosion", CENTRE)),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="The centre's own patrol saw it.",
        row=blast(said("explosion", CENTRE, "patrol", "saw")),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="The centre's own people only heard it, and this watch does not say that hearing is enough.",
        row=blast(said("explosion", CENTRE, "patrol", "heard")),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence="Clause 1a would apply. So far this rests on the centre itself; that is not enough for an assessment.",
    ),
    Case(
        why="The same where the watch says that hearing is enough.",
        row=blast(said("explosion", CENTRE, "patrol", "heard")),
        files=[(WATCH, "due_soon_days = 7", "due_soon_days = 7\nheard_is_enough = true")],
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="The centre's own people were only told: hearsay is nobody's record.",
        row=blast(said("explosion", CENTRE, "patrol", "told", is_claim=True)),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence="Clause 1a would apply. So far this rests on the centre itself; that is not enough for an assessment.",
    ),
    Case(
        why="One device of somebody who is not the centre: one giver.",
        row=blast(said("explosion", "Institute")),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence="Clause 1a would apply. So far this rests on Institute; that is not enough for an assessment.",
    ),
    Case(
        why="Two means of one giver are still one giver.",
        row=blast(said("explosion", "Institute"), said("explosion", "Institute", "seismic")),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence="Clause 1a would apply. So far this rests on Institute; that is not enough for an assessment.",
    ),
    Case(
        why="Two givers by one means may share its error: two means are asked for.",
        row=blast(said("explosion", "Institute"), said("explosion", "University")),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence=(
            "Clause 1a would apply. So far this rests on Institute and University; that is not enough for an "
            "assessment."
        ),
    ),
    Case(
        why="Two means with two givers.",
        row=blast(said("explosion", "Institute"), said("explosion", "University", "seismic")),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="A party's claim and a record of somebody else's: two means, two givers, one of them no word.",
        row=blast(claim("explosion", "A"), said("explosion", "Institute")),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="A party's own device and its own claim: the party gives both.",
        row=blast(claim("explosion", "A"), said("explosion", "A")),
        outcome="undetermined",
        reason="claimed_alone",
        held="not_checked",
        sentence="Clause 1a would apply. Reported by First party alone; nobody else has confirmed it yet.",
    ),
    Case(
        why="The same of the other party gets the same words.",
        row=blast(claim("explosion", "B"), said("explosion", "B")),
        outcome="undetermined",
        reason="claimed_alone",
        held="not_checked",
        sentence="Clause 1a would apply. Reported by Second party alone; nobody else has confirmed it yet.",
    ),
    Case(
        why="A party's claim and what people on one side tell: words alone are no two means.",
        row=blast(claim("explosion", "A"), said("explosion", "public:A", "public", "told", is_claim=True)),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence=(
            "Clause 1a would apply. So far this rests on First party and people who live on one side of the "
            "line (First "
            "party); that is not enough for an assessment."
        ),
    ),
    Case(
        why="One device of somebody's and a rumour: what nobody signs is no second giver.",
        row=blast(said("explosion", "Institute"), said("explosion", "public", "public", "told", is_claim=True)),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence=(
            "Clause 1a would apply. So far this rests on Institute and people who live there; that is not "
            "enough for an "
            "assessment."
        ),
    ),
    Case(
        why="Two people who saw it from the two sides of the line, and no device: one means.",
        row=blast(said("explosion", "public:A", "public", "saw"), said("explosion", "public:B", "public", "saw")),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence=(
            "Clause 1a would apply. So far this rests on people who live on one side of the line (First "
            "party) and people "
            "who live on one side of the line (Second party); that is not enough for an assessment."
        ),
    ),
    Case(
        why="Both bound parties state it, each in its own words.",
        row=blast(claim("explosion", "A"), claim("explosion", "B")),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=(
            "Clause 1a does not allow this in Theatre: Explosion. No notice and no exemption covers it. It rests "
            "on what these state themselves: First party and Second party."
        ),
    ),
    Case(
        why="One row that names both is nobody's own words: A's file cannot speak for B.",
        row=blast(said("explosion", "A; B", "event_list", "told", is_claim=True)),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence=(
            "Clause 1a would apply. So far this rests on one report that names First party and Second party; that is "
            "not enough for an assessment."
        ),
    ),
    Case(
        why="The party whom it burdens announces its own act.",
        row=blast(claim("explosion", "A", actor="A")),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=(
            "Clause 1a does not allow this in Theatre: Explosion. No notice and no exemption covers it. It rests "
            "on what these state themselves: First party."
        ),
    ),
    Case(
        why="That it was the other side's act is no announcement.",
        row=blast(claim("explosion", "A", actor="B")),
        outcome="undetermined",
        reason="claimed_alone",
        held="not_checked",
        sentence="Clause 1a would apply. Reported by First party alone; nobody else has confirmed it yet.",
    ),
    Case(
        why="A patrol of a delegation is that delegation's own and one giver.",
        row=blast(said("explosion", "D1", "patrol", "saw")),
        outcome="undetermined",
        reason="reported_by_few",
        held="not_checked",
        sentence="Clause 1a would apply. So far this rests on First delegation; that is not enough for an assessment.",
    ),
    Case(
        why="Patrols of two delegations by two means (one from the air) are two givers.",
        row=blast(said("explosion", "D1", "patrol", "saw"), said("explosion", "D2", "uav", "recorded")),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="Others recorded that something happened, nobody else that it was fire: no corroboration of the kind.",
        row=blast(claim("explosion", "A"), said("thermal_anomaly", "Institute", "satellite"), rung="corroborated"),
        outcome="undetermined",
        reason="kind_claimed_alone",
        held="not_checked",
        sentence=(
            "Clause 1a would apply to what is reported by First party. Others recorded that something "
            "happened; that it was "
            "of this kind, nobody else has confirmed yet: Explosion."
        ),
    ),
    Case(
        why="Hostilities that are not told apart are named by the clause only where it names them.",
        row=blast(said("hostilities", CENTRE, "patrol", "saw")),
        files=[(AGREEMENT, '"burst", "shot"]', '"burst", "shot", "hostilities"]')],
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=(
            "Clause 1a does not allow this in Theatre: Hostilities, not told apart. No notice and no "
            "exemption covers "
            "it."
        ),
    ),
    # ── What delegations said ─────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="Both delegations agree on record: that is said, though one party alone reported it.",
        row=blast(claim("explosion", "A")),
        files=[judged_1a(("D1", "inconsistent"), ("D2", "inconsistent"))],
        outcome="inconsistent",
        reason="agreed_by_delegations",
        sentence=(
            "The delegations agreed on what clause 1a says of this (First delegation and Second delegation): "
            "inconsistent."
        ),
        reviewed=True,
    ),
    Case(
        why="Both share what the record says: it is said for the record's reason, and marked as reviewed.",
        row=blast(said("explosion", CENTRE)),
        files=[judged_1a(("D1", "inconsistent"), ("D2", "inconsistent"))],
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
        reviewed=True,
    ),
    Case(
        why="One delegation alone decides nothing, and reviews nothing.",
        row=blast(claim("explosion", "A")),
        files=[judged_1a(("D1", "inconsistent"))],
        outcome="undetermined",
        reason="claimed_alone",
        held="not_checked",
        sentence="Clause 1a would apply. Reported by First party alone; nobody else has confirmed it yet.",
    ),
    Case(
        why="Both delegations dissent: not said, whatever the record gives.",
        row=blast(said("explosion", CENTRE)),
        files=[judged_1a(("D1", "undetermined"), ("D2", "undetermined"))],
        outcome="undetermined",
        reason="delegations_dissent",
        held="cannot_be_told",
        sentence=(
            "On what clause 1a says of this, no delegation shares what the record alone would give: First "
            "delegation: checked, cannot be told and Second delegation: checked, cannot be told."
        ),
        reviewed=True,
    ),
    Case(
        why="They differ: nothing is said, both views stand.",
        row=blast(said("explosion", CENTRE)),
        files=[judged_1a(("D1", "inconsistent"), ("D2", "consistent"))],
        outcome="undetermined",
        reason="delegations_differ",
        held="cannot_be_told",
        sentence=(
            "The delegations see what clause 1a says of this differently: First delegation: inconsistent and Second "
            "delegation: consistent."
        ),
    ),
    # ── 2. The clause ─────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="The number is below the watch's threshold.",
        row=blast(said("explosion", CENTRE), happened=0.72, between_sides=1.0),
        outcome="undetermined",
        reason="not_likely",
        held="not_likely_enough",
        sentence=(
            "The probability that this happened and is what clause 1a speaks of is 0.72; this watch says an "
            "assessment from 0.9 (say_outcome_from)."
        ),
    ),
    Case(
        why="It happened surely, but is as likely a quarry's blast: the product counts.",
        row=blast(said("explosion", CENTRE), happened=0.99, between_sides=0.5),
        outcome="undetermined",
        reason="kind_not_likely",
        held="not_likely_enough",
        sentence=(
            "This happened, but the probability that it is what clause 1a speaks of is 0.49; this watch says an "
            "assessment from 0.9 (say_outcome_from)."
        ),
    ),
    Case(
        why="At the threshold it is said.",
        row=blast(said("explosion", CENTRE), happened=0.9, between_sides=1.0, time_sd_s=0.0),
        files=[(WATCH, "due_soon_days = 7", "due_soon_days = 7\nsay_outcome_from = 0.89")],
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="A watch may ask for more.",
        row=blast(said("explosion", CENTRE), happened=0.95, between_sides=1.0),
        files=[(WATCH, "due_soon_days = 7", "due_soon_days = 7\nsay_outcome_from = 0.97")],
        outcome="undetermined",
        reason="not_likely",
        held="not_likely_enough",
        sentence=(
            "The probability that this happened and is what clause 1a speaks of is 0.95; this watch says an "
            "assessment from 0.97 (say_outcome_from)."
        ),
    ),
    Case(
        why="The centre's own people saw it: a low number holds nothing back and is a task.",
        row=blast(said("explosion", CENTRE, "patrol", "saw"), happened=0.3, between_sides=1.0),
        outcome="inconsistent",
        reason="prohibited_act_seen",
        sentence=(
            "Clause 1a does not allow this in Theatre: Explosion. The centre's own people saw it. By everything on "
            "record together its probability is 0.3, which has to be looked into."
        ),
    ),
    Case(
        why="Where nothing was weighed no number holds anything back: a constant is no probability.",
        row=blast(said("explosion", CENTRE), happened=None),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="Minutes after the hour with ± minutes: it may have been before.",
        row=blast(said("explosion", CENTRE), occurred_start=FORCE + HOUR / 12, time_sd_s=240.0),
        outcome="undetermined",
        reason="maybe_in_force",
        held="at_edge",
        sentence="The event may have been before clause 1a came into force, on 1 May 2031, 00:00 (UTC).",
    ),
    Case(
        why="The same time known to a second was after the hour.",
        row=blast(said("explosion", CENTRE), occurred_start=FORCE + HOUR / 12, time_sd_s=1.0),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="Minutes before the hour with ± minutes may have been after: it is not called not applicable.",
        row=blast(said("explosion", CENTRE), occurred_start=FORCE - HOUR / 12, time_sd_s=240.0),
        outcome="undetermined",
        reason="maybe_in_force",
        held="at_edge",
        sentence="The event may have been before clause 1a came into force, on 1 May 2031, 00:00 (UTC).",
    ),
    Case(
        why="Surely before the hour.",
        row=blast(said("explosion", CENTRE), occurred_start=FORCE - HOUR, time_sd_s=240.0),
        outcome="not_applicable",
        reason="before_in_force",
        sentence="Clause 1a was not in force yet: it binds from 1 May 2031, 00:00 (UTC).",
    ),
    Case(
        why="At the zone's edge nothing is said, whoever saw it.",
        row=blast(said("explosion", CENTRE, "patrol", "saw"), zones=[], zones_at_edge=["theatre"]),
        outcome="undetermined",
        reason="at_zone_edge",
        held="at_edge",
        sentence=(
            "The place is at the edge of the zone that clause 1a speaks of (Theatre, drawn to ±2,000 m); whether it "
            "lies inside cannot be told."
        ),
    ),
    Case(
        why="A kind that only indicates fire shows none, by however many.",
        row=blast(said("thermal_anomaly", CENTRE, "satellite"), said("thermal_anomaly", "Institute", "uav")),
        outcome="undetermined",
        reason="indication_only",
        held="cannot_be_told",
        sentence=(
            "A record of this kind may come from an act that clause 1a does not allow, but does not show "
            "one: Heat source."
        ),
    ),
    # ── Exemptions ────────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="The centre's own patrol saw a controlled blast. The exception is the watch's rule, and it says so.",
        row=blast(said("explosion", CENTRE, "patrol", "saw", aspect="controlled"), aspect="controlled"),
        outcome="consistent",
        reason="aspect_exempt_by_watch",
        sentence=(
            "The event was of this nature: controlled. That this is not held against clause 1a is a rule of "
            "this watch, "
            "not of the text."
        ),
    ),
    Case(
        why="Where the text makes the exception, it is the clause's.",
        row=blast(said("explosion", CENTRE, "patrol", "saw", aspect="controlled"), aspect="controlled"),
        files=[(AGREEMENT, END_1A, END_1A + '  unless_by = "text"\n')],
        outcome="consistent",
        reason="aspect_exempt",
        sentence="Clause 1a exempts an event of this nature: controlled.",
    ),
    Case(
        why="A party's 'controlled' alone exempts nothing; it stands beside the answer.",
        row=blast(
            claim("explosion", "A", aspect="controlled"),
            said("explosion", CENTRE),
            said("explosion", "Institute", "seismic"),
            aspect="controlled",
        ),
        outcome="inconsistent",
        reason="prohibited_act_aspect_claimed",
        sentence=(
            "Clause 1a does not allow this in Theatre: Explosion. First party says that it was of this nature: "
            "controlled. Nobody else does, and that alone exempts nothing."
        ),
    ),
    Case(
        why="Nor over a device's record that says otherwise, even if both sides say so.",
        row=blast(
            claim("explosion", "A", aspect="controlled"),
            claim("explosion", "B", aspect="controlled"),
            said("explosion", CENTRE, "camera", aspect="impact"),
        ),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="Both sides say that it was controlled, and no record says otherwise.",
        row=blast(claim("explosion", "A", aspect="controlled"), claim("explosion", "B", aspect="controlled")),
        outcome="consistent",
        reason="aspect_exempt_by_watch",
        sentence=(
            "The event was of this nature: controlled. That this is not held against clause 1a is a rule of this "
            "watch, not of the text. It rests on what these state themselves: First party and Second party."
        ),
    ),
    Case(
        why="One source that is not the centre's records it: neither exempt nor held against anybody yet.",
        row=blast(said("explosion", "Institute", "camera", aspect="controlled"), said("explosion", CENTRE)),
        outcome="undetermined",
        reason="aspect_maybe",
        held="not_checked",
        sentence=(
            "One source records that the event was of this nature: controlled. If it was, it is not held "
            "against clause "
            "1a; nobody has checked it yet."
        ),
    ),
    Case(
        why="A notice that both sides acknowledged, for explosions, covers an explosion.",
        row=blast(said("explosion", CENTRE), **IN_NOTICE),
        outcome="consistent",
        reason="notice_covers_by_watch",
        sentence=(
            "Notice N-1 by demining team, known on 2 May 2031, 09:00 (UTC), covers this event. That what is "
            "announced is "
            "not held against clause 1a is a rule of this watch, not of the text."
        ),
    ),
    Case(
        why="A notice covers only its kinds: shots beside the blasts are not announced.",
        row=blast(said("explosion", CENTRE), said("shot", CENTRE), **IN_NOTICE),
        outcome="inconsistent",
        reason="prohibited_act_notice_other",
        sentence=(
            "Clause 1a does not allow this in Theatre: Explosion. Notice N-1 by demining team is for "
            "something else "
            "(Explosion) and does not cover it."
        ),
    ),
    Case(
        why="A notice that nobody acknowledged exempts nothing, and is named.",
        row=blast(said("explosion", CENTRE), **IN_NOTICE),
        files=[(NOTICES, "letter of 2 May,A B", "letter of 2 May,")],
        outcome="inconsistent",
        reason="prohibited_act_notice_open",
        sentence=(
            "Clause 1a does not allow this in Theatre: Explosion. Notice N-1 by demining team was not "
            "acknowledged by "
            "the other side, nor by all delegations, before the event, and so exempts nothing."
        ),
    ),
    Case(
        why="A party's own notice that it acknowledges itself is not acknowledged.",
        row=blast(said("explosion", CENTRE), **IN_NOTICE),
        files=[
            (NOTICES, "N-1,demining team", "N-1,A"),
        ],
        outcome="consistent",
        reason="notice_covers_by_watch",
        sentence=(
            "Notice N-1 by First party, known on 2 May 2031, 09:00 (UTC), covers this event. That what is announced is "
            "not held against clause 1a is a rule of this watch, not of the text."
        ),
    ),
    Case(
        why="The heads of all delegations may acknowledge it instead.",
        row=blast(said("explosion", CENTRE), **IN_NOTICE),
        files=[(NOTICES, "letter of 2 May,A B", "letter of 2 May,D1 D2")],
        outcome="consistent",
        reason="notice_covers_by_watch",
        sentence=(
            "Notice N-1 by demining team, known on 2 May 2031, 09:00 (UTC), covers this event. That what is "
            "announced is "
            "not held against clause 1a is a rule of this watch, not of the text."
        ),
    ),
    Case(
        why="An event near the notice's end with ± minutes may lie outside it.",
        row=blast(
            said("explosion", CENTRE),
            **(IN_NOTICE | {"occurred_start": datetime(2031, 5, 3, 11, 58, tzinfo=UTC), "time_sd_s": 120.0}),
        ),
        outcome="undetermined",
        reason="notice_maybe",
        held="cannot_be_told",
        sentence="Notice N-1 by demining team may cover this event; if it does, it is not held against clause 1a.",
    ),
    Case(
        why="A consistent that rests on one side's word is not said either.",
        row=blast(claim("explosion", "A"), **IN_NOTICE),
        outcome="undetermined",
        reason="claimed_alone",
        held="not_checked",
        sentence="Clause 1a would apply. Reported by First party alone; nobody else has confirmed it yet.",
    ),
    # ── Whom it binds ─────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="The clause binds A; the centre saw that it was B's act: not applicable.",
        row=blast(said("explosion", CENTRE, "patrol", "saw", actor="B")),
        files=[ONLY_A],
        outcome="not_applicable",
        reason="of_other_party",
        sentence="Clause 1a binds First party; this was an act of somebody else.",
    ),
    Case(
        why="Nobody knows whose act it was: held back.",
        row=blast(said("explosion", CENTRE)),
        files=[ONLY_A],
        outcome="undetermined",
        reason="actor_unknown",
        held="cannot_be_told",
        sentence="Clause 1a binds First party. Whose act this was is not known, so nothing is said of it.",
    ),
    Case(
        why="B says that it was A's act: a claim names nobody.",
        row=blast(said("explosion", CENTRE), claim("explosion", "B", actor="A")),
        files=[ONLY_A],
        outcome="undetermined",
        reason="actor_claimed",
        held="not_checked",
        sentence=(
            "Clause 1a binds First party. Whose act this was rests on what Second party says; nobody else "
            "has confirmed "
            "it yet."
        ),
    ),
    Case(
        why="A itself says that the act was its own.",
        row=blast(said("explosion", CENTRE), claim("explosion", "A", actor="A")),
        files=[ONLY_A],
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="A clause that binds both is held against persons unknown, and nobody is named.",
        row=blast(said("explosion", CENTRE)),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    # ── 3. The reading ────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="A reads the clause so that this act is allowed, and both heads let the reading hold back.",
        row=blast(said("explosion", CENTRE)),
        files=[after_1a(read_as("A", '{ permits = ["explosion"] }'))],
        outcome="undetermined",
        reason="reading_disputed",
        held="readings_differ",
        sentence=(
            "What clause 1a says of this depends on how it is read: First party: consistent and Second party: "
            "inconsistent."
        ),
    ),
    Case(
        why="The same reading without the heads stands beside the answer and holds nothing back.",
        row=blast(said("explosion", CENTRE)),
        files=[after_1a(read_as("A", '{ permits = ["explosion"] }', let=False))],
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=f"{PLAIN} Read otherwise: First party: consistent.",
    ),
    Case(
        why="A reading that is silent on this act changes nothing.",
        row=blast(said("explosion", CENTRE)),
        files=[after_1a(read_as("A", '{ permits = ["shot"] }'))],
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    Case(
        why="Both readings alike: said.",
        row=blast(said("explosion", CENTRE)),
        files=[after_1a(read_as("A", '{ permits = ["explosion"] }') + read_as("B", '{ permits = ["explosion"] }'))],
        outcome="consistent",
        reason="permitted_by_reading",
        sentence="As all sides read it, clause 1a allows this.",
    ),
    Case(
        why="A reading first stated after the event is marked so.",
        row=blast(said("explosion", CENTRE)),
        files=[after_1a(read_as("A", '{ permits = ["explosion"] }', known="2031-05-09"))],
        outcome="undetermined",
        reason="reading_disputed",
        held="readings_differ",
        sentence=(
            "What clause 1a says of this depends on how it is read: First party: consistent and Second party: "
            "inconsistent. Stated only after the event: First party."
        ),
    ),
    Case(
        why="A reading that nobody knew at the time of asking is not spoken of.",
        row=blast(said("explosion", CENTRE)),
        files=[after_1a(read_as("A", '{ permits = ["explosion"] }', known="2031-05-09"))],
        as_of=datetime(2031, 5, 5, tzinfo=UTC),
        outcome="inconsistent",
        reason="prohibited_act",
        sentence=PLAIN,
    ),
    # ── Required ──────────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="A owes it and says that it was done: that serves A alone.",
        stipulation="2",
        row=pass_given(claim("handover", "A")),
        outcome="undetermined",
        reason="happened_claimed_alone",
        held="not_checked",
        sentence=(
            "What clause 2 requires (Handover) is reported by First party alone; nobody else has confirmed it yet."
        ),
    ),
    Case(
        why="B, to whom it was owed, says that it was done: that speaks against B.",
        stipulation="2",
        row=pass_given(claim("handover", "B")),
        outcome="consistent",
        reason="happened_in_time",
        sentence=(
            "What clause 2 requires (Handover) is recorded on 2 May 2031, 12:00 (UTC), in time: due by 11 May "
            "2031, 00:00 (UTC). It rests on what these state themselves: Second party."
        ),
    ),
    Case(
        why="B says that it came late: that speaks against A, and is B's word alone.",
        stipulation="2",
        row=pass_given(claim("handover", "B"), occurred_start=DUE + 24 * HOUR),
        outcome="undetermined",
        reason="happened_claimed_alone",
        held="not_checked",
        sentence=(
            "What clause 2 requires (Handover) is reported by Second party alone; nobody else has confirmed it yet."
        ),
    ),
    Case(
        why="A says itself that it came late.",
        stipulation="2",
        row=pass_given(claim("handover", "A"), occurred_start=DUE + 24 * HOUR),
        outcome="inconsistent",
        reason="happened_late",
        sentence=(
            "What clause 2 requires (Handover) is recorded on 12 May 2031, 00:00 (UTC), after it was due: by 11 "
            "May 2031, 00:00 (UTC). It rests on what these state themselves: First party."
        ),
    ),
    Case(
        why="Minutes before the due moment with ± minutes: in time or late cannot be told.",
        stipulation="2",
        row=pass_given(said("handover", CENTRE, "patrol", "saw"), occurred_start=DUE - HOUR / 12, time_sd_s=300.0),
        outcome="undetermined",
        reason="happened_around_due",
        held="at_edge",
        sentence=(
            "What clause 2 requires (Handover) is recorded from 10 May 2031, 23:55 (UTC) on; whether in time cannot be "
            "told: due by 11 May 2031, 00:00 (UTC)."
        ),
    ),
    Case(
        why="Nothing on record says nothing of whether it was done.",
        stipulation="2",
        row=None,
        whole=True,
        outcome="undetermined",
        reason="no_record",
        held="not_shown",
        sentence=(
            "Nothing on record shows what clause 2 requires (Handover), due by 11 May 2031, 00:00 (UTC). "
            "That says nothing "
            "of whether it was done."
        ),
    ),
    Case(
        why="Of what nobody can see, the absence of a record says nothing at all.",
        stipulation="2",
        row=None,
        whole=True,
        files=[(AGREEMENT, 'what = "handover"', 'what = "handover"\n  observable = false')],
        outcome="undetermined",
        reason="cannot_be_seen",
        held="not_observable",
        sentence=(
            "What clause 2 requires (Handover) is nothing that anybody could observe; no record says anything of it."
        ),
    ),
    # ── Numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="'About 40' is no 'at least 40'.",
        stipulation="2",
        row=None,
        whole=True,
        files=[COUNTED],
        counters=[{"claimed_by": "B", "qualifier": "about"}],
        outcome="undetermined",
        reason="number_unclear",
        held="cannot_be_told",
        sentence=(
            "Clause 2 requires at least 40 (Posts on watch). Second party reports about 40, which does not settle it."
        ),
    ),
    Case(
        why="A figure for the theatre does not settle a clause on a zone.",
        stipulation="2",
        row=None,
        whole=True,
        files=[COUNTED],
        counters=[{"claimed_by": "B", "zone": ""}],
        outcome="undetermined",
        reason="number_not_shown",
        held="not_shown",
        sentence=(
            "Clause 2 requires at least 40 (Posts on watch); nothing on record gives this number. That says nothing of "
            "whether it was reached."
        ),
    ),
    Case(
        why="A owes the number and reports that it is reached: that serves A alone.",
        stipulation="2",
        row=None,
        whole=True,
        files=[COUNTED],
        counters=[{"claimed_by": "A"}],
        outcome="undetermined",
        reason="number_claimed_alone",
        held="not_checked",
        sentence=(
            "Clause 2 requires at least 40 (Posts on watch). First party alone reports 40; nobody else has "
            "confirmed it "
            "yet."
        ),
    ),
    Case(
        why="A reports itself that it fell short.",
        stipulation="2",
        row=None,
        whole=True,
        files=[COUNTED],
        counters=[{"claimed_by": "A", "value": 31.0}],
        outcome="inconsistent",
        reason="number_short",
        sentence="Clause 2 requires at least 40 (Posts on watch); First party reports 31, which is fewer.",
    ),
    Case(
        why="Two delegations report the same.",
        stipulation="2",
        row=None,
        whole=True,
        files=[COUNTED],
        counters=[{"claimed_by": "D1"}, {"claimed_by": "D2", "value": 41.0}],
        outcome="consistent",
        reason="number_reached",
        sentence=(
            "Clause 2 requires at least 40 (Posts on watch); Second delegation reports 41. It rests on what these "
            "state themselves: First delegation and Second delegation."
        ),
    ),
    Case(
        why="The text's own figure is neither least nor most: another number settles nothing.",
        stipulation="2",
        row=None,
        whole=True,
        files=[(AGREEMENT, 'what = "handover"', 'number = { counter = "posts", states = 40 }')],
        counters=[{"claimed_by": "B", "value": 43.0}],
        outcome="undetermined",
        reason="number_unclear",
        held="cannot_be_told",
        sentence=(
            "Clause 2 states 40 (Posts on watch), neither least nor most. Second party reports 43; what "
            "follows is a matter "
            "of how the clause is read."
        ),
    ),
    Case(
        why="A most that is exceeded, by the word of whom it burdens.",
        stipulation="2",
        row=None,
        whole=True,
        files=[(AGREEMENT, 'what = "handover"', 'number = { counter = "posts", at_most = 40 }')],
        counters=[{"claimed_by": "A", "value": 43.0}],
        outcome="inconsistent",
        reason="number_short",
        sentence="Clause 2 allows at most 40 (Posts on watch); First party reports 43, which is more.",
    ),
    # ── Kept up ───────────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        why="The centre counted posts: kept up, as of the last report.",
        stipulation="2",
        row=None,
        whole=True,
        files=[kept_up(NUMBER)],
        counters=[{"claimed_by": "B"}],
        outcome="consistent",
        reason="kept_up",
        sentence=(
            "What clause 2 asks to be kept up (Posts on watch) is on record on 2 May 2031, 12:00 (UTC); nothing "
            "on record since says otherwise. It rests on what "
            "these state themselves: Second party."
        ),
    ),
    Case(
        why="It was kept up and closed: not 'met' afterwards.",
        stipulation="2",
        row=None,
        whole=True,
        files=[kept_up(NUMBER)],
        counters=[
            {"claimed_by": "B"},
            {"claimed_by": "A", "value": 0.0, "period_start": NOON + 48 * HOUR, "period_end": NOON + 48 * HOUR},
        ],
        outcome="inconsistent",
        reason="lapsed",
        sentence=(
            "What clause 2 asks to be kept up (Posts on watch) is on record on 2 May 2031, 12:00 (UTC); on 4 May "
            "2031, 12:00 (UTC) it is on record that it was not, and nothing since says otherwise. It rests on what "
            "these state themselves: First party."
        ),
    ),
    Case(
        why="Before it closed it was kept up: what was known then counts.",
        stipulation="2",
        row=None,
        whole=True,
        files=[kept_up(NUMBER)],
        counters=[
            {"claimed_by": "B"},
            {"claimed_by": "A", "value": 0.0, "period_start": NOON + 48 * HOUR, "period_end": NOON + 48 * HOUR},
        ],
        as_of=NOON + 24 * HOUR,
        outcome="consistent",
        reason="kept_up",
        sentence=(
            "What clause 2 asks to be kept up (Posts on watch) is on record on 2 May 2031, 12:00 (UTC); nothing "
            "on record since says otherwise. It rests on what "
            "these state themselves: Second party."
        ),
    ),
    Case(
        why="Both said that it is kept up; since then one says that it is not: neither kept up nor lapsed.",
        stipulation="2",
        row=None,
        whole=True,
        files=[kept_up(NUMBER)],
        counters=[
            {"claimed_by": "A"},
            {"claimed_by": "B"},
            {"claimed_by": "B", "value": 0.0, "period_start": NOON + 48 * HOUR, "period_end": NOON + 48 * HOUR},
        ],
        outcome="undetermined",
        reason="kept_up_contested",
        held="not_checked",
        sentence=(
            "What clause 2 asks to be kept up (Posts on watch) is on record up to 2 May 2031, 12:00 (UTC). "
            "Of the time since, it is "
            "reported by Second party alone that it is otherwise; nobody else has confirmed that yet."
        ),
    ),
    Case(
        why="Who owes it and a name that nobody knows are not two givers.",
        stipulation="2",
        row=None,
        whole=True,
        files=[COUNTED],
        counters=[{"claimed_by": "A"}, {"claimed_by": "some blog"}],
        outcome="undetermined",
        reason="number_claimed_alone",
        held="not_checked",
        sentence=(
            "Clause 2 requires at least 40 (Posts on watch). some blog alone reports 40; nobody else has "
            "confirmed it yet."
        ),
    ),
    Case(
        why="Who owes it says alone that it is kept up.",
        stipulation="2",
        row=None,
        whole=True,
        files=[kept_up(NUMBER)],
        counters=[{"claimed_by": "A"}],
        outcome="undetermined",
        reason="kept_up_claimed_alone",
        held="not_checked",
        sentence=(
            "That what clause 2 asks to be kept up (Posts on watch) was kept up is reported for "
            "2 May 2031, 12:00 (UTC) by First party alone; nobody else has confirmed it yet."
        ),
    ),
    Case(
        why="The one to whom it is owed says alone that it is not: the opposite report, and the opposite word.",
        stipulation="2",
        row=None,
        whole=True,
        files=[kept_up(NUMBER)],
        counters=[{"claimed_by": "B", "value": 0.0}],
        outcome="undetermined",
        reason="kept_up_claimed_alone",
        held="not_checked",
        sentence=(
            "That what clause 2 asks to be kept up (Posts on watch) was not kept up is reported for "
            "2 May 2031, 12:00 (UTC) by Second party alone; nobody else has confirmed it yet."
        ),
    ),
    Case(
        why="No record says nothing of whether it is kept up.",
        stipulation="2",
        row=None,
        whole=True,
        files=[kept_up('what = "presence"')],
        outcome="undetermined",
        reason="kept_up_not_shown",
        held="not_shown",
        sentence=(
            "Nothing on record shows that what clause 2 asks to be kept up (Presence) is. That says nothing "
            "of whether it "
            "is."
        ),
    ),
    Case(
        why="One incident shows, for its time and place, that passage was refused.",
        stipulation="2",
        row=pass_given(said("access_denied", CENTRE, "patrol", "saw"), kind="access_denied", kinds=["access_denied"]),
        files=[kept_up('what = "presence"\n  kinds = ["access_denied"]')],
        outcome="inconsistent",
        reason="shows_not_kept_up",
        sentence=("This shows that what clause 2 asks to be kept up was not, at that time and place: Access refused."),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.reason}" for number, case in enumerate(CASES)])
def test_what_is_said_and_why(case: Case) -> None:
    finding, watch = finding_of(case)
    told = reason_sentence(finding, SENTENCES, watch, words("en"))
    assert (finding.outcome, finding.reason, finding.held) == (case.outcome, case.reason, case.held), case.why
    assert told == case.sentence, case.why
    assert finding.reviewed is case.reviewed, case.why


def test_there_are_sixty_cases_and_each_has_its_reasoning() -> None:
    assert len(CASES) >= 60
    assert len({case.why for case in CASES}) == len(CASES)


def test_nothing_undetermined_is_without_its_word() -> None:
    for case in CASES:
        assert (case.held != "") == (case.outcome == "undetermined"), case.why


def test_no_sentence_names_who_did_it() -> None:
    for case in CASES:
        assert " fired" not in case.sentence, case.why
        assert "violat" not in case.sentence, case.why
