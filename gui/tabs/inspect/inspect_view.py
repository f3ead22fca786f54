"""The view of the Inspect tab: the strip of all layers, the selected one close up, and tools beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QTabWidget, QWidget

from core.explaining import receptive_field
from core.explaining.receptive_field import Field
from core.records import INPUT, LayerSpec, NetworkState, Prediction
from gui.layers.large_view import LargeView
from gui.layers.layer_strip import LayerStrip
from gui.layers.layer_values import LayerRanges, shown_values
from gui.layers.layer_window import LayerWindow
from gui.layers.tiled_maps import Cell
from gui.tabs.inspect.cell_keys import counterpart, neighbour
from gui.tabs.inspect.connection_lines import lines_of
from gui.tabs.inspect.layer_head import LayerHead
from gui.tabs.inspect.subject import Subject
from gui.tabs.inspect.tool import Tool
from gui.tabs.inspect.tool_page import ToolPage
from gui.widgets.construct import card, in_column, in_row, message, named, split, stacked
from gui.widgets.painted import ARROWS
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import figure, number

if TYPE_CHECKING:
    from gui.tabs.inspect.arithmetic.cell_inspector import CellInspector
    from gui.tabs.inspect.change.change_tool import ChangeTool
    from gui.tabs.inspect.code.code_tool import CodeTool
    from gui.tabs.inspect.kernels.kernels_tool import KernelsTool
    from gui.tabs.inspect.slide.slide_tool import SlideTool

_FIRST_SELECTED = 1  # the first layer after the input
_TOOL_PAUSE = 50  # milliseconds from one update of a tool to the next, while one draws


class _Tools(QTabWidget):
    """Never narrower than its tabs."""

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(self.tabBar().sizeHint().width(), 0))


class InspectView(QWidget):
    """Shows a network's layers and their values for the newest prediction; tools explain them."""

    field_changed = Signal(object)
    """The Field on the picture that the shown cell depends on; None where there is no cell."""
    tool_built = Signal(str)
    """The tool of this name was built; each is when it is first seen."""
    share_wanted = Signal(bool)
    """Whether all layers are to share one range of colours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspect_view")
        self._network: NetworkState | None = None
        self._layers: tuple[LayerSpec, ...] = ()
        self._prediction: Prediction | None = None
        self._values: list[np.ndarray] = []
        self._limits: list[float] = []
        self._selected = _FIRST_SELECTED
        self._channel: int | None = None
        self._ranges = LayerRanges()
        self._windows: list[LayerWindow] = []
        self._hovered: tuple[int, Cell] | None = None
        self._pinned: Cell | None = None  # in the selected layer
        self._fields: dict[str, Field] = {}  # what the shown cell sees of each layer
        self._strengths: list[float] = []  # of the shown cell's connections
        self._slid_to: Cell | None = None  # in the selected layer, while the Slide tool moves its window
        self._tool_is_behind = False
        self._tool_timer = QTimer(self, interval=_TOOL_PAUSE, singleShot=True)
        self._tool_timer.timeout.connect(self._on_tool_pause_over)
        # A tool may take longer than a frame: connections in the strip are painted before.
        self._after_paint = QTimer(self, interval=0, singleShot=True)
        self._after_paint.timeout.connect(self._show_subject)
        self._colours: tuple[np.ndarray, np.ndarray] | None = None

        self.strip = LayerStrip(self)
        self.large = LargeView(self)
        self.head = LayerHead(self)
        self._reading = named(SteadyLabel(self), "cell_reading")
        tip = self.tr("Back to all maps of this layer (Esc)")
        self._all_maps = named(
            QPushButton(self.tr("All maps"), self), "all_maps_button", tip, clicked=self._on_all_maps
        )
        loading = self.tr("The network is loading: a few seconds. You can draw already; the answer follows.")
        self._message = message(self, "inspect_message", loading)
        self.tools = named(_Tools(self, documentMode=True), "inspect_tools")
        self.tools_splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "inspect_tools_splitter")
        split(self.tools_splitter, (self.large, 2), (self.tools, 3))
        self.tools_splitter.setSizes([530, 500])  # at first: tools that are not built yet ask for no room
        foot = in_row((self._reading, 1), self._all_maps)
        below = card(self, self.head, (self.tools_splitter, 1), foot)
        self.splitter = named(QSplitter(Qt.Orientation.Vertical, self), "inspect_splitter")
        split(self.splitter, (card(self, self.strip, margin=4), 2), (below, 3)).setHandleWidth(8)
        self._pages = stacked(self, card(self, self._message), self.splitter)
        in_column(self._pages, on=self)
        self._add_tools()
        self._connect()

    def _add_tools(self) -> None:
        self._tool_pages: list[ToolPage] = []
        for name, title, tip in (
            ("arithmetic", self.tr("Arithmetic"), self.tr("Where the number in a cell comes from")),
            ("slide", self.tr("Slide"), self.tr("Watch the window slide, and the map fill in")),
            ("kernels", self.tr("Kernels"), self.tr("What the layer has learnt, and what excites it")),
            ("change", self.tr("Change"), self.tr("Switch channels off, edit weights, see what it does")),
            ("code", self.tr("Code"), self.tr("The network as PyTorch; shapes, parameters, cost")),
        ):
            page = ToolPage(name, self)
            self._tool_pages.append(page)
            self.tools.setTabToolTip(self.tools.addTab(page, title), tip)

    def _connect(self) -> None:
        self.strip.layer_selected.connect(self.select_layer)
        self.strip.cell_hovered.connect(self._on_cell_hovered)
        self.strip.cell_clicked.connect(self.pin_in)
        self.large.cell_hovered.connect(self._on_close_up_hovered)
        self.large.cell_clicked.connect(self.pin)
        self.large.map_selected.connect(self._on_map_selected)
        self.head.step_wanted.connect(self._walk_layers)
        self.head.window_wanted.connect(self.open_window)
        self.head.range.range_wanted.connect(self._on_range_wanted)
        self.head.range.keep_wanted.connect(self._on_keep_wanted)
        self.head.range.reset_wanted.connect(self._on_range_reset)
        self.head.range.share_wanted.connect(self.share_wanted)
        self.tools.currentChanged.connect(self._show_subject)

    # Network and values

    def set_message(self, text: str) -> None:
        """Show a sentence in place of layers: there is no network yet."""
        self._message.setText(text)
        self._pages.setCurrentIndex(0)

    def set_network(self, network: NetworkState) -> None:
        """Show a network's layers, without values until its next prediction; the place is kept."""
        layers = network.table.shown
        is_like_before = layers == self._layers
        self._network = network
        for window in self._windows:
            window.set_network(network)
        self._pages.setCurrentWidget(self.splitter)
        if is_like_before:
            if self._prediction is None:  # else the next one comes at once
                self._show_subject()
            self._tool_timer.stop()  # what was changed by hand must be seen in the next frame
            return
        self._layers = layers
        self._prediction, self._values, self._limits = None, [], []
        self._ranges.forget()
        self._hovered = self._pinned = None
        self.strip.set_table(network.table)
        self.select_layer(min(self._selected, len(layers) - 1))

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show every layer's values; None empties them."""
        self._prediction = prediction
        self._values = [] if prediction is None else shown_values(prediction)
        self._show_values()

    def set_shared_range(self, shared: bool) -> None:
        """Use one range of colours for all layers, or for each layer its own."""
        self._ranges.is_shared = shared
        self._show_values()

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights."""
        self.strip.set_colours(maps)
        self.large.set_colours(maps)
        self.head.range.set_colours(maps)
        for window in self._windows:
            window.set_colours(maps, kernels)
        self._colours = maps, kernels
        for page in self._tool_pages:
            if page.tool is not None:
                page.tool.set_colours(maps, kernels)

    @Slot(int)
    def select_layer(self, index: int) -> None:
        """Show a layer close up; 0 is the input. No cell is pinned any more."""
        self._selected, self._channel, self._pinned = index, None, None
        self.strip.walks_layers = True
        layer = self._layers[index]
        self.strip.select(index)
        self.large.show_layer(layer.shape)
        self._show_head()
        self._show_large()
        self._show_place()

    @Slot(object)
    def pin(self, cell: Cell | None) -> None:
        """Pin a cell of the selected layer: it is shown whatever is drawn; None unpins it."""
        self._pinned = cell
        if cell is not None:
            self._hovered = None  # until the mouse moves
        self.strip.walks_layers = cell is None
        self._show_place()

    @property
    def place(self) -> tuple[int, Cell | None]:
        """The selected layer, and the cell that is kept in view."""
        return self._selected, self._pinned

    @property
    def ranges(self) -> LayerRanges:
        """How the limits of the colours are chosen."""
        return self._ranges

    @property
    def limits(self) -> Sequence[float]:
        """The value that has the strongest colour, for each layer; none on bare paper."""
        return self._limits

    def go_to(self, index: int, cell: Cell | None) -> None:
        """Show this place, where the network has it."""
        if index < len(self._layers):
            self.select_layer(index)
            self.pin(cell)

    @Slot(int, object)
    def pin_in(self, index: int, cell: Cell) -> None:
        """Select a layer, and pin a cell of it."""
        if index != self._selected:
            self.select_layer(index)
        if self._channel is not None and self._channel != cell.channel:
            self.large.show_channel(cell.channel)
        self.pin(cell)

    def _show_values(self) -> None:
        if not self._layers:
            return
        names = [layer.name for layer in self._layers]
        self._limits = self._ranges.of(names, self._values)
        self.strip.set_values(self._values, self._limits)
        for window in self._windows:
            window.set_values(self._values, self._limits)
        self._show_connections()
        self._show_large()
        self._show_reading()
        self._show_subject_soon()

    def _show_large(self) -> None:
        """Show the selected layer's values, and the range of their colours."""
        values = self._values[self._selected] if self._values else None
        limit = self._limits[self._selected] if self._values else 1.0
        self.large.set_values(values, limit)
        self.head.range.set_range(values, limit)
        is_kept = self._ranges.is_kept(self._layers[self._selected].name)
        self.head.range.set_state(is_kept, self._ranges.is_shared)

    def _show_head(self) -> None:
        layer = self._layers[self._selected]
        before = () if self._network is None else self._network.table.before(layer)
        self.head.show_layer(layer, self._channel, before)
        self.head.set_ends(self._selected == 0, self._selected == len(self._layers) - 1)
        self._all_maps.setVisible(self._channel is not None)

    def _show_place(self, in_tool: bool = True) -> None:
        """Frame the shown cell, and all that it depends on; with `in_tool`, show it in the tool as well."""
        layer, cell = self._place()
        fields: dict[str, Field] = {}
        if cell is not None and self._network is not None:
            name, place = self._layers[layer].name, (cell.channel, cell.row, cell.column)
            fields = receptive_field.fields(self._network.table, name, *place)
        self._fields = fields
        self.strip.set_fields(fields)
        self._show_connections()
        marked = cell if layer == self._selected else None
        self.large.mark(marked)
        for window in self._windows:
            window.mark(layer, cell)
        self.field_changed.emit(fields.get(INPUT))
        self._show_reading()
        if in_tool:
            self._show_subject()

    def _show_connections(self) -> None:
        """Draw in the strip what feeds the shown cell and what it feeds."""
        layer, cell = self._place()
        self._strengths = []
        if cell is None or self._prediction is None or self._network is None:
            self.strip.set_connections(())
            return
        lines, self._strengths = lines_of(
            self._network, self._layers, self._prediction, layer, cell, self._fields
        )
        self.strip.set_connections(lines)

    def _place(self) -> tuple[int, Cell | None]:
        """Return the shown layer and cell: the pinned one, or else the one under the mouse."""
        if self._slid_to is not None:
            return self._selected, self._slid_to
        if self._pinned is None and self._hovered is not None:
            return self._hovered
        return self._selected, self._pinned

    def _show_subject_soon(self) -> None:
        """Show it at once, but not again within `_TOOL_PAUSE`: nobody reads a hundred numbers at 100 Hz."""
        if self._tool_timer.isActive():
            self._tool_is_behind = True
        else:
            self._show_subject()

    @Slot()
    def _on_tool_pause_over(self) -> None:
        if self._tool_is_behind:
            self._show_subject()

    @Slot()
    def _show_subject(self) -> None:
        self._tool_is_behind = False
        if self._network is None:
            return
        tool = self.build_tool()
        layer, cell = self._place() if tool.follows_mouse else (self._selected, self._pinned)
        values, limits = tuple(self._values), tuple(self._limits)
        is_pinned = self._pinned is not None
        tool.show_subject(
            Subject(self._network, self._layers, self._prediction, values, limits, layer, cell, is_pinned)
        )
        self._tool_timer.start()

    # Tools

    def build_tool(self, name: str = "") -> Tool:
        """Return the tool of this name, or the one in sight; build it first where it is not there yet."""
        page = self._tool_pages[self.tools.currentIndex()]
        if name:
            page = next(each for each in self._tool_pages if each.name == name)
        if page.tool is None:
            tool = page.build()
            if self._colours is not None:
                tool.set_colours(*self._colours)
            if page.name == "slide":
                self.slide.cell_reached.connect(self._on_slid)
            elif page.name == "kernels":
                self.kernels.channel_chosen.connect(self._on_channel_chosen)
            elif page.name == "code":
                self.code.layer_chosen.connect(self.select_layer)
            self.tool_built.emit(page.name)
        assert page.tool is not None
        return page.tool

    def has_tool(self, name: str) -> bool:
        """Whether the tool of this name has been built."""
        return any(page.name == name and page.tool is not None for page in self._tool_pages)

    @property
    def arithmetic(self) -> CellInspector:
        """The arithmetic of a cell."""
        return cast("CellInspector", self.build_tool("arithmetic"))

    @property
    def slide(self) -> SlideTool:
        """A window that slides over the layer's input."""
        return cast("SlideTool", self.build_tool("slide"))

    @property
    def kernels(self) -> KernelsTool:
        """The layer's weights, and the patches that excite its channels."""
        return cast("KernelsTool", self.build_tool("kernels"))

    @property
    def change(self) -> ChangeTool:
        """The network changed by hand."""
        return cast("ChangeTool", self.build_tool("change"))

    @property
    def code(self) -> CodeTool:
        """The network as PyTorch."""
        return cast("CodeTool", self.build_tool("code"))

    # Ranges of colours, and windows of their own

    @Slot(float)
    def _on_range_wanted(self, limit: float) -> None:
        self._ranges.keep(self._layers[self._selected].name, limit)
        self._show_values()

    @Slot(bool)
    def _on_keep_wanted(self, is_wanted: bool) -> None:
        if is_wanted and self._limits:
            self._ranges.keep_all([layer.name for layer in self._layers], self._limits)
        elif not is_wanted:
            self._ranges.forget()
        self._show_values()

    @Slot()
    def _on_range_reset(self) -> None:
        self._ranges.release(self._layers[self._selected].name)
        self._show_values()

    @Slot()
    def open_window(self) -> LayerWindow:
        """Show the selected layer in a window of its own as well."""
        window = LayerWindow(self)
        if self._network is not None:
            window.set_network(self._network)
        window.set_values(self._values, self._limits)
        if self._colours is not None:
            window.set_colours(*self._colours)
        window.add(self._selected)
        window.cell_hovered.connect(self._on_cell_hovered)
        window.cell_clicked.connect(self.pin_in)
        window.closed.connect(self._on_window_closed)
        self._windows.append(window)
        window.show()
        return window

    @Slot(object)
    def _on_window_closed(self, window: LayerWindow) -> None:
        self._windows.remove(window)

    def close_windows(self) -> None:
        """Close the layers' own windows."""
        for window in tuple(self._windows):
            window.close()

    # Mouse and keys

    @Slot(int, object)
    def _on_cell_hovered(self, index: int, cell: Cell | None) -> None:
        hovered = None if cell is None else (index, cell)
        if hovered != self._hovered:
            self._hovered = hovered
            if self._pinned is None:
                self._show_place(False)
                self._after_paint.start()
            else:
                self._show_reading()

    @Slot(object)
    def _on_close_up_hovered(self, cell: Cell | None) -> None:
        self._on_cell_hovered(self._selected, cell)

    @Slot(object)
    def _on_slid(self, cell: Cell | None) -> None:
        """Show the cell that the Slide tool's window is at; None: it does not slide any more."""
        self._slid_to = cell
        self._show_place(False)

    @Slot(int)
    def _on_channel_chosen(self, channel: int) -> None:
        """Go to the pinned cell's place in this channel; where no cell is pinned, show its map."""
        if self._pinned is not None:
            self.pin_in(self._selected, replace(self._pinned, channel=channel))
        else:
            self.large.show_channel(channel)

    @Slot(object)
    def _on_map_selected(self, channel: int | None) -> None:
        self._channel = channel
        self._show_head()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to other cells, with Ctrl to other channels; Page keys to other layers; Escape unpins."""
        key = event.key()
        if not self._layers:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self._let_go()
        elif key in _PAGES:
            self._walk_layers(_PAGES[key])
        elif key in ARROWS:
            with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._walk(*ARROWS[key], with_control)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_all_maps(self) -> None:
        """Show all maps, and let the cell go."""
        self.pin(None)
        self.large.show_all()

    def _let_go(self) -> None:
        """Unpin the cell; where none is pinned, show all maps again."""
        if self._pinned is not None:
            self.pin(None)
        else:
            self.large.show_all()

    def _walk(self, down: int, right: int, through_channels: bool) -> None:
        shape = self._layers[self._selected].shape
        cell = neighbour(self._cell_to_walk_from(), shape, down, right, through_channels)
        self.pin_in(self._selected, cell)

    @Slot(int)
    def _walk_layers(self, step: int) -> None:
        target = min(max(self._selected + step, 0), len(self._layers) - 1)
        cell, is_close = self._cell_to_walk_from(), self._channel is not None
        was_pinned = self._pinned is not None
        before = self._layers[self._selected].shape
        self.select_layer(target)
        shape = self._layers[target].shape
        cell = counterpart(cell, before, shape)
        if is_close and len(shape) == 3 and shape[0] > 1:
            self.large.show_channel(cell.channel)
        if was_pinned:
            self.pin(cell)

    def _cell_to_walk_from(self) -> Cell:
        """Return the pinned cell; else the middle of the map that is shown, or of the first."""
        if self._pinned is not None:
            return self._pinned
        shape = self._layers[self._selected].shape
        if len(shape) == 1:
            return Cell(0, 0, 0)
        return Cell(self._channel or 0, shape[1] // 2, shape[2] // 2)

    def _show_reading(self) -> None:
        """Say which cell is under the mouse, or pinned, and its value."""
        if not self._values:
            self._reading.set_text(self.tr("Draw a digit at the left: every layer follows the stroke."))
            return
        index, cell = self._hovered or (self._selected, self._pinned)
        if cell is None:
            hint = self.tr(
                "Point at any cell to see where its number comes from; click to keep it. Wheel: zoom."
            )
            self._reading.set_text(hint)
            return
        layer, values = self._layers[index], self._values[index]
        if values.ndim == 3:
            text = self.tr("{layer}, channel {channel}, row {row}, column {column}: {value}")
            value = values[cell.channel, cell.row, cell.column]
        else:
            text = self.tr("{layer}, unit {channel}: {value}")
            value = values[cell.channel]
        place = {"layer": layer.name, "channel": cell.channel, "row": cell.row, "column": cell.column}
        text = text.format(**place, value=number(float(value), 4))
        if self._strengths and (index, cell) == self._place():
            lines = self.tr("{reading} · lines: weight × activation, {least} to {most}")
            least, most = (figure(end) for end in (min(self._strengths), max(self._strengths)))
            text = lines.format(reading=text, least=least, most=most)
        if self._hovered is None:
            keys = self.tr("{reading}  (arrow keys: next cell · Page keys: next layer · Esc: unpin)")
            text = keys.format(reading=text)
        self._reading.set_text(text)


_PAGES: dict[int, int] = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
