from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from example_digits import mnist

from core import networks
from core.catalog import ARCHITECTURES, DEFAULT_MODEL, SHIPPED
from core.errors import FileProblem, LabError
from core.ink import preprocess
from core.networks import trace, weight_files
from core.processes import inference, questions
from core.reading import comparison
from core.reading.classifier import Classifier
from core.reading.comparison import PAD, UNTRAINED, WEIGHTS, ComparedNetworks, NetworkChoice, default_choices
from core.records import ModelInfo, Prediction
from core.teaching.taught_networks import with_names

INK = mnist("test").images[3]
PICTURE = preprocess.to_mnist(INK)
LENET_PEN, LENET, SIGMOID = (NetworkChoice(WEIGHTS, name) for name in ("lenet_pen", "lenet", "lenet_sigmoid"))


def saved(path: Path, seed: int, scale: float = 1.0) -> NetworkChoice:
    """A file of random weights, chosen."""
    weights = trace.state(networks.build("lenet", seed)).weights
    weight_files.save(
        path, {name: value * scale for name, value in weights.items()}, {"architecture": "lenet"}
    )
    return NetworkChoice(WEIGHTS, str(path))


def answer_of(
    compared: ComparedNetworks, choice: NetworkChoice, ink: np.ndarray | None = INK
) -> tuple[ModelInfo, Prediction]:
    (answer,) = compared.answers([choice], ink, "cpu")
    assert not isinstance(answer, LabError), answer
    info, prediction = answer
    assert prediction is not None
    return info, prediction


# Answers


def test_networks_answer_as_they_do_on_the_pad() -> None:
    answers = ComparedNetworks(with_names).answers([LENET, SIGMOID], INK, "cpu")
    for choice, answer in zip((LENET, SIGMOID), answers, strict=True):
        assert not isinstance(answer, LabError)
        info, prediction = answer
        assert info.model == choice.name and info.parameters == 61_706 and prediction is not None
        on_the_pad = Classifier.open(choice.name, "cpu").classify(INK)
        np.testing.assert_array_equal(prediction.logits, on_the_pad.logits)
        np.testing.assert_array_equal(prediction.trace.picture, on_the_pad.trace.picture)
        assert [layer.name for layer in prediction.trace.layers] == [layer.name for layer in info.layers]


def test_an_untrained_network_is_the_same_at_every_time() -> None:
    for architecture in ("lenet", "lenet_sigmoid"):
        _, prediction = answer_of(ComparedNetworks(with_names), NetworkChoice(UNTRAINED, architecture))
        logits, _ = trace.run(networks.build(architecture, 0), PICTURE)
        np.testing.assert_allclose(prediction.logits, logits, rtol=1e-6)


def test_of_bare_paper_it_is_told_what_the_networks_are_and_no_more() -> None:
    (answer,) = ComparedNetworks(with_names).answers([SIGMOID], None, "cpu")
    assert isinstance(answer, tuple)
    assert answer[0].architecture == "lenet_sigmoid" and answer[1] is None


def test_answers_carry_no_weights() -> None:
    info, _ = answer_of(ComparedNetworks(with_names), LENET)
    assert info.weights == {}


def test_a_network_is_loaded_once_and_kept_while_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_model(model: str, device: str) -> Classifier:
        opened.append(model)
        return original(model, device)

    original = Classifier.open
    monkeypatch.setattr(Classifier, "open", open_model)
    compared = ComparedNetworks(with_names)
    for _ in range(3):
        compared.answers([LENET, SIGMOID], INK, "cpu")
    compared.answers([LENET, LENET], INK, "cpu")
    assert opened == ["lenet", "lenet_sigmoid"]
    compared.answers([LENET, SIGMOID], INK, "cpu")
    assert opened == ["lenet", "lenet_sigmoid", "lenet_sigmoid"]  # it was let go: at most two are kept
    assert len(compared._kept) == 2


def test_a_file_that_was_written_anew_answers_with_its_new_weights(tmp_path: Path) -> None:
    compared, path = ComparedNetworks(with_names), tmp_path / "mine.safetensors"
    before = answer_of(compared, saved(path, seed=1))[1].logits
    os.utime(path, ns=(1, 1))  # long ago
    np.testing.assert_array_equal(answer_of(compared, saved(path, seed=1))[1].logits, before)
    after = answer_of(compared, saved(path, seed=2))[1].logits
    assert not np.allclose(after, before)


def test_another_device_answers_anew() -> None:
    compared = ComparedNetworks(with_names)
    answer_of(compared, LENET)
    (answer,) = compared.answers([LENET], INK, "no such device")
    assert isinstance(answer, LabError)


# Where one cannot answer


def test_what_cannot_be_opened_says_so_in_its_place_and_the_others_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"no weights")
    of_the_future = tmp_path / "future.safetensors"
    monkeypatch.setitem(ARCHITECTURES, "vit", ARCHITECTURES["lenet"])
    weight_files.save(of_the_future, trace.state(networks.build("vit", 0)).weights, {"architecture": "vit"})
    monkeypatch.undo()
    choices = [NetworkChoice(WEIGHTS, str(path)) for path in (tmp_path / "gone", damaged, of_the_future)]
    *broken, good = ComparedNetworks(with_names).answers([*choices, LENET], INK, "cpu")
    assert all(isinstance(answer, FileProblem) for answer in broken)
    assert "no file" in str(broken[0]) and "damaged" in str(broken[1]) and "future" in str(broken[2])
    assert isinstance(good, tuple)


def test_a_file_that_comes_back_answers_again(tmp_path: Path) -> None:
    compared, path = ComparedNetworks(with_names), tmp_path / "mine.safetensors"
    (answer,) = compared.answers([NetworkChoice(WEIGHTS, str(path))], INK, "cpu")
    assert isinstance(answer, FileProblem)
    answer_of(compared, saved(path, seed=1))
    path.unlink()
    (answer,) = compared.answers([NetworkChoice(WEIGHTS, str(path))], INK, "cpu")
    assert isinstance(answer, FileProblem)


def test_a_damaged_file_is_not_read_again_at_every_stroke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(b"no weights")
    compared, choice = ComparedNetworks(with_names), NetworkChoice(WEIGHTS, str(path))
    first = compared.answers([choice], INK, "cpu")
    monkeypatch.setattr(Classifier, "open", None)
    assert compared.answers([choice], INK, "cpu") == first


@pytest.mark.filterwarnings("ignore:(overflow|invalid value):RuntimeWarning")
def test_numbers_that_are_too_large_are_an_answer_without_a_digit(tmp_path: Path) -> None:
    _, prediction = answer_of(ComparedNetworks(with_names), saved(tmp_path / "huge.safetensors", 0, 1e30))
    assert not np.isfinite(prediction.probabilities).any()


def test_the_process_answers_on_the_device_of_the_pad() -> None:
    inference.open_model("lenet", "cpu")
    answers = questions.compare((SIGMOID, NetworkChoice(UNTRAINED, "lenet")), INK)
    assert all(isinstance(answer, tuple) and answer[0].device == "cpu" for answer in answers)
    assert inference.networks.answering is inference.networks.opened.network  # questions stay about the pad's


# Choices


@pytest.mark.parametrize(
    "choice",
    [
        NetworkChoice(PAD),
        LENET,
        NetworkChoice(UNTRAINED, "lenet"),
        NetworkChoice(WEIGHTS, "C:\\my, files\\a:b"),
    ],
)
def test_a_choice_can_be_kept_as_text(choice: NetworkChoice) -> None:
    assert NetworkChoice.parse(choice.text()) == choice


@pytest.mark.parametrize(
    "text", ["", "pad", "pad:lenet", "weights:", "untrained:resnet", "nonsense:lenet", "@@"]
)
def test_text_that_names_no_network_is_no_choice(text: str) -> None:
    assert NetworkChoice.parse(text) in (None, NetworkChoice(PAD)) and (text == "pad") == (
        NetworkChoice.parse(text) is not None
    )


def test_at_first_the_network_on_the_pad_is_compared_with_the_most_instructive_shipped_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pad = NetworkChoice(PAD)
    assert default_choices(DEFAULT_MODEL) == (pad, LENET)
    assert default_choices("lenet_sigmoid") == default_choices("mine.safetensors") == (pad, LENET)
    assert default_choices("lenet") == (pad, LENET_PEN)  # not with itself
    monkeypatch.setattr(comparison, "DEFAULT_MODEL", "lenet")
    assert default_choices("lenet") == (pad, LENET_PEN)
    monkeypatch.setattr(comparison, "DEFAULT_MODEL", "lenet_sigmoid")
    assert default_choices("lenet_sigmoid") == (pad, LENET_PEN)
    monkeypatch.setattr(comparison, "SHIPPED", {"lenet_sigmoid": SHIPPED["lenet_sigmoid"]})
    assert default_choices("lenet_sigmoid") == (pad, SIGMOID)
