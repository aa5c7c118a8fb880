"""Issued reports of one recipient → a static site: what was issued, byte for byte, with proofs and the inspector.

Whoever is told every place and minute at once gets proofs in the ledger. Anybody else gets a small log of these issues
alone: the ledger's entries tell when what came in, so no number, size, time or checkpoint of it is in the site.

The order of the writes: the entries into the recipient's log, its root into the ledger, `pages.json` with what is to
come beside what is there, folders of new issues, the log's files, the pages, `pages.json` anew. A run that is killed
leaves pages that all lead somewhere; the next one goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import LedgerError, ReportError
from trucewatch.ledger.bundle import inspector_bytes
from trucewatch.ledger.note import read_checkpoint
from trucewatch.ledger.signing import write_canonical
from trucewatch.locale import languages as all_languages
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline.issued_entries import (
    SiteEntry,
    erased_issues,
    kept_bytes,
    made_again,
    new_entries,
    read_entry,
    site_issues,
)
from trucewatch.reports.site_pages import SiteFacts, issue_page, page_name, readme, readme_name, start_page
from trucewatch.store import Store
from trucewatch.store.proofs import proof_of_entry
from trucewatch.store.publications import recorded_issues
from trucewatch.store.recipient_logs import RecipientLog
from trucewatch.store.site_folder import SiteFolder

SITE: Final = "trucewatch/site/1"
PAGES: Final = "trucewatch/site-pages/1"
PROOF: Final = "trucewatch/site-proof/1"
LEDGER_PROOF: Final = "trucewatch/site-ledger-proof/1"
SITE_NAME, PAGES_NAME, INSPECTOR_NAME = "site.json", "pages.json", "inspector.py"
Step = Callable[[Message], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a site holds now: its issues, how many of them are new, the key under which it is checked, and the files
    that are not in it, each with why (`erased`, `not_kept`)."""

    folder: Path
    issues: int
    new: int
    key: str
    absent: Mapping[str, str]


def publish_site(
    store: Store,
    watch_folder: Path,
    watch: Watch,
    *,
    recipient: str,
    out: Path,
    now: datetime,
    languages: Sequence[str] = (),
    step: Step = lambda _: None,
) -> Published:
    """Write the site of one recipient's issued reports, or go on with it: only what is new is added.

    languages: of files and pages; without them every language in which something was issued, and pages in those of the
    watch. Raises ReportError for an unknown recipient or language, where nothing was issued yet, and for a folder that
    is of another watch or was changed; StoreError, LedgerError.
    """
    rule = _rule_of(watch, recipient)
    for language in languages:
        words(language)  # says which there are
    if not any(issue.publication.recipient == recipient for issue in recorded_issues(store)):
        raise ReportError(
            Message(
                "no report was issued to {recipient} yet, so there is nothing to publish. Issue one first: trucewatch "
                "report {folder} --recipient {recipient} --issue --by NAME",
                recipient=recipient,
                folder=watch_folder,
            )
        )
    with ExitStack() as stack:
        site = stack.enter_context(SiteFolder(out, watch_folder))
        in_ledger = keeps_ids(rule, watch.agreement)
        log = None if in_ledger else stack.enter_context(RecipientLog(store, recipient))
        key = log.vkey if log else str(store.public_key)
        about = {
            "schema": SITE,
            "watch": watch.settings.id,
            "recipient": recipient,
            "proofs": "ledger" if in_ledger else "log",
            "key": key,
        }
        _check_same_site(site, about)
        before = [read_entry(content) for content in log.issues()] if log else _entries_in(site)
        pages = _pages_of(site)
        _check_unchanged(site, before, pages, log)
        site.tidy()
        entries = [*before, *new_entries(store, watch, recipient, languages, before)]
        if log:
            step(Message("entering new issues in the log of {recipient}", recipient=recipient))
            log.append([entry.content for entry in entries[len(before) :]])
        wanted_languages = [
            code for code in (*watch.settings.languages, *languages) if not languages or code in languages
        ]
        spoken = [
            code for code in dict.fromkeys((*pages["languages"], *wanted_languages)) if code in all_languages()
        ] or ["en"]
        facts = SiteFacts(
            watch=watch.settings.names,
            watch_id=watch.settings.id,
            recipient=rule.names,
            recipient_id=recipient,
            languages=tuple(spoken),
            key=key,
            in_ledger=in_ledger,
        )
        _write(store, watch_folder, site, facts, about, entries, pages, log, now, step)
        return Published(
            folder=site.folder,
            issues=len(entries),
            new=len(entries) - len(before),
            key=key,
            absent=_pages_of(site)["absent"],
        )


def _rule_of(watch: Watch, recipient: str) -> Recipient:
    rule = watch.recipient(recipient)
    if rule is None:
        names = ", ".join(rule.id for rule in watch.settings.recipient)
        raise ReportError(
            Message('"{recipient}" is no recipient of this watch; it has: {words}', recipient=recipient, words=names)
        )
    return rule


def _check_same_site(site: SiteFolder, about: Mapping[str, str]) -> None:
    """Raises ReportError unless the folder is empty or a site of this recipient of this watch, with this log."""
    content = site.read(SITE_NAME)
    if content is None:
        if names := sorted(site.names()):
            raise ReportError(
                Message(
                    "{folder} holds {name} and is no site; nothing was written. Name a new or an empty folder",
                    folder=site.folder,
                    name=names[0],
                )
            )
        site.put(SITE_NAME, write_canonical(dict(about)).encode())
        return
    try:
        there = json.loads(content)
        same = all(there[name] == value for name, value in about.items() if name != "key")
        same = same and there["key"].partition("+")[0] == about["key"].partition("+")[0]
    except (ValueError, LookupError, TypeError, AttributeError):
        same = False
    if not same:
        raise ReportError(
            Message(
                "{folder} is the site of another watch, recipient or log; nothing was written. Name another folder, or "
                "an empty one: the whole site is made again there",
                folder=site.folder,
            )
        )


def _entries_in(site: SiteFolder) -> list[SiteEntry]:
    """The entries of a site whose proofs are in the ledger, in the order in which its pages name them."""
    order = _pages_of(site)["order"]
    by_folder = {}
    for folder in order:
        content = site.read(f"issues/{folder}/issue.json")
        if content is not None:
            try:
                by_folder[folder] = read_entry(content)
            except (ValueError, LookupError, TypeError) as exc:
                raise _changed(site, f"issues/{folder}/issue.json") from exc
    return [by_folder[folder] for folder in order if folder in by_folder]


def _pages_of(site: SiteFolder) -> dict[str, Any]:
    content = site.read(PAGES_NAME)
    if content is None:
        return {"schema": PAGES, "languages": [], "files": {}, "absent": {}, "order": []}
    try:
        pages: dict[str, Any] = json.loads(content)
        if pages["schema"] != PAGES or not all(
            isinstance(pages[name], kind)
            for name, kind in (("languages", list), ("files", dict), ("absent", dict), ("order", list))
        ):
            raise ValueError(PAGES)
    except (ValueError, LookupError, TypeError) as exc:
        raise _changed(site, PAGES_NAME) from exc
    return pages


def _changed(site: SiteFolder, name: str) -> ReportError:
    return ReportError(
        Message(
            "{folder}: {name} was changed, added or removed by another hand; nothing was written. Put it back as it "
            "was, or name an empty folder: the whole site is made again there",
            folder=site.folder,
            name=name,
        )
    )


def _check_unchanged(
    site: SiteFolder, before: Sequence[SiteEntry], pages: Mapping[str, Any], log: RecipientLog | None
) -> None:
    """Raises ReportError with the first file that is not what was written, or LedgerError where the site's log holds
    more than the watch's."""
    names = site.names()
    expected = {name: set(digests) for name, digests in pages["files"].items()}
    for entry in before:
        if log is not None:
            expected[f"issues/{entry.folder}/issue.json"] = {sha256(entry.content).hexdigest()}
        expected |= {f"issues/{entry.folder}/{name}": {digest} for name, digest in entry.files.items()}
    for name in sorted(names, key=lambda name: (not name.endswith("/issue.json"), name)):
        if name in (SITE_NAME, PAGES_NAME):
            continue
        if name.startswith("log/") and log is not None and not name.endswith(" ->"):
            continue  # the log's own files: written anew from the watch's
        content = site.read(name)
        if content is None or sha256(content).hexdigest() not in expected.get(name, ()):
            raise _changed(site, name)
    for entry in before:
        place = f"issues/{entry.folder}/"
        if f"{place}issue.json" in names:
            for name in entry.files:
                if place + name not in names and place + name not in pages["absent"]:
                    raise _changed(site, place + name)
    there = site.read("log/checkpoint")
    if log is None or there is None:
        return
    try:
        signed = read_checkpoint(there)
    except LedgerError as exc:
        raise _changed(site, "log/checkpoint") from exc
    if signed.size > log.size or signed.root != log.root(signed.size):
        raise LedgerError(
            Message(
                "the site in {folder} holds a log of {size} entries that this watch does not have; nothing was "
                "written. This watch is an older copy, or the site is another one's: put the watch back from a newer "
                "copy, or name another folder",
                folder=site.folder,
                size=signed.size,
            )
        )


def _write(
    store: Store,
    watch_folder: Path,
    site: SiteFolder,
    facts: SiteFacts,
    about: Mapping[str, str],
    entries: Sequence[SiteEntry],
    pages: Mapping[str, Any],
    log: RecipientLog | None,
    now: datetime,
    step: Step,
) -> None:
    erased = erased_issues(store, facts.recipient_id)
    absent: dict[str, str] = {}
    folders: dict[str, dict[str, bytes]] = {}
    later: dict[str, bytes] = {}
    there = site.names()
    step(Message("gathering files"))
    for entry in entries:
        place = f"issues/{entry.folder}"
        is_new = f"{place}/issue.json" not in there
        if is_new:
            folders[place] = {"issue.json": entry.content}
        for name in entry.files:
            path = f"{place}/{name}"
            if path in there and entry.key not in erased:
                continue
            content = None if entry.key in erased else kept_bytes(store, entry, name)
            if content is None and is_new and entry.key not in erased:
                content = made_again(store, watch_folder, entry, name, now)
            if content is None:
                absent[path] = "erased" if entry.key in erased else "not_kept"
            elif is_new:
                folders[place][name] = content
            else:
                later[path] = content
    step(Message("making proofs and pages"))
    proofs = _proofs(store, entries, {f"issues/{entry.folder}" for entry in entries} & folders.keys(), log)
    for place, proof in proofs.items():
        folders[place]["proof.json"] = proof
    contents = _pages(facts, entries, absent)
    unmoved = {name: content for name, content in contents.items() if name.rpartition("/")[0] not in folders}
    for name, content in contents.items():
        place, _, file = name.rpartition("/")
        if place in folders:
            folders[place][file] = content
    files = {name: [sha256(content).hexdigest()] for name, content in contents.items()}
    for entry in entries:
        name = f"issues/{entry.folder}/proof.json"
        proof_there = proofs.get(f"issues/{entry.folder}") or site.read(name) or b""
        files[name] = [sha256(proof_there).hexdigest()]
        files[f"issues/{entry.folder}/issue.json"] = [sha256(entry.content).hexdigest()]
    final = {
        "schema": PAGES,
        "languages": list(facts.languages),
        "files": files,
        "absent": absent,
        "order": [entry.folder for entry in entries],
    }
    both = {
        name: list(dict.fromkeys([*pages["files"].get(name, ()), *files.get(name, ())]))
        for name in {**pages["files"], **files}
    }
    step(Message("writing"))
    if pages != final:
        site.put(
            PAGES_NAME, write_canonical({**final, "files": both, "absent": {**pages["absent"], **absent}}).encode()
        )
    site.remove([path for path, why in absent.items() if why == "erased" and path in there])
    if folders:
        site.put_folders(folders)
    for name, content in later.items():
        site.put(name, content)
    if log:
        _put_log(site, log.files())
    for name, content in unmoved.items():
        site.put(name, content)
    site.remove([name for name in pages["files"] if name not in files])
    site.put(PAGES_NAME, write_canonical(final).encode())


def _put_log(site: SiteFolder, files: Mapping[str, bytes]) -> None:
    """The log's files, the checkpoint after its tiles; then what the log has no more goes."""
    for name in sorted(files, key=lambda name: (name == "checkpoint", name.startswith("checkpoints/"), name)):
        site.put(f"log/{name}", files[name])
    site.remove([name for name in site.names() if name.startswith("log/") and name[4:] not in files])


def _proofs(store: Store, entries: Sequence[SiteEntry], wanted: set[str], log: RecipientLog | None) -> dict[str, bytes]:
    """`proof.json` of each entry whose folder is wanted."""
    if not wanted:
        return {}
    if log is None:
        return _ledger_proofs(store, [entry for entry in entries if f"issues/{entry.folder}" in wanted])
    proofs, sizes = {}, log.sizes()
    numbers = {content: number for number, content in enumerate(log.entries())}
    for entry in entries:
        if f"issues/{entry.folder}" in wanted:
            number = numbers[entry.content]
            size = next(size for size in sizes if size > number)
            document = {"schema": PROOF, "number": number, "size": size, "hashes": log.proof(number, size)}
            proofs[f"issues/{entry.folder}"] = write_canonical(document).encode()
    return proofs


def _ledger_proofs(store: Store, entries: Sequence[SiteEntry]) -> dict[str, bytes]:
    """The records of the ledger that name the files of each entry, each with its proof."""
    store.publish()
    issues = list(recorded_issues(store))
    proofs = {}
    for entry in entries:
        left, wanted_languages = set(entry.files.values()), []
        for issue in issues:
            here = left & set(issue.files.values())
            if here and (issue.publication.number, issue.publication.revision) == entry.key:
                left -= here
                proof = {**proof_of_entry(store.root, issue.entry).as_json()}
                # Witnesses' lines stand in the note itself; the inspector asks for no other list of them.
                proof["checkpoint"] = {**dict(proof["checkpoint"]), "cosignatures": []}  # type: ignore[call-overload]
                record = store.objects.get(store.journal.hash_of(issue.entry)).decode()
                wanted_languages.append({"record": record, "proof": proof})
        document = {"schema": LEDGER_PROOF, "records": wanted_languages}
        proofs[f"issues/{entry.folder}"] = write_canonical(document).encode()
    return proofs


def _pages(facts: SiteFacts, entries: Sequence[SiteEntry], absent: Mapping[str, str]) -> dict[str, bytes]:
    """Every page and what lies beside them, by path."""
    issues = site_issues(entries, absent)
    contents = {INSPECTOR_NAME: inspector_bytes()}
    for code in facts.languages:
        spoken = words(code)
        contents[readme_name(facts, code)] = readme(spoken, facts)
        for issue in issues:
            contents[f"issues/{issue.folder}/{page_name(facts, code)}"] = issue_page(spoken, facts, issue)
        contents[page_name(facts, code)] = start_page(spoken, facts, issues)
    return contents
