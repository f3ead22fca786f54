"""The head above a layer's close-up: its name, shape and code, an explanation, and the legend."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from core.explaining.layer_sums import times
from core.records import LayerSpec
from gui.layers.range_bar import RangeBar
from gui.widgets.construct import STRETCH, in_column, in_row, leaves_keys, named, symbol
from gui.widgets.term_label import TermText


class LayerHead(QWidget):
    """Title and explanation of one layer at the left; at the right its colours, and ways to other layers."""

    step_wanted = Signal(int)
    """The layer that is this many further is to be shown: 1 for the next, −1 for the one before."""
    window_wanted = Signal()
    """The layer is to have a window of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.range = RangeBar(self)
        self._title = named(QLabel(self, textFormat=Qt.TextFormat.RichText, wordWrap=True), "layer_title")
        # Room for two lines, always: tools and maps below stay where they are from layer to layer.
        self._explanation = named(TermText(2, self), "layer_explanation")
        tips = self.tr("The layer before (Page Up)"), self.tr("The next layer (Page Down)")
        self._before, self._next = (
            named(QToolButton(self), name, tip, tip)
            for name, tip in zip(("layer_before", "layer_after"), tips, strict=True)
        )
        tip = self.tr("This layer in a window of its own: beside others, or on a second screen")
        window = named(QToolButton(self), "layer_window_button", tip, tip, clicked=self.window_wanted)
        for button, name in ((self._before, "previous"), (self._next, "next"), (window, "window")):
            button.setAutoRaise(True)
            leaves_keys(symbol(button, name))
        self._before.clicked.connect(self._on_before)
        self._next.clicked.connect(self._on_next)
        self.words = QWidget(self)
        """Title and explanation, as a figure has them."""
        in_column(self._title, self._explanation, on=self.words)
        ways = in_row(self._before, self._next, 8, self.range, 4, window, spacing=0)
        in_row((self.words, 1), in_column(ways, STRETCH), on=self, spacing=12)

    def _on_before(self) -> None:
        self.step_wanted.emit(-1)

    def _on_next(self) -> None:
        self.step_wanted.emit(1)

    def set_ends(self, is_first: bool, is_last: bool) -> None:
        """Whether there is no layer before, and none behind."""
        self._before.setEnabled(not is_first)
        self._next.setEnabled(not is_last)

    def show_layer(self, layer: LayerSpec, channel: int | None, before: tuple[LayerSpec, ...]) -> None:
        """Describe a layer, which reads those before; name the channel where one alone is shown."""
        shape = "×".join(str(size) for size in layer.shape)
        parts = [f"<b>{layer.name}</b>", shape]
        if channel is not None:
            parts[1] = self.tr("channel {channel} of {shape}").format(channel=channel, shape=shape)
        if layer.code:
            parts.append(f"<code>{layer.code}</code>")
        if layer.parameters and channel is None:
            parts.append(self.tr("{count} parameters").format(count=f"{layer.parameters:,}"))
        self._title.setText(" &nbsp;·&nbsp; ".join(parts))
        self._explanation.set_text(self._explain(layer, before))

    def _explain(self, layer: LayerSpec, before: tuple[LayerSpec, ...]) -> str:
        known = {
            "ReLU": self.tr("max(0, x) of every number x by itself: what is negative falls silent."),
            "Sigmoid": self.tr("1 / (1 + exp(−x)) of every number x by itself: all fall between 0 and 1."),
            "Tanh": self.tr("tanh(x) of every number x by itself: all fall between −1 and 1."),
            "MaxPool2d": self.tr(
                "The largest number of each window. It matters that a pattern was found; its exact place "
                "matters less."
            ),
            "AvgPool2d": self.tr(
                "The mean of each window's numbers: a coarser map, in which small shifts matter less."
            ),
        }
        return known.get(layer.function) or {
            "input": self.tr(
                "Your drawing, cut out, scaled and centred: {size} pixels from 0, paper, to 1, ink."
            ).format(size=times(layer.shape[1:])),
            "convolution": self._explain_convolution(layer, before),
            "flatten": self.tr("The same numbers in one row, channel after channel."),
            "concatenate": self.tr("The channels of all that enters, one layer's after the other's."),
            "add": self.tr("The sum, cell by cell, of all that enters."),
            "global mean": self.tr("The mean of each whole map: one number a channel."),
            "normalise": self.tr("The training pictures' mean taken away, and divided by their deviation."),
            "batch normalisation": self.tr(
                "Each channel times a factor and plus a shift of its own, which training has found."
            ),
            "resize": self.tr("The same maps with more pixels, or fewer: each looks between the old ones."),
            "pad": self.tr("The same maps with zeros around them."),
            "dropout": self.tr("In training some numbers are left out by chance; here all pass unchanged."),
            "pooling": self.tr("One number for each window: a coarser map."),
            "linear": self.tr("Each unit is a weighted sum of all numbers before it, plus a bias."),
            "softmax": self.tr(
                "Exponentials of the last layer's numbers, divided by their sum: they add up to 1."
            ),
        }.get(layer.kind, "")

    def _explain_convolution(self, layer: LayerSpec, before: tuple[LayerSpec, ...]) -> str:
        count = before[0].shape[0] // layer.groups if before else 1
        if count == 1:
            return self.tr(
                "A kernel, a small window of weights, slides over the map before it; each channel has its "
                "own. A number is large where the map looks like the kernel."
            )
        text = self.tr(
            "Each channel has a kernel for each of {count} maps before it. They slide together, and their "
            "results are added: large where the maps look like the kernels."
        )
        return text.format(count=count)
