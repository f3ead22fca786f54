from __future__ import annotations

import pytest
from driving import child
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from core import networks
from core.catalog import ARCHITECTURES
from core.records import LayerSpec, NetworkTable
from gui.paint.theme import data_colour
from gui.tabs.train.setup.architecture_table import ArchitectureTable


def table_of(name: str) -> NetworkTable:
    return networks.build(name, 0).table


@pytest.fixture
def table(qtbot: QtBot) -> ArchitectureTable:
    table = ArchitectureTable()
    qtbot.addWidget(table)
    table.resize(600, 470)
    table.set_table(table_of("lenet"), "LeNet")
    with qtbot.waitExposed(table):
        table.show()
    return table


def cells(table: ArchitectureTable) -> list[list[str]]:
    return [line.split("\t") for line in table.text().split("\n")]


def test_parameters_are_counted_in_writing_and_summed(table: ArchitectureTable) -> None:
    rows = cells(table)
    assert "6×1×5×5 + 6 = 156" in table.text()
    assert rows[-1] == ["in all", "", "", "61,706", "416,520"]
    counts = [row[3].partition(" = ")[2] for row in rows[1:-1] if row[3]]
    assert sum(int(count.replace(",", "")) for count in counts) == 61_706
    for row in rows[1:-1]:
        if row[3]:
            written, _, count = row[3].partition(" = ")
            assert eval(written.replace("×", "*")) == int(count.replace(",", ""))


def test_layers_stand_from_the_input_down_with_shapes_and_code(table: ArchitectureTable) -> None:
    rows = cells(table)
    layers = table_of("lenet").layers
    assert rows[1][:3] == ["input", "", "1×28×28"]
    assert [row[0] for row in rows[2:-1]] == [layer.name for layer in layers]
    assert rows[2] == [
        "conv1",
        "Conv2d(1, 6, kernel_size=5, padding=2)",
        "6×28×28",
        "6×1×5×5 + 6 = 156",
        "117,600",  # 28×28 places, 6 kernels, 1×5×5 products
    ]
    relu = rows[3]
    assert relu[0] == "relu1" and relu[3:] == ["", ""]


def test_the_table_shows_what_its_text_says(table: ArchitectureTable) -> None:
    shown = child(table, QTableWidget, "layer_table")
    for row, texts in enumerate(cells(table)[1:]):
        for column, text in enumerate(texts):
            item = shown.item(row, column)
            assert item is not None and item.text().replace("\u200b", "") == text
    title = child(table, QLabel, "architecture_title")
    assert title is not None and title.text() == "LeNet: 61,706 parameters"


def test_the_table_fits_a_small_dialog_across(table: ArchitectureTable) -> None:
    shown = child(table, QTableWidget, "layer_table")
    assert shown.horizontalScrollBar().maximum() == 0
    assert shown.columnWidth(1) >= 110  # code, which wraps


def test_blocks_are_as_high_as_their_maps(table: ArchitectureTable) -> None:
    shown = child(table, QTableWidget, "layer_table")
    image = shown.viewport().grab().toImage()
    learns = data_colour(shown.palette())

    def filled(row: int) -> int:
        """How many of a row's pixels have the colour of layers that learn."""
        rect = shown.visualRect(shown.model().index(row, 2))
        return sum(
            image.pixelColor(x, y) == learns
            for x in range(rect.left(), rect.right())
            for y in range(rect.top(), rect.bottom())
        )

    assert 600 < filled(1) < 28 * 28 + 1  # conv1: a front of 28×28, its outline aside
    assert filled(2) == 0  # relu1
    assert 50 < filled(4) < 11 * 11  # conv2: 10×10


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_another_network_replaces_the_first(table: ArchitectureTable, name: str) -> None:
    table.set_table(table_of(name), name)
    rows = cells(table)
    assert len(rows) == len(table_of(name).layers) + 3
    assert rows[-1][3] == "61,706"
    table.grab()


def test_the_table_can_be_copied(table: ArchitectureTable) -> None:
    button = child(table, QPushButton, "copy_table_button")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == table.text()


def test_networks_of_other_sizes_are_drawn_too(table: ArchitectureTable) -> None:
    sums = "512×3×3×3 + 512", "4096×1 + 4096"
    shape = (512, 56, 56)
    conv = LayerSpec("conv", "convolution", ("input",), shape, "Conv2d(3, 512)", 14_336, sums[0], 43_352_064)
    units = LayerSpec("units", "linear", ("conv",), (4096,), "Linear(1, 4096)", 8192, sums[1], 4096)
    large = NetworkTable((3, 56, 56), (conv, units), ())
    table.set_table(large, "large")
    table.set_table(NetworkTable((3, 56, 56), (), ()), "none")
    table.grab()
    table.set_table(large, "large")
    table.grab()
    assert "43,356,160" in cells(table)[-1]
