"""Settings for runs that are worth making, by name."""

from __future__ import annotations

from dataclasses import dataclass

from core.training.config import Augmentation, TrainingConfig


@dataclass(frozen=True)
class Preset:
    """A config with a title and a sentence for people."""

    name: str
    title: str
    summary: str
    config: TrainingConfig


PRESETS = (
    Preset(
        "quick",
        "99 % in six epochs",
        "A rate that rises and falls: the shortest way to a network that reads well.",
        TrainingConfig(epochs=6, batch_size=128),
    ),
    Preset(
        "d2l",
        "As in d2l, 7.6 (Chinese: 6.6)",
        "Sigmoids, average pooling and plain gradient descent at a rate of 0.9: for three epochs or so "
        "nothing seems to happen. The settings are those of the Chinese edition, there with Fashion-MNIST.",
        TrainingConfig(
            architecture="lenet_sigmoid",
            epochs=10,
            batch_size=256,
            optimizer="sgd",
            learning_rate=0.9,
            momentum=0.0,
            weight_decay=0.0,
            schedule="constant",
        ),
    ),
    Preset(
        "lesson",
        "As in the lesson",
        "Small batches, a small constant rate and half a momentum: slow, but every step can be followed.",
        TrainingConfig(
            epochs=10,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            momentum=0.5,
            nesterov=False,
            weight_decay=0.0,
            schedule="constant",
        ),
    ),
    Preset(
        "lenet_pen",
        "As shipped for pen strokes",
        "How the network that answers first was made: MNIST's 60,000 digits and 30,000 generated pen digits, "
        "augmentation, smoothed labels, averaged weights, 120 epochs. It was calibrated at the end.",
        TrainingConfig(
            validation=0,
            pen_digits=30_000,
            epochs=120,
            batch_size=256,
            optimizer="sgd",
            learning_rate=0.2,
            weight_decay=3e-4,
            label_smoothing=0.04,
            augmentation=Augmentation.of_strength(0.7),
            weight_average=0.999,
            seed=1,  # with 0 one of the six kernels of conv1 died: its map is empty whatever is drawn
        ),
    ),
    Preset(
        "lenet",
        "As shipped, MNIST alone",
        "How its neighbour in the Model menu was made: augmentation, smoothed labels, averaged weights, all "
        "60,000 digits, sixty epochs. It was calibrated at the end.",
        TrainingConfig(
            validation=0,
            epochs=60,
            batch_size=256,
            optimizer="sgd",
            learning_rate=0.2,
            weight_decay=5e-4,
            label_smoothing=0.03,
            augmentation=Augmentation.of_strength(0.7),
            weight_average=0.999,
        ),
    ),
)
