"""A term that is counted from a meeting: from when on the watch knows of it, over all that it took."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from tests.conftest import ROOT
from trucewatch.findings.applicability import Case
from trucewatch.watch import load_watch

KNOWN = datetime(2021, 1, 30, 20, 59, 59, tzinfo=UTC)


def at(moment: datetime, **changes: Any) -> Case:
    watch = replace(load_watch(ROOT / "examples" / "karabakh-2020"), **changes)
    return cast("Case", SimpleNamespace(watch=watch, as_of=moment, known=moment))


def test_a_term_is_counted_from_a_meeting_that_is_known() -> None:
    met = Case.when(at(KNOWN), "meeting:working-group-1")
    assert met is not None
    assert met.earliest == datetime(2021, 1, 29, 21, tzinfo=UTC)
    assert Case.when(at(KNOWN - timedelta(seconds=1)), "meeting:working-group-1") is None
    assert Case.when(at(KNOWN), "meeting:M-1") is None
    assert Case.when(at(KNOWN, meetings=()), "meeting:working-group-1") is None
