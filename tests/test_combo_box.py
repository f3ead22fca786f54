from __future__ import annotations

import pytest
from driving import settle
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.widgets.combo_box import ComboBox

NAME = "LeNet of MNIST alone (ReLU, max pooling)"


@pytest.fixture
def box(qtbot: QtBot) -> ComboBox:
    box = ComboBox(8)
    qtbot.addWidget(box)
    box.addItems([NAME, "MNIST"])
    box.show()
    return box


def shown_in(box: ComboBox, width: int) -> str:
    box.resize(width, box.height())
    settle()
    box.grab()
    return box.shown_text()


def test_a_name_loses_its_brackets_first_and_then_its_end(box: ComboBox) -> None:
    whole = box.fontMetrics().horizontalAdvance(NAME)
    short = box.fontMetrics().horizontalAdvance("LeNet of MNIST alone")
    assert shown_in(box, whole + 60) == NAME
    assert shown_in(box, short + 60) == "LeNet of MNIST alone"
    cut = shown_in(box, short // 2 + 40)
    assert cut.endswith("…") and "LeNet of MNIST".startswith(cut[:-1])
    box.setCurrentIndex(1)
    assert box.shown_text() == "MNIST"


def test_a_box_keeps_its_width_whatever_is_chosen(box: ComboBox) -> None:
    width = box.sizeHint().width()
    box.setCurrentIndex(1)
    assert box.sizeHint().width() == width


@pytest.mark.parametrize(("width", "told"), [(800, ""), (150, NAME)])
def test_a_name_that_is_not_shown_whole_is_told(box: ComboBox, width: int, told: str) -> None:
    shown_in(box, width)
    QToolTip.hideText()
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), box.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(box, event)
    assert QToolTip.text() == told
    QToolTip.hideText()
