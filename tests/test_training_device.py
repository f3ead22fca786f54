"""Training on a device that the host must not wait for; shown on a CPU, through the same path."""

from __future__ import annotations

from typing import Any

import pytest
from torch.utils._python_dispatch import TorchDispatchMode

from core.data.datasets import DigitSet, load_mnist
from core.training.config import Augmentation, TrainingConfig
from core.training.trainer import Trainer


class Waits(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes operations for which a host waits until a GPU has caught up."""

    def __init__(self, on_host: set[int] | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.on_host = on_host or set()  # the addresses of tensors that lie there also beside a GPU
        self.noted: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = str(func)
        if (
            any(
                each in name
                for each in ("_local_scalar_dense", "nonzero", "masked_select", "unique", "equal.")
            )
            and args[0].data_ptr() not in self.on_host
        ):
            self.noted.append(name)
        if "_to_copy" in name and (kwargs or {}).get("device") is not None:
            self.noted.append(name)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_no_step_waits_for_the_device(optimizer: str) -> None:
    # The same path runs on a GPU: there, reading a number would stop the host at every step.
    mnist = load_mnist("train")
    chosen = TrainingConfig(
        batch_size=32,
        validation=100,
        device="cpu",
        optimizer=optimizer,
        augmentation=Augmentation(10, 1, 0.1, 0.1, 0.5, 0.5, 0.1),
        dropout=0.2,
        weight_average=0.99,
        label_smoothing=0.1,
    )
    trainer = Trainer(chosen, DigitSet(mnist.images[:400], mnist.labels[:400]))
    trainer.advance()
    state = trainer._optimizer.state.values()
    counters = {values["step"].data_ptr() for values in state if "step" in values}  # Adam's, on the host
    with Waits(counters) as waits:
        for _ in range(5):
            trainer.advance()
    assert waits.noted == []
    with Waits() as waits:
        trainer.snapshot()
    assert waits.noted  # the test does notice
