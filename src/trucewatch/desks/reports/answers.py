"""Where an act on a draft leads, and what is said there: also to who sends it once more, or whose answer was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from starlette.responses import Response

from trucewatch.desks.reports.agreed_issue import after_agreeing
from trucewatch.desks.reports.forms import OPEN_STATES, to_draft, undo_address
from trucewatch.messages import Message
from trucewatch.model.report_draft import DraftAct, ReportDraft
from trucewatch.server.acts import Answer
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import View
from trucewatch.store.assent_records import ASSENT
from trucewatch.store.assent_records import UNDO as ASSENT_UNDO
from trucewatch.store.drafts import DRAFT, draft_versions
from trucewatch.store.journal import Entry


def answer_to(view: View, draft: ReportDraft) -> Response:
    """The answer to the act that led to this version of a draft."""
    return _ANSWERS[draft.act](view, draft)


def _begun(view: View, draft: ReportDraft) -> Response:
    if not draft.corrects:
        sentence = Message("Draft begun. Its figures are those of the list of entry {entry}.", entry=draft.list_entry)
        return to_draft(draft, sentence)
    return to_draft(
        draft,
        Message(
            "A correction of revision {revision} is begun, on the figures of the list of entry {entry}.",
            revision=draft.corrects_revision,
            entry=draft.list_entry,
        ),
    )


def _written(view: View, draft: ReportDraft) -> Response:
    return to_draft(draft, Message("Notes saved."))


def _renewed(view: View, draft: ReportDraft) -> Response:
    sentence = Message(
        "The figures are now those of the list of entry {entry}. Read the notes again.", entry=draft.list_entry
    )
    return to_draft(draft, sentence)


def _checked(view: View, draft: ReportDraft) -> Response:
    return to_draft(draft, Message("Marked as checked."))


def _reopened(view: View, draft: ReportDraft) -> Response:
    return to_draft(draft, Message("Open again; it has to be checked anew."))


def _discarded(view: View, draft: ReportDraft) -> Response:
    sentence = Message("Draft discarded. What was done to it stays in the log.")
    return after("/reports", Toast(sentence, undo_address(draft)))


def _undone(view: View, draft: ReportDraft) -> Response:
    here = f"/reports/draft/{draft.draft_id}" if draft.state in OPEN_STATES else "/reports"
    return after(here, Toast(Message("Taken back.")))


def _issued(view: View, draft: ReportDraft) -> Response:
    words, files = view.words, len(draft.languages) * len(draft.formats)
    sentence = words.ngettext("Issued, with {number} file.", "Issued, with {number} files.", files)
    return after(
        f"/reports/issued/{draft.number}?revision={draft.revision}",
        Toast(sentence.format(number=words.number(files))),
    )


_ANSWERS: Final[Mapping[DraftAct, Callable[[View, ReportDraft], Response]]] = {
    "begin": _begun,
    "write": _written,
    "renew": _renewed,
    "check": _checked,
    "reopen": _reopened,
    "discard": _discarded,
    "undo": _undone,
    "issue": _issued,
}


def _again(view: View, entry: Entry) -> Response:
    versions = draft_versions(view.console.store, str(entry.record["draft"]))
    return answer_to(view, next(version for version in versions if version.entry == entry.number))


def _agreed_again(view: View, entry: Entry) -> Response:
    _, draft_id, _ = str(entry.record["subject"]).split(":")
    draft = draft_versions(view.console.store, draft_id)[-1]
    return after_agreeing(draft, entry, is_back=entry.record["schema"] == ASSENT_UNDO)


AGAIN: Final[dict[str, Answer]] = {
    DRAFT: _again,
    f"{ASSENT} release": _agreed_again,
    f"{ASSENT_UNDO} release": _agreed_again,
}
