"""What to do next, by what there is: nothing drawn, a guess, a run that does not learn, misread digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from core.records import Prediction, leading
from gui.words import translate
from gui.words.verdict import is_an_answer


class NextStep(NamedTuple):
    """A sentence, and what its button does."""

    text: str
    button: str
    goal: str
    """The page that it leads to; or "tour", or "test digit"."""


def next_step(
    page: str,
    is_sample: bool,
    is_ready: bool,
    prediction: Prediction | None,
    advice: Mapping[str, str],
) -> NextStep:
    """Return the next step.

    Args:
        page: the name of the page in sight.
        is_sample: whether the drawing is the sample of the start.
        is_ready: whether a network is there to answer.
        prediction: the answer to the drawing; None where nothing is drawn.
        advice: what built pages ask attention for, by their names: see `Tab.advice`.
    """
    if not is_ready:
        text = translate("WhatNow", "No network answers yet. Wait a moment, or choose one in the Model menu.")
        return NextStep(text, "", "")
    if said := advice.get("train"):
        return NextStep(said, translate("WhatNow", "Open Train"), "train")
    if is_sample:
        text = translate("WhatNow", "Draw a digit over the sample, or let the tour show you around.")
        return NextStep(text, translate("WhatNow", "Take the tour"), "tour")
    if prediction is None:
        text = translate("WhatNow", "Nothing is drawn. Draw a digit at the left, or look at one of MNIST's.")
        return NextStep(text, translate("WhatNow", "Show a test digit"), "test digit")
    if (step := _about_answer(page, prediction)) is not None:
        return step
    if said := advice.get("my_digits"):
        return NextStep(said, translate("WhatNow", "Open My digits"), "my_digits")
    return _about_page(page)


def _about_answer(page: str, prediction: Prediction) -> NextStep | None:
    """Return what an answer that is not sure asks for; it is not said again on the page that shows it."""
    if not is_an_answer(prediction):
        text = translate(
            "WhatNow",
            "The network's numbers are too large to say anything. Choose another one in the Model menu.",
        )
        return NextStep(text, "", "")
    if page == "why" or (prediction.is_sure and not prediction.is_unlike_digits):
        return None
    button = translate("WhatNow", "Open Why")
    if prediction.is_unlike_digits:
        text = translate(
            "WhatNow",
            "The answer is a guess: the drawing is unlike all digits that the network has learnt from. "
            "Why shows those that come nearest.",
        )
        return NextStep(text, button, "why")
    first, second = (prediction.classes[leader] for leader in leading(prediction.probabilities))
    text = translate(
        "WhatNow", "The network hesitates between {first} and {second}. Why shows what speaks for each."
    )
    return NextStep(text.format(first=first, second=second), button, "why")


def _about_page(page: str) -> NextStep:
    """Return how to go on from a page on which nothing asks for attention."""
    texts: dict[str, tuple[str, str, str]] = {
        "inspect": (
            translate(
                "WhatNow", "Click any cell to see the sum behind its number. Then ask for the reasons."
            ),
            translate("WhatNow", "Open Why"),
            "why",
        ),
        "prepare": (
            translate(
                "WhatNow", "Turn and shift the digit with the sliders until it is misread. Then ask why."
            ),
            translate("WhatNow", "Open Why"),
            "why",
        ),
        "why": (
            translate(
                "WhatNow", "Does the network read YOUR hand? Draw more digits, and label those misread."
            ),
            translate("WhatNow", "Open My digits"),
            "my_digits",
        ),
        "train": (
            translate("WhatNow", "Press Start, and watch your drawing being read by a network that learns."),
            "",
            "",
        ),
        "my_digits": (
            translate("WhatNow", "Draw digits and press their label below the answer: they are kept here."),
            "",
            "",
        ),
        "compare": (
            translate("WhatNow", "Choose another network at the right, and draw: where do they differ?"),
            "",
            "",
        ),
    }
    return NextStep(*texts.get(page, ("", "", "")))


def act_on(step: NextStep, deeds: Mapping[str, Callable[[], object]]) -> Callable[[], object] | None:
    """Return what the step's button does, of these by their goals; None where it has no button."""
    return deeds.get(step.goal) if step.button else None
