"""What the fields and values of a review’s records are called."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.review import ANSWER_WORDS, QUESTION_WORDS, STATE_WORDS
from trucewatch.server.judgement_history import QUESTION_STATE_WORDS

REVIEW_WITHIN: Final = {
    ("review-case", "rule"): Term("record", "rule of the watch"),
    ("review-outcome", "rule"): Term("record", "rule of the watch"),
    ("review-case", "list"): Term("record", "of the list"),
    ("review-commitment", "list"): Term("record", "signed in one act"),
    ("review-position", "answers"): Term("record", "answers"),
    ("review-wording", "texts"): Term("record", "texts by language"),
    ("review-wording", "of"): Term("record", "whose wording"),
    ("review-key", "opens"): Term("record", "public key that positions are sealed to"),
    ("review-case", "side"): Term("record", "whose wish it was"),
    ("list", "entry"): Term("record", "entry"),
    ("list", "object"): Term("record", "hash of it"),
    ("answers", "happened"): Term("review", "Happened"),
    ("answers", "what"): Term("review", "What"),
    ("answers", "where_when"): Term("review", "Where and when"),
    ("answers", "who"): Term("review", "Who"),
    ("questions", "happened"): Term("review", "Happened"),
    ("questions", "what"): Term("review", "What"),
    ("questions", "where_when"): Term("review", "Where and when"),
    ("questions", "who"): Term("review", "Who"),
    ("rule", "hours"): Term("record", "hours for first positions"),
    ("rule", "discussion_hours"): Term("record", "hours for the discussion"),
    ("rule", "each"): Term("record", "positions of each delegation"),
    ("rule", "signers"): Term("record", "who signs"),
    ("rule", "stands_in"): Term("record", "who stands in"),
    ("rule", "silence"): Term("record", "what silence is called"),
    ("rule", "head_decides"): Term("record", "the head decides where its people differ"),
    ("rule", "recuse"): Term("record", "recused where the clause binds its own state"),
    ("rule", "recuse_evidence"): Term("record", "recused where observations are of its own state"),
    ("rule", "objection_hours"): Term("record", "hours for an objection"),
    ("rule", "decision_hours"): Term("record", "hours for a decision"),
    ("rule", "attribution"): Term("record", "for the question who"),
    ("attribution", "hours"): Term("record", "hours for first positions"),
    ("attribution", "each"): Term("record", "positions of each delegation"),
    ("attribution", "signers"): Term("record", "who signs"),
    ("attribution", "stands_in"): Term("record", "who stands in"),
    ("attribution", "silence"): Term("record", "what silence is called"),
    ("attribution", "head_decides"): Term("record", "the head decides where its people differ"),
    ("put", "finding_id"): Term("record", "reference of the finding"),
    ("put", "incident_id"): Term("record", "reference of the incident"),
    ("put", "stipulation"): Term("record", "part of the clause"),
    ("put", "provision"): Term("record", "clause"),
    ("put", "instrument"): Term("record", "instrument"),
    ("put", "rule"): Term("record", "rule of the assessment"),
    ("put", "outcome"): Term("record", "assessment"),
    ("put", "held"): Term("record", "why none is said"),
    ("put", "facts"): Term("record", "facts"),
    ("put", "evidence"): Term("record", "reports that it rests on"),
    ("put", "aspect"): Term("record", "what of it is seen"),
    ("put", "occurred_start"): Term("record", "began"),
    ("put", "occurred_end"): Term("record", "ended"),
    ("put", "lon"): Term("record", "longitude"),
    ("put", "lat"): Term("record", "latitude"),
    ("put", "semi_major_m"): Term("record", "larger half-axis, metres, one sigma"),
    ("put", "semi_minor_m"): Term("record", "smaller half-axis, metres, one sigma"),
    ("put", "count_min"): Term("record", "counted at least"),
    ("put", "count_best"): Term("record", "counted"),
    ("put", "count_max"): Term("record", "counted at most"),
    ("put", "rung"): Term("record", "how far it is known"),
    ("put", "first_known_at"): Term("record", "first known"),
    ("put", "last_known_at"): Term("record", "last known"),
    ("put", "zones"): Term("record", "zones"),
    ("put", "classes"): Term("record", "what it may have been"),
}
"""The same as `field_words.WITHIN`."""


def _value(words: str) -> Term:
    return Term("record value", words)


REVIEW_VALUES: Final[dict[tuple[str, str], Message]] = {
    ("why", "put"): _value("put for the first time"),
    ("why", "late_evidence"): _value("put again after late evidence"),
    ("why", "attribution"): _value("the question apart, who"),
    ("why", "all_agree"): _value("all agree by their first positions"),
    ("why", "all_done"): _value("no delegation had more to say"),
    ("why", "clock"): _value("the clock ran out"),
    ("why", "departure"): _value("a delegation left"),
    ("why", "lost"): _value("lost"),
    ("why", "replaced"): _value("replaced"),
    ("why", "left_office"): _value("left office"),
    ("use", "officer"): _value("an officer signs and opens"),
    ("use", "recovery"): _value("recovery, kept offline"),
    ("act", "ask"): _value("shown to the head"),
    ("act", "enter"): _value("entered by the head"),
    ("act", "leave"): _value("leaves"),
    ("act", "return"): _value("returns"),
    ("of", "common"): _value("the common wording"),
    **{(question, word): words for question in QUESTION_WORDS for word, words in ANSWER_WORDS.items()},
    **{(question, word): words for question in QUESTION_WORDS for word, words in QUESTION_STATE_WORDS.items()},
    **{("questions", word): words for word, words in QUESTION_WORDS.items()},
    **{("state", word): words for word, words in STATE_WORDS.items()},
}
"""The same as `field_words.VALUES`."""
