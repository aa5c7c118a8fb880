"""Invented days on which many means report the same events, with known truth: what the fusion is measured on."""

from trucewatch.simulate.benchmark.days import DENSITIES, FINAL_SEEDS, TUNING_SEEDS, FusionDays, simulate_days

__all__ = ["DENSITIES", "FINAL_SEEDS", "TUNING_SEEDS", "FusionDays", "simulate_days"]
