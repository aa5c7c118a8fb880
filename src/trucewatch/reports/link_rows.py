"""The links of a report on implementation as its sections: links of clauses and how they stand, their names, what is
stated of them, routes, released openings and corridors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.reports.clause_state_words import fact, source_words
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.link_release import MISSING, ReleasedLink, ReleasedLinks
from trucewatch.reports.link_told import ToldStatement
from trucewatch.reports.link_words import TABLES, LinkWords
from trucewatch.reports.opening_told import ToldOpening
from trucewatch.reports.section import Section, SectionLine


def links_sections(released: ReleasedLinks | None, report: DailyReport, words: Words) -> tuple[Section, ...]:
    """None of a watch without links; sections that would be empty are left out, but for the first."""
    if released is None:
        return ()
    wording = LinkWords(released, report.watch, words)
    serving = [link for link in released.links if link.link.clauses]
    beside = (
        _names(serving, report, wording),
        _statements(serving, report, wording),
        _routes(report, wording),
        _openings(report, wording),
        _corridors(report, wording),
    )
    return (_links(serving, report, wording), *(section for section in beside if section.lines))


def _links(serving: Iterable[ReleasedLink], report: DailyReport, wording: LinkWords) -> Section:
    words, lines = wording.words, []
    for released in serving:
        link, title = released.link, wording.title(released.link)
        for row in released.statuses:
            direction, travellers = wording.direction(link, row.direction), wording.travellers(row)
            status = wording.status(row)
            says = " | ".join(wording.statement(each, link) for each in row.statements)
            lines.append(
                _line(
                    report,
                    (
                        title,
                        words.gettext("{direction}, {who}").format(direction=direction, who=travellers),
                        status,
                        says,
                    ),
                    simulated=released.is_simulated,
                    id=link.id,
                    clauses=list(link.clauses),
                    kind=link.kind,
                    what_words=title,
                    direction=direction,
                    travellers=travellers,
                    state=row.status,
                    state_words=status,
                    text=says,
                )
            )
    return Section(
        name="links",
        heading=words.gettext(
            "Transport links that this watch counts to clauses of the agreement, as known for {day}"
        ).format(day=words.short_day(wording.released.day)),
        columns=(
            words.pgettext("transport", "Link"),
            words.gettext("Direction, for whom"),
            words.gettext("How it stands"),
            words.gettext("Who says so, since when"),
        ),
        widths=(2, 1.4, 1.2, 3.4),
        lines=tuple(lines),
        empty=words.gettext("No link of a clause that can be told here was on record."),
        note=" ".join(
            (
                words.gettext(
                    "Not known: nobody says it, or what is stated differs; each word stands beside the others."
                ),
                words.gettext("No count is made per side, neither of links nor of how they stand."),
                words.gettext(
                    "Which clause a link is counted to is how this watch reads it, no party's word; links of no clause "
                    "are not listed here. Places of links are approximate."
                ),
            )
        ),
    )


def _names(serving: Iterable[ReleasedLink], report: DailyReport, wording: LinkWords) -> Section:
    words = wording.words
    named = [(each.link.id, wording.title(each.link), each.names) for each in serving]
    named += [
        (route.id, words.gettext("route {id}").format(id=printable(route.id)), route.names)
        for route in wording.released.routes
    ]
    named += [
        (each.id, words.gettext("corridor {id}").format(id=printable(each.id)), each.names)
        for each in wording.released.corridors
    ]
    lines = [
        _line(report, (title, text, users or "–"), id=name_id, what_words=title, text=text, giver=users)
        for name_id, title, names in named
        for text, users in wording.name_lines(names)
    ]
    return Section(
        name="link_names",
        heading=words.gettext("What these are called, each name with who uses it"),
        columns=(words.gettext("Which"), words.gettext("Name"), words.gettext("Who uses it")),
        widths=(3, 3, 2),
        lines=tuple(lines),
        note=words.gettext("No name is chosen here; each is its users' own."),
    )


def _statements(serving: Iterable[ReleasedLink], report: DailyReport, wording: LinkWords) -> Section:
    words, lines = wording.words, []
    for released in serving:
        title = wording.title(released.link)
        for each in released.statements:
            if each.table != "status":
                lines.append(_stated(title, released.link.id, each, report, wording, simulated=released.is_simulated))
        if released.length is not None and (released.length.stated or released.link.kind != "crossing"):
            table, length = words.gettext("length, worked out"), wording.length(released.length)
            whose = words.gettext("worked out, no source's own figure")
            lines.append(
                _line(
                    report,
                    (title, table, length, whose, "–"),
                    simulated=released.is_simulated,
                    id=released.link.id,
                    kind="length_worked_out",
                    what_words=table,
                    text=length,
                    giver=whose,
                    km_least=round(released.length.km.least, 1),
                    km_most=round(released.length.km.most, 1),
                )
            )
    return Section(
        name="link_statements",
        heading=words.gettext("What is stated of these links: lengths, works, crossing rules, what is to be decided"),
        columns=_stated_columns(words),
        widths=(1.8, 0.9, 2.8, 1.2, 1.9),
        lines=tuple(lines),
        note=words.gettext(
            "Each line is its speaker's own. A length that is worked out stands beside the figures that are stated and "
            "replaces none."
        ),
    )


def _stated_columns(words: Words) -> tuple[str, ...]:
    return (
        words.gettext("Which"),
        words.gettext("About"),
        words.gettext("What is stated"),
        words.gettext("Who says so"),
        words.gettext("Source and day"),
    )


def _stated(
    title: str,
    of: str,
    each: ToldStatement,
    report: DailyReport,
    wording: LinkWords,
    *,
    simulated: bool,
    start: str = "",
) -> SectionLine:
    words, released = wording.words, wording.released.link(of)
    about = words.pgettext("link table", TABLES[each.table])
    says, who = wording.stated(each, released.link if released else None, start), wording.by_beside_source(each)
    km = {"km_least": each.values["km"], "km_most": each.values["km"]} if each.table == "length" else {}
    return _line(
        report,
        (title, about, says, who, source_words(each.source, each.known_on, words)),
        simulated=simulated,
        id=of,
        kind=each.table,
        what_words=about,
        text=says,
        giver=who,
        known=each.known_on.isoformat() if each.known_on else None,
        cited=printable(each.source),
        **km,
    )


def _routes(report: DailyReport, wording: LinkWords) -> Section:
    words, lines = wording.words, []
    for route in wording.released.routes:
        title = words.gettext("route {id}").format(id=printable(route.id))
        stretches = [
            _stretch(each, wording) if each != MISSING else stretch
            for each, stretch in zip(route.links, wording.stretches(route.links), strict=True)
        ]
        in_order = "; ".join(
            words.gettext("{number}. {stretch}").format(number=words.number(number), stretch=stretch)
            for number, stretch in enumerate(stretches, 1)
        )
        needs = "; ".join(wording.statement(each, None) for each in route.needs)
        lines.append(
            _line(
                report,
                (title, ", ".join(map(printable, route.clauses)) or "–", in_order, needs or "–"),
                id=route.id,
                clauses=list(route.clauses),
                what_words=title,
                text=in_order,
                state_words=needs,
                cited=printable(route.source),
            )
        )
    return Section(
        name="link_routes",
        heading=words.gettext("Routes over several states"),
        columns=(
            words.gettext("Route"),
            words.gettext("Clause"),
            words.gettext("Stretches in order, how each stands"),
            words.gettext("Who has to decide what"),
        ),
        widths=(1.6, 0.6, 4, 1.8),
        lines=tuple(lines),
    )


def _stretch(link_id: str, wording: LinkWords) -> str:
    released = wording.released.link(link_id)
    if released is None:
        return printable(link_id)
    stands = "; ".join(
        f"{wording.direction(released.link, row.direction)}: {wording.status(row)}"
        for row in released.statuses
        if not row.traveller
    )
    return wording.words.gettext("{link} – {stands}").format(link=wording.title(released.link), stands=stands)


def _openings(report: DailyReport, wording: LinkWords) -> Section:
    lines = [line for opening in wording.released.openings for line in _opening_lines(opening, report, wording)]
    words = wording.words
    return Section(
        name="link_openings",
        heading=words.gettext("What an opening would change, as both heads released it"),
        columns=(
            words.gettext("Code and question"),
            words.gettext("For travellers of"),
            words.gettext("Before → after"),
            words.gettext("What is still needed"),
            words.gettext("On whose statements, of parties and bodies"),
        ),
        widths=(2, 1, 2.2, 2.4, 1.2),
        lines=tuple(lines),
        note=words.gettext(
            "Every figure is an interval and rests on what the named ones state and on what this watch assumes; it is "
            "no forecast."
        ),
    )


def _opening_lines(opening: ToldOpening, report: DailyReport, wording: LinkWords) -> Iterator[SectionLine]:
    question = wording.question(opening)
    needed = "; ".join((*wording.whole(opening), *map(wording.need, opening.needs)))
    for side in opening.sides:
        who, change = wording.who(side.side), wording.change(side)
        yield _line(
            report,
            (question, who, change, needed or "–", wording.whom(opening.whose) or "–"),
            id=opening.code,
            clauses=list(opening.clauses),
            what_words=question,
            giver=who,
            text=change,
            state_words=needed,
        )


def _corridors(report: DailyReport, wording: LinkWords) -> Section:
    words, lines = wording.words, []
    simulated = report.watch.settings.simulated
    for corridor in wording.released.corridors:
        title = printable(corridor.id)
        if corridor.instrument:
            title = words.gettext("{corridor}, of clause {clause} of {instrument}").format(
                corridor=title, clause=printable(corridor.clause) or "–", instrument=wording.who(corridor.instrument)
            )
        start = wording.start_of(corridor)
        lines += [
            _stated(title, corridor.id, each, report, wording, simulated=simulated, start=start)
            for each in corridor.statements
        ]
    return Section(
        name="corridors",
        heading=words.gettext("Corridors that an instrument or a name calls so"),
        columns=_stated_columns(words),
        widths=(1.8, 0.9, 2.8, 1.2, 1.9),
        lines=tuple(lines),
        note=words.gettext(
            "Passages and queues are told no finer than this recipient is told times, and never as they are now. What "
            "a checkpoint is called is each speaker's own word."
        ),
    )


def _line(report: DailyReport, cells: tuple[str, ...], *, simulated: bool = False, **facts: Any) -> SectionLine:
    is_simulated = simulated or report.watch.settings.simulated
    return SectionLine(
        number=None,
        cells=tuple(cell or "–" for cell in cells),
        facts=fact(report, **facts) | {"simulated": is_simulated},
        simulated=is_simulated,
    )
