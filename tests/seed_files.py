"""Small whole files of every kind that is read, for the fuzzers to damage."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import io
import json
import struct

import numpy as np
from paper_pictures import Sheet as Paper
from paper_pictures import picture
from PIL import Image

from core.files import tensor_files
from core.ink import digit_png
from core.records import EpochMetrics, StepMetrics
from core.training.config import TrainingConfig
from core.training.metrics_json import about_weights, metrics_to_json

CONFIG = TrainingConfig(digits=10, validation=2, batch_size=4, epochs=3)
STEPS, STEPS_PER_EPOCH = CONFIG.steps, CONFIG.steps_per_epoch


def drawing(seed: int) -> np.ndarray:
    """Ink (280, 280) uint8 of a 7; other seeds give other ink."""
    ink = np.zeros((280, 280), np.uint8)
    ink[40:70, 60:210] = 255
    ink[70:240, 130:160] = np.random.default_rng(seed).integers(200, 256, (170, 30))
    return ink


def small(seed: int) -> np.ndarray:
    """The same as a picture (28, 28) uint8."""
    return np.ascontiguousarray(drawing(seed)[5::10, 5::10])


# Pictures


@functools.cache
def pictures() -> dict[str, list[bytes]]:
    """Files of pictures, by their suffix."""
    gray = Image.fromarray(np.array(255 - drawing(0)[::7, ::7]))
    colours = gray.convert("RGB")
    deep = Image.fromarray(np.asarray(gray, np.uint16) * 257)
    both = Image.merge("LA", (gray, gray.point(lambda level: 255 - level)))
    moving = [gray, gray.rotate(90)]
    on_paper = picture(drawing(0), Paper(frame=(90, 120), grain=3.0, lines=30.0), np.random.default_rng(0))
    return {
        ".png": [_saved(each, "PNG") for each in (gray, colours, deep, both)]
        + [_saved(gray.convert(mode), "PNG") for mode in ("P", "1")]
        + [on_paper, digit_png.encode(drawing(0)), _saved(colours, "PNG", interlace=1)],
        ".jpg": [
            _saved(gray, "JPEG"),
            _saved(colours, "JPEG", progressive=True, quality=60),
            _saved(colours.convert("CMYK"), "JPEG"),
            _saved(colours, "JPEG", exif=_turned(), subsampling=2, restart_marker_rows=1),
        ],
        ".gif": [
            _saved(gray, "GIF"),
            _saved(moving[0], "GIF", save_all=True, append_images=moving[1:], transparency=0),
        ],
        ".tif": [_saved(each, "TIFF") for each in (gray, deep, colours, both, gray.convert("1"))]
        + [_saved(gray, "TIFF", compression=way) for way in ("tiff_lzw", "tiff_deflate", "packbits", "jpeg")]
        + [_saved(gray.convert("1"), "TIFF", compression="group4"), _saved(gray.convert("F"), "TIFF")],
        ".webp": [_saved(colours, "WEBP"), _saved(colours.convert("RGBA"), "WEBP", lossless=True)],
        ".bmp": [_saved(each, "BMP") for each in (gray, colours, gray.convert("1"))]
        + [_saved(each, "PPM") for each in (gray, colours, gray.convert("1"))],
    }  # fmt: skip


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation
    return exif


@functools.cache
def digit_files() -> list[bytes]:
    """Digits as the collection keeps them."""
    return [digit_png.encode(drawing(seed)) for seed in range(3)]


# Labelled sets


@functools.cache
def idx_pictures() -> list[bytes]:
    images = np.stack([small(seed) for seed in range(3)])
    return [struct.pack(">HBB3I", 0, 8, 3, *images.shape) + images.tobytes()]


@functools.cache
def idx_labels() -> list[bytes]:
    plain = struct.pack(">HBBI", 0, 8, 1, 3) + bytes([7, 7, 1])
    columns = np.zeros((3, 8), ">i4")
    columns[:, 0] = 7, 7, 1
    return [plain, struct.pack(">HBB2I", 0, 12, 2, 3, 8) + columns.tobytes()]


def packed(contents: list[bytes]) -> list[bytes]:
    return [gzip.compress(content, mtime=0) for content in contents]


@functools.cache
def tables() -> list[bytes]:
    """Tables of digits, 4×4 pixels each."""
    rows = [",".join(map(str, (label, *range(0, 256, 17)))) for label in (7, 1, 3)]
    heading = ",".join(("label", *(f"pixel{number}" for number in range(16))))
    return ["\n".join(rows).encode(), "\n".join((heading, *rows)).encode()]


@functools.cache
def arrays() -> list[bytes]:
    """As Keras's `mnist.npz`, plain and packed."""
    images, labels = np.stack([small(1), small(2)]), np.array([7, 1], np.uint8)
    files = io.BytesIO(), io.BytesIO()
    np.savez(files[0], x_train=images, y_train=labels)
    np.savez_compressed(
        files[1], x_train=images, y_train=labels, x_test=images[:1] / np.float32(255), y_test=np.array([1.0])
    )
    return [file.getvalue() for file in files]


@functools.cache
def array_pictures() -> list[bytes]:
    return [_npy(np.stack([small(1), small(2)])), _npy(np.stack([small(1), small(2)]).reshape(2, -1) / 255.0)]


@functools.cache
def array_labels() -> list[bytes]:
    return [_npy(np.array([7, 1], np.uint8)), _npy(np.array([[7.0], [1.0]]))]


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@functools.cache
def label_tables() -> list[bytes]:
    lines = ["name,label", *(f"{number}.png,{number % 10}" for number in range(12))]
    quoted = [f'"below/{number}.PNG";"digit {number}"' for number in range(10)]
    return ["\n".join(lines).encode(), "\n".join(quoted).encode(), "\r\n".join(lines).encode("utf-16")]


# Networks and runs


@functools.cache
def weights_files() -> list[bytes]:
    """Files of weights of the catalogue's smaller network, one of them taught."""
    from example_networks import weights

    about = about_weights(CONFIG, EpochMetrics(1, 2, 1.0, 0.5, 1.0, 0.5, 1.0, {}, {}))
    taught = {"model": "lenet", "digits": 3, "created": "2026-01-01T00:00:00"}
    values = weights("lenet_sigmoid")
    return [
        tensor_files.packed(values, tensor_files.WEIGHTS, {**about, "architecture": "lenet_sigmoid", **more})
        for more in ({}, {"taught": taught})
    ]


@functools.cache
def few_weights() -> list[bytes]:
    """Headers as those of weights and snapshots, with little behind them."""
    values = {"conv1.weight": np.ones((2, 1, 3, 3), np.float32), "conv1.bias": np.zeros(2, np.float32)}
    about = {"architecture": "lenet", "gradient_norms": {"conv1": 1.5}, "names": sorted(values)}
    taught = {**about, "taught": {"model": "lenet", "digits": 3, "created": "2026-01-01T00:00:00"}}
    return [tensor_files.packed(values, tensor_files.WEIGHTS, each) for each in (about, taught)]


@functools.cache
def checkpoints() -> list[bytes]:
    """Checkpoints of a run at its first steps, with all that a state may have."""
    from example_digits import first_digits

    from core.training.trainer import Trainer

    contents = []
    for config in (CONFIG, dataclasses.replace(CONFIG, optimizer="sgd", weight_average=0.5, patience=3)):
        trainer = Trainer(config, digits=first_digits("train", config.digits))
        for _ in range(STEPS_PER_EPOCH + 1):
            trainer.advance()
            if trainer.at_end_of_epoch:
                trainer.end_epoch()
        trainer.report()
        contents.append(tensor_files.packed(trainer.state()[0], "lenet_lab_state", trainer.state()[1]))
    return contents


@functools.cache
def curves() -> list[bytes]:
    lines = []
    for step in range(1, STEPS + 1):
        told = StepMetrics(step, STEPS, np.array([1.5], np.float32), np.array([0.1]), 0.9, step / 10)
        lines.append(json.dumps(metrics_to_json(told)))
        if step % STEPS_PER_EPOCH == 0:
            epoch = EpochMetrics(step // STEPS_PER_EPOCH, step, 1.0, 0.5, None, None, 1.0, {"relu1": 0.1}, {})
            lines.append(json.dumps(metrics_to_json(epoch)))
    return ["\n".join(("", *lines)).encode()]


@functools.cache
def descriptions() -> list[bytes]:
    """A run's `run.json`, of one that ended and of one that goes on."""
    ended = {
        "reason": "epochs",
        "step": STEPS,
        "test_loss": 0.5,
        "test_accuracy": 0.9,
        "validation_accuracy": 1,
    }
    told = {
        "name": "a run", "created": "2026-01-01T00:00:00", "config": CONFIG.to_json(),
        "steps": STEPS, "steps_per_epoch": STEPS_PER_EPOCH,
    }  # fmt: skip
    return [json.dumps({**told, "result": result}).encode() for result in (ended, None)]


def run_files() -> dict[str, bytes]:
    """All files of a run, by their names within its folder."""
    state = tensor_files.packed({"a": np.zeros(3, np.float32)}, "lenet_lab_state", {"step": 2})
    return {
        "run.json": descriptions()[0],
        "metrics.jsonl": curves()[0],
        "weights.safetensors": few_weights()[0],
        "state.safetensors": state,
        "snapshots/00000002.safetensors": few_weights()[0],
        ".run.json.0a1b2c3d": b"torn",
    }


@functools.cache
def training_settings() -> list[bytes]:
    return [json.dumps(CONFIG.to_json(), indent=1).encode()]


@functools.cache
def window_settings() -> list[bytes]:
    lines = (
        "[General]", "model=lenet", "device=cpu", "theme=dark", "colour_map=", "folder=/home/somebody",
        "brush=20", "window=10 10 800 600 0", "shared_range=true", "show_logits=false", "",
        "[compared]", "0=weights:lenet", "1=untrained:lenet", "", "[sizes]", "some_splitter=200 400",
    )  # fmt: skip
    return ["\n".join(lines).encode()]
