"""What an analyst does by hand, from a form to words and to an entry: merge, split, retype, reject, add, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from trucewatch.desks.incidents.detail import Dossier, seen_of
from trucewatch.desks.incidents.records import DEEDS
from trucewatch.errors import PlaceError, TimeError, WatchError
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.locale.terms import kind_word, means_word
from trucewatch.messages import Message
from trucewatch.model.edits import Act, Stated
from trucewatch.model.incident import Incident
from trucewatch.model.typed_text import as_typed
from trucewatch.server.console import WHO
from trucewatch.server.formatting import Telling
from trucewatch.server.view import View
from trucewatch.store.edit_records import check_reason

if TYPE_CHECKING:
    from trucewatch.desks.incidents.operations import Listing

MOST_PARTS: Final = 4


class RefusedActError(WatchError):
    """An act that cannot be entered as it was asked for; the page says why."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One act as a form asks for it. `seen`: what each incident looked like to the one who asks, by id."""

    deed: str
    reason: str = ""
    others: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    """Observation → the number of its part."""
    kind: str = ""
    event_class: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def seen_text(self) -> str:
        return " ".join(f"{name}:{seen}" for name, seen in sorted(self.seen.items()))


def read_asked(deed: str, fields: Sequence[tuple[str, str]]) -> Asked:
    """The act that a form's fields ask for."""
    texts = {name: value for name, value in fields if not name.startswith(("part-", "other"))}
    seen = [pair.partition(":") for pair in texts.get("seen", "").split()[:200]]
    others = [one for name, value in fields if name in ("other", "others") for one in value.replace(",", " ").split()]
    return Asked(
        deed=deed,
        reason=as_typed(texts.get("reason", "")),
        others=tuple(dict.fromkeys(others))[:100],
        parts={name.removeprefix("part-"): value for name, value in fields if name.startswith("part-")},
        kind=texts.get("kind", ""),
        event_class=texts.get("class", ""),
        seen={name: seen for name, _, seen in seen},
    )


def chosen_of(dossier: Dossier, asked: Asked, listing: Listing) -> list[Incident]:
    """The incidents that an act is about, the page's own first; each as the list holds it now.

    Raises RefusedActError where one is not what the form saw: it changed meanwhile, in another tab or by new evidence.
    """
    if dossier.row is None:
        raise RefusedActError(
            Message("This incident was rejected meanwhile. Nothing was entered; undo the rejection first.")
        )
    ids = [dossier.one.incident_id]
    for text in asked.others:
        row = dossier.snapshot.row_beginning(text)
        if row is None:
            raise RefusedActError(
                Message(
                    "No listed incident begins with “{code}”. Take the code from the list of incidents.",
                    code=printable(text)[:40],
                )
            )
        if dossier.snapshot.ids[row] not in ids:
            ids.append(dossier.snapshot.ids[row])
    chosen = listing.listed_ones(ids)
    for one in chosen:
        if asked.seen.get(one.incident_id, seen_of(one)) != seen_of(one):
            raise RefusedActError(changed(one))
    return chosen


def changed(one: Incident) -> Message:
    return Message(
        "Incident {code} changed after this form was opened: by another tab, or by new evidence. Nothing was entered. "
        "The page below shows it as it is now; look at it, and ask again if the act still fits.",
        code=one.incident_id[:12],
    )


def parts_of(one: Incident, asked: Asked, listing: Listing) -> list[list[str]]:
    """The parts of a split; an observation that no field names stays in the first. Raises WatchError for one part
    alone."""
    numbers = [str(part) for part in range(1, MOST_PARTS + 1)]
    parts: dict[str, list[str]] = {}
    for name in one.members:
        number = asked.parts.get(name, "1")
        if number not in numbers:
            raise RefusedActError(Message("A part is one of 1 to {most}.", most=MOST_PARTS))
        parts.setdefault(number, []).append(name)
    found = [parts[number] for number in sorted(parts)]
    listing.check_split(one, found)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an act would do, in words, before it is entered; and the incidents that it is about."""

    head: str
    lines: tuple[str, ...]
    about: tuple[Incident, ...] = ()


def summary_of(dossier: Dossier, asked: Asked, listing: Listing, telling: Telling) -> Summary:
    """Checks an act and says what it would do. Raises RefusedActError and WatchError."""
    words = telling.words
    chosen = chosen_of(dossier, asked, listing)
    check_reason(asked.reason)
    one, sentences = chosen[0], tuple(telling.sentence(each) for each in chosen)
    if asked.deed == "merge":
        listing.check_merge(chosen)
        head = words.gettext(
            "These {number} incidents become one in every later list, with {observations} observations:"
        )
        count = sum(len(each.members) for each in chosen)
        return Summary(
            head=head.format(number=words.number(len(chosen)), observations=words.number(count)),
            lines=sentences,
            about=tuple(chosen),
        )
    if asked.deed == "split":
        letters = dossier.letters
        named = [
            words.gettext("part {number}: observations {letters}").format(
                number=words.number(place), letters=words.listed([letters.get(name, name[:12]) for name in part][:40])
            )
            for place, part in enumerate(parts_of(one, asked, listing), 1)
        ]
        return Summary(
            head=words.gettext("This incident becomes {number} in every later list:").format(
                number=words.number(len(named))
            ),
            lines=(*sentences, *named),
            about=(one,),
        )
    if asked.deed == "retype":
        listing.check_retype(one, asked.kind, asked.event_class)
        stated = [kind_word(asked.kind, words)] if asked.kind else []
        stated += [telling.event_class(asked.event_class)] if asked.event_class else []
        head = words.gettext("Stated of this incident from the next list on: {what}.").format(what=words.listed(stated))
        return Summary(head=head, lines=sentences, about=(one,))
    head = words.gettext(
        "This incident is taken off the list: not counted, not reported, not held against the agreement. It "
        "stays to be seen."
    )
    return Summary(head=head, lines=sentences, about=(one,))


def enter(dossier: Dossier, asked: Asked, listing: Listing) -> Act:
    """Enters an act that was summed up. Raises RefusedActError, WatchError, StoreError."""
    chosen = chosen_of(dossier, asked, listing)
    for incident in chosen:
        if incident.incident_id not in asked.seen:
            raise RefusedActError(changed(incident))
    incident, reason = chosen[0], asked.reason
    match asked.deed:
        case "merge":
            return listing.merge(chosen, reason=reason, by=WHO)
        case "split":
            return listing.split(incident, parts_of(incident, asked, listing), reason=reason, by=WHO)
        case "retype":
            stated = {"kind": asked.kind, "event_class": asked.event_class}
            return listing.retype(incident, **stated, reason=reason, by=WHO)
        case _:
            return listing.reject(incident, reason=reason, by=WHO)


def stated_of(texts: Mapping[str, str], listing: Listing) -> Stated:
    """An observation as the form states it; its place as people write places. Raises RefusedActError, WatchError,
    TimeError."""
    from trucewatch.geo.place_text import read_place

    place_text, wide = texts.get("place", "").strip(), texts.get("sd_m", "").strip()
    lon = lat = None
    size: float | None = None
    if place_text:
        try:
            place = read_place(place_text, listing.watch.basemap.towns)
        except PlaceError as exc:
            raise RefusedActError(exc.message) from exc
        lon, lat, size = place.lon, place.lat, max(place.sd_m, 1.0)
    if wide:
        try:
            size = float(wide.replace(",", "."))
        except ValueError as exc:
            raise RefusedActError(Message("± is a number of metres, one sigma, like 250.")) from exc
        if lon is None:
            raise RefusedActError(Message("A ± needs a place; leave both empty if it is not known."))
    count = texts.get("count", "").strip()
    if count and (not count.isdecimal() or int(count[:12]) > 1_000_000):
        raise RefusedActError(Message("How many is a whole number from 0 to 1,000,000, or empty."))
    if not texts.get("kind") or not texts.get("means"):
        raise RefusedActError(Message("Choose what it was and how it is known."))
    try:
        return listing.stated(
            kind=texts["kind"],
            means=texts["means"],
            start=texts.get("start", ""),
            end=texts.get("end", "").strip() or None,
            place=(lon, lat, size, None, 0.0),
            count=int(count) if count else None,
            text=as_typed(texts.get("text", "")),
            simulated="simulated" in texts,
        )
    except TimeError as exc:
        raise RefusedActError(exc.message) from exc


def stated_lines(stated: Stated, telling: Telling) -> tuple[str, ...]:
    """An observation by hand, line by line, as it will be entered."""
    words = telling.words
    when = telling.moment(stated.occurred_start)
    if stated.occurred_end != stated.occurred_start:
        when = words.gettext("{start} – {end}").format(start=when, end=telling.moment(stated.occurred_end))
    where = words.gettext("place not known")
    if stated.lon is not None and stated.lat is not None and stated.semi_major_m is not None:
        where = words.gettext("longitude {lon}, latitude {lat}, ±{size} (one sigma)").format(
            lon=words.fixed(stated.lon, 5), lat=words.fixed(stated.lat, 5), size=telling.metres(stated.semi_major_m)
        )
    what = words.gettext("{kind}, known by: {means}").format(
        kind=kind_word(stated.kind, words), means=means_word(stated.means, words)
    )
    if stated.count is not None:
        what = words.gettext("{kind}, {number}").format(kind=what, number=words.number(stated.count))
    mark = (words.gettext("simulated"),) if stated.simulated else ()
    return (what, when, where, *([stated.text] if stated.text else []), *mark)


def act_line(act: Act, telling: Telling) -> str:
    """One act in a line: what, why, when."""
    return telling.words.gettext("{deed}: {reason} ({moment})").format(
        deed=telling.words.say(DEEDS[act.deed]),
        reason=isolated(telling.words.say(act.why)),
        moment=telling.moment(act.recorded_at),
    )


def listing_of(view: View) -> Listing:
    """The last recorded list, for one who holds the store for writing."""
    from trucewatch.desks.incidents.operations import Listing

    return Listing(view.console.store, view.snapshot.watch, view.console.now)
