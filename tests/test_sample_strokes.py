from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.pen_digits.samples import SAMPLE_FORMS, SampleForm
from core.reading.classifier import Classifier
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


@pytest.mark.parametrize("form", SAMPLE_FORMS.values(), ids=list(SAMPLE_FORMS))
def test_a_form_is_the_same_at_every_time(form: SampleForm) -> None:
    assert "~" not in form.skeleton
    for first, again in zip(form.strokes(), form.strokes(), strict=True):
        np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(("model", "fewest", "most"), [("lenet", 3, 4), ("lenet_pen", 0, 0)])
def test_a_network_that_knows_mnist_alone_misreads_most_of_the_forms_and_the_pad_s_none(
    qtbot: QtBot, model: str, fewest: int, most: int
) -> None:
    """They are there to show just that; the brush is the one that people have at first."""
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    classifier = Classifier.open(model, "cpu")
    wrong = []
    for name, form in SAMPLE_FORMS.items():
        canvas.draw([stroke * GRID * 5 / 7 + GRID / 2 for stroke in form.strokes()])
        prediction = classifier.classify(canvas.ink())
        print(f"{name}: {prediction.digit} with {prediction.probabilities.max():.1%}")
        if prediction.digit != form.digit:
            wrong.append(name)
    assert fewest <= len(wrong) <= most
