"""What stands on a window's page beside what was entered: what each side agreed to, in what it is in force, more time,
other windows of the same time, and how it was kept as far as anybody says so or the record shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from trucewatch.desks.quieting.wording import NOT_IN_FORCE, stand_note, stand_words, terms_cells
from trucewatch.locale.terms import held_word, outcome_word
from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_windows import acts_text
from trucewatch.model.roles import Right
from trucewatch.model.window_state import WindowState, overlapping
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.window_findings import (
    WindowFinding,
    sentence_of,
    unseen_acts,
    window_findings,
    window_standing,
)
from trucewatch.server.aid_view import names_of
from trucewatch.server.entered_pages import Block
from trucewatch.server.view import View

_TERMS_HEAD: Final = (Message("From"), Message("Until"), Message("Where"), Message("What rests"))
NOTHING_SEEN: Final = Message(
    "Nothing is on record inside. What could have been seen there is not computed, so this does not say that it was "
    "kept."
)


def inside_findings(view: View, item: Item) -> tuple[WindowFinding, ...]:
    """What the record has inside a window, in the order of time; nothing where there is no record, and for who does
    not read inside the centre."""
    if view.watch.kind != "centre" or not view.may(Right.INSIDE):
        return ()
    incidents = view.snapshot.incidents
    watch = view.snapshot.watch
    findings = window_findings([item], incidents, watch=watch, as_of=view.snapshot.as_of)
    # A snapshot stands newest first.
    return tuple(finding for finding in reversed(findings) if finding.is_inside)


def blocks_of(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """All of them, for an item whose content stands."""
    state = window_standing(item, book.watch, book.now)
    if state is None:
        return ()
    naming = names_of(view)
    return (
        _sides(state, naming),
        _in_force(state, naming),
        *_longer(state, naming),
        *_others(book, item),
        _kept(view, item, state),
    )


def _sides(state: WindowState, naming: AidNaming) -> Block:
    rows: list[Sequence[Message | str]] = [
        (Message("asked"), *terms_cells(state.wanted, naming), Message("version {number}", number=state.version))
    ]
    for stand in state.sides:
        terms = terms_cells(stand.terms, naming) if stand.terms else ("", "", "", "")
        note = stand_note(stand, state.version)
        label = Message("{side}: {answer}", side=naming.side(stand.side), answer=stand_words(stand))
        rows.append((label, *terms, note))
    return Block(
        title=Message("What each side agrees to"),
        sentences=() if state.sides else (Message("This watch names no sides, so nothing can be in force."),),
        head=(Message("Who"), *_TERMS_HEAD, Message("Note")),
        rows=rows,
    )


def _in_force(state: WindowState, naming: AidNaming) -> Block:
    title = Message("When and where it is in force")
    if not state.pieces:
        return Block(
            title=title, sentences=(Message("{state}: only what both sides agree to is.", state=NOT_IN_FORCE),)
        )
    return Block(title=title, head=_TERMS_HEAD, rows=[terms_cells(piece, naming) for piece in state.pieces])


def _longer(state: WindowState, naming: AidNaming) -> Iterator[Block]:
    if state.longer is None:
        return
    sentences = [Message("More time is asked for, until {until}.", until=state.longer)]
    for stand in state.longer_sides:
        sentences.append(Message("{side}: {answer}.", side=naming.side(stand.side), answer=stand_words(stand)))
    yield Block(title=Message("More time"), sentences=sentences)


def _others(book: AidBook, item: Item) -> Iterator[Block]:
    codes = overlapping(item, book.items("window"))
    if codes:
        sentence = Message("{codes}: asked for the same time in one of the same districts.", codes=", ".join(codes))
        yield Block(
            title=Message("Other windows of this time"),
            sentences=(sentence, Message("Each stands for itself: what is agreed of one is not agreed of the other.")),
        )


def _kept(view: View, item: Item, state: WindowState) -> Block:
    naming = names_of(view)
    sentences = [
        TABLES[step.table].line(step.row, naming) for step in item.steps_of("window_word", "window_check")
    ] or [Message("Nobody has said how it was kept.")]
    if view.watch.kind != "centre":
        return Block(title=Message("How it was kept"), sentences=sentences)
    inside = inside_findings(view, item) if state.pieces else ()
    if state.pieces and not inside:
        sentences.append(NOTHING_SEEN)
    acts = {act for piece in state.pieces for act in piece.acts}
    if unseen := unseen_acts(acts):
        sentences.append(Message("Of this no record says anything: {acts}.", acts=acts_text(unseen)))
    return Block(
        title=Message("How it was kept"),
        sentences=sentences,
        head=(Message("Incident"), Message("When"), Message("The window's own finding"), Message("Why"))
        if inside
        else (),
        rows=[_finding_row(view, naming, finding) for finding in inside],
    )


def _finding_row(view: View, naming: AidNaming, finding: WindowFinding) -> Sequence[Message | str]:
    row = view.snapshot.row_of[finding.incident_id]
    why = sentence_of(finding)
    if finding.entered_after:
        sides = ", ".join(naming.side(side) for side in finding.entered_after)
        why = Message("{why} Entered only after it began: the answer of {sides}.", why=why, sides=sides)
    return (
        view.snapshot.codes[row],
        Message("{moment}", moment=view.snapshot.incidents["occurred_start"][row].as_py()),
        outcome_text(view, finding),
        why,
    )


def outcome_text(view: View, finding: WindowFinding) -> str:
    """The outcome as findings say it; where none is said, the word for why."""
    if finding.outcome == "undetermined":
        return held_word(finding.held, view.words)
    return outcome_word(finding.outcome, view.words)
