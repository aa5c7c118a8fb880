"""Tables of archived posts (Bellingcat's auto-archiver) and of incidents under investigation (Atlos) → one row a post
or incident, with the archive's hash.

The account behind a post is treated as any sender: named in the source's `channels`, or a member of the public's.
Sources of the columns: auto-archiver's modules `gsheet_feeder_db` (the sheet) and `csv_db` (status, metadata, media);
Atlos's `export_worker` and `material/attribute` (slug, inserted_at, …, source_1 and on).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import RowFault, TimeError, TrucewatchError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.times import as_utc, zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import message_rows
from trucewatch.sources.accounts import account_of, without_names
from trucewatch.sources.columns import quote_cell, read_number, rejected_file, require_columns
from trucewatch.sources.limits import FLOAT_LIMITS
from trucewatch.sources.message_rows import Claimants, MessageRows, Sent, kept_words
from trucewatch.sources.table import Table, fold
from trucewatch.sources.written_times import read_span

CARD: Final = SourceCard(
    adapter="archived_media",
    title=Message("Archived posts and incidents under investigation (auto-archiver, Atlos)"),
    owner=Message("whoever archives or investigates; name them as organisation in watch.toml"),
    delay=timedelta(0),
    delay_words=Message("when the post was uploaded, else archived; an incident when it was last changed"),
    licence=Message("the words are their author's; keep them inside the watch unless a party published them"),
    blind_spots=Message(
        "what nobody archived, what the photographs and films show, and whether a post is of the day that it was "
        "uploaded on"
    ),
    reads=Message("CSV, CSV.gz or XLSX as exported: the sheet or the CSV file of auto-archiver, the CSV file of Atlos"),
)
VERSION: Final = 1

SHEET: Final = {
    "url": "link",
    "status": "archive status",
    "archive": "archive location",
    "date": "archive date",
    "timestamp": "upload timestamp",
    "title": "upload title",
    "text": "text content",
    "hash": "hash",
    "wacz": "wacz",
}
"""Columns of auto-archiver's sheet that are read: its word for each → the heading that it has unless the sheet's owner
chose another."""
CSV_DB: Final = ("status", "metadata", "media")
ATLOS: Final = ("slug", "inserted_at", "description")
PRECISION_M: Final = {"exact": 10.0, "vicinity": 100.0, "locality": 1_000.0}
"""Atlos's words for how well a place is known, as its own help says (± 10 m, 100 m, 1 km), taken as one sigma."""
UNSTATED_PLACE_SD_M: Final = 5_000.0
"""For coordinates of which neither the row nor the source says how well they are known."""
_MOST_METADATA: Final = 200_000
"""Characters of a cell of Python's own notation that are read."""

_SOURCE = re.compile(r"source_\d{1,4}")
_MOMENT = re.compile(r"datetime\.datetime\(([\d, ]{8,60})(?:, tzinfo=[\w.()]{1,60})?\)")
_FORMULA: Final = ("'=", "'+", "'-", "'@")
"""How Atlos marks a cell that a spreadsheet would take for a formula."""


def setting_faults(setting: SourceSetting) -> tuple[Message, ...]:
    """What is wrong with this source's entry."""
    return message_rows.setting_faults(setting, roles=tuple(SHEET))


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The rows of a table, one an observation of means `party` or `public`; which of the three it is, its columns say.

    A post was sent when it was uploaded, else by when it was archived; what it tells of happened before. An incident of
    Atlos happened on its `date`, the whole local day, and has a place where one was found.
    """
    rows = MessageRows(origin, setting, context)
    try:
        faults = setting_faults(setting)
        if faults:
            raise UnreadableInput(Message("watch.toml, source {source}: {why}", source=setting.id, why=faults[0]))
        table = Table(path)
        plan = _plan(table.keys, setting)
        for chunk in table.chunks():
            for bad in chunk.bad:
                rows.refuse(bad.line, bad.reason)
            for line, cells in chunk.rows():
                try:
                    rows.add(plan.sent(line, cells))
                except (RowFault, TimeError) as fault:
                    rows.refuse(line, fault.message)
                if rows.is_full:
                    yield rows.batch()
    except TrucewatchError as fault:
        yield rows.batch()
        yield rejected_file(origin, fault.message)
    rows.remark_unsigned()
    yield rows.batch()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How the rows of one table are read. columns: of auto-archiver's sheet, our word → the folded heading."""

    claimants: Claimants
    zone: tzinfo | None
    place_sd_m: float | None
    columns: Mapping[str, str]
    sources: Sequence[str]
    """Atlos's columns of source material."""
    kind: str
    """The folded heading that says what it is, for `kinds`; "" where none is named."""

    def sent(self, line: int, cells: Mapping[str, str]) -> Sent:
        """One row. Raises RowFault, TimeError."""
        return self._post(line, cells)

    def _kind_words(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        text = cells.get(self.kind, "") if self.kind else ""
        return tuple(filter(None, (text, *(part.strip() for part in text.split(",")))))

    def _post(self, line: int, cells: Mapping[str, str]) -> Sent:
        """A row of auto-archiver's sheet."""

        def of(role: str) -> str:
            return cells.get(self.columns.get(role, ""), "")

        url = of("url")
        uploaded, archived = (self._moment(of(role), utc=True) for role in ("timestamp", "date"))
        sent_at = uploaded or archived
        if not url:
            raise RowFault(Message("the row has no link; give the address of the post"))
        if sent_at is None:
            raise RowFault(
                Message("the row says neither when the post was uploaded nor when it was archived; archive it first")
            )
        claimed_by, sender, names, links = self._speaker((url,))

        def told(text: str) -> str:
            return " ".join(without_names(text, names).replace(";", ",").split())[:2_000]

        title, words = of("title"), of("text")
        # What is in braces is the platform's own record of the post and its author, not words.
        is_record = words[:1] in ("{", "[")
        text, cut = kept_words(without_names("\n\n".join(filter(None, (title, "" if is_record else words))), names))
        hashed = of("hash")
        return Sent(
            row=line,
            key=url,
            sent_at=sent_at,
            known_at=sent_at,
            text=text,
            claimed_by=claimed_by,
            sender=sender,
            quality=(
                *(f"link={told(link)}" for link in links),
                *(f"{name}={told(of(role))}" for name, role in _TOLD if of(role)),
                *(() if uploaded else ("sent=not stated, archived by then",)),
                *cut,
            ),
            words=self._kind_words(cells),
            # Of two versions of a row the one that was archived stands before the one that only asks for it.
            rank=1 if hashed else 0,
        )

    def _speaker(self, addresses: Sequence[str]) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
        """Whose words stand under these addresses; who it was where that is private; the accounts' names, which stand
        in no other column then; and the addresses as they may be told."""
        claims, private, names, links = [], [], [], []
        for address in addresses:
            account = account_of(address)
            claim = ""
            if account is not None:
                claim = self.claimants.of((address, *account.keys))
                claim = claim or ("" if account.platform else self.claimants.of_domain(account.host))
            claims.append(claim)
            if claim:
                links.append(address)
            else:
                private.append(address)
                names += [account.name] if account is not None and account.name else []
                links.append(account.platform or "a site of its own" if account is not None else "no address")
        claimed_by = claims[0] if len(set(claims)) == 1 else ""
        return claimed_by, " ".join(private), tuple(names), tuple(links)

    def _moment(self, text: str, *, utc: bool = False) -> datetime | None:
        """A moment; None for an empty cell. utc: what states no zone is in UTC, as the program that wrote it has it."""
        if not text:
            return None
        if len(text) >= len("2031-03-01T14:02"):
            try:
                moment = datetime.fromisoformat(text)
                return moment.replace(tzinfo=UTC) if moment.tzinfo is None and utc else as_utc(moment)
            except (ValueError, OverflowError):
                pass  # written otherwise, or no time: the careful way says which
        return read_span(text, zone=self.zone).end


_TOLD: Final = (("archive status", "status"), ("archive", "archive"), ("hash", "hash"), ("wacz", "wacz"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _CsvPlan(_Plan):
    """auto-archiver's CSV file: its record of each post, in Python's own notation."""

    def sent(self, line: int, cells: Mapping[str, str]) -> Sent:
        metadata, media = _literal(cells["metadata"]), _literal(cells["media"])
        if not isinstance(metadata, dict) or not isinstance(media, list):
            raise RowFault(Message("metadata or media cannot be read; export the table again with auto-archiver"))
        kept = [each for each in media if isinstance(each, dict)]
        final = next((each for each in kept if _property(each, "id") == "_final_media"), kept[0] if kept else {})
        urls = final.get("urls")
        post = {
            "link": metadata.get("url"),
            "archive status": cells["status"],
            "archive location": " ".join(map(str, urls)) if isinstance(urls, list) else "",
            "archive date": metadata.get("_processed_at"),
            "upload timestamp": metadata.get("timestamp"),
            "upload title": metadata.get("title"),
            "text content": metadata.get("content"),
            "hash": ", ".join(filter(None, (_property(each, "hash") for each in kept[:50]))),
        }
        return self._post(line, {name: value.strip() if isinstance(value, str) else "" for name, value in post.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class _AtlosPlan(_Plan):
    """The export of Atlos: an incident a row, with the addresses of its source material."""

    def sent(self, line: int, cells: Mapping[str, str]) -> Sent:
        plain = {name: cell[1:] if cell.startswith(_FORMULA) else cell for name, cell in cells.items()}
        slug, day = plain["slug"], plain.get("date", "")
        entered = self._moment(plain["inserted_at"], utc=True)
        changed = self._moment(plain.get("updated_at", ""), utc=True) or entered
        if not slug or entered is None or changed is None:
            raise RowFault(Message("the row has no slug or no inserted_at; export it again from Atlos"))
        if not day:
            raise RowFault(Message("the incident has no date, so nothing says when it was; give it one in Atlos"))
        span = read_span(day, zone=self.zone, whole_days=True)
        published_by, sender, names, links = self._speaker([plain[name] for name in self.sources if plain[name]])
        words = "\n\n".join(filter(None, (plain["description"], plain.get("more_info", ""))))
        text, cut = kept_words(without_names(words, names))
        return Sent(
            row=line,
            key=slug,
            sent_at=entered,
            known_at=max(entered, changed),
            text=text,
            claimed_by="",  # where, when and what are words of who keeps the table, not of whose footage it is
            sender=sender,
            quality=(
                *((f"material_of={published_by}",) if published_by else ()),
                *(f"link={' '.join(link.replace(';', ',').split())}" for link in links),
                *(f"{name}={plain[name].replace(';', ',')}" for name in _ATLOS_TOLD if plain.get(name)),
                *cut,
            ),
            words=self._kind_words(plain),
            day=(span.start, span.end),
            place=self._place(plain),
        )

    def _place(self, cells: Mapping[str, str]) -> tuple[float, float, float] | None:
        lon_text, lat_text = cells.get("longitude", ""), cells.get("latitude", "")
        if not lon_text and not lat_text:
            return None
        lon = read_number("lon", lon_text, *FLOAT_LIMITS["lon"], decimal_comma=False)
        lat = read_number("lat", lat_text, *FLOAT_LIMITS["lat"], decimal_comma=False)
        precision = fold(cells.get("geolocation_resolution", ""))
        if precision and precision not in PRECISION_M:
            raise RowFault(
                Message(
                    "geolocation_resolution {value} is not known; Atlos writes Exact, Vicinity or Locality",
                    value=quote_cell(cells["geolocation_resolution"]),
                )
            )
        sd = PRECISION_M.get(precision) or (UNSTATED_PLACE_SD_M if self.place_sd_m is None else self.place_sd_m)
        return lon, lat, sd


_ATLOS_TOLD: Final = ("slug", "status", "sensitive", "geolocation_resolution")


def _plan(keys: Sequence[str], setting: SourceSetting) -> _Plan:
    """Which of the three tables it is. Raises UnreadableInput."""
    named = setting.columns.get("kind", "=")
    parts: dict[str, Any] = {
        "claimants": Claimants(setting.channels),
        "zone": zone_named(setting.time_zone) if setting.time_zone else None,
        "place_sd_m": setting.place_sd_m,
        "columns": {role: fold(setting.columns.get(role, heading)) for role, heading in SHEET.items()},
        "sources": tuple(key for key in keys if _SOURCE.fullmatch(key)),
        "kind": "" if named.startswith("=") else fold(named),
    }
    if parts["kind"]:
        require_columns((parts["kind"],), keys, hint=Message("watch.toml names it for the kind"))
    if set(ATLOS) <= set(keys):
        return _AtlosPlan(**{**parts, "kind": parts["kind"] or ("type" if "type" in keys else "")})
    if set(CSV_DB) <= set(keys):
        return _CsvPlan(**{**parts, "columns": SHEET})
    columns = parts["columns"]
    chosen = tuple(fold(heading) for role, heading in setting.columns.items() if role in SHEET)
    require_columns(
        dict.fromkeys((columns["url"], columns["status"], *chosen)),
        keys,
        hint=Message("a table of auto-archiver has it, and one of Atlos has slug, inserted_at and description"),
    )
    return _Plan(**parts)


def _literal(text: str) -> Any:
    """A value in Python's own notation, moments in it as texts; None for what is none. Nothing of it is run."""
    if len(text) > _MOST_METADATA:
        raise RowFault(
            Message("metadata or media has more than {most} characters; leave the row out", most=_MOST_METADATA)
        )
    try:
        return ast.literal_eval(_MOMENT.sub(_as_iso, text))
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _as_iso(match: re.Match[str]) -> str:
    numbers = [int(number) for number in match[1].split(",") if number.strip()]
    try:
        return repr(datetime(*numbers[:7], tzinfo=UTC).isoformat())  # type: ignore[arg-type, misc] # so many numbers
    except (ValueError, TypeError):
        return "None"


def _property(media: Mapping[str, Any], name: str) -> str:
    properties = media.get("properties")
    value = properties.get(name) if isinstance(properties, dict) else None
    return value if isinstance(value, str) else ""
