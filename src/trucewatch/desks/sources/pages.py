"""Sources: a card each, the refused rows, and a file that is brought: looked at first, taken into the inbox when
accepted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response, StreamingResponse

from trucewatch.desks.sources import learnt as what_was_learnt
from trucewatch.desks.sources.status import (
    access_refused,
    claims_taken,
    heard,
    refusals,
    refusals_page,
    refused_rows,
    source_facts,
)
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.model.watch import SourceSetting
from trucewatch.reports.formats.csv import cell
from trucewatch.server.accept import Choices, choices_of, obstacles, take
from trucewatch.server.console import Console
from trucewatch.server.forms import Form, file_of, text_of
from trucewatch.server.preview import Preview, preview_reading
from trucewatch.server.rights import exports, needs
from trucewatch.server.shared_work import SharedWork, StillWorkingError
from trucewatch.server.source_answers import reads_alike, unanswered
from trucewatch.server.toast import Toast, after
from trucewatch.server.upload_form import chosen, first_choices, look_at, why_no_table
from trucewatch.server.uploads import Pending, Waiting
from trucewatch.server.view import CurrentView, View
from trucewatch.store.batches import track_points_in

ROWS_AT_ONCE: Final = 100
LONGEST_WAIT_S: Final = 20.0
"""For files that others brought, before what is accepted is read."""
LONGEST_LOOK_S: Final = 8.0
"""How long the page of a brought file waits for its reader before it says that the file is being read."""

_ELSEWHERE: Final = Message("This was changed in another window; nothing was done. Here is how it stands now.")
router = APIRouter(include_in_schema=False)


def waiting_files(console: Console) -> Waiting:
    """The files that were brought and wait to be accepted."""
    return Waiting(console.folder / ".trucewatch" / "private" / "pending")


def readings(console: Console) -> SharedWork:
    """What brought files look like, as their pages ask for it; apart, so that no report waits for a file's reader."""
    return SharedWork()


@router.get("/sources")
@needs(Right.INSIDE)
def sources(view: CurrentView) -> Response:
    waiting = view.console.part(waiting_files)
    snapshot = view.snapshot
    current = snapshot.assessment.observations if snapshot.assessment else None
    facts = source_facts(view.console.store, snapshot.watch, current)
    waiting.sweep(view.console.now())
    return view.page(
        "sources/sources.html.jinja",
        facts=facts,
        claims=claims_taken(view.console.store),
        access=access_refused(view.console.store),
        heard=heard(facts, current, snapshot.as_of),
        waiting=waiting.all(),
        refused=sum(source.refused for source in facts),
        warnings=snapshot.warnings,
        learning=what_was_learnt,
        **_learnt(view),
    )


def _learnt(view: View) -> dict[str, Any]:
    """What was learnt by the moment that is shown, or why it cannot be read."""
    try:
        return {"learnt": what_was_learnt.learnt_at(view.console.store, view.snapshot.as_of), "unreadable": None}
    except TrucewatchError as exc:
        return {"learnt": None, "unreadable": exc.message}


@router.get("/sources/rejected")
@needs(Right.INSIDE)
def rejected(view: CurrentView, source: str = "", page: int = 1) -> Response:
    watch = view.snapshot.watch
    total = refused_rows(view.console.store, watch, source)
    last = max(-(-total // ROWS_AT_ONCE), 1)
    page = min(max(page, 1), last)
    first = (page - 1) * ROWS_AT_ONCE
    return view.page(
        "sources/rejected.html.jinja",
        refused=refusals_page(view.console.store, watch, source, first=first, count=ROWS_AT_ONCE),
        total=total,
        page=page,
        last=last,
        source=source[:100],
        first=first,
    )


@router.get("/sources/rejected.csv")
@needs(Right.INSIDE)
@exports
def rejected_csv(view: CurrentView, source: str = "") -> Response:
    headers = {"content-disposition": 'attachment; filename="refused-rows.csv"'}
    return StreamingResponse(_csv_of(view, source), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/sources/drop")
@needs(Right.TAKE)
def drop(view: CurrentView, form: Form) -> Response:
    waiting, file = view.console.part(waiting_files), file_of(form, "file")
    if view.snapshot.is_replay:
        return _refuse(Message("Nothing is taken in during a replay; stop it first."))
    if file is None:
        return _refuse(Message("No file was chosen; choose one and send it again."))
    try:
        pending = waiting.bring(file.file, file.filename or "", view.console.now())
    except TrucewatchError as exc:
        return _refuse(exc.message)
    choices = first_choices(view.snapshot.watch, pending, text_of(form, "source"), view.console.now())
    if why := why_no_table(view.snapshot.watch, pending, choices, view.console.now()):
        waiting.remove(pending.token)
        return _refuse(why)
    waiting.choose(pending, choices.to_json())
    return RedirectResponse(f"/sources/pending/{pending.token}", 303)


@router.get("/sources/pending/{token}")
@needs(Right.TAKE)
def pending_file(view: CurrentView, token: str) -> Response:
    pending, choices = _waiting_file(view, token)
    if pending is None or choices is None:
        return _gone()
    watch = view.snapshot.watch
    against, notes = obstacles(view.console.folder, watch, choices, pending)
    reading = _reading(view, pending, choices)
    can_accept = not against and reading["seen"].taken > 0 and not view.snapshot.is_replay
    return view.page("sources/pending.html.jinja", against=against, notes=notes, can_accept=can_accept, **reading)


def _reading(view: View, pending: Pending, choices: Choices) -> dict[str, Any]:
    """What the page shows of a file, read once for who asks for it again. Raises StillWorkingError where the file takes
    its reader long."""
    watch, words, now = view.snapshot.watch, view.words, view.console.now()
    try:
        return view.console.part(readings).get(
            (pending.token, choices.mark, view.reader.language, id(watch)),
            lambda: look_at(watch, pending, choices, now, words),
            anchor=watch,
            within_s=LONGEST_LOOK_S,
        )
    except StillWorkingError as exc:
        sentence = Message(
            "This file is being read, for {seconds} seconds so far. The page opens by itself when it is read; nothing "
            "needs to be done.",
            seconds=exc.seconds,
        )
        raise StillWorkingError(exc.seconds, sentence) from exc


@router.post("/sources/pending/{token}/look")
@needs(Right.TAKE)
def look(view: CurrentView, token: str, form: Form) -> Response:
    pending, choices = _waiting_file(view, token)
    if pending is None or choices is None:
        return _gone()
    if text_of(form, "seen") != choices.mark:
        return after(f"/sources/pending/{token}", Toast(_ELSEWHERE, trouble=True))
    new_choices = chosen(view.snapshot.watch, form, pending, choices, view.console.now())
    view.console.part(waiting_files).choose(pending, new_choices.to_json())
    return RedirectResponse(f"/sources/pending/{token}#preview", 303)


@router.post("/sources/pending/{token}/accept")
@needs(Right.TAKE)
def accept(view: CurrentView, token: str, form: Form) -> Response:
    here = f"/sources/pending/{token}"
    pending, choices = _waiting_file(view, token)
    if pending is None or choices is None:
        return _gone()
    # Looked at, and read afterwards, while others enter acts.
    reading = preview_reading(pending.path, pending.name, choices.setting, view.snapshot.watch, view.console.now())
    with view.console.writing():
        pending, choices = _waiting_file(view, token)
        if pending is None or choices is None:
            return _gone()
        if text_of(form, "seen") != choices.mark:
            return after(here, Toast(_ELSEWHERE, trouble=True))
        new_choices = chosen(view.snapshot.watch, form, pending, choices, view.console.now())
        if new_choices != choices:
            view.console.part(waiting_files).choose(pending, new_choices.to_json())
            if not reads_alike(choices, new_choices):
                sentence = Message("The mapping was changed. Look at how the file reads now, then accept it.")
                return after(here, Toast(sentence, trouble=True))
            choices = new_choices
        setting = _accept(view, pending, choices, reading)
    return setting if isinstance(setting, Response) else _received(view, setting, choices, reading)


def _waiting_file(view: View, token: str) -> tuple[Pending | None, Choices | None]:
    """A file that waits and how it is to be read; None each where it waits no longer."""
    pending = view.console.part(waiting_files).get(token)
    return pending, choices_of(pending) if pending else None


@router.post("/sources/pending/{token}/cancel")
@needs(Right.TAKE)
def cancel(view: CurrentView, token: str) -> Response:
    view.console.part(waiting_files).remove(token)
    _forget(view, token)
    return after("/sources", Toast(Message("Removed. Nothing of the file was kept.")))


def _forget(view: View, token: str) -> None:
    """Hold nothing in memory either of a file that waits no longer."""
    view.console.part(readings).forget(lambda key: isinstance(key, tuple) and key[0] == token)


def _refuse(sentence: Message | str) -> Response:
    return after("/sources", Toast(sentence, trouble=True))


def _gone() -> Response:
    return _refuse(Message("That file waits no longer: it was taken, removed, or its hour is over. Bring it again."))


def _accept(view: View, pending: Pending, choices: Choices, reading: Preview) -> SourceSetting | Response:
    """Into the inbox: the setting by which it will be read, or the way back with what keeps it out."""
    here = f"/sources/pending/{pending.token}"
    console, watch = view.console, view.snapshot.watch
    if view.snapshot.is_replay:
        return after(here, Toast(Message("Nothing is taken in during a replay; stop it first."), trouble=True))
    if why := unanswered(choices):
        return after(here, Toast(why, trouble=True))
    against, _ = obstacles(console.folder, watch, choices, pending)
    if not reading.taken:
        against = [*against, Message("No row of this file would be taken; nothing was accepted.")]
    if against:
        return after(here, Toast(against[0], trouble=True))
    try:
        setting = take(console.folder, watch, choices, pending)
    except TrucewatchError as exc:
        return after(here, Toast(exc.message, trouble=True))
    console.part(waiting_files).remove(pending.token)
    _forget(view, pending.token)
    return setting


def _received(view: View, setting: SourceSetting, choices: Choices, reading: Preview) -> Response:
    """Read, and back to the cards with what came of it."""
    from trucewatch.pipeline.intake import standing_batches  # the compiler comes with it: not at the start

    console, words = view.console, view.words
    rows, refused = reading.taken, reading.refused
    if not console.refresh_within(LONGEST_WAIT_S):
        return after(
            "/sources",
            Toast(
                Message(
                    "{file} lies in the inbox, and is read after the file that is being read now.", file=choices.name
                )
            ),
        )
    if console.trouble:
        return _refuse(console.trouble)
    batch = standing_batches(console.store, console.snapshot.watch).get((setting.id, f"inbox/{choices.name}"))
    if batch:
        rows, refused = batch.rows + track_points_in(console.store, batch), batch.rejected_rows
    sentence = words.ngettext(
        "{file}: {rows} row taken, {refused} refused. The bytes are kept as they came.",
        "{file}: {rows} rows taken, {refused} refused. The bytes are kept as they came.",
        rows,
    )
    return after(
        "/sources",
        Toast(sentence.format(file=choices.name, rows=words.number(rows), refused=words.number(refused))),
    )


def _csv_of(view: View, source: str) -> Iterator[str]:
    """The refused rows, all of them; what a spreadsheet would run as a formula gets an apostrophe in front."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("source", "file", "row", "reason", "excerpt", "evidence_sha256"))
    yield "\ufeff" + out.getvalue()
    for refusal in refusals(view.console.store, view.snapshot.watch, source):
        out.seek(0)
        out.truncate()
        row = refusal.row
        writer.writerow(
            [cell(value) for value in (refusal.source, row.file, row.row, row.reason, row.excerpt, row.evidence_sha256)]
        )
        yield out.getvalue()
