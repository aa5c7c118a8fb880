"""What lies in the folder of a published site, read back: whoever can write there may have written all of it.

Nothing in it names a file to write or to remove but by these forms, and no issue is in its index that is not on record
in the watch: an entry that lies there is made again from the ledger and has to be the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from trucewatch.ledger.signing import write_canonical
from trucewatch.model.watch import Watch
from trucewatch.pipeline.issued_entries import FOLDER, SiteEntry, entry_of, read_entry
from trucewatch.store import Store
from trucewatch.store.publications import issued_files, publications
from trucewatch.store.site_folder import is_plain

PAGES: Final = "trucewatch/site-pages/1"
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
_PAGE: Final = re.compile(r"index(?:-[A-Za-z0-9-]{2,20})?\.html")
_BESIDE: Final = re.compile(r"README(?:-[A-Za-z0-9-]{2,20})?\.txt|inspector\.py")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_WHY_ABSENT: Final = frozenset(("erased", "not_kept"))


def read_pages(content: bytes) -> dict[str, Any]:
    """`pages.json` from its bytes: canonical, with these fields alone, and names of pages, proofs and what lies beside
    them alone, so that no other file is ever removed for it. Raises ValueError, LookupError, TypeError, RecursionError
    for what is none."""
    pages: dict[str, Any] = json.loads(content)
    if pages.keys() != {"schema", "languages", "files", "absent", "order"} or pages["schema"] != PAGES:
        raise ValueError(PAGES)
    order, languages = pages["order"], pages["languages"]
    fits = (
        write_canonical(pages).encode() == content
        and isinstance(order, list)
        and isinstance(languages, list)
        and isinstance(pages["files"], dict)
        and isinstance(pages["absent"], dict)
        and len({*order}) == len(order)
        and len({*languages}) == len(languages)
        and all(FOLDER.fullmatch(folder) for folder in order)
        and all(_LANGUAGE.fullmatch(code) for code in languages)
        and all(_is_page(name, order) and _are_digests(digests) for name, digests in pages["files"].items())
        and all(_is_of_an_issue(name, order) and why in _WHY_ABSENT for name, why in pages["absent"].items())
    )
    if not fits:
        raise ValueError(PAGES)
    return pages


def _is_page(name: str, folders: Collection[str]) -> bool:
    """Whether a path is one of those that only `pages.json` names: never an issued file, nor `site.json` itself."""
    place, _, last = name.rpartition("/")
    if not place:
        return bool(_PAGE.fullmatch(last) or _BESIDE.fullmatch(last))
    is_named = bool(_PAGE.fullmatch(last)) or last in ("issue.json", "proof.json")
    return is_named and place.startswith("issues/") and place.removeprefix("issues/") in folders


def _is_of_an_issue(name: str, folders: Collection[str]) -> bool:
    first, _, rest = name.partition("/")
    folder, _, last = rest.partition("/")
    return first == "issues" and folder in folders and is_plain(last) and "/" not in last


def _are_digests(digests: Any) -> bool:
    """One hash, or two while a run writes: as the file was and as it will be."""
    return isinstance(digests, list) and 1 <= len(digests) <= 2 and all(_DIGEST.fullmatch(digest) for digest in digests)


def entry_on_record(
    store: Store, watch: Watch, recipient: str, folder: str, content: bytes, before: Collection[SiteEntry]
) -> SiteEntry:
    """The entry whose `issue.json` lies in a folder of a site, made again from the ledger. before: those that are read
    already. Raises ValueError, LookupError, TypeError, RecursionError unless these are its bytes, the folder its own,
    and its part the next of its issue, with files that are in no other."""
    there = read_entry(content)
    document, same = there.document, [entry for entry in before if entry.key == there.key]
    wanted = {(file["format"], file["language"], file["sha256"]) for file in document["files"]}
    for issue in publications(store):
        if issue.recipient != recipient or (issue.number, issue.revision) != there.key:
            continue
        files = [
            file
            for file in issued_files(store, issue.number, issue.revision)
            if (file.format, file.language, file.file_digest) in wanted
        ]
        files.sort(key=lambda file: (file.format, file.language))
        # A watch that was simulated when it published says so for good.
        for is_simulated in dict.fromkeys((watch.settings.simulated, True)):
            again = entry_of(issue, files, len(same) + 1, is_simulated=is_simulated)
            twice = {*again.files.values()} & {digest for entry in same for digest in entry.files.values()}
            if again.content == content and again.folder == folder and files and not twice:
                return again
    raise ValueError(folder)


def in_order_of_issue(store: Store, entries: Iterable[SiteEntry]) -> list[SiteEntry]:
    """Entries in the order in which the ledger has their issues, whatever a site says; parts of one in their own."""
    place: dict[tuple[str, int], int] = {}
    for number, issue in enumerate(publications(store)):
        place.setdefault((issue.number, issue.revision), number)
    return sorted(entries, key=lambda entry: (place[entry.key], entry.document["part"]))


def is_same_site(content: bytes, about: Mapping[str, str], keys: Collection[str]) -> bool:
    """Whether `site.json` is of a site. about: what it says now; keys: those under which it can be checked, earlier
    ones among them."""
    try:
        there = json.loads(content)
        return bool(
            there.keys() == about.keys()
            and all(there[name] == value for name, value in about.items() if name != "key")
            and there["key"] in keys
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False
