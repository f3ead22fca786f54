"""A network's answer in words: the digit, and how sure it is."""

from __future__ import annotations

import numpy as np

from core.records import SERIOUS_RIVAL, Prediction, leading
from gui.words import translate
from gui.words.numbers import percent


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
    if prediction.is_sure:
        return first, translate("Verdict", "{percent} % sure").format(percent=percent(float(top)))
    if next_to_top >= SERIOUS_RIVAL:
        verdict = translate("Verdict", "not sure: {first} or {second}").format(first=first, second=second)
    else:
        verdict = translate("Verdict", "not sure: perhaps {first}").format(first=first)
    return translate("Verdict", "{digit}?").format(digit=first), verdict


def is_an_answer(prediction: Prediction) -> bool:
    """Return whether its probabilities are numbers; weights that are far too large give none."""
    return bool(np.isfinite(prediction.probabilities).all())
