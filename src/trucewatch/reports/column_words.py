"""What each column of a report's tables, and of the observation and counter tables, is called and means: the one place
where it is written down. The codebook and the heads of workbooks are made of it.

A column is explained by its name; where the same name means something else in one table, that table's own entry
(`people.start`) stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trucewatch.locale import mark, mark_in
from trucewatch.model.people import PEOPLE_NUMBERS

FIRST_VERSION: Final = "0.1.0"
"""The program version with which most columns came; a later column names its own."""


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """How people call a column and what it says, in English for the catalogues; its unit; since which version."""

    heading: str
    meaning: str
    unit: str = ""
    since: str = FIRST_VERSION


_SHARED: Final[Mapping[str, ColumnWords]] = {
    "record": ColumnWords(mark_in("column", "Record"), mark("Of what the line is: incident, obligation, counter, …")),
    "report": ColumnWords(mark_in("column", "Report"), mark("The number of the report; empty for a draft.")),
    "revision": ColumnWords(mark_in("column", "Revision"), mark("Which revision of the report, from 1.")),
    "cut_off": ColumnWords(
        mark_in("column", "Cut-off"), mark("What became known after this moment is not in the report.")
    ),
    "key": ColumnWords(mark_in("column", "What"), mark("What the row of the summary tells.")),
    "no": ColumnWords(mark_in("column", "No."), mark("The number of the incident in this report.")),
    "id": ColumnWords(
        mark_in("column", "Code"), mark("The code by which the centre finds the record; for most recipients their own.")
    ),
    "incident": ColumnWords(mark_in("column", "Incident"), mark("The code of the incident.")),
    "finding_ids": ColumnWords(mark_in("column", "Findings"), mark("The codes of the findings on the record.")),
    "clauses": ColumnWords(mark_in("column", "Clauses"), mark("The clauses of the agreement that it touches.")),
    "clause": ColumnWords(mark_in("column", "Clause"), mark("The clause of the agreement.")),
    "provision": ColumnWords(mark_in("column", "Provision"), mark("The provision that the clause is of.")),
    "instrument": ColumnWords(mark_in("column", "Instrument"), mark("The text of the agreement that it stands in.")),
    "rule": ColumnWords(mark_in("column", "Rule"), mark("By which rule the finding was made.")),
    "outcome": ColumnWords(
        mark_in("column", "Assessment, code"), mark("The assessment of the record against the agreement, as a code.")
    ),
    "outcome_words": ColumnWords(
        mark_in("column", "Assessment"), mark("The assessment in words, or the word for why none is said.")
    ),
    "held": ColumnWords(mark_in("column", "No assessment, code"), mark("Why no assessment is said, as a code.")),
    "reviewed": ColumnWords(
        mark_in("column", "Reviewed"),
        mark(
            "Whether both delegations confirmed the assessment on record; empty where it is withheld because it would "
            "tell the place."
        ),
    ),
    "review": ColumnWords(
        mark_in("column", "Review, code"),
        mark(
            "How the delegations' review of what happened, what it was, where and when stands, as a code; empty where "
            "this recipient is told no assessments, and where it would tell the place."
        ),
    ),
    "grave": ColumnWords(mark_in("column", "Grave"), mark("What makes the event grave, as far as anybody says so.")),
    "kind": ColumnWords(mark_in("column", "Kind, code"), mark("What kind of event it was, as a code.")),
    "aspect": ColumnWords(mark_in("column", "Aspect, code"), mark("What of the event was observed, as a code.")),
    "what_words": ColumnWords(mark_in("column", "What"), mark("What happened, in words.")),
    "count_min": ColumnWords(mark_in("column", "At least"), mark("How many, at least."), mark_in("unit", "events")),
    "count_best": ColumnWords(
        mark_in("column", "Most likely"), mark("How many, most likely."), mark_in("unit", "events")
    ),
    "count_max": ColumnWords(mark_in("column", "At most"), mark("How many, at most."), mark_in("unit", "events")),
    "count_by": ColumnWords(mark_in("column", "Counted by"), mark("Which means the number is from.")),
    "count_claims": ColumnWords(mark_in("column", "Numbers claimed"), mark("What numbers others state, each its own.")),
    "start": ColumnWords(
        mark_in("column", "Begin"), mark("The earliest moment of its beginning, no finer than it was released.")
    ),
    "end": ColumnWords(mark_in("column", "End"), mark("The latest moment of its end, no finer than it was released.")),
    "time_precision": ColumnWords(
        mark_in("column", "Time told by"), mark("How fine times are told: minute, quarter, hour or day.")
    ),
    "period": ColumnWords(mark_in("column", "Period"), mark("The period of dense reports that it belongs to.")),
    "place": ColumnWords(mark_in("column", "Place, code"), mark("The place as it was released, as a code.")),
    "where_words": ColumnWords(mark_in("column", "Where"), mark("Where it happened, in words.")),
    "zones": ColumnWords(mark_in("column", "Zones"), mark("The zones in which it surely lies, by their ids.")),
    "lon": ColumnWords(
        mark_in("column", "Longitude"), mark("Longitude, WGS 84; of a cell its middle."), mark_in("unit", "degrees")
    ),
    "lat": ColumnWords(
        mark_in("column", "Latitude"), mark("Latitude, WGS 84; of a cell its middle."), mark_in("unit", "degrees")
    ),
    "cell_m": ColumnWords(
        mark_in("column", "Cell"), mark("The side of the cell by which the place is told."), mark_in("unit", "m")
    ),
    "semi_major_95_m": ColumnWords(
        mark_in("column", "Ellipse, half length"), mark("Half length of the 95% ellipse."), mark_in("unit", "m")
    ),
    "semi_minor_95_m": ColumnWords(
        mark_in("column", "Ellipse, half width"), mark("Half width of the 95% ellipse."), mark_in("unit", "m")
    ),
    "major_azimuth_deg": ColumnWords(
        mark_in("column", "Ellipse, azimuth"),
        mark("Direction of the ellipse's long axis, clockwise from true north."),
        mark_in("unit", "degrees"),
    ),
    "radius_m": ColumnWords(
        mark_in("column", "± place"), mark("How far off the place may be, with 95%."), mark_in("unit", "m")
    ),
    "line_distance_m": ColumnWords(
        mark_in("column", "To the line"), mark("Distance to the line of contact."), mark_in("unit", "m")
    ),
    "line_distance_95_m": ColumnWords(
        mark_in("column", "± to the line"),
        mark("How far off the distance to the line may be: the place, with 95%, and the line as it is drawn."),
        mark_in("unit", "m"),
    ),
    "means": ColumnWords(mark_in("column", "Means"), mark("What it was reported by, as codes.")),
    "claimed_by": ColumnWords(mark_in("column", "Claimed by"), mark("The party or body whose claim it is.")),
    "claims_only": ColumnWords(
        mark_in("column", "Claims only"), mark("Whether nothing but claims speaks for the record.")
    ),
    "simulated": ColumnWords(mark_in("column", "Simulated"), mark("Whether the record is invented, for exercises.")),
    "late": ColumnWords(mark_in("column", "Late"), mark("Whether it became known after its day was closed.")),
    "due": ColumnWords(mark_in("column", "Due"), mark("When what the clause asks for is due.")),
    "reason": ColumnWords(mark_in("column", "Reason, code"), mark("Why the assessment is as it is, as a code.")),
    "reason_words": ColumnWords(mark_in("column", "Reason"), mark("Why the assessment is as it is, in words.")),
    "value": ColumnWords(
        mark_in("column", "Value"), mark("The value that is told, or the number as its reporter states it.")
    ),
    "qualifier": ColumnWords(
        mark_in("column", "Qualifier"), mark("How exact the reporter calls the number: exactly, about, …")
    ),
    "unit": ColumnWords(mark_in("column", "Unit"), mark("What the number counts, or its unit.")),
    "text": ColumnWords(mark_in("column", "Text"), mark("The source's or author's own words, in their own language.")),
    "added": ColumnWords(
        mark_in("column", "What each means added"), mark("What each report added, in order of arrival.")
    ),
    "happened": ColumnWords(mark_in("column", "Probability"), mark("The probability that it happened, from 0 to 1.")),
    "people": ColumnWords(
        mark_in("column", "People"), mark("People killed and injured, per giver and day, never added up.")
    ),
    "giver": ColumnWords(mark_in("column", "Who says so"), mark("Who states it.")),
    "person_status": ColumnWords(
        mark_in("column", "Of whom"), mark("Whom a number of people is of: military, civilian, not_stated.")
    ),
    "signed_bytes": ColumnWords(
        mark_in("column", "Signed bytes"),
        mark("What the signature signs, byte for byte: a canonical record (RFC 8785)."),
    ),
    "signature": ColumnWords(
        mark_in("column", "Signature"), mark("The document of the signature over it, as trucewatch sign writes it.")
    ),
    "step": ColumnWords(mark_in("column", "Step, code"), mark("Which step of a verification it is, as a code.")),
    "state": ColumnWords(mark_in("column", "State, code"), mark("How it stands, or what came of it, as a code.")),
    "state_words": ColumnWords(mark_in("column", "State"), mark("How it stands, or what came of it, in words.")),
    "answers": ColumnWords(mark_in("column", "Asked"), mark("What was asked, and what came of it, in words.")),
    "checked": ColumnWords(
        mark_in("column", "Checked"), mark("Whether people or devices of its giver saw or recorded it themselves.")
    ),
    "known": ColumnWords(mark_in("column", "Known"), mark("The day on which it became known.")),
    "since": ColumnWords(
        mark_in("column", "Since"), mark("From which moment or day on it stood so; empty where not told.")
    ),
    "due_from": ColumnWords(
        mark_in("column", "Due, earliest"), mark("The earliest moment at which it may be due, where that is a range.")
    ),
    "met_at": ColumnWords(
        mark_in("column", "On record as met"), mark("A moment or a day, no finer than it was released.")
    ),
    "state_before": ColumnWords(mark_in("column", "State before, code"), mark("How it stood before, as a code.")),
    "rule_words": ColumnWords(
        mark_in("column", "Text, rule or reading"), mark("By which text, rule or reading it stands so, in words.")
    ),
    "evidence": ColumnWords(
        mark_in("column", "Records"), mark("The ids of the records that it rests on, for whom they may be named.")
    ),
    "cited": ColumnWords(mark_in("column", "Stated in"), mark("Where it is stated.")),
    "direction": ColumnWords(mark_in("column", "Direction"), mark("In which direction a link is passed, in words.")),
    "travellers": ColumnWords(mark_in("column", "For whom"), mark("For whose travellers it stands so, in words.")),
    "km_least": ColumnWords(
        mark_in("column", "Length, at least"),
        mark("What is stated; of kind length_worked_out the interval over that, which replaces none."),
        mark_in("unit", "km"),
    ),
    "km_most": ColumnWords(mark_in("column", "Length, at most"), mark("The same, at most."), mark_in("unit", "km")),
    "change": ColumnWords(mark_in("column", "Change, code"), mark("What was corrected, as a code.")),
    "fields": ColumnWords(mark_in("column", "Was → is"), mark("What the earlier report said and what is right.")),
    "name": ColumnWords(mark_in("column", "Name"), mark("What it is called.")),
    "before": ColumnWords(
        mark_in("column", "Period before"), mark("Incidents in the period before; empty where none can be shown.")
    ),
    "now": ColumnWords(
        mark_in("column", "This period"), mark("Incidents in this period; empty where none can be shown.")
    ),
    "provenance": ColumnWords(mark_in("column", "From"), mark("Where the outline is from.")),
    "accuracy_m": ColumnWords(
        mark_in("column", "Accuracy"), mark("How far off the outline may be."), mark_in("unit", "m")
    ),
    "derived": ColumnWords(mark_in("column", "Derived"), mark("Whether the outline is our own and no party's.")),
    "valid_from": ColumnWords(mark_in("column", "Valid from"), mark("From when on the zone holds.")),
    "valid_until": ColumnWords(mark_in("column", "Valid until"), mark("Until when the zone holds.")),
    "recorded": ColumnWords(mark_in("column", "Recorded"), mark("Incidents told to lie in the zone.")),
    "recorded_simulated": ColumnWords(
        mark_in("column", "Recorded, simulated"), mark("Simulated incidents told to lie in the zone.")
    ),
}

_PEOPLE_HEADINGS: Final = {
    "killed_min": mark_in("column", "Killed, at least"),
    "killed_best": mark_in("column", "Killed"),
    "killed_max": mark_in("column", "Killed, at most"),
    "injured_min": mark_in("column", "Injured, at least"),
    "injured_best": mark_in("column", "Injured"),
    "injured_max": mark_in("column", "Injured, at most"),
    "harm_min": mark_in("column", "Killed or injured, at least"),
    "harm_best": mark_in("column", "Killed or injured"),
    "harm_max": mark_in("column", "Killed or injured, at most"),
}
_PEOPLE_MEANING: Final = mark("People, as this giver states them; never added up over givers.")
_PEOPLE: Final = {
    name: ColumnWords(_PEOPLE_HEADINGS[name], _PEOPLE_MEANING, mark_in("unit", "people")) for name in PEOPLE_NUMBERS
}

_OF_ONE_TABLE: Final[Mapping[str, ColumnWords]] = {
    "people.start": ColumnWords(mark_in("column", "Day"), mark("The day that the giver speaks of.")),
    "published.start": ColumnWords(mark_in("column", "Day"), mark("The day of publication.")),
    "published.giver": ColumnWords(mark_in("column", "Published by"), mark("Who published it.")),
    "numbers.id": ColumnWords(mark_in("column", "Code"), mark("The code of the reported number.")),
    "numbers.kind": ColumnWords(mark_in("column", "Number, code"), mark("What the number is of, as a code.")),
    "numbers.what_words": ColumnWords(mark_in("column", "Number reported"), mark("What the number is of.")),
    "numbers.time_precision": ColumnWords(
        mark_in("column", "For"), mark("Whether it is for the day, in all so far, or at that time.")
    ),
    "pace.value": ColumnWords(mark_in("column", "How many"), mark("How many parts of clauses; no side is counted.")),
    "stipulations.kind": ColumnWords(
        mark_in("column", "Kind, code"), mark("What kind of duty it is: prohibited, required, kept_up or judged.")
    ),
    **{
        f"{table}.what_words": ColumnWords(
            mark_in("column", "What it asks"), mark("The instrument's own words, or our paraphrase, marked as such.")
        )
        for table in ("stipulations", "due_next")
    },
    "claims.start": ColumnWords(mark_in("column", "Since"), mark("From which day on it was so, as the speaker says.")),
    "initiatives.what_words": ColumnWords(mark_in("column", "What"), mark("What is proposed.")),
    "initiatives.start": ColumnWords(mark_in("column", "Day"), mark("The day of the proposal.")),
    "meetings.what_words": ColumnWords(mark_in("column", "Who met"), mark("Who met, and at which level.")),
    "meetings.start": ColumnWords(mark_in("column", "Day"), mark("The day of the meeting.")),
    "meetings.text": ColumnWords(mark_in("column", "Agenda"), mark("What was to be spoken of.")),
    "links.kind": ColumnWords(mark_in("column", "Kind, code"), mark("Road, railway or crossing, as a code.")),
    "links.what_words": ColumnWords(mark_in("column", "Link"), mark("Its kind, its ends, the clause it serves.")),
    "links.state": ColumnWords(mark_in("column", "State, code"), mark("How the link stood, as a code.")),
    "links.state_words": ColumnWords(
        mark_in("column", "How it stands"), mark("How it stood, or why that is not known; no count is made per side.")
    ),
    "links.text": ColumnWords(
        mark_in("column", "Who says so"), mark("What each says, beside each other, apart by a bar.")
    ),
    "link_names.what_words": ColumnWords(mark_in("column", "Which"), mark("The link, route or corridor.")),
    "link_names.text": ColumnWords(mark_in("column", "Name"), mark("One name, as its users write it.")),
    "link_names.giver": ColumnWords(mark_in("column", "Who uses it"), mark("Who uses this name.")),
    **{
        f"{table}.{name}": told
        for table in ("link_statements", "corridors")
        for name, told in {
            "kind": ColumnWords(mark_in("column", "About, code"), mark("What the statement is about, as a code.")),
            "what_words": ColumnWords(mark_in("column", "About"), mark("What the statement is about.")),
            "text": ColumnWords(mark_in("column", "What is stated"), mark("What is stated, with its words if told.")),
        }.items()
    },
    "link_routes.what_words": ColumnWords(
        mark_in("column", "Route"), mark("Its id; what its users call it stands in link_names.")
    ),
    "link_routes.text": ColumnWords(
        mark_in("column", "Stretches"), mark("Its links in order, how each stands, and stretches without a link.")
    ),
    "link_routes.state_words": ColumnWords(mark_in("column", "To be decided"), mark("Who has to decide what.")),
    "let_out.id": ColumnWords(
        mark_in("column", "Decision or objection"), mark("The code of the decision, or of the written objection.")
    ),
    "let_out.giver": ColumnWords(mark_in("column", "By whose decision"), mark("Whose heads agreed, or who objects.")),
    "let_out.start": ColumnWords(
        mark_in("column", "Day"), mark("The day on which the last head agreed, or the objection came.")
    ),
    "let_out.what_words": ColumnWords(mark_in("column", "What"), mark("What was let out, in one word or several.")),
    "let_out.text": ColumnWords(mark_in("column", "What is told"), mark("What is told by the decision.")),
    "link_openings.what_words": ColumnWords(
        mark_in("column", "Question"), mark("Between which places, and which links would open.")
    ),
    "link_openings.giver": ColumnWords(mark_in("column", "For travellers of"), mark("Of which party.")),
    "link_openings.text": ColumnWords(
        mark_in("column", "Before, after"), mark("How long the way takes, as intervals, with the time at borders.")
    ),
    "link_openings.state_words": ColumnWords(
        mark_in("column", "Still needed"), mark("What stands between the links and their opening.")
    ),
    "findings.id": ColumnWords(mark_in("column", "Code"), mark("The code of the finding.")),
    "regions.id": ColumnWords(
        mark_in("column", "Region, code"), mark("The id of the region; empty: place not told or in none.")
    ),
    "zones.id": ColumnWords(mark_in("column", "Zone, code"), mark("The id of the zone.")),
    "zones.kind": ColumnWords(mark_in("column", "Kind, code"), mark("What kind of zone it is, as a code.")),
    "editors_notes.kind": ColumnWords(
        mark_in("column", "Section"), mark("The section of the report that the note is to, as a code.")
    ),
    "editors_notes.what_words": ColumnWords(mark_in("column", "Note to"), mark("The section that the note is to.")),
    "codebook.part": ColumnWords(mark_in("column", "About"), ""),
    "codebook.of": ColumnWords(mark_in("column", "Table or list"), ""),
    "codebook.name": ColumnWords(mark_in("column", "Name or code"), ""),
    "codebook.type": ColumnWords(mark_in("column", "Type"), ""),
    "codebook.words": ColumnWords(mark_in("column", "Heading or word"), ""),
    "codebook.meaning": ColumnWords(mark_in("column", "Meaning"), ""),
    "codebook.codes": ColumnWords(mark_in("column", "Its codes"), ""),
    "codebook.since": ColumnWords(mark_in("column", "Since version"), ""),
    "corrections.report": ColumnWords(mark_in("column", "Report"), mark("The earlier report that is corrected.")),
    "corrections.revision": ColumnWords(
        mark_in("column", "Revision"), mark("The revision of the earlier report that is corrected.")
    ),
    "corrections.no": ColumnWords(mark_in("column", "No."), mark("The number of the incident in the earlier report.")),
}

_DELIVERED: Final[Mapping[str, ColumnWords]] = {
    "observation_id": ColumnWords(mark_in("column", "Observation"), mark("The id of the observation.")),
    "counter_id": ColumnWords(mark_in("column", "Code"), mark("The id of the reported number.")),
    "source": ColumnWords(mark_in("column", "Source"), mark("Which source of the watch delivered it.")),
    "sensor": ColumnWords(mark_in("column", "Device"), mark("Which device; empty if none.")),
    "occurred_start": ColumnWords(mark_in("column", "Begin"), mark("When it began.")),
    "occurred_end": ColumnWords(mark_in("column", "End"), mark("When it ended; the beginning when instantaneous.")),
    "time_sd_s": ColumnWords(
        mark_in("column", "± time"), mark("Standard deviation of the time."), mark_in("unit", "s")
    ),
    "semi_major_m": ColumnWords(
        mark_in("column", "Ellipse, half length"), mark("Half length of the one-sigma ellipse."), mark_in("unit", "m")
    ),
    "semi_minor_m": ColumnWords(
        mark_in("column", "Ellipse, half width"), mark("Half width of the one-sigma ellipse."), mark_in("unit", "m")
    ),
    "observer_lon": ColumnWords(
        mark_in("column", "Observer, longitude"), mark("Where the observer stood."), mark_in("unit", "degrees")
    ),
    "observer_lat": ColumnWords(
        mark_in("column", "Observer, latitude"), mark("Where the observer stood."), mark_in("unit", "degrees")
    ),
    "bearing_deg": ColumnWords(
        mark_in("column", "Bearing"),
        mark("Direction from the observer, clockwise from true north."),
        mark_in("unit", "degrees"),
    ),
    "bearing_sd_deg": ColumnWords(
        mark_in("column", "± bearing"), mark("Standard deviation of the bearing."), mark_in("unit", "degrees")
    ),
    "range_m": ColumnWords(mark_in("column", "Range"), mark("Distance from the observer."), mark_in("unit", "m")),
    "range_sd_m": ColumnWords(
        mark_in("column", "± range"), mark("Standard deviation of the range."), mark_in("unit", "m")
    ),
    "perceived": ColumnWords(mark_in("column", "Perceived"), mark("How the giver knows, as a code.")),
    "intensity": ColumnWords(mark_in("column", "Intensity"), mark("How strong it was, in the unit beside it.")),
    "intensity_unit": ColumnWords(mark_in("column", "Unit"), mark("The unit of the intensity.")),
    "confidence": ColumnWords(
        mark_in("column", "Confidence"), mark("A probability that the source itself states, from 0 to 1.")
    ),
    "source_quality": ColumnWords(mark_in("column", "Quality"), mark("The source's own quality words, as written.")),
    "actor": ColumnWords(
        mark_in("column", "Actor"), mark("Whose forces, persons or arms the row says it was; leaves in no release.")
    ),
    "struck": ColumnWords(
        mark_in("column", "Struck"), mark("A hospital, school or place of worship that the row says was hit.")
    ),
    "known_at": ColumnWords(mark_in("column", "Known"), mark("When it became known to its source.")),
    "received_at": ColumnWords(mark_in("column", "Received"), mark("When it reached the centre.")),
    "evidence_sha256": ColumnWords(mark_in("column", "Bytes"), mark("The SHA-256 of the original bytes.")),
    "evidence_row": ColumnWords(mark_in("column", "Row"), mark("Which row of the original bytes it is.")),
    "span": ColumnWords(mark_in("column", "For"), mark("Whether it is for the day, in all so far, or at that time.")),
    "zone": ColumnWords(mark_in("column", "Zone"), mark("The zone that the number is of.")),
    "period_start": ColumnWords(mark_in("column", "From"), mark("The beginning of the period that it is for.")),
    "period_end": ColumnWords(mark_in("column", "Up to"), mark("The end of the period that it is for.")),
}

COLUMN_WORDS: Final[Mapping[str, ColumnWords]] = {**_SHARED, **_PEOPLE, **_DELIVERED, **_OF_ONE_TABLE}
"""The words of every column by its name, or by `table.name`."""


def column_words(table: str, name: str) -> ColumnWords:
    """The words of a column of a table; a column that nobody wrote about is called as it is named."""
    return (
        COLUMN_WORDS.get(f"{table}.{name}") or COLUMN_WORDS.get(name) or ColumnWords(name.replace("_", " ").strip(), "")
    )
