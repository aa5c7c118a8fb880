"""Templates → pages in one reader's language. What comes from outside is escaped; no page holds a script or style of
its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from markupsafe import Markup
from starlette.responses import HTMLResponse

from trucewatch.findings import SENTENCES
from trucewatch.locale import Words, languages, words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.reasons import party_name, recorded_reason, zone_name
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.locale.terms import aspect_word, held_back_word, kind_word, means_word, outcome_word
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.reports.signs import draw_frame, draw_sign
from trucewatch.server.acts import with_tokens
from trucewatch.server.aid_view import medical_first, names_of
from trucewatch.server.drill_shown import drill_shown
from trucewatch.server.neighbours import neighbours_of
from trucewatch.server.people_shown import acting_words, person_words
from trucewatch.server.preferences import OWN_NAMES, THEMES, zone_title, zones_of
from trucewatch.server.rights import who_may
from trucewatch.server.static_files import AnyDesk, files_of, marked
from trucewatch.server.toast import COOKIE, Toast, toast_of
from trucewatch.server.ways_in import reach_of

if TYPE_CHECKING:
    from trucewatch.server.view import View

_CLOCK: Final = Markup("<span data-clock>{}</span>")
"""What the watch's clock shows, where a page goes on with it while a replay runs."""
LONGEST_SHOWN: Final = 4000
"""Characters of one text from outside that a page shows; the record keeps the whole."""


class Pages:
    """How pages are made: the templates of the kit and of every desk, the menu, the files that pages name."""

    def __init__(self, desks: Sequence[AnyDesk]) -> None:
        self.menu = sorted((desk.menu for desk in desks if desk.menu), key=lambda item: item.place)
        own: Mapping[str, BaseLoader] = {desk.name: FileSystemLoader(desk.folder / "templates") for desk in desks}
        self._loader = ChoiceLoader([PackageLoader("trucewatch.server"), PrefixLoader(own)])
        self.files = files_of(desks)
        self._environments: dict[str, Environment] = {}

    def page(self, view: View, template: str, *, status: int, toast: Toast | None, **context: Any) -> HTMLResponse:
        text = self._text(view, template, toast=toast or toast_of(view.request), **context)
        response = HTMLResponse(_led_on(view, with_tokens(text)), status)
        if COOKIE in view.request.cookies:
            response.delete_cookie(COOKIE)
        return response

    def menu_of(self, may_open: Callable[[str], bool]) -> Iterator[Any]:
        """What of the menu somebody may open, each item with the page that is theirs."""
        for item in self.menu:
            if may_open(item.path):
                yield item
            elif item.otherwise and may_open(item.otherwise):
                yield replace(item, path=item.otherwise, label=item.otherwise_label or item.label)

    def fragment(self, view: View, template: str, **context: Any) -> HTMLResponse:
        return HTMLResponse(_led_on(view, with_tokens(self._text(view, template, toast=None, **context))))

    def _text(self, view: View, template: str, **context: Any) -> str:
        visit, snapshot, watch = view.reader, view.snapshot, view.watch

        def may_open(address: str, method: str = "GET") -> bool:
            reach = reach_of(view.request.app)
            return reach.leads(address, method) and reach.lets(view.rights, address, method)

        return (
            self._environment(visit.language)
            .get_template(template)
            .render(
                request=view.request,
                path=view.request.url.path,
                visit=visit,
                telling=visit.telling,
                words=visit.words,
                watch=watch,
                watch_name=visit.words.name(watch.settings.names),
                is_beside=view.beside is not None,
                served_name=visit.words.name(snapshot.watch.settings.names),
                snapshot=snapshot,
                view=view,
                time_form=view.time_form,
                clock_words=_CLOCK.format(visit.telling.moment(snapshot.as_of)),
                console=view.console,
                neighbours=lambda: neighbours_of(view.console).all(),
                menu=list(self.menu_of(may_open)),
                may_open=may_open,
                who_may=lambda *rights: who_may(*rights, words=visit.words, kind=snapshot.watch.kind),
                languages=languages(),
                translation=translation_words(visit.words),
                own_names=OWN_NAMES,
                themes=THEMES,
                zones=zones_of(watch) if view.beside is None else {visit.zone_name: visit.zone},
                outcomes=OUTCOMES,
                frame_words=[
                    (each, held_back_word(visit.words) if each == "undetermined" else outcome_word(each, visit.words))
                    for each in OUTCOMES
                ],
                zone_title=lambda name: zone_title(name, snapshot.as_of),
                zone_words=lambda zone: isolated(zone_name(zone, watch, visit.words)),
                party_words=lambda party: isolated(party_name(party, watch, visit.words)),
                reason_words=lambda reason: recorded_reason(reason, SENTENCES, watch, visit.words),
                told=lambda message: page_text(printable(visit.words.say(message, zone=visit.zone))),
                medical_first=lambda: medical_first(view),
                organisation_words=lambda organisation: isolated(printable(names_of(view).organisation(organisation))),
                person_words=lambda reference, at=None: isolated(person_words(view, reference, at=at)),
                acting_as=acting_words(view),
                drill_runs=drill_shown(view),
                **context,
            )
        )

    def _environment(self, language: str) -> Environment:
        """Jinja with one language's sentences; made once a language."""
        if language not in self._environments:
            self._environments[language] = self._new_environment(language)
        return self._environments[language]

    def _new_environment(self, language: str) -> Environment:
        environment = environment_of(self._loader, words(language))
        environment.globals["asset"] = lambda path: marked(path, self.files)
        return environment


def _led_on(view: View, page: str) -> str:
    return view.lookback.rooted(page) if view.lookback else page


def environment_of(loader: BaseLoader, spoken: Words) -> Environment:
    """Jinja with one language's sentences, over these templates: of the console's pages, and of those that stand
    alone."""
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        spoken.gettext, spoken.ngettext, newstyle=False, pgettext=spoken.pgettext, npgettext=spoken.npgettext
    )
    environment.globals |= {
        "sign": lambda kind, outcome, size=26, label="": Markup(draw_sign(kind, outcome, size=size, label=label)),
        "frame": lambda outcome, size=14: Markup(draw_frame(outcome, size=size)),
        "said": lambda message: page_text(printable(spoken.say(message))),
        "as_typed": spoken.say,  # a text stays as somebody typed it; what stands for an erased one is ours
        "kind_word": lambda word: kind_word(word, spoken),
        "means_word": lambda word: means_word(word, spoken),
        "outcome_word": lambda word: outcome_word(word, spoken),
        "aspect_word": lambda word: aspect_word(word, spoken),
    }
    environment.filters["shown"] = page_text
    return environment


def page_text(text: object) -> str:
    """A text from outside as a page shows it: as it was typed, with marks of direction that end with it, and not longer
    than anyone reads."""
    typed = str(text)
    return isolated(typed if len(typed) <= LONGEST_SHOWN else typed[:LONGEST_SHOWN] + " …")
