"""The release of each recipient for QGIS and for programs, under `/ogc/RECIPIENT`."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter

from trucewatch.errors import Unsupported
from trucewatch.messages import Message
from trucewatch.model.report import ReportInputs
from trucewatch.reports.view import ReleasedView, released_view
from trucewatch.server.console import Console
from trucewatch.server.ogc import ogc_router
from trucewatch.store.publications import last_issue, publications

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment


def routes(console: Console) -> APIRouter:
    """The interface over the console's list."""
    return ogc_router(KeptViews(console))


class KeptViews:
    """The views of the console's list, each made when it is first asked for, until the list or an issue changes it.

    A replay is for who looks at the console: what was served before it stays.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._making = threading.Lock()
        self._of: Assessment | None = None
        self._inputs: ReportInputs | None = None
        self._issue = 0
        self._made: dict[str, ReleasedView] = {}

    def __call__(self, recipient: str) -> ReleasedView:
        """Raises ReportError for an unknown recipient, Unsupported while a replay runs and nothing was made before
        it."""
        assessment, store = self._console.assessment(), self._console.store
        with self._making:
            issue = last_issue(store)
            if not assessment.is_replay and (assessment is not self._of or issue != self._issue):
                self._of, self._issue, self._made = assessment, issue, {}
                self._inputs = replace(assessment.report_inputs(), earlier=publications(store))
            if self._inputs is None:
                raise Unsupported(Message("The console replays the past; ask again when the replay is over."))
            if recipient not in self._made:
                self._made[recipient] = released_view(self._inputs, recipient)
            return self._made[recipient]
