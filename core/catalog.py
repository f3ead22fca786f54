"""The catalogue: architectures, the weights that come with the program, devices. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.records import DIGITS

DEVICES = ("auto", "cpu", "cuda", "mps")
EVERYWHERE = ("auto", "cpu")
"""Those that every computer has."""


@dataclass(frozen=True)
class Architecture:
    """A network that can be built: its name in files and commands, and a title for people."""

    name: str
    title: str
    summary: str
    builder: str
    """Where the function is that builds it, as `module:function`; it is imported when first asked."""


ARCHITECTURES = {
    architecture.name: architecture
    for architecture in (
        Architecture(
            "lenet",
            "LeNet (ReLU, max pooling)",
            "LeNet-5's layers with today's activation and pooling: 61,706 parameters.",
            "core.networks.lenet:lenet",
        ),
        Architecture(
            "lenet_sigmoid",
            "LeNet of d2l (sigmoid, average pooling)",
            "The LeNet of Dive into Deep Learning, chapter 7.6 (Chinese edition: 6.6): 61,706 parameters.",
            "core.networks.lenet:lenet_sigmoid",
        ),
    )
}


@dataclass(frozen=True)
class DataSet:
    """Labelled pictures to learn from: their name in files and commands, and what they show."""

    name: str
    title: str
    classes: tuple[str, ...]
    """Their names: a label is a place among them."""
    loader: str
    """Where the function is that loads them, as `module:function`; it gets “train” or “test”."""


DATA_SETS = {
    data.name: data for data in (DataSet("mnist", "MNIST, bundled", DIGITS, "core.data.datasets:load_mnist"),)
}

MNIST = "mnist"


def dataset_of(about: dict[str, Any]) -> str:
    """The data set that weights have learnt from, as their file says; MNIST where it names none of these."""
    config = about.get("config")
    return known_dataset(config.get("dataset") if isinstance(config, dict) else None)


def known_dataset(name: object) -> str:
    """The data set of a name that a file says; MNIST where there is none of that name."""
    return name if isinstance(name, str) and name in DATA_SETS else MNIST


@dataclass(frozen=True)
class ShippedModel:
    """Weights that come with the program: their name, in commands and of their file, and a title."""

    name: str
    architecture: str
    """One of `ARCHITECTURES`."""
    title: str
    summary: str
    trained_on: str
    """As the end of a sentence that says that the network was trained on it."""


SHIPPED = {
    model.name: model
    for model in (
        ShippedModel(
            "lenet_pen",
            "lenet",
            "LeNet for pen strokes (ReLU, max pooling)",
            "LeNet-5's layers with today's activation and pooling, trained on MNIST and on generated pen "
            "digits: crossed 7s, 1s with an upstroke, open 4s and what else MNIST's writers hardly wrote.",
            "MNIST's 60,000 digits and 30,000 generated pen digits",
        ),
        ShippedModel(
            "lenet",
            "lenet",
            "LeNet of MNIST alone (ReLU, max pooling)",
            "The same layers, trained on MNIST alone: it reads American school digits.",
            "MNIST's 60,000 digits",
        ),
        ShippedModel(
            "lenet_sigmoid",
            "lenet_sigmoid",
            "LeNet of d2l (sigmoid, average pooling)",
            "The LeNet of Dive into Deep Learning, chapter 7.6 (Chinese edition: 6.6), trained on MNIST.",
            "MNIST's 60,000 digits",
        ),
    )
}

DEFAULT_MODEL = "lenet_pen"
"""The shipped weights that answer the first stroke."""
