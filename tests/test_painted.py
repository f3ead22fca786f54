"""What is painted at every stroke: in one go, once, and the same as before."""

from __future__ import annotations

import numpy as np
import pytest
from driving import settle
from example_networks import shipped
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.layers.layer_strip import LayerStrip
from gui.layers.map_pictures import MapPictures
from gui.layers.maps_view import MapsView
from gui.layers.tiled_maps import Cell, TiledMaps
from gui.pad.drawing_canvas import DrawingCanvas
from gui.paint.colours import colour_table
from gui.paint.images import GAP, ZERO, colour_indices, tile
from gui.paint.quick_text import quick_text
from gui.widgets.construct import in_column
from gui.widgets.painted import Painted
from gui.widgets.scroll_column import ScrollColumn

COLOURS = colour_table("blue-orange", False, 0xFF123456)


def pixels(pictures: MapPictures, at: int) -> np.ndarray:
    image = pictures.images[at]
    return np.array([[image.pixel(x, y) for x in range(image.width())] for y in range(image.height())])


@settings(deadline=None)
@given(
    shapes=st.lists(
        st.one_of(
            st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 4)),
            st.tuples(st.integers(1, 12)),
        ),
        min_size=1,
        max_size=4,
    ),
    seed=st.integers(0, 99),
)
def test_each_of_many_pictures_shows_its_own_values_in_its_own_range(
    shapes: list[tuple[int, ...]], seed: int
) -> None:
    random = np.random.default_rng(seed)
    maps = [TiledMaps.fit(shape, QRectF(0, 0, 90, 60)) for shape in shapes]
    pictures = MapPictures(maps)
    for _ in range(2):  # the second time over what the first has left
        values = [random.normal(0, 3, shape).astype(np.float32) for shape in shapes]
        limits = [float(random.uniform(0.5, 5)) for _ in shapes]
        pictures.colour(values, limits, COLOURS)
        for at, (each, own, limit) in enumerate(zip(maps, values, limits, strict=True)):
            cells = colour_indices(own, limit).reshape(each.count, each.height, each.width)
            expected = COLOURS[tile(cells, each.columns, each.gap, GAP)]
            np.testing.assert_array_equal(pixels(pictures, at), expected)


def test_pictures_without_values_are_zero_with_gaps_between() -> None:
    maps = TiledMaps.fit((2, 2, 2), QRectF(0, 0, 90, 40))
    pictures = MapPictures([maps])
    pictures.colour(None, [], COLOURS)
    shown = pixels(pictures, 0)
    assert maps.columns == 2
    assert (shown[:, [0, 1, 3, 4]] == COLOURS[ZERO]).all() and (shown[:, 2] == COLOURS[GAP]).all()


def test_a_layer_of_zeros_and_one_of_no_numbers_are_neutral_beside_others() -> None:
    maps = [TiledMaps.fit((3,), QRectF(0, 0, 90, 30))] * 3
    pictures = MapPictures(maps)
    values = [np.array(own, np.float32) for own in ([0, 0, 0], [np.nan, np.inf, -np.inf], [-2, 0, 2])]
    pictures.colour(values, [0.0, 1.0, 2.0], COLOURS)
    shown = [pixels(pictures, at).ravel().tolist() for at in range(3)]
    zero, low, high = (int(COLOURS[at]) for at in (ZERO, 0, 2 * ZERO))
    assert shown == [[zero] * 3, [zero, high, low], [low, zero, high]]


@pytest.mark.parametrize("text", ["0", "−100.0 pp", "> 99.9 %", "±3.81", "≤ 1e-05"])
def test_a_quick_text_is_as_wide_as_the_same_text_and_ends_where_it_should(qtbot: QtBot, text: str) -> None:
    font = QApplication.font()
    assert quick_text(font).width(text) == pytest.approx(QFontMetricsF(font).horizontalAdvance(text), abs=1)
    painted = _Line(text)
    qtbot.addWidget(painted)
    painted.resize(200, 40)
    image = painted.grab().toImage()
    inked = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).lightness() < 128
    ]
    assert 150 - 4 <= max(x for x, _ in inked) <= 150
    top, bottom = min(y for _, y in inked), max(y for _, y in inked)
    assert abs((top + bottom) / 2 - 20) <= 3


class _Line(Painted):
    """A text that ends at 150, around 20."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.grounds = 0
        self.selected = 0

    def paintEvent(self, event: object) -> None:
        with QPainter(self) as painter:
            self.draw_ground(painter, self.selected)
            text = quick_text(self.font())
            text.begin(painter)
            painter.setPen(Qt.GlobalColor.black)
            text.draw(painter, 150, 20, self._text)

    def paint_ground(self, painter: QPainter) -> None:
        self.grounds += 1


def test_the_ground_is_painted_once_and_anew_where_it_would_look_otherwise(qtbot: QtBot) -> None:
    painted = _Line("1")
    qtbot.addWidget(painted)
    painted.resize(200, 40)
    painted.grab()
    painted.grab()
    assert painted.grounds == 1
    painted.selected = 1
    painted.grab()
    assert painted.grounds == 2
    painted.resize(210, 40)
    painted.grab()
    assert painted.grounds == 3
    palette = painted.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor("#204060"))
    painted.setPalette(palette)
    assert painted.grab().toImage().pixelColor(2, 2) == QColor("#204060")
    font = painted.font()
    font.setPointSizeF(20)
    painted.setFont(font)
    painted.grab()
    assert painted.grounds == 5


@pytest.mark.parametrize(("width", "height"), [(280, 280), (411, 350), (190, 240)])
def test_a_part_of_the_sheet_is_painted_as_in_the_whole(qtbot: QtBot, width: int, height: int) -> None:
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(width, height)
    canvas.place(np.random.default_rng(1).integers(0, 256, (280, 280)).astype(np.uint8))
    whole = canvas.grab().toImage()
    for left, top in ((1, 1), (37, 53), (width - 61, height - 41)):
        part = canvas.grab(canvas.rect().adjusted(left, top, left + 60 - width, top + 40 - height)).toImage()
        for x in range(part.width()):
            for y in range(part.height()):
                here, there = part.pixelColor(x, y), whole.pixelColor(left + x, top + y)
                assert abs(here.lightness() - there.lightness()) <= 2


def test_a_layer_that_is_shown_takes_new_colours_at_once(qtbot: QtBot) -> None:
    table = shipped("lenet").table
    strip = LayerStrip()
    qtbot.addWidget(strip)
    strip.resize(900, 260)
    strip.show()
    settle()
    strip.set_colours(COLOURS)
    strip.set_table(table)
    values = [np.full(layer.shape, 1.0, np.float32) for layer in table.shown]
    strip.set_values(values, [1.0] * len(values))
    before = strip.grab().toImage()
    strip.set_colours(colour_table("purple-green", False, 0xFF123456))
    after = strip.grab().toImage()
    cell = strip._maps[0].cell_rect(Cell(0, 3, 3)).center().toPoint()
    assert before.pixel(cell) == COLOURS[2 * ZERO] and after.pixel(cell) != before.pixel(cell)


@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_a_map_s_number_can_be_read_on_its_colour(qtbot: QtBot, value: float) -> None:
    view = MapsView()
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.set_colours(COLOURS)
    view.set_shape((2, 8, 8))
    view.set_values(np.full((2, 8, 8), value, np.float32), 1.0)
    image = view.grab().toImage()
    corner = view._maps.cell_rect(Cell(1, 0, 0)).topLeft().toPoint()
    levels = [
        image.pixelColor(corner.x() + 3 + x, corner.y() + 2 + y).lightness()
        for x in range(8)
        for y in range(14)
    ]
    assert max(levels) - min(levels) > 120


def test_a_column_that_scrolls_is_as_wide_as_its_content_and_the_bar(qtbot: QtBot) -> None:
    content = QWidget()
    label = QLabel("short")
    in_column(label, on=content)
    column = ScrollColumn(content)
    qtbot.addWidget(column)
    column.show()
    bar = column.verticalScrollBar().sizeHint().width()
    assert bar > 0
    for text in ("short", "much longer than before", "short"):
        label.setText(text)
        settle()
        assert column.minimumSizeHint().width() == content.minimumSizeHint().width() + bar
    holder = QWidget()
    qtbot.addWidget(holder)
    in_column(column, on=holder)
    holder.show()
    settle()
    label.setText("as long as nothing was before, so that the window has to grow")
    settle()
    assert holder.minimumSizeHint().width() >= content.minimumSizeHint().width() + bar
