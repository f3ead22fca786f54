"""Drawings that are no digits, made by rule: the same seed draws the same ones anywhere.

Ink as the program's own sheet has it. Left out is what people would read as a digit: short and straight
lines (1), thin rings (0), and the letters of `DIGIT_SHAPED`.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SHEET = 280  # pixels on a side, as the program's canvas
_FINER = 3  # drawn this much larger, then averaged: antialiased

DIGIT_SHAPED = "OoIlSsZzBbGgq"
"""Letters that are digits in shape: 0 (O o), 1 (I l), 5 (S s), 2 (Z z), 8 (B), 6 (b G), 9 (g q)."""
LETTERS = "".join(letter for letter in string.ascii_letters if letter not in DIGIT_SHAPED)


def _polyline(strokes: list[np.ndarray], brush: float) -> np.ndarray:
    """Strokes (n, 2) in a unit square, scaled into the sheet, drawn by a round brush."""
    sheet, pen = _blank()
    for stroke in strokes:
        points = stroke * (SHEET * _FINER)
        radius = brush * _FINER / 2
        pen.line([tuple(point) for point in points], fill=255, width=round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return _as_ink(sheet)


def _polygon(points: np.ndarray) -> np.ndarray:
    sheet, pen = _blank()
    pen.polygon([tuple(point) for point in points * (SHEET * _FINER)], fill=255)
    return _as_ink(sheet)


def _blank() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    sheet = Image.new("L", (SHEET * _FINER, SHEET * _FINER))
    return sheet, ImageDraw.Draw(sheet)


def _as_ink(sheet: Image.Image) -> np.ndarray:
    return np.asarray(sheet.reduce(_FINER), np.uint8)


def _brush(random: np.random.Generator) -> float:
    return float(random.uniform(16, 32))  # around the program's 24


def _fitted(strokes: list[np.ndarray], random: np.random.Generator, turn: float = 0.0) -> list[np.ndarray]:
    """Strokes turned by up to `turn` (radians), shaken a little, and centred: the longer side 0.55 to 0.8."""
    angle = random.uniform(-turn, turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stretch = np.diag(random.uniform(0.85, 1.15, 2))
    strokes = [stroke @ stretch @ rotation.T for stroke in strokes]
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = random.uniform(0.55, 0.8) / (high - low).max()
    return [(stroke - (low + high) / 2) * scale + 0.5 for stroke in strokes]


def _shaken(points: np.ndarray, random: np.random.Generator, by: float = 0.02) -> np.ndarray:
    """Corners (n, 2) of a shape some 1 across, each moved as an unsteady hand would."""
    moved: np.ndarray = points + random.normal(0, by, points.shape)
    return moved


def _arc(x: float, y: float, radius: float, start: float = 0.0, end: float = 2 * np.pi) -> np.ndarray:
    angle = np.linspace(start, end, 40)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)


# Scribbles: one pen path that turns many times.


def _tangle(random: np.random.Generator) -> list[np.ndarray]:
    """A smooth path through 7 to 12 random points."""
    knots = random.uniform(0, 1, (random.integers(7, 13), 2))
    times = np.linspace(0, len(knots) - 1, 20 * len(knots))
    paths = [np.interp(times, np.arange(len(knots)), knots[:, axis]) for axis in (0, 1)]
    kernel = np.hanning(23)[1:-1]
    smooth = [np.convolve(path, kernel / kernel.sum(), mode="valid") for path in paths]
    return [np.stack(smooth, axis=1)]


def _zigzag(random: np.random.Generator) -> list[np.ndarray]:
    """To and fro 5 to 10 times, onward between."""
    turns = int(random.integers(6, 12))
    along = np.linspace(0, random.uniform(0.6, 1.6), turns)
    across = np.arange(turns) % 2
    return [_shaken(np.stack([along, across * random.uniform(0.8, 1.2)], axis=1), random, 0.06)]


def _spiral(random: np.random.Generator) -> list[np.ndarray]:
    """2.5 to 4 turns, inward."""
    angle = np.linspace(0, 2 * np.pi * random.uniform(2.5, 4), 150)
    radius = 1 - 0.93 * angle / angle[-1]
    start = random.uniform(0, 2 * np.pi)
    side = random.choice([-1, 1])
    return [np.stack([radius * np.cos(angle + start), side * radius * np.sin(angle + start)], axis=1)]


def _loops(random: np.random.Generator) -> list[np.ndarray]:
    """3 to 5 loops in a row, as one tries a pen."""
    loops = random.integers(3, 6)
    angle = np.linspace(0, 2 * np.pi * loops, 40 * loops)
    along = angle / (2 * np.pi) * random.uniform(0.5, 1.0)
    return [np.stack([along + np.cos(angle) * 0.6, np.sin(angle)], axis=1)]


def scribble(random: np.random.Generator) -> np.ndarray:
    """A tangle, zigzag, spiral or row of loops, in any direction: ink (280, 280) uint8."""
    path = (_tangle, _zigzag, _spiral, _loops)[random.integers(4)](random)
    return _polyline(_fitted(path, random, turn=np.pi), _brush(random))


def dot(random: np.random.Generator) -> np.ndarray:
    """One touch of the brush, anywhere on the sheet."""
    return _polyline([random.uniform(0.2, 0.8, (1, 2))], float(random.uniform(8, 40)))


# Filled shapes.


def _regular(corners: int, inner: float = 1.0) -> np.ndarray:
    """A polygon (n, 2) with its first corner on top; a star where `inner` is below 1."""
    count = corners * (2 if inner < 1 else 1)
    angle = np.arange(count) * 2 * np.pi / count - np.pi / 2
    radius = np.where(np.arange(count) % 2 == 1, inner, 1.0) / 2
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _heart() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 60)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return np.stack([x, y], axis=1) / 32


def filled_shape(random: np.random.Generator) -> np.ndarray:
    """A triangle, square, disc, star, heart or hexagon, full of ink, turned by up to 30 degrees."""
    shape = (_regular(3), _regular(4), _arc(0, 0, 0.5), _regular(5, 0.45), _heart(), _regular(6))
    corners = shape[random.integers(len(shape))]
    corners = corners if len(corners) > 20 else _shaken(corners, random)
    return _polygon(_fitted([corners], random, turn=np.pi / 6)[0])


def face(random: np.random.Generator) -> np.ndarray:
    """A round head with two eyes and a mouth, some with a nose."""
    eye, height = random.uniform(0.13, 0.22), random.uniform(0.08, 0.2)
    mouth = _arc(0, random.uniform(-0.05, 0.1), random.uniform(0.2, 0.28), 0.15 * np.pi, 0.85 * np.pi)
    if random.random() < 0.3:
        mouth[:, 1] = 2 * mouth[:, 1].mean() - mouth[:, 1]  # a sad one
    strokes = [_arc(0, 0, 0.5), mouth]
    strokes += [np.array([[side * eye, -height], [side * eye, -height - 0.02]]) for side in (-1, 1)]
    if random.random() < 0.3:
        strokes.append(np.array([[0, -0.08], [0, 0.06]]))
    return _polyline(_fitted(strokes, random, turn=0.2), float(random.uniform(10, 24)))


# Signs: what people draw besides.


def _star(random: np.random.Generator) -> list[np.ndarray]:
    return [_shaken(_regular(5)[[0, 2, 4, 1, 3, 0]], random)]


def _triangle(random: np.random.Generator) -> list[np.ndarray]:
    return [_shaken(_regular(3)[[0, 1, 2, 0]], random)]


def _heart_outline(random: np.random.Generator) -> list[np.ndarray]:
    return [_heart()]


def _plus(random: np.random.Generator) -> list[np.ndarray]:
    across, upright = np.array([[-0.5, 0], [0.5, 0]]), np.array([[0, -0.5], [0, 0.5]])
    return [_shaken(across, random, 0.04), _shaken(upright, random, 0.04)]


def _times(random: np.random.Generator) -> list[np.ndarray]:
    down, up = np.array([[-0.5, -0.5], [0.5, 0.5]]), np.array([[-0.5, 0.5], [0.5, -0.5]])
    return [_shaken(down, random, 0.04), _shaken(up, random, 0.04)]


def _tick(random: np.random.Generator) -> list[np.ndarray]:
    return [_shaken(np.array([[-0.4, 0.1], [-0.15, 0.4], [0.45, -0.4]]), random, 0.04)]


def _arrow(random: np.random.Generator) -> list[np.ndarray]:
    """Right, left, up or down."""
    shaft, head = np.array([[-0.5, 0], [0.5, 0]]), np.array([[0.2, -0.28], [0.5, 0], [0.2, 0.28]])
    turn = np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), int(random.integers(4)))
    return [_shaken(stroke, random, 0.03) @ turn for stroke in (shaft, head)]


def _house(random: np.random.Generator) -> list[np.ndarray]:
    wall = np.array([[-0.4, 0.5], [-0.4, -0.1], [0, -0.5], [0.4, -0.1], [0.4, 0.5], [-0.4, 0.5]])
    return [_shaken(wall, random), _shaken(np.array([[-0.4, -0.1], [0.4, -0.1]]), random)]


def sign(random: np.random.Generator) -> np.ndarray:
    """The outline of a star, triangle, heart or house, a plus, a times, a tick, or an arrow."""
    outlines = (_star, _triangle, _heart_outline, _house, _plus, _times, _tick, _arrow)
    path = outlines[random.integers(len(outlines))](random)
    return _polyline(_fitted(path, random, turn=0.15), _brush(random))


# Letters, from a font.


def font(path: Path | None = None) -> ImageFont.FreeTypeFont:
    """The font at `path`; without one, Pillow's own, which is the same anywhere."""
    chosen = ImageFont.truetype(str(path), 190) if path else ImageFont.load_default(190)
    assert isinstance(chosen, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return chosen


def letter(chosen: str, random: np.random.Generator, drawn_from: ImageFont.FreeTypeFont) -> np.ndarray:
    """One letter, printed and turned by up to 10 degrees."""
    sheet = Image.new("L", (SHEET, SHEET))
    ImageDraw.Draw(sheet).text((SHEET / 2, SHEET / 2), chosen, fill=255, font=drawn_from, anchor="mm")
    turned = sheet.rotate(float(random.uniform(-10, 10)), Image.Resampling.BICUBIC)
    return np.asarray(turned, np.uint8)


KINDS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "scribbles": scribble,
    "dots": dot,
    "filled shapes": filled_shape,
    "faces": face,
    "signs": sign,
}
"""What `draw` can make without a font: ink (280, 280) uint8 from a random generator."""


def draw(kind: str, count: int, seed: int) -> np.ndarray:
    """`count` drawings of a kind: (count, 280, 280) uint8; another seed gives others."""
    random = np.random.default_rng([seed, list(KINDS).index(kind)])
    return np.stack([KINDS[kind](random) for _ in range(count)])


def draw_letters(
    count: int, seed: int, drawn_from: ImageFont.FreeTypeFont, alphabet: str = LETTERS
) -> tuple[np.ndarray, list[str]]:
    """Letters (count, 280, 280) uint8, and which they are."""
    random = np.random.default_rng([seed, len(KINDS)])
    chosen = [alphabet[random.integers(len(alphabet))] for _ in range(count)]
    return np.stack([letter(one, random, drawn_from) for one in chosen]), chosen
