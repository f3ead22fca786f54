from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from driving import INFO
from PySide6.QtGui import QImage, QPalette
from pytestqt.qtbot import QtBot

from core.pen_digits.samples import SAMPLE_FORMS
from core.records import ModelInfo, NetworkName, Prediction, Trace
from core.training.config import TrainingConfig
from gui.tabs.compare import compare_words, form_words
from gui.tabs.compare.compared_side import LEFT, RIGHT, ComparedSide, side_colour
from gui.tabs.compare.difference_bars import DifferenceBars


def side(name: str, *shares: float, problem: str = "") -> ComparedSide:
    """A side that gives the digits 0, 1, … these probabilities."""
    if not shares:
        return ComparedSide(name, problem=problem)
    probabilities = np.zeros(10, np.float32)
    probabilities[: len(shares)] = shares
    picture = np.zeros((1, 28, 28), np.float32)
    return ComparedSide(name, prediction=Prediction(probabilities, probabilities, Trace(picture, ()), 1.0))


NAN = float("nan")


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        (side("A", 0.1, 0.9), side("B", 0.8, 0.2), "A reads 1 (90.0 %). B reads 0 (80.0 %)."),
        (side("A", 0.1, 0.9), side("B", 0, 1), "Both read 1. A: 90.0 %. B: > 99.9 %."),
        (side("A (x)", 1), side("B (x)", 0, 1), "A reads 0 (> 99.9 %). B reads 1 (> 99.9 %)."),
        (side("A (x)", 1), side("A (y)", 0, 1), "A (x) reads 0 (> 99.9 %). A (y) reads 1 (> 99.9 %)."),
        (
            side("A", 1), side("A", 0, 0.8),
            "The left network reads 0 (> 99.9 %). The right network reads 1 (80.0 %).",
        ),
        (side("A", 1), side("B", problem="gone"), "A reads 0 (> 99.9 %). B gives no answer."),
        (side("A", NAN), side("B", 1), "A gives no answer. B reads 0 (> 99.9 %)."),
        (side("A", problem="gone"), side("B", problem="gone"), "Neither network can answer."),
    ],
)  # fmt: skip
def test_one_line_says_what_differs(left: ComparedSide, right: ComparedSide, sentence: str) -> None:
    assert compare_words.difference(left, right) == sentence


def info(model: str, **about: object) -> ModelInfo:
    return ModelInfo(model, "lenet", "cpu", "CPU", INFO.table, about=about)


CONFIG = TrainingConfig(architecture="lenet", digits=20_000, validation=2000, epochs=4)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (info("lenet"), "trained on MNIST's 60,000 digits"),
        (info("lenet_pen"), "trained on MNIST's 60,000 digits and 30,000 generated pen digits"),
        (
            replace(info("/x"), names=(NetworkName("lenet", taught=3),)),
            "from LeNet of MNIST alone (ReLU, max pooling), MNIST rehearsed",
        ),
        (info("/x.safetensors", config=CONFIG.to_json()), "trained on 18,000 of MNIST's digits, 4 epochs"),
        (
            info("/x.safetensors", config={**CONFIG.to_json(), "start": "lenet"}),
            "trained on 18,000 of MNIST's digits, 4 epochs, from LeNet of MNIST alone (ReLU, max pooling)",
        ),
        (
            info("/x.safetensors", config={**CONFIG.to_json(), "pen_digits": 30_000}),
            "trained on 18,000 of MNIST's digits, 30,000 pen digits, 4 epochs",
        ),
        (
            info("/x.safetensors", changed_by_hand={"model": "lenet", "changes": "conv1 channel 3 off"}),
            "changed by hand: conv1 channel 3 off",
        ),
        (info("/x.safetensors"), "its file does not say what it was trained on"),
        (info("/x.safetensors", config={"nonsense": 1}), "its file does not say what it was trained on"),
        (info("/x.safetensors", config=[]), "its file does not say what it was trained on"),
    ],
)
def test_what_weights_were_trained_on_is_told_as_far_as_it_is_known(network: ModelInfo, said: str) -> None:
    assert compare_words.trained_on(network) == said


def test_every_form_has_a_title_and_a_note() -> None:
    for form in SAMPLE_FORMS:
        assert str(SAMPLE_FORMS[form].digit) in form_words.title(form)
        assert "MNIST" in form_words.note(form)


@pytest.fixture
def bars(qtbot: QtBot) -> DifferenceBars:
    bars = DifferenceBars()
    qtbot.addWidget(bars)
    bars.resize(200, 200)
    bars.show()
    return bars


def span(image: QImage, bars: DifferenceBars, which: int, digit: int) -> list[int]:
    """The columns of a digit's row that have a side's colour."""
    colour, y = side_colour(which, bars.palette()), digit * 20 + 3
    return [x for x in range(image.width()) if image.pixelColor(x, y) == colour]


def test_bars_point_to_the_network_that_gives_the_digit_more(bars: DifferenceBars) -> None:
    left, right = np.zeros(10, np.float32), np.zeros(10, np.float32)
    left[2], right[2], right[7] = 0.9, 0.1, 0.5
    bars.set_probabilities(left, right, list(range(10)))
    image = bars.grab().toImage()
    to_left = span(image, bars, LEFT, 2)
    assert (min(to_left), max(to_left)) == (pytest.approx(20, abs=1), pytest.approx(99, abs=1))  # 0.8 of 100
    to_right = span(image, bars, RIGHT, 7)
    assert (min(to_right), max(to_right)) == (pytest.approx(100, abs=1), pytest.approx(149, abs=1))
    assert not span(image, bars, RIGHT, 2) and not span(image, bars, LEFT, 7)
    assert bars.points(2) == "80.0 pp" and bars.points(7) == "50.0 pp" and bars.points(0) == "0.0 pp"


@pytest.mark.parametrize("difference", [0.05, -0.05, 0.4, -0.4])
def test_a_difference_is_written_on_the_side_of_its_bar(bars: DifferenceBars, difference: float) -> None:
    differences = np.zeros(10)
    differences[3] = difference
    bars.set_probabilities(differences, np.zeros(10), list(range(10)))
    image = bars.grab().toImage()
    unwritten = bars.palette().color(QPalette.ColorRole.AlternateBase)
    row, half = bars.height() // 10, bars.width() // 2
    of_row = [
        [x for x in columns for y in range(3 * row + 3, 4 * row - 3) if image.pixelColor(x, y) != unwritten]
        for columns in (range(2, half - 2), range(half + 3, bars.width() - 2))
    ]
    on_side, opposite = of_row if difference > 0 else of_row[::-1]
    edge = bars.fontMetrics().horizontalAdvance("5")
    assert not opposite
    assert min(abs(x - (0 if difference > 0 else bars.width())) for x in on_side) < 6 + edge


def test_without_two_answers_there_is_no_difference(bars: DifferenceBars) -> None:
    bars.set_probabilities(np.zeros(10, np.float32), None, list(range(10)))
    assert bars.points(1) == "" and bars.differences is None
    bars.grab()
