"""The engine on simulated days with known truth: the issue's figures, on the seeds that tuning never saw."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import fusion_days
from benchmarks.figures import Figure
from benchmarks.learning_engine import learnt_setting

from trucewatch.evaluate import clairvoyant_labels
from trucewatch.fusion.fuse import fuse_labelled, fuse_observations
from trucewatch.model.watch import AssociationRule
from trucewatch.simulate.benchmark import FINAL_SEEDS, FusionDays

FOLDER = ROOT / "docs" / "fusion"


def by_likelihood(days: FusionDays) -> pa.Table:
    """The engine as a watch runs it."""
    return fuse_observations(days.observations, rule=AssociationRule(), setting=learnt_setting(days))


def by_clairvoyant(days: FusionDays) -> pa.Table:
    """The engine's location and confidence on the true association."""
    table = days.observations.sort_by("observation_id")
    labels = np.asarray(clairvoyant_labels(table, days.origin)).astype(np.int64)
    return fuse_labelled(table, labels, learnt_setting(days))


def final() -> list[Figure]:
    """The final measurement. Writes the table and the picture into docs/fusion."""
    return fusion_days.measure(by_likelihood, clairvoyant=by_clairvoyant, seeds=FINAL_SEEDS, folder=FOLDER)
