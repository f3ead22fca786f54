"""The Arithmetic tool: a cell's numbers, in sight and to take along."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from example_networks import changed, layer_of, named, noise
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from torch import nn

from core import networks
from core.export import cell_snippets
from core.networks import trace
from core.networks.table import Network
from core.records import NetworkState, Prediction
from gui.layers.layer_values import limits, shown_values
from gui.layers.tiled_maps import Cell
from gui.paint.colours import colour_table
from gui.tabs.inspect.arithmetic import activation_plot
from gui.tabs.inspect.arithmetic.cell_inspector import CellInspector
from gui.tabs.inspect.arithmetic.cell_pages import page
from gui.tabs.inspect.arithmetic.decimals import exact, fine_places, places, relation
from gui.tabs.inspect.arithmetic.page_parts import Grids, Line, Row, Summands, Words
from gui.tabs.inspect.subject import Subject
from gui.words.numbers import round_figure

MAPS = colour_table("blue-orange", False, 0xFFFFFFFF)
KERNELS = colour_table("purple-green", False, 0xFFFFFFFF)


@functools.cache
def network(name: str) -> Network:
    return networks.build(name, seed=1).eval()


def subject_of(
    net: Network,
    layer: str,
    cell: Cell | None,
    *,
    is_pinned: bool = True,
    is_drawn: bool = True,
    silenced: dict[str, frozenset[int]] | None = None,
    ink: np.ndarray | None = None,
) -> Subject:
    """What the Inspect tab would show of a network; the picture is noise."""
    state = trace.state(net)
    if silenced:
        state = NetworkState(state.table, state.weights, silenced)
        net = changed(net, state)
    layers = state.table.shown
    at = [spec.name for spec in layers].index(layer)
    if not is_drawn:
        return Subject(state, layers, None, (), (), at, cell, is_pinned)
    logits, traced = trace.run(net, noise() if ink is None else ink)
    probabilities = torch.from_numpy(logits).softmax(0).numpy()
    prediction = Prediction(probabilities, logits, traced, 1.0)
    values = shown_values(prediction)
    return Subject(state, layers, prediction, tuple(values), tuple(limits(values)), at, cell, is_pinned)


@pytest.fixture
def inspector(qtbot: QtBot) -> CellInspector:
    tool = CellInspector()
    qtbot.addWidget(tool)
    tool.set_colours(MAPS, KERNELS)
    tool.resize(440, 340)
    tool.show()
    return tool


def shown(inspector: CellInspector) -> str:
    """All that the page says, a line each."""
    inspector.grab()  # painting must not fail either
    lines = []
    for part in inspector.view.parts():
        if isinstance(part, Words | Line):
            lines.append(part.text)
        elif isinstance(part, Summands):
            lines.append(" ".join(part.texts))
        elif isinstance(part, Row):
            lines.append(" ".join((part.name, *part.numbers)))
        elif isinstance(part, Grids):
            lines.append(f"{part.caption}: {part.result}")
    return "\n".join(lines).replace("\u00a0", " ")


def as_number(text: str) -> float:
    return float(text.replace("−", "-").replace(" ", ""))


def summands(text: str) -> list[float]:
    """The numbers of `= 0.1 + 0.2 − 0.3`."""
    return [as_number(found) for found in re.findall(r"[+−]? ?\d+\.\d+", text)]


def test_without_a_cell_it_says_what_to_do(inspector: CellInspector) -> None:
    inspector.show_subject(subject_of(network("lenet"), "conv1", None))
    assert "Point at a cell" in shown(inspector)
    assert not inspector.copy_text.isEnabled()
    inspector.show_subject(subject_of(network("lenet"), "conv1", Cell(0, 0, 0), is_drawn=False))
    assert "Draw a digit" in shown(inspector)
    assert inspector.value.text() == ""
    inspector.show_subject(subject_of(network("lenet"), "conv1", None, is_drawn=False))
    assert "Draw a digit" in shown(inspector)


def test_it_names_the_cell_and_whether_it_is_kept(inspector: CellInspector) -> None:
    inspector.show_subject(subject_of(network("lenet"), "conv2", Cell(3, 4, 5)))
    assert inspector.title.text() == "conv2 · channel 3, row 4, column 5"
    assert "Esc" in inspector.pin_state.text()
    inspector.show_subject(subject_of(network("lenet"), "fc1", Cell(7, 0, 0), is_pinned=False))
    assert inspector.title.text() == "fc1 · unit 7"
    assert "click" in inspector.pin_state.text()
    inspector.show_subject(subject_of(network("lenet"), "softmax", Cell(7, 0, 0)))
    assert inspector.title.text() == "softmax · digit 7"


def test_a_convolution_shows_window_kernel_and_products_of_every_channel(inspector: CellInspector) -> None:
    subject = subject_of(network("lenet"), "conv2", Cell(3, 4, 5))
    inspector.show_subject(subject)
    explanation = subject.explanation
    assert explanation is not None and explanation.weights is not None
    rows = [part for part in inspector.view.parts() if isinstance(part, Grids)]
    assert len(rows) == 6
    for channel, row in enumerate(rows):
        window, kernel, products = row.grids
        np.testing.assert_array_equal(window.values, explanation.inputs[channel])
        np.testing.assert_array_equal(kernel.values, explanation.weights[channel])
        np.testing.assert_array_equal(products.values, window.values * kernel.values)
        assert kernel.is_kernel and row.signs == ("×", "=")
        # A weight has the same shade here, in Kernels and in Slide.
        assert kernel.limit == pytest.approx(float(np.abs(subject.network.weights["conv2.weight"]).max()))
        assert row.caption == f"pool1, channel {channel}"
        assert as_number(row.result.removeprefix("sum ")) == pytest.approx(
            float(products.values.sum()), abs=6e-5
        )


def test_the_numbers_of_a_convolution_add_up(inspector: CellInspector) -> None:
    for row in range(10):
        subject = subject_of(network("lenet"), "conv2", Cell(row, row, 3))
        inspector.show_subject(subject)
        lines = shown(inspector).splitlines()
        sums = summands(next(line for line in lines if line.startswith("= ")))
        bias, sign, result = re.findall(r"^ +([+−] \S+) \(b\) ([=≈]) (\S+)$", "\n".join(lines), re.MULTILINE)[
            0
        ]
        total = sum(sums) + as_number(bias)
        assert as_number(result) == as_number(inspector.value.text())
        assert as_number(result) == pytest.approx(total, abs=1e-3)
        assert (sign == "=") == (round(total, 4) == as_number(result))


def test_what_the_activation_makes_of_it_follows(inspector: CellInspector) -> None:
    subject = subject_of(network("lenet"), "conv1", Cell(2, 9, 12))
    inspector.show_subject(subject)
    value, activated = subject.values[1][2, 9, 12], subject.values[2][2, 9, 12]
    assert f"relu1: max(0, {exact(value, 4)}) = {exact(activated, 4)}" in shown(inspector)
    inspector.show_subject(subject_of(network("lenet_sigmoid"), "fc2", Cell(7, 0, 0)))
    assert "sigmoid4: 1 / (1 + exp(" in shown(inspector)
    inspector.show_subject(subject_of(network("lenet"), "fc3", Cell(7, 0, 0)))
    assert "max(0" not in shown(inspector)


def test_padding_is_hatched_and_explained_where_it_enters(inspector: CellInspector) -> None:
    inspector.show_subject(subject_of(network("lenet"), "conv1", Cell(2, 0, 27)))
    assert "Hatched: padding" in shown(inspector)
    (row,) = [part for part in inspector.view.parts() if isinstance(part, Grids)]
    assert row.grids[0].padding is not None
    assert row.grids[0].padding.sum() == 25 - 9
    inspector.show_subject(subject_of(network("lenet"), "conv1", Cell(2, 9, 9)))
    assert "Hatched" not in shown(inspector)


def test_the_receptive_field_is_worked_out(inspector: CellInspector) -> None:
    inspector.show_subject(subject_of(network("lenet"), "conv2", Cell(3, 4, 5)))
    text = shown(inspector)
    assert "14×14 pixels, rows 6–19, columns 8–21" in text
    assert "The next cell looks 2 pixels further" in text
    steps = "conv1 1 + 4·1 = 5, pool1 5 + 1·1 = 6, conv2 6 + 4·2 = 14"
    assert f"How it grows: size before + (window − 1) × the strides before, multiplied: {steps}." in text
    assert "Clipped" not in text
    inspector.show_subject(subject_of(network("lenet"), "conv1", Cell(0, 0, 27)))
    assert "3×3 pixels, rows 0–2, columns 25–27. Clipped at the border: inside it is 5×5" in shown(inspector)
    inspector.show_subject(subject_of(network("lenet"), "fc1", Cell(0, 0, 0)))
    assert "the whole picture, 28×28" in shown(inspector)
    oblong = named(nn.Conv2d(1, 1, (3, 5), stride=(2, 1)))
    inspector.show_subject(subject_of(oblong, "0", Cell(0, 4, 5)))
    assert "rows 0 1 + 2·1 = 3; columns 0 1 + 4·1 = 5" in shown(inspector)
    assert "2 rows or 1 columns further" in shown(inspector)
    far = named(nn.Conv2d(1, 1, 3, padding=5))
    inspector.show_subject(subject_of(far, "0", Cell(0, 0, 0)))
    assert "padding alone" in shown(inspector)


def test_the_winner_of_a_pooling_is_framed(inspector: CellInspector) -> None:
    subject = subject_of(network("lenet"), "pool1", Cell(1, 5, 6))
    inspector.show_subject(subject)
    (row,) = [part for part in inspector.view.parts() if isinstance(part, Grids)]
    (grid,) = row.grids
    assert grid.marked is not None
    assert grid.values[grid.marked] == grid.values.max()
    place = f"row {10 + grid.marked[0]}, column {12 + grid.marked[1]} of relu1, channel 1"
    assert place in shown(inspector)
    assert subject.values[2][1, 10 + grid.marked[0], 12 + grid.marked[1]] == grid.values.max()


def test_the_mean_of_a_pooling_is_written_out(inspector: CellInspector) -> None:
    inspector.show_subject(subject_of(network("lenet_sigmoid"), "pool1", Cell(1, 5, 6)))
    text = shown(inspector)
    found = re.search(r"^(.+) ([=≈]) (\S+)\ny = (\S+) / 4 ([=≈]) (\S+)$", text, re.MULTILINE)
    assert found is not None
    numbers, total, mean = summands(found[1]), as_number(found[3]), as_number(found[6])
    assert len(numbers) == 4 and found[3] == found[4]
    assert (round(sum(numbers), 4) == total) == (found[2] == "=")
    assert (round(total / 4, 4) == mean) == (found[5] == "=")
    assert found[6] == inspector.value.text()


@pytest.mark.parametrize(
    "layer, formula", [(nn.ReLU(), "max(0, x)"), (nn.Sigmoid(), "1 / (1 + exp(−x))"), (nn.Tanh(), "tanh(x)")]
)
def test_an_activation_shows_its_formula_with_its_number(
    inspector: CellInspector, layer: nn.Module, formula: str
) -> None:
    subject = subject_of(named(nn.Conv2d(1, 2, 3), layer), "1", Cell(1, 5, 6))
    inspector.show_subject(subject)
    text = shown(inspector)
    assert f"y = {formula}" in text
    assert f"x = {exact(float(subject.values[1][1, 5, 6]), 4)}, from 0" in text
    assert re.search(rf"^y = .+ [=≈] {re.escape(inspector.value.text())}$", text, re.MULTILINE)


def test_a_unit_shows_its_largest_terms_in_order_and_what_the_rest_adds_up_to(
    inspector: CellInspector,
) -> None:
    subject = subject_of(network("lenet"), "fc1", Cell(7, 0, 0))
    inspector.show_subject(subject)
    explanation = subject.explanation
    assert explanation is not None
    rows = [part for part in inspector.view.parts() if isinstance(part, Row) and len(part.numbers) == 3]
    assert rows[0].is_head
    terms = [as_number(row.numbers[2].strip("=≈ ")) for row in rows[1:]]
    assert [abs(term) for term in terms] == sorted((abs(term) for term in terms), reverse=True)
    order = np.argsort(-np.abs(explanation.terms), kind="stable")
    np.testing.assert_allclose(terms, explanation.terms[order[: len(terms)]], atol=6e-5)
    channel, place = divmod(int(order[0]), 25)
    assert rows[1].name == f"pool2 [{channel}, {place // 5}, {place % 5}]"
    rest = next(line for line in shown(inspector).splitlines() if line.startswith("the other 388 terms"))
    assert summands(rest)[-1] == pytest.approx(float(explanation.terms[order[len(terms) :]].sum()), abs=1e-4)


def test_no_bar_of_a_unit_is_cut_off_so_all_can_be_compared(inspector: CellInspector) -> None:
    net = networks.build("lenet", seed=1).eval()
    with torch.no_grad():
        layer_of(net, "fc1").weight[7] = 0.01  # so the other terms together are larger than any
    inspector.show_subject(subject_of(net, "fc1", Cell(7, 0, 0)))
    bars = {
        row.bar: as_number(row.numbers[-1].strip("=≈+ "))
        for row in inspector.view.parts()
        if isinstance(row, Row) and row.bar is not None
    }
    assert max(abs(bar) for bar in bars) == 1
    longest = max(abs(term) for term in bars.values())
    for bar, term in bars.items():
        assert bar == pytest.approx(term / longest, abs=1e-3)


def test_a_unit_behind_units_names_them(inspector: CellInspector) -> None:
    inspector.show_subject(subject_of(network("lenet"), "fc3", Cell(7, 0, 0)))
    assert re.search(r"^relu4 \[\d+\] ", shown(inspector), re.MULTILINE)


def test_the_softmax_shows_logits_exponentials_and_shares(inspector: CellInspector) -> None:
    subject = subject_of(network("lenet"), "softmax", Cell(7, 0, 0))
    inspector.show_subject(subject)
    rows = [part for part in inspector.view.parts() if isinstance(part, Row)]
    assert [row.name for row in rows[1:11]] == list("0123456789")
    assert [row.is_bold for row in rows[1:11]] == [digit == 7 for digit in range(10)]
    for digit, row in enumerate(rows[1:11]):
        logit, exponential, part = (as_number(text) for text in row.numbers)
        assert logit == pytest.approx(float(subject.values[-2][digit]), abs=6e-5)
        assert exponential == pytest.approx(np.exp(logit - subject.values[-2].max()), abs=2e-4)
        assert part == pytest.approx(float(subject.values[-1][digit]), abs=6e-5)
    assert as_number(rows[11].numbers[2]) == 1


def test_a_tiny_share_has_four_digits_that_count() -> None:
    subject = subject_of(network("lenet"), "softmax", Cell(7, 0, 0))
    assert subject.explanation is not None
    terms = np.full(10, 0.0003223, np.float32)
    terms[0], terms[7] = 1.0, 0.0003214
    tiny = replace(subject.explanation, terms=terms, value=float(terms[7] / terms.sum()))
    (line,) = (part.text for part in page(subject, tiny) if isinstance(part, Line))
    assert line == "p = 0.0003214 / 1.0029 = 0.0003205"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.87, "0.8700"),
        (0.01237, "0.01237"),
        (3.2e-4, "0.0003200"),
        (1.237e-12, "1.237×10⁻¹²"),
        (0, "0.0000"),
    ],
)
def test_four_digits_count_in_a_share(value: float, text: str) -> None:
    assert exact(value, fine_places(value)) == text


def test_flatten_input_and_unknown_layers_say_what_they_are(inspector: CellInspector) -> None:
    inspector.show_subject(subject_of(network("lenet"), "flatten", Cell(57, 0, 0)))
    assert "pool2: channel 2, row 1, column 2" in shown(inspector)
    assert "57 = 2 · 5·5 + 1 · 5 + 2" in shown(inspector)
    inspector.show_subject(subject_of(network("lenet"), "input", Cell(0, 3, 4)))
    assert "0 is paper, 1 is ink" in shown(inspector)
    assert inspector.value.text() == exact(float(noise()[3, 4]), 4)
    unknown = named(nn.Conv2d(1, 2, 3), nn.LeakyReLU(0.1))
    inspector.show_subject(subject_of(unknown, "1", Cell(1, 5, 6)))
    assert "no special view" in shown(inspector)
    assert "2×26×26" in shown(inspector)
    assert inspector.value.text() != ""


def test_a_channel_that_is_switched_off_is_said_so(inspector: CellInspector) -> None:
    off = {"conv2": frozenset({3}), "fc1": frozenset({7})}
    inspector.show_subject(subject_of(network("lenet"), "conv2", Cell(3, 4, 5), silenced=off))
    assert "Channel 3 is switched off" in shown(inspector)
    assert as_number(inspector.value.text()) == 0
    inspector.show_subject(subject_of(network("lenet"), "fc1", Cell(7, 0, 0), silenced=off))
    assert "Unit 7 is switched off" in shown(inspector)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["lenet", "lenet_sigmoid"])
def test_weights_that_are_no_numbers_are_shown(inspector: CellInspector, name: str, broken: float) -> None:
    net = networks.build(name, seed=0).eval()
    with torch.no_grad():
        for weights in net.parameters():
            weights.reshape(-1)[0] = broken
    for spec in net.table.shown:
        inspector.show_subject(subject_of(net, spec.name, Cell(0, 0, 0)))
        assert shown(inspector)
    assert inspector.value.text() == "NaN"


def test_text_and_program_are_copied(inspector: CellInspector, qtbot: QtBot) -> None:
    subject = subject_of(network("lenet"), "conv2", Cell(3, 4, 5))
    inspector.show_subject(subject)
    assert subject.explanation is not None
    with qtbot.waitSignal(inspector.noted) as noted:
        qtbot.mouseClick(inspector.copy_text, Qt.MouseButton.LeftButton)
    assert "text" in noted.args[0]
    assert QGuiApplication.clipboard().text() == cell_snippets.as_text(subject.explanation)
    with qtbot.waitSignal(inspector.noted) as noted:
        qtbot.keyClick(
            inspector, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    assert "PyTorch" in noted.args[0]
    assert QGuiApplication.clipboard().text() == cell_snippets.as_pytorch(subject.explanation)


def test_nothing_moves_while_numbers_change(inspector: CellInspector) -> None:
    """Another picture of the same kind gives parts of the same heights, and the page stays scrolled."""
    random = np.random.default_rng(7)
    inspector.show_subject(subject_of(network("lenet"), "conv2", Cell(3, 4, 5)))
    bar = inspector.view.verticalScrollBar()
    bar.setValue(200)
    end = bar.maximum()
    assert end > 200
    for _ in range(5):
        ink = random.random((28, 28), np.float32)
        inspector.show_subject(subject_of(network("lenet"), "conv2", Cell(3, 4, 5), ink=ink))
        assert (bar.value(), bar.maximum()) == (200, end)


@pytest.mark.parametrize(("function", "end"), [("Sigmoid", "y = 1"), ("Tanh", "y = 1"), ("ReLU", "y = 4")])
def test_the_axis_ends_where_the_function_does(
    function: str, end: str, monkeypatch: pytest.MonkeyPatch, inspector: CellInspector
) -> None:
    ends: list[str] = []
    monkeypatch.setattr(
        activation_plot, "round_figure", lambda value: ends.append(round_figure(value)) or ends[-1]
    )
    inspector.view.set_parts([activation_plot.FunctionPlot(function, 0.5, 0.6)])
    inspector.grab()
    assert f"y = {ends[-1]}" == end


def test_the_scroll_bar_does_not_change_the_layout(inspector: CellInspector) -> None:
    """A page that just fits without a bar must not need one because it has one."""
    inspector.show_subject(subject_of(network("lenet"), "conv1", Cell(2, 9, 9)))
    bar = inspector.view.verticalScrollBar()
    lengths = set()
    for height in range(250, 340, 7):
        inspector.resize(440, height)
        inspector.grab()
        if bar.maximum():
            lengths.add(bar.maximum() + inspector.view.viewport().height())
    assert len(lengths) == 1


def test_decimals_suit_the_size_and_equals_is_only_said_where_it_holds() -> None:
    assert [places(largest) for largest in (0.5, 5, 50, 5000, 1e9, 0.005, np.nan, 0)] == [
        4, 4, 3, 1, 0, 7, 4, 4,
    ]  # fmt: skip
    assert relation(0.1 + 0.2, 0.3, 4) == "="
    assert relation(0.3001, 0.3, 4) == "≈"
    assert exact(2e12, 4) == "2.0×10¹²"
    assert exact(-0.00001, 4) == "0.0000"
