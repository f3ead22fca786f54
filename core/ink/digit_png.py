"""A drawn digit's ink as a PNG file: exactly as it was drawn, and recognisable as such.

Pillow is imported where it is used: the window starts without it.
"""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO

import numpy as np

from core.ink.preprocess import crop

SHEET = 280
"""Pixels on a side of the sheet that is drawn on."""

# Under this key a file holds the digest of its ink. Without it, a dark digit on white paper could be taken
# for ink; and Pillow overlooks one in thirty flipped bits.
KEY = "lenet-lab-ink"
"""The text in a PNG file that holds the digest of its ink."""


def digest(ink: np.ndarray) -> str:
    """A digest of ink uint8: two pictures with the same digest are the same."""
    return hashlib.blake2b(ink.tobytes(), digest_size=16).hexdigest()


def own_ink(gray: np.ndarray, text: str) -> np.ndarray | None:
    """The ink (280, 280) uint8 of a picture that LeNet Lab has written, white on black or dark on white.

    `gray` are its levels uint8, `text` what its file has under `KEY`; None where it was not written here.
    """
    for ink in (gray, 255 - gray):
        if gray.shape == (SHEET, SHEET) and digest(ink) == text:
            return ink
    return None


def encode(ink: np.ndarray) -> bytes:
    """The content of a PNG file of ink (280, 280) uint8, 0 = paper: gray levels, white on black."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    about = PngInfo()
    about.add_text(KEY, digest(ink))
    file = BytesIO()
    # Level 1: 0.8 ms; level 6 takes twice as long and saves a tenth of the bytes.
    Image.fromarray(ink).save(file, "PNG", pnginfo=about, compress_level=1)
    return file.getvalue()


def decode(content: bytes) -> np.ndarray:
    """The ink (280, 280) uint8 that `encode` was given.

    Raises:
        ValueError: the content is not what `encode` gives, or it is damaged.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngImageFile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata; what matters raises below
            with Image.open(BytesIO(content), formats=("PNG",)) as picture:
                # Before `text`, which unpacks all of the picture, however large that is.
                if picture.size != (SHEET, SHEET) or picture.mode != "L":
                    raise ValueError("not a digit that LeNet Lab has written")
                expected = picture.text.get(KEY) if isinstance(picture, PngImageFile) else None
                if expected is None:
                    raise ValueError("not a digit that LeNet Lab has written")
                ink = np.array(picture)
    except Exception as error:  # Pillow's decoders raise a dozen classes for damaged content
        raise ValueError(f"not a digit that LeNet Lab has written: {error}") from error
    if digest(ink) != expected:
        raise ValueError("damaged")
    return ink


def on_sheet(ink: np.ndarray) -> np.ndarray:
    """Ink (H, W) uint8 of any size as the sheet (280, 280) that it would be drawn on.

    What has the sheet's size stays as it is, and a picture of 28×28 fills it; of anything else, the part
    with ink is scaled to five sevenths of the sheet, as MNIST's digits fill 20 of 28 pixels.
    """
    if ink.shape == (SHEET, SHEET):
        return ink
    if ink.shape == (28, 28):
        return ink.repeat(SHEET // 28, 0).repeat(SHEET // 28, 1)
    sheet = np.zeros((SHEET, SHEET), np.uint8)
    cropped = crop(ink)
    if cropped.size:
        from PIL import Image

        box = SHEET * 5 // 7
        scale = box / max(cropped.shape)
        height, width = (max(round(side * scale), 1) for side in cropped.shape)
        scaled = Image.fromarray(cropped).resize((width, height), Image.Resampling.BILINEAR)
        top, left = (SHEET - height) // 2, (SHEET - width) // 2
        sheet[top : top + height, left : left + width] = np.asarray(scaled)
    return sheet
