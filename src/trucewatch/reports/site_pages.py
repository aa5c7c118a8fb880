"""Issued reports of one recipient → the pages of a site: a start page, a page an issue, and how to check it.

Pure: nothing is read or asked. The pages need no script and ask nobody for anything; what an issue said stands in its
own files, as they were issued, to which the pages lead.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from html import escape
from typing import Final

from trucewatch.locale import Words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.folded import folded
from trucewatch.messages import Message, Plural

_STYLE: Final = (
    "html{color-scheme:light}body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0 auto;"
    "max-width:48rem;padding:1rem;overflow-wrap:anywhere}a{color:#0b4f8a}a:focus-visible{outline:3px solid #0b4f8a;"
    "outline-offset:2px}nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:0 1rem}"
    "nav a,main li a{display:inline-block;padding:.3rem 0}.mark{border:2px solid #5a3d00;color:#5a3d00;padding:0 .4rem;"
    "font-weight:600}.issues{list-style:none;padding:0}.issues li{border-top:1px solid #767676;padding:.6rem 0}"
    "code{font-size:.85rem}footer{border-top:1px solid #767676;margin-top:2rem}.skip{position:absolute;"
    "inset-inline-start:-100vw}.skip:focus{position:static}@media print{nav,.skip{display:none}a{color:inherit}"
    "li{break-inside:avoid}}"
)
_POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
    + "'; img-src data:; base-uri 'none'; form-action 'none'"
)
_WIDTH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """An issued file: its name, format, language and SHA-256."""

    name: str
    format: str
    language: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteIssue:
    """One issue as the site shows it.

    part: 1, or more for files that were issued later. absent: name of a file that is not here → `erased` or `not_kept`.
    corrected_by: the last later revision that is on the site; 0 for none.
    """

    folder: str
    number: str
    revision: int
    part: int
    day_from: date
    day_until: date
    simulated: bool
    files: tuple[SiteFile, ...]
    absent: Mapping[str, str] = field(default_factory=dict)
    corrected_by: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What every page knows: names of watch and recipient by language, the languages of the pages, the first first;
    the public key under which it is checked; whether the proofs are in the ledger itself."""

    watch: Mapping[str, str]
    watch_id: str
    recipient: Mapping[str, str]
    recipient_id: str
    languages: tuple[str, ...]
    key: str
    in_ledger: bool


def page_name(facts: SiteFacts, language: str) -> str:
    """`index.html` in the first language, `index-ru.html` in another."""
    return "index.html" if language == facts.languages[0] else f"index-{language}.html"


def readme_name(facts: SiteFacts, language: str) -> str:
    """`README.txt` in the first language, `README-ru.txt` in another."""
    return "README.txt" if language == facts.languages[0] else f"README-{language}.txt"


def start_page(words: Words, facts: SiteFacts, issues: Sequence[SiteIssue]) -> bytes:
    """Every issue, the newest first. issues: in the order in which they were issued."""
    watch = words.name(facts.watch, otherwise=facts.watch_id)
    recipient = words.name(facts.recipient, otherwise=facts.recipient_id)
    items = "".join(_item(words, facts, issue) for issue in reversed(issues))
    body = (
        f"<h1>{_text(words, Message('Reports of {watch}', watch=watch))}</h1>"
        + _paragraph(
            words,
            Message("For {recipient}: each report as it was issued, the newest first.", recipient=recipient),
            Plural("{count} issue.", "{count} issues.", len(issues), count=len(issues)),
        )
        + f'<ol class="issues" reversed>{items}</ol>'
        + f'<h2 id="check">{_text(words, _HOW)}</h2>'
        + _paragraph(
            words,
            Message("Download the whole folder. inspector.py in it checks every file, without a network:"),
        )
        + "<p><code>python -I inspector.py .</code></p>"
        + f'<p><a href="{readme_name(facts, words.language)}">{_text(words, _PROVES)}</a></p>'
    )
    title = words.say(Message("Reports of {watch}", watch=watch))
    return _page(words, facts, title, body, above="")


def issue_page(words: Words, facts: SiteFacts, issue: SiteIssue) -> bytes:
    """One issue: what it is of, its files, and what they can be checked against."""
    title = words.say(Message("{report}, revision {revision}", report=issue.number, revision=issue.revision))
    here = [file for file in issue.files if file.name not in issue.absent]
    own = [file for file in here if file.format == "html"]
    own.sort(key=lambda file: (file.language != words.language, file.language))
    others = [file for file in here if file.format != "html"]
    parts = [f"<h1><bdi>{escape(title)}</bdi></h1>", f"<p>{_days(words, issue)} {_marks(words, issue)}</p>"]
    if own:
        parts.append(f"<h2>{_text(words, _AS_ISSUED)}</h2>{_files(words, own)}")
    if others:
        parts.append(f"<h2>{_text(words, _OTHERS)}</h2>{_files(words, others)}")
    missing = [file for file in issue.files if file.name in issue.absent]
    if missing:
        items = "".join(
            f"<li><bdi>{escape(file.name)}</bdi>: {_text(words, _ABSENT[issue.absent[file.name]])} "
            f"<code>{file.sha256}</code></li>"
            for file in missing
        )
        parts.append(f"<h2>{_text(words, _GONE)}</h2><ul>{items}</ul>")
    start = f"../../{page_name(facts, words.language)}"
    parts.append(
        f"<h2>{_text(words, _TO_CHECK)}</h2><p>{_text(words, _HASHES)} "
        f'<a href="issue.json">issue.json</a>. {_text(words, _PROOF)} '
        f'<a href="proof.json">proof.json</a>. <a href="{start}#check">{_text(words, _HOW)}</a>'
        f"</p>"
    )
    return _page(words, facts, title, "".join(parts), above="../../")


def readme(words: Words, facts: SiteFacts) -> bytes:
    """README.txt: what this is, how to check it in one command without a network, what that proves and what not."""
    mark = translation_words(words)
    proof = (
        Message("proof.json of each issue leads to an entry of the watch's ledger and to a checkpoint that it signed.")
        if facts.in_ledger
        else Message(
            "log/ is a log of what was given to this recipient alone: an entry for each issue, with the hash of every "
            "file, and for each bundle, signed. It only grows: nothing that was in it can be changed or taken out "
            "without being seen by who kept a checkpoint."
        )
    )
    paragraphs: list[Message | str] = [
        Message(
            "These are the reports that the watch {watch} issued to {recipient}, byte for byte.",
            watch=words.name(facts.watch, otherwise=facts.watch_id),
            recipient=words.name(facts.recipient, otherwise=facts.recipient_id),
        ),
        *([mark] if mark else []),
        "",
        _HOW,
        Message(
            "You need Python 3.11 or later and its library `cryptography`. Download the whole folder, go into it, and "
            "say:"
        ),
        "    python -I inspector.py .",
        Message("It needs no network and writes nothing. It names the first file that was changed."),
        Message(
            "It says PROVED without a reserve only where you tell it whose key you trust: write the lines below into a "
            "file policy.toml outside of this folder, once you have compared the key with one that you got by another "
            "way, and add --policy policy.toml."
        ),
        "    schema = 1",
        f'    log = "{facts.key}"',
        Message("To see later that nothing was taken out, keep the file log/checkpoint and add --seen FILE.")
        if not facts.in_ledger
        else "",
        "",
        Message("What it proves"),
        proof,
        Message("Each file of an issue is the one that was issued."),
        Message(
            "Start pages, pages of issues, this file and inspector.py are made beside them and are compared with "
            "pages.json alone, which nobody signed."
        ),
        "",
        Message("What it does not prove"),
        Message("It does not prove that what a report says is true, nor that others were shown the same folder."),
        Message(
            "A file that is named as erased or as not kept is not here; its hash stays, so any copy can be held "
            "against it."
        ),
    ]
    return ("\n".join(folded(words, paragraph, _WIDTH) for paragraph in paragraphs) + "\n").encode()


_ALL_REPORTS: Final = Message("All reports")
_PROVES: Final = Message("What that proves")
_TO_CHECK: Final = Message("To check it")
_HASHES: Final = Message("The hash of each file:")
_PROOF: Final = Message("The proof that it is in the log:")
_AS_ISSUED: Final = Message("The report, as it was issued")
_OTHERS: Final = Message("In other formats")
_GONE: Final = Message("Not here any more")
_TO_CONTENT: Final = Message("To the content")
_NAVIGATION: Final = Message("Pages and languages")
_KEY: Final = Message("The key of the log:")
_HOW: Final = Message("How to check it")
_ABSENT: Final = {
    "erased": Message("erased: something in it was erased by order since it was issued; its hash stays"),
    "not_kept": Message("not kept with the bytes that were issued; its hash stays, so any copy can be held against it"),
}


def _item(words: Words, facts: SiteFacts, issue: SiteIssue) -> str:
    name = words.say(Message("{report}, revision {revision}", report=issue.number, revision=issue.revision))
    href = f"issues/{issue.folder}/{page_name(facts, words.language)}"
    here = sorted({file.language for file in issue.files if file.name not in issue.absent})
    names = words.listed([words.language_name(code) for code in here]) if here else ""
    in_these = Message("Languages: {languages}", languages=names)
    languages = f"<br>{_text(words, in_these)}" if names else ""
    return (
        f'<li><a href="{escape(href)}"><bdi>{escape(name)}</bdi></a> {_marks(words, issue)}<br>'
        f"{_days(words, issue)}{languages}</li>"
    )


def _days(words: Words, issue: SiteIssue) -> str:
    last = issue.day_until - timedelta(days=1)
    if last <= issue.day_from:
        return escape(words.day(issue.day_from))
    return _text(words, Message("{first} to {last}", first=words.day(issue.day_from), last=words.day(last)))


def _marks(words: Words, issue: SiteIssue) -> str:
    marks = []
    if issue.simulated:
        marks.append(f'<span class="mark">{_text(words, Message("simulated"))}</span>')
    if issue.part > 1:
        marks.append(_text(words, Message("Further files of this issue.")))
    if issue.revision > 1:
        marks.append(_text(words, Message("A correction: it takes the place of earlier revisions.")))
    if issue.corrected_by:
        marks.append(_text(words, Message("Corrected by revision {revision}.", revision=issue.corrected_by)))
    if set(issue.absent.values()) & {"erased"}:
        marks.append(_text(words, Message("Erased in part or whole.")))
    return " ".join(marks)


def _files(words: Words, files: Sequence[SiteFile]) -> str:
    items = "".join(
        f'<li><a href="{escape(file.name)}"><bdi>{escape(file.format)}</bdi>, '
        f"{escape(words.language_name(file.language))}</a></li>"
        for file in files
    )
    return f"<ul>{items}</ul>"


def _paragraph(words: Words, *sentences: Message) -> str:
    return f"<p>{' '.join(_text(words, sentence) for sentence in sentences)}</p>"


def _text(words: Words, message: Message) -> str:
    return escape(words.say(message))


def _page(words: Words, facts: SiteFacts, title: str, body: str, *, above: str) -> bytes:
    tongues = "".join(
        f'<li><a href="{page_name(facts, code)}" lang="{code}" hreflang="{code}"'
        + (' aria-current="page"' if code == words.language else "")
        + f">{escape(_own_name(words, code))}</a></li>"
        for code in facts.languages
    )
    start = f'<li><a href="{above}{page_name(facts, words.language)}">{_text(words, _ALL_REPORTS)}</a></li>'
    mark = translation_words(words)
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}" dir="{words.direction}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" '
        f'content="no-referrer"><link rel="icon" href="data:,"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>"
        f'<a class="skip" href="#main">{_text(words, _TO_CONTENT)}</a>'
        f'<header><nav aria-label="{_text(words, _NAVIGATION)}"><ul>'
        f"{start if above else ''}{tongues if len(facts.languages) > 1 else ''}</ul></nav></header>"
        f'<main id="main">{f"<p>{escape(mark)}</p>" if mark else ""}{body}</main>'
        f"<footer><p>{_text(words, _KEY)} <code>{escape(facts.key)}</code></p></footer>"
        "</body></html>\n"
    ).encode()


def _own_name(words: Words, code: str) -> str:
    from trucewatch.locale import words as words_of

    return words.language_name(code) if code == words.language else words_of(code).language_name(code)
