"""Learning rates over a run: pure functions of the step, so that a window can draw them before the run."""

from __future__ import annotations

import math

_WARM_UP = 0.24  # of all steps, one-cycle
_FIRST = 1 / 25  # of the largest rate: one-cycle starts there …
_LAST = _FIRST / 1e4  # … and ends here, as torch.optim.lr_scheduler.OneCycleLR does


def learning_rate(schedule: str, largest: float, step: int, steps: int) -> float:
    """The rate of a step, counted from 0 to steps − 1.

    constant: always the largest. step: a tenth of it in the third quarter of the run, a hundredth in the
    last. cosine: half a cosine from the largest down to 0 (Loshchilov and Hutter 2017, without restarts).
    one-cycle: up for a quarter of the run, then down to almost nothing (Smith and Topin 2018).
    """
    if schedule == "step":
        return largest * (1.0 if 2 * step < steps else 0.1 if 4 * step < 3 * steps else 0.01)
    if schedule == "cosine":
        return _cosine(largest, 0.0, step / steps)
    if schedule == "one-cycle":
        first, last = largest * _FIRST, largest * _LAST
        top = _WARM_UP * steps - 1
        if step <= top:
            return _cosine(first, largest, step / top)
        return _cosine(largest, last, (step - top) / (steps - 1 - top)) if steps > 1 else first
    return largest


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)
