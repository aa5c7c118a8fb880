"""What the record has of a claim is said by day, place and kind; that it has nothing says nothing of the claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import ROOT
from trucewatch.annotation.known_names import known_names_of
from trucewatch.annotation.values import values_in
from trucewatch.model.annotations import Hedge, Passage, Span, Value
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.model.names import PlaceName, PlaceRow
from trucewatch.model.observation import COUNTER_SCHEMA, STORED_OBSERVATION_SCHEMA
from trucewatch.model.watch import Watch
from trucewatch.pipeline.record_beside import MOST_ROWS, Beside, RecordRows, beside, kinds_named
from trucewatch.watch import load_watch

AS_OF = datetime(2031, 5, 4, 2, tzinfo=UTC)
NOON = datetime(2031, 5, 2, 14, tzinfo=UTC)
WORDS = "shells fell"


@pytest.fixture(scope="module")
def watch() -> Watch:
    return load_watch(ROOT / "examples" / "two-valleys")


def rows_of(
    watch: Watch, *, count: int = 1, kind: str = "explosion", zone: str = "", at: datetime = NOON
) -> RecordRows:
    """Observations at the first town, incidents in a zone, and one reported number."""
    town = watch.basemap.towns[0]
    times = {"occurred_start": at, "occurred_end": at}
    observations = [
        _filled(
            STORED_OBSERVATION_SCHEMA,
            {"observation_id": f"o-{number}", "kind": kind, "lon": town.lon, "lat": town.lat, "known_at": at, **times},
        )
        for number in range(count)
    ]
    incident = {"incident_id": "i-1", "kind": kind, "kinds": [kind], "zones": [zone], "first_known_at": at, **times}
    counter = {
        "counter_id": "c-1",
        "value": 6.0,
        "period_start": at - timedelta(hours=12),
        "period_end": at + timedelta(hours=12),
        "known_at": at,
    }
    return RecordRows(
        observations=STORED_OBSERVATION_SCHEMA.empty_table().from_pylist(
            observations, schema=STORED_OBSERVATION_SCHEMA
        ),
        incidents=INCIDENT_SCHEMA.empty_table().from_pylist(
            [_filled(INCIDENT_SCHEMA, incident)], schema=INCIDENT_SCHEMA
        ),
        counters=COUNTER_SCHEMA.empty_table().from_pylist([_filled(COUNTER_SCHEMA, counter)], schema=COUNTER_SCHEMA),
    )


def _filled(schema: object, row: dict[str, object]) -> dict[str, object]:
    """A row with something in every column that may not be empty."""
    filled = dict(row)
    for column in schema:  # type: ignore[attr-defined]
        if column.name not in filled and not column.nullable:
            kind = str(column.type)
            is_text, is_list = kind == "string", kind.startswith("list")
            filled[column.name] = "" if is_text else [] if is_list else False if kind == "bool" else 0
    return filled


def passage(*values: tuple[str, str], words: str = WORDS) -> Passage:
    return Passage(
        kind="claim",
        span=Span(paragraph="p1", start=0, end=len(words)),
        words=words,
        part="answer",
        values=tuple(Value(kind=kind, start=0, end=1, text=words[:1], value=value) for kind, value in values),  # type: ignore[arg-type]
    )


def of(rows: RecordRows, watch: Watch, *values: tuple[str, str], words: str = WORDS) -> Beside:
    return beside(rows, watch, passage(*values, words=words), AS_OF)


def test_rows_of_that_day_and_place_are_named_and_prove_nothing(watch: Watch) -> None:
    town = watch.basemap.towns[0]
    result = of(rows_of(watch), watch, ("date", "2031-05-02"), ("place", town.id))
    assert (result.verdict, result.ids) == ("has", ("o-0",))
    assert "for a person to say" in str(result.message)


def test_an_incident_in_the_zone_that_is_named_counts(watch: Watch) -> None:
    zone = watch.zones[0].id
    result = of(rows_of(watch, zone=zone), watch, ("date", "2031-05"), ("place", zone))
    assert result.verdict == "has"
    assert "i-1" in result.ids


def test_a_place_of_the_table_of_names_is_every_zone_and_town_that_shares_its_row(watch: Watch) -> None:
    town, zone = watch.basemap.towns[0].id, watch.zones[0].id
    name = PlaceName(text="The Hollow", language="en", used_by="watch", source="made for this test")
    assert watch.naming is not None
    row = PlaceRow(id="the-hollow", name=(name,), also=(town, zone))
    shared = replace(watch, naming=replace(watch.naming, place=(row,)))
    day = ("date", "2031-05-02")
    assert of(rows_of(watch, zone=zone), watch, day, ("place", "the-hollow")).verdict == "cannot_tell"
    for place in ("the-hollow", town):
        assert of(rows_of(watch, zone=zone), shared, day, ("place", place)).ids == ("i-1", "o-0")


def test_every_spelling_of_a_place_stands_beside_the_same_rows(watch: Watch) -> None:
    lexis = known_names_of(watch)
    results = []
    for language, words in (
        ("en", "On 2 May 2031 shells fell on Hollin Meadows"),
        ("ru", "2 мая 2031 года снаряды упали на Холлинские луга"),
        ("tr", "2 Mayıs 2031 tarihinde Holin Çayırları bombalandı"),
    ):
        values = values_in(words, language, lexis)
        claim = replace(passage(words=words), values=values)
        zone = next(value.value for value in values if value.kind == "place")
        results.append((zone, beside(rows_of(watch, zone=zone), watch, claim, AS_OF).ids))
    assert len(set(results)) == 1
    assert results[0][1]


def test_no_row_says_nothing_of_whether_it_happened(watch: Watch) -> None:
    town = watch.basemap.towns[0]
    for day, rows in (
        ("2031-05-01", rows_of(watch)),
        ("2031-05-02", rows_of(watch, kind="jamming")),
        ("2031-05-02", rows_of(watch, at=AS_OF + timedelta(days=1))),
    ):
        result = of(rows, watch, ("date", day), ("place", town.id))
        assert (result.verdict, result.ids) == ("has_not", ())
        assert "says nothing of whether it happened" in str(result.message)


def test_rows_of_another_kind_on_that_day_are_not_denied(watch: Watch) -> None:
    town = watch.basemap.towns[0]
    result = of(rows_of(watch, kind="jamming"), watch, ("date", "2031-05-02"), ("place", town.id))
    assert result.verdict == "has_not"
    assert "may be what the words mean" in str(result.message)  # rows of that day and place there are


def test_a_number_that_is_equal_by_chance_is_not_called_a_row_of_that_place(watch: Watch) -> None:
    result = of(rows_of(watch), watch, ("date", "2031-05-02"), ("number", "6"), words="six passed")
    assert "place" not in str(result.message)
    assert "for a person to say" in str(result.message)


def test_a_day_without_a_year_is_not_said_to_be_missing(watch: Watch) -> None:
    result = of(rows_of(watch), watch, ("date", "--05-02"), ("place", watch.basemap.towns[0].id))
    assert "of a known year" in str(result.message)


def test_without_a_day_or_a_place_that_is_known_it_cannot_tell(watch: Watch) -> None:
    town = watch.basemap.towns[0]
    for values in ((("place", town.id),), (("date", "2031-05-02"),), (("date", "05"), ("place", town.id)), ()):
        assert of(rows_of(watch), watch, *values).verdict == "cannot_tell"
    nowhere = of(rows_of(watch), watch, ("date", "2031-05-02"), ("place", "the far hills"))
    assert "no place that this watch knows" in str(nowhere.message)


def test_what_became_known_later_is_not_held_against_it(watch: Watch) -> None:
    town = watch.basemap.towns[0]
    rows = rows_of(watch)
    values = ("date", "2031-05-02"), ("place", town.id)
    assert beside(rows, watch, passage(*values), NOON - timedelta(hours=1)).verdict == "has_not"


def test_a_number_of_that_day_is_held_against_reported_numbers(watch: Watch) -> None:
    same = of(rows_of(watch), watch, ("date", "2031-05-02"), ("number", "6"), words="six passed")
    other = of(rows_of(watch), watch, ("date", "2031-05-02"), ("number", "7"), words="seven passed")
    assert (same.verdict, same.ids, other.verdict) == ("has", ("c-1",), "cannot_tell")


@pytest.mark.parametrize(
    ("hedge", "number", "verdict"),
    [
        ("more_than", "5", "has"),
        ("at_least", "6", "has"),
        ("about", "6.5", "has"),
        ("almost", "6.5", "has"),
        ("less_than", "7", "has"),
        ("more_than", "7", "cannot_tell"),
        ("more_than", "2", "cannot_tell"),
        ("at_most", "5", "cannot_tell"),
    ],
)
def test_a_number_that_is_said_more_or_less_stands_beside_those_that_it_may_mean(
    watch: Watch, hedge: Hedge, number: str, verdict: str
) -> None:
    claim = passage(("date", "2031-05-02"), ("number", number), words="several passed")
    values = tuple(replace(value, hedge=hedge) if value.kind == "number" else value for value in claim.values)
    assert beside(rows_of(watch), watch, replace(claim, values=values), AS_OF).verdict == verdict


def test_of_many_rows_some_are_named_and_all_are_counted(watch: Watch) -> None:
    town = watch.basemap.towns[0]
    result = of(rows_of(watch, count=50), watch, ("date", "2031-05-02"), ("place", town.id))
    assert (len(result.ids), result.rows) == (MOST_ROWS, 50)


def test_either_side_of_a_claim_gets_the_same_words(watch: Watch) -> None:
    values = ("date", "2031-05-02"), ("place", watch.basemap.towns[0].id)
    claims = [replace(passage(*values), who=who) for who in (("UV",), ("LV",))]
    assert len({str(beside(rows_of(watch), watch, claim, AS_OF).message) for claim in claims}) == 1


def test_kinds_are_known_in_two_languages() -> None:
    assert kinds_named("Two shells fell") == kinds_named("Обстрел продолжался")
    assert kinds_named("James spoke of the ceasefire") == ()
