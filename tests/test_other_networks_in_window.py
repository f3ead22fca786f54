"""Networks that are nothing like LeNet in every tool of the window, by clicks on the real widgets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from driving import LEFT_BUTTON, SEVEN, child, click_button, message, settle, text, view_of
from example_networks import DATA, other_networks, put_in_catalogue, some_cells
from ink_replay import draw
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from torch import nn

from core import networks
from core.catalog import ARCHITECTURES, DATA_SETS, Architecture
from core.networks import trace, weight_files
from core.networks.table import Network, Row
from core.records import Prediction
from gui.layers.tiled_maps import Cell
from gui.main_window import MainWindow
from gui.tabs.inspect.change.change_tool import ChangeTool
from gui.tabs.inspect.inspect_view import InspectView
from gui.tabs.why.why_view import WhyView
from gui.widgets.probability_bars import rows_of

NETWORKS = other_networks()


@pytest.fixture(params=list(NETWORKS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def window(
    name: str,
    open_window: Callable[..., MainWindow],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> MainWindow:
    """A window that has opened the network, with a seven on the pad."""
    put_in_catalogue(monkeypatch)
    path = tmp_path / "other.safetensors"
    classes = list(DATA_SETS[DATA[name]].classes)
    about = {"architecture": name, "classes": classes, "config": {"dataset": DATA[name]}}
    weight_files.save(path, trace.state(NETWORKS[name]).weights, about)
    opened = open_window(model=str(path), device="cpu")
    shown: list[Prediction | None] = []
    opened.predicted.connect(shown.append)
    draw(opened.canvas, SEVEN)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] is not None, timeout=10_000)
    settle()
    return opened


def prediction_of(window: MainWindow) -> Prediction:
    prediction = window._engine.prediction
    assert prediction is not None
    return prediction


def test_its_answer_is_named(window: MainWindow, name: str) -> None:
    prediction, network = prediction_of(window), NETWORKS[name]
    assert prediction.classes == network.classes
    assert text(window, "answer_digit").rstrip("?") == prediction.name
    assert window._pad.answer.bars._classes == network.classes
    assert window._pad.answer.input_preview.picture().shape == network.input_shape[1:]
    window._pad.answer.grab()
    assert message(window) == ""


def test_every_layer_and_cell_in_every_tool_of_inspect(window: MainWindow, name: str) -> None:
    view, prediction = child(window, InspectView, "inspect_view"), prediction_of(window)
    table = NETWORKS[name].table
    for place, spec in enumerate(table.shown):
        index = list(some_cells(spec.shape))[-1]
        cell = Cell(*index, *[0] * (3 - len(index)))
        at = view.strip._maps[place].cell_rect(cell).center().toPoint()
        QTest.mouseClick(view.strip, LEFT_BUTTON, pos=at)
        clicked = view._pinned
        assert clicked is not None and view._selected == place
        for page in view._tool_pages:
            view.tools.setCurrentWidget(page)
            settle()
            page.grab()
        view.tools.setCurrentIndex(0)
        values = {**prediction.trace.values, "softmax": prediction.probabilities}[spec.name]
        cell_index = (clicked.channel, clicked.row, clicked.column)[: values.ndim]
        shown = view.arithmetic.value.text().replace("−", "-")
        assert float(shown) == pytest.approx(float(values[cell_index]), abs=1e-3)
        assert set(view.strip._fields) <= {"input", spec.name, *table.names}
    assert message(window) == ""


def test_a_channel_is_switched_off_and_answers_follow(window: MainWindow, name: str, qtbot: QtBot) -> None:
    layer = {"branching": "mix.wide", "all convolutional": "conv1"}[name]
    view, before = child(window, InspectView, "inspect_view"), prediction_of(window).logits
    view.select_layer(NETWORKS[name].table.names.index(layer) + 1)
    view.tools.setCurrentWidget(page_of(view, ChangeTool))
    tool = child(view, ChangeTool)
    tool.session.switch(layer, 0, False)
    qtbot.waitUntil(lambda: prediction_of(window).original is not None, timeout=10_000)
    assert not np.array_equal(prediction_of(window).logits, before)
    assert not prediction_of(window).trace.values[layer][0].any()
    tool.grab()
    tool.session.revert()
    qtbot.waitUntil(lambda: prediction_of(window).original is None, timeout=10_000)
    np.testing.assert_array_equal(prediction_of(window).logits, before)


def page_of(view: InspectView, kind: type[QWidget]) -> QWidget:
    """The page of a tool, which is built when it is first seen."""
    for page in view._tool_pages:
        view.tools.setCurrentWidget(page)
        settle()
        if isinstance(page.tool, kind):
            return page
    raise AssertionError(kind)


def test_every_question_of_why_is_answered(window: MainWindow, name: str, qtbot: QtBot) -> None:
    window.open_tab("why")
    view: WhyView = view_of(window, "why")
    qtbot.waitUntil(lambda: view.evidence._evidence is not None, timeout=10_000)
    evidence = view.evidence._evidence
    assert evidence is not None
    assert evidence.terms.sum() + evidence.bias_difference == pytest.approx(evidence.difference, abs=1e-4)
    assert [view.digit.itemText(at + 1) for at in range(view.digit.count() - 1)] == [*evidence.classes]
    view.grab()
    view.pages.setCurrentWidget(view.change)
    click_button(view, view.change.find_button.objectName())
    qtbot.waitUntil(lambda: view.change._path is not None, timeout=20_000)
    path = view.change._path
    assert path is not None and path.pictures.shape[1:] == NETWORKS[name].input_shape[1:]
    view.grab()
    view.pages.setCurrentWidget(view.seen)
    settle()
    view.grab()
    assert message(window) == ""


def test_every_other_tab_shows_it(window: MainWindow, name: str, qtbot: QtBot) -> None:
    for tab in ("prepare", "compare", "train", "my_digits"):
        window.open_tab(tab)
        settle()
        page: QWidget = view_of(window, tab)
        page.grab()
    prepared = view_of(window, "prepare")
    window.open_tab("prepare")
    qtbot.waitUntil(lambda: prepared._prepared is not None, timeout=10_000)
    assert prepared._prepared.stages.picture.shape == NETWORKS[name].input_shape[1:]
    prepared.grab()
    assert message(window) == ""


# Many classes, and one


def flat(count: int) -> Network:
    """One layer of so many classes."""
    names = tuple(f"class {number}" for number in range(count))
    rows = [Row("flatten", nn.Flatten()), Row("out", nn.Linear(784, count))]
    return Network(rows, (1, 28, 28), names)


def flat_1() -> Network:
    return flat(1)


def flat_1000() -> Network:
    return flat(1000)


@pytest.mark.parametrize("count", [1, 1000])
def test_one_class_and_a_thousand_are_shown(
    count: int,
    open_window: Callable[..., MainWindow],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    entry = Architecture("flat", "flat", "For tests.", f"{__name__}:flat_{count}")
    monkeypatch.setitem(ARCHITECTURES, "flat", entry)
    network, path = networks.build("flat", 0), tmp_path / "flat.safetensors"
    weight_files.save(path, trace.state(network).weights, {"architecture": "flat"})
    window = open_window(model=str(path), device="cpu")
    draw(window.canvas, SEVEN)
    qtbot.waitUntil(lambda: window._engine.prediction is not None, timeout=10_000)
    settle()
    prediction = prediction_of(window)
    assert text(window, "answer_digit").rstrip("?") == prediction.name
    rows = rows_of(prediction.probabilities, count)
    assert len(rows) == min(count, 10) and rows[0] == prediction.digit
    view = child(window, InspectView, "inspect_view")
    for place in range(4):
        view.select_layer(place)
        settle()
        window.grab()
    for tab in ("prepare", "why", "compare", "train", "my_digits"):
        window.open_tab(tab)
        settle()
        view_of(window, tab).grab()
    assert message(window) == ""
