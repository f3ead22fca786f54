"""LeNet-5 (LeCun et al. 1998) in the two forms that are taught today."""

from __future__ import annotations

from torch import nn

from core.networks.table import Network, Row
from core.records import DIGITS

_PICTURE = (1, 28, 28)


def lenet() -> Network:
    """LeNet with ReLU and max pooling: (B, 1, 28, 28) in [0, 1] to 10 logits, 61,706 parameters."""
    return Network(
        [
            Row("conv1", nn.Conv2d(1, 6, 5, padding=2)),  # 6 × 28 × 28
            Row("relu1", nn.ReLU()),
            Row("pool1", nn.MaxPool2d(2)),  # 6 × 14 × 14
            Row("conv2", nn.Conv2d(6, 16, 5)),  # 16 × 10 × 10
            Row("relu2", nn.ReLU()),
            Row("pool2", nn.MaxPool2d(2)),  # 16 × 5 × 5
            Row("flatten", nn.Flatten()),  # 400
            Row("fc1", nn.Linear(400, 120)),
            Row("relu3", nn.ReLU()),
            Row("fc2", nn.Linear(120, 84)),
            Row("relu4", nn.ReLU()),
            Row("fc3", nn.Linear(84, 10)),
        ],
        _PICTURE,
        DIGITS,
    )


def lenet_sigmoid() -> Network:
    """LeNet of Dive into Deep Learning, 7.6 (Chinese: 6.6): sigmoids, average pooling, Xavier weights."""
    network = Network(
        [
            Row("conv1", nn.Conv2d(1, 6, 5, padding=2)),  # 6 × 28 × 28
            Row("sigmoid1", nn.Sigmoid()),
            Row("pool1", nn.AvgPool2d(2)),  # 6 × 14 × 14
            Row("conv2", nn.Conv2d(6, 16, 5)),  # 16 × 10 × 10
            Row("sigmoid2", nn.Sigmoid()),
            Row("pool2", nn.AvgPool2d(2)),  # 16 × 5 × 5
            Row("flatten", nn.Flatten()),  # 400
            Row("fc1", nn.Linear(400, 120)),
            Row("sigmoid3", nn.Sigmoid()),
            Row("fc2", nn.Linear(120, 84)),
            Row("sigmoid4", nn.Sigmoid()),
            Row("fc3", nn.Linear(84, 10)),
        ],
        _PICTURE,
        DIGITS,
    )
    # Without it, saturated sigmoids keep the loss at ln 10 for several epochs.
    for row in network.rows:
        if isinstance(row.module, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(row.module.weight)
    return network
