"""What the Reports pages share: what an address or a form asks for, and reports as rows and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import Response

from trucewatch.desks.reports.operations import ReportDesk, Wanted
from trucewatch.desks.reports.records import DRAFT_ACTS
from trucewatch.errors import ReportError
from trucewatch.locale import Words
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.messages import Message
from trucewatch.model.report_draft import ReportDraft
from trucewatch.reports import FORMATS, DailyReport
from trucewatch.reports.page_context import page_of
from trucewatch.server.console import WHO, Console
from trucewatch.server.forms import typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

BY: Final = WHO
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report is one page with its own style inside, to be opened without this program too. It is shown under its own
address, in a page of its own: the console's policy forbids both inline style and frames, and this way neither has to be
relaxed for the console itself. The page still may run no script and load nothing; a frame would have gained a border
and lost the address."""
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for; `notices`: what it asks for that cannot be, in words."""

    wanted: Wanted
    notices: tuple[Message, ...]

    @property
    def last(self) -> date:
        return self.wanted.day_until - timedelta(days=1)

    @property
    def pairs(self) -> dict[str, str]:
        return pairs_of(self.wanted)


def pairs_of(wanted: Wanted) -> dict[str, str]:
    """A report as fields of an address or a form: `to` is the last day, not the one after."""
    last = wanted.day_until - timedelta(days=1)
    return {"recipient": wanted.recipient, "from": wanted.day_from.isoformat(), "to": last.isoformat()}


def address(path: str, wanted: Wanted, **more: str) -> str:
    return f"{path}?{urlencode(pairs_of(wanted) | more)}"


def read_asked(view: View, values: Mapping[str, Any], words: Words) -> Asked:
    """The report that an address asks for: without a recipient the first, without a day the last that tells
    something."""
    from trucewatch.pipeline.issue import default_day

    recipients = [one.id for one in view.snapshot.watch.settings.recipient]
    if not recipients:
        raise ReportError(
            Message("this watch has no recipient, so there is nobody to report to; add one to watch.toml")
        )
    notices: list[Message] = []
    recipient = _text(values, "recipient")
    if recipient not in recipients:
        if recipient:
            notices.append(
                Message(
                    "“{name}” is no recipient of this watch; the first one is shown.", name=printable(recipient)[:60]
                )
            )
        recipient = recipients[0]
    default = default_day(view.whole().assessment)
    first, last = _day(_text(values, "from")), _day(_text(values, "to"))
    for name in ("from", "to"):
        if _text(values, name) and _day(_text(values, name)) is None:
            notices.append(
                Message(
                    "“{text}” is no day; write it like {example}.",
                    text=printable(_text(values, name))[:30],
                    example=default.isoformat(),
                )
            )
    first = first or last or default
    last = last or first
    if last < first:
        notices.append(Message("The last day lies before the first; one day is shown."))
        last = first
    return Asked(Wanted(recipient, first, last + timedelta(days=1)), tuple(notices))


def read_wanted(view: View, values: Mapping[str, Any], words: Words) -> Wanted:
    """The same of a form, where nothing is guessed: raises HTTPException 422 for what cannot be."""
    asked = read_asked(view, values, words)
    if asked.notices or not all(_text(values, name) for name in ("recipient", "from", "to")):
        raise RefusalError(422, next(iter(asked.notices), Message("Recipient, first and last day are needed.")))
    return asked.wanted


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if len(text) == len("2020-12-11") else None
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


def known_format(name: str) -> str:
    if name not in FORMATS:
        raise RefusalError(
            422,
            Message(
                'There is no report format "{format}"; there are: {words}.',
                format=printable(name)[:40],
                words=", ".join(FORMATS),
            ),
        )
    return name


def known_language(view: View, language: str) -> str:
    known = view.snapshot.watch.settings.languages
    if language not in known:
        raise RefusalError(
            422,
            Message(
                'There is no report in "{language}"; there is: {words}.',
                language=printable(language)[:40],
                words=", ".join(known),
            ),
        )
    return language


def asked_file(form: FormData) -> tuple[str, str]:
    """Which file a form asks for: format and language, by one button (`csv:en`) or by two fields."""
    name, gap, language = typed_of(form, "file").partition(":")
    return (name, language) if gap else (typed_of(form, "format"), typed_of(form, "language"))


def attachment(content: bytes, *, name: str, media_type: str) -> Response:
    """A file to be kept, never shown as a page of the console."""
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": f"{PAGE_POLICY}; sandbox",
    }
    return Response(content, media_type=media_type, headers=headers)


def file_name(number: str, revision: int, language: str, format_name: str, *, is_draft: bool) -> str:
    """`two-valleys_2031-05-03_public_r1_en.csv`: letters, digits, dots and dashes only."""
    parts = [*number.split("/"), "draft" if is_draft else f"r{revision}", language]
    plain = "_".join(re.sub(r"[^A-Za-z0-9.-]", "-", one) for one in parts)
    return plain + FORMATS[format_name].suffix


def summary_of_report(report: DailyReport, words: Words) -> dict[str, Any]:
    """A report as the desk shows it: title, figures, lines, limits. The words are those of its page."""
    page = page_of(report, words)
    names = (
        "title",
        "figures",
        "lines",
        "limits",
        "quiet",
        "simulated",
        "corrections",
        "times",
        "release",
        "short_period",
    )
    return {name: page[name] for name in names}


def state_words(draft: ReportDraft, words: Words) -> str:
    return {
        "draft": words.pgettext("report", "draft"),
        "checked": words.pgettext("report", "checked"),
        "issued": words.pgettext("report", "issued"),
        "discarded": words.pgettext("report", "discarded"),
    }[draft.state]


def act_words(act: str, words: Words) -> str:
    """What was done to a draft."""
    return words.say(DRAFT_ACTS.get(act, act))


def recipient_name(view: View, recipient_id: str, words: Words) -> str:
    found = view.snapshot.watch.recipient(recipient_id)
    return isolated(words.name(found.names, otherwise=found.id)) if found else printable(recipient_id)


def period_of(wanted: Wanted, words: Words) -> str:
    last = wanted.day_until - timedelta(days=1)
    if last == wanted.day_from:
        return words.short_day(last)
    return words.gettext("{start} – {end}").format(start=words.short_day(wanted.day_from), end=words.short_day(last))


def size_words(size_bytes: int, words: Words) -> str:
    if size_bytes < 10_000:
        return words.gettext("{number} bytes").format(number=words.number(size_bytes))
    return words.gettext("{number} KB").format(number=words.number(round(size_bytes / 1000)))


def language_names(view: View) -> list[tuple[str, str]]:
    """The languages of the watch's reports, each by its name."""
    return [(one, view.words.language_name(one)) for one in view.snapshot.watch.settings.languages]


def report_desk(console: Console) -> ReportDesk:
    """What people may do to the reports of an open console."""
    return ReportDesk(console.store, console.folder, console.now, console.assessment)


def desk_of(view: View) -> ReportDesk:
    """For what is done: over the list of the moment in which it is done."""
    return view.console.part(report_desk)


def shown_desk_of(view: View) -> ReportDesk:
    """For what is shown: over the list that the request was given."""
    assessment = view.whole().assessment
    return desk_of(view).over(lambda: assessment)
