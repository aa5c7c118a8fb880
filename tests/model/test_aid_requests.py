"""The numbers of a request follow from its steps, in whatever order they came; nothing is typed, nothing evened out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aid_steps import NAMES, item_of, troubles_of
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_request_state import (
    is_late,
    is_open,
    offer_left,
    offer_state,
    offers_that_fit,
    remarks,
    request_state,
    request_sums,
)
from trucewatch.model.aid_requests import REQUEST_TABLES, Closing, DeliveryStep, Offer, Promise, Receipt, Request

TODAY = date(2031, 5, 4)
REQUEST = Request(organisation="asks", kind="blankets", quantity=300, unit="pieces", district="north", by=TODAY)
OFFER = Offer(organisation="gives", kind="blankets", quantity=200, unit="pieces")


def promised(quantity: int, organisation: str = "gives", offer: str = "") -> tuple[str, Promise]:
    return "promise", Promise(organisation=organisation, quantity=quantity, offer=offer)


def went(state: Any, quantity: int, organisation: str = "gives") -> tuple[str, DeliveryStep]:
    return "delivery", DeliveryStep(organisation=organisation, state=state, quantity=quantity, day=TODAY)


def confirmed(quantity: int, from_: str = "gives") -> tuple[str, Receipt]:
    return "receipt", Receipt(organisation="asks", quantity=quantity, day=TODAY, from_=from_)


def requested(*steps: tuple[str, Any], row: Request = REQUEST) -> Item:
    return item_of("request", row, *steps)


def said_of(item: Item) -> str:
    return " ".join(str(each) for each in remarks(item, NAMES, TODAY))


STEPS = st.lists(
    st.one_of(
        st.builds(promised, st.integers(1, 500), st.sampled_from("ab")),
        st.builds(
            went, st.sampled_from(("on_the_way", "delivered", "given_up")), st.integers(1, 500), st.sampled_from("ab")
        ),
        st.builds(confirmed, st.integers(1, 500), st.sampled_from(("", "a", "b"))),
    ),
    max_size=12,
)


@given(STEPS, st.randoms())
def test_the_order_of_steps_changes_no_number_of_a_request(steps: list[tuple[str, Any]], chance: Any) -> None:
    shuffled = list(steps)
    chance.shuffle(shuffled)
    assert request_sums(requested(*steps)) == request_sums(requested(*shuffled))


@given(STEPS)
def test_promised_and_short_come_to_what_was_asked_and_what_is_over(steps: list[tuple[str, Any]]) -> None:
    sums = request_sums(requested(*steps))
    assert sums.promised + sums.short == sums.asked + sums.over
    assert not (sums.short and sums.over)
    assert sums.delivered + sums.on_the_way <= sums.promised


@given(STEPS)
def test_no_number_is_below_nothing(steps: list[tuple[str, Any]]) -> None:
    sums = request_sums(requested(*steps))
    numbers = [sums.promised, sums.on_the_way, sums.delivered, sums.confirmed, sums.short, sums.over]
    numbers += [number for each in sums.by_organisation for number in (each.standing, each.on_the_way, each.covered)]
    assert min(numbers) >= 0


@given(STEPS, st.integers(1, 500))
def test_another_promise_never_makes_a_request_shorter_of_something(
    steps: list[tuple[str, Any]], quantity: int
) -> None:
    assert request_sums(requested(*steps, promised(quantity))).short <= request_sums(requested(*steps)).short


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), "nothing is promised yet"),
        ((promised(120),), "120 of 300 promised, short by 180"),
        ((promised(200), promised(100, "b")), "all is promised, 0 of 300 delivered"),
        ((promised(350),), "promised 50 more than was asked, 0 of 300 delivered"),
        ((promised(300), went("delivered", 300)), "300 of 300 delivered, 0 confirmed"),
        ((promised(300), went("delivered", 300), confirmed(250)), "300 of 300 delivered, 250 confirmed"),
        ((promised(300), went("delivered", 300), confirmed(300)), "delivered and confirmed"),
        ((promised(300), ("closing", Closing(organisation="asks", day=TODAY))), "no longer needed, as of 2031-05-04"),
    ],
)
def test_how_a_request_stands_is_one_sentence(steps: tuple[tuple[str, Any], ...], state: str) -> None:
    assert str(request_state(requested(*steps))) == state


def test_a_promise_that_is_given_up_is_short_again() -> None:
    sums = request_sums(requested(promised(200), went("on_the_way", 200), went("given_up", 150)))
    assert (sums.promised, sums.on_the_way, sums.short) == (50, 50, 250)


def test_what_arrived_is_no_longer_on_the_way() -> None:
    sums = request_sums(requested(promised(200), went("on_the_way", 200), went("delivered", 120)))
    assert (sums.on_the_way, sums.delivered) == (80, 120)


def test_more_delivered_than_promised_counts_and_is_told() -> None:
    item = requested(promised(100), went("delivered", 150))
    assert request_sums(item).short == 150
    assert "gives says that it delivered 150, which is 50 more than its promise." in said_of(item)


def test_what_is_delivered_and_what_is_confirmed_stand_both() -> None:
    item = requested(promised(200), went("delivered", 200), confirmed(150))
    assert "gives says that it delivered 200. asks confirms 150 from it. Both stand." in said_of(item)
    assert (request_sums(item).delivered, request_sums(item).confirmed) == (200, 150)


def test_a_promise_beyond_what_was_asked_is_told() -> None:
    assert "Promised or delivered is 50 more than was asked." in said_of(requested(promised(350)))


def test_a_promise_that_was_taken_back_after_its_delivery_is_told() -> None:
    item = requested(went("on_the_way", 40), went("given_up", 40), went("delivered", 40))
    for sentence in ("gave up 40, and has 0 promised", "40 went on the way, and has 0", "40 more than its promise"):
        assert sentence in said_of(item)


def test_a_request_is_late_once_its_day_is_past_and_not_all_is_delivered() -> None:
    after = date(2031, 5, 5)
    item = requested(promised(300), went("delivered", 299))
    assert not is_late(item, TODAY)
    assert is_late(item, after)
    assert not is_late(requested(promised(300), went("delivered", 300)), after)


def test_a_request_without_a_day_is_never_late() -> None:
    row = Request(organisation="asks", kind="fuel", quantity=5, unit="litres", district="north")
    assert not is_late(requested(row=row), date(2032, 1, 1))


def test_a_request_that_is_met_or_closed_is_no_longer_open() -> None:
    assert is_open(requested(promised(300), went("delivered", 300)))
    assert not is_open(requested(promised(300), went("delivered", 300), confirmed(300)))
    assert not is_open(requested(("closing", Closing(organisation="asks", day=TODAY))))


def test_an_offer_has_left_what_is_promised_to_nobody() -> None:
    offer = item_of("offer", OFFER)
    request = requested(promised(120, offer="OF-1"), promised(30))
    assert offer_left(offer, [request]) == 80
    assert str(offer_state(offer, [request], TODAY)) == "80 of 200 left"


def test_what_is_given_up_comes_back_to_its_offer() -> None:
    offer = item_of("offer", OFFER)
    request = requested(promised(120, offer="OF-1"), went("given_up", 100))
    assert offer_left(offer, [request]) == 180


def test_more_promised_than_an_offer_holds_is_told_and_below_nothing() -> None:
    offer = item_of("offer", OFFER)
    request = requested(promised(250, offer="OF-1"))
    assert offer_left(offer, [request]) == -50
    assert str(offer_state(offer, [request], TODAY)) == "50 more was promised from it than it holds"


def test_offers_that_fit_are_of_the_same_kind_unit_and_district_and_stand_in_order_of_their_codes() -> None:
    offers = [
        item_of("offer", replace(OFFER, quantity=1), code="OF-10"),
        item_of("offer", OFFER, code="OF-9"),
        item_of("offer", replace(OFFER, kind="fuel"), code="OF-1"),
        item_of("offer", replace(OFFER, unit="sets"), code="OF-2"),
        item_of("offer", replace(OFFER, district="south"), code="OF-3"),
        item_of("offer", replace(OFFER, district="north"), code="OF-4"),
        item_of("offer", replace(OFFER, until=date(2031, 5, 3)), code="OF-5"),
        item_of("offer", replace(OFFER, until=TODAY), code="OF-6"),
        item_of("offer", OFFER, ("closing", Closing(organisation="gives", day=TODAY)), code="OF-7"),
        item_of("offer", OFFER, code="OF-8", erased=True),
    ]
    request = requested(promised(120, offer="OF-4"), promised(200, offer="OF-9"))
    fitting = offers_that_fit(request, offers, [request], TODAY)
    assert [(offer.code, left) for offer, left in fitting] == [("OF-4", 80), ("OF-6", 200), ("OF-10", 1)]


def test_no_more_than_what_is_left_is_promised_from_an_offer() -> None:
    offer, request = item_of("offer", OFFER), requested(promised(150, offer="OF-1"))
    row = Promise(organisation="gives", quantity=51, offer="OF-1")
    assert "of OF-1 50 is left" in str(troubles_of("promise", row, request, offer, request)["quantity"].sentence)
    row = Promise(organisation="gives", quantity=50, offer="OF-1")
    assert troubles_of("promise", row, request, offer, request) == {}


@pytest.mark.parametrize(
    ("changes", "organisation"),
    [
        ({"kind": "fuel"}, "gives"),
        ({"unit": "sets"}, "gives"),
        ({"district": "south"}, "gives"),
        ({"until": date(2031, 5, 3)}, "gives"),
        ({}, "another"),
    ],
)
def test_a_promise_from_an_offer_that_does_not_fit_is_refused_at_the_offer(
    changes: dict[str, Any], organisation: str
) -> None:
    offer, request = item_of("offer", replace(OFFER, **changes)), requested()
    row = Promise(organisation=organisation, quantity=10, offer="OF-1")
    assert set(troubles_of("promise", row, request, offer, request)) == {"offer"}


def test_more_than_what_is_open_of_a_promise_is_not_given_up() -> None:
    item = requested(promised(100), went("delivered", 60))
    row = DeliveryStep(organisation="gives", state="given_up", quantity=41, day=TODAY)
    assert "40 of its promise is open" in str(troubles_of("delivery", row, item)["quantity"].sentence)


def test_only_who_asked_confirms_and_closes() -> None:
    for table, row in (
        ("receipt", Receipt(organisation="gives", quantity=1, day=TODAY)),
        ("closing", Closing(organisation="gives", day=TODAY)),
    ):
        assert set(troubles_of(table, row, requested())) == {"organisation"}


def test_who_asked_can_confirm_that_nothing_arrived() -> None:
    item = requested(promised(100), went("delivered", 100), confirmed(0))
    assert troubles_of("receipt", confirmed(0)[1], item) == {}
    assert "asks confirms 0 from it. Both stand." in said_of(item)


@pytest.mark.parametrize("table", ["request", "offer", "promise", "delivery"])
def test_nothing_is_no_quantity(table: str) -> None:
    rows = {
        "request": Request(organisation="asks", kind="fuel", quantity=0, unit="litres", district="north"),
        "offer": Offer(organisation="gives", kind="fuel", quantity=0, unit="litres"),
        "promise": Promise(organisation="gives", quantity=0),
        "delivery": DeliveryStep(organisation="gives", state="delivered", quantity=0, day=TODAY),
    }
    assert "quantity" in troubles_of(table, rows[table], requested() if table not in ("request", "offer") else None)


def test_no_table_of_requests_has_a_field_for_who_receives_it() -> None:
    keys = {field.key for table in REQUEST_TABLES for field in table.fields}
    assert keys == {
        "organisation",
        "kind",
        "quantity",
        "unit",
        "district",
        "by",
        "until",
        "what",
        "offer",
        "state",
        "day",
        "from",
    }
