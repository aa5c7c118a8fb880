"""The bar for words of delegations and parties that would leave the centre: they name no device, no place by its
coordinates and nothing of a person, whoever agrees. One bar for let-out words, printed objections and positions in
bundles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.decisions import bars
from trucewatch.model.device_names import DeviceNames
from trucewatch.model.incident import Incident
from trucewatch.model.never_here import refusals
from trucewatch.model.watch import Watch

DEVICE: Final = Message("it names a device or a post")


def barred_words(watch: Watch, texts: Iterable[str]) -> Message | None:
    """Why texts cannot leave, said without a word of them: DEVICE, or why the guard on what is never here refuses one;
    None where all can."""
    devices = DeviceNames(watch.sensors)
    for text in texts:
        if devices.are_in(text):
            return DEVICE
        for refusal in refusals(text):
            return refusal.why
    return None


def barred_objection(watch: Watch, words: str, incident: Incident | None, now: datetime) -> Message | None:
    """Why a written objection cannot be printed; None where it can.

    incident: what it is about is of; None for what is of no event. What moves and where fire came from are printed by
    nobody within 24 hours.
    """
    why = barred_words(watch, (words,))
    if why is not None:
        return Message(
            "Not to be printed as it is written: {why}. Write it without, or enter the objection as not to be printed: "
            "then the centre reads it as you wrote it.",
            why=why,
        )
    for bar in bars(watch, ("wording",), "", incident, now):
        return Message(
            "This cannot be printed yet. {why} Enter the objection as not to be printed, or write it again then.",
            why=bar,
        )
    return None
