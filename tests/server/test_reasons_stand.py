"""*Undetermined* stands nowhere without its reason, and no page says in one place that others bear out what it says in
another rests on one side."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console as Terminal

from tests.conftest import each
from tests.server.conftest import client_of
from trucewatch.desks.incidents.output import show_list
from trucewatch.findings import SENTENCES
from trucewatch.locale import languages, words
from trucewatch.locale.reasons import recorded_reason, standing_words
from trucewatch.locale.terms import held_word, outcome_word
from trucewatch.model.incident import Finding
from trucewatch.model.outcomes import HELD, HELD_OF_REASON, OUTCOMES
from trucewatch.model.outcomes import held_word as held_of
from trucewatch.model.standing import KIND_ALONE, Standing, standings_of
from trucewatch.server.console import Console
from trucewatch.server.filters import read_chosen, show
from trucewatch.server.formatting import RUNGS, Telling
from trucewatch.terminal.output import show_incidents

SURE_RUNGS = ("assessed", "corroborated")


@pytest.fixture(params=["valleys", "karabakh"])
def console(request: pytest.FixtureRequest) -> Console:
    found: Console = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("language", languages())
def test_no_page_prints_the_bare_outcome(console: Console, language: str) -> None:
    client = client_of(console)
    bare = re.compile(rf">\s*{re.escape(outcome_word('undetermined', words(language)))}\s*<", re.IGNORECASE)
    held = [console.snapshot.codes[int(row)] for row in np.flatnonzero(console.snapshot.held_back >= 0)]
    paths = ["/watch", "/incidents", "/agreement", *(f"/incident/{code}" for code in held[:6])]
    paths += [f"/watch/card/{code}" for code in held[:6]]
    for path in each(paths):
        assert not bare.search(client.get(path, headers={"accept-language": language}).text), path


def test_an_incidents_word_is_that_of_its_worst_findings(console: Console) -> None:
    snapshot = console.snapshot
    findings = [finding for row in range(snapshot.rows) for finding in snapshot.findings_of(row)]
    told = standings_of(findings)
    for row, standing in each(zip(range(snapshot.rows), snapshot.standings(np.arange(snapshot.rows)), strict=True)):
        own = told.get(snapshot.ids[row], Standing("not_applicable"))
        assert (standing.outcome, standing.reason_word) == (own.outcome, own.reason_word)
        assert set(standing.who) == set(own.who)
        assert standing.kind_alone == own.kind_alone
        assert (standing.outcome == "undetermined") == bool(standing.reason_word)


def test_list_and_counts_choose_by_the_word(console: Console) -> None:
    snapshot = console.snapshot
    shown = show(snapshot, read_chosen([], snapshot))
    assert sum(shown.reason_counts) == shown.outcome_counts[OUTCOMES.index("undetermined")]
    for code, word in enumerate(HELD):
        only = show(snapshot, read_chosen([("reason", word)], snapshot))
        assert only.rows.tolist() == np.flatnonzero(snapshot.held_back == code).tolist()
        assert len(only.rows) == shown.reason_counts[code]
    both = show(snapshot, read_chosen([("reason", "at_edge"), ("outcome", "inconsistent")], snapshot))
    assert len(both.rows) == shown.outcome_counts[0] + shown.reason_counts[HELD.index("at_edge")]
    earlier = show(snapshot, read_chosen([("outcome", "undetermined")], snapshot))
    assert len(earlier.rows) == sum(shown.reason_counts), "an address of an earlier version still holds"


def test_the_tile_of_assessments_counts_what_is_held_back_apart(valleys: Console) -> None:
    snapshot = valleys.snapshot
    page = client_of(valleys).get("/watch").text
    back = int((snapshot.held_back >= 0).sum())
    assert back
    assert f"no assessment of {back}: " in page
    for code in np.unique(snapshot.held_back[snapshot.held_back >= 0]):
        assert f"{int((snapshot.held_back == code).sum())} {held_word(HELD[code], words('en'))}" in page


def contradictions(rung: str, findings: list[Finding], telling: Telling) -> list[str]:
    """The findings that one side alone says of what kind it was, where the rung says without limit that others do."""
    standing = standings_of(findings).get("i-1", Standing("not_applicable"))
    said = telling.rung(rung, standing)
    return [
        finding.reason
        for finding in findings
        if rung in SURE_RUNGS and finding.reason == KIND_ALONE and said == telling.rung(rung)
    ]


def test_no_incident_of_the_examples_is_borne_out_and_rests_on_one_voice(console: Console) -> None:
    snapshot = console.snapshot
    telling = Telling(words("en"), snapshot.watch.zone, snapshot.watch)
    standings = snapshot.standings(np.arange(snapshot.rows))
    for row, standing in each(enumerate(standings)):
        incident = snapshot.incident(row)
        if incident.rung in SURE_RUNGS:
            assert not incident.alone, incident.incident_id
            for finding in snapshot.findings_of(row):
                assert finding.reason != "claimed_alone", incident.incident_id
                sentence = recorded_reason(finding, SENTENCES, snapshot.watch, telling.words)
                lone = "alone reports this" in sentence or "only one side reports this" in sentence
                assert not lone, sentence
        assert (standing.kind_alone and incident.rung != "claimed") == (
            telling.rung(incident.rung, standing) != telling.rung(incident.rung)
        )


@given(
    rung=st.sampled_from(list(RUNGS)),
    reasons=st.lists(st.sampled_from([*HELD_OF_REASON, "in_zone", "outside"]), min_size=1, max_size=5),
)
def test_no_list_of_findings_makes_rung_and_reason_contradict(valleys: Console, rung: str, reasons: list[str]) -> None:
    telling = Telling(words("en"), valleys.snapshot.watch.zone, valleys.snapshot.watch)
    findings = [
        Finding(
            finding_id=f"f-{number}",
            incident_id="i-1",
            stipulation=f"{number}a",
            provision="1",
            instrument="x",
            rule="prohibited/1",
            outcome="undetermined" if reason in HELD_OF_REASON else "consistent",
            reason=reason,
            facts={"claimed_by": ["LV"]},
            due=None,
            evidence=(),
            simulated=True,
            held=held_of("undetermined", reason) if reason in HELD_OF_REASON else "",
        )
        for number, reason in enumerate(reasons)
    ]
    assert contradictions(rung, findings, telling) == []
    standing = standings_of(findings)["i-1"]
    assert bool(standing.reason_word) == (standing.outcome == "undetermined")
    assert standing.reason_word == "" or HELD.index(standing.reason_word) == min(
        HELD.index(finding.held) for finding in findings if finding.held
    )


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_lists_of_a_terminal_fit_it_and_never_cut_the_word(console: Console, width: int) -> None:
    """The word stands whole at the end of each line; where there is room with whose report it is."""
    snapshot = console.snapshot
    incidents = snapshot.incidents_at(np.arange(snapshot.rows)[::-1])
    findings = [finding for row in range(snapshot.rows) for finding in snapshot.findings_of(row)]
    told = standings_of(findings)
    codes = dict(zip(snapshot.ids, snapshot.codes, strict=True))
    for show_lines in (
        lambda out: show_incidents(out, snapshot.watch, incidents, findings, show_all=True),
        lambda out: show_list(out, snapshot.watch, incidents, (), findings, codes=codes, head="", waiting=0),
    ):
        sink = io.StringIO()
        show_lines(Terminal(file=sink, force_terminal=True, color_system=None, width=width, soft_wrap=True))
        lines = [line.rstrip() for line in sink.getvalue().splitlines()]
        assert max(len(line) for line in lines) <= width, max(lines, key=len)
        for incident in incidents:
            standing = told.get(incident.incident_id, Standing("not_applicable"))
            short = standing_words(standing, snapshot.watch, words("en"), says_who=False)
            whole = standing_words(standing, snapshot.watch, words("en"))
            assert any(line.endswith((short, whole)) for line in lines), short


def test_a_notice_of_both_sides_names_both_and_no_id(valleys: Console) -> None:
    snapshot, sentences = valleys.snapshot, set()
    for row in range(snapshot.rows):
        for finding in snapshot.findings_of(row):
            sentences.add(recorded_reason(finding, SENTENCES, snapshot.watch, words("en")))
    assert not [each for each in sentences if re.search(r"\b(UV|LV)\b", each)]
    assert any("by Lower Valley and Upper Valley is for something else" in each for each in sentences)
