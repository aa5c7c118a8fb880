"""What of the links leaves: for whom, by which rule, a look at it, and the file."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.linking.releasing import FORMATS, Format, file_for, recipient_named, released_to
from trucewatch.errors import ReportError, TrucewatchError
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Amount, Message
from trucewatch.model.roles import Right
from trucewatch.model.watch import Recipient
from trucewatch.pipeline.annotation_entering import person_on_record
from trucewatch.reports.daily_build import public_part
from trucewatch.reports.known_until import known_until
from trucewatch.reports.link_release import ReleasedLinks, links_recipient
from trucewatch.reports.link_words import LinkWords
from trucewatch.server.agreeing import alone_trouble, check_leaves_alone
from trucewatch.server.forms import Form, text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.link_exports import record_link_export

MOST_SHOWN: Final = 200
"""Links that the page shows of what would leave; the file has all."""
FORMAT_WORDS: Final[dict[Format, Message]] = {
    "geojson": Message("GeoJSON, with the map and every language"),
    "csv": Message("CSV, a row for each thing that is told"),
}
TIME_WORDS: Final = {
    "minute": Message("the minute"),
    "quarter": Message("the quarter of an hour"),
    "hour": Message("the hour"),
    "day": Message("the day"),
}

router = APIRouter(include_in_schema=False)


@router.get("/links/export")
@needs(Right.RELEASE)
def export(view: CurrentView, recipient: str = "") -> HTMLResponse:
    """What one recipient may have, before any file is made."""
    return _page(view, recipient)


@router.post("/links/export")
@needs(Right.RELEASE)
@exports
def take(view: CurrentView, form: Form) -> Response:
    """The file; that it is taken is entered first."""
    wanted, format_name = text_of(form, "recipient"), text_of(form, "format")
    chosen = next((name for name in FORMATS if name == format_name), None)
    if chosen is None:
        return _page(view, wanted, format_trouble=Message("Choose a format."))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            check_leaves_alone(now)
            store, at = now.console.store, now.clock.replace(microsecond=0)
            rule = recipient_named(now.watch, wanted)
            file = file_for(store, now.watch, rule, chosen, at=at, words=now.words)
            record_link_export(
                store,
                file.content,
                recipient=rule.id,
                format_name=chosen,
                links=file.links,
                by=person_on_record(store, now.by),
                known_at=at,
            )
    except TrucewatchError as exc:
        return _page(view, wanted, trouble=exc.message)
    headers = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


def _page(
    view: View, wanted: str, *, trouble: Message | None = None, format_trouble: Message | None = None
) -> HTMLResponse:
    watch, at = view.watch, view.clock.replace(microsecond=0)
    try:
        recipient = recipient_named(watch, wanted) if wanted else watch.settings.recipient[-1]
    except ReportError as exc:
        raise RefusalError(404, exc.message) from exc
    released = released_to(view.console.store, watch, recipient, at=at)
    rows = _rows(view, released, recipient) if released else []
    return view.page(
        "linking/export.html.jinja",
        status=422 if trouble or format_trouble else 200,
        trouble=trouble or view.replay_trouble,
        format_trouble=format_trouble,
        alone_trouble=alone_trouble(view),
        recipient=recipient.id,
        recipient_name=_name(view, recipient),
        recipients=[(each.id, _name(view, each)) for each in watch.settings.recipient],
        rule=rule_sentences(view, recipient),
        formats=FORMAT_WORDS,
        rows=rows[:MOST_SHOWN],
        total=len(rows),
        counts=_counts(released) if released else [],
        has_links=released is not None,
        can_act=not view.snapshot.is_replay,
    )


def rule_sentences(view: View, recipient: Recipient) -> list[Message]:
    """What this recipient is told of links, and what not, in plain sentences."""
    watch = view.watch
    rule = links_recipient(watch, recipient)
    until = known_until(view.clock.replace(microsecond=0), rule, watch.zone)
    small = Message(
        "Passages and queues are told by {unit}, once it is over and the delay has passed.", unit=TIME_WORDS[rule.time]
    )
    if rule.smallest_count > 1:
        small = Message(
            "Passages and queues are told by the day, once it is over and the delay has passed; no number below "
            "{number}.",
            number=Amount(rule.smallest_count),
        )
    of_words = Message(
        "A statement leaves if it stands in the watch's own files or its source is public; another neither leaves nor "
        "counts for what is told here."
    )
    return [
        Message(
            "Roads, railways and crossings leave, with their ends. Lines of power, gas, water and telephone, and what "
            "is an end of these alone, stay inside."
        ),
        Message(
            "Told is what was known by {moment}; what this recipient's rule delays is not told yet.",
            moment=view.telling.moment(until),
        ),
        Message("Statements leave with their words and their source.") if rule.text else of_words,
        small,
        Message("Names are those of this recipient's policy, each with who uses it."),
        Message("What an opening would change leaves once the heads of all delegations released that answer."),
    ]


def _rows(view: View, released: ReleasedLinks, recipient: Recipient) -> list[tuple[str, list[str], bool]]:
    """Each link with how it stands, as the recipient would read it."""
    wording = LinkWords(released, public_part(view.watch, recipient, released.known_until), view.words)
    return [
        (
            wording.title(link.link),
            [
                view.words.gettext("{direction}, {who}: {status}").format(
                    direction=wording.direction(link.link, row.direction),
                    who=wording.travellers(row),
                    status=wording.status(row),
                )
                for row in link.statuses
            ],
            link.is_simulated,
        )
        for link in released.links
    ]


def _counts(released: ReleasedLinks) -> list[Message]:
    """What else would leave, where there is any."""
    routes, corridors, openings = (len(each) for each in (released.routes, released.corridors, released.openings))
    counts = (
        (Message("Routes over several states: {number}", number=Amount(routes)), routes),
        (Message("Corridors: {number}", number=Amount(corridors)), corridors),
        (Message("Answers on openings: {number}", number=Amount(openings)), openings),
    )
    return [sentence for sentence, number in counts if number]


def _name(view: View, recipient: Recipient) -> str:
    return isolated(view.words.name(recipient.names, otherwise=recipient.id))
