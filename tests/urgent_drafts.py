"""Claims, drafts and a rule of the invented watch, for tests of the urgent message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import CallerAnswers, Claim, ClaimWords, Speaker, StatedEvent
from trucewatch.model.flash import FlashDraft, FlashRecipient, FlashRule, PlaceForm
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_entering import enter_claim
from trucewatch.pipeline.flash_drafting import draft_for
from trucewatch.store import Store
from trucewatch.store.flash_queue import WayOut
from trucewatch.watch import load_watch

WATCH: Final = load_watch(Path(__file__).parents[1] / "examples" / "two-valleys")
NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
AT: Final = datetime(2031, 5, 4, 1, 38, 11, tzinfo=UTC)
HEARD: Final = datetime(2031, 5, 4, 1, 43, tzinfo=UTC)
RESIDENT: Final = Speaker("civilian", "hollin")
UV: Final = Speaker("party", "UV")
LARKFELL: Final = (-24.59507, -34.92361)
OPEN_LAND: Final = (-24.60, -34.99)
SAYS: Final = "Seven mortar rounds fell behind the old mill, Ada Quill saw two men hurt."


def rule_of(place: PlaceForm = "cell", **of_each: Any) -> FlashRule:
    """Both parties by this form; the Halvane Guard by zone."""
    parties = tuple(FlashRecipient(id=each, place=place, **of_each) for each in ("LV", "UV"))
    return FlashRule(to=(*parties, FlashRecipient(id="HG", place="zone")))


def spot(lon: float, lat: float, sd_m: float = 150.0, **more: Any) -> SpokenPlace:
    return SpokenPlace(
        basis="map", lon=lon, lat=lat, semi_major_m=sd_m, semi_minor_m=sd_m, major_azimuth_deg=0.0, **more
    )


def claim(
    store: Store,
    speaker: Speaker = UV,
    *,
    watch: Watch = WATCH,
    where: SpokenPlace | None = None,
    may_tell: Any = "yes",
    now: datetime = NOW,
    is_drill: bool = False,
    timed: bool = True,
    **event: Any,
) -> Claim:
    """A call on record, by default of fire in open land with everything in it that must not leave."""
    stated = {
        "kind": "explosion",
        "when": SpokenTime(start=AT, end=AT) if timed else None,
        "where": spot(*OPEN_LAND) if where is None else where,
        "count": (7, 7, 7),
        "injured": (2, 2, 2),
        **event,
    }
    draft = ClaimDraft(
        event=StatedEvent(**stated),
        words=ClaimWords(says=SAYS, name="Ada Quill", call_back="555-0142"),
        speaker=speaker,
        via="telephone",
        received_at=HEARD,
        answers=CallerAnswers(may_tell=may_tell),
        is_drill=is_drill,
    )
    return enter_claim(store, watch, draft, by="officer", now=now)


def draft_of(store: Store, speaker: Speaker = UV, *, place: PlaceForm = "cell", **more: Any) -> FlashDraft:
    return draft_for(store, WATCH, claim(store, speaker, **more), rule=rule_of(place), now=NOW)


def by_telephone(rule: FlashRule) -> tuple[WayOut, ...]:
    return tuple(WayOut(recipient=each.id, way="telephone", key="", is_ready=True, why_not=None) for each in rule.to)


def real_watch() -> Watch:
    """The same watch as if it were a real one whose clock runs."""
    return replace(WATCH, settings=replace(WATCH.settings, simulated=False, watch_time=None))


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)
