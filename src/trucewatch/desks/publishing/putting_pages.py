"""Put something to the heads for release: begun from the page of a case or of an event; first it is shown in the very
words that the recipient would read, then it is put."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.publishing.deciding import (
    NEVER,
    PLACE_WORDS,
    UNIT_WORDS,
    Told,
    case_named,
    event_named,
    event_of_case,
    recipient_name,
    told_to_each,
)
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.decisions import LEAST_CELL_M, OPENS, OPENS_WORDS, Place
from trucewatch.model.incident import Incident
from trucewatch.model.review import Case
from trucewatch.model.roles import Right
from trucewatch.pipeline.deciding_release import (
    MOST_REASON,
    Wanted,
    as_proposed,
    normal,
    propose_decision,
    troubles_of,
)
from trucewatch.server.forms import Form, number_of, text_of, texts_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

HERE: Final = "/decisions"
_NOTHING: Final = Message(
    "Begin from the page of a review or of an incident: its link “Let out beside the rules …” leads here."
)
router = APIRouter(include_in_schema=False)


@router.get(HERE + "/new")
@needs(Right.RELEASE)
def putting_form(view: CurrentView, case: str = "", incident: str = "") -> HTMLResponse:
    """The form, of a case (`case=R-4`) or of an event (`incident=i-…`)."""
    about = case.strip() or incident.strip()
    if not about:
        return view.page("publishing/decision_new.html.jinja", nothing=_NOTHING, **_words(view))
    opens: tuple[str, ...] = ("event",) if incident else ("positions",)
    return _page(view, _wanted(about, opens=opens, place="zone", unit="day", cell_m=5000))


@router.post(HERE)
@needs(Right.RELEASE)
def put(view: CurrentView, form: Form) -> Response:
    """Look at what would be told (`step=look`), which enters nothing; or put it to the heads."""
    wanted = _typed(form)
    if text_of(form, "step") == "look":
        return _page(view, wanted, looks=True)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            case, incident = _of(now, wanted.subject)
            entry = propose_decision(
                now.console.store, now.snapshot.watch, wanted, incident, case, by=now.by, now=now.clock
            )
    except TrucewatchError as exc:
        return _page(view, wanted, trouble=exc.message)
    return put_to_heads(entry)


def put_to_heads(entry: Entry) -> Response:
    """On to the page of the decision."""
    here = f"{HERE}/D-{entry.record['number']}"
    receipt = Message(
        "D-{number} is put to the heads: entry {entry} of the ledger. Nothing leaves until each of them agrees.",
        number=entry.record["number"],
        entry=entry.number,
    )
    return after(here, Toast(receipt, undo=f"{here}/withdraw"))


def _typed(form: FormData) -> Wanted:
    place = text_of(form, "place")
    return _wanted(
        text_of(form, "subject"),
        opens=tuple(texts_of(form, "opens")[: len(OPENS)]),
        to=tuple(each[:100] for each in texts_of(form, "to")[:100]),
        reason=typed_of(form, "reason").replace("\r\n", "\n"),
        place=place,
        cell_m=number_of(form, "cell_m") if place == "cell" else 0,
        unit=text_of(form, "unit"),
    )


def _wanted(
    subject: str,
    *,
    opens: tuple[str, ...],
    to: tuple[str, ...] = (),
    reason: str = "",
    place: str = "",
    cell_m: int = 0,
    unit: str = "",
) -> Wanted:
    places: dict[str, Place] = {"zone": "zone", "cell": "cell", "exact": "exact"}
    return Wanted(
        subject=subject.upper() if subject[:2].upper() == "R-" else subject,
        opens=tuple(each for each in OPENS if each in opens),
        to=to,
        reason=reason,
        place=places.get(place, ""),
        cell_m=cell_m,
        unit=unit,
    )


def _of(view: View, subject: str) -> tuple[Case | None, Incident | None]:
    """The case and the event of a subject. Raises RefusalError 404 where there is neither."""
    if subject.startswith("R-"):
        case = case_named(view, subject)
        return case, event_of_case(view, case)
    incident = event_named(view, subject)
    if incident is None or incident.incident_id != subject:
        raise RefusalError(404, Message("There is no such event on the list; begin from the page of an incident."))
    return None, incident


def _page(view: View, wanted: Wanted, *, looks: bool = False, trouble: Message | None = None) -> HTMLResponse:
    whole = view.whole()
    case, incident = _of(whole, wanted.subject)
    store, watch = whole.console.store, whole.snapshot.watch
    told: tuple[Told, ...] = ()
    if looks and trouble is None:
        trouble = next(troubles_of(store, watch, normal(wanted), incident, case, whole.clock), None)
        if trouble is None:
            decision = as_proposed(store, watch, normal(wanted), incident, by=whole.by, now=whole.clock)
            told = told_to_each(whole, decision, case, is_new=True)
    return whole.page(
        "publishing/decision_new.html.jinja",
        status=422 if trouble else 200,
        wanted=wanted,
        case=case,
        tellings=told,
        is_of_event=incident is not None,
        trouble=trouble or view.replay_trouble,
        can_act=not view.snapshot.is_replay,
        **_words(whole),
    )


def _words(view: View) -> dict[str, Any]:
    return {
        "never": NEVER,
        "opens": OPENS_WORDS,
        "places": PLACE_WORDS,
        "units": UNIT_WORDS,
        "least_cell": LEAST_CELL_M,
        "most": MOST_REASON,
        "hours": view.watch.settings.review.decision_hours,
        "recipients": [(each.id, recipient_name(view, each.id)) for each in view.watch.settings.recipient],
    }
