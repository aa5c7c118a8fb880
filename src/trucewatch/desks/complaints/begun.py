"""What a registration begins with where it is of a letter or a claim that is on record already."""

from __future__ import annotations

from datetime import datetime

from trucewatch.desks.complaints.forms import as_field, register_of
from trucewatch.errors import StoreError
from trucewatch.model.claim_record import Speaker
from trucewatch.server.view import View
from trucewatch.store.claim_records import claim_of, words_of_claim
from trucewatch.store.letter_records import letter_of


def came_in_with(view: View, *, claim: str, letter: str) -> dict[str, str]:
    """The fields that the record fills: sender, receipt, of a letter its number and theirs, of a claim its letter and,
    unless a civilian said them, its words. None for what is not on record; a list of claims fills no more than the
    letter does."""
    store = view.console.store
    if letter:
        try:
            record = letter_of(store, letter)
        except StoreError:
            return {"letter": letter}
        their_number = store.words.read(record.their_number) or ""
        return {"letter": record.code, "own_number": their_number} | _came_in(view, record.sender, record.received_at)
    try:
        call = claim_of(store, claim)
    except StoreError:
        return {}
    fields = {"letter": f"L-{call.letter}"} if call.letter else {}
    if call.speaker.kind != "civilian":  # what a civilian said stays with their claim: they were asked about that
        fields["says"] = words_of_claim(store, call).says
    return fields | _came_in(view, call.speaker, call.received_at)


def _came_in(view: View, speaker: Speaker, received_at: datetime) -> dict[str, str]:
    """From whom, where the register knows them as a sender, and when; a post's or an agency's is left open."""
    code = "civilian" if speaker.kind == "civilian" else speaker.code
    is_sender = code in {sender.code for sender in register_of(view).senders}
    return {"received_at": as_field(view, received_at)} | ({"sender": code} if is_sender else {})
