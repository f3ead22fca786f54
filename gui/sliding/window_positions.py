"""The places that a window takes as it slides over a map, row after row: geometry without a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.records import Window


@dataclass(frozen=True)
class Walk:
    """A window's way over an input map, one step for each cell of the output map; sizes (rows, columns)."""

    window: Window
    before: tuple[int, int]
    """The input map, without padding."""
    after: tuple[int, int]
    """The output map."""

    @property
    def steps(self) -> int:
        """How many places the window takes."""
        return self.after[0] * self.after[1]

    def cell(self, step: int) -> tuple[int, int]:
        """The row and column of the output cell that a step, 0 to steps − 1, fills in."""
        return divmod(step, self.after[1])

    def step(self, cell: tuple[int, int]) -> int:
        """The step that fills in the output cell (row, column)."""
        return cell[0] * self.after[1] + cell[1]

    def corner(self, cell: tuple[int, int]) -> tuple[int, int]:
        """The input's row and column where the window for an output cell begins: below 0 in the padding."""
        top, left = (cell[axis] * self.window.stride[axis] - self.window.padding[axis] for axis in (0, 1))
        return top, left

    def nearest(self, row: int, column: int) -> tuple[int, int]:
        """The output cell whose window has its middle nearest to a cell of the input, padding included."""
        cells = []
        for axis, at in enumerate((row, column)):
            from_first = at + self.window.padding[axis] - (self.window.size[axis] - 1) / 2
            nearest = round(from_first / self.window.stride[axis])
            cells.append(min(max(nearest, 0), self.after[axis] - 1))
        return cells[0], cells[1]

    def missed(self, axis: int) -> list[int]:
        """The rows (axis 0) or columns (1) of the input that no window reaches, in order."""
        first = np.arange(self.after[axis]) * self.window.stride[axis] - self.window.padding[axis]
        reached = first[:, None] + np.arange(self.window.size[axis])
        return [at for at in range(self.before[axis]) if at not in reached]

    def sums(self, map_: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        """What one input channel adds to each output cell: a map of `before`, a kernel (h, w), to `after`."""
        rows, columns = self.window.padding
        padded = np.pad(map_, ((rows, rows), (columns, columns)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.window.size)
        windows = windows[:: self.window.stride[0], :: self.window.stride[1]]
        with np.errstate(invalid="ignore"):  # 0 × ∞, where weights are damaged
            sums: np.ndarray = np.einsum("ijkl,kl->ij", windows, kernel)
        return sums
