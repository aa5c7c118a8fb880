"""How well official statements are read, and how fast: `python -m benchmarks.statements_read [--folder KEPT]`.

Every text of the annotated set stands beside a .toml of the right answers, written by hand: heading, turns, what was
said. All texts are invented. The weakest language stands first. `official_statements` is the set by which rules were
written; each folder of `official_statements_unseen` was measured once before anybody looked at it, then mended by.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure, as_installed, seconds_of

from trucewatch.annotation.known_names import KnownNames, known_names_of
from trucewatch.annotation.propose import propose
from trucewatch.model.annotations import Passage
from trucewatch.model.statements import Statement
from trucewatch.sources.official_statement.parse import parse_statement
from trucewatch.watch.load import load_watch

SET = Path(__file__).with_name("official_statements")
LAST = Path(__file__).with_name("official_statements_unseen") / "final"
WATCH = ROOT / "examples" / "two-valleys"
STATEMENTS, WORDS = 1_000, 1_500
ASSERTED: Final = ("commitment", "claim", "reading", "denial")
ASSERTED_IN: Final = ("en", "ru")
OTHERS: Final = ("reaffirmation", "questioning", "body", "initiative", "proposal")
TURN_WORDS: Final = 5
"""By so many words at each end of its whole text, paragraphs joined, a turn is told from others."""
BOUNDS: Final = {"turns": 0.99, "provisions": 0.90, "precision": 0.85, "recall": 0.75}
_BEFORE_NAMES: Final = {
    *("mr", "mrs", "ms", "dr", "col", "colonel", "gen", "general", "herr", "frau", "oberst", "m", "mme", "sr", "sra"),
    *("sayin", "albay", "полковник", "генерал", "г-н", "г-жа", "polkovnik", "cənab", "xanim", "գնդապետ", "պարոն"),
}
_LETTERED = re.compile(r"(\d+)[a-z]")


@dataclass(frozen=True)
class Text:
    """A text of the set and the answers that are right."""

    path: Path
    content: bytes
    answers: dict[str, Any]


@dataclass
class Score:
    """What was offered and right, what was offered, what was there and seen, what was there."""

    right: int = 0
    offered: int = 0
    visited: int = 0
    there: int = 0

    def add(self, other: Score) -> None:
        self.right += other.right
        self.offered += other.offered
        self.visited += other.visited
        self.there += other.there

    @property
    def precision(self) -> float:
        return self.right / self.offered if self.offered else 0.0 if self.there else 1.0

    @property
    def recall(self) -> float:
        return self.visited / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Measured:
    """One language: turns and headings that are right of all, and a score per kind."""

    turns: int = 0
    all_turns: int = 0
    follow_ups: int = 0
    all_follow_ups: int = 0
    headings: int = 0
    texts: int = 0
    kinds: dict[str, Score] = field(default_factory=dict)

    @property
    def turns_share(self) -> float:
        return self.turns / self.all_turns if self.all_turns else 0.0

    @property
    def assertions(self) -> Score:
        """Commitments, claims, readings and denials together."""
        together = Score()
        for kind in ASSERTED:
            together.add(self.kinds.get(kind, Score()))
        return together

    def weakness(self, language: str) -> float:
        """The share of its bound that the weakest figure reaches."""
        shares = [self.turns_share / BOUNDS["turns"], self.kinds.get("provision", Score()).f1 / BOUNDS["provisions"]]
        if language in ASSERTED_IN:
            shares += [
                self.assertions.precision / BOUNDS["precision"],
                self.assertions.recall / BOUNDS["recall"],
            ]
        return min(shares)


def texts_in(folder: Path) -> Iterator[Text]:
    """Every text that has answers, by language and name."""
    for answers in sorted(folder.glob("*/*.toml")):
        texts = [path for path in sorted(answers.parent.glob(f"{answers.stem}.*")) if path.suffix in (".txt", ".html")]
        for path in texts:
            yield Text(path, path.read_bytes(), tomllib.loads(answers.read_text(encoding="utf-8")))


def measured(texts: Iterable[Text], lexis: KnownNames, faults: list[str]) -> dict[str, Measured]:
    """Language → what was right; what was not is put into `faults`, one line each."""
    languages: dict[str, Measured] = {}
    for text in texts:
        language = text.answers["language"]
        of_language = languages.setdefault(language, Measured())
        statement = parse_statement(text.content, text.path.name)
        begun = len(faults)
        of_language.texts += 1
        of_language.headings += _heading_is_right(statement, text.answers, faults)
        _count_turns(of_language, statement, text.answers, faults)
        offers = propose(statement, lexis)
        kinds = ("provision", *OTHERS, *(ASSERTED if language in ASSERTED_IN else ()))
        for kind in kinds:
            score = (
                _provisions(statement, text.answers, offers, faults)
                if kind == "provision"
                else _spans(kind, statement, text.answers, offers, faults)
            )
            of_language.kinds.setdefault(kind, Score()).add(score)
        faults[begun:] = [f"{language}/{text.path.name}: {fault}" for fault in faults[begun:]]
    return dict(sorted(languages.items(), key=lambda entry: entry[1].weakness(entry[0])))


# Heading and turns


def plain(text: str) -> str:
    """Without regard to capitals, marks over letters, blanks, quotation marks around it: "NERMİN" is "Nermin"."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.split()).strip(" «»“”„\"'")


def name_alone(name: str) -> str:
    """A name without the rank or form of address before it: whether it belongs to the name is a matter of form."""
    words = plain(name).split()
    while len(words) > 1 and words[0].rstrip(".") in _BEFORE_NAMES:
        del words[0]
    return " ".join(words)


def _heading_is_right(statement: Statement, answers: dict[str, Any], faults: list[str]) -> bool:
    clock = statement.clock.isoformat("minutes") if statement.clock else ""
    compared = {
        "title": (plain(statement.title), plain(answers["title"])),
        "date": (statement.day, answers.get("date")),
        "time": (clock, answers["time"]),
        "zone": (statement.zone or "", answers["zone"]),
        "place": (plain(statement.place), plain(answers["place"])),
        "languages": (sorted(statement.languages), sorted(answers["languages"])),
    }
    wrong = [f"{name}: {was!r}, right is {right!r}" for name, (was, right) in compared.items() if was != right]
    faults.extend(wrong)
    return not wrong


_Turn = tuple[str, str, int, str, str]


def _turns_of(statement: Statement) -> list[tuple[_Turn, str, bool]]:
    """(part, speaker, paragraphs, first and last words), asker and whether it is a follow-up, in order; without
    whoever gives the floor."""
    turns: list[tuple[_Turn, str, bool]] = []

    def add(part: str, speaker: str, texts: Sequence[str], asker: str = "", follows: bool = False) -> None:
        if texts:
            words = " ".join(texts).split()
            first, last = words[:TURN_WORDS], words[-TURN_WORDS:]
            turns.append(
                ((part, name_alone(speaker), len(texts), " ".join(first), " ".join(last)), plain(asker), follows)
            )

    def name_of(speaker_id: str) -> str:
        speaker = statement.speaker(speaker_id)
        return speaker.name if speaker else ""

    moderators = {speaker.id for speaker in statement.speakers if speaker.is_moderator}
    for speaker, paragraphs in groupby(statement.opening, key=lambda paragraph: paragraph.speaker):
        if speaker not in moderators:
            add("opening", name_of(speaker), [each.text for each in paragraphs])
    for exchange in statement.exchanges:
        question = exchange.question
        add("question", "", [each.text for each in question.paragraphs], question.by or "", question.is_follow_up)
        for answer in exchange.answers:
            if answer.speaker in moderators:
                continue
            add("answer", name_of(answer.speaker), [each.text for each in answer.paragraphs])
    return turns


def _as_read(right: _Turn, was: Sequence[_Turn]) -> _Turn:
    """The right turn with five words at its ends, where its answers give fewer: those of a short paragraph alone."""
    for turn in was:
        begins, ends = turn[3], turn[4]
        is_same = turn[:3] == right[:3] and begins.startswith(right[3]) and ends.endswith(right[4])
        if is_same and min(len(right[3].split()), len(right[4].split())) < TURN_WORDS:
            return turn
    return right


def _count_turns(of_language: Measured, statement: Statement, answers: dict[str, Any], faults: list[str]) -> None:
    """A turn that is there too much counts as one that is wrong."""
    right = [
        (
            (
                turn["part"],
                name_alone(turn["speaker"]),
                turn["paragraphs"],
                " ".join(turn["begins"].split()),
                " ".join(turn["ends"].split()),
            ),
            plain(turn.get("by", "")),
            bool(turn.get("follow_up", False)),
        )
        for turn in answers["turn"]
    ]
    was = _turns_of(statement)
    right = [(_as_read(turn, [each for each, _, _ in was]), by, follows) for turn, by, follows in right]
    both = Counter(turn for turn, _, _ in right) & Counter(turn for turn, _, _ in was)
    of_language.turns += both.total()
    of_language.all_turns += max(len(right), len(was))
    questions = Counter(turn for turn in right if turn[0][0] == "question")
    of_language.follow_ups += (questions & Counter(was)).total()
    of_language.all_follow_ups += questions.total()
    missed = Counter(turn for turn, _, _ in right) - both
    extra = Counter(turn for turn, _, _ in was) - both
    faults.extend(f"turn missed: {turn}" for turn in missed)
    faults.extend(f"turn too much: {turn}" for turn in extra)
    faults.extend(f"asker or follow-up: right is {turn}" for turn in questions - Counter(was) if turn[0] in both)


# What was said


def _places_of(words: str, statement: Statement) -> tuple[str, int, int]:
    """Paragraph, start and end of the first place of these words; an empty paragraph where they are not found."""
    for spoken in statement.spoken():
        start = spoken.paragraph.text.find(words)
        if start >= 0:
            return spoken.paragraph.id, start, start + len(words)
    return "", 0, 0


def _whole(clause: str) -> str:
    lettered = _LETTERED.fullmatch(clause)
    return lettered[1] if lettered else clause


def _provisions(statement: Statement, answers: dict[str, Any], offers: Sequence[Passage], faults: list[str]) -> Score:
    """Over pairs of a paragraph and a clause. Where the answers name the whole provision, any part of it is right."""
    there = {
        (_places_of(passage["words"], statement)[0] or passage["words"], clause.replace(" ", ""))
        for passage in answers.get("said", ())
        if passage["kind"] == "provision"
        for clause in passage["about"]
    }
    named = {
        (offer.span.paragraph, clause.replace(" ", ""))
        for offer in offers
        if offer.kind == "provision"
        for clause in offer.about
    }
    # A part says more than its provision; named together they are one offer.
    offered = {
        (where, clause)
        for where, clause in named
        if not any(other != clause and _whole(other) == clause for at, other in named if at == where)
    }
    right = {pair for pair in offered if pair in there or (pair[0], _whole(pair[1])) in there}
    visited = {
        (where, clause)
        for where, clause in there
        if any(at == where and clause in (other, _whole(other)) for at, other in offered)
    }
    texts = {spoken.paragraph.id: spoken.paragraph.text[:90] for spoken in statement.spoken()}
    faults.extend(f"provision too much: {clause} in {texts[where]!r}" for where, clause in sorted(offered - right))
    faults.extend(
        f"provision missed: {clause} in {texts.get(where, where)!r}" for where, clause in sorted(there - visited)
    )
    return Score(len(right), len(offered), len(visited), len(there))


def _spans(
    kind: str, statement: Statement, answers: dict[str, Any], offers: Sequence[Passage], faults: list[str]
) -> Score:
    """Of one kind: the same words where the spans share half of the shorter."""
    places = [
        (*_places_of(passage["words"], statement), passage["words"])
        for passage in answers.get("said", ())
        if passage["kind"] == kind
    ]
    of_kind = [offer for offer in offers if offer.kind == kind]

    def shares(offer: Passage, place: tuple[str, int, int, str]) -> bool:
        paragraph, start, end, _ = place
        shared = min(offer.span.end, end) - max(offer.span.start, start)
        shorter = min(offer.span.end - offer.span.start, end - start)
        return offer.span.paragraph == paragraph and shared > 0 and shared * 2 >= shorter

    right = [offer for offer in of_kind if any(shares(offer, place) for place in places)]
    visited = [place for place in places if any(shares(offer, place) for offer in of_kind)]
    faults.extend(f"{kind} too much: {offer.words!r}" for offer in of_kind if offer not in right)
    faults.extend(f"{kind} missed: {place[3]!r}" for place in places if place not in visited)
    return Score(len(right), len(of_kind), len(visited), len(places))


def unfit(texts: Iterable[Text]) -> list[str]:
    """What is wrong with the answers themselves: words that stand in no line of their text, or in several."""
    wrong = []
    for text in texts:
        lines = [" ".join(line.split()) for line in _plain_lines(text)]
        for passage in text.answers.get("said", ()):
            count = sum(line.count(passage["words"]) for line in lines)
            if count != 1:
                wrong.append(f"{text.answers['language']}/{text.path.name}: {count} times {passage['words']!r}")
    return wrong


def _plain_lines(text: Text) -> list[str]:
    content = text.content.decode("utf-8")
    if text.path.suffix != ".html":
        return content.splitlines()
    body = re.sub(r"<(?:br|/p|/div|/li|/h\d|/dd|/dt|/td)\b[^>]*>", "\n", content.replace("\n", " "))
    bare = re.sub(r"<[^>]*>", "", body)
    for entity, letter in (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", " ")):
        bare = bare.replace(entity, letter)
    return bare.splitlines()


# How fast


def long_statements(folder: Path, texts: Sequence[Text]) -> None:
    """Write a thousand statements of 1,500 words, the texts of each language joined in turn."""
    by_language: dict[str, list[str]] = {}
    for text in texts:
        if text.path.suffix == ".txt":
            by_language.setdefault(text.answers["language"], []).append(text.content.decode("utf-8"))
    languages = sorted(by_language)
    for number in range(STATEMENTS):
        pieces = by_language[languages[number % len(languages)]]
        joined, words, next_piece = [], 0, number
        while words < WORDS:
            for line in pieces[next_piece % len(pieces)].splitlines():
                if words >= WORDS:
                    break
                joined.append(line)
                words += len(line.split())
            joined.append("")
            next_piece += 1
        (folder / f"{number:04d}.txt").write_text("\n".join(joined), encoding="utf-8")


def read_all(folder: Path) -> int:
    """Read every file of a folder and offer what it says; how many offers."""
    lexis = known_names_of(load_watch(WATCH))
    return sum(len(propose(parse_statement(path.read_bytes(), path.name), lexis)) for path in sorted(folder.iterdir()))


def speeds(texts: Sequence[Text], runs: int = 3) -> list[Figure]:
    """A thousand long statements in one process, and one page as it is pasted, the start of a process included."""
    page = next(text for text in texts if text.path.suffix == ".html")
    with tempfile.TemporaryDirectory() as scratch:
        many, single = Path(scratch) / "many", Path(scratch) / "single"
        many.mkdir()
        single.mkdir()
        long_statements(many, texts)
        (single / page.path.name).write_bytes(page.content)
        command = [sys.executable, str(Path(__file__)), "--read"]
        environment = as_installed(Path(scratch))
        timed = [seconds_of([*command, str(many)], cwd=ROOT, env=environment) for _ in range(runs)]
        pasted = [seconds_of([*command, str(single)], cwd=ROOT, env=environment)[0] for _ in range(runs)]
    name = f"{STATEMENTS:,} statements of {WORDS:,} words"
    return [
        Figure(
            f"{name}: read, and what they say offered", tuple(cpu for _, cpu, _ in timed), "s", 20, "CPU of one core"
        ),
        Figure(f"{name}: peak memory", tuple(peak for _, _, peak in timed), "MB", 300),
        Figure("One page as saved, the whole process", tuple(pasted), "s", 2),
    ]


def table(languages: dict[str, Measured]) -> str:
    """The figures as lines, the weakest language first."""
    lines = ["language  texts  headings      turns            askers   provisions F1 (P / R)    said in en, ru: P / R"]
    for language, of_language in languages.items():
        provisions, assertions = of_language.kinds["provision"], of_language.assertions
        asserted = f"{assertions.precision:.3f} / {assertions.recall:.3f}" if language in ASSERTED_IN else "not offered"
        lines.append(
            f"{language:8}  {of_language.texts:5}  {of_language.headings:3}/{of_language.texts:<3}  "
            f"{of_language.turns:4}/{of_language.all_turns:<4} {of_language.turns_share:7.1%}  "
            f"{of_language.follow_ups:4}/{of_language.all_follow_ups:<4}  "
            f"{provisions.f1:.3f} ({provisions.precision:.3f} / {provisions.recall:.3f})      {asserted}"
        )
    lines.append("")
    kinds = sorted({kind for of_language in languages.values() for kind in of_language.kinds})
    for kind in kinds:
        cells = [
            f"{language} {score.precision:.2f}/{score.recall:.2f} of {score.there}"
            for language, of_language in languages.items()
            if (score := of_language.kinds.get(kind)) is not None and (score.there or score.offered)
        ]
        lines.append(f"{kind}: " + "; ".join(cells))
    return "\n".join(lines)


def figures_of() -> list[Figure]:
    """What the part of the benchmarks keeps: each figure of the language where it is weakest, and the speeds."""
    lexis = known_names_of(load_watch(WATCH))
    texts = list(texts_in(SET))
    by_rules = _weakest_of("texts that rules were written by", measured(texts, lexis, []))
    return [*by_rules, *_weakest_of("the last set", measured(list(texts_in(LAST)), lexis, [])), *speeds(texts)]


def _weakest_of(texts: str, languages: dict[str, Measured]) -> Iterator[Figure]:
    """Each figure of the language where it is weakest, with those of all."""
    asserted = {language: each.assertions for language, each in languages.items() if language in ASSERTED_IN}
    every = languages.items()
    for name, shares, bound in (
        ("turns right", {language: each.turns_share for language, each in every}, "turns"),
        ("provisions spoken about, F1", {name: each.kinds["provision"].f1 for name, each in every}, "provisions"),
        ("said, precision", {language: each.precision for language, each in asserted.items()}, "precision"),
        ("said, recall", {language: each.recall for language, each in asserted.items()}, "recall"),
    ):
        language = min(shares, key=lambda each: shares[each])
        note = ", ".join(f"{each} {share:.3f}" for each, share in sorted(shares.items(), key=lambda entry: entry[1]))
        title = f"{texts}: {name}, weakest language ({language})"
        yield Figure(title[:1].upper() + title[1:], (shares[language],), "", BOUNDS[bound], note, at_least=True)


def main(arguments: Sequence[str]) -> int:
    """Print the table; exit code 1 where the answers themselves are wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=SET, help="the set to measure by")
    parser.add_argument("--language", action="append", help="this language only; may be given again")
    parser.add_argument("--faults", action="store_true", help="each thing that was not right, one line each")
    parser.add_argument("--check", action="store_true", help="whether the answers fit their texts, and nothing else")
    parser.add_argument("--speed", action="store_true", help="how fast, beside how well")
    parser.add_argument("--read", type=Path, help="read every file of a folder, for the clock")
    options = parser.parse_args(arguments)
    if options.read:
        sys.stdout.write(f"{read_all(options.read)}\n")
        return 0
    texts = [
        text
        for text in texts_in(options.folder)
        if not options.language or text.answers["language"] in options.language
    ]
    wrong = unfit(texts)
    sys.stdout.write("".join(f"answers: {line}\n" for line in wrong))
    if options.check:
        return 1 if wrong else 0
    faults: list[str] = []
    languages = measured(texts, known_names_of(load_watch(WATCH)), faults)
    if options.faults:
        sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(table(languages) + "\n")
    if options.speed:
        for figure in speeds(texts, runs=1):
            sys.stdout.write(f"{figure.name}: {figure.median:.2f} {figure.unit} ({figure.bound_words})\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
