"""What can be stated of a link, a route or a corridor by hand, in plain words: a form for each table, with its fields
and their choices; and what was typed in it as the keys of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from starlette.datastructures import FormData

from trucewatch.desks.linking.wording import TRAFFIC_WORDS, WORKS_WORDS, direction_words, name_of
from trucewatch.errors import TimeError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.link_names import link_title, names_of_corridor, node_label, route_title, users_names
from trucewatch.model.link_statements import DIRECTIONS, STATUS_WORDS, STATUSES, TRAFFIC, WORKS_STATES
from trucewatch.model.links import Link, Network
from trucewatch.model.times import iso_utc
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.link_entering import MOST
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.view import View

FieldKind = Literal["text", "line", "day", "moment", "choice", "several", "number", "count"]
Choices = Sequence[tuple[str, str]]
_NUMBER: Final = re.compile(r"-?\d{1,9}([.,]\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: a link, route or corridor of a network, by its id."""

    network: Network
    about: str

    @property
    def link(self) -> Link | None:
        return self.network.link(self.about)

    @property
    def first_link(self) -> Link | None:
        """The link itself, or the first through which a corridor leads."""
        corridor = self.network.corridor(self.about)
        names = corridor.links if corridor else (self.about,)
        return self.network.link(names[0]) if names else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkField:
    """One field of a form. `name`: a key of the row. in_languages: whether its words go by language."""

    name: str
    kind: FieldKind
    label: Message
    is_needed: bool = False
    in_languages: bool = False
    choices: Callable[[View, Subject], Choices] | None = None
    note: Message | None = None

    @property
    def most(self) -> int:
        return MOST.get(self.name, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkForm:
    """One thing that can be stated: what it is called, what it means, and its fields."""

    table: str
    title: Message
    note: Message
    fields: tuple[LinkField, ...] = field(default=())


def _speakers(view: View, subject: Subject) -> Choices:
    agreement = view.watch.agreement
    ids = [*(party.id for party in agreement.party), *(body.id for body in agreement.body)]
    return _by_name(view, subject, [*ids, *(state.id for state in subject.network.states)])


def _people(view: View, subject: Subject) -> Choices:
    ids = list(dict.fromkeys([*view.watch.names_by_id, *(state.id for state in subject.network.states)]))
    return _by_name(view, subject, ids)


def _travellers(view: View, subject: Subject) -> Choices:
    ids = [*view.watch.agreement.party_ids, *(state.id for state in subject.network.states)]
    return _by_name(view, subject, ids)


def _by_name(view: View, subject: Subject, ids: Sequence[str]) -> Choices:
    """In the order of the reader's names, which says nothing."""
    named = [(code, name_of(view, subject.network, code)) for code in dict.fromkeys(ids)]
    return sorted(named, key=lambda each: (each[1], each[0]))


def _statuses(view: View, subject: Subject) -> Choices:
    return [(status, view.words.say(STATUS_WORDS[status])) for status in STATUSES]


def _works(view: View, subject: Subject) -> Choices:
    return [(state, view.words.say(WORKS_WORDS[state])) for state in WORKS_STATES]


def _traffic(view: View, subject: Subject) -> Choices:
    return [(kind, view.words.say(TRAFFIC_WORDS[kind])) for kind in TRAFFIC]


def _directions(view: View, subject: Subject) -> Choices:
    first, second = ends_of(view, subject)
    return [(each, view.words.say(direction_words(each, first, second))) for each in DIRECTIONS]


def _clauses(view: View, subject: Subject) -> Choices:
    agreement, words = view.watch.agreement, view.words
    parts = [(part.id, words.name(part.summary, otherwise=part.id)) for _, part in agreement.stipulations()]
    return [(name, printable(f"{name} {text}" if text != name else name)) for name, text in parts]


def _languages(view: View, subject: Subject) -> Choices:
    return [(code, code) for code in _language_codes(view)]


def _language_codes(view: View) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*view.watch.settings.languages, "en")))


def ends_of(view: View, subject: Subject) -> tuple[str, str]:
    """The names of the two ends between which directions are told."""
    link = subject.first_link
    if link is None:
        return "1", "2"
    first, second = (end_name(view, subject.network, node) for node in (link.from_, link.to))
    return first, second


def end_name(view: View, network: Network, node_id: str) -> str:
    """What a node is called to this reader: all its names by their policy; its id where there is no such node."""
    node = network.node(node_id)
    return printable(node_label(view.watch, node, view.words.language) if node else node_id)


def subject_name(view: View, subject: Subject) -> str:
    """What an entry is about, in the product's own words; a corridor by its users' names, none chosen."""
    if subject.link is not None:
        return printable(link_title(view.watch, subject.link, view.words))
    route = subject.network.route(subject.about)
    if route is not None:
        return printable(route_title(view.watch, route, view.words, network=subject.network))
    corridor = subject.network.corridor(subject.about)
    own = names_of_corridor(view.watch, corridor) if corridor else ()
    names = users_names(view.watch, own, None, view.words.language)
    return printable(" / ".join(name.text for name in names) or subject.about)


BY: Final = LinkField(
    name="by",
    kind="choice",
    label=Message("Whose word it is"),
    choices=_speakers,
    note=Message("Leave it empty where nobody of them says so: it is then the word of its source."),
)
LANGUAGE: Final = LinkField(name="language", kind="choice", label=Message("Language of the words"), choices=_languages)
SOURCE: Final = LinkField(
    name="source", kind="line", label=Message("Where it was read: paper, agency, day"), is_needed=True
)
KNOWN_AT: Final = LinkField(
    name="known_at", kind="moment", label=Message("Since when this watch knows of it"), is_needed=True
)
_SAYS: Final = LinkField(name="says", kind="text", label=Message("What they say, in their words"), in_languages=True)
_SINCE: Final = LinkField(name="since", kind="day", label=Message("Since when it is so"))
_UNTIL: Final = LinkField(
    name="until", kind="day", label=Message("The first day on which it is no longer so, if that is stated")
)
_DIRECTION: Final = LinkField(
    name="direction", kind="choice", label=Message("Direction"), is_needed=True, choices=_directions
)
_FOR: Final = LinkField(
    name="for", kind="several", label=Message("For whose travellers, if not for everybody"), choices=_travellers
)
_TRAFFIC: Final = LinkField(
    name="traffic", kind="choice", label=Message("Who or what"), is_needed=True, choices=_traffic
)


def _form(table: str, title: Message, note: Message, *own: LinkField) -> LinkForm:
    language = (LANGUAGE,) if any(each.in_languages for each in own) else ()
    return LinkForm(table=table, title=title, note=note, fields=(BY, *own, *language, SOURCE, KNOWN_AT))


def _words(name: str, label: Message, *, is_needed: bool = False, kind: FieldKind = "line") -> LinkField:
    return LinkField(name=name, kind=kind, label=label, is_needed=is_needed, in_languages=True)


def _number(name: str, label: Message, *, is_needed: bool = True, kind: FieldKind = "number") -> LinkField:
    return LinkField(name=name, kind=kind, label=label, is_needed=is_needed)


LINK_FORMS: Final[Mapping[str, LinkForm]] = {
    form.table: form
    for form in (
        _form(
            "status",
            Message("How it stands"),
            Message(
                "What somebody says of how it stands, and since when. Where two say different things, it is not known."
            ),
            LinkField(name="status", kind="choice", label=Message("How it stands"), is_needed=True, choices=_statuses),
            _DIRECTION,
            _FOR,
            _SINCE,
            LinkField(
                name="since_latest", kind="day", label=Message("The last day on which it may have begun, if unsure")
            ),
            _UNTIL,
            LinkField(name="said", kind="day", label=Message("When they said so")),
            _SAYS,
        ),
        _form(
            "length",
            Message("How long it is"),
            Message("A length as somebody states it. Figures that differ are all kept, each with whose it is."),
            _number("km", Message("Kilometres")),
            _words("of", Message("Of which stretch, if not of the whole")),
        ),
        _form(
            "minutes",
            Message("How long it takes"),
            Message("The time to pass it, as somebody states it: twice the same where they give one figure."),
            _number("least", Message("Minutes, at least")),
            _number("most", Message("Minutes, at most")),
        ),
        _form(
            "works",
            Message("Works"),
            Message("How works on it stand, as somebody states it."),
            LinkField(name="state", kind="choice", label=Message("How they stand"), is_needed=True, choices=_works),
            _SINCE,
            LinkField(name="due", kind="day", label=Message("To be finished by, as stated")),
            _SAYS,
        ),
        _form(
            "rules",
            Message("Crossing rules"),
            Message("Who may cross and how, each as the one who states it puts it."),
            _words("who", Message("Who may pass")),
            _words("cargo", Message("With what cargo")),
            _words("papers", Message("With which papers")),
            _words("hours", Message("At which hours")),
            _words("controller", Message("Who controls it, as they name them")),
            _SINCE,
            _UNTIL,
        ),
        _form(
            "need",
            Message("What has to be decided"),
            Message("What has to be decided before it can open, and by whom, as somebody states it."),
            _words("what", Message("What has to be decided"), is_needed=True, kind="text"),
            LinkField(name="who", kind="several", label=Message("By whom"), is_needed=True, choices=_people),
            LinkField(name="clauses", kind="several", label=Message("Under which clauses"), choices=_clauses),
            LinkField(name="settled", kind="day", label=Message("The day on which it was decided, if it was")),
        ),
        _form(
            "passage",
            Message("Who passed"),
            Message("How many passed on a day or on several, as somebody states it."),
            LinkField(name="day", kind="day", label=Message("Day"), is_needed=True),
            LinkField(name="day_latest", kind="day", label=Message("Last day, if it is of several")),
            _DIRECTION,
            _TRAFFIC,
            _number("least", Message("How many, at least"), kind="count"),
            _number("most", Message("How many, at most"), kind="count"),
        ),
        _form(
            "queue",
            Message("Who waits"),
            Message("How many wait, or how long, at a moment, as somebody states it."),
            LinkField(name="at", kind="moment", label=Message("At which moment"), is_needed=True),
            _DIRECTION,
            _TRAFFIC,
            _number("waiting", Message("How many wait"), is_needed=False, kind="count"),
            _number("hours", Message("How many hours they wait"), is_needed=False),
        ),
        _form(
            "closure",
            Message("A time in which it could not be passed"),
            Message("From which day on nobody, or not everybody, could pass, with the reason that they give."),
            LinkField(name="since", kind="day", label=Message("Since when"), is_needed=True),
            LinkField(name="until", kind="day", label=Message("The first day on which it could be passed again")),
            _DIRECTION,
            _FOR,
            _SAYS,
        ),
        _form(
            "checkpoint",
            Message("What they call the checkpoint"),
            Message("Each side's own word for a checkpoint. None is put above another."),
            _words("called", Message("What they call it"), is_needed=True),
            _SINCE,
            _SAYS,
        ),
    )
}
"""What can be stated, in the order in which it is offered."""


class TypedError(Exception):
    """What was typed in a form is no row; `faults` says why, by field."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(str(next(iter(faults.values()))))
        self.faults = dict(faults)


def typed_in(form: FormData, link_form: LinkForm) -> dict[str, list[str]]:
    """What was typed or chosen, by field; lines end as people mean them."""
    typed = {}
    for each in link_form.fields:
        if each.kind == "several":
            typed[each.name] = [text for text in texts_of(form, each.name) if text]
        else:
            text = as_typed(typed_of(form, each.name))
            typed[each.name] = [text] if text else []
    return typed


def row_in(view: View, link_form: LinkForm, typed: Mapping[str, list[str]]) -> dict[str, Any]:
    """The keys of a row, of what was typed. Raises TypedError for what is empty and has to be filled in, and for days,
    moments and numbers that there are not."""
    faults: dict[str, Message] = {}
    row: dict[str, Any] = {}
    language = (typed.get("language") or ["en"])[0]
    if language not in _language_codes(view):  # it becomes a key in the ledger, where nothing that is typed may stand
        faults["language"] = Message("This is none of the languages of this watch; choose one.")
    for each in link_form.fields:
        texts = typed.get(each.name, [])
        if each.is_needed and not texts:
            faults[each.name] = Message("This is empty; fill it in.")
        if not texts or each.name == "language":
            continue
        try:
            row[each.name] = {language: texts[0]} if each.in_languages else _read(view, each, texts)
        except (TimeError, TypedError) as exc:
            faults[each.name] = exc.message if isinstance(exc, TimeError) else exc.faults[each.name]
    if faults:
        raise TypedError(faults)
    return row


def _read(view: View, each: LinkField, texts: list[str]) -> Any:
    if each.kind == "day":
        return view.time_form.read_day(texts[0]).isoformat()
    if each.kind == "moment":
        return iso_utc(view.time_form.read_moment(texts[0]))
    if each.kind in ("number", "count"):
        if not _NUMBER.fullmatch(texts[0].strip()):
            raise TypedError({each.name: Message("This is no number; write it as 110.4 or 12.")})
        return texts[0].strip().replace(",", ".")
    return texts if each.kind == "several" else texts[0]
