"""One request's console, snapshot and reader, taken once: whatever a page says, it says of one state of the watch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import EVERY, Right
from trucewatch.server.lookback import OF_REQUEST, Lookback
from trucewatch.server.person import WHO, Person
from trucewatch.server.preferences import Visit, visit_of
from trucewatch.server.shared_work import patience
from trucewatch.server.time_fields import TimeForm
from trucewatch.server.toast import Toast

if TYPE_CHECKING:
    from trucewatch.locale import Words
    from trucewatch.model.watch import Watch
    from trucewatch.pipeline import Assessment
    from trucewatch.server.console import Console
    from trucewatch.server.formatting import Telling
    from trucewatch.server.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a handler is given. The list may be swapped while it works; it goes on with the one that it was given."""

    request: Request
    console: Console
    snapshot: Snapshot
    reader: Visit
    trouble: Message | None = None
    """Why the list is not of today's files; None while it is."""
    lookback: Lookback | None = None
    """Whose pages these are, where they are not the watch's own."""
    beside: Watch | None = None
    """Another watch that the page is about, as one that is being set up; None for every page of the served one."""
    person: Person | None = None
    """Who asks; None in a watch without accounts, and for a program."""

    @property
    def watch(self) -> Watch:
        """The watch that the page speaks of."""
        return self.beside or self.snapshot.watch

    @property
    def by(self) -> str:
        """Whose act it is, as every operation takes it: a person's reference, or the one person of this computer."""
        return self.person.reference if self.person else WHO

    @property
    def rights(self) -> frozenset[Right]:
        """What whoever asks may do."""
        return self.person.rights if self.person else EVERY

    def may(self, *rights: Right | str) -> bool:
        """Whether they have one of these rights; a template writes `view.may("release")`."""
        return any(Right(right) in self.rights for right in rights)

    @property
    def words(self) -> Words:
        return self.reader.words

    @property
    def telling(self) -> Telling:
        return self.reader.telling

    @property
    def time_form(self) -> TimeForm:
        """How this reader's fields for days and times are read and written."""
        example = self.snapshot.as_of.replace(minute=0, second=0, microsecond=0)
        return TimeForm(self.words, self.reader.zone, example)

    @property
    def clock(self) -> datetime:
        """The watch's own clock: of a past case and of a replay that of the list, else the computer's."""
        return self.snapshot.as_of if self.snapshot.is_past else self.console.now()

    @property
    def is_late(self) -> bool:
        """Whether a live watch has heard nothing for so long that what is shown may be old."""
        return self.console.is_late(self.snapshot)

    @property
    def assessment(self) -> Assessment:
        """What the list was worked out from. Only in a view that is whole."""
        assert self.snapshot.assessment is not None
        return self.snapshot.assessment

    def whole(self) -> View:
        """The same request over a list that is worked out, which is waited for. Raises what the refresh met."""
        view = self
        while view.snapshot.assessment is None:
            self.console.assessment()
            view = self.of(self.console.snapshot)
        return view

    @property
    def wants_part(self) -> bool:
        """Whether a page asks for a part of itself, and not for the whole after the browser's way back."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and "hx-history-restore-request" not in headers

    def refuse_in_replay(self) -> None:
        """Raises TrucewatchError where what is shown is a replay: nothing of that is recorded."""
        if self.snapshot.is_replay:
            raise TrucewatchError(
                Message(
                    "This is a replay: nothing of it is recorded, so nothing can be done by hand. Stop the replay "
                    "first."
                )
            )

    @property
    def replay_trouble(self) -> Message | None:
        """What a form says above it where nothing can be entered; None where it can."""
        try:
            self.refuse_in_replay()
        except TrucewatchError as exc:
            return exc.message
        return None

    def about(self, watch: Watch) -> View:
        """The same request for a page that is about another watch: under its own name, in its own zone of time."""
        return replace(self, beside=watch, reader=visit_of(self.request, watch, is_own_zone=True))

    @contextmanager
    def writing(self) -> Iterator[View]:
        """The same request over the list of this moment, while nobody else enters anything; in a replay over its own,
        so that `refuse_in_replay` holds there too."""
        with self.console.writing():
            yield self if self.lookback else self.of(self.console.snapshot)

    def of(self, snapshot: Snapshot) -> View:
        """The same request after an act, over the list that the act led to."""
        return replace(self, snapshot=snapshot, trouble=self.console.trouble)

    def page(self, template: str, *, status: int = 200, toast: Toast | None = None, **context: Any) -> HTMLResponse:
        """A whole page for this reader. What was said to them by the request before is shown once."""
        return self.console.pages.page(self, template, status=status, toast=toast, **context)

    def fragment(self, template: str, **context: Any) -> HTMLResponse:
        """A part of a page, without its frame."""
        return self.console.pages.fragment(self, template, **context)


async def view_of(request: Request) -> View:
    """The view of a request, made once for it."""
    console: Console = request.app.state.console
    lookback: Lookback | None = request.scope.get(OF_REQUEST)
    source = lookback or console
    snapshot, trouble = source.snapshot, source.trouble
    reader = visit_of(request, snapshot.watch)
    return View(
        request=request,
        console=console,
        snapshot=snapshot,
        reader=reader,
        trouble=trouble,
        lookback=lookback,
        person=request.scope.get("state", {}).get("person"),
    )


def view_for_command(console: Console) -> View:
    """What a command on the computer of the watch sees, in English and in the watch's own zone: it may all that whoever
    keeps the computer may."""
    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})
    snapshot = console.snapshot
    return View(
        request=request,
        console=console,
        snapshot=snapshot,
        reader=visit_of(request, snapshot.watch),
        trouble=console.trouble,
    )


CurrentView = Annotated[View, Depends(view_of)]


def whole_view_of(view: CurrentView) -> View:
    """The view of a request whose page needs what the list was worked out from. Of a long list it is not waited for
    longer than a page may take: raises StillWorkingError."""
    within_s = patience(view.snapshot.rows)
    if within_s is None:
        return view.whole()
    while view.snapshot.assessment is None:
        view.console.assessment_within(within_s)
        view = view.of(view.console.snapshot)
    return view


WholeView = Annotated[View, Depends(whole_view_of)]
