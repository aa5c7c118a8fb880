"""A calibration as its record holds it: the books, and what they were learnt from, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.model.calibration import Calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCalibration(Calibration):
    """`trucewatch/calibration/1`. closes: of the last opening one, from when on months have their own. act, anew_from,
    reason, by, supersedes: of what was calibrated anew by hand; "" for what a run made."""

    closes: str
    rows_digest: str
    """`sha256:` and a hash of which rows."""
    inputs: str
    acts: str
    """The journal's numbers of the batches and acts that stood."""
    act: str
    anew_from: str
    """A month, or `all`."""
    reason: str
    """A reference to words that are kept apart."""
    by: str
    supersedes: str
    """The hash of the record in whose place it stands."""
