"""The positions of a window that slides over a map, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.convolution.operators import convolve
from core.records import Window


@dataclass(frozen=True)
class Walk:
    """A window's steps over an input map, one for each cell of the output map; sizes (rows, columns)."""

    window: Window
    before: tuple[int, int]
    """The input map, without padding."""
    after: tuple[int, int]
    """The output map."""

    @property
    def steps(self) -> int:
        """The number of the window's positions."""
        return self.after[0] * self.after[1]

    def cell(self, step: int) -> tuple[int, int]:
        """Return the row and column of the output cell that a step, 0 to steps − 1, fills in."""
        return divmod(step, self.after[1])

    def step(self, cell: tuple[int, int]) -> int:
        """Return the step that fills in the output cell (row, column)."""
        return cell[0] * self.after[1] + cell[1]

    def corner(self, cell: tuple[int, int]) -> tuple[int, int]:
        """Return the input's row and column where an output cell's window begins; negative in the padding."""
        top, left = (cell[axis] * self.window.stride[axis] - self.window.padding[axis] for axis in (0, 1))
        return top, left

    def nearest(self, row: int, column: int) -> tuple[int, int]:
        """Return the output cell whose window's middle is nearest to a cell of the input or its padding."""
        cells = []
        for axis, at in enumerate((row, column)):
            from_first = at + self.window.padding[axis] - (self.window.reach[axis] - 1) / 2
            nearest = round(from_first / self.window.stride[axis])
            cells.append(min(max(nearest, 0), self.after[axis] - 1))
        return cells[0], cells[1]

    def missed(self, axis: int) -> list[int]:
        """Return the rows (axis 0) or columns (1) of the input that no window reaches, in order."""
        first = np.arange(self.after[axis]) * self.window.stride[axis] - self.window.padding[axis]
        reached = first[:, None] + np.arange(self.window.size[axis]) * self.window.dilation[axis]
        return [at for at in range(self.before[axis]) if at not in reached]

    def sums(self, map_: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        """Return the part (after) of the output that a kernel (h, w) makes of one input map (before)."""
        with np.errstate(invalid="ignore"):  # 0 × ∞, where weights are damaged
            sums: np.ndarray = convolve(map_[None], kernel[None, None], None, self.window)[0]
        return sums
