"""What the forms of entries about the agreement bring: what was typed, and what it states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData

from trucewatch.desks.provisions.entry_fields import ENTRY_FORMS, KNOWN_AT, EntryField, EntryForm
from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.agreement import Stipulation
from trucewatch.model.agreement_entries import OF_INSTRUMENTS, AgreementEntry
from trucewatch.model.record_mapping import mapping_from
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.agreement_entering import NotTakenError, Stating
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.view import View


def typed_in(form: FormData, entry_form: EntryForm) -> dict[str, list[str]]:
    """What was typed or chosen, by field; lines end as people mean them."""
    typed = {}
    for each in (*entry_form.fields, KNOWN_AT):
        if each.kind == "several":
            typed[each.name] = [text for text in texts_of(form, each.name) if text]
        else:
            text = typed_of(form, each.name).replace("\r\n", "\n").strip()
            typed[each.name] = [text] if text else []
    return typed


def stating_in(view: View, entry_form: EntryForm, about: str, typed: Mapping[str, list[str]]) -> Stating:
    """What a form states. Raises NotTakenError for what is empty and has to be filled in, and for days and moments
    that there are not."""
    faults: dict[str, Message] = {}
    values: dict[str, Any] = {}
    for each in (*entry_form.fields, KNOWN_AT):
        texts = typed[each.name]
        if each.is_needed and not texts:
            faults[each.name] = Message("This is empty; fill it in.")
        if not texts:
            continue
        try:
            values[each.name] = _read(view, each, texts)
        except TimeError as exc:
            faults[each.name] = exc.message
    if faults:
        raise NotTakenError(faults)
    part = part_named(view.watch, about)
    return Stating(
        table=entry_form.table,
        about=about,
        own=_row_of(values, part, entry_form.table),
        known_at=values["known_at"],
    )


def _read(view: View, each: EntryField, texts: list[str]) -> Any:
    if each.kind == "day":
        return view.time_form.read_day(texts[0]).isoformat()
    if each.kind == "moment":
        moment = view.time_form.read_moment(texts[0])
        return moment if each is KNOWN_AT else iso_utc(moment)
    return texts if each.kind == "several" else texts[0]


def _row_of(values: Mapping[str, Any], part: Stipulation | None, table: str) -> dict[str, Any]:
    """The keys of a row, of what a form's fields hold."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        key, _, below = name.partition(".")
        if below:
            row.setdefault(key, {})[below] = value
        elif name not in ("language", "by_other", "known_at"):
            row[name] = value
    for key in ("says", "names"):
        if key in row:
            row[key] = {values.get("language") or "en": row[key]}
    if "by_other" in values and not row.get("by"):
        row["by"] = values["by_other"]
    reads = row.get("reads", {})
    which, figure = reads.pop("which", ""), reads.pop("figure", "")
    if which or figure:
        counter = part.number.counter if part is not None and part.number is not None else ""
        reads["number"] = {"counter": counter, which or "states": figure}
    return row


def chosen_in(view: View, form: EntryForm, entry: AgreementEntry) -> Iterator[tuple[Message, str]]:
    """What was chosen in an entry, each with the label of its field: days, moments and words of lists, in the order of
    the form; without what was typed in words and who speaks."""
    part, own = part_named(view.watch, entry.about), mapping_from(entry.row)
    reads = own.get("reads", {})
    for bound in ("at_least", "at_most", "states"):
        if bound in reads.get("number", {}):
            reads |= {"which": bound, "figure": reads["number"][bound]}
    for each in form.fields:
        key, _, below = each.name.partition(".")
        value = own.get(key, {}).get(below) if below else own.get(key)
        if value in (None, "", [], ()) or each.key in entry.typed or each.kind in ("text", "line"):
            continue
        if each.name == "by" and each.kind == "choice" and form.table != "role":
            continue
        yield each.label, _in_words(view, each, part, value)


def _in_words(view: View, each: EntryField, part: Stipulation | None, value: Any) -> str:
    """What stands in a field of an entry, as a reader is told it."""
    if each.kind == "day":
        return view.words.short_day(date.fromisoformat(str(value)))
    if each.kind == "moment":
        return view.telling.moment(datetime.fromisoformat(str(value)))
    named = dict(each.choices(view, part)) if each.choices else {}
    values = value if isinstance(value, list | tuple) else [value]
    return view.words.gettext(", ").join(named.get(str(one), str(one)) for one in values)


def part_named(watch: Watch, name: str) -> Stipulation | None:
    return next((part for _, part in watch.agreement.stipulations() if part.id == name), None)


def forms_for(view: View, about: str) -> list[EntryForm]:
    """What can be entered of a part of a clause, or of an instrument; without what its text has no use for."""
    part = part_named(view.watch, about)
    if part is None:
        return [form for form in ENTRY_FORMS.values() if form.table in OF_INSTRUMENTS]
    without = {
        "extension": part.deadline is None,
        "term_notice": part.renewal is None,
        "gap": part.kind != "kept_up",
        "judgment": not view.watch.settings.delegation,
    }
    return [
        form for form in ENTRY_FORMS.values() if form.table not in OF_INSTRUMENTS and not without.get(form.table, False)
    ]


def has_use(each: EntryField, part: Stipulation | None) -> bool:
    """Whether a field of a reading can say something of a part: what the part has not, no reading gives otherwise."""
    if each.name in ("reads.day", "reads.bound"):
        return part is not None and part.deadline is not None
    if each.name in ("reads.which", "reads.figure"):
        return part is not None and part.number is not None
    return True


def as_field(view: View, moment: datetime) -> str:
    """A moment as a field for day and time holds it, in the reader's zone."""
    return view.time_form.write_moment(moment)
