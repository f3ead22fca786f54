"""Any view as a figure: pixels and SVG of the asked width, in print colours, with nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from driving import SEVEN, action, settle, view_of
from example_networks import weights
from figures import difference, drawn, gray, size_in_mm, texts, view_box
from ink_replay import draw
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGraphicsScene,
    QGraphicsView,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from core.my_digits.store import MyDigits
from core.records import EpochMetrics, Prediction, Snapshot, StepMetrics
from core.training.history import History
from gui.layers.column_widths import shared_out
from gui.layers.tiled_maps import Cell
from gui.main_window import MainWindow
from gui.paint.printing import is_printing
from gui.paint.theme import LIGHT, apply_theme
from gui.window.figure import Figure, figure_of, value_range
from gui.window.figure_desk import FigureDesk
from gui.window.figure_files import font_families, png_bytes
from gui.window.figure_print import MOST_PIXELS, is_too_large, picture_of, pixels_of, svg_of
from gui.window.looks import Looks

Drawn = tuple[MainWindow, Prediction]


def desk_of(window: MainWindow) -> FigureDesk:
    return window._figures


def looks_of(window: MainWindow) -> Looks:
    return window._context.looks


def titled(window: MainWindow, title: str) -> Figure:
    return next(each for each in desk_of(window).figures() if each.title == title)


def titles(window: MainWindow) -> list[str]:
    return [each.title for each in desk_of(window).figures()]


def both(window: MainWindow, figure: Figure, width: float = 16) -> tuple[QImage, bytes]:
    looks = looks_of(window)
    return picture_of(figure, looks, width, "A caption."), svg_of(figure, looks, width, "A caption.")


@pytest.fixture
def dark(window: MainWindow) -> Iterator[None]:
    action(window, "theme_dark").trigger()
    settle()
    yield
    apply_theme("light")


# Sizes and texts


@pytest.mark.parametrize("width", [1.0, 8.5, 16.0, 40.0])
def test_both_kinds_are_as_wide_as_asked(seven_drawn: Drawn, width: float) -> None:
    window, _ = seven_drawn
    picture, svg = both(window, titled(window, "All layers"), width)
    assert picture.width() == round(width / 2.54 * 300)
    assert picture.dotsPerMeterX() == picture.dotsPerMeterY() == round(300 / 0.0254)
    read = QImage.fromData(png_bytes(picture, Title="All layers"))
    assert read.width() / read.dotsPerMeterX() * 100 == pytest.approx(width, rel=0.01)
    assert read.text("Title") == "All layers"
    across, down = size_in_mm(svg)
    assert across == pytest.approx(10 * width, rel=0.001)
    left, top, columns, rows = view_box(svg)
    assert (left, top) == (0, 0)
    assert down / across == pytest.approx(rows / columns, rel=0.01)
    assert down / across == pytest.approx(
        picture.height() / picture.width(), abs=0.5 / picture.width() + 0.01
    )


def test_texts_of_the_strip_are_text_in_svg(seven_drawn: Drawn) -> None:
    window, prediction = seven_drawn
    svg = svg_of(titled(window, "All layers"), looks_of(window), 16, "LeNet reads a 7.")
    found = texts(svg)
    for spec in prediction.trace.layers:
        assert spec.name in found
    assert {"6×28×28", "16×5×5", "0", "9", "LeNet reads a 7."} <= set(found)
    assert any(text.startswith("±") for text in found)  # the largest value, below each layer
    assert "<title>All layers</title>" in svg.decode() and "<desc>LeNet reads a 7.</desc>" in svg.decode()


def test_numbers_of_the_arithmetic_are_text_in_svg(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    window.resize(1500, 950)  # room for both decimals
    view = view_of(window, "inspect")
    view.pin_in(1, Cell(2, 10, 10))
    settle()
    found = texts(svg_of(titled(window, "Arithmetic"), looks_of(window), 12, ""))
    kernel = window._context.engine.answering.network.weights["conv1.weight"][2, 0]
    shown = [f"{value:.2f}".replace("-", "−") for value in kernel.ravel()]
    assert {text for text in shown if text != "−0.00"} <= set(found)
    assert "sum of all products" in found
    assert "pinned: Esc leaves" not in found  # of no use on paper


def test_bars_and_legend_are_text_in_svg(seven_drawn: Drawn) -> None:
    window, prediction = seven_drawn
    found = texts(svg_of(titled(window, "Answer"), looks_of(window), 8, ""))
    assert [text for text in found if text.isdecimal()].count("3") == 1
    assert sum(text.endswith("%") for text in found) == 10
    layer = texts(svg_of(titled(window, "conv1"), looks_of(window), 8, ""))
    limit = np.abs(prediction.trace.layers[0].values).max()
    assert f"{limit:.3g}" in layer and f"−{limit:.3g}" in layer and "conv1" in layer


def test_svg_names_real_fonts_and_others_in_their_place(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    view_of(window, "inspect").pin_in(1, Cell(2, 10, 10))
    settle()
    for figure in desk_of(window).figures():
        lists = set(re.findall(r'font-family="([^"]*)"', both(window, figure)[1].decode()))
        assert lists
        for families in lists:
            first, *others = (name.strip("'") for name in families.split(", "))
            assert QFontInfo(QFont(first)).family() == first  # an alias would have another name
            assert others[-1] in {"sans-serif", "monospace"}
    assert font_families("monospace").endswith("monospace")
    assert font_families("Sans Serif").endswith("Arial, Helvetica, sans-serif")


def test_cells_have_sharp_edges(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    figure = titled(window, "conv1")
    svg = svg_of(figure, looks_of(window), 16, "").decode()
    assert svg.count("<image") == svg.count("image-rendering:pixelated") >= 2
    picture = picture_of(figure, looks_of(window), 16, "")
    shown = {picture.pixel(x, picture.height() // 2) for x in range(picture.width())}
    assert len(shown) < 120  # a row of three maps: at most 84 values; blended, there would be many more


def test_a_caption_is_below_and_wraps(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    figure, looks = titled(window, "All layers"), looks_of(window)
    without, with_one = (picture_of(figure, looks, 16, text).height() for text in ("", "A caption."))
    with_two = picture_of(figure, looks, 16, "A caption of many words. " * 8).height()
    assert without < with_one < with_two
    assert with_one - without >= 300 / 72 * 9  # a line of nine points
    assert len(texts(svg_of(figure, looks, 16, "A caption of many words. " * 8))) > len(
        texts(svg_of(figure, looks, 16, "A caption"))
    )


@pytest.mark.parametrize("title", ["All layers", "conv1", "Arithmetic", "Answer"])
def test_svg_opened_again_looks_as_the_pixels(seven_drawn: Drawn, title: str) -> None:
    window, _ = seven_drawn
    view_of(window, "inspect").pin_in(1, Cell(2, 10, 10))
    settle()
    picture, svg = both(window, titled(window, title))
    again = drawn(svg, picture.size())
    assert gray(picture).std() > 10
    assert difference(picture, again) < 4
    assert difference(picture, again.flipped(Qt.Orientation.Horizontal)) > 8  # it would be found out


# Pages


def test_each_tab_has_figures_and_none_is_blank(seven_drawn: Drawn, store: MyDigits, qtbot: QtBot) -> None:
    window, _ = seven_drawn
    store.add(window.canvas.ink(), 7)
    expected = {
        "inspect": {"All layers", "conv1", "Arithmetic"},
        "prepare": {"Prepare", "From ink to picture", "Shift right", "Rotate"},
        "why": {"Evidence"},
        "train": {"Curves", "Loss", "Accuracy, %"},
        "my_digits": {"My digits"},
        "compare": {"Two networks' answers", "Two networks' layers"},
    }
    for page, names in expected.items():
        window.open_tab(page)
        qtbot.waitUntil(lambda names=names: names <= set(titles(window)), timeout=20_000)
        assert set(titles(window)) >= {"Answer", "Drawing"}
        for figure in desk_of(window).figures():
            picture, svg = both(window, figure)
            assert np.unique(gray(picture)).size > 2, f"{page}: {figure.title}"
            assert len(texts(svg)) >= 1


def test_all_tools_are_figures(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    view = view_of(window, "inspect")
    view.pin_in(1, Cell(2, 10, 10))
    for index, title in enumerate(("Arithmetic", "Slide", "Kernels", "Change", "Code")):
        view.tools.setCurrentIndex(index)
        settle()
        assert len(texts(svg_of(titled(window, title), looks_of(window), 12, ""))) > 5


def test_weights_of_a_run_are_figures(window: MainWindow) -> None:
    window.open_tab("train")
    view = view_of(window, "train")
    view.views.setCurrentWidget(view.weights)
    view.set_snapshot(Snapshot("lenet", 4, weights(), {"conv1": 0.5}))
    settle()
    assert {"Weights and gradients", "Kernels", "Gradients"} <= set(titles(window))
    assert "conv1" in texts(svg_of(titled(window, "Gradients"), looks_of(window), 12, ""))


def test_curves_and_axes_are_lines_and_text_in_svg(window: MainWindow) -> None:
    window.open_tab("train")
    curves = view_of(window, "train").curves
    history = History(40, 10)
    losses = np.linspace(2.0, 0.1, 40).astype(np.float32)
    history.add(StepMetrics(40, 40, losses, np.full(40, 0.01), 0.9, 1.0))
    history.add(EpochMetrics(4, 40, 0.2, 0.9, 0.1, 0.97, 1.0, {}, {}))
    curves.set_history(history)
    settle()
    before = curves.loss.plot.grab().toImage()
    picture, svg = both(window, titled(window, "Loss"), 8)
    assert "running mean" in texts(svg) and any(each.startswith("step ") for each in texts(svg))
    assert b"<image" not in svg
    assert "log" not in texts(svg)  # a control
    assert difference(picture, drawn(svg, picture.size())) < 4
    blue = [
        picture.pixelColor(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)
    ]
    assert sum(each.blue() > each.red() + 60 for each in blue) > 50  # the running mean
    settle()
    assert curves.loss.plot.grab().toImage() == before


def test_a_page_that_only_says_what_to_do_has_no_figures(window: MainWindow) -> None:
    for page in ("prepare", "why", "my_digits"):
        window.open_tab(page)
        settle()
        assert titles(window) == ["Answer", "Drawing"], page


def test_an_empty_drawing_is_a_figure_without_the_hints(window: MainWindow) -> None:
    picture, svg = both(window, titled(window, "Drawing"))
    assert texts(svg) == ["A caption."]
    assert picture.width() == 1890
    assert "nothing drawn" in desk_of(window).caption_of(titled(window, "Drawing"))


# Print colours


def test_a_dark_window_gives_light_figures_and_stays_dark(
    seven_drawn: Drawn, dark: None, qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    colours, palette = looks_of(window).maps.copy(), window.palette()
    settle()
    before = {figure.title: figure.main.grab().toImage() for figure in desk_of(window).figures()}
    made = {figure.title: both(window, figure) for figure in desk_of(window).figures()}
    settle()
    assert (looks_of(window).maps == colours).all() and window.palette() == palette and not is_printing()
    for figure in desk_of(window).figures():
        assert figure.main.grab().toImage() == before[figure.title], figure.title
        assert figure.main.styleSheet() == "" and not figure.main.testAttribute(
            Qt.WidgetAttribute.WA_SetPalette
        )
    action(window, "theme_light").trigger()
    settle()
    for figure in desk_of(window).figures():
        picture, svg = made[figure.title]
        assert picture.pixelColor(0, 0) == QColor(LIGHT.paper)
        light_picture, light_svg = both(window, figure)
        assert difference(picture, light_picture) < 0.5, figure.title
        assert texts(svg) == texts(light_svg)


def test_scrolled_content_is_whole_and_scrolled_back(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    view = view_of(window, "inspect")
    view.pin_in(4, Cell(3, 2, 2))  # conv2: six channels, longer than the tool is high
    settle()
    page = view.arithmetic.view
    bar = page.verticalScrollBar()
    assert bar.maximum() > 100
    bar.setValue(60)
    size = view.arithmetic.size()
    found = texts(svg_of(titled(window, "Arithmetic"), looks_of(window), 12, ""))
    for channel in range(6):
        assert f"pool1, channel {channel}" in found
    assert "sum of all products" in found
    assert (bar.value(), view.arithmetic.size()) == (60, size)


def test_all_kernels_of_a_layer_are_in_the_figure(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    view = view_of(window, "inspect")
    view.select_layer(4)
    view.tools.setCurrentIndex(2)
    settle()
    found = texts(svg_of(titled(window, "Kernels"), looks_of(window), 16, ""))
    assert {str(channel) for channel in range(16)} <= set(found)


def test_a_strip_on_paper_is_read_and_stays_as_it_was(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    window.resize(1500, 950)
    window._fit_text()  # else it comes a moment later
    settle()
    strip = view_of(window, "inspect").strip
    before, size = strip.grab().toImage(), strip.size()
    svg = svg_of(titled(window, "All layers"), looks_of(window), 16, "").decode()
    points = 160 / 25.4 * 72 / view_box(svg.encode())[2]  # a unit's
    assert min(map(float, re.findall(r'font-size="([\d.]+)"', svg))) * points >= 5.5
    settle()
    assert strip.size() == size and strip.grab().toImage() == before


def test_widths_are_shared_out_by_weight_but_words_fit() -> None:
    assert shared_out(100, [1, 3], [0, 0]) == [25, 75]
    assert shared_out(100, [1, 3], [40, 0]) == [40, 60]
    assert shared_out(100, [1, 1, 2], [40, 25, 0]) == [40, 25, 35]
    assert shared_out(60, [1, 1], [80, 40]) == [40, 20]
    assert shared_out(0, [1, 3], [0, 0]) == [0, 0] and shared_out(0, [1, 3], [9, 0]) == [0, 0]


def test_what_is_selected_and_what_has_the_keys_is_not_printed(
    seven_drawn: Drawn, looks: Looks, qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    view, figure = view_of(window, "inspect"), titled(window, "All layers")
    view.strip.select(1)
    first = picture_of(figure, looks_of(window), 16, "")
    view.strip.select(4)
    assert picture_of(figure, looks_of(window), 16, "") == first
    page = QWidget()
    qtbot.addWidget(page)
    items, button = QListWidget(page), QPushButton("Press", page)
    items.addItems(["one", "two"])
    column = QVBoxLayout(page)
    column.addWidget(items)
    column.addWidget(button)
    page.show()
    page.activateWindow()
    items.setFocus()
    qtbot.waitUntil(items.hasFocus)
    settle()
    before = page.grab().toImage()
    picture = picture_of(figure_of("Page", page), looks, 16, "")
    accent = QColor(LIGHT.accent)
    edges = [picture.pixelColor(x, picture.height() // 2) for x in range(picture.width())]
    assert accent not in edges and items.hasFocus()
    settle()
    assert page.grab().toImage() == before


# Faults


class Stripes(QWidget):
    """Paints beyond its edges, and remembers how often."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.times += 1
        with QPainter(self) as painter:
            painter.fillRect(-500, -500, 2000, 2000, QColor("#123456"))


@pytest.fixture
def looks(window: MainWindow) -> Looks:
    return looks_of(window)


def test_nothing_is_painted_beyond_a_widget_s_edges(looks: Looks, qtbot: QtBot) -> None:
    stripes = Stripes()
    qtbot.addWidget(stripes)
    stripes.resize(100, 50)
    stripes.show()
    picture = picture_of(figure_of("Stripes", stripes), looks, 5, "")
    assert picture.pixelColor(3, 3) == QColor("white") != picture.pixelColor(100, 100)
    svg = svg_of(figure_of("Stripes", stripes), looks, 5, "").decode()
    assert 'd="M8,8 L108,8 L108,58 L8,58' in svg and "clip-path" in svg


def test_a_graphics_view_is_a_figure_like_any_widget(looks: Looks, qtbot: QtBot) -> None:
    scene = QGraphicsScene(0, 0, 100, 60)
    scene.addSimpleText("in the scene")
    view = QGraphicsView(scene)
    qtbot.addWidget(view)
    view.resize(120, 80)
    view.show()
    picture = picture_of(figure_of("View", view), looks, 5, "")
    assert np.unique(gray(picture)).size > 2
    assert texts(svg_of(figure_of("View", view), looks, 5, "")) == ["in the scene"]


def test_hidden_empty_and_deleted_widgets_are_out_of_sight(qtbot: QtBot) -> None:
    widget = QWidget()
    figure = figure_of("Nothing", widget)
    assert not figure.is_in_sight()
    widget.resize(10, 10)
    widget.show()
    assert figure.is_in_sight()
    widget.resize(0, 10)
    assert not figure.is_in_sight()
    delete(widget)
    assert not figure.is_in_sight()


def test_a_view_that_is_about_to_be_painted_is_taken_as_it_is_now(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    strip = view_of(window, "inspect").strip
    before = texts(svg_of(titled(window, "All layers"), looks_of(window), 16, ""))
    strip.set_values([np.full_like(each, 3.25) for each in strip._values], [3.25] * len(strip._values))
    found = texts(svg_of(titled(window, "All layers"), looks_of(window), 16, ""))
    assert found.count("≤ 3.25") == len(strip._values) and "≤ 3.25" not in before


def test_controls_are_left_out_and_keep_place_and_keys(looks: Looks, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    button, label = QPushButton("Press", page), QLabel("Read", page)
    column = QVBoxLayout(page)
    column.addWidget(button)
    column.addWidget(label)
    page.show()
    button.setFocus()
    where = button.geometry()
    assert texts(svg_of(figure_of("Page", page), looks, 5, "")) == ["Read"]
    assert button.isVisible() and button.geometry() == where and page.focusWidget() is button


def test_of_a_scroll_area_the_content_is_the_figure(looks: Looks, qtbot: QtBot) -> None:
    area, content = QScrollArea(), QLabel("<br>".join(str(line) for line in range(60)))
    qtbot.addWidget(area)
    area.setWidget(content)
    area.resize(80, 100)
    area.show()
    assert texts(svg_of(figure_of("Lines", area), looks, 5, "")) == [str(line) for line in range(60)]
    many = QListWidget()
    qtbot.addWidget(many)
    many.addItems([f"item {n}" for n in range(70)])
    many.resize(120, 90)
    many.show()
    many.verticalScrollBar().setValue(7)
    assert texts(svg_of(figure_of("Items", many), looks, 5, "")) == [f"item {n}" for n in range(70)]
    assert many.size() == QSize(120, 90) and many.verticalScrollBar().value() == 7


def test_too_many_pixels_are_refused_before_they_are_made(looks: Looks, qtbot: QtBot) -> None:
    assert not is_too_large(QSize(10_000, MOST_PIXELS // 10_000))
    assert is_too_large(QSize(10_001, MOST_PIXELS // 10_000))
    assert pixels_of(QSize(200, 100), 2.54) == QSize(300, 150)
    square = QWidget()
    qtbot.addWidget(square)
    square.resize(300, 300)
    square.show()
    assert picture_of(figure_of("Square", square), looks, 100, "").isNull()  # 11,811 pixels a side
    assert svg_of(figure_of("Square", square), looks, 100, "")


def test_the_range_of_values_is_of_finite_ones() -> None:
    assert value_range("conv1", np.array([-0.4213, 1.368, np.nan, np.inf])) == "conv1: −0.421 … 1.37"
    assert value_range("conv1", np.array([np.nan])) == "" and value_range("x", np.empty(0)) == ""


def test_captions_say_network_drawing_and_range(seven_drawn: Drawn) -> None:
    window, prediction = seven_drawn
    desk = desk_of(window)
    text = desk.caption_of(titled(window, "conv1"))
    share = f"{prediction.probabilities[prediction.digit] * 100:.1f}"
    assert text.startswith("conv1. LeNet") and "a drawing, read as 7 (" in text
    assert share in text or "> 99.9" in text
    values = prediction.trace.layers[0].values
    assert value_range("Values", values) in text and text.endswith(".")


def test_captions_name_channel_cell_and_colours(seven_drawn: Drawn) -> None:
    window, prediction = seven_drawn
    desk, view = desk_of(window), view_of(window, "inspect")
    view.select_layer(4)
    view.large.show_channel(5)
    values, limit = prediction.trace.layers[3].values, view.limits[4]
    text = desk.caption_of(titled(window, "Channel 5 of conv2"))
    assert text.endswith(f"{value_range('Values', values[5])}, strongest colour ±{limit:.3g}.")
    assert desk.caption_of(titled(window, "All layers")).endswith("Each layer in its own range.")
    view.head.range.range_wanted.emit(limit)
    assert desk.caption_of(titled(window, "Channel 5 of conv2")).endswith(", range kept.")
    assert desk.caption_of(titled(window, "All layers")).endswith("own range, range kept: conv2.")
    looks_of(window).set_shared_range(True)
    settle()
    assert "One range for all layers, strongest colour ±" in desk.caption_of(titled(window, "All layers"))
    view.pin_in(4, Cell(3, 2, 6))
    settle()
    value = view.arithmetic.value.text()
    assert f"conv2, channel 3, row 2, column 6: {value}." in desk.caption_of(titled(window, "Arithmetic"))


def test_a_test_digit_is_named_until_it_is_drawn_on(window: MainWindow, qtbot: QtBot) -> None:
    exchange = window._context.exchange
    with qtbot.waitSignal(exchange.test_digit_placed, timeout=20_000) as placed:
        exchange.show_test_digit(4)
    (digit,) = placed.args
    desk = desk_of(window)
    assert f"MNIST's test digit {digit.number:,}, a 4" in desk.caption_of(titled(window, "Drawing"))
    draw(window.canvas, SEVEN)
    assert "test digit" not in desk.caption_of(titled(window, "Drawing"))
