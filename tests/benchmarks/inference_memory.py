"""How much memory the inference process holds, above a Python that has imported torch alone.

    python tests/benchmarks/inference_memory.py [--model NAME_OR_PATH]

Measured when the network is open and the training digits are known, and again after ranking the channels and
finding the exciting patches of each layer with weights. Linux only: the figures are the system's own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if TYPE_CHECKING:  # the inference process imports this file as well
    from gui.processes.engine import Engine
    from gui.processes.question import Question

TORCH = "import torch; print(open('/proc/self/smaps_rollup').read())"


def mebibytes(rollup: str) -> float:
    """The resident memory that the system tells."""
    (line,) = (line for line in rollup.splitlines() if line.startswith("Rss:"))
    return int(line.split()[1]) / 1024


def held(engine: Engine) -> float:
    """MiB of the inference process."""
    (process,) = engine.process_ids
    return mebibytes(Path(f"/proc/{process}/smaps_rollup").read_text())


def do(work: Question, *call: object) -> None:
    """Wait until long work is done."""
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    work.finished.connect(loop.quit)
    work.failed.connect(loop.quit)
    work.work(*call)  # type: ignore[arg-type]
    loop.exec()


def main() -> None:
    """Print the floor, and what is held above it."""
    from PySide6.QtCore import QCoreApplication

    from core.catalog import DEFAULT_MODEL
    from core.processes import questions
    from gui.processes.engine import Engine
    from gui.processes.question import Question

    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default=DEFAULT_MODEL)
    model = parser.parse_args().model
    app = QCoreApplication([])
    told = subprocess.run([sys.executable, "-c", TORCH], capture_output=True, text=True, check=True).stdout
    floor = mebibytes(told)
    print(f"torch imported (floor)                {floor:6.0f} MiB")
    engine = Engine(app)
    engine.open(model, "cpu")
    do(Question("familiarity", engine, app), questions.get_familiar)
    print(f"training digits known (at most +80)   {held(engine) - floor:+6.0f} MiB")
    assert engine.opened is not None
    for layer in (spec.name for spec in engine.opened.layers if spec.parameters):
        do(Question("ranking", engine, app), questions.ranking, layer)
        do(Question("patches", engine, app), questions.patches, layer)
    print(f"all layers ranked, and their patches  {held(engine) - floor:+6.0f} MiB")
    engine.close()


if __name__ == "__main__":
    main()
