from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from example_networks import weights
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from core.records import Snapshot
from gui.paint.colours import colour_table
from gui.paint.images import ZERO
from gui.tabs.train.chart import Chart
from gui.tabs.train.weights.gradient_view import GradientView, NormHistory
from gui.tabs.train.weights.kernels_view import KernelsView
from gui.tabs.train.weights.layer_histogram import layer_histogram
from gui.tabs.train.weights.silent_view import SilentView
from gui.tabs.train.weights.weight_histograms import WeightHistograms
from gui.tabs.train.weights.weights_view import WeightsView
from gui.words.numbers import figure, round_figure, rounded_up, steady_limit, steady_peak

COLOURS = colour_table("blue-orange", dark=False, gap=0xFFEFEFEF)
LAYERS = ("conv1", "conv2", "fc1", "fc2", "fc3")
NORMS = {"conv1": 0.16, "conv2": 0.31, "fc1": 0.28, "fc2": 0.35, "fc3": 0.62}
SIZES = [(480, 300), (700, 250), (1400, 500), (60, 40)]


def snapshot(step: int = 1, norms: dict[str, float] | None = None, **changed: np.ndarray) -> Snapshot:
    """A LeNet's snapshot; `conv1=values` puts other weights into a layer."""
    replaced = {f"{layer}.weight": values.astype(np.float32) for layer, values in changed.items()}
    return Snapshot("lenet", step, weights() | replaced, NORMS if norms is None else norms)


def shown(qtbot: QtBot, view: QWidget, size: tuple[int, int] = (700, 250)) -> None:
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()


def picture(view: QWidget) -> QImage:
    return view.grab().toImage()


@pytest.fixture
def view(qtbot: QtBot) -> WeightsView:
    view = WeightsView()
    view.set_colours(COLOURS)
    shown(qtbot, view)
    return view


# Limits


@given(st.floats(1e-30, 1e30))
def test_a_limit_is_one_two_or_five_times_a_power_of_ten_and_not_far_above_the_value(value: float) -> None:
    limit = rounded_up(value)
    assert value <= limit < value * 2.5 * (1 + 1e-9)
    assert f"{limit:.3e}"[:5] in ("1.000", "2.000", "5.000")


def test_what_is_no_positive_number_has_no_limit() -> None:
    assert [rounded_up(value) for value in (0.0, -1.0, math.nan, math.inf)] == [0.0] * 4


def test_values_that_waver_about_a_step_do_not_make_the_limit_jump() -> None:
    limit = 0.0
    limits = [limit := steady_limit(value, limit) for value in (0.19, 0.21, 0.19, 0.21, 0.17)]
    assert limits == [0.2, 0.5, 0.5, 0.5, 0.5]
    assert steady_limit(0.1, 0.5) == 0.1


def test_a_peak_that_moves_little_keeps_its_height() -> None:
    height = steady_peak(100, 0.0)
    assert steady_peak(105, height) == height == steady_peak(90, height)
    assert steady_peak(300, height) > 300
    assert steady_peak(10, height) < height / 5


# Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.1234, "0.123"),
        (-0.00178, "−0.0018"),
        (12.34, "12.3"),
        (3.2e-12, "3.2×10⁻¹²"),
        (1e6, "1.0×10⁶"),
        (math.nan, "–"),
        (-math.inf, "−∞"),
    ],
)
def test_figures_are_short_whatever_their_size(value: float, text: str) -> None:
    assert figure(value) == text


def test_ends_of_scales_have_no_needless_zeros() -> None:
    assert [round_figure(value) for value in (0.0, 0.2, 50.0, 2e-6)] == ["0", "0.2", "50", "2×10⁻⁶"]


# Kernels


def pixels(kernels: KernelsView) -> np.ndarray:
    """What is in the pictures, as colours (N, H, W)."""
    return np.array(
        [
            [[image.pixel(x, y) for x in range(image.width())] for y in range(image.height())]
            for image in kernels.images
        ]
    )


@pytest.fixture
def kernels(qtbot: QtBot) -> KernelsView:
    kernels = KernelsView()
    kernels.set_colours(COLOURS)
    shown(qtbot, kernels)
    return kernels


def test_zero_is_neutral_and_the_sign_shows_in_a_kernel(kernels: KernelsView) -> None:
    values = np.zeros((6, 1, 5, 5))
    values[0, 0, 0, 0], values[5, 0, 4, 2] = 0.5, -0.5
    kernels.set_snapshot(snapshot(conv1=values))
    colours = pixels(kernels)
    assert colours.shape == (6, 5, 5)
    assert colours[0, 0, 0] == COLOURS[2 * ZERO]
    assert colours[5, 4, 2] == COLOURS[0]
    assert np.count_nonzero(colours == COLOURS[ZERO]) == 148


def test_all_kernels_share_a_range_that_stays_while_weights_change_a_little(kernels: KernelsView) -> None:
    trained = weights()["conv1.weight"]
    limits = []
    for factor in (1.0, 1.02, 0.98, 1.01):
        kernels.set_snapshot(snapshot(conv1=trained * factor))
        limits.append(kernels.limit)
    assert limits == [0.2, 0.5, 0.5, 0.5]  # the first are up to 0.2, exclusively
    kernels.clear()
    kernels.set_snapshot(snapshot(conv1=trained * 0.98))
    assert kernels.limit == 0.2


def test_a_weight_says_its_value_under_the_mouse(kernels: KernelsView) -> None:
    now = snapshot()
    kernels.set_snapshot(now)
    square = kernels._squares(kernels._kernels)[1]  # type: ignore[arg-type]
    weight = figure(float(now.weights["conv1.weight"][1, 0, 4, 0]))
    reading = kernels.reading_at(square.bottomLeft() + QPointF(2, -2))
    assert reading == f"conv1, kernel 1, row 4, column 0: {weight}"
    assert kernels.reading_at(QPointF(1, 1)) == ""


def test_the_tool_tip_over_a_weight_is_its_value(kernels: KernelsView) -> None:
    kernels.set_snapshot(snapshot())
    at = kernels._squares(kernels._kernels)[0].center().toPoint()  # type: ignore[arg-type]
    QApplication.sendEvent(kernels, QHelpEvent(QEvent.Type.ToolTip, at, kernels.mapToGlobal(at)))
    assert QToolTip.text().startswith("conv1, kernel 0, row 2, column 2")
    QToolTip.hideText()


def test_of_several_input_channels_the_first_is_shown_and_that_is_said(kernels: KernelsView) -> None:
    values = np.zeros((4, 3, 3, 3), np.float32)
    values[:, 1:] = 1
    kernels.set_snapshot(Snapshot("other", 7, {"first.weight": values}, {}))
    assert (pixels(kernels) == COLOURS[ZERO]).all()
    assert "input channel 0 of 3" in kernels._caption


@pytest.mark.parametrize("size", SIZES)
def test_kernels_lie_inside_the_view_and_do_not_overlap(kernels: KernelsView, size: tuple[int, int]) -> None:
    kernels.resize(*size)
    kernels.set_snapshot(snapshot())
    squares = kernels._squares(kernels._kernels)  # type: ignore[arg-type]
    assert len(squares) == 6
    assert not any(a.intersects(b) for i, a in enumerate(squares) for b in squares[:i])
    if min(size) >= 100:
        assert all(kernels.rect().toRectF().contains(square) for square in squares)


# Histograms


@pytest.fixture
def histograms(qtbot: QtBot) -> WeightHistograms:
    histograms = WeightHistograms()
    shown(qtbot, histograms)
    return histograms


def test_every_weight_of_every_layer_is_counted_once(histograms: WeightHistograms) -> None:
    histograms.set_initial(weights(seed=2))
    histograms.set_snapshot(snapshot())
    sizes = {layer: weights()[f"{layer}.weight"].size for layer in LAYERS}
    assert {each.layer: int(each.now.bins.sum()) for each in histograms.histograms} == sizes
    assert {
        each.layer: int(each.initial.bins.sum()) for each in histograms.histograms if each.initial
    } == sizes


def test_outliers_are_counted_and_do_not_squeeze_the_others() -> None:
    values = weights()["fc1.weight"].copy()
    values[3, 5], values[7, 7] = 1e6, -1e6
    histogram = layer_histogram("fc1", values, None, 0.0)
    assert histogram.limit == 0.05  # as without them
    assert histogram.now.beyond == 2
    assert int(histogram.now.bins.sum()) == values.size


def test_zero_lies_amid_the_middle_bar_and_signs_on_their_sides() -> None:
    values = np.array([[-0.9] * 3 + [0.0] * 5 + [0.9] * 2])
    bins = layer_histogram("fc", values, None, 0.0).now.bins
    middle = len(bins) // 2
    assert len(bins) % 2 == 1
    assert (bins[:middle].sum(), bins[middle], bins[middle + 1 :].sum()) == (3, 5, 2)


def test_now_and_before_training_share_one_range() -> None:
    narrow, wide = np.full((5, 5), 0.01), np.full((5, 5), 0.4)
    for now, before in ((narrow, wide), (wide, narrow)):
        histogram = layer_histogram("fc", now, before, 0.0)
        assert histogram.limit == 0.5
        assert histogram.initial is not None
        assert len(histogram.initial.bins) == len(histogram.now.bins)


def test_ranges_stay_while_weights_change_a_little(histograms: WeightHistograms) -> None:
    values = weights()["fc3.weight"]
    limits = []
    for factor in (1.0, 1.9, 1.8, 1.9, 1.7):
        histograms.set_snapshot(snapshot(fc3=values * factor))
        limits.append(histograms.histograms[-1].limit)
    assert limits[1:] == limits[1:2] * 4


def test_what_is_not_finite_is_in_no_bar_and_is_told(histograms: WeightHistograms) -> None:
    values = weights()["fc2.weight"].copy()
    values[0, :3] = np.nan, np.inf, -np.inf
    histograms.set_snapshot(snapshot(fc2=values))
    fc2 = histograms.histograms[3]
    assert (fc2.now.not_finite, int(fc2.now.bins.sum())) == (3, values.size - 3)
    box = histograms._boxes()[3]
    assert "3 are no finite numbers" in histograms.reading_at(box.center())


def test_the_reading_gives_spread_now_and_before(histograms: WeightHistograms) -> None:
    now = weights()["conv1.weight"]
    histograms.set_initial({"conv1.weight": now * 0.5})
    histograms.set_snapshot(snapshot())
    lines = histograms.reading_at(histograms._boxes()[0].center()).splitlines()
    assert lines[0] == "conv1: 150 weights"
    assert lines[1].endswith(figure(float(now.std()))) and lines[1].startswith("now")
    assert lines[2].endswith(figure(float(now.std() / 2))) and lines[2].startswith("before")


def test_initial_weights_of_another_network_are_not_compared_with(histograms: WeightHistograms) -> None:
    histograms.set_initial({"conv1.weight": np.zeros((2, 2, 3, 3), np.float32)})
    histograms.set_snapshot(snapshot())
    assert all(each.initial is None for each in histograms.histograms)


def test_painting_counts_nothing_again(histograms: WeightHistograms) -> None:
    histograms.set_snapshot(snapshot())
    before = histograms.histograms
    picture(histograms)
    assert all(a is b for a, b in zip(before, histograms.histograms, strict=True))


# Gradients


@pytest.fixture
def gradients(qtbot: QtBot) -> GradientView:
    gradients = GradientView()
    shown(qtbot, gradients)
    return gradients


def test_a_gradient_far_below_the_others_is_called_vanishing(gradients: GradientView) -> None:
    gradients.set_snapshot(snapshot(norms=NORMS | {"conv1": 2e-4}))
    assert [gradients.verdict(layer) for layer in LAYERS] == ["vanishing", "", "", "", ""]


def test_healthy_gradients_are_called_nothing(gradients: GradientView) -> None:
    gradients.set_snapshot(snapshot())
    assert not any(gradients.verdict(layer) for layer in LAYERS)


def test_gradients_that_are_zero_huge_or_no_number_say_so(gradients: GradientView) -> None:
    norms = {"conv1": 0.0, "conv2": math.nan, "fc1": math.inf, "fc2": 1e6, "fc3": 1e-12}
    gradients.set_snapshot(snapshot(norms=norms))
    verdicts = [gradients.verdict(layer) for layer in LAYERS]
    assert verdicts == ["vanishing", "not finite", "not finite", "exploding", "vanishing"]
    picture(gradients)


def test_the_scale_of_gradients_only_widens_and_has_ends() -> None:
    history = NormHistory()
    history.add(1, {"fc1": 0.5})
    usual = history.decades
    history.add(2, {"fc1": 3e-7})
    history.add(3, {"fc1": 0.5})
    assert history.decades == (-7, usual[1])
    history.add(4, {"fc1": 1e-300, "fc2": 1e300})
    assert history.decades == (-12, 6)
    assert [history.place(norm) for norm in (0.0, 1e-300, 1e300, math.inf, math.nan)] == [0, 0, 1, 1, 0]


def test_older_steps_that_come_again_fall_into_their_place() -> None:
    history = NormHistory()
    for step in (1, 2, 3, 2, 1):
        history.add(step, {"fc1": step / 10})
    steps, norms = history.course("fc1")
    assert steps.tolist() == [1, 2, 3]
    np.testing.assert_allclose(norms, [0.1, 0.2, 0.3])


def test_a_long_run_keeps_its_first_and_last_step_and_few_between() -> None:
    history = NormHistory()
    for step in range(1, 5001):
        history.add(step, {"fc1": 1.0})
    steps, _ = history.course("fc1")
    assert (steps[0], steps[-1]) == (1, 5000) == history.span
    assert len(steps) < 250
    assert (np.diff(steps) > 0).all()


def test_the_step_before_training_has_no_gradients_and_keeps_the_layers(gradients: GradientView) -> None:
    gradients.set_snapshot(snapshot(step=0, norms={}))
    picture(gradients)
    gradients.set_snapshot(snapshot(step=5))
    rows = gradients._rows()
    gradients.set_snapshot(snapshot(step=0, norms={}))
    assert gradients._rows() == rows
    picture(gradients)


def test_a_row_reads_its_gradient_now_and_over_the_run(gradients: GradientView) -> None:
    gradients.set_snapshot(snapshot(step=1, norms={"conv1": 0.5, "fc1": 1.0}))
    gradients.set_snapshot(snapshot(step=2, norms={"conv1": 0.001, "fc1": 1.0}))
    reading = gradients.reading_at(gradients._rows()[0].center())
    assert reading == "conv1: gradient of length 0.0010, vanishing\nIn this run so far: 0.0010 to 0.500"
    assert gradients.accessibleDescription() == "conv1 0.0010, fc1 1.00"


# Silent units


@pytest.fixture
def silent(qtbot: QtBot) -> SilentView:
    silent = SilentView()
    shown(qtbot, silent)
    return silent


def test_silent_units_are_counted_in_their_layer(silent: SilentView) -> None:
    silent.set_snapshot(snapshot())
    silent.set_silent({"relu1": 1 / 6, "relu2": 0.0, "relu3": 14 / 120, "relu4": 1.0})
    assert silent.text("relu1") == "1 of 6 channels silent (17 %)"
    assert silent.text("relu3") == "14 of 120 units silent (12 %)"
    assert silent.reading_at(silent._rows()[3].center()) == "relu4: 84 of 84 units silent (100 %)"


def test_shares_that_do_not_fit_the_layers_are_not_turned_into_counts(silent: SilentView) -> None:
    silent.set_silent({"relu1": 0.5})  # no snapshot yet
    assert silent.text("relu1") == "50 % silent"
    silent.set_snapshot(snapshot())
    assert silent.text("relu1") == "50 % silent"  # one activation in a network of five layers
    silent.set_silent({"relu1": 0.123, "relu2": 0.0, "relu3": math.nan, "relu4": 0.001})
    assert silent.text("relu1") == "12 % silent"
    assert silent.text("relu3") == "not known"
    assert silent.text("relu4") == "< 1 % silent"
    picture(silent)


def test_more_than_half_silent_is_marked(silent: SilentView) -> None:
    silent.set_snapshot(snapshot())

    def is_marked(share: float) -> bool:
        silent.set_silent({"relu1": share, "relu2": 0.0, "relu3": 0.0, "relu4": 0.0})
        image, row = picture(silent), silent._rows()[0].center().toPoint()
        colours = {image.pixelColor(x, row.y()).name() for x in range(silent.width())}
        return silent._warning().name() in colours

    assert not is_marked(3 / 6)
    assert is_marked(4 / 6)


# All together


def test_every_chart_explains_itself_and_has_names(view: WeightsView) -> None:
    for chart in view.findChildren(Chart):
        assert chart.objectName() and chart.accessibleName() and len(chart.toolTip()) > 80


@pytest.mark.parametrize("size", SIZES[:3])
def test_an_empty_view_says_what_will_come(view: WeightsView, size: tuple[int, int]) -> None:
    view.resize(*size)
    said: list[str] = []
    for chart in view.findChildren(Chart):
        chart._say = lambda painter, sentence: said.append(sentence)  # type: ignore[method-assign]
    picture(view)
    assert len(said) == 4
    assert all("run" in sentence for sentence in said)
    said.clear()
    view.set_snapshot(snapshot())
    view.set_silent({"relu1": 0.0})
    picture(view)
    assert said == []


def test_a_new_snapshot_is_painted(view: WeightsView, qtbot: QtBot) -> None:
    qtbot.waitExposed(view)
    view.set_snapshot(snapshot())
    QApplication.processEvents()
    painted: set[str] = set()

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.add(watched.objectName())
            return False

    watcher = Watcher(view)
    for chart in view.findChildren(Chart):
        chart.installEventFilter(watcher)
    view.set_snapshot(snapshot(step=2, norms={layer: 0.1 for layer in LAYERS}, conv1=np.ones((6, 1, 5, 5))))
    qtbot.waitUntil(lambda: painted >= {"kernels_view", "weight_histograms", "gradient_view"})


def test_other_weights_look_different_and_a_cleared_view_as_in_the_beginning(view: WeightsView) -> None:
    empty = picture(view)
    view.set_initial(weights())
    view.set_snapshot(snapshot())
    view.set_silent({"relu1": 0.0, "relu2": 0.0, "relu3": 0.5, "relu4": 0.0})
    first = picture(view)
    view.set_snapshot(replace(snapshot(step=2), weights=weights(seed=2)))
    assert picture(view) != first != empty
    view.clear()
    assert picture(view) == empty


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "values",
    [
        np.zeros((6, 1, 5, 5)),
        np.full((6, 1, 5, 5), 0.25),
        np.full((6, 1, 5, 5), np.nan),
        np.full((6, 1, 5, 5), 3e38),
        np.full((6, 1, 5, 5), 1e-45),
        np.where(np.arange(150).reshape(6, 1, 5, 5) % 7 == 0, np.inf, -0.1),
        np.where(np.arange(150).reshape(6, 1, 5, 5) % 7 == 0, np.nan, 0.0),
        np.zeros((1, 1, 1, 1)),
        np.zeros((200, 4, 3, 7)),
    ],
    ids=["zero", "equal", "nan", "huge", "tiny", "some infinite", "some nan", "single", "many"],
)
def test_no_weights_are_too_strange_to_be_shown(
    view: WeightsView, values: np.ndarray, size: tuple[int, int]
) -> None:
    view.resize(*size)
    view.set_initial(weights())
    view.set_snapshot(snapshot(conv1=values, fc1=values.reshape(1, -1)))
    assert int(view.histograms.histograms[0].now.bins.sum()) == np.isfinite(values).sum()
    picture(view)


def test_a_weight_that_is_no_number_is_crossed_out(kernels: KernelsView) -> None:
    values = np.zeros((6, 1, 5, 5))
    kernels.set_snapshot(snapshot(conv1=values))
    before = picture(kernels)
    values[2, 0, 1, 3] = np.nan
    kernels.set_snapshot(snapshot(conv1=values))
    assert kernels._kernels is not None
    square = kernels._squares(kernels._kernels)[2]
    centre = QPoint(int(square.left() + square.width() * 0.7), int(square.top() + square.height() * 0.3))
    assert picture(kernels).pixelColor(centre) == kernels._warning() != before.pixelColor(centre)
    assert "1 not finite" in kernels._range_text(kernels._kernels)


@pytest.mark.parametrize(
    "unknown",
    [
        {"fc1.weight": np.ones((3, 4), np.float32), "fc1.bias": np.ones(3, np.float32)},
        {"norm.weight": np.ones(3, np.float32)},
        {"empty.weight": np.ones((0, 1, 5, 5), np.float32)},
        {},
    ],
)
def test_a_network_without_convolution_is_told_so(view: WeightsView, unknown: dict[str, np.ndarray]) -> None:
    said: list[str] = []
    view.kernels._say = lambda painter, sentence: said.append(sentence)  # type: ignore[method-assign]
    view.set_snapshot(Snapshot("other", 3, unknown, {}))
    picture(view)
    assert said[-1] == "This network has no convolution, so it has no kernels to show."
    assert view.kernels.reading_at(QPointF(50, 50)) == ""


def test_a_narrow_view_puts_kernels_above_histograms_and_a_wide_one_beside_them(view: WeightsView) -> None:
    view.resize(QSize(480, 300))
    assert view.width() == 480
    assert view.kernels.geometry().bottom() < view.histograms.geometry().top()
    view.resize(QSize(1400, 500))
    assert view.kernels.geometry().right() < view.histograms.geometry().left()


def test_moving_over_charts_without_values_says_nothing(view: WeightsView) -> None:
    for chart in view.findChildren(Chart):
        QTest.mouseMove(chart, QPoint(40, 40))
        assert chart.reading_at(QPointF(40, 40)) == ""
        assert chart.testAttribute(Qt.WidgetAttribute.WA_WState_Visible)
