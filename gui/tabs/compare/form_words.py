"""The Compare tab's lesson about data: forms of digits that MNIST has hardly any of."""

from __future__ import annotations

from gui.words import translate


def general() -> str:
    """Return the lesson of all forms, shown before one is chosen."""
    return translate(
        "Lesson",
        "A network learns the forms that it is shown, and takes others for what they look most like, often "
        "with great certainty. MNIST was written by employees of the US Census Bureau and by American "
        "high-school students. Try European forms:",
    )


def title(form: str) -> str:
    """Return the title of a form of `core.pen_digits.samples`."""
    return {
        "crossed_7": translate("FormWords", "Crossed 7"),
        "upstroke_1": translate("FormWords", "1 with upstroke"),
        "curled_9": translate("FormWords", "Curled 9"),
        "open_4": translate("FormWords", "Open 4"),
        "closed_6": translate("FormWords", "Closed 6"),
    }[form]


def note(form: str) -> str:
    """Return how frequent a form is in MNIST, and which digit it may be taken for."""
    # The counts are by eye, of 200 training digits of the class drawn at random.
    return {
        "crossed_7": translate(
            "Lesson",
            "A 7 with a bar, so that nobody takes it for a 1. About one in seven of MNIST's 7s has a bar, "
            "but at half its height and under a straight top. Under a round top, a low bar looks like the "
            "foot of a 2.",
        ),
        "upstroke_1": translate(
            "Lesson",
            "A 1 that begins with an upstroke. Of 200 of MNIST's 1s some two have one; nearly all are a "
            "single straight line. A line that comes from the left and turns down at the top: in MNIST, that "
            "is a 7.",
        ),
        "curled_9": translate(
            "Lesson",
            "A 9 whose tail swings far to the left. Most of MNIST's 9s stand on a straight stem, or one that "
            "is bent a little. A bow that is open to the left, at the bottom: in MNIST, that is a 3 or a 5.",
        ),
        "open_4": translate(
            "Lesson",
            "A 4 of two strokes, open at the top, the second one short and low. MNIST has many open 4s, but "
            "their two arms are about equally high. With one arm high and one low, it comes near a 6.",
        ),
        "closed_6": translate(
            "Lesson",
            "A 6 that begins with a small loop, and so is closed at the top as well. MNIST has hardly any; "
            "two loops, one above the other, are an 8 there. Not every rare form is misread: see what both "
            "networks make of it.",
        ),
    }[form]
