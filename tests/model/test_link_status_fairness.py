"""What no one voice can do by the rule of a link's status, whoever speaks last, most often or for a time only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from tests.conftest import each
from trucewatch.model.agreement import Agreement
from trucewatch.model.link_statements import NOT_KNOWN, STATUSES, StatusStatement
from trucewatch.model.link_status import LinkStatus, status_on, voice_of

ZONE: Final = ZoneInfo("Etc/GMT-4")
START: Final = date(2031, 5, 1)
DAYS: Final = 12
OTHERS: Final = ("court", "press", "guard", "")
BODIES: Final = (("ministry-a", "A"), ("ministry-b", "B"), ("guard", "G"), ("court", ""))
AGREEMENT: Final = cast(
    Agreement,
    SimpleNamespace(bound_ids=("A", "B"), body=[SimpleNamespace(id=body, counts_with=party) for body, party in BODIES]),
)


def random_statement(random: Random, by: str) -> StatusStatement:
    since = START + timedelta(days=random.randrange(DAYS))
    known = datetime(since.year, since.month, since.day, random.randrange(24), tzinfo=UTC)
    until = since + timedelta(days=random.randrange(1, DAYS)) if random.random() < 0.3 else None
    return StatusStatement(
        status=random.choice(STATUSES),
        since=since if random.random() < 0.8 else None,
        until=until,
        by=by,
        source=f"paper {random.randrange(3)}",
        known_at=known + timedelta(days=random.randrange(3)),
    )


def random_cases(count: int, speakers: Sequence[str]) -> Iterator[tuple[Random, list[StatusStatement], date]]:
    for seed in range(count):
        random = Random(seed)
        statements = [random_statement(random, random.choice(speakers)) for _ in range(random.randrange(1, 7))]
        yield random, statements, START + timedelta(days=random.randrange(DAYS + 6))


def stands(statements: Sequence[StatusStatement], day: date) -> LinkStatus:
    known_by = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
    return status_on(statements, day, known_by, agreement=AGREEMENT, zone=ZONE)


EVERYBODY: Final = ("A", "B", "ministry-a", "ministry-b", *OTHERS)


def test_what_holds_of_one_side_holds_of_the_other() -> None:
    swapped = {"A": "B", "B": "A", "ministry-a": "ministry-b", "ministry-b": "ministry-a"}
    for _, statements, day in each(random_cases(600, EVERYBODY)):
        mirrored = [replace(row, by=swapped.get(row.by, row.by)) for row in statements]
        own, other = stands(statements, day), stands(mirrored, day)
        assert (own.status, own.why) == (other.status, other.why)


def test_a_status_is_never_another_than_a_bound_party_says_whose_word_stands() -> None:
    heard = 0
    for _, statements, day in random_cases(1500, EVERYBODY):
        standing = stands(statements, day)
        for party in ("A", "B"):
            own = stands([row for row in statements if voice_of(row, AGREEMENT) == party], day)
            if own.why == "stated":
                heard += 1
                assert standing.status in (own.status, NOT_KNOWN)
    assert heard > 300


def test_by_speaking_last_one_side_changes_the_others_word_to_not_known_at_most() -> None:
    for random, statements, day in each(random_cases(600, ("A", "ministry-a", *OTHERS))):
        before = stands(statements, day)
        own = stands([row for row in statements if voice_of(row, AGREEMENT) == "A"], day)
        after = stands([*statements, random_statement(random, "ministry-b")], day)
        if own.why == "stated" and before.status == own.status:
            assert after.status in (own.status, NOT_KNOWN)


def test_a_second_body_of_a_side_adds_no_voice() -> None:
    for _, statements, day in each(random_cases(600, ("A", "B", *OTHERS))):
        again = [replace(row, by={"A": "ministry-a", "B": "ministry-b"}.get(row.by, row.by)) for row in statements]
        both = [*statements, *again]
        assert (stands(both, day).status, stands(both, day).why) == (
            stands(statements, day).status,
            stands(statements, day).why,
        )


def test_however_many_others_speak_they_outvote_no_bound_party() -> None:
    by_the_party = StatusStatement(
        status="open", since=START, by="A", source="its gazette", known_at=datetime(2031, 5, 1, tzinfo=UTC)
    )
    others: list[Any] = [
        StatusStatement(
            status="closed",
            since=START + timedelta(days=later),
            by=by,
            source=f"paper {later}",
            known_at=datetime(2031, 5, 1 + later, tzinfo=UTC),
        )
        for later, by in itertools.product((1, 2, 3), ("court", "guard", ""))
    ]
    standing = stands([by_the_party, *others], START + timedelta(days=5))
    assert standing.why == "sources_differ"
    assert by_the_party in standing.statements
