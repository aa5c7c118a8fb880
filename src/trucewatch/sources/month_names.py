"""Names of months → their numbers, in the languages in which lists of events are written here.

English, German, French, Spanish, Russian, Ukrainian, Azerbaijani, Turkish and Armenian: as the calendar has them
(Unicode CLDR), in the form in
which a day stands before them, and their usual abbreviations.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from trucewatch.geo.place_text import folded

_MONTHS: Final = (
    "january jan januar jänner janvier janv enero ene январь января янв январ січень січня січ yanvar yan "
    "ocak oca հունվար հունվարի հնվ",
    "february feb februar février fevrier févr fév febrero февраль февраля фев февр лютий лютого лют fevral "
    "fev şubat şub փետրվար փետրվարի փտվ",
    "march mar märz mär maerz mars marzo март марта мар березень березня бер mart մարտ մարտի մրտ",
    "april apr avril avr abril abr апрель апреля апр квітень квітня кві квіт aprel nisan nis ապրիլ ապրիլի ապր",
    "may mai mayo май мая травень травня тра трав mayıs մայիս մայիսի մյս",
    "june jun juni juin junio июнь июня июн червень червня чер черв iyun iyn haziran haz հունիս հունիսի հնս",
    "july jul juli juillet juil julio июль июля июл липень липня лип iyul iyl temmuz tem հուլիս հուլիսի հլս",
    "august aug août aout agosto ago август августа авг серпень серпня сер серп avqust avq ağustos ağu "
    "օգոստոս օգոստոսի օգս",
    "september sep sept septembre septiembre setiembre сентябрь сентября сен сент вересень вересня вер "
    "sentyabr sen eylül eyl "
    "սեպտեմբեր սեպտեմբերի սեպ",
    "october oct oktober octobre octubre октябрь октября окт жовтень жовтня жов жовт oktyabr okt ekim eki "
    "հոկտեմբեր հոկտեմբերի հոկ",
    "november nov novembre noviembre ноябрь ноября ноя нояб листопад листопада лис лист noyabr noy kasım kas "
    "նոյեմբեր նոյեմբերի նոյ",
    "december dec dezember dez décembre decembre déc diciembre dic декабрь декабря дек грудень грудня гру "
    "груд dekabr dek aralık ara դեկտեմբեր դեկտեմբերի դեկ",
)


@cache
def _numbers() -> dict[str, int]:
    return {folded(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


def month_number(name: str) -> int:
    """The number of a month by its name; 0 for a word that names none."""
    return _numbers().get(folded(name.rstrip(".")), 0)
