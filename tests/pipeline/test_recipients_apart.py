"""Drafts of recipients are made apart from one another: what goes wrong with one is named, and the others are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.reports.invented import CENTRE, DAY, PUBLIC, busy_day
from trucewatch.model.watch import Recipient
from trucewatch.pipeline import recipients_apart
from trucewatch.pipeline.recipients_apart import Drafts, drafts_of_all

BROKEN = replace(CENTRE, id="broken", time="fortnight")  # type: ignore[arg-type] - a rule that no reader lets in
TWO = ("en", "tr")


def made(*recipients: Recipient, **how: Any) -> dict[str, Drafts]:
    inputs = busy_day()
    settings = replace(inputs.watch.settings, recipient=recipients)
    inputs = replace(inputs, watch=replace(inputs.watch, settings=settings))
    assessment: Any = SimpleNamespace(watch=inputs.watch, report_inputs=lambda: inputs)
    every = drafts_of_all(
        assessment, day_from=DAY, day_until=DAY + timedelta(days=1), languages=TWO, formats=("html", "csv"), **how
    )
    listed = list(every)
    assert [each.recipient for each in listed] == [recipient.id for recipient in recipients]
    return {each.recipient: each for each in listed}


@pytest.mark.parametrize("apart_from", [0, 10_000], ids=["processes", "one process"])
def test_one_that_fails_is_named_and_the_others_are_written(apart_from: int) -> None:
    got = made(BROKEN, CENTRE, PUBLIC, apart_from=apart_from)
    assert got["broken"].fault is not None
    assert not got["broken"].products
    for name in ("centre", "public"):
        assert got[name].fault is None
        assert set(got[name].products) == {(kind, language) for kind in ("html", "csv") for language in TWO}


def test_in_processes_of_their_own_the_bytes_are_the_same() -> None:
    assert made(CENTRE, PUBLIC, apart_from=0) == made(CENTRE, PUBLIC, apart_from=10_000)


def test_one_that_takes_too_long_is_ended_and_named() -> None:
    got = made(CENTRE, PUBLIC, apart_from=0, longest_s=0.0)
    assert all("longer than" in str(each.fault) for each in got.values())


def test_a_language_is_finished_before_the_next_so_that_its_formats_share_their_facts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from trucewatch.reports import facts

    worked_out: list[str] = []
    incident_facts = facts.incident_facts

    def counted(row: Any, report: Any, words: Any) -> Any:
        worked_out.append(words.language)
        return incident_facts(row, report, words)

    monkeypatch.setattr(facts, "incident_facts", counted)
    inputs = busy_day()
    report = recipients_apart.build_daily(inputs, recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    recipients_apart.render_all(report, formats=("csv", "geojson", "xlsx", "gpkg", "kml"), languages=TWO)
    assert len(worked_out) == len(report.rows) * len(TWO)
