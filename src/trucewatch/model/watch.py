"""The watch: one ceasefire being watched, as its folder says. Field names are those of `watch.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Final, Literal

from trucewatch.model.agreement import Agreement
from trucewatch.model.claim_record import CLAIMS_INSIDE
from trucewatch.model.clause_texts import CopyOfText
from trucewatch.model.humanitarian import HumanitarianFile, Organisation
from trucewatch.model.initiatives import Initiative
from trucewatch.model.lexicon import LexiconFile
from trucewatch.model.links import Network
from trucewatch.model.meetings import Meeting
from trucewatch.model.names import Names, NamesFile
from trucewatch.model.party_release import is_of_parties
from trucewatch.model.quorum import QuorumRule
from trucewatch.model.review_rule import ReviewRule
from trucewatch.model.times import zone_named
from trucewatch.model.watch_kind import WatchKind
from trucewatch.model.zone import Basemap, Notice, Sensor, Zone

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Who reviews. A list of its own, beside the parties."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    state: str = ""
    """The id under which the agreement and the sources name its own state; its own id without it."""

    @property
    def own(self) -> str:
        return self.state or self.id


MESSAGES: Final = ("archived_media", "mail", "telegram")
"""Adapters of messages: a row is what somebody wrote. It is no event by itself, and its words leave in no release."""

NEVER_LEAVING: Final[Mapping[str, str]] = {"acled": "ACLED"}
"""Presets of lists whose terms forbid to pass their rows on, each with who claims what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSetting:
    """One source of this watch: which adapter reads which files of `inbox/`, and what the adapter cannot know."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    adapter: str
    files: tuple[str, ...]
    """File names or patterns below the watch, `inbox/*.csv`; never outside it."""
    title: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""
    licence: str = ""
    publisher: str = ""
    """Who published these rows, where that is a party or a body of it; with `handling = "open"` they may be cited."""
    handling: Literal["open", "restricted", "confidential"] = "restricted"
    time_zone: str = ""
    claimed_by: str = ""
    simulated: bool = False
    delay_hours: float | None = None
    """Instead of the card's delay, for rows that do not state when they became known."""
    place_sd_m: float | None = None
    """One standard deviation for places whose source states no error."""
    decimal_comma: bool = False
    preset: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """For `event_table`: our column → theirs, or "=constant"."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """For `event_table`: their word for the kind → ours."""
    channels: Mapping[str, str] = field(default_factory=dict)
    """For messages and forms: their channel, address or account → the party or body whose claim its words are. Whoever
    is not named is a member of the public."""
    attachments: tuple[str, ...] = ()
    """Files that lie beside, as names or patterns below the watch: kept as evidence and named by rows, not read."""
    repeats: tuple[str, ...] = ()
    """Sources whose words this one copies, by id, and press that is no source, as "press:NAME"; together one voice."""
    side: str = ""
    """The party on whose side of the line the people speak: a party's id; for words of the public."""
    of: str = ""
    """Whose source it is: "centre", a party's id or a delegation's."""

    @property
    def never_leaves(self) -> bool:
        """Whether no release may hold its rows, whatever the recipient's rule."""
        return self.preset in NEVER_LEAVING


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets what: the one rule that everything passes before it leaves."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    delay_hours: float
    """Nothing that ended less than this before the cut-off is released."""
    place: Literal["zone", "cell", "exact"]
    cell_m: float = 0.0
    """The side of the cell for `place = "cell"`, metres; at least 1,000."""
    time: Literal["minute", "quarter", "hour", "day"] = "day"
    withheld_kinds: tuple[str, ...] = ()
    smallest_count: int = 3
    """A zone and day with fewer incidents than this is not told apart from the others."""
    text: bool = False
    """Whether the sources' own words go out."""
    to: Literal["", "parties"] = ""
    """`parties`: to whom the agreement binds."""
    outcomes: Literal["", "gate", "reviewed", "none"] = ""
    """Which outcomes it is told: all that passed the gate, those that both delegations reviewed, none. Empty: reviewed
    where it is told places by zone, else gate."""
    withheld_aspects: tuple[str, ...] = ()
    """Aspects of which no event leaves; with "outgoing" no muzzle flash either, since its place is a weapon's."""
    drawn_lines: bool = False
    """Whether it gets a line drawn by hand before all delegations entered it: for the joint centre alone."""

    @property
    def holds_back(self) -> bool:
        """Whether some records never leave to it, or not yet: then no number may move with these."""
        return bool(self.withheld_kinds or self.withheld_aspects) or self.delay_hours > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterName:
    """What a counter of this watch is called, where the product has no word for it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationRule:
    """Which observations are held to be one event.

    `likelihood`: by each one's own errors in place and time; `cylinder`: within `radius_m` and `gap_hours` of each
    other, in a chain.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    rule: Literal["likelihood", "cylinder"] = "likelihood"
    events_per_km2_day: float = 0.05
    """For `likelihood`: how densely events lie where no device reports several."""
    radius_m: float = 1500.0
    gap_hours: float = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    """`watch.toml`, as it stands."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    id: str
    names: Mapping[str, str]
    theatre: Mapping[str, str]
    time_zone: str
    languages: tuple[str, ...]
    area: tuple[float, float, float, float]
    """lon_min, lat_min, lon_max, lat_max of the map."""
    delegation: tuple[Delegation, ...] = ()
    """Of a centre at least one; a humanitarian instance has none."""
    source: tuple[SourceSetting, ...] = ()
    recipient: tuple[Recipient, ...] = ()
    kind: WatchKind = "centre"
    counter: tuple[CounterName, ...] = ()
    association: AssociationRule = field(default_factory=AssociationRule)
    quorum: QuorumRule = field(default_factory=QuorumRule)
    """Which acts need somebody of every delegation; held where people have accounts."""
    review: ReviewRule = field(default_factory=ReviewRule)
    """How delegations review findings."""
    line: str = ""
    """The zone that is the line of contact."""
    basemap: str = ""
    """A PMTiles file beside `watch.toml`: roads, rivers and villages under the console's maps. A picture, no fact."""
    watch_time: datetime | None = None
    """On a past case: the moment that the watch's clock shows. Without it the clock is the computer's."""
    record_until: date | None = None
    """On a past case: the last day of which its record knows. What came later is not in it."""
    due_soon_days: int = 7
    say_outcome_from: float = 0.9
    """How probable it must be that an event happened and is what a clause speaks of, for an outcome to be said."""
    heard_is_enough: bool = False
    """Whether what the centre's own people only heard is enough for an outcome."""
    read_seconds: float = 40.0
    """How long one file of the inbox may be read, beside what its size adds."""
    read_memory_mb: int = 500
    """How much memory reading one file of the inbox may take."""
    desk: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the watch agreed for the work of a desk, by the desk's name; read and checked by the desk's `rule.py`."""
    simulated: bool = False
    """The whole watch is invented: places, parties and records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Everything a watch folder says, read and checked."""

    settings: WatchFile
    agreement: Agreement
    zones: tuple[Zone, ...]
    basemap: Basemap
    sensors: tuple[Sensor, ...] = ()
    notices: tuple[Notice, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    """Those of `meetings.toml`; others are entered."""
    naming: NamesFile | None = None
    """`names.toml`; None for a watch without one."""
    policy: str = ""
    """By which policy the names of `zones` and towns were chosen (`naming.called`)."""
    texts: tuple[CopyOfText, ...] = ()
    """`texts/*.toml`: copies of the instruments' own words; none for a watch without them."""
    initiatives: tuple[Initiative, ...] = ()
    """Those of `initiatives.toml`; what was entered since is in the store."""
    lexicon: LexiconFile | None = None
    """`lexicon.toml`; None for a watch without one."""
    network: Network | None = None
    """`links.geojson`; None for a watch without one."""
    humanitarian: HumanitarianFile | None = None
    """`humanitarian.toml`; None for a watch without one."""

    @property
    def kind(self) -> WatchKind:
        return self.settings.kind

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        """Those of `humanitarian.toml`; none without it."""
        return self.humanitarian.organisation if self.humanitarian else ()

    @property
    def zone(self) -> tzinfo:
        """The display time zone."""
        return zone_named(self.settings.time_zone)

    @property
    def delegation_ids(self) -> frozenset[str]:
        return frozenset(delegation.id for delegation in self.settings.delegation)

    @property
    def message_sources(self) -> frozenset[str]:
        """The sources whose rows are messages."""
        return frozenset(source.id for source in self.settings.source if source.adapter in MESSAGES)

    @property
    def never_leaving(self) -> frozenset[str]:
        """The sources whose rows no release may hold."""
        return frozenset(source.id for source in self.settings.source if source.never_leaves)

    @property
    def never_told(self) -> frozenset[str]:
        """The same, with that of claims of people who did not say that both sides may be told."""
        return self.never_leaving | {CLAIMS_INSIDE}

    @property
    def names_by_id(self) -> Mapping[str, Names]:
        """Every party, body, delegation and organisation that the files name: id → names."""
        names: dict[str, Names] = {each.id: each.names for each in self.organisations}
        names |= {each.id: each.names for each in self.settings.delegation}
        names |= {each.id: each.names for each in self.agreement.body}
        return names | {each.id: each.names for each in self.agreement.party}

    def recipient(self, name: str) -> Recipient | None:
        return next((recipient for recipient in self.settings.recipient if recipient.id == name), None)

    def goes_to_parties(self, recipient: Recipient) -> bool:
        """Whether it is to those who are bound: said by `to`, or named `parties` or as a party of the agreement."""
        return is_of_parties(recipient, self.agreement)

    def zone_with(self, zone_id: str, at: datetime | None = None) -> Zone | None:
        """The zone of this id, as valid at `at` (any version without it)."""
        for zone in self.zones:
            if zone.id == zone_id and (at is None or zone.valid_from <= at < zone.valid_until):
                return zone
        return None
