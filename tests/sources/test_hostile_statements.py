"""What hostile files may do to the reader of statements: they are refused in a sentence, or give their text."""

from __future__ import annotations

import io
import json
import threading
import zipfile

import pytest
import typst
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from trucewatch.errors import InputTooLarge, TrucewatchError, UnreadableInput
from trucewatch.sources.official_statement import pdf_page
from trucewatch.sources.official_statement.page import Page
from trucewatch.sources.official_statement.page_bounds import MOST_BLOCKS, MOST_CHARS, MOST_ELEMENTS
from trucewatch.sources.official_statement.pages import read_page

SENTENCE = "The convoys of the Joint Commission passed the Bridge Road without delay, and nobody was turned back."
NAMES = ("a.html", "a.txt", "a.pdf", "a.mhtml", "a", "")


def texts(page: Page) -> list[str]:
    return [block.text for block in page.blocks if not block.is_furniture]


def page_or_refusal(content: bytes, name: str) -> Page | str:
    try:
        return read_page(content, name)
    except TrucewatchError as refusal:
        return str(refusal)


def packed(name: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(name, SENTENCE)
    return memory.getvalue()


def paper(markup: str = SENTENCE) -> bytes:
    return typst.compile(markup.encode())


def locked_paper() -> bytes:
    writer, memory = PdfWriter(clone_from=PdfReader(io.BytesIO(paper()))), io.BytesIO()
    writer.encrypt("a word", algorithm="RC4-128")
    writer.write(memory)
    return memory.getvalue()


@pytest.mark.parametrize("depth", [10_000, 100_000])
@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table", "nav", "form", "a", "ul><li", "span class='share'"])
def test_markup_however_deep_keeps_its_text(tag: str, depth: int) -> None:
    page = read_page(f"<p>Before it.</p>{f'<{tag}>' * depth}Deep in it.<p>After it.</p>".encode(), "a.html")
    assert [block.text for block in page.blocks] == ["Before it.", "Deep in it.", "After it."]


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<![",
        "<?",
        "</",
        "<a",
        '<a b="',
        "<a <",
        "<",
        "&#",
        "&",
        "<br>",
        "<p>",
        "<b>x",
        "<td>",
        "<style",
        "\u00ad\n",
        "a-\n",
        "cookie site ",
        "en | ",
        "• ",
        "\n\n",
    ],
)
def test_a_page_of_broken_pieces_is_read_or_refused(piece: str) -> None:
    content = f"<html><p>{SENTENCE}</p>{piece * (100_000 // len(piece))}".encode()
    for name in NAMES:
        outcome = page_or_refusal(content, name)
        assert isinstance(outcome, str) or SENTENCE in " ".join(block.text for block in outcome.blocks)


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>{}</script>",
        "<SCRIPT type='application/ld+json'>{}</SCRIPT>",
        "<style>{}</style>",
        "<template><p>{}</p></template>",
        "<noscript><p>{}</p></noscript>",
        "<svg><text>{}</text></svg>",
        "<iframe>{}</iframe>",
        "<textarea>{}</textarea>",
        "<!-- {} -->",
        "<div style='DISPLAY : none'><p>{}</p></div>",
        "<p hidden>{}</p>",
        "<p style='visibility:hidden'>{}</p>",
        "<p onclick='{}' title='{}'></p><img alt='{}'>",
    ],
)
def test_what_nobody_sees_is_never_text(hidden: str) -> None:
    page = read_page(f"<p>{SENTENCE}</p>{hidden.replace('{}', 'The accord is void.')}<p>After.</p>".encode(), "a.html")
    assert [block.text for block in page.blocks] == [SENTENCE, "After."]


def test_metadata_of_any_size_is_cut_and_never_run() -> None:
    deep = json.dumps("x") + "[" * 100_000
    page = read_page(
        f"<html lang='{'x' * 9999}'><link rel=canonical href='javascript:alert(1)'>"
        f"<meta property=og:url content='https://x.example/{'y' * 9999}'>"
        f"<meta property=og:title content='{'t' * 99999}'>"
        f'<script type=\'application/ld+json\'>{deep}"datePublished": "2031-99-99"</script>'
        f"{'<time datetime=2031-04-22></time>' * 1000}<p>{SENTENCE}</p>".encode(),
        "a.html",
    )
    assert (page.language, page.url) == ("", "")
    assert len(page.title) <= 2000
    assert page.published == ("2031-99-99", "2031-04-22")
    assert page.published_day is not None


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "a.html", "empty"),
        (b" \r\n\t", "a.txt", "empty"),
        (b"\xef\xbb\xbf", "a.txt", "no word"),
        (packed("a.txt"), "a.zip", "packed"),
        (packed("word/document.xml"), "a.docx", "word processor"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "word processor"),
        (b"{\\rtf1\\ansi The road is open.}", "a.rtf", "rich text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.png", "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "a.html", "picture"),
        (bytes(range(256)) * 40, "a.txt", "no text"),
        (b"\x7fELF" + bytes(range(32)) * 99, "a", "no text"),
        (b"12 34 / 56", "a.txt", "no word"),
        (b"%PDF-1.7\n%nothing", "a.pdf", "damaged"),
        (b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nThe road.", "a.mhtml", "no HTML"),
    ],
)
def test_what_holds_no_text_is_refused_in_a_sentence(content: bytes, name: str, word: str) -> None:
    with pytest.raises(UnreadableInput, match=word):
        read_page(content, name)


def test_fifty_megabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(InputTooLarge, match="50 MB"):
        read_page(b"<p>a</p>" * (50 * (1 << 17)), "a.html")


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"<p>" + b"word " * (MOST_CHARS // 4), "a.html", "characters"),
        (b"word " * (MOST_CHARS // 4), "a.txt", "characters"),
        (b"<p>x" * (MOST_BLOCKS + 1), "a.html", "paragraphs"),
        (b"<p>" + b"x<br><br>" * (MOST_BLOCKS + 1), "a.html", "paragraphs"),
        (b"x\n\n" * (MOST_BLOCKS + 1), "a.txt", "paragraphs"),
        (b"<i>" * (MOST_ELEMENTS + 1), "a.html", "elements"),
    ],
)
def test_more_than_any_statement_has_is_refused(content: bytes, name: str, word: str) -> None:
    with pytest.raises(InputTooLarge, match=word):
        read_page(content, name)


def test_a_locked_paper_says_that_it_is_locked() -> None:
    with pytest.raises(UnreadableInput, match="password"):
        read_page(locked_paper(), "a.pdf")


def test_a_paper_of_too_many_pages_or_characters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = paper(f"{SENTENCE}\n#pagebreak()\n" * 3)
    monkeypatch.setattr(pdf_page, "MOST_PAGES", 2)
    with pytest.raises(InputTooLarge, match="pages"):
        read_page(content, "a.pdf")
    monkeypatch.setattr(pdf_page, "MOST_PAGES", 300)
    monkeypatch.setattr(pdf_page, "MOST_CHARS", 150)
    with pytest.raises(InputTooLarge, match="characters"):
        read_page(content, "a.pdf")


def test_a_cut_paper_is_refused_or_gives_what_is_left() -> None:
    content = paper(f"{SENTENCE}\n\n" * 30)
    for part in range(1, 20):
        outcome = page_or_refusal(content[: len(content) * part // 20], "a.pdf")
        assert outcome if isinstance(outcome, str) else SENTENCE in texts(outcome)[0]
    assert SENTENCE in texts(read_page(content, "a.pdf"))


def test_papers_are_read_one_at_a_time_by_any_number_of_threads() -> None:
    contents = [paper(f"Paper number {number}. {SENTENCE}") for number in range(4)]
    read: dict[int, list[str]] = {}

    def read_one(number: int) -> None:
        read[number] = texts(read_page(contents[number], "a.pdf"))

    threads = [threading.Thread(target=read_one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == {number: [f"Paper number {number}. {SENTENCE}"] for number in range(4)}


def test_the_same_bytes_give_the_same_page() -> None:
    for content, name in ((f"<p>{SENTENCE}</p>".encode(), "a.html"), (paper(), "a.pdf"), (SENTENCE.encode(), "a.txt")):
        assert read_page(content, name) == read_page(content, name)


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div hidden>",
            "</div>",
            "<b>",
            "</b>",
            "<br>",
            "<form>",
            "<li>",
            "<td>",
            "<script>",
            "</script>",
        ),
        *(
            "<nav>",
            "<title>",
            "&#1;",
            "&shy;",
            "\x00",
            "\u202e",
            "en-GB1 ru-RU1",
            "Share",
            "Farrow: yes.",
            "-\n",
            "\n\n",
        ),
        *(
            "MIME-Version: 1.0\n",
            "Content-Type: multipart/related; boundary=b\n\n--b\n",
            "%PDF-1.7\n",
            "charset=utf-16",
        ),
    ]
)


@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).encode()),
        st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass")),
    ),
    name=st.sampled_from(NAMES),
)
@example(content=b"MIME-Version: 1.0\nContent-Type: text/html; charset=\xff\n\n<p>a", name="a.mhtml")
@example(content=b"<meta charset=hex><p>\xff", name="a.html")
@example(content=b"<?xml version='1.0' encoding='idna'?><html><p>\xff\xfe</html>", name="a.html")
@example(content=b"<title><b>", name="a.html")
def test_any_bytes_give_a_page_or_a_refusal(content: bytes, name: str) -> None:
    outcome = page_or_refusal(content, name)
    if isinstance(outcome, Page):
        assert outcome.blocks
        for block in outcome.blocks:
            assert block.text == " ".join(block.text.split()) != ""
            assert block.text.startswith(block.lead)
    else:
        assert outcome


def test_a_page_without_its_markup_closed_is_read() -> None:
    assert texts(read_page(f"<html><body><div><p>{SENTENCE}<p>It is".encode(), "a.html")) == [SENTENCE, "It is"]
