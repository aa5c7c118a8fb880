"""Incidents × agreement → findings: one kind of stipulation a file, each with its rule version and its reasons."""

from trucewatch.findings.check import KINDS_OF_STIPULATION, check_agreement

__all__ = ["KINDS_OF_STIPULATION", "check_agreement"]
