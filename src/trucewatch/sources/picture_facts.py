"""A picture → what it says of when and where it was taken, a small copy to look at, and one to give out.

What it says is a claim of the file: anybody can write any place and hour into one. Both copies are drawn anew from the
pixels, so that nothing else goes with them: no EXIF, XMP, thumbnail, comment or profile of a camera. Called in the
reader's process, which is bounded in time and memory.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from PIL import ExifTags, Image

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message

MOST_PIXELS: Final = 120_000_000
"""Of a picture that is drawn; a camera has half of that."""
PREVIEW_PIXELS: Final = 1024
"""Of the longer side."""
_FORMATS: Final = ("JPEG", "PNG", "GIF", "TIFF", "WEBP")
_MOST_EXIF_BYTES: Final = 4 << 20
_MOMENT: Final = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)")
_FARTHEST_M: Final = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """What a picture says of itself. taken_local: as its clock showed, in text; taken_at: in UTC, None where it does
    not say in which zone. lon, lat: degrees, WGS 84; error_m: as the device states it, one of its own kind; None each
    where it says nothing."""

    width: int
    height: int
    taken_local: str = ""
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    error_m: float | None = None

    @property
    def says_anything(self) -> bool:
        return bool(self.taken_local) or self.lon is not None


def facts_of(content: bytes) -> PictureFacts:
    """What a picture says of when and where. Raises UnreadableInput for what is no picture that can be read."""
    with _opened(content) as picture:
        width, height = picture.size
        try:
            # What stands in a file as text may be as long as the file.
            raw = picture.info.get("exif", b"")
            exif = picture.getexif() if len(raw) <= _MOST_EXIF_BYTES else Image.Exif()
            main, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        except Exception:  # a file from outside may do anything: what it says is then not read
            return PictureFacts(width=width, height=height)
        local, moment = _taken(main, gps, str(exif.get(ExifTags.Base.DateTime, "")))
        lon, lat = _degrees(gps, 4, 3, "EW", 180.0), _degrees(gps, 2, 1, "NS", 90.0)
        if lon is None or lat is None or (lon == 0 and lat == 0):  # no fix, as many devices write it
            lon = lat = None
        error_m = _number(gps.get(31)) if lon is not None else None
        return PictureFacts(
            width=width,
            height=height,
            taken_local=local,
            taken_at=moment,
            lon=lon,
            lat=lat,
            error_m=error_m if error_m is not None and 0 < error_m < _FARTHEST_M else None,
        )


def preview(content: bytes) -> bytes:
    """The picture as JPEG, its longer side at most 1024 pixels, upright; of a film the first frame."""
    with _opened(content) as picture:
        if picture.format == "JPEG":
            picture.draft("RGB", (PREVIEW_PIXELS, PREVIEW_PIXELS))
        drawn = _drawn(picture, (PREVIEW_PIXELS, PREVIEW_PIXELS))
    return _saved(drawn, "JPEG", quality=80)


def stripped(content: bytes) -> bytes:
    """The picture in its own size with nothing but its pixels: JPEG of a JPEG or WebP, PNG of any other.

    Raises UnreadableInput for what cannot be given out so: several frames or pages, of which one alone would be kept.
    """
    with _opened(content) as picture:
        if getattr(picture, "n_frames", 1) > 1:
            raise UnreadableInput(
                Message(
                    "the picture has several frames or pages, and is not given out: save the one that is meant as a "
                    "picture of its own"
                )
            )
        is_photograph = picture.format in ("JPEG", "WEBP")
        drawn = _drawn(picture)
    return _saved(drawn, "JPEG", quality=92) if is_photograph else _saved(drawn, "PNG")


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """A picture whose size is bounded. Whatever its bytes do in the block is one refusal."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # metadata that is cut off
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                yield picture
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as exc:
        raise InputTooLarge(
            Message("the picture has more than {most} pixels, and is not drawn", most=Amount(MOST_PIXELS))
        ) from exc
    except (UnreadableInput, MemoryError):
        raise
    except Exception as exc:  # a file from outside may do anything: its fault is a refusal
        raise UnreadableInput(
            Message("the picture cannot be drawn: its bytes are damaged or cut off; the file itself is kept as it came")
        ) from exc


def _drawn(picture: Image.Image, most: tuple[int, int] | None = None) -> Image.Image:
    """The pixels alone, upright, on white where it can be seen through."""
    orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    picture.load()
    if most is not None:
        picture.thumbnail(most)
    with_alpha = picture.convert("RGBA")
    drawn = Image.new("RGB", with_alpha.size, "white")
    drawn.paste(with_alpha, mask=with_alpha.getchannel("A"))
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
    turn = turns.get(orientation) if isinstance(orientation, int) else None
    return drawn if turn is None else drawn.transpose(Image.Transpose(turn))


def _saved(picture: Image.Image, kind: str, **more: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **more)
    return stream.getvalue()


# What it says


def _taken(main: Mapping[int, Any], gps: Mapping[int, Any], changed: str) -> tuple[str, datetime | None]:
    """When it was taken, as its clock showed and in UTC."""
    original = str(main.get(ExifTags.Base.DateTimeOriginal) or main.get(ExifTags.Base.DateTimeDigitized) or changed)
    local = _local(original)
    offset = _OFFSET.match(str(main.get(ExifTags.Base.OffsetTimeOriginal) or main.get(ExifTags.Base.OffsetTime) or ""))
    moment = None
    if local is not None and offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3])
        if minutes <= 14 * 60:
            sign = -1 if offset[1] == "-" else 1
            moment = _in_utc(local.replace(tzinfo=timezone(sign * timedelta(minutes=minutes))))
    if moment is None:
        moment = _by_satellite(gps)
    return (f"{local:%Y-%m-%d %H:%M:%S}" if local else ""), moment


def _local(text: str) -> datetime | None:
    match = _MOMENT.match(text)
    if match is None:
        return None
    try:
        return datetime(*map(int, match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - it states no zone
    except ValueError:
        return None


def _in_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _by_satellite(gps: Mapping[int, Any]) -> datetime | None:
    """GPSDateStamp and GPSTimeStamp, which are UTC."""
    day, parts = re.match(r"(\d{4}):(\d\d):(\d\d)", str(gps.get(29, ""))), _numbers(gps.get(7))
    if day is None or len(parts) != 3:
        return None
    try:
        begin = datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC)
        return begin + timedelta(seconds=min(round(parts[0] * 3600 + parts[1] * 60 + parts[2]), 86_400))
    except (ValueError, OverflowError):
        return None


def _degrees(gps: Mapping[int, Any], tag: int, side_tag: int, sides: str, most: float) -> float | None:
    """Degrees, minutes and seconds of one axis; None where it is not stated whole."""
    parts, side = _numbers(gps.get(tag)), str(gps.get(side_tag, ""))[:1].upper()
    if len(parts) != 3 or side not in sides or not side:
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    if not 0 <= degrees <= most:
        return None
    return round(-degrees if side in "WS" else degrees, 7)


def _numbers(value: Any) -> list[float]:
    parts = [_number(part) for part in value] if isinstance(value, tuple | list) and len(value) < 10 else []
    return [part for part in parts if part is not None] if None not in parts else []


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if math.isfinite(number) else None
