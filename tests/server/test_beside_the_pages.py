"""What desks do beside their pages: each in a thread of its own, at once when it is asked to, and none ends another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from trucewatch.server.background import Background
from trucewatch.server.console import Console

SOON_S = 20.0
"""How long a thread may take on a machine that does other things as well."""
NEVER_BY_ITSELF_S = 3600.0


@dataclass
class Desk:
    """A desk as the background knows it: a name, and what it does beside its pages."""

    name: str
    work: Callable[[Any], None]

    def gives(self, part: str, name: str) -> Any:
        return self.work if (part, name) == ("beside", "work") else None


@dataclass
class Open:
    """A console as the background knows it."""

    desks: list[Desk]
    looking: dict[str, threading.Event] = field(default_factory=dict)

    def asked_to_look(self, desk: str) -> threading.Event:
        return self.looking.setdefault(desk, threading.Event())

    def look_now(self, desk: str) -> None:
        self.asked_to_look(desk).set()


def begun(*desks: Desk) -> tuple[Open, Background]:
    console = Open(list(desks))
    background = Background(cast(Console, console), every_s=NEVER_BY_ITSELF_S)
    background.start()
    return console, background


def test_a_desk_that_is_asked_looks_at_once() -> None:
    looked = threading.Event()
    console, background = begun(Desk("urgent", lambda _: looked.set()))
    console.look_now("urgent")
    assert looked.wait(SOON_S)
    background.stop()


def test_a_desk_that_waits_for_a_slow_receiver_holds_up_no_other() -> None:
    let_go, looked = threading.Event(), threading.Event()
    console, background = begun(
        Desk("reports", lambda _: cast(None, let_go.wait(SOON_S))), Desk("urgent", lambda _: looked.set())
    )
    console.look_now("reports")
    console.look_now("urgent")
    assert looked.wait(SOON_S)
    assert not let_go.is_set()
    let_go.set()
    background.stop()


def test_what_one_look_raises_ends_neither_the_next_nor_another_desk() -> None:
    looks: list[str] = []
    again = threading.Event()

    def fails_once(_: Any) -> None:
        looks.append("look")
        if len(looks) == 1:
            raise ValueError
        again.set()

    console, background = begun(Desk("urgent", fails_once))
    console.look_now("urgent")
    while not looks:
        threading.Event().wait(0.01)
    console.look_now("urgent")
    assert again.wait(SOON_S)
    background.stop()


def test_a_console_that_ends_does_no_look_more() -> None:
    looks: list[str] = []
    _, background = begun(Desk("urgent", lambda _: looks.append("look")))
    background.stop()
    assert looks == []
