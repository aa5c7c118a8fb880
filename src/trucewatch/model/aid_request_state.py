"""How a request and an offer stand, worked out from their steps: promised, on the way, delivered, confirmed, short by.

The order in which steps were entered changes no number of a request. What does not fit together is said, never evened
out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from trucewatch.messages import Amount, Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_tables import AidNames


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSums:
    """What one organisation promised of a request and what became of it, in the unit of the request."""

    organisation: str
    promised: int = 0
    given_up: int = 0
    sent: int = 0
    """Said to be on the way at some time, what arrived since among it."""
    delivered: int = 0
    confirmed: int | None = None
    """What who asked confirms of this organisation; None while nothing was."""

    @property
    def standing(self) -> int:
        """What of the promise was not given up."""
        return max(0, self.promised - self.given_up)

    @property
    def on_the_way(self) -> int:
        """What of the promise is on the way and was not delivered yet."""
        return max(0, min(self.sent, self.standing) - self.delivered)

    @property
    def covered(self) -> int:
        """What of the request it covers: its promise, or what it delivered where that is more."""
        return max(self.standing, self.delivered)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSums:
    """The numbers of a request. by_organisation: those that promised or delivered something, by id."""

    asked: int
    by_organisation: tuple[PromiseSums, ...] = ()
    confirmed: int = 0
    """All that who asked confirmed, also without saying from whom."""

    @property
    def promised(self) -> int:
        return sum(each.covered for each in self.by_organisation)

    @property
    def on_the_way(self) -> int:
        return sum(each.on_the_way for each in self.by_organisation)

    @property
    def delivered(self) -> int:
        return sum(each.delivered for each in self.by_organisation)

    @property
    def short(self) -> int:
        """What nobody has promised or delivered."""
        return max(0, self.asked - self.promised)

    @property
    def over(self) -> int:
        """What is promised or delivered beyond what was asked."""
        return max(0, self.promised - self.asked)

    @property
    def is_met(self) -> bool:
        """Whether as much as was asked is delivered and confirmed."""
        return self.delivered >= self.asked and self.confirmed >= self.asked


def request_sums(item: Item) -> RequestSums:
    """The numbers of a request whose row can be read; of an erased one, those that stayed as totals."""
    promised: Counter[str] = Counter()
    states: dict[str, Counter[str]] = {"on_the_way": Counter(), "delivered": Counter(), "given_up": Counter()}
    confirmed: Counter[str] = Counter()
    for step in item.steps_of("promise"):
        promised[step.row.organisation] += step.row.quantity
    for step in item.steps_of("delivery"):
        states[step.row.state][step.row.organisation] += step.row.quantity
    for step in item.steps_of("receipt"):
        confirmed[step.row.from_] += step.row.quantity
    organisations = {*promised, *states["on_the_way"], *states["delivered"], *states["given_up"], *confirmed} - {""}
    return RequestSums(
        asked=int(item.row.quantity if item.row is not None else item.last.totals.get("quantity", 0)),
        by_organisation=tuple(
            PromiseSums(
                organisation=each,
                promised=promised[each],
                given_up=states["given_up"][each],
                sent=states["on_the_way"][each],
                delivered=states["delivered"][each],
                confirmed=confirmed.get(each),
            )
            for each in sorted(organisations)
        ),
        confirmed=sum(confirmed.values()),
    )


def offer_promised(code: str, requests: Iterable[Item]) -> int:
    """How much was promised from an offer. What an organisation gave up of a request frees its latest promise first."""
    return sum(
        left for item in requests for offer, left in _standing_promises(item) if offer.casefold() == code.casefold()
    )


def requests_by_offer(requests: Iterable[Item]) -> dict[str, list[Item]]:
    """The requests of which something is promised from an offer, by its code in small letters: for lists, which would
    else look through all requests for each offer."""
    by_offer: dict[str, list[Item]] = {}
    for item in requests:
        for code in {step.row.offer.casefold() for step in item.steps_of("promise") if step.row.offer}:
            by_offer.setdefault(code, []).append(item)
    return by_offer


def offer_left(offer: Item, requests: Iterable[Item]) -> int:
    """What of an offer is promised to nobody; below 0 where more was promised from it than it holds."""
    return int(offer.row.quantity) - offer_promised(offer.code, requests)


def offer_stands(offer: Item, today: date) -> bool:
    """Whether an offer can be read, was not closed, and its last day is not past."""
    return offer.row is not None and closed_on(offer) is None and (offer.row.until is None or offer.row.until >= today)


def offers_that_fit(
    request: Item, offers: Iterable[Item], requests: Iterable[Item], today: date
) -> tuple[tuple[Item, int], ...]:
    """The offers of the same kind and unit, for the same district or for any, that stand, each with what of it is left;
    in the order of their codes, which says nothing of who is to be chosen."""
    if request.row is None:
        return ()
    by_offer = requests_by_offer(requests)
    left_by_offer = (
        (offer, offer_left(offer, by_offer.get(offer.code.casefold(), ())))
        for offer in offers
        if offer_stands(offer, today)
        and (offer.row.kind, offer.row.unit) == (request.row.kind, request.row.unit)
        and offer.row.district in ("", request.row.district)
    )
    fitting = [(offer, left) for offer, left in left_by_offer if left > 0]
    return tuple(sorted(fitting, key=lambda pair: (pair[0].origin, pair[0].number)))


def closed_on(item: Item) -> date | None:
    """The day from which who asked or offered says that it is no longer needed, or no longer there."""
    closing = item.latest("closing")
    day: date | None = closing.row.day if closing is not None else None
    return day


def is_open(item: Item) -> bool:
    """Whether a request still waits for something."""
    return item.row is not None and closed_on(item) is None and not request_sums(item).is_met


def is_late(item: Item, today: date) -> bool:
    """Whether the day by which it was needed is past and not all is delivered."""
    if not is_open(item) or item.row.by is None:
        return False
    sums = request_sums(item)
    return bool(item.row.by < today) and sums.delivered < sums.asked


def request_state(item: Item) -> Message:
    """How a request stands, in one sentence."""
    if item.row is None:
        return Message("its content was erased")
    sums = request_sums(item)
    if (day := closed_on(item)) is not None:
        return Message("no longer needed, as of {day}", day=day)
    if sums.promised == 0 and sums.confirmed:
        return Message(
            "no promise is entered, and {confirmed} of {asked} arrived, as who asked confirms",
            confirmed=Amount(sums.confirmed),
            asked=Amount(sums.asked),
        )
    if sums.promised == 0:
        return Message("nothing is promised yet")
    if sums.short:
        return Message(
            "{promised} of {asked} promised, short by {short}",
            promised=Amount(sums.promised),
            asked=Amount(sums.asked),
            short=Amount(sums.short),
        )
    if sums.delivered < sums.asked:
        return _promised_state(sums)
    if not sums.is_met:
        return Message(
            "{delivered} of {asked} delivered, {confirmed} confirmed",
            delivered=Amount(sums.delivered),
            asked=Amount(sums.asked),
            confirmed=Amount(sums.confirmed),
        )
    return Message("delivered and confirmed")


def _promised_state(sums: RequestSums) -> Message:
    if sums.over:
        return Message(
            "promised {over} more than was asked, {delivered} of {asked} delivered",
            over=Amount(sums.over),
            delivered=Amount(sums.delivered),
            asked=Amount(sums.asked),
        )
    return Message(
        "all is promised, {delivered} of {asked} delivered",
        delivered=Amount(sums.delivered),
        asked=Amount(sums.asked),
    )


def offer_state(offer: Item, requests: Iterable[Item], today: date) -> Message:
    """How an offer stands, in one sentence."""
    if offer.row is None:
        return Message("its content was erased")
    if (day := closed_on(offer)) is not None:
        return Message("no longer offered, as of {day}", day=day)
    if not offer_stands(offer, today):
        return Message("it stood until {day}", day=offer.row.until)
    left = offer_left(offer, requests)
    if left < 0:
        return Message("{over} more was promised from it than it holds", over=Amount(-left))
    return Message("{left} of {quantity} left", left=Amount(left), quantity=Amount(offer.row.quantity))


def remarks(item: Item, names: AidNames, today: date) -> Iterator[Message]:
    """What of a request does not fit together, each with who says so; both stand."""
    sums = request_sums(item)
    if sums.over:
        yield Message("Promised or delivered is {over} more than was asked.", over=Amount(sums.over))
    for each in sums.by_organisation:
        yield from _remarks_of(each, item, names)
    if is_late(item, today):
        yield Message("It was needed by {day}. That day is past.", day=item.row.by)


def _remarks_of(each: PromiseSums, item: Item, names: AidNames) -> Iterator[Message]:
    name = names.organisation(each.organisation)
    if each.given_up > each.promised:
        yield Message(
            "{organisation} gave up {given_up}, and has {promised} promised.",
            organisation=name,
            given_up=Amount(each.given_up),
            promised=Amount(each.promised),
        )
    if each.sent > each.promised:
        yield Message(
            "{organisation} says that {sent} went on the way, and has {promised} promised.",
            organisation=name,
            sent=Amount(each.sent),
            promised=Amount(each.promised),
        )
    if each.delivered > each.standing:
        yield Message(
            "{organisation} says that it delivered {delivered}, which is {more} more than its promise.",
            organisation=name,
            delivered=Amount(each.delivered),
            more=Amount(each.delivered - each.standing),
        )
    if each.confirmed is not None and each.confirmed != each.delivered and item.row is not None:
        yield Message(
            "{giver} says that it delivered {delivered}. {asker} confirms {confirmed} from it. Both stand.",
            giver=name,
            delivered=Amount(each.delivered),
            asker=names.organisation(item.row.organisation),
            confirmed=Amount(each.confirmed),
        )


def standing_of(organisation: str, item: Item) -> PromiseSums:
    """The numbers of one organisation in a request; all 0 where it promised nothing."""
    sums = {each.organisation: each for each in request_sums(item).by_organisation}
    return sums.get(organisation, PromiseSums(organisation=organisation))


def _standing_promises(item: Item) -> Iterator[tuple[str, int]]:
    """Each promise of a request that names an offer, with what of it was not given up."""
    given_up: Counter[str] = Counter()
    for step in item.steps_of("delivery"):
        if step.row.state == "given_up":
            given_up[step.row.organisation] += step.row.quantity
    for step in reversed(item.steps_of("promise")):
        promise: Any = step.row
        freed = min(promise.quantity, given_up[promise.organisation])
        given_up[promise.organisation] -= freed
        if promise.offer:
            yield promise.offer, promise.quantity - freed
