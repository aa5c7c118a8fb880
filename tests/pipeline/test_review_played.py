"""The invented review of the example: every state of a finding, by real keys, entered once; fair to both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyrage import x25519

from tests.builders import copy_of
from tests.conftest import ROOT, each
from tests.ledger.small_log import run
from tests.pipeline.test_review_states import every_byte, inside_base64
from tests.server.conftest import client_of
from trucewatch.cli.play_night import night_of, play, reviewers_first
from trucewatch.cli.play_review import FILE, ReviewPlayer, review_of
from trucewatch.cli.published_keys import hand_of, write_test_keys
from trucewatch.desks import find, indexes
from trucewatch.ledger.keyfile import read_key
from trucewatch.model.review import Case
from trucewatch.model.times import read_time
from trucewatch.pipeline import assess
from trucewatch.pipeline.agreed_wording import compared, wording_standing
from trucewatch.pipeline.deciding_release import decisions
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.server.console import Console
from trucewatch.simulate.review_night import ReviewAct, read_review
from trucewatch.store import Store
from trucewatch.store.decision_records import kept_objections
from trucewatch.watch import load_watch

LEAST = 3
"""Findings that are shown in each state."""
DELEGATIONS = ("NI", "SI")
QUESTIONS = ("happened", "what", "where_when")


@dataclass
class Played:
    folder: Path
    store: Store
    player: ReviewPlayer

    @property
    def book(self) -> ReviewBook:
        moment = self.player.watch.settings.watch_time
        assert moment is not None
        return ReviewBook(self.store, self.player.watch, moment)

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.book.cases()


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened(folder: Path) -> Iterator[Played]:
    night, review = night_of(folder), review_of(folder)
    assert night is not None
    assert review is not None
    with Store(folder, now, desks=indexes()) as store:
        watch = load_watch(folder)
        player = ReviewPlayer(store, watch, night, review, now, lambda: assess(store, folder, now=now()))
        yield Played(folder, store, player)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its review and its night; the review was stopped half-way, and begun again."""
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("review"))
    with opened(folder) as half:
        whole = half.player.review
        half.player.review = replace(whole, act=whole.act[:40])
        assert half.player.play() > 40
    with opened(folder) as rest:
        assert rest.player.play() > 40
        play(rest.store, rest.player.watch, rest.player.night)
        assert rest.player.play_late() == 1
    return folder


@pytest.fixture(scope="module")
def played(folder: Path) -> Iterator[Played]:
    with opened(folder) as played:
        yield played


def standing(case: Case) -> str:
    """What the example shows a case as."""
    if case.step == "blind":
        return "sealed by one" if case.sealed else "awaited"
    return "discussed" if case.step == "open" else case.state


def test_every_state_is_shown_by_three_findings(played: Played) -> None:
    shown = Counter(standing(case) for case in played.cases if not case.is_of_who)
    states = ("awaited", "sealed by one", "discussed", "agreed", "agreed_in_part", "not_agreed", "withheld")
    assert {state: shown[state] for state in (*states, "closed_unreviewed") if shown[state] < LEAST} == {}
    sealed = {name for case in played.cases for name, how in case.standings.items() if how == "sealed"}
    assert sealed == set(DELEGATIONS), "each waits for the other somewhere"
    for case in each([case for case in played.cases if standing(case) == "discussed"]):
        assert played.book.discussion(case)


def test_played_again_it_enters_nothing(played: Played) -> None:
    entries = len(played.store.journal)
    with_again = replace_player(played)
    assert (with_again.play(), with_again.play_late()) == (0, 0)
    assert len(played.store.journal) == entries


def replace_player(played: Played) -> ReviewPlayer:
    old = played.player
    return ReviewPlayer(played.store, old.watch, old.night, old.review, now, old.assess)


def test_the_inspector_finds_it_whole(folder: Path) -> None:
    code, document = run(folder, now=10**11)
    assert (code, document["problems"]) == (0, [])
    assert any("positions of delegations were compared" in remark for remark in document["remarks"])


def test_what_is_sealed_can_be_read_in_no_file_of_the_store(played: Played) -> None:
    sealed = {case.code for case in played.cases if case.sealed}
    words = [
        word
        for act in played.player.review.act
        if act.do == "seal" and sealed & {played.player._case(key, now()).code for key in act.on}
        for word in (*act.versions.values(), *act.reasons.values())
    ]
    assert len(words) >= len(DELEGATIONS)
    held = every_byte(played.folder / ".trucewatch")
    opened_words = [act.says for act in played.player.review.act if act.do == "speak"]
    assert any(word.encode() in held for word in opened_words), "what was said in the open is found"
    for word in each(words):
        assert word.encode() not in held
        assert not any(part in held for part in inside_base64(word))


def test_about_as_many_dissents_are_each_delegations(played: Played) -> None:
    sides = {person.key: person.side for person in played.player.night.person}
    dissents = Counter(
        sides[act.by]
        for act in played.player.review.act
        for question in QUESTIONS
        if act.do in ("seal", "give") and getattr(act, question) == "dissent"
    )
    assert set(dissents) == set(DELEGATIONS)
    assert abs(dissents["NI"] - dissents["SI"]) <= 1
    withheld = Counter(name for case in played.cases for name, how in case.standings.items() if how == "withheld")
    assert withheld["NI"] == withheld["SI"]


def test_nothing_was_put_before_all_of_it_was_known(played: Played) -> None:
    for case in each(played.cases):
        assert read_time(str(case.put["last_known_at"])) <= case.put_at, case.code


def test_what_one_party_alone_said_is_said_where_both_delegations_agree(played: Played) -> None:
    assessment = played.player.assess()
    rungs = dict(zip(*(assessment.incidents[name].to_pylist() for name in ("incident_id", "rung")), strict=True))
    before = {row["finding_id"]: row for row in assessment.recorded_findings.to_pylist()}
    told = [
        row
        for row in assessment.findings.to_pylist()
        if before[row["finding_id"]]["reason"] == "claimed_alone" and row["outcome"] != "undetermined"
    ]
    assert [row["outcome"] for row in told] == ["inconsistent"]
    assert rungs[told[0]["incident_id"]] == "verified"
    moved = [
        row["finding_id"]
        for row in assessment.findings.to_pylist()
        if row["outcome"] != before[row["finding_id"]]["outcome"]
    ]
    assert moved == [told[0]["finding_id"]], "all else that was agreed was said before"


def test_late_evidence_put_one_finding_once_more_and_the_old_case_stands(played: Played) -> None:
    (late,) = [case for case in played.cases if case.why == "late_evidence"]
    before = played.book.case(late.before)
    assert before.state == "not_agreed"
    assert (before.put["outcome"], late.put["outcome"]) == ("undetermined", "inconsistent")
    assert standing(late) == "awaited"


def test_a_list_was_signed_as_one_act_by_each(played: Played) -> None:
    commitments = [commit for case in played.cases for commit in played.book.commits(case)]
    rows = Counter(
        (commit.sealed.delegation, entry.record["list"])
        for commit in commitments
        for entry in played.store.journal.entries_at(iter([commit.sealed.entry]))
        if entry.record["list"]
    )
    assert sorted(side for side, _ in rows) == list(DELEGATIONS)
    assert set(rows.values()) == {3}


def test_words_attribution_decision_and_objection_are_shown(played: Played) -> None:
    first = played.cases[0]
    agreed = wording_standing(played.store, first)
    assert agreed.is_agreed
    assert agreed.latest is not None
    assert set(agreed.latest.texts) == {"en", "ru", "tr"}
    assert compared(played.store, played.player.watch, first, agreed.latest).differences == ()
    (of_who,) = [case for case in played.cases if case.is_of_who]
    assert of_who.outcome is not None
    assert (of_who.state, of_who.outcome.attributed_to) == ("agreed", "")
    (decision,) = decisions(played.store, played.player.watch)
    assert decision.is_agreed
    assert decision.subject == first.code
    (objection,) = kept_objections(played.store)
    assert (objection.about, objection.party) == (decision.code, "LV")


def test_the_files_of_the_test_keys_are_those_in_force(played: Played, tmp_path: Path) -> None:
    player = played.player
    for _ in range(2):
        write_test_keys(tmp_path / "keys", player.night, player.review, player.key_codes())
    in_force = {key.opens: key.signs for name in DELEGATIONS for key in played.book.keys_in_force(name)}
    assert len(in_force) == len(
        list((tmp_path / "keys").glob("*-opens.key")) + list((tmp_path / "keys").glob("*-rec*"))
    )
    for key in each(player.review.keys.people):
        hand = hand_of(player.night, key)
        secret = read_key(tmp_path / "keys" / f"{hand.login}-signs.key", None)
        text = (tmp_path / "keys" / f"{hand.login}-opens.key").read_text("ascii")
        opens = x25519.Identity.from_str(text.splitlines()[-1]).to_public()
        assert in_force[str(opens)] == str(hand.signs.public)
        assert secret.public.raw == hand.signs.public.raw
    told = (tmp_path / "keys" / "README.md").read_text("utf-8")
    assert "never to be used" in told
    assert all(code in told for code in player.key_codes().values())


def test_without_accounts_the_pages_are_read_and_say_that_two_keys_need_some(played: Played) -> None:
    console = Console(played.store, played.folder, now, find())
    browser = client_of(console)
    try:
        for case in each(played.cases):
            answer = browser.get(f"/review/{case.code}")
            assert answer.status_code == 200, case.code
            assert ("Two keys need two people" in answer.text) == (case.step != "closed"), case.code
        for path in ("/review", "/review/keys", "/review/put", "/decisions", "/decisions/D-1"):
            assert browser.get(path).status_code == 200, path
    finally:
        console.close()


def test_those_who_review_are_named_first(played: Played) -> None:
    night = played.player.night
    links = [(person.login, person.role, "address") for person in night.person]
    rows = reviewers_first(links, played.player.watch, night)
    assert [(side, role) for side, _, role, _ in rows[:4]] == [
        (side, role) for side in DELEGATIONS for role in ("head", "officer")
    ]
    assert len(rows) == len(links)


def test_acts_out_of_their_order_are_refused() -> None:
    text = (ROOT / "examples/two-valleys" / FILE).read_text("utf-8")
    review = read_review(text)
    assert review.act
    early = str((review.keys.at - timedelta(hours=1)).isoformat())
    with pytest.raises(ValueError, match="stands after what came later"):
        read_review(text.replace(review.act[3].at.isoformat(), early, 1))


def test_several_cases_of_an_act_lie_a_second_apart_and_a_list_does_not() -> None:
    at = datetime(2031, 5, 2, tzinfo=UTC)
    act = ReviewAct(at=at, by="officer-ni", do="open", on=("a", "b"))
    assert list(act.moments()) == [(at, ("a",)), (at + timedelta(seconds=1), ("b",))]
    assert list(replace(act, do="seal").moments()) == [(at, ("a", "b"))]
