"""Files that hold statements → pieces of text in order: saved pages, text copies and papers, in many a state."""

from __future__ import annotations

from datetime import date

import pytest
import typst

from trucewatch.errors import UnreadableInput
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.pages import read_page

from ..conftest import each

PAGE = """<!DOCTYPE html>
<!-- saved from url=(0041)https://ministry.uv.example/en/news/417/ -->
<html lang="en-GB"><head><meta charset="utf-8"><title>Remarks at Middle Bridge - Ministry</title>
<meta property="og:title" content="Remarks at Middle Bridge">
<meta property="article:published_time" content="2031-04-22T18:30:00+03:00">
<link rel="alternate" hreflang="ru-RU" href="/ru/news/417"><link rel="alternate" hreflang="en" href="/en/news/417">
<link rel="alternate" hreflang="x-default" href="/news/417">
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2031-04-22T18:31:00+03:00"}</script>
<style>p { color: red }</style></head>
<body><form id="aspnetForm">
<header><a href="/">Ministry of the Upper Valley</a></header>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<div class="breadcrumbs"><a href="/">Home</a> / <a href="/news">News</a></div>
<div id="content">
<h1>Remarks at Middle Bridge</h1><p class="date">22 April 2031<br>20:19</p>
<p>Good evening,</p>
<p>The convoys passed the Bridge Road today.<br><br>Nobody was <i>turned back</i>.</p>
<p><strong>Question:</strong> <em>Will the liaison officers meet again?</em></p>
<p><b>MR FARROW</b>: Yes, on Monday.<script>document.write("never a word of it")</script><!-- nor this --></p>
<p style="display: none">nobody sees this</p><p hidden>nor this</p><template><p>nor that</p></template>
<ul><li>forty heavy weapons at Stonegate</li><li>forty at <b>Ambermill</b></li></ul>
<table><tr><td>Convoys</td><td>6</td></tr></table>
<blockquote><p>Nobody is turned back on the Bridge Road.</p></blockquote>
<div class="share-bar"><a href="#f">Facebook</a> <a href="#x">X</a></div>
</div>
<h3>Related news</h3><p><a href="/1">Officers of both valleys meet</a></p>
<div class="cookieNotice">We use cookies on our website. <button>Accept</button></div>
<footer>© Ministry of the Upper Valley</footer></form></body></html>"""
WRAPPED = """\
The convoys of the Joint Commission passed the Bridge
Road without delay, and the liaison officers met at
Middle Bridge; nobody was turned back, as was agreed
between both valleys.

Question: Will the officers meet again, and when will
it be?
Farrow: They will meet on Monday, as the proto-
col on the Bridge Road says. The Joint Commis\u00ad
sion will be there.
"""
SENTENCE = (
    "The convoys of the Joint Commission passed the Bridge Road without delay, and the liaison officers met at Middle "
    "Bridge; nobody was turned back, as was agreed between both valleys in the accord."
)
PAPER = """#set document(title: "Remarks at Middle Bridge")
#set page(width: 12cm, height: 14cm, header: [Ministry of the Upper Valley], numbering: "1 / 1")
#set text(size: 10pt, hyphenate: true, lang: "en")
#set par(justify: true{paragraph})
= Remarks at Middle Bridge
22 April 2031, 20:19

{text}
"""


def page_of(text: str, name: str = "statement.html", charset: str = "utf-8") -> Page:
    return read_page(text.encode(charset), name)


def body(page: Page) -> list[Block]:
    return [block for block in page.blocks if not block.is_furniture]


def texts(page: Page) -> list[str]:
    return [block.text for block in body(page)]


def left_out(page: Page) -> list[str]:
    return [block.text for block in page.blocks if block.is_furniture]


# Saved pages


def test_a_saved_page_gives_its_text_in_order() -> None:
    assert [(block.kind, block.text) for block in body(page_of(PAGE))] == [
        ("heading", "Remarks at Middle Bridge"),
        ("text", "22 April 2031"),
        ("text", "20:19"),
        ("text", "Good evening,"),
        ("text", "The convoys passed the Bridge Road today."),
        ("text", "Nobody was turned back."),
        ("text", "Question: Will the liaison officers meet again?"),
        ("text", "MR FARROW: Yes, on Monday."),
        ("item", "forty heavy weapons at Stonegate"),
        ("item", "forty at Ambermill"),
        ("cell", "Convoys"),
        ("cell", "6"),
        ("quote", "Nobody is turned back on the Bridge Road."),
    ]


def test_what_stands_around_a_statement_is_marked_and_kept() -> None:
    assert left_out(page_of(PAGE)) == [
        "Ministry of the Upper Valley",
        "Home",
        "News",
        "Home / News",
        "Facebook X",
        "Related news",
        "Officers of both valleys meet",
        "We use cookies on our website.",
        "Accept",
        "© Ministry of the Upper Valley",
    ]


def test_a_page_says_of_itself_what_its_head_says() -> None:
    page = page_of(PAGE)
    assert page.title == "Remarks at Middle Bridge"
    assert (page.language, page.languages) == ("en", ("en", "ru"))
    assert page.url == "https://ministry.uv.example/en/news/417/"
    assert page.published == ("2031-04-22T18:30:00+03:00", "2031-04-22T18:31:00+03:00")
    assert page.published_day == date(2031, 4, 22)
    assert not page.has_password


@pytest.mark.parametrize(
    ("markup", "lead"),
    [
        ("<b>MR FARROW:</b> Yes.", "MR FARROW:"),
        ("<strong>MR</strong> <strong>FARROW</strong>: Yes.", "MR FARROW"),
        ("<span style='font-weight: bold'>Farrow:</span> Yes.", "Farrow:"),
        ("<b>Question:</b> <i>Will they meet?</i>", "Question:"),
        ("<b>Frage</b>", "Frage"),
        ("Nobody was <b>turned back</b>.", ""),
        ("Yes.", ""),
    ],
)
def test_the_beginning_that_stands_out_is_the_lead(markup: str, lead: str) -> None:
    (block,) = page_of(f"<p>{markup}</p>").blocks
    assert block.lead == lead
    assert block.text.startswith(lead)


def test_headings_have_their_level() -> None:
    levels = [block.level for block in page_of("<h1>Remarks</h1><h3>On the<br>bridge</h3><p>Yes.</p>").blocks]
    assert levels == [1, 3, 0]


def test_a_single_break_is_a_line_and_a_wrap_is_none() -> None:
    page = page_of("<p>Question: Will they pass?<br>Farrow: They will pass the bridge<br>on Monday.</p>")
    assert texts(page) == ["Question: Will they pass?", "Farrow: They will pass the bridge on Monday."]


def test_a_page_laid_out_with_a_table_has_paragraphs_and_no_cells() -> None:
    page = page_of("<table><tr><td><p>The road is open.</p>One.<br><br>Two.<br><br>Three.</td></tr></table>")
    assert [block.kind for block in page.blocks] == ["text"] * 4


def test_a_name_that_holds_most_of_the_page_marks_nothing() -> None:
    page = page_of(f"<body class='has-sidebar'><div class='page-sidebar'><p>{SENTENCE}</p></div></body>")
    assert texts(page) == [SENTENCE]


def test_a_header_within_an_article_is_part_of_it() -> None:
    inside = "<header><h2>On the bridge</h2><p>22 April 2031</p></header>"
    page = page_of(f"<header>Ministry</header><article>{inside}<p>{SENTENCE}</p></article>")
    assert texts(page) == ["On the bridge", "22 April 2031", SENTENCE]


def test_a_banner_that_holds_the_title_is_part_of_the_statement() -> None:
    head = "<div class='hero-banner'><h1>Remarks at the bridge</h1><p>22 April 2031</p></div>"
    page = page_of(f"<title>Remarks at the bridge - Ministry</title>{head}<p>{SENTENCE}</p><p>{SENTENCE}</p>")
    assert texts(page)[:2] == ["Remarks at the bridge", "22 April 2031"]


def test_a_text_that_a_browser_saved_keeps_its_lines() -> None:
    page = page_of(f"<html><body><pre>{WRAPPED}</pre></body></html>")
    assert texts(page) == texts(page_of(WRAPPED, "statement.txt"))


def test_a_list_of_links_is_no_text_but_a_link_in_a_sentence_is() -> None:
    links = "".join(f"<p><a href='/{number}'>Meeting number {number} of both valleys</a></p>" for number in range(4))
    page = page_of(f"<p>{SENTENCE}</p><p>It stands in <a href='/a'>the accord</a>.</p>{links}")
    assert texts(page) == [SENTENCE, "It stands in the accord."]
    assert len(left_out(page)) == 4


@pytest.mark.parametrize(
    "bar",
    [
        "<p>• de-DE1 en-GB1 ru-RU1</p>",
        "<ul class='langs'><li><a>Deutsch</a></li><li><a>English</a></li><li><a>Русский</a></li></ul>",
        "<p><a>DE</a> | <a>EN</a> | <a>RU</a></p>",
    ],
)
def test_a_bar_of_languages_says_in_which_the_statement_exists(bar: str) -> None:
    page = page_of(f"<h1>Remarks</h1>{bar}<p>{SENTENCE}</p>")
    assert page.languages == ("de", "en", "ru")
    assert texts(page) == ["Remarks", SENTENCE]


def test_short_answers_are_no_bar_of_languages() -> None:
    page = page_of("<p>Will they pass?</p><p>No.</p><p>It is so</p><p>No.</p>")
    assert texts(page) == ["Will they pass?", "No.", "It is so", "No."]
    assert page.languages == ()


@pytest.mark.parametrize(
    ("charset", "declared", "text"),
    [
        ("utf-8", "utf-8", "Մոստի ճանապարհը բաց է, Мостовая дорога открыта."),
        ("utf-8", "windows-1251", "Мостовая дорога открыта для всех конвоев."),
        ("cp1251", "windows-1251", "Мостовая дорога открыта для всех конвоев."),
        ("cp1251", "utf-8", "Мостовая дорога открыта для всех конвоев."),
        ("cp1251", "", "Мостовая дорога открыта для всех конвоев."),
        ("cp1254", "windows-1254", "Köprü Yolu açık, ateşkes sürüyor."),
        ("iso8859-9", "iso-8859-9", "Köprü Yolu açık, ateşkes sürüyor."),
        ("cp1254", "", "Köprü Yolu açık, ateşkes sürüyor, çekilme gerçekleşti."),
        ("cp1252", "iso-8859-1", "Die Brücke ist für alle „offen“ – ¿verdad?"),
        ("utf-16", "utf-16", "Мостовая дорога открыта для всех конвоев."),
        ("utf-16-le", "", "Мостовая дорога открыта для всех конвоев."),
        ("utf-8-sig", "windows-1251", "Körpü yolu açıqdır, atəşkəs davam edir."),
        ("utf-8", "no-such-set", "Körpü yolu açıqdır."),
    ],
)
def test_the_character_set_is_what_the_bytes_are(charset: str, declared: str, text: str) -> None:
    meta = f"<meta charset='{declared}'>" if declared else ""
    page = page_of(f"<html><head>{meta}</head><p>{text}</p></html>", charset=charset)
    assert texts(page) == [text]
    assert page.remarks == ()


def test_a_few_broken_characters_are_said_and_spoil_no_others() -> None:
    content = ("<p>" + "Мостовая дорога открыта. " * 20).encode()[:-3] + b"</p>"
    page = read_page(content, "a.html")
    assert page.blocks[0].text.count("Мостовая") == 20
    assert [str(remark)[:33] for remark in page.remarks] == ["1 character could not be read and"]


def test_a_page_saved_whole_is_read_with_its_address() -> None:
    archive = (
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://ministry.lv.example/417\r\n"
        'Subject: Remarks\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n'
        "\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
        "--b\r\nContent-Type: text/html; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<p>=CC=EE=F1=F2 =EE=F2=EA=F0=FB=F2.</p>\r\n--b--\r\n"
    )
    page = read_page(archive.encode(), "statement.mhtml")
    assert texts(page) == ["Мост открыт."]
    assert page.url == "https://ministry.lv.example/417"


def test_a_page_that_asks_for_a_password_too_is_read() -> None:
    page = page_of(f"<form>Name <input><input type='password'></form><p>{SENTENCE}</p>")
    assert page.has_password
    assert SENTENCE in texts(page)


@pytest.mark.parametrize(
    ("markup", "word"),
    [
        ("<form><label>Name</label><input><input type=password><button>Log in</button></form>", "password"),
        ("<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>", "scripts"),
        ("<html><body><script>load()</script><div id='root'></div></body></html>", "no text"),
        ("<nav><a href='/'>Home</a></nav><footer>© Ministry</footer>", "no text"),
    ],
)
def test_a_page_that_holds_only_a_way_in_is_refused(markup: str, word: str) -> None:
    with pytest.raises(UnreadableInput, match=word):
        page_of(markup)


# Copies of the text


def test_lines_wrapped_by_hand_become_paragraphs() -> None:
    assert texts(page_of(WRAPPED, "statement.txt")) == [
        "The convoys of the Joint Commission passed the Bridge Road without delay, and the liaison officers met at "
        "Middle Bridge; nobody was turned back, as was agreed between both valleys.",
        "Question: Will the officers meet again, and when will it be?",
        "Farrow: They will meet on Monday, as the protocol on the Bridge Road says. The Joint Commission will be "
        "there.",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\n\n", "\n \t\n"])
def test_a_paragraph_a_line_stays_so(end: str) -> None:
    lines = ["Remarks at Middle Bridge", "Question: Will they pass?", f"Farrow: {SENTENCE}", SENTENCE, "Thank you."]
    assert texts(page_of(end.join(lines), "statement.txt")) == lines


def test_many_short_turns_a_line_each_stay_apart() -> None:
    lines = [f"{name}: The officers will meet on day {day}." for day in range(30) for name in ("Farrow", "Question")]
    assert texts(page_of("\n".join(lines), "statement.txt")) == lines


def test_a_copied_bar_of_languages_and_tails_are_marked() -> None:
    tails = [
        "Additional materials",
        "Расширенные настройки",
        "Druckversion",
        "Partager",
        "Compartir",
        "Yazdır",
        "Paylaş",
        "Տպել",
    ]
    page = page_of("\n\n".join(["Remarks", "  • de-DE1 en-GB1 es-ES1 ru-RU1 fr-FR1", SENTENCE, *tails]), "a.txt")
    assert texts(page) == ["Remarks", SENTENCE]
    assert page.languages == ("de", "en", "es", "fr", "ru")
    assert left_out(page)[1:] == tails


@pytest.mark.parametrize(
    "line",
    [
        "Share: Facebook Telegram Copy link",
        "Paylaş | Yazdır | A+ A-",
        "Partager sur les réseaux - Imprimer - Envoyer à un ami",
        "X: abre ventana nueva",
        "« Նախորդ Հաջորդ »",
        "Поделиться в Telegram",
        "Tags: bridge, convoys",
        "© 2031 Ministry of the Lower Valley",
    ],
)
def test_bars_of_buttons_are_marked_in_any_language(line: str) -> None:
    assert left_out(page_of(f"{SENTENCE}\n\n{line}", "a.txt")) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Next.",
        "No.",
        "OK",
        "Share the road.",
        "Both valleys share the road: the upper and the lower.",
        "13.05.2031 | Print",
        "Print that.",
        "Contact band, line of contact, Bridge Road",
        "Tags were taken from the weapons at Stonegate: forty of them are missing.",
    ],
)
def test_words_that_somebody_says_are_never_buttons(line: str) -> None:
    assert texts(page_of(f"{SENTENCE}\n\n{line}", "a.txt")) == [SENTENCE, line]


def test_links_side_by_side_are_words_apart() -> None:
    assert page_of(f"<p><a>TR</a><a>EN</a><a>RU</a></p><p>{SENTENCE}</p>").languages == ("en", "ru", "tr")


def test_bullets_are_items_and_a_copied_address_is_the_pages() -> None:
    page = page_of(f"Source: https://ministry.uv.example/417\n\n{SENTENCE}\n\n• Stonegate\n• Ambermill", "a.txt")
    assert [(block.kind, block.text) for block in body(page)] == [
        ("text", SENTENCE),
        ("item", "Stonegate"),
        ("item", "Ambermill"),
    ]
    assert page.url == "https://ministry.uv.example/417"


def test_marks_without_width_go_and_what_carries_meaning_stays() -> None:
    page = page_of("Bridge\u200b Ro\u00adad, \u202eneht\u202c نمی\u200cرود \u200fשלום\u200f, pass\x00ed\x1b.", "a.txt")
    assert texts(page) == ["Bridge Road, neht نمی\u200cرود \u200fשלום\u200f, passed."]
    assert [str(remark) for remark in page.remarks] == ["2 control characters were left out of the text"]
    written_out = page_of("<p>Ro&shy;ad&#8203; is &#x202e;open&#x202c;</p>")
    assert texts(written_out) == ["Road is open"]


def test_a_text_that_quotes_a_tag_is_no_page() -> None:
    assert texts(page_of("The tag <p> is quoted.\nSo is <b>.", "a.txt")) == ["The tag <p> is quoted.", "So is <b>."]


# Papers


def paper(text: str, paragraph: str = "") -> Page:
    return read_page(typst.compile(PAPER.format(paragraph=paragraph, text=text).encode()), "statement.pdf")


@pytest.mark.parametrize("paragraph", ["", ", first-line-indent: 1.5em, spacing: 0.65em"])
def test_a_paper_gives_its_paragraphs_over_the_ends_of_pages(paragraph: str) -> None:
    turns = [
        f"{'Question' if number % 2 else 'MR FARROW'}: ({number}) " + " ".join([SENTENCE] * 3) for number in range(6)
    ]
    written = "\n\n".join(f"*{turn.replace(':', ':*', 1)}" for turn in turns)
    page = paper(written, paragraph)
    assert texts(page) == ["Remarks at Middle Bridge", "22 April 2031, 20:19", *turns]
    assert [block.lead for block in body(page)[2:]] == ["MR FARROW:", "Question:"] * 3
    assert page.title == "Remarks at Middle Bridge"
    assert body(page)[0].kind == "heading"
    assert {block.page for block in page.blocks} == {1, 2, 3}


@pytest.mark.parametrize("size", [9, 11])
@pytest.mark.parametrize(
    "setting",
    [
        "#set par(justify: false, spacing: 0.65em)",
        "#set par(justify: true, spacing: 0.65em)\n#set text(hyphenate: true)",
        "#set par(justify: false, spacing: 1.2em)",
        "#set page(columns: 2)\n#set par(justify: true, spacing: 1.1em)",
    ],
)
def test_turns_of_a_paper_stay_apart_however_it_is_set(setting: str, size: int) -> None:
    turns = []
    for number in range(12):
        turns.append(
            f"Question: ({number}) Will the convoys pass" + (" before the second of May?" if number % 2 else "?")
        )
        turns.append("Farrow: " + " ".join([SENTENCE] * (1 + number % 3)) + (" Yes." if number % 2 else ""))
    text = "\n\n".join(turns)
    markup = (
        f"#set page(width: 16cm, height: 20cm, footer: [Press service])\n{setting}\n#set text(size: {size}pt)\n{text}"
    )
    page = read_page(typst.compile(markup.encode()), "a.pdf")
    assert texts(page) == turns
    assert set(left_out(page)) == {"Press service"}


def test_heads_and_numbers_of_pages_are_marked_on_each() -> None:
    page = paper("\n\n".join([SENTENCE * 2] * 8))
    last = page.blocks[-2].page
    assert last > 1
    numbers = [f"{number} / {last}" for number in range(1, last + 1)]
    assert left_out(page) == each(line for number in numbers for line in ("Ministry of the Upper Valley", number))


def test_a_paper_of_pictures_says_what_to_do() -> None:
    content = typst.compile(b"#rect(width: 5cm, height: 5cm, fill: red)")
    with pytest.raises(UnreadableInput, match="pictures of text"):
        read_page(content, "scan.pdf")


@pytest.mark.parametrize(
    "text",
    ["Соглашение двух долин соблюдается.", "Երկու հովիտների համաձայնագիրը։", "Atəşkəs davam edir, çəkilmə başa çatdı."],
)
def test_papers_in_other_scripts_are_read(text: str) -> None:
    assert text in texts(paper(text))
