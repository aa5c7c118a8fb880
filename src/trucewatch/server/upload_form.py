"""What is proposed for a brought file, and what its form asks for: which source, which name, which mapping."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from starlette.datastructures import FormData

from trucewatch.errors import UnreadableInput
from trucewatch.locale import Words
from trucewatch.locale.terms import perceived_word
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.people import PERCEIVED
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.reader import head_of
from trucewatch.server.accept import NEW, Choices, new_setting
from trucewatch.server.column_mapping import FORMS, chosen_setting, guessed, mapping_form, targets_of
from trucewatch.server.forms import text_of, words_of
from trucewatch.server.inbox import name_for, reads
from trucewatch.server.preview import Preview, preview_reading
from trucewatch.server.source_answers import CLAIM, MESSAGES, OWN, SIDE, answered, repeated_choice, speakers, unanswered
from trucewatch.server.uploads import Pending
from trucewatch.sources import adapters
from trucewatch.sources.form_answers import is_export
from trucewatch.sources.guess import format_of, reads_like_prose
from trucewatch.sources.kobo import our_questions
from trucewatch.sources.stream import kind_of
from trucewatch.sources.table import fold

_BY_COLUMNS: Final = ("event_table", "smm_table")
"""Adapters that are proposed by what a file's columns are called, before any of its rows can be taken."""
_PROSE: Final = Message(
    "the file is a text in words and no table; a table has one line of column names and then one event a line"
)
TRACKS: Final = "tracks"
HANDLINGS: Final = ("open", "restricted", "confidential")


def first_choices(watch: Watch, pending: Pending, source_id: str, now: datetime) -> Choices:
    """The source that was asked for; without one, the one that reads the name, else the one that can read the most
    rows."""
    by_id = {source.id: source for source in watch.settings.source}
    if source_id in by_id:
        return Choices(setting=by_id[source_id], name=name_for(by_id[source_id], pending.name), is_new=False)
    if source_id != NEW:
        by_name = [source for source in watch.settings.source if reads(source, pending.name)]
        best = by_name[0] if len(by_name) == 1 else _best_reader(watch, pending, watch.settings.source, now)
        if best is not None:
            return Choices(setting=best, name=name_for(best, pending.name), is_new=False)
    return _new_choices(watch, pending, "", now)


def why_no_table(watch: Watch, pending: Pending, choices: Choices, now: datetime) -> Message | None:
    """Why a brought file is nothing that a source could read, in one sentence; None for a table, however faulty, for
    mail and exports of messages, and for whatever an adapter takes rows of."""
    if format_of(pending.path):
        return None
    try:
        is_prose = reads_like_prose(*head_of(pending.path))
        fault = _PROSE if is_prose else None
    except UnreadableInput as exc:
        fault = exc.message
    if fault is None or _has_its_columns(preview_reading(pending.path, pending.name, choices.setting, watch, now)):
        return None
    return Message("{file}: {why}. Nothing was kept.", file=pending.name, why=fault)


def _best_reader(
    watch: Watch, pending: Pending, sources: tuple[SourceSetting, ...], now: datetime
) -> SourceSetting | None:
    """The source that takes the most rows of the file, if it takes more than half of them."""
    best, most = None, 0.5
    for source in sources:
        if not _may_be(source.adapter, pending):
            continue
        preview = preview_reading(pending.path, pending.name, source, watch, now)
        if preview.is_ended:
            return None  # it ends any reader: no other source is tried on it
        share = preview.taken / max(preview.taken + preview.refused, 1)
        if share > most:
            best, most = source, share
    return best


def _may_be(adapter: str, pending: Pending) -> bool:
    """Whether a file may be proposed for an adapter that was not asked for: any list of events has times and places, as
    a track has, so only GPX is taken for one unasked."""
    if adapter != TRACKS:
        return True
    try:
        return kind_of(pending.path) == "gpx"
    except UnreadableInput:
        return False


def _new_choices(watch: Watch, pending: Pending, adapter: str, now: datetime) -> Choices:
    """A source of its own: by the adapter whose columns the file has, else by a mapping."""
    setting = new_setting(watch, adapter or "event_table", pending.name)
    if not adapter:
        others = [name for name in adapters() if name not in _BY_COLUMNS and _may_be(name, pending)]
        tried = [replace(setting, adapter=name, time_zone="") for name in others]
        fits = _best_reader(watch, pending, tuple(tried), now)
        if fits is not None:
            return Choices(setting=fits, name=pending.name, is_new=True)
        # A mail or an export of which nothing can be taken is no table either: its own reader says what is wrong.
        if adapter := format_of(pending.path):
            return Choices(setting=replace(setting, adapter=adapter), name=pending.name, is_new=True)
        table = replace(setting, adapter="smm_table")
        if _has_its_columns(preview_reading(pending.path, pending.name, table, watch, now)):
            return Choices(setting=table, name=pending.name, is_new=True)
        # The export of a form of somebody's own has times of the telephone, and a place that is not the event's.
        if _asks_other_questions(pending):
            setting = replace(setting, adapter=FORMS)
    if setting.adapter == "event_table" or (setting.adapter == FORMS and _asks_other_questions(pending)):
        setting = guessed(pending.path, setting)
    return Choices(setting=setting, name=pending.name, is_new=True)


def _asks_other_questions(pending: Pending) -> bool:
    """Whether a file is a table of submissions of a form that is not the one that ships with us."""
    try:
        keys = [fold(name) for name in head_of(pending.path, 1)[0]]
    except UnreadableInput:
        return False
    return is_export(keys) and our_questions(keys) is None


def _has_its_columns(preview: Preview) -> bool:
    """Whether an adapter knows the columns of a file, though it may take none of its rows yet: posts that the register
    lacks are entered by whoever sees them refused."""
    if preview.is_ended:
        return False
    return preview.taken > 0 or (preview.fault is None and preview.refused > 0)


def chosen(watch: Watch, form: FormData, pending: Pending, choices: Choices, now: datetime) -> Choices:
    """What the form asks for. Another source or adapter begins anew; otherwise the mapping and the names are taken
    over."""
    source_id = text_of(form, "source")
    standing = NEW if choices.is_new else choices.setting.id
    if source_id and source_id != standing:
        return first_choices(watch, pending, source_id, now)
    adapter = text_of(form, "adapter")
    if choices.is_new and adapter in adapters() and adapter != choices.setting.adapter:
        return answered(watch, form, _new_choices(watch, pending, adapter, now))
    setting, name = choices.setting, text_of(form, "name", 200) or choices.name
    if text_of(form, "mapping") == "on":
        try:
            header: tuple[str, ...] = head_of(pending.path, 1)[0]
        except UnreadableInput:
            header = ()
        setting = chosen_setting(form, setting, header)
    if not choices.is_new:
        return Choices(setting=setting, name=name, is_new=False)
    handling = text_of(form, "handling")
    setting = replace(
        setting,
        id=text_of(form, "id", 60) or setting.id,
        files=(f"inbox/{name}",),
        licence=words_of(form, "licence"),
        handling="open" if handling == "open" else "confidential" if handling == "confidential" else "restricted",
    )
    return answered(watch, form, replace(choices, setting=setting, name=name))


def look_at(watch: Watch, pending: Pending, choices: Choices, now: datetime, spoken: Words) -> dict[str, Any]:
    """What the pages of a brought file show of it: its columns and what they become, and how it reads so."""
    setting = choices.setting
    has_mapping = (setting.adapter == "event_table" and not setting.preset) or (
        setting.adapter == FORMS and (bool(setting.columns) or _asks_other_questions(pending))
    )
    form = mapping_form(pending.path, setting) if has_mapping else None
    if form is not None and form.fault and setting.adapter == FORMS:
        form = None  # answers in JSON have no columns to choose
    preview = preview_reading(pending.path, pending.name, setting, watch, now)
    missing = []
    if has_mapping and form is not None and not form.fault:
        missing = [name for name, ways in _NEEDED.items() if not any(way in setting.columns for way in ways)]
    repeated, copied = repeated_choice(choices)
    standing = next((source for source in watch.settings.source if source.id == setting.id), None)
    return {
        "pending": pending,
        "choices": choices,
        "setting": setting,
        "seen": preview,
        "form": form,
        "missing": missing,
        "fault": (form.fault if form else None) or (None if missing else preview.fault),
        "targets": targets_of(setting),
        "kinds": KINDS,
        "all_means": MEANS,
        "handlings": HANDLINGS,
        "adapters": [adapter.card for adapter in adapters().values()],
        "card": adapters()[setting.adapter].card,
        "changes_watch": choices.is_new or setting != standing or not reads(setting, choices.name),
        "parties": [*watch.agreement.party],
        "claimants": speakers(watch, CLAIM),
        "sides": speakers(watch, SIDE),
        "own_delegations": speakers(watch, OWN),
        "messages": MESSAGES,
        "repeated": repeated,
        "copied": copied,
        "sources_of_watch": watch.settings.source,
        "unanswered": unanswered(choices),
        "perceived": [(word, perceived_word(word, spoken)) for word in PERCEIVED],
    }


_NEEDED: Final = {"kind": ("kind",), "when": ("occurred_start", "date_start", "day")}
"""What a mapping cannot do without."""
