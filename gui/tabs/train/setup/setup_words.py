"""The titles and explanations of a run's settings."""

from __future__ import annotations

from dataclasses import dataclass

from gui.words import translate


@dataclass(frozen=True)
class Words:
    """A setting's title, and its explanation: the idea, and the effect of larger and smaller values."""

    title: str
    explanation: str


def words() -> dict[str, Words]:
    """Return the words of each setting by its name in TrainingConfig, and those of `preset`."""
    explanations = _explanations()
    return {name: Words(title, explanations[name]) for name, title in _titles().items()}


def _titles() -> dict[str, str]:
    return {
        "preset": translate("SetupForm", "Preset"),
        "architecture": translate("SetupForm", "Architecture"),
        "start": translate("SetupForm", "Start from"),
        "seed": translate("SetupForm", "Seed"),
        "dataset": translate("SetupForm", "Data set"),
        "digits": translate("SetupForm", "Digits"),
        "validation": translate("SetupForm", "Held out"),
        "pen_digits": translate("SetupForm", "Pen digits"),
        "epochs": translate("SetupForm", "Epochs"),
        "batch_size": translate("SetupForm", "Batch size"),
        "optimizer": translate("SetupForm", "Optimiser"),
        "learning_rate": translate("SetupForm", "Learning rate"),
        "schedule": translate("SetupForm", "Schedule"),
        "momentum": translate("SetupForm", "Momentum"),
        "nesterov": translate("SetupForm", "Nesterov"),
        "weight_decay": translate("SetupForm", "Weight decay"),
        "label_smoothing": translate("SetupForm", "Label smoothing"),
        "dropout": translate("SetupForm", "Dropout"),
        "weight_average": translate("SetupForm", "Weight average"),
        "augmentation.rotation": translate("SetupForm", "Turn"),
        "augmentation.shift": translate("SetupForm", "Shift"),
        "augmentation.scaling": translate("SetupForm", "Stretch"),
        "augmentation.shear": translate("SetupForm", "Slant"),
        "augmentation.elastic": translate("SetupForm", "Bend"),
        "augmentation.thickness": translate("SetupForm", "Stroke"),
        "augmentation.noise": translate("SetupForm", "Noise"),
        "target_accuracy": translate("SetupForm", "Target"),
        "patience": translate("SetupForm", "Patience"),
        "device": translate("SetupForm", "Compute on"),
    }


def _explanations() -> dict[str, str]:
    return {
        "preset": translate(
            "SetupForm",
            "Settings that are known to work. Begin with one, then change one thing at a time: so you "
            "see what it does.",
        ),
        "architecture": translate(
            "SetupForm",
            "The layers and their order. A run learns the weights in them; the layers stay as they are.",
        ),
        "start": translate(
            "SetupForm",
            "Random weights know nothing yet: here learning is seen best. Trained ones are refined "
            "further; a small learning rate keeps what they know.",
        ),
        "seed": translate(
            "SetupForm",
            "All chance follows from it: the random weights, the order of digits. The same seed "
            "repeats a run; another one shows how much was luck.",
        ),
        "dataset": translate(
            "SetupForm",
            "MNIST: 60,000 digits to learn from and 10,000 for the test, by some 500 writers, 28×28 "
            "gray pixels each. They come with the program.",
        ),
        "digits": translate(
            "SetupForm",
            "How many training digits the run uses, held-out ones included. With fewer an epoch is "
            "shorter, and learning by heart gets easier than learning shapes.",
        ),
        "validation": translate(
            "SetupForm",
            "Digits for validation: never learnt from, read after every epoch to see how new digits "
            "fare. More measure finer, but leave fewer to learn from.",
        ),
        "pen_digits": translate(
            "SetupForm",
            "MNIST's writers were Americans. So many digits in the forms of the rest of the world are "
            "generated besides, a thousand a second: crossed 7, 1 with an upstroke, curled 9.",
        ),
        "epochs": translate(
            "SetupForm",
            "In one epoch each digit is used once. More epochs take longer and read better, until "
            "the network starts to learn digits by heart.",
        ),
        "batch_size": translate(
            "SetupForm",
            "How many digits decide together on each step. Small batches: many noisy steps. Large "
            "ones: few steady steps, which allow a larger learning rate.",
        ),
        "optimizer": translate(
            "SetupForm",
            "How gradients become steps. SGD goes down the slope, farther where it is steeper. Adam "
            "gives each weight a step width of its own; AdamW also, with a cleaner weight decay.",
        ),
        "learning_rate": translate(
            "SetupForm",
            "How far a step goes. Too small: learning crawls. Too large: the loss jumps about or "
            "explodes. Try 0.01 to 0.5 with SGD, 0.0005 to 0.005 with Adam.",
        ),
        "schedule": translate(
            "SetupForm",
            "How the rate changes during the run: large steps find the valley, small ones its floor. "
            "The sketch shows the rate from the first step to the last.",
        ),
        "momentum": translate(
            "SetupForm",
            "How much of the last step goes on, as a ball rolls on. 0: each batch alone decides. 0.9: "
            "some ten batches do; faster and smoother. Near 1 it overshoots. (Adam's beta 1.)",
        ),
        "nesterov": translate(
            "SetupForm",
            "Look ahead: take the slope where momentum is about to lead, not where the weights are. "
            "It brakes in time before a bend. Only SGD with momentum has it.",
        ),
        "weight_decay": translate(
            "SetupForm",
            "Each step also pulls all weights a little towards 0, so that none grows large without "
            "need. More: a simpler network. Too much: it cannot learn.",
        ),
        "label_smoothing": translate(
            "SetupForm",
            "Ask for less than certainty: at 0.1 the right digit should get 91 %, each other 1 %. More "
            "makes answers less sure; a little often makes them better.",
        ),
        "dropout": translate(
            "SetupForm",
            "In each step this share of the hidden fully connected units is silent, drawn by chance: "
            "none can rely on one other. More: slower, less learning by heart.",
        ),
        "weight_average": translate(
            "SetupForm",
            "Keep a running mean of the weights, in which the noise of single steps cancels out. 0.99 "
            "looks back on about 100 steps, 0.999 on about 1,000.",
        ),
        "augmentation.rotation": translate(
            "SetupForm",
            "Turn each digit by up to so many degrees, either way. A little teaches that lines may lean.",
        ),
        "augmentation.shift": translate(
            "SetupForm",
            "Move each digit by up to so many pixels, in every direction. Drawings are centred before "
            "they are read, so one or two are enough.",
        ),
        "augmentation.scaling": translate(
            "SetupForm", "Make each digit wider or narrower, and taller or flatter, by up to about so much."
        ),
        "augmentation.shear": translate(
            "SetupForm",
            "Lean each digit to either side, as handwriting leans: at 20 % the top moves by up to a "
            "fifth of the height.",
        ),
        "augmentation.elastic": translate(
            "SetupForm",
            "Bend strokes smoothly, as quick and unsteady hands do: places move by so many pixels, "
            "typically.",
        ),
        "augmentation.thickness": translate(
            "SetupForm",
            "Thicker or thinner strokes, as of other pens: their edges move by up to so many pixels.",
        ),
        "augmentation.noise": translate(
            "SetupForm", "Grainy pixels, as of a poor camera: 10 % is fine sand, 50 % almost hides the digit."
        ),
        "target_accuracy": translate(
            "SetupForm",
            "End the run as soon as the network reads this share of the held-out digits. It saves "
            "time; a higher target takes more epochs, or is never met.",
        ),
        "patience": translate(
            "SetupForm",
            "End after so many epochs that read the held-out digits no better, and keep the best "
            "weights. Little patience saves time, but may give up before the next rise.",
        ),
        "device": translate(
            "SetupForm",
            "GPUs are many times faster with large networks; a LeNet is so small that a CPU does well. "
            "Automatic takes the best there is.",
        ),
    }
