"""The Change tool: switch channels off, rank them, edit kernels and biases."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from core.explaining.channel_ranking import ChannelRanking
from core.records import LayerSpec, NetworkState
from gui.tabs.inspect.change.channel_switches import ChannelSwitches
from gui.tabs.inspect.change.edit_session import EditSession
from gui.tabs.inspect.change.kernel_editor import KernelEditor
from gui.tabs.inspect.change.ranking_view import RankingView
from gui.tabs.inspect.layer_kernels import LayerKernels
from gui.tabs.inspect.subject import Subject
from gui.tabs.inspect.tool import Tool
from gui.widgets.construct import (
    STRETCH,
    in_column,
    in_row,
    message,
    named,
    narrow,
    spaced,
    stacked,
    symbol,
)
from gui.widgets.own_keys import keeps
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.steady_label import SteadyLabel

_WIDE = 640  # pixels: from there on the ranking stands beside the rest


class ChangeTool(Tool):
    """Switches, ranking and kernel editor of the selected layer, about the network of `session`."""

    ranking_wanted = Signal(str)
    """The channels of a layer are to be ranked."""
    ranking_cancelled = Signal()
    """The ranking is to end."""
    save_wanted = Signal()
    """The changed network is to be saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("change_tool")
        self.session = EditSession(self)
        self._base: NetworkState | None = None  # the network whose layer is shown
        self._spec: LayerSpec | None = None  # that layer
        self._pinned: tuple[int, int] | None = None  # layer and channel that were pinned last
        self._refusal = self.tr("The network is loading.")
        self._rankings: dict[str, tuple[ChannelRanking, NetworkState | None]] = {}  # with what was ranked
        self._ranked = ""  # the layer whose ranking is under way
        self.switches = ChannelSwitches(self)
        self.editor = KernelEditor(self)
        self.ranking = RankingView(self)
        self._build()
        self._connect()
        self._show_page()
        self._show_actions()

    # Building

    def _build(self) -> None:
        self._heading = named(SteadyLabel(self), "switches_heading")
        tip = self.tr("Switch all channels of this layer on again")
        self._all_on = named(QToolButton(self), "all_on_button", tip, text=self.tr("All on"))
        self._switches_box = QWidget(self)
        head = in_row((self._heading, 1), self._all_on)
        in_column(head, self.switches, on=self._switches_box, spacing=2)
        work = QWidget(self)
        self._grid = spaced(QGridLayout(work), 6, margins=(6, 4, 6, 4))
        self._scroll = ScrollColumn(work, parent=self)
        self._is_wide: bool | None = None

        self._sentence = message(self, "change_sentence", margin=12)
        self._pages = stacked(self, self._sentence, self._scroll)
        in_column((self._pages, 1), self._build_actions(), on=self, spacing=2)
        self._arrange()

    def _build_actions(self) -> QHBoxLayout:
        revert = self.tr("Take all changes back: the network as it was opened")
        compare = self.tr("While you hold this button, or the space bar on it, the original network answers")
        save = self.tr(
            "Save the network as it is now as a file of weights, to open with Model → Open weights. Channels "
            "that are off are saved as zeros."
        )
        self._undo = self._symbol("change_undo_button", "undo", self.tr("Undo"))
        self._redo = self._symbol("change_redo_button", "redo", self.tr("Redo"))
        self._revert = self._button("change_revert_button", self.tr("Revert all"), revert)
        self._compare = self._button("compare_button", self.tr("Hold: original"), compare)
        self._save = self._button("save_model_button", self.tr("Save as model…"), save)
        buttons = self._undo, self._redo, self._revert, self._compare, self._save
        return in_row(*buttons, STRETCH, spacing=4, margins=(6, 0, 6, 4))

    def _symbol(self, name: str, sign: str, text: str) -> QPushButton:
        return symbol(named(QPushButton(self, autoDefault=False), name, text, text), sign)

    def _button(self, name: str, text: str, tip: str = "") -> QPushButton:
        return narrow(named(QPushButton(text, self, autoDefault=False), name, tip), 14)

    def _connect(self) -> None:
        session = self.session
        session.changed.connect(self._on_session_changed)
        self._undo.clicked.connect(session.stack.undo)
        self._redo.clicked.connect(session.stack.redo)
        self._revert.clicked.connect(session.revert)
        self._compare.pressed.connect(self._on_compare)
        self._compare.released.connect(self._on_compare)
        self._save.clicked.connect(self.save_wanted)
        self._all_on.clicked.connect(self._on_all_on)
        self.switches.switched.connect(self._on_switched)
        self.switches.pointed.connect(self._point_at)
        self.editor.pointed.connect(self._point_at)
        self.editor.weight_changed.connect(session.set_weight)
        self.editor.kernel_chosen.connect(session.set_kernel)
        self.editor.bias_changed.connect(session.set_bias)
        self.ranking.wanted.connect(self._on_ranking_wanted)
        self.ranking.cancelled.connect(self.ranking_cancelled)
        self.ranking.pointed.connect(self._point_at)
        self.ranking.toggled.connect(self._on_toggled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= _WIDE
        beside = self._scroll.verticalScrollBar().sizeHint().width()  # there or not: nothing changes its size
        across = (self.width() - beside) * (3 if is_wide else 5) // 5 - 12
        self.switches.set_room(across, min(max(84, self.height() * 28 // 100), 150))
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        grid = self._grid
        for widget in (self._switches_box, self.ranking, self.editor):
            grid.removeWidget(widget)
        grid.addWidget(self._switches_box, 0, 0)
        top = Qt.AlignmentFlag.AlignTop
        if is_wide:
            grid.addWidget(self.editor, 1, 0)
            grid.addWidget(self.ranking, 0, 1, 2, 1)
        else:
            grid.addWidget(self.ranking, 1, 0, top)
            grid.addWidget(self.editor, 2, 0)
        for column, stretch in enumerate((3, 2 if is_wide else 0)):
            grid.setColumnStretch(column, stretch)
        grid.setRowStretch(1, int(is_wide))
        grid.setRowStretch(2, int(not is_wide))
        self._tell_room()

    def _tell_room(self) -> None:
        self.ranking.set_roomy(bool(self._is_wide) or self.editor.isHidden())

    # Subject, ranking and changes

    def show_subject(self, subject: Subject) -> None:
        if subject.spec != self._spec:
            self._spec = subject.spec
            self._show_layer()
        values = subject.values[subject.layer] if subject.values else None
        self.switches.set_values(values, subject.limits[subject.layer] if subject.limits else 1.0)
        pinned = (subject.layer, subject.cell.channel) if subject.cell and subject.is_pinned else None
        if pinned is not None and pinned != self._pinned:
            self._point_at(pinned[1])
        self._pinned = pinned

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        self.switches.set_colours(maps)
        self.editor.grid.set_colours(kernels)

    def set_refusal(self, sentence: str) -> None:
        """Say why nothing can be changed now; empty where it can."""
        self._refusal = sentence
        self._show_page()
        self._show_actions()

    def set_ranking(self, layer: str, ranking: ChannelRanking | None, network: NetworkState | None) -> None:
        """Show the ranking of a layer's channels so far; `network` is the ranked one."""
        self._ranked = layer
        if ranking is not None:
            self._rankings[layer] = ranking, network
        self._show_ranking()

    def end_ranking(self) -> None:
        """Show that no ranking is under way."""
        self._ranked = ""
        self._show_ranking()

    def forget_rankings(self) -> None:
        """Drop all rankings: another network was opened."""
        self._rankings.clear()
        self.end_ranking()

    def _layer(self) -> str:
        return self._spec.name if self._spec else ""

    def _show_layer(self) -> None:
        self._show_page()
        if not self._can_switch():
            return
        assert self._spec is not None and self.session.state is not None
        self.switches.set_shape(self._spec.shape)
        self._arrange()
        words = self.tr("Channels of {layer}: click one to switch it off, or on")
        if len(self._spec.shape) == 1:
            words = self.tr("Units of {layer}: click one to switch it off, or on")
        self._heading.set_text(words.format(layer=self._spec.name))
        kernels, original = self._kernels(self.session.state), self._kernels(self.session.base)
        self.editor.setVisible(kernels is not None)
        self._tell_room()
        if kernels is not None and original is not None:
            self.editor.set_layer(kernels, original)
        self._show_changes()
        self._show_ranking()
        self._scroll.verticalScrollBar().setValue(0)

    def _can_switch(self) -> bool:
        state = self.session.state
        return state is not None and self._spec in state.layers

    def _show_page(self) -> None:
        sentence = self._refusal
        if not sentence and not self._can_switch():
            sentence = self._what_to_do()
        self._sentence.setText(sentence)
        self._pages.setCurrentWidget(self._sentence if sentence else self._scroll)

    def _what_to_do(self) -> str:
        if self._spec is not None and self._spec.kind == "input":
            return self.tr(
                "This is your drawing: to change it, draw. What the network does with it can be changed in "
                "the layers behind it: choose one above."
            )
        if self._spec is not None and self._spec.kind == "softmax":
            return self.tr(
                "The softmax has no weights: it turns the last layer's numbers into probabilities. Choose "
                "a layer before it to change something."
            )
        return self.tr("Choose a layer above to change it.")

    def _kernels(self, network: NetworkState | None) -> LayerKernels | None:
        picture = self.tr("the picture")
        return None if network is None else LayerKernels.from_network(network, self._layer(), picture)

    def _show_changes(self) -> None:
        state = self.session.state
        if state is None or not self._can_switch():
            return
        off = state.silenced.get(self._layer(), frozenset())
        self.switches.set_changes(off, self.session.edited_channels(self._layer()))
        self.ranking.set_off(off)
        self._all_on.setEnabled(bool(off))
        if (kernels := self._kernels(state)) is not None:
            self.editor.set_weights(kernels)

    def _show_ranking(self) -> None:
        layer = self._layer()
        ranking, network = self._rankings.get(layer, (None, None))
        is_outdated = ranking is not None and network is not self.session.state
        before = ""
        if is_outdated:  # a ranking without a network is of the original, shown for a while
            as_opened = network is None or network is self.session.base
            before = self.tr("As it was opened") if as_opened else self.tr("With your earlier changes")
        self.ranking.set_ranking(ranking, self._ranked == layer != "", before)

    def _show_actions(self) -> None:
        session, is_free = self.session, not self._refusal
        self._undo.setEnabled(is_free and session.stack.canUndo())
        self._redo.setEnabled(is_free and session.stack.canRedo())
        for button in (self._revert, self._compare, self._save):
            button.setEnabled(is_free and session.is_modified)
        undo = self.tr("Take back: {change} (Ctrl+Z in this tool)").format(change=session.stack.undoText())
        redo = self.tr("Do again: {change}").format(change=session.stack.redoText())
        self._undo.setToolTip(undo if session.stack.canUndo() else self.tr("There is no change to take back"))
        self._redo.setToolTip(redo if session.stack.canRedo() else self.tr("No change was taken back"))

    # Changing

    @Slot(object)
    def _on_session_changed(self, state: NetworkState | None) -> None:
        if self.session.base is not self._base:
            self._base = self.session.base
            self._show_layer()
        self._show_changes()
        self._show_ranking()
        self._show_actions()

    @Slot(int)
    def _point_at(self, channel: int) -> None:
        """Let switches, editor and ranking be about the same channel."""
        self.switches.set_current(channel)
        self.ranking.set_current(self.switches.current)
        if self.editor.isVisibleTo(self) and self.editor.channel != self.switches.current:
            self.editor.set_kernel(self.switches.current, self.editor.input_channel)

    @Slot(int, bool)
    def _on_switched(self, channel: int, on: bool) -> None:
        self.session.switch(self._layer(), channel, on)

    @Slot(int)
    def _on_toggled(self, channel: int) -> None:
        assert self.session.state is not None  # rows are of its channels
        off = self.session.state.silenced.get(self._layer(), frozenset())
        self.session.switch(self._layer(), channel, channel in off)

    @Slot()
    def _on_all_on(self) -> None:
        self.session.switch_all_on(self._layer())

    @Slot()
    def _on_ranking_wanted(self) -> None:
        self.ranking_wanted.emit(self._layer())

    @Slot()
    def _on_compare(self) -> None:
        self.session.set_original_shown(self._compare.isDown())

    # Keys

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Z from the window while the keys go here: there it takes back strokes."""
        undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
        return keeps(event, undo, redo) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.session.stack.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.session.stack.redo()
        else:
            super().keyPressEvent(event)
