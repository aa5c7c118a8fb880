"""What is asserted, with the clauses that its words speak of: from the offers of topics in the same place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from trucewatch.model.annotations import Passage


def with_clauses(assertions: Iterable[Passage], topics: Iterable[Passage]) -> Iterator[Passage]:
    """The same assertions, each with `about` and `topics` of every clause that is spoken of within its words.

    topics: what `topics.topics_in` offers of the same statement; of these only clauses count. An assertion of which no
    clause is spoken keeps what it has.
    """
    spoken_of: dict[str, list[Passage]] = defaultdict(list)
    for topic in topics:
        if topic.kind == "provision":
            spoken_of[topic.span.paragraph].append(topic)
    for assertion in assertions:
        span = assertion.span
        within = [
            each
            for each in spoken_of.get(span.paragraph, ())
            if each.span.start < span.end and span.start < each.span.end
        ]
        if within:
            about = tuple(dict.fromkeys(clause for each in within for clause in each.about))
            named = tuple(dict.fromkeys(topic for each in within for topic in each.topics))
            yield replace(assertion, about=assertion.about or about, topics=assertion.topics or named)
        else:
            yield assertion
