"""What kind of file some bytes are, by the bytes alone: a name says what somebody wants them to be."""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "application/octet-stream"
MAIL: Final = "message/rfc822"
TEXT: Final = "text/plain"
HTML: Final = "text/html"
_HEAD_BYTES: Final = 4096
_MAGIC: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
)
_OF_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_MAIL_HEADER: Final = re.compile(
    rb"\s*(?:from|to|date|subject|message-id|received|return-path|mime-version|delivered-to|content-type)[ \t]*:",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<script)", re.IGNORECASE)
_SUFFIXES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/x-msvideo": ".avi",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "application/ogg": ".ogg",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    MAIL: ".eml",
    TEXT: ".txt",
    HTML: ".txt",
}
PICTURES: Final = frozenset(("image/jpeg", "image/png", "image/gif", "image/tiff", "image/webp"))
"""What can be shown small, and given out without what it says of where it was taken."""


def media_type_of(content: bytes) -> str:
    """The media type of a file's bytes; `application/octet-stream` for what is not known.

    A workbook is `application/zip`, as every ZIP: nothing is opened to tell them apart.

    >>> media_type_of(b"\\x89PNG\\r\\n\\x1a\\n...")
    'image/png'
    >>> media_type_of(b"They fire at the mill.")
    'text/plain'
    """
    head = content[:_HEAD_BYTES]
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head.startswith(b"RIFF"):
        return _OF_RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _wrapped(head[8:12])
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # a frame of MPEG audio, layer III
        return "audio/mpeg"
    return _text_type(head)


def suffix_of(media_type: str) -> str:
    """How the name of a file of this type ends, `.bin` for one that is not known."""
    return _SUFFIXES.get(media_type, ".bin")


def _wrapped(brand: bytes) -> str:
    """Of the ISO base media format: pictures, sound and film in the same wrapping."""
    if brand[:3] in (b"hei", b"hev", b"mif", b"msf", b"avi"):
        return "image/heic"
    if brand == b"qt  ":
        return "video/quicktime"
    return "audio/mp4" if brand[:3] in (b"M4A", b"M4B") else "video/mp4"


def _text_type(head: bytes) -> str:
    if _MAIL_HEADER.match(head):
        return MAIL
    if not head or b"\0" in head:
        return UNKNOWN
    try:
        head.decode()
    except UnicodeDecodeError as exc:
        if len(head) < _HEAD_BYTES or exc.start < len(head) - 4:  # a letter may be cut by the end of the head
            return UNKNOWN
    return HTML if _PAGE.match(head) else TEXT
