"""Requests and offers between organisations, bodies of states and peacekeepers: what, how much, where, by when. Never
for whom: nobody who is to receive it is named, described or counted here by a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

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
    """What the organisation that asked says arrived, from whom."""

    __pydantic_config__ = _STRICT
    organisation: str
    quantity: int
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
        "{organisation} asks for {kind}, {quantity} {unit}, in {district}",
        organisation=names.organisation(row.organisation),
        kind=NEED_WORDS[row.kind],
        quantity=Amount(row.quantity),
        unit=UNIT_WORDS[row.unit],
        district=names.district(row.district),
    )


def _offer_line(row: Offer, names: AidNames) -> Message:
    return Message(
        "{organisation} offers {kind}, {quantity} {unit}",
        organisation=names.organisation(row.organisation),
        kind=NEED_WORDS[row.kind],
        quantity=Amount(row.quantity),
        unit=UNIT_WORDS[row.unit],
    )


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
    return Message(
        "{day}: {quantity} arrived, as {organisation} confirms",
        day=row.day,
        quantity=Amount(row.quantity),
        organisation=names.organisation(row.organisation),
    )


def _amount_troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.quantity <= 0:
        yield trouble("quantity", Message("this is nothing"), Message("write how much, more than 0"))


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
        troubles=_amount_troubles,
        owner="organisation",
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
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
        ),
        about=frozenset(("request",)),
        line=_delivery_line,
        troubles=_amount_troubles,
        owner="organisation",
    ),
    AidTable(
        name="receipt",
        title=Message("Confirmation"),
        plural=Message("Confirmations"),
        note=Message("What arrived, as who asked for it confirms."),
        row=Receipt,
        fields=(
            ORGANISATION,
            _QUANTITY,
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
        ),
        about=frozenset(("request",)),
        line=_receipt_line,
        troubles=_amount_troubles,
        owner="organisation",
    ),
)
