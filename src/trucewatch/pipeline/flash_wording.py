"""The words of an urgent message: one text with all languages of the watch, the same bytes for both sides.

It says who reports what, where and when, that it is not checked, and what both are asked. Nothing else of the record
has a place in it: no count, effect, damage, origin, post or caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from trucewatch.locale import Words, languages, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Value
from trucewatch.model.drill import drill_code
from trucewatch.model.flash import (
    MATTER_WORDS,
    Flash,
    FlashDraft,
    FlashPlace,
    FlashRecipient,
    FlashRule,
    Told,
    flash_code,
    flash_rule_of,
)
from trucewatch.model.ids import sha256_of
from trucewatch.model.names import name_in
from trucewatch.model.naming import alphabetical
from trucewatch.model.times import zone_label
from trucewatch.model.watch import Watch
from trucewatch.pipeline.flash_place import StatedPlace, place_for, place_message

Follow = Literal["withdrawn", "drill_over"]
"""What follows a message: it is withdrawn; the drill that it was of has ended."""
BLANK: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashText:
    """What one recipient gets: by language, all of it as one text, and the subject of a mail."""

    by_language: Mapping[str, str]
    subject: str
    whole: str


def texts_of(
    watch: Watch,
    draft: FlashDraft,
    rule: FlashRule,
    *,
    sent_at: datetime | None,
    number: int,
    drill_label: str = "",
) -> Mapping[str, FlashText]:
    """The text for each recipient of a rule; every bound party's is the same to the byte. sent_at: None and number: 0
    before it is sent, and then a text says so in their places. drill_label: what people call the drill."""
    to = flash_rule_of(rule, watch.agreement.bound_ids).to
    return {each.id: _text(watch, draft, each, sent_at, number, drill_label) for each in to}


def preview_of(watch: Watch, draft: FlashDraft, rule: FlashRule, *, drill_label: str = "") -> Mapping[str, FlashText]:
    """The texts as they are looked at before they are sent: without number and second."""
    return texts_of(watch, draft, rule, sent_at=None, number=0, drill_label=drill_label)


def hash_of(texts: Mapping[str, FlashText]) -> str:
    """SHA-256 of texts to all: what `send_flash` takes as `seen`, of the preview."""
    return sha256_of("\0".join(f"{to}\0{texts[to].whole}" for to in sorted(texts)).encode())


def follow_texts(
    watch: Watch, flash: Flash, follow: Follow, *, at: datetime, drill_label: str = ""
) -> Mapping[str, FlashText]:
    """What is told to all who got a message after it; the same to every one of them."""
    lines = {language: list(_follow_lines(watch, flash, follow, at, words(language))) for language in _languages(watch)}
    has_ended = follow == "drill_over"
    text = _put_together(watch, lines, flash.draft, flash.number, drill_label, is_drill_over=has_ended)
    return {each.id: text for each in flash.to}


def recipient_name(watch: Watch, recipient: str, language: str) -> str:
    """What a party, a delegation or a body is called; its id if it has no name here."""
    return name_in(watch.names_by_id.get(recipient, {}), language, otherwise=recipient)


def place_told_to(watch: Watch, draft: FlashDraft, recipient: FlashRecipient) -> FlashPlace | None:
    """The place as one recipient is told it: as the draft has it, or coarser, by the zone that holds all of it."""
    place = draft.place
    if place is None or recipient.place != "zone" or place.form == "zone":
        return place
    stated = StatedPlace(named="")
    if place.form == "cell":
        # √2 / 2 of a side is half the diagonal; a one-sigma circle of it over 2.4477 has the corners on its 95 %.
        reach_m = place.size_m / 2**0.5 / 2.4477
        stated = StatedPlace(lon=place.lon, lat=place.lat, semi_major_m=reach_m, semi_minor_m=reach_m)
    else:
        town = next((each for each in watch.basemap.towns if each.id == place.id), None)
        reach_m = place.size_m / 2 / 2.4477
        if town is not None:
            stated = StatedPlace(lon=town.lon, lat=town.lat, semi_major_m=reach_m, semi_minor_m=reach_m)
    return place_for(watch, stated, recipient, draft.quarter[0])


def _text(
    watch: Watch, draft: FlashDraft, to: FlashRecipient, sent_at: datetime | None, number: int, drill_label: str
) -> FlashText:
    place = place_told_to(watch, draft, to)
    lines = {
        language: list(_lines(watch, draft, to.tells, place, sent_at, words(language)))
        for language in _languages(watch)
    }
    return _put_together(watch, lines, draft, number, drill_label)


def _languages(watch: Watch) -> tuple[str, ...]:
    """Those of the watch in its order, as far as there is a catalogue."""
    return tuple(language for language in watch.settings.languages if language in languages()) or ("en",)


def _put_together(
    watch: Watch,
    lines: Mapping[str, Sequence[str]],
    draft: FlashDraft,
    number: int,
    drill_label: str,
    *,
    is_drill_over: bool = False,
) -> FlashText:
    code = flash_code(number) if number else "UM-" + BLANK
    by_language = {}
    subjects = []
    for language, body in lines.items():
        say = words(language)
        marks = [say.say(mark) for mark in _marks(watch, draft, drill_label, is_drill_over)]
        title = say.say(Message("Urgent message to both sides, our number {code}", code=code))
        last = [say.say(Message("What follows is real."))] if is_drill_over else list(reversed(marks))
        by_language[language] = "\n".join((*marks, title, *body, *last))
        subjects.append(" – ".join((*(say.say(mark) for mark in _short_marks(watch, draft, is_drill_over)), title)))
    headings = {language: f"== {words(language).language_name(language)} ==" for language in lines}
    whole = "\n\n".join(f"{headings[language]}\n{text}" for language, text in by_language.items()) + "\n"
    return FlashText(by_language=by_language, subject=" / ".join(dict.fromkeys(subjects)), whole=whole)


def _marks(watch: Watch, draft: FlashDraft, drill_label: str, is_drill_over: bool) -> Iterator[Message]:
    """What stands first and last: that it is an exercise, or that the exercise has ended; that it is invented."""
    label = f"{drill_code(draft.drill)} {printable(drill_label)}".strip()
    if is_drill_over:
        yield Message("DRILL / EXERCISE ENDED: {label}", label=label)
    elif draft.drill:
        yield Message("DRILL / EXERCISE: {label}. Nothing of this happened.", label=label)
    if watch.settings.simulated or (draft.simulated and not draft.drill):
        yield Message("SIMULATED: what is told here is invented.")


def _short_marks(watch: Watch, draft: FlashDraft, is_drill_over: bool) -> Iterator[Message]:
    if is_drill_over:
        yield Message("DRILL / EXERCISE ENDED")
    elif draft.drill:
        yield Message("DRILL / EXERCISE")
    if watch.settings.simulated or (draft.simulated and not draft.drill):
        yield Message("SIMULATED")


def _lines(
    watch: Watch,
    draft: FlashDraft,
    tells: Sequence[Told],
    place: FlashPlace | None,
    sent_at: datetime | None,
    say: Words,
) -> Iterator[str]:
    """The sentences that a rule lists, in the order of TOLD; and how it was sent."""
    zone = watch.zone

    def line(message: Message) -> str:
        return say.say(message, zone=zone)

    if "reported_by" in tells:
        yield line(Message("Reported by: {who}", who=_reporter(watch, draft, say)))
    if "matter" in tells:
        yield line(Message("Reported: {matter}", matter=MATTER_WORDS[draft.matter]))
    if "place" in tells:
        yield line(Message("Where: {place}", place=place_message(watch, place, say.language, draft.quarter[0])))
    if "when" in tells:
        yield line(Message("When: {when}", when=_quarter(watch, draft, say)))
    if "not_checked" in tells:
        yield line(Message("This is a report. It has not been checked, and it says nothing of who did it."))
    asks = [each for each in draft.asks if each != "answer" or "answer_by" in tells]
    if "asks" in tells and asks:
        yield line(Message("Both sides are asked the same:"))
        for ask in asks:
            yield "– " + line(_ASKED[ask] if ask != "answer" else _answer(watch, draft, say))
    elif "answer_by" in tells:
        yield line(_answer(watch, draft, say))
    if "added" in tells and (added := draft.added.get(say.language, "")):
        yield line(Message("Added: {words}", words=" ".join(added.split())))
    second = _second(watch, sent_at, say)
    yield line(_on_its_way(second))


_ASKED: Final = {
    "stop": Message("to stop, if anything is going on"),
    "check_units": Message("to check their own units"),
}


def _answer(watch: Watch, draft: FlashDraft, say: Words) -> Message:
    return Message("to answer the centre by {moment}", moment=draft.answer_by)


def _reporter(watch: Watch, draft: FlashDraft, say: Words) -> Value:
    match draft.reporter:
        case "party" | "delegation" | "body" if draft.reporter_id:
            names = [recipient_name(watch, each, say.language) for each in draft.reporter_ids]
            return ", ".join(sorted(names, key=lambda name: alphabetical(name, say.language)))
        case "civilian":
            return Message("a civilian")
        case "centre":
            return Message("the centre's own means")
        case "agency":  # by no name: whoever took the call typed it
            return Message("an agency")
        case "not_said":
            return Message("somebody who did not say who they are")
        case _:
            return Message("a source that the centre reads")


def _quarter(watch: Watch, draft: FlashDraft, say: Words) -> Message:
    start, end = draft.quarter
    zone = watch.zone
    days = say.short_day(start.astimezone(zone).date()), say.short_day(end.astimezone(zone).date())
    values = {"start": say.time(start, zone), "end": say.time(end, zone), "zone": zone_label(start, zone)}
    if days[0] == days[1]:
        return Message("{day}, between {start} and {end} ({zone})", day=days[0], **values)
    return Message("between {day}, {start} and {last_day}, {end} ({zone})", day=days[0], last_day=days[1], **values)


def _on_its_way(second: Value) -> Message:
    """How it was sent. Whether it arrived the text cannot know."""
    return Message("One text for both sides, put on its way to both at the same second: {second}", second=second)


def _second(watch: Watch, moment: datetime | None, say: Words) -> Value:
    if moment is None:
        return Message("the one in which it is sent")
    local = moment.astimezone(watch.zone)
    return say.gettext("{day}, {time} ({zone})").format(
        day=say.short_day(local.date()), time=f"{local:%H:%M:%S}", zone=zone_label(moment, watch.zone)
    )


def _follow_lines(watch: Watch, flash: Flash, follow: Follow, at: datetime, say: Words) -> Iterator[str]:
    def line(message: Message) -> str:
        return say.say(message, zone=watch.zone)

    code = flash.code
    if follow == "withdrawn":
        yield line(
            Message(
                "{code} is withdrawn: take no step because of it. What was asked in it is asked no more.", code=code
            )
        )
    else:
        yield line(Message("The drill has ended. {code} was a part of it and is over: answer it no more.", code=code))
    second = _second(watch, at, say)
    yield line(_on_its_way(second))
