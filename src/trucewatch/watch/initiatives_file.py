"""`initiatives.toml` → the initiatives that stand on file when a watch begins, each fault with its line."""

from __future__ import annotations

from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.initiatives import Initiative, InitiativesFile, circle_of, troubles_of
from trucewatch.model.times import zone_named
from trucewatch.model.watch import WatchFile
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_records import read_record

INITIATIVES_FILE: Final = "initiatives.toml"


def read_initiatives(
    content: bytes | None, settings: WatchFile | None, agreement: Agreement | None
) -> tuple[tuple[Initiative, ...], list[Fault]]:
    """The initiatives of the file, none without it. What of the watch cannot be read is not asked for."""
    if content is None:
        return (), []
    table, lines, read_faults = read_record(content, INITIATIVES_FILE, InitiativesFile)
    if table is None or settings is None or agreement is None:
        return (), read_faults
    faults = FaultList(INITIATIVES_FILE, lines)
    faults += read_faults
    faults.unique("initiative", (initiative.code for initiative in table.initiative))
    try:
        zone = zone_named(settings.time_zone)
    except TimeError:
        return (), list(faults)
    circle = circle_of(agreement, [delegation.id for delegation in settings.delegation], zone)
    for index, initiative in enumerate(table.initiative):
        for trouble in troubles_of(initiative, circle):
            place = Message('initiative "{code}"', code=initiative.code[:40])
            if trouble.path[0] == "step":
                place = Message(
                    'initiative "{code}", step {number}',
                    code=initiative.code[:40],
                    number=int(trouble.path[1]) + 1,
                )
            faults.error(("initiative", index, *trouble.path), trouble.what, trouble.remedy, place)
    return table.initiative, list(faults)
