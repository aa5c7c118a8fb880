"""Issues put on record without a list: what a site is made of, quickly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from trucewatch.model.ids import sha256_of
from trucewatch.model.report import EditorsNote, IssuedRow, Publication
from trucewatch.pipeline.issue import issued_name
from trucewatch.store import Store
from trucewatch.store.publications import MadeFrom, record_publication

DAY = date(2031, 5, 1)
NOW = datetime(2032, 5, 2, tzinfo=UTC)
FILES = (("html", "en"), ("html", "ru"), ("csv", "en"))


def row(number: int = 1) -> IssuedRow:
    return IssuedRow(
        incident_id=f"i-{number}",
        number=number,
        kind="explosion",
        outcome="",
        place="zone:north",
        radius_m=None,
        time="2031-05-01",
        simulated=False,
    )


def issue_by_hand(
    store: Store,
    recipient: str = "public",
    *,
    day: date = DAY,
    revision: int = 1,
    files: Sequence[tuple[str, str]] = FILES,
    note: str = "",
    keeps: bool = True,
    withheld: int = 0,
) -> Publication:
    """One issue on record, its files below `out/`. withheld: rows of it that nobody was shown."""
    issue = Publication(
        number=f"watch/{day.isoformat()}/{recipient}",
        revision=revision,
        kind="daily",
        recipient=recipient,
        day_from=day,
        day_until=day + timedelta(days=1),
        cut_off=NOW,
        rows=(row(revision), *(replace(row(0), incident_id=f"i-x{at}", simulated=True) for at in range(withheld))),
        notes=(EditorsNote(section="summary", language="en", text=note),) if note else (),
    )
    products = {which: f"{recipient} {day} r{revision} {which[0]} {which[1]}\n".encode() * 20 for which in files}
    if keeps:
        for (name, language), content in products.items():
            store.write_out(issued_name(issue.number, revision, language, name), content)
    record_publication(
        store,
        issue,
        {which: sha256_of(content) for which, content in products.items()},
        MadeFrom(program="0", list_entry=-1, by="p-x"),
    )
    return issue
