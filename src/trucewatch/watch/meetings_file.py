"""`meetings.toml` → the meetings that the watch's files state, each fault at its line."""

from __future__ import annotations

from datetime import UTC, tzinfo

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.meeting_checks import Vocabulary, id_trouble, troubles
from trucewatch.model.meetings import Meeting, MeetingsFile
from trucewatch.model.times import zone_named
from trucewatch.model.watch import WatchFile
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_records import read_record

MEETINGS_FILE = "meetings.toml"


def read_meetings(
    content: bytes, agreement: Agreement | None, settings: WatchFile | None
) -> tuple[tuple[Meeting, ...], list[Fault]]:
    """The meetings of the file, and its faults. They are held against the rest of the watch where that can be read."""
    table, lines, faults = read_record(content, MEETINGS_FILE, MeetingsFile)
    if table is None or agreement is None or settings is None:
        return (table.meeting if table is not None else ()), faults
    zone = _zone_of(settings)
    against = FaultList(MEETINGS_FILE, lines)
    against.unique("meeting", (meeting.id for meeting in table.meeting))
    accounts = [meeting.id for meeting in table.meeting if not meeting.account_of]
    words = Vocabulary.of(agreement, (delegation.id for delegation in settings.delegation), accounts)
    for index, meeting in enumerate(table.meeting):
        bad_id = id_trouble(meeting)
        for trouble in [*([bad_id] if bad_id else []), *troubles(meeting, words, zone)]:
            place = Message('meeting "{id}"', id=meeting.id[:60])
            at = ("meeting", index, *("from" if step == "from_" else step for step in trouble.at))
            against.error(at, trouble.what, trouble.remedy, place)
    return table.meeting, [*faults, *against]


def _zone_of(settings: WatchFile) -> tzinfo:
    try:
        return zone_named(settings.time_zone)
    except TimeError:  # said of watch.toml already
        return UTC
