"""Road notices: what stands now, in a joint centre and in a humanitarian instance, and the pages of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.cautioning.begun_forms import begun_forms
from trucewatch.desks.cautioning.deciding import alone_in, send_decided
from trucewatch.desks.cautioning.wording import ADVICE, NOT_OPEN, sentence, took
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_roads import ADVICE_WORDS, RoadNotice, next_word_of, road_name
from trucewatch.model.road_notice_state import road_stand
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.pipeline.post import Post
from trucewatch.pipeline.road_notices import is_decided, needs_second, recipients, sent_to
from trucewatch.server.aid_view import book_of, may_enter
from trucewatch.server.entered_pages import Block, ListRow, TablePages, add_table_pages
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

PATH: Final = "/road-notices"
DECIDES: Final = (Right.SHIFT, Right.FLASH)
_MESSAGE_WORDS: Final = {
    "queued": Message("waits to go"),
    "sent": Message("handed over, not acknowledged yet"),
    "acknowledged": Message("acknowledged"),
    "refused": Message("refused there"),
    "expired": Message("its time to be kept was over before it was acknowledged"),
}

router = APIRouter(include_in_schema=False)


@router.get(PATH)
@needs(Right.INSIDE)
def road_notices(view: CurrentView, incident: str = "") -> HTMLResponse:
    """Those that stand, then those without a word since, then those that were withdrawn; of each the latest first.
    incident: from whose first report it is counted how long the first word takes; nothing else of it is taken."""
    book, may_say = book_of(view), may_enter(view, "road_notice", DECIDES)
    rows = [_row(view, book, item) for item in sorted(book.items("road_notice"), key=lambda item: _order(book, item))]
    return view.page(
        "cautioning/road_notices.html.jinja",
        rows=rows,
        may_say=may_say,
        begun=begun_forms(view, incident[:80]) if may_say else (),
        of_incident=incident[:80] in view.snapshot.row_of,
        advice=ADVICE,
        not_open=NOT_OPEN,
    )


@router.post(f"{PATH}/send")
@needs(*DECIDES)
def send(view: CurrentView) -> Response:
    """Queue again whatever a recipient did not get: it goes by itself, and this is for who does not want to wait."""
    if view.watch.kind != "centre":
        raise RefusalError(404, Message("Road notices are said in the joint centre; here they come in."))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            count = send_decided(now.console, by=now.by)
    except TrucewatchError as exc:
        return after(PATH, Toast(exc.message, trouble=True))
    sentence_of_count = Plural("{count} message is queued.", "{count} messages are queued.", count, count=Amount(count))
    return after(PATH, Toast(sentence_of_count if count else Message("Nothing waits to be queued.")))


def _order(book: AidBook, item: Item) -> tuple[int, float]:
    stand = road_stand(item, book.now)
    if stand is None:
        return 3, 0.0
    return (2 if stand.is_withdrawn else 1 if stand.has_lapsed else 0), -stand.word.said_at.timestamp()


def _row(view: View, book: AidBook, item: Item) -> ListRow:
    path, stand = f"{PATH}/{item.code}", road_stand(item, book.now)
    if stand is None:
        gone = Message("the content was erased")
        return ListRow(code=item.code, line=TABLES["road_notice"].title, state=gone, path=path)
    return ListRow(
        code=item.code,
        line=sentence(view, stand),
        state=_state(view, item) or took(stand),
        path=path,
        is_due=stand.has_lapsed and not stand.is_withdrawn and not item.origin,
        is_urgent=not stand.has_lapsed and not stand.is_withdrawn,
    )


def _state(view: View, item: Item) -> Message | None:
    """That it waits for a second person."""
    if item.origin or is_decided(item, view.snapshot.watch, alone=alone_in(view.console)):
        return None
    return Message("waits for a second person of the shift; it has not gone out")


def _blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    stand = road_stand(item, book.now)
    if stand is None:
        return ()
    return (
        Block(title=Message("To read out"), sentences=(sentence(view, stand), ADVICE)),
        Block(title=Message("How long it took"), sentences=(Message("{took}.", took=took(stand)),)),
        *_whereabouts(view, book, item),
    )


def _whereabouts(view: View, book: AidBook, item: Item) -> Iterator[Block]:
    """Where it went: the post-boxes of the centre, with how each message stands."""
    if item.origin or view.watch.kind != "centre":
        return
    post = Post(view.console.store, view.snapshot.watch, view.clock)
    went, everybody = sent_to(post, item.code), recipients(post)
    sentences = []
    if waits := _state(view, item):
        sentences.append(Message("It {waits}.", waits=waits))
    if not everybody:
        sentences.append(Message("No humanitarian recipient has a post-box here yet: read it out by telephone."))
    missing = Message("has not gone yet")
    yield Block(
        title=Message("Where it went"),
        sentences=sentences,
        head=(Message("Post-box"), Message("How it stands")) if everybody else (),
        rows=[
            (peer.id, _MESSAGE_WORDS.get(went[peer.id], missing) if peer.id in went else missing) for peer in everybody
        ],
    )


def _before(view: View, book: AidBook, row: Any, about: Item | None) -> Sequence[Message]:
    """What it will say and to how many it goes, before it is decided."""
    if not isinstance(row, RoadNotice):
        return (ADVICE,)
    post = Post(view.console.store, view.snapshot.watch, view.clock)
    sentences: list[Message] = [
        Message(
            "It will say: {road}: {advice}. Read it again: no place but the road, no kind, no number.",
            road=road_name(row),
            advice=ADVICE_WORDS[row.advice],
        ),
        _goes_to(len(recipients(post))),
        Message("Its hour is {at}: then it says that there is no word since.", at=next_word_of(row)),
        ADVICE,
    ]
    if needs_second(view.snapshot.watch):
        sentences.append(Message("The rule of this watch asks for a second person before it goes."))
    return sentences


def _goes_to(count: int) -> Message:
    if not count:
        return Message("No humanitarian recipient has a post-box here yet: read it out by telephone, and enter that.")
    return Plural(
        "It goes at once to {count} post-box, without waiting for a release: whoever enters it decides it.",
        "It goes at once to {count} post-boxes, without waiting for a release: whoever enters it decides it.",
        count,
        count=Amount(count),
    )


def _printed(view: View, book: AidBook, item: Item) -> Sequence[Message]:
    return ADVICE, NOT_OPEN


add_table_pages(
    router,
    TablePages(
        table="road_notice",
        path=PATH,
        state=state_of,
        blocks=_blocks,
        before=_before,
        steps={"road_word": DECIDES, "road_read_out": DECIDES, "road_second": DECIDES},
        enters=DECIDES,
        printed=_printed,
    ),
)
