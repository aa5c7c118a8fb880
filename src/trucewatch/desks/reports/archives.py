"""Everything that was issued of a report as one ZIP: its files, their hashes, the codebook, and how to check them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trucewatch.desks.reports.operations import ReportDesk
from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import Publication
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.issue import issued_name
from trucewatch.reports import FORMATS
from trucewatch.reports.codebook import codebook, written
from trucewatch.reports.packed import packed
from trucewatch.reports.place_names import DISCLAIMER
from trucewatch.store.publications import IssuedFile, issued_files

SUFFIX: Final = ".all.zip"
MEDIA_TYPE: Final = "application/zip"
SUMS: Final = "SHA256SUMS"
README: Final = "README.txt"


def archive_of(desk: ReportDesk, publication: Publication, watch: Watch) -> bytes:
    """The archive's bytes: the same for the same issue. A file goes in only with the bytes whose hash is on record; one
    that nothing gives any more is named in the README with its hash. Raises ReportError if none can be given."""
    files: dict[str, bytes] = {}
    missing: list[IssuedFile] = []
    for file in last_files(issued_files(desk.store, publication.number, publication.revision)):
        try:
            content = desk.issued_bytes(file, publication.number, publication.revision)
        except ReportError:
            missing.append(file)
        else:
            files[name_in_archive(publication, file)] = content
    if not files:
        raise ReportError(
            Message(
                "no file of {report}, revision {revision}, is kept here with the bytes that were issued; their hashes "
                "are in the ledger, so any copy can be held against them",
                report=publication.number,
                revision=publication.revision,
            )
        )
    languages = sorted({file.language for file in issued_files(desk.store, publication.number, publication.revision)})
    beside = {f"codebook-{language}.csv": written(codebook(language), "csv") for language in languages}
    beside[README] = _readme(publication, watch, files, missing)
    whole = {**files, **beside}
    whole[SUMS] = "".join(f"{sha256_of(whole[name])}  {name}\n" for name in sorted(whole)).encode()
    return packed({name: whole[name] for name in sorted(whole)})


def last_files(files: Iterable[IssuedFile]) -> list[IssuedFile]:
    """One of each format and language, that which was entered last, by name."""
    last = {(file.format, file.language): file for file in files}
    return [last[which] for which in sorted(last)]


def name_in_archive(publication: Publication, file: IssuedFile) -> str:
    """`2031-05-02-r1-en.csv`; of a format that this program does not have any more the format's name behind it."""
    known = file.format if file.format in FORMATS else "csv"
    name = issued_name(publication.number, publication.revision, file.language, known).rpartition("/")[2]
    return name if known == file.format else f"{name.removesuffix(FORMATS[known].suffix)}.{file.format}"


def _readme(publication: Publication, watch: Watch, files: Mapping[str, bytes], missing: Iterable[IssuedFile]) -> bytes:
    recipient = watch.recipient(publication.recipient)
    name = recipient.names.get("en", publication.recipient) if recipient else publication.recipient
    lines = [
        f"Report {publication.number}, revision {publication.revision}",
        f"Watch: {watch.settings.id}",
        f"For: {publication.recipient} ({name}). It was made under the release rule of this recipient alone.",
        f"Days: {publication.day_from.isoformat()} to before {publication.day_until.isoformat()}, "
        f"{watch.settings.time_zone}",
        f"Cut-off: {iso_utc(publication.cut_off)}",
        "",
        "These are the files as they were issued, byte for byte:",
        *(f"  {name}  {sha256_of(content)}" for name, content in files.items()),
        *_missing_lines(publication, missing),
        "",
        "To check: sha256sum -c SHA256SUMS compares the files with their hashes. The hash of each issued file was",
        "entered in the ledger when it was issued. Who may have a copy of the ledger checks it with",
        "  trucewatch verify COPY",
        "and finds each file there by its hash with",
        "  trucewatch log COPY --kind publication --json",
        "This file, SHA256SUMS and the codebook are made beside the issue and are not in the ledger.",
        "",
        DISCLAIMER,
        "No attribution is made by this report unless a review decided it; claims are their speakers' own.",
        "The program that made the files is Trucewatch, under Apache-2.0; that gives no right to what the files say.",
        "Whoever issued the report says who may pass it on. Quoted texts stay under the terms of their sources.",
        codebook("en").citation,
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _missing_lines(publication: Publication, missing: Iterable[IssuedFile]) -> list[str]:
    lines = [f"  {name_in_archive(publication, file)}  {file.file_digest}" for file in missing]
    return ["Issued too, but not kept with the bytes that were issued:", *lines] if lines else []
