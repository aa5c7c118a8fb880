"""Words for people about claims: who speaks, how they know, what was asked, when and where it is said to have been.

The same words for every side; a civilian is nobody's side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Final

from trucewatch.desks.claiming.rule import CallRule, read
from trucewatch.errors import WatchError
from trucewatch.locale.reasons import civilian_words, party_name, place_words, zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word, perceived_word, person_status_word
from trucewatch.messages import Message, Term
from trucewatch.model.claim_record import Answered, Claim, Speaker, SpeakerKind, StatedEvent, Via
from trucewatch.model.incident import CHI2_95
from trucewatch.model.spoken import SpokenPlace, SpokenTime, WhereBasis
from trucewatch.server.view import View

MOST_OFFERED: Final = 300
"""Names of places that a field offers."""
VIA: Final[Mapping[Via, Term]] = {
    "telephone": Term("claim", "by telephone"),
    "radio": Term("claim", "by radio"),
    "letter": Term("claim", "by letter"),
    "message": Term("claim", "by message"),
    "in_person": Term("claim", "in person"),
}
ANSWERS: Final[Mapping[Answered, Term]] = {
    "yes": Term("claim", "yes"),
    "no": Term("claim", "no"),
    "not_asked": Term("claim", "not asked"),
}
BASIS: Final[Mapping[WhereBasis, Message]] = {
    "place": Message("a place by its name"),
    "offset": Message("so far from a place"),
    "bearing": Message("a direction from a post"),
    "flash_to_bang": Message("a direction, and the seconds between flash and bang"),
    "mgrs": Message("a cell of MGRS"),
    "coordinates": Message("degrees"),
    "map": Message("a click on the map"),
}
GROUPS: Final[Mapping[SpeakerKind, Message]] = {
    "party": Message("Parties"),
    "civilian": Message("People"),
    "not_said": Message("People"),
    "delegation": Message("Delegations"),
    "post": Message("Posts and patrols"),
    "agency": Message("Agencies"),
    "body": Message("Bodies"),
}
"""Who can speak, in the order of the form."""


def rule_of(view: View) -> CallRule:
    """What the watch says for its telephone; nothing where its lines cannot be read, which `check` says."""
    try:
        return read(view.watch.settings.desk.get("claiming", {}))
    except WatchError:
        return CallRule()


def speakers_of(view: View) -> Iterator[Speaker]:
    """Who can speak in this watch, in the order of the form: whoever calls most often first."""
    watch = view.watch
    yield from (Speaker("party", party.id) for party in watch.agreement.party if party.role != "centre")
    yield Speaker("civilian")
    yield Speaker("not_said")
    yield from (Speaker("delegation", delegation.id) for delegation in watch.settings.delegation)
    yield from (Speaker("post", sensor.id) for sensor in watch.sensors if sensor.means == "patrol")
    yield from (Speaker("agency", name) for name in rule_of(view).agencies)
    yield from (Speaker("body", body.id) for body in watch.agreement.body)


def speaker_name(view: View, speaker: Speaker) -> str:
    """`Upper Valley`, `a civilian near Ambermill`, `an unnamed caller`."""
    watch, words = view.watch, view.words
    if speaker.kind == "not_said":
        return words.gettext("an unnamed caller")
    if speaker.kind == "civilian":
        return civilian_words(speaker.id, watch, words)
    if speaker.kind == "delegation":
        return words.gettext("{name} (delegation)").format(name=printable(party_name(speaker.id, watch, words)))
    if speaker.kind == "post":
        names = {sensor.id: sensor.names for sensor in watch.sensors}
        return printable(words.name(names.get(speaker.id, {}), otherwise=speaker.id))
    return printable(party_name(speaker.id, watch, words)) if speaker.id else words.gettext("an agency")


def says_words(view: View, speaker: Speaker) -> str:
    """Whose words a claim is: `what Upper Valley says`."""
    return view.words.gettext("what {speaker} says").format(speaker=speaker_name(view, speaker))


def place_name(view: View, place: str) -> str:
    """A place of the watch by its id, as this reader's pages name it; else the id."""
    return place_words(place, view.watch, view.words)


def place_names(view: View) -> list[str]:
    """Names of towns and zones that a field for a place offers, in the reader's order."""
    watch = view.watch
    zones = (zone_name(zone.id, watch, view.words) for zone in watch.zones)
    towns = (view.words.name(town.names, otherwise=town.id) for town in watch.basemap.towns)
    return sorted({printable(name) for name in (*zones, *towns)}, key=str.casefold)[:MOST_OFFERED]


def when_words(view: View, when: SpokenTime | None, *, has_words: bool = False) -> str:
    """`3 May 2031, 10:10 (UTC-2)`, a span of it, or that no time was entered. has_words: words for it are on record."""
    if when is None:
        return (
            view.words.gettext("not understood as a time") if has_words else view.words.gettext("no time was entered")
        )
    start, end = view.telling.moment(when.start), view.telling.moment(when.end)
    return start if start == end else view.words.gettext("{start} to {end}").format(start=start, end=end)


def where_words(view: View, where: SpokenPlace | None, *, has_words: bool = False) -> str:
    """Where it is said to have been, with how far off that may be; a direction alone is said as one. has_words: words
    for it are on record."""
    if where is None:
        return (
            view.words.gettext("not understood as a place") if has_words else view.words.gettext("no place was entered")
        )
    words = view.words
    named = printable(where.place_name or (place_name(view, where.place) if where.place else ""))
    if where.lon is None or where.lat is None:
        bearing = words.number(round(where.bearing_deg or 0))
        return words.gettext("in the direction {bearing}° from {post}; how far is not said").format(
            bearing=bearing, post=named or words.gettext("a post")
        )
    pair = f"{where.lat:.4f}, {where.lon:.4f}"
    point = f"{named} ({pair})" if named and where.basis == "place" else pair
    if where.semi_major_m is None:
        return words.gettext("{point}; how exact is not known").format(point=point)
    within = view.telling.metres(where.semi_major_m * sqrt(CHI2_95))
    return words.gettext("{point}, within about {distance}").format(point=point, distance=within)


def count_words(view: View, count: tuple[int | None, int | None, int | None]) -> str:
    """`3`, `2 to 5`, `at least 3`; "" where it was not said."""
    least, best, most = count
    low, high = least if least is not None else best, most if most is not None else best
    if high is None:
        return "" if low is None else view.words.gettext("at least {count}").format(count=view.words.number(low))
    if low is None:
        return view.words.gettext("at most {count}").format(count=view.words.number(high))
    if low == high:
        return view.words.number(low)
    return view.words.gettext("{least} to {most}").format(least=view.words.number(low), most=view.words.number(high))


def what_words(view: View, event: StatedEvent) -> str:
    """`Explosion, 2 to 5`; that nothing was entered, since the words may say it all the same."""
    kind = kind_word(event.kind, view.words) if event.kind else view.words.gettext("not entered")
    many = count_words(view, event.count)
    return f"{kind}, {many}" if many else kind


def people_words(view: View, event: StatedEvent) -> str:
    """`killed: 2; injured: not entered (civilian)`. What was not entered may stand in the words."""
    killed, injured = count_words(view, event.killed), count_words(view, event.injured)
    if not killed and not injured:
        return view.words.gettext("no number of people was entered; the words may hold one")
    text = view.words.gettext("killed: {killed}; injured: {injured}").format(
        killed=killed or view.words.gettext("not entered"), injured=injured or view.words.gettext("not entered")
    )
    status = person_status_word(event.person_status, view.words)
    return f"{text} ({status})" if status else text


def perceived_words(view: View, perceived: str) -> str:
    """How they know; "told" is also what stands where they did not say."""
    if perceived == "told":
        return view.words.gettext("told by others, or not said")
    return perceived_word(perceived, view.words)


def rung_words(view: View, claim: Claim) -> str:
    """`claimed: what Upper Valley says; whether it is so is not said here`. What others found of it is no word of the
    claim, and stands with its incident."""
    whose = says_words(view, claim.speaker)
    return view.words.gettext("claimed: {whose}; whether it is so is not said here").format(whose=whose)
