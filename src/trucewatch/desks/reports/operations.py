"""From a list to an issued report by people: draft → checked → issued → corrected. Each step is an act in the journal.

The figures of a draft are those of the list that it names, whatever comes in meanwhile; people add words of their own
and nothing else. What is issued is what was checked, or nothing is issued.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.desks.reports.checks import (
    check_products,
    check_sections,
    figures_of,
    in_order,
    notes_from,
    refuse_bad_signature,
)
from trucewatch.desks.reports.earlier_lists import EarlierLists
from trucewatch.desks.reports.sharing import Sharing, Unshared
from trucewatch.desks.reports.wanted import Wanted, wanted_of
from trucewatch.errors import ReportError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import CoverNote, EditorsNote, Publication
from trucewatch.model.report_draft import UNDOABLE, DraftAct, Export, ReportDraft
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, DailyReport, build_daily, render_all
from trucewatch.reports.kinds import KINDS
from trucewatch.store import Store
from trucewatch.store.drafts import check_cover, check_notes, draft_versions, moved, record_draft, record_export
from trucewatch.store.publications import IssuedFile, RecordedIssue, publications, recorded_issues
from trucewatch.store.verification_records import recorded_steps

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment


class ReportDesk:
    """What people may do to reports. `current` gives the list of today; `clock` the present time.

    Raises ReportError and StoreError with what stands in the way; during a replay nothing can be changed.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        clock: Callable[[], datetime],
        current: Callable[[], Assessment],
        shared: Sharing | None = None,
    ) -> None:
        self.store, self.folder = store, folder
        self._shared = shared or Unshared()
        self._clock, self._current = clock, current
        self._earlier_lists = EarlierLists(store, folder, clock, self._shared)

    def over(self, current: Callable[[], Assessment]) -> ReportDesk:
        """The same desk over another list, as a page needs that goes on with the one it was given."""
        other = copy(self)
        other._current = current
        return other

    # What is shown

    @property
    def current(self) -> Assessment:
        """The list of today, with every report that was issued up to now."""
        return self._of_today(self._current())

    def _of_today(self, assessment: Assessment) -> Assessment:
        return assessment if assessment.is_replay else self._with_issues(assessment)

    def _with_issues(self, assessment: Assessment, recorded_by: datetime | None = None) -> Assessment:
        """With every report that was issued and every step of a verification that was entered by a moment, and what
        was learnt otherwise since each report."""
        from trucewatch.pipeline.calibrations import learnt_anew_since

        earlier = publications(self.store, recorded_by)
        return replace(
            assessment,
            earlier=earlier,
            learnt_anew=learnt_anew_since(self.store, earlier, recorded_by),
            verification=recorded_steps(self.store, recorded_by),
        )

    def recipient(self, recipient_id: str) -> Recipient:
        recipient = self._current().watch.recipient(recipient_id)
        if recipient is None:
            ids = ", ".join(rule.id for rule in self._current().watch.settings.recipient)
            raise ReportError(
                Message(
                    '"{recipient}" is no recipient of this watch; it has: {words}',
                    recipient=printable(recipient_id)[:60],
                    words=ids,
                )
            )
        return recipient

    def report(
        self,
        wanted: Wanted,
        *,
        notes: Sequence[EditorsNote] | None = None,
        cover: CoverNote | None = None,
        assessment: Assessment | None = None,
        is_draft: bool = True,
        within_s: float | None = None,
    ) -> DailyReport:
        """The report as it would be issued from a list, that of today if none is given; worked out once for all who
        ask for it. Raises StillWorkingError where it takes longer than `within_s`."""
        basis = assessment or self.current
        rule = basis.watch.recipient(wanted.recipient) or self.recipient(wanted.recipient)
        stated = None if notes is None else tuple(notes)
        issued = tuple((issue.number, issue.revision, len(issue.rows)) for issue in basis.earlier)
        # A list is never changed, so its tables name it; what was issued or learnt since is counted beside them.
        steps = tuple(step.entry for step in basis.verification)
        made_from = (id(basis.incidents), basis.checkpoint, basis.is_replay, issued, basis.learnt_anew, steps)
        by = basis.implementation.recorded_by if basis.implementation else None
        of_clauses = wanted.kind in KINDS and KINDS[wanted.kind].is_of_clauses
        read_up_to = (by or len(self.store.journal)) if of_clauses else None
        return self._shared.get(
            ("report", made_from, read_up_to, wanted, stated, cover, is_draft),
            lambda: build_daily(
                basis.report_inputs(),
                recipient=rule,
                day_from=wanted.day_from,
                day_until=wanted.day_until,
                notes=notes,
                cover=cover,
                is_draft=is_draft,
                kind=wanted.kind,
                event=wanted.incident,
            ),
            anchor=basis.incidents,
            within_s=within_s,
        )

    def report_of(self, draft: ReportDraft, *, is_draft: bool = True, within_s: float | None = None) -> DailyReport:
        """The report of a draft: the figures of its list, the words of its editors. Raises StillWorkingError where
        list or report takes longer than `within_s`."""
        basis = self.list_of(draft, within_s=within_s)
        return self.report(
            wanted_of(draft),
            notes=draft.notes,
            cover=draft.cover,
            assessment=basis,
            is_draft=is_draft,
            within_s=within_s,
        )

    def list_of(self, draft: ReportDraft, *, within_s: float | None = None) -> Assessment:
        """The list that a draft names, as the journal holds it. Raises ReportError if it does not hold it any more, and
        StillWorkingError where it takes longer than `within_s` to work it out again."""
        now = self._current()
        if now.list_entry == draft.list_entry and now.as_of == draft.cut_off:
            return self._with_steps_of(draft, self._of_today(now))
        pinned = (draft.list_entry, draft.cut_off, self._figures_taken_at(draft))
        earlier = self._earlier_lists.get(pinned, within_s=within_s)
        return self._with_steps_of(draft, self._of_today(replace(earlier, is_replay=now.is_replay)))

    def _with_steps_of(self, draft: ReportDraft, basis: Assessment) -> Assessment:
        """With the steps of verifications, and what bears on clauses, that were entered when the draft took its
        figures, and no later ones."""
        taken_at = self._figures_taken_at(draft)
        steps = (step for step in basis.verification if taken_at is None or step.recorded_at <= taken_at)
        of_clauses = basis.implementation and basis.implementation.as_recorded_by(taken_at)
        return replace(basis, verification=tuple(steps), implementation=of_clauses)

    def _figures_taken_at(self, draft: ReportDraft) -> datetime | None:
        """When the draft took the figures that it stands on."""
        pinned, versions = (draft.list_entry, draft.cut_off), draft_versions(self.store, draft.draft_id)
        return next(
            (version.recorded_at for version in versions if (version.list_entry, version.cut_off) == pinned), None
        )

    def is_behind(self, draft: ReportDraft) -> bool:
        """Whether there is a newer list, or a later cut-off, than the one that the draft stands on."""
        now = self._current()
        return not now.is_replay and (now.list_entry != draft.list_entry or now.as_of > draft.cut_off)

    def draft(self, draft_id: str) -> ReportDraft:
        """A draft as it stands. Raises ReportError if there is none."""
        versions = draft_versions(self.store, draft_id)
        if not draft_id or not versions:
            raise ReportError(
                Message(
                    'there is no draft "{draft}"; the desk lists those that there are', draft=printable(draft_id)[:40]
                )
            )
        return versions[-1]

    # Acts: what they rest on is worked out before one takes its turn, and is found then if nothing changed meanwhile

    def work_ahead(self, wanted: Wanted, *, notes: Sequence[EditorsNote] = ()) -> None:
        """For `begin` and `renew`. Raises ReportError for what cannot be reported."""
        self.report(wanted, notes=notes)

    def work_ahead_of_issue(self, draft: ReportDraft) -> None:
        """For `issue`, of a draft that is checked."""
        if draft.state == "checked":
            self._products(self.report_of(draft, is_draft=False), draft)

    def _products(self, report: DailyReport, draft: ReportDraft) -> Mapping[tuple[str, str], bytes]:
        languages, formats = draft.languages, draft.formats
        return self._shared.get(
            ("files", id(report), languages, formats),
            lambda: render_all(report, formats=formats, languages=languages),
            anchor=report,
        )

    def begin(
        self,
        wanted: Wanted,
        *,
        languages: Sequence[str],
        formats: Sequence[str],
        by: str,
        corrects: Publication | None = None,
    ) -> ReportDraft:
        """A new draft on the list of today; of a correction with the words of the issue that it corrects."""
        basis = self._may_change()
        check_products(languages, formats)
        notes = corrects.notes if corrects else ()
        report = self.report(wanted, notes=notes, assessment=basis)
        draft = ReportDraft(
            draft_id="",
            version=1,
            act="begin",
            state="draft",
            by=self._who(by),
            known_at=self._known_at(),
            recipient=wanted.recipient,
            day_from=wanted.day_from,
            day_until=wanted.day_until,
            languages=tuple(languages),
            formats=tuple(formats),
            list_entry=basis.list_entry,
            cut_off=basis.as_of,
            kind=wanted.kind,
            incident=wanted.incident,
            figures=figures_of(report),
            notes=notes,
            corrects=corrects.number if corrects else "",
            corrects_revision=corrects.revision if corrects else 0,
        )
        return record_draft(self.store, draft)

    def write(
        self, draft_id: str, *, seen_version: int, language: str, texts: Mapping[str, str], by: str
    ) -> ReportDraft:
        """Put the editors' notes of one language in the place of those that were there, by section; "" takes one out.

        seen_version: the one that the writer looked at; raises DraftMoved if it is not the last one. A checked one is a
        draft again.
        """
        draft = self._open(draft_id, seen_version)
        others = tuple(note for note in draft.notes if note.language != language)
        before = {note: note for note in draft.notes}
        # What stays as it was keeps its reference: there is one text to erase, not one a version.
        notes = others + tuple(before.get(note, note) for note in notes_from(texts, language))
        check_notes(notes)
        check_sections(draft.kind, notes)
        if set(notes) == set(draft.notes):
            return draft
        return self._next(draft, "write", by, state="draft", notes=tuple(sorted(notes, key=in_order)))

    def put_cover(self, draft_id: str, *, seen_version: int, cover: CoverNote | None, by: str) -> ReportDraft:
        """Put a cover note before the report, in the place of the one that was there; None takes it out. A checked one
        is a draft again. Raises ReportError for a signature that is not over these words for this issue."""
        draft = self._open(draft_id, seen_version)
        check_cover(cover)
        if cover == draft.cover:
            return draft
        if cover is not None and cover.signature:
            refuse_bad_signature(self.report_of(replace(draft, cover=cover)))
        return self._next(draft, "write", by, state="draft", cover=cover)

    def renew(self, draft_id: str, *, seen_version: int, by: str) -> ReportDraft:
        """Take the figures of the list of today."""
        draft, basis = self._open(draft_id, seen_version), self._may_change()
        figures = figures_of(self.report(wanted_of(draft), notes=draft.notes, cover=draft.cover, assessment=basis))
        return self._next(
            draft, "renew", by, state="draft", list_entry=basis.list_entry, cut_off=basis.as_of, figures=figures
        )

    def check(self, draft_id: str, *, seen_version: int, by: str) -> ReportDraft:
        """Say that figures and words were gone through; only what was checked can be issued."""
        draft = self._open(draft_id, seen_version)
        if draft.state != "draft":
            raise ReportError(Message("this draft is checked already; issue it, or open it again to change it"))
        return self._next(draft, "check", by, state="checked", figures=figures_of(self.report_of(draft)))

    def reopen(self, draft_id: str, *, seen_version: int, by: str) -> ReportDraft:
        return self._next(self._open(draft_id, seen_version), "reopen", by, state="draft")

    def discard(self, draft_id: str, *, seen_version: int, by: str) -> ReportDraft:
        return self._next(self._open(draft_id, seen_version), "discard", by, state="discarded")

    def undo(self, draft_id: str, *, seen_version: int, by: str) -> ReportDraft:
        """Take back the last act on a draft: it stands as before. Raises DraftMoved if `seen_version` is not the last
        version."""
        self._may_change()
        versions = draft_versions(self.store, draft_id)
        draft = self.draft(draft_id)
        if draft.version != seen_version:
            raise moved(draft, seen_version)
        if draft.act not in UNDOABLE:
            raise ReportError(Message("this cannot be taken back; what was issued is corrected by a new draft"))
        if len(versions) == 1:
            return self._next(draft, "undo", by, state="discarded")
        before = versions[-2]
        return record_draft(
            self.store,
            replace(before, version=draft.version + 1, act="undo", by=self._who(by), known_at=self._known_at()),
        )

    def issue(
        self, draft_id: str, *, seen_version: int, by: str
    ) -> tuple[ReportDraft, Mapping[tuple[str, str], bytes]]:
        """Issue what was checked: its number and revision, the bytes by (format, language), which are in `out/issued`
        too.

        Final. Raises ReportError if it was not checked, if the figures are not those that were checked, or if it would
        go to a party in a working translation.
        """
        from trucewatch.pipeline.issue import issue_report, issued_name, refuse_working_translations

        draft = self._open(draft_id, seen_version)
        if draft.state != "checked":
            raise ReportError(Message("only a checked draft can be issued; go through it and mark it as checked first"))
        basis = self.list_of(draft)
        refuse_working_translations(basis.watch, self.recipient(draft.recipient), draft.languages)
        report = self.report_of(draft, is_draft=False)
        later = [
            publication
            for publication in basis.earlier
            if publication.number == report.number and publication.cut_off > draft.cut_off
        ]
        if later:
            raise ReportError(
                Message(
                    "revision {revision} of {report} was issued with a later cut-off; take the newer figures, an older "
                    "cut-off cannot follow it",
                    revision=later[-1].revision,
                    report=report.number,
                )
            )
        if figures_of(report) != draft.figures:
            raise ReportError(
                Message(
                    "the figures are not those that were checked, because another report was issued or the recipient's "
                    "rule changed meanwhile; nothing was issued. Open the draft again, look at it, and check it again"
                )
            )
        refuse_bad_signature(report)
        products = issue_report(
            self.store,
            basis,
            recipient=draft.recipient,
            day_from=draft.day_from,
            day_until=draft.day_until,
            languages=draft.languages,
            formats=draft.formats,
            notes=draft.notes,
            cover=draft.cover,
            kind=draft.kind,
            event=draft.incident,
            by=self._who(by),
            inputs_by=self._figures_taken_at(draft),
            ready=(report, self._products(report, draft)),
        )
        for (name, language), content in products.items():
            self.store.write_out(issued_name(report.number, report.revision, language, name), content)
        issued = self._next(draft, "issue", by, state="issued", number=report.number, revision=report.revision)
        self.store.publish()
        return issued, products

    def issued_bytes(self, file: IssuedFile, number: str, revision: int) -> bytes:
        """The bytes of an issued file: those kept under `out/`, or made again; only if they have the hash of the issue.

        Raises ReportError if neither gives them.
        """
        from trucewatch.pipeline.issue import issued_name, make_again, parts_of_number

        _, days, recipient = parts_of_number(number)
        suffix = FORMATS[file.format].suffix if file.format in FORMATS else ""
        by_earlier_run = f"{recipient}/daily-{days}-{file.language}{suffix}"
        for name in (issued_name(number, revision, file.language, file.format), by_earlier_run) if suffix else ():
            content = self.store.read_out(name)
            if content is not None and sha256_of(content) == file.file_digest:
                return content
        which = (file.format, file.language)
        issues = [
            self._pinned(issue)
            for issue in recorded_issues(self.store)
            if issue.publication.number == number and issue.files.get(which) == file.file_digest
        ]
        if issues and suffix:
            again = make_again(
                self.store, self.folder, issues[0], format=file.format, language=file.language, now=self._clock()
            )
            if again.is_as_issued:
                return again.content
        raise ReportError(
            Message(
                "the {format} ({language}) of {report}, revision {revision}, is not kept here with the bytes that "
                "were issued; its hash is in the ledger, so any copy can be held against it",
                format=file.format,
                language=file.language,
                report=number,
                revision=revision,
            )
        )

    def _pinned(self, issue: RecordedIssue) -> RecordedIssue:
        """An issue that an earlier version recorded, with what its draft says of the list that it was made from."""
        key = (issue.publication.number, issue.publication.revision)
        drafts = [version for version in draft_versions(self.store) if (version.number, version.revision) == key]
        if issue.made_from.program or not drafts:
            return issue
        taken_at = self._figures_taken_at(drafts[-1])
        return replace(issue, made_from=replace(issue.made_from, list_entry=drafts[-1].list_entry, inputs_by=taken_at))

    def take(
        self,
        content: bytes,
        *,
        number: str,
        revision: int,
        recipient: str,
        is_issued: bool,
        format: str,
        language: str,
        by: str,
    ) -> Export:
        """Record that somebody takes a file; before it is handed over."""
        self._may_change()
        return record_export(
            self.store,
            Export(
                number=number,
                revision=revision,
                recipient=recipient,
                is_issued=is_issued,
                format=format,
                language=language,
                content=f"sha256:{sha256_of(content)}",
                size_bytes=len(content),
                by=self._who(by),
                known_at=self._known_at(),
            ),
        )

    def _may_change(self) -> Assessment:
        now = self.current
        if now.is_replay:
            raise ReportError(
                Message(
                    "a replay is on, and nothing of it is recorded: reports can be looked at, but not drafted, issued "
                    "or taken. Stop the replay first"
                )
            )
        return now

    def _open(self, draft_id: str, seen_version: int) -> ReportDraft:
        """A draft that can still be changed, and that stands as it was seen."""
        self._may_change()
        draft = self.draft(draft_id)
        if draft.state == "issued":
            raise ReportError(
                Message(
                    "this draft was issued as {report}, revision {revision}; begin a correction of that",
                    report=draft.number,
                    revision=draft.revision,
                )
            )
        if draft.version != seen_version:
            raise moved(draft, seen_version)
        if draft.state == "discarded":
            raise ReportError(Message("this draft was discarded; undo that, or begin another one"))
        return draft

    def _next(self, draft: ReportDraft, act: DraftAct, by: str, **changed: object) -> ReportDraft:
        self._may_change()
        successor = replace(draft, version=draft.version + 1, act=act, by=self._who(by), known_at=self._known_at())
        return record_draft(self.store, replace(successor, **changed))  # type: ignore[arg-type]

    def _who(self, by: str) -> str:
        return self.store.keys.actor_reference(by, self._current().watch.delegation_ids)

    def _known_at(self) -> datetime:
        return self._current().watch.settings.watch_time or self._clock()
