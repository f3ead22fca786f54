"""A picture of a digit is read whatever format, colours and size it has; what is no picture is told."""

from __future__ import annotations

import re
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from example_digits import mnist
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.errors import FileProblem
from core.files.foreign import WeightsGiven
from core.ink import digit_png, picture_files
from core.networks import weight_files
from core.reading.classifier import Classifier
from core.reading.evaluation import predict

FIRST = 5  # of MNIST's test digits: 7, 2, 1, 0, 4


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.open("lenet", "cpu")


def enlarged(digit: np.ndarray, side: int = 280) -> np.ndarray:
    return np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC))


def coloured(ink: np.ndarray, pen: tuple[int, int, int], paper: tuple[int, int, int]) -> Image.Image:
    share = ink[..., None] / 255
    return Image.fromarray((share * pen + (1 - share) * paper).astype(np.uint8))


def on_transparent(ink: np.ndarray, pen: int) -> Image.Image:
    return Image.fromarray(np.dstack([np.full_like(ink, pen)] * 3 + [ink]))


def gray_on_transparent(ink: np.ndarray, pen: int) -> Image.Image:
    return Image.fromarray(np.dstack([np.full_like(ink, pen), ink]))


def with_palette(ink: np.ndarray, pen: int, paper: int) -> Image.Image:
    picture = Image.fromarray((ink >= 128).astype(np.uint8))
    picture.putpalette([paper] * 3 + [pen] * 3 + [90, 120, 150])  # the third is not used
    return picture


def with_transparent_palette(ink: np.ndarray, pen: int) -> Image.Image:
    picture = with_palette(ink, pen, 255 - pen)
    picture.info["transparency"] = 0
    return picture


def with_alpha_per_colour(ink: np.ndarray, pen: int) -> Image.Image:
    picture = Image.fromarray(ink)
    picture.putpalette([pen] * 768)
    picture.info["transparency"] = bytes(range(256))
    return picture


PICTURES: dict[str, Callable[[np.ndarray], Image.Image]] = {
    "L dark on light": lambda ink: Image.fromarray(255 - ink),
    "L light on dark": Image.fromarray,
    "L gray on gray": lambda ink: Image.fromarray((200 - ink * 0.4).astype(np.uint8)),
    "1 dark on light": lambda ink: Image.fromarray(ink < 128),
    "1 light on dark": lambda ink: Image.fromarray(ink >= 128),
    "RGB dark on light": lambda ink: coloured(ink, (0, 0, 0), (255, 255, 255)),
    "RGB light on dark": lambda ink: coloured(ink, (255, 255, 255), (0, 0, 0)),
    "RGB blue on yellow": lambda ink: coloured(ink, (20, 40, 160), (250, 240, 180)),
    "RGB orange on blue": lambda ink: coloured(ink, (255, 180, 60), (10, 20, 90)),
    "P dark on light": lambda ink: with_palette(ink, 0, 255),
    "P light on dark": lambda ink: with_palette(ink, 255, 0),
    "RGBA opaque dark on light": lambda ink: coloured(ink, (0, 0, 0), (255, 255, 255)).convert("RGBA"),
    "RGBA opaque light on dark": lambda ink: coloured(ink, (255, 255, 255), (0, 0, 0)).convert("RGBA"),
    "RGBA black on transparent": lambda ink: on_transparent(ink, 0),
    "RGBA white on transparent": lambda ink: on_transparent(ink, 255),
    "LA opaque dark on light": lambda ink: Image.fromarray(255 - ink).convert("LA"),
    "LA black on transparent": lambda ink: gray_on_transparent(ink, 0),
    "LA white on transparent": lambda ink: gray_on_transparent(ink, 255),
    "P black on transparent": lambda ink: with_transparent_palette(ink, 0),
    "P white on transparent": lambda ink: with_transparent_palette(ink, 255),
    "P black of 256 alphas": lambda ink: with_alpha_per_colour(ink, 0),
    "P white of 256 alphas": lambda ink: with_alpha_per_colour(ink, 255),
    "16 bit dark on light": lambda ink: Image.fromarray((255 - ink).astype(np.uint16) * 257),
    "16 bit light on dark": lambda ink: Image.fromarray(ink.astype(np.uint16) * 257),
}
OPAQUE = [
    name for name in PICTURES if name[0] in "1LRP" and "transparent" not in name and "alpha" not in name
]
JPEG = [name for name in OPAQUE if name.startswith(("L ", "RGB "))]
BMP = [name for name in OPAQUE if name.startswith(("1 ", "L ", "RGB ", "P ")) and "16" not in name]


def assert_first_digits_are_read(
    classifier: Classifier,
    path: Path,
    make: Callable[[np.ndarray], Image.Image],
    side: int = 280,
    first: int = FIRST,
    **options: Any,
) -> None:
    digits = mnist("test")
    read = []
    for digit in digits.images[:first]:
        make(enlarged(digit, side)).save(path, **options)
        read.append(classifier.classify(picture_files.read(path)).digit)
    assert read == digits.labels[:first].tolist()


# What is read.


@pytest.mark.parametrize("name", PICTURES)
def test_a_png_of_any_kind_is_read(tmp_path: Path, classifier: Classifier, name: str) -> None:
    assert_first_digits_are_read(classifier, tmp_path / "digit.png", PICTURES[name])


@pytest.mark.parametrize("name", JPEG)
@pytest.mark.parametrize("quality", [30, 90])
def test_a_jpeg_is_read(tmp_path: Path, classifier: Classifier, name: str, quality: int) -> None:
    assert_first_digits_are_read(classifier, tmp_path / "digit.jpg", PICTURES[name], quality=quality)


def test_a_jpeg_in_the_colours_of_print_is_read(tmp_path: Path, classifier: Classifier) -> None:
    assert_first_digits_are_read(
        classifier, tmp_path / "digit.jpg", lambda ink: Image.fromarray(255 - ink).convert("CMYK")
    )


@pytest.mark.parametrize("name", BMP)
def test_a_bmp_is_read(tmp_path: Path, classifier: Classifier, name: str) -> None:
    assert_first_digits_are_read(classifier, tmp_path / "digit.bmp", PICTURES[name])


@pytest.mark.parametrize("transparent_from", [(0, 0), (0, 272), (270, 270)])
@pytest.mark.parametrize(("pen", "paper"), [(0, 255), (255, 0)])
def test_a_transparent_corner_does_not_turn_the_page_into_ink(
    tmp_path: Path, classifier: Classifier, transparent_from: tuple[int, int], pen: int, paper: int
) -> None:
    top, left = transparent_from

    def with_corner(ink: np.ndarray) -> Image.Image:
        picture = np.array(coloured(ink, (pen,) * 3, (paper,) * 3).convert("RGBA"))
        picture[top : top + 8, left : left + 8, 3] = 0
        return Image.fromarray(picture)

    assert_first_digits_are_read(classifier, tmp_path / "digit.png", with_corner)


@pytest.mark.parametrize("pen", [0, 255])
def test_a_half_transparent_pen_is_read(tmp_path: Path, classifier: Classifier, pen: int) -> None:
    assert_first_digits_are_read(
        classifier, tmp_path / "digit.png", lambda ink: on_transparent((ink * 0.45).astype(np.uint8), pen)
    )


def crisp(ink: np.ndarray) -> np.ndarray:
    """The same ink with edges one pixel wide, as a drawing program leaves them."""
    height, width = ink.shape
    fine = np.asarray(Image.fromarray(ink).resize((4 * width, 4 * height), Image.Resampling.BICUBIC))
    return np.asarray(Image.fromarray(np.where(fine >= 128, 255, 0).astype(np.uint8)).reduce(4))


@pytest.mark.parametrize("pen", [0, 255])
@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_a_smooth_pen_on_a_colour_that_counts_as_transparent_is_read(
    tmp_path: Path, classifier: Classifier, suffix: str, pen: int
) -> None:
    assert_first_digits_are_read(
        classifier,
        tmp_path / f"digit{suffix}",
        lambda ink: Image.fromarray(crisp(ink) ^ np.uint8(255 - pen)),
        transparency=255 - pen,
    )


def test_a_pen_that_changes_its_colour_is_read_on_nothing(tmp_path: Path, classifier: Classifier) -> None:
    def rainbow(ink: np.ndarray) -> Image.Image:
        fading = np.broadcast_to(np.linspace(0, 255, ink.shape[1]).astype(np.uint8), ink.shape)
        return Image.fromarray(np.dstack([fading, fading, fading, crisp(ink)]))

    assert_first_digits_are_read(classifier, tmp_path / "digit.png", rainbow)


def test_noise_on_the_paper_is_not_read(tmp_path: Path, classifier: Classifier) -> None:
    random = np.random.default_rng(0)

    def photographed(ink: np.ndarray) -> Image.Image:
        levels = 190 - ink * 0.5 + random.normal(0, 4, ink.shape)
        return Image.fromarray(levels.clip(0, 255).astype(np.uint8))

    assert_first_digits_are_read(classifier, tmp_path / "digit.jpg", photographed, quality=80)


@pytest.mark.parametrize("size", [(28, 28), (61, 43), (120, 900), (3000, 2000)])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
def test_pictures_of_any_size_are_read(
    tmp_path: Path, classifier: Classifier, size: tuple[int, int], suffix: str
) -> None:
    width, height = size
    side = min(size)

    def page(ink: np.ndarray) -> Image.Image:
        sheet = Image.new("L", size, 255)
        sheet.paste(Image.fromarray(255 - ink), ((width - side) // 3, (height - side) // 3))
        return sheet

    assert_first_digits_are_read(classifier, tmp_path / f"digit{suffix}", page, side, first=2)


def test_a_picture_of_5_by_5_pixels_is_read(tmp_path: Path, classifier: Classifier) -> None:
    one = np.full((5, 5), 255, np.uint8)
    one[1:4, 2] = 0
    Image.fromarray(one).save(tmp_path / "one.png")
    ink = picture_files.read(tmp_path / "one.png")
    assert np.array_equal(ink, 255 - one)
    assert classifier.classify(ink).digit == 1


def test_clean_grays_are_kept(tmp_path: Path) -> None:
    digit = mnist("test").images[0]
    Image.fromarray(255 - digit).save(tmp_path / "digit.png")
    ink = picture_files.read(tmp_path / "digit.png")
    assert ink.dtype == np.uint8
    assert np.abs(ink.astype(int) - digit * (255 / digit.max())).max() <= 1


def test_the_same_digit_dark_on_light_and_light_on_dark_is_the_same_ink(tmp_path: Path) -> None:
    digit = mnist("test").images[0]
    Image.fromarray(255 - digit).save(tmp_path / "dark.png")
    Image.fromarray(digit).save(tmp_path / "light.png")
    assert np.array_equal(
        picture_files.read(tmp_path / "dark.png"), picture_files.read(tmp_path / "light.png")
    )


def test_16_bits_are_read_as_8_bits_are(tmp_path: Path) -> None:
    levels = 255 - enlarged(mnist("test").images[0])
    Image.fromarray(levels).save(tmp_path / "8.png")
    Image.fromarray(levels.astype(np.uint16) * 257).save(tmp_path / "16.png")
    coarse, fine = (picture_files.read(tmp_path / name).astype(int) for name in ("8.png", "16.png"))
    assert np.abs(coarse - fine).max() <= 1


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_90),
        (8, Image.Transpose.ROTATE_270),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
    ],
)
def test_a_camera_held_sideways_is_heeded(
    tmp_path: Path, classifier: Classifier, suffix: str, orientation: int, turn: Image.Transpose
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_first_digits_are_read(
        classifier,
        tmp_path / f"digit{suffix}",
        lambda ink: Image.fromarray(255 - ink).transpose(turn),
        exif=exif,
    )


def test_a_photograph_with_damaged_notes_from_its_camera_is_read(
    tmp_path: Path, classifier: Classifier
) -> None:
    # A directory of nine entries that ends before the first.
    notes = b"Exif\0\0MM\0*\0\0\0\x08\0\x09"
    assert_first_digits_are_read(classifier, tmp_path / "digit.jpg", PICTURES["L dark on light"], exif=notes)


def test_through_png_files_no_more_than_one_digit_in_a_hundred_is_lost(
    tmp_path: Path, classifier: Classifier
) -> None:
    digits = mnist("test")
    images, labels = digits.images[:300], digits.labels[:300]
    network = weight_files.load_model("lenet").network
    direct = (predict(network, torch.from_numpy(images.copy())).argmax(1).numpy() == labels).mean()
    right = 0
    for image, label in zip(images, labels, strict=True):
        Image.fromarray(255 - enlarged(image, 112)).save(tmp_path / "digit.png", compress_level=1)
        right += classifier.classify(picture_files.read(tmp_path / "digit.png")).digit == label
    assert right / 300 >= direct - 0.01


# Pages without ink.


@pytest.mark.parametrize(
    "page",
    [
        Image.new("L", (200, 100), 255),
        Image.new("L", (200, 100), 0),
        Image.new("L", (1, 1), 128),
        Image.new("1", (200, 100), 1),
        Image.new("RGB", (200, 100), (250, 240, 180)),
        Image.new("RGBA", (200, 100), (0, 0, 0, 0)),
        Image.new("RGBA", (200, 100), (255, 255, 255, 0)),
        Image.fromarray(np.random.default_rng(0).integers(235, 246, (100, 200)).astype(np.uint8)),
    ],
    ids=["white", "black", "one pixel", "1 bit", "paper", "transparent", "transparent white", "noise"],
)
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_blank_page_has_no_ink(tmp_path: Path, page: Image.Image, suffix: str) -> None:
    path = tmp_path / f"blank{suffix}"
    (page if suffix == ".png" or page.mode != "RGBA" else page.convert("RGB")).save(path)
    ink = picture_files.read(path)
    assert ink.shape == (page.height, page.width)
    assert not ink.any()


# What is refused.


def assert_refused(path: Path, because: str | None = None) -> None:
    with pytest.raises(FileProblem, match=because) as told:
        picture_files.read(path)
    assert path.name in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", bytes(1000)],
    ids=["empty", "text", "PNG magic", "JPEG magic", "BMP magic", "zeros"],
)
@pytest.mark.parametrize("name", ["digit.png", "digit.jpg", "digit"])
def test_what_is_no_picture_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert_refused(tmp_path / name, "not a picture that can be read. PNG, JPEG, BMP, GIF, TIFF and WebP")


FOREIGN = {
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC or AVIF photo. Save it as JPEG first"),
    "AVIF": (b"\0\0\0\x20ftypavif\0\0\0\0", "HEIC or AVIF photo"),
    "film": (b"\0\0\0\x18ftypmp42\0\0\0\0", "is a film"),
    "PDF": (b"%PDF-1.7\n", "PDF document. Export its page as PNG"),
    "SVG": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG drawing. Export"),
    "web page": (b"\n<!DOCTYPE html><html><svg></svg>", "a web page"),
    "archive": (b"PK\x03\x04" + bytes(40), "an archive of files. Unpack"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_something_else_is_called_that_with_what_to_do(tmp_path: Path, kind: str) -> None:
    content, words = FOREIGN[kind]
    (tmp_path / "digit.png").write_bytes(content)
    if kind == "web page":
        content = content.replace(b"<svg></svg>", b"")
        (tmp_path / "digit.png").write_bytes(content)
    assert_refused(tmp_path / "digit.png", words)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("net.pt", b"PK\x03\x04" + bytes(26) + b"net/data.pkl"),
        ("net.bin", b"PK\x03\x04" + bytes(26) + b"net/data.pkl"),
        ("old.pth", b"\x80\x02\x8a\nl\xfc"),
        ("net", (100).to_bytes(8, "little") + b'{"conv1.weight":'),
    ],
)
def test_weights_are_known_as_such(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsGiven, match=f"{name} holds a network's weights"):
        picture_files.read(tmp_path / name)


def test_a_jpeg_with_thousands_of_passes_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "digit.jpg"
    Image.new("L", (4000, 4000), 255).save(path, progressive=True)
    assert not picture_files.read(path).any()
    content = path.read_bytes()
    start = content.rindex(b"\xff\xda")
    path.write_bytes(content[:start] + content[start:-2] * 100 + content[-2:])
    started = time.perf_counter()
    assert_refused(path, "too large")
    assert time.perf_counter() - started < 5


def test_a_file_larger_than_any_picture_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "digit.tif"
    with path.open("wb") as file:
        file.write(b"II*\0")
        file.truncate(6 * 2**30)  # takes 4 kB of the disk
    assert_refused(path, "a picture's file has 100 MB at most")


def test_an_opaque_picture_with_an_alpha_channel_is_paper_as_well(tmp_path: Path) -> None:
    pixels = np.full((200, 200, 4), 255, np.uint8)
    pixels[..., :3] = np.random.default_rng(1).normal(200, 2, (200, 200, 1)).astype(np.uint8)
    pixels[60:140, 90:100, :3] = 60
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    rows, columns = picture_files.read(tmp_path / "photo.png").nonzero()
    assert np.ptp(rows) < 84 and np.ptp(columns) < 14


@pytest.mark.parametrize("is_dark", [True, False])
def test_a_drawing_of_ours_opens_with_all_its_dots(tmp_path: Path, is_dark: bool) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[100:180, 100:110] = 255
    ink[20, 250] = 3
    about = PngInfo()
    about.add_text(digit_png.KEY, digit_png.digest(ink))
    Image.fromarray(255 - ink if is_dark else ink).save(tmp_path / "own.png", pnginfo=about)
    np.testing.assert_array_equal(picture_files.read(tmp_path / "own.png"), ink)
    changed = ink.copy()
    changed[20, 250] = 4
    Image.fromarray(255 - changed if is_dark else changed).save(tmp_path / "own.png", pnginfo=about)
    assert not picture_files.read(tmp_path / "own.png")[20, 250]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".gif"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_told(tmp_path: Path, suffix: str, kept: float) -> None:
    path = tmp_path / f"digit{suffix}"
    Image.fromarray(255 - enlarged(mnist("test").images[0])).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert_refused(path)


def test_a_damaged_picture_is_told_or_read_and_nothing_else(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    ink = enlarged(mnist("test").images[0], 60)
    formats = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "AVIF")
    for kind in (kind for kind in formats if kind in registered_formats()):
        path = tmp_path / f"digit.{kind.lower()}"
        Image.fromarray(255 - ink).convert("RGB").save(path, kind)
        clean = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(60):
            damaged = clean.copy()
            damaged[random.integers(0, len(clean), 3)] = random.integers(0, 256, 3)
            path.write_bytes(damaged.tobytes())
            try:
                picture_files.read(path)
            except FileProblem as told:
                assert path.name in str(told)


def registered_formats() -> set[str]:
    """The formats that this build of Pillow can write."""
    Image.init()
    return set(Image.SAVE)


def png_of_zeros(width: int, height: int) -> bytes:
    """A sound 1-bit PNG, without a picture in memory."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(bytes((width // 8 + 1) * height), 1)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def claiming(size: tuple[int, int], content: bytes) -> bytes:
    """The same PNG with a header that claims another size."""
    changed = bytearray(content)
    changed[16:24] = struct.pack(">II", *size)
    changed[29:33] = struct.pack(">I", zlib.crc32(changed[12:29]))
    return bytes(changed)


@pytest.mark.parametrize(
    "make",
    [
        lambda: png_of_zeros(5_000, picture_files.MOST_PIXELS // 5_000 + 1),
        lambda: png_of_zeros(20_000, 20_000),
        lambda: claiming((100_000, 100_000), png_of_zeros(8, 8)),
        lambda: claiming((2**31 - 1, 1), png_of_zeros(8, 8)),
    ],
    ids=["a little", "much", "incredibly", "incredibly wide"],
)
def test_a_picture_that_is_too_large_is_not_decoded(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "wall.png"
    path.write_bytes(make())
    assert_refused(path, f"{picture_files.MOST_PIXELS // 1_000_000} million pixels")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert_refused(tmp_path / "nowhere.png", re.escape(f"There is no file {tmp_path / 'nowhere.png'}"))


def test_a_folder_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "digits.png"
    folder.mkdir()
    assert_refused(folder)


def test_the_folder_one_is_in_is_told_by_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileProblem) as told:
        picture_files.read(Path("."))
    assert not str(told.value).startswith(" ")  # pathlib's name of "." is empty


def test_a_path_through_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_refused(tmp_path / "file" / "digit.png")


# Ink from brightness.


def test_marks_too_pale_to_tell_from_noise_are_no_ink() -> None:
    levels = np.full((20, 20), 250, np.float32)
    levels[5:15, 9:11] = 230
    assert not picture_files.to_ink(levels).any()


def test_the_strongest_mark_becomes_255() -> None:
    levels = np.full((20, 20), 250, np.float32)
    levels[5:15, 9:11] = 200
    ink = picture_files.to_ink(levels)
    assert ink.max() == 255
    assert np.array_equal(ink > 0, levels < 250)


def test_a_large_photo_without_loss_is_read(tmp_path: Path) -> None:
    grain = np.random.default_rng(0).normal(200, 8, (2000, 3000, 3))
    grain[800:1300, 1400:1480] = 20
    path = tmp_path / "photo.png"
    Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(path, compress_level=1)
    assert path.read_bytes().count(b"\xff\xda") > 175  # what begins each pass over a JPEG's pixels
    assert len(picture_files.read_sheet(path).digits) == 1


@pytest.mark.parametrize("mode", ["L", "I;16", "LA"])
def test_a_strip_of_very_many_pixels_is_reduced(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "strip.png"
    for size in ((1_000_000, 1), (2, 500_000)):
        Image.new(mode, size).save(path)
        picture = picture_files.read_sheet(path).picture
        assert 640 <= max(picture.shape) <= 1280
        assert picture.shape[2] == 3
