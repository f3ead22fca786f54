"""Pictures of digits from files, as ink: any size, dark on light or light on dark, with or without alpha."""

from __future__ import annotations

import os
import struct
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

from core.errors import FileProblem
from core.files import regular
from core.files.foreign import LOOKED_AT, foreign_kind
from core.files.limits import PICTURE
from core.ink import digit_png
from core.ink.paper import Marks, find_marks
from core.ink.preprocess import Box, crop
from core.ink.segmentation import Piece, find_digits
from core.ink.sheets import FORMATS, FoundDigit, Sheet

MOST_PIXELS = 25_000_000  # decoding as many took a second; a JPEG is decoded at an eighth and may be larger
_ENOUGH = 1280  # pixels on the longer side: the network reads 28, and larger arrays only take time
_FEWEST_LEVELS = 24  # of 255: paler marks than this on their paper are taken for noise
_OPAQUE = 250  # of 255: nobody sees through
_MOST_INK = 0.45  # of a picture: with more, it is the paper that was taken for ink
_SMALL = 64  # pixels on the longer side: no photograph, and a JPEG's echoes are as wide as its strokes
_LOSSLESS = ("PNG", "BMP", "GIF", "TIFF", "PPM")
_SCAN = b"\xff\xda"  # begins each pass of a JPEG over its pixels; cameras make up to ten
_MOST_SCANNED = 40 * MOST_PIXELS  # pixels, of all passes: some ten seconds


def read(path: Path) -> np.ndarray:
    """The ink (H, W) uint8, 0 = paper, of the largest digit in a picture file. Raises as `read_sheet`."""
    sheet = read_sheet(path)
    return sheet.ink(sheet.largest)


def read_sheet(path: Path) -> Sheet:
    """The digits in a picture file of one of `FORMATS`.

    Raises:
        FileProblem: not a readable picture, too large, or too costly to decode.
        WeightsGiven: a network's weights.
    """
    name = path.name or path
    with regular.open_to_read(path) as file:
        start = file.read(LOOKED_AT)
        if len(start) == LOOKED_AT and os.fstat(file.fileno()).st_size > PICTURE.file:
            raise FileProblem(
                "{name} is too large: a picture's file has {most} MB at most.",
                name=name,
                most=PICTURE.file // 2**20,
            )
        content = start + file.read(PICTURE.file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes and damaged metadata; what matters raises below
            with Image.open(BytesIO(content), formats=tuple(FORMATS)) as picture:
                # A progressive JPEG may ask for each of its pixels as often as its maker likes.
                scans = content.count(_SCAN) if picture.format in ("JPEG", "MPO") else 1
                scanned = picture.width * picture.height * scans
                picture.draft("RGB", (_ENOUGH, _ENOUGH))
                if picture.width * picture.height > MOST_PIXELS or scanned > _MOST_SCANNED:
                    raise Image.DecompressionBombError
                if (text := picture.info.get(digit_png.KEY)) is not None:
                    own = digit_png.own_ink(np.asarray(picture.convert("L")), text)
                    if own is not None:
                        return Sheet(_shown(255.0 - own[..., None], None), _whole(own))
                colours, alpha = _colours(_upright(picture))
                lossy = picture.format not in _LOSSLESS
    except Image.DecompressionBombError:
        raise FileProblem(
            "The picture {name} is too large; LeNet Lab opens up to {limit} million pixels. "
            "Make it smaller first.",
            name=name,
            limit=MOST_PIXELS // 1_000_000,
        ) from None
    except MemoryError:
        raise
    except Exception as error:  # Pillow's decoders raise a dozen classes for damaged content
        raise foreign_kind(path, start) or FileProblem(
            "{name} is not a picture that can be read. PNG, JPEG, BMP, GIF, TIFF and WebP files can.",
            name=name,
        ) from error
    return find_on_sheet(colours, alpha, lossy=lossy)


def sheet_of_pixels(pixels: np.ndarray) -> Sheet:
    """The digits in a picture (H, W, 4) uint8: red, green, blue, opacity."""
    return find_on_sheet(*_colours(Image.fromarray(pixels)))


def _whole(ink: np.ndarray) -> tuple[FoundDigit, ...]:
    """A drawing as one digit, with all its dots."""
    return (FoundDigit(Box(0, 0, *ink.shape), ink, False),) if ink.any() else ()


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error):
        return picture  # what the camera noted is damaged; the picture itself may be well


def _colours(picture: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    """Colours (H, W, 1 or 3) and opacity (H, W), float32 in 0–255; None where all is opaque."""
    factor = -(-max(picture.size) // _ENOUGH)
    across, down = (min(factor, side) for side in picture.size)  # a strip cannot become thinner
    if picture.mode.startswith(("I", "F")):  # more than 8 bits, which "L" would clip
        deep = np.nan_to_num(np.asarray(picture, np.float32)[::down, ::across], posinf=0, neginf=0)
        depth = max(int(deep.max()).bit_length(), 1)  # scanners fill 8, 10, 12 or 16 bits of such files
        return deep[..., None] * (255 / (2**depth - 1)), None
    is_gray = picture.mode in ("1", "L", "LA", "La")
    if not picture.has_transparency_data:
        plain = np.asarray(picture.convert("L" if is_gray else "RGB").reduce((across, down)), np.float32)
        return np.atleast_3d(plain), None
    both = np.asarray(picture.convert("LA" if is_gray else "RGBA").reduce((across, down)), np.float32)
    return both[..., :-1], both[..., -1]


def find_on_sheet(colours: np.ndarray, alpha: np.ndarray | None = None, *, lossy: bool = False) -> Sheet:
    """The digits in a picture (H, W, 1 or 3) float32 in 0–255, and its opacity (H, W) alike."""
    if alpha is not None and alpha.min() >= _OPAQUE:
        alpha = None
    picture = _shown(colours, alpha)
    ink = to_ink(_brightness(colours), alpha, lossy=lossy)
    if alpha is not None or max(ink.shape) <= _SMALL or _is_clean(ink):
        marks: Marks | None = Marks(ink / np.float32(255), 0.0, 0.0)
    else:
        marks = find_marks(colours)
    if marks is None:
        return Sheet(picture, ())
    return Sheet(picture, tuple(_digit(marks, piece) for piece in find_digits(marks)))


def _shown(colours: np.ndarray, alpha: np.ndarray | None) -> np.ndarray:
    """The picture as it is shown, (H, W, 3) uint8; in grey where it is transparent."""
    if alpha is not None:
        share = alpha[..., None] / 255
        colours = colours * share + 128 * (1 - share)
    shown: np.ndarray = colours.round().clip(0, 255).astype(np.uint8)
    return np.broadcast_to(shown, (*shown.shape[:2], 3)).copy()


def _digit(marks: Marks, piece: Piece) -> FoundDigit:
    strength, least = marks.strength[piece.box.slices], marks.least
    # What is half as strong as ink stays so: lines keep their width.
    cut = ((strength - least) / (1 - 2 * least)).clip(0, 1) * piece.mask
    return FoundDigit(piece.box, (cut * 255).round().astype(np.uint8), piece.may_be_several)


def _brightness(colours: np.ndarray) -> np.ndarray:
    """Of colours (H, W, 1 or 3), as Pillow has it: (H, W)."""
    if colours.shape[2] == 1:
        return colours[..., 0]
    levels: np.ndarray = colours @ np.array([0.299, 0.587, 0.114], np.float32)
    return levels.round()


def _is_clean(ink: np.ndarray) -> bool:
    """Whether ink is strokes and their soft edges alone: without grain, light and lines of paper."""
    strong = ink >= 128
    if not strong.any() or strong.mean() > _MOST_INK:
        return False
    reach = 3 + max(ink.shape) // 50
    near = ndimage.maximum_filter(strong, 2 * reach + 1)
    return not bool(ink[~near].any())


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
