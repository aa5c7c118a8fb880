"""What the sources say of an incident, in their own first words, for the second line of a row.

Whose words they are always stands before them. Where several tell of one event each speaks, cut alike: devices and
patrols first, as in its title, then parties and bodies in the order of their ids; no chance of order lets the words of
one stand for all. Where nobody's words are on record, nothing is made up: the means are named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
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
    """Whose words a text is, as the observation has it."""

    claimed_by: str
    means: str


class Stated(NamedTuple):
    """What one observation says. `is_list_s`: in the words of whoever keeps a list."""

    giver: Giver
    text: str
    is_list_s: bool = False


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
    return [source_words(each, snapshot.watch, words, behind.get(each.incident_id)) for each in incidents]


def source_words(incident: Incident, watch: Watch, words: Words, stated: Sequence[Stated] | None = None) -> SourceWords:
    """The first words of each speaker of one incident. stated: who said what of it, None where the incident alone
    tells."""
    own = {source.id for source in watch.settings.source if source.publisher}
    is_list_s = _LIST in incident.means and not own.issuperset(incident.sources)
    parties = party_words(watch.agreement)

    def spoken_by(giver: Giver, text: str, most: int) -> Spoken:
        behind = [
            each
            for each in stated or ()
            if (each.giver.claimed_by, each.text) == (giver.claimed_by, text) and giver.means in ("", each.giver.means)
        ]
        means = sorted({each.giver.means for each in behind}) or [giver.means or each for each in incident.means]
        claimants = claimants_in(giver.claimed_by, parties)
        who = words.listed([speaker_name(each, incident, watch, words, means) for each in claimants])
        is_paraphrase = all(each.is_list_s for each in behind) if behind else is_list_s
        return Spoken(
            who or words.listed([means_word(each, words) for each in dict.fromkeys(means)]),
            first_words(text, most),
            not is_paraphrase,
        )

    text = incident.text.strip()
    spoken = (
        [(Giver(who, ""), said) for who, said in _speakers(incident, parties)] if len(incident.claimed_by) > 1 else []
    )
    if not spoken and text and len(incident.claimed_by) < 2:
        spoken = _first_of_each(stated or (), parties) or [
            (giver, text) for giver in (_clear_giver(incident),) if giver is not None
        ]
    if not spoken:
        by = words.listed([means_word(each, words) for each in incident.means])
        return SourceWords(otherwise=words.gettext("means: {means}").format(means=by))
    most = FIRST_OF_SEVERAL if len(spoken) > 1 else FIRST
    telling = tuple(spoken_by(giver, said, most) for giver, said in spoken)
    if len(telling) > MOST_SPEAKERS:
        names = words.listed([each.who for each in telling])
        template = words.ngettext("{number} source: {names}", "{number} sources: {names}", len(telling))
        return SourceWords(otherwise=template.format(number=words.number(len(telling)), names=names))
    return SourceWords(telling)


def _first_of_each(stated: Sequence[Stated], parties: Mapping[str, str]) -> list[tuple[Giver, str]]:
    """The first words of everyone who gave any: of each means without a name first, then of who speaks by name, in the
    order of the ids."""
    first: dict[tuple[tuple[str, ...], str], tuple[Giver, str]] = {}
    for each in stated:
        claimants = claimants_in(each.giver.claimed_by, parties)
        means = "" if claimants else each.giver.means
        first.setdefault((claimants, means), (Giver(each.giver.claimed_by, means), each.text))
    return [first[key] for key in sorted(first)]


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


def _speakers(incident: Incident, parties: Mapping[str, str]) -> list[tuple[str, str]]:
    """Speaker and words, in the order of the ids; of fewer than two speakers none, since the words of one alone open
    with nobody's name, whatever they open with."""
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


def speaker_name(who: str, incident: Incident, watch: Watch, words: Words, means: Sequence[str] = ()) -> str:
    """A speaker's name; of who writes messages only what means it came by, unless it is a body that the watch names.
    means: by which the words came, where that is known; else all of the incident's."""
    bodies = {body.id for body in watch.agreement.party} | {body.id for body in watch.agreement.body}
    bodies |= watch.delegation_ids
    if not watch.message_sources.isdisjoint(incident.sources) and who not in bodies:
        return words.listed([means_word(each, words) for each in dict.fromkeys(means or incident.means)])
    return party_name(who, watch, words)


def _behind(snapshot: Snapshot, incidents: Iterable[Incident]) -> Mapping[str, list[Stated]]:
    """Who said what of each incident that does not tell it alone, in the order of its observations; of none without the
    observations in memory."""
    unclear = [each for each in incidents if each.text and len(each.means) > 1]
    if snapshot.assessment is None or not unclear:
        return {}
    own = {source.id for source in snapshot.watch.settings.source if source.publisher}
    wanted = pa.array([name for each in unclear for name in each.members], pa.string())
    table = snapshot.assessment.observations
    table = table.select(["observation_id", "claimed_by", "means", "text", "source"]).filter(
        pc.is_in(table["observation_id"], value_set=wanted)
    )
    stated_in = {
        row["observation_id"]: Stated(
            Giver(unparted(row["claimed_by"]), row["means"]),
            unparted(row["text"]).strip(),
            row["means"] == _LIST and row["source"] not in own,
        )
        for row in table.to_pylist()
    }
    return {
        each.incident_id: [stated_in[name] for name in each.members if name in stated_in and stated_in[name].text]
        for each in unclear
    }
