"""How long it takes to propose what is near a call, and the pairs of a letter: `python -m benchmarks.claims_entered`.

The claims are invented with a fixed seed around the towns of the example. Beside them what a caller says is read, since
it is read at every key that stops.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure

from trucewatch.model.claim_record import Claim, Speaker, StatedEvent
from trucewatch.model.spoken import SpokenTime
from trucewatch.pipeline.claims_near import near, pairs
from trucewatch.sources.spoken_when import read_when
from trucewatch.sources.spoken_where import Gazetteer, gazetteer_of, read_where
from trucewatch.watch.load import load_watch

WATCH = ROOT / "examples" / "two-valleys"
ROWS, OTHERS, RUNS = 573, 5_000, 5
LAST: Final = datetime(2031, 5, 3, 22, 10, tzinfo=UTC)
KINDS: Final = ("explosion", "shot", "burst", "overflight")
WHEN: Final = (
    "ten past ten",
    "about an hour ago",
    "вчера в десять",
    "saat onu on geçe",
    "between 9 and 10 pm",
    "3 May 10:10",
)
WHERE: Final = ("2 km N of Stonegate", "post 3, 45 degrees, 3 km", "Ambermil", "в 2 км к северу от Верхнеозёрска")


def invented(
    first: int, count: int, speakers: tuple[Speaker, ...], gazetteer: Gazetteer, letter: int = 0
) -> list[Claim]:
    """So many claims of the last ten days, each so far in some direction from some town."""
    chance = random.Random(first)
    names = sorted({place.name for places in gazetteer.places.values() for place in places if place.kind == "town"})
    claims = []
    for number in range(first, first + count):
        start = LAST - timedelta(minutes=chance.randrange(10 * 24 * 60))
        words = f"{chance.randrange(1, 60) / 10} km {chance.choice('NESW')} of {chance.choice(names).split(' / ')[0]}"
        event = StatedEvent(
            kind=chance.choice(KINDS),
            when=SpokenTime(start=start, end=start + timedelta(minutes=chance.choice((0, 0, 30, 360)))),
            where=read_where(words, gazetteer),
        )
        claims.append(
            Claim(
                number=number,
                version=1,
                entry=number,
                speaker=chance.choice(speakers),
                via="letter" if letter else "telephone",
                received_at=LAST,
                recorded_at=LAST,
                known_at=LAST,
                by="p-1",
                says=f"w-{number}",
                language="en",
                event=event,
                letter=letter,
                simulated=True,
            )
        )
    return claims


def seconds_taken(work: Callable[[], object]) -> tuple[float, ...]:
    """How long something takes, several times, after once for what is loaded."""
    work()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return tuple(taken)


def figures_of() -> list[Figure]:
    """The figures of this part."""
    watch = load_watch(WATCH)
    gazetteer = gazetteer_of(watch)
    letter = invented(1, ROWS, (Speaker("party", "UV"),), gazetteer, letter=1)
    others = invented(10_000, OTHERS, (Speaker("party", "UV"), Speaker("party", "LV"), Speaker("civilian")), gazetteer)
    call = letter[0].event

    def read_all() -> None:
        for text in WHEN:
            read_when(text, received_at=LAST, zone=watch.zone, languages=watch.settings.languages)
        for text in WHERE:
            read_where(text, gazetteer)

    words = len(WHEN) + len(WHERE)
    return [
        Figure(
            f"Pairs of a letter with {ROWS} claims among {OTHERS:,} others",
            seconds_taken(lambda: pairs(letter, others)),
            "s",
            5,
        ),
        Figure(
            f"What is near a call among {OTHERS:,} claims",
            seconds_taken(lambda: near(call, ("Ambermill",), claims=others, words_of=lambda claim: claim.says)),
            "s",
            0.3,
        ),
        Figure(
            "When and where of a call, read from words",
            tuple(1000 * seconds / words for seconds in seconds_taken(read_all)),
            "ms",
            5,
        ),
    ]


if __name__ == "__main__":
    for figure in figures_of():
        sys.stdout.write(f"{figure.name}: {figure.median:.4f} {figure.unit} (bound {figure.bound:g})\n")
