"""What an analyst does by hand, from a form to words and to an entry: merge, split, retype, reject, add, undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from trucewatch.desks.incidents.codes import incidents_by_code
from trucewatch.desks.incidents.detail import IncidentDetail, state_hash_of
from trucewatch.desks.incidents.records import DEEDS
from trucewatch.errors import WatchError
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.locale.terms import kind_word, means_word, perceived_word
from trucewatch.messages import Message
from trucewatch.model.count_claims import MOST_COUNTED
from trucewatch.model.edits import Act, Stated
from trucewatch.model.incident import Incident
from trucewatch.model.times import iso_utc
from trucewatch.model.typed_text import as_typed
from trucewatch.server.console import WHO
from trucewatch.server.formatting import Telling
from trucewatch.server.time_fields import TimeForm
from trucewatch.server.view import View
from trucewatch.store.edit_records import check_reason

if TYPE_CHECKING:
    from trucewatch.desks.incidents.operations import Listing

MOST_PARTS: Final = 4


@dataclass(frozen=True, kw_only=True)
class ActDraft:
    """One act as a form asks for it. `states`: the hash of each incident as the one who asks saw it, by
    id."""

    deed: str
    reason: str = ""
    others: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    """Observation → the number of its part."""
    kind: str = ""
    event_class: str = ""
    states: Mapping[str, str] = field(default_factory=dict)

    def over(self, incidents: Iterable[Incident]) -> ActDraft:
        """The same, asked for by one who sees these incidents as they are now."""
        return replace(self, states={incident.incident_id: state_hash_of(incident) for incident in incidents})

    @property
    def states_text(self) -> str:
        return " ".join(f"{name}:{state}" for name, state in sorted(self.states.items()))


def read_draft(deed: str, fields: Sequence[tuple[str, str]]) -> ActDraft:
    """The act that a form's fields ask for."""
    texts = {name: value for name, value in fields if not name.startswith(("part-", "other"))}
    pairs = [pair.partition(":") for pair in texts.get("seen", "").split()[:200]]
    others = [code for name, value in fields if name in ("other", "others") for code in value.replace(",", " ").split()]
    return ActDraft(
        deed=deed,
        reason=as_typed(texts.get("reason", "")),
        others=tuple(dict.fromkeys(others))[:100],
        parts={name.removeprefix("part-"): value for name, value in fields if name.startswith("part-")},
        kind=texts.get("kind", ""),
        event_class=texts.get("class", ""),
        states={name: state for name, _, state in pairs},
    )


def chosen_of(detail: IncidentDetail, draft: ActDraft, listing: Listing) -> list[Incident]:
    """The incidents that an act is about, the page's own first; each as the list holds it now.

    Raises WatchError where one is not what the form saw: it changed meanwhile, in another tab or by new evidence.
    """
    if detail.row is None:
        raise WatchError(
            Message("This incident was rejected meanwhile. Nothing was entered; undo the rejection first.")
        )
    ids = [detail.incident.incident_id]
    for text in draft.others:
        row = detail.snapshot.row_beginning(text)
        if row is None:
            meant = incidents_by_code(listing.store, detail.snapshot.ids, text)
            row = detail.snapshot.row_beginning(meant[0]) if len(meant) == 1 else None
        if row is None:
            raise WatchError(
                Message(
                    "No listed incident begins with “{code}”. Take the code from the list of incidents.",
                    code=printable(text)[:40],
                )
            )
        if detail.snapshot.ids[row] not in ids:
            ids.append(detail.snapshot.ids[row])
    chosen = listing.listed_incidents(ids)
    for incident in chosen:
        if draft.states.get(incident.incident_id, state_hash_of(incident)) != state_hash_of(incident):
            raise WatchError(changed(incident, listing.codes[incident.incident_id]))
    return chosen


def changed(incident: Incident, code: str) -> Message:
    return Message(
        "Incident {code} changed after this form was opened: by another tab, or by new evidence. Nothing was entered. "
        "The page below shows it as it is now; look at it, and ask again if the act still fits.",
        code=code,
    )


def parts_of(incident: Incident, draft: ActDraft, listing: Listing) -> list[list[str]]:
    """The parts of a split; an observation that no field names stays in the first. Raises WatchError for one part
    alone."""
    numbers = [str(part) for part in range(1, MOST_PARTS + 1)]
    parts: dict[str, list[str]] = {}
    for name in incident.members:
        number = draft.parts.get(name, "1")
        if number not in numbers:
            raise WatchError(Message("A part is one of 1 to {most}.", most=MOST_PARTS))
        parts.setdefault(number, []).append(name)
    ordered = [parts[number] for number in sorted(parts)]
    listing.check_split(incident, ordered)
    return ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an act would do, in words, before it is entered; and the incidents that it is about."""

    head: str
    lines: tuple[str, ...]
    about: tuple[Incident, ...] = ()


def summary_of(detail: IncidentDetail, draft: ActDraft, listing: Listing, telling: Telling) -> Summary:
    """Checks an act and says what it would do. Raises WatchError and StoreError."""
    words = telling.words
    chosen = chosen_of(detail, draft, listing)
    check_reason(draft.reason)
    incident, lines = chosen[0], [telling.sentence(each) for each in chosen]
    match draft.deed:
        case "merge":
            listing.check_merge(chosen)
            count = sum(len(each.members) for each in chosen)
            head = words.gettext(
                "These {number} incidents become one in every later list, with {observations} observations:"
            ).format(number=words.number(len(chosen)), observations=words.number(count))
        case "split":
            parts = parts_of(incident, draft, listing)
            head = words.gettext("This incident becomes {number} in every later list:").format(
                number=words.number(len(parts))
            )
            for number, part in enumerate(parts, 1):
                letters = words.listed([detail.letters.get(name, name[:12]) for name in part][:40])
                lines.append(
                    words.gettext("part {number}: observations {letters}").format(
                        number=words.number(number), letters=letters
                    )
                )
        case "retype":
            listing.check_retype(incident, draft.kind, draft.event_class)
            stated = [kind_word(draft.kind, words)] if draft.kind else []
            stated += [telling.event_class(draft.event_class)] if draft.event_class else []
            head = words.gettext("Stated of this incident from the next list on: {what}.").format(
                what=words.listed(stated)
            )
        case _:
            head = words.gettext(
                "This incident is taken off the list: not counted, not reported, not held against the agreement. It "
                "stays to be seen."
            )
    return Summary(head=head, lines=tuple(lines), about=tuple(chosen if draft.deed == "merge" else chosen[:1]))


def enter(detail: IncidentDetail, draft: ActDraft, listing: Listing) -> Act:
    """Enters an act that was summed up. Raises WatchError and StoreError."""
    chosen = chosen_of(detail, draft, listing)
    for incident in chosen:
        if incident.incident_id not in draft.states:
            raise WatchError(changed(incident, listing.codes[incident.incident_id]))
    incident, reason = chosen[0], draft.reason
    match draft.deed:
        case "merge":
            return listing.merge(chosen, reason=reason, by=WHO)
        case "split":
            return listing.split(incident, parts_of(incident, draft, listing), reason=reason, by=WHO)
        case "retype":
            return listing.retype(incident, kind=draft.kind, event_class=draft.event_class, reason=reason, by=WHO)
        case _:
            return listing.reject(incident, reason=reason, by=WHO)


def stated_of(texts: Mapping[str, str], listing: Listing, time_form: TimeForm) -> Stated:
    """An observation as the form states it; its place as people write places. Raises WatchError, PlaceError,
    TimeError."""
    from trucewatch.geo.place_text import read_place

    place_text, wide = texts.get("place", "").strip(), texts.get("sd_m", "").strip()
    lon = lat = size = None
    if place_text:
        place = read_place(place_text, listing.watch.basemap.towns)
        lon, lat, size = place.lon, place.lat, max(place.sd_m, 1.0)
    if wide:
        try:
            size = float(wide.replace(",", "."))
        except ValueError as exc:
            raise WatchError(Message("± is a number of metres, one sigma, like 250.")) from exc
        if lon is None:
            raise WatchError(Message("A ± needs a place; leave both empty if it is not known."))
    count = texts.get("count", "").strip()
    if count and (not count.isdecimal() or int(count[:12]) > MOST_COUNTED):
        raise WatchError(Message("How many is a whole number from 0 to 100,000, or empty."))
    if not texts.get("kind") or not texts.get("means"):
        raise WatchError(Message("Choose what it was and how it is known."))
    return listing.stated(
        kind=texts["kind"],
        means=texts["means"],
        start=iso_utc(time_form.read_moment(texts.get("start", ""))),
        end=iso_utc(time_form.read_moment(end)) if (end := texts.get("end", "").strip()) else None,
        place=(lon, lat, size, None, 0.0),
        count=int(count) if count else None,
        text=as_typed(texts.get("text", "")),
        simulated="simulated" in texts,
        claimed_by=as_typed(texts.get("claimed_by", "")),
        perceived=texts.get("perceived", ""),
    )


def stated_lines(stated: Stated, telling: Telling) -> tuple[str, ...]:
    """An observation by hand, line by line, as it will be entered."""
    words = telling.words
    when = telling.moment(stated.occurred_start)
    if stated.occurred_end != stated.occurred_start:
        when = words.gettext("{start} – {end}").format(start=when, end=telling.moment(stated.occurred_end))
    where = words.gettext("no place given")
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
    who = words.gettext("says: {who}").format(who=isolated(printable(stated.claimed_by)))
    if how := perceived_word(stated.perceived, words):
        who = words.gettext("{who} ({how})").format(who=who, how=how)
    return (what, who, when, where, *([stated.text] if stated.text else []), *mark)


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
