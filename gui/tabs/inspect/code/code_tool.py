"""The Code tool: the selected layer and the whole network as PyTorch, with their costs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core.export.scripts import Line, network_lines, network_script
from gui.tabs.inspect.code.layer_facts import CodeFacts
from gui.tabs.inspect.code.network_listing import CodeListing
from gui.tabs.inspect.subject import Subject
from gui.tabs.inspect.tool import Tool
from gui.widgets.construct import in_column, in_row, leaves_keys, named, symbol
from gui.words.tool_tips import wrapped

_COPIED_WEIGHTS = "network_weights.safetensors"  # the names of the files that a copied script loads
_COPIED_DRAWING = "network_drawing.npy"
_LONGEST = 80  # signs of a line beside the facts: a hundred units that are off leave the listing no room


class CodeTool(Tool):
    """Shows code; the network's script can be copied, or saved with its weights."""

    layer_chosen = Signal(int)
    """The index of the shown layer, 0 is the input, whose line was clicked."""
    save_wanted = Signal()
    """The script and the weights are to be saved; `core.export.scripts.save_script` does it."""
    noted = Signal(str)
    """A sentence on what was copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code_tool")
        self._subject: Subject | None = None
        self._facts = CodeFacts(self)
        self._listing = CodeListing(self)
        self._listing.layer_chosen.connect(self.layer_chosen)
        self._foot = named(QLabel(self, wordWrap=True), "code_foot", small=True)
        tip = self.tr("A Python script that rebuilds this network, loads its weights and reads a picture.")
        copy = QPushButton(self.tr("Copy script"), self)
        named(copy, "copy_script_button", wrapped(tip), clicked=self._on_copy_clicked)
        tip = self.tr(
            "Save the script, and the weights and the drawing beside it: it runs wherever PyTorch, "
            "safetensors and NumPy are, without LeNet Lab."
        )
        save = QPushButton(self.tr("Save script…"), self)
        named(save, "save_script_button", wrapped(tip), clicked=self.save_wanted)
        for button in (copy, save):
            leaves_keys(button)
        foot = in_row((self._foot, 1), symbol(copy, "copy"), symbol(save, "save"))
        # The listing above: its lines stay under the mouse, however long the facts are.
        in_column((self._listing, 1), self._facts, foot, on=self, margins=(4, 4, 4, 4))

    def show_subject(self, subject: Subject) -> None:
        previous, self._subject = self._subject, subject
        is_other = (
            previous is None
            or subject.layers != previous.layers
            or subject.network.silenced != previous.network.silenced
        )
        if is_other:
            self._listing.set_lines(_shown_lines(subject))
            self._show_totals(subject)
        if is_other or (previous is not None and subject.layer != previous.layer):
            self._show_layer(subject)

    def _show_layer(self, subject: Subject) -> None:
        lines = [line.text.strip() for line in _shown_lines(subject) if line.layer == subject.layer]
        line = "\n".join(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in lines)
        before = subject.before or (subject.spec,)
        self._facts.show_layer(line, subject.spec, tuple(spec.shape for spec in before))
        self._listing.select(subject.layer)

    def _show_totals(self, subject: Subject) -> None:
        text = self.tr("All layers: {parameters} parameters, {multiplications} multiplications a picture")
        parameters = sum(spec.parameters for spec in subject.layers)
        multiplications = sum(spec.multiplications for spec in subject.layers)
        self._foot.setText(text.format(parameters=f"{parameters:,}", multiplications=f"{multiplications:,}"))

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._subject is None:
            return
        script = network_script(self._subject.network, _COPIED_WEIGHTS, _COPIED_DRAWING)
        QGuiApplication.clipboard().setText(script)
        text = self.tr(
            "The script is on the clipboard. It loads {file}: “Save script” writes the weights as well."
        )
        self.noted.emit(text.format(file=_COPIED_WEIGHTS))


def _shown_lines(subject: Subject) -> tuple[Line, ...]:
    """Return the network's lines between those of the input and the softmax, with shown layers' indices."""
    network = [
        line if line.layer is None else replace(line, layer=line.layer + 1)
        for line in network_lines(subject.network)
    ]
    return (
        Line(f"picture = torch.zeros(1, {', '.join(map(str, subject.layers[0].shape))})", 0),
        *network,
        Line("logits = network(picture)", None),
        Line("probabilities = logits.softmax(1)", len(subject.layers) - 1),
    )
