"""Messages (mail, posts, archived posts) → observations: one message, one row of somebody's words, and no event.

Whose words they are, the watch says: a channel, address, account or domain that its source names in `channels` is a
party's or a body's. Everybody else is a member of the public: the row names nobody, and who it was goes to `senders`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from trucewatch.errors import RowFault
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.batch import Batch, Origin, ReadingContext
from trucewatch.model.claims import folded_name
from trucewatch.model.evidence import Rejected
from trucewatch.model.observation import ASPECTS, KINDS, NO_KIND
from trucewatch.model.people import PERCEIVED
from trucewatch.model.sender import SENDER_SCHEMA
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import UTC_MICROS, kind_faults, nearest, observation_table, quote_cell
from trucewatch.sources.limits import KNOWN_AHEAD
from trucewatch.sources.many_ids import observation_ids
from trucewatch.sources.table import fold

WINDOW: Final = timedelta(days=1)
"""What a message tells of happened before it was sent, in the day before unless the source sets delay_hours. Ours: a
message does not say when; a shorter time would be a guess, a longer one would touch other days' events."""
MOST_WORDS: Final = 1_000_000
"""Characters of one message that are kept as its words."""
BATCH_ROWS: Final = 20_000
BATCH_CHARS: Final = 16_000_000
"""So many rows, or so many characters of theirs, are handed over together."""
_TARGETS: Final = ("kind", "aspect", "perceived")

SENT_LATER: Final = Message(
    "the message says that it was sent more than a day after it came in, so the clock of whoever sent it was wrong; "
    "ask when it was sent"
)
NO_TIME_OF_SENDING: Final = Message("the message states no time of sending; without it nothing says when it was known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message. key: what names it in its source; sender: who it was, where that is a private person.

    quality: what there is to know of it beside its words, as `NAME=WORDS`; it names nobody private. words: its own for
    what it tells of (a subject, a tag), for `kinds`.
    """

    row: int
    key: str
    sent_at: datetime
    known_at: datetime
    text: str
    claimed_by: str = ""
    sender: str = ""
    quality: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    day: tuple[datetime, datetime] | None = None
    """When it happened, where the message is a record that says so."""
    place: tuple[float, float, float] | None = None
    """Longitude, latitude and one standard deviation in metres, where the record says so."""
    rank: int = 1


class Claimants:
    """Whose claim a channel's, an address's or an account's words are, as the source's `channels` says."""

    def __init__(self, channels: Mapping[str, str]) -> None:
        self._named = {channel_key(name): claimant for name, claimant in channels.items()}

    def of(self, names: Iterable[str]) -> str:
        """The first of these names that is one, or ""."""
        return next((self._named[key] for key in map(channel_key, names) if key in self._named), "")

    def of_domain(self, domain: str) -> str:
        """Of a domain or one that it lies in: what is set for `body.example` holds for `mail.body.example`."""
        parts = channel_key(domain).split(".")
        return self.of(".".join(parts[start:]) for start in range(len(parts) - 1))


def channel_key(name: str) -> str:
    """A channel as it is compared: without scheme, `www.` and a slash at its end, without regard to case.

    >>> channel_key("https://www.Body.example/")
    'body.example'
    """
    plain = folded_name(re.sub(r"^\s*[a-z]+://", "", name, flags=re.IGNORECASE))
    return plain.removeprefix("www.").rstrip("/")


def setting_faults(setting: SourceSetting, roles: Sequence[str] = ()) -> tuple[Message, ...]:
    """What is wrong with the entry of a source of messages. roles: columns of its table that may have other names."""
    faults = []
    if setting.claimed_by:
        faults.append(
            Message(
                "claimed_by would make every sender of this source speak for {name}; name their channels or addresses "
                "in channels",
                name=quote_cell(setting.claimed_by),
            )
        )
    if setting.preset:
        faults.append(Message("a source of messages has no preset; leave it out"))
    for target, named in setting.columns.items():
        allowed = {"kind": KINDS, "aspect": ASPECTS, "perceived": PERCEIVED}.get(target)
        if target not in (*_TARGETS, *roles):
            hint = nearest(target, (*_TARGETS, *roles))
            faults.append(Message("columns.{name} is not known; {hint}", name=target, hint=hint))
        elif allowed is not None and named.startswith("=") and named[1:] not in allowed:
            hint = nearest(named[1:], allowed)
            faults.append(
                Message("columns.{name} {value} is not known; {hint}", name=target, value=quote_cell(named), hint=hint)
            )
        elif target in ("aspect", "perceived") and not named.startswith("="):
            faults.append(
                Message('columns.{name} holds for all messages; write it like "={word}"', name=target, word=named)
            )
    return (*faults, *kind_faults(setting.kinds))


@dataclass(slots=True)
class MessageRows:
    """Messages of one file, collected and handed over in batches."""

    origin: Origin
    setting: SourceSetting
    context: ReadingContext
    sent: list[Sent] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    unsigned: int = 0
    """Messages so far whose sender the source's `channels` do not name."""
    chars: int = 0

    def add(self, sent: Sent) -> None:
        """Raises RowFault for a message from the future; invented ones may be of any year."""
        if not self.setting.simulated and max(sent.known_at, sent.sent_at) - self.origin.received_at > KNOWN_AHEAD:
            raise RowFault(SENT_LATER)
        self.sent.append(sent)
        self.chars += len(sent.text)
        self.unsigned += not sent.claimed_by

    def refuse(self, row: int, reason: Message) -> None:
        """Nothing of a message is shown where it is refused: its words and its sender stand in the evidence alone."""
        origin = self.origin
        self.rejected.append(
            Rejected(evidence_sha256=origin.evidence_sha256, file=origin.file, row=row, reason=reason, excerpt="")
        )

    def remark_unsigned(self) -> None:
        """Say how many are told as words of the public, if any."""
        if self.unsigned:
            self.remarks.append(
                Plural(
                    "{count} message is by nobody whom channels names: it is told as a member of the public's",
                    "{count} messages are by nobody whom channels names: they are told as members of the public's",
                    self.unsigned,
                    count=Amount(self.unsigned),
                )
            )

    @property
    def is_full(self) -> bool:
        return len(self.sent) + len(self.rejected) >= BATCH_ROWS or self.chars >= BATCH_CHARS

    def batch(self) -> Batch:
        """What was collected since the last one."""
        sent, self.sent, self.chars = self.sent, [], 0
        rejected, self.rejected = self.rejected, []
        remarks, self.remarks = self.remarks, []
        return Batch(
            observations=self._observations(sent),
            rejected=tuple(rejected),
            senders=pa.Table.from_pydict(
                {
                    "evidence_row": [each.row for each in sent if each.sender],
                    "handle": [clean(each.sender) for each in sent if each.sender],
                },
                schema=SENDER_SCHEMA,
            ),
            remarks=tuple(remarks),
        )

    def _observations(self, sent: list[Sent]) -> pa.Table:
        setting = self.setting
        hours = setting.delay_hours
        window = WINDOW if hours is None else timedelta(hours=hours)
        kind = _Kinds(setting)
        spans = [each.day or (_earlier(each.sent_at, window), each.sent_at) for each in sent]
        places = [each.place or (None, None, None) for each in sent]
        columns: dict[str, Any] = {
            "observation_id": observation_ids(setting.id, pa.array([clean(each.key) for each in sent], pa.string()))
            if sent
            else [],
            "source": setting.id,
            "means": [self._means(each.claimed_by) for each in sent],
            "kind": [kind.of(each.words) for each in sent],
            "aspect": setting.columns.get("aspect", "=undetermined")[1:],
            "perceived": setting.columns.get("perceived", "=")[1:],
            "occurred_start": pa.array([start for start, _ in spans], UTC_MICROS),
            "occurred_end": pa.array([end for _, end in spans], UTC_MICROS),
            "known_at": pa.array([each.known_at for each in sent], UTC_MICROS),
            "lon": [lon for lon, _, _ in places],
            "lat": [lat for _, lat, _ in places],
            "semi_major_m": [sd for _, _, sd in places],
            "semi_minor_m": [sd for _, _, sd in places],
            "major_azimuth_deg": [None if sd is None else 0.0 for _, _, sd in places],
            "source_quality": [
                clean("; ".join((*each.quality, *(() if each.day else ("when=assumed, before it was sent",)))))
                for each in sent
            ],
            "claimed_by": [clean(each.claimed_by) for each in sent],
            "simulated": setting.simulated,
            "received_at": self.origin.received_at,
            "evidence_sha256": self.origin.evidence_sha256,
            "evidence_row": [each.row for each in sent],
            "text": [clean(each.text) for each in sent],
            "product_rank": [each.rank for each in sent],
        }
        return observation_table(columns, len(sent))

    def _means(self, claimed_by: str) -> str:
        is_party = claimed_by in self.context.party_ids or folded_name(claimed_by) in self.context.party_names
        return "party" if is_party else "public"


class _Kinds:
    """The kind of a message, as the source says: one for all, by its own word, or none."""

    def __init__(self, setting: SourceSetting) -> None:
        named = setting.columns.get("kind", "")
        self._of_all = named[1:] if named.startswith("=") else ""
        self._of_word = {fold(word): kind for word, kind in setting.kinds.items()}

    def of(self, words: Sequence[str]) -> str:
        """Of several words that stand for different kinds none is chosen."""
        if self._of_all:
            return self._of_all
        kinds = {self._of_word[word] for word in map(fold, words) if word in self._of_word}
        return kinds.pop() if len(kinds) == 1 else self._of_word.get("*", NO_KIND) if not kinds else NO_KIND


def clean(text: str) -> str:
    """The text as a table can keep it: no NUL, and no half of a surrogate pair, which are no characters."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def kept_words(text: str) -> tuple[str, tuple[str, ...]]:
    """The words of a message as they are kept, and what there is to say of that."""
    words = text.strip()
    if len(words) <= MOST_WORDS:
        return words, ()
    return words[:MOST_WORDS], (f"words=the first {MOST_WORDS} characters",)


def _earlier(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment - by
    except OverflowError:
        return moment
