"""The table model of a channel ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.explaining.channel_ranking import ChannelRanking
from gui.words.numbers import number, share

LOST = 2
"""The column of the loss; the length of its bar, in [0, 1], is under `BAR`."""
BAR = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class RankingModel(QAbstractTableModel):
    """A row for each channel: its number, accuracy without it, the change, and the digit that loses most."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ranking: ChannelRanking | None = None
        self._order: np.ndarray = np.zeros(0, np.int64)
        self._off: frozenset[int] = frozenset()

    def set_ranking(self, ranking: ChannelRanking | None, in_order: bool) -> None:
        """Show a ranking, `in_order` the channel with the largest loss first, else in the channels' order."""
        order: np.ndarray = np.zeros(0, np.int64)
        if ranking is not None:
            order = ranking.order if in_order else np.arange(len(ranking.drops))
        same = np.array_equal(order, self._order)
        if not same:
            self.beginResetModel()
        self._ranking, self._order = ranking, order
        if not same:
            self.endResetModel()
        elif len(order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(order) - 1, self.columnCount() - 1))

    def set_off(self, off: frozenset[int]) -> None:
        """Mark the channels that are off now."""
        if off != self._off:
            self._off = off
            if len(self._order):
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, 0))

    def channel(self, row: int) -> int:
        """Return the channel in a row."""
        return int(self._order[row])

    def row(self, channel: int) -> int:
        """Return the row of a channel; −1 where there is none."""
        return next(iter(np.flatnonzero(self._order == channel).tolist()), -1)

    # QAbstractTableModel

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        titles = (self.tr("Off"), self.tr("Accuracy"), self.tr("Change"), self.tr("Hurts most"))
        tips = (
            self.tr("The channel that is switched off"),
            self.tr("Test digits read right without it"),
            self.tr("What that changes. pp: percentage points; from 97 % to 95 % is −2 pp"),
            self.tr("The digit whose accuracy falls most without it, and by how many percentage points (pp)"),
        )
        if role == Qt.ItemDataRole.ToolTipRole:
            return tips[section]
        return titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._ranking is None or not index.isValid():
            return None
        channel = self.channel(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self._ranking, channel, index.column(), self.tr("{points} pp"))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(self._ranking, channel, index.column(), self.tr("{points} points"))
        if role == BAR and index.column() == LOST:
            most = float(np.nanmax(np.append(self._ranking.drops, 0.0)))
            return max(float(self._ranking.drops[channel]) / most, 0.0) if most > 0 else 0.0
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (1, LOST):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, ranking: ChannelRanking, channel: int, column: int, points: str) -> str:
        if column == 0:
            return f"{channel} ✕" if channel in self._off else str(channel)
        if ranking.done == 0:
            return "–"
        if column == 1:
            return share(float(ranking.accuracies[channel]))
        if column == LOST:
            return points.format(points=_signed(-float(ranking.drops[channel]) * 100, 2))
        return self._most_hurt(ranking, channel, points)

    def _most_hurt(self, ranking: ChannelRanking, channel: int, points: str) -> str:
        drops = np.nan_to_num(ranking.class_drops[channel])
        digit = int(drops.argmax())
        if drops[digit] <= 0:
            return self.tr("none")
        lost = points.format(points=_signed(-float(drops[digit]) * 100, 1))
        return self.tr("{digit}: {lost}").format(digit=digit, lost=lost)


def _signed(value: float, decimals: int) -> str:
    return ("+" if round(value, decimals) > 0 else "") + number(value, decimals)
