"""The Cramér–Rao bound of an event's place from the true error model of its reports: no location can be better on
average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from trucewatch.geo.arrays import Floats

SMALLEST_GATE_M = 1_500.0
LARGEST_GATE_M = 5_000.0


class Measurements:
    """The measurements of simulated days, ready to be summed for any set of observations."""

    def __init__(self, table: pa.Table) -> None:
        self.h = np.column_stack(
            [np.asarray(table[name].to_numpy(zero_copy_only=False)) for name in ("h_east", "h_north")]
        ).reshape(-1, 2)
        self.information = np.asarray(table["information"].to_numpy(zero_copy_only=False))
        self.draw = table["draw"].to_pylist()
        self.shared = list(zip(table["shared_1"].to_pylist(), table["shared_2"].to_pylist(), strict=True))
        self.coefficient = np.column_stack(
            [np.asarray(table[name].to_numpy(zero_copy_only=False)) for name in ("coefficient_1", "coefficient_2")]
        ).reshape(-1, 2)
        self.of_observation: dict[str, list[int]] = {}
        for row, observation in enumerate(table["observation_id"].to_pylist()):
            self.of_observation.setdefault(observation, []).append(row)

    def covariance(self, observations: Sequence[str]) -> Floats | None:
        """The smallest covariance (2, 2) in m², east and north, of an unbiased place from these observations.

        The Fisher information of place and shared unknowns, the latter with their priors, inverted (van Trees' form of
        the bound). None if the measurements do not fix a place: no measurement, or one bearing alone.
        Source: Van Trees (1968), Detection, Estimation, and Modulation Theory I, section 2.4.3.
        """
        rows: list[int] = []
        drawn: set[str] = set()
        for observation in sorted(observations):
            for row in self.of_observation.get(observation, ()):
                if self.draw[row] not in drawn:
                    drawn.add(self.draw[row])
                    rows.append(row)
        if not rows:
            return None
        names = sorted({name for row in rows for name in self.shared[row] if name})
        column = {name: 2 + number for number, name in enumerate(names)}
        design = np.zeros((len(rows), 2 + len(names)))
        design[:, :2] = self.h[rows]
        for number, row in enumerate(rows):
            for name, coefficient in zip(self.shared[row], self.coefficient[row], strict=True):
                if name:
                    design[number, column[name]] += coefficient
        information = design.T @ (self.information[rows][:, None] * design)
        information[range(2, len(information)), range(2, len(information))] += 1.0
        # The information about the place alone, the shared unknowns eliminated.
        place, both, rest = information[:2, :2], information[:2, 2:], information[2:, 2:]
        left = place - both @ np.linalg.solve(rest, both.T) if names else place
        size = np.linalg.eigvalsh(left)
        if size[0] <= 1e-9 * max(size[1], 1e-30):
            return None
        return np.asarray(np.linalg.inv(left), dtype=np.float64)


def best_covariances(measurements: pa.Table) -> Mapping[str, Floats]:
    """Event id → the bound from everything that was reported of it; events whose reports fix no place are missing."""
    measured = Measurements(measurements)
    reports: dict[str, set[str]] = {}
    for event, observation in zip(
        measurements["event_id"].to_pylist(), measurements["observation_id"].to_pylist(), strict=True
    ):
        reports.setdefault(event, set()).add(observation)
    covariances = {event: measured.covariance(sorted(ids)) for event, ids in reports.items()}
    return {event: covariance for event, covariance in covariances.items() if covariance is not None}


def gates_of(truth: pa.Table, measurements: pa.Table) -> Floats:
    """How near an incident has to lie to each true event, metres, shape (n,): the same for every method.

    1,500 m plus twice the larger standard deviation of the best place that its reports allow, at most 5,000 m: an event
    of which there is one vague rumour is found by an incident where the rumour puts it.
    """
    best = best_covariances(measurements)
    gates = []
    for event in truth["event_id"].to_pylist():
        covariance = best.get(event)
        sigma = float(np.sqrt(np.linalg.eigvalsh(covariance)[1])) if covariance is not None else 0.0
        gates.append(min(SMALLEST_GATE_M + 2.0 * sigma, LARGEST_GATE_M))
    return np.array(gates, dtype=np.float64)
