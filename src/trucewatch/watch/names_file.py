"""`names.toml` → the table of names, and what must hold of it: known places and users, sources, days, one row a
place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as Folder

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.humanitarian import HumanitarianFile
from trucewatch.model.links import Network
from trucewatch.model.names import OUR_OWN, UNITED_NATIONS, NamesFile, PlaceName, PlaceRow
from trucewatch.model.naming import ALL, INSTRUMENT, SIDE, STANDARDISED, THEATRE, parties_that_name, script_of
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Basemap, Zone
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_lines import Path, TomlLines
from trucewatch.watch.toml_records import did_you_mean

NAMES_FILE = "names.toml"


def second_tables(folder: Folder) -> list[Fault]:
    """A fault for every further file of the folder that looks like a table of names: two would be two policies."""
    others = sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file() and path.name != NAMES_FILE and path.name.lower().startswith("names")
    )
    remedy = Message("move its rows into names.toml, or move it away")
    return [Fault(name, 0, "", Message("is a second table of names"), remedy) for name in others]


def check_names(
    table: NamesFile,
    lines: TomlLines,
    *,
    settings: WatchFile | None,
    agreement: Agreement | None,
    zones: Sequence[Zone],
    basemap: Basemap,
    network: Network | None = None,
    humanitarian: HumanitarianFile | None = None,
) -> list[Fault]:
    """Faults of the table when it is held against the watch. What of the watch cannot be read is not asked for."""
    faults = FaultList(NAMES_FILE, lines)
    place_ids = {THEATRE, *(zone.id for zone in zones), *(town.id for town in basemap.towns)}
    place_ids |= {node.place for node in (network.nodes if network is not None else ()) if node.place}
    place_ids |= {district.id for district in (humanitarian.district if humanitarian is not None else ())}
    row_of: dict[str, str] = {}
    for index, row in enumerate(table.place):
        path: Path = ("place", index)
        place = Message('place "{place}"', place=row.id[:60])
        for place_id in row.ids:
            at: Path = (*path, "id" if place_id == row.id else "also")
            if place_id in row_of:
                what = Message(
                    '"{id}" has two rows: it stands in the row of "{row}" too', id=place_id, row=row_of[place_id]
                )
                faults.error(at, what, Message("put all the names of a place into one row"), place)
            row_of.setdefault(place_id, row.id)
            if place_id not in place_ids:
                what = Message('"{id}" is no zone, line or town of this watch', id=place_id[:60])
                faults.error(at, what, did_you_mean(place_id, sorted(place_ids)), place)
        if bool(row.pcode) != bool(row.pcode_of):
            remedy = Message("give both: the code, and whose it is")
            faults.error(path, Message("has only one of pcode and pcode_of"), remedy, place)
        if not row.name:
            faults.error(path, Message("has no name"), Message("add a [[place.name]], or leave the row out"), place)
        for number, name in enumerate(row.name):
            _check_name(name, (*path, "name", number), place, agreement, faults)
        if agreement is not None and row.name:
            _check_sides(row, path, place, agreement, settings, faults)
    _check_policies(table, settings, agreement, faults)
    return faults


def _check_name(name: PlaceName, path: Path, place: Message, agreement: Agreement | None, faults: FaultList) -> None:
    text = name.text[:60]
    if not name.text.strip():
        faults.error(path, Message("has an empty name"), Message("write the name, or leave it out"), place)
    if not name.source.strip():
        what = Message('the name "{name}" has no source', name=text)
        faults.error(path, what, Message("say which text uses it: who published it, and when"), place)
    if name.from_ is not None and name.until is not None and name.from_ >= name.until:
        what = Message(
            'the name "{name}" is used from {start} until {end}', name=text, start=name.from_, end=name.until
        )
        faults.error(path, what, Message("swap from and until"), place)
    script = script_of(name.text)
    if name.script and script and name.script != script:
        what = Message('the name "{name}" is said to be in {script}', name=text, script=name.script)
        faults.error(path, what, Message('write script = "{script}", or leave it out', script=script), place)
    if not name.users:
        remedy = Message("name a party, a body, an instrument or one of its texts, UN, or watch")
        faults.error(path, Message('nobody uses the name "{name}"', name=text), remedy, place)
    if agreement is None:
        return
    users = [*sorted(agreement.party_ids), *(body.id for body in agreement.body)]
    users += [*(instrument.id for instrument in agreement.instrument), *(copy.id for copy in agreement.text)]
    for user in name.users:
        if user not in (*users, UNITED_NATIONS, OUR_OWN):
            what = Message('the name "{name}" is used by "{user}", who is not known', name=text, user=user[:40])
            faults.error(path, what, did_you_mean(user, [*users, UNITED_NATIONS, OUR_OWN]), place)


def _check_sides(
    row: PlaceRow,
    path: Path,
    place: Message,
    agreement: Agreement,
    settings: WatchFile | None,
    faults: FaultList,
) -> None:
    """A warning where only one side has a name, and where a name is missing in a language of the watch."""
    parties = sorted(parties_that_name(row, agreement))
    if len(parties) == 1 and len(agreement.bound_ids) > 1:
        what = Message("only {party} has a name for it; that name alone is shown to everyone", party=parties[0])
        faults.warning(path, what, Message("ask the other side; if it says the same, add it to used_by"), place)
    for language in settings.languages if settings is not None else ():
        for party in parties:
            counted = {party, *(body.id for body in agreement.body if body.counts_with == party)}
            if not any(name.language == language and counted.intersection(name.users) for name in row.name):
                what = Message('{party} has no name for it in "{language}"', party=party, language=language)
                remedy = Message("add how that name is written there; without it another language's form is shown")
                faults.warning(path, what, remedy, place)


def _check_policies(
    table: NamesFile, settings: WatchFile | None, agreement: Agreement | None, faults: FaultList
) -> None:
    recipients = [recipient.id for recipient in settings.recipient] if settings is not None else []
    faults.unique("policy", (rule.recipient for rule in table.policy))
    for index, rule in enumerate(table.policy):
        path: Path = ("policy", index)
        if settings is not None and rule.recipient not in recipients:
            what = Message('a policy for "{recipient}", who is no recipient', recipient=rule.recipient[:40])
            faults.error((*path, "recipient"), what, did_you_mean(rule.recipient, sorted(recipients)))
        _check_policy(rule.policy, (*path, "policy"), (INSTRUMENT, STANDARDISED), agreement, faults)
    if table.console == INSTRUMENT:
        what = Message("the console cannot follow the instrument, whose copies differ by language")
        remedy = Message('write console = "all": the console shows the same names in every language')
        faults.error(("console",), what, remedy)
    else:
        _check_policy(table.console, ("console",), (ALL, STANDARDISED), agreement, faults)


def _check_policy(
    policy: str, path: Path, words: tuple[str, ...], agreement: Agreement | None, faults: FaultList
) -> None:
    if not policy.startswith(SIDE):
        sides = [f"{SIDE}{party}" for party in agreement.bound_ids] if agreement is not None else []
        faults.check_word(path, policy, [*words, *sides], "policy")
        return
    side = policy.removeprefix(SIDE)
    if agreement is not None and side not in agreement.bound_ids:
        near = did_you_mean(side, agreement.bound_ids)
        faults.error(path, Message('policy "{policy}": "{side}" is no party', policy=policy[:60], side=side[:40]), near)
