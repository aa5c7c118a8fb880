"""What a form and a record are told of a statement on a link: refused with what to do, or labelled and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.conftest import ROOT, each
from trucewatch.geo.frame import wgs84
from trucewatch.model.link_checks import Trouble, labels, tables_of, troubles
from trucewatch.model.link_distances import distance_km, straight_km
from trucewatch.model.link_statements import (
    STATEMENTS,
    CheckpointStatement,
    ClosureStatement,
    LengthStatement,
    NeedStatement,
    PassageStatement,
    QueueStatement,
    RulesStatement,
    Statement,
    StatusStatement,
    TimeStatement,
    WorksStatement,
)
from trucewatch.model.link_vocabulary import SLOGANS, has_corridor_word, nearest, slogan_in
from trucewatch.model.watch import Watch
from trucewatch.watch import load_watch

KNOWN: dict[str, Any] = {"source": "a text", "known_at": datetime(2031, 5, 3, 12, tzinfo=UTC)}
DAY = date(2031, 5, 1)
SOUND: dict[str, tuple[str, Statement]] = {
    "status": ("quarry-road", StatusStatement(status="open", since=DAY, by="JC", **KNOWN)),
    "length": ("quarry-road", LengthStatement(km=15, by="LV", **KNOWN)),
    "minutes": ("quarry-road", TimeStatement(least=10, most=20, **KNOWN)),
    "works": ("quarry-road", WorksStatement(state="announced", since=date(2032, 1, 1), **KNOWN)),
    "rules": ("halts-crossing", RulesStatement(who={"en": "patients"}, by="UV", **KNOWN)),
    "need": ("sea-to-sea", NeedStatement(what={"en": "a ferry"}, who=("LV", "QI"), **KNOWN)),
    "passage": (
        "halts-line",
        PassageStatement(day=DAY, direction="forward", traffic="aid", least=1, most=2, **KNOWN),
    ),
    "queue": (
        "halts-line",
        QueueStatement(at=datetime(2031, 5, 3, tzinfo=UTC), direction="both", traffic="cars", waiting=3, **KNOWN),
    ),
    "closure": ("halts-line", ClosureStatement(since=DAY, for_=("LV",), **KNOWN)),
    "checkpoint": ("halts-line", CheckpointStatement(called={"en": "post"}, by="UV", **KNOWN)),
}


@pytest.fixture(scope="module")
def watch() -> Watch:
    return load_watch(ROOT / "examples" / "two-valleys")


def refused(watch: Watch, table: str, row: Any, about: str) -> list[Trouble]:
    assert watch.network is not None
    return troubles(table, row, watch.network, about, agreement=watch.agreement, zone=watch.zone)


@pytest.mark.parametrize("table", STATEMENTS)
def test_a_sound_statement_of_every_table_is_taken(watch: Watch, table: str) -> None:
    about, row = SOUND[table]
    assert refused(watch, table, row, about) == []


@pytest.mark.parametrize(
    ("table", "change", "at", "what"),
    [
        ("status", {"since": date(2031, 5, 5)}, "known_at", "before its first day (2031-05-05)"),
        ("status", {"by": "UX"}, "by", '"UX" is no id of a party, body or state'),
        ("status", {"source": ""}, "source", "this is empty"),
        ("status", {"says": {"en": "a\x00b"}}, "says", "cannot be shown (U+0000)"),
        ("status", {"says": {"e n": "a"}}, "says", '"e n" is no language'),
        ("length", {"km": float("nan")}, "km", "no number km cannot be"),
        ("length", {"km": 0.0}, "km", "0 km cannot be"),
        ("minutes", {"least": 30.0}, "most", "the most is less than the least"),
        ("minutes", {"most": 1e9}, "most", "cannot be"),
        ("works", {"state": "under_way"}, "known_at", "before its first day"),
        ("rules", {"who": {}}, "who", "it states no rule"),
        ("need", {"clauses": ("77",)}, "clauses", '"77" is no id of a clause'),
        ("need", {"settled": date(2031, 6, 1)}, "settled", "before its first day"),
        ("passage", {"least": -1}, "least", "-1 passages cannot be"),
        ("passage", {"day_latest": date(2031, 4, 1)}, "day_latest", "its last day is before its first"),
        ("queue", {"waiting": None}, "waiting", "neither how many wait nor how long"),
        ("queue", {"at": datetime(2031, 5, 4, tzinfo=UTC)}, "known_at", "before it was so"),
        ("closure", {"until": DAY}, "until", "it ends on 2031-05-01, before it begins"),
        ("closure", {"for_": ("JX",)}, "for", '"JX" is no id of a party or state'),
        ("checkpoint", {"called": {}}, "called", "this is empty"),
        ("checkpoint", {"by": ""}, "by", "nobody calls it so"),
    ],
)
def test_a_faulty_statement_is_refused_at_its_key(
    watch: Watch, table: str, change: dict[str, Any], at: str, what: str
) -> None:
    about, row = SOUND[table]
    told = refused(watch, table, replace(row, **change), about)
    assert [(trouble.at, what in str(trouble.what)) for trouble in told] == [((at,), True)]
    assert str(told[0].remedy)


def test_what_speaks_against_its_own_voice_of_the_same_day_is_refused_with_what_to_do(watch: Watch) -> None:
    row = StatusStatement(
        status="open", since=date(2028, 10, 1), since_latest=date(2028, 11, 1), said=date(2031, 4, 20), by="UV", **KNOWN
    )
    (trouble,) = refused(watch, "status", row, "quarry-road")
    assert 'says "closed" and "open" of the same day, 2028-10-01' in str(trouble.what)
    assert "take back the wrong one" in str(trouble.remedy)
    assert refused(watch, "status", replace(row, by="LV"), "quarry-road") == []
    assert refused(watch, "status", replace(row, said=date(2031, 5, 3)), "quarry-road") == []
    assert refused(watch, "status", replace(row, for_=("LV",)), "quarry-road") == []
    assert refused(watch, "status", replace(row, status="closed"), "quarry-road") == []


def test_what_it_is_about_has_to_be_there_and_to_have_such_a_table(watch: Watch) -> None:
    _, row = SOUND["minutes"]
    assert "no link, route or corridor" in str(refused(watch, "minutes", row, "quary-road")[0].what)
    assert 'did you mean "quarry-road"?' in str(refused(watch, "minutes", row, "quary-road")[0].remedy)
    assert "nothing is stated" in str(refused(watch, "minutes", row, "power-stonegate-ambermill")[0].what)
    assert "nothing is stated" in str(refused(watch, "minutes", row, "halts-line")[0].what)


def test_nobody_is_said_to_pass_a_line(watch: Watch) -> None:
    assert watch.network is not None
    lines = [link for link in watch.network.links if link.is_inside_only]
    assert all({"minutes", "rules"}.isdisjoint(tables_of(link)) for link in each(lines))


def test_what_is_back_dated_or_below_the_straight_line_is_labelled_and_kept(watch: Watch) -> None:
    assert watch.network is not None
    link = watch.network.link("quarry-road")
    assert link is not None
    old = StatusStatement(status="closed", since=date(1992, 1, 1), **KNOWN)
    assert refused(watch, "status", old, link.id) == []
    assert [str(label.what) for label in labels(old, link, watch.zone)] == [
        "said 14,367 days after the day of which it tells"
    ]
    short = LengthStatement(km=3, **KNOWN)
    assert refused(watch, "length", short, link.id) == []
    assert ["straight line" in str(label.what) for label in labels(short, link, watch.zone, watch.network)] == [True]
    part = replace(short, of={"en": "to the ford"})
    assert labels(part, link, watch.zone, watch.network) == []


def test_the_straight_line_is_that_of_the_ellipsoid(watch: Watch) -> None:
    for ends in (
        (45.0, 39.0, 46.5, 39.9),
        (-25.0, -35.0, -24.0, -34.0),
        (0.0, 0.0, 0.0, 1.0),
        (10.0, 80.0, -170.0, 60.0),
    ):
        _, _, metres = wgs84().inv(*ends)
        assert distance_km(*ends) == pytest.approx(metres / 1000, rel=1e-4)
    assert distance_km(45.0, 39.0, 45.0, 39.0) == 0
    assert watch.network is not None
    link = watch.network.link("quarry-road")
    assert link is not None
    assert straight_km(link, watch.network) == pytest.approx(13.2, abs=0.1)
    assert straight_km(replace(link, to="nowhere"), watch.network) is None


def test_a_slogan_is_seen_in_every_writing(watch: Watch) -> None:
    for name in ("ZANGEZUR  corridor", "Zəngəzur dəhlizi", "ZƏNGƏZUR", "Зангезурский коридор", "the Tripp road"):
        assert slogan_in(name), name
    for slogan in each(SLOGANS):
        assert slogan_in(f"The {slogan.upper()} of somebody") or slogan_in(f"The {slogan} of somebody"), slogan
    for name in ("Bridge Road", "Stripped road", "Meghri", ""):
        assert slogan_in(name) == ""
    assert not has_corridor_word("Road of the corral")


def test_the_nearest_word_is_named_and_of_many_the_first() -> None:
    assert str(nearest("hihgmere", ["highmere", "ember"])) == 'did you mean "highmere"?'
    assert str(nearest("x", [])) == "there is none; leave it out"
    assert str(nearest("x", [f"n{number}" for number in range(5000)])).endswith("n6, n7, …")
