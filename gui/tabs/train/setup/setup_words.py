"""What the settings of a run are called, and what each does, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from gui.words import translate


@dataclass(frozen=True)
class Words:
    """A setting's title, and the idea behind it with the effect of more and less."""

    title: str
    explanation: str


def words() -> dict[str, Words]:
    """By the names of a TrainingConfig's fields; `preset` and nothing else is not among them."""
    return _network() | _learning() | _regularisation() | _augmentation() | _ending()


def _network() -> dict[str, Words]:
    return {
        "preset": Words(
            translate("SetupForm", "Preset"),
            translate(
                "SetupForm",
                "Settings that are known to work. Begin with one, then change one thing at a time: so you "
                "see what it does.",
            ),
        ),
        "architecture": Words(
            translate("SetupForm", "Architecture"),
            translate(
                "SetupForm",
                "The layers and their order. A run learns the weights in them; the layers stay as they are.",
            ),
        ),
        "start": Words(
            translate("SetupForm", "Start from"),
            translate(
                "SetupForm",
                "Random weights know nothing yet: here learning is seen best. Trained ones are refined "
                "further; a small learning rate keeps what they know.",
            ),
        ),
        "seed": Words(
            translate("SetupForm", "Seed"),
            translate(
                "SetupForm",
                "All chance follows from it: the random weights, the order of digits. The same seed "
                "repeats a run; another one shows how much was luck.",
            ),
        ),
        "dataset": Words(
            translate("SetupForm", "Data set"),
            translate(
                "SetupForm",
                "MNIST: 60,000 digits to learn from and 10,000 for the test, by some 500 writers, 28×28 "
                "gray pixels each. They come with the program.",
            ),
        ),
        "digits": Words(
            translate("SetupForm", "Digits"),
            translate(
                "SetupForm",
                "How many training digits the run uses, held-out ones included. With fewer an epoch is "
                "shorter, and learning by heart gets easier than learning shapes.",
            ),
        ),
        "validation": Words(
            translate("SetupForm", "Held out"),
            translate(
                "SetupForm",
                "Digits for validation: never learnt from, read after every epoch to see how new digits "
                "fare. More measure finer, but leave fewer to learn from.",
            ),
        ),
        "pen_digits": Words(
            translate("SetupForm", "Pen digits"),
            translate(
                "SetupForm",
                "MNIST's writers were Americans. So many digits in the forms of the rest of the world are "
                "generated besides, a thousand a second: crossed 7, 1 with an upstroke, curled 9.",
            ),
        ),
    }


def _learning() -> dict[str, Words]:
    return {
        "epochs": Words(
            translate("SetupForm", "Epochs"),
            translate(
                "SetupForm",
                "In one epoch each digit is used once. More epochs take longer and read better, until "
                "the network starts to learn digits by heart.",
            ),
        ),
        "batch_size": Words(
            translate("SetupForm", "Batch size"),
            translate(
                "SetupForm",
                "How many digits decide together on each step. Small batches: many noisy steps. Large "
                "ones: few steady steps, which allow a larger learning rate.",
            ),
        ),
        "optimizer": Words(
            translate("SetupForm", "Optimiser"),
            translate(
                "SetupForm",
                "How gradients become steps. SGD goes down the slope, farther where it is steeper. Adam "
                "gives each weight a step width of its own; AdamW also, with a cleaner weight decay.",
            ),
        ),
        "learning_rate": Words(
            translate("SetupForm", "Learning rate"),
            translate(
                "SetupForm",
                "How far a step goes. Too small: learning crawls. Too large: the loss jumps about or "
                "explodes. Try 0.01 to 0.5 with SGD, 0.0005 to 0.005 with Adam.",
            ),
        ),
        "schedule": Words(
            translate("SetupForm", "Schedule"),
            translate(
                "SetupForm",
                "How the rate changes during the run: large steps find the valley, small ones its floor. "
                "The sketch shows the rate from the first step to the last.",
            ),
        ),
        "momentum": Words(
            translate("SetupForm", "Momentum"),
            translate(
                "SetupForm",
                "How much of the last step goes on, as a ball rolls on. 0: each batch alone decides. 0.9: "
                "some ten batches do; faster and smoother. Near 1 it overshoots. (Adam's beta 1.)",
            ),
        ),
        "nesterov": Words(
            translate("SetupForm", "Nesterov"),
            translate(
                "SetupForm",
                "Look ahead: take the slope where momentum is about to lead, not where the weights are. "
                "It brakes in time before a bend. Only SGD with momentum has it.",
            ),
        ),
    }


def _regularisation() -> dict[str, Words]:
    return {
        "weight_decay": Words(
            translate("SetupForm", "Weight decay"),
            translate(
                "SetupForm",
                "Each step also pulls all weights a little towards 0, so that none grows large without "
                "need. More: a simpler network. Too much: it cannot learn.",
            ),
        ),
        "label_smoothing": Words(
            translate("SetupForm", "Label smoothing"),
            translate(
                "SetupForm",
                "Ask for less than certainty: at 0.1 the right digit should get 91 %, each other 1 %. More "
                "makes answers less sure; a little often makes them better.",
            ),
        ),
        "dropout": Words(
            translate("SetupForm", "Dropout"),
            translate(
                "SetupForm",
                "In each step this share of the hidden fully connected units is silent, drawn by chance: "
                "none can rely on one other. More: slower, less learning by heart.",
            ),
        ),
        "weight_average": Words(
            translate("SetupForm", "Weight average"),
            translate(
                "SetupForm",
                "Keep a running mean of the weights, in which the noise of single steps cancels out. 0.99 "
                "looks back on about 100 steps, 0.999 on about 1,000.",
            ),
        ),
    }


def _augmentation() -> dict[str, Words]:
    return {
        "augmentation.rotation": Words(
            translate("SetupForm", "Turn"),
            translate(
                "SetupForm",
                "Turn each digit by up to so many degrees, either way. A little teaches that lines may lean.",
            ),
        ),
        "augmentation.shift": Words(
            translate("SetupForm", "Shift"),
            translate(
                "SetupForm",
                "Move each digit by up to so many pixels, in every direction. Drawings are centred before "
                "they are read, so one or two are enough.",
            ),
        ),
        "augmentation.scaling": Words(
            translate("SetupForm", "Stretch"),
            translate(
                "SetupForm",
                "Make each digit wider or narrower, and taller or flatter, by up to about so much.",
            ),
        ),
        "augmentation.shear": Words(
            translate("SetupForm", "Slant"),
            translate(
                "SetupForm",
                "Lean each digit to either side, as handwriting leans: at 20 % the top moves by up to a "
                "fifth of the height.",
            ),
        ),
        "augmentation.elastic": Words(
            translate("SetupForm", "Bend"),
            translate(
                "SetupForm",
                "Bend strokes smoothly, as quick and unsteady hands do: places move by so many pixels, "
                "typically.",
            ),
        ),
        "augmentation.thickness": Words(
            translate("SetupForm", "Stroke"),
            translate(
                "SetupForm",
                "Thicker or thinner strokes, as of other pens: their edges move by up to so many pixels.",
            ),
        ),
        "augmentation.noise": Words(
            translate("SetupForm", "Noise"),
            translate(
                "SetupForm",
                "Grainy pixels, as of a poor camera: 10 % is fine sand, 50 % almost hides the digit.",
            ),
        ),
    }


def _ending() -> dict[str, Words]:
    return {
        "target_accuracy": Words(
            translate("SetupForm", "Target"),
            translate(
                "SetupForm",
                "End the run as soon as the network reads this share of the held-out digits. It saves "
                "time; a higher target takes more epochs, or is never met.",
            ),
        ),
        "patience": Words(
            translate("SetupForm", "Patience"),
            translate(
                "SetupForm",
                "End after so many epochs that read the held-out digits no better, and keep the best "
                "weights. Little patience saves time, but may give up before the next rise.",
            ),
        ),
        "device": Words(
            translate("SetupForm", "Compute on"),
            translate(
                "SetupForm",
                "GPUs are many times faster with large networks; a LeNet is so small that a CPU does well. "
                "Automatic takes the best there is.",
            ),
        ),
    }
