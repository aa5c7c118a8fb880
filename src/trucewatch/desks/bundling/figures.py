"""A figure of an issued daily report → a bundle: to its own recipient the rows that it was shown; to who may see
everything, every incident of the days, each with the part of the rule by which it counts or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trucewatch.desks.bundling.operations import Step, enter_and_seal, keys_text, own_log
from trucewatch.desks.bundling.readme import readme
from trucewatch.errors import ReportError
from trucewatch.ledger.bundle import FIGURE_NAME, INSPECTOR_NAME, KEYS_NAME, README_NAME, inspector_bytes
from trucewatch.ledger.signing import write_canonical
from trucewatch.locale import languages, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.day_manifest import DayRows, manifest_of, rows_of
from trucewatch.pipeline.issue import refuse_working_translations
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.proofs import proof_of_entry
from trucewatch.store.publications import RecordedIssue, recorded_issues
from trucewatch.store.recipient_logs import RecipientLog

FIGURE: Final = "trucewatch/figure/1"
ROWS: Final = "trucewatch/figure-rows/1"
ALL: Final = "all"
"""The figure of every row."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a bundle of a figure would hold. code: `all`, a kind, or the code of one row; numbers: of the rows that it
    is made of. is_whole: whether its reader may see everything, and so every incident of the days."""

    issue: RecordedIssue
    manifest: Entry
    day: DayRows
    code: str
    numbers: tuple[int, ...]
    recipient: Recipient
    language: str
    is_whole: bool

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Every incident of the days."""
        return self.day.every


def prepare_figure(
    store: Store, assessment: Assessment, subject: str, *, recipient: str = "", language: str = ""
) -> Figure:
    """What a bundle of a figure would hold; nothing is entered.

    subject: a report's number, `#`, and what of it: `all`, a kind (`explosion`), the number of a row, or a beginning of
    its code. recipient: the report's own without it; else only who may see everything. Raises ReportError, StoreError.
    """
    number, _, wanted_figure = subject.rpartition("#")
    issues = [issue for issue in recorded_issues(store) if issue.publication.number == number]
    if not issues:
        raise ReportError(
            Message(
                '"{report}" is the number of no issued report; trucewatch log WATCH --kind publication lists them',
                report=printable(number)[:80],
            )
        )
    issue = max(issues, key=lambda each: (each.publication.revision, each.entry))
    rule = assessment.watch.recipient(recipient or issue.publication.recipient)
    is_own = rule is not None and rule.id == issue.publication.recipient
    if rule is None or not (is_own or keeps_ids(rule, assessment.watch.agreement)):
        raise ReportError(
            Message(
                "{report} is a report to {recipient}; a figure of it is given to {recipient} itself, or to a recipient "
                "who may see everything",
                report=printable(number)[:80],
                recipient=issue.publication.recipient,
            )
        )
    page_language = language or next(
        (each for each in assessment.watch.settings.languages if each in languages()), "en"
    )
    refuse_working_translations(assessment.watch, rule, [words(page_language).language])
    manifest = manifest_of(store, number, issue.publication.revision)
    day = rows_of(store, manifest.record)
    code, numbers = _rows_called(day, wanted_figure.strip())
    return Figure(
        issue=issue,
        manifest=manifest,
        day=day,
        code=code,
        numbers=numbers,
        recipient=rule,
        language=page_language,
        is_whole=keeps_ids(rule, assessment.watch.agreement),
    )


def give_figure(
    store: Store, assessment: Assessment, figure: Figure, *, by: str, step: Step = lambda _: None
) -> tuple[Entry, bytes]:
    """Enter that this bundle is given: that entry, and the bundle's bytes. by: a salted reference or a delegation.
    Raises StoreError, LedgerError."""
    step(Message("gathering the rows of the report"))
    store.publish()
    with own_log(store, figure.recipient.id, is_inside=figure.is_whole) as log:
        return _give(store, assessment.watch, figure, by, log, step)


def _give(
    store: Store, watch: Watch, figure: Figure, by: str, log: RecipientLog | None, step: Step
) -> tuple[Entry, bytes]:
    page_language = words(figure.language)
    members = {
        FIGURE_NAME: _document(store, figure),
        INSPECTOR_NAME: inspector_bytes(),
        KEYS_NAME: keys_text(store, log),
    }
    members[README_NAME] = readme(
        page_language,
        watch=page_language.name(watch.settings.names, otherwise=watch.settings.id),
        recipient=page_language.name(figure.recipient.names, otherwise=figure.recipient.id),
        key=log.vkey if log else str(store.public_key),
        own_log=log is not None,
        members=members,
        closed=False,
    )
    record: dict[str, object] = {
        "dossier": "",
        "report": figure.issue.publication.number,
        "opened": {},
        "evidence": [],
        "positions": [],
    }
    step(Message("entering that it is given"))
    return enter_and_seal(
        store, members, record, log, recipient=figure.recipient.id, language=figure.language, by=by, subject="figure"
    )


def _document(store: Store, figure: Figure) -> bytes:
    """`trucewatch/figure/1`: the manifest's record with its proof; every row that the report showed; to who may see
    everything, every incident of the days too; to others the root of the rows shown in the record's place."""
    record: str = store.objects.get(figure.manifest.sha256).decode()
    proof: dict[str, Any] = {}
    if figure.is_whole:
        proof = dict(proof_of_entry(store.root, figure.manifest.number).as_json())
        proof["checkpoint"] = {**proof["checkpoint"], "cosignatures": []}
    else:
        named = {name: figure.manifest.record[name] for name in ("report", "revision", "shown")}
        record = write_canonical({"schema": ROWS, **named})
    return write_canonical(
        {
            "schema": FIGURE,
            "report": figure.issue.publication.number,
            "figure": figure.code,
            "count": len(figure.numbers),
            "numbers": list(figure.numbers),
            "record": record,
            "proof": proof,
            "shown": figure.day.salted("shown"),
            "all": figure.day.salted("all") if figure.is_whole else [],
        }
    ).encode()


def _rows_called(day: DayRows, wanted_figure: str) -> tuple[str, tuple[int, ...]]:
    """What is asked of the rows that were shown, and their numbers. Raises ReportError for what is none of them."""
    printed_rows = day.shown
    if wanted_figure == ALL or wanted_figure in KINDS:
        return wanted_figure, tuple(row["number"] for row in printed_rows if wanted_figure in (ALL, row["kind"]))
    if wanted_figure.isdecimal() and wanted_figure.isascii():
        called = [row for row in printed_rows if row["number"] == int(wanted_figure[:9])]
    else:
        start = wanted_figure if wanted_figure.startswith("i-") else f"i-{wanted_figure}"
        called = [row for row in printed_rows if len(start) > 3 and row["code"].startswith(start)]
    if len(called) != 1:
        raise ReportError(
            Message(
                'the report showed no row "{code}", or several that begin so; give the code or the number of a row, a '
                "kind, or all",
                code=printable(wanted_figure)[:60],
            )
        )
    return called[0]["code"], (called[0]["number"],)
