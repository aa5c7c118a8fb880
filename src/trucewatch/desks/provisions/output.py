"""How every part of a clause stands → what a terminal shows, and what programs are given."""

from __future__ import annotations

import textwrap
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape
from rich.text import Text

from trucewatch.desks.provisions.state_sentences import reasons_of
from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.locale import Words, words
from trucewatch.locale.reasons import rule_sentence, time_words
from trucewatch.locale.terms import state_named
from trucewatch.model.clause_state import SCHEMA, ClauseState
from trucewatch.model.times import iso_utc

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.pipeline.clause_record import ClauseRecord

SIGNS: Final = {
    "met": "●",
    "kept_up": "●",
    "met_late": "◑",
    "met_in_part": "◐",
    "due_soon": "◷",
    "not_yet_due": "○",
    "extended": "○→",
    "no_deadline": "→",
    "not_met": "◆",
    "lapsed": "◆",
    "disputed": "◧",
    "reading_disputed": "◧",
    "not_shown": "⊖",
}
"""As the pages draw them, in one character."""
_OTHER: Final = "◌"
_STYLES: Final = {"met": "blue", "kept_up": "blue", "not_met": "magenta", "lapsed": "magenta", "due_soon": "yellow"}


def document(record: ClauseRecord, at: datetime, recorded_by: datetime | None = None) -> dict[str, Any]:
    """The JSON document of `trucewatch provisions --json`; sentences in English. recorded_by: how the journal stood
    that it was told from."""
    english = words("en")
    return {
        "schema": SCHEMA,
        "watch": record.watch.settings.id,
        "as_of": iso_utc(at),
        "recorded_by": iso_utc(recorded_by) if recorded_by else None,
        "simulated": record.watch.settings.simulated,
        "stipulations": [
            state.document(lambda line: rule_sentence(line, RULE_SENTENCES, record.watch, english))
            for state in record.states_at(at)
        ],
    }


def show_states(out: Console, record: ClauseRecord, at: datetime, recorded_by: datetime | None = None) -> None:
    """`trucewatch provisions`: clause by clause each part with its state, why, and the texts and rules that gave it."""
    watch, english = record.watch, words("en")
    simulated = "Simulated: this watch is invented. " if watch.settings.simulated else ""
    out.print(escape(f"{simulated}As known {english.moment(at, watch.zone)}. No score; no side is counted."))
    if recorded_by is not None:
        out.print(escape(f"By what the journal held {english.moment(recorded_by, watch.zone)}."))
    if record.list_made_at is not None:
        made = english.moment(record.list_made_at, watch.zone)
        out.print(escape(f"From the list of entry {record.list_entry}, of {made}."), style="dim")
    else:
        out.print("Worked out from what is on record; this moment lies after the last list.", style="dim")
    ends = watch.settings.record_until
    if ends is not None and at.astimezone(watch.zone).date() > ends:
        out.print(escape(f"The record of this watch ends on {english.day(ends)}; what came later is not in it."))
    states = record.states_at(at)
    if not states:
        out.print(_before_any_text(record, english))
        return
    summaries = {provision.number: provision.summary for provision in watch.agreement.provision}
    for (number, instrument), parts in groupby(states, key=lambda state: (state.provision, state.instrument)):
        out.print()
        title = english.name(summaries.get(number, {}), otherwise=instrument)
        out.print(escape(f"{number}  {textwrap.shorten(title, max(out.width - 6, 40))}"), style="bold")
        for state in parts:
            _show_state(out, state, record, english)
    pace = record.pace_at(at)
    counted = pace.met + pace.met_late + pace.met_in_part + pace.not_met + pace.not_shown + pace.disputed
    other = f", in another state {pace.due - counted}" if pace.due > counted else ""
    out.print()
    out.print(
        f"Due by then: {pace.due}, of these met {pace.met}, met late {pace.met_late}, in part {pace.met_in_part}, not "
        f"met {pace.not_met}, not shown {pace.not_shown}, disputed {pace.disputed}{other}. "
        f"With a day to come: {pace.ahead}."
    )
    out.print("Not shown says nothing of whether it was done.", style="dim")


def _before_any_text(record: ClauseRecord, english: Words) -> str:
    if not record.agreement.text:
        return "No text is entered; write it into agreement.toml."
    first = min(text.known_at for text in record.agreement.text)
    return f"No text was published by then; the first became known on {english.moment(first, record.watch.zone)}."


def _show_state(out: Console, state: ClauseState, record: ClauseRecord, english: Words) -> None:
    watch = record.watch
    style = _STYLES.get(state.state, "default")
    line = Text(f"  {SIGNS.get(state.state, _OTHER):<3}", style)
    line.append(f"{state.stipulation:<5}", "default")
    line.append(state_named(state.state, english), style)
    if state.met_at:
        line.append(f", {time_words(state.met_at, watch, english)}", "default")
    elif state.due is not None:
        first, last = (english.moment(end, watch.zone) for end in (state.due.range.earliest, state.due.range.latest))
        line.append(f", due {last}" if first == last else f", due between {first} and {last}", "default")
    out.print(line)
    for sentence in reasons_of(state, record.watch, english):
        for part in textwrap.wrap(sentence, max(out.width - 12, 30)) if out.is_terminal else [sentence]:
            out.print(Text(f"{'':10}{part}", "dim"))
