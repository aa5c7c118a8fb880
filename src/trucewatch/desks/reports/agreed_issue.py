"""The quorum rule over an issue: what the delegations agree to is one checked version of a draft."""

from __future__ import annotations

from starlette.responses import Response

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.report_draft import ReportDraft
from trucewatch.server.toast import Toast, after
from trucewatch.store.journal import Entry


def subject_of(draft: ReportDraft) -> str:
    """What an assent is of: whatever is done to the draft makes another version, which is agreed anew.

    The hash that is agreed to beside it is that of the figures; the words are those of the version.
    """
    return f"release:{draft.draft_id}:{draft.version}"


def check_can_be_agreed(draft: ReportDraft) -> None:
    """Raises ReportError for a draft that nobody checked, and for one that was issued."""
    if draft.state != "checked":
        raise ReportError(Message("only a checked draft is agreed to; go through it and mark it as checked first"))


def after_agreeing(draft: ReportDraft, entry: Entry, *, is_back: bool = False) -> Response:
    """Back to the page before the issue, which says who is missing."""
    here = f"/reports/draft/{draft.draft_id}/issue"
    if is_back:
        return after(here, Toast(Message("Taken back. That is entry {entry} of the ledger.", entry=entry.number)))
    receipt = Message("Agreed. That is entry {entry} of the ledger.", entry=entry.number)
    return after(here, Toast(receipt, undo=f"/reports/draft/{draft.draft_id}/agree/undo"))
