"""What of reports waits: a draft that was checked and to which somebody is still to agree by the rule of the watch."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.desks.base import FloorItem
from trucewatch.desks.reports.agreed_issue import subject_of
from trucewatch.desks.reports.forms import period_of, recipient_name
from trucewatch.desks.reports.wanted import wanted_of
from trucewatch.messages import Message
from trucewatch.model.report_draft import ReportDraft
from trucewatch.model.roles import Right
from trucewatch.server.agreeing import agreement_of
from trucewatch.server.console import Console
from trucewatch.server.people_shown import side_words
from trucewatch.server.view import View
from trucewatch.store import Store
from trucewatch.store.drafts import DRAFT, recorded_drafts


@dataclass(slots=True)
class _Checked:
    """The checked drafts, and the last entry about drafts when they were read."""

    until: int = -1
    drafts: tuple[ReportDraft, ...] = ()


def items(view: View) -> tuple[FloorItem, ...]:
    """A line a draft, the one changed last first. Nothing in a watch without accounts, where one person acts."""
    if not view.may(Right.INSIDE):
        return ()
    lines = []
    for draft in _checked(view.console):
        missing = agreement_of(view, subject_of(draft), "release").missing
        if missing:
            who = view.words.listed([side_words(side, view.watch, view.words) for side in missing if side])
            lines.append(
                FloorItem(
                    part="other",
                    label=Message(
                        "Draft for {recipient}, {period}: checked; still to agree: {who}",
                        recipient=recipient_name(view, draft.recipient, view.words),
                        period=period_of(wanted_of(draft), view.words),
                        who=who or Message("one more person"),
                    ),
                    path=f"/reports/draft/{draft.draft_id}",
                    since=draft.recorded_at,
                    simulated=view.watch.settings.simulated,
                )
            )
    return tuple(lines)


def _checked(console: Console) -> tuple[ReportDraft, ...]:
    last, until = console.part(_read), _last_entry(console.store)
    if last.until != until:
        last.drafts = tuple(draft for draft in recorded_drafts(console.store) if draft.state == "checked")
        last.until = until
    return last.drafts


def _last_entry(store: Store) -> int:
    ((number,),) = store.index.rows("SELECT coalesce(max(number), -1) FROM entry WHERE schema = ?", DRAFT)
    return int(number)


def _read(console: Console) -> _Checked:
    return _Checked()
