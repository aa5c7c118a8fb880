"""What an analyst does by hand, from a form to words and to an entry: merge, split, retype, reject, add, undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import TYPE_CHECKING, Final

from trucewatch.desks.incidents.apart import gap_between, gap_words
from trucewatch.desks.incidents.codes import incidents_by_code
from trucewatch.desks.incidents.consequence import Consequence, consequence_of, rule_against
from trucewatch.desks.incidents.detail import IncidentDetail, state_hash_of
from trucewatch.desks.incidents.records import DEEDS
from trucewatch.errors import TrucewatchError, WatchError
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.locale.terms import kind_word, means_word, perceived_word
from trucewatch.messages import Message
from trucewatch.model.count_claims import MOST_COUNTED
from trucewatch.model.edits import Act, Stated
from trucewatch.model.incident import CHI2_95, Incident
from trucewatch.model.times import iso_utc
from trucewatch.model.typed_text import as_typed
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
    coming: str = ""
    """Which consequence the one who asks was shown (`Consequence.mark`); "" for none."""

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
        others=tuple(dict.fromkeys(others))[:1000],
        parts={name.removeprefix("part-"): value for name, value in fields if name.startswith("part-")},
        kind=texts.get("kind", ""),
        event_class=texts.get("class", ""),
        states={name: state for name, _, state in pairs},
        coming=texts.get("coming", "")[:40],
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
        "The page below shows it as it is now, and what would come of the act; press again if it still fits.",
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


UNSEEN: Final = "unseen"
"""The mark of what could not be worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What would come of an act, as a form shows it: `mark` tells it from anything else, `places` is for the map;
    trouble: why it cannot be told."""

    consequence: Consequence | None
    mark: str
    places: str
    trouble: Message | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an act would do, before it is entered: in words, and on the list.

    lines: the parts of a split; apart: of a merge what lies between the incidents, by the code of each other; warnings:
    what the rule of association says against it; about: the incidents that it is about.
    """

    head: str
    coming: Coming
    lines: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    about: tuple[Incident, ...] = ()


def summary_of(detail: IncidentDetail, draft: ActDraft, listing: Listing, view: View) -> Summary:
    """Checks an act, works out what would come of it and says so. Raises WatchError and StoreError."""
    telling = view.telling
    words = telling.words
    chosen = chosen_of(detail, draft, listing)
    check_reason(draft.reason)
    lines = list[str]()
    apart, warnings = list[tuple[str, str]](), list[str]()
    act = _entered(detail, draft, listing.looking_ahead(), chosen, by=view.by)
    match draft.deed:
        case "merge":
            count = sum(len(each.members) for each in chosen)
            head = words.gettext(
                "These {number} incidents become one in every later list, with {observations} observations:"
            ).format(number=words.number(len(chosen)), observations=words.number(count))
            apart, warnings = _against_merging(chosen, listing, telling)
        case "split":
            head = words.gettext("This incident becomes {number} in every later list:").format(
                number=words.number(len(act.parts))
            )
            for number, part in enumerate(act.parts, 1):
                letters = words.listed([detail.letters.get(name, name[:12]) for name in part][:40])
                lines.append(
                    words.gettext("part {number}: observations {letters}").format(
                        number=words.number(number), letters=letters
                    )
                )
        case "retype":
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
    return Summary(
        head=head,
        coming=coming_of(act, listing, view),
        lines=tuple(lines),
        apart=tuple(apart),
        warnings=tuple(warnings),
        about=tuple(chosen if draft.deed == "merge" else chosen[:1]),
    )


def coming_of(act: Act, listing: Listing, view: View) -> Coming:
    """What would come of an act that nobody entered, for one who holds the store for writing; or why that cannot be
    told now, as where a file of the watch cannot be read: the act itself can be entered all the same."""
    try:
        consequence = consequence_of(
            listing.store,
            listing.folder,
            act,
            listing.about(act),
            view.telling,
            now=view.console.now(),
            refused=view.snapshot.refused,
        )
    except TrucewatchError as exc:
        return Coming(consequence=None, mark=UNSEEN, places="", trouble=exc.message)
    return Coming(
        consequence=consequence, mark=consequence.mark, places=consequence.places(view.snapshot.watch), trouble=""
    )


def _against_merging(
    chosen: Sequence[Incident], listing: Listing, telling: Telling
) -> tuple[list[tuple[str, str]], list[str]]:
    """What lies between the first of some incidents and each other one; and what the rule says against each, held
    beside all others of them."""
    gaps, warnings = list[tuple[str, str]](), dict[str, None]()
    own = chosen[0]
    for other, against in rule_against(chosen, listing, telling):
        words = gap_words(gap_between(own, other), telling)
        gaps.append((listing.codes[other.incident_id], words))
        if against:
            warnings[
                telling.words.gettext("{code}: {gap}. {rule}").format(
                    code=listing.codes[other.incident_id], gap=words, rule=against
                )
            ] = None
    return gaps, list(warnings)


def enter(detail: IncidentDetail, draft: ActDraft, listing: Listing, view: View) -> Act | Summary:
    """Enters an act that was summed up; where something else would come of it by now than was shown then, what would is
    given, and nothing is entered. Raises WatchError and StoreError."""
    chosen = chosen_of(detail, draft, listing)
    for incident in chosen:
        if incident.incident_id not in draft.states:
            raise WatchError(changed(incident, listing.codes[incident.incident_id]))
    summary = summary_of(detail, draft, listing, view)
    if summary.coming.mark != draft.coming:
        return summary
    return _entered(detail, draft, listing, chosen, by=view.by)


def _entered(detail: IncidentDetail, draft: ActDraft, listing: Listing, chosen: Sequence[Incident], *, by: str) -> Act:
    """The act that a form asks for, entered by this listing, or what it would be."""
    incident, reason = chosen[0], draft.reason
    match draft.deed:
        case "merge":
            return listing.merge(chosen, reason=reason, by=by)
        case "split":
            return listing.split(incident, parts_of(incident, draft, listing), reason=reason, by=by)
        case "retype":
            return listing.retype(incident, kind=draft.kind, event_class=draft.event_class, reason=reason, by=by)
        case _:
            return listing.reject(incident, reason=reason, by=by)


def stated_of(texts: Mapping[str, str], listing: Listing, time_form: TimeForm) -> Stated:
    """An observation as the form states it; its place as people write places. Raises WatchError, PlaceError,
    TimeError."""
    from trucewatch.geo.place_text import read_place

    place_text, wide = texts.get("place", "").strip(), texts.get("within_m", "").strip()
    lon = lat = size = None
    if place_text:
        place = read_place(place_text, listing.watch.basemap.towns)
        lon, lat, size = place.lon, place.lat, max(place.sd_m, 1.0)
    if wide:
        try:
            # People type what pages show, the half axis of 95 %; a record holds one sigma.
            size = float(wide.replace(",", ".")) / sqrt(CHI2_95)
        except ValueError as exc:
            raise WatchError(Message("± is a number of metres, like 600: within how far it is, with 95%.")) from exc
        if not 0 < size < 1e6:
            raise WatchError(Message("± is a number of metres, above 0 and below 1,000,000."))
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
        zone=listing.watch.zone,
    )


def examples_of(view: View) -> dict[str, str]:
    """What a place of this watch looks like: the middle of its area."""
    west, south, east, north = view.snapshot.watch.settings.area
    return {"place": f"{(south + north) / 2:.2f}, {(west + east) / 2:.2f}"}


def stated_lines(stated: Stated, telling: Telling) -> tuple[str, ...]:
    """An observation by hand, line by line, as it will be entered."""
    words = telling.words
    when = telling.moment(stated.occurred_start)
    if stated.occurred_end != stated.occurred_start:
        when = words.gettext("{start} – {end}").format(start=when, end=telling.moment(stated.occurred_end))
    where = words.gettext("no place given")
    if stated.lon is not None and stated.lat is not None and stated.semi_major_m is not None:
        where = words.gettext("latitude {lat}, longitude {lon}, ±{size} (95%)").format(
            lon=words.fixed(stated.lon, 5),
            lat=words.fixed(stated.lat, 5),
            size=telling.metres(stated.semi_major_m * sqrt(CHI2_95)),
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
