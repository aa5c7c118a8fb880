"""Windows of silence: the list, and the pages of one, in a joint centre and in a humanitarian instance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.quieting.blocks import blocks_of, inside_findings
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_windows import CHECK_WORDS
from trucewatch.model.roles import Right
from trucewatch.model.window_state import asked_terms
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.pipeline.post import Post
from trucewatch.pipeline.post_rows import may_travel
from trucewatch.pipeline.road_notices import sent_to
from trucewatch.pipeline.window_findings import WindowFinding, window_standing
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import ListRow, TablePages, add_table_pages
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.post_peers import Peer, post_peers

PATH: Final = "/windows"
ASKS: Final = (Right.AID, Right.COORDINATE, Right.SHIFT)
ANSWERS: Final = (Right.COORDINATE, Right.SHIFT, Right.FLASH)
"""Who enters what a side answered: in the centre the shift, in an instance without one the coordinator."""
SENDS: Final = (Right.COORDINATE, Right.SHIFT)
MOST_LINKS: Final = 6
"""Incidents that a window's page leads to by links; the rest are found by the codes in its table."""

router = APIRouter(include_in_schema=False)


@router.get(PATH)
@needs(Right.INSIDE)
def windows(view: CurrentView) -> HTMLResponse:
    """All windows: in force, waiting for answers, agreed, over; of each group the earliest first."""
    book = book_of(view)
    rows = [_row(view, book, item) for item in sorted(book.items("window"), key=lambda item: _order(book, item))]
    return view.page(
        "quieting/windows.html.jinja",
        rows=rows,
        may_ask=may_enter(view, "window", ASKS),
        announced=[notice for notice in view.watch.notices if notice.known_at <= book.now],
    )


@router.get(f"{PATH}/{{code}}/send")
@needs(*SENDS)
def sending(view: CurrentView, code: str) -> HTMLResponse:
    """To whom a window goes, before it does."""
    item = _own_item(view, code)
    post = Post(view.console.store, view.snapshot.watch, view.clock)
    went = sent_to(post, item.code)
    peers = [(peer, peer.id in went) for peer in _others_of(view, post)]
    line = TABLES["window"].line(item.row, names_of(view))
    return view.page("quieting/send.html.jinja", item=item, line=line, peers=peers, can_act=not view.snapshot.is_replay)


@router.post(f"{PATH}/{{code}}/send")
@needs(*SENDS)
def send(view: CurrentView, code: str) -> Response:
    """Queue it for every post-box of the other kind that did not get it; what is entered later follows by itself."""
    count = 0
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            item = _own_item(now, code)
            post = Post(now.console.store, now.snapshot.watch, now.clock)
            went = sent_to(post, item.code)
            for peer in _others_of(now, post):
                if peer.id not in went:
                    steps = (step for step in item.steps if not step.origin and step.row is not None)
                    going = (step for step in steps if may_travel(TABLES[step.table], peer.card.kind))
                    post.send_rows(peer.id, [item.last, *going], by=now.by)
                    count += 1
    except TrucewatchError as exc:
        return after(f"{PATH}/{code}/send", Toast(exc.message, trouble=True))
    receipt = Plural("{count} message is queued.", "{count} messages are queued.", count, count=Amount(count))
    return after(f"{PATH}/{item.code}", Toast(receipt if count else Message("Nothing waits to be queued.")))


def _own_item(view: View, code: str) -> Item:
    item = book_of(view).item_or_none(code[:100])
    if item is None or item.table != "window" or item.row is None:
        raise RefusalError(404, Message("There is nothing of this number by now; the list has those there are."))
    if item.origin:
        raise RefusalError(
            403, Message("{code} came from {origin}, which alone sends it.", code=code, origin=item.origin)
        )
    return item


def _others_of(view: View, post: Post) -> tuple[Peer, ...]:
    """The post-boxes of the other kind, in the order of their ids: a window goes to whoever asks the sides, or back."""
    other = "humanitarian" if view.watch.kind == "centre" else "centre"
    peers = (peer for peer in post_peers(post.store).values() if peer.in_force and not peer.left_at)
    return tuple(sorted((peer for peer in peers if peer.in_force[-1].card.kind == other), key=lambda peer: peer.id))


def _order(book: AidBook, item: Item) -> tuple[int, float, str]:
    state = window_standing(item, book.watch, book.now)
    if state is None:
        return 9, 0.0, item.code
    waits = state.phase in ("unanswered", "half", "nothing_shared") and book.now < state.wanted.until
    is_over = book.now >= state.wanted.until and state.phase not in ("in_force", "between")
    group = 0 if state.phase in ("in_force", "between") else 1 if waits else 3 if is_over else 2
    start = state.wanted.from_.timestamp()
    return group, -start if is_over else start, item.code


def _row(view: View, book: AidBook, item: Item) -> ListRow:
    path = f"{PATH}/{item.code}"
    if item.row is None:
        erased = Message("the content was erased")
        return ListRow(code=item.code, line=TABLES["window"].title, state=erased, path=path)
    state = window_standing(item, book.watch, book.now)
    is_due = state is not None and state.phase in ("unanswered", "half") and book.now < state.wanted.until
    return ListRow(
        code=item.code,
        line=TABLES["window"].line(item.row, names_of(view)),
        state=state_of(book, item),
        path=path,
        is_due=is_due,
        is_urgent=state is not None and state.phase == "in_force",
        note=_last_word(view, item),
    )


def _last_word(view: View, item: Item) -> Message | None:
    """What was said last of how it was kept, by whom; None where nobody has said anything."""
    words = [step for step in item.steps if step.table in ("window_word", "window_check") and step.row is not None]
    if not words:
        return None
    last: Message = TABLES[words[-1].table].line(words[-1].row, names_of(view))
    return last


def _before(view: View, book: AidBook, row: Any, about: Item | None) -> Sequence[Message]:
    """What whoever asks should see first: that it began already, and windows of the same time."""
    if not hasattr(row, "organisation") or not hasattr(row, "acts"):
        return ()
    sentences = []
    if row.from_ <= book.now:
        sentences.append(
            Message("It is asked after its beginning: it can be in force only from the later of the two answers on.")
        )
    wanted = asked_terms(row)
    codes = [
        other.code
        for other in book.items("window")
        if other.row is not None
        and (about is None or other.code != about.code)
        and wanted.meets(other.row.districts, other.row.from_, other.row.until)
    ]
    if codes:
        sentences.append(
            Message("{codes}: asked for the same time in one of the same districts.", codes=", ".join(codes))
        )
    return sentences


def _acts(view: View, book: AidBook, item: Item) -> Sequence[tuple[Message, str]]:
    """Where it is sent on, and a link to incidents that have a finding of this window, the first of them."""
    links = []
    if not item.origin and not view.snapshot.is_replay and view.may(*SENDS):
        links.append((Message("Send it …"), f"{PATH}/{item.code}/send"))
    findings = inside_findings(view, item)
    if (state := _proposed_word(view, item, findings)) is not None:
        proposal = Message("Tell the humanitarian instance: {state} …", state=CHECK_WORDS[state])
        links.append((proposal, f"{PATH}/{item.code}/add/window_check?state={state}"))
    for finding in findings[:MOST_LINKS]:
        code = view.snapshot.codes[view.snapshot.row_of[finding.incident_id]]
        links.append((Message("Incident {code}", code=code), f"/incident/{code}"))
    return links


def _proposed_word(view: View, item: Item, findings: Sequence[WindowFinding]) -> str | None:
    """What the shift may tell of a window, as the record has it: its form filled in, which a person sends or leaves.
    That nothing was found is never proposed, nor what was told last."""
    if not findings or view.snapshot.is_replay or not view.may(Right.SHIFT):
        return None
    is_said = any(finding.outcome == "inconsistent" for finding in findings)
    state = "something_said" if is_said else "being_checked"
    last = [step.row.state for step in item.steps_of("window_check") if step.row is not None]
    return None if last[-1:] == [state] else state


def _printed(view: View, book: AidBook, item: Item) -> Sequence[Message]:
    return (
        Message(
            "In force only in what both sides agreed: place, time and acts. It changes nothing of what they owe each "
            "other and everybody else outside it."
        ),
    )


add_table_pages(
    router,
    TablePages(
        table="window",
        path=PATH,
        state=state_of,
        blocks=blocks_of,
        before=_before,
        steps={
            "window_answer": ANSWERS,
            "window_extension": ASKS,
            "window_extension_answer": ANSWERS,
            "window_end": (*ASKS, Right.FLASH),
            "window_word": ASKS,
            "window_check": (Right.SHIFT,),
        },
        enters=ASKS,
        printed=_printed,
        acts=_acts,
    ),
)
