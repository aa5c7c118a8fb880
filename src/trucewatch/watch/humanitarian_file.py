"""`humanitarian.toml` → organisations, districts and hours of a humanitarian response, each fault with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.humanitarian import MOST_KEEP_DAYS, District, HumanitarianFile, Organisation
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Zone
from trucewatch.watch.consistency import is_plain_id
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_lines import Path
from trucewatch.watch.toml_records import did_you_mean, read_record

HUMANITARIAN_FILE: Final = "humanitarian.toml"
MOST_HOURS: Final = 720


def read_humanitarian(
    content: bytes | None, settings: WatchFile | None, agreement: Agreement | None, zones: Sequence[Zone]
) -> tuple[HumanitarianFile | None, list[Fault]]:
    """What the file says, None without it. What of the watch cannot be read is not asked for."""
    if content is None:
        return None, []
    table, lines, read_faults = read_record(content, HUMANITARIAN_FILE, HumanitarianFile)
    if table is None:
        return None, read_faults
    faults = FaultList(HUMANITARIAN_FILE, lines)
    faults += read_faults
    _check_organisations(table, settings, agreement, faults)
    _check_districts(table, settings, zones, faults)
    _check_editions(table, faults)
    _check_coordinator(table, faults)
    _check_hours(table, faults)
    return table, list(faults)


def _check_organisations(
    table: HumanitarianFile, settings: WatchFile | None, agreement: Agreement | None, faults: FaultList
) -> None:
    _check_unique("organisation", [organisation.id for organisation in table.organisation], faults)
    others = {party.id for party in agreement.party} | {body.id for body in agreement.body} if agreement else set()
    others |= {delegation.id for delegation in settings.delegation} if settings else set()
    for index, organisation in enumerate(table.organisation):
        path: Path = ("organisation", index)
        place = Message('organisation "{organisation}"', organisation=organisation.id[:40])
        _check_id(organisation.id, path, place, faults)
        _check_names(organisation.names, path, place, settings, faults)
        if organisation.id in others and organisation.kind != "peacekeepers":
            faults.error(
                (*path, "id"),
                Message('"{id}" is a party, a body or a delegation already', id=organisation.id),
                Message("give the organisation an id of its own"),
                place,
            )
        _check_side(organisation, path, place, agreement, faults)


def _check_side(
    organisation: Organisation, path: Path, place: Message, agreement: Agreement | None, faults: FaultList
) -> None:
    """A body of a side says of which; nobody else belongs to one."""
    if organisation.kind != "state_body":
        if organisation.side:
            what = Message('stands for the side "{side}" and is no body of a side', side=organisation.side[:40])
            faults.error((*path, "side"), what, Message('take side away, or write kind = "state_body"'), place)
        return
    sides = sorted(agreement.bound_ids) if agreement else []
    if not organisation.side:
        names = ", ".join(sides) or Message("see agreement.toml")
        faults.error(path, Message("is a body of no side"), Message("write side = …: {names}", names=names), place)
    elif agreement is not None and organisation.side not in sides:
        what = Message('side "{side}" is no party that the agreement binds', side=organisation.side[:40])
        faults.error((*path, "side"), what, did_you_mean(organisation.side, sides), place)


def _check_districts(
    table: HumanitarianFile, settings: WatchFile | None, zones: Sequence[Zone], faults: FaultList
) -> None:
    _check_unique("district", [district.id for district in table.district], faults)
    areas = {zone.id for zone in zones if zone.kind != "line"}
    first: dict[str, str] = {}
    for index, district in enumerate(table.district):
        path: Path = ("district", index)
        place = Message('district "{district}"', district=district.id[:40])
        _check_id(district.id, path, place, faults)
        _check_names(district.names, path, place, settings, faults)
        if any(zone.id == district.zone and zone.kind == "line" for zone in zones):
            what = Message('zone "{zone}" is a line and has no inside', zone=district.zone[:40])
            faults.error((*path, "zone"), what, Message("name an area of zones.geojson"), place)
        elif district.zone not in areas:
            what = Message('zone "{zone}" is not in zones.geojson', zone=district.zone[:40])
            faults.error((*path, "zone"), what, did_you_mean(district.zone, sorted(areas)), place)
        if district.zone in first:
            what = Message('has the outline of district "{other}" too', other=first[district.zone])
            faults.error((*path, "zone"), what, Message("a place lies in one district; name another zone"), place)
        first.setdefault(district.zone, district.id[:40])
        _check_codes(district, path, place, faults)


def _check_codes(district: District, path: Path, place: Message, faults: FaultList) -> None:
    """A code without its list is a number; two codes of one list are two districts."""
    lists: set[tuple[str, str]] = set()
    for number, pcode in enumerate(district.pcode):
        at: Path = (*path, "pcode", number)
        if not pcode.code.strip():
            faults.error((*at, "code"), Message("a P-code is empty"), Message("write it, or take it away"), place)
        if not pcode.edition.strip() or not pcode.of.strip():
            what = Message('of P-code "{code}" it is not said whose it is and of which edition', code=pcode.code[:40])
            remedy = Message('write both, as in of = "OCHA COD-AB", edition = "2031-01"')
            faults.error(at, what, remedy, place)
        if (pcode.of, pcode.edition) in lists:
            what = Message("has two P-codes of the same edition of {of}", of=pcode.of[:60])
            faults.error(at, what, Message("keep the one that stands in that list"), place)
        lists.add((pcode.of, pcode.edition))


def _check_editions(table: HumanitarianFile, faults: FaultList) -> None:
    """A warning where codes come from several editions of one list, and a fault where a code means two districts."""
    editions: dict[str, dict[str, int]] = {}
    meant: dict[tuple[str, str, str], str] = {}
    for index, district in enumerate(table.district):
        for pcode in district.pcode:
            editions.setdefault(pcode.of, {}).setdefault(pcode.edition, index)
            other = meant.setdefault((pcode.of, pcode.edition, pcode.code), district.id)
            if other != district.id:
                what = Message('P-code "{code}" stands for district "{other}" too', code=pcode.code[:40], other=other)
                remedy = Message("a code of an edition is one district's; look it up in that list")
                place = Message('district "{district}"', district=district.id[:40])
                faults.error(("district", index, "pcode"), what, remedy, place)
    for of, indexes in sorted(editions.items()):
        if len(indexes) > 1:
            what = Message(
                "P-codes come from {count} editions of {of}: {editions}; a code may mean another outline in each",
                count=len(indexes),
                of=of[:60],
                editions=", ".join(edition[:40] for edition in sorted(indexes)),
            )
            remedy = Message("take all from one edition, or keep this in mind: each code is given with its edition")
            faults.warning(("district", max(indexes.values()), "pcode"), what, remedy)


def _check_coordinator(table: HumanitarianFile, faults: FaultList) -> None:
    if not table.coordinator:
        return
    coordinator = table.organisation_of(table.coordinator)
    if coordinator is None:
        names = sorted(organisation.id for organisation in table.organisation)
        what = Message('coordinator "{id}" is no organisation of this file', id=table.coordinator[:40])
        faults.error(("coordinator",), what, did_you_mean(table.coordinator, names))
    elif coordinator.kind in ("state_body", "peacekeepers"):
        what = Message('coordinator "{id}" is a body of a side, or peacekeepers', id=coordinator.id)
        remedy = Message("what organisations enter should lie with a humanitarian body; docs/humanitarian.md says why")
        faults.warning(("coordinator",), what, remedy)


def _check_hours(table: HumanitarianFile, faults: FaultList) -> None:
    hours = table.hours
    for key, value in (("notice", hours.notice), ("emergency", hours.emergency)):
        if not 1 <= value <= MOST_HOURS:
            faults.error(
                ("hours", key),
                Message("{key} is {hours} hours", key=key, hours=value),
                Message("write hours from 1 to {most}", most=MOST_HOURS),
            )
    if hours.emergency > hours.notice:
        what = Message(
            "in an emergency more hours are asked ({emergency}) than otherwise ({notice})",
            emergency=hours.emergency,
            notice=hours.notice,
        )
        faults.error(("hours",), what, Message("swap them"))
    if not 1 <= table.lapse_hours <= MOST_HOURS:
        what = Message("lapse_hours is {hours}", hours=table.lapse_hours)
        faults.error(("lapse_hours",), what, Message("write hours from 1 to {most}; 72 if unsure", most=MOST_HOURS))
    if table.keep_days:
        _check_days(table.keep_days, faults)


def _check_days(keep_days: Mapping[str, int], faults: FaultList) -> None:
    from trucewatch.model.aid_registry import TABLES  # of a humanitarian instance alone

    for name, days in keep_days.items():
        faults.check_word(("keep_days", name), name, TABLES, "table")
        if not 1 <= days <= MOST_KEEP_DAYS:
            faults.error(
                ("keep_days", name),
                Message('keep_days of "{table}" is {days}', table=name[:40], days=days),
                Message("write days from 1 to {most}; 90 without the line", most=MOST_KEEP_DAYS),
            )


def _check_unique(key: str, ids: Sequence[str], faults: FaultList) -> None:
    for index, written in enumerate(ids):
        if written in ids[:index]:
            what = Message('{key} "{id}" stands above already', key=key, id=written[:40])
            faults.error((key, index, "id"), what, Message("give each its own id"))


def _check_id(written: str, path: Path, place: Message, faults: FaultList) -> None:
    if not is_plain_id(written):
        remedy = Message("write letters of the Latin alphabet, digits and hyphens; it stands in file names")
        faults.error((*path, "id"), Message('id "{id}" cannot be a file name', id=written[:40]), remedy, place)


def _check_names(
    names: Mapping[str, str], path: Path, place: Message, settings: WatchFile | None, faults: FaultList
) -> None:
    if not names or not all(name.strip() for name in names.values()):
        faults.error((*path, "names"), Message("has no name"), Message('write names = {{ en = "…" }}'), place)
        return
    for language in settings.languages if settings is not None else ():
        if language not in names:
            what = Message('has no name in "{language}"', language=language)
            faults.warning((*path, "names"), what, Message("add it to names"), place)
