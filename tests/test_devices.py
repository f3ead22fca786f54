"""A device is one that this computer has, or a sentence says which it has."""

from __future__ import annotations

import pytest
import torch

from core.catalog import DEVICES
from core.errors import DeviceUnavailable
from core.networks import devices


def have(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in names)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in names)


def test_a_cpu_is_always_there() -> None:
    assert devices.resolve("cpu") == torch.device("cpu")
    assert devices.available()[-1] == "cpu"


def test_auto_is_the_best_device_of_this_computer() -> None:
    assert devices.resolve("auto").type == devices.available()[0]


@pytest.mark.parametrize(
    ("here", "best"), [(("cuda", "mps"), "cuda"), (("cuda",), "cuda"), (("mps",), "mps"), ((), "cpu")]
)
def test_auto_prefers_cuda_to_mps_and_mps_to_the_cpu(
    monkeypatch: pytest.MonkeyPatch, here: tuple[str, ...], best: str
) -> None:
    have(monkeypatch, *here)
    assert devices.available() == (*here, "cpu")
    assert devices.resolve("auto") == torch.device(best)


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_there_is_resolved_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    have(monkeypatch, "cuda", "mps")
    assert devices.resolve(name) == torch.device(name)
    assert devices.resolve("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_absent_is_told_with_those_that_are_there(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    have(monkeypatch)
    with pytest.raises(DeviceUnavailable) as told:
        devices.resolve(name)
    assert str(told.value) == f"PyTorch finds no {name} device on this computer. It can use: cpu."


@pytest.mark.parametrize("name", ["", "gpu", "CUDA", "cuda:0", "xpu"])
def test_an_unknown_device_is_told_with_the_known_ones(name: str) -> None:
    with pytest.raises(DeviceUnavailable, match="auto, cpu, cuda, mps") as told:
        devices.resolve(name)
    assert f"“{name}”" in str(told.value)


def test_every_name_in_the_catalogue_is_one_that_resolve_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, "cuda", "mps")
    assert {devices.resolve(name).type for name in DEVICES} == {"cpu", "cuda", "mps"}


def test_a_devices_title_is_its_makers_name_where_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _device: "NVIDIA H200")
    assert devices.title(torch.device("cuda")) == "NVIDIA H200"
    assert devices.title(torch.device("cpu")) == "CPU"
    assert devices.title(torch.device("mps")) == "MPS"
