"""A network as a table: rows in order, each of which reads the row before it or those that it names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import LabError
from core.networks.specs import spec_of
from core.records import INPUT, SOFTMAX, LayerSpec, NetworkTable

_NONE: Mapping[str, Tensor] = MappingProxyType({})


class Row(NamedTuple):
    """A layer, and what enters it."""

    name: str
    """A dot in it makes groups: the weights of `inception1.path2` are `inception1.path2.weight`."""
    module: nn.Module
    inputs: tuple[str, ...] = ()
    """The rows whose outputs enter, or “input”, the picture; none: the row before."""


class Network(nn.Module):
    """Rows in order; the last one gives a number for each class.

    Args:
        rows: a row reads rows before it.
        input_shape: of the picture that enters, (C, H, W); of part of a network, also (N,).
        classes: the names of what the network tells apart. None makes a network that only has values to show.

    Raises:
        LabError: a name is not free, a row reads what is not there before it, or shapes do not fit.
    """

    def __init__(self, rows: Sequence[Row], input_shape: tuple[int, ...], classes: tuple[str, ...]) -> None:
        super().__init__()
        before = INPUT
        named = []
        for row in rows:
            named.append(row._replace(inputs=row.inputs or (before,)))
            before = row.name
        if not named:
            raise LabError("A network needs at least one row.")
        self.rows = tuple(named)
        self.table = NetworkTable(input_shape, (), classes)
        """The rows as records."""
        for row in self.rows:
            self._register(row)
        for row in self.rows:
            self._check_inputs(row)
        self.table = NetworkTable(input_shape, self._specs(), classes)
        last_reader = {name: row.name for row in self.rows for name in row.inputs}
        self._spent = {
            row.name: tuple(name for name, last in last_reader.items() if last == row.name)
            for row in self.rows
        }  # what no row needs after each

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Of the picture that enters: (C, H, W)."""
        return self.table.input_shape

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what it tells apart."""
        return self.table.classes

    def name_classes(self, names: tuple[str, ...]) -> None:
        """Call the classes so from now on.

        Raises:
            ValueError: there are more or fewer.
        """
        if len(names) != len(self.classes):
            raise ValueError(f"{len(names)} names for {len(self.classes)} classes")
        self.table = replace(self.table, classes=names)

    def forward(self, x: Tensor, given: Mapping[str, Tensor] = _NONE, upto: str | None = None) -> Tensor:
        """The last row's outputs (B, …) for pictures (B, C, H, W), or another's; arguments as of `outputs`.

        Outputs are let go as soon as nothing needs them: memory that is used again is in the cache still,
        and ranking channels takes a tenth less time.
        """
        values = {INPUT: x}
        last = upto or self.rows[-1].name
        for row in self._needed(given, last) if given or upto is not None else self.rows:
            values[row.name] = _output(row, values, given)
            for name in self._spent[row.name]:
                values.pop(name, None)
        return values[last]

    def outputs(
        self, x: Tensor, given: Mapping[str, Tensor] = _NONE, upto: str | None = None
    ) -> dict[str, Tensor]:
        """The outputs (B, …) of the rows for pictures (B, C, H, W), by name and in order.

        Args:
            x: the pictures.
            given: outputs to take in place of the rows' own: these rows are not asked.
            upto: the last row that is wanted; None: that of the whole network. With it, or with what is
                given, rows that it does not need are left out.

        Raises:
            KeyError: there is no row of that name.
        """
        rows = self.rows
        if given or upto is not None:
            rows = self._needed(given, upto or rows[-1].name)
        values = {INPUT: x}
        for row in rows:
            values[row.name] = _output(row, values, given)
        del values[INPUT]
        return values

    def numbers(self) -> dict[str, Tensor]:
        """All that training changes, by its name in the state dict: weights, biases, running means.

        They share the network's memory.
        """
        # What else there is, as the batches that a normalisation has counted, changes no answer.
        state = self.state_dict()
        return {name: value for name, value in state.items() if value.is_floating_point()}

    @torch.no_grad()
    def take(self, numbers: Mapping[str, Tensor | np.ndarray]) -> None:
        """Have these numbers instead; they are copied.

        Raises:
            ValueError: they do not fit; the network is as it was.
        """
        own = self.numbers()
        shapes = {name: tuple(value.shape) for name, value in own.items()}
        if {name: tuple(value.shape) for name, value in numbers.items()} != shapes:
            raise ValueError("these numbers are another network's")
        for name, value in own.items():
            value.copy_(torch.as_tensor(numbers[name]))

    def module(self, name: str) -> nn.Module:
        """A row's module.

        Raises:
            KeyError: there is no row of that name.
        """
        for row in self.rows:
            if row.name == name:
                return row.module
        raise KeyError(name)

    def dependent_on(self, name: str) -> frozenset[str]:
        """The rows that this one's output enters, at whatever distance."""
        found = {name}
        for row in self.rows:
            if found.intersection(row.inputs):
                found.add(row.name)
        return frozenset(found - {name})

    def entering(self, rows: Collection[str]) -> frozenset[str]:
        """What enters these rows from outside them: other rows, and perhaps “input”."""
        read = {name for row in self.rows if row.name in rows for name in row.inputs}
        return frozenset(read.difference(rows))

    def tail(self, name: str) -> Network:
        """The rows after one as a network of their own, which that one's output enters; weights are shared.

        Raises:
            ValueError: they read other rows before it as well.
        """
        at = [row.name for row in self.rows].index(name) + 1
        if self.entering([row.name for row in self.rows[at:]]) != {name}:
            raise ValueError(f"what follows reads more than {name}")
        rows = [
            row._replace(inputs=tuple(INPUT if each == name else each for each in row.inputs))
            for row in self.rows[at:]
        ]
        return Network(rows, self.table[name].shape, self.classes)

    def _needed(self, given: Mapping[str, Tensor], last: str) -> tuple[Row, ...]:
        """The rows that must be asked for the last one's output, and those given that they read."""
        wanted, rows = {last}, []
        for row in reversed(self.rows):
            if row.name in wanted:
                rows.append(row)
                if row.name not in given:
                    wanted.update(row.inputs)
        if not rows:
            raise KeyError(last)
        return tuple(reversed(rows))

    def _check_inputs(self, row: Row) -> None:
        names = [each.name for each in self.rows]
        earlier = {INPUT, *names[: names.index(row.name)]}
        for name in row.inputs:
            if name in earlier:
                continue
            if name in names:
                raise LabError(
                    "The row {row} reads {name}, which comes after it, or is the row itself: "
                    "numbers cannot go in a circle.",
                    row=row.name,
                    name=name,
                )
            raise LabError("The row {row} reads {name}, which is not there.", row=row.name, name=name)

    def _register(self, row: Row) -> None:
        """Make the row's module a part of this one, in the groups that its name says."""
        *groups, own = row.name.split(".")
        group: nn.Module = self
        try:
            if row.name in (INPUT, SOFTMAX):
                raise KeyError
            for name in groups:
                if name not in group._modules:
                    group.add_module(name, nn.Module())
                group = group.get_submodule(name)
            if own in group._modules or any(group is each.module for each in self.rows):
                raise KeyError
            group.add_module(own, row.module)
        except KeyError:
            raise LabError("A row cannot be called “{row}”: the name is not free.", row=row.name) from None

    def _specs(self) -> tuple[LayerSpec, ...]:
        shapes: dict[str, tuple[int, ...]] = {INPUT: self.input_shape}
        specs = []
        for row in self.rows:
            entering = tuple(shapes[name] for name in row.inputs)
            try:
                specs.append(spec_of(row.name, row.module, row.inputs, entering))
            except ValueError as error:
                raise LabError(
                    "The row {row}, {code}, cannot take what enters it: {shapes}.",
                    row=row.name,
                    code=str(row.module),
                    shapes=" and ".join(_times(shape) for shape in entering),
                ) from error
            shapes[row.name] = specs[-1].shape
        if self.classes and specs[-1].shape != (len(self.classes),):
            raise LabError(
                "The last row, {row}, gives {shape} numbers, and there are {count} classes.",
                row=specs[-1].name,
                shape=_times(specs[-1].shape),
                count=len(self.classes),
            )
        return tuple(specs)


def _output(row: Row, values: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> Tensor:
    name, module, inputs = row
    if name in given:
        return given[name]
    if len(inputs) == 1:
        output: Tensor = module(values[inputs[0]])
    else:
        output = module(*[values[each] for each in inputs])
    return output


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(str(size) for size in shape)
