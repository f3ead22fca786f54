"""One layer as PyTorch code, and its output shape, parameters and multiplications."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QWidget

from core.explaining.layer_sums import multiplication_sum, shape_formula, times
from core.records import LayerSpec
from gui.paint.text import fit_to_text
from gui.widgets.construct import named, spaced
from gui.words.tool_tips import wrapped


class CodeFacts(QWidget):
    """Four rows of text that can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code_facts")
        self._layout = spaced(QGridLayout(self), rows=3)
        self._layout.setColumnStretch(1, 1)
        self._line = self._row("code_line", self.tr("PyTorch"), self.tr("The layer in the network's table."))
        fit_to_text(self._line, lambda it: it.setFont(code_font(QApplication.font())))
        tip = self.tr(
            "C channels of H rows and W columns, or N numbers in a row; with a prime: of the output. "
            "k is the window's size, s its stride, p the padding on each side, d how far apart a dilated "
            "window's cells are. floor rounds down: a window that does not fit any more is left out."
        )
        self._shape = self._row("code_shape", self.tr("Output"), tip)
        tip = self.tr(
            "The numbers that training finds: weights + biases. A convolution has them for each pair of "
            "output and input channel, however large the maps are."
        )
        self._parameters = self._row("code_parameters", self.tr("Parameters"), tip)
        tip = self.tr(
            "Of weights with inputs, for one picture: every output number takes as many as it has "
            "weights. Those with the zeros of the padding count."
        )
        self._multiplications = self._row("code_multiplications", self.tr("Multiplications"), tip)

    def show_layer(self, line: str, spec: LayerSpec, entering: tuple[tuple[int, ...], ...]) -> None:
        """Show a layer's line of code and its sums; the shapes that enter it are (C, H, W) or (N,)."""
        self._line.setText(line)
        formula = shape_formula(spec, *entering) or (times(spec.shape),)
        self._shape.setText("\n".join(_breakable(equation) for equation in formula))
        none = self.tr("none: nothing here is learnt")
        parameters = f"{spec.parameter_sum} = {spec.parameters:,}" if spec.parameter_sum else none
        self._parameters.setText(parameters)
        none = self.tr("none of weights with inputs")
        count = multiplication_sum(spec, entering[0]) or f"{spec.multiplications:,}"
        self._multiplications.setText(count if spec.multiplications else none)

    def _row(self, name: str, title: str, explanation: str) -> QLabel:
        row = self._layout.rowCount()
        label = QLabel(title, self, alignment=Qt.AlignmentFlag.AlignTop)
        label.setToolTip(wrapped(explanation))
        text = QLabel(self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        named(text, name, wrapped(explanation))
        label.setBuddy(text)
        self._layout.addWidget(label, row, 0)
        self._layout.addWidget(text, row, 1)
        return text


def _breakable(equation: str) -> str:
    """Return the equation so that lines break at its equals signs alone."""
    return " = ".join(term.replace(" ", "\u00a0") for term in equation.split(" = "))


def code_font(font: QFont) -> QFont:
    """Return the system's font for code, a little smaller than `font`."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    fixed.setPointSizeF(font.pointSizeF() * 0.9)
    return fixed
