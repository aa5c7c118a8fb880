"""Incidents held against known truth: what is found, how near, how sure, how soon; and the peers to beat. Simulated
days only."""

from trucewatch.evaluate.baselines import clairvoyant_labels, cylinder_labels, mean_incidents, st_dbscan_labels
from trucewatch.evaluate.bearing_peer import bearing_incidents
from trucewatch.evaluate.cramer_rao import best_covariances, gates_of
from trucewatch.evaluate.judge import Judged, judge, pool
from trucewatch.evaluate.match import GATE_M, GATE_S, Matching, match_incidents
from trucewatch.evaluate.oracle import Ceiling, Day, best_in_hindsight
from trucewatch.evaluate.plot import draw_scores
from trucewatch.evaluate.score import Score, score
from trucewatch.evaluate.score_table import score_rows, write_sheet
from trucewatch.evaluate.sureness import Sureness, sureness
from trucewatch.evaluate.verdicts import Verdicts, pool_verdicts, verdicts_of

__all__ = [
    "GATE_M",
    "GATE_S",
    "Ceiling",
    "Day",
    "Judged",
    "Matching",
    "Score",
    "Sureness",
    "Verdicts",
    "bearing_incidents",
    "best_covariances",
    "best_in_hindsight",
    "clairvoyant_labels",
    "cylinder_labels",
    "draw_scores",
    "gates_of",
    "judge",
    "match_incidents",
    "mean_incidents",
    "pool",
    "pool_verdicts",
    "score",
    "score_rows",
    "st_dbscan_labels",
    "sureness",
    "verdicts_of",
    "write_sheet",
]
