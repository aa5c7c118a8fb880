"""Invented days that break the assumptions of the fusion engine, one a family."""

from trucewatch.simulate.benchmark.stress.families import FAMILIES, simulate_stress
from trucewatch.simulate.benchmark.stress.parameters import final_seeds, tuning_seeds

__all__ = ["FAMILIES", "final_seeds", "simulate_stress", "tuning_seeds"]
