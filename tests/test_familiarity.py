from typing import Any

import numpy as np
import pytest
import torch
from example_digits import mnist
from example_networks import layer_of
from non_digits import DIGIT_SHAPED, KINDS, draw, draw_letters, font

from core import networks
from core.catalog import ARCHITECTURES
from core.data.datasets import DigitSet, load_mnist, mixed
from core.explaining import familiarity
from core.explaining.familiarity import Familiarity
from core.ink.preprocess import to_mnist
from core.networks import trace
from core.networks.table import Network
from core.networks.weight_files import load_model
from core.pen_digits.generator import collect, generate
from core.processes import questions
from core.records import UNFAMILIAR, Resemblance, Trace
from core.training.config import TrainingConfig


def learnt(network: Network, digits: DigitSet) -> tuple[list[float], Familiarity]:
    """All shares done, and what was learnt."""
    steps, shares = familiarity.learn(network, digits), []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as end:
            return shares, end.value


@pytest.fixture(scope="module")
def training() -> DigitSet:
    return mnist("train")


@pytest.fixture(scope="module")
def network() -> Network:
    return load_model("lenet").network


@pytest.fixture(scope="module")
def familiar(network: Network, training: DigitSet) -> Familiarity:
    return learnt(network, training)[1]


def look(network: Network, picture: np.ndarray) -> Trace:
    return trace.run(network, picture)[1]


def share_flagged(familiar: Familiarity, network: Network, pictures: list[np.ndarray]) -> float:
    scores = np.array([familiar.resemblance(look(network, picture)).familiarity for picture in pictures])
    assert ((scores >= 0) & (scores <= 1)).all()
    return float((scores < UNFAMILIAR).mean())


@pytest.mark.slow
def test_few_of_mnists_test_digits_are_unlike_digits(familiar: Familiarity, network: Network) -> None:
    images = load_mnist("test").images[::20] / np.float32(255)
    assert share_flagged(familiar, network, list(images)) <= 0.03  # at most 2 % of all 10,000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "least"),
    [("scribbles", 0.85), ("dots", 1.0), ("filled shapes", 0.9), ("faces", 0.85), ("signs", 0.85)],
)
def test_most_non_digits_are_unlike_digits(
    familiar: Familiarity, network: Network, kind: str, least: float
) -> None:
    pictures = [to_mnist(ink) for ink in draw(kind, 40, seed=3)]
    assert share_flagged(familiar, network, pictures) >= least


@pytest.mark.slow
def test_bare_paper_is_unlike_any_digit(familiar: Familiarity, network: Network) -> None:
    assert familiar.resemblance(look(network, np.zeros((28, 28), np.float32))).is_unlike_digits


@pytest.mark.slow
def test_nearest_digits_are_those_of_a_search_through_all(
    familiar: Familiarity, network: Network, training: DigitSet
) -> None:
    chosen = np.random.default_rng(0).permutation(60_000)[: familiarity.REFERENCES]
    with torch.inference_mode():
        pictures = torch.from_numpy(training.images[chosen]).float().div(255).unsqueeze(1)
        hidden = network.outputs(pictures, upto="relu4")["relu4"].double()
    for picture in load_mnist("test").images[:5] / np.float32(255):
        seen = look(network, picture)
        nearest = familiar.resemblance(seen, 9)
        apart = (hidden - torch.from_numpy(seen.layers[-2].values).double()).square().sum(1).sqrt()
        expected = apart.sort()
        places = chosen[expected.indices[:9]]
        np.testing.assert_array_equal(nearest.pictures, training.images[places])
        np.testing.assert_array_equal(nearest.labels, training.labels[places])
        np.testing.assert_allclose(nearest.distances, expected.values[:9], rtol=1e-4)


@pytest.mark.slow
def test_a_digit_learnt_from_is_its_own_nearest(
    familiar: Familiarity, network: Network, training: DigitSet
) -> None:
    place = int(np.random.default_rng(0).permutation(60_000)[0])
    seen = look(network, training.images[place] / np.float32(255))
    nearest = familiar.resemblance(seen, 1)
    np.testing.assert_array_equal(nearest.pictures, training.images[[place]])
    assert nearest.distances[0] < 1e-3


@pytest.mark.slow
def test_as_many_nearest_digits_are_shown_as_were_asked_for(familiar: Familiarity, network: Network) -> None:
    seen = look(network, load_mnist("test").images[0] / np.float32(255))
    few, many = familiar.resemblance(seen, count=4), familiar.resemblance(seen)
    assert few.familiarity == many.familiarity
    np.testing.assert_array_equal(few.pictures, many.pictures[:4])
    np.testing.assert_array_equal(few.labels, many.labels[:4])
    np.testing.assert_array_equal(few.distances, many.distances[:4])


def test_resemblance_is_flagged_below_the_threshold() -> None:
    nothing = np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8), np.zeros(0, np.float32)
    assert Resemblance(UNFAMILIAR - 0.001, *nothing).is_unlike_digits
    assert not Resemblance(UNFAMILIAR, *nothing).is_unlike_digits


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_learning_goes_by_small_steps_for_every_architecture(architecture: str, training: DigitSet) -> None:
    few = DigitSet(training.images[:2000], training.labels[:2000])
    network = networks.build(architecture, seed=0).eval()
    shares, familiar = learnt(network, few)
    assert len(shares) >= 40
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] <= 1
    shown = familiar.resemblance(look(network, few.images[0] / np.float32(255)))
    assert 0 <= shown.familiarity <= 1
    assert len(shown.labels) == 9


def test_generated_digits_that_a_network_has_learnt_from_are_all_among_those_it_is_to_know() -> None:
    mnist, pen_digits = load_mnist("train"), collect(generate(50, 0))
    both = mixed(mnist, pen_digits, 2000)
    assert len(both) == 2000
    assert np.array_equal(both.images[-50:], pen_digits.images)
    assert np.array_equal(both.labels[-50:], pen_digits.labels)
    known = {image.tobytes() for image in mnist.images}
    assert all(image.tobytes() in known for image in both.images[:-50])
    assert mixed(mnist, collect(()), 2000) is mnist


def test_what_a_file_says_of_its_generated_digits_is_made_again_in_small_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(familiarity, "REFERENCES", 150)
    monkeypatch.setattr(familiarity, "HELD_OUT", 50)
    about = {"config": TrainingConfig(pen_digits=60, seed=4).to_json()}
    work = questions._learnt_pen_digits(about)
    steps = 0
    with pytest.raises(StopIteration) as ended:
        while True:
            next(work)
            steps += 1
    expected = list(generate(60, 4))[:25]
    assert np.array_equal(ended.value.value.images, np.array([image for image, _ in expected]))
    assert ended.value.value.labels.tolist() == [digit for _, digit in expected]
    assert steps == 5


@pytest.mark.parametrize("about", [{}, {"config": None}, {"config": {"pen_digits": "many"}}, {"config": []}])
def test_a_file_that_does_not_say_has_learnt_from_none(about: dict[str, Any]) -> None:
    with pytest.raises(StopIteration) as ended:
        next(questions._learnt_pen_digits(about))
    assert len(ended.value.value) == 0


def test_learning_leaves_the_network_as_it_was(training: DigitSet) -> None:
    network = networks.build("lenet", seed=0).eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    learnt(network, DigitSet(training.images[:500], training.labels[:500]))
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])


def test_a_network_that_gives_no_numbers_finds_everything_unlike_digits(training: DigitSet) -> None:
    network = networks.build("lenet", seed=0).eval()
    with torch.no_grad():
        layer_of(network, "conv1").weight.fill_(torch.nan)
    _, familiar = learnt(network, DigitSet(training.images[:500], training.labels[:500]))
    shown = familiar.resemblance(look(network, training.images[0] / np.float32(255)))
    assert shown.familiarity == 0
    assert shown.is_unlike_digits
    assert shown.pictures.shape == (0, 28, 28)
    assert len(shown.labels) == len(shown.distances) == 0


@pytest.mark.slow
def test_no_numbers_in_an_answer_are_unlike_digits(familiar: Familiarity, network: Network) -> None:
    shown = familiar.resemblance(look(network, np.full((28, 28), np.nan, np.float32)))
    assert shown.is_unlike_digits
    assert len(shown.labels) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_draws_the_same_non_digits(kind: str) -> None:
    first = draw(kind, 3, seed=1)
    assert first.shape == (3, 280, 280)
    assert first.dtype == np.uint8
    assert all(ink.any() for ink in first)
    np.testing.assert_array_equal(first, draw(kind, 3, seed=1))
    assert (first != draw(kind, 3, seed=2)).any()


def test_letters_that_are_digits_in_shape_are_left_out() -> None:
    inks, letters = draw_letters(200, 0, font())
    assert not set(letters) & set(DIGIT_SHAPED)
    assert all(ink.any() for ink in inks)
