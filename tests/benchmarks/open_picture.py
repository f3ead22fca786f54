"""How long a photo of 12 megapixels takes until its digit can be on the pad, beside its decoding alone.

    python tests/benchmarks/open_picture.py

The floor is Pillow's decoding of the same file at the same size, in this process. The rest is what finding
the digit and crossing from the file process cost; the first picture after the process is warm is told apart.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def main() -> int:
    """Print the times."""
    from paper_pictures import Sheet, clean, picture, strokes_of_digits
    from PIL import Image
    from PySide6.QtCore import QCoreApplication, QEventLoop

    from core.files.limits import PICTURE
    from core.ink.sheets import read_file
    from gui.processes import file_process
    from gui.processes.job import Job

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    strokes, _ = next(strokes_of_digits(1, 1))
    sheet = Sheet((3000, 4000), size=0.3, grain=3, fall_off=40, blur=1.5, quality=90)
    app = QCoreApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        path.write_bytes(picture(clean(strokes, 0.1), sheet, np.random.default_rng(1)))

        def decode() -> float:
            started = time.perf_counter()
            with Image.open(path) as image:
                image.draft("RGB", (1280, 1280))
                image.load()
            return time.perf_counter() - started

        def read() -> float:
            loop, job = QEventLoop(), Job(PICTURE)
            job.ended.connect(loop.quit)
            started = time.perf_counter()
            job.start(read_file, path)
            loop.exec()
            return time.perf_counter() - started

        decode()
        file_process.warm_up()
        time.sleep(5)
        times = [(decode(), read()) for _ in range(rounds)]
    first, last = times[0][1], times[-1][1]
    decoded, whole = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{path.name}: 4000 × 3000 pixels, {rounds} rounds")
    print(f"decoding alone (floor)      {decoded * 1000:6.0f} ms")
    print(f"until its digits are known  {whole * 1000:6.0f} ms, ratio {whole / decoded:.2f}")
    print(f"after it is decoded         {(whole - decoded) * 1000:6.0f} ms")
    print(f"first {first * 1000:.0f} ms, last {last * 1000:.0f} ms, ratio {first / last:.2f}")
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
