"""A term that is counted from a meeting: from when on the watch knows of it, over all that it took."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from tests.conftest import ROOT
from trucewatch.findings.applicability import Case
from trucewatch.locale import words
from trucewatch.locale.reasons import after_words
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


def test_what_a_term_is_counted_from_is_named_by_the_meeting() -> None:
    watch = load_watch(ROOT / "examples" / "karabakh-2020")
    (named,) = (meeting.names["en"] for meeting in watch.meetings if meeting.id == "working-group-1")
    assert after_words("meeting:working-group-1", watch, words("en")) == named
    assert after_words("meeting:M-3", watch, words("en")) == "meeting M-3", "its name would be typed words"
    assert after_words("6a", watch, words("en")) == "when clause 6a was met"
