"""Incidents × agreement → findings: one kind of stipulation a file, each with its rule version and the sentences of
its reasons."""

from trucewatch.findings.applicability import Reviewed
from trucewatch.findings.check import (
    INCIDENT_START,
    KINDS_OF_STIPULATION,
    SENTENCES,
    Before,
    Checked,
    Reviews,
    check_again,
    check_agreement,
    check_reviewed,
    known_by,
    rules_in_force,
)

__all__ = [
    "INCIDENT_START",
    "KINDS_OF_STIPULATION",
    "SENTENCES",
    "Before",
    "Checked",
    "Reviewed",
    "Reviews",
    "check_again",
    "check_agreement",
    "check_reviewed",
    "known_by",
    "rules_in_force",
]
