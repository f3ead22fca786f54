"""LeNet-5 (LeCun et al. 1998) in the two forms that are taught today."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn


def lenet() -> nn.Sequential:
    """LeNet with ReLU and max pooling: (B, 1, 28, 28) in [0, 1] to 10 logits, 61,706 parameters."""
    return nn.Sequential(
        OrderedDict[str, nn.Module](
            [
                ("conv1", nn.Conv2d(1, 6, 5, padding=2)),  # 6 × 28 × 28
                ("relu1", nn.ReLU()),
                ("pool1", nn.MaxPool2d(2)),  # 6 × 14 × 14
                ("conv2", nn.Conv2d(6, 16, 5)),  # 16 × 10 × 10
                ("relu2", nn.ReLU()),
                ("pool2", nn.MaxPool2d(2)),  # 16 × 5 × 5
                ("flatten", nn.Flatten()),  # 400
                ("fc1", nn.Linear(400, 120)),
                ("relu3", nn.ReLU()),
                ("fc2", nn.Linear(120, 84)),
                ("relu4", nn.ReLU()),
                ("fc3", nn.Linear(84, 10)),
            ]
        )
    )


def lenet_sigmoid() -> nn.Sequential:
    """LeNet as in Dive into Deep Learning, chapter 7.6: sigmoids, average pooling, Xavier weights."""
    network = nn.Sequential(
        OrderedDict[str, nn.Module](
            [
                ("conv1", nn.Conv2d(1, 6, 5, padding=2)),  # 6 × 28 × 28
                ("sigmoid1", nn.Sigmoid()),
                ("pool1", nn.AvgPool2d(2)),  # 6 × 14 × 14
                ("conv2", nn.Conv2d(6, 16, 5)),  # 16 × 10 × 10
                ("sigmoid2", nn.Sigmoid()),
                ("pool2", nn.AvgPool2d(2)),  # 16 × 5 × 5
                ("flatten", nn.Flatten()),  # 400
                ("fc1", nn.Linear(400, 120)),
                ("sigmoid3", nn.Sigmoid()),
                ("fc2", nn.Linear(120, 84)),
                ("sigmoid4", nn.Sigmoid()),
                ("fc3", nn.Linear(84, 10)),
            ]
        )
    )
    # Without it, saturated sigmoids keep the loss at ln 10 for several epochs.
    for module in network:
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(module.weight)
    return network
