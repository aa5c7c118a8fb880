"""An invented watch for the report tests: two valleys, two parties, one line, and incidents made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import pyarrow as pa
from shapely.geometry import LineString, Polygon, box

from tests.reports.invented_clauses import clauses
from trucewatch.findings import SENTENCES
from trucewatch.model.agreement import (
    Agreement,
    Deadline,
    Extension,
    InForce,
    Instrument,
    Party,
    Provision,
    Stipulation,
    Text,
)
from trucewatch.model.ids import incident_id, observation_id, short_id
from trucewatch.model.incident import CONTRIBUTION_SCHEMA, FINDING_SCHEMA, INCIDENT_SCHEMA
from trucewatch.model.observation import COUNTER_SCHEMA
from trucewatch.model.outcomes import held_word
from trucewatch.model.people import PEOPLE_NUMBERS
from trucewatch.model.recipient_key import RecipientKey
from trucewatch.model.report import Publication, RejectedCount, ReportInputs
from trucewatch.model.watch import Delegation, Recipient, SourceSetting, Watch, WatchFile
from trucewatch.model.zone import Basemap, Ground, Notice, Sensor, Town, Zone

SENSOR = "mic-kestrel-17"
SOURCE = "secret-listening-post"
OBSERVER_LON, OBSERVER_LAT = 20.913572, 45.271828

PUBLIC = Recipient(
    id="public",
    names={"en": "Public", "ru": "Для всех", "tr": "Kamuya açık"},
    delay_hours=24,
    place="zone",
    time="day",
    outcomes="gate",
)
"""A public that is told every assessment, so that the tests of what these may tell do not hold of nothing."""
EVERYONE = replace(PUBLIC, id="everyone", names={"en": "Everyone"}, outcomes="")
"""A public as it is without being asked for more: told what both delegations reviewed."""
CELLS = Recipient(
    id="aid",
    names={"en": "Aid bodies"},
    delay_hours=24,
    place="cell",
    cell_m=5000,
    time="hour",
    smallest_count=3,
    withheld_kinds=("weapon_present",),
)
OPEN_CELLS = Recipient(
    id="relief", names={"en": "Relief"}, delay_hours=0, place="cell", cell_m=5000, time="hour", smallest_count=1
)
CENTRE = Recipient(
    id="centre",
    names={"en": "Joint centre", "ru": "Совместный центр", "tr": "Ortak merkez"},
    delay_hours=0,
    place="exact",
    time="minute",
    smallest_count=1,
    text=True,
    drawn_lines=True,
)
ZONE_NAME = "Europe/Istanbul"


class InventedKeys(dict[str, RecipientKey]):
    """A key for whoever is asked for, always the same one."""

    def get(self, recipient: str, default: Any = None) -> RecipientKey:
        secret = sha256(f"invented key of {recipient}".encode()).digest()
        return RecipientKey(secret=secret, since=datetime(2031, 4, 30, tzinfo=UTC))


DAY = date(2031, 5, 10)


def invented_watch(*, simulated: bool = False) -> Watch:
    """Two regions west and east of a line, a corridor, three towns, one sensor that must never show."""
    west, east = box(20.0, 45.0, 20.5, 45.6), box(20.5, 45.0, 21.0, 45.6)
    corridor = box(20.30, 45.02, 20.36, 45.30)
    zones = (
        _zone("theatre", "area", {"en": "Two Valleys"}, box(19.9, 44.9, 21.1, 45.7), 0.0),
        _zone("west", "region", {"en": "West Valley", "ru": "Западная долина", "tr": "Batı Vadisi"}, west, 500.0),
        _zone("east", "region", {"en": "East Valley", "ru": "Восточная долина", "tr": "Doğu Vadisi"}, east, 500.0),
        _zone(
            "pass", "corridor", {"en": "Pass road", "ru": "Дорога через перевал", "tr": "Geçit yolu"}, corridor, 200.0
        ),
        _zone(
            "contact",
            "line",
            {"en": "line"},
            LineString([(20.5, 44.95), (20.46, 45.2), (20.54, 45.4), (20.5, 45.65)]),
            1500.0,
        ),
    )
    town_names: Sequence[tuple[str, dict[str, str], float, float, int]] = (
        ("ald", {"en": "Alder / Elin", "ru": "Алдер / Элин", "tr": "Alder / Elin"}, 20.28, 45.42, 1),
        ("bor", {"en": "Borin", "ru": "Борин", "tr": "Borin"}, 20.74, 45.28, 1),
        ("cor", {"en": "Cormel", "ru": "Кормель", "tr": "Cormel"}, 20.62, 45.5, 2),
        ("dov", {"en": "Dovra", "ru": "Довра", "tr": "Dovra"}, 20.33, 45.12, 2),
    )
    towns = tuple(Town(id=i, names=n, lon=lon, lat=lat, rank=rank) for i, n, lon, lat, rank in town_names)
    land = Polygon([(19.5, 44.5), (21.5, 44.5), (21.5, 46.0), (19.5, 46.0)])
    lake = Polygon([(20.05, 45.1), (20.15, 45.08), (20.18, 45.2), (20.08, 45.24)])
    basemap = Basemap(
        boundary_set={"en": "Invented boundaries, 2031"},
        credit={"en": "Drawn for tests"},
        ground=(
            Ground(kind="land", geometry=land, names={}),
            Ground(kind="water", geometry=lake, names={}),
            Ground(
                kind="boundary",
                geometry=LineString([(20.0, 44.6), (20.02, 45.3), (20.0, 45.9)]),
                names={},
                status="state",
            ),
            Ground(
                kind="boundary",
                geometry=LineString([(20.5, 44.6), (20.6, 45.3), (20.9, 45.9)]),
                names={},
                status="disputed",
            ),
        ),
        towns=towns,
    )
    return Watch(
        settings=WatchFile(
            schema=1,
            id="two-valleys",
            names={"en": "Two Valleys", "ru": "Две долины", "tr": "İki Vadi"},
            theatre={"en": "Two Valleys", "ru": "Две долины", "tr": "İki Vadi"},
            time_zone=ZONE_NAME,
            languages=("en", "ru", "tr"),
            area=(19.95, 44.95, 21.05, 45.65),
            delegation=(Delegation(id="N", names={"en": "North delegation"}),),
            source=(SourceSetting(id=SOURCE, adapter="observations", files=("inbox/*.csv",)),),
            recipient=(PUBLIC, CELLS, CENTRE),
            line="contact",
            simulated=simulated,
        ),
        agreement=_agreement(),
        zones=zones,
        basemap=basemap,
        sensors=(
            Sensor(id=SENSOR, means="acoustic", names={"en": SENSOR}, lon=OBSERVER_LON, lat=OBSERVER_LAT, range_m=7000),
        ),
        notices=(
            Notice(
                id="notice-118",
                who="Q",
                kinds=("explosion",),
                zone="",
                lon=OBSERVER_LON,
                lat=OBSERVER_LAT,
                radius_m=900.0,
                start=at(1),
                end=at(2),
                known_at=at(0),
                text="quarry",
                source="letter",
                row=2,
            ),
        ),
    )


def _zone(zone_id: str, kind: str, names: dict[str, str], geometry: Any, accuracy_m: float) -> Zone:
    return Zone(
        id=zone_id,
        kind=kind,
        names=names,
        geometry=geometry,
        provenance="invented",
        accuracy_m=accuracy_m,
        derived=True,
    )


def _agreement() -> Agreement:
    since = InForce(from_=datetime(2031, 4, 30, 21, tzinfo=UTC))
    due = Deadline(day=date(2031, 5, 15), bound="by", text="en-1", zone=ZONE_NAME)
    later = Extension(day=date(2031, 5, 25), form="oral", known_at=datetime(2031, 5, 14, tzinfo=UTC), source="said")
    fire = ("explosion", "shot", "burst", "projectile")
    return Agreement(
        schema=1,
        instrument=(Instrument(id="i", names={"en": "The agreement"}, signed=date(2031, 4, 30), source="invented"),),
        party=(
            Party(id="P", names={"en": "Pella", "ru": "Пелла", "tr": "Pella"}),
            Party(id="Q", names={"en": "Quorra", "ru": "Куорра", "tr": "Quorra"}),
        ),
        text=(
            Text(id="en-1", language="en", instrument="i", authoritative=True, known_at=at(-240), source="invented"),
        ),
        provision=(
            Provision(
                number="1",
                instrument="i",
                summary={"en": "Cease fire"},
                stipulation=(
                    Stipulation(
                        id="1a",
                        kind="prohibited",
                        summary={"en": "No fire anywhere"},
                        obliged=("P", "Q"),
                        in_force=since,
                        zone="theatre",
                        kinds=fire,
                        indications=("thermal_anomaly",),
                        unless=("notice",),
                    ),
                ),
            ),
            Provision(
                number="2",
                instrument="i",
                summary={"en": "Open the pass"},
                stipulation=(
                    Stipulation(
                        id="2",
                        kind="prohibited",
                        summary={"en": "No hindrance on the pass road"},
                        obliged=("P",),
                        in_force=since,
                        zone="pass",
                        kinds=("access_denied",),
                    ),
                ),
            ),
            Provision(
                number="3",
                instrument="i",
                summary={"en": "Withdraw"},
                stipulation=(
                    Stipulation(
                        id="3a",
                        kind="required",
                        summary={"en": "West Valley is handed over"},
                        obliged=("Q",),
                        in_force=since,
                        zone="west",
                        what="handover",
                        deadline=due,
                        extension=(later,),
                    ),
                ),
            ),
            Provision(
                number="4",
                instrument="i",
                summary={"en": "Talk"},
                stipulation=(
                    Stipulation(
                        id="4",
                        kind="judged",
                        summary={"en": "The parties act in good faith"},
                        obliged=("P", "Q"),
                        in_force=since,
                    ),
                ),
            ),
        ),
    )


def at(hours: float, day: date = DAY) -> datetime:
    """So many hours after the local midnight of the day (local time is UTC+3)."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3) + timedelta(hours=hours)


def people(giver: str, giver_kind: str = "party", **stated: Any) -> dict[str, Any]:
    """An entry of the column `people`."""
    empty = {"sensor": "", "means": "party", "day": DAY, "status": "not_stated", "perceived": "", "observations": []}
    return {"giver": giver, "giver_kind": giver_kind} | empty | dict.fromkeys(PEOPLE_NUMBERS) | stated


PEOPLE_OF_TWO: Final = [
    people("P", killed_best=2, injured_min=4, injured_best=5, injured_max=6),
    people("Village hospital", "body", killed_best=3, status="civilian"),
    people(SOURCE, "source", sensor=SENSOR, means="patrol", killed_min=1, perceived="saw"),
]
"""A party, a body and a patrol that do not say the same."""


def incident(
    key: str,
    *,
    hours: float = 12.0,
    kind: str = "explosion",
    lon: float | None = 20.7,
    lat: float | None = 45.3,
    day: date = DAY,
    known_after_hours: float = 1.0,
    **changes: Any,
) -> dict[str, Any]:
    """One row of the incident table; zones follow from the place."""
    member = observation_id("test", key)
    start = at(hours, day)
    zones = [] if lon is None else ["theatre", "west" if lon < 20.5 else "east"]
    if lon is not None and lat is not None and 20.30 < lon < 20.36 and 45.02 < lat < 45.30:
        zones.append("pass")
    row: dict[str, Any] = {
        "incident_id": incident_id(member),
        "members": [member],
        "sources": [SOURCE],
        "means": ["acoustic", "seismic"],
        "kind": kind,
        "kinds": [kind],
        "aspect": "undetermined",
        "occurred_start": start,
        "occurred_end": start + timedelta(minutes=5),
        "lon": lon,
        "lat": lat,
        "semi_major_m": 180.0,
        "semi_minor_m": 90.0,
        "major_azimuth_deg": 30.0,
        "count_min": 3,
        "count_best": 4,
        "count_max": 5,
        "people": [],
        "claimed_by": [],
        "claims_only": False,
        "testimony": [],
        "grave": [],
        "simulated": False,
        "first_known_at": start + timedelta(hours=known_after_hours),
        "last_known_at": start + timedelta(hours=known_after_hours),
        "known_at_assumed": False,
        "zones": zones,
        "zones_at_edge": [],
        "line_distance_m": 4200.0,
        "text": f"heard by {SENSOR}: salvo",
        "rung": "recorded",
        "alone": "",
        "classes": [],
        "class_probabilities": [],
        "acts": [],
        "count_by": ["acoustic 2"],
        "count_claims": [],
        "period": "",
    }
    return row | changes


def finding(
    subject: str, stipulation: str, outcome: str, reason: str, *, rule: str = "prohibited/2", **changes: Any
) -> dict[str, Any]:
    """One row of the finding table. `subject` is an incident's id, or empty for a deadline."""
    facts = changes.pop("facts", {})
    return {
        "finding_id": short_id("f", subject or stipulation, stipulation, rule),
        "incident_id": subject,
        "stipulation": stipulation,
        "provision": stipulation[0],
        "instrument": "i",
        "rule": rule,
        "outcome": outcome,
        "reason": reason,
        "facts": json.dumps(facts),
        "due": None,
        "evidence": ["o-secretevidence"],
        "simulated": False,
        "held": held_word(outcome, reason),
        "reviewed": False,
    } | changes


def inputs_of(
    incidents: Iterable[dict[str, Any]] = (),
    findings: Iterable[dict[str, Any]] = (),
    *,
    counters: Iterable[dict[str, Any]] = (),
    as_of: datetime | None = None,
    earlier: tuple[Publication, ...] = (),
    rejected: tuple[RejectedCount, ...] = (),
    watch: Watch | None = None,
    contributions: Iterable[dict[str, Any]] = (),
) -> ReportInputs:
    """Inputs as known at `as_of`: what became known later is not in the tables."""
    cut = as_of or at(24 * 5)
    known = [row for row in incidents if row["first_known_at"] <= cut]
    ids = {row["incident_id"] for row in known} | {""}
    return ReportInputs(
        watch=watch or invented_watch(),
        incidents=pa.Table.from_pylist(known, INCIDENT_SCHEMA),
        findings=pa.Table.from_pylist([row for row in findings if row["incident_id"] in ids], FINDING_SCHEMA),
        reason_sentences=SENTENCES,
        counters=pa.Table.from_pylist(list(counters), COUNTER_SCHEMA),
        rejected=rejected,
        as_of=cut,
        earlier=earlier,
        contributions=pa.Table.from_pylist(
            [row for row in contributions if row["incident_id"] in ids], CONTRIBUTION_SCHEMA
        ),
        recipient_keys=InventedKeys(),
        implementation=clauses,
    )


def contribution(
    row: Mapping[str, Any],
    means: str,
    place: float | None,
    kind: float | None,
    confidence: float | None,
    order: int | None = None,
) -> dict[str, Any]:
    """What one report of these means added to an incident; without an order as lists of earlier versions have it."""
    return {
        "incident_id": row["incident_id"],
        "observation_id": "o-secretevidence",
        "means": means,
        "place": place,
        "kind": kind,
        "confidence": confidence,
        "order": order,
    }


def counter(name: str, value: float, *, span: str = "day", **changes: Any) -> dict[str, Any]:
    """One row of the counter table."""
    return {
        "counter_id": short_id("c", name, span),
        "source": "bulletin",
        "name": name,
        "span": span,
        "zone": "",
        "period_start": at(0),
        "period_end": at(24) if span == "day" else at(20),
        "value": value,
        "qualifier": "exactly",
        "unit": "people",
        "claimed_by": "Relief office",
        "simulated": False,
        "known_at": at(22),
        "received_at": None,
        "evidence_sha256": "0" * 64,
        "evidence_row": 3,
        "text": "the office's own words",
    } | changes


def busy_day() -> ReportInputs:
    """A day like that of the design's pictures: every outcome, several kinds, one late, one simulated, one without
    place."""
    acts = [
        (
            "a",
            "explosion",
            14.03,
            20.70,
            45.31,
            "inconsistent",
            "prohibited_act",
            {"kind": "explosion", "zone": "theatre"},
            {},
        ),
        (
            "b",
            "shot",
            6.7,
            20.52,
            45.45,
            "inconsistent",
            "prohibited_act",
            {"kind": "shot", "zone": "theatre"},
            {
                "count_min": 8,
                "count_best": 10,
                "count_max": 12,
                "count_by": ["centre", "acoustic 2", "patrol 1"],
                "count_claims": ["/7/ :public", "/21/ Q"],
                "claimed_by": ["Q"],
            },
        ),
        (
            "c",
            "burst",
            11.1,
            20.58,
            45.21,
            "undetermined",
            "claimed_alone",
            {"claimed_by": "P"},
            {
                "claimed_by": ["P"],
                "claims_only": True,
                "means": ["party"],
                "count_min": None,
                "count_best": None,
                "count_max": None,
                "count_by": [],
                "count_claims": ["/2/ P"],
            },
        ),
        (
            "d",
            "explosion",
            14.5,
            20.78,
            45.40,
            "consistent",
            "notice_covers",
            {"notice": "notice-118", "who": "Q", "known_at": "2031-05-08T09:00:00Z"},
            {"aspect": "controlled", "count_min": 1, "count_best": 1, "count_max": 1},
        ),
        (
            "e",
            "thermal_anomaly",
            13.9,
            20.9,
            45.10,
            "undetermined",
            "indication_only",
            {"kind": "thermal_anomaly"},
            {
                "means": ["satellite"],
                "semi_major_m": 900.0,
                "semi_minor_m": 500.0,
                "count_min": None,
                "count_best": 2,
                "count_max": None,
                "count_by": ["satellite 1"],
            },
        ),
        ("f", "overflight", 16.0, 20.60, 45.33, None, "", {}, {"count_min": None, "count_best": 1, "count_max": None}),
        (
            "g",
            "access_denied",
            15.2,
            20.33,
            45.2,
            "inconsistent",
            "prohibited_act",
            {"kind": "access_denied", "zone": "pass"},
            {"count_min": None, "count_best": None, "count_max": None},
        ),
        (
            "h",
            "harm",
            9.5,
            20.25,
            45.38,
            None,
            "",
            {},
            {"people": PEOPLE_OF_TWO, "count_min": None, "count_best": None, "count_max": None},
        ),
        (
            "i",
            "jamming",
            7.9,
            20.4,
            45.5,
            None,
            "",
            {},
            {"semi_major_m": 2100.0, "semi_minor_m": 1700.0, "count_min": None, "count_best": None, "count_max": None},
        ),
        ("j", "line_crossing", 10.3, 20.47, 45.25, None, "", {}, {"count_min": 2, "count_best": 2, "count_max": 2}),
        ("k", "shot", 17.3, None, None, "undetermined", "no_place", {"zone": "theatre"}, {"claimed_by": ["Q"]}),
        ("l", "flare", 16.8, 20.40, 45.33, None, "", {}, {"first_known_at": at(40)}),
        (
            "m",
            "explosion",
            18.0,
            20.8,
            45.2,
            "undetermined",
            "prohibited_act",
            {"kind": "explosion", "zone": "theatre"},
            {"simulated": True},
        ),
    ]
    rows, findings, added = [], [], []
    for key, kind, hours, lon, lat, outcome, reason, facts, changes in acts:
        row = incident(key, hours=hours, kind=kind, lon=lon, lat=lat, **changes)
        rows.append(row)
        if len(row["means"]) > 1:
            added += [contribution(row, "acoustic", 0.9, 0.02, 0.0), contribution(row, "seismic", 0.3, 0.06, 0.0)]
        if outcome:
            clause = "2" if kind == "access_denied" else "1a"
            findings.append(
                finding(row["incident_id"], clause, outcome, reason, facts=facts, simulated=row["simulated"])
            )
    for back in range(1, 13):
        for number in range((back * 5) % 7):
            rows.append(
                incident(
                    f"old-{back}-{number}", day=DAY - timedelta(days=back), lon=20.6 + number / 50, hours=4 + number
                )
            )
    findings += [
        finding(
            "",
            "3a",
            "not_applicable",
            "not_due",
            rule="required/2",
            due=datetime(2031, 5, 15, 21, tzinfo=UTC),
            facts={"what": "handover", "due": "2031-05-15T21:00:00Z", "extension": "0"},
        ),
        finding("", "4", "undetermined", "not_put", rule="judged/2"),
    ]
    counters = [
        counter("returnees", 846),
        counter("returnees", 26000, span="cumulative", qualifier="more_than"),
        counter("hectares_cleared", 34, span="cumulative", unit="ha", qualifier="more_than"),
    ]
    return inputs_of(
        rows,
        findings,
        counters=counters,
        contributions=added,
        rejected=(RejectedCount(source=SOURCE, file=f"inbox/{SENSOR}.csv", rejected=23, rows=1204),),
    )
