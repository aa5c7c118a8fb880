"""Incidents × agreement → findings: one kind of stipulation a file, each with its rule version and the sentences of
its reasons."""

from trucewatch.findings.check import KINDS_OF_STIPULATION, SENTENCES, Before, check_agreement, known_by

__all__ = ["KINDS_OF_STIPULATION", "SENTENCES", "Before", "check_agreement", "known_by"]
