"""Each kind of augmentation changes what it says, and only that."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from example_digits import mnist

from core.networks.batches import as_batch
from core.training.augmentation import augment
from core.training.config import Augmentation
from core.training.setting_kinds import Decimal, kinds

KINDS = [field.name for field in dataclasses.fields(Augmentation)]
# About as far as people's hands differ, for kinds that have no place in `of_strength` too.
USUAL = dataclasses.replace(Augmentation.of_strength(1), thickness=0.8, noise=0.1)


def batch_of_digits(count: int = 16) -> torch.Tensor:
    return as_batch(torch.tensor(mnist("train").images[:count]))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def only(kind: str, value: float | None = None) -> Augmentation:
    return Augmentation(**{kind: getattr(USUAL, kind) if value is None else value})


def mass(images: torch.Tensor) -> torch.Tensor:
    return images.sum((1, 2, 3))


def grid(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Columns (1, 1, 1, W) and rows (1, 1, H, 1), in pixels from the middle of the picture."""
    size = images.shape[-1]
    along = torch.arange(size) - (size - 1) / 2
    return along.view(1, 1, 1, -1), along.view(1, 1, -1, 1)


def centres(images: torch.Tensor) -> torch.Tensor:
    """Centres of mass (B, 2): right and down of the middle, in pixels."""
    x, y = grid(images)
    return (
        torch.stack([(images * x).sum((1, 2, 3)), (images * y).sum((1, 2, 3))], dim=1) / mass(images)[:, None]
    )


def blob(centre: tuple[float, float] = (0.0, 0.0), sigma: tuple[float, float] = (2.0, 2.0)) -> torch.Tensor:
    """A picture (1, 1, 28, 28) of a smooth spot."""
    x, y = grid(torch.zeros(1, 1, 28, 28))
    return torch.exp(
        -((x - centre[0]) ** 2) / (2 * sigma[0] ** 2) - (y - centre[1]) ** 2 / (2 * sigma[1] ** 2)
    )


def bar(half_width: int = 2) -> torch.Tensor:
    """A picture (1, 1, 28, 28) of an upright stroke, 2 · `half_width` pixels wide and 20 high."""
    picture = torch.zeros(1, 1, 28, 28)
    picture[..., 4:24, 14 - half_width : 14 + half_width] = 1
    return picture


def second_moments(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Variances along x and y, and covariance, of each picture's ink."""
    x, y = grid(images)
    centre = centres(images)
    dx, dy = x - centre[:, 0, None, None, None], y - centre[:, 1, None, None, None]
    whole = mass(images)
    return (
        (images * dx * dx).sum((1, 2, 3)) / whole,
        (images * dy * dy).sum((1, 2, 3)) / whole,
        (images * dx * dy).sum((1, 2, 3)) / whole,
    )


# All kinds.


def test_without_any_kind_nothing_is_changed_and_nothing_is_drawn() -> None:
    batch = batch_of_digits()
    drawing = generator()
    assert torch.equal(augment(batch, Augmentation(), drawing), batch)
    assert torch.equal(augment(batch, Augmentation.of_strength(0), drawing), batch)
    assert torch.equal(drawing.get_state(), generator().get_state())


@pytest.mark.parametrize(
    "kinds",
    [
        *(Augmentation.of_strength(strength) for strength in (0.3, 1.0, 2.9)),
        USUAL,
        *(only(kind) for kind in KINDS),
        *(only(kind, 3 * getattr(USUAL, kind)) for kind in KINDS if kind != "thickness"),
        only("thickness", 2.0),
    ],
)
def test_augmented_digits_keep_shape_and_range(kinds: Augmentation) -> None:
    batch = batch_of_digits()
    augmented = augment(batch, kinds, generator())
    assert augmented.shape == batch.shape
    assert augmented.dtype == batch.dtype
    assert augmented.min() >= 0
    assert augmented.max() <= 1 + 1e-6
    if not kinds.thickness:
        assert augmented.flatten(1).sum(1).min() > 0  # no digit has left its picture


def test_every_kind_at_its_limit_stays_in_range() -> None:
    limits = {name: kind.most for name, kind in kinds(Augmentation).items() if isinstance(kind, Decimal)}
    augmented = augment(batch_of_digits(64), Augmentation(**limits), generator())
    assert augmented.isfinite().all()
    assert 0 <= augmented.min() <= augmented.max() <= 1 + 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_makes_a_difference(kind: str) -> None:
    batch = batch_of_digits()
    assert not torch.equal(augment(batch, only(kind), generator()), batch)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_almost_nothing_changes_almost_nothing(kind: str) -> None:
    batch = batch_of_digits()
    augmented = augment(batch, only(kind, 1e-6), generator())
    assert torch.allclose(augmented, batch, atol=1e-4)


@pytest.mark.parametrize("kinds", [USUAL, *(only(kind) for kind in KINDS)])
def test_augmentation_leaves_its_input_alone(kinds: Augmentation) -> None:
    batch = batch_of_digits()
    before = batch.clone()
    augment(batch, kinds, generator())
    assert torch.equal(batch, before)


def test_each_digit_of_a_batch_is_changed_in_its_own_way() -> None:
    batch = batch_of_digits(1).repeat(8, 1, 1, 1)
    augmented = augment(batch, Augmentation.of_strength(1), generator())
    for one in range(8):
        for other in range(one):
            assert (augmented[one] - augmented[other]).abs().max() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_draws_anew_for_each_digit(kind: str) -> None:
    augmented = augment(batch_of_digits(1).repeat(8, 1, 1, 1), only(kind), generator())
    for one in range(8):
        for other in range(one):
            assert not torch.equal(augmented[one], augmented[other])


@pytest.mark.parametrize("kinds", [Augmentation.of_strength(1), USUAL, *(only(kind) for kind in KINDS)])
def test_the_same_generator_gives_the_same_augmentation_and_another_another(kinds: Augmentation) -> None:
    batch = batch_of_digits()
    augmented = augment(batch, kinds, generator(1))
    assert torch.equal(augmented, augment(batch, kinds, generator(1)))
    assert not torch.equal(augmented, augment(batch, kinds, generator(2)))


def test_augmentation_leaves_pytorchs_random_state_alone() -> None:
    before = torch.random.get_rng_state()
    augment(batch_of_digits(), USUAL, generator())
    assert torch.equal(torch.random.get_rng_state(), before)


def test_stronger_augmentation_changes_more() -> None:
    batch = batch_of_digits(100)
    changes = [
        float((augment(batch, Augmentation.of_strength(strength), generator()) - batch).abs().mean())
        for strength in (0.1, 0.5, 1.0, 2.0)
    ]
    assert changes == sorted(changes)
    assert changes[0] < changes[-1] / 3


# Kinds one at a time, on spots whose moments are known.


def test_rotation_turns_about_the_middle_as_far_as_it_says_to_both_sides() -> None:
    limit = 30.0
    spot = blob((8, 0)).repeat(400, 1, 1, 1)
    turned = centres(augment(spot, only("rotation", limit), generator()))
    angles = torch.rad2deg(torch.atan2(turned[:, 1], turned[:, 0]))
    assert turned.norm(dim=1).numpy() == pytest.approx(8, abs=0.05)
    assert angles.abs().max() <= limit + 0.5
    assert angles.max() > 0.9 * limit
    assert angles.min() < -0.9 * limit
    assert abs(float(angles.mean())) < 0.15 * limit


def test_a_turn_is_by_the_angle_that_was_drawn() -> None:
    for seed in range(5):
        drawn = float(torch.rand(1, generator=generator(seed))) * 2 - 1
        angle = math.radians(90 * drawn)
        turned = centres(augment(blob((8, 0)), only("rotation", 90), generator(seed)))
        expected = torch.tensor([[8 * math.cos(angle), -8 * math.sin(angle)]])
        assert torch.allclose(turned, expected, atol=0.05)


def test_rotation_keeps_what_is_round_and_in_the_middle() -> None:
    spot = blob().repeat(20, 1, 1, 1)
    assert torch.allclose(augment(spot, only("rotation", 180), generator()), spot, atol=0.05)


def test_shift_moves_each_axis_as_far_as_it_says_to_both_sides_and_nothing_else() -> None:
    spot = blob(sigma=(1.5, 2.5)).repeat(400, 1, 1, 1)
    shifted = augment(spot, only("shift", 3), generator())
    moved = centres(shifted)
    assert moved.abs().max() <= 3.05
    assert (moved.amax(0) > 2.7).all()
    assert (moved.amin(0) < -2.7).all()
    assert abs(float(torch.corrcoef(moved.T)[0, 1])) < 0.2  # across and down are drawn apart
    assert mass(shifted).numpy() == pytest.approx(float(mass(spot)[0]), rel=0.02)


def test_a_shift_moves_the_ink_of_digits_by_so_much_at_most() -> None:
    padded = torch.nn.functional.pad(batch_of_digits(200), (6, 6, 6, 6))  # so that no ink leaves
    moved = centres(augment(padded, only("shift", 3), generator())) - centres(padded)
    assert moved.abs().max() <= 3.01


def test_scaling_changes_width_and_height_apart_by_so_much_at_most() -> None:
    limit = 0.3
    spot = blob().repeat(400, 1, 1, 1)
    scaled = augment(spot, only("scaling", limit), generator())
    across, down, slant = second_moments(scaled)
    across_0, down_0, _ = second_moments(spot[:1])
    factors = torch.stack([(across / across_0).sqrt().log(), (down / down_0).sqrt().log()], dim=1)
    assert factors.abs().max() <= limit + 0.03
    assert (factors.amax(0) > 0.85 * limit).all()
    assert (factors.amin(0) < -0.85 * limit).all()
    assert abs(float(torch.corrcoef(factors.T)[0, 1])) < 0.2
    assert slant.abs().max() < 0.05
    assert centres(scaled).abs().max() < 0.05


def test_shear_slants_rows_against_each_other_as_far_as_it_says() -> None:
    limit = 0.4
    spot = blob().repeat(400, 1, 1, 1)
    slanted = augment(spot, only("shear", limit), generator())
    _, down, together = second_moments(slanted)
    slant = together / down  # columns to the side for each row
    assert slant.abs().max() <= limit + 0.03
    assert slant.max() > 0.85 * limit
    assert slant.min() < -0.85 * limit
    assert down.numpy() == pytest.approx(float(second_moments(spot[:1])[1]), rel=0.02)  # rows stay rows
    assert centres(slanted).abs().max() < 0.05


def test_bends_move_ink_by_as_much_as_they_say_and_each_place_differently() -> None:
    sigma = 1.2
    places = [(-6.0, -6.0), (6.0, 6.0)]
    moved = []
    for place in places:
        spots = blob(place, (1.0, 1.0)).repeat(600, 1, 1, 1)
        moved.append(centres(augment(spots, only("elastic", sigma), generator())) - torch.tensor(place))
    for each in moved:
        # Between knots the displacements are means of several, which makes them somewhat smaller.
        assert 0.4 * sigma < float(each.std()) < 1.3 * sigma
        assert float(each.mean().abs()) < 0.2 * sigma
    assert abs(float(torch.corrcoef(torch.stack([moved[0][:, 0], moved[1][:, 0]]))[0, 1])) < 0.3


def test_bends_are_smooth() -> None:
    ramp = (grid(torch.zeros(1, 1, 28, 28))[0] / 28 + 0.5).expand(200, 1, 28, 28).contiguous()
    bent = augment(ramp, only("elastic", 1.0), generator()) * 28  # each pixel's value: the column it shows
    inside = bent[..., 6:22, 6:22]
    assert (inside[..., 1:] - inside[..., :-1] - 1).abs().mean() < 0.5  # neighbours come from neighbours
    assert (inside[..., 1:, :] - inside[..., :-1, :]).abs().mean() < 0.5


@pytest.mark.parametrize("most", [0.5, 1.0, 2.0])
def test_thickness_makes_strokes_thicker_and_thinner_by_so_many_pixels_at_most(most: float) -> None:
    strokes = bar(4).repeat(400, 1, 1, 1)
    changed = augment(strokes, only("thickness", most), generator())
    row = changed[:, 0, 14].sum(1)  # of ink across a stroke that was 8 pixels wide
    assert row.max() <= 8 + 2 * most + 1e-4
    assert row.min() >= 8 - 2 * most - 1e-4
    assert row.max() > 8 + 1.2 * most
    assert row.min() < 8 - 1.2 * most
    assert abs(float(row.mean()) - 8) < 0.3 * most
    assert centres(changed).abs().max() < 1e-4  # both edges move alike


def test_thickness_changes_the_ink_of_digits_both_ways() -> None:
    batch = batch_of_digits(200)
    change = mass(augment(batch, only("thickness"), generator())) / mass(batch)
    assert 0.3 < float((change > 1).float().mean()) < 0.7
    assert change.max() > 1.2
    assert change.min() < 0.8


def test_thickness_keeps_bare_paper_and_full_ink() -> None:
    for level in (0.0, 1.0):
        even = torch.full((8, 1, 28, 28), level)
        assert torch.equal(augment(even, only("thickness", 2), generator()), even)


@pytest.mark.parametrize("sigma", [0.02, 0.1])
def test_noise_has_the_standard_deviation_it_says_at_every_pixel(sigma: float) -> None:
    gray = torch.full((500, 1, 28, 28), 0.5)
    noise = augment(gray, only("noise", sigma), generator()) - gray
    assert float(noise.std()) == pytest.approx(sigma, rel=0.02)
    assert float(noise.mean()) == pytest.approx(0, abs=0.01 * sigma)
    assert noise.std(0).numpy() == pytest.approx(sigma, rel=0.25)
    neighbours = torch.stack([noise[..., 1:].flatten(), noise[..., :-1].flatten()])
    assert abs(float(torch.corrcoef(neighbours)[0, 1])) < 0.02


def test_noise_is_cut_off_at_paper_and_at_full_ink() -> None:
    noisy = augment(batch_of_digits(), only("noise", 1.0), generator())
    assert noisy.min() == 0
    assert noisy.max() == 1
