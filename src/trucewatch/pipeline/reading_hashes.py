"""What decides how a file is read, as a hash: a batch of another one is read again."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, Final

from trucewatch.model.batch import reading_context
from trucewatch.model.ids import canonical, sha256_of
from trucewatch.model.watch import MESSAGES, SourceSetting, Watch
from trucewatch.sources import adapter
from trucewatch.sources.presets import NO_PRESET, PRESETS

NO_PART_OF_A_READING: Final = (
    *("title", "organisation", "licence", "handling", "files"),
    *("repeats", "side", "of", "attachments"),
)
"""Settings of a source that are shown, that choose files, or that say who speaks: no row is another for them."""
BY_OWNER: Final = frozenset(("kobo", "smm_table"))
"""Adapters whose rows are other ones where the source is a party's own."""
BY_PARTIES: Final = BY_OWNER | frozenset(MESSAGES)
"""Adapters whose rows say whether a party speaks."""
FIRST_SETTINGS: Final = (
    *("id", "adapter", "title", "files", "organisation", "licence", "handling", "time_zone", "claimed_by", "simulated"),
    *("delay_hours", "place_sd_m", "decimal_comma", "preset", "columns", "kinds"),
)
"""What a reading was hashed of at first, all of it; batches of that time stand as long as that hash is the same."""


def readings_of(source: SourceSetting, watch: Watch) -> tuple[str, str]:
    """Hashes of everything that decides how a file is read: as it is recorded, and as it was recorded at first.

    A batch of another reading is read again. A setting at its default is no part, so that a new one changes nothing.
    """
    defaults = {
        setting.name: setting.default_factory() if callable(setting.default_factory) else setting.default
        for setting in fields(source)
    }
    decides = {
        name: value
        for name, value in asdict(source).items()
        if (name not in NO_PART_OF_A_READING or (name == "of" and source.adapter in BY_OWNER))
        and value != defaults[name]
    }
    first = {name: value for name, value in asdict(source).items() if name in FIRST_SETTINGS}
    towns = [
        [town.id, sorted(town.every_name or town.names.values()), f"{town.lon:.6f}", f"{town.lat:.6f}"]
        for town in watch.basemap.towns
    ]
    posts = [
        [post.id, sorted(post.names), f"{post.lon:.6f}", f"{post.lat:.6f}", post.means]
        for post in reading_context(watch).posts
    ]
    area = [f"{bound:.6f}" for bound in watch.settings.area]
    version = adapter(source.adapter).version
    preset_version = PRESETS.get(source.preset, NO_PRESET).version

    def hashed(settings: dict[str, Any]) -> str:
        plain = json.loads(json.dumps(settings, default=str), parse_float=str)
        # The prefix tells it from the names of objects: the settings themselves are in the watch's files.
        reading = {"settings": plain, "towns": towns, "area": area, "version": version}
        if adapter(source.adapter).uses_posts:
            reading["posts"] = posts
        if source.adapter in BY_PARTIES:
            context = reading_context(watch)
            reading["parties"] = sorted({*context.party_ids, *context.party_names})
        if preset_version > 1:
            reading["preset_version"] = preset_version
        return "sha256:" + sha256_of(canonical(reading))

    return hashed(decides), hashed(first)
