"""Last lines of a page that say where a house can be reached, or when the page was changed: none of what was spoken."""

from __future__ import annotations

import re
from typing import Final

from trucewatch.sources.official_statement.speaking_house import is_house
from trucewatch.sources.official_statement.statement_words import small

MOST_ADDRESS_WORDS: Final = 25
MOST_SMALL_WORDS: Final = 6
_REACHED: Final = re.compile(
    r"(?<!\w)(?:tel|phone|telephone|switchboard|fax|e-?mail|telefon|telefax|zentrale|téléphone|télécopie|standard|courriel|"
    r"teléfono|centralita|correo|тел|телефон|факс|коммутатор|эл\. почта|santral|faks|e-posta|kommutator|faks|e-poçt|"
    r"հեռ|հեռախոս|ֆաքս|էլ\. փոստ)(?!\w)[^.!?]{0,30}[\d@]"
)
_STREET: Final = re.compile(
    r"\d{1,4},? (?:[^\W\d_]+ ){1,3}(?:street|road|avenue|lane|square|quay)(?!\w)|"
    r"(?:\w+stra(?:ß|ss)e|\w+platz|\w+weg|\w+gasse) \d{1,4}(?!\w)|"
    r"\d{1,4}(?: bis)?,? (?:rue|avenue|place|quai|boulevard) |(?:calle|avenida|plaza|paseo) [^.!?]{2,30} \d{1,4}(?!\w)|"
    r"(?:ул\.|улица|проспект|площадь) [^.!?]{2,30}\d{1,4}|"
    r"(?:caddesi|sokağı|sokagi|cad\.|sok\.|bulvarı|bulvari|küçəsi|küç\.|prospekti|փողոց|պողոտա|փ\.)[^.!?]{0,20}\d{1,4}"
)
_AS_OF: Final = re.compile(
    r"(?:stand|last updated|updated|as of|page updated|mis à jour le|dernière mise à jour|actualizado|"
    r"última actualización|обновлено|дата обновления|güncelleme|son güncelleme|yenilənib|son yenilənmə|թարմացվել է|"
    r"թարմացված է)\s?[:՝]?\s?[\d./: -]{6,}$"
)


def is_address(text: str) -> bool:
    """Whether a last line is where a house can be reached, or when its page was changed.

    >>> is_address("Ministry of Roads, 2 Linden Street. Switchboard 555 010"), is_address("We met at 2 Linden Street.")
    (True, False)
    """
    plain = small(text)
    if len(plain.split()) > MOST_ADDRESS_WORDS or text[-1:] in "?!»”":
        return False
    if _AS_OF.match(plain):
        return True
    before_digit = re.split(r"\d", text, maxsplit=1)[0]
    if sum(word[:1].islower() for word in before_digit.split()) > MOST_SMALL_WORDS:
        return False  # A sentence, of which a number is part.
    return bool(_REACHED.search(plain)) or (bool(_STREET.search(plain)) and _has_house(text))


def _has_house(text: str) -> bool:
    """Whether a line begins with the name of an office, "Ministry of …,"."""
    first, comma, _ = text.partition(",")
    return bool(comma) and is_house(first) and len(first.split()) <= 9
