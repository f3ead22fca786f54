"""Pictures of digits from files, as ink: any size, dark on light or light on dark, with or without alpha."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.errors import FileProblem

MOST_PIXELS = 50_000_000
_FEWEST_LEVELS = 24  # of 255: paler marks than this on their paper are taken for noise


def read(path: Path) -> np.ndarray:
    """The ink (H, W) uint8, 0 = paper, in a picture file of a format that Pillow reads (PNG, JPEG, BMP, …).

    The paper's brightness is the median along the border; ink is what differs from it. Where pixels are
    transparent they are paper.

    Raises:
        FileProblem: not a readable picture, or of more than 50 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(path) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileProblem(
                        "The picture {name} has {width} × {height} pixels; LeNet Lab opens up to 50 million. "
                        "Make it smaller first.",
                        name=path.name,
                        width=picture.width,
                        height=picture.height,
                    )
                picture.draft("L", (1000, 1000))  # a large JPEG is decoded small at once
                upright = ImageOps.exif_transpose(picture)
                has_alpha = upright.has_transparency_data
                levels = np.asarray(upright.convert("LA" if has_alpha else "L"), np.float32)
    except FileNotFoundError:
        raise FileProblem("There is no file {path}.", path=path) from None
    except Image.DecompressionBombError:
        raise FileProblem(
            "The picture {name} is far too large; LeNet Lab opens up to 50 million pixels.", name=path.name
        ) from None
    # Pillow's decoders raise these, and no common class of their own, for damaged content.
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        OverflowError,
    ) as error:
        raise FileProblem(
            "{name} is not a picture that can be read. PNG, JPEG and BMP files can.", name=path.name
        ) from error
    if not levels.size:
        raise FileProblem("The picture {name} has no pixels.", name=path.name)
    lossy = picture.format not in ("PNG", "BMP", "GIF", "TIFF", "PPM")
    if has_alpha:
        return to_ink(levels[..., 0], levels[..., 1], lossy=lossy)
    return to_ink(levels, lossy=lossy)


def to_ink(levels: np.ndarray, alpha: np.ndarray | None = None, *, lossy: bool = False) -> np.ndarray:
    """Brightness (H, W) float32 in 0–255, and its alpha alike, as ink (H, W) uint8, 0 = paper.

    The strongest mark becomes 255; noise on the paper becomes 0. A clean lossless picture keeps its grays.
    """
    if alpha is not None and alpha.min() < 128:
        opaque = alpha >= 128
        paper = 0.0 if opaque.any() and levels[opaque].mean() >= 128 else 255.0
        levels = paper + (levels - paper) * (alpha / 255)
    else:
        border = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
        paper = float(np.median(border))
    darker, lighter = paper - float(levels.min()), float(levels.max()) - paper
    marks = (paper - levels if darker > lighter else levels - paper).clip(0)
    strongest = float(marks.max())
    if strongest < _FEWEST_LEVELS:
        return np.zeros(levels.shape, np.uint8)
    # Half of the paper is darker than its median: marks of 2.5 medians are noise, as in photographs.
    # Around its strokes a JPEG has echoes of up to a sixteenth of them.
    floor = min(strongest / 8, 2.5 * float(np.median(marks)) + (strongest / 16 if lossy else 0.0))
    return ((marks - floor) * (255 / (strongest - floor))).clip(0, 255).astype(np.uint8)
