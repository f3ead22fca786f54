from __future__ import annotations

from collections.abc import Callable

import pytest
from driving import LEFT_BUTTON, child, hover, settle, view_of
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWhatsThisClickedEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from test_glossary import build_all

from gui.main_window import MainWindow
from gui.widgets.steady_label import SteadyText
from gui.widgets.term_label import Mark, TermLabel, TermText
from gui.window.glossary_dialog import GlossaryDialog
from gui.words.known_words import glossary

SENTENCE = (
    "Each channel slides its own small kernel over the maps before it. Large numbers:\nthere the patch looks "
    "like the kernel, times a weight, plus a bias, whatever the learning rate."
)
Dotted = TermLabel | TermText


class Asked(QObject):
    """Notes which terms a window is asked for."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.keys: list[str] = []
        self.painted = 0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWhatsThisClickedEvent):
            self.keys.append(event.href())
        self.painted += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[..., Dotted]:
    """Show a label in a window of its own."""
    glossary()
    windows = []

    def show(label: Dotted, width: int = 220) -> Dotted:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        layout = QVBoxLayout(window)
        layout.addWidget(label)
        window.resize(width, 300)
        with qtbot.waitExposed(window):
            window.show()
        settle()
        return label

    return show


def middle(mark: Mark) -> QPoint:
    return mark.area.center().toPoint()


def marks_of(label: Dotted, key: str) -> list[Mark]:
    return [mark for mark in label.marks.marks() if mark.key == key]


def test_a_term_lies_where_its_letters_are(shown: Callable[..., Dotted]) -> None:
    label = shown(TermLabel("The stride of it"))
    (mark,) = label.marks.marks()
    metrics = label.fontMetrics()
    assert mark.area.left() == pytest.approx(metrics.horizontalAdvance("The "), abs=1)
    assert mark.area.width() == pytest.approx(metrics.horizontalAdvance("stride"), abs=1)
    assert mark.base == pytest.approx((label.height() - metrics.height()) / 2 + metrics.ascent(), abs=1)


@pytest.mark.parametrize("alignment", [Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignCenter])
@pytest.mark.parametrize("kind", ["label", "steady"])
def test_letters_begin_and_end_with_the_mark_however_lines_are_broken(
    shown: Callable[..., Dotted], kind: str, alignment: Qt.AlignmentFlag
) -> None:
    label: Dotted
    if kind == "label":
        label = shown(TermLabel(SENTENCE, wordWrap=True, alignment=alignment, margin=7))
    else:
        label = TermText(9, alignment=alignment)
        label.set_text(SENTENCE)
        label = shown(label)
    marks = label.marks.marks()
    assert [mark.key for mark in marks[:3]] == ["channel", "kernel", "feature_map"]
    assert {"weight", "bias", "learning_rate"} <= {mark.key for mark in marks}
    picture = label.grab().toImage()
    paper = picture.pixel(0, 0)

    def has_ink(x: float, mark: Mark) -> bool:
        top, bottom = round(mark.area.top()), round(mark.base)
        return any(picture.pixel(round(x), y) != paper for y in range(top + 2, bottom))

    for mark in marks:
        left, right = mark.area.left(), mark.area.right()
        assert any(has_ink(left + step, mark) for step in range(3)), mark
        assert any(has_ink(right - step, mark) for step in range(1, 4)), mark
        if mark.key != "channel" and left > 8:
            assert not has_ink(left - 2, mark), mark  # the space before it


def test_sizes_are_those_of_a_plain_label(shown: Callable[..., Dotted]) -> None:
    for wraps in (False, True):
        dotted, plain = TermLabel(SENTENCE, wordWrap=wraps), QLabel(SENTENCE, wordWrap=wraps)
        assert dotted.sizeHint() == plain.sizeHint() and dotted.minimumSizeHint() == plain.minimumSizeHint()
        for width in (90, 200, 333):
            assert dotted.heightForWidth(width) == plain.heightForWidth(width)
        assert dotted.text() == SENTENCE
    steady, dotted_steady = SteadyText(3), TermText(3)
    assert dotted_steady.sizeHint() == steady.sizeHint()


def test_dots_lie_below_the_terms_and_nowhere_else(shown: Callable[..., Dotted]) -> None:
    label = shown(TermLabel("The stride of it"))
    plain = QLabel("The stride of it", label.parentWidget())
    plain.resize(label.size())
    dotted, without = label.grab().toImage(), plain.grab().toImage()
    (mark,) = label.marks.marks()
    changed = {
        (x, y)
        for x in range(dotted.width())
        for y in range(dotted.height())
        if dotted.pixel(x, y) != without.pixel(x, y)
    }
    (row,) = {y for _, y in changed}
    assert mark.base + 1 <= row <= mark.area.bottom()
    columns = sorted(x for x, _ in changed)
    assert mark.area.left() - 1 <= columns[0] and columns[-1] <= mark.area.right()
    assert mark.area.width() / 3 - 2 < len(columns) < mark.area.width() / 2  # dots, no line
    label.setEnabled(False)
    assert label.grab().toImage() != dotted


def tool_tip_at(label: QWidget, point: QPoint) -> str:
    QToolTip.hideText()
    QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, point, label.mapToGlobal(point)))
    return QToolTip.text()


def test_the_mouse_over_a_term_tells_it(shown: Callable[..., Dotted]) -> None:
    label = shown(TermLabel("The stride of it"))
    label.setToolTip("It is < 3 & more.")
    (mark,) = label.marks.marks()
    told = tool_tip_at(label, middle(mark))
    term = glossary().terms["stride"]
    assert "<b>stride</b>" in told and term.text in told and "d2l 7.3" in told
    assert told.endswith("It is &lt; 3 &amp; more.")
    assert tool_tip_at(label, QPoint(2, middle(mark).y())) == "It is < 3 & more."
    hover(label, QPointF(middle(mark)))
    assert label.cursor().shape() == Qt.CursorShape.PointingHandCursor
    hover(label, QPointF(2, middle(mark).y()))
    assert label.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_click_on_a_term_asks_for_it_and_elsewhere_for_nothing(shown: Callable[..., Dotted]) -> None:
    label = shown(TermLabel("The stride of it"))
    asked = Asked(label.window())
    (mark,) = label.marks.marks()
    QTest.mouseClick(label, LEFT_BUTTON, pos=middle(mark))
    assert asked.keys == ["stride"]
    QTest.mouseClick(label, Qt.MouseButton.RightButton, pos=middle(mark))
    QTest.mouseClick(label, LEFT_BUTTON, pos=QPoint(2, middle(mark).y()))
    QTest.mousePress(label, LEFT_BUTTON, pos=middle(mark))
    QTest.mouseRelease(label, LEFT_BUTTON, pos=QPoint(2, middle(mark).y()))
    QTest.mousePress(label, LEFT_BUTTON, pos=QPoint(2, middle(mark).y()))
    QTest.mouseRelease(label, LEFT_BUTTON, pos=middle(mark))
    assert asked.keys == ["stride"]


def test_text_with_markup_has_no_dots(shown: Callable[..., Dotted]) -> None:
    assert not TermLabel("<b>stride</b> of a kernel").marks.marks()
    assert TermLabel("a < stride", textFormat=Qt.TextFormat.PlainText).marks.marks()


def test_the_same_text_again_paints_nothing(shown: Callable[..., Dotted], qtbot: QtBot) -> None:
    label, steady = TermLabel("The stride"), TermText(2)
    steady.set_text("The stride")
    for each, say in ((label, label.setText), (steady, steady.set_text)):
        shown(each)
        asked = Asked(each)
        for _ in range(3):
            say("The stride")
            settle()
        assert asked.painted == 0
        say("The padding")
        qtbot.waitUntil(lambda asked=asked: asked.painted > 0)


def test_dots_come_a_moment_after_the_window_where_nothing_needed_the_glossary(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gui.words import known_words

    known_words._in_language.cache_clear()
    label = TermLabel("The stride of it")
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()
    label.grab()
    assert not known_words.is_at_hand()
    asked = Asked(label)
    qtbot.waitUntil(known_words.is_at_hand)
    qtbot.waitUntil(lambda: asked.painted > 0)


# In the window


def test_every_dotted_word_of_the_window_is_a_term(window: MainWindow, qtbot: QtBot) -> None:
    build_all(window)
    known = glossary().terms
    by_page: dict[str, int] = {}
    for name in ("inspect", "prepare", "why", "train", "my_digits"):
        view = view_of(window, name)
        for label in (*view.findChildren(TermLabel), *view.findChildren(TermText)):
            keys = [mark.key for mark in label.marks.marks()]
            assert set(keys) <= set(known)
            by_page[name] = by_page.get(name, 0) + bool(keys)
    assert all(count > 0 for count in by_page.values()) and by_page["train"] > 15, by_page


@pytest.mark.parametrize(
    ("row", "key"),
    [("momentum", "momentum"), ("weight_decay", "weight_decay"), ("epochs", "epoch"), ("batch_size", "batch"),
     ("learning_rate", "learning_rate"), ("schedule", "schedule"), ("dropout", "dropout"),
     ("optimizer", "optimiser"), ("seed", "seed"), ("validation", "validation")],
)  # fmt: skip
def test_a_setting_s_name_is_a_dotted_word(window: MainWindow, row: str, key: str) -> None:
    window.open_tab("train")
    title = child(child(window, QWidget, f"{row}_row"), TermLabel)
    assert [mark.key for mark in title.marks.marks()] == [key]


def test_a_click_in_the_window_opens_the_glossary_there(window: MainWindow) -> None:
    window.open_tab("inspect")
    label = child(window, TermText, "layer_explanation")
    (mark,) = marks_of(label, "kernel")
    QTest.mouseClick(label, LEFT_BUTTON, pos=middle(mark))
    dialog = child(window, GlossaryDialog)
    assert dialog.isVisible() and dialog._page.toPlainText().startswith("kernel")
