"""Try all readers of files with damaged ones, for as long as asked.

    python tests/benchmarks/fuzz_readers.py --minutes 30
    python tests/benchmarks/fuzz_readers.py --reader npz --seed 1034

The readers and their files are `tests/fuzzing.py`'s. Prints, reader by reader, how many files were tried and
how many of them were read, and each fault with the seed of its file; a seed tries that file again. The exit
code is 1 where there was a fault. A reader that comes to no end is shown with its stack, and ends it all.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import logging
import os
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import fuzzing
from fuzzing import Reader
from PySide6.QtWidgets import QApplication

LONGEST = 60.0  # seconds for one file: what takes longer never ends


class Tried:
    """What came of a reader's files."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.read = collections.Counter[bool]()
        self.faults: dict[str, int] = {}
        """The first seed of each kind."""

    def attempt(self, seed: int, sandbox: Path) -> None:
        faulthandler.dump_traceback_later(LONGEST, exit=True)
        try:
            self.read[fuzzing.attempt(self.reader, Random(seed), sandbox)] += 1
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {error!s:.80}"
            if told not in self.faults:
                print(f"FAULT {self.reader.name}, seed {seed}: {told}", flush=True)
            self.faults.setdefault(told, seed)
        finally:
            faulthandler.cancel_dump_traceback_later()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--reader", choices=fuzzing.READERS, action="append")
    parser.add_argument("--seed", type=int, help="try this file only")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("error")  # a reader that warns has not thought of something
    # Waiting for the disk is for power cuts.
    os.fsync = lambda _descriptor: None  # type: ignore[assignment]
    os.sync = lambda: None
    application = QApplication(sys.argv[:1])
    tried = [Tried(fuzzing.READERS[name]) for name in asked.reader or fuzzing.READERS]
    seed, ends = asked.first if asked.seed is None else asked.seed, time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory() as folder:
        sandbox = fuzzing.make_sandbox(Path(folder) / "sandbox")
        while asked.seed in (None, seed) and time.monotonic() < ends:
            for each in tried:
                each.attempt(seed, sandbox)
            seed += 1
    for each in tried:
        count, faults = sum(each.read.values()), len(each.faults)
        print(f"{each.reader.name:25} {count:8,} files, {each.read[True]:8,} read, {faults} kinds of faults")
    print(f"{sum(sum(each.read.values()) for each in tried):,} files in all")
    application.quit()
    return int(any(each.faults for each in tried))


if __name__ == "__main__":
    raise SystemExit(main())
