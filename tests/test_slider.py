from __future__ import annotations

import pytest
from driving import LEFT_BUTTON, click
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.tabs import entries
from gui.widgets.slider import Slider


@pytest.fixture(params=[Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def slider(request: pytest.FixtureRequest, qtbot: QtBot) -> Slider:
    slider = Slider()
    slider.setLayoutDirection(request.param)
    slider.resize(330, 24)
    slider.setRange(0, 100)
    qtbot.addWidget(slider)
    slider.show()
    return slider


def at(slider: Slider, value: int) -> QPoint:
    """Where the handle's middle is at a value, to two pixels."""
    share = value / 100 if slider.layoutDirection() == Qt.LayoutDirection.LeftToRight else 1 - value / 100
    return QPoint(round(8 + share * (slider.width() - 16)), slider.height() // 2)


@pytest.mark.parametrize("value", [0, 3, 50, 77, 100])
def test_a_click_takes_the_handle_to_where_it_is(slider: Slider, value: int) -> None:
    slider.setValue(20)
    click(slider, at(slider, value))
    assert slider.value() == pytest.approx(value, abs=1)


def test_from_there_it_can_be_dragged(slider: Slider) -> None:
    QTest.mousePress(slider, LEFT_BUTTON, pos=at(slider, 80))
    assert slider.isSliderDown()
    QTest.mouseMove(slider, at(slider, 30))
    QTest.mouseRelease(slider, LEFT_BUTTON, pos=at(slider, 30))
    assert slider.value() == pytest.approx(30, abs=1)


def test_a_press_on_the_handle_itself_moves_nothing(slider: Slider) -> None:
    slider.setValue(50)
    click(slider, at(slider, 50) + QPoint(4, 0))
    assert slider.value() == 50


def test_all_sliders_of_the_window_go_to_the_click(window: MainWindow) -> None:
    for entry in entries():
        window.open_tab(entry.name)
    sliders = window.findChildren(QSlider)
    assert len(sliders) > 5
    assert [each.objectName() for each in sliders if not isinstance(each, Slider)] == []
