"""A network's answer in words: the digit, and how sure it is."""

from __future__ import annotations

import numpy as np

from core.records import Prediction
from gui.words import translate
from gui.words.numbers import percent

UNSURE_MARGIN = 0.6
"""With less between the two largest probabilities the answer is called unsure.

Of MNIST's test digits this marks 1.2 %, and of the misread ones 76 %; of 3,875 pen digits that people
wrote on tablets 2.1 %, and of the misread ones 55 % (shipped lenet_pen).
"""

SERIOUS_RIVAL = 0.2
"""From this probability on the second digit is named beside the first."""


def digit_and_verdict(prediction: Prediction) -> tuple[str, str]:
    """Return the digit, with a question mark where it is not sure, and a line on how sure it is."""
    if not is_an_answer(prediction):
        return translate("Verdict", "–"), translate(
            "Verdict", "no answer: the network's numbers are too large"
        )
    first, second = leading(prediction.probabilities)
    top, next_to_top = prediction.probabilities[[first, second]]
    if prediction.is_unlike_digits:
        return translate("Verdict", "{digit}?").format(digit=first), translate(
            "Verdict", "a guess: unlike the digits it has learnt from"
        )
    if is_sure(prediction.probabilities):
        return str(first), translate("Verdict", "{percent} % sure").format(percent=percent(float(top)))
    if next_to_top >= SERIOUS_RIVAL:
        verdict = translate("Verdict", "not sure: {first} or {second}").format(first=first, second=second)
    else:
        verdict = translate("Verdict", "not sure: perhaps {first}").format(first=first)
    return translate("Verdict", "{digit}?").format(digit=first), verdict


def leading(probabilities: np.ndarray) -> tuple[int, int]:
    """Return the digits with the largest and the second largest probability (10,)."""
    second, first = np.argsort(probabilities)[-2:].tolist()
    return first, second


def is_sure(probabilities: np.ndarray) -> bool:
    """Return whether the largest probability (10,) is far enough from the next."""
    top, next_to_top = probabilities[list(leading(probabilities))]
    return bool(top - next_to_top >= UNSURE_MARGIN)


def is_an_answer(prediction: Prediction) -> bool:
    """Return whether its probabilities are numbers; weights that are far too large give none."""
    return bool(np.isfinite(prediction.probabilities).all())
