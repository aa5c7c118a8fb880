"""What leaves in no bundle, whoever it is for and whoever asks: where somebody stood or a device stands, who called or
wrote, names of people, where fire came from within 24 hours, what moves now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.ledger.dossier import CONTENT, Fields
from trucewatch.messages import Message
from trucewatch.model.decisions import LIVE
from trucewatch.model.party_release import FINE_AFTER, ORIGINS
from trucewatch.pipeline import Assessment

NEVER: Final[Mapping[str, frozenset[str]]] = {
    "observations": frozenset(
        (
            *("sensor", "observer_lon", "observer_lat", "bearing_deg", "bearing_sd_deg", "range_m", "range_sd_m"),
            "major_azimuth_deg",  # of what was seen from one place it is the bearing from there
        )
    ),
    "incident": frozenset(("major_azimuth_deg", "people")),  # of people each statement names its device or patrol
    "evidence": frozenset(("name", "organisation")),
}
"""Columns that no bundle opens."""
MOVING: Final = LIVE
"""Kinds whose place, told at once, is of use for aiming at who moves."""
_TELLS_WHERE: Final = ("observer_lon", "observer_lat", "bearing_deg", "range_m")
"""Columns of an observation from which a file or a line of it could tell where somebody stood."""


def why_not_yet(assessment: Assessment, fields: Fields) -> Message | None:
    """Why nothing of an incident can leave in a bundle yet; None if something can."""
    last: datetime | None = None
    for row in fields.rows["observations"]:
        ended = datetime.fromisoformat(row["occurred_end"])
        if _is_guarded(row) and ended + FINE_AFTER > assessment.as_of:
            last = max(last or ended, ended)
    (incident,) = fields.rows["incident"]
    ended = datetime.fromisoformat(incident["occurred_end"])
    if _is_guarded(incident) and ended + FINE_AFTER > assessment.as_of:
        last = max(last or ended, ended)
    if last is None:
        return None
    return Message(
        "this tells where fire came from or what moves, and it is not 24 hours old, so it leaves in no bundle; make it "
        "again after {moment}",
        moment=last + FINE_AFTER,
    )


def why_never(assessment: Assessment, fields: Fields, path: str) -> Message | None:
    """Why this field, or a piece of this evidence, leaves in no bundle; None if it can. path: `section/row/column`, of
    a piece with its number behind."""
    section, row, column = path.split("/")[:3]
    if column in NEVER.get(section, ()):
        return Message(
            "{path} leaves in no bundle, whoever it is for: it tells of a device, of where somebody stood, or of who "
            "gave it. Leave this field out",
            path=path,
        )
    evidence: Mapping[str, Any] | None = None
    if section == "evidence" and column == CONTENT:
        evidence = fields.rows["evidence"][int(row)]
        confidential = evidence["handling"] == "confidential"
    elif (section, column) == ("observations", "text"):
        sha256 = fields.rows["observations"][int(row)]["evidence_sha256"]
        evidence = next((each for each in fields.rows["evidence"] if each["sha256"] == sha256), None)
        confidential = evidence is None or evidence["handling"] != "open"
    elif (section, column) == ("incident", "text"):
        confidential = any(each["handling"] != "open" for each in fields.rows["evidence"])
    else:
        return None
    if confidential or (evidence is not None and not is_harmless(assessment, evidence)):
        return Message(
            "{path} leaves in no bundle: the words or bytes behind it may name people, tell where somebody stood, or "
            "hold what is not 24 hours old. Leave this field out",
            path=path,
        )
    return None


def may_leave_whole(assessment: Assessment, evidence: Mapping[str, Any]) -> bool:
    """Whether the bytes of a piece of evidence may be put into a bundle as they are: published, more than 24 hours ago,
    and no row of them tells where somebody stood. evidence: its row in a dossier. What the recipient's rule says is
    asked beside this."""
    received_at = evidence["received_at"]
    if evidence["handling"] != "open" or received_at is None:
        return False
    is_old = datetime.fromisoformat(received_at) + FINE_AFTER <= assessment.as_of
    return is_old and is_harmless(assessment, evidence)


def is_harmless(assessment: Assessment, evidence: Mapping[str, Any]) -> bool:
    """Whether no row that was read from these bytes tells where somebody stood, or what fires or moves now."""
    table = assessment.observations
    rows: pa.Table = table.filter(pc.equal(table["evidence_sha256"], evidence["sha256"]))
    if any(rows[name].null_count < rows.num_rows for name in _TELLS_WHERE):
        return False
    recent = rows.filter(pc.greater(rows["occurred_end"], pa.scalar(assessment.as_of - FINE_AFTER)))
    columns = zip(recent["kind"].to_pylist(), recent["aspect"].to_pylist(), strict=True)
    return not any(_is_guarded({"kind": kind, "aspect": aspect}) for kind, aspect in columns)


def _is_guarded(row: Mapping[str, Any]) -> bool:
    kinds = {row["kind"], *row.get("kinds", ())}
    return row["aspect"] == "outgoing" or not kinds.isdisjoint((*ORIGINS, *MOVING))
