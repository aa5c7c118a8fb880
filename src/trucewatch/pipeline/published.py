"""Observations that are current × a watch → what parties published themselves: words that are public already."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.claims import claimants_in, folded_name, party_words, voice_words
from trucewatch.model.report import PublishedWords
from trucewatch.model.watch import Watch

_READ = ("source", "kind", "aspect", "claimed_by", "known_at", "simulated", "text")


def published_words(observations: pa.Table, watch: Watch) -> tuple[PublishedWords, ...]:
    """The rows that a party published itself, in order of publication; of rows with the same words and day one.

    A row is one if its source is `open` and names a `publisher` that is a party or a body that counts with one, if it
    claims for nobody but that party, if it states when it was published, and if it has words.
    """
    voices, parties = voice_words(watch.agreement), party_words(watch.agreement)
    of_source = {
        source.id: (voices[folded_name(source.publisher)], source.publisher)
        for source in watch.settings.source
        if source.handling == "open" and voices.get(folded_name(source.publisher)) in watch.agreement.party_ids
    }
    if not of_source:
        return ()
    messages = watch.message_sources
    rows = observations.filter(
        pc.and_(
            pc.is_in(observations["source"], value_set=pa.array(sorted(of_source), pa.string())),
            pc.and_(pc.invert(observations["known_at_assumed"]), pc.not_equal(observations["text"], "")),
        )
    )
    words: dict[tuple[str, str, date], PublishedWords] = {}
    for row in rows.select(_READ).to_pylist():
        party, publisher = of_source[row["source"]]
        speakers = {voices.get(folded_name(who), who) for who in claimants_in(row["claimed_by"], parties)}
        # Of messages those that nobody signs are of members of the public, whoever keeps the channel.
        if speakers <= {party} and (speakers or row["source"] not in messages):
            published = PublishedWords(
                party=party,
                publisher=publisher,
                known_at=row["known_at"],
                kind=row["kind"],
                aspect=row["aspect"],
                text=row["text"],
                simulated=row["simulated"],
            )
            key = published.publisher, published.text, published.known_at.astimezone(watch.zone).date()
            words.setdefault(key, published)
    return tuple(
        sorted(words.values(), key=lambda statement: (statement.known_at, statement.publisher, statement.text))
    )
