"""Planted markers: texts that are never kept, built over rules, languages and spellings. All people are invented.

A marker holds its own parts (`secrets`), which occur nowhere else, so that a byte of it can be sought.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Qvalinda Umberwick", "Zorbert Plinkham", "Wexley Quorndale"),
    "ru": ("Квалиндов Умберт Зорбович", "Плинкова Зорберта Умбертовна", "Векслёв Кворн"),
    "az": ("Qvalin Zorbert oğlu Umbərov", "Plinkə Umbərt qızı Zorbova", "Umbər Qvalinzadə"),
    "hy": ("Քվալին Ումբերյան", "Զորբերտ Պլինքյան", "Վեքսլի Քվորնյան"),
    "tr": ("Qvalin Umberoğlu", "Zorbert Plinkdağ", "Umbertan Kvorndal"),
}
"""Of each language: shapes of names; nobody's."""
CITIES: Final = {
    "en": "Lower Mill",
    "ru": "Нижняя Мельница",
    "az": "Aşağı Dəyirman",
    "hy": "Ներքին Ջաղաց",
    "tr": "Aşağı Köy",
}
TEMPLATES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "birth": {
        "en": ("{name}, born {year}", "blankets for {name} (b. {year})", "{name}, DOB {day}", "{name}, aged {age}"),
        "ru": (
            "{name}, {year} г.р.",
            "одеяла для: {name}, дата рождения {day}",
            "{name} родился в {year}",
            "{name}, {age} лет",
        ),
        "az": ("{name}, {year}-ci il təvəllüd", "{name}, doğum tarixi {day}", "{name}, {age} yaşında"),
        "hy": ("{name}, ծնված {year} թ.", "{name}, ծննդյան օր {day}", "{name}, {age} տարեկան"),
        "tr": ("{name}, {year} doğumlu", "{name}, doğum tarihi {day}", "{name}, {age} yaşında"),
    },
    "identity": {
        "en": ("passport {passport}", "identity card number {plain}", "he shows {passport}"),
        "ru": ("паспорт {plain}", "документ {passport}"),
        "az": ("FİN kod {fin}", "vəsiqə AZE{eight}"),
        "hy": ("անձնագիր {passport}", "ՀԾՀ {social}"),
        "tr": ("kimlik no {plain}", "pasaport U{eight}"),
    },
    "tracing": {
        "en": ("looking for my brother, last seen in {city}", "missing: {name}", "tracing request for {name}"),
        "ru": ("ищу брата, пропал в мае", "без вести пропал {name}", "задержан: {name}"),
        "az": ("qardaşımı axtarıram, {city}", "itkin düşüb: {name}", "əsir: {name}"),
        "hy": ("փնտրում եմ եղբորս", "անհայտ կորած՝ {name}", "գերի՝ {name}"),
        "tr": ("kardeşimi arıyorum, {city}", "kayıp: {name}", "tutuklu: {name}"),
    },
    "medical": {
        "en": ("patient {name}, dialysis", "diagnosis of {name}: cancer", "man aged {age}, gunshot wound"),
        "ru": ("пациент {name}, диализ", "больная {name}", "мужчина, {age} лет, инфаркт"),
        "az": ("xəstə {name}, dializ", "diaqnoz: {name}"),
        "hy": ("հիվանդ {name}", "ախտորոշում՝ {name}"),
        "tr": ("hasta {name}, diyaliz", "teşhis: {name}"),
    },
    "protection": {
        "en": ("protection case of {name}", "rape, girl aged {age}", "unaccompanied: {name}"),
        "ru": ("пытки: {name}", "изнасилование, {age} лет"),
        "az": ("işgəncə: {name}", "zorlanma, {age} yaş"),
        "hy": ("խոշտանգում՝ {name}", "բռնաբարություն, {age} տարեկան"),
        "tr": ("işkence: {name}", "tecavüz, {age} yaşında"),
    },
    "ethnicity": {
        "en": ("ethnicity: Armenian", "40 ethnic Azerbaijanis on the bus"),
        "ru": ("национальность: армяне", "этнические азербайджанцы, 40"),
        "az": ("milliyyəti: erməni", "etnik azərbaycanlılar 40"),
        "hy": ("ազգությունը՝ ադրբեջանցի", "էթնիկ հայեր 40"),
        "tr": ("milliyeti: ermeni", "etnik azeriler 40"),
    },
    "position": {
        "en": ("{lat}, {lon}", "team now at 39.81, 46.75", "{grid}"),
        "ru": ("сейчас на 39.81, 46.75", "широта {lat} долгота {lon}"),
        "az": ("hazırda 39.81, 46.75", "{lat} {lon}"),
        "hy": ("հիմա գտնվում է 39.81, 46.75", "{lat};{lon}"),
        "tr": ("şu an 39.81, 46.75", "{plus}"),
    },
    "contact": {
        "en": ("call {phone}", "{mail}"),
        "ru": ("тел. {phone}", "{mail}"),
        "az": ("telefon {phone}", "{mail}"),
        "hy": ("հեռ. {phone}", "{mail}"),
        "tr": ("cep {phone}", "{mail}"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """rule, language and spelling it was built by; text as it is sent; row: the text split over two fields of one row;
    secrets: parts of it that occur nowhere else."""

    rule: str
    language: str
    spelling: str
    text: str
    row: tuple[str, str] | None = None
    secrets: tuple[str, ...] = ()


def _as_it_is(text: str) -> str:
    return text


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() and char.isascii() else char for char in text)


def _with_unseen(text: str) -> str:
    return "\u200b".join(text[at : at + 2] for at in range(0, len(text), 2))


_LIKE: Final = str.maketrans("aceopxABCEHKMOPTX", "асеорхАВСЕНКМОРТХ")


def _look_alike(text: str) -> str:
    return text.translate(_LIKE)


def _broken(text: str) -> str:
    return text.replace(" ", "\n")


def _entities(text: str) -> str:
    return "".join(f"&#{ord(char)};" if at % 3 == 0 else html.escape(char) for at, char in enumerate(text))


def _upper(text: str) -> str:
    return text.upper()


def _wide_blanks(text: str) -> str:
    return text.replace(" ", "\u00a0\u2003")


def _within_a_sentence(text: str) -> str:
    return f"1,960 blankets; {text}; by 3 May"


def _escaped(text: str) -> str:
    return "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in text)


def _soft(text: str) -> str:
    return text.replace("e", "e\u00ad").replace("е", "е\u2060").replace("ա", "ա\u200d")


SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "as it is": _as_it_is,
    "full width digits": _wide,
    "zero-width characters": _with_unseen,
    "look-alike letters": _look_alike,
    "line breaks": _broken,
    "entities": _entities,
    "upper case": _upper,
    "wide blanks": _wide_blanks,
    "within a sentence": _within_a_sentence,
    "escapes": _escaped,
    "soft hyphens": _soft,
}
_CASE_MATTERS: Final = {"position": ("look-alike letters",), "contact": ("look-alike letters", "upper case")}
"""Where a spelling makes another thing of a text: no letters are changed in a mail address that nobody could use."""


def _filled(template: str, language: str, source: random.Random) -> str:
    digits = "".join(source.choice("123456789") for _ in range(9))
    year = source.randint(1931, 2009)
    day, month = source.randint(1, 28), source.randint(1, 12)
    return template.format(
        name=source.choice(NAMES[language]),
        city=CITIES[language],
        year=year,
        day=f"{day:02d}.{month:02d}.{year}",
        age=source.randint(19, 81),
        passport=f"{source.choice(('AA', 'AN', 'AS', 'AV'))}{digits[:7]}",
        plain=digits,
        eight=digits[:8],
        fin=f"{digits[0]}ZB{digits[1]}K{digits[2]}A",
        social=f"{day + 10:02d}{month:02d}{year % 100:02d}{digits[:4]}",
        lat=f"39.{digits[:5]}",
        lon=f"46.{digits[4:]}",
        grid=f"38SNK{digits[:4]}{digits[4:8]}",
        plus="8HJ7Q" + "C3R+X4",
        phone=f"+994 50 {digits[:3]} {digits[3:5]} {digits[5:7]}",
        mail=f"qvalin.{digits[:5]}@example.org",
    )


def _secrets(text: str) -> tuple[str, ...]:
    """Words of a text that no page and no other file holds: of invented names, and long numbers."""
    words = "".join(char if char.isalnum() else " " for char in text).split()
    rare = ("qv", "zorb", "plink", "umb", "wex", "quorn", "kvorn", "квал", "зорб", "плинк", "умб", "векс", "кворн")
    rare += ("քվալ", "զորբ", "պլին", "ումբ", "վեքս", "քվոր")
    return tuple(word for word in words if word.casefold().startswith(rare) or (word.isdigit() and len(word) > 6))


def markers(seed: int = 21) -> tuple[Marker, ...]:
    """Every rule in every language in every spelling, and each first template split over two fields of one row."""
    source = random.Random(seed)
    planted = []
    for rule, of_languages in TEMPLATES.items():
        for language, templates in of_languages.items():
            for number, (spelling, spell) in enumerate(SPELLINGS.items()):
                if spelling in _CASE_MATTERS.get(rule, ()):
                    continue
                plain = _filled(templates[number % len(templates)], language, source)
                if spelling == "upper case" and language == "tr":
                    plain = plain.replace("i", "İ")
                planted.append(
                    Marker(
                        rule=rule,
                        language=language,
                        spelling=spelling,
                        text=spell(plain),
                        secrets=_secrets(spell(plain)),
                    )
                )
            plain = _filled(templates[0], language, source)
            half = plain.find(" ", len(plain) // 3)
            if half > 0:
                row = plain[:half], plain[half + 1 :]
                planted.append(
                    Marker(
                        rule=rule,
                        language=language,
                        spelling="two fields",
                        text=" ".join(row),
                        row=row,
                        secrets=_secrets(plain),
                    )
                )
    return tuple(planted)
