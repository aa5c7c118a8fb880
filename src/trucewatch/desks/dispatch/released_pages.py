"""What was issued to one recipient, as that recipient reads it: a liaison that of the side for which they speak."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response
from starlette.responses import HTMLResponse

from trucewatch.desks.dispatch.api import given
from trucewatch.desks.dispatch.atom import summary_words
from trucewatch.desks.dispatch.operations import feed_entries
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.roles import Right, Role
from trucewatch.model.watch import Recipient
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, exports, needs
from trucewatch.server.view import CurrentView, View

HERE: Final = "/released"
router = APIRouter(include_in_schema=False)


@router.get(HERE)
@needs(Right.LIAISE, Right.INSIDE)
def released(view: CurrentView, to: str = "") -> HTMLResponse:
    """The reports of one recipient, each in its last revision with its files; nothing that was not issued."""
    recipients = _recipients(view)
    chosen = _recipient(view, to) if to or recipients else None
    entries = feed_entries(view.console.store, chosen.id) if chosen else ()
    return view.page(
        "dispatch/released.html.jinja",
        recipient=chosen,
        name=_name(view, chosen) if chosen else "",
        recipients=[(each.id, _name(view, each)) for each in recipients],
        rows=[
            {
                "number": printable(entry.issue.publication.number),
                "revision": entry.issue.publication.revision,
                "issued_at": entry.issue.recorded_at,
                "summary": summary_words(entry.issue.publication, view.words),
                "files": [
                    (format_name.upper(), view.words.language_name(language), digest)
                    for (format_name, language), digest in entry.files.items()
                ],
            }
            for entry in entries
        ],
    )


@router.get("/released/{recipient}/{digest}")
@needs(Right.LIAISE, Right.INSIDE)
@exports
def released_file(view: CurrentView, recipient: str, digest: str) -> Response:
    """A file of a report that was issued to this recipient, with the bytes that were issued."""
    return given(view.console, _recipient(view, recipient), digest)


def _recipients(view: View) -> list[Recipient]:
    """Whose reports whoever asks may read: a liaison those of the recipient for which they speak, and of a party those
    to the parties; the delegations all."""
    recipients = list(view.snapshot.watch.settings.recipient)
    if view.person is None or view.may(Right.INSIDE):
        return recipients
    own = set(view.person.sides_as(Role.LIAISON))
    is_party = bool(own & {party.id for party in view.snapshot.watch.agreement.party if party.role != "centre"})
    return [each for each in recipients if each.id in own or (is_party and each.to == "parties")]


def _recipient(view: View, name: str) -> Recipient:
    """The one that is asked for; without a name the first. Raises RefusalError 403 for another's, and 404 for one that
    there is not."""
    chosen = next((each for each in _recipients(view) if not name or each.id == name), None)
    if chosen is not None:
        return chosen
    if view.may(Right.INSIDE):
        raise RefusalError(404, Message("There is no recipient of this name in this watch."))
    raise RefusalError(403, NOT_YOURS)


def _name(view: View, recipient: Recipient) -> str:
    return printable(view.words.name(recipient.names, otherwise=recipient.id))
