"""LeNet-5 (LeCun et al. 1998) in the two forms that are taught today."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn


def lenet() -> nn.Sequential:
    """LeNet with ReLU and max pooling: (B, 1, 28, 28) in [0, 1] to 10 logits, 61,706 parameters."""
    return _layers("relu", nn.ReLU, nn.MaxPool2d)


def lenet_sigmoid() -> nn.Sequential:
    """LeNet as in Dive into Deep Learning, chapter 7.6: sigmoids, average pooling, Xavier weights."""
    network = _layers("sigmoid", nn.Sigmoid, nn.AvgPool2d)
    # Without it, saturated sigmoids keep the loss at ln 10 for several epochs.
    for module in network:
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(module.weight)
    return network


def _layers(
    name: str, activation: type[nn.Module], pooling: type[nn.MaxPool2d] | type[nn.AvgPool2d]
) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict[str, nn.Module](
            [
                ("conv1", nn.Conv2d(1, 6, 5, padding=2)),  # 6 × 28 × 28
                (f"{name}1", activation()),
                ("pool1", pooling(2)),  # 6 × 14 × 14
                ("conv2", nn.Conv2d(6, 16, 5)),  # 16 × 10 × 10
                (f"{name}2", activation()),
                ("pool2", pooling(2)),  # 16 × 5 × 5
                ("flatten", nn.Flatten()),  # 400
                ("fc1", nn.Linear(400, 120)),
                (f"{name}3", activation()),
                ("fc2", nn.Linear(120, 84)),
                (f"{name}4", activation()),
                ("fc3", nn.Linear(84, 10)),
            ]
        )
    )
