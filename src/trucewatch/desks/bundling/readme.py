"""The page that lies in every bundle, in its reader's language: what this is, how to check it, what it proves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from trucewatch.ledger.bundle import FIGURE_NAME
from trucewatch.locale import Words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.folded import folded
from trucewatch.messages import Message

_WIDTH: Final = 100
COMMAND: Final = "python -I inspector.py bundle.zip"


def readme(
    words: Words, *, watch: str, recipient: str, key: str, members: Collection[str], closed: bool, own_log: bool
) -> bytes:
    """README.txt. key: the log's, as the reader should have it by another way. closed: whether fields stand there
    closed. own_log: whether it is proved in the recipient's own log, and not in the ledger."""
    is_figure = FIGURE_NAME in members
    mark = translation_words(words)
    whole = any(name.startswith("evidence/") for name in members)
    reviews, positions = (any(name.startswith(folder) for name in members) for folder in ("reviews/", "positions/"))
    paragraphs: list[Message | str] = [
        Message("This file was given to {recipient} by the watch {watch}.", recipient=recipient, watch=watch),
        *([mark] if mark else []),
        "",
        Message("How to check it"),
        Message(
            "You need Python 3.11 or later and its library `cryptography`, and nothing of ours but inspector.py. Take "
            "inspector.py out of the file, better from somewhere else than from whoever gave you this file, and say:"
        ),
        f"    {COMMAND}",
        Message(
            "or unpack the whole file into a new folder and give the folder. It needs no network and writes nothing. "
            "It says PROVED, or NOT PROVED and why."
        ),
        Message(
            "It says PROVED without a reserve only where you tell it whose key you trust: write the line below into a "
            "file policy.toml, once you have compared the key with one that you got by another way, and add "
            "--policy policy.toml."
        ),
        f'    schema = 1\n    log = "{key}"',
        "",
        Message("What it proves"),
        Message(
            "Each file in here is the one that was given, and was not changed since; your own log has an entry of that."
        )
        if own_log
        else Message(
            "Each file in here is the one that was given, and was not changed since; the ledger has an entry of that."
        ),
    ]
    if is_figure:
        paragraphs.append(
            Message("figure.json has every row that the report showed, and what of them makes this figure.")
            if own_log
            else Message("figure.json has what the report showed of this figure, as the ledger has it on record.")
        )
    else:
        paragraphs.append(
            Message(
                "dossier-copy.json opens fields of one incident. Each is what was committed to when this file was "
                "given, and was not changed since."
            )
            if own_log
            else Message(
                "dossier-copy.json opens fields of one incident. Each is what was committed to when the dossier was "
                "entered, and was not changed since."
            )
        )
    if closed:
        paragraphs.append(
            Message(
                "What is withheld stands there as withheld: the check names it as closed. It was fixed at the same "
                "time, and cannot be worked out."
            )
        )
    if whole:
        paragraphs.append(Message("evidence/ has files as they were received, named by their SHA-256."))
    if reviews:
        paragraphs.append(
            Message(
                "reviews/ has the finding as it was put to the delegations, and how the review came out where it was "
                "closed."
            )
        )
    if positions:
        paragraphs.append(
            Message(
                "positions/ has what was committed to before anybody opened anything, and, where the words may leave, "
                "what the delegations’ own keys signed. A position is not a fact of the incident."
            )
        )
    paragraphs += [
        Message(
            "Two such files of one entry can be laid together: python -I inspector.py A.zip --same-as B.zip says "
            "whether both open the same entry."
        ),
        "",
        Message("What it does not prove"),
        Message(
            "It does not prove that what was entered is true, that it was all that was received, or that nothing else "
            "bears on it. Nor does it prove when it was entered, or that others were shown the same log: compare "
            "checkpoint.txt with theirs."
        )
        if own_log
        else Message(
            "It does not prove that what was entered is true, that it was all that was received, or that nothing else "
            "bears on it. It does not prove that others were shown the same ledger, unless witnesses signed the "
            "checkpoint and you trust their keys."
        ),
        Message("padding holds zeros. They make every such file as long as many others."),
    ]
    return ("\n".join(folded(words, paragraph, _WIDTH) for paragraph in paragraphs) + "\n").encode()
