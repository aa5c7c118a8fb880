"""What a reader is told of a file, as JSON and back: nothing that can be told so runs anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.lexicon import Voice
from trucewatch.model.watch import SourceSetting
from trucewatch.model.zone import Post, Town


def origin_as_json(origin: Origin) -> dict[str, Any]:
    return {**asdict(origin), "received_at": origin.received_at.isoformat()}


def origin_of(record: Mapping[str, Any]) -> Origin:
    return Origin(**{**record, "received_at": datetime.fromisoformat(record["received_at"])})


def setting_as_json(setting: SourceSetting) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(setting)))  # type: ignore[no-any-return]


def setting_of(record: Mapping[str, Any]) -> SourceSetting:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value  # JSON has no tuples
        for name, value in record.items()
    }
    return SourceSetting(**values)


def voice_as_json(voice: Voice) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(voice)))  # type: ignore[no-any-return]


def voice_of(record: Mapping[str, Any]) -> Voice:
    words = {language: tuple(patterns) for language, patterns in record["words"].items()}
    return Voice(id=record["id"], hosts=tuple(record["hosts"]), zone=record["zone"], words=words)


def context_as_json(context: ReadingContext) -> dict[str, Any]:
    return {
        "towns": [asdict(town) for town in context.towns],
        "area": list(context.area),
        "party_ids": sorted(context.party_ids),
        "party_names": sorted(context.party_names),
        "posts": [asdict(post) for post in context.posts],
    }


def context_of(record: Mapping[str, Any]) -> ReadingContext:
    west, south, east, north = record["area"]
    towns = tuple(Town(**{**town, "every_name": tuple(town["every_name"])}) for town in record["towns"])
    posts = tuple(Post(**{**post, "names": tuple(post["names"])}) for post in record.get("posts", ()))
    return ReadingContext(
        towns=towns,
        area=(west, south, east, north),
        party_ids=frozenset(record["party_ids"]),
        party_names=frozenset(record["party_names"]),
        posts=posts,
    )
