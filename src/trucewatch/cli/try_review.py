"""The review of an example that has one: entered before and after its night, and what is said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from trucewatch.cli.play_night import night_of
from trucewatch.cli.play_review import ReviewPlayer, review_of
from trucewatch.cli.published_keys import write_test_keys
from trucewatch.pipeline import assess
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.simulate.night import moment_of
from trucewatch.terminal.base import clock, open_store
from trucewatch.watch import load_watch

KEYS: Final = "-keys"
"""The test keys of the example NAME lie in NAME-keys, beside it."""


def keys_beside(folder: Path) -> Path:
    """Where the test keys of an example lie."""
    return folder.with_name(folder.name + KEYS)


def play_review(folder: Path) -> int:
    """Enter what an example's delegations do with findings of its first list; how many acts were. Before its night, of
    which some calls are evidence that comes late."""
    with _playing(folder) as player:
        return player.play() if player is not None else 0


def end_review(folder: Path, entered: int) -> None:
    """Put once more what late evidence changed, write the test keys beside the example, and say what was entered.
    entered: by `play_review`."""
    with _playing(folder) as player:
        if player is None:
            return
        late = player.play_late()
        write_test_keys(keys_beside(folder), player.night, player.review, player.key_codes())
        if not entered + late:
            typer.echo("\nThe review of review.toml is entered already; nothing was entered twice.")
            return
        now = moment_of(player.review.late_at, player.watch)
        cases = ReviewBook(player.store, player.watch, now).cases()
        states = Counter(case.state for case in cases)
        typer.echo(
            f"\nThe review (simulated): {len(cases)} cases of findings are entered from review.toml: "
            f"{states['open']} under review, {states['agreed']} agreed, {states['agreed_in_part']} agreed in part, "
            f"{states['not_agreed']} not agreed, {states['withheld']} withheld, {states['closed_unreviewed']} closed "
            f"unreviewed; {late} put once more, because evidence came late."
        )
        typer.echo(f"Look at them: trucewatch review {folder}, or the console, Review.")


def say_test_keys(folder: Path) -> None:
    """Where the test keys lie, and how one is tried on a case that waits; nothing for an example without a review."""
    with _playing(folder) as player:
        case = player.waits() if player is not None else None
        if player is None or case is None:
            return
        signer = player.night.somebody(player.review.keys.people[1])
        code, keys = player.key_codes()[signer.key, "officer"], keys_beside(folder)
        typer.echo(
            f"\nTest keys of both delegations, published and never to be used: {keys} (README.md). {case.code} waits "
            f"for both. Signed in as {signer.login} (--people), download what is to be signed from its page, answer, "
            f"then:\n  trucewatch sign FILE --key {keys / f'{signer.login}-signs.key'} --code {code} "
            "--out handed-in.json"
        )


@contextmanager
def _playing(folder: Path) -> Iterator[ReviewPlayer | None]:
    night, review = night_of(folder), review_of(folder)
    if night is None or review is None:
        yield None
        return
    watch = load_watch(folder)
    with open_store(folder) as store:
        yield ReviewPlayer(store, watch, night, review, clock, lambda: assess(store, folder, now=clock()))
