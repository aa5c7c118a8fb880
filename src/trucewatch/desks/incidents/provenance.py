"""Finding → observation → original: one way through a page, each step an address of its own."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.desks.incidents.detail import IncidentDetail
from trucewatch.desks.incidents.evidence import Original, adapter_of, batch_entry_of, read_original
from trucewatch.desks.incidents.observations import Member, when_words
from trucewatch.locale.terms import means_word
from trucewatch.model.incident import Finding
from trucewatch.server.preferences import Visit
from trucewatch.store.attachments import Attachment, attachments_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One way: which finding (None if the incident has none), which observation, and the bytes it stands in."""

    finding: Finding | None
    member: Member
    means: str
    when: str
    original: Original | None
    """None where the file is too large to be read with the page; the hop's own address reads it."""
    size_bytes: int
    list_entry: int | None
    batch_entry: int | None
    evidence_entry: int
    choices: tuple[Member, ...]
    """The observations that the finding rests on."""
    attachments: tuple[Attachment, ...] = ()
    """The photographs that the observation names."""

    @property
    def address(self) -> str:
        return f"finding={self.finding.finding_id if self.finding else ''}&observation={self.member.name}"


def hop_of(
    detail: IncidentDetail, visit: Visit, finding: str = "", observation: str = "", *, most_bytes: int = 0
) -> Hop | None:
    """The way that an address names: by default the worst finding and the first observation that it rests on.

    most_bytes: a larger original is not read (0: any is). None if no observation of the incident is kept, or it is not
    of it.
    """
    chosen = detail.finding(finding) or (detail.findings[0] if detail.findings else None)
    bears = set(chosen.evidence) if chosen else set()
    choices = tuple(member for member in detail.members if member.name in bears) or tuple(detail.members)
    by_name = {name: member for member in detail.members for name in (member.name, member.letter)}
    member = by_name.get(observation) or (choices[0] if choices else None)
    if member is None or (finding and detail.finding(finding) is None) or (observation and observation not in by_name):
        return None
    store = detail.store
    sha256, row = str(member.row["evidence_sha256"]), int(member.row["evidence_row"])
    files = store.index.rows("SELECT size_bytes, entry FROM evidence WHERE sha256 = ? ORDER BY entry", sha256)
    size = int(files[0][0]) if files else 0
    is_read = not most_bytes or size <= most_bytes
    batch_entry = batch_entry_of(store, member.row)
    adapter = adapter_of(store, batch_entry)
    original = read_original(store, sha256, row, str(member.row["source"]), adapter) if is_read else None
    return Hop(
        finding=chosen,
        member=member,
        means=means_word(str(member.row["means"]), visit.words),
        when=when_words(member.row, visit.telling),
        original=original,
        size_bytes=original.size_bytes if original else size,
        list_entry=detail.list_entry,
        batch_entry=batch_entry,
        evidence_entry=original.entry if original else int(files[0][1]),
        choices=choices,
        attachments=attachments_of(store, member.row),
    )
