from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from driving import child, press, settle, view_of
from PySide6.QtCore import QCoreApplication, Qt, QTranslator, QUrl
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core import networks
from gui.main_window import MainWindow
from gui.tabs import entries
from gui.window.glossary_dialog import GlossaryDialog, matching
from gui.words.glossary import Term, convolution, parts, sections, terms
from gui.words.known_words import glossary, marked, spots, tip

TOOLS = ("arithmetic", "slide", "kernels", "change", "code")


def build_all(window: MainWindow) -> MainWindow:
    """Build all tabs, and all tools of Inspect."""
    for entry in entries():
        window.open_tab(entry.name)
    for tool in TOOLS:
        view_of(window, "inspect").build_tool(tool)
    return window


# The words


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.key)
def test_a_term_is_explained_in_two_sentences(term: Term) -> None:
    assert len(re.findall(r"[.!?](?= |$)", term.text)) == 2 and term.text.endswith(".")
    assert all(len(sentence) < 160 for sentence in re.split(r"(?<=[.;:]) ", term.text))


def test_each_form_is_of_one_term_and_each_key_is_one_s_own() -> None:
    known = terms()
    forms = [form.lower() for term in known for form in (term.name, *term.also)]
    assert len(set(forms)) == len(forms) and all(form == form.strip() and form for form in forms)
    assert len({term.key for term in known}) == len(known) > 60
    assert convolution() == known[0].text


def test_sections_are_those_that_terms_name() -> None:
    numbers = [section.number for section in sections()]
    assert {term.section for term in terms() if term.section} == set(numbers)
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    named = {section.number: section for section in sections()}
    assert (named["7.3"].title, named["7.3"].chinese) == ("Padding and Stride", "6.3")


@pytest.mark.parametrize(
    "word",
    ["logit", "stride", "padding", "receptive field", "ReLU", "softmax", "epoch", "momentum", "cross-entropy",
     "Receptive fields", "kernels", "weight decay", "dropout", "feature maps"],
)  # fmt: skip
def test_a_word_that_learners_meet_is_known(word: str) -> None:
    (found,) = spots(word)
    assert (found.start, found.end) == (0, len(word))


def test_numbers_in_the_sentences_are_right() -> None:
    told = glossary().terms
    count = sum(weight.numel() for weight in networks.build("lenet", 0).parameters())
    assert f"{count:,}" in told["parameter"].text
    assert f"{math.log(10):.2f}" in told["cross_entropy"].text


def test_parts_are_parts_of_the_window_and_their_ideas_are_terms(window: MainWindow) -> None:
    build_all(window)
    there = {widget.objectName() for widget in window.findChildren(QWidget)}
    known = parts()
    names = [name for part in known for name in part.names]
    assert not set(names) - there
    assert len(set(names)) == len(names) > 80
    keys = {term.key for term in terms()}
    for part in known:
        assert set(part.terms) <= keys, part.title
        assert part.title and part.text.endswith(".")


# Words in sentences


def found(text: str) -> list[str]:
    return [text[spot.start : spot.end] for spot in spots(text)]


def test_whole_words_are_found_the_longest_and_each_term_once() -> None:
    assert found("Max pooling is pooling; MAX POOLING again") == ["Max pooling", "pooling"]
    assert found("pool1, subunits, conv2, batched, _unit") == []
    assert found("(stride), 3×3 kernels, ReLU-like") == ["stride", "kernels", "ReLU"]
    both = ["learning rate", "learning rate schedule"]
    assert found("a learning rate, then the learning rate schedule") == both
    assert found("") == [] and found("İ kernel") == []


def test_chinese_beside_a_term_does_not_hide_it() -> None:
    assert found("用ReLU函数") == ["ReLU"]
    assert found("éReLU ReLUé") == []


def test_marked_text_is_safe_html_whose_links_are_terms() -> None:
    assert marked("a < b & stride") == 'a &lt; b &amp; <a href="stride">stride</a>'
    assert marked('"<img src=x>"') == "&quot;&lt;img src=x&gt;&quot;"
    assert marked("stride and padding", without="stride") == 'stride and <a href="padding">padding</a>'
    assert marked("nothing") == "nothing"
    for term in terms():
        links = re.findall('href="([^"]*)"', marked(term.text, term.key))
        assert set(links) <= set(glossary().terms) - {term.key}


def test_a_tip_has_name_section_and_sentences() -> None:
    assert "<b>stride</b>" in tip("stride") and "d2l 7.3" in tip("stride")
    assert "d2l" not in tip("occlusion")


class Shouting(QTranslator):
    def translate(self, context: str, text: str, *more: object) -> str:
        return text.upper() if context == "Glossary" else text

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def shouting(qapp: QApplication) -> Iterator[QTranslator]:
    translator = Shouting()
    yield translator
    qapp.removeTranslator(translator)


def test_terms_are_those_of_the_language_that_is_spoken(qapp: QApplication, shouting: QTranslator) -> None:
    assert glossary().terms["stride"].name == "stride"
    qapp.installTranslator(shouting)
    assert glossary().terms["stride"].name == "STRIDE" and found("stride") == ["stride"]
    qapp.removeTranslator(shouting)
    assert glossary().terms["stride"].name == "stride"


# The dialog


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> GlossaryDialog:
    window._menus.glossary.trigger()
    shown = child(window, GlossaryDialog)
    qtbot.waitUntil(shown.isVisible)
    return shown


def names(dialog: GlossaryDialog) -> list[str]:
    listed = child(dialog, QListWidget, "glossary_list")
    return [listed.item(row).text() for row in range(listed.count())]


def page(dialog: GlossaryDialog) -> str:
    return child(dialog, QTextBrowser, "glossary_page").toPlainText()


def test_all_terms_are_listed_and_keys_walk_them(dialog: GlossaryDialog) -> None:
    listed = names(dialog)
    assert len(listed) == len(terms()) and listed == sorted(listed, key=str.casefold)
    assert not dialog.isModal()
    assert page(dialog).startswith(listed[0])
    field = child(dialog, QLineEdit, "glossary_field")
    press(field, Qt.Key.Key_Down)
    assert page(dialog).startswith(listed[1])
    press(field, Qt.Key.Key_Up)
    assert page(dialog).startswith(listed[0])


def test_what_is_typed_finds_names_then_sections_then_sentences(dialog: GlossaryDialog) -> None:
    field = child(dialog, QLineEdit, "glossary_field")
    QTest.keyClicks(field, "relu")
    assert names(dialog)[0] == "ReLU" and "silent unit" in names(dialog)
    assert page(dialog).startswith(
        "ReLU"
    ) and "d2l 5.1, Multilayer Perceptrons (Chinese edition: 4.1)" in page(dialog)
    field.clear()
    QTest.keyClicks(field, "7.3")
    assert names(dialog) == ["stride", "padding"]
    field.clear()
    QTest.keyClicks(field, "padding and str")
    assert names(dialog) == ["stride", "padding"]
    field.clear()
    QTest.keyClicks(field, "xyzzy")
    assert names(dialog) == [] and child(dialog, QLabel, "glossary_nothing").isVisible()
    assert matching("filters")[0].key == "kernel"


def test_a_link_leads_to_its_term_and_looks_as_terms_do(dialog: GlossaryDialog) -> None:
    child(dialog, QLineEdit, "glossary_field").setText("momentum")
    browser = child(dialog, QTextBrowser, "glossary_page")
    browser.anchorClicked.emit(QUrl("gradient"))
    assert page(dialog).startswith("gradient")
    dialog.open_at("momentum")
    cursor: QTextCursor = browser.document().find("gradients")
    assert cursor.charFormat().isAnchor()
    assert cursor.charFormat().underlineStyle() == QTextCharFormat.UnderlineStyle.DotLine
    assert cursor.charFormat().foreground().color() == browser.palette().text().color()
    other = browser.document().find("follow").charFormat()
    assert not other.isAnchor() and other.underlineStyle() != QTextCharFormat.UnderlineStyle.DotLine


def test_it_opens_once_at_a_term_or_a_section(window: MainWindow, dialog: GlossaryDialog) -> None:
    window._help._open_at("weight_decay")
    assert page(dialog).startswith("weight decay")
    window._help._open_at("7.2")
    assert names(dialog)[:2] == ["convolution", "cross-correlation"] and len(names(dialog)) == 5
    window._help._open_at("stride")
    assert page(dialog).startswith("stride") and len(names(dialog)) == len(terms())
    assert len(window.findChildren(GlossaryDialog)) == 1


def test_it_closes_where_another_language_is_spoken(
    window: MainWindow, dialog: GlossaryDialog, qapp: QApplication, shouting: QTranslator
) -> None:
    qapp.installTranslator(shouting)
    QCoreApplication.processEvents()
    settle()
    assert not any(isValid(each) and each.isVisible() for each in window.findChildren(GlossaryDialog))
