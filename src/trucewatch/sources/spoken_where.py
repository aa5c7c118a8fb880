"""A place as a caller says it → lon, lat and an ellipse, or a direction from a post."""

from __future__ import annotations

from trucewatch.errors import PlaceError
from trucewatch.geo.place_text import read_place
from trucewatch.messages import Message
from trucewatch.model.spoken import SpokenPlace
from trucewatch.sources.gazetteer import Gazetteer, Named, gazetteer_of

__all__ = ["Gazetteer", "Named", "gazetteer_of", "read_where"]


def read_where(text: str, gazetteer: Gazetteer) -> SpokenPlace:
    """The place that words name. Raises PlaceError with a sentence for the person who types."""
    place, assumed = gazetteer.find(text[:200])
    if place is not None:
        return SpokenPlace(
            basis="place",
            lon=place.lon,
            lat=place.lat,
            semi_major_m=place.sd_m,
            semi_minor_m=place.sd_m,
            major_azimuth_deg=0.0,
            place=place.id,
            place_name=place.name,
            assumed=assumed,
        )
    written = read_place(text)
    return SpokenPlace(
        basis="coordinates",
        lon=written.lon,
        lat=written.lat,
        semi_major_m=written.sd_m,
        semi_minor_m=written.sd_m,
        major_azimuth_deg=0.0,
    )


def _unread(text: str) -> PlaceError:
    return PlaceError(Message('"{words}" is no place that we know', words=text[:60]))
