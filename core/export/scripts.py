"""A network as a PyTorch script that stands alone. NumPy only."""

from __future__ import annotations

import ast
import functools
import io
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from core.errors import FileProblem, as_file_problem
from core.explaining.layer_sums import times
from core.files import atomic, limits, tensor_files
from core.records import INPUT, NetworkState

_INTRODUCTION = '''"""A convolutional network: {parameters:,} parameters. Written by LeNet Lab.

It needs: pip install torch safetensors numpy

    python THIS_FILE                what the network answers to the drawing that was saved beside this
                                    script, or, where there is none, to a picture without ink
    python THIS_FILE picture.npy    what it answers to ({height}, {width}) numbers from 0, paper, to 1, ink
"""

import sys
{first}from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import {names}
{last}
WEIGHTS = Path(__file__).with_name({weights_file!r})  # beside this script
DRAWING = Path(__file__).with_name({drawing_file!r})  # may be missing
CLASSES = {classes!r}
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

_NETWORK = '''
class Network(nn.Module):
    """Rows in order: each has a name, a module, and the names of what enters it; "input" is the picture."""

    def __init__(self, rows):
        super().__init__()
        self.rows = rows
        for name, module, _ in rows:
            *groups, own = name.split(".")  # a.b is the part b of the group a
            group = self
            for part in groups:
                if part not in group._modules:
                    group.add_module(part, nn.Module())
                group = group.get_submodule(part)
            group.add_module(own, module)

    def forward(self, x):
        values = {"input": x}
        for name, module, inputs in self.rows:
            values[name] = module(*[values[each] for each in inputs])
        return values[self.rows[-1][0]]
'''

_USE = '''
network.load_state_dict(load_file(WEIGHTS){loosely})
network.eval()


def read_picture(path):
    """The numbers in a file, ({height}, {width}), as a picture that is the same in all channels."""
    picture = torch.from_numpy(np.load(path).astype("float32"))
    return picture.reshape(1, 1, {height}, {width}).expand(1, {channels}, {height}, {width})


if __name__ == "__main__":
    if len(sys.argv) > 1:
        picture = read_picture(sys.argv[1])
    elif DRAWING.exists():
        picture = read_picture(DRAWING)
    else:
        picture = torch.zeros(1, {channels}, {height}, {width})
    with torch.inference_mode():
        logits = network(picture)[0]
    for name, logit, probability in zip(CLASSES, logits, logits.softmax(0)):
        print(f"{{name}}: logit {{logit:10.5f}}, probability {{probability:8.3%}}")
    print("Answer:", CLASSES[logits.argmax()])
'''


@dataclass(frozen=True)
class Line:
    """One line of code."""

    text: str
    layer: int | None
    """Which layer it makes, counted from the network's first, 0; None: no layer."""


def network_lines(state: NetworkState) -> tuple[Line, ...]:
    """The network as lines of code; a layer with channels switched off takes two.

    A plain row of PyTorch's own layers is an `nn.Sequential`; other networks are rows that say what they
    read.
    """
    rows = _rows(state)
    if _is_sequential(state):
        lines = [Line(f'    ("{name}", {code}),', layer) for name, code, _, layer in rows]
        return Line("network = nn.Sequential(OrderedDict([", None), *lines, Line("]))", None)
    lines = [Line(f'    ("{name}", {code}, {_listed(inputs)}),', layer) for name, code, inputs, layer in rows]
    return Line("network = Network([", None), *lines, Line("])", None)


def _rows(state: NetworkState) -> list[tuple[str, str, list[str], int]]:
    """Name, code, what enters, and the layer's place. Whatever reads a layer reads what is left on of it."""
    rows = []
    for place, spec in enumerate(state.layers):
        inputs = [_left_of(state, name) for name in spec.inputs]
        own = spec.function in own_layers()
        rows.append((spec.name, spec.code if own else f"nn.{spec.code}", inputs, place))
        channels = sorted(state.silenced.get(spec.name, ()))
        if channels:
            rows.append((_left_of(state, spec.name), f"SwitchOff({channels})", [spec.name], place))
    return rows


def _left_of(state: NetworkState, name: str) -> str:
    return f"{name}_off" if state.silenced.get(name) else name


def _listed(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _is_sequential(state: NetworkState) -> bool:
    before = (INPUT, *state.table.names)
    return all(
        spec.inputs == (before[place],) and spec.function not in own_layers() and "." not in spec.name
        for place, spec in enumerate(state.layers)
    )


@functools.cache
def own_layers() -> dict[str, str]:
    """The classes of `core.networks.layers` as code, by name; read as text: to import them loads torch."""
    text = (files("core") / "networks" / "layers.py").read_text(encoding="utf-8")
    found = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    return {node.name: ast.get_source_segment(text, node) or "" for node in found}


def network_script(state: NetworkState, weights_file: str, drawing_file: str) -> str:
    """A Python script that rebuilds the network, loads its weights and answers a picture.

    The files lie in the script's own folder: safetensors, and a picture (H, W) of NumPy, which is answered
    where no other is named.
    """
    channels, height, width = state.table.input_shape
    lines = network_lines(state)
    widest = max(len(line.text) for line in lines)
    listing = [
        line.text
        if line.layer is None
        else f"{line.text:{widest}}  # {times(state.layers[line.layer].shape)}"
        for line in lines
    ]
    used = {spec.function for spec in state.layers}
    classes = [f"\n{code}\n" for name, code in own_layers().items() if name in used]
    if any(state.silenced.values()):
        classes.append(_SWITCH_OFF)
    if not _is_sequential(state):
        classes.append(_NETWORK)
    code = "".join(classes)
    introduction = _INTRODUCTION.format(
        parameters=sum(spec.parameters for spec in state.layers),
        height=height,
        width=width,
        first="from collections import OrderedDict\n" if _is_sequential(state) else "",
        names="Tensor, nn" if "Tensor" in code else "nn",
        last="from torch.nn import functional as F\n" if "F." in code else "",
        weights_file=weights_file,
        drawing_file=drawing_file,
        classes=list(state.table.classes),
    )
    counts = any(spec.kind == "batch normalisation" for spec in state.layers)
    loosely = ", strict=False" if counts else ""  # the batches that were counted are not in the file
    use = _USE.format(channels=channels, height=height, width=width, loosely=loosely)
    return "\n".join([introduction, *([*classes, ""] if classes else []), *listing, use])


def save_script(
    path: Path, state: NetworkState, architecture: str, picture: np.ndarray | None = None
) -> Path:
    """Write the network's script, its weights beside it, and the picture that it answers by default.

    The script goes to `path`, the others to `NAME_weights.safetensors` and `NAME_drawing.npy`. Each file is
    written whole or not at all; a script that is there is replaced, with the files that it loads. LeNet Lab
    can open the weights, too, whose path is returned; what is switched off is in the script alone. The
    picture is (H, W) float32, 0 = paper, 1 = ink; without one, there is no drawing of an earlier script
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
            about = {"architecture": architecture, "classes": list(state.table.classes)}
            tensor_files.write_weights(weights, state.weights, about)
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
