"""Names of months → their numbers, in the languages in which lists of events are written here.

English, Russian, Ukrainian, Azerbaijani, Turkish and Armenian: as the calendar has them (Unicode CLDR), in the form in
which a day stands before them, and their usual abbreviations.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from trucewatch.geo.place_text import folded

_MONTHS: Final = (
    "january jan январь января янв январ січень січня січ yanvar yan ocak oca հունվար հունվարի հնվ",
    "february feb февраль февраля фев февр лютий лютого лют fevral fev şubat şub փետրվար փետրվարի փտվ",
    "march mar март марта мар березень березня бер mart մարտ մարտի մրտ",
    "april apr апрель апреля апр квітень квітня кві квіт aprel nisan nis ապրիլ ապրիլի ապր",
    "may май мая травень травня тра трав mayıs մայիս մայիսի մյս",
    "june jun июнь июня июн червень червня чер черв iyun iyn haziran haz հունիս հունիսի հնս",
    "july jul июль июля июл липень липня лип iyul iyl temmuz tem հուլիս հուլիսի հլս",
    "august aug август августа авг серпень серпня сер серп avqust avq ağustos ağu օգոստոս օգոստոսի օգս",
    "september sep sept сентябрь сентября сен сент вересень вересня вер sentyabr sen eylül eyl "
    "սեպտեմբեր սեպտեմբերի սեպ",
    "october oct октябрь октября окт жовтень жовтня жов жовт oktyabr okt ekim eki հոկտեմբեր հոկտեմբերի հոկ",
    "november nov ноябрь ноября ноя нояб листопад листопада лис лист noyabr noy kasım kas նոյեմբեր նոյեմբերի նոյ",
    "december dec декабрь декабря дек грудень грудня гру груд dekabr dek aralık ara դեկտեմբեր դեկտեմբերի դեկ",
)


@cache
def _numbers() -> dict[str, int]:
    return {folded(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


def month_number(name: str) -> int:
    """The number of a month by its name; 0 for a word that names none."""
    return _numbers().get(folded(name.rstrip(".")), 0)
