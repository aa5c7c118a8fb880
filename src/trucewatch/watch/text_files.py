"""`texts/*.toml` → the copies of the instruments' own words that are on file, and what must hold of each: a text and
clauses that are there, words, a publisher, a licence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from trucewatch.errors import WatchError, system_words
from trucewatch.messages import Amount, Message
from trucewatch.model.agreement import Agreement, Text
from trucewatch.model.clause_texts import ClauseText, CopyOfText
from trucewatch.model.faults import Fault
from trucewatch.model.file_names import name_on_record
from trucewatch.watch.consistency import is_plain_id
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_lines import TomlLines
from trucewatch.watch.toml_records import did_you_mean, read_record

TEXTS_FOLDER: Final = "texts"
MOST_TEXTS: Final = 100
LARGEST_TEXT_BYTES: Final = 2**20
MOST_CLAUSES: Final = 1_000
LONGEST_WORDS: Final = 20_000
"""Characters of one clause; of a longer one its parts can be entered each for itself."""


def text_names(folder: Path) -> tuple[str, ...]:
    """What `texts/` of a watch holds, as names below the watch, in order: `texts/en-1.toml`. Names that begin with a
    dot, and files that are no TOML by their name, are left. Raises WatchError for a folder that is none of its own."""
    texts = folder / TEXTS_FOLDER
    if texts.is_symlink():
        raise WatchError(Message("{path} is a link; copy the folder itself into the watch", path=texts))
    if not texts.exists():
        return ()
    try:
        names = sorted(path.name for path in texts.iterdir() if path.suffix == ".toml" and path.name[0] != ".")
    except NotADirectoryError as exc:
        raise WatchError(
            Message("{path} is no folder; make one of that name, with a file for each text", path=texts)
        ) from exc
    except OSError as exc:
        raise WatchError(Message("{path} cannot be read: {error}", path=texts, error=system_words(exc))) from exc
    if len(names) > MOST_TEXTS:
        raise WatchError(
            Message(
                "{path} holds {count} files, and at most {most} are read; move away those that no clause needs",
                path=texts,
                count=Amount(len(names)),
                most=Amount(MOST_TEXTS),
            )
        )
    return tuple(f"{TEXTS_FOLDER}/{name}" for name in names)


def text_bytes(folder: Path) -> dict[str, bytes]:
    """The bytes of the files in `texts/`, by their names below the watch. Raises WatchError for one that is a link, is
    no file, is too large, or has a name that no text can have."""
    contents: dict[str, bytes] = {}
    for name in text_names(folder):
        path = folder / name
        if not is_plain_id(path.stem):
            raise WatchError(
                Message(
                    "{path} has a name that no text can have; name it after its text's id: Latin letters, digits, "
                    "hyphens",
                    path=name_on_record(name),
                )
            )
        if path.is_symlink():
            raise WatchError(Message("{path} is a link; copy the file itself into the watch", path=path))
        if not path.is_file():
            raise WatchError(Message("{path} is no file; move it away", path=path))
        try:
            with path.open("rb") as stream:
                content = stream.read(LARGEST_TEXT_BYTES + 1)
        except OSError as exc:
            raise WatchError(Message("{path} cannot be read: {error}", path=path, error=system_words(exc))) from exc
        if len(content) > LARGEST_TEXT_BYTES:
            raise WatchError(
                Message(
                    "{path} is larger than {size} MB; leave only the clauses that this watch follows",
                    path=path,
                    size=LARGEST_TEXT_BYTES >> 20,
                )
            )
        contents[name] = content
    return contents


def read_texts(contents: Mapping[str, bytes], agreement: Agreement | None) -> tuple[list[CopyOfText], list[Fault]]:
    """The copies that a watch's files hold, in the order of their names, and every fault of them."""
    copies: list[CopyOfText] = []
    faults: list[Fault] = []
    for name in sorted(name for name in contents if name.startswith(f"{TEXTS_FOLDER}/")):
        copy, lines, of_record = read_record(contents[name], name, CopyOfText)
        faults += of_record
        if copy is not None:
            copies.append(copy)
            faults += check_text(copy, name, lines, agreement)
    return copies, faults


def check_text(copy: CopyOfText, name: str, lines: TomlLines, agreement: Agreement | None) -> list[Fault]:
    """Faults of one copy, held against its file's name and the agreement, if that could be read."""
    faults = FaultList(name, lines)
    stem = PurePosixPath(name).stem
    if copy.text != stem:
        what = Message('is the file of text "{stem}" and says text "{text}"', stem=stem, text=copy.text[:60])
        faults.error(("text",), what, Message("write the same id in both; a text has one file"))
    for key, typed, remedy in (
        ("publisher", copy.publisher, Message("write who published this copy")),
        ("licence", copy.licence, Message("write by what right its words may stand here, or take them out")),
    ):
        if not typed.strip():
            faults.error((key,), Message("{key} is empty", key=key), remedy)
    if len(copy.clause) > MOST_CLAUSES:
        what = Message(
            "has {count} clauses, and at most {most} are read",
            count=Amount(len(copy.clause)),
            most=Amount(MOST_CLAUSES),
        )
        faults.error(("clause", MOST_CLAUSES), what, Message("leave only the clauses that this watch follows"))
        return faults
    for index, clause in enumerate(copy.clause):
        _check_words(clause, index, faults)
    for of, times in Counter(clause.of for clause in copy.clause).items():
        if times > 1:
            last = max(index for index, clause in enumerate(copy.clause) if clause.of == of)
            what = Message('the words of clause "{of}" are given {times} times', of=of[:60], times=times)
            faults.error(("clause", last), what, Message("put all its words into one [[clause]]"))
    if agreement is not None:
        _check_places(copy, agreement, faults)
    return faults


def _check_words(clause: ClauseText, index: int, faults: FaultList) -> None:
    place = Message('clause "{of}"', of=clause.of[:60])
    if not clause.words.strip():
        remedy = Message("write the words as published, or leave the clause out")
        faults.error(("clause", index), Message("has no words"), remedy, place)
    if len(clause.words) > LONGEST_WORDS:
        what = Message("has more than {most} characters", most=Amount(LONGEST_WORDS))
        faults.error(("clause", index), what, Message("enter each of its parts for itself"), place)


def _check_places(copy: CopyOfText, agreement: Agreement, faults: FaultList) -> None:
    """That the text and its clauses are those of the agreement; a clause of another instrument is a warning."""
    text = next((text for text in agreement.text if text.id == copy.text), None)
    if text is None:
        what = Message('text "{text}" is no [[text]] of agreement.toml', text=copy.text[:60])
        faults.error(("text",), what, did_you_mean(copy.text[:60], [text.id for text in agreement.text]))
    instruments_of: dict[str, set[str]] = {}
    for provision in agreement.provision:
        for of in (provision.number, *(stipulation.id for stipulation in provision.stipulation)):
            instruments_of.setdefault(of, set()).add(provision.instrument)
    for index, clause in enumerate(copy.clause):
        if clause.of not in instruments_of:
            what = Message('clause "{of}" is not in agreement.toml', of=clause.of[:60])
            faults.error(("clause", index), what, did_you_mean(clause.of[:60], sorted(instruments_of)))
        elif text is not None and text.instrument not in instruments_of[clause.of]:
            _refuse_other(clause, index, text, faults)


def _refuse_other(clause: ClauseText, index: int, text: Text, faults: FaultList) -> None:
    what = Message(
        'clause "{of}" is of another instrument than text "{text}", which is of "{instrument}"',
        of=clause.of[:60],
        text=text.id,
        instrument=text.instrument,
    )
    faults.error(("clause", index), what, Message("check the number; put its words into a text of its instrument"))
