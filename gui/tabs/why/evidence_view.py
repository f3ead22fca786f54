"""The difference of two logits as sums: over units, over their inputs, and over the drawing's pixels."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explaining import receptive_field
from core.explaining.evidence_records import Evidence, Feeding, MapCell
from core.explaining.receptive_field import Field
from core.records import INPUT, NetworkState
from gui.tabs.why import evidence_words as words
from gui.tabs.why.breadcrumbs import Breadcrumbs
from gui.tabs.why.cell_sums import CellSums
from gui.tabs.why.descent import Step, layer_behind
from gui.tabs.why.map_view import MapView
from gui.tabs.why.term_bars import TermBars
from gui.tabs.why.term_split import Split, split_channels, split_record
from gui.widgets.combo_box import ComboBox
from gui.widgets.construct import in_column, in_row, named, stacked
from gui.widgets.steady_label import SteadyLabel
from gui.widgets.term_label import TermText


class EvidenceView(QWidget):
    """At the left a sum, whose terms can be opened; at the right a map over the drawing.

    It asks for its values with `feeding_wanted`, `cell_wanted` and `occlusion_wanted`.
    """

    feeding_wanted = Signal()
    """The inputs of `unit` are to be shown."""
    cell_wanted = Signal()
    """The map of `cell` over the drawing is to be shown."""
    occlusion_wanted = Signal()
    """The map of occlusion is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("evidence_view")
        self._network: NetworkState | None = None
        self._picture = np.zeros((1, 1), np.float32)
        self._evidence: Evidence | None = None
        self._feeding: Feeding | None = None
        self._cell: tuple[np.ndarray, MapCell] | None = None  # with its picture
        self._occlusion: tuple[np.ndarray, np.ndarray] | None = None  # its picture and values
        self._path: list[Step] = []
        self.crumbs = Breadcrumbs(self)
        tip = self.tr(
            "Over which layer the number is split. Over the layer that feeds it: exact, each term is an "
            "output times a weight. Over the channels of a layer further down: outputs times "
            "gradients, which leave the biases out."
        )
        over = ComboBox(len(self.tr("channels of pool2")), self)
        self.over = named(over, "split_over", tip, self.tr("What the sum is taken over"))
        self.over.setMinimumWidth(80)  # the crumbs go first
        self.caption = named(TermText(2, self), "split_caption", small=True, pale=True)
        self.bars = TermBars(self)
        self.cells = CellSums(self)
        self.reading = named(SteadyLabel(self), "term_reading")
        self.map_view = MapView(self)
        self._lists = stacked(self, self.bars, self.cells)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        place = in_row((self.crumbs, 1), self.over)
        sums = QWidget(self)
        in_column(place, self.caption, (self._lists, 1), self.reading, on=sums, spacing=4)
        in_row((sums, 4), (self.map_view, 3), on=self, spacing=12)
        for half in (sums, self.map_view):  # neither may push the other when its words change
            half.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def _connect(self) -> None:
        self.crumbs.chosen.connect(self.go_up_to)
        self.over.currentIndexChanged.connect(self._on_over_chosen)
        self.bars.opened.connect(self._on_opened)
        self.bars.pointed.connect(self._on_pointed)
        self.bars.left.connect(self._on_left)
        self.cells.left.connect(self._on_left)
        self.cells.cell_chosen.connect(self._on_cell_chosen)
        self.map_view.kind_chosen.connect(self._on_kind_chosen)

    # Values

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for one digit and the other, and those for weights."""
        self.bars.set_colours(maps)
        self.cells.set_colours(maps)
        self.cells.set_kernel_colours(kernels)
        self.map_view.set_colours(maps)

    def set_network(self, network: NetworkState) -> None:
        """Explain this network's answers; where its layers are others, from the top of the sum on."""
        if self._network is None or network.layers != self._network.layers:
            self._path = []
            self._evidence = self._feeding = self._cell = None
        self._network = network

    @property
    def unit(self) -> tuple[str, int] | None:
        """The layer and number of the unit whose sum, or a channel of it, is shown; None at the top."""
        units = [step for step in self._path if not step.is_channel]
        return (units[-1].layer, units[-1].index) if units else None

    @property
    def cell(self) -> tuple[str, int, int, int] | None:
        """The layer, channel, row and column of the marked cell; None where no channel is open."""
        channels = self._channel_steps()
        if not channels or self.cells.marked is None:
            return None
        return channels[-1].layer, channels[-1].index, *self.cells.marked

    @property
    def wants_occlusion(self) -> bool:
        """Whether the map is occlusion's."""
        return self.map_view.is_occlusion

    def show_evidence(self, picture: np.ndarray, evidence: Evidence) -> None:
        """Show the evidence for a picture (H, W) in [0, 1]."""
        before = self._evidence
        if before is None or (before.digit, before.rival) != (evidence.digit, evidence.rival):
            self._occlusion = None
        self._evidence = evidence
        if self.unit is None:
            self._picture = picture
            self._show()

    def show_feeding(self, picture: np.ndarray, feeding: Feeding) -> None:
        """Show the inputs of a unit, for a picture (H, W) in [0, 1], if it is the shown one."""
        if (feeding.layer, feeding.unit) == self.unit:
            self._picture, self._feeding = picture, feeding
            self._show()

    def show_cell(self, picture: np.ndarray, found: MapCell) -> None:
        """Show the map of a cell over a picture (H, W) in [0, 1], if it is the marked one."""
        if (found.layer, found.channel, found.row, found.column) == self.cell:
            self._cell = picture, found
            self._show_map()

    def show_occlusion(self, picture: np.ndarray, values: np.ndarray) -> None:
        """Show the map of occlusion (H, W), in logits."""
        self._occlusion = picture, values
        self.map_view.set_dimmed(False)
        self._show_map()

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim all but occlusion's map: it is about a drawing that is not there any more."""
        self.bars.set_dimmed(dimmed)
        self.cells.set_dimmed(dimmed)
        if not self.wants_occlusion:
            self.map_view.set_dimmed(dimmed)

    def dim_occlusion(self) -> None:
        """Dim occlusion's map: it is about a drawing that is not there any more."""
        if self.wants_occlusion:
            self.map_view.set_dimmed(True)

    # The way down and up

    @Slot(int)
    def go_up_to(self, depth: int) -> None:
        """Go back up, so that `depth` steps down remain."""
        if depth < len(self._path):
            self._go(self._path[:depth])

    def _go(self, path: list[Step]) -> None:
        before = self.unit
        had_focus = self.bars.hasFocus() or self.cells.hasFocus()
        self._path, self._cell = path, None
        self.bars.forget_place()
        self.cells.mark(None)
        with QSignalBlocker(self.over):
            self.over.setCurrentIndex(0)
        self.map_view.set_occlusion_possible(self.unit is None, self._difference())
        if self.unit is not None:
            self._occlusion = None
            self.map_view.set_dimmed(False)
        if self.unit is not None and self.unit != before:
            self._feeding = None
            self._show_places()
            self.feeding_wanted.emit()
        else:
            self._show()
        if self.unit is None and self.wants_occlusion and before is not None:
            self.occlusion_wanted.emit()
        if had_focus:
            (self.cells if self._channel_steps() else self.bars).setFocus()

    @Slot(int)
    def _on_opened(self, index: int) -> None:
        split, layer = self._split(), self._layer_to_open()
        if split is None:
            return
        if split.cells is not None:
            self._go([*self._path, Step(split.source, index, is_channel=True)])
        elif layer is not None:
            self._go([*self._path, Step(layer, index)])

    @Slot()
    def _on_left(self) -> None:
        self.go_up_to(len(self._path) - 1)

    def _layer_to_open(self) -> str | None:
        split = self._split()
        if split is None or split.by_gradient or self._network is None:
            return None
        return layer_behind(self._network.table, split.source)

    # Showing

    def _record(self) -> Evidence | Feeding | None:
        """Return the record of the shown sum; None until it is there."""
        return self._evidence if self.unit is None else self._feeding

    def _split(self) -> Split | None:
        record = self._record()
        if record is None:
            return None
        layer = self.over.currentData()
        if layer and layer in record.channels and not self._channel_steps():
            return split_channels(record, layer)
        return split_record(record)

    def _channel_steps(self) -> list[Step]:
        return [step for step in self._path if step.is_channel]

    def _show(self) -> None:
        record = self._record()
        if record is None or self._network is None:
            return
        self._offer_layers(record)
        self._show_places()
        split = self._split()
        assert split is not None
        channels = self._channel_steps()
        if channels and split.cells is not None:
            self._show_channel(record, split, channels[-1].index)
        else:
            self._show_sum(record, split)
        self._show_map()
        self._on_pointed(self.bars.marked)

    def _show_channel(self, record: Evidence | Feeding, split: Split, index: int) -> None:
        assert split.cells is not None  # it was opened for them
        grids = split.cells[:, index]
        self.cells.set_grids(grids)
        self.caption.set_text(words.channel_words(record, split, index))
        self._lists.setCurrentWidget(self.cells)
        if self.cells.marked is None:  # begin with the one that adds most
            row, column = divmod(int(np.abs(np.nan_to_num(grids[2])).argmax()), grids.shape[2])
            self.cells.mark((row, column))
            self.cell_wanted.emit()
        assert self.cells.marked is not None
        self.cells.set_words(words.cell_words(grids, *self.cells.marked))

    def _show_sum(self, record: Evidence | Feeding, split: Split) -> None:
        assert self._network is not None
        self.bars.show_sum(split, words.row_names(record, split), words.sides(record), self._can_open(split))
        self.caption.set_text(words.sum_words(record, split, self._network, self._path))
        self._lists.setCurrentWidget(self.bars)

    def _can_open(self, split: Split) -> bool:
        return split.cells is not None or self._layer_to_open() is not None

    def _difference(self) -> str:
        """Return what the sum at the top is called."""
        if self._evidence is None:
            return self.tr("Difference")
        digit, rival = self._evidence.names
        return self.tr("{digit} − {rival}").format(digit=digit, rival=rival)

    def _show_places(self) -> None:
        self.crumbs.set_places([self._difference(), *(words.place_name(step) for step in self._path)])
        self.over.setVisible(not self._channel_steps())

    def _offer_layers(self, record: Evidence | Feeding) -> None:
        """Offer to split over the layer that feeds it, and over the maps further down."""
        split = split_record(record)
        source = split.source or self.tr("the drawing")
        first = self.tr("channels of {layer}") if split.cells is not None else self.tr("units of {layer}")
        offered = [(first.format(layer=source), "")]
        offered += [
            (self.tr("channels of {layer}").format(layer=layer), layer)
            for layer in reversed(record.channels)
            if layer != split.source
        ]
        if [(self.over.itemText(at), self.over.itemData(at)) for at in range(self.over.count())] != offered:
            with QSignalBlocker(self.over):
                self.over.clear()
                for text, layer in offered:
                    self.over.addItem(text, layer)

    def _show_map(self) -> None:
        record = self._record()
        if record is None or self._network is None:
            return
        if self.cell is not None:
            self._show_cell_map(record)
            return
        sides = words.sides(record)
        if self.wants_occlusion and isinstance(record, Evidence):
            picture, values = self._occlusion or (self._picture, None)
            text = words.occlusion_words(*record.names, values)
            read = partial(_read_covered, values, record.names[0])
            self.map_view.show_map(picture, values, sides, text, read)
            return
        values = record.input_x_gradient
        split = self._split()
        assert split is not None
        text = words.gradient_map_words(record, self._network.layers, split.decimals)
        self.map_view.show_map(
            self._picture, values, sides, text, partial(_read_pixel, values, self._picture)
        )

    def _show_cell_map(self, record: Evidence | Feeding) -> None:
        """Show the cell's map; until it is there, the map before stays."""
        split = self._split()
        if self._cell is None or self._network is None or split is None or split.cells is None:
            return
        picture, cell = self._cell
        if (cell.layer, cell.channel, cell.row, cell.column) != self.cell:
            return
        values = cell.input_x_gradient
        text = words.cell_map_words(cell, split, record, self._network.layers)
        read = partial(_read_pixel, values, picture)
        field = _field_of(cell, self._network)
        self.map_view.show_map(picture, values, words.cell_sides(), text, read, field)

    @Slot()
    def _on_cell_chosen(self) -> None:
        self._show()
        self.cell_wanted.emit()

    @Slot()
    def _on_over_chosen(self) -> None:
        self.bars.forget_place()
        self._show()

    @Slot(object)
    def _on_pointed(self, index: int | None) -> None:
        record, split = self._record(), self._split()
        if index is None or record is None or split is None or index >= len(split.terms):
            self.reading.set_text("")
            return
        self.reading.set_text(words.term_words(split, index, record, self._can_open(split)))

    @Slot()
    def _on_kind_chosen(self) -> None:
        if self.wants_occlusion:
            self._occlusion = None
            self.occlusion_wanted.emit()
        else:
            self.map_view.set_dimmed(False)
        self._show_map()


def _field_of(cell: MapCell, network: NetworkState) -> Field:
    """Return the pixels that a cell depends on."""
    place = cell.channel, cell.row, cell.column
    return receptive_field.fields(network.table, cell.layer or INPUT, *place)[INPUT]


def _read_pixel(values: np.ndarray, picture: np.ndarray, row: int, column: int) -> str:
    return words.pixel_words(row, column, float(values[row, column]), float(picture[row, column]))


def _read_covered(values: np.ndarray | None, digit: str, row: int, column: int) -> str:
    return "" if values is None else words.covered_words(row, column, float(values[row, column]), digit)
