"""Issued reports of one recipient → a static site: what was issued, byte for byte, with proofs and the inspector.

Whoever is told every place and minute at once gets proofs in the ledger. Anybody else gets a small log of these issues
alone: the ledger's entries tell when what came in, so no number, size, time or checkpoint of it is in the site.

The order of the writes: the entries into the recipient's log, its root into the ledger, `pages.json` with what is to
come beside what is there, folders of new issues, the log's files, the pages, `pages.json` anew. A run that is killed
leaves pages that all lead somewhere; the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
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
from trucewatch.pipeline.site_read_back import PAGES, entry_on_record, in_order_of_issue, is_same_site, read_pages
from trucewatch.reports.site_pages import SiteFacts, issue_page, page_name, readme, readme_name, start_page
from trucewatch.store import Store
from trucewatch.store.proofs import proof_of_entry
from trucewatch.store.publications import recorded_issues
from trucewatch.store.recipient_logs import RecipientLog
from trucewatch.store.site_folder import SiteFolder, is_plain

SITE: Final = "trucewatch/site/1"
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
        _check_same_site(site, about, {key} if log else {key, *_earlier_keys(store)})
        pages = _pages_of(site)
        before = (
            [read_entry(content) for content in log.issues()]
            if log
            else _entries_in(site, pages, store, watch, recipient)
        )
        _check_unchanged(site, before, pages, log)
        site.tidy()
        entries = [*before, *new_entries(store, watch, recipient, languages, before)]
        if log:
            step(Message("entering new issues in the log of {recipient}", recipient=recipient))
            log.append([entry.content for entry in entries[len(before) :]])
        else:
            entries = in_order_of_issue(store, entries)
        facts = SiteFacts(
            watch=watch.settings.names,
            watch_id=watch.settings.id,
            recipient=rule.names,
            recipient_id=recipient,
            languages=_page_languages(watch, languages, pages["languages"]),
            key=key,
            in_ledger=in_ledger,
        )
        _write(_Run(store, watch_folder, site, log, now, step), facts, entries, pages)
        return Published(
            folder=site.folder,
            issues=len(entries),
            new=len(entries) - len(before),
            key=key,
            absent=_pages_of(site)["absent"],
        )


def _page_languages(watch: Watch, wanted: Sequence[str], there: Sequence[str]) -> tuple[str, ...]:
    """Those in which the site has pages already, then those of the watch that are wanted; English where there is none.
    wanted: () for all."""
    more = [code for code in (*watch.settings.languages, *wanted) if not wanted or code in wanted]
    return tuple(code for code in dict.fromkeys((*there, *more)) if code in all_languages()) or ("en",)


def _rule_of(watch: Watch, recipient: str) -> Recipient:
    rule = watch.recipient(recipient)
    if rule is None:
        names = ", ".join(rule.id for rule in watch.settings.recipient)
        raise ReportError(
            Message('"{recipient}" is no recipient of this watch; it has: {words}', recipient=recipient, words=names)
        )
    return rule


def _earlier_keys(store: Store) -> set[str]:
    """The ledger's own keys, past ones among them: under which a site can have been begun."""
    return {named.key for named in store.named_keys() if named.role == "log"}


def _check_same_site(site: SiteFolder, about: Mapping[str, str], keys: Collection[str]) -> None:
    """Raises ReportError unless the folder is empty or a site of this recipient of this watch, with this log. keys:
    under which it can have been begun."""
    names = site.names()
    if SITE_NAME not in names:
        if names:
            raise ReportError(
                Message(
                    "{folder} holds {name} and is no site; nothing was written. Name a new or an empty folder",
                    folder=site.folder,
                    name=min(names),
                )
            )
        site.put(SITE_NAME, write_canonical(dict(about)).encode())
    elif not is_same_site(site.read(SITE_NAME) or b"", about, keys):
        raise ReportError(
            Message(
                "{folder} is the site of another watch, recipient or log; nothing was written. Name another folder, or "
                "an empty one: the whole site is made again there",
                folder=site.folder,
            )
        )


def _entries_in(
    site: SiteFolder, pages: Mapping[str, Any], store: Store, watch: Watch, recipient: str
) -> list[SiteEntry]:
    """The entries of a site whose proofs are in the ledger, each as the ledger has it. Raises ReportError for one that
    is not on record so."""
    entries: list[SiteEntry] = []
    for folder in pages["order"]:
        content = site.read(f"issues/{folder}/issue.json")
        if content is not None:
            try:
                entries.append(entry_on_record(store, watch, recipient, folder, content, entries))
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
                raise _changed(site, f"issues/{folder}/issue.json") from exc
    return entries


def _pages_of(site: SiteFolder) -> dict[str, Any]:
    content = site.read(PAGES_NAME)
    if content is None:
        return {"schema": PAGES, "languages": [], "files": {}, "absent": {}, "order": []}
    try:
        return read_pages(content)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        raise _changed(site, PAGES_NAME) from exc


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
        if name.startswith("log/") and log is not None and is_plain(name) and not name.endswith(" ->"):
            continue  # the log's own files: written anew from the watch's
        content = site.read(name) if name in expected else None
        if content is None or sha256(content).hexdigest() not in expected[name]:
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


@dataclass(frozen=True, slots=True)
class _Run:
    """With what a site is written. log: of the recipient's own, None where the proofs are in the ledger; now: the
    computer's clock; step: what is told of how far it is."""

    store: Store
    watch_folder: Path
    site: SiteFolder
    log: RecipientLog | None
    now: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The issued files that are not in a site yet. folders: path of a new folder → its files by name; later: by path,
    those of folders that are there; absent: path of a file that is in no site → why (`erased`, `not_kept`)."""

    folders: dict[str, dict[str, bytes]] = field(default_factory=dict)
    later: dict[str, bytes] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def _write(run: _Run, facts: SiteFacts, entries: Sequence[SiteEntry], pages: Mapping[str, Any]) -> None:
    """Everything that is to be in a site, in the order of the writes. pages: `pages.json` as it was found."""
    site, there = run.site, run.site.names()
    run.step(Message("gathering files"))
    gathered = _gather(run, facts.recipient_id, entries, there)
    folders, absent = gathered.folders, gathered.absent
    run.step(Message("making proofs and pages"))
    proofs = _proofs(run.store, entries, set(folders), run.log)
    contents = _pages(facts, entries, absent)
    final = _index_of(site, facts, entries, contents, proofs, absent)
    for place, proof in proofs.items():
        folders[place]["proof.json"] = proof
    beside: dict[str, bytes] = {}
    for path, content in contents.items():
        place, _, name = path.rpartition("/")
        if place in folders:
            folders[place][name] = content
        else:
            beside[path] = content
    run.step(Message("writing"))
    if pages != final:
        site.put(PAGES_NAME, write_canonical(_either(pages, final)).encode())
    site.remove([path for path, why in absent.items() if why == "erased" and path in there])
    if folders:
        site.put_folders(folders)
    for name, content in gathered.later.items():
        site.put(name, content)
    if run.log:
        _put_log(site, run.log.files())
    for name, content in beside.items():
        site.put(name, content)
    site.remove([name for name in pages["files"] if name not in final["files"]])
    site.put(PAGES_NAME, write_canonical(final).encode())


def _gather(run: _Run, recipient: str, entries: Sequence[SiteEntry], there: Collection[str]) -> _Gathered:
    """there: the paths that the site has."""
    erased, gathered = erased_issues(run.store, recipient), _Gathered()
    for entry in entries:
        place, is_erased = f"issues/{entry.folder}", entry.key in erased
        is_new = f"{place}/issue.json" not in there
        if is_new:
            gathered.folders[place] = {"issue.json": entry.content}
        for name in entry.files:
            path = f"{place}/{name}"
            if path in there and not is_erased:
                continue
            content = None if is_erased else kept_bytes(run.store, entry, name)
            if content is None and is_new and not is_erased:
                content = made_again(run.store, run.watch_folder, entry, name, run.now)
            if content is None:
                gathered.absent[path] = "erased" if is_erased else "not_kept"
            elif is_new:
                gathered.folders[place][name] = content
            else:
                gathered.later[path] = content
    return gathered


def _index_of(
    site: SiteFolder,
    facts: SiteFacts,
    entries: Sequence[SiteEntry],
    contents: Mapping[str, bytes],
    proofs: Mapping[str, bytes],
    absent: Mapping[str, str],
) -> dict[str, Any]:
    """`pages.json` of a whole site. contents: the pages by path; proofs: of the folders that are new, by place."""
    files = {name: [sha256(content).hexdigest()] for name, content in contents.items()}
    for entry in entries:
        place = f"issues/{entry.folder}"
        proof = proofs.get(place) or site.read(f"{place}/proof.json") or b""
        files[f"{place}/proof.json"] = [sha256(proof).hexdigest()]
        files[f"{place}/issue.json"] = [sha256(entry.content).hexdigest()]
    return {
        "schema": PAGES,
        "languages": list(facts.languages),
        "files": files,
        "absent": dict(absent),
        "order": [entry.folder for entry in entries],
    }


def _either(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """`pages.json` while a run writes: each file is as it was or as it will be."""
    digests = {
        name: [*before["files"].get(name, ()), *after["files"].get(name, ())]
        for name in {**before["files"], **after["files"]}
    }
    files = {name: list(dict.fromkeys(either)) for name, either in digests.items()}
    return {**after, "files": files, "absent": {**before["absent"], **after["absent"]}}


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
        left, records = set(entry.files.values()), []
        for issue in issues:
            here = left & set(issue.files.values())
            if here and (issue.publication.number, issue.publication.revision) == entry.key:
                left -= here
                proof = {**proof_of_entry(store.root, issue.entry).as_json()}
                # Witnesses' lines stand in the note itself; the inspector asks for no other list of them.
                proof["checkpoint"] = {**dict(proof["checkpoint"]), "cosignatures": []}  # type: ignore[call-overload]
                record = store.objects.get(store.journal.hash_of(issue.entry)).decode()
                records.append({"record": record, "proof": proof})
        document = {"schema": LEDGER_PROOF, "records": records}
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
