"""Whether the window stays quick while a network of five million parameters answers.

    python tests/benchmarks/large_network.py [--seconds N]

The network reads 96×96 pixels and answers through the inference process. A mouse draws eights, a move every
16 ms, in a window of 1400×900. Measured: the gaps between the ticks of an 8 ms timer (p99 at most 25 ms), and
the time from a move to the answer about that drawing or a later one. The floor is a LeNet in its place, which
answers in the window's process. Runs offscreen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from core import catalog
from core.records import DIGITS

if TYPE_CHECKING:  # the inference process imports this file as well
    from core.networks.table import Network

catalog.ARCHITECTURES["large"] = catalog.Architecture(
    "large", "large", "Four convolutions and three fully connected layers.", f"{__name__}:large"
)

WRITE = """
import sys, large_network
from core import networks
from core.networks import trace, weight_files
network = networks.build("large", 0)
weight_files.save(large_network.Path(sys.argv[1]), trace.state(network).weights, {"architecture": "large"})
print(f"{sum(each.numel() for each in network.parameters()):,} parameters")
"""


def large() -> Network:
    """(B, 1, 96, 96) to 10 logits."""
    from torch import nn

    from core.networks.table import Network, Row

    rows, channels = [], 1
    for number, outputs in enumerate((16, 32, 64, 128), 1):
        rows += [
            Row(f"conv{number}", nn.Conv2d(channels, outputs, 3, padding=1)),
            Row(f"relu{number}", nn.ReLU()),
            Row(f"pool{number}", nn.MaxPool2d(2)),
        ]
        channels = outputs
    rows += [Row("flatten", nn.Flatten()), Row("fc1", nn.Linear(128 * 6 * 6, 1024)), Row("relu5", nn.ReLU())]
    rows += [Row("fc2", nn.Linear(1024, 128)), Row("relu6", nn.ReLU()), Row("fc3", nn.Linear(128, 10))]
    return Network(rows, (1, 96, 96), DIGITS)


def main() -> None:
    """Print the floor, and the figures with the large network."""
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication
    from window_while_training import Hand, told, wait  # type: ignore[import-not-found]

    from core.files import folders
    from gui.main_window import MainWindow

    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=12)
    seconds = parser.parse_args().seconds
    folder = Path(tempfile.mkdtemp())
    path = folder / "large.safetensors"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:2])}
    subprocess.run([sys.executable, "-c", WRITE, str(path)], env=environment, check=True)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    folders.data_folder = lambda: folder
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    for name, model in (("LeNet (floor)", "lenet"), ("the large network", str(path))) * 2:
        window = MainWindow(model=model, device="cpu")
        window.resize(1400, 900)
        window.show()
        wait(lambda window=window: window._engine.is_ready and not window._engine.is_opening)
        assert window._engine.answers_here == (model == "lenet")
        wait(lambda window=window: not window._context.familiarity.is_learning)
        told(name, *Hand(window).draw(seconds))
        window.close()


if __name__ == "__main__":
    main()
