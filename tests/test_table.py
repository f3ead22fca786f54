"""A network is a table: rows read rows, and what does not fit is told where it is built."""

from __future__ import annotations

import copy
import pickle
import weakref

import numpy as np
import pytest
import torch
from example_networks import LETTERS, NETWORKS, all_convolutional, branching, layer_of, noise
from torch import nn

from core.errors import LabError
from core.networks import trace
from core.networks.layers import Add, Concatenate, Dropout, GlobalMean, Resize
from core.networks.table import Network, Row
from core.reading.classifier import Classifier
from core.records import DIGITS

PICTURE = (1, 8, 8)


def built(*rows: Row, classes: tuple[str, ...] = ()) -> Network:
    return Network(rows, PICTURE, classes)


def test_a_row_reads_the_row_before_it_or_those_that_it_names() -> None:
    network = built(
        Row("twice", nn.Conv2d(1, 1, 1, bias=False)),
        Row("same", nn.Identity(), ("input",)),
        Row("sum", Add(), ("twice", "same")),
        Row("negative", nn.Threshold(0.6, -1.0)),
    )
    nn.init.constant_(layer_of(network, "twice").weight, 2)
    x = torch.ones(3, *PICTURE) / 6
    outputs = network.outputs(x)
    assert list(outputs) == ["twice", "same", "sum", "negative"]
    assert [float(value.detach().mean()) for value in outputs.values()] == pytest.approx(
        [1 / 3, 1 / 6, 0.5, -1]
    )
    assert torch.equal(network(x), outputs["negative"])
    assert [spec.inputs for spec in network.table.layers] == [
        ("input",), ("input",), ("twice", "same"), ("sum",),
    ]  # fmt: skip


def test_outputs_end_where_one_says_and_take_what_is_given() -> None:
    network = branching().eval()
    x = torch.from_numpy(noise(network))[None, None]
    with torch.no_grad():
        whole = network.outputs(x)
        part = network.outputs(x, upto="mix.wide")
        assert list(part) == ["stem", "stem_relu", "mix.three", "mix.three_relu", "mix.wide"]
        assert all(torch.equal(part[name], whole[name]) for name in part)
        given = {"mix.all": whole["mix.all"] + 1}
        after = network.outputs(torch.empty(0), given)  # the picture is not asked for
        assert list(after) == ["mix.all", *list(whole)[8:]]
        assert not torch.equal(after["out"], whole["out"])
        assert torch.equal(network.outputs(x, {"mix.pool": whole["mix.pool"]})["out"], whole["out"])
    with pytest.raises(KeyError):
        network.outputs(x, upto="mix")
    with pytest.raises(KeyError):
        network.module("mix")


def test_a_whole_pass_lets_go_of_what_nothing_needs_any_more() -> None:
    network = branching().eval()
    alive: list[weakref.ref[torch.Tensor]] = []
    most = 0

    def note(_module: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        nonlocal most
        alive.append(weakref.ref(output))
        most = max(most, sum(each() is not None for each in alive))

    for row in network.rows:
        row.module.register_forward_hook(note)
    x = torch.from_numpy(noise(network))[None, None]
    with torch.no_grad():
        logits = network(x)
        assert most <= 5  # three branches, what enters them, and what is made
        assert torch.equal(logits, network.outputs(x)["out"])
        given = {"mix.all": network.outputs(x)["mix.all"]}
        assert torch.equal(network(x, given), logits)


def test_a_row_that_is_given_is_not_asked() -> None:
    asked: list[str] = []
    network = branching().eval()
    for row in network.rows:
        row.module.register_forward_hook(lambda *_, name=row.name: asked.append(name))
    x = torch.zeros(1, 1, 40, 40)
    with torch.no_grad():
        network.outputs(x, {"mix.three_relu": torch.zeros(1, 4, 19, 19)}, upto="mix.all")
    assert asked == ["stem", "stem_relu", "mix.one", "mix.wide", "mix.pool", "mix.all"]


def test_what_depends_on_a_row_and_what_enters_from_outside() -> None:
    network = branching()
    after = network.dependent_on("mix.three")
    assert after == {"mix.three_relu", "mix.wide", *network.table.names[7:]}
    assert network.entering(after) == {"mix.three", "mix.one", "mix.pool"}
    assert network.table.depends_on("mix.wide") == ("input", *part_of(network, "stem", "mix.three"))
    assert network.table.depends_on("stem") == ("input",)
    assert [spec.name for spec in network.table.readers("stem_relu")] == ["mix.one", "mix.three", "mix.pool"]
    assert network.table.activation_of("stem_relu") is None
    assert network.table.activation_of("hidden") == network.table["hidden_tanh"]


def part_of(network: Network, *beginnings: str) -> list[str]:
    return [name for name in network.table.names if name.startswith(beginnings)]


def test_a_tail_shares_its_weights_and_has_one_entrance() -> None:
    network = branching().eval()
    tail = network.tail("sum")
    assert [row.name for row in tail.rows] == ["pool", "flatten", "hidden", "hidden_tanh", "out"]
    assert tail.input_shape == (6, 9, 9) and tail.classes == LETTERS
    x = torch.from_numpy(noise(network))[None, None]
    assert torch.equal(tail(network.outputs(x, upto="sum")["sum"]), network(x))
    assert tail.state_dict().keys() == {"hidden.weight", "hidden.bias", "out.weight", "out.bias"}
    assert tail.module("hidden") is network.module("hidden")
    with pytest.raises(ValueError, match="more than again"):
        network.tail("again")


def test_weights_are_called_as_rows_are_and_a_copy_is_one() -> None:
    network = branching()
    assert {"stem.weight", "mix.one.bias", "norm.running_mean"} <= network.state_dict().keys()
    for other in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert all(row.module is other.module(row.name) for row in other.rows)
        assert other.module("mix.one") is other.get_submodule("mix.one")
        assert other.module("mix.one") is not network.module("mix.one")
        assert other.table == network.table


def test_numbers_of_another_network_are_refused_and_change_nothing() -> None:
    network = branching()
    own = {name: value.clone() for name, value in network.numbers().items()}
    assert "norm.running_var" in own and "norm.num_batches_tracked" not in own
    other = {name: value + 1 for name, value in own.items()}
    for wrong in (
        {name: value for name, value in other.items() if name != "out.bias"},
        {**other, "more": torch.zeros(1)},
        {**other, "out.bias": torch.zeros(8)},
        {**other, "hidden.weight": other["hidden.weight"].T},
        {("else.bias" if name == "out.bias" else name): value for name, value in other.items()},
    ):
        with pytest.raises(ValueError, match="another network's"):
            network.take(wrong)
        assert all(torch.equal(value, own[name]) for name, value in network.numbers().items())
    network.take({name: value.numpy() for name, value in other.items()})
    assert all(torch.equal(value, other[name]) for name, value in network.numbers().items())


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "at least one row"),
        ([Row("a", nn.Identity(), ("b",)), Row("b", nn.Identity())], "reads b, which comes after it.*circle"),
        ([Row("a", nn.Identity(), ("a",))], "a reads a.*circle"),
        ([Row("a", nn.Identity(), ("c",))], "a reads c, which is not there"),
        ([Row("a", nn.Identity()), Row("a", nn.Identity())], "“a”"),
        ([Row("input", nn.Identity())], "“input”"),
        ([Row("softmax", nn.Identity())], "“softmax”"),
        ([Row("forward", nn.Identity())], "“forward”"),
        ([Row("rows", nn.Identity())], "“rows”"),
        ([Row("table", nn.Identity())], "“table”"),
        ([Row("", nn.Identity())], "“”"),
        ([Row("a.", nn.Identity())], "“a.”"),
        ([Row("a", nn.Identity()), Row("a.b", nn.Identity())], "“a.b”"),
        ([Row("a.b", nn.Identity()), Row("a", nn.Identity())], "“a”"),
        ([Row("fc", nn.Linear(64, 2))], r"fc, Linear\(.*\), cannot take what enters it: 1×8×8"),
        ([Row("flat", nn.Flatten()), Row("fc", nn.Linear(63, 2))], r"fc, .* enters it: 64"),
        ([Row("conv", nn.Conv2d(3, 1, 3))], r"conv, .*: 1×8×8"),
        ([Row("conv", nn.Conv2d(1, 1, 9))], r"conv, .*: 1×8×8"),
        ([Row("flat", nn.Flatten()), Row("conv", nn.Conv2d(1, 1, 1))], r"conv, .*: 64"),
        ([Row("norm", nn.BatchNorm2d(3))], r"norm, .*: 1×8×8"),
        ([Row("flat", nn.Flatten()), Row("norm", nn.BatchNorm2d(64))], r"norm, .*: 64"),
        ([Row("flat", nn.Flatten()), Row("mean", GlobalMean())], r"mean, .*: 64"),
        ([Row("flat", nn.Flatten()), Row("resize", Resize(4))], r"resize, .*: 64"),
        ([Row("odd", nn.PixelShuffle(3))], r"odd, .*: 1×8×8"),
        (
            [Row("a", nn.MaxPool2d(2)), Row("b", nn.Identity(), ("input",)), Row("c", Add(), ("a", "b"))],
            r"c, Add\(\), cannot take what enters it: 1×4×4 and 1×8×8",
        ),
        (
            [Row("a", nn.MaxPool2d(2)), Row("c", Concatenate(), ("a", "input"))],
            r"c, Concatenate\(\), .*: 1×4×4 and 1×8×8",
        ),
        ([Row("a", nn.Identity()), Row("b", nn.ReLU(), ("a", "input"))], r"b, ReLU\(\), .*: 1×8×8 and 1×8×8"),
    ],
)
def test_a_table_that_does_not_fit_is_told_with_row_and_shapes(rows: list[Row], sentence: str) -> None:
    with pytest.raises(LabError, match=sentence):
        built(*rows)


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_a_network_has_as_many_classes_as_it_has_numbers(count: int) -> None:
    names = tuple(f"class {number}" for number in range(count))
    network = built(Row("flat", nn.Flatten()), Row("fc", nn.Linear(64, count)), classes=names)
    answer = Classifier(network, "", "", "cpu").read(np.ones((8, 8), np.float32))
    assert answer.probabilities.shape == (count,) and answer.probabilities.sum() == pytest.approx(1, abs=1e-4)
    assert network.table.shown[-1].name == "softmax"
    with pytest.raises(LabError, match=f"fc, gives {count} numbers, and there are {count + 1} classes"):
        built(Row("flat", nn.Flatten()), Row("fc", nn.Linear(64, count)), classes=(*names, "more"))


def test_a_network_without_classes_has_values_and_no_answer() -> None:
    network = built(Row("conv", nn.Conv2d(1, 2, 3)))
    assert [spec.name for spec in network.table.shown] == ["input", "conv"]
    assert trace.run(network, np.zeros((8, 8), np.float32))[1].values["conv"].shape == (2, 6, 6)
    with pytest.raises(LabError, match="no classes"):
        Classifier(network, "", "", "cpu")


def test_a_picture_of_another_size_is_refused() -> None:
    for network in (branching(), all_convolutional()):
        with pytest.raises(ValueError, match="a picture of"):
            trace.run(network, np.zeros((30, 30), np.float32))


def test_a_drawing_enters_all_channels() -> None:
    rows = [Row("conv", nn.Conv2d(3, 2, 1)), Row("mean", GlobalMean())]
    network = Network(rows, (3, 8, 8), ("a", "b")).eval()
    picture = np.random.default_rng(0).random((8, 8), np.float32)
    _, traced = trace.run(network, picture)
    assert traced.input.shape == (3, 8, 8) and np.array_equal(traced.picture, picture)
    assert all(np.array_equal(channel, picture) for channel in traced.input)


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_are_those_of_a_pass(name: str) -> None:
    network = NETWORKS[name]
    outputs = network.outputs(torch.from_numpy(noise(network))[None, None])
    assert {spec.name: spec.shape for spec in network.table.layers} == {
        row: tuple(value.shape[1:]) for row, value in outputs.items()
    }


def test_dropout_only_drops_in_training_and_draws_from_its_own_generator() -> None:
    x, layer = torch.ones(1000), Dropout(0.3, torch.Generator().manual_seed(1))
    first = layer.train()(x)
    assert 0.2 < float((first == 0).float().mean()) < 0.4
    assert float(first.max()) == pytest.approx(1 / 0.7)
    again = Dropout(0.3, torch.Generator().manual_seed(1))
    assert torch.equal(again.train()(x), first)
    assert torch.equal(layer.eval()(x), x)


def test_digits_are_the_classes_of_the_lenets() -> None:
    assert NETWORKS["lenet"].classes == NETWORKS["lenet_sigmoid"].classes == DIGITS
