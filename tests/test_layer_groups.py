from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from example_networks import shipped
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from core import networks
from core.records import LayerSpec, NetworkTable
from gui.layers.layer_groups import groups_of, leads_on
from gui.layers.layer_strip import LayerStrip
from gui.layers.tiled_maps import TiledMaps
from gui.paint.colours import colour_table


def names(layers: tuple[LayerSpec, ...]) -> list[str]:
    return ["+".join(layers[place].name for place in group) for group in groups_of(layers)]


def test_layers_stand_together_as_the_lessons_speak_of_them() -> None:
    assert names(shipped("lenet").table.shown) == [
        "input", "conv1+relu1+pool1", "conv2+relu2+pool2", "flatten+fc1+relu3", "fc2+relu4", "fc3+softmax"
    ]  # fmt: skip


def spec(name: str, kind: str, *inputs: str) -> LayerSpec:
    return LayerSpec(name, kind, inputs, (4, 8, 8), "", 0)


def test_where_a_way_branches_nothing_stands_together_or_leads_on() -> None:
    layers = (
        spec("input", "input"),
        spec("left", "convolution", "input"),
        spec("right", "convolution", "input"),
        spec("joined", "concatenate", "left", "right"),
        spec("relu", "activation", "joined"),
    )
    assert names(layers) == ["input", "left", "right", "joined+relu"]
    assert [leads_on(*pair) for pair in pairwise(layers)] == [True, False, False, True]
    assert groups_of(()) == []


@pytest.mark.parametrize("width", [620, 990, 1700])
def test_groups_are_apart_and_layers_of_one_are_not(qtbot: QtBot, width: int) -> None:
    strip = LayerStrip()
    qtbot.addWidget(strip)
    strip.resize(width, 260)
    strip.set_table(shipped("lenet").table)
    columns, starts = strip._columns, {group.start for group in strip._groups}
    assert columns[0].left() == 0 and columns[-1].right() == pytest.approx(width)
    for place in range(1, len(columns)):
        between = columns[place].left() - columns[place - 1].right()
        assert between > 8 if place in starts else between == pytest.approx(0, abs=1e-6)
    for maps, column in zip(strip._maps, columns, strict=True):
        assert column.adjusted(-1, 0, 1, 0).contains(maps.rect)


def test_an_arrow_stands_only_where_one_layer_leads_on_to_the_next(qtbot: QtBot) -> None:
    layers = (spec("one", "convolution", "input"), spec("two", "convolution", "one"))
    apart = (spec("one", "convolution", "input"), spec("two", "convolution", "input"))
    inked = []
    for shown in (layers, apart):
        strip = LayerStrip()
        qtbot.addWidget(strip)
        strip.resize(600, 260)
        strip.set_colours(colour_table("blue-orange", False, 0xFFFFFFFF))
        strip.set_table(NetworkTable((1, 8, 8), shown, ()))
        second = next(place for place, layer in enumerate(strip._layers) if layer.name == "two")
        left, right = strip._columns[second - 1].right(), strip._columns[second].left()
        image = strip.grab().toImage()
        ground = image.pixel(int(left) + 2, 20)
        inked.append(
            sum(
                image.pixel(x, y) != ground
                for x in range(int(left) + 3, int(right) - 3)
                for y in range(60, 200)
            )
        )
    assert inked[0] > 10 and inked[1] == 0


@pytest.mark.parametrize("count", [4, 6, 8, 10, 12, 16, 20, 32, 64, 84, 96, 120, 192, 256, 400])
@pytest.mark.parametrize("room", [(60, 200), (90, 120), (400, 300), (700, 120)])
def test_rows_of_maps_are_full(count: int, room: tuple[int, int]) -> None:
    for shape in ((count, 10, 10), (count,)):
        maps = TiledMaps.fit(shape, QRectF(0, 0, *room))
        assert count % maps.columns == 0


def test_a_prime_number_of_maps_need_not_stand_in_one_row() -> None:
    assert 1 < TiledMaps.fit((13, 10, 10), QRectF(0, 0, 100, 100)).columns < 13


def test_networks_of_all_kinds_have_groups_in_their_order() -> None:
    for name in ("lenet", "lenet_sigmoid"):
        shown = networks.build(name, 0).table.shown
        joined = [place for group in groups_of(shown) for place in group]
        np.testing.assert_array_equal(joined, range(len(shown)))
