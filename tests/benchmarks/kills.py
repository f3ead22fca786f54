"""Kill what writes files, at any moment, and count what was lost: nothing may be.

    python tests/benchmarks/kills.py [--count 100] [--seconds 600]

Four kinds of processes are killed (SIGKILL), each so many times, within so many seconds: one that writes a
run's files, one that keeps digits, one that imports and turns them, and the whole program with a monkey at
its window. After each kill all that was told to be kept must be there, and nothing torn. The exit code is 1
where something was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PROGRAMS = ("killed_writer", "killed_collector", "killed_importer", "killed_program")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=600, help="for each kind of process")
    parser.add_argument("--only", choices=PROGRAMS, action="append")
    asked = parser.parse_args()
    killed, is_well = 0, True
    for program in asked.only or PROGRAMS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            command = [
                sys.executable,
                str(TESTS / f"{program}.py"),
                folder,
                str(asked.count),
                str(asked.seconds),
            ]
            environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
            finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
        if finished.returncode:
            print(f"{program}: failed with {finished.returncode}", flush=True)
            is_well = False
            continue
        told = json.loads(finished.stdout)
        wrong = told.pop("wrong")
        print(f"{program}: " + ", ".join(f"{name} {value}" for name, value in told.items()), flush=True)
        print(*(f"  WRONG {each}" for each in wrong), sep="\n", end="" if not wrong else "\n", flush=True)
        killed += told["killed"]
        is_well &= not wrong
    print(f"{killed} kills, {'nothing lost or torn' if is_well else 'SOMETHING WRONG'}")
    return int(not is_well)


if __name__ == "__main__":
    raise SystemExit(main())
