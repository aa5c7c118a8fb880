"""The common text of a finding is agreed by the signature of every delegation under one version, in every language,
after what differs between the languages was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from tests.builders import copy_of
from tests.model.test_review_outcome import case as case_of
from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.signing import sign_record
from trucewatch.model.review import Case, ReviewKey
from trucewatch.model.review_rule import ReviewRule
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.agreed_wording import (
    COMMON,
    Wording,
    bytes_to_sign,
    compared,
    enter_wording,
    sign_wording,
    signing_keys,
    texts_of,
    wording_standing,
    wordings,
)
from trucewatch.pipeline.review_speaker import Speaker
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.watch import load_watch

NOW: Final = datetime(2031, 5, 4, 20, tzinfo=UTC)
TEXT: Final = {
    "en": "12 people were hurt near Saltmarsh.",
    "ru": "12 человек пострадали у Солончака.",
    "tr": "Tuzlabatak yakınında 12 kişi yaralandı.",
}
OTHER: Final = {language: text.replace("12", "13") for language, text in TEXT.items()}
CASE: Final = replace(case_of(), step="open", put={"occurred_start": "2031-05-03T18:05:00Z"})
KEYS: Final[dict[str, SecretKey]] = {side: new_key(f"review/{side}/00000000", LOG_ALGORITHM) for side in ("NI", "SI")}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(copy_of("two-valleys", tmp_path), lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    return load_watch(copy_of("two-valleys", tmp_path_factory.mktemp("watch")))


def enter(
    store: Store, watch: Watch, texts: dict[str, str] = TEXT, of: str = COMMON, *, side: str = "NI", case: Case = CASE
) -> Entry:
    return enter_wording(store, watch, speaker_of(side, "a"), case, of, texts)


def speaker_of(side: str, letter: str = "", role: Role = Role.OFFICER) -> Speaker:
    return Speaker(delegation=side, role=role, person="p-" + (letter or side[0].lower()) * 26, now=NOW)


def document_of(store: Store, wording: Wording, side: str = "NI", at: datetime = NOW) -> dict[str, str]:
    return sign_record(bytes_to_sign(store, wording), KEYS[side], iso_utc(at))


def sign(store: Store, watch: Watch, side: str = "NI", **changes: Any) -> Entry:
    case = changes.pop("case", CASE)
    latest = [each for each in wordings(store, CASE.code) if each.of == COMMON][-1]
    fields: dict[str, Any] = {
        "number": latest.number,
        "document": document_of(store, latest, side),
        "differences": compared(store, watch, case, latest).digest,
        "speaker": speaker_of(side),
        "keys": [KEYS[side].public],
        "computer": NOW,
        "rule": ReviewRule(),
    }
    given = fields | changes
    return sign_wording(store, watch, given.pop("speaker"), case, given.pop("number"), given.pop("document"), **given)


def test_the_common_text_is_agreed_when_every_delegation_signed_it(store: Store, watch: Watch) -> None:
    enter(store, watch)
    assert wording_standing(store, CASE).missing == ("NI", "SI")
    sign(store, watch, "NI")
    standing = wording_standing(store, CASE)
    assert (standing.signed, standing.missing, standing.agreed) == (("NI",), ("SI",), None)
    sign(store, watch, "SI")
    standing = wording_standing(store, CASE)
    assert standing.is_agreed
    assert standing.missing == ()


def test_a_new_version_needs_new_signatures_and_the_agreed_one_stands_until_then(store: Store, watch: Watch) -> None:
    enter(store, watch)
    sign(store, watch, "NI")
    sign(store, watch, "SI")
    enter(store, watch, OTHER, side="SI")
    standing = wording_standing(store, CASE)
    assert (standing.signed, standing.missing) == ((), ("NI", "SI"))
    assert standing.agreed is not None
    assert standing.latest is not None
    assert (standing.agreed.number, standing.latest.number, standing.is_agreed) == (1, 2, False)


def test_the_signature_is_over_the_bytes_of_the_record_as_entered(store: Store, watch: Watch) -> None:
    entry = enter(store, watch)
    signed = sign(store, watch)
    assert signed.record["document"]["record"] == entry.sha256
    assert sha256(store.objects.get(entry.sha256)).hexdigest() == entry.sha256


def test_each_delegation_has_its_own_text_beside_the_common_one(store: Store, watch: Watch) -> None:
    enter(store, watch, {"en": "Twelve were hurt."}, of="NI")
    enter(store, watch, {"ru": "Пострадавших нет."}, of="SI", side="SI")
    enter(store, watch)
    assert [(each.of, each.number) for each in wordings(store, CASE.code)] == [("NI", 1), ("SI", 1), (COMMON, 1)]
    with pytest.raises(StoreError, match="its own text, or the common one"):
        enter(store, watch, {"en": "Nobody was hurt."}, of="SI", side="NI")


def test_no_record_holds_the_words(store: Store, watch: Watch) -> None:
    entry = enter(store, watch)
    assert "Saltmarsh" not in bytes_to_sign(store, wordings(store, CASE.code)[0]).decode()
    assert texts_of(store, wordings(store, CASE.code)[0]) == TEXT
    assert all(reference.startswith("w-") for reference in entry.record["texts"].values())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"texts": {"en": TEXT["en"]}}, "the text is missing in: ru, tr"),
        ({"texts": {}}, "the text is missing in"),
        ({"texts": {**TEXT, "ru": "  "}}, "the text is missing in: ru"),
        ({"texts": {**TEXT, "fr": "x"}}, "fr is no language of this watch"),
        ({"texts": {**TEXT, "en": "a\x07b"}}, "cannot be shown"),
        ({"texts": {**TEXT, "en": "x" * 4001}}, "at most 4000"),
        ({"side": "UV"}, "has no part in R-1"),
        ({"case": replace(CASE, step="blind")}, "before its first positions are opened"),
        ({"case": replace(CASE, step="opening")}, "before its first positions are opened"),
        ({"case": replace(CASE, standings={"NI": "left"})}, "has no part in R-1"),
    ],
)
def test_a_text_that_cannot_be_entered_is_refused(
    store: Store, watch: Watch, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(StoreError, match=why):
        enter(store, watch, **changes)
    assert wordings(store, CASE.code) == ()


def test_the_same_words_are_no_new_version(store: Store, watch: Watch) -> None:
    enter(store, watch)
    with pytest.raises(StoreError, match="says the same"):
        enter(store, watch, {language: f" {text}\r\n" for language, text in TEXT.items()})


def test_nobody_signs_before_the_differences_were_looked_at(store: Store, watch: Watch) -> None:
    enter(store, watch, TEXT | {"ru": OTHER["ru"]})
    (difference,) = compared(store, watch, CASE, wordings(store, CASE.code)[0]).differences
    assert (difference.kind, difference.words["ru"]) == ("number", ("13",))
    for unseen in ("", f"sha256:{'0' * 64}"):
        with pytest.raises(StoreError, match="not looked at"):
            sign(store, watch, differences=unseen)
    entry = sign(store, watch)
    assert entry.record["differences"].startswith("sha256:")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"number": 2}, "is not the last one"),
        ({"speaker": speaker_of("UV")}, "has no part in R-1"),
        ({"speaker": speaker_of("NI", role=Role.ANALYST)}, "this role does not sign"),
        ({"case": replace(CASE, standings={"NI": "left"})}, "has no part in R-1"),
        ({"case": replace(CASE, step="blind")}, "before its first positions"),
        ({"keys": []}, "not in force here"),
        ({"keys": [KEYS["SI"].public]}, "not in force here"),
        ({"computer": NOW - timedelta(hours=1)}, "ahead of this computer"),
    ],
)
def test_a_signature_that_does_not_count_is_refused(
    store: Store, watch: Watch, changes: dict[str, Any], why: str
) -> None:
    enter(store, watch)
    with pytest.raises((StoreError, LedgerError), match=why):
        sign(store, watch, **changes)
    assert wording_standing(store, CASE).signed == ()


def test_a_signature_of_another_version_or_delegation_or_day_is_refused(store: Store, watch: Watch) -> None:
    enter(store, watch)
    first = wordings(store, CASE.code)[0]
    of_first = document_of(store, first)
    with pytest.raises(LedgerError, match="not in force here"):
        sign(store, watch, document=document_of(store, first, "SI"))
    with pytest.raises(StoreError, match="dated before its text"):
        sign(store, watch, document=document_of(store, first, at=NOW - timedelta(days=1)))
    broken = of_first | {"signature": of_first["signature"][:-4] + "AAA="}
    with pytest.raises(LedgerError):
        sign(store, watch, document=broken)
    enter(store, watch, OTHER)
    with pytest.raises(LedgerError, match="over the record"):
        sign(store, watch, document=of_first)
    assert wording_standing(store, CASE).signed == ()


def test_nobody_signs_twice(store: Store, watch: Watch) -> None:
    enter(store, watch)
    sign(store, watch)
    with pytest.raises(StoreError, match="signed version 1 already"):
        sign(store, watch)


def test_who_moved_to_the_other_delegation_signs_a_text_for_one_alone(store: Store, watch: Watch) -> None:
    enter(store, watch)
    sign(store, watch, "NI")
    with pytest.raises(StoreError, match="you spoke for NI on R-1"):
        sign(store, watch, "SI", speaker=speaker_of("SI", "n"))
    assert not wording_standing(store, CASE).is_agreed


def test_one_delegation_alone_agrees_nothing(store: Store, watch: Watch) -> None:
    alone: Case = replace(CASE, delegations=("NI",))
    enter(store, watch, case=alone)
    sign(store, watch, case=alone)
    assert wording_standing(store, alone).agreed is None


def test_what_was_signed_stands_when_its_words_are_erased(store: Store, watch: Watch) -> None:
    enter(store, watch)
    sign(store, watch, "NI")
    reference = wordings(store, CASE.code)[0].texts["en"]
    store.erase([], people=[reference], reason="asked for", ordered_by="head")
    latest = wordings(store, CASE.code)[0]
    assert latest.signed_by == {"NI"}
    assert not isinstance(texts_of(store, latest)["en"], str)
    with pytest.raises(StoreError, match="were erased"):
        compared(store, watch, CASE, latest)


def test_an_earlier_moment_of_the_ledger_knows_less(store: Store, watch: Watch) -> None:
    enter(store, watch)
    assert wordings(store, CASE.code, recorded_by=NOW - timedelta(minutes=1)) == ()
    assert wordings(store, "R-2") == ()


def test_the_rule_by_which_a_case_was_put_says_who_signs(store: Store, watch: Watch) -> None:
    enter(store, watch)
    with pytest.raises(StoreError, match="this role does not sign"):
        sign(store, watch, rule=ReviewRule(signers=(Role.HEAD,)))
    sign(store, watch, rule=ReviewRule(signers=(Role.HEAD,)), speaker=speaker_of("NI", role=Role.HEAD))


def test_keys_that_ended_or_only_open_are_no_keys_to_sign_with() -> None:
    fields: dict[str, Any] = {"delegation": "NI", "person": "p-a", "opens": "age1x", "asked_entry": 1, "asked_at": NOW}
    signs = str(KEYS["NI"].public)
    asked = ReviewKey(number=1, use="officer", signs=signs, **fields)
    entered = replace(asked, entered_entry=2, entered_at=NOW)
    recovery = replace(entered, use="recovery", signs="")
    ended = replace(entered, ended_entry=3, ended_at=NOW)
    assert signing_keys([asked, recovery, ended]) == ()
    assert signing_keys([entered]) == (KEYS["NI"].public,)
