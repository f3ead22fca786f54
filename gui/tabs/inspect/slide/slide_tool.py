"""The Slide tool: a kernel or a pooling's window slides over its input, and the output fills in."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from core.explaining.cells import explain_cell
from core.records import LayerSpec
from gui.layers.tiled_maps import Cell
from gui.sliding.playback import SlideControls
from gui.sliding.sliding_maps import SlideMaps
from gui.sliding.window_positions import Walk
from gui.tabs.inspect.slide.channel_choice import SlideChannels
from gui.tabs.inspect.slide.window_arithmetic import SlideArithmetic
from gui.tabs.inspect.subject import Subject
from gui.tabs.inspect.tool import Tool
from gui.widgets.construct import in_column, message, named, stacked
from gui.widgets.steady_label import SteadyLabel

_FRAME = 20  # milliseconds: what is faster fills in several cells at once


class SlideTool(Tool):
    """Plays, step by step, how a convolution or a pooling makes one output map, with live values."""

    cell_reached = Signal(object)
    """The Cell of the layer that is filled in now, or pointed at; None when nothing slides any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slide_tool")
        self._subject: Subject | None = None
        self._walk: Walk | None = None
        self._step = 0
        self._hovered: tuple[int, int] | None = None
        self._followed: Cell | None = None  # the subject's cell that the window went to last
        self._reached: Cell | None = None
        self._kernel_limit = 1.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)

        self._channels = SlideChannels(self)
        self._maps = SlideMaps(self)
        self._note = named(
            SteadyLabel(self, alignment=Qt.AlignmentFlag.AlignHCenter), "slide_note", small=True
        )
        self._arithmetic = SlideArithmetic(self)
        self._controls = SlideControls(self)
        self._message = message(self, "slide_message")
        self._page = QWidget(self)
        self._pages = stacked(self, self._message, self._page)
        self._lay_out()
        self.setFocusProxy(self._maps)

        self._channels.chosen.connect(self._on_channels_chosen)
        self._maps.cell_hovered.connect(self._on_cell_hovered)
        self._controls.play_toggled.connect(self._on_play_toggled)
        self._controls.stepped.connect(self._on_stepped)
        self._controls.rewound.connect(self._on_rewound)
        self._controls.speed_chosen.connect(self._on_speed_chosen)

    def _lay_out(self) -> None:
        parts = (self._channels, (self._maps, 1), self._note, (self._arithmetic, 1), self._controls)
        in_column(*parts, on=self._page, spacing=4)
        in_column(self._pages, on=self, margins=(4, 4, 4, 4))

    # Values

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        self._maps.set_colours(maps)
        self._arithmetic.set_colours(maps, kernels)

    def show_subject(self, subject: Subject) -> None:
        """Slide over the layer's newest input; go to the subject's cell where that is another."""
        previous, self._subject = self._subject, subject
        is_other = previous is None or subject.layer != previous.layer or subject.layers != previous.layers
        if is_other:
            self._begin(subject)
        elif previous is not None and subject.network is not previous.network:
            self._kernel_limit = subject.weight_limit
        self._follow(subject)
        reason = self._why_not(subject)
        if reason:
            self._stop()
            self._message.setText(reason)
            self._pages.setCurrentWidget(self._message)
            return
        self._pages.setCurrentWidget(self._page)
        self._show_maps()

    def _begin(self, subject: Subject) -> None:
        """Begin with another layer, at its first cell."""
        self._stop()
        self._step, self._hovered, self._followed = 0, None, None
        spec = subject.spec
        self._walk = None
        if spec.window is None:
            return
        before = subject.before[0].shape
        self._walk = Walk(spec.window, (before[1], before[2]), (spec.shape[1], spec.shape[2]))
        self._maps.set_walk(self._walk)
        mixes = spec.kind == "convolution"
        self._channels.set_counts(before[0] // spec.groups, spec.shape[0], mixes)
        self._channels.choose_output(0)
        self._kernel_limit = subject.weight_limit
        self._note.set_text(self._describe(spec, self._walk))

    def _follow(self, subject: Subject) -> None:
        """Put the window where the subject's cell is made, when that is another one."""
        if self._walk is None or subject.cell == self._followed:
            return
        self._followed = cell = subject.cell
        if cell is not None:
            self._stop()
            self._channels.choose_output(cell.channel)
            self._step = self._walk.step((cell.row, cell.column))

    def _why_not(self, subject: Subject) -> str:
        """Return why nothing can slide; empty where something can."""
        elsewhere = self.tr("Choose a convolution or a pooling layer to see a window slide.")
        reasons = {
            "input": self.tr("This is the picture itself: the first convolution slides over it."),
            "activation": self.tr("{layer} looks at one number at a time: nothing slides."),
            "flatten": self.tr("Flatten puts the maps' numbers in one row: nothing slides."),
            "linear": self.tr(
                "{layer} looks at all numbers at once, with a weight of its own for each: nothing slides."
            ),
            "softmax": self.tr("Softmax looks at all numbers at once: nothing slides."),
            "global mean": self.tr("{layer} looks at a whole map at once: nothing slides."),
            "concatenate": self.tr("{layer} puts channels one after the other: nothing slides."),
            "add": self.tr("{layer} adds up numbers cell by cell: nothing slides."),
            "pad": self.tr("{layer} puts zeros around the map: nothing slides."),
            "resize": self.tr("{layer} looks up each cell between pixels: nothing slides."),
        }
        for kind in ("normalise", "batch normalisation", "dropout"):
            reasons[kind] = reasons["activation"]
        if self._walk is None:
            reason = reasons.get(subject.spec.kind, self.tr("How {layer} works is not known here."))
            name = subject.spec.function or subject.spec.name
            return f"{reason.format(layer=name)}\n\n{elsewhere}"
        if not subject.values:
            return self.tr("Draw a digit: the window slides over what this layer gets to see.")
        return ""

    def _describe(self, spec: LayerSpec, walk: Walk) -> str:
        """Return the window's size, stride and padding in a line, and what it never reaches."""
        window = walk.window
        parts = [self.tr("Window {size}").format(size=_pair(window.size, always=True))]
        if window.stride == (1, 1):
            parts.append(self.tr("stride 1"))
        else:
            parts.append(self.tr("stride {stride}: it jumps").format(stride=_pair(window.stride)))
        if window.padding != (0, 0):
            parts.append(self.tr("padding {padding} (hatched)").format(padding=_pair(window.padding)))
        if window.dilation != (1, 1):
            parts.append(self.tr("its cells {dilation} apart").format(dilation=_pair(window.dilation)))
        missed = [
            text.format(which=_ranges(walk.missed(axis)))
            for axis, text in enumerate((self.tr("rows {which}"), self.tr("columns {which}")))
            if walk.missed(axis)
        ]
        if missed:
            parts.append(self.tr("never reached: {where}").format(where=", ".join(missed)))
        return " · ".join(parts)

    def _show_maps(self) -> None:
        subject, channels = self._subject, self._channels
        assert subject is not None and self._walk is not None
        place, read = subject.place(subject.before[0].name), self._channel_read(subject)
        before, after = subject.values[place], subject.values[subject.layer]
        made = after[channels.output]
        if channels.alone:
            kernel = subject.network.weights[f"{subject.spec.name}.weight"][channels.output, channels.input]
            made = self._walk.sums(before[read], kernel)
        names = subject.before[0].name, subject.spec.name
        text = self.tr("{layer}, channel {channel}: {shape}")
        captions = [
            text.format(layer=name, channel=channel, shape=_pair(size, always=True))
            for name, channel, size in zip(
                names, (read, channels.output), (self._walk.before, self._walk.after), strict=True
            )
        ]
        if channels.output in subject.network.silenced.get(subject.spec.name, ()):
            captions[1] += self.tr(", switched off")
        elif channels.alone:
            captions[1] += self.tr(", one input's part")
        limits = subject.limits[place], subject.limits[subject.layer]
        self._maps.set_maps(before[read], made, limits, (captions[0], captions[1]))
        self._show_place()

    def _channel_read(self, subject: Subject) -> int:
        """Return the channel of the layer before that is shown: with groups, of the output's own group."""
        spec, channels = subject.spec, self._channels
        group = channels.output // (spec.shape[0] // spec.groups)
        return group * (subject.before[0].shape[0] // spec.groups) + channels.input

    def _show_place(self) -> None:
        subject, walk = self._subject, self._walk
        if subject is None or walk is None or subject.prediction is None:
            return
        row, column = self._hovered or walk.cell(self._step)
        self._maps.set_place(self._step + 1, (row, column))
        place = self._channels.output, row, column
        with np.errstate(invalid="ignore"):  # 0 × ∞, where weights are damaged
            cell = explain_cell(subject.network, subject.prediction.trace, subject.spec.name, place)
        limits = subject.limits[subject.place(subject.before[0].name)], self._kernel_limit
        self._arithmetic.set_cell(cell, self._channels.input, self._channels.alone, limits)

    # Steps

    def _move(self, step: int) -> None:
        if self._walk is None:
            return
        self._step = min(max(step, 0), self._walk.steps - 1)
        self._show_place()
        self._emit_reached()

    def _emit_reached(self) -> None:
        """Emit the cell that has been reached, if it is another one."""
        cell = None
        if self._walk is not None:
            cell = Cell(self._channels.output, *(self._hovered or self._walk.cell(self._step)))
        self._emit_cell(cell)

    def _emit_cell(self, cell: Cell | None) -> None:
        if cell != self._reached:
            self._reached = cell
            self.cell_reached.emit(cell)

    def _stop(self) -> None:
        """Nothing slides any more, and no cell is pointed at."""
        self._controls.play(False)
        self._hovered = None
        self._emit_cell(None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop; when it is shown again, the window is at the pinned cell."""
        self._stop()
        self._followed = None
        super().hideEvent(event)

    @Slot(bool)
    def _on_play_toggled(self, playing: bool) -> None:
        if not playing:
            self._timer.stop()
            return
        if self._walk is not None and self._step == self._walk.steps - 1:
            self._move(0)
        self._timer.start(max(1000 // self._controls.speed, _FRAME))

    @Slot()
    def _on_tick(self) -> None:
        assert self._walk is not None
        self._move(self._step + max(self._controls.speed * _FRAME // 1000, 1))
        if self._step == self._walk.steps - 1:
            self._controls.play(False)

    @Slot(int)
    def _on_speed_chosen(self, speed: int) -> None:
        self._timer.setInterval(max(1000 // speed, _FRAME))

    @Slot(int)
    def _on_stepped(self, steps: int) -> None:
        self._controls.play(False)
        self._move(self._step + steps)

    @Slot()
    def _on_rewound(self) -> None:
        self._controls.play(False)
        self._move(0)

    @Slot(object)
    def _on_cell_hovered(self, cell: tuple[int, int] | None) -> None:
        if cell == self._hovered:
            return
        if cell is not None:
            self._controls.play(False)
        self._hovered = cell
        self._show_place()
        self._emit_reached()

    @Slot()
    def _on_channels_chosen(self) -> None:
        if self._subject is not None and not self._why_not(self._subject):
            self._show_maps()
            if self._reached is not None:
                self._emit_reached()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses; comma and full stop, or Left and Right, step; Home rewinds."""
        key = event.key()
        if self._pages.currentWidget() is not self._page:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self._controls.play(not self._controls.is_playing)
        elif key in (Qt.Key.Key_Period, Qt.Key.Key_Right):
            self._on_stepped(1)
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Left):
            self._on_stepped(-1)
        elif key == Qt.Key.Key_Home:
            self._on_rewound()
        else:
            super().keyPressEvent(event)


def _pair(sizes: tuple[int, int], always: bool = False) -> str:
    """Return rows × columns; one number where both are the same, unless `always` both."""
    return f"{sizes[0]}×{sizes[1]}" if always or sizes[0] != sizes[1] else str(sizes[0])


def _ranges(numbers: list[int]) -> str:
    """Return numbers in order as ranges: `3, 7–9`."""
    runs: list[list[int]] = []
    for each in numbers:
        if runs and each == runs[-1][1] + 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
