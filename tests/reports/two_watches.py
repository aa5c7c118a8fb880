"""Two watches, from their files on, that differ only in what their coarse recipients may not be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Final

from tests.builders import edit, make_watch
from trucewatch.desks.reports.operations import ReportDesk, Wanted
from trucewatch.model.ids import incident_id, observation_id
from trucewatch.pipeline import assess
from trucewatch.reports import FORMATS
from trucewatch.reports.kinds import KINDS, may_have_spot
from trucewatch.store import Store
from trucewatch.store.recipient_codes import FILE

DAY: Final = date(2031, 5, 2)
NOW: Final = datetime(2031, 5, 5, tzinfo=UTC)
COARSE: Final = ("parties", "aid", "public")
FINE: Final = ("sides", "desk")
"""Told exact places and minutes, but not of everything, or not at once."""
RECIPIENTS: Final = """
[[recipient]]
id = "parties"
to = "parties"
names = { en = "Both parties" }
delay_hours = 2
place = "cell"
cell_m = 5000
time = "quarter"
smallest_count = 1
withheld_kinds = ["weapon_present"]
withheld_aspects = ["outgoing"]

[[recipient]]
id = "aid"
names = { en = "Aid" }
delay_hours = 6
place = "cell"
cell_m = 5000
time = "hour"
smallest_count = 2
withheld_kinds = ["weapon_present"]
withheld_aspects = ["outgoing"]

[[recipient]]
id = "sides"
to = "parties"
names = { en = "Both sides, once a day has passed" }
delay_hours = 2
place = "exact"
time = "minute"
smallest_count = 1
withheld_kinds = ["weapon_present"]
withheld_aspects = ["outgoing"]

[[recipient]]
id = "desk"
names = { en = "A desk that is told no weapons" }
delay_hours = 2
place = "exact"
time = "minute"
smallest_count = 1
withheld_kinds = ["weapon_present"]
withheld_aspects = ["outgoing"]

[[recipient]]
id = "public"
"""
PLACES: Final = ((-35.302, -25.302), (-35.212, -25.192), (-35.252, -24.802), (-35.122, -24.722))
"""Latitude and longitude; each lies some hundred metres from every side of its cell of 5 km."""
HEAD: Final = "number,when,where,what,how many,aspect,device,by,remark,knows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What of a watch is not for its coarse recipients."""

    shift: float = 0.0
    """Degrees that every place is moved by, inside its cell; and so many thousands of minutes, inside the quarter."""
    device: str = "mic-kestrel"
    words: str = "heard on the ridge"
    has_withheld: bool = False
    has_delayed: bool = False
    has_refused: bool = False
    has_other_days: bool = False
    say_from: float = 0.0
    """If set, devices record most events, patrols see the others, and an assessment is said from this probability on:
    no secret, but then what is said of an event rests on how sure it is."""


PLAIN: Final = Secret()
FULL: Final = Secret(
    shift=0.003, device="mic-osprey", words="seen from Post 9", has_withheld=True, has_delayed=True, has_refused=True
)


def row(
    moment: datetime,
    place: tuple[float, float],
    secret: Secret,
    kind: str = "blast",
    aspect: str = "",
    *,
    by: str = "patrol",
) -> str:
    """A row under a number that says nothing of place and minute within what is told."""
    lat, lon = place
    when = moment + timedelta(minutes=round(secret.shift * 1000))
    where = f"{lat + secret.shift:.4f}, {lon + secret.shift:.4f}"
    knows = "recorded" if secret.say_from and by != "patrol" else "saw"
    number = f"{moment:%m%d%H%M}/{PLACES.index(place) if place in PLACES else kind}/{by}"
    return f'{number},{when:%Y-%m-%dT%H:%M:00Z},"{where}",{kind},1,{aspect},{secret.device},{by},{secret.words},{knows}'


def rows_of(secret: Secret, day: date = DAY) -> list[str]:
    """The rows that are told, coarsely: three at each of four places, hours apart; and what is not told at all."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rows = [
        row(
            start + timedelta(hours=2 + 6 * turn + number, minutes=1),
            place,
            secret,
            by="acoustic" if secret.say_from and turn else "patrol",
        )
        for turn in range(3)
        for number, place in enumerate(PLACES)
    ]
    # One event that people and devices told of, so that each adds something to it.
    heard = start + timedelta(hours=22, minutes=1)
    rows += [row(heard, (-35.302, -24.702), secret, by=by) for by in ("patrol", "acoustic", "camera")]
    if secret.has_withheld:
        rows += [row(start + timedelta(hours=hour), (-34.702, -25.202), secret, "gun") for hour in (3, 12, 17)]
        rows += [
            row(start + timedelta(hours=hour), (-34.722, -24.702), secret, "blast", "outgoing") for hour in (5, 15)
        ]
    if secret.has_delayed:
        rows += [row(NOW - timedelta(minutes=50), place, secret, "shots") for place in PLACES]
    if secret.has_refused:
        rows += [
            "x,no time,nowhere,blast,many,,mic-harrier,patrol,not a row",
            f"y,{start:%Y-%m-%dT%H:%MZ},nowhere,blast,1,,,,",
        ]
    if secret.has_other_days:
        rows += [
            row(start - timedelta(days=back, hours=-9 - hour), place, secret)
            for back in (1, 1, 4)
            for hour in range(3)
            for place in PLACES[back % 2 :]
        ]
    return rows


def write_files(folder: Path, secret: Secret) -> Path:
    """The watch's folder: nothing was read yet."""
    make_watch(folder)
    settings = folder / "watch.toml"
    edit(settings, 'files = ["inbox/reports.csv"]', 'files = ["inbox/reports*.csv"]')
    edit(settings, 'means = "=patrol"', 'means = "by"')
    edit(settings, 'perceived = "=saw"', 'perceived = "knows"')
    if secret.say_from:
        edit(settings, "due_soon_days = 7", f"due_soon_days = 7\nsay_outcome_from = {secret.say_from}")
    edit(settings, 'text = "remark"', 'text = "remark"\naspect = "aspect"\nsensor = "device"')
    edit(settings, 'blast = "explosion"', 'blast = "explosion"\ngun = "weapon_present"')
    edit(settings, '[[recipient]]\nid = "public"\n', RECIPIENTS.lstrip())
    text = settings.read_text("utf-8")
    withheld = 'withheld_kinds = ["weapon_present"]\nwithheld_aspects = ["outgoing"]\n'
    settings.write_text(f"{text.rstrip()}\n{withheld}", "utf-8")
    (folder / "inbox" / "reports.csv").write_text("\n".join([HEAD, *rows_of(secret)]) + "\n", "utf-8")
    if secret.has_refused:
        (folder / "inbox" / "reports-again.csv").write_bytes(bytes(range(256)) * 20)
    return folder


def add_later(folder: Path, secret: Secret) -> None:
    """What came in after the first issue: three more rows of the day, told coarsely; and again what is not told."""
    start = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    rows = [row(start + timedelta(hours=21, minutes=10 * number + 1), PLACES[2], secret) for number in range(0, 9, 3)]
    if secret.has_withheld:
        rows.append(row(start + timedelta(hours=20), (-34.702, -25.202), secret, "gun"))
    (folder / "inbox" / "reports-later.csv").write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")


def ticking(moment: datetime) -> Iterator[datetime]:
    return iter(moment + timedelta(milliseconds=tick) for tick in range(100_000))


def issue(folder: Path, recipients: tuple[str, ...], moment: datetime = NOW) -> Mapping[str, bytes]:
    """Drafts and issues of the day for recipients, in every format: the files by name under `out/`."""
    clock = ticking(moment)
    with Store(folder, lambda: next(clock)) as store:
        today = assess(store, folder, now=moment)
        desk = ReportDesk(store, folder, lambda: moment, lambda: today)
        for recipient in recipients:
            wanted = Wanted(recipient, DAY, DAY + timedelta(days=1))
            languages = (
                ["en"] if recipient in ("parties", "sides") else ["en", "ru"]
            )  # unaccepted ones do not go to parties
            draft = desk.begin(wanted, languages=languages, formats=tuple(FORMATS), by="Keeper One")
            desk.check(draft.draft_id, seen_version=1, by="Keeper One")
            desk.issue(draft.draft_id, seen_version=2, by="Keeper One")
    out = folder / ".trucewatch" / "out"
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def issue_kinds(folder: Path, recipients: tuple[str, ...], moment: datetime = NOW) -> Mapping[str, bytes]:
    """Issues of every other kind, in the formats that are not slow: the files by name under `out/`. The week begins
    on the day, so that it holds no day of which the two watches may differ; the event is the first of the day."""
    clock = ticking(moment)
    forms = tuple(name for name in FORMATS if name not in ("pdf", "xlsx", "gpkg"))
    with Store(folder, lambda: next(clock)) as store:
        today = assess(store, folder, now=moment)
        desk = ReportDesk(store, folder, lambda: moment, lambda: today)
        for recipient, kind in product(recipients, KINDS.values()):
            rule = today.watch.recipient(recipient)
            assert rule is not None
            if kind.name == "daily" or (kind.is_of_one and not may_have_spot(rule)):
                continue
            event = str(FIRST_EVENT) if kind.is_of_one else ""
            wanted = Wanted(recipient, DAY, DAY + timedelta(days=kind.days or 1), kind.name, event)
            draft = desk.begin(wanted, languages=["en"], formats=forms, by="Keeper One")
            desk.check(draft.draft_id, seen_version=1, by="Keeper One")
            desk.issue(draft.draft_id, seen_version=2, by="Keeper One")
    out = folder / ".trucewatch" / "out" / "issued"
    kinds = tuple(f"{name}-" for name in KINDS)
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name.startswith(kinds)
    }


FIRST_EVENT: Final = incident_id(observation_id("reports", rows_of(PLAIN)[0].partition(",")[0]))
"""That of the first row, which has the same number in both watches."""


def share_keys(first: Path, second: Path) -> None:
    """The keys of one watch for the other, before anything is made of it: else every code would differ."""
    private = second / ".trucewatch" / "private"
    private.mkdir(parents=True, mode=0o700)
    (private / FILE).write_bytes((first / ".trucewatch" / "private" / FILE).read_bytes())
