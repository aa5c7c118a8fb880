"""What the sources say of an incident, in their own first words, for the second line of a row.

Whose words they are always stands before them. Where several speakers tell of one event each speaks, cut alike, in the
order of their ids; where nobody's words are on record, nothing is made up: the means are named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated
from trucewatch.locale.terms import means_word
from trucewatch.model.claims import claimants_in, party_words
from trucewatch.model.incident import SPEAKERS_APART, Incident, unparted
from trucewatch.model.watch import Watch
from trucewatch.server.snapshot import Snapshot

FIRST: Final = 80
"""Characters that one speaker gets."""
FIRST_OF_SEVERAL: Final = 60
MOST_SPEAKERS: Final = 4
"""How many speak in one row; of more all are named and none speaks."""
_LIST: Final = "event_list"


class Giver(NamedTuple):
    """Whose words an incident's text is, as the observation has it."""

    claimed_by: str
    means: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One speaker's first words. `who` is shown as it is; `is_quote`: they are the speaker's own, and no paraphrase of
    whoever keeps a list."""

    who: str
    text: str
    is_quote: bool


@dataclass(frozen=True, slots=True)
class SourceWords:
    """What a row says in the words of others: `spoken`, or else a line that names who spoke, or by what it was seen."""

    spoken: tuple[Spoken, ...] = ()
    otherwise: str = ""

    def whole(self, words: Words) -> str:
        """The same as one text, for who hears a row."""
        lines = [
            words.gettext("{who}: “{text}”").format(who=isolated(each.who), text=isolated(each.text))
            if each.is_quote
            else words.gettext("{who}, as the list puts it: {text}").format(
                who=isolated(each.who), text=isolated(each.text)
            )
            for each in self.spoken
        ]
        return words.gettext("; ").join(lines) or self.otherwise


def words_of_rows(snapshot: Snapshot, incidents: Sequence[Incident], words: Words) -> list[SourceWords]:
    """What the sources say of each of these incidents, for the few that a page shows."""
    behind = _behind(snapshot, incidents)
    return [
        source_words(each, snapshot.watch, words, *behind.get(each.incident_id, (None, None))) for each in incidents
    ]


def source_words(
    incident: Incident,
    watch: Watch,
    words: Words,
    giver: Giver | None = None,
    listed: Collection[tuple[str, str]] | None = None,
) -> SourceWords:
    """The first words of each speaker of one incident. giver: whose its text is, where the incident does not tell;
    listed: who and text of what a list puts in its own words, None where all of it is if any is."""
    text = incident.text.strip()
    is_list_s = _LIST in incident.means and not all(
        source.publisher for source in watch.settings.source if source.id in incident.sources
    )

    def spoken_by(name: str, who: str, statement: str, most: int) -> Spoken:
        is_paraphrase = is_list_s if listed is None else (who, statement.strip()) in listed
        return Spoken(name, first_words(statement, most), not is_paraphrase)

    if len(incident.claimed_by) > 1 and (spoken := _speakers(incident, watch)):
        names = [speaker_name(who, incident, watch, words) for who, _ in spoken]
        if len(spoken) > MOST_SPEAKERS:
            template = words.ngettext("{number} source: {names}", "{number} sources: {names}", len(spoken))
            return SourceWords(otherwise=template.format(number=words.number(len(spoken)), names=words.listed(names)))
        return SourceWords(
            tuple(spoken_by(name, *pair, FIRST_OF_SEVERAL) for name, pair in zip(names, spoken, strict=True))
        )
    if giver is None:
        giver = _clear_giver(incident)
    if text and giver is not None:
        claimants = claimants_in(giver.claimed_by, party_words(watch.agreement))
        who = words.listed([speaker_name(each, incident, watch, words) for each in claimants])
        means = [giver.means] if giver.means else incident.means
        who = who or words.listed([means_word(each, words) for each in means])
        return SourceWords((spoken_by(who, giver.claimed_by, text, FIRST),))
    seen_by = words.listed([means_word(each, words) for each in incident.means])
    return SourceWords(otherwise=words.gettext("seen by: {means}").format(means=seen_by))


def first_words(text: str, most: int) -> str:
    """The beginning of a text, cut between words where it can be, with a sign that it was.

    >>> first_words("one of its posts was fired on", 17)
    'one of its posts …'
    """
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    head = flat[: most + 1].rpartition(" ")[0]
    if len(head) < most // 2:
        end = most
        while end > most // 2 and unicodedata.combining(flat[end]):  # a letter keeps its marks
            end -= 1
        return f"{flat[:end]}…"
    return f"{head} …"


def _speakers(incident: Incident, watch: Watch) -> list[tuple[str, str]]:
    """Speaker and words, in the order of the ids; of fewer than two speakers none, since the words of one alone open
    with nobody's name, whatever they open with."""
    parties = party_words(watch.agreement)
    known = frozenset(unparted(who) for who in incident.claimed_by)
    spoken: dict[str, str] = {}
    last = ""
    for part in incident.text.split(SPEAKERS_APART):
        who, colon, statement = part.partition(": ")
        if colon and who and known.issuperset(claimants_in(who, parties)):
            last = "" if who in spoken else who  # of one who says two things the first is enough for a row
            if last:
                spoken[last] = statement
        elif last:
            spoken[last] += SPEAKERS_APART + part
    return sorted(spoken.items(), key=lambda pair: pair[0].casefold()) if len(spoken) > 1 else []


def _clear_giver(incident: Incident) -> Giver | None:
    """Whose the words are, where an incident alone tells it."""
    claimed = "; ".join(incident.claimed_by)
    if not claimed:
        return Giver("", "")
    is_all_theirs = len(incident.members) == 1 or (incident.claims_only and len(incident.claimed_by) == 1)
    return Giver(claimed, "") if is_all_theirs else None


def speaker_name(who: str, incident: Incident, watch: Watch, words: Words) -> str:
    """A speaker's name; of who writes messages only what means it came by, unless it is a body that the watch names."""
    bodies = {body.id for body in watch.agreement.party} | {body.id for body in watch.agreement.body}
    bodies |= watch.delegation_ids
    if not watch.message_sources.isdisjoint(incident.sources) and who not in bodies:
        return words.listed([means_word(each, words) for each in incident.means])
    return party_name(who, watch, words)


def _behind(
    snapshot: Snapshot, incidents: Iterable[Incident]
) -> Mapping[str, tuple[Giver | None, frozenset[tuple[str, str]]]]:
    """Whose the text of each incident is that does not tell it alone, and what of it a list puts in its own words, from
    the observations in memory; without them, of none."""
    unclear = [each for each in incidents if each.text and len(each.means) > 1]
    if snapshot.assessment is None or not unclear:
        return {}
    own = {source.id for source in snapshot.watch.settings.source if source.publisher}
    wanted = pa.array([name for each in unclear for name in each.members], pa.string())
    table = snapshot.assessment.observations
    table = table.select(["observation_id", "claimed_by", "means", "text", "source"]).filter(
        pc.is_in(table["observation_id"], value_set=wanted)
    )
    row_of = {row["observation_id"]: row for row in table.to_pylist()}
    behind: dict[str, tuple[Giver | None, frozenset[tuple[str, str]]]] = {}
    for incident in unclear:
        rows = [row_of[name] for name in incident.members if name in row_of]
        words = [(unparted(row["claimed_by"]), unparted(row["text"]).strip(), row) for row in rows]
        said = {Giver(who, row["means"]) for who, text, row in words if text == incident.text.strip()}
        is_listed = {True: set[tuple[str, str]](), False: set[tuple[str, str]]()}
        for who, text, row in words:
            is_listed[row["means"] == _LIST and row["source"] not in own].add((who, text))
        giver = said.pop() if len(said) == 1 and len(incident.claimed_by) < 2 else None
        behind[incident.incident_id] = giver, frozenset(is_listed[True] - is_listed[False])
    return behind
