"""Requests and offers between organisations, bodies of states and peacekeepers: what, how much, where, by when. Never
for whom: nobody who is to receive it is named, described or counted here by a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final, Literal, get_args

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.aid_request_state import offer_left, offer_stands, standing_of
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.times import day_of

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}

NeedKind = Literal[
    "food",
    "water",
    "shelter",
    "blankets",
    "clothing",
    "medicines",
    "transport",
    "fuel",
    "storage",
    "escort",
    "interpreters",
    "repair",
    "power",
    "communications",
    "other",
]
Unit = Literal[
    "pieces", "sets", "kilograms", "litres", "vehicles", "seats", "people", "square_metres", "hours", "other"
]
NEED_WORDS: Final[Mapping[str, Term]] = {
    "food": Term("need", "food"),
    "water": Term("need", "drinking water"),
    "shelter": Term("need", "shelter"),
    "blankets": Term("need", "blankets and bedding"),
    "clothing": Term("need", "clothing"),
    "medicines": Term("need", "medical supplies"),
    "transport": Term("need", "transport"),
    "fuel": Term("need", "fuel"),
    "storage": Term("need", "storage"),
    "escort": Term("need", "escort"),
    "interpreters": Term("need", "interpreters"),
    "repair": Term("need", "repair"),
    "power": Term("need", "power supply"),
    "communications": Term("need", "communications"),
    "other": Term("need", "something else"),
}
UNIT_WORDS: Final[Mapping[str, Term]] = {
    "pieces": Term("unit", "pieces"),
    "sets": Term("unit", "sets"),
    "kilograms": Term("unit", "kilograms"),
    "litres": Term("unit", "litres"),
    "vehicles": Term("unit", "vehicles"),
    "seats": Term("unit", "seats"),
    "people": Term("unit", "staff"),
    "square_metres": Term("unit", "square metres"),
    "hours": Term("unit", "hours"),
    "other": Term("unit", "of another unit"),
}
_AMOUNTS: Final[Mapping[str, Callable[[int], Message]]] = {
    "pieces": lambda n: Plural("{count} piece", "{count} pieces", n, count=Amount(n)),
    "sets": lambda n: Plural("{count} set", "{count} sets", n, count=Amount(n)),
    "kilograms": lambda n: Plural("{count} kilogram", "{count} kilograms", n, count=Amount(n)),
    "litres": lambda n: Plural("{count} litre", "{count} litres", n, count=Amount(n)),
    "vehicles": lambda n: Plural("{count} vehicle", "{count} vehicles", n, count=Amount(n)),
    "seats": lambda n: Plural("{count} seat", "{count} seats", n, count=Amount(n)),
    "people": lambda n: Plural("{count} member of staff", "{count} members of staff", n, count=Amount(n)),
    "square_metres": lambda n: Plural("{count} square metre", "{count} square metres", n, count=Amount(n)),
    "hours": lambda n: Plural("{count} hour", "{count} hours", n, count=Amount(n)),
    "other": lambda n: Message("{count} of another unit", count=Amount(n)),
}


def amount_of(quantity: int, unit: str) -> Message:
    """So much of a unit, in the number that a language has for it: `300 pieces`, `1 seat`."""
    return _AMOUNTS[unit](quantity)


KINDS: Final[tuple[str, ...]] = get_args(NeedKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """That an organisation asks for something. by: the last day on which it is of use, in the watch's zone."""

    __pydantic_config__ = _STRICT
    organisation: str
    kind: NeedKind
    quantity: int
    unit: Unit
    district: str
    by: date | None = None
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """That an organisation has something to give. until: the last day on which it stands."""

    __pydantic_config__ = _STRICT
    organisation: str
    kind: NeedKind
    quantity: int
    unit: Unit
    district: str = ""
    until: date | None = None
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """That so much of a request is promised by an organisation, from its offer where there is one. A person matches
    them; the program proposes nothing by itself."""

    __pydantic_config__ = _STRICT
    organisation: str
    quantity: int
    offer: str = ""
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStep:
    """What became of what an organisation promised: on the way, delivered, or given up. confirmed is said by who asked
    (`Receipt`)."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: Literal["on_the_way", "delivered", "given_up"]
    quantity: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the organisation that asked says arrived, from whom; "" where it does not say."""

    __pydantic_config__ = _STRICT
    organisation: str
    quantity: int
    day: date
    from_: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """That a request is no longer needed, or an offer no longer there, from a day on."""

    __pydantic_config__ = _STRICT
    organisation: str
    day: date


ORGANISATION: Final = AidField(name="organisation", kind="organisation", label=Message("Organisation"), is_needed=True)
_KIND: Final = AidField(name="kind", kind="choice", label=Message("What"), is_needed=True, choices=NEED_WORDS)
_QUANTITY: Final = AidField(name="quantity", kind="count", label=Message("How much"), is_needed=True)
_UNIT: Final = AidField(name="unit", kind="choice", label=Message("Unit"), is_needed=True, choices=UNIT_WORDS)
_WHAT: Final = AidField(
    name="what",
    kind="line",
    label=Message("What exactly"),
    note=Message("Goods or work, never for whom: no names, no addresses, no cases."),
)


def _request_line(row: Request, names: AidNames) -> Message:
    return Message(
        "{organisation} asks for {kind}, {amount}, in {district}",
        organisation=names.organisation(row.organisation),
        kind=NEED_WORDS[row.kind],
        amount=amount_of(row.quantity, row.unit),
        district=names.district(row.district),
    )


def _offer_line(row: Offer, names: AidNames) -> Message:
    values = {
        "organisation": names.organisation(row.organisation),
        "kind": NEED_WORDS[row.kind],
        "amount": amount_of(row.quantity, row.unit),
    }
    if row.district:
        return Message(
            "{organisation} offers {kind}, {amount}, in {district} alone",
            **values,
            district=names.district(row.district),
        )
    return Message("{organisation} offers {kind}, {amount}", **values)


def _promise_line(row: Promise, names: AidNames) -> Message:
    return Message(
        "{organisation} promises {quantity}",
        organisation=names.organisation(row.organisation),
        quantity=Amount(row.quantity),
    )


_DELIVERY_WORDS: Final[Mapping[str, Term]] = {
    "on_the_way": Term("delivery", "on the way"),
    "delivered": Term("delivery", "delivered"),
    "given_up": Term("delivery", "not coming"),
}


def _delivery_line(row: DeliveryStep, names: AidNames) -> Message:
    return Message(
        "{day}: {quantity} {state}, as {organisation} says",
        day=row.day,
        quantity=Amount(row.quantity),
        state=_DELIVERY_WORDS[row.state],
        organisation=names.organisation(row.organisation),
    )


def _receipt_line(row: Receipt, names: AidNames) -> Message:
    if row.from_:
        return Message(
            "{day}: {quantity} arrived from {giver}, as {organisation} confirms",
            day=row.day,
            quantity=Amount(row.quantity),
            giver=names.organisation(row.from_),
            organisation=names.organisation(row.organisation),
        )
    return Message(
        "{day}: {quantity} arrived, as {organisation} confirms",
        day=row.day,
        quantity=Amount(row.quantity),
        organisation=names.organisation(row.organisation),
    )


def _amount_troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.quantity <= 0:
        yield trouble("quantity", Message("this is nothing"), Message("write how much, more than 0"))


def _closing_line(row: Closing, names: AidNames) -> Message:
    return Message(
        "{day}: closed, as {organisation} says", day=row.day, organisation=names.organisation(row.organisation)
    )


def _quantity_total(row: Any) -> Mapping[str, int]:
    return {"quantity": row.quantity}


def _end_of(field: str) -> Callable[[Any, tzinfo], datetime | None]:
    """When the day of a field is over; None of a row without one."""
    return lambda row, zone: day_of(day, zone).end if (day := getattr(row, field)) is not None else None


def _promise_troubles(row: Promise, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _amount_troubles(row, about, items)
    if not row.offer:
        return
    offer = items.item_or_none(row.offer)
    if offer is None or offer.row is None or about is None or about.row is None:
        return
    yield from _offer_troubles(row, offer, about.row, items)


def _offer_troubles(row: Promise, offer: Any, request: Request, items: AidItems) -> Iterator[Trouble]:
    today = items.now.astimezone(items.zone).date()
    own = offer.row
    if own.organisation != row.organisation:
        what = Message("{offer} is an offer of another organisation", offer=offer.code)
        yield trouble("offer", what, Message("choose an offer of the organisation that promises, or none"))
    if (own.kind, own.unit) != (request.kind, request.unit):
        what = Message("{offer} offers something else, or counts it in another unit", offer=offer.code)
        yield trouble("offer", what, Message("choose another offer, or none"))
    elif own.district not in ("", request.district):
        what = Message("{offer} is for another district only", offer=offer.code)
        yield trouble("offer", what, Message("choose another offer, or none"))
    if not offer_stands(offer, today):
        what = Message("{offer} no longer stands", offer=offer.code)
        yield trouble("offer", what, Message("choose another offer, or none"))
    elif row.quantity > (left := offer_left(offer, items.items("request"))):
        what = Message("of {offer} {left} is left", offer=offer.code, left=Amount(max(0, left)))
        yield trouble("quantity", what, Message("promise no more than that from it"))


def _delivery_troubles(row: DeliveryStep, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _amount_troubles(row, about, items)
    if row.state == "given_up" and about is not None:
        sums = standing_of(row.organisation, about)
        left = max(0, sums.standing - sums.delivered)
        if row.quantity > left:
            what = Message("{left} of its promise is open", left=Amount(left))
            yield trouble("quantity", what, Message("give up no more than that"))


def _receipt_troubles(row: Receipt, about: Any, items: AidItems) -> Iterator[Trouble]:
    if about is not None and about.row is not None and row.organisation != about.row.organisation:
        yield trouble(
            "organisation",
            Message("what arrived is confirmed by who asked for it"),
            Message("choose the organisation that asked"),
        )


def _closing_troubles(row: Closing, about: Any, items: AidItems) -> Iterator[Trouble]:
    if about is not None and about.row is not None and row.organisation != about.row.organisation:
        yield trouble(
            "organisation",
            Message("another organisation entered {code}", code=about.code),
            Message("choose the organisation whose it is"),
        )


_DAY: Final = AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today")
REQUEST_TABLES: Final = (
    AidTable(
        name="request",
        prefix="RQ",
        title=Message("Request"),
        plural=Message("Requests"),
        note=Message("What your organisation asks others for. Goods and work only: nobody who is to receive it."),
        row=Request,
        fields=(
            ORGANISATION,
            _KIND,
            _QUANTITY,
            _UNIT,
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            AidField(name="by", kind="day", label=Message("Needed by")),
            _WHAT,
        ),
        line=_request_line,
        troubles=_amount_troubles,
        totals=_quantity_total,
        ends_at=_end_of("by"),
        owner="organisation",
        travels=frozenset(("to_aid",)),
    ),
    AidTable(
        name="offer",
        prefix="OF",
        title=Message("Offer"),
        plural=Message("Offers"),
        note=Message("What your organisation can give or do for others."),
        row=Offer,
        fields=(
            ORGANISATION,
            _KIND,
            _QUANTITY,
            _UNIT,
            AidField(name="district", kind="district", label=Message("District, if only there")),
            AidField(name="until", kind="day", label=Message("Stands until")),
            _WHAT,
        ),
        line=_offer_line,
        troubles=_amount_troubles,
        totals=_quantity_total,
        ends_at=_end_of("until"),
        owner="organisation",
        travels=frozenset(("to_aid",)),
    ),
    AidTable(
        name="promise",
        title=Message("Promise"),
        plural=Message("Promises"),
        note=Message("How much of this request an organisation promises."),
        row=Promise,
        fields=(
            ORGANISATION,
            _QUANTITY,
            AidField(name="offer", kind="code", of=("offer",), label=Message("From the offer")),
            AidField(name="by", kind="day", label=Message("By when")),
        ),
        about=frozenset(("request",)),
        line=_promise_line,
        troubles=_promise_troubles,
        totals=_quantity_total,
        owner="organisation",
        travels=frozenset(("to_aid",)),
    ),
    AidTable(
        name="delivery",
        title=Message("Delivery"),
        plural=Message("Deliveries"),
        note=Message("What became of what an organisation promised."),
        row=DeliveryStep,
        fields=(
            ORGANISATION,
            AidField(
                name="state", kind="choice", label=Message("How it stands"), is_needed=True, choices=_DELIVERY_WORDS
            ),
            _QUANTITY,
            _DAY,
        ),
        about=frozenset(("request",)),
        line=_delivery_line,
        troubles=_delivery_troubles,
        totals=_quantity_total,
        owner="organisation",
        travels=frozenset(("to_aid",)),
    ),
    AidTable(
        name="receipt",
        title=Message("Confirmation"),
        plural=Message("Confirmations"),
        note=Message("What arrived, as who asked for it confirms."),
        row=Receipt,
        fields=(
            ORGANISATION,
            AidField(name="from_", kind="organisation", label=Message("From which organisation")),
            _QUANTITY,
            _DAY,
        ),
        about=frozenset(("request",)),
        line=_receipt_line,
        troubles=_receipt_troubles,
        totals=_quantity_total,
        owner="organisation",
        travels=frozenset(("to_aid",)),
        of_origin=True,
    ),
    AidTable(
        name="closing",
        title=Message("Closing"),
        plural=Message("Closings"),
        note=Message("A request that is no longer needed, an offer that is no longer there. What was entered stays."),
        row=Closing,
        fields=(ORGANISATION, _DAY),
        about=frozenset(("request", "offer")),
        line=_closing_line,
        troubles=_closing_troubles,
        owner="organisation",
        travels=frozenset(("to_aid",)),
        of_origin=True,
    ),
)
