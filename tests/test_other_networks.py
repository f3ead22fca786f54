"""What is computed about a network holds of any table: with branches, other pictures, other classes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from example_networks import (
    DATA,
    LETTERS,
    changed,
    every_explanation,
    layer_of,
    noise,
    other_networks,
    pictures,
    put_in_catalogue,
    some_cells,
)
from torch import Tensor

from core import catalog, networks
from core.catalog import DataSet
from core.data.datasets import load
from core.errors import FileProblem, LabError
from core.explaining import evidence, familiarity
from core.explaining.channel_ranking import rank_channels
from core.explaining.exciting_patches import exciting_patches
from core.explaining.smallest_change import smallest_change
from core.export.cell_snippets import as_pytorch, as_text
from core.export.edited_weights import weights_with_silence
from core.ink.preprocess import ALL_STEPS
from core.networks import trace, weight_files
from core.networks.batches import as_batch, as_tensors
from core.networks.table import Network
from core.processes.inference import Networks
from core.reading import sweeps
from core.reading.classifier import Classifier, answer
from core.reading.evaluation import measure
from core.reading.variation_records import Variation
from core.records import DIGITS, INPUT, EpochMetrics, NetworkState
from core.training import runs
from core.training.config import TrainingConfig
from core.training.dropout import with_dropout
from core.training.metrics_json import about_weights
from core.training.setting_kinds import InvalidSetting
from core.training.trainer import Trainer, train

NETWORKS = other_networks()
NAMES = list(NETWORKS)


def ink() -> np.ndarray:
    drawn = np.zeros((280, 280), np.uint8)
    drawn[60:220, 100:130] = 255
    drawn[60:90, 100:200] = 255
    return drawn


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both stand in the catalogue."""
    put_in_catalogue(monkeypatch)


def off(state: NetworkState, layer: str, *channels: int) -> NetworkState:
    return dataclasses.replace(state, silenced={layer: frozenset(channels)})


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_answered_at_the_networks_own_size(name: str) -> None:
    network = NETWORKS[name]
    prediction = answer(network, ink())
    assert prediction.trace.picture.shape == network.input_shape[1:]
    assert 0.2 < np.nonzero(prediction.trace.picture.any(1))[0].size / network.input_shape[1] < 0.9
    assert prediction.probabilities.shape == (len(network.classes),)
    with torch.no_grad():
        x = torch.from_numpy(prediction.trace.picture)[None, None]
        assert torch.equal(network(x)[0], torch.from_numpy(prediction.logits))


@pytest.mark.parametrize("name", NAMES)
def test_a_ranking_counts_what_whole_passes_with_the_channel_off_count(name: str) -> None:
    network = NETWORKS[name]
    digits = pictures(network, 70)
    images, labels = as_tensors(digits, torch.device("cpu"))
    for layer in network.table.layers:
        *_, found = rank_channels(network, digits, layer.name)
        for channel in range(0, layer.shape[0], max(1, layer.shape[0] // 5)):
            without = changed(network, off(trace.state(network), layer.name, channel))
            with torch.inference_mode():
                right = without(as_batch(images, network.input_shape)).argmax(1) == labels
            counted = [int(right[labels == label].sum()) for label in range(len(network.classes))]
            assert found.right_without[channel].tolist() == counted
        assert found.class_drops.shape == (layer.shape[0], len(network.classes))


@pytest.mark.parametrize("name", NAMES)
def test_exciting_patches_are_those_of_the_largest_values(name: str) -> None:
    network = NETWORKS[name]
    digits = pictures(network, 60)
    batch = as_batch(torch.from_numpy(digits.images), network.input_shape)
    with torch.no_grad():
        outputs = network.outputs(batch)
    for layer in network.table.layers:
        *_, found = exciting_patches(network, digits, layer.name)
        strongest = outputs[layer.name].flatten(2).amax(2) if layer.shape[1:] else outputs[layer.name]
        expected = strongest.sort(dim=0, descending=True).values[:9].T
        np.testing.assert_allclose(found.values, expected.numpy(), rtol=1e-4, atol=1e-5)
        patch = found.patch(0, 0)
        assert patch.ndim == 2 and patch.size


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_to_the_lead(name: str) -> None:
    network, picture = NETWORKS[name], noise(NETWORKS[name])
    found = evidence.why(network, picture, 2, 5)
    assert found.terms.sum() + found.bias_difference == pytest.approx(found.difference, abs=1e-4)
    assert found.input_x_gradient.shape == network.input_shape[1:]
    last = {"branching": ("hidden_tanh", (20,)), "all convolutional": ("drop", (10, 9, 9))}[name]
    assert (found.layer, found.terms.shape) == last
    maps = [spec.name for spec in network.table.layers if len(spec.shape) == 3]
    assert list(found.channels) == maps
    covered = evidence.occlusion(network, picture, 2, 5)
    assert covered.shape == network.input_shape[1:] and covered.any()


def test_what_ends_in_no_sum_is_not_taken_apart() -> None:
    network = NETWORKS["all convolutional"]
    rows = [*network.rows, network.rows[-1]._replace(name="last", module=torch.nn.ReLU(), inputs=("mean",))]
    with pytest.raises(LabError, match="last, does not add up"):
        evidence.why(Network(rows, network.input_shape, network.classes), noise(network), 1, 2)


def test_a_unit_s_feeding_adds_up() -> None:
    network, picture = NETWORKS["branching"], noise(NETWORKS["branching"])
    found = evidence.feeding(network, picture, "hidden", 3)
    assert (found.source, found.inputs.shape) == ("pool", (6, 4, 4))
    assert found.terms.sum() + found.bias == pytest.approx(found.value, abs=1e-5)
    assert found.activation == pytest.approx(np.tanh(found.value), abs=1e-6)
    assert "mix.pool" in found.channels and "hidden" not in found.channels


@pytest.mark.parametrize("name", NAMES)
def test_the_map_of_a_cell_is_its_gradient_times_the_picture(name: str) -> None:
    network = NETWORKS[name]
    for spec in network.table.layers:
        if len(spec.shape) == 3:
            cell = list(some_cells(spec.shape))[4]
            x = torch.from_numpy(noise(network))[None, None].requires_grad_()
            (gradient,) = torch.autograd.grad(network.outputs(x)[spec.name][(0, *cell)], x)
            found = evidence.map_cell(network, noise(network), spec.name, *cell)
            expected = (x * gradient)[0, 0].detach().numpy()
            np.testing.assert_allclose(found.input_x_gradient, expected, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_change_is_read_as_the_rival(name: str) -> None:
    network, picture = NETWORKS[name], noise(NETWORKS[name]) / 2
    logits, _ = trace.run(network, picture)
    rival = int(np.argsort(-logits)[1])
    path = smallest_change(network, picture, rival)
    assert path.pictures.shape[1:] == picture.shape
    assert path.probabilities[path.flip].argmax() == rival
    named = network.classes[path.digit]
    with pytest.raises(LabError, match=f"already reads a {named} here"):
        smallest_change(network, picture, path.digit)


@pytest.mark.parametrize("name", NAMES)
def test_how_familiar_a_drawing_is_can_be_learnt(name: str) -> None:
    network, digits = NETWORKS[name], pictures(NETWORKS[name], 700)
    learning = familiarity.learn(network, digits)
    while True:
        try:
            next(learning)
        except StopIteration as end:
            known = end.value
            break
    _, usual = trace.run(network, digits.images[0] / np.float32(255))
    _, odd = trace.run(network, np.eye(network.input_shape[1], dtype=np.float32))
    assert known.resemblance(usual).familiarity > known.resemblance(odd).familiarity
    assert known.resemblance(usual).pictures.shape[1:] == network.input_shape[1:]


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_varied_at_the_networks_size(name: str) -> None:
    network = NETWORKS[name]
    prepared = sweeps.prepare(network, ink(), Variation(), ALL_STEPS)
    assert prepared.stages is not None and prepared.stages.picture.shape == network.input_shape[1:]
    found = [sweep for sweep in sweeps.sweeps(network, ink(), Variation(), ALL_STEPS) if sweep]
    assert all(sweep.probabilities.shape[1] == len(network.classes) for sweep in found) and found


@pytest.mark.parametrize("name", NAMES)
def test_a_silenced_channel_can_be_saved_as_weights_or_is_refused(name: str) -> None:
    network, refused = NETWORKS[name], []
    x = torch.from_numpy(noise(network))[None, None]
    for spec in network.table.layers:
        state = off(trace.state(network), spec.name, 0)
        with torch.no_grad():
            expected = changed(network, state)(x)
        try:
            weights = weights_with_silence(state)
        except LabError:
            refused.append(spec.name)
            continue
        with torch.no_grad():
            baked = changed(network, NetworkState(state.table, weights))(x)
        torch.testing.assert_close(baked, expected, rtol=1e-5, atol=1e-5)
    # A sum has another summand, a normalisation shifts zeros, and nothing reads the last layers.
    assert (
        refused
        == {
            "branching": ["norm_relu"],
            "all convolutional": ["resize", "relu2", "drop", "mean"],
        }[name]
    )


def test_what_a_layer_without_weights_gives_may_be_read_by_several_and_a_group_by_its_own() -> None:
    network = NETWORKS["branching"]
    state = weights_with_silence(off(trace.state(network), "mix.three_relu", 1))
    wide = state["mix.wide.weight"]
    assert not wide[:2, 1].any() and wide[:2, 0].all() and wide[2:].all()
    state = weights_with_silence(off(trace.state(network), "mix.pool", 2))
    assert not state["down.weight"][:, 9].any()  # three of mix.one, four of mix.wide come before
    assert (state["down.weight"][:, :9] != 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_can_be_taken_along_as_text_and_as_a_program(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = set()
    for explanation, _ in every_explanation(NETWORKS[name]):
        text = as_text(explanation)
        assert f"value = {explanation.value + 0.0:.6g}" in text and "not known" not in text
        exec(as_pytorch(explanation), {})
        assert float(capsys.readouterr().out) == pytest.approx(explanation.value, rel=1e-4, abs=1e-5)
        seen.add(explanation.layer.kind)
    assert seen == {"input", "softmax", *(spec.kind for spec in NETWORKS[name].table.layers)}


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("name", NAMES)
def test_it_is_trained_saved_and_opened_again(name: str, tmp_path: Path) -> None:
    network = NETWORKS[name]
    config = TrainingConfig(
        architecture=name, dataset=DATA[name], epochs=2, batch_size=50, digits=350, validation=70,
        device="cpu", dropout=0.2, learning_rate=0.01,
    )  # fmt: skip
    *_, last = train(config, pictures(network, 350))
    assert isinstance(last, EpochMetrics)
    assert last.training_loss < np.log(len(network.classes)) * 1.2
    weight_files.save(tmp_path / "a.safetensors", last.weights, about_weights(config, last))
    opened = Classifier.open(str(tmp_path / "a.safetensors"), "cpu")
    assert opened.info.classes == network.classes and opened.info.table == network.table
    assert opened.info.dataset == DATA[name]
    held = Networks()
    held.open(str(tmp_path / "a.safetensors"), "cpu")
    prediction = held.answer(held.opened, ink())
    assert prediction is not None and prediction.probabilities.shape == (len(network.classes),)


@pytest.mark.usefixtures("listed")
def test_a_snapshot_tells_the_gradients_of_rows_in_groups() -> None:
    config = TrainingConfig(
        architecture="branching", dataset="letters", epochs=1, batch_size=50, validation=0, device="cpu"
    )
    trainer = Trainer(config, pictures(NETWORKS["branching"], 100))
    trainer.advance()
    assert {"mix.one", "mix.wide", "norm", "out"} <= trainer.snapshot().gradient_norms.keys()


def test_dropout_follows_hidden_layers_however_they_are_read() -> None:
    network = NETWORKS["branching"]
    learner = with_dropout(network, 0.5, torch.Generator())
    rows = {row.name: row.inputs for row in learner.rows}
    assert rows["hidden_tanh_dropout"] == ("hidden_tanh",) and rows["out"] == ("hidden_tanh_dropout",)
    assert len(rows) == len(network.rows) + 1
    drop = layer_of(NETWORKS["all convolutional"], "drop")
    with_dropout(NETWORKS["all convolutional"], 0.0, generator := torch.Generator())
    assert drop.generator is generator
    drop.generator = None


def test_pictures_of_another_size_are_told() -> None:
    network, digits = NETWORKS["branching"], pictures(NETWORKS["all convolutional"], 10)
    images: Tensor = torch.from_numpy(digits.images)
    with pytest.raises(LabError, match="28×28 pixels, and the network reads 40×40"):
        measure(network, images, torch.zeros(10, dtype=torch.long))


def test_classes_and_input_are_part_of_the_table() -> None:
    table = NETWORKS["branching"].table
    assert (table.classes, table[INPUT].shape, "mix.all" in table, "mix" in table) == (
        LETTERS, (1, 40, 40), True, False,
    )  # fmt: skip


@pytest.mark.usefixtures("listed")
def test_a_run_is_measured_on_its_own_set_and_its_snapshots_name_the_classes(tmp_path: Path) -> None:
    config = TrainingConfig(
        architecture="branching", dataset="letters", epochs=1, batch_size=100, validation=50, device="cpu"
    )
    trainer = Trainer(config)
    while trainer.ended is None:
        trainer.advance()
        if trainer.at_end_of_epoch:
            trainer.end_epoch()
    assert trainer.test().test_accuracy is not None
    assert trainer.snapshot().classes == LETTERS
    run = runs.create(tmp_path, config, trainer.steps, trainer.steps_per_epoch)
    run.save_snapshot(trainer.snapshot())
    kept = run.snapshot(trainer.step)
    assert kept.classes == LETTERS and kept.dataset == "letters"
    run.save_snapshot(dataclasses.replace(kept, dataset="one that is not here"))
    assert run.snapshot(trainer.step).dataset == "mnist"
    answers = Classifier.untrained("branching", "cpu")
    answers.use(kept)
    assert answers.info.dataset == "letters"
    assert answers.classify(ink()).classes == LETTERS


@pytest.mark.usefixtures("listed")
def test_a_network_and_a_set_that_do_not_fit_are_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="mnist has 10 classes, and branching tells 7 apart"):
        Trainer(TrainingConfig(architecture="branching", device="cpu"), pictures(NETWORKS["branching"], 100))
    with pytest.raises(LabError, match="no data set “none”"):
        load("none", "train")
    with pytest.raises(InvalidSetting, match=r"dataset must be one of .*letters"):
        TrainingConfig(dataset="none")


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "classes",
    [
        list("ABCDEF"), list("ABCDEFA"), "ABCDEFG", [1, 2, 3, 4, 5, 6, 7], ["", *"BCDEFG"],
        ["a\nb", *"BCDEFG"], ["a" * 61, *"BCDEFG"], [*"ABCDEF", None], {"A": 1},
    ],
)  # fmt: skip
def test_a_file_of_weights_that_names_no_classes_or_too_few_is_refused(tmp_path: Path, classes: Any) -> None:
    path = tmp_path / "a.safetensors"
    weights = trace.state(NETWORKS["branching"]).weights
    weight_files.save(path, weights, {"architecture": "branching", "classes": classes})
    with pytest.raises(FileProblem, match=r"classes that .* names do not fit the architecture branching"):
        weight_files.load(path)
    named = [f"letter {name}" for name in LETTERS]
    weight_files.save(path, weights, {"architecture": "branching", "classes": named})
    assert Classifier.open(str(path), "cpu").info.classes == tuple(named)


@pytest.mark.usefixtures("listed")
def test_a_network_is_called_as_the_set_that_it_learns_from(monkeypatch: pytest.MonkeyPatch) -> None:
    roman = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
    monkeypatch.setitem(
        catalog.DATA_SETS, "roman", DataSet("roman", "Roman", roman, "example_networks:letters")
    )
    config = TrainingConfig(architecture="all convolutional", dataset="roman", validation=0, device="cpu")
    trainer = Trainer(config, pictures(NETWORKS["all convolutional"], 100))
    assert trainer.network.classes == roman
    answers = Classifier.untrained("all convolutional", "cpu")
    answers.use(trainer.snapshot())
    assert answers.info.classes == answers.classify(ink()).classes == roman
    assert answers.info.dataset == trainer.snapshot().dataset == "roman"
    assert networks.build("all convolutional", 0).classes == DIGITS
    other = dataclasses.replace(trainer.snapshot(), classes=LETTERS)
    with pytest.raises(LabError, match="do not fit"):
        answers.use(other)
