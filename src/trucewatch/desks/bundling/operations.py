"""A finding, an incident or a case → a bundle for one recipient: looked at, then entered as given and made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from trucewatch.desks.bundling.positions import barred_positions, case_called, cases_of, event_now, review_members
from trucewatch.desks.bundling.readme import readme
from trucewatch.errors import ReportError
from trucewatch.ledger.bundle import (
    CHECKPOINT_NAME,
    COPY_NAME,
    GIVEN,
    GIVEN_NAME,
    INSPECTOR_NAME,
    KEYS_NAME,
    MANIFEST_NAME,
    README_NAME,
    digest,
    inspector_bytes,
    log_entry,
    log_receipt,
    manifest,
    receipt,
    write_bundle,
)
from trucewatch.ledger.dossier import CONTENT, LARGEST_CONTENT
from trucewatch.locale import languages, words
from trucewatch.messages import Message
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.review import Case
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.issue import refuse_working_translations
from trucewatch.pipeline.never_bundled import may_leave_whole, why_never, why_not_yet
from trucewatch.pipeline.partial_copies import Showing, incident_of, make_copy, prepare_copy
from trucewatch.pipeline.withholding import Withholding
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.proofs import proof_of_entry
from trucewatch.store.recipient_logs import RecipientLog

MOST_EVIDENCE: Final = 2**26
"""Bytes of whole files in one bundle; of what goes beyond only fields are opened."""
Step = Callable[[Message], None]


@dataclass(frozen=True, kw_only=True)
class Bundling:
    """What a bundle would hold, before anything is entered or leaves. evidence: SHA-256 of the files that go whole.
    is_inside: whether the recipient is told the ids of the list, and so may have `cases`: how they came out, with the
    opened positions."""

    showing: Showing
    language: str
    evidence: tuple[str, ...]
    is_inside: bool
    cases: tuple[Case, ...]
    barred: frozenset[int] = frozenset()
    """The entries of positions of which the words leave to nobody."""


def prepare_bundle(
    store: Store,
    assessment: Assessment,
    subject: str,
    *,
    recipient: str,
    language: str = "",
    names: Sequence[str] = (),
    only_look: bool = False,
) -> Bundling:
    """What a bundle for a recipient would hold; nothing is entered.

    subject: an incident or one of its findings by any unique beginning of its id, or a case, R-1. language: of the
    README; the watch's first without it. names: fields to open beside what the rule does. only_look: evidence is not
    read. Raises ReportError, StoreError for what is none, and for what the recipient may not have.
    """
    page_language = language or next(
        (each for each in assessment.watch.settings.languages if each in languages()), "en"
    )
    if page_language not in languages():
        words(page_language)  # says which there are
    if subject[:2].upper() == "R-":
        subject = event_now(assessment, case_called(store, assessment, subject))
    incident_id = incident_of(assessment, subject)
    rule = assessment.watch.recipient(recipient)
    if rule is not None:
        refuse_working_translations(assessment.watch, rule, [page_language])
    is_inside = rule is not None and keeps_ids(rule, assessment.watch.agreement)
    showing = prepare_copy(
        store,
        assessment,
        incident_id,
        recipient=recipient,
        names=names,
        open_all=is_inside,
        only_look=only_look,
        joint=True,
    )
    if why := why_not_yet(assessment, showing.fields):
        raise ReportError(why)
    showing = _without_never(assessment, showing, names)
    evidence = () if only_look or not is_inside else _whole_evidence(store, assessment, showing)
    cases = cases_of(store, assessment, incident_id) if is_inside else ()
    return Bundling(
        showing=showing,
        language=page_language,
        evidence=evidence,
        is_inside=is_inside,
        cases=cases,
        barred=barred_positions(store, assessment, cases),
    )


def give_bundle(
    store: Store,
    assessment: Assessment,
    bundling: Bundling,
    *,
    by: str,
    step: Step = lambda _: None,
) -> tuple[Entry, bytes]:
    """Enter the dossier if it is not yet, and that this bundle is given: that entry, and the bundle's bytes. It cannot
    be taken back.

    by: a salted reference or a delegation. step: is told what is done. Raises StoreError, LedgerError.
    """
    showing, watch = bundling.showing, assessment.watch
    with own_log(store, showing.recipient.id, is_inside=bundling.is_inside) as log:
        return _give(store, watch, bundling, by, log, step)


def _give(
    store: Store, watch: Watch, bundling: Bundling, by: str, log: RecipientLog | None, step: Step
) -> tuple[Entry, bytes]:
    showing = bundling.showing
    step(Message("entering the dossier"))
    dossier, copy = make_copy(store, showing, with_proof=log is None)
    step(Message("gathering files and positions"))
    members = {
        COPY_NAME: copy,
        INSPECTOR_NAME: inspector_bytes(),
        KEYS_NAME: keys_text(store, log),
        **{f"evidence/{sha256}": store.evidence.get(sha256) for sha256 in bundling.evidence},
        **review_members(store, bundling.cases, bundling.barred),
    }
    page_language = words(bundling.language)
    rule = showing.recipient
    members[README_NAME] = readme(
        page_language,
        watch=page_language.name(watch.settings.names, otherwise=watch.settings.id),
        recipient=page_language.name(rule.names, otherwise=rule.id),
        key=log.vkey if log else str(store.public_key),
        own_log=log is not None,
        members=members,
        closed=any(showing.closed().values()),
    )
    opened = Counter("/".join(path.split("/")[::2][:2]) for path in showing.paths)
    record = {
        "dossier": dossier.sha256,
        "report": "",
        "opened": dict(opened),
        "evidence": sorted(bundling.evidence),
        "positions": sorted(position.entry for case in bundling.cases for position in case.positions),
    }
    step(Message("entering that it is given"))
    return enter_and_seal(store, members, record, log, recipient=rule.id, language=bundling.language, by=by)


def enter_and_seal(
    store: Store,
    members: dict[str, bytes],
    record: Mapping[str, object],
    log: RecipientLog | None,
    *,
    recipient: str,
    language: str,
    by: str,
    subject: str = "incident",
) -> tuple[Entry, bytes]:
    """Enter that these members are given, and make the one file of them. log: the recipient's own, which proves it to
    who is told nothing of the ledger. Raises StoreError, LedgerError."""
    content = manifest(subject, recipient, language, members)
    write_bundle({**members, MANIFEST_NAME: content})  # one that is too large is refused before anything is entered
    giving = {"schema": GIVEN, **record, "recipient": recipient, "manifest": digest(content)}
    (entry,) = store.commit([{**giving, "by": by}])
    if log is not None:
        number, entered = log.size, log_entry(content)
        log.append([entered])
        store.publish()
        given = log_receipt(entered, number, log.size, log.proof(number, log.size))
        note = log.files()["checkpoint"]
        return entry, write_bundle({**members, MANIFEST_NAME: content, GIVEN_NAME: given, CHECKPOINT_NAME: note})
    store.publish()
    proof = proof_of_entry(store.root, entry.number)
    sealed = {
        **members,
        MANIFEST_NAME: content,
        GIVEN_NAME: receipt(store.objects.get(entry.sha256), proof.as_json()),
        CHECKPOINT_NAME: proof.checkpoint.note,
    }
    return entry, write_bundle(sealed)


def _without_never(assessment: Assessment, showing: Showing, names: Sequence[str]) -> Showing:
    """What is opened without what leaves in no bundle. Raises ReportError for what was named by itself."""
    barred = {path: why for path in showing.paths if (why := why_never(assessment, showing.fields, path))}
    for path, why in barred.items():
        section, _, column = path.split("/")[:3]
        if path in names or f"{section}/*/{column}" in names or f"{section}/{column}" in names:
            raise ReportError(why)
    pieces = tuple(piece for piece in showing.pieces if f"evidence/{piece[0]}/{CONTENT}/{piece[1]}" not in barred)
    return replace(showing, opened=showing.opened - barred.keys(), pieces=pieces)


def _whole_evidence(store: Store, assessment: Assessment, showing: Showing) -> tuple[str, ...]:
    """The files that may leave as they were received: by their handling and age, and by the recipient's rule."""
    withholding = Withholding(assessment, showing.recipient, showing.fields)
    if withholding.of_all():
        return ()
    whole: list[str] = []
    left = MOST_EVIDENCE
    for row, evidence in enumerate(showing.fields.rows["evidence"]):
        sha256 = str(evidence["sha256"])
        if f"evidence/{row}/sha256" not in showing.opened or sha256 in whole or sha256 not in store.evidence:
            continue
        if withholding.of(f"evidence/{row}/{CONTENT}") or not may_leave_whole(assessment, evidence):
            continue
        size = store.evidence.size_on_disk(sha256)
        if size <= min(LARGEST_CONTENT, left) and not store.evidence.is_encrypted(sha256):
            whole.append(sha256)
            left -= size
    return tuple(whole)


@contextmanager
def own_log(store: Store, recipient: str, *, is_inside: bool) -> Iterator[RecipientLog | None]:
    """The log of a recipient who is told nothing of the ledger, open; None of who is told its ids. Raises LedgerError
    where another process has it, or where it is lost."""
    if is_inside:
        yield None
        return
    with RecipientLog(store, recipient) as log:
        yield log


def keys_text(store: Store, log: RecipientLog | None) -> bytes:
    """The public keys that the check needs or names: the log's in force first, then every other of log and witnesses;
    that of the recipient's own log alone."""
    if log is not None:
        return f"{log.vkey}\n".encode()
    keys = [str(store.public_key)]
    keys += [named.key for named in store.named_keys() if named.role in ("log", "witness") and named.key not in keys]
    return ("\n".join(keys) + "\n").encode()
