"""Released links in words: what each is called, how it stands, what is stated of it and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trucewatch.locale import Words, mark, mark_in
from trucewatch.locale.reasons import instrument_name
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.link_days import period_words
from trucewatch.model.link_names import names_of_whom
from trucewatch.model.link_statements import STATUS_WORDS
from trucewatch.model.links import KIND_WORDS, Link
from trucewatch.model.names import OUR_OWN, UNITED_NATIONS
from trucewatch.model.openings import LinkLength
from trucewatch.model.watch import Watch
from trucewatch.reports.link_release import MISSING, NamesByLanguage, ReleasedCorridor, ReleasedLinks, ReleasedStatus
from trucewatch.reports.link_told import ToldStatement
from trucewatch.reports.opening_told import Range, ToldJourney, ToldNeed, ToldOpening, ToldSide

WORKS: Final = {
    "none_needed": mark_in("works", "no works needed"),
    "needed": mark_in("works", "works needed"),
    "announced": mark_in("works", "works announced"),
    "under_way": mark_in("works", "works under way"),
    "finished": mark_in("works", "works finished"),
}
TRAFFIC: Final = {
    "people": mark_in("traffic", "people"),
    "cars": mark_in("traffic", "cars"),
    "buses": mark_in("traffic", "buses"),
    "lorries": mark_in("traffic", "lorries"),
    "trains": mark_in("traffic", "trains"),
    "aid": mark_in("traffic", "vehicles with aid"),
    "patients": mark_in("traffic", "patients"),
    "other": mark_in("traffic", "other"),
}
TABLES: Final = {
    "status": mark_in("link table", "status"),
    "length": mark_in("link table", "length"),
    "minutes": mark_in("link table", "time to pass it"),
    "works": mark_in("link table", "works"),
    "rules": mark_in("link table", "crossing rules"),
    "need": mark_in("link table", "to be decided"),
    "passage": mark_in("link table", "passages"),
    "queue": mark_in("link table", "queue"),
    "closure": mark_in("link table", "closure"),
    "checkpoint": mark_in("link table", "checkpoint"),
}
"""What a statement is about."""
_WHY: Final = {
    "sources_differ": mark("what is stated differs"),
    "nobody_says": mark("nothing that is told here says"),
    "no_longer_said": mark("what was stated last has ended"),
    "day_unsure": mark("the day on which it changed is not sure"),
    "travellers_not_named": mark("nobody says whether they may pass this border"),
}
_RULES: Final = {
    "who": mark("who may pass: {words}"),
    "cargo": mark("cargo: {words}"),
    "papers": mark("papers: {words}"),
    "hours": mark("hours: {words}"),
    "controller": mark("controlled by, as this speaker has it: {words}"),
}


@dataclass(frozen=True, slots=True)
class LinkWords:
    """What is said of one release in one language. watch: as the recipient is told of it."""

    released: ReleasedLinks
    watch: Watch
    words: Words

    def title(self, link: Link) -> str:
        """`Road Yeraskh – Julfa (link of clause 9b)`."""
        kind = self.words.say(KIND_WORDS[link.kind])
        ends = self.words.gettext("{kind} {first} – {last}").format(
            kind=kind, first=self.node(link.from_), last=self.node(link.to)
        )
        title = ends[:1].upper() + ends[1:]
        if not link.clauses:
            return title
        sentence = self.words.ngettext(
            "{link} (link of clause {clauses})", "{link} (link of clauses {clauses})", len(link.clauses)
        )
        return sentence.format(link=title, clauses=self.words.listed([printable(each) for each in link.clauses]))

    def title_of(self, link_id: str) -> str:
        released = self.released.link(link_id)
        return self.title(released.link) if released else printable(link_id)

    def node(self, node_id: str) -> str:
        node = self.released.node(node_id)
        return printable(self.words.name(node.labels, otherwise=node_id)) if node else printable(node_id)

    def who(self, who: str) -> str:
        """A party, body or instrument by its name, a state by its own."""
        if (names := names_of_whom(self.watch, self.released.states, who)) is not None:
            return printable(self.words.name(names, otherwise=who))
        if who == UNITED_NATIONS:
            return self.words.gettext("United Nations")
        if who == OUR_OWN:
            return self.words.gettext("this watch")
        return instrument_name(who, self.watch, self.words)

    def whom(self, ids: Iterable[str]) -> str:
        return self.words.listed([self.who(each) for each in ids])

    def name_lines(self, names: NamesByLanguage) -> list[tuple[str, str]]:
        """Each name in a line of its own, with who uses it."""
        by_language = {language: list(lines) for language, lines in names.items()}
        lines: Sequence[Any] = by_language.get(self.words.language) or by_language.get("en") or ()
        return [(isolated(line.text), self.whom(line.users)) for line in lines]

    def status(self, row: ReleasedStatus) -> str:
        """`closed`, or `not known: what is stated differs`."""
        word = self.words.say(STATUS_WORDS[row.status])
        if row.why not in _WHY:
            return word
        return self.words.gettext("{status}: {why}").format(status=word, why=self.words.gettext(_WHY[row.why]))

    def direction(self, link: Link | None, direction: str, start: str = "") -> str:
        """start: where a corridor begins, which is no link."""
        if direction == "both":
            return self.words.gettext("both directions")
        if link is None:
            return self._along(direction, start)
        ends = (link.from_, link.to) if direction == "forward" else (link.to, link.from_)
        return self.words.gettext("from {first} to {last}").format(first=self.node(ends[0]), last=self.node(ends[1]))

    def _along(self, direction: str, start: str) -> str:
        if direction == "both":
            return self.words.gettext("both directions")
        if not start:
            return self.words.gettext("forward") if direction == "forward" else self.words.gettext("backward")
        sentence = self.words.gettext("from {place}") if direction == "forward" else self.words.gettext("to {place}")
        return sentence.format(place=start)

    def start_of(self, corridor: ReleasedCorridor) -> str:
        """What the first end of a corridor is called; "" where it has no link."""
        first = self.released.link(corridor.links[0]) if corridor.links else None
        return self.node(first.link.from_) if first else ""

    def travellers(self, row: ReleasedStatus) -> str:
        if not row.traveller:
            return self.words.gettext("everybody")
        return self.words.gettext("travellers of {who}").format(who=self.who(row.traveller))

    def by(self, statement: ToldStatement) -> str:
        """Who says so: a party, body or state, else its source, where that is told."""
        if statement.by:
            return self.who(statement.by)
        return printable(statement.source) or self.words.gettext("a source that is not named here")

    def by_beside_source(self, statement: ToldStatement) -> str:
        """The same where the source stands beside it."""
        return self.words.gettext("the source itself") if statement.source and not statement.by else self.by(statement)

    def statement(self, statement: ToldStatement, link: Link | None) -> str:
        """`Quorra: closed; since 3 May 2031; …`"""
        return self.words.gettext("{who}: {stated}").format(who=self.by(statement), stated=self.stated(statement, link))

    def stated(self, statement: ToldStatement, link: Link | None, start: str = "") -> str:
        """What a statement says, with its words behind it."""
        figures, days = self._figures(statement, link, start), self._days(statement.values)
        return "; ".join(filter(None, (*figures, *days, *self._spoken(statement)))) or "–"

    def _figures(self, statement: ToldStatement, link: Link | None, start: str) -> list[str]:
        values, words = statement.values, self.words
        figures = {
            "status": lambda: [words.say(STATUS_WORDS[values["status"]]), *self._to_whom(values, link)],
            "length": lambda: [self.km(values["km"])],
            "minutes": lambda: [words.gettext("{range} minutes").format(range=self.range(values))],
            "works": lambda: [words.pgettext("works", WORKS[values["state"]])],
            "need": lambda: [words.gettext("to be decided by {who}").format(who=self.whom(values.get("who", ())))],
            "passage": lambda: [
                self._traffic(self.range(values), values),
                self.direction(None, values["direction"], start),
            ],
            "queue": lambda: [*self._queue(values), self.direction(None, values["direction"], start)],
            "closure": lambda: [words.gettext("could not be passed"), *self._to_whom(values, link, start)],
        }
        return figures[statement.table]() if statement.table in figures else []

    def _to_whom(self, values: Mapping[str, Any], link: Link | None, start: str = "") -> list[str]:
        direction = values.get("direction", "both")
        parts = [] if direction == "both" else [self.direction(link, direction, start)]
        travellers = values.get("for", ())
        if travellers:
            parts.append(self.words.gettext("for travellers of {who}").format(who=self.whom(travellers)))
        return parts

    def _queue(self, values: Mapping[str, Any]) -> list[str]:
        parts = []
        if "waiting" in values:
            number = self._traffic(self.words.number(values["waiting"]), values)
            parts.append(self.words.gettext("waiting: {number}").format(number=number))
        if "hours" in values:
            parts.append(
                self.words.gettext("{hours} hours of waiting").format(hours=self.words.number(values["hours"]))
            )
        zone = self.watch.zone
        first, last = (self.words.moment(values[name], zone) for name in ("from", "until"))
        return [*parts, self.words.gettext("at some time from {first} to {last}").format(first=first, last=last)]

    def _traffic(self, number: str, values: Mapping[str, Any]) -> str:
        word = self.words.pgettext("traffic", TRAFFIC[values["traffic"]])
        return self.words.gettext("{number} ({traffic})").format(number=number, traffic=word)

    def _days(self, values: Mapping[str, Any]) -> list[str]:
        words, parts = self.words, []
        since, latest = values.get("since"), values.get("since_latest")
        if isinstance(since, date):
            if latest and latest != since:
                parts.append(self._since_range(since, latest))
            else:
                parts.append(words.gettext("since {day}").format(day=words.short_day(since)))
        day, day_latest = values.get("day"), values.get("day_latest")
        if isinstance(day, date):
            parts.append(words.short_day(day))
            if day_latest and day_latest != day:
                parts[-1] = words.gettext("{first} to {last}").format(
                    first=words.short_day(day), last=words.short_day(day_latest)
                )
        for name, sentence in (
            ("until", words.gettext("no longer from {day} on")),
            ("due", words.gettext("to be finished by {day}")),
            ("settled", words.gettext("decided on {day}")),
        ):
            if type(values.get(name)) is date:  # the end of a queue is a moment, and told with it
                parts.append(sentence.format(day=words.short_day(values[name])))
        return parts

    def _since_range(self, first: date, last: date) -> str:
        period = period_words(first, last)
        if period is not None:
            return self.words.gettext("since {day}").format(day=self.words.say(period))
        text = self.words.gettext("since some day from {first} to {last}")
        return text.format(first=self.words.short_day(first), last=self.words.short_day(last))

    def _spoken(self, statement: ToldStatement) -> list[str]:
        spoken = {name: isolated(self.words.name(names, otherwise="")) for name, names in statement.words.items()}
        spoken = {name: text for name, text in spoken.items() if text}
        if statement.table == "rules":
            return [self.words.gettext(_RULES[name]).format(words=text) for name, text in spoken.items()]
        sentences = {
            "of": self.words.gettext("of this stretch: {words}"),
            "called": self.words.gettext("calls it: {words}"),
            "says": "{words}",
            "what": "{words}",
        }  # no quotation marks: what stands in the file is told in its authors' words, and quotes where it quotes
        return [sentences[name].format(words=text) for name, text in spoken.items() if name in sentences]

    def km(self, least: float, most: float | None = None) -> str:
        first, last = self.words.number(round(least, 1)), self.words.number(round(most if most else least, 1))
        if first == last:
            return self.words.gettext("{number} km").format(number=first)
        return self.words.gettext("{least} to {most} km").format(least=first, most=last)

    def range(self, values: Mapping[str, Any]) -> str:
        least, most = (self.words.number(round(values[name], 1)) for name in ("least", "most"))
        return least if least == most else self.words.gettext("{least} to {most}").format(least=least, most=most)

    def length(self, length: LinkLength) -> str:
        """The interval with what it is derived from."""
        km = self.km(length.km.least, length.km.most)
        below = self.words.listed([self.km(each.km) for each in length.below])
        if length.worked_out_from != "stated" and below:
            return self.words.gettext(
                "{km}: worked out here from the straight line between its ends; what is stated is shorter than that "
                "and is not counted with: {figures}"
            ).format(km=km, figures=below)
        if length.worked_out_from != "stated":
            return self.words.gettext(
                "{km}: worked out here from the straight line between its ends, since no length of the whole is told"
            ).format(km=km)
        if below:
            return self.words.gettext(
                "{km}: worked out here over the figures that are stated; shorter than the straight line, and not "
                "counted with: {figures}"
            ).format(km=km, figures=below)
        return self.words.gettext("{km}: worked out here over the figures that are stated").format(km=km)

    def minutes(self, minutes: Range) -> str:
        """`2 h 10 min to 5 h`."""
        first, last = map(self._clock, minutes)
        return first if first == last else self.words.gettext("{least} to {most}").format(least=first, most=last)

    def _clock(self, minutes: float) -> str:
        hours, rest = divmod(round(minutes), 60)
        return self.words.gettext("{hours} h {minutes} min").format(hours=self.words.number(hours), minutes=rest)

    def stretches(self, links: Iterable[str]) -> list[str]:
        """Each stretch of a route in order; one that the network has no link for as missing."""
        return [
            self.words.gettext("no link on record for this stretch") if each == MISSING else self.title_of(each)
            for each in links
        ]

    def question(self, opening: ToldOpening) -> str:
        """`LO-1: from Alder to Borin, if opened: …`"""
        return self.words.gettext("{code}: from {first} to {last}, if opened: {links}; as known for {day}").format(
            code=printable(opening.code),
            first=self.node(opening.from_),
            last=self.node(opening.to),
            links=self.words.listed([self.title_of(each) for each in opening.opened]),
            day=self.words.short_day(opening.day),
        )

    def change(self, side: ToldSide) -> str:
        """How long the way takes for the travellers of a party, before and after."""
        before, after = self._journey(side.before), self._journey(side.after)
        return self.words.gettext("{before} → {after}").format(before=before, after=after)

    def whole(self, opening: ToldOpening) -> list[str]:
        """What the whole way would take, where that is told."""
        if opening.whole is None:
            return []
        sentence = self.words.gettext("the whole way, if everything on it could be passed: {journey}")
        return [sentence.format(journey=self._journey(opening.whole))]

    def need(self, need: ToldNeed) -> str:
        """A link of the way with how it stands; then who says what of its works, and of who has to decide."""
        parts = [self.words.say(STATUS_WORDS[need.status])]
        stated = [(by, self.words.pgettext("works", WORKS[state])) for by, state in need.works]
        decided = self.words.gettext("to be decided by {who}")
        stated += [(by, decided.format(who=self.whom(who))) for by, who in need.decisions]
        for by, sentence in stated:
            voice = self.who(by) if by else self.words.gettext("a source that is not named here")
            parts.append(self.words.gettext("{who}: {stated}").format(who=voice, stated=sentence))
        return self.words.gettext("{link}: {needs}").format(link=self.title_of(need.link), needs=", ".join(parts))

    def _journey(self, journey: ToldJourney | None) -> str:
        if journey is None:
            return self.words.gettext("no way on record")
        return self.words.gettext("{time}, of which at borders {border}; {km}").format(
            time=self.minutes(journey.minutes), border=self.minutes(journey.border), km=self.km(*journey.km)
        )
