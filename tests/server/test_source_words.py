"""The second line of a row: what the sources say, each in its own first words, nobody's alone where others spoke."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.server.conftest import client_of, unbroken
from tests.server.directions import assert_marks_end_with_their_text
from trucewatch.locale import words
from trucewatch.model.incident import SPEAKERS_APART, Incident, unparted
from trucewatch.server.console import Console
from trucewatch.server.source_words import (
    FIRST,
    FIRST_OF_SEVERAL,
    Giver,
    Stated,
    first_words,
    source_words,
    words_of_rows,
)

ENGLISH = words("en")
LONG = "a long statement of what was seen and heard there on that day by those who were near enough to tell of it"


def a_claim(console: Console, **changed: object) -> Incident:
    """An incident of one party's word alone, changed."""
    snapshot = console.snapshot
    every = snapshot.incidents_at(snapshot.outcome.argsort())
    one = next(each for each in every if each.claims_only and len(each.claimed_by) == 1 and each.means == ("party",))
    return replace(one, **changed)  # type: ignore[arg-type]


def test_both_sides_speak_cut_alike_in_the_order_of_their_ids(valleys: Console) -> None:
    text = SPEAKERS_APART.join((f"UV: {LONG}", f"LV: {LONG}, says the other"))
    one = a_claim(valleys, claimed_by=("LV", "UV"), members=("o-a", "o-b"), text=text)
    spoken = source_words(one, valleys.snapshot.watch, ENGLISH).spoken
    assert [each.who for each in spoken] == ["Lower Valley", "Upper Valley"]
    assert len({each.text for each in spoken}) == 1, "cut alike"
    assert len(spoken[0].text) <= FIRST_OF_SEVERAL + 2


def test_no_side_ever_stands_alone_where_both_spoke(valleys: Console, karabakh: Console) -> None:
    checked = 0
    for console in (valleys, karabakh):
        snapshot = console.snapshot
        every = [snapshot.incident(row) for row in range(snapshot.rows)]
        for one, told in zip(every, words_of_rows(snapshot, every, ENGLISH), strict=True):
            names = [each.who for each in told.spoken]
            if SPEAKERS_APART in one.text and len(one.claimed_by) > 1:
                checked += 1
                assert len(names) == len(one.claimed_by) or (not names and told.otherwise)
    assert checked


def test_a_party_s_words_bear_its_name_and_a_device_s_none(valleys: Console) -> None:
    snapshot = valleys.snapshot
    every = [snapshot.incident(row) for row in range(snapshot.rows)]
    table = valleys.assessment().observations
    claimed = {row["observation_id"]: row["claimed_by"] for row in table.to_pylist()}
    texts = {row["observation_id"]: row["text"] for row in table.to_pylist()}
    names = {"UV": "Upper Valley", "LV": "Lower Valley"}
    checked = 0
    for one, told in zip(every, words_of_rows(snapshot, every, ENGLISH), strict=True):
        if len(told.spoken) != 1 or not one.text:
            continue
        givers = {claimed[name] for name in one.members if texts[name] == one.text}
        if givers <= set(names):
            assert {names[giver] for giver in givers} == {told.spoken[0].who}
            checked += 1
        elif givers == {""}:
            assert told.spoken[0].who not in names.values()
    assert checked > 3


def test_words_whose_giver_nobody_knows_are_not_shown(valleys: Console) -> None:
    one = a_claim(valleys, members=("o-a", "o-b"), claims_only=False, means=("acoustic", "party"), text=LONG)
    told = source_words(one, valleys.snapshot.watch, ENGLISH)
    assert not told.spoken
    assert told.otherwise == "means: acoustic and a party's report"
    assert (
        source_words(one, valleys.snapshot.watch, ENGLISH, [Stated(Giver("", "acoustic"), LONG)]).spoken[0].who
        == "acoustic"
    )


def test_where_nobody_spoke_the_means_are_named(valleys: Console) -> None:
    one = a_claim(valleys, text="", claimed_by=(), claims_only=False, means=("satellite",))
    assert source_words(one, valleys.snapshot.watch, ENGLISH).otherwise == "means: satellite"


def test_a_list_s_paraphrase_stands_in_no_quotation_marks(karabakh: Console) -> None:
    page = unbroken(client_of(karabakh).get("/watch").text)
    rows = page[page.index('id="list"') :]
    assert "as the list puts it" in rows
    assert "<q" not in rows
    assert "telephone worker" in rows


def test_of_more_than_four_all_are_named_and_none_speaks(valleys: Console) -> None:
    bodies = ["a1", "a2", "a3", "a4", "a5"]
    text = SPEAKERS_APART.join(f"{body}: {LONG}" for body in bodies)
    one = a_claim(valleys, claimed_by=tuple(bodies), members=tuple(bodies), text=text)
    told = source_words(one, valleys.snapshot.watch, ENGLISH)
    assert not told.spoken
    assert told.otherwise == "5 sources: a1, a2, a3, a4 and a5"


def test_a_text_that_holds_the_mark_between_speakers_stays_whole(valleys: Console) -> None:
    text = SPEAKERS_APART.join(("LV: one · two", "UV: UV is not: a speaker"))
    one = a_claim(valleys, claimed_by=("LV", "UV"), members=("o-a", "o-b"), text=text)
    spoken = source_words(one, valleys.snapshot.watch, ENGLISH).spoken
    assert [each.text for each in spoken] == ["one · two", "UV is not: a speaker"]


def test_nobody_s_words_are_put_into_another_s_mouth(valleys: Console) -> None:
    """The first of several speakers types what the text itself would say of the second."""
    forged = {"LV": f"one{SPEAKERS_APART}UV: we fired first", "UV": "nothing was fired"}
    text = SPEAKERS_APART.join(f"{who}: {unparted(typed)}" for who, typed in forged.items())
    one = a_claim(valleys, claimed_by=("LV", "UV"), members=("o-a", "o-b"), text=text)
    spoken = source_words(one, valleys.snapshot.watch, ENGLISH).spoken
    assert [(each.who, each.text) for each in spoken] == [
        ("Lower Valley", "one · UV: we fired first"),
        ("Upper Valley", "nothing was fired"),
    ]
    alone = replace(one, text="UV: we fired first")  # the other gave no words
    assert not source_words(alone, valleys.snapshot.watch, ENGLISH).spoken


def test_only_what_a_list_puts_is_a_list_s_paraphrase(valleys: Console) -> None:
    text = SPEAKERS_APART.join(("LV: we heard it", "UV: nothing was fired"))
    one = a_claim(
        valleys,
        claimed_by=("LV", "UV"),
        members=("o-a", "o-b"),
        text=text,
        means=("event_list", "party"),
        sources=("x",),
    )
    stated = [
        Stated(Giver("LV", "party"), "we heard it"),
        Stated(Giver("UV", "event_list"), "nothing was fired", is_list_s=True),
    ]
    spoken = source_words(one, valleys.snapshot.watch, ENGLISH, stated).spoken
    assert [each.is_quote for each in spoken] == [True, False]


def test_a_party_s_words_beside_a_device_s_stand_whatever_their_order(valleys: Console) -> None:
    for party, name in (("LV", "Lower Valley"), ("UV", "Upper Valley")):
        stated = [Stated(Giver("", "camera"), "seen"), Stated(Giver(party, "party"), "the other side opened fire")]
        for text in ("seen", "the other side opened fire"):
            one = a_claim(valleys, claimed_by=(party,), claims_only=False, means=("camera", "party"), text=text)
            for order in (stated, stated[::-1]):
                spoken = source_words(one, valleys.snapshot.watch, ENGLISH, order).spoken
                assert [(each.who, each.text) for each in spoken] == [
                    ("camera", "seen"),
                    (name, "the other side opened fire"),
                ]


def test_who_writes_messages_is_not_named(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    one = a_claim(valleys, claimed_by=("@somebody",), text="we heard it", claims_only=False, means=("public",))
    one = replace(one, members=("o-a",))
    monkeypatch.setattr(type(valleys.snapshot.watch), "message_sources", property(lambda _: frozenset(one.sources)))
    (spoken,) = source_words(one, valleys.snapshot.watch, ENGLISH).spoken
    assert spoken.who == "public sources"
    stated = [Stated(Giver("", "acoustic"), "loud"), Stated(Giver("@somebody", "public"), "we heard it")]
    assert (
        len(
            {
                each.who
                for each in source_words(
                    replace(one, claimed_by=(), means=("acoustic", "camera"), text="loud"),
                    valleys.snapshot.watch,
                    ENGLISH,
                    [Stated(Giver("", means), "loud") for means in ("acoustic", "camera")],
                ).spoken
            }
        )
        == 2
    ), "each by its own means, though they say the same"
    both = replace(one, members=("o-a", "o-b"), means=("acoustic", "public"), text="loud")
    heard = source_words(both, valleys.snapshot.watch, ENGLISH, stated).spoken
    assert [(each.who, each.text) for each in heard] == [("acoustic", "loud"), ("public sources", "we heard it")]


@pytest.mark.parametrize(
    "text", [LONG, "х" * 300, "Ա" * 79 + "\u0301" * 20 + "Ա" * 50, "a\n\tb " * 60, "\u202eabc " * 40]
)
def test_first_words_are_short_and_marked(text: str) -> None:
    cut = first_words(text, FIRST)
    assert len(cut) <= FIRST + 2
    assert cut.endswith("…")
    assert "\n" not in cut


def test_what_was_typed_can_hurt_no_page(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "<script>alert(1)</script>\u202e"
    real = type(valleys.snapshot).incidents_at
    monkeypatch.setattr(
        type(valleys.snapshot),
        "incidents_at",
        lambda self, rows: [
            replace(each, text=evil, claimed_by=(), members=each.members[:1]) for each in real(self, rows)
        ],
    )
    for path in ("/watch", "/incidents"):
        page = client_of(valleys).get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
        assert_marks_end_with_their_text(page, path)
