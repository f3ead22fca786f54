"""The generated digits that a network has learnt from, by the config in its file of weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.pen_digits.generator import generate
from core.training.config import TrainingConfig
from core.training.setting_kinds import InvalidSetting


def learnt_pen_digits(about: dict[str, Any], most: int) -> Iterator[tuple[np.ndarray, int]]:
    """The first `most` pen digits that the network has learnt from; none where its file has no config.

    They are as `core.pen_digits.generator.generate` yields them.
    """
    try:
        config = TrainingConfig.from_json(about.get("config"))
    except InvalidSetting:
        return
    yield from itertools.islice(generate(config.pen_digits, config.seed), most)
