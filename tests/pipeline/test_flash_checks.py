"""Words that a person adds to an urgent message: what would give a place, a time, a weapon, an effect or a caller away
is refused, and so is a rule that tells one side other than the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.urgent_drafts import NOW, SAYS, WATCH, claim, later, real_watch, rule_of
from trucewatch.messages import Message
from trucewatch.model.flash import SMALLEST_CELL_M, FlashDraft, FlashPlace, FlashRecipient, FlashRule
from trucewatch.model.flash_rule_faults import rule_faults_in
from trucewatch.pipeline.flash_checks import MOST_CHARS, faults_of
from trucewatch.pipeline.flash_drafting import draft_for
from trucewatch.pipeline.flash_giveaways import bared, giveaways, told_places
from trucewatch.store import Store
from trucewatch.watch import load_watch

PLAIN: Final = {"en": "Please keep calm.", "ru": "Сохраняйте спокойствие.", "tr": "Sakin olun."}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("watch"), lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def draft(store: Store) -> FlashDraft:
    return draft_for(store, WATCH, claim(store), rule=rule_of(), now=NOW)


def faults(draft: FlashDraft, store: Store | None = None, **added: str) -> dict[str, Message]:
    return dict(faults_of(WATCH, replace(draft, added=PLAIN | added), rule_of(), NOW, store=store))


def test_a_draft_from_the_record_has_no_fault(draft: FlashDraft, store: Store) -> None:
    assert faults_of(WATCH, draft, rule_of(), NOW, store=store) == {}
    assert faults(draft, store) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Both sides are asked to keep calm; the centre is at your service.",
        "The centre waits for an answer from both sides, whatever it is.",
        "A convoy with food is on its way, please let it pass.",
        "Talks go on at 21:15.",
        "Upper Valley and Lower Valley, the Northern Isles ask the same.",
    ],
)
def test_plain_words_may_be_added(draft: FlashDraft, text: str) -> None:
    assert "added_en" not in faults(draft, en=text)


def test_no_number_hides_behind_what_looks_like_a_code_of_ours() -> None:
    text = "See also UM-2. Talks go on at 21:15."
    assert not list(giveaways(text, "en", WATCH, may_name=(), codes=("UM-1", "UM-2")))
    for hidden in ("UM-3", "um-344512", "U-2", "UM-2 UM-2461", "UM-22"):
        told = "; ".join(map(str, giveaways(f"See also {hidden}.", "en", WATCH, may_name=(), codes=("UM-2",))))
        assert "may be a c" in told, hidden


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Просим обе стороны соблюдать режим тишины и ответить как можно скорее."),
        ("ru", "Пускай каждая сторона проверит свои подразделения; центр на связи."),
        ("ru", "Сообщите, пожалуйста, когда стихнет. Просим укрыться и ждать."),
        ("tr", "Her iki taraftan atışları durdurmasını rica ederiz; ateşkes geçerli oldu."),
        ("tr", "Merkez iki taraftan da olumlu yanıt bekliyor, teşekkürler."),
        ("az", "Hər iki tərəfdən atəşi dayandırmağı xahiş edirik, mərkəz əlaqədədir."),
        ("hy", "Երկու կողմերին շտապ խնդրում ենք դադարեցնել կրակը և պատասխանել կենտրոնին։"),
        ("en", "Please stop, check who is under your command, and call the centre back."),
    ],
)
def test_what_a_centre_would_ask_for_passes_in_five_languages(language: str, text: str) -> None:
    assert [str(each) for each in giveaways(text, language, WATCH, may_name=())] == []


@pytest.mark.parametrize(
    ("language", "text", "gives"),
    [
        ("en", "near Hollin", "Hollin"),
        ("en", "in H o l l i n", "Hollin"),
        ("en", "in Hol-lin", "Hollin"),
        ("en", "in Hol\u200blin", "Hollin"),
        ("en", "in Hol\u00adlin", "Hollin"),
        ("en", "in ＨＯＬＬＩＮ", "Hollin"),
        ("en", "in Ноllin", "two alphabets"),
        ("en", "Ambermil is quiet", "Ambermill"),
        ("ru", "у Холлина", "Hollin"),
        ("ru", "возле Кессова Брода", "Kessford"),
        ("ru", "в Жаворонково", "Larkfell"),
        ("tr", "Holin'de", "Hollin"),
        ("tr", "Taşocak yakınında", "Larkfell"),
        ("en", "Middle Bridge post", "Middle Bridge"),
        ("en", "39.8 46.7", "coordinate"),
        ("en", "-34.9236 -24.5951", "coordinate"),
        ("en", "34°55'25\"S", "coordinate"),
        ("en", "26S KD 12345 67890", "coordinate"),
        ("en", "٣٩ and ４６", "count, a calibre"),
        ("en", "Ⅻ of them", "count, a calibre"),
        ("en", "2 km to the left", "count, a calibre"),
        ("en", "a kilometre away", "distance"),
        ("ru", "севернее дороги", "direction"),
        ("tr", "kuzeyinde", "direction"),
        ("en", "behind the school", "finer than the rule"),
        ("ru", "у школы", "finer than the rule"),
        ("tr", "köprünün yanında", "finer than the rule"),
        ("en", "https://maps.example/x", "link"),
        ("en", "filled.count.soap", "full stops"),
        ("en", "write to a@b", "link"),
        ("en", "at 21:07", "quarter of an hour"),
        ("en", "at 2107", "count, a calibre"),
        ("en", "three rounds", "count"),
        ("ru", "три разрыва", "count"),
        ("tr", "üç atım", "count"),
        ("en", "a mortar", "what was fired"),
        ("ru", "из миномёта", "what was fired"),
        ("tr", "havan topuyla", "what was fired"),
        ("en", "the house was damaged", "hit, hurt or damaged"),
        ("ru", "есть раненые", "hit, hurt or damaged"),
        ("tr", "yaralılar var", "hit, hurt or damaged"),
        ("en", "it was overshot", "how far off"),
        ("ru", "недолёт", "how far off"),
        ("en", "launched from there", "came from"),
        ("en", "the camera saw it", "post or a sensor"),
        ("en", "call 555-0142", "telephone"),
        ("en", "bell \x07", "cannot be shown"),
    ],
)
def test_what_would_give_something_away_is_refused_and_said(
    draft: FlashDraft, language: str, text: str, gives: str
) -> None:
    assert gives in str(faults(draft, **{language: text})[f"added_{language}"])


@pytest.mark.parametrize("text", ["Ada Quill says so", "as QUILL told us", "Quill's words"])
def test_a_caller_on_record_is_not_named_and_the_fault_does_not_name_them(
    draft: FlashDraft, store: Store, text: str
) -> None:
    fault = faults(draft, store, en=text)["added_en"]
    assert "names somebody who called" in str(fault)
    assert "uill" not in str(fault)


def test_the_words_of_a_caller_are_refused(draft: FlashDraft, store: Store) -> None:
    assert "added_en" in faults(draft, store, en=SAYS)


def test_a_settlement_that_the_message_names_may_be_named_again(draft: FlashDraft) -> None:
    there = replace(draft, place=FlashPlace(form="settlement", id="larkfell", size_m=SMALLEST_CELL_M))
    rule = rule_of("settlement")
    parties = FlashRule(to=rule.to[:2])
    again = {"en": "Larkfell is calm now.", "ru": "Жаворонково: сейчас тихо.", "tr": "Turgaytepe şimdi sakin."}
    assert faults_of(WATCH, replace(there, added=again), parties, NOW) == {}
    # The Halvane Guard is told by zone, and gets the same added words.
    assert "added_en" in faults_of(WATCH, replace(there, added=again), rule, NOW)


def test_words_stand_in_every_language_or_in_none(draft: FlashDraft) -> None:
    added = {"en": "Please keep calm.", "ru": "  ", "tr": ""}
    assert set(faults_of(WATCH, replace(draft, added=added), rule_of(), NOW)) == {"added_ru", "added_tr"}
    assert faults_of(WATCH, replace(draft, added={"en": " ", "ru": ""}), rule_of(), NOW) == {}


def test_a_language_that_the_watch_has_not_is_refused(draft: FlashDraft) -> None:
    assert "added_de" in faults(draft, de="Bitte ruhig bleiben.")


def test_three_hundred_characters_and_no_more(draft: FlashDraft) -> None:
    assert "added_en" not in faults(draft, en="calm " * 60)
    assert "At most 300" in str(faults(draft, en="x" * (MOST_CHARS + 1))["added_en"])


def test_another_time_in_another_language_is_refused(draft: FlashDraft) -> None:
    found = faults(draft, en="Talks at 21:15.", ru="Переговоры в 21:30.", tr="Görüşme 21:15.")
    assert set(found) == {"added_ru"}
    assert "differ" in str(found["added_ru"])


@given(text=st.text(max_size=MOST_CHARS + 50))
def test_any_text_is_taken_or_refused_with_a_sentence(draft: FlashDraft, text: str) -> None:
    for message in faults(draft, en=text).values():
        assert str(message)


@given(text=st.text(alphabet="aA1 .-_*·|/:'°\u200b\u0301ⅫНо", max_size=MOST_CHARS))
def test_no_digit_but_of_a_quarter_or_a_code_passes(draft: FlashDraft, text: str) -> None:
    if "added_en" not in faults(draft, en=text):
        left = bared(text).casefold()
        assert all(
            part[-2:] in ("00", "15", "30", "45") or "u-" in part
            for part in left.split()
            if any(map(str.isdigit, part))
        )


@pytest.mark.parametrize("length", [MOST_CHARS])
@pytest.mark.parametrize("piece", ["a ", "a-", "1:", "a'", "hollin ", "Кесс ", "u-", "..", "1.1", "e\u0301"])
def test_hostile_repetition_is_read_to_its_end(draft: FlashDraft, piece: str, length: int) -> None:
    assert isinstance(faults(draft, en=(piece * length)[:length]), dict)


def test_an_answer_is_asked_neither_in_the_past_nor_after_a_day(draft: FlashDraft) -> None:
    for minutes in (0, -1, 24 * 60 + 1):
        assert "answer_by" in faults_of(WATCH, replace(draft, answer_by=later(minutes)), rule_of(), NOW)


def test_nothing_is_urgent_on_a_past_case(draft: FlashDraft) -> None:
    past = replace(real_watch(), settings=replace(real_watch().settings, watch_time=NOW))
    assert "its clock stands" in str(faults_of(past, draft, rule_of(), NOW)["about"])


@pytest.mark.parametrize(
    "place",
    [
        FlashPlace(form="cell", lon=-24.6, lat=-34.99, size_m=100.0),
        FlashPlace(form="cell", size_m=5000.0),
        FlashPlace(form="zone", id="storage-stonegate"),
        FlashPlace(form="settlement", id="middle-bridge-post"),
    ],
    ids=str,
)
def test_a_draft_finer_than_any_rule_is_refused_wherever_it_came_from(draft: FlashDraft, place: FlashPlace) -> None:
    assert "about" in faults_of(WATCH, replace(draft, place=place), rule_of(), NOW)
    fine = (draft.quarter[0], draft.quarter[0].replace(minute=37))
    assert "about" in faults_of(WATCH, replace(draft, quarter=fine), rule_of(), NOW)


def _to(*recipients: FlashRecipient) -> FlashRule:
    return FlashRule(to=recipients)


_UV, _LV = FlashRecipient(id="UV"), FlashRecipient(id="LV")


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (_to(_UV), "leaves out LV"),
        (_to(_UV, replace(_LV, place="zone")), "place differs between UV, LV"),
        (_to(_UV, replace(_LV, cell_m=6000.0)), "cell_m differs"),
        (_to(_UV, replace(_LV, tells=_LV.tells[:-1])), "tells differs"),
        (_to(_UV, _LV, FlashRecipient(id="XX", place="zone")), '"XX" is no party'),
        (_to(_UV, _LV, FlashRecipient(id="HG", place="settlement")), "finer than to the sides"),
        (_to(replace(_UV, cell_m=4999.0), replace(_LV, cell_m=4999.0)), "cell_m is below 5000"),
        (_to(replace(_UV, cell_m=float("nan")), replace(_LV, cell_m=float("nan"))), "cell_m is below 5000"),
        (_to(replace(_UV, ways=()), _LV), "ways takes"),
        (_to(replace(_UV, tells=("matter",)), replace(_LV, tells=("matter",))), "tells takes"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_and_nothing_is_sent_by_it(
    draft: FlashDraft, rule: FlashRule, says: str
) -> None:
    found = [str(each) for each in rule_faults_in(WATCH, rule)]
    assert any(says in each for each in found), found
    assert "to" in faults_of(WATCH, draft, rule, NOW)


def test_the_rule_of_the_example_can_be_used(tmp_path: Path) -> None:
    assert list(rule_faults_in(WATCH, rule_of())) == []
    assert list(rule_faults_in(WATCH, FlashRule())) == []


KARABAKH: Final = load_watch(Path(__file__).parents[2] / "examples" / "karabakh-2020")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Talks between the sides go on; please wait for the centre."),
        ("ru", "Переговоры сторон продолжаются, ждите, пожалуйста, звонка центра."),
        ("az", "Hər iki tərəfdən atəşi dayandırmağı xahiş edirik, mərkəz əlaqədədir."),
        ("hy", "Երկու կողմերին խնդրում ենք դադարեցնել կրակը և պատասխանել կենտրոնին։"),
        ("tr", "Merkez iki taraftan da yanıt bekliyor, teşekkürler."),
    ],
)
def test_a_word_of_the_watch_for_counting_is_no_place_that_is_given_away(language: str, text: str) -> None:
    assert [str(each) for each in giveaways(text, language, KARABAKH, may_name=())] == []


def test_every_name_of_every_settlement_is_seen_in_a_sentence_in_all_its_languages() -> None:
    names = sorted({(town.id, name) for town in KARABAKH.basemap.towns for name in town.names.values()})
    assert len(names) > 100
    missed = [name for town, name in names if town not in told_places(f"– {name.upper()}, –", KARABAKH)]
    assert missed == []
