"""The catalogue: architectures, the weights that come with the program, devices. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

DEVICES = ("auto", "cpu", "cuda", "mps")


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
            "The LeNet of Dive into Deep Learning, chapter 7.6: 61,706 parameters.",
            "core.networks.lenet:lenet_sigmoid",
        ),
    )
}


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
            "LeNet for the pad (ReLU, max pooling)",
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
            "The LeNet of Dive into Deep Learning, chapter 7.6, trained on MNIST.",
            "MNIST's 60,000 digits",
        ),
    )
}

DEFAULT_MODEL = "lenet_pen"
"""The shipped weights that answer the first stroke."""
