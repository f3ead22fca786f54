"""Pictures of digits from files, as ink: any size, dark on light or light on dark, with or without alpha."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.errors import FileProblem
from core.ink.preprocess import crop

MOST_PIXELS = 25_000_000  # decoding as many took a second; a JPEG is decoded at an eighth and may be larger
_ENOUGH = 1000  # pixels on the longer side: the network reads 28, and larger arrays only take time
_FEWEST_LEVELS = 24  # of 255: paler marks than this on their paper are taken for noise
_LOSSLESS = ("PNG", "BMP", "GIF", "TIFF", "PPM")
_FORMATS = (*_LOSSLESS, "JPEG", "WEBP")  # not all that Pillow knows: for EPS it starts another program


def read(path: Path) -> np.ndarray:
    """The ink (H, W) uint8, 0 = paper, in a picture file of a format that Pillow reads (PNG, JPEG, BMP, …).

    Pictures of over 2,000 pixels come reduced to between 1,000 and 2,000 on the longer side. The paper's
    brightness is the median along the border; ink is what differs from it. Where a page is transparent it
    is paper; where strokes lie on nothing, their opacity is the ink.

    Raises:
        FileProblem: not a readable picture, or too large.
    """
    name = path.name or path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes and damaged metadata; what matters raises below
            with Image.open(path, formats=_FORMATS) as picture:
                picture.draft("L", (_ENOUGH, _ENOUGH))
                if picture.width * picture.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                levels, alpha = _levels(_upright(picture))
    except FileNotFoundError:
        raise FileProblem("There is no file {path}.", path=path) from None
    except Image.DecompressionBombError:
        raise FileProblem(
            "The picture {name} is too large; LeNet Lab opens up to {limit} million pixels. "
            "Make it smaller first.",
            name=name,
            limit=MOST_PIXELS // 1_000_000,
        ) from None
    except Exception as error:  # Pillow's decoders raise a dozen classes for damaged content
        raise FileProblem(
            "{name} is not a picture that can be read. PNG, JPEG and BMP files can.", name=name
        ) from error
    return to_ink(levels, alpha, lossy=picture.format not in _LOSSLESS)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error):
        return picture  # what the camera noted is damaged; the picture itself may be well


def _levels(picture: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    """Brightness and opacity (H, W) float32 in 0–255; None where all is opaque."""
    factor = max(1, max(picture.size) // _ENOUGH)
    if picture.mode.startswith(("I", "F")):  # more than 8 bits, which "L" would clip
        deep = np.nan_to_num(np.asarray(picture, np.float32)[::factor, ::factor], posinf=0, neginf=0)
        depth = max(int(deep.max()).bit_length(), 1)  # scanners fill 8, 10, 12 or 16 bits of such files
        return deep * (255 / (2**depth - 1)), None
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("L").reduce(factor), np.float32), None
    both = np.asarray(picture.convert("LA").reduce(factor), np.float32)
    return both[..., 0], both[..., 1]


def to_ink(levels: np.ndarray, alpha: np.ndarray | None = None, *, lossy: bool = False) -> np.ndarray:
    """Brightness (H, W) float32 in 0–255, and its opacity alike, as ink (H, W) uint8, 0 = paper.

    The strongest mark becomes 255; noise on the paper becomes 0. A clean lossless picture keeps its grays.
    """
    if alpha is not None and alpha.min() < 128:
        if not _is_page(levels, alpha):
            return (alpha * (255 / max(float(alpha.max()), 1.0))).astype(np.uint8)
        background = float(np.median(levels[alpha >= alpha.max() / 2]))
        levels = background + (levels - background) * (alpha / 255)
    paper = float(np.median(_border(levels)))
    darker, lighter = paper - float(levels.min()), float(levels.max()) - paper
    marks = (paper - levels if darker > lighter else levels - paper).clip(0)
    strongest = float(marks.max())
    if strongest < _FEWEST_LEVELS:
        return np.zeros(levels.shape, np.uint8)
    # Half of the paper is darker than its median: marks of 2.5 medians are noise, as in photographs.
    # Around its strokes a JPEG has echoes of up to a sixteenth of them.
    floor = min(strongest / 8, 2.5 * float(np.median(marks)) + (strongest / 16 if lossy else 0.0))
    return ((marks - floor) * (255 / (strongest - floor))).clip(0, 255).astype(np.uint8)


def _is_page(levels: np.ndarray, alpha: np.ndarray) -> bool:
    """Whether what is opaque is a sheet with strokes on it, rather than strokes on nothing."""
    solid = alpha >= max(float(alpha.max()) / 2, 1.0)
    if not solid.any():
        return False
    # A sheet reaches the border; or else it fills its rectangle, and is not all of one brightness.
    fills = crop(solid).mean() > 0.9 and np.ptp(levels[solid]) >= _FEWEST_LEVELS
    return bool(_border(solid).mean() > 0.5 or fills)


def _border(levels: np.ndarray) -> np.ndarray:
    return np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
