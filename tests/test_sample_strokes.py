from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.classifier import Classifier
from core.sample_strokes import SAMPLE_FORMS, SampleForm
from gui.pad.drawing_canvas import GRID, DrawingCanvas


@pytest.mark.parametrize("form", SAMPLE_FORMS.values(), ids=list(SAMPLE_FORMS))
def test_a_form_lies_about_the_middle_and_its_strokes_have_no_gaps(form: SampleForm) -> None:
    strokes = form.strokes()
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    np.testing.assert_allclose(low, -high, atol=1e-12)
    assert (high - low).max() == pytest.approx(1)
    assert high[1] - low[1] == pytest.approx(1)  # digits are higher than wide
    for stroke in strokes:
        assert np.hypot(*np.diff(stroke, axis=0).T).max() < 0.08


def test_a_stroke_comes_through_its_points_and_turns_at_corners_only() -> None:
    points = ((0.0, 0.0), (1.0, 0.2), (2.0, 0.0), (2.0, 0.0), (2.0, 4.0))
    (stroke,) = SampleForm("hook", 7, (points,)).strokes()
    shape = (stroke - stroke[0]) * 4  # the longer side is 4
    for point in points:
        assert np.hypot(*(shape - point).T).min() < 0.06
    steps = np.diff(shape, axis=0)
    steps = steps[np.hypot(*steps.T) > 1e-9]
    directions = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    turns = np.degrees(np.abs(np.diff(directions)))
    assert (turns > 30).sum() == 1
    straight = shape[np.argmin(np.hypot(*(shape - points[2]).T)) :]
    np.testing.assert_allclose(straight[1:, 0], straight[-1, 0], atol=1e-9)


def test_a_network_that_knows_mnist_alone_misreads_most_of_the_forms(qtbot: QtBot) -> None:
    """They are there to show just that; the brush is the one that people have at first."""
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    classifier = Classifier.open("lenet", "cpu")
    read = {}
    for name, form in SAMPLE_FORMS.items():
        canvas.draw([stroke * GRID * 5 / 7 + GRID / 2 for stroke in form.strokes()])
        prediction = classifier.classify(canvas.ink())
        read[name] = prediction.digit
        print(f"{name}: {prediction.digit} with {prediction.probabilities.max():.1%}")
    wrong = [name for name, digit in read.items() if digit != SAMPLE_FORMS[name].digit]
    assert len(wrong) >= 3
