"""The steps of CONTRIBUTING work: to add a network, a data set, a tab, an architecture of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from torch import nn

from core import catalog, networks
from core.catalog import Architecture
from core.data.datasets import DigitSet
from core.errors import FileProblem
from core.networks import trace, weight_files
from core.networks.table import Network, Row
from core.reading.classifier import Classifier
from core.records import DIGITS
from core.training.config import TrainingConfig
from core.training.trainer import Trainer
from gui.main_window import MainWindow
from gui.tabs import Entry, entries
from gui.window.tab import Context, Tab

ROOT = Path(__file__).resolve().parents[1]


def test_every_file_that_it_names_is_there() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
    named = re.findall(r"`((?:core|gui|tests|resources|\.ci)/[\w./]*)`", text)
    assert len(named) > 30
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing


# A network


def tiny() -> Network:
    """(B, 1, 28, 28) to 10 logits, 1,970 parameters."""
    rows = [
        Row("conv1", nn.Conv2d(1, 1, 3, stride=2)),  # 1 × 13 × 13
        Row("relu1", nn.ReLU()),
        Row("flatten", nn.Flatten()),
        Row("fc1", nn.Linear(169, 10)),
    ]
    return Network(rows, (1, 28, 28), DIGITS)


@pytest.fixture
def own_network(monkeypatch: pytest.MonkeyPatch) -> str:
    entry = Architecture("tiny", "Tiny", "One convolution.", f"{__name__}:tiny")
    monkeypatch.setitem(catalog.ARCHITECTURES, "tiny", entry)
    return "tiny"


def test_a_network_is_a_table_a_builder_and_a_line_in_the_catalogue(own_network: str) -> None:
    _, seen = trace.run(networks.build(own_network, 0), np.zeros((28, 28), np.float32))
    assert [layer.name for layer in seen.layers] == ["conv1", "relu1", "flatten", "fc1"]


def test_an_architecture_of_one_s_own_is_trained_kept_and_answers(own_network: str, tmp_path: Path) -> None:
    trainer = Trainer(
        TrainingConfig(architecture=own_network, epochs=1, digits=200, validation=50, device="cpu")
    )
    while trainer.ended is None:
        trainer.advance()
        if trainer.at_end_of_epoch:
            trainer.end_epoch()
    path = tmp_path / "mine.safetensors"
    weight_files.save(path, trainer.weights(), {"architecture": own_network})
    answer = Classifier.open(str(path), "cpu").classify(np.full((28, 28), 255, np.uint8))
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)


# A data set


def load_stripes(folder: Path) -> DigitSet:
    """Upright and level stripes, as a loader of `core.data` gives them."""
    if not folder.is_dir():
        raise FileProblem("There is no folder {path}. Choose another one.", path=folder)
    images = np.zeros((60, 28, 28), np.uint8)
    images[::2, :, 10:14] = images[1::2, 10:14] = 255
    return DigitSet(images, np.arange(60, dtype=np.uint8) % 2)


def test_a_data_set_is_a_loader_whose_digits_are_learnt_from(tmp_path: Path) -> None:
    trainer = Trainer(
        TrainingConfig(epochs=4, batch_size=10, validation=20, device="cpu"), load_stripes(tmp_path)
    )
    while trainer.ended is None:
        trainer.advance()
        if trainer.at_end_of_epoch:
            trainer.end_epoch()
    assert trainer.validation_accuracy == 1
    with pytest.raises(FileProblem, match="Choose another"):
        load_stripes(tmp_path / "nowhere")


# A tab


class OwnTab(Tab):
    """As CONTRIBUTING describes it."""

    pressed = Signal()

    def build(self, context: Context) -> QWidget:
        view = QWidget()
        self.label, button = QLabel(view), QPushButton("Say", view)
        layout = QVBoxLayout(view)
        layout.addWidget(self.label)
        layout.addWidget(button)
        button.clicked.connect(self._on_clicked)
        context.engine.predicted.connect(self._on_predicted)
        return view

    @Slot()
    def _on_clicked(self) -> None:
        self.failed.emit("It cannot be.")

    @Slot(object)
    def _on_predicted(self, prediction: object) -> None:
        self.label.setText("answered" if prediction else "")


def test_a_tab_is_a_class_and_a_line_in_the_list(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    own = Entry("own", "Own", "What is my own", "test_contributing:OwnTab")
    monkeypatch.setattr("gui.main_window.entries", lambda: (*entries(), own))
    window = open_window()
    tab = window.open_tab("own")
    assert isinstance(tab, OwnTab) and tab.label.isVisible()
    assert window.open_tab("own") is tab
    window.canvas.place(np.full((28, 28), 255, np.uint8))
    qtbot.waitUntil(lambda: tab.label.text() == "answered")
    tab._on_clicked()
    assert window._message_bar._text.text() == "It cannot be."
