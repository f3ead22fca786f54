"""What a cell sees is framed on the drawing where its ink is, whatever cropping has done to it."""

from __future__ import annotations

import pytest
from example_digits import mnist
from pytestqt.qtbot import QtBot

from core.explaining.receptive_field import Field
from core.ink import preprocess
from gui.pad.drawing_canvas import DrawingCanvas
from gui.pad.field_frame import FieldFrame
from gui.widgets.digit_picture import DigitPicture


def test_the_frame_lies_where_the_field_s_pixels_come_from(qtbot: QtBot) -> None:
    canvas, picture = DrawingCanvas(), DigitPicture()
    for widget in (canvas, picture):
        qtbot.addWidget(widget)
    frame = FieldFrame(canvas, picture)
    canvas.place(mnist("test").images[0])
    field = Field(4, 6, 12, 16)
    frame.set_field(field)
    placement = preprocess.placement(canvas.ink())
    assert placement is not None and canvas._frame is not None and picture._field == field
    shown = canvas._frame
    assert shown.left() * placement.scale + placement.left == pytest.approx(field.left, abs=1e-3)
    assert shown.right() * placement.scale + placement.left == pytest.approx(field.right, abs=1e-3)
    assert shown.top() * placement.scale + placement.top == pytest.approx(field.top, abs=1e-3)
    assert shown.bottom() * placement.scale + placement.top == pytest.approx(field.bottom, abs=1e-3)
    canvas.clear()
    frame.follow()
    qtbot.waitUntil(lambda: canvas._frame is None)


def test_without_a_field_nothing_is_framed(qtbot: QtBot) -> None:
    canvas, picture = DrawingCanvas(), DigitPicture()
    for widget in (canvas, picture):
        qtbot.addWidget(widget)
    canvas.place(mnist("test").images[0])
    frame = FieldFrame(canvas, picture)
    frame.set_field(Field(0, 0, 5, 5))
    frame.set_field(None)
    assert canvas._frame is None and picture._field is None
