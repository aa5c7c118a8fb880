"""What a watch of its kind needs and may not have: a joint centre its delegations and sources, a humanitarian instance
its organisations and nothing that watches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.watch import WatchFile
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.humanitarian_file import HUMANITARIAN_FILE
from trucewatch.watch.toml_lines import TomlLines

OF_CENTRES: Final = ("sensors.geojson", "notices.csv", "lexicon.toml", "initiatives.toml")
"""Files that only a joint centre reads."""
_NEEDED: Final = ("delegation", "source", "recipient")
_NEEDED_OF_AGREEMENT: Final = ("instrument", "text")


def check_kind(
    settings: WatchFile,
    lines: TomlLines,
    agreement: Agreement | None,
    agreement_lines: TomlLines,
    contents: Mapping[str, bytes],
) -> list[Fault]:
    """What is missing in a watch of its kind, and what has no place there."""
    faults = FaultList("watch.toml", lines)
    if settings.kind == "centre":
        _missing(faults, _NEEDED, settings)
        if agreement is not None:
            of_agreement = FaultList("agreement.toml", agreement_lines)
            _missing(of_agreement, _NEEDED_OF_AGREEMENT, agreement)
            faults += of_agreement
        return list(faults)
    if HUMANITARIAN_FILE not in contents:
        remedy = Message("write down the organisations and districts there; docs/humanitarian.md shows how")
        faults.append(Fault(HUMANITARIAN_FILE, 0, "", Message("is missing"), remedy))
    remedy = Message("take it away; what is watched belongs in the watch of the joint centre")
    for key in ("delegation", "source"):
        if getattr(settings, key):
            faults.error((key, 0), Message("a humanitarian instance has no [[{key}]]", key=key), remedy)
    if agreement is not None and agreement.provision:
        what = Message("a humanitarian instance holds nothing against an agreement; [[provision]] is of no use in it")
        of_agreement = FaultList("agreement.toml", agreement_lines)
        of_agreement.error(("provision", 0), what, Message("keep the parties, and take the provisions away"))
        faults += of_agreement
    for name in OF_CENTRES:
        if name in contents:
            what = Message("has no place in a humanitarian instance, and is of use to nobody there")
            faults.append(Fault(name, 0, "", what, Message("move it away")))
    return list(faults)


def _missing(faults: FaultList, keys: tuple[str, ...], record: WatchFile | Agreement) -> None:
    for key in keys:
        if not getattr(record, key) and not faults.lines.has((key,)) and not faults.lines.has((key, 0)):
            remedy = Message("add {key} = …; docs/watch-folder.md says what it takes", key=key)
            faults.error((), Message('"{key}" is missing', key=key), remedy)
