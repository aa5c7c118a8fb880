"""Whom the head of a page names: offices with names, titles in capitals, bent names."""

from __future__ import annotations

from trucewatch.sources.official_statement.parse import parse_statement


def test_an_office_a_colon_and_a_name_alone_say_who_speaks() -> None:
    text = "Point de presse\n\nMinistère – 9 mai 2031\n\nPorte-parole : Anne Roux\n\n"
    text += "Bonjour à tous. La route est ouverte.\n\n"
    text += "Question : Quand ?\n\nRéponse : Demain, comme nous l'avons dit."
    read = parse_statement(text.encode(), "x.txt")
    assert [(speaker.name, speaker.role) for speaker in read.speakers] == [("Anne Roux", "Porte-parole")]
    assert [paragraph.text for paragraph in read.opening] == ["Bonjour à tous. La route est ouverte."]


def test_a_title_in_capitals_names_its_speaker_and_a_label_may_be_an_office_with_the_name_in_brackets() -> None:
    text = "RUEDA DE PRENSA DEL MINISTRO DE OBRAS PÚBLICAS, LUIS PRADO, TRAS LA REUNIÓN CON LA COMISIÓN CONJUNTA\n\n"
    text += "SR. MINISTRO (Luis Prado).- Buenas tardes.\n\nPREGUNTA.- ¿Cuándo?\n\nSR. MINISTRO (Luis Prado).- Mañana."
    read = parse_statement(text.encode(), "x.txt")
    assert [speaker.name for speaker in read.speakers] == ["Luis Prado"]


def test_an_adjective_before_a_russian_office_hides_no_genitive() -> None:
    text = "Брифинг официального представителя МИД Нижней Долины Анны Лужиной\n\nДобрый день.\n\nВопрос: Когда?\n\n"
    text += "А. Лужина: Завтра."
    read = parse_statement(text.encode(), "x.txt")
    assert [speaker.name for speaker in read.speakers] == ["Анна Лужина"]
