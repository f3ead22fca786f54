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
    leaders = leading(prediction.probabilities)
    top, next_to_top = prediction.probabilities[list(leaders)]
    first, second = (prediction.classes[leader] for leader in leaders)
    if prediction.is_unlike_digits:
        return translate("Verdict", "{digit}?").format(digit=first), translate(
            "Verdict", "a guess: unlike what it has learnt from"
        )
    if is_sure(prediction.probabilities):
        return first, translate("Verdict", "{percent} % sure").format(percent=percent(float(top)))
    if next_to_top >= SERIOUS_RIVAL:
        verdict = translate("Verdict", "not sure: {first} or {second}").format(first=first, second=second)
    else:
        verdict = translate("Verdict", "not sure: perhaps {first}").format(first=first)
    return translate("Verdict", "{digit}?").format(digit=first), verdict


def leading(probabilities: np.ndarray) -> tuple[int, int]:
    """Return the classes with the largest and the second largest probability (K,); the same where K is 1."""
    *_, second, first = np.argsort(probabilities)[[-min(2, len(probabilities)), -1]].tolist()
    return first, second


def is_sure(probabilities: np.ndarray) -> bool:
    """Return whether the largest probability (K,) is far enough from the next; of a single class it is."""
    top, next_to_top = probabilities[list(leading(probabilities))]
    return len(probabilities) == 1 or bool(top - next_to_top >= UNSURE_MARGIN)


def is_an_answer(prediction: Prediction) -> bool:
    """Return whether its probabilities are numbers; weights that are far too large give none."""
    return bool(np.isfinite(prediction.probabilities).all())
