"""An incident → the words that rows, titles and cards share. ±, probability and time are never cut, place names
first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import sqrt
from typing import Any, Final

from trucewatch.locale import Words, mark_in
from trucewatch.locale.reasons import standing_words
from trucewatch.locale.terms import held_word, kind_word
from trucewatch.model.incident import CHI2_95, Finding, Incident
from trucewatch.model.outcomes import HELD
from trucewatch.model.period import Period
from trucewatch.model.rounding import two_figures
from trucewatch.model.standing import Standing
from trucewatch.model.times import zone_label
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Zone
from trucewatch.reports.people_words import row_words
from trucewatch.reports.period_words import period_words
from trucewatch.reports.phrases import (
    distance_words,
    is_whole_days,
    line_spread_m,
    place_words,
    span_words,
    what_words,
)
from trucewatch.reports.released import point_code
from trucewatch.reports.sureness_words import alone_band, probability_words, sureness_in_brief, sureness_words

RUNGS: Final = {
    "claimed": mark_in("rung", "claimed"),
    "recorded": mark_in("rung", "recorded"),
    "assessed": mark_in("rung", "examined"),
    "corroborated": mark_in("rung", "confirmed by a second source"),
    "verified": mark_in("rung", "confirmed by both delegations"),
}
"""The ladder; `verified` is reached by a review of both sides, which does not exist yet."""
EVENT_CLASSES: Final = {
    "shelling": mark_in("class", "explosions as of artillery"),
    "rocket_or_missile": mark_in("class", "rocket or missile"),
    "small_arms": mark_in("class", "small arms"),
    "fire": mark_in("class", "fire set alight between the sides"),
    "illumination": mark_in("class", "illumination"),
    "exercise": mark_in("class", "exercise"),
    "demining": mark_in("class", "demining"),
    "quarry_blast": mark_in("class", "quarry blast"),
    "farm_fire": mark_in("class", "farm fire"),
    "industry": mark_in("class", "industry"),
    "gas_flare": mark_in("class", "gas flare"),
    "thunder": mark_in("class", "thunder"),
}
"""The classes of `fusion/classes.toml` in words; a test holds the two together."""


def half_axis_m(incident: Incident) -> float | None:
    """How far off its place may be: the larger half-axis of the 95 % ellipse, metres."""
    return None if incident.semi_major_m is None else incident.semi_major_m * sqrt(CHI2_95)


@dataclass(frozen=True, slots=True)
class Telling:
    """How one reader sees times and words: a language, a zone of time, the watch with its names."""

    words: Words
    zone: tzinfo
    watch: Watch

    def what(self, incident: Incident) -> str:
        """`Explosions, 3 to 5 (impact; 2 devices); 2 killed according to Lower Valley`"""
        return what_words(incident, self.watch, self.words)

    def people_of(self, row: Mapping[str, Any]) -> str:
        """`2 killed, 5 injured`: what one observation states; empty if nothing."""
        return row_words(row, row["person_status"], self.words)

    def where(self, incident: Incident, *, beside: bool = False) -> str:
        """`2.1 km ± 420 m NE of Town`, `in the area of Town`. beside: whether `radius` stands beside it."""
        code = "" if incident.lon is None or incident.lat is None else point_code(incident.lon, incident.lat)
        return place_words(
            code,
            None,
            self.watch,
            self.words,
            told_apart=True,
            radius_m=half_axis_m(incident),
            beside=beside,
        )

    def radius(self, incident: Incident) -> str:
        """`±420 m`: the larger half-axis of the 95 % ellipse; empty where no place is given."""
        half_m = half_axis_m(incident)
        if half_m is None:
            return "" if incident.lon is None else "±?"
        return f"±{self.metres(half_m)}"

    def to_line(self, incident: Incident) -> str:
        """`2,400 m ± 1,600 m`: how far it is to the line of contact; empty where that is not worked out."""
        if incident.line_distance_m is None:
            return ""
        return self.words.gettext("{distance} ± {accuracy}").format(
            distance=self.metres(abs(incident.line_distance_m)),
            accuracy=distance_words(line_spread_m(self._line, half_axis_m(incident)), self.words),
        )

    @property
    def _line(self) -> Zone | None:
        return self.watch.zone_with(self.watch.settings.line) if self.watch.settings.line else None

    def size(self, incident: Incident) -> str:
        """`420 × 260 m`"""
        if incident.semi_major_m is None:
            return self.words.gettext("no place given")
        major, minor = incident.semi_major_m, incident.semi_minor_m or incident.semi_major_m
        return self.axes(major * sqrt(CHI2_95), minor * sqrt(CHI2_95))

    def axes(self, major_m: float, minor_m: float) -> str:
        """Two half-axes, metres, in one unit."""
        long, short = two_figures(major_m), two_figures(minor_m)
        if long >= 10_000:
            return self.words.gettext("{major} × {minor} km").format(
                major=self.words.number(long / 1000), minor=self.words.number(short / 1000)
            )
        return self.words.gettext("{major} × {minor} m").format(
            major=self.words.number(long), minor=self.words.number(short)
        )

    def metres(self, length_m: float) -> str:
        return distance_words(two_figures(length_m), self.words)

    def when(self, incident: Incident) -> str:
        """`14:02–14:07`, `11 Dec`, `22:10 – 12 Dec, 03:00`: hours without the day that they begin on."""
        precision = "day" if self.is_whole_days(incident) else ""
        return span_words(
            incident.occurred_start, incident.occurred_end, precision, self.zone, self.words, opens_with_day=False
        )

    def is_whole_days(self, incident: Incident) -> bool:
        """Whether its time is known to the day only, in the watch's own zone or in this one."""
        zones = self.zone, self.watch.zone
        return any(is_whole_days(incident.occurred_start, incident.occurred_end, zone) for zone in zones)

    def day(self, moment: datetime) -> str:
        return self.words.short_day(moment.astimezone(self.zone).date())

    def moment(self, moment: datetime) -> str:
        """`11 Dec 2020, 14:02 (UTC+4)`"""
        return self.words.moment(moment, self.zone)

    def zone_name(self, moment: datetime) -> str:
        return zone_label(moment, self.zone)

    def dated(self, incident: Incident) -> str:
        """`11 Dec 2020, 14:02–14:07 (UTC+4)`; with no hour where none is known."""
        day = self.day(incident.occurred_start)
        if self.is_whole_days(incident):
            return (
                day
                if self.when(incident) == self.words.bare_day(incident.occurred_start.astimezone(self.zone).date())
                else (self.words.gettext("{day} ({span})").format(day=day, span=self.when(incident)))
            )
        return self.words.gettext("{day}, {time} ({zone})").format(
            day=day, time=self.when(incident), zone=self.zone_name(incident.occurred_start)
        )

    def probability(self, value: float | None) -> str:
        """`0.97`, `> 0.99`, `< 0.01`; a dash where there is none."""
        return probability_words(value, self.words)

    def period(self, period: Period) -> str:
        """`1 May, 03:05–05:50: 412 incidents listed; by their probabilities 310 to 380 of them were events (95%)`"""
        return period_words(period, self.zone, self.words)

    def rung(self, rung: str, standing: Standing | None = None) -> str:
        """How far it is known. Where one side alone says of what kind it was, no more than that something happened is
        said to be borne out."""
        word = self.words.pgettext("rung", RUNGS[rung]) if rung in RUNGS else rung
        if standing is None or not standing.kind_alone or rung == "claimed":
            return word
        return self.words.gettext("{rung}, its kind not").format(rung=word)

    def event_class(self, name: str) -> str:
        """A class in words: one of the screened causes, or a kind."""
        if name in EVENT_CLASSES:
            return self.words.pgettext("class", EVENT_CLASSES[name])
        return kind_word(name, self.words)

    def sentence(self, incident: Incident) -> str:
        """The sentence on top: `Explosions, 3 to 5, 2.1 km NE of Town, 11 Dec 2020 14:02–14:07 (UTC+4); happened 0.97,
        …`; of one voice in words how sure it is; nothing of it where nothing was weighed."""
        words = self.words
        values = {"what": self.what(incident), "where": self.where(incident), "when": self.dated(incident)}
        if incident.semi_major_m is None:
            whole = words.gettext("{what}, {where}, {when}; happened {happened}.")
            alone = words.gettext("{what}, {where}, {when}; {sureness}.")
            bare = words.gettext("{what}, {where}, {when}.")
        else:
            values["size"] = self.size(incident)
            whole = words.gettext("{what}, {where}, {when}; happened {happened}, within {size} (95%).")
            alone = words.gettext("{what}, {where}, {when}, within {size} (95%); {sureness}.")
            bare = words.gettext("{what}, {where}, {when}, within {size} (95%).")
        if incident.happened is None:
            return bare.format(**values)
        if incident.alone:
            return alone.format(**values, sureness=self.sureness(incident))
        return whole.format(**values, happened=self.probability(incident.happened))

    def sureness(self, incident: Incident) -> str:
        """`happened 0.97`; of one voice that nobody bears out words; empty where nothing was weighed."""
        return sureness_words(incident.happened, alone_band(incident.happened, incident.alone), self.words)

    def sureness_in_brief(self, incident: Incident) -> str:
        """The same for a cell."""
        return sureness_in_brief(incident.happened, alone_band(incident.happened, incident.alone), self.words)

    def sentence_alone(self, incident: Incident, code: str) -> str:
        """The sentence for use elsewhere: with the incident's code, and with the word where the record is simulated."""
        sentence = self.words.gettext("{sentence} Incident {code}.").format(sentence=self.sentence(incident), code=code)
        return self.words.gettext("Simulated: {sentence}").format(sentence=sentence) if incident.simulated else sentence

    def standing(self, standing: Standing) -> str:
        """`inconsistent`; `reported by Lower Valley, not yet checked`."""
        return standing_words(standing, self.watch, self.words)

    def assessment(self, finding: Finding) -> str:
        """The same of one finding."""
        return self.standing(Standing.of(finding))

    def held_back(self, counts: Sequence[int]) -> str:
        """`no assessment of 6: 4 reported, not yet checked; 2 at the edge of zone or hour`, from how many there are of
        each word of HELD; empty for none."""
        words = self.words
        template = words.gettext("{number} {reason}")
        reasons = words.gettext("; ").join(
            template.format(number=words.number(count), reason=held_word(word, words))
            for word, count in zip(HELD, counts, strict=True)
            if count
        )
        if not reasons:
            return ""
        return words.gettext("no assessment of {number}: {reasons}").format(
            number=words.number(sum(counts)), reasons=reasons
        )

    def row_name(self, incident: Incident, standing: Standing, says: str = "") -> str:
        """All that the map and the list show of one incident, for who does not see them. says: its sources' words."""
        parts = [
            self.what(incident),
            self.where(incident, beside=True),
            self.radius(incident),
            self.dated(incident),
            self.standing(standing),
            self.sureness(incident),
            self.rung(incident.rung, standing),
            says,
        ]
        if incident.simulated:
            parts.append(self.words.gettext("simulated"))
        return ", ".join(part for part in parts if part)
