"""What a recipient's rule withholds, and so cannot be opened for it in a partial copy either, with the part of the rule
that forbids it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow.compute as pc

from trucewatch.ledger.dossier import CONTENT, Fields
from trucewatch.messages import Message
from trucewatch.model.claim_record import CLAIMS_INSIDE
from trucewatch.model.incident import finding_rows
from trucewatch.model.party_release import ORIGINS
from trucewatch.model.recipient_key import is_told_exactly
from trucewatch.model.watch import Recipient
from trucewatch.pipeline import Assessment
from trucewatch.reports.drawn_lines import held_back_lines
from trucewatch.reports.outcome_policy import policy_of, told_findings

_WORDS: Final = {("incident", "text"), ("observations", "text"), ("evidence", CONTENT)}
"""Where the sources' own words stand."""
_WRITTEN: Final = {*_WORDS, ("observations", "source_quality"), ("evidence", "name")}
"""Where stands what somebody wrote to us or under a name: words, links, names of files."""
_SURENESS: Final = ("happened", "what", "between_sides", "where_when", "who", "rung", "classes", "class_probabilities")
_OF_ALL: Final = {("evidence", CONTENT), *(("incident", name) for name in (*_SURENESS, "alone", "period"))}
"""What tells of other incidents too: how sure one is moves with all around it; a file's lines are of any of them."""
_COURSE: Final = {("incident", "line_distance_m"), ("incident", "zones_at_edge"), ("findings", "facts")}
"""What with an exact place tells the course of a line."""


_OF_ITS_MEMBERS: Final = {
    ("incident", name) for name in ("text", "people", "claimed_by", "count_claims", "testimony", "grave")
} | {("findings", "facts")}
"""What of an incident holds words and numbers of its members."""


def _barred_words(source: str) -> Message:
    if source == CLAIMS_INSIDE:
        return Message(
            "whoever said this did not say that both sides may be told, so it is opened for nobody. Leave it out",
        )
    return Message(
        "the terms of the source {source} forbid to pass its rows on, so this is opened for nobody. Leave it out",
        source=source,
    )


class Withholding:
    """What of a dossier cannot be opened for one recipient beside what its rule makes of the incident."""

    def __init__(self, assessment: Assessment, rule: Recipient, fields: Fields) -> None:
        self._rule, self._rows = rule, fields.rows
        self._watch, self._as_of = assessment.watch, assessment.as_of
        self._holds_line = bool(held_back_lines(assessment.watch, rule))
        (incident,) = fields.rows["incident"]
        self._barred = self._watch.never_told.intersection(incident["sources"])
        self._is_barred = self._watch.never_told.issuperset(incident["sources"])
        of_incident = assessment.findings.filter(pc.equal(assessment.findings["incident_id"], incident["incident_id"]))
        self._messages = assessment.watch.message_sources
        self._told = {finding.finding_id for finding in told_findings(finding_rows(of_incident), rule)}

    def of_all(self) -> Message | None:
        """Why nothing can be opened at all; None if something can.

        Only who is told exact places and minutes may have an exact field: of anybody else's rule one field, or several
        together, could tell a finer place or time.
        """
        if self._is_barred:
            return _barred_words(", ".join(sorted(self._barred)))
        return self._coarse() or self._of_place() or self._withheld_kinds() or self._young()

    def of(self, path: str) -> Message | None:
        """Why this field cannot be opened, where others can; None if it can. path: of a column's row."""
        section, row, column = path.split("/")[:3]
        rule, place = self._rule, (section, column)
        part = ""
        if self._barred:
            source = self._barred_source(section, int(row))
            if source or place in _OF_ITS_MEMBERS:
                return _barred_words(source or ", ".join(sorted(self._barred)))
        if place in _WRITTEN and self._is_of_message(section, int(row)):
            return Message(
                "{path} cannot be opened for anybody: it holds what somebody wrote in a message, or under which name. "
                "Leave this field out",
                path=path,
            )
        if place in _WORDS and not rule.text:
            part = "text = false"
        elif section == "findings" and self._rows[section][int(row)]["finding_id"] not in self._told:
            part = f'outcomes = "{policy_of(rule)}"'
        elif place in _OF_ALL and (kinds := _withheld_words(rule)):
            part = kinds
        elif place in _OF_ALL and rule.delay_hours > 0 and (column != CONTENT or self._is_young_file(int(row))):
            part = _delay_words(rule)
        elif place in _COURSE and self._holds_line:
            part = "drawn_lines = false"
        if not part:
            return None
        return Message(
            "{path} cannot be opened for {recipient}: its rule has {part}. Leave this field out; to open it, change "
            "the rule in watch.toml first",
            path=path,
            recipient=rule.id,
            part=part,
        )

    def _barred_source(self, section: str, number: int) -> str:
        """The source of a row that is told to nobody; "" for any other row. Of evidence that of what rests on it."""
        row = self._rows[section][number]
        sources = {row.get("source")}
        if section == "evidence":
            of_it = (each for each in self._rows["observations"] if each["evidence_sha256"] == row["sha256"])
            sources |= {each["source"] for each in of_it}
        return min(self._barred.intersection(sources), default="")

    def _is_of_message(self, section: str, number: int) -> bool:
        """Whether a row of the dossier is of a message, or rests on one."""
        row = self._rows[section][number]
        if section == "evidence":
            of_messages = {
                each["evidence_sha256"] for each in self._rows["observations"] if each["source"] in self._messages
            }
            return row["sha256"] in of_messages
        return not self._messages.isdisjoint(row["sources"] if section == "incident" else (row["source"],))

    def _coarse(self) -> Message | None:
        rule = self._rule
        if is_told_exactly(rule, self._watch.agreement):
            return None
        parts = [f'place = "{rule.place}"'] if rule.place != "exact" else []
        parts += [f'time = "{rule.time}"'] if rule.time != "minute" else []
        parts += [f"smallest_count = {rule.smallest_count}"] if rule.smallest_count > 1 else []
        if not parts:
            return Message(
                "{recipient} is bound by the agreement, and fresh places and times are told to it coarsely, so nothing "
                "more exact can be opened for it. Leave out --open and --open-all",
                recipient=rule.id,
            )
        return Message(
            "{recipient} is not told every place and minute as they are: its rule has {part}, so nothing more exact "
            "can be opened for it. Leave out --open and --open-all",
            recipient=rule.id,
            part=", ".join(parts),
        )

    def _of_place(self) -> Message | None:
        has_place = any(row["lon"] is not None for row in self._rows["incident"])
        is_point = all(str(row["place"]).startswith("point:") for row in self._rows["released"])
        if is_point or not has_place:
            return None
        return Message(
            "{recipient} is not told the exact place of this incident, so nothing more exact can be opened for it. "
            "Leave out --open",
            recipient=self._rule.id,
        )

    def _withheld_kinds(self) -> Message | None:
        kinds, aspects = set(self._rule.withheld_kinds), set(self._rule.withheld_aspects)
        kinds |= set(ORIGINS) if "outgoing" in aspects else set()
        rows: Sequence[Mapping[str, Any]] = self._rows["observations"]
        if not any(row["kind"] in kinds or row["aspect"] in aspects for row in rows):
            return None
        return Message(
            "an observation behind this incident is of a kind or aspect that the rule of {recipient} withholds "
            "({part}), so nothing beside what the rule opens can be opened for it. Leave out --open and --open-all",
            recipient=self._rule.id,
            part=_withheld_words(self._rule),
        )

    def _young(self) -> Message | None:
        if not any(self._is_young(row["occurred_end"]) for row in self._rows["observations"]):
            return None
        return Message(
            "an observation behind this incident is younger than the rule of {recipient} allows ({part}), so nothing "
            "beside what the rule opens can be opened for it yet. Leave out --open and --open-all, or wait",
            recipient=self._rule.id,
            part=_delay_words(self._rule),
        )

    def _is_young(self, moment: str) -> bool:
        ended = datetime.fromisoformat(moment)
        return self._rule.delay_hours > 0 and ended + timedelta(hours=self._rule.delay_hours) > self._as_of

    def _is_young_file(self, row: int) -> bool:
        """Whether a file may hold something that the delay still withholds: all in it is older than its receipt."""
        received_at = self._rows["evidence"][row]["received_at"]
        return received_at is None or self._is_young(received_at)


def _withheld_words(rule: Recipient) -> str:
    """The part of the rule that withholds kinds and aspects, as it stands in watch.toml; empty if none are."""
    parts = {"withheld_kinds": rule.withheld_kinds, "withheld_aspects": rule.withheld_aspects}
    lists = {name: ", ".join(f'"{word}"' for word in words) for name, words in parts.items() if words}
    return ", ".join(f"{name} = [{words}]" for name, words in lists.items())


def _delay_words(rule: Recipient) -> str:
    return f"delay_hours = {rule.delay_hours:g}"
