"""Simulated days: parameters and a seed in, the truth and what was delivered of it out. Never a clock."""

from __future__ import annotations

from trucewatch.simulate.example.deliver import deliver
from trucewatch.simulate.example.delivered import Deliveries
from trucewatch.simulate.example.parameters import DayParameters
from trucewatch.simulate.example.truth import Truth, draw_truth


def simulate_days(parameters: DayParameters, seed: int) -> tuple[Truth, Deliveries]:
    """The same parameters and seed give the same truth and the same deliveries, on every machine.

    The truth is drawn first and by itself: changing what a source notices changes no true event.
    """
    truth = draw_truth(parameters, seed)
    return truth, deliver(parameters, truth)
