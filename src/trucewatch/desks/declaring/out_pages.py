"""What of the official statements leaves: for whom, by which rule, a look at it, and the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.declaring.operations import statements_known
from trucewatch.desks.declaring.releasing import (
    FORMATS,
    Format,
    Release,
    recipient_named,
    release_for,
    released_to,
    whole_copies,
)
from trucewatch.desks.declaring.wording import about_links, clock_of, who_name
from trucewatch.errors import ReportError, TrucewatchError
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.messages import Message
from trucewatch.model.annotations import KIND_WORDS
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.roles import Right
from trucewatch.model.watch import Recipient
from trucewatch.pipeline.annotation_entering import person_on_record
from trucewatch.reports.known_until import known_until
from trucewatch.reports.statement_release import ReleasedPassage, ReleasedStatement
from trucewatch.server.agreeing import alone_trouble, check_leaves_alone
from trucewatch.server.forms import Form, text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.statement_exports import record_statement_export

MOST_SHOWN: Final = 100
"""Passages that the page shows of what would leave; the file has all."""
INSIDE: Final = "inside"
"""What the form says for the centre's own copy, which no recipient gets."""
FORMAT_WORDS: Final = {
    "csv": Message("CSV, a row for each passage"),
    "json": Message("JSON, one document"),
    "akn": Message("Akoma Ntoso, one XML for each copy; several as ZIP"),
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One thing that would leave, as the page shows it."""

    statement: ReleasedStatement
    code: str
    kind: str
    kind_word: Message
    words: str
    speaker: str
    voice: str
    about: list[tuple[str, str]]


@router.get("/statements/out")
@needs(Right.RELEASE)
def out(view: CurrentView, recipient: str = "", of: str = "") -> HTMLResponse:
    """What one recipient may have, before any file is made."""
    return _page(view, recipient, of)


@router.post("/statements/out")
@needs(Right.RELEASE)
@exports
def take(view: CurrentView, form: Form) -> Response:
    """The file; that it is taken is entered first."""
    wanted, of = text_of(form, "recipient"), text_of(form, "of", 20)
    chosen = next((name for name in FORMATS if name == text_of(form, "format")), None)
    whose = text_of(form, "whose")
    if chosen is None and whose != INSIDE:
        return _page(view, wanted, of, trouble=Message("Choose a format."))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            if whose != INSIDE:
                check_leaves_alone(now)
            release = _release(now, wanted, chosen or "akn", of, is_inside=whose == INSIDE)
            record_statement_export(
                now.console.store,
                release.file.content,
                recipient="" if whose == INSIDE else wanted,
                format_name=chosen or "akn",
                statements=release.statements,
                passages=release.passages,
                by=person_on_record(now.console.store, now.by),
                known_at=clock_of(now),
            )
    except TrucewatchError as exc:
        return _page(view, wanted, of, trouble=exc.message)
    headers = {
        "content-disposition": f'attachment; filename="{release.file.name}"',
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(release.file.content, media_type=release.file.media_type, headers=headers)


def _release(view: View, wanted: str, format_name: Format, of: str, *, is_inside: bool) -> Release:
    store, watch, at = view.console.store, view.watch, clock_of(view)
    if is_inside:
        return whole_copies(store, watch, at=at, of=of)
    return release_for(store, watch, recipient_named(watch, wanted), format_name, at=at, of=of)


def _page(view: View, wanted: str, of: str, *, trouble: Message | None = None) -> HTMLResponse:
    store, watch, at = view.console.store, view.watch, clock_of(view)
    try:
        recipient = recipient_named(watch, wanted) if wanted else watch.settings.recipient[-1]
    except ReportError as exc:
        raise RefusalError(404, exc.message) from exc
    of = of.strip().upper()
    released = [each for each in released_to(store, watch, recipient, at=at) if not of or each.code == of]
    passages = [_passage(view, statement, part) for statement in released for part in statement.passages]
    listed = sorted(statements_known(store, at), key=lambda each: each.number)
    return view.page(
        "declaring/out.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble or view.replay_trouble,
        alone_trouble=alone_trouble(view),
        recipient=recipient.id,
        recipient_name=_name(view, recipient),
        recipients=[(each.id, _name(view, each)) for each in watch.settings.recipient],
        statements=[each.code for each in listed],
        of=of,
        rule=list(rule_sentences(view, recipient)),
        formats=FORMAT_WORDS,
        passages=passages[:MOST_SHOWN],
        total=len(passages),
        copies=len(released),
        can_act=not view.snapshot.is_replay,
    )


def rule_sentences(view: View, recipient: Recipient) -> list[Message]:
    """What this recipient is told, and what not, in plain sentences."""
    watch = view.watch
    is_inside = keeps_ids(recipient, watch.agreement)
    sentences = [
        Message(
            "Only what a person accepted, changed or added leaves, in the very words. What a rule offers, what was "
            "rejected and what was taken back does not."
        ),
        Message(
            "Told is what was known by {moment}; what this recipient's rule delays is not told yet.",
            moment=view.telling.moment(known_until(clock_of(view), recipient, watch.zone)),
        ),
        Message(
            "Words that name a person leave only where a person said that they may; speakers are told by the office "
            "that is stated."
        ),
        Message(
            "What the record has beside a claim never leaves, nor do notes. An undertaking leaves as the accepted "
            "commitment that it rests on; what became of it stays inside."
        ),
    ]
    if not is_inside:
        sentences.insert(
            2, Message("A statement of which nobody said whose it is, on a page of no known host, is left out.")
        )
    return sentences


def _passage(view: View, statement: ReleasedStatement, each: ReleasedPassage) -> Passage:
    passage = each.passage
    return Passage(
        statement=statement,
        code=each.code,
        kind=passage.kind,
        kind_word=KIND_WORDS[passage.kind],
        words=passage.words,
        speaker=printable(dict(statement.speakers).get(each.by, "")),
        voice=printable(who_name(view, statement.voice)) if statement.voice else printable(statement.publisher),
        about=about_links(view, passage.about),
    )


def _name(view: View, recipient: Recipient) -> str:
    return isolated(view.words.name(recipient.names, otherwise=recipient.id))
