"""What moved each event's log-odds, a row an incident: from this the reasons of one are told
(`for_and_against.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.books import PEOPLE, WORDS, agreements, prior_agreement
from trucewatch.fusion.existence import (
    ANNOUNCED_LOGIT,
    ECHO_ALONE,
    ECHO_TOGETHER,
    LATER_ALONE,
    LIST,
    LIVELY_ALONE,
    LIVELY_PEOPLE,
    LIVELY_TOGETHER,
    PIXELS_ALONE,
    SATELLITE,
    SETTLED_ALONE,
    SETTLED_PEOPLE,
    SETTLED_TOGETHER,
    SILENCE_TOGETHER,
    Evidence,
    logit_of,
)
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import Reports
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows

WEIGHT_SCHEMA: Final = pa.schema(
    [
        pa.field("incident_id", pa.string(), nullable=False),
        pa.field("voices", pa.int32(), nullable=False),
        pa.field("sources", pa.int32(), nullable=False),
        pa.field("agreement", pa.string(), nullable=False),
        pa.field("book", pa.float32(), nullable=False),
        pa.field("learnt_from", pa.int32(), nullable=False),
        pa.field("answered", pa.float32(), nullable=False),
        pa.field("silence", pa.float32(), nullable=False),
        pa.field("lively", pa.float32(), nullable=False),
        pa.field("settled", pa.float32(), nullable=False),
        pa.field("echo", pa.float32(), nullable=False),
        pa.field("echoes", pa.int32(), nullable=False),
        pa.field("hour", pa.float32(), nullable=False),
        pa.field("in_hour", pa.int32(), nullable=False),
        pa.field("pixels", pa.float32(), nullable=False),
        pa.field("announced", pa.float32(), nullable=False),
        pa.field("late_list", pa.float32(), nullable=False),
        pa.field("retold", pa.int32(), nullable=False),
    ]
)
"""Log-odds, positive where they speak for the event; an incident of which nothing was weighed has no row.

`voices`, and among how many `sources` that share no cause they are; `agreement`: the kind of agreement of several
voices (`acoustic / near`), empty of one; `book`: the log-odds that voices have before anything else is weighed: of
one voice by its giver's book, of several by their agreement; `learnt_from`: how many reports or agreements the book
was learnt from, 0 where it is the one that comes with the program; `answered`: the share of them that answered to an
event; `echoes`: how many voices may be echoes; `in_hour`: of one voice, how many events its giver speaks of in that
hour; `retold`: by how much reports in words are more than the voices behind them.
Kept in memory and beside the list, never in the ledger: silence tells of devices."""


LEAST_BORNE_OUT: Final = 5
"""Of a giver whom others bore out less often than this its book is a belief and no experience."""
LEAST_LEARNT: Final = 10
"""From fewer reports of a giver nothing is said to be learnt of it: its book is mostly that of the program."""


def weights_of(
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    evidence: Evidence,
    weighed: Mask,
    incident_ids: Sequence[str],
) -> pa.Table:
    """WEIGHT_SCHEMA rows of the events of which anything was weighed, in their order.

    order, bounds: the rows of each event; of more events in `places`, `evidence` and `weighed` the first count.
    """
    count = len(incident_ids)
    if not count:
        return WEIGHT_SCHEMA.empty_table()
    voices, many = evidence.of_voices, evidence.voices[:count]
    lone = many == 1
    at = _first_voices(voices.group_of, count)
    means = voices.means[at]
    # 1. What is weighed of all: who was silent, what else is known around, echoes. See `weigh_happening`.
    is_asked = ~lone | np.isfinite(places[:count, 0])
    share = np.where(lone, means_table().silence[means], np.array(SILENCE_TOGETHER)[np.minimum(many, 4)])
    silence = -np.where(is_asked, share * evidence.silence.silent[:count], 0.0)
    people = np.isin(means, PEOPLE)
    times = np.where(lone, np.where(people, LIVELY_PEOPLE, LIVELY_ALONE), LIVELY_TOGETHER)
    lively = times * evidence.company.lively[:count]
    times = np.where(lone, np.where(people, SETTLED_PEOPLE, SETTLED_ALONE), SETTLED_TOGETHER)
    settled = times * evidence.company.settled[:count]
    echoes = evidence.echoes[:count]
    echo = -np.where(lone, ECHO_ALONE * echoes, ECHO_TOGETHER * echoes / many / np.maximum(many - 1, 1))
    # 2. What is weighed of one voice.
    hour = np.where(lone, evidence.hour[at], 0.0)
    pixels = np.where(lone & (means == SATELLITE) & (np.diff(bounds[: count + 1]) > 1), PIXELS_ALONE, 0.0)
    announced = np.where(lone & evidence.announced[:count], ANNOUNCED_LOGIT, 0.0)
    late_list = np.where(lone & (means == LIST), LATER_ALONE, 0.0)
    # 3. Before all that: what is known of the giver, or of such agreements.
    kinds = [evidence.kinds[number] if number >= 0 else "" for number in evidence.agreement[:count].tolist()]
    book, learnt_from, answered = _of_agreements(evidence, kinds, count)
    book -= silence + echo
    alone = logit_of(evidence.happened[:count]) + evidence.against[at] - evidence.hour[at]
    of_giver, answered_alone = _of_givers(evidence, at, lone)
    columns = {
        "incident_id": incident_ids,
        "voices": many,
        "sources": evidence.sources[:count],
        "agreement": kinds,
        "book": np.where(lone, alone, book),
        "learnt_from": np.where(lone, of_giver, learnt_from),
        "answered": np.where(lone, answered_alone, answered),
        "silence": silence,
        "lively": lively,
        "settled": settled,
        "echo": echo,
        "echoes": echoes,
        "hour": hour,
        "in_hour": np.where(lone, _in_hour(reports, evidence, count)[at], 0),
        "pixels": pixels,
        "announced": announced,
        "late_list": late_list,
        "retold": _retold(reports, order, bounds, evidence, count),
    }
    arrays = [pa.array(columns[field.name]).cast(field.type, safe=False) for field in WEIGHT_SCHEMA]
    return pa.table(arrays, schema=WEIGHT_SCHEMA).filter(pa.array(weighed[:count]))


def learnt_of_lone(evidence: Evidence, count: int) -> tuple[Mask, Mask]:
    """Of the first so many events: whether one voice is alone, and whether anything was learnt of its giver."""
    if not count:
        return np.zeros((2, 0), dtype=np.bool_)[0], np.zeros(0, dtype=np.bool_)
    lone = evidence.voices[:count] == 1
    reports, _ = _of_givers(evidence, _first_voices(evidence.of_voices.group_of, count), lone)
    return lone, lone & (reports >= LEAST_LEARNT)


def _first_voices(group_of: Rows, count: int) -> Rows:
    """Of each event its first voice, of a lone one the only."""
    events, first = np.unique(group_of, return_index=True)
    at = np.zeros(count, dtype=np.intp)
    at[events[events < count]] = first[events < count]
    return at


def _of_agreements(evidence: Evidence, kinds: Sequence[str], count: int) -> tuple[Floats, Ints, Floats]:
    """The log-odds of each event of several voices, from how many agreements of its kind was learnt, and the share of
    them that answered."""
    agreement, of_event = evidence.agreement[:count], evidence.of_event[:count]
    agreed = np.flatnonzero(agreement >= 0)
    total, answered = np.zeros((2, count))
    learnt = np.zeros(count, dtype=np.int64)
    if not len(agreed):
        return total, learnt, answered
    alone_logit, any_logit = agreements(evidence.calibrations, evidence.kinds)
    at = (of_event[agreed], agreement[agreed])
    several = evidence.sources[agreed] > 2
    rest = -np.where(several, np.maximum(alone_logit[at], any_logit[at]), alone_logit[at])
    total[agreed] = -np.logaddexp(evidence.by_chance[agreed], evidence.by_cause[agreed] + rest)
    books = [{book.kind: book for book in each.pairs} for each in evidence.calibrations]
    for event in agreed.tolist():
        book = books[of_event[event]].get(kinds[event])
        learnt[event] = 0 if book is None else book.events
        answered[event] = prior_agreement(kinds[event]) if book is None else book.answers
    return total, learnt, answered


def _of_givers(evidence: Evidence, at: Rows, lone: Mask) -> tuple[Ints, Floats]:
    """From how many reports the book of each lone voice's giver was learnt, and the share that answered to an event of
    those that nobody bore out."""
    reports, answered = np.zeros(len(at), dtype=np.int64), np.zeros(len(at))
    books = [{int(book.key, 16): book for book in each.devices} for each in evidence.calibrations]
    if not any(books):
        return reports, answered
    events = np.flatnonzero(lone)
    device = evidence.of_voices.device[at[events]].tolist()
    for event, key, number in zip(events.tolist(), device, evidence.of_event[events].tolist(), strict=True):
        book = books[number].get(key)
        if book is not None and book.borne_out >= LEAST_BORNE_OUT:
            reports[event], answered[event] = book.alone, book.alone_answers
    return reports, answered


def _in_hour(reports: Reports, evidence: Evidence, count: int) -> Ints:
    """In how many of the events the giver of each voice speaks in its hour (UTC), this one among them."""
    voices = evidence.of_voices
    hour = np.floor(reports.f["end"][voices.rows] / 3600.0).astype(np.int64)
    _, at = np.unique(np.column_stack((voices.device, hour)), axis=0, return_inverse=True)
    at = at.reshape(-1)
    return np.bincount(at, weights=voices.group_of < count).astype(np.int64)[at]


def _retold(reports: Reports, order: Rows, bounds: Rows, evidence: Evidence, count: int) -> Ints:
    """By how much each event's reports in words are more than the voices behind them."""
    is_word = np.isin(reports.k["means"][order[: bounds[count]]], WORDS)
    group = np.repeat(np.arange(count), np.diff(bounds[: count + 1]))
    rows = np.bincount(group[is_word], minlength=count)
    voices = evidence.of_voices
    speaks = np.isin(voices.means, WORDS) & (voices.group_of < count)
    speakers = np.bincount(voices.group_of[speaks], minlength=count)
    return np.where(speakers > 0, rows - speakers, 0)
