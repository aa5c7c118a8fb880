"""The words for official statements and undertakings. Words to functions, nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import ReportError, StoreError, TimeError, TrucewatchError, UnreadableInput, system_words
from trucewatch.messages import Message
from trucewatch.terminal.acting import AsMachine, releasing
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, read_moment, write_file

if TYPE_CHECKING:
    from trucewatch.model.statements import Statement
    from trucewatch.model.watch import Watch

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A page as saved, a copy of its text, or a PDF; - is standard input. Nothing is fetched."
    ),
]
Zone = Annotated[
    str,
    typer.Option("--zone", metavar="Z", help="The zone of its clock where the page states none, as Europe/Moscow."),
]
statement = typer.Typer(
    help="Official statements: read, taken in, what a rule offers of them, copies compared, files for a recipient.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(statement, name="statement", short_help="Official statements: read, take in, compare, export.")


@statement.command(short_help="An official statement to its parts.")
def parse(file: File, as_json: AsJson = False, zone: Zone = "") -> None:
    """Read a press conference, briefing, interview or statement: title, kind, date, time and zone, place, speakers,
    languages, the opening, each question with its answers. What is assumed, and what was left out, is said. Nothing is
    recorded."""
    from trucewatch.desks.declaring.output import show_statement
    from trucewatch.model.statements import statement_document
    from trucewatch.model.times import zone_named
    from trucewatch.reader import parse_statement
    from trucewatch.terminal.output import console

    if zone:
        zone_named(zone)
    read = parse_statement(_content_of(file), file.name, zone=zone, today=clock().date())
    if as_json:
        print_json(statement_document(read))
    else:
        show_statement(console(), read)


@statement.command(short_help="Take statements in.")
def add(
    watch: WatchFolder,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pages as saved, copies of texts, PDFs.")],
    voice: Annotated[
        str, typer.Option(metavar="ID", help="Whose they are: a party, body or delegation; else by the page's host.")
    ] = "",
    zone: Zone = "",
    language_of: Annotated[str, typer.Option(metavar="S-1", help="They are this statement in another language.")] = "",
    version_of: Annotated[str, typer.Option(metavar="S-1", help="They are a later version of this statement.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who takes them in: a name, kept as a salted reference.")] = "",
    ahead: Annotated[
        bool,
        typer.Option("--ahead", help="Take in also what is dated ahead of the watch's clock: the day was looked at."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take files in as official statements: each is kept, read and entered. The same one twice is entered once; one
    that grew becomes a version of the one before. Nothing that a rule offers of them is decided by that.

    Exit code 1 if a file was refused: the others are taken in all the same, and each refusal says why.
    """
    from trucewatch.desks.declaring.output import show_taken
    from trucewatch.desks.declaring.statement_documents import taken_document
    from trucewatch.pipeline.statement_intake import TakenIn, take_in_statement
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    if language_of and version_of:
        raise StoreError(Message("say --language-of or --version-of, not both; nothing was entered"))
    loaded = load_watch(watch)
    now = loaded.settings.watch_time or clock()
    entered: list[tuple[str, TakenIn]] = []
    refused: list[tuple[str, Message]] = []
    with open_store(watch) as store:
        for file in files:
            try:
                of = take_in_statement(
                    store,
                    loaded,
                    _content_of(file),
                    file.name,
                    by=by,
                    now=now,
                    zone=zone,
                    voice=voice,
                    language_of=_number_in(language_of),
                    version_of=_number_in(version_of),
                    is_confirmed=ahead,
                )
            except TrucewatchError as exc:
                refused.append((file.name, exc.message))
            else:
                entered.append((file.name, of))
    if as_json:
        print_json(taken_document(loaded, entered, refused))
    else:
        show_taken(console(), entered, refused)
    if refused:
        raise typer.Exit(1)


@statement.command("list", short_help="The official statements of a watch.")
def list_statements(watch: WatchFolder, as_json: AsJson = False) -> None:
    """The official statements by the watch's clock: number, day, whose, kind, languages, how much was decided of each,
    title. The latest first."""
    from trucewatch.desks.declaring.operations import statements_known
    from trucewatch.desks.declaring.output import show_statements
    from trucewatch.desks.declaring.statement_documents import statements_document
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    with open_store(watch) as store:
        listed = sorted(
            statements_known(store, loaded.settings.watch_time or clock()),
            key=lambda each: (str(of.day or "") if (of := each.latest()) else "", each.number),
            reverse=True,
        )
        document = statements_document(store, loaded, listed)
    if as_json:
        print_json(document)
    else:
        show_statements(console(), document)


@statement.command(short_help="What a rule offers of a statement, with the words.")
def offers(
    subject: Annotated[str, typer.Argument(metavar="FILE|S-7", help="A file; with --watch a statement by its number.")],
    watch: Annotated[
        Path | None, typer.Option(metavar="WATCH", help="By whose clauses, names and words; without it by none.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="LANG", help="Of S-7: in which language.")] = "",
    zone: Zone = "",
    as_json: AsJson = False,
) -> None:
    """What the rules offer of a statement: clauses spoken about, readings, commitments, claims and so on, each with the
    very words. Offered by a rule, decided by nobody: a person decides in the console. Nothing is recorded."""
    from trucewatch.annotation.known_names import KnownNames, known_names_of
    from trucewatch.annotation.propose import not_offered, propose
    from trucewatch.desks.declaring.output import show_offers
    from trucewatch.desks.declaring.statement_documents import offers_document
    from trucewatch.terminal.output import console

    loaded = _loaded(watch)
    names = known_names_of(loaded) if loaded else KnownNames()
    text = _text_of(subject, watch, loaded, language=language, zone=zone)
    offered = propose(text, names)
    if as_json:
        print_json(offers_document(subject, text, offered, not_offered(text.language)))
    else:
        show_offers(console(), text, offered, not_offered(text.language))


@statement.command(short_help="Two copies of a statement, and where they differ.")
def compare(
    first_of: Annotated[str, typer.Argument(metavar="FILE|WATCH", help="A file, or a watch.")],
    second_of: Annotated[str, typer.Argument(metavar="FILE|S-7", help="Another file, or a statement of that watch.")],
    first: Annotated[str, typer.Option(metavar="LANG", help="Of S-7: one language.")] = "",
    second: Annotated[str, typer.Option(metavar="LANG", help="Of S-7: the other.")] = "",
    watch: Annotated[Path | None, typer.Option(metavar="WATCH", help="Of files: by whose names they are read.")] = None,
    as_json: AsJson = False,
) -> None:
    """Lay two language copies of one statement side by side, paragraph by paragraph, and say where they differ:
    numbers, days, names, "by" and "before", what one lacks. The order of the sides is custom, and no difference.

    Either two files, or a watch and a statement of it with --first and --second. Exit code 1 if the copies differ too
    much to be compared.
    """
    from trucewatch.annotation.alignment import align
    from trucewatch.annotation.differences import compare as differences_of
    from trucewatch.annotation.known_names import KnownNames, known_names_of
    from trucewatch.desks.declaring.output import show_comparison
    from trucewatch.desks.declaring.statement_documents import comparison_document
    from trucewatch.terminal.output import console

    folder = Path(first_of)
    is_of_watch = folder.is_dir()
    loaded = _loaded(folder if is_of_watch else watch)
    known_names = known_names_of(loaded) if loaded else KnownNames()
    if is_of_watch:
        if not first or not second or first == second:
            raise StoreError(Message("say which two languages: --first en --second ru"))
        texts = [_text_of(second_of, folder, loaded, language=language) for language in (first, second)]
        names = (f"{second_of} {first}", f"{second_of} {second}")
    else:
        texts = [_text_of(each, None, None) for each in (first_of, second_of)]
        names = (Path(first_of).name, Path(second_of).name)
    alignment = align(texts[0], texts[1], known_names)
    compared = differences_of(texts[0], texts[1], alignment, known_names)
    if as_json:
        print_json(comparison_document(names, texts[0], texts[1], alignment, compared))
    else:
        show_comparison(console(), names, alignment, compared)
    if not alignment.is_aligned:
        raise typer.Exit(1)


@statement.command(short_help="What was accepted, as a file for a recipient.")
def export(
    watch: WatchFolder,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the file goes; one that exists is kept.")],
    recipient: Annotated[str, typer.Option(metavar="R", help="A recipient of watch.toml, by whose rule it is.")],
    format_name: Annotated[
        str, typer.Option("--format", metavar="F", help="csv, json, or akn: Akoma Ntoso, several copies as ZIP.")
    ] = "csv",
    of: Annotated[str, typer.Option("--of", metavar="S-7", help="One statement; all without it.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who takes it: a name, kept as a salted reference.")] = "",
    as_machine: AsMachine = False,
    as_json: AsJson = False,
) -> None:
    """Write what was accepted of the official statements, as the rule of a recipient lets it leave: never what a rule
    offers, nor what the record has beside a claim; words that name a person only where a person said so. That the file
    was taken is entered."""
    from trucewatch.desks.declaring.releasing import FORMATS, recipient_named, release_for
    from trucewatch.pipeline.annotation_entering import person_on_record
    from trucewatch.store.statement_exports import record_statement_export
    from trucewatch.terminal.inventory import plural
    from trucewatch.watch import load_watch

    chosen = next((name for name in FORMATS if name == format_name), None)
    if chosen is None:
        raise ReportError(Message('"{name}" is no format; say csv, json or akn', name=format_name[:20]))
    if out.exists():
        raise ReportError(Message("{out} exists and is kept; choose another name for the file", out=out))
    loaded = load_watch(watch)
    at = (loaded.settings.watch_time or clock()).replace(microsecond=0)
    whose = recipient_named(loaded, recipient)
    with open_store(watch) as store:
        by = releasing(store, loaded, by, as_machine=as_machine)
        release = release_for(store, loaded, whose, chosen, at=at, of=of.strip().upper())
        record_statement_export(
            store,
            release.file.content,
            recipient=whose.id,
            format_name=chosen,
            statements=release.statements,
            passages=release.passages,
            by=person_on_record(store, by),
            known_at=at,
        )
        path = write_file(out, release.file.content)
    if as_json:
        print_json(
            {
                "schema": "trucewatch/statements-exported/1",
                "recipient": whose.id,
                "format": chosen,
                "file": str(path),
                "statements": release.statements,
                "passages": release.passages,
            }
        )
    else:
        typer.echo(
            f"{path}: {plural(release.passages, 'passage')} of {plural(release.statements, 'official statement')}"
        )


@app.command(short_help="Undertakings: what was said that will be done, and what became of it.")
def undertakings(
    watch: WatchFolder,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="T", help="As it stood at T, on the watch's clock; its own clock without it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Undertakings, in the order of the days that their words name: number, day, whose, how its clock stands, and what
    became of it, by whose word. A clock runs only where the words name a day; that it has passed says nothing of what
    became of it. The JSON document holds no words of a statement."""
    from trucewatch.desks.declaring.output import show_undertakings
    from trucewatch.desks.declaring.undertaking_list import list_document, undertakings_by_day
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    now = loaded.settings.watch_time or clock()
    moment = (read_moment(as_of, zone=loaded.zone) or now).replace(microsecond=0)
    if moment > now:
        raise TimeError(
            Message(
                "--as-of {moment} lies ahead of the watch's clock, which shows {now}; write an earlier moment",
                moment=moment,
                now=now,
            )
        )
    with open_store(watch) as store:
        listed = undertakings_by_day(store, loaded, moment)
        if as_json:
            print_json(list_document(loaded, moment, listed))
        else:
            show_undertakings(console(), loaded, moment, listed)


def _content_of(file: Path) -> bytes:
    """The bytes of a file, or of standard input for `-`: no more than tells that they are too many, of what never
    ends."""
    from trucewatch.watch.statement_files import LARGEST_BYTES

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST_BYTES + 1)
        with file.open("rb") as stream:
            return stream.read(LARGEST_BYTES + 1)
    except OSError as exc:
        raise UnreadableInput(
            Message("{file} cannot be read: {reason}", file=str(file), reason=system_words(exc))
        ) from exc


def _number_in(code: str) -> int | None:
    """The number that `S-7` names; None for "". Raises StoreError for what names none."""
    from trucewatch.desks.declaring.operations import number_of_code

    if not code:
        return None
    number = number_of_code(code)
    if number is None:
        raise StoreError(Message('"{code}" is no number of a statement; write it like S-7', code=code[:20]))
    return number


def _loaded(folder: Path | None) -> Watch | None:
    from trucewatch.watch import load_watch

    return load_watch(folder) if folder else None


def _text_of(
    subject: str, folder: Path | None, loaded: Watch | None, *, language: str = "", zone: str = ""
) -> Statement:
    """The text of a file, or of a statement of a watch. Raises StoreError, UnreadableInput."""
    from trucewatch import reader
    from trucewatch.desks.declaring.operations import number_of_code, statement_at
    from trucewatch.store.statement_records import words_of

    if folder is None and number_of_code(subject) is not None and not Path(subject).exists():
        raise StoreError(Message("{code} is a number, and no watch was named: add --watch WATCH", code=subject[:20]))
    if folder is not None and number_of_code(subject) is not None:
        with open_store(folder) as store:
            version = statement_at(store, subject).latest(language)
            text = words_of(store, version) if version else None
        if text is None:
            raise StoreError(
                Message(
                    "{code} has no copy in this language ({language}) whose words are kept; trucewatch statement list "
                    "names those there are",
                    code=subject[:20],
                    language=language[:20] or "-",
                )
            )
        return text
    file = Path(subject)
    voices = loaded.lexicon.voice if loaded and loaded.lexicon else ()
    return reader.parse_statement(_content_of(file), file.name, zone=zone, voices=voices, today=clock().date())
