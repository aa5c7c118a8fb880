"""The liaison's own page: what was told to their side, and what their side answered; nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.flashing.acting import acknowledge, report_quiet, undo_act
from trucewatch.desks.flashing.pages import mark_of, part_or_nothing
from trucewatch.desks.flashing.reach import is_open
from trucewatch.desks.flashing.shown import drill_labels, flash_at, sections_of
from trucewatch.desks.flashing.wording import OWN_ACT_WORDS, hour, name_of
from trucewatch.errors import TimeError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.flash import VIA_WORDS, Flash, FlashAct
from trucewatch.model.roles import Right, Role
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.flash_records import flashes_on_record

HERE: Final = "/urgent/own"
MOST_SHOWN: Final = 50
_PART: Final = "flashing/own_live.html.jinja"
router = APIRouter(include_in_schema=False)


@router.get(HERE)
@needs(Right.LIAISE)
def own_messages(view: CurrentView, side: str = "") -> HTMLResponse:
    """What was told to the side for which whoever asks speaks."""
    if not side and not sides_of(view):
        return view.page("flashing/own_none.html.jinja")
    return _page(view, side_of(view, side))


@router.get(f"{HERE}/live")
@needs(Right.LIAISE)
def own_messages_now(view: CurrentView, side: str = "", shown: str = "") -> Response:
    """The part of the page that changes by itself; 204 where it is as it was shown."""
    return part_or_nothing(view, _PART, _part(view, side_of(view, side)), shown)


@router.post(f"{HERE}/acknowledge")
@needs(Right.LIAISE)
def acknowledge_own(view: CurrentView, form: Form) -> Response:
    side = side_of(view, typed_of(form, "side"))
    with view.writing() as now:
        flash = _own_flash(now, typed_of(form, "code"), side)
        try:
            now.refuse_in_replay()
            act = acknowledge(now, flash.code, to=side, via="console", at=now.clock)
        except TrucewatchError as exc:
            return _page(now, side, trouble=exc.message)
    return after_own(side, flash.code, act.entry, Message("{code} is acknowledged.", code=flash.code))


@router.post(f"{HERE}/quiet")
@needs(Right.LIAISE)
def quiet_own(view: CurrentView, form: Form) -> Response:
    side = side_of(view, typed_of(form, "side"))
    typed = {"code": typed_of(form, "code").strip()[:20], "at": typed_of(form, "at")}
    with view.writing() as now:
        flash = _own_flash(now, typed["code"], side)
        try:
            at = now.time_form.read_moment(typed["at"])
        except TimeError as exc:
            return _page(now, side, typed=typed, faults={"at": exc.message})
        try:
            now.refuse_in_replay()
            act = report_quiet(now, flash.code, to=side, via="console", at=at)
        except TrucewatchError as exc:
            return _page(now, side, typed=typed, faults={"at": exc.message})
    return after_own(side, flash.code, act.entry, Message("{code}: entered.", code=flash.code))


@router.post(f"{HERE}/undo")
@needs(Right.LIAISE)
def undo_own(view: CurrentView, form: Form) -> Response:
    """Take back what one's own side said by this page. Raises RefusalError 403 for anything else."""
    query = view.request.query_params
    side = side_of(view, typed_of(form, "side") or query.get("side", ""))
    text = query.get("entry", "")
    entry = number_of(form, "entry") or (int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0)
    with view.writing() as now:
        flash = _own_flash(now, typed_of(form, "code") or query.get("code", ""), side)
        if entry not in {act.entry for act in _own_acts(flash, side) if act.via == "console"}:
            raise _not_theirs(now)
        try:
            now.refuse_in_replay()
            undo_act(now, flash.code, entry)
        except TrucewatchError as exc:
            return _page(now, side, trouble=exc.message)
    return after_own(side, flash.code, 0, Message("Taken back; both entries stay in the ledger."))


def after_own(side: str, code: str, entry: int, receipt: Message) -> Response:
    """Back to the liaison's own page, with what takes the entry back."""
    undo = f"{HERE}/undo?side={side}&code={code}&entry={entry}" if entry else ""
    return after(f"{HERE}?side={side}", Toast(receipt, undo=undo))


def sides_of(view: View) -> tuple[str, ...]:
    """For whom whoever asks speaks. In a watch without accounts the one person of the computer sees each side's page:
    the bound parties' first, then whoever else was told something."""
    if view.person is not None:
        return view.person.sides_as(Role.LIAISON)
    bound = [party.id for party in view.watch.agreement.party if party.role == "party"]
    others = [each.id for flash in flashes_on_record(view.console.store) for each in flash.to]
    return tuple(dict.fromkeys((*bound, *others)))


def side_of(view: View, side: str) -> str:
    """The side that an address names, the first of one's own where it names none. Raises RefusalError 403 for
    another's."""
    own = sides_of(view)
    if (side and side not in own) or not own:
        raise _not_theirs(view)
    return side or own[0]


def _not_theirs(view: View) -> RefusalError:
    """Of another's message and of none the same: whoever speaks for a side learns nothing of the others. The one person
    of a watch without accounts speaks for each."""
    if view.person is None:
        return RefusalError(404, Message("There is no such urgent message to that side; the page has those there are."))
    return RefusalError(403, NOT_YOURS)


def _own_flash(view: View, code: str, side: str) -> Flash:
    """A message that was told to this side. Raises RefusalError 403 for any other, whether there is one or not."""
    try:
        flash = flash_at(view, code)
    except RefusalError as exc:
        raise _not_theirs(view) from exc
    if side not in {each.id for each in flash.to}:
        raise _not_theirs(view)
    return flash


def _own_acts(flash: Flash, side: str) -> list[FlashAct]:
    return [act for act in flash.acts if act.to == side and act.act in OWN_ACT_WORDS]


def _page(
    view: View,
    side: str,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    part = _part(view, side)
    part["mark"] = mark_of(view, _PART, part)
    part |= {"typed": typed or {}, "faults": faults or {}}
    return view.page(
        "flashing/own.html.jinja",
        status=422 if faults or trouble else 200,
        name=name_of(view, side),
        choices=[(each, name_of(view, each)) for each in sides_of(view)],
        trouble=trouble or view.replay_trouble,
        **part,
    )


def _part(view: View, side: str) -> dict[str, Any]:
    # What waits for an answer stands first; of the others the latest.
    messages = sorted(_messages(view, side), key=lambda row: not row["is_fresh"])
    return {
        "to": side,
        "messages": messages,
        "fresh": [row["code"] for row in messages if row["is_fresh"]],
        "asks_quiet": any(side == party.id and party.role == "party" for party in view.watch.agreement.party),
        "can_act": not view.snapshot.is_replay,
        "now_field": view.time_form.write_moment(view.clock),
        "typed": {},
        "faults": {},
    }


def _messages(view: View, side: str) -> Iterator[dict[str, Any]]:
    """The messages to a side, the latest first: what was told, how it ended, what the side itself said."""
    labels = drill_labels(view)
    sides_told = [flash for flash in flashes_on_record(view.console.store) if side in {each.id for each in flash.to}]
    for flash in reversed(sides_told[-MOST_SHOWN:]):
        acknowledged, quiet = flash.acknowledged(side), flash.quiet(side)
        yield {
            "flash": flash,
            "number": flash.number,
            "code": flash.code,
            "sent": hour(view, flash.sent_at),
            "drill": labels.get(flash.draft.drill, ""),
            "texts": sections_of(view, flash.texts.get(side, "")),
            "withdrawn": hour(view, flash.withdrawn.at) if flash.withdrawn else "",
            "is_over": not is_open(flash),
            "is_fresh": is_open(flash) and not acknowledged and not quiet,
            "acknowledged": acknowledged,
            "quiet": quiet,
            "lines": [
                {
                    "at": hour(view, act.at),
                    "what": OWN_ACT_WORDS[act.act],
                    "via": VIA_WORDS[act.via] if act.via != "console" else None,
                    "is_undone": act.undone,
                    "entry": act.entry,
                    "can_go": not act.undone and act.via == "console",
                }
                for act in _own_acts(flash, side)
            ],
        }
