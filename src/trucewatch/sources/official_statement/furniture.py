"""What of a page is none of its text: lines that stand around statements everywhere, and bars of links and languages.

Only the look of a piece and the words of sites are weighed here, never what a statement says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from trucewatch.model.statements import LANGUAGES
from trucewatch.sources.official_statement.page import Block


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _lines_of(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_LANGUAGE_NAMES: Final = {
    "ar": "العربية عربي arabic",
    "az": "azərbaycan azərbaycanca aze azerbaijani",
    "de": "deutsch ger deu german",
    "en": "english eng englisch anglais inglés английский ingilizce ingiliscə անգլերեն",
    "es": "español castellano spa esp spanish",
    "fa": "فارسی persian",
    "fr": "français fra fre french",
    "hy": "հայերեն հայ arm hye armenian",
    "it": "italiano ita italian",
    "ka": "ქართული geo georgian",
    "pt": "português por portuguese",
    "ru": "русский рус rus russian rusça rusca ռուսերեն",
    "tr": "türkçe tur türk turkish",
    "uk": "українська укр ukr ukrainian",
    "zh": "中文 chinese",
}
_BY_NAME: Final = {name: code for code, names in _LANGUAGE_NAMES.items() for name in names.split()}
_CODES: Final = words_of(
    "ar az be bg bs cs da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk ko ku ky lt lv mk "
    "mn nl no pl ps pt ro ru sk sl sq sr sv tg th tk tr uk ur uz vi zh ca"
)
_CODE: Final = re.compile(r"([A-Za-z]{2})(?:[-_]([A-Za-z]{2,4}))?(\d{0,2})")
_BETWEEN_LANGUAGES: Final = re.compile(r"[\s|/,;·•▪◦●—–-]*[\s|/,;·•▪◦●]+|^[•·▪◦●]")
_MOST_BAR_CHARS: Final = 200

_LINES: Final = {
    "en": (
        "additional materials|advanced settings|advanced search|related|related articles|related content|"
        "related news|related links|related documents|see also|read more|read also|more news|latest news|"
        "other news|share|share this|share this page|share on facebook|share on twitter|share on x|tweet|print|"
        "print this page|print version|printable version|email|send by email|copy link|download|download pdf|"
        "save as pdf|back|back to top|back to list|go back|top|top of page|home|home page|main page|menu|search|"
        "close|skip to main content|skip to content|skip navigation|tags|topics|previous|next|all news|"
        "all statements|news archive|subscribe|follow us|contact us|contacts|site map|sitemap|privacy policy|"
        "terms of use|cookie settings|accept|accept all|accept all cookies|reject all|language|languages|views|"
        "log in|sign in|font size|listen|photo gallery|image gallery|video|photos|all rights reserved|"
        "report an error|show more|load more|a+ a|a- a|a+ a a|a- a a"
    ),
    "ru": (
        "дополнительные материалы|расширенные настройки|расширенный поиск|дополнительные настройки|по теме|"
        "материалы по теме|связанные материалы|см. также|смотрите также|читайте также|читать далее|подробнее|"
        "другие новости|последние новости|все новости|поделиться|поделиться ссылкой|печать|распечатать|на печать|"
        "версия для печати|отправить по почте|отправить по e-mail|скопировать ссылку|скачать|скачать pdf|назад|наверх|"
        "вернуться|вернуться к списку|на главную|главная|главная страница|меню|поиск|закрыть|теги|темы|предыдущая|"
        "следующая|предыдущий|следующий|подписаться|контакты|карта сайта|принять|принять все|язык|языки|просмотров|"
        "войти|вход|размер шрифта|фотогалерея|фото|видео|все права защищены|перейти к содержимому|к содержанию|"
        "показать ещё|показать еще|сообщить об ошибке"
    ),
    "de": (
        "weitere materialien|zusätzliche materialien|erweiterte einstellungen|erweiterte suche|zum thema|verwandte "
        "themen|weitere informationen|weitere meldungen|mehr zum thema|siehe auch|lesen sie auch|weiterlesen|teilen|"
        "artikel teilen|seite teilen|beitrag teilen|drucken|seite drucken|artikel drucken|druckversion|per e-mail "
        "senden|link kopieren|herunterladen|pdf herunterladen|zurück|zurück zur übersicht|nach oben|zum seitenanfang|"
        "seitenanfang|startseite|menü|suche|schließen|zum inhalt springen|zum inhalt|zum hauptinhalt|schlagworte|"
        "vorherige|nächste|abonnieren|kontakt|impressum|datenschutz|datenschutzerklärung|sitemap|cookie-einstellungen|"
        "alle akzeptieren|akzeptieren|ablehnen|sprache|sprachen|anmelden|bildergalerie|alle rechte vorbehalten|"
        "mehr anzeigen|schriftgröße|vorlesen"
    ),
    "fr": (
        "documents complémentaires|matériaux supplémentaires|informations complémentaires|paramètres avancés|"
        "recherche avancée|sur le même sujet|à lire aussi|à lire également|voir aussi|articles liés|"
        "contenus associés|documents associés|lire la suite|en savoir plus|partager|partager cette page|"
        "partager la page|imprimer|imprimer la page|imprimer cette page|version imprimable|envoyer par courriel|"
        "envoyer à un ami|partager sur les réseaux|partager sur les réseaux sociaux|envoyer par e-mail|"
        "copier le lien|télécharger|télécharger le pdf|retour|retour à la liste|haut de page|retour en haut de page|"
        "accueil|menu|recherche|rechercher|fermer|aller au contenu|aller au contenu principal|mots-clés|précédent|"
        "suivant|s’abonner|s'abonner|contact|contacts|plan du site|mentions légales|données personnelles|"
        "gestion des cookies|tout accepter|tout refuser|accepter|refuser|langue|langues|connexion|se connecter|"
        "galerie photos|tous droits réservés|voir plus|toutes les actualités"
    ),
    "es": (
        "materiales adicionales|material adicional|configuración avanzada|ajustes avanzados|búsqueda avanzada|"
        "noticias relacionadas|contenidos relacionados|contenido relacionado|relacionados|más información|ver también|"
        "véase también|lea también|leer más|compartir|compartir esta página|imprimir|imprimir página|"
        "versión para imprimir|versión imprimible|enviar por correo|copiar enlace|descargar|descargar pdf|volver|"
        "volver al listado|volver arriba|subir|inicio|menú|buscar|búsqueda|cerrar|ir al contenido|"
        "saltar al contenido|saltar al contenido principal|etiquetas|anterior|siguiente|suscribirse|suscríbase|"
        "contacto|mapa web|mapa del sitio|aviso legal|política de privacidad|política de cookies|aceptar|"
        "aceptar todas|rechazar|idioma|idiomas|iniciar sesión|galería de imágenes|todos los derechos reservados|ver más"
    ),
    "tr": (
        "ek malzemeler|ek materyaller|ek belgeler|gelişmiş ayarlar|gelişmiş arama|ayrıntılı arama|ilgili haberler|"
        "ilgili içerikler|ilgili konular|benzer haberler|diğer haberler|son haberler|tüm haberler|ayrıca bakınız|"
        "devamını oku|devamı|paylaş|bu sayfayı paylaş|yazdır|sayfayı yazdır|yazıcı dostu|e-posta gönder|"
        "e-posta ile gönder|bağlantıyı kopyala|indir|pdf indir|geri|geri dön|listeye dön|yukarı|başa dön|ana sayfa|"
        "anasayfa|menü|ara|arama|kapat|içeriğe geç|ana içeriğe atla|etiketler|önceki|sonraki|abone ol|iletişim|"
        "bize ulaşın|site haritası|gizlilik politikası|çerez politikası|kabul et|tümünü kabul et|reddet|dil|diller|"
        "giriş yap|giriş|fotoğraf galerisi|fotoğraflar|tüm hakları saklıdır|daha fazla"
    ),
    "az": (
        "əlavə materiallar|geniş parametrlər|əlavə parametrlər|geniş axtarış|ətraflı axtarış|əlaqəli xəbərlər|"
        "oxşar xəbərlər|digər xəbərlər|son xəbərlər|bütün xəbərlər|həmçinin oxuyun|həmçinin bax|ətraflı|daha ətraflı|"
        "davamı|paylaş|paylaşın|bölüş|çap et|çap|çap versiyası|çap üçün|e-poçtla göndər|linki kopyala|yüklə|"
        "pdf yüklə|geri|geriyə|yuxarı|ana səhifə|əsas səhifə|menyu|axtar|axtarış|bağla|məzmuna keç|teqlər|açar sözlər|"
        "əvvəlki|növbəti|abunə ol|əlaqə|saytın xəritəsi|məxfilik siyasəti|qəbul et|hamısını qəbul et|imtina et|dil|"
        "dillər|daxil ol|giriş|fotoqalereya|foto|video|bütün hüquqlar qorunur|daha çox"
    ),
    "hy": (
        "լրացուցիչ նյութեր|հավելյալ նյութեր|ընդլայնված կարգավորումներ|լրացուցիչ կարգավորումներ|ընդլայնված որոնում|"
        "առնչվող նյութեր|նմանատիպ նյութեր|նմանատիպ լուրեր|այլ լուրեր|վերջին լուրերը|բոլոր լուրերը|տես նաև|տե՛ս նաև|"
        "կարդալ նաև|կարդացեք նաև|կարդալ ավելին|ավելին|կիսվել|տարածել|տպել|տպելու տարբերակ|տպման տարբերակ|"
        "ուղարկել էլ. փոստով|պատճենել հղումը|ներբեռնել|վերադառնալ|հետ|վերև|դեպի վեր|գլխավոր|գլխավոր էջ|ցանկ|մենյու|"
        "որոնում|որոնել|փակել|անցնել բովանդակությանը|պիտակներ|թեգեր|նախորդ|նախորդը|"
        "նախորդ նորությունը հաջորդ նորությունը|հաջորդ|հաջորդը|բաժանորդագրվել|կապ|կայքի քարտեզ|ընդունել|"
        "ընդունել բոլորը|մերժել|լեզու|լեզուներ|մուտք|լուսանկարներ|պատկերասրահ|բոլոր իրավունքները պաշտպանված են"
    ),
}
_LINE_WORDS: Final = frozenset(line for lines in _LINES.values() for line in lines.split("|"))
_TAILS: Final = _lines_of(
    "additional materials|related|related articles|related content|related news|related links|see also|"
    "read also|more news|latest news|other news|дополнительные материалы|по теме|материалы по теме|"
    "связанные материалы|см. также|смотрите также|читайте также|другие новости|последние новости|"
    "weitere materialien|zum thema|verwandte themen|weitere meldungen|mehr zum thema|siehe auch|"
    "documents complémentaires|sur le même sujet|à lire aussi|voir aussi|articles liés|contenus associés|"
    "materiales adicionales|noticias relacionadas|contenidos relacionados|ver también|ek malzemeler|"
    "ilgili haberler|benzer haberler|diğer haberler|son haberler|əlavə materiallar|əlaqəli xəbərlər|"
    "oxşar xəbərlər|digər xəbərlər|son xəbərlər|լրացուցիչ նյութեր|առնչվող նյութեր|նմանատիպ նյութեր|այլ լուրեր|"
    "վերջին լուրերը|տես նաև"
)
"""After which a page goes on with the titles of others."""
_OPENINGS: Final = _lines_of(
    "share|share on|share via|tags|views|opens in|поделиться|поделиться в|теги|просмотров|просмотры|teilen|teilen auf|"
    "schlagworte|partager|partager sur|mots-clés|envoyer à|compartir|compartir en|etiquetas|paylaş|etiketler|okunma|"
    "paylaşın|bölüş|teqlər|açar sözlər|baxış|oxunub|կիսվել|տարածել|պիտակներ|դիտում"
)
"""What a line of them begins with, before a colon or the name of a network."""
_NEW_WINDOW: Final = re.compile(
    r"\((?:opens in|abre en|s'ouvre dans|öffnet in)[^()]{1,40}\)$|: abre ventana nueva$|, opens in a new window$", re.I
)
_NETWORKS: Final = words_of(
    "facebook twitter x telegram whatsapp linkedin vk вконтакте viber messenger instagram youtube pinterest e-mail "
    "email mail bluesky threads mastodon odnoklassniki одноклассники rss pdf print a+ a- a++ aa"
)
_PARTS: Final = re.compile(r"\s[|·•–—-]\s|[|·•]")
_COUNT: Final = re.compile(r"(?:[:：(\[]?\s?\d{1,7}[)\]]?)$")
_COOKIES: Final = ("cookie", "çerez", "куки", "kuki")
_AGREES: Final = re.compile(
    r"\b(?:accept|agree|consent|settings|browser|website|our site|соглас\w*|сайт\w*|браузер\w*|zustimm\w*|webs[ei]ite|"
    r"einwillig\w*|acceptez|consentement|navigation|site|acepta\w*|sitio|navegador|kabul|siteyi|sitemiz\w*|saytımız\w*|"
    r"razılıq|կայք\w*|համաձայն\w*)\b",
    re.IGNORECASE,
)
_RIGHTS: Final = re.compile(r"^(?:©|\(c\)\s|copyright\b)", re.IGNORECASE)
_WALL: Final = re.compile(
    r"enable javascript|javascript is (?:disabled|required|not enabled)|captcha|are (?:you )?(?:a )?(?:human|robot)|"
    r"checking your browser|just a moment|access denied|security check|verify you are|включите javascript|"
    r"javascript aktivieren|activer javascript|activez javascript|habilit[ea]r? javascript|active javascript|"
    r"javascript'i etkinleştir|javascript-i aktiv|միացրեք javascript|не робот|ddos protection",
    re.IGNORECASE,
)
_MOST_LINE_CHARS: Final = 80
_MOST_NOTE_CHARS: Final = 600
_MOST_OPENED_CHARS, _SHORT = 120, 40
_RUN: Final = 3
"""So many pieces of nothing but links after one another are a list of links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A block with how many of its characters stand in links, and in how many links."""

    block: Block
    link_chars: int = 0
    links: int = 0

    @property
    def is_links(self) -> bool:
        return self.links > 0 and self.link_chars >= 0.8 * len(self.block.text)


def is_furniture_line(text: str) -> bool:
    """Whether a line is one of those that stand around statements, in any of the eight languages.

    >>> is_furniture_line("Share: Facebook Telegram"), is_furniture_line("Paylaş | Yazdır | A+ A-")
    (True, True)
    >>> is_furniture_line("Print this page"), is_furniture_line("Share (12)"), is_furniture_line("They share the road")
    (True, True, False)
    """
    if (len(text) <= _MOST_LINE_CHARS and _plain(text) in _LINE_WORDS) or _RIGHTS.match(text) is not None:
        return True
    if len(text) > _MOST_OPENED_CHARS or (len(text) > _SHORT and text[-1] in ".!?"):
        return _is_cookie_note(text)  # no bar of buttons is so long, or ends as a sentence does
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    return (bool(parts) and all(map(_is_part, parts))) or _is_cookie_note(text)


def _is_part(text: str) -> bool:
    """Whether a piece of a bar is a button of it: "Print", "Share: Telegram", "A+ A-", "« Back"."""
    plain = _plain(text)
    if plain in _LINE_WORDS or _NEW_WINDOW.search(text) is not None or not plain:
        return bool(plain)
    words = plain.split()
    for length in range(min(3, len(words)), -1, -1):
        opening = " ".join(words[:length])
        if length and opening.rstrip(":՝") not in _OPENINGS and opening not in _LINE_WORDS:
            continue
        rest = [word.strip(",;|") for word in words[length:]]
        is_named = all(word in _NETWORKS or word in _LINE_WORDS for word in rest)
        if is_named or (length and opening.endswith((":", "՝")) and opening.rstrip(":՝") in _OPENINGS):
            return True
    return False


def is_wall(text: str) -> bool:
    """Whether a short text asks for a person, a password or a script, and is nothing else."""
    return _WALL.search(text) is not None


@lru_cache(maxsize=4096)
def language_code(written: str) -> str:
    """The ISO code that a language goes by on a page: its code, with a country or a count, or its own name for itself.

    >>> language_code("en-GB1"), language_code("Русский"), language_code("road")
    ('en', 'ru', '')
    """
    name = written.strip().strip("[]():").casefold()
    if name in _BY_NAME:
        return _BY_NAME[name]
    match = _CODE.fullmatch(written.strip().strip("[]():"))
    if match is None or match[1].lower() not in _CODES or match[3] == "0":
        return ""
    return match[1].lower()


def languages_of_bar(text: str) -> tuple[str, ...]:
    """The languages that a line lists, if it lists nothing else; two at least.

    >>> languages_of_bar("• de-DE1 en-GB1 es-ES1 ru-RU1 fr-FR1")
    ('de', 'en', 'es', 'fr', 'ru')
    >>> languages_of_bar("It is so"), languages_of_bar("EN | RU")
    ((), ('en', 'ru'))
    """
    if len(text) > _MOST_BAR_CHARS:
        return ()
    first = text.lstrip("•·▪◦●|/ ")[:24].split(" ", 1)[0].rstrip("|/,;·•")
    if not (language_code(first) or "|" in first or "/" in first):
        return ()
    words = [word for word in _BETWEEN_LANGUAGES.split(text) if word]
    codes = [language_code(word) for word in words]
    if len(set(codes)) < 2 or not all(code or word.endswith("0") for code, word in zip(codes, words, strict=True)):
        return ()
    # "It is so" is three codes too: bare ones are written in capitals, or all small with a bar between.
    bare = [word for word in words if len(word) == 2]
    if bare and not all(map(str.isupper, bare)) and not re.search(r"[|/•·]", text):
        return ()
    return tuple(sorted({code for code in codes if code}))


def marked(pieces: Sequence[Piece], around: Sequence[bool] = ()) -> tuple[list[Block], tuple[str, ...]]:
    """The blocks with what is furniture marked by its look and words, and the languages of a bar among them.

    around: of each piece, whether the page's own markup says that it stands around the text.
    """
    is_around = around or [each.block.is_furniture for each in pieces]
    is_marked = [
        is_known or is_furniture_line(each.block.text) for each, is_known in zip(pieces, is_around, strict=True)
    ]
    languages: set[str] = set()
    _mark_bars(pieces, is_marked, languages)
    _mark_links(pieces, is_marked)
    _mark_tail(pieces, is_marked)
    blocks = [
        each.block if each.block.is_furniture == is_out else replace(each.block, is_furniture=is_out)
        for each, is_out in zip(pieces, is_marked, strict=True)
    ]
    return blocks, tuple(sorted(languages))


def _mark_bars(pieces: Sequence[Piece], is_marked: list[bool], languages: set[str]) -> None:
    """Language bars: one line of several, or lines of one each."""
    run: list[tuple[int, str]] = []

    def close() -> None:
        codes = {code for _, code in run}
        if len(codes) >= 2 and not codes.isdisjoint(LANGUAGES):
            languages.update(code for _, code in run)
            for number, _ in run:
                is_marked[number] = True
        run.clear()

    for number, each in enumerate(pieces):
        text = each.block.text
        if len(text) > _MOST_BAR_CHARS:
            close()
        elif bar := languages_of_bar(text):
            close()
            languages.update(bar)
            is_marked[number] = True
        elif len(text) <= 20 and (code := language_code(text)):
            run.append((number, code))
        else:
            close()
    close()


def _mark_links(pieces: Sequence[Piece], is_marked: list[bool]) -> None:
    begun = 0
    for number in range(len(pieces) + 1):
        each = pieces[number] if number < len(pieces) else None
        if each is not None and each.is_links and each.block.kind != "heading":
            if each.links >= _RUN:
                is_marked[number] = True
            continue
        if number - begun >= _RUN:
            is_marked[begun:number] = [True] * (number - begun)
        begun = number + 1


def _mark_tail(pieces: Sequence[Piece], is_marked: list[bool]) -> None:
    """After the last sentence of a page, what stands under "Related" and the like, and is no sentence itself."""
    ends = [
        number
        for number, each in enumerate(pieces)
        if not is_marked[number] and not each.is_links and _is_prose(each.block)
    ]
    after = ends[-1] + 1 if ends else len(pieces)
    for number in range(after, len(pieces)):
        if _plain(pieces[number].block.text) in _TAILS:
            is_marked[number:] = [True] * (len(pieces) - number)
            return


def _is_prose(block: Block) -> bool:
    return len(block.text) > 120 or (block.kind in ("text", "quote", "cell") and block.text[-1:] in '.!?…։»”"')


def _is_cookie_note(text: str) -> bool:
    if len(text) > _MOST_NOTE_CHARS:
        return False
    folded = text.casefold()
    return any(word in folded for word in _COOKIES) and _AGREES.search(text) is not None


def _plain(text: str) -> str:
    """A short line as the list has it; "" for a longer one."""
    if len(text) > _MOST_LINE_CHARS:
        return ""
    plain = text.casefold().strip(" \t•·▪◦●»«›‹→←↑↓>|+-–—:…")
    return plain if plain in _LINE_WORDS else _COUNT.sub("", plain).rstrip(" :")
