"""What of a rule for urgent messages does not fit the watch that it stands in, for whoever writes `watch.toml`."""

from __future__ import annotations

from collections.abc import Iterator

from trucewatch.messages import Message
from trucewatch.model.flash import (
    ALWAYS_TOLD,
    PLACE_FORMS,
    SMALLEST_CELL_M,
    TOLD,
    WAYS,
    FlashRecipient,
    FlashRule,
    flash_rule_of,
)
from trucewatch.model.watch import Watch


def rule_faults_in(watch: Watch, rule: FlashRule) -> Iterator[Message]:
    """What is wrong with a rule in this watch, each as a sentence for whoever writes `watch.toml`, who is told the
    table before it."""
    bound = watch.agreement.bound_ids
    if not bound:
        yield Message("the agreement binds no party, so that there is nobody to tell; name the parties first")
        return
    to = flash_rule_of(rule, bound).to
    named_ids = watch.names_by_id
    for each in to:
        if each.id not in named_ids:
            yield Message(
                'to: "{recipient}" is no party, delegation or body of this watch; there are: {known}',
                recipient=each.id[:60],
                known=", ".join(sorted(named_ids)),
            )
        yield from _recipient_faults(each)
    for party in bound:
        if all(each.id != party for each in to):
            yield Message(
                "to: leaves out {party}, which the agreement binds; both sides are told the same, or neither",
                party=party,
            )
    parties = [each for each in to if each.id in bound]
    for field, differ in (("place", _place_of), ("cell_m", _cell_of), ("tells", _tells_of)):
        if len({differ(each) for each in parties}) > 1:
            yield Message(
                "to: {field} differs between {parties}; both sides are told the same: write the same",
                field=field,
                parties=", ".join(each.id for each in parties),
            )
    if parties:
        for each in to:
            if each.id not in bound and each.place != "zone" and _is_finer(each, parties[0]):
                yield Message(
                    'to: "{recipient}": place is told finer than to the sides, whom it may reach; '
                    'write the same place and cell_m, or place = "zone"',
                    recipient=each.id,
                )


def _recipient_faults(each: FlashRecipient) -> Iterator[Message]:
    """The same as the reading of the table refuses, of a rule that came by another way."""
    if each.place not in PLACE_FORMS:
        yield Message(
            'to: "{recipient}": place is none of: {words}',
            recipient=each.id,
            words=", ".join(PLACE_FORMS),
        )
    if not each.cell_m >= SMALLEST_CELL_M:
        yield Message(
            'to: "{recipient}": cell_m is below {least} metres, which would help to correct fire',
            recipient=each.id,
            least=int(SMALLEST_CELL_M),
        )
    if not each.ways or not set(each.ways) <= set(WAYS):
        yield Message('to: "{recipient}": ways takes: {words}', recipient=each.id, words=", ".join(WAYS))
    if not ALWAYS_TOLD <= set(each.tells) <= set(TOLD):
        yield Message(
            'to: "{recipient}": tells takes some of {words}, and always {always}',
            recipient=each.id,
            words=", ".join(TOLD),
            always=", ".join(field for field in TOLD if field in ALWAYS_TOLD),
        )


def _place_of(each: FlashRecipient) -> object:
    return each.place


def _cell_of(each: FlashRecipient) -> object:
    return each.cell_m


def _tells_of(each: FlashRecipient) -> object:
    return frozenset(each.tells)


def _is_finer(each: FlashRecipient, party: FlashRecipient) -> bool:
    return (each.place, each.cell_m) != (party.place, party.cell_m)
