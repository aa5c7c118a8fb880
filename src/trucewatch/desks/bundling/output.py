"""What a bundle would hold → lines on a terminal; what is being done → lines beside them."""

from __future__ import annotations

import typer

from trucewatch.desks.bundling.figures import Figure
from trucewatch.desks.bundling.operations import Bundling
from trucewatch.messages import Message


def show_bundling(bundling: Bundling) -> None:
    """What leaves, what stays closed, and what cannot be undone: before anything is entered."""
    showing = bundling.showing
    opened: dict[str, set[str]] = {}
    for path in showing.paths:
        section, _, column = path.split("/")[:3]
        opened.setdefault(section, set()).add(column)
    lines = [f"For {showing.recipient.id}. Opened:"]
    lines += [f"  {section}: {', '.join(sorted(columns))}" for section, columns in sorted(opened.items())]
    lines.append("Closed in every row:")
    lines += [f"  {section}: {', '.join(columns)}" for section, columns in showing.closed().items() if columns]
    lines.append(f"Files as they were received: {len(bundling.evidence)}.")
    for case in bundling.cases:
        count = "1 position" if len(case.positions) == 1 else f"{len(case.positions)} positions"
        lines.append(f"Review {case.code}: {'how it came out' if case.outcome else 'still open'}, and {count}.")
    if bundling.barred:
        numbers = ", ".join(map(str, sorted(bundling.barred)))
        lines.append(
            "Words of positions that name a device or a post, a place by its coordinates or data of a person leave to "
            f"nobody; their answers go. The words that stay here are of the entries {numbers}."
        )
    if not bundling.is_inside:
        lines.append("Of the review what was released, and no position: a position names its finding, case and key.")
    _tell(lines)


def show_figure(figure: Figure) -> None:
    """What leaves of a figure, before anything is entered."""
    lines = [f"For {figure.recipient.id}: report {figure.issue.publication.number}, as it showed {figure.code}."]
    if figure.is_whole:
        lines.append(f"Every incident of its days, {len(figure.rows)} rows, each with the rule by which it counts.")
    _tell(lines)


def tell_step(step: Message) -> None:
    """One line of what is being done, where no program reads."""
    typer.echo(f"  {step} …", err=True)


def _tell(lines: list[str]) -> None:
    lines.append("Whoever has the bundle keeps it: neither it nor the entry that it was given can be taken back.")
    for line in lines:
        typer.echo(line, err=True)
