"""A network as a PyTorch script that stands alone. NumPy only."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import FileProblem, as_file_problem
from core.explaining.layer_sums import times
from core.files import atomic, limits, tensor_files
from core.records import NetworkState

_INTRODUCTION = '''"""A convolutional network for digits: {parameters:,} parameters. Written by LeNet Lab.

It needs: pip install torch safetensors numpy

    python THIS_FILE                what the network answers to the drawing that was saved beside this
                                    script, or, where there is none, to a picture without ink
    python THIS_FILE picture.npy    what it answers to (28, 28) numbers from 0, paper, to 1, ink
"""

import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

WEIGHTS = Path(__file__).with_name({weights_file!r})  # beside this script
DRAWING = Path(__file__).with_name({drawing_file!r})  # may be missing
'''

_SWITCH_OFF = '''
class SwitchOff(nn.Module):
    """Some channels give 0, whatever comes in."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels

    def forward(self, x):
        x = x.clone()
        x[:, self.channels] = 0
        return x
'''

_USE = '''
network.load_state_dict(load_file(WEIGHTS))
network.eval()


def read_picture(path):
    """The numbers in a file, (28, 28), in the shape that the network takes: one picture of one channel."""
    return torch.from_numpy(np.load(path).astype("float32")).reshape(1, 1, 28, 28)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        picture = read_picture(sys.argv[1])
    elif DRAWING.exists():
        picture = read_picture(DRAWING)
    else:
        picture = torch.zeros(1, 1, 28, 28)
    with torch.inference_mode():
        logits = network(picture)
    probabilities = logits.softmax(1)
    for digit in range(logits.shape[1]):
        print(f"{digit}: logit {logits[0, digit]:10.5f}, probability {probabilities[0, digit]:8.3%}")
    print("Answer:", logits.argmax(1).item())
'''


@dataclass(frozen=True)
class Line:
    """One line of code."""

    text: str
    layer: int | None
    """Which layer it makes, counted from the network's first, 0; None: no layer."""


def network_lines(state: NetworkState) -> tuple[Line, ...]:
    """The network as the lines of an `nn.Sequential`; a layer with channels switched off takes two."""
    lines = [Line("network = nn.Sequential(OrderedDict([", None)]
    for index, spec in enumerate(state.layers):
        lines.append(Line(f'    ("{spec.name}", nn.{spec.code}),', index))
        channels = sorted(state.silenced.get(spec.name, ()))
        if channels:
            lines.append(Line(f'    ("{spec.name}_off", SwitchOff({channels})),', index))
    return (*lines, Line("]))", None))


def network_script(state: NetworkState, weights_file: str, drawing_file: str) -> str:
    """A Python script that rebuilds the network, loads its weights and answers a picture.

    The files lie in the script's own folder: safetensors, and a picture (28, 28) of NumPy, which is answered
    where no other is named.
    """
    parameters = sum(spec.parameters for spec in state.layers)
    lines = network_lines(state)
    widest = max(len(line.text) for line in lines)
    listing = [
        line.text
        if line.layer is None
        else f"{line.text:{widest}}  # {times(state.layers[line.layer].shape)}"
        for line in lines
    ]
    return "\n".join(
        [
            _INTRODUCTION.format(parameters=parameters, weights_file=weights_file, drawing_file=drawing_file),
            *([_SWITCH_OFF, ""] if any(state.silenced.values()) else []),
            *listing,
            _USE,
        ]
    )


def save_script(
    path: Path, state: NetworkState, architecture: str, picture: np.ndarray | None = None
) -> Path:
    """Write the network's script, its weights beside it, and the picture that it answers by default.

    The script goes to `path`, the others to `NAME_weights.safetensors` and `NAME_drawing.npy`. Each file is
    written whole or not at all; a script that is there is replaced, with the files that it loads. LeNet Lab
    can open the weights, too, whose path is returned; what is switched off is in the script alone. The
    picture is (28, 28) float32, 0 = paper, 1 = ink; without one, there is no drawing of an earlier script
    afterwards either.

    Raises:
        FileProblem: the folder cannot be written, the weights are not finite numbers, or a file that does
            not belong to the script has the name that the weights or the drawing would get.
    """
    weights = path.with_name(f"{path.stem}_weights.safetensors")
    drawing = path.with_name(f"{path.stem}_drawing.npy")
    with as_file_problem(
        "The script could not be saved to {path} ({reason}). Choose another folder, or free some space.",
        path=path,
    ):
        for file in (weights, drawing):
            if file.exists() and not _loads(path, file):
                raise FileProblem(
                    "Nothing was saved: {file} is there already, and does not belong to {path}. "
                    "Choose another name.",
                    file=file,
                    path=path,
                )
        new = [file for file in (weights, drawing) if not file.exists()]
        try:
            tensor_files.write_weights(weights, state.weights, {"architecture": architecture})
            if picture is None:
                drawing.unlink(missing_ok=True)
            else:
                content = io.BytesIO()
                np.save(content, picture.astype(np.float32))
                atomic.write_bytes(drawing, content.getvalue())
            script = network_script(state, weights.name, drawing.name)
            atomic.write_bytes(path, script.encode())
        except OSError:
            for file in new:
                file.unlink(missing_ok=True)
            raise
    return weights


def _loads(script: Path, file: Path) -> bool:
    """Whether there is a script of that name that loads this file beside it."""
    try:
        return repr(file.name).encode() in atomic.read(script, limits.SMALL_FILE)
    except FileProblem:
        return False
