"""Pictures of digits on paper, as cameras and scanners give them: made, so that the right answer is known.

    python tests/paper_pictures.py --count 2000

prints how many of each kind are read, of those that the same network reads when they are drawn clean.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from ink_replay import FILE, PenDigits
from PIL import Image
from scipy import ndimage

from core.ink import picture_files
from core.pen_digits import generator
from core.pen_digits.forms import FORMS
from core.pen_digits.painting import paint

_PAINTED = 256  # pixels on a side of the sheet that strokes are painted on, before they are scaled


@dataclass(frozen=True)
class Sheet:
    """What a picture of a digit is like. Brightness in levels of 255, lengths in parts of the frame."""

    frame: tuple[int, int] = (480, 640)
    """Height and width in pixels."""
    size: float = 0.5
    """The digit's longer side, of the frame's shorter one."""
    place: tuple[float, float] = (0.5, 0.5)
    """In the room that is left: from 0, top or left, to 1."""
    width: float = 0.1
    """The pen's, of the digit's longer side."""
    paper: tuple[int, int, int] = (235, 235, 235)
    pen: tuple[int, int, int] = (40, 40, 40)
    grain: float = 0.0
    """The paper's spread."""
    fall_off: float = 0.0
    """How much darker the paper's darkest corner is."""
    shadow: float = 0.0
    """How much darker it is beyond a straight edge."""
    soft: float = 0.01
    """How wide that edge is."""
    lines: float = 0.0
    """How much darker its lines are."""
    squared: bool = False
    """Whether lines run both ways."""
    pitch: float = 0.1
    """The lines' distance."""
    tilt: float = 0.0
    """The lines', in degrees."""
    specks: int = 0
    fibres: float = 0.0
    """The spread of larger grain."""
    table: float = 0.0
    """How much of each side is a dark table."""
    blur: float = 0.0
    """In pixels."""
    quality: int = 0
    """Of the JPEG; 0: a PNG."""


Kind = Callable[[np.random.Generator], Sheet]


def plain(random: np.random.Generator) -> Sheet:
    """A digit anywhere on clean paper."""
    side = int(random.integers(200, 801))
    return Sheet(
        frame=(side, int(side * random.uniform(0.8, 1.5))),
        size=random.uniform(0.3, 0.8),
        place=(random.random(), random.random()),
        width=random.uniform(0.07, 0.14),
        paper=(int(random.integers(200, 256)),) * 3,
        pen=(int(random.integers(0, 90)),) * 3,
    )


def grainy(random: np.random.Generator) -> Sheet:
    """With half a level of grain and more."""
    return replace(plain(random), grain=float(np.exp(random.uniform(np.log(0.5), np.log(8)))))


def unevenly_lit(random: np.random.Generator) -> Sheet:
    """Light falls off by 10 to 80 levels."""
    return replace(plain(random), fall_off=random.uniform(10, 80), grain=random.uniform(0, 2))


def shaded(random: np.random.Generator) -> Sheet:
    """A shadow's edge runs across it, and may cross the digit."""
    shadow, soft = random.uniform(20, 80), random.uniform(0.005, 0.08)
    return replace(plain(random), shadow=shadow, soft=soft, grain=random.uniform(0, 2))


def blurred(random: np.random.Generator) -> Sheet:
    """Out of focus."""
    return replace(plain(random), blur=random.uniform(0.5, 2.5), grain=random.uniform(0, 2))


def compressed(random: np.random.Generator) -> Sheet:
    """A JPEG of any quality."""
    return replace(plain(random), quality=int(random.integers(25, 96)), grain=random.uniform(0, 3))


def ruled(random: np.random.Generator) -> Sheet:
    """On lines that are paler than the pen."""
    lines, pitch = random.uniform(15, 80), random.uniform(0.06, 0.25)
    return replace(
        plain(random), lines=lines, pitch=pitch, tilt=random.uniform(-3, 3), grain=random.uniform(0, 2)
    )


def squared(random: np.random.Generator) -> Sheet:
    """On squares."""
    return replace(ruled(random), squared=True)


PENS = {
    "blue": ((30, 50, 160), (240, 240, 235)),
    "red": ((190, 40, 50), (245, 245, 245)),
    "green on pink": ((120, 180, 120), (215, 135, 155)),  # as bright as the paper
    "orange on grey": ((235, 140, 40), (160, 160, 160)),
    "pencil": ((150, 150, 150), (225, 225, 225)),
    "white on green": ((230, 230, 230), (40, 70, 55)),
    "yellow on blue": ((240, 220, 90), (40, 60, 130)),
}


def in_colours(random: np.random.Generator) -> Sheet:
    """Pens and papers of all colours."""
    pen, paper = list(PENS.values())[random.integers(len(PENS))]
    return replace(plain(random), pen=pen, paper=paper, grain=random.uniform(0, 2))


def small(random: np.random.Generator) -> Sheet:
    """From a tenth of the frame."""
    side = int(random.integers(480, 1001))
    return replace(
        plain(random), frame=(side, int(side * 4 / 3)), size=random.uniform(0.1, 0.3), grain=1.5, blur=0.5
    )


def large(random: np.random.Generator) -> Sheet:
    """Up to nine tenths of the frame."""
    return replace(plain(random), size=random.uniform(0.8, 0.9), grain=1.5, fall_off=random.uniform(0, 30))


def specked(random: np.random.Generator) -> Sheet:
    """With crumbs and dots on it."""
    return replace(plain(random), specks=int(random.integers(3, 30)), grain=random.uniform(0, 2))


def thick(random: np.random.Generator) -> Sheet:
    """With a marker, as thick as fits."""
    sheet = plain(random)
    return replace(
        sheet,
        width=random.uniform(0.16, 0.3),
        size=random.uniform(0.3, 0.85),
        grain=random.uniform(0, 3),
        fall_off=random.uniform(0, 50),
    )


def dark_lines(random: np.random.Generator) -> Sheet:
    """On lines or squares that are as dark as the pen."""
    sheet = squared(random) if random.random() < 0.5 else ruled(random)
    darkness = sheet.paper[0] - sheet.pen[0]
    return replace(sheet, lines=darkness * random.uniform(0.6, 1.0))


def fibrous(random: np.random.Generator) -> Sheet:
    """On recycled paper."""
    return replace(plain(random), fibres=random.uniform(2, 8), grain=random.uniform(0, 2))


def on_a_table(random: np.random.Generator) -> Sheet:
    """The sheet does not fill the frame."""
    return replace(
        plain(random),
        size=random.uniform(0.2, 0.45),
        place=(0.5, 0.5),
        table=random.uniform(0.03, 0.15),
        grain=random.uniform(0, 2),
    )


def photo(random: np.random.Generator) -> Sheet:
    """As from a phone: light, grain, blur, JPEG, sometimes a shadow, lines, a coloured pen."""
    sheet = small(random) if random.random() < 0.4 else plain(random)
    if random.random() < 0.4:
        pen, paper = list(PENS.values())[random.integers(len(PENS))]
        sheet = replace(sheet, pen=pen, paper=paper)
    if random.random() < 0.4:
        sheet = replace(
            sheet,
            lines=random.uniform(10, 40),
            pitch=random.uniform(0.05, 0.2),
            tilt=random.uniform(-3, 3),
            squared=random.random() < 0.5,
        )
    if random.random() < 0.5:
        sheet = replace(sheet, shadow=random.uniform(10, 50), soft=random.uniform(0.01, 0.1))
    return replace(
        sheet,
        grain=random.uniform(0.5, 4),
        fall_off=random.uniform(0, 50),
        blur=random.uniform(0.3, 1.5),
        quality=int(random.integers(40, 96)),
    )


KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (
        plain, grainy, unevenly_lit, shaded, blurred, compressed, ruled, squared, in_colours, small, large,
        specked, thick, dark_lines, fibrous, on_a_table, photo,
    )
}  # fmt: skip


def strokes_of_digits(count: int, seed: int) -> Iterator[tuple[list[np.ndarray], int]]:
    """Strokes (n, 2) and the digit: people's, where they are at hand, or else generated."""
    random = np.random.default_rng(seed)
    if FILE.exists():
        digits = PenDigits(FILE)
        usual = np.flatnonzero(~digits.slashed_zero)
        for index in random.choice(usual, count, replace=False):
            yield digits.strokes(int(index)), int(digits.labels[index])
    else:
        shares = [form.share for form in FORMS]
        for number in random.choice(len(FORMS), count, p=shares):
            yield generator.write(FORMS[number], random), FORMS[number].digit


def clean(strokes: list[np.ndarray], width: float) -> np.ndarray:
    """The digit alone, as ink on a sheet of the program's."""
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    side = _PAINTED * 0.8
    scale = side / max(float((high - low).max()), 1e-6)
    corner = (_PAINTED - (high - low) * scale) / 2
    return paint([(stroke - low) * scale + corner for stroke in strokes], width * side, _PAINTED)


def picture(ink: np.ndarray, sheet: Sheet, random: np.random.Generator) -> bytes:
    """A picture file of a digit that `clean` gave."""
    return painted(_placed(ink, sheet), sheet, random)


def painted(covered: np.ndarray, sheet: Sheet, random: np.random.Generator) -> bytes:
    """A picture file of the frame, of whose pixels the pen covers these shares (H, W) float32."""
    height, width = sheet.frame
    rows, columns = np.mgrid[:height, :width].astype(np.float32) / min(height, width)
    colours = np.array(sheet.paper, np.float32) - _lines(sheet, rows, columns)[..., None]
    for _ in range(sheet.specks):
        y, x = int(random.integers(height)), int(random.integers(width))
        side = int(random.integers(1, max(2, min(height, width) // 120)))
        colours[y : y + side, x : x + side] -= random.uniform(40, 160)
    colours = colours + covered[..., None] * (np.array(sheet.pen, np.float32) - colours)
    across = rows * random.uniform(-1, 1) + columns * random.uniform(-1, 1)
    across = (across - across.min()) / max(float(np.ptp(across)), 1e-6)
    angle, offset = random.uniform(0, 2 * np.pi), random.uniform(0.2, 0.8)
    distance = (rows - offset * rows.max()) * np.sin(angle) + (columns - offset * columns.max()) * np.cos(
        angle
    )
    light = 1 - (across * sheet.fall_off + np.clip(distance / sheet.soft + 0.5, 0, 1) * sheet.shadow) / 255
    colours = colours * light[..., None]
    if sheet.table:
        edge = int(sheet.table * min(height, width))
        table = np.ones((height, width), bool)
        table[edge : height - edge // 2, edge // 2 : width - edge] = False
        colours[table] = (90, 60, 40)
    if sheet.fibres:
        spots = ndimage.gaussian_filter(random.normal(0, 1, (height, width)), 2.0)
        colours = colours + (spots / spots.std() * sheet.fibres)[..., None]
    if sheet.blur:
        colours = ndimage.gaussian_filter(colours, (sheet.blur, sheet.blur, 0))
    if sheet.grain:
        colours = colours + random.normal(0, sheet.grain, (height, width, 1))
        colours = colours + random.normal(0, sheet.grain / 2, (height, width, 3))  # a sensor's colours
    image = Image.fromarray(colours.round().clip(0, 255).astype(np.uint8))
    file = BytesIO()
    if sheet.quality:
        image.save(file, "JPEG", quality=sheet.quality)
    else:
        image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _placed(ink: np.ndarray, sheet: Sheet) -> np.ndarray:
    """The share of each pixel of the frame that the pen covers."""
    height, width = sheet.frame
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = sheet.size * min(height, width) / max(digit.shape)
    down, across = (max(1, round(side * scale)) for side in digit.shape)
    scaled = np.asarray(Image.fromarray(digit).resize((across, down), Image.Resampling.LANCZOS), np.float32)
    margin = round(0.04 * min(height, width) + sheet.table * min(height, width))
    top = margin + round(sheet.place[0] * max(height - down - 2 * margin, 0))
    left = margin + round(sheet.place[1] * max(width - across - 2 * margin, 0))
    covered = np.zeros((height, width), np.float32)
    part = covered[top : top + down, left : left + across]
    part[...] = scaled[: part.shape[0], : part.shape[1]] / 255
    return covered


def _lines(sheet: Sheet, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How much darker the paper is where it is ruled."""
    if not sheet.lines:
        return np.zeros_like(rows)
    slope = np.tan(np.radians(sheet.tilt))
    thick = 1.5 / min(sheet.frame) + 0.003
    dark = np.abs((rows + columns * slope + 0.013) % sheet.pitch - sheet.pitch / 2) < thick / 2
    if sheet.squared:
        dark |= np.abs((columns - rows * slope + 0.029) % sheet.pitch - sheet.pitch / 2) < thick / 2
    return dark * np.float32(sheet.lines)


def several(
    inks: list[np.ndarray], lines: int, sheet: Sheet, random: np.random.Generator
) -> tuple[bytes, list[int]]:
    """A picture file of digits in lines, and the numbers of those it has, as they are read.

    Digits are as far from each other as people write them: from a fifth of their height.
    """
    height, width = sheet.frame
    size = min(0.6 * height / lines, 180.0)
    covered = np.zeros((height, width), np.float32)
    numbers = []
    coming = iter(enumerate(inks))
    for line in range(lines):
        left = 0.08 * width
        while (each := next(coming, None)) is not None:
            number, ink = each
            own = size * random.uniform(0.85, 1.1)
            rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
            digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            scale = own / digit.shape[0]
            across, down = max(1, round(digit.shape[1] * scale)), round(own)
            if left + across > 0.94 * width:
                break
            top = round((line + 0.5) * height / lines - own / 2 + random.uniform(-0.05, 0.05) * size)
            scaled = Image.fromarray(digit).resize((across, down), Image.Resampling.LANCZOS)
            part = covered[top : top + down, round(left) : round(left) + across]
            np.maximum(part, np.asarray(scaled, np.float32)[: part.shape[0], : part.shape[1]] / 255, out=part)
            numbers.append(number)
            left += across + size * random.uniform(0.2, 0.8)
    return painted(covered, sheet, random), numbers


def pictures(kind: Kind, count: int, seed: int = 1) -> Iterator[tuple[bytes, np.ndarray, int]]:
    """Picture files of a kind, each with its clean ink and its digit."""
    random = np.random.default_rng(seed)
    for strokes, digit in strokes_of_digits(count, seed):
        sheet = kind(random)
        ink = clean(strokes, sheet.width)
        yield picture(ink, sheet, random), ink, digit


def main() -> int:
    """Print how many of each kind are read."""
    from core.reading.classifier import Classifier

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000, help="pictures in all")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the pictures that are not read")
    chosen = parser.parse_args()
    classifier = Classifier.open("lenet", "cpu")
    whole = [0, 0]
    path = Path(tempfile.mkdtemp()) / "paper.png"
    for name in chosen.kinds:
        read = clean_read = 0
        seconds = []
        for number, (content, ink, digit) in enumerate(
            pictures(KINDS[name], max(1, chosen.count // len(chosen.kinds)), chosen.seed)
        ):
            if classifier.classify(ink).digit != digit:
                continue
            clean_read += 1
            path.write_bytes(content)
            started = time.perf_counter()
            found = picture_files.read(path)
            seconds.append(time.perf_counter() - started)
            answer = classifier.classify(found)
            right = answer is not None and answer.digit == digit
            read += right
            if not right and chosen.keep:
                chosen.keep.mkdir(exist_ok=True, parents=True)
                (chosen.keep / f"{name}-{number}-{digit}.png").write_bytes(content)
        whole = [whole[0] + read, whole[1] + clean_read]
        print(f"{name:14} {read:5} of {clean_read:5}  {read / clean_read:7.1%}  "
              f"{np.median(seconds) * 1000:6.1f} ms each", flush=True)  # fmt: skip
    print(f"{'all':14} {whole[0]:5} of {whole[1]:5}  {whole[0] / whole[1]:7.1%}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
