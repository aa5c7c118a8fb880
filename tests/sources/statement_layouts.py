"""One conversation in each of eight languages × the ways in which pages and papers lay a conversation out.

A layout is a function of a `Talk` that gives a `Sheet`: a file and what must be read of it. Nothing here is of a real
page; the ways are those of ministries', agencies' and news sites' content systems.
"""

from __future__ import annotations

import html
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "samples" / "official_statements"
Row = tuple[str, str, tuple[str, ...]]
"""("opening" | "question" | "answer", who (a family name, an asker; "" for nobody), the paragraphs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation in one language, and the words that belong to it."""

    language: str
    words: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.words[name]

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"

    def large(self, text: str) -> str:
        """In capitals as the language has them."""
        return text.replace("i", "İ").upper() if self.language in ("tr", "az") else text.upper()

    @property
    def colon(self) -> str:
        return " :" if self.language == "fr" else ":"

    @property
    def asked(self) -> str:
        return self.question  # type: ignore[no-any-return]

    def labelled(
        self, asks: str | Callable[[int], str], answers: str | Callable[[int], str]
    ) -> list[tuple[str, list[str]]]:
        """(label, paragraphs) of each turn: the opening is labelled as an answer is."""
        rows = []
        for number, texts in enumerate(self.said):
            chosen = asks if number % 2 else answers
            rows.append((chosen if isinstance(chosen, str) else chosen(number), texts))
        return rows

    def expected(self, by: str = "", *, opening: bool = True, speakers: Sequence[str] = ()) -> list[Row]:
        rows: list[Row] = []
        for number, texts in enumerate(self.said):
            if number == 0 and not opening:
                continue
            who = by if number % 2 else (speakers[number // 2 % len(speakers)] if speakers else self.family)
            rows.append(("question" if number % 2 else "answer" if number else "opening", who, tuple(texts)))
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file, and what must be read of it."""

    name: str
    content: bytes
    rows: list[Row]
    kind: str = "press_conference"


def talks() -> list[Talk]:
    table = tomllib.loads((SAMPLES / "conversations.toml").read_text(encoding="utf-8"))
    return [Talk(language=language, words=words) for language, words in table.items()]


LAYOUTS: dict[str, Callable[[Talk], Sheet | None]] = {}


def layout(build: Callable[[Talk], Sheet | None]) -> Callable[[Talk], Sheet | None]:
    LAYOUTS[build.__name__] = build
    return build


# As text


def text_file(talk: Talk, body: str, rows: list[Row] | None = None, *, title: str = "", kind: str = "") -> Sheet:
    head = f"{title or talk.title}\n\n{talk.date}\n\n"
    return Sheet(
        name="statement.txt",
        content=(head + body).encode(),
        rows=talk.expected() if rows is None else rows,
        kind=kind or "press_conference",
    )


def paragraphs(rows: Iterable[tuple[str, list[str]]], *, glue: str = " ", between: str = "\n\n") -> str:
    return between.join(between.join([f"{label}{glue}{texts[0]}", *texts[1:]]) for label, texts in rows) + "\n"


@layout
def question_and_family(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question + talk.colon, talk.family + talk.colon)))


@layout
def capitals(talk: Talk) -> Sheet:
    large = talk.large
    return text_file(talk, paragraphs(talk.labelled(large(talk.question) + ":", large(talk.family) + ":")))


@layout
def full_name_first(talk: Talk) -> Sheet:
    """The whole name once, then the family name."""
    rows = talk.labelled(talk.question + ":", lambda number: f"{talk.family if number else talk.full}:")
    return text_file(talk, paragraphs(rows))


@layout
def office_and_name_in_capitals(talk: Talk) -> Sheet:
    name = talk.large(f"{talk.office} {talk.family}")
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", f"{name}:")))


@layout
def office_and_name(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", f"{talk.office} {talk.family}:")))


@layout
def office_alone(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", f"{talk.office}{talk.colon}")))


@layout
def name_comma_office(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", f"{talk.full}, {talk.office.lower()}:")))


@layout
def wrapped_by_hand(talk: Talk) -> Sheet:
    """Lines of 66 characters; a long answer, so that there is something to wrap."""
    rows = talk.labelled(talk.question + ":", talk.full + ":")
    blocks = [text for label, texts in rows for text in [f"{label} {texts[0]}", *texts[1:]]]
    return text_file(talk, "\n\n".join(textwrap.fill(block, 66) for block in blocks) + "\n")


@layout
def line_by_line(talk: Talk) -> Sheet:
    """No empty lines at all."""
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", talk.family + ":"), between="\n"))


@layout
def label_on_its_line(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", talk.full + ":"), glue="\n\n"))


@layout
def label_on_its_line_above(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", talk.full + ":"), glue="\n"))


@layout
def bare_label_on_its_line(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question, talk.full), glue="\n\n"))


@layout
def letters(talk: Talk) -> Sheet:
    asks, answers = talk.letters
    body = "\n\n".join(talk.said[0]) + "\n\n"
    rows = talk.labelled(asks + ":", answers + ":")[1:]
    return text_file(talk, body + paragraphs(rows))


@layout
def numbered_letters(talk: Talk) -> Sheet:
    asks, answers = talk.letters
    body = "\n\n".join(talk.said[0]) + "\n\n"
    rows = talk.labelled(lambda n: f"{asks}{n // 2 + 1}:", lambda n: f"{answers}{n // 2}:")[1:]
    return text_file(talk, body + paragraphs(rows))


@layout
def letters_with_dots(talk: Talk) -> Sheet:
    asks, answers = talk.letters
    body = "\n\n".join(talk.said[0]) + "\n\n"
    rows = talk.labelled(asks + ".", answers + ".")[1:]
    return text_file(talk, body + paragraphs(rows))


@layout
def numbered_questions(talk: Talk) -> Sheet:
    rows = talk.labelled(lambda n: f"{talk.question} {n // 2 + 1}:", talk.answer + ":")[1:]
    return text_file(talk, "\n\n".join(talk.said[0]) + "\n\n" + paragraphs(rows))


@layout
def label_and_dash(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.question + " –", talk.family + " –")))


@layout
def label_and_short_dash(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(talk.large(talk.question) + "-", talk.large(talk.family) + "-")))


@layout
def asker_with_agency(talk: Talk) -> Sheet:
    by = f"{talk.asker}, {talk.agency}"
    return text_file(talk, paragraphs(talk.labelled(by + ":", talk.family + ":")), talk.expected(talk.asker))


@layout
def asker_in_brackets(talk: Talk) -> Sheet:
    label = f"{talk.question} ({talk.asker}, {talk.agency}):"
    return text_file(talk, paragraphs(talk.labelled(label, talk.family + ":")), talk.expected(talk.asker))


@layout
def asker_bracketed_agency(talk: Talk) -> Sheet:
    label = f"{talk.asker} ({talk.agency}):"
    return text_file(talk, paragraphs(talk.labelled(label, talk.full + ":")), talk.expected(talk.asker))


@layout
def question_of_somebody(talk: Talk) -> Sheet:
    label = " ".join(word for word in (talk.question, talk.of, talk.asker) if word)
    return text_file(talk, paragraphs(talk.labelled(label + ":", talk.family + ":")), talk.expected(talk.asker))


@layout
def time_stamps_before(talk: Talk) -> Sheet:
    """As speech is written down by machine: the minute, then who."""
    rows = talk.labelled(lambda n: f"[00:0{n}:12] {talk.question}:", lambda n: f"[00:0{n}:12] {talk.family}:")
    return text_file(talk, paragraphs(rows))


@layout
def time_stamps_behind(talk: Talk) -> Sheet:
    rows = talk.labelled(lambda n: f"{talk.question} (00:{n}2):", lambda n: f"{talk.full} (00:{n}2):")
    return text_file(talk, paragraphs(rows, glue="\n\n"))


@layout
def copied_from_a_channel(talk: Talk) -> Sheet:
    """With signs before each turn and tags below."""
    body = paragraphs(talk.labelled(f"❓ {talk.question}:", f"🎙 {talk.family}:"))
    return text_file(talk, body + "\n#news #valley\n@valley_ministry\n")


@layout
def stars_for_bold(talk: Talk) -> Sheet:
    return text_file(talk, paragraphs(talk.labelled(f"**{talk.question}:**", f"**{talk.full}:**")))


@layout
def through_an_interpreter(talk: Talk) -> Sheet:
    label = f"{talk.full} ({talk.interpreter}):"
    return text_file(talk, paragraphs(talk.labelled(talk.question + ":", label)))


@layout
def laughter_between(talk: Talk) -> Sheet:
    """A note of the room stands on a line of its own, and is nobody's words."""
    rows = talk.labelled(talk.question + ":", talk.full + ":")
    rows = [(label, texts) for label, texts in rows]
    body = paragraphs(rows[:3]) + f"\n{talk.laughter}\n\n" + paragraphs(rows[3:])
    return text_file(talk, body)


@layout
def moderator_hands_on(talk: Talk) -> Sheet:
    rows = talk.labelled(talk.question + ":", talk.family + ":")
    for at in (5, 3):
        rows.insert(at, (talk.moderator + ":", [talk.hands_on]))
    return text_file(talk, paragraphs(rows))


@layout
def two_answer(talk: Talk) -> Sheet:
    second = talk.second[1]
    rows = talk.labelled(talk.question + ":", lambda n: f"{(talk.family, second)[n // 2 % 2]}:")
    expected = talk.expected(speakers=(talk.family, second))
    return text_file(talk, paragraphs(rows), expected, title=talk.joint)


@layout
def dialogue_of_dashes(talk: Talk) -> Sheet:
    """Dashes alone tell that another speaks."""
    body = "\n\n".join("\n\n".join([f"– {texts[0]}", *texts[1:]]) for texts in talk.said[1:]) + "\n"
    return text_file(talk, body, talk.expected(opening=False), title=talk.interview, kind="interview")


@layout
def numbers_ask(talk: Talk) -> Sheet:
    """An interview in writing: the questions are numbered, the answers follow."""
    body = ""
    for number, texts in enumerate(talk.said[1:], 1):
        body += (f"{number // 2 + 1}. " if number % 2 else "") + "\n\n".join(texts) + "\n\n"
    return text_file(talk, body, talk.expected(opening=False), title=talk.interview, kind="interview")


@layout
def agency_asks(talk: Talk) -> Sheet:
    rows = talk.labelled(talk.agency + ":", talk.family + ":")[1:]
    expected = talk.expected(opening=False)
    return text_file(talk, paragraphs(rows), expected, title=talk.interview, kind="interview")


# As a saved page


def page_file(talk: Talk, body: str, rows: list[Row] | None = None, *, title: str = "", kind: str = "") -> Sheet:
    name = html.escape(title or talk.title)
    markup = (
        f'<!DOCTYPE html><html lang="{talk.language}"><head><meta charset="utf-8"><title>{name} | MFA</title></head>'
        f'<body><nav><ul><li><a href="/">A</a></li><li><a href="/b">B</a></li></ul></nav><main><h1>{name}</h1>'
        f'<div class="date">{talk.date}</div><div class="content">{body}</div>'
        f'<div class="share">{html.escape(talk.tools)}</div></main><footer>© 2031 MFA</footer></body></html>'
    )
    return Sheet(
        name="statement.html",
        content=markup.encode(),
        rows=talk.expected() if rows is None else rows,
        kind=kind or "press_conference",
    )


def marked_up(rows: Iterable[tuple[str, list[str]]], first: str, later: str) -> str:
    """Each turn by a pattern of label and text, further paragraphs by a pattern of text."""
    return "".join(
        first.format(label=html.escape(label), text=html.escape(texts[0]))
        + "".join(later.format(text=html.escape(text)) for text in texts[1:])
        for label, texts in rows
    )


PATTERNS = {
    "page_bold": ("<p><b>{label}</b> {text}</p>", "<p>{text}</p>"),
    "page_strong_outside": ("<p><strong>{label}&nbsp;</strong>{text}</p>", "<p>{text}</p>"),
    "page_italic": ("<p><em>{label}</em> {text}</p>", "<p>{text}</p>"),
    "page_bold_break": ("<p><b>{label}</b><br>{text}</p>", "<p>{text}</p>"),
    "page_bold_line": ("<p><strong>{label}</strong></p><p>{text}</p>", "<p>{text}</p>"),
    "page_spans": ('<div><span class="who">{label}</span> <span class="what">{text}</span></div>', "<div>{text}</div>"),
    "page_divs": ('<div class="speaker">{label}</div><div class="text">{text}</div>', '<div class="text">{text}</div>'),
    "page_breaks": ("<b>{label}</b> {text}<br><br>", "{text}<br><br>"),
    "page_single_breaks": ("{label} {text}<br>", "{text}<br>"),
    "page_headings": ("<h4>{label}</h4><p>{text}</p>", "<p>{text}</p>"),
    "page_list": ("<li>{label} {text}</li>", "<li>{text}</li>"),
    "page_underlined": ("<p><u>{label}</u> {text}</p>", "<p>{text}</p>"),
}


def _pattern_layout(name: str, first: str, later: str) -> None:
    def build(talk: Talk) -> Sheet:
        rows = talk.labelled(talk.question + talk.colon, talk.full + talk.colon)
        body = marked_up(rows, first, later)
        return page_file(talk, f"<ul>{body}</ul>" if "<li>" in first else body)

    LAYOUTS[name] = build


for _name, (_first, _later) in PATTERNS.items():
    _pattern_layout(_name, _first, _later)


@layout
def page_definitions(talk: Talk) -> Sheet:
    rows = talk.labelled(talk.question, talk.full)
    body = "".join(
        f"<dt>{html.escape(label)}</dt><dd>" + "".join(f"<p>{html.escape(text)}</p>" for text in texts) + "</dd>"
        for label, texts in rows
    )
    return page_file(talk, f"<dl>{body}</dl>")


@layout
def page_table(talk: Talk) -> Sheet:
    rows = talk.labelled(talk.question + ":", talk.full + ":")
    body = "".join(
        f"<tr><td>{html.escape(label)}</td><td>" + "<br><br>".join(map(html.escape, texts)) + "</td></tr>"
        for label, texts in rows
    )
    return page_file(talk, f"<table>{body}</table>")


@layout
def page_bold_questions(talk: Talk) -> Sheet:
    """An interview whose questions are bold, without any label."""
    body = "".join(
        "".join(f"<p><strong>{html.escape(t)}</strong></p>" if n % 2 else f"<p>{html.escape(t)}</p>" for t in texts)
        for n, texts in enumerate(talk.said)
        if n
    )
    return page_file(talk, body, talk.expected(opening=False), title=talk.interview, kind="interview")


@layout
def page_heading_questions(talk: Talk) -> Sheet:
    body = "".join(
        "".join(f"<h3>{html.escape(t)}</h3>" if n % 2 else f"<p>{html.escape(t)}</p>" for t in texts)
        for n, texts in enumerate(talk.said)
        if n
    )
    return page_file(talk, body, talk.expected(opening=False), title=talk.interview, kind="interview")


@layout
def page_classes(talk: Talk) -> Sheet:
    """The names of the classes alone tell questions from answers."""
    body = "".join(
        f'<div class="{"question" if n % 2 else "answer"}">'
        + "".join(f"<p>{html.escape(text)}</p>" for text in texts)
        + "</div>"
        for n, texts in enumerate(talk.said)
        if n
    )
    return page_file(talk, body, talk.expected(opening=False), title=talk.interview, kind="interview")


@layout
def page_folded(talk: Talk) -> Sheet:
    """Questions that fold open."""
    body = "".join(
        f"<details open><summary>{html.escape(talk.said[n][0])}</summary>"
        + "".join(f"<p>{html.escape(text)}</p>" for text in talk.said[n + 1])
        + "</details>"
        for n in range(1, len(talk.said), 2)
    )
    return page_file(talk, body, talk.expected(opening=False), title=talk.interview, kind="interview")


@layout
def page_bold_dashes(talk: Talk) -> Sheet:
    """Bold questions with a dash before them, answers with one too."""
    body = "".join(
        "".join(
            (f"<p><b>— {html.escape(t)}</b></p>" if n % 2 else f"<p>{'— ' if not i else ''}{html.escape(t)}</p>")
            for i, t in enumerate(texts)
        )
        for n, texts in enumerate(talk.said)
        if n
    )
    return page_file(talk, body, talk.expected(opening=False), title=talk.interview, kind="interview")
