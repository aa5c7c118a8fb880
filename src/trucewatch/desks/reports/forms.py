"""What the Reports pages share: what an address or a form asks for, and reports as rows and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import Response

from trucewatch.desks.reports.operations import ReportDesk
from trucewatch.desks.reports.records import DRAFT_ACTS
from trucewatch.desks.reports.wanted import Wanted
from trucewatch.errors import ReportError, TimeError
from trucewatch.locale import Words
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.messages import Message
from trucewatch.model.report import DAILY, Publication
from trucewatch.model.report_draft import ReportDraft
from trucewatch.reports import FORMATS
from trucewatch.reports.daily_build import day_of_event
from trucewatch.reports.kinds import KINDS, may_have_spot
from trucewatch.reports.notes import section_words
from trucewatch.server.console import Console
from trucewatch.server.forms import typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import View

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report is one page with its own style inside, to be opened without this program too. It is shown under its own
address, in a page of its own: the console's policy forbids both inline style and frames, and this way neither has to be
relaxed for the console itself. The page still may run no script and load nothing; a frame would have gained a border
and lost the address."""
OPEN_STATES: Final = ("draft", "checked")
"""Of drafts that can still be changed: neither issued nor discarded."""


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What an address asks for; `notices`: what it asks for that cannot be, in words."""

    wanted: Wanted
    notices: tuple[Message, ...]


def address(path: str, wanted: Wanted, **more: str) -> str:
    """Of a page about a report: `to` is the last day, not the one after."""
    fields = fields_of(wanted)
    return f"{path}?{urlencode(fields | more)}"


def fields_of(wanted: Wanted) -> dict[str, str]:
    """What an address and a form name a report by; a daily one without its kind, as before there were others."""
    fields = {"recipient": wanted.recipient, "from": wanted.day_from.isoformat(), "to": wanted.last.isoformat()}
    if wanted.kind != DAILY:
        fields["kind"] = wanted.kind
    return fields | ({"incident": wanted.incident} if wanted.incident else {})


def kind_title(name: str) -> Message | str:
    """What a kind is called; of one that is not known its name."""
    return KINDS[name].title if name in KINDS else printable(name)


def read_query(view: View, values: Mapping[str, Any]) -> ReportQuery:
    """The report that an address asks for: without a recipient the first, without a day the last that tells
    something. Raises ReportError if the watch has no recipient."""
    from trucewatch.pipeline.issue import default_day

    recipients = [recipient.id for recipient in view.snapshot.watch.settings.recipient]
    if not recipients:
        raise ReportError(
            Message("this watch has no recipient, so there is nobody to report to; add one to watch.toml")
        )
    notices: list[Message] = []
    kind, event = _kind_and_event(view, values, notices)
    recipient = _text(values, "recipient")
    if not recipient and event:
        # The first who may have a report on one event, so that it takes no choice to look at it.
        rules = view.snapshot.watch.settings.recipient
        recipient = next((rule.id for rule in rules if may_have_spot(rule)), recipients[0])
    if recipient not in recipients:
        if recipient:
            notices.append(
                Message(
                    "“{name}” is no recipient of this watch; the first one is shown.", name=printable(recipient)[:60]
                )
            )
        recipient = recipients[0]
    default = default_day(view.whole().assessment)
    stated_first, stated_last = (_day(view, _text(values, name), notices) for name in ("from", "to"))
    last = stated_last
    first = stated_first or last or default
    last = last or first
    if last < first:
        notices.append(Message("The last day lies before the first; one day is shown."))
        last = first
    if event:
        first = last = day_of_event(view.whole().assessment.report_inputs(), event) or first
    elif days := KINDS[kind].days:
        first = first if stated_first or stated_last else default - timedelta(days=days - 1)
        last = first + timedelta(days=days - 1)
    return ReportQuery(Wanted(recipient, first, last + timedelta(days=1), kind, event), tuple(notices))


def _kind_and_event(view: View, values: Mapping[str, Any], notices: list[Message]) -> tuple[str, str]:
    """The kind that is asked for and, of one event, its id; daily, with a notice, for what there is not."""
    kind, event = _text(values, "kind") or DAILY, _text(values, "incident")
    if kind not in KINDS:
        notices.append(
            Message(
                "There is no report of kind “{kind}”; there are: {words}.",
                kind=printable(kind)[:30],
                words=", ".join(KINDS),
            )
        )
        return DAILY, ""
    if not KINDS[kind].is_of_one:
        return kind, ""
    row = view.snapshot.row_beginning(event)
    if row is None:
        notices.append(Message("A spot report is begun on the page of its incident; the daily report is shown."))
        return DAILY, ""
    return kind, view.snapshot.ids[row]


def read_wanted(view: View, values: Mapping[str, Any]) -> Wanted:
    """The same of a form, where nothing is guessed: raises RefusalError 422 for what cannot be."""
    query = read_query(view, values)
    needed = ("recipient", "incident") if query.wanted.incident else ("recipient", "from", "to")
    if query.notices or not all(_text(values, name) for name in needed):
        raise RefusalError(422, next(iter(query.notices), Message("Recipient, first and last day are needed.")))
    return query.wanted


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _day(view: View, text: str, notices: list[Message]) -> date | None:
    """The day that a field names; None where it is empty, and, with a notice, where it holds something else."""
    if not text:
        return None
    try:
        return view.time_form.read_day(text)
    except TimeError as exc:
        notices.append(exc.message)
        return None


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
    languages = view.snapshot.watch.settings.languages
    if language not in languages:
        raise RefusalError(
            422,
            Message(
                'There is no report in "{language}"; there is: {words}.',
                language=printable(language)[:40],
                words=", ".join(languages),
            ),
        )
    return language


def file_choice(form: FormData) -> tuple[str, str]:
    """Which file a form asks for: format and language, by one button (`csv:en`) or by two fields. Raises RefusalError
    422 for a format that there is not."""
    name, gap, language = typed_of(form, "file").partition(":")
    if not gap:
        name, language = typed_of(form, "format"), typed_of(form, "language")
    return known_format(name), language


def file_name(number: str, revision: int, language: str, format_name: str, *, is_draft: bool) -> str:
    """`two-valleys_2031-05-03_public_r1_en.csv`: letters, digits, dots and dashes only."""
    parts = [*number.split("/"), "draft" if is_draft else f"r{revision}", language]
    return plain_file_name(parts) + FORMATS[format_name].suffix


def plain_file_name(parts: Iterable[str]) -> str:
    """The parts of a name of letters, digits, dots and dashes, with `_` between them."""
    return "_".join(re.sub(r"[^A-Za-z0-9.-]", "-", part) for part in parts)


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
    recipient = view.snapshot.watch.recipient(recipient_id)
    return isolated(words.name(recipient.names, otherwise=recipient.id)) if recipient else printable(recipient_id)


def period_of(wanted: Wanted, words: Words) -> str:
    start, end = words.short_day(wanted.day_from), words.short_day(wanted.last)
    return start if wanted.last == wanted.day_from else words.gettext("{start} – {end}").format(start=start, end=end)


def size_words(size_bytes: int, words: Words) -> str:
    if size_bytes < 10_000:
        return words.gettext("{number} bytes").format(number=words.number(size_bytes))
    return words.gettext("{number} KB").format(number=words.number(round(size_bytes / 1000)))


def language_names(view: View) -> list[tuple[str, str]]:
    """The languages of the watch's reports, each by its name."""
    return [(language, view.words.language_name(language)) for language in view.snapshot.watch.settings.languages]


def page_language(view: View, lang: str) -> str:
    """Of a report alone on its page: the language that the address names, if the watch has it, or the reader's."""
    return lang if lang in view.snapshot.watch.settings.languages else view.reader.language


def notes_in_words(source: ReportDraft | Publication, words: Words) -> list[tuple[str, str, str, str]]:
    """Cover note and editors' notes: heading, language by name and by code, text."""
    notes = [
        (
            section_words(note.section, words),
            words.language_name(note.language),
            note.language,
            words.say(note.erased or note.text),
        )
        for note in source.notes
    ]
    cover = source.cover
    if cover is None:
        return notes
    heading = words.gettext("Cover note of {who}, signed") if cover.signature else words.gettext("Cover note of {who}")
    if cover.erased:
        heading = words.gettext("Cover note")
    text = words.say(cover.erased or cover.text)
    return [
        (heading.format(who=isolated(cover.who)), words.language_name(cover.language), cover.language, text),
        *notes,
    ]


def undo_address(draft: ReportDraft) -> str:
    """Where a form that takes back the last act on a draft is sent."""
    return f"/reports/draft/{draft.draft_id}/undo?version={draft.version}"


def to_draft(draft: ReportDraft, sentence: Message) -> Response:
    """On to a draft's page, which says what was done, and takes it back."""
    return after(f"/reports/draft/{draft.draft_id}", Toast(sentence, undo_address(draft)))


def report_desk(console: Console) -> ReportDesk:
    """What people may do to the reports of an open console."""
    return ReportDesk(console.store, console.folder, console.now, console.assessment, console.shared)


def desk_of(view: View) -> ReportDesk:
    """For what is done: over the list of the moment in which it is done; in a replay over that list, of which nothing
    is entered."""
    desk = view.console.part(report_desk)
    return desk.over(lambda: view.assessment) if view.lookback else desk


def shown_desk_of(view: View) -> ReportDesk:
    """For what is shown: over the list that the request was given."""
    assessment = view.whole().assessment
    return desk_of(view).over(lambda: assessment)
