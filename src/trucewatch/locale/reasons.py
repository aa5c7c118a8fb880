"""A finding's reason code and facts → one full sentence that names the clause, in each language.

Facts are strings or lists of strings: ids become names, times are shown in the watch's zone with its label, numbers in
the language's way. A fact that was withheld leaves a shorter sentence, never a gap: of the sentences for one code the
first whose facts are all there is taken. The sentences stand beside their rules, in `findings/`; none is known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any, Final, Protocol

from trucewatch.errors import ReportError, TimeError
from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import (
    BOUND,
    COUNTING,
    FORM,
    RELATION,
    aspect_word,
    counter_word,
    held_word,
    kind_word,
    outcome_word,
    qualified,
    state_named,
    term_words,
)
from trucewatch.messages import Message
from trucewatch.model.clause_state import RuleLine
from trucewatch.model.deadlines import EVENT, IN_FORCE
from trucewatch.model.ids import PERSON_REFERENCE
from trucewatch.model.incident import SPEAKERS_APART, ReasonSentences
from trucewatch.model.meeting_checks import ENTERED
from trucewatch.model.meetings import COUNTED_FROM
from trucewatch.model.standing import Standing
from trucewatch.model.testimony import CENTRE, PUBLIC
from trucewatch.model.times import read_time
from trucewatch.model.watch import Watch

_TIMES: Final = frozenset(
    (
        *("from", "from_earliest", "from_latest", "until", "until_earliest", "until_latest"),
        *("due", "due_from", "occurred", "known_at", "first", "last", "lapsed", "reported", "denied"),
    )
)
_VIEW: Final = re.compile(r"^\s*(?P<by>[^:=]+?)\s*[:=]\s*(?P<outcome>\w+)\s*$")


class Reasoned(Protocol):
    """What a sentence needs of a finding, released or not."""

    @property
    def finding_id(self) -> str: ...
    @property
    def stipulation(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def reason_sentence(finding: Reasoned, sentences: ReasonSentences, watch: Watch, words: Words) -> str:
    """Why a finding has its outcome, in one sentence. Raises ReportError for a rule or a reason without a sentence."""
    fitting = sentences.get(finding.rule, {}).get(finding.reason)
    if fitting is None:
        raise ReportError(
            Message(
                'finding {finding_id}: there is no sentence for reason "{reason}" of rule "{rule}"; add one beside '
                "the rule, in findings/, and to the catalogues",
                finding_id=finding.finding_id,
                reason=finding.reason,
                rule=finding.rule,
            )
        )
    facts = {key: value for key, value in finding.facts.items() if value not in ("", [], None)}
    if facts.get("extension") == "0":
        del facts["extension"]
    values = {key: _fact_words(key, value, watch, words) for key, value in facts.items()}
    if "value" in values and "qualifier" in facts:
        values["value"] = qualified(values["value"], str(facts["qualifier"]), words)
    values["clause"] = printable(finding.stipulation)
    best = next((sentence for sentence in fitting if _fields(sentence) <= values.keys()), fitting[-1])
    sentence = words.gettext(best).format(**values)
    if "stated_by" in values:
        # What rests on words and on no record says on whose.
        rests = words.gettext("It rests on what these state themselves: {speakers}.")
        sentence = f"{sentence} {rests.format(speakers=values['stated_by'])}"
    if "read_otherwise" in values:
        # A reading that holds nothing back is never left out beside what it would change.
        beside = words.gettext("Read otherwise: {readings}.").format(readings=values["read_otherwise"])
        return f"{sentence} {beside}"
    return sentence


def rule_sentence(line: RuleLine, sentences: Mapping[str, tuple[str, ...]], watch: Watch, words: Words) -> str:
    """One line of what gave a state, in a sentence. Raises KeyError for a code without one."""
    fitting = sentences[line.code]
    values = {key: _fact_words(key, value, watch, words) for key, value in line.facts.items() if value}
    best = next((sentence for sentence in fitting if _fields(sentence) <= values.keys()), fitting[-1])
    return words.gettext(best).format_map(_Blanks(values))


class _Blanks(dict[str, str]):
    """What a sentence lacks is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def recorded_reason(finding: Reasoned, sentences: ReasonSentences, watch: Watch, words: Words) -> str:
    """The sentence of a finding on record; its codes where another version of the program made it, by rules that this
    one does not have."""
    if finding.reason in sentences.get(finding.rule, {}):
        return reason_sentence(finding, sentences, watch, words)
    return printable(f"{finding.stipulation}: {finding.reason} ({finding.rule})")


def standing_words(standing: Standing, watch: Watch, words: Words, *, says_who: bool = True) -> str:
    """`inconsistent`; where the gate holds an outcome back its reason's word: `reported by A, not yet checked`."""
    if not standing.reason_word:
        return outcome_word(standing.outcome, words)
    who = [giver_name(giver, watch, words) for giver in standing.who] if says_who else []
    return held_word(standing.reason_word, words, who=words.listed(who))


def party_name(who: str, watch: Watch, words: Words) -> str:
    """The name of a party or delegation; any other body is shown as it is named, a person whose name was erased as
    that."""
    if PERSON_REFERENCE.fullmatch(who):
        return words.gettext("(erased)")
    named: dict[str, Mapping[str, str]] = {body.id: body.names for body in watch.agreement.body}
    named |= {body.id: body.names for body in watch.settings.delegation}
    named |= {body.id: body.names for body in watch.agreement.party}
    return printable(words.name(named[who], otherwise=who) if who in named else who)


def speakers_named(text: str, watch: Watch, words: Words) -> str:
    """An incident's words with each speaker's id turned into a name; what was typed stays as it is, and so do the words
    of one alone, which open with nobody's name."""
    if SPEAKERS_APART not in text:
        return text
    parts = []
    for part in text.split(SPEAKERS_APART):
        who, colon, statement = part.partition(": ")
        speaker = party_name(who, watch, words) if colon and who and " " not in who else who
        parts.append(f"{speaker}{colon}{statement}")
    return SPEAKERS_APART.join(parts)


def giver_name(giver: str, watch: Watch, words: Words) -> str:
    """Whose word or record something is: the centre itself, people on one side of the line, a party, a body, a
    source."""
    if giver == CENTRE:
        return words.gettext("the centre itself")
    if giver == PUBLIC:
        return words.gettext("people who live there")
    if giver.startswith(f"{PUBLIC}:"):
        side = party_name(giver.removeprefix(f"{PUBLIC}:"), watch, words)
        return words.gettext("people who live on one side of the line ({side})").format(side=side)
    named = [party_name(name, watch, words) for name in giver.split("; ")]
    if len(named) > 1:
        return words.gettext("one report that names {names}").format(names=words.listed(named))
    return named[0]


def instrument_name(name: str, watch: Watch, words: Words) -> str:
    """The name of an instrument by its id; a party or body by its own."""
    for instrument in watch.agreement.instrument:
        if instrument.id == name:
            return printable(words.name(instrument.names, otherwise=name))
    return party_name(name, watch, words)


def after_words(what: str, watch: Watch, words: Words) -> str:
    """What a term is counted from: an event or a meeting by its name, the clause's start, or another part of one."""
    if what == IN_FORCE:
        return words.gettext("when the clause came into force")
    event = next((each for each in watch.agreement.event if what == f"{EVENT}{each.id}"), None)
    if event is not None:
        return printable(words.name(event.names, otherwise=event.id))
    if what.startswith(COUNTED_FROM):
        code = what.removeprefix(COUNTED_FROM)
        on_file = [each for each in watch.meetings if each.id == code]
        if on_file and not ENTERED.fullmatch(code):  # how one is named that was entered by hand is typed words
            return printable(words.name(on_file[0].names, otherwise=code))
        return words.gettext("meeting {code}").format(code=printable(code))
    return words.gettext("when clause {clause} was met").format(clause=printable(what.removeprefix(EVENT)))


def zone_name(zone_id: str, watch: Watch, words: Words) -> str:
    """The name of a zone."""
    zone = watch.zone_with(zone_id)
    return printable(words.name(zone.names, otherwise=zone_id) if zone else zone_id)


def place_words(place: str, watch: Watch, words: Words) -> str:
    """A place of the watch by its id, as this reader's pages name it: a row of the table of names, a zone or a town;
    else the id."""
    row = next((row for row in watch.naming.place if row.id == place), None) if watch.naming else None
    ids = {place, *row.ids} if row else {place}
    if zone := next((zone for zone in watch.zones if zone.id in ids), None):
        return zone_name(zone.id, watch, words)
    if town := next((town for town in watch.basemap.towns if town.id in ids), None):
        return printable(words.name(town.names, otherwise=place))
    return printable(row.name[0].text if row and row.name else place)


def civilian_words(place: str, watch: Watch, words: Words) -> str:
    """`a civilian near Ambermill`; without a place `a civilian`. A civilian is nobody's side."""
    if not place:
        return words.gettext("a civilian")
    return words.gettext("a civilian near {place}").format(place=place_words(place, watch, words))


def time_words(text: str, watch: Watch, words: Words) -> str:
    """A moment in the watch's zone with its label; a bare day stays a day."""
    try:
        if len(text) == 10:
            return words.short_day(date.fromisoformat(text))
        return words.moment(read_time(text, zone=watch.zone), watch.zone)
    except (TimeError, ValueError):
        return text


@lru_cache(maxsize=1024)
def _fields(sentence: str) -> frozenset[str]:
    return frozenset({field for _, field, _, _ in Formatter().parse(sentence) if field})


def _fact_words(key: str, value: Any, watch: Watch, words: Words) -> str:
    if isinstance(value, list | tuple):
        return words.listed([_fact_words(key, part, watch, words) for part in value])
    text = printable(str(value))
    if key in _TIMES:
        return time_words(text, watch, words)
    match key:
        case "zone":
            return zone_name(text, watch, words)
        case "day":
            return time_words(text, watch, words)
        case "may":
            return party_name(text, watch, words)
        case "instrument":
            return instrument_name(text, watch, words)
        case "term" | "notice_term":
            return term_words(text, words)
        case "bound":
            return words.pgettext("bound", BOUND[text])
        case "form":
            return words.pgettext("form", FORM[text])
        case "counting":
            return words.pgettext("counting", COUNTING[text])
        case "relation":
            return words.pgettext("relation", RELATION[text])
        case "state":
            return state_named(text, words)
        case "after":
            return after_words(text, watch, words)
        case "who":  # a notice may be of several, as its line names them
            names = sorted(name.strip() for name in text.split(";"))
            return words.listed([party_name(name, watch, words) for name in names if name])
        case "by" | "missing" | "obliged" | "stated_after":
            return party_name(text, watch, words)
        case "claimed_by" | "reported_by" | "stated_by":
            return giver_name(text, watch, words)
        case "kind" | "notice_kinds":
            return kind_word(text, words)
        case "what":
            named = kind_word(text, words)
            return counter_word(text, words, watch) if named == text else named
        case "aspect":
            return aspect_word(text, words)
        case "outcome":
            return held_word("cannot_be_told", words) if text == "undetermined" else outcome_word(text, words)
        case "counter":
            return counter_word(text, words, watch)
        case "accuracy_m":
            return words.gettext("{metres} m").format(metres=_number(text, words))
        case "value" | "at_least" | "at_most" | "states" | "extension" | "probability" | "threshold":
            return _number(text, words)
        case "views" | "readings" | "read_otherwise":
            view = _VIEW.match(text)
            if view is None:
                return text
            # Who says that it cannot be told says so; the bare word stands nowhere.
            undecided = view["outcome"] == "undetermined"
            outcome = held_word("cannot_be_told", words) if undecided else outcome_word(view["outcome"], words)
            return words.gettext("{who}: {outcome}").format(who=party_name(view["by"], watch, words), outcome=outcome)
        case _:
            return text


def _number(text: str, words: Words) -> str:
    try:
        return words.number(float(text))
    except ValueError:
        return text
