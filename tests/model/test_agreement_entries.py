"""File and journal are one agreement: what stands counts, in the order in which it became known, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from trucewatch.model.agreement import Agreement, InForce, Instrument, Party, Provision, RelationRead, Stipulation, Text
from trucewatch.model.agreement_entries import (
    TABLES,
    AgreementEntry,
    TableName,
    TakenBack,
    counting_nowhere,
    mark_of,
    standing_entries,
    with_entries,
)
from trucewatch.model.clause_parts import ClaimOfState, Gap, Judgment, Part, Reading, RoleOf, StateByHand
from trucewatch.model.deadlines import Extension, Suspension, TermNotice
from trucewatch.model.record_mapping import mapping_from, record_from

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)


def part(name: str) -> Stipulation:
    return Stipulation(id=name, kind="judged", summary={"en": name}, obliged=("UV",), in_force=InForce(from_=NOW))


AGREEMENT = Agreement(
    schema=1,
    instrument=(
        Instrument(id="first", names={"en": "First"}, signed=date(2031, 5, 1), source="s"),
        Instrument(id="second", names={"en": "Second"}, signed=date(2031, 5, 2), source="s"),
    ),
    party=(Party(id="UV", names={"en": "Upper Valley"}), Party(id="LV", names={"en": "Lower Valley"})),
    text=(Text(id="en", language="en", instrument="first", authoritative=True, known_at=NOW, source="s"),),
    provision=(
        Provision(number="1", instrument="first", summary={"en": "one"}, stipulation=(part("1a"), part("1b"))),
        Provision(
            number="2",
            instrument="second",
            summary={"en": "two"},
            stipulation=(part("2a"),),
            reading=(Reading(by="LV", about="2a", says={"en": "as of old"}, known_at=LATER, source="the file"),),
        ),
    ),
)


def row_of(table: TableName, about: str, known_at: datetime, word: str) -> Any:
    says = {"en": word}
    return {
        "reading": lambda: Reading(by="UV", about=about, says=says, known_at=known_at, source="s"),
        "extension": lambda: Extension(day=date(2031, 6, 1), form="oral", known_at=known_at, source=word),
        "term_notice": lambda: TermNotice(by=word, known_at=known_at, source="s"),
        "part": lambda: Part(says=says, day=date(2031, 6, 1), known_at=known_at, source="s"),
        "claim": lambda: ClaimOfState(by="UV", state="met", says=says, known_at=known_at, source="s"),
        "gap": lambda: Gap(from_=date(2031, 6, 1), by="UV", says=says, known_at=known_at, source="s"),
        "suspension": lambda: Suspension(from_=NOW, known_at=known_at, source=word),
        "role": lambda: RoleOf(role="bearer", who="UV", known_at=known_at, source=word),
        "judgment": lambda: Judgment(by="NI", outcome="consistent", known_at=known_at, source=word),
        "read_as": lambda: RelationRead(by="UV", relation="ends", to="first", says=says, known_at=known_at, source="s"),
        "by_hand": lambda: StateByHand(state="met", by="p-x", reason=word, known_at=known_at),
    }[table]()


def entry_of(number: int, table: TableName, about: str, hours: int) -> AgreementEntry:
    known_at = NOW + timedelta(hours=hours)
    return AgreementEntry(
        entry_id=f"e-{number}",
        entry=number,
        table=table,
        about=about,
        row=row_of(table, about, known_at, f"word {number}"),
        known_at=known_at,
        recorded_at=LATER,
        by="p-x",
        typed={},
    )


TAKEN_BACK = TakenBack(entry=900, recorded_at=LATER, by="p-x", reason="w-x")


@given(st.sampled_from(sorted(TABLES)), st.text(max_size=20))
def test_a_row_becomes_a_mapping_and_the_same_row_again(table: TableName, word: str) -> None:
    row = row_of(table, "1a", NOW, word)
    assert record_from(TABLES[table], mapping_from(row)) == row


def test_an_agreement_without_entries_is_the_file_itself() -> None:
    assert with_entries(AGREEMENT, []) is AGREEMENT
    gone = replace(entry_of(1, "reading", "1a", 0), undone=TAKEN_BACK)
    assert with_entries(AGREEMENT, [gone]) is AGREEMENT
    assert mark_of([gone]) == ""


def test_what_the_file_says_stands_first_and_entries_by_when_they_became_known() -> None:
    entries = [entry_of(number, "reading", "2a", hours) for number, hours in ((1, 3), (2, 1), (3, 1))]
    (_, second) = with_entries(AGREEMENT, entries).provision
    assert [reading.says["en"] for reading in second.reading] == ["as of old", "word 2", "word 3", "word 1"]


def test_what_is_known_later_is_left_out_by_who_asks_at_a_moment() -> None:
    entries = [entry_of(1, "claim", "1a", 1), entry_of(2, "claim", "1a", 2), entry_of(3, "read_as", "second", 2)]
    known = with_entries(AGREEMENT, entries).known_at(NOW + timedelta(hours=1))
    claims = {stipulation.id: stipulation.claim for _, stipulation in known.stipulations()}
    assert [claim.says["en"] for claim in claims["1a"]] == ["word 1"]
    assert all(instrument.read_as == () for instrument in known.instrument)


def test_what_has_no_place_counts_nowhere_and_is_told() -> None:
    lost = [
        entry_of(1, "reading", "9z", 0),
        entry_of(2, "read_as", "1a", 0),
        entry_of(3, "claim", "first", 0),
        replace(entry_of(4, "claim", "1a", 0), row=None),
    ]
    assert with_entries(AGREEMENT, lost) == AGREEMENT
    sentences = [str(sentence) for sentence in counting_nowhere(AGREEMENT, lost)]
    assert [sentence.split()[1] for sentence in sentences] == ["1", "2", "3", "4"]
    assert "cannot be read by this version" in sentences[3]
    assert counting_nowhere(AGREEMENT, [entry_of(5, "claim", "1a", 0), entry_of(6, "read_as", "first", 0)]) == []


class EnteredAndTakenBack(RuleBasedStateMachine):
    """Whatever is entered and taken back in whatever order: the agreement holds what stands."""

    names = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, AgreementEntry] = {}
        self.number = 0

    @rule(target=names, table=st.sampled_from(sorted(TABLES)), which=st.integers(0, 3), hours=st.integers(0, 4))
    def enter(self, table: TableName, which: int, hours: int) -> str:
        self.number += 1
        about = ("first", "second", "first", "none") if table == "read_as" else ("1a", "1b", "2a", "none")
        entry = entry_of(self.number, table, about[which], hours)
        self.entries[entry.entry_id] = entry
        return entry.entry_id

    @rule(name=names)
    def take_back(self, name: str) -> None:
        self.entries[name] = replace(self.entries[name], undone=TAKEN_BACK)

    @invariant()
    def holds_what_stands(self) -> None:
        agreement = with_entries(AGREEMENT, self.entries.values())
        rows = {table: [] for table in TABLES}  # type: ignore[var-annotated]
        for instrument in agreement.instrument:
            rows["read_as"] += instrument.read_as
        for provision in agreement.provision:
            rows["reading"] += provision.reading
            for stipulation in provision.stipulation:
                for table in TABLES:
                    if table not in ("reading", "read_as"):
                        rows[table] += getattr(stipulation, table)
        standing = [each for each in self.entries.values() if each.undone is None and each.about != "none"]
        own = AGREEMENT.provision[1].reading
        for table in TABLES:
            expected = [each.row for each in standing if each.table == table] + [*(own if table == "reading" else ())]
            assert sorted(map(repr, rows[table])) == sorted(map(repr, expected))
        assert len(standing_entries(self.entries.values())) == len(
            [each for each in self.entries.values() if each.undone is None]
        )
        shuffled = list(self.entries.values())[::-1]
        assert with_entries(AGREEMENT, shuffled) == agreement
        assert mark_of(shuffled) == mark_of(self.entries.values())


TestEnteredAndTakenBack = EnteredAndTakenBack.TestCase
