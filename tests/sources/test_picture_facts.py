"""Pictures: what they say of when and where, and that copies say nothing of it."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from tests.conftest import each
from trucewatch import reader
from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.sources.picture_facts import MOST_PIXELS, facts_of, preview, stripped

SECRETS = (b"SECRETCAM", b"secret-note", b"Exif", b"ns.adobe", b"ICC_PROFILE")


def photograph(
    kind: str = "JPEG", *, size: tuple[int, int] = (1600, 800), offset: str = "-02:00", west: str = "W", turn: int = 1
) -> bytes:
    """A picture with a place, an hour, a camera's name and a note in it."""
    picture = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "SECRETCAM"
    exif[ExifTags.Base.Orientation] = turn
    exif[ExifTags.Base.ImageDescription] = "secret-note"
    main = exif.get_ifd(ExifTags.IFD.Exif)
    main[ExifTags.Base.DateTimeOriginal] = "2031:05:03 08:10:05"
    if offset:
        main[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[1], gps[2] = "N", (39.0, 49.0, 12.0)
    gps[3], gps[4] = west, (30.0, 6.0, 36.0)
    gps[31] = 12.5
    stream = io.BytesIO()
    more = {"xmp": b"<x:xmpmeta xmlns:x='ns.adobe'>secret-note</x:xmpmeta>"} if kind in ("JPEG", "WEBP") else {}
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Comment", "secret-note")
        more = {"pnginfo": notes}
    picture.save(stream, kind, exif=exif, **more)
    return stream.getvalue()


def test_a_photograph_says_when_and_where_it_was_taken_with_the_error_it_states() -> None:
    facts = facts_of(photograph())
    assert (facts.lon, facts.lat, facts.error_m) == (-30.11, 39.82, 12.5)
    assert facts.taken_at == datetime(2031, 5, 3, 10, 10, 5, tzinfo=UTC)
    assert (facts.width, facts.height, facts.taken_local) == (1600, 800, "2031-05-03 08:10:05")


def test_a_clock_without_its_zone_gives_no_moment() -> None:
    facts = facts_of(photograph(offset=""))
    assert (facts.taken_local, facts.taken_at) == ("2031-05-03 08:10:05", None)


def test_a_place_without_its_side_is_no_place() -> None:
    assert facts_of(photograph(west="")).lon is None


def test_a_picture_that_says_nothing_says_nothing() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (4, 3)).save(stream, "PNG")
    assert not facts_of(stream.getvalue()).says_anything


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_neither_copy_says_anything_but_its_pixels(kind: str) -> None:
    content = photograph(kind)
    assert b"SECRETCAM" in content, "or this test shows nothing"
    for copy in each([preview(content), stripped(content)]):
        assert not [secret for secret in SECRETS if secret in copy]
        assert not facts_of(copy).says_anything
        with Image.open(io.BytesIO(copy)) as picture:
            assert not picture.getexif()
            assert picture.convert("RGB").getpixel((5, 5))[0] > 250  # type: ignore[index]


def test_a_preview_is_small_and_a_copy_to_give_out_as_large_as_the_picture() -> None:
    content = photograph(turn=6)
    with Image.open(io.BytesIO(preview(content))) as small, Image.open(io.BytesIO(stripped(content))) as whole:
        assert small.size == (512, 1024), "turned upright"
        assert whole.size == (800, 1600)


def test_a_picture_of_several_frames_is_not_given_out() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "GIF", save_all=True, append_images=[Image.new("RGB", (4, 4))])
    with pytest.raises(UnreadableInput, match="several frames"):
        stripped(stream.getvalue())
    assert preview(stream.getvalue())


def png(width: int, height: int, *more: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [20_000, 2**31 - 1])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(side: int) -> None:
    assert side * side > MOST_PIXELS
    with pytest.raises(InputTooLarge):
        preview(png(side, side))


@pytest.mark.parametrize("content", [b"", b"no picture", photograph()[:700], png(10, 10), b"%!PS-Adobe-3.0 EPSF-3.0"])
def test_what_is_damaged_or_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableInput):
        preview(content)


def test_metadata_as_long_as_the_file_is_not_read() -> None:
    blob = b"MM\0*\0\0\0\x08" + b"\0" * 6_000_000
    chunk = struct.pack(">I", len(blob)) + b"eXIf" + blob + struct.pack(">I", zlib.crc32(b"eXIf" + blob))
    assert not facts_of(png(10, 10, chunk)).says_anything


@given(st.binary(max_size=200), st.integers(20, 600))
def test_no_bytes_stop_it(content: bytes, at: int) -> None:
    whole = photograph(size=(40, 20))
    for broken in (content, whole[:at] + content + whole[at + len(content) :]):
        for read in (facts_of, preview, stripped):
            with suppress(UnreadableInput):
                assert read(broken)


def test_pictures_and_mails_are_read_in_the_readers_process() -> None:
    content = photograph()
    assert reader.picture_facts(content) == facts_of(content)
    assert reader.picture_preview(content) == preview(content)
    with pytest.raises(UnreadableInput, match="damaged or cut off"):
        reader.picture_stripped(content[:700])
    mail = (
        b"From: a@b.example\nSubject: x\nDate: Sat, 3 May 2031 14:02:00 -0200\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nWords.\n--x\n"
        b"Content-Type: image/jpeg; name=a.jpg\n\n" + b"\xff\xd8\xff..." + b"\n--x--\n"
    )
    parts = reader.read_letter(mail)
    assert (parts.text, [file.content for file in parts.attachments]) == ("Words.", [b"\xff\xd8\xff..."])
    assert parts.sent_at == datetime(2031, 5, 3, 16, 2, tzinfo=UTC)
