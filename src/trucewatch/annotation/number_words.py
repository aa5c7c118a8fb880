"""Words of numbers, months, units and hedges in eight languages, by their folded spelling (`plain`)."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Final

from trucewatch.model.annotations import Hedge


def _plain_letters() -> dict[int, str]:
    letters = {"İ": "i", "ı": "i", "I": "i", "ə": "a", "Ə": "a", "ё": "е", "Ё": "е", "ß": "s", "ø": "o", "ł": "l"}
    letters |= dict.fromkeys("’‘ʼ՚`´", "'") | dict.fromkeys("\u00a0\u202f\u2009\u2007\t\n\r", " ")
    letters |= dict.fromkeys("‐‑‒–—−", "-")
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            letters.setdefault(chr(code), base.lower())
    return {ord(sign): plain for sign, plain in letters.items()}


_PLAIN: Final = _plain_letters()


def plain(text: str) -> str:
    """Small letters without the marks of Latin units, one sign for each: as long as the text, so that places hold.

    >>> plain("30 Ocak’a, İyirmi, Məktəb")
    "30 ocak'a, iyirmi, maktab"
    """
    return text.translate(_PLAIN).lower()


_MONTHS: Final = {
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "hy": "հունվար փետրվար մարտ ապրիլ մայիս հունիս հուլիս օգոստոս սեպտեմբեր հոկտեմբեր նոյեմբեր դեկտեմբեր",
    "ru": "январ феврал март апрел ма июн июл август сентябр октябр ноябр декабр",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
}
_SHORT_MONTHS: Final = {
    "en": "jan feb mar apr - jun jul aug sep oct nov dec",
    "de": "jan feb mär apr - jun jul aug sep okt nov dez",
    "ru": "янв фев мар апр - июн июл авг сен окт ноя дек",
}
_MONTH_ENDINGS: Final = {
    "az": "|ın|in|un|ün|da|də|a|ə|dan|dən|ı|i|u|ü|dək|dak",
    "de": "|s",
    "hy": "|ի|ին|ից|ում|յան",
    "ru": "ь|я|ю|ем|е|й|а|у|ом|",
    "tr": "|ın|in|un|ün|ta|te|da|de|a|e|tan|ten|dan|den|ı|i|u|ü",
}
ALONE_ONLY_LED: Final = frozenset(
    {"may", "march", "mar", "mart", "mars", "mai", "ocak", "ekim", "kasim", "aralik", "мае", "мая"}
)
"""Words that are more than a month: alone they are one only after a word that leads to a time, or with a year."""
LEADS_TO_TIME: Final = frozenset(
    plain(
        "in of since by until till before after from this next last early late mid during to im bis seit ab vor "
        "nach ende "
        "anfang mitte en de fin début mi dès avant après depuis jusqu'en finales principios hasta desde в до с к по "
        "после "
        "gecen gelecek bu önümüzdeki keçən gələn"
    ).split()
)


@cache
def month_words(language: str) -> dict[str, int]:
    """Every form of a language's months → their numbers."""
    months: dict[str, int] = {}
    for number, month in enumerate(_MONTHS.get(language, "").split(), 1):
        for ending in _MONTH_ENDINGS.get(language, "").split("|"):
            months[plain(month + ending)] = number
    for number, month in enumerate(_SHORT_MONTHS.get(language, "").split(), 1):
        months[plain(month)] = number
    if language == "en":
        months["sept"] = 9
    if language == "ru":
        months |= {"сент": 9, "нояб": 11, "февр": 2}
        months.pop("ма", None)
        months.pop("мар", None)
    months.pop("-", None)
    return months


_NUMBERS: Final = {
    "az": "2 iki 3 üç 4 dörd 5 beş 6 altı 7 yeddi 8 səkkiz 9 doqquz 10 on 20 iyirmi 30 otuz 40 qırx 50 əlli 60 altmış "
    "70 yetmiş 80 səksən 90 doxsan 100 yüz 1000 min 1000000 milyon",
    "de": "2 zwei 3 drei 4 vier 5 fünf 6 sechs 7 sieben 8 acht 9 neun 10 zehn 11 elf 12 zwölf 100 hundert 1000 tausend "
    "1000000 million 1000000 millionen 1000000 mio",
    "en": "2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten 11 eleven 12 twelve 13 thirteen 14 fourteen "
    "15 fifteen 16 sixteen 17 seventeen 18 eighteen 19 nineteen 20 twenty 30 thirty 40 forty 50 fifty 60 sixty "
    "70 seventy 80 eighty 90 ninety 100 hundred 1000 thousand 1000000 million 1000000000 billion",
    "es": "2 dos 3 tres 4 cuatro 5 cinco 6 seis 7 siete 8 ocho 9 nueve 10 diez 11 once 12 doce 13 trece 14 catorce "
    "15 quince 16 dieciséis 17 diecisiete 18 dieciocho 19 diecinueve 20 veinte 21 veintiuno 22 veintidós 23 veintitrés "
    "24 veinticuatro 25 veinticinco 26 veintiséis 27 veintisiete 28 veintiocho 29 veintinueve 30 treinta 40 cuarenta "
    "50 cincuenta 60 sesenta 70 setenta 80 ochenta 90 noventa 100 cien 100 ciento 200 doscientos 200 doscientas "
    "300 trescientos 300 trescientas 400 cuatrocientos 500 quinientos 600 seiscientos 700 setecientos 800 ochocientos "
    "900 novecientos 900 novecientas 1000 mil 1000000 millón 1000000 millones",
    "fr": "2 deux 3 trois 4 quatre 5 cinq 6 six 7 sept 8 huit 9 neuf 10 dix 11 onze 12 douze 13 treize 14 quatorze "
    "15 quinze 16 seize 20 vingt 20 vingts 30 trente 40 quarante 50 cinquante 60 soixante 100 cent 100 cents 1000 "
    "mille "
    "1000000 million 1000000 millions",
    "hy": "2 երկու 3 երեք 4 չորս 5 հինգ 6 վեց 7 յոթ 8 ութ 9 ինը 10 տասը 10 տասն 20 քսան 30 երեսուն 40 քառասուն 50 "
    "հիսուն "
    "60 վաթսուն 70 յոթանասուն 80 ութսուն 90 իննսուն 100 հարյուր 1000 հազար 1000000 միլիոն",
    "ru": "2 два 2 две 2 двух 2 двум 2 двумя 2 двое 3 три 3 трех 3 трем 3 тремя 3 трое 4 четыре 4 четырех 4 четырем "
    "5 пять "
    "5 пяти 5 пятью 6 шесть 6 шести 7 семь 7 семи 8 восемь 8 восьми 9 девять 9 девяти 10 десять 10 десяти "
    "11 одиннадцать 11 одиннадцати 12 двенадцать 12 двенадцати 13 тринадцать 14 четырнадцать 15 пятнадцать "
    "15 пятнадцати 16 шестнадцать 17 семнадцать 18 восемнадцать 19 девятнадцать 20 двадцать 20 двадцати 30 тридцать "
    "30 тридцати 40 сорок 40 сорока 50 пятьдесят 50 пятидесяти 60 шестьдесят 60 шестидесяти 70 семьдесят 80 "
    "восемьдесят "
    "90 девяносто 100 сто 100 ста 200 двести 200 двухсот 300 триста 300 трехсот 400 четыреста 500 пятьсот 500 пятисот "
    "600 шестьсот 700 семьсот 800 восемьсот 900 девятьсот 1000 тысяча 1000 тысячи 1000 тысяч 1000 тысячу 1000 тысячам "
    "1000 тыс 1000000 миллион 1000000 миллиона 1000000 миллионов 1000000 млн 1000000000 миллиард 1000000000 миллиарда "
    "1000000000 млрд",
    "tr": "2 iki 3 üç 4 dört 5 beş 6 altı 7 yedi 8 sekiz 9 dokuz 10 on 20 yirmi 30 otuz 40 kırk 50 elli 60 altmış "
    "70 yetmiş "
    "80 seksen 90 doksan 100 yüz 1000 bin 1000000 milyon",
}
ONES: Final = {"en": frozenset({"one"}), "ru": frozenset(["один", "одна", "одно", "одного", "одной", "одну", "одному"])}
"""Words of 1 that are a number before a unit or within a number; elsewhere they are mostly no number."""
ALONE_NEVER: Final = frozenset(
    {"hundred", "thousand", "million", "billion", "on", "bin", "min", "yuz", "cent", "cents", "mil", "mille"}
    | {"sept", "neuf", "acht", "once", "тысяч", "тысячи", "сто", "հազար"}
)
"""Words of numbers that are often something else, or no exact number, where no unit follows."""


@cache
def number_words(language: str) -> dict[str, int]:
    """Every word of a number in a language → its value; compounds of German and Armenian as one word."""
    listed = _NUMBERS.get(language, "").split()
    words = {plain(word): int(value) for value, word in zip(listed[::2], listed[1::2], strict=True)}
    words |= dict.fromkeys(ONES.get(language, ()), 1)
    if language == "de":
        words |= _german()
    if language == "hy":
        tens = {word: value for word, value in words.items() if 20 <= value <= 90}
        units = {word: value for word, value in words.items() if value < 10} | {"մեկ": 1}
        words |= {ten + unit: of_ten + of_unit for ten, of_ten in tens.items() for unit, of_unit in units.items()}
        words |= {"տասն" + unit: 10 + value for unit, value in units.items()}
    return words


def _german() -> dict[str, int]:
    units = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
    below = dict(enumerate(units, 1)) | {10: "zehn", 11: "elf", 12: "zwölf", 16: "sechzehn", 17: "siebzehn"}
    below |= {10 + value: below[value] + "zehn" for value in (3, 4, 5, 8, 9)}
    tens = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
    for place, ten in enumerate(tens, 2):
        below[10 * place] = ten
        below |= {10 * place + value: f"{unit}und{ten}" for value, unit in enumerate(units, 1)}
    whole = dict(below)
    for value, unit in enumerate(["", *units[1:]], 1):
        whole[100 * value] = f"{unit or 'ein'}hundert"
        whole |= {100 * value + rest: f"{unit or 'ein'}hundert{word}" for rest, word in below.items()}
    words = {plain(word): value for value, word in whole.items() if value > 1}
    words |= {plain(f"{word}tausend"): 1000 * value for value, word in whole.items()}
    return words


_UNITS: Final = {
    "az": "people nəfər* people insan* people hərbçi* people əsir* people qaçqın* people sülhməramlı* km kilometr* "
    "km km "
    "m metr* ha hektar* day gün* hour saat* week həftə* month ay month aylıq month aya year il year illik year ilə "
    "% faiz*",
    "de": "people mensch* people person* people soldat* people zivilist* people gefangene* people flüchtling* "
    "people vertriebene* km kilomet* km km m meter m metern ha hektar* day tag* hour stunde* week woche* month monat* "
    "year jahr year jahre year jahren % prozent",
    "en": "people people people person* people soldier* people service* people peacekeeper* people civilian* "
    "people refugee* people prisoner* people troops people men people women people children people wounded km km "
    "km kilomet* m metre* m meter* ha hectare* day day day days hour hour* week week* month month* year year year "
    "years "
    "% percent",
    "es": "people personas people soldado* people civiles people refugiado* people prisionero* people desplazado* "
    "km km "
    "km kilómetro* m metros ha hectárea* day día day días hour hora* week semana* month mes month meses year año "
    "year años",
    "fr": "people personne* people soldat* people civil* people réfugié* people prisonnier* people déplacé* km km "
    "km kilomètre* m mètre* ha hectare* day jour* hour heure* week semaine* month mois year an year ans year année*",
    "hy": "people մարդ* people զինծառայող* people խաղաղապահ* people գերի* people փախստական* people զինվոր* km "
    "կիլոմետր* "
    "km կմ m մետր* ha հեկտար* day օր* hour ժամ* week շաբաթ* month ամիս* month ամս* year տարի* year տարվա* % տոկոս*",
    "ru": "people военнослужащ* people человек* people люд* people миротвор* people беженц* people военнопленн* "
    "people солдат* people пленн* km км km километр* m метр* ha га ha гектар* day день day дня day дней day дни day "
    "сут* "
    "hour час* week недел* month месяц* year год* year лет % процент*",
    "tr": "people kişi* people insan* people asker* people sivil* people mülteci* people esir* km km km kilometre* "
    "m metre* ha hektar* day gün* hour saat* week hafta* month ay month aylık month aya year yıl*",
}
TIME_UNITS: Final = frozenset({"day", "hour", "week", "month", "year"})
BEFORE_TIME: Final = frozenset(
    ["working", "calendar", "full", "more", "полных", "рабочих", "календарных", "volle", "weitere", "is", "iş"]
)
"""Words that may stand between a number and its days."""


@cache
def _unit_words(language: str) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Whole words → their unit; stems → their unit, the longest first."""
    words = _UNITS.get(language, "").split()
    listed = [(plain(word), unit) for unit, word in zip(words[::2], words[1::2], strict=True)]
    stems = sorted(((word[:-1], unit) for word, unit in listed if word.endswith("*")), key=lambda each: -len(each[0]))
    return {word: unit for word, unit in listed if not word.endswith("*")}, tuple(stems)


@lru_cache(maxsize=4096)
def unit_of(word: str, language: str) -> str:
    """The unit that a folded word names, "" for none."""
    whole, stems = _unit_words(language)
    if word in whole:
        return whole[word]
    return next((unit for stem, unit in stems if word.startswith(stem) and len(word) <= len(stem) + 6), "")


JOINS_DAYS: Final = frozenset(
    ["and", "и", "und", "y", "et", "ve", "va", "և", "to", "au", "dem", "по", "bis", "al", "ila"]
)
"""What stands between two days of one month."""
_ORDINALS: Final = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    "ru": "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого "
    "двенадцатого тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого девятнадцатого "
    "двадцатого",
    "de": "ersten zweiten dritten vierten fünften sechsten siebten achten neunten zehnten elften zwölften",
    "fr": "premier",
    "es": "primero",
}


@cache
def ordinal_words(language: str) -> dict[str, int]:
    """Words of days in their order ("the second of May") → the day."""
    words = {plain(word): day for day, word in enumerate(_ORDINALS.get(language, "").split(), 1)}
    return words | {"en": {"thirtieth": 30}, "ru": {"тридцатого": 30}}.get(language, {})


_HEDGES: Final[dict[Hedge, str]] = {
    "more_than": "more than|over|свыше|более|более чем|больше|mehr als|über|plus de|más de|ավելի քան|'tan fazla|"
    "'dan fazla|'den fazla|"
    "'ten fazla|-dan çox|-dən çox|-dan artıq|-dən artıq|-ից ավելի",
    "at_least": "at least|no fewer than|not less than|не менее|не менее чем|как минимум|mindestens|wenigstens|au "
    "moins|al menos|"
    "por lo menos|en az|ən az|ən azı|azı|առնվազն",
    "at_most": "at most|no more than|not more than|up to|не более|не более чем|до|höchstens|bis zu|au plus|hasta|en "
    "fazla|ən çox|"
    "առավելագույնը|մինչև",
    "less_than": "less than|fewer than|under|менее|менее чем|меньше|weniger als|moins de|menos de|-dan az|-dən az",
    "about": "about|around|some|approximately|roughly|около|примерно|порядка|приблизительно|rund|etwa|ungefähr|"
    "circa|ca.|environ|"
    "quelque|unos|unas|alrededor de|aproximadamente|cerca de|yaklaşık|takriben|təxminən|շուրջ|մոտ|մոտավորապես|-a "
    "yaxın|-ə yaxın|"
    "'a yakın|'e yakın",
    "almost": "almost|nearly|почти|fast|beinahe|presque|casi|neredeyse|demek olar ki|az qala|գրեթե|համարյա",
}


Phrases = tuple[tuple[str, Hedge], ...]


@cache
def hedge_phrases() -> tuple[dict[str, Phrases], Phrases]:
    """Phrases before a number, by their last two letters, and after it → what they make of it, the longest first."""
    listed = sorted(
        ((plain(phrase), hedge) for hedge, phrases in _HEDGES.items() for phrase in phrases.split("|")),
        key=lambda each: (-len(each[0]), each[0]),
    )
    before: dict[str, Phrases] = {}
    for phrase, hedge in listed:
        if phrase[0] not in "'-":
            before[phrase[-2:]] = (*before.get(phrase[-2:], ()), (phrase, hedge))
    return before, tuple(each for each in listed if each[0][0] in "'-")
