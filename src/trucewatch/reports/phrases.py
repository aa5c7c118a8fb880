"""Released facts → the words that page, map and tables share: what, how many, where, when, by which clause."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from trucewatch.geo.describe import describe_place
from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name, reason_sentence, zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import (
    aspect_word,
    compass_word,
    counted_kind,
    harm_words,
    means_word,
    outcome_word,
    qualified,
    unit_word,
)
from trucewatch.model.incident import ReasonSentences
from trucewatch.model.times import read_time, zone_label
from trucewatch.model.watch import Watch
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.released import ReleasedCounter, ReleasedFinding, ReleasedIncident


def what_words(incident: ReleasedIncident, words: Words) -> str:
    """`Explosions, 3 to 5 (impact); 2 people harmed`"""
    what = counted_kind(incident.kind, incident.count_min, incident.count_best, incident.count_max, words)
    if incident.aspect not in ("", "undetermined"):
        what = words.gettext("{what} ({aspect})").format(what=what, aspect=aspect_word(incident.aspect, words))
    harm = harm_words(incident.harm_min, incident.harm_best, incident.harm_max, words)
    return words.gettext("{what}; {harm}").format(what=what, harm=harm) if harm else what


def where_words(incident: ReleasedIncident, watch: Watch, words: Words, *, told_apart: bool) -> str:
    """`2.1 km NE of Town`, `East`, `a cell of 5 km around 39.80, 46.75`, `place not told`."""
    return place_words(incident.place, incident.cell_m, watch, words, told_apart=told_apart)


def place_words(code: str, cell_m: float | None, watch: Watch, words: Words, *, told_apart: bool) -> str:
    """A released place code in words. `told_apart`: whether the recipient has no smallest count."""
    form, _, rest = code.partition(":")
    if form == "zone":
        return zone_name(rest, watch, words)
    if form in ("cell", "point"):
        lon, lat = (float(part) for part in rest.split(","))
        nearest = describe_place(lon, lat, watch.basemap.towns)
        if nearest is None or nearest.distance_m > 200_000:
            where = words.gettext("{lat}°, {lon}°").format(lat=words.fixed(lat, 3), lon=words.fixed(lon, 3))
        else:
            town = printable(words.name(nearest.town.names, otherwise=nearest.town.id))
            if nearest.distance_m < 500:
                where = words.gettext("at {town}").format(town=town)
            else:
                where = words.gettext("{distance} km {compass} of {town}").format(
                    distance=words.fixed(nearest.distance_m / 1000, 1 if form == "point" else 0),
                    compass=compass_word(nearest.compass16, words),
                    town=town,
                )
        if form == "cell" and cell_m:
            return words.gettext("{where} (cell of {size} km)").format(where=where, size=words.number(cell_m / 1000))
        if form == "cell":
            return words.gettext("{where} (cell)").format(where=where)
        return where
    return words.gettext("place not known") if told_apart else words.gettext("place withheld or not known")


def when_words(incident: ReleasedIncident, watch: Watch, words: Words) -> str:
    """`14:02–14:07`, `14:00–15:00`, `11 Dec`; with the day where it is not one day."""
    return span_words(incident.start, incident.end, incident.time_precision, watch, words)


def span_words(start: datetime, end: datetime, precision: str, watch: Watch, words: Words) -> str:
    zone = watch.zone
    first = start.astimezone(zone)
    last = end.astimezone(zone)
    whole_days = first.time() == last.time() == time.min and first < last
    if precision == "day" or whole_days:
        closing = max(start, end - timedelta(microseconds=1)).astimezone(zone).date()
        if closing == first.date():
            return words.bare_day(first.date())
        return words.gettext("{start} – {end}").format(start=words.bare_day(first.date()), end=words.bare_day(closing))
    if first.date() != last.date() and not (precision == "hour" and last - first == timedelta(hours=1)):
        return words.gettext("{start} – {end}").format(
            start=words.gettext("{day}, {time}").format(day=words.bare_day(first.date()), time=words.time(first, zone)),
            end=words.gettext("{day}, {time}").format(day=words.bare_day(last.date()), time=words.time(last, zone)),
        )
    opening, closing_time = words.time(first, zone), words.time(last, zone)
    return opening if opening == closing_time else f"{opening}–{closing_time}"


def time_code_words(code: str, precision: str, watch: Watch, words: Words) -> str:
    """The time of an issued row, as it is kept, in words."""
    start, _, end = code.partition("/")
    first = read_time(start)
    return span_words(first, read_time(end) if end else first, precision, watch, words)


def clauses_of(incident: ReleasedIncident) -> list[str]:
    """The clauses that give the outcome; none if none applies."""
    if incident.outcome in ("not_applicable", "withheld"):
        return []
    return [finding.stipulation for finding in incident.findings if finding.outcome == incident.outcome]


def reasons_of(incident: ReleasedIncident, sentences: ReasonSentences, watch: Watch, words: Words) -> list[str]:
    """The sentences behind the outcome, the worst first; those of clauses that do not apply only if nothing else
    speaks."""
    telling = [finding for finding in incident.findings if finding.outcome == incident.outcome]
    return [reason_sentence(finding, sentences, watch, words) for finding in telling]


def means_words(incident: ReleasedIncident, words: Words) -> str:
    return words.listed([means_word(means, words) for means in incident.means])


def claimed_words(incident: ReleasedIncident, watch: Watch, words: Words) -> str:
    return words.listed([party_name(who, watch, words) for who in incident.claimed_by])


def outcome_with_clauses(incident: ReleasedIncident, words: Words) -> str:
    """`inconsistent with 1a`, `undetermined as to 1a and 5`, `no clause applies`."""
    listed = words.listed(clauses_of(incident))
    match incident.outcome:
        case "inconsistent" if listed:
            return words.gettext("inconsistent with {clauses}").format(clauses=listed)
        case "undetermined" if listed:
            return words.gettext("undetermined as to {clauses}").format(clauses=listed)
        case "consistent" if listed:
            return words.gettext("consistent with {clauses}").format(clauses=listed)
        case "not_applicable":
            return words.gettext("no clause applies")
        case "withheld":
            return words.gettext("outcome withheld, because it would tell the place")
        case _:
            return outcome_word(incident.outcome, words)


def distance_words(metres: float, words: Words) -> str:
    if metres >= 1000:
        return words.gettext("{distance} km").format(distance=words.number(metres / 1000))
    return words.gettext("{metres} m").format(metres=words.number(metres))


def probability_words(value: float | None, words: Words) -> str:
    """`0.97`, `> 0.99`, `< 0.01`; a dash where there is none."""
    if value is None:
        return "–"
    if value >= 0.995:
        return f"> {words.fixed(0.99, 2)}"
    return f"< {words.fixed(0.01, 2)}" if value <= 0.005 else words.fixed(value, 2)


def counter_value(counter: ReleasedCounter, words: Words) -> str:
    """`more than 26,000 people`"""
    value = qualified(words.number(counter.value), counter.qualifier, words)
    unit = printable(unit_word(counter.unit, words))
    return words.gettext("{value} {unit}").format(value=value, unit=unit) if unit else value


def obligation_sentence(finding: ReleasedFinding, report: DailyReport, words: Words) -> str:
    return reason_sentence(finding, report.reason_sentences, report.watch, words)


def zone_of_times(moment: datetime, watch: Watch) -> str:
    return zone_label(moment, watch.zone)


def short_code(code: str) -> str:
    """The first ten characters after the letter: enough to look a record up, short enough to read out."""
    return code[:12]
