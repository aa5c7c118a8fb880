"""What heads let out to others, and what is objected to that, is in no byte of the site of who was not told it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa

from tests.builders import copy_of
from tests.conftest import each
from tests.desks.publishing.test_site_of_reports import bytes_of, key_of_the_log
from tests.reports.invented import DAY, at, incident, inputs_of
from trucewatch.desks import indexes
from trucewatch.model.ids import sha256_of
from trucewatch.model.incident import INCIDENT_SCHEMA, Incident, incident_rows
from trucewatch.model.report import ReportInputs
from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.pipeline.deciding_release import Wanted, decision_named, propose_decision
from trucewatch.pipeline.issue import issued_name
from trucewatch.pipeline.leaving_by_decision import let_out_at
from trucewatch.pipeline.objecting import object_in_writing
from trucewatch.pipeline.publishing_site import publish_site
from trucewatch.reports import render
from trucewatch.reports.daily_build import build_daily, publication_of
from trucewatch.store import Store
from trucewatch.store.assent_records import enter_assent
from trucewatch.store.publications import MadeFrom, publications, record_publication
from trucewatch.watch import load_watch

ROWS: Final = [incident(key, hours=12.0, day=DAY + timedelta(days=day)) for day, key in enumerate("ab")]


def decide(store: Store, watch: Watch, event: Incident, to: str, now: datetime) -> str:
    """Every head lets an event out to a recipient; the code of the decision."""
    wanted = Wanted(subject=event.incident_id, opens=("event",), to=(to,), reason="So.", place="zone", unit="day")
    entry = propose_decision(store, watch, wanted, event, by="a head", now=now)
    decision = decision_named(store, watch, f"D-{entry.record['number']}")
    for side in sorted(watch.delegation_ids):
        person = store.keys.person_reference(f"head of {side}")
        enter_assent(
            store, decision.assent_subject, person=person, side=side, role=Role.HEAD, now=now, of=decision.digest
        )
    return decision.code


def object_to(store: Store, watch: Watch, code: str, now: datetime) -> None:
    object_in_writing(
        store,
        watch,
        about=code,
        party=sorted(watch.agreement.bound_ids)[0],
        language="en",
        words=f"We read it otherwise, of {now.date()}.",
        in_print=True,
        told_at=now,
        by="a liaison",
        now=now,
    )


def inputs_at(store: Store, watch: Watch, now: datetime) -> ReportInputs:
    let_out, objections = let_out_at(store, watch, now)
    plain = inputs_of(ROWS, as_of=now, watch=watch, earlier=publications(store))
    return replace(plain, let_out=let_out, objections=objections)


def issue(store: Store, watch: Watch, day: int, now: datetime) -> bytes:
    """The public's report of a day, issued; all of its bytes."""
    recipient = watch.recipient("public")
    assert recipient is not None
    inputs = inputs_at(store, watch, now)
    first = DAY + timedelta(days=day)
    told = build_daily(inputs, recipient=recipient, day_from=first, day_until=first + timedelta(days=1))
    files: dict[tuple[str, str], bytes] = {
        (name, "en"): render(told, format=name, language="en") for name in ("html", "csv", "geojson")
    }
    for (name, language), content in files.items():
        store.write_out(issued_name(told.number, told.revision, language, name), content)
    record_publication(
        store,
        publication_of(told),
        {which: sha256_of(content) for which, content in files.items()},
        MadeFrom(program="0", list_entry=-1, by="p-x"),
    )
    return b"".join(files.values())


def site_of(tmp_path: Path, with_others: bool, events: Sequence[Incident]) -> tuple[dict[str, bytes], list[bytes]]:
    """The public's site and reports of two days, each with a decision and an objection. with_others: where on each day
    another decision, with an objection of its own, is for the joint centre."""
    folder, site = copy_of("two-valleys", tmp_path / f"watch {with_others}"), tmp_path / f"site {with_others}"
    moments = (at(500.0) + timedelta(seconds=tick) for tick in range(100_000))
    reports = []
    with Store(folder, moments.__next__, desks=indexes()) as store:
        watch = load_watch(folder)
        watch = replace(watch, settings=replace(watch.settings, simulated=False))
        key_of_the_log(store)
        for day, event in enumerate(events):
            now = at(18.0, DAY + timedelta(days=day))
            if with_others:
                object_to(store, watch, decide(store, watch, event, "joint-centre", now), now)
            late = now + timedelta(hours=1)
            object_to(store, watch, decide(store, watch, event, "public", late), late)
            reports.append(issue(store, watch, day, late + timedelta(hours=1)))
            publish_site(store, folder, watch, recipient="public", out=site, now=at(500.0), languages=("en",))
    return bytes_of(site), reports


def test_two_watches_that_differ_in_what_was_let_out_to_others_publish_the_same_bytes(tmp_path: Path) -> None:
    events = incident_rows(pa.Table.from_pylist(ROWS, INCIDENT_SCHEMA))
    sites, reports = zip(*(site_of(tmp_path, with_others, events) for with_others in (False, True)), strict=True)
    for number, content in each(list(enumerate(reports[True], 1))):
        for code, of_centre in ((f"D-{number}", f"D-{2 * number}"), (f"OB-{number}", f"OB-{2 * number}")):
            assert code.encode() in content
            assert of_centre.encode() not in content
    assert sites[0] == sites[1]
