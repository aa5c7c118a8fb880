"""What must hold of a row of a table of `links.geojson`, whoever states it: the same rules for a file and a form."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.links import Network
from trucewatch.model.meeting_checks import Trouble


def troubles(
    table: str, row: Any, network: Network, about: str, *, agreement: Agreement, zone: tzinfo
) -> list[Trouble]:
    """Everything that is wrong with a row."""
    wrong = []
    if table == "length" and not 0 < row.km < 100_000:
        wrong.append(Trouble(("km",), Message("a length lies above zero"), Message("check it")))
    return wrong
