"""The titles and explanations of a run's settings."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject


@dataclass(frozen=True)
class Words:
    """A setting's title, and its explanation: the idea, and the effect of larger and smaller values."""

    title: str
    explanation: str


def words() -> dict[str, Words]:
    """Return the words of each setting by its name in TrainingConfig, and those of `preset`."""
    texts = _SetupTexts()
    explanations = texts.explanations()
    return {name: Words(title, explanations[name]) for name, title in texts.titles().items()}


class _SetupTexts(QObject):
    """The titles and the explanations, in the window's language."""

    def titles(self) -> dict[str, str]:
        """Return the titles by the settings' names."""
        return {
            "preset": self.tr("Preset"),
            "architecture": self.tr("Architecture"),
            "start": self.tr("Start from"),
            "seed": self.tr("Seed"),
            "dataset": self.tr("Data set"),
            "digits": self.tr("Digits"),
            "validation": self.tr("Held out"),
            "pen_digits": self.tr("Pen digits"),
            "epochs": self.tr("Epochs"),
            "batch_size": self.tr("Batch size"),
            "optimizer": self.tr("Optimiser"),
            "learning_rate": self.tr("Learning rate"),
            "schedule": self.tr("Schedule"),
            "momentum": self.tr("Momentum"),
            "nesterov": self.tr("Nesterov"),
            "weight_decay": self.tr("Weight decay"),
            "label_smoothing": self.tr("Label smoothing"),
            "dropout": self.tr("Dropout"),
            "weight_average": self.tr("Weight average"),
            "augmentation.rotation": self.tr("Turn"),
            "augmentation.shift": self.tr("Shift"),
            "augmentation.scaling": self.tr("Stretch"),
            "augmentation.shear": self.tr("Slant"),
            "augmentation.elastic": self.tr("Bend"),
            "augmentation.thickness": self.tr("Stroke"),
            "augmentation.noise": self.tr("Noise"),
            "target_accuracy": self.tr("Target"),
            "patience": self.tr("Patience"),
            "device": self.tr("Compute on"),
        }

    def explanations(self) -> dict[str, str]:
        """Return the explanations by the settings' names."""
        return {
            "preset": self.tr(
                "Settings that are known to work. Begin with one, then change one thing at a time: so you "
                "see what it does."
            ),
            "architecture": self.tr(
                "The layers and their order. A run learns the weights in them; the layers stay as they are."
            ),
            "start": self.tr(
                "Random weights know nothing yet: here learning is seen best. Trained ones are refined "
                "further; a small learning rate keeps what they know."
            ),
            "seed": self.tr(
                "All chance follows from it: the random weights, the order of digits. The same seed "
                "repeats a run; another one shows how much was luck."
            ),
            "dataset": self.tr(
                "MNIST: 60,000 digits to learn from and 10,000 for the test, by some 500 writers, 28×28 "
                "gray pixels each. They come with the program."
            ),
            "digits": self.tr(
                "How many training digits the run uses, held-out ones included. With fewer an epoch is "
                "shorter, and learning by heart gets easier than learning shapes."
            ),
            "validation": self.tr(
                "Digits for validation: never learnt from, read after every epoch to see how new digits "
                "fare. More measure finer, but leave fewer to learn from."
            ),
            "pen_digits": self.tr(
                "MNIST's writers were Americans. So many digits in the forms of the rest of the world are "
                "generated besides: crossed 7, 1 with an upstroke, curled 9."
            ),
            "epochs": self.tr(
                "In one epoch each digit is used once. More epochs take longer and read better, until "
                "the network starts to learn digits by heart."
            ),
            "batch_size": self.tr(
                "How many digits decide together on each step. Small batches: many noisy steps. Large "
                "ones: few steady steps, which allow a larger learning rate."
            ),
            "optimizer": self.tr(
                "How gradients become steps. SGD goes down the slope, farther where it is steeper. Adam "
                "gives each weight a step width of its own; AdamW also, with a cleaner weight decay."
            ),
            "learning_rate": self.tr(
                "How far a step goes. Too small: learning crawls. Too large: the loss jumps about or "
                "explodes. Try 0.01 to 0.5 with SGD, 0.0005 to 0.005 with Adam."
            ),
            "schedule": self.tr(
                "How the rate changes during the run: large steps find the valley, small ones its floor. "
                "The sketch shows the rate from the first step to the last."
            ),
            "momentum": self.tr(
                "How much of the last step goes on, as a ball rolls on. 0: each batch alone decides. 0.9: "
                "some ten batches do; faster and smoother. Near 1 it overshoots. (Adam's beta 1.)"
            ),
            "nesterov": self.tr(
                "Look ahead: take the slope where momentum is about to lead, not where the weights are. "
                "It brakes in time before a bend. Only with SGD and momentum."
            ),
            "weight_decay": self.tr(
                "Each step also pulls all weights a little towards 0, so that none grows large without "
                "need. More: a simpler network. Too much: it cannot learn."
            ),
            "label_smoothing": self.tr(
                "Ask for less than certainty: at 0.1 the right digit should get 91 %, each other 1 %. More "
                "makes answers less sure; a little often makes them better."
            ),
            "dropout": self.tr(
                "In each step this share of the hidden fully connected units is silent, drawn by chance: "
                "none can rely on one other. More: slower, less learning by heart."
            ),
            "weight_average": self.tr(
                "Keep a running mean of the weights, in which the noise of single steps cancels out. 0.99 "
                "looks back on about 100 steps, 0.999 on about 1,000."
            ),
            "augmentation.rotation": self.tr(
                "Turn each digit by up to so many degrees, either way. A little teaches that lines may lean."
            ),
            "augmentation.shift": self.tr(
                "Move each digit by up to so many pixels, in every direction. Drawings are centred before "
                "they are read, so one or two are enough."
            ),
            "augmentation.scaling": self.tr(
                "Make each digit wider or narrower, and taller or flatter, by up to about so much."
            ),
            "augmentation.shear": self.tr(
                "Lean each digit to either side, as handwriting leans: at 20 % the top moves by up to a "
                "fifth of the height."
            ),
            "augmentation.elastic": self.tr(
                "Bend strokes smoothly, as quick and unsteady hands do: places move by so many pixels, "
                "typically."
            ),
            "augmentation.thickness": self.tr(
                "Thicker or thinner strokes, as of other pens: their edges move by up to so many pixels."
            ),
            "augmentation.noise": self.tr(
                "Grainy pixels, as of a poor camera: 10 % is fine sand, 50 % almost hides the digit."
            ),
            "target_accuracy": self.tr(
                "End the run as soon as the network reads this share of the held-out digits. It saves "
                "time; a higher target takes more epochs, or is never met."
            ),
            "patience": self.tr(
                "End after so many epochs that read the held-out digits no better, and keep the best "
                "weights. Little patience saves time, but may give up before the next rise."
            ),
            "device": self.tr(
                "GPUs are many times faster with large networks; a LeNet is so small that a CPU does well. "
                "Automatic takes the best there is."
            ),
        }
