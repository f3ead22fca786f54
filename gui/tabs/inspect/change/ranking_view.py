"""The ranking of a layer's channels by the accuracy that is lost without them."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from core.explaining.channel_ranking import ChannelRanking
from gui.paint.text import fit_to_text
from gui.tabs.inspect.change.ranking_model import BAR, LOST, RankingModel
from gui.widgets.construct import STRETCH, exchange, in_column, in_row, leaves_keys, named
from gui.widgets.steady_label import SteadyLabel
from gui.widgets.term_label import TermLabel
from gui.words.numbers import share

_FEW_ROWS = 6


class RankingView(QWidget):
    """A button that starts the ranking, its progress, and a row for each channel."""

    wanted = Signal()
    """The channels are to be ranked."""
    cancelled = Signal()
    """The ranking is to end."""
    pointed = Signal(int)
    """The channel that was selected."""
    toggled = Signal(int)
    """The channel that is to be switched off, or on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ranking_view")
        tip = self.tr(
            "Switch off each channel of this layer in turn and count how many of MNIST's 10,000 test "
            "digits are still read right. What costs most accuracy, the network needs most. It takes "
            "some seconds in the background; you can go on drawing."
        )
        self._start = named(QPushButton(self), "rank_button", tip, clicked=self.wanted)
        self._progress = named(QProgressBar(self), "ranking_progress")
        text = self.tr("Cancel")
        tip = self.tr("End the ranking; what has been counted so far stays")
        self._cancel = named(QPushButton(text, self), "ranking_cancel_button", tip, clicked=self.cancelled)
        for button in (self._start, self._cancel):
            leaves_keys(button)
        self._promise = named(TermLabel(parent=self, wordWrap=True), "ranking_promise")
        sentence = self.tr(
            "Which of them does the network need most? Each is switched off in turn, and MNIST's 10,000 "
            "test digits are read without it."
        )
        self._promise.setText(sentence)
        self._note = named(SteadyLabel(self), "ranking_note")
        self._is_roomy = False
        self._model = RankingModel(self)
        self.table = _RankingTable(self._model, self)
        self.setMinimumWidth(self.table.minimumWidth())  # with rows or without: nothing moves beside it
        row = in_row(self._start, (self._progress, 1), self._cancel)
        in_column(row, self._promise, self._note, (self.table, 1), STRETCH, on=self, spacing=4)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.table.activated.connect(self._on_activated)
        self.set_ranking(None, is_running=False)

    def set_ranking(self, ranking: ChannelRanking | None, is_running: bool, before: str = "") -> None:
        """Show the ranking so far, None before there is one.

        `before` says which network was ranked, where it was changed since.
        Rows stay in the channels' order while it `is_running`.
        """
        self._model.set_ranking(ranking, in_order=not is_running)
        exchange(self._start, self._cancel, is_running)
        self._progress.setVisible(is_running)
        if is_running:
            self._progress.setRange(0, ranking.total if ranking else 0)
            self._progress.setValue(ranking.done if ranking else 0)
        again, first = self.tr("Rank again: the network was changed"), self.tr("Rank by test accuracy")
        self._start.setText(again if before else first)
        for result in (self._note, self.table):
            result.setVisible(ranking is not None)
        self._show_promise()
        if ranking is not None:
            self._show_accuracy(ranking, is_running, before)

    def set_roomy(self, roomy: bool) -> None:
        """Explain the ranking before it was asked for, if there is room."""
        self._is_roomy = roomy
        self._show_promise()

    def _show_promise(self) -> None:
        self._promise.setVisible(self._is_roomy and self._note.isHidden())

    def _show_accuracy(self, ranking: ChannelRanking, is_running: bool, before: str) -> None:
        """Say the accuracy of the network that was ranked."""
        text, about = self.tr("As it is now: {accuracy} of {count} read right"), ""
        if before:
            text = self.tr("{before}: {accuracy} of {count} read right")
            about = self.tr("The network was changed since, so its channels may rank otherwise now.")
        elif is_running:
            text = self.tr("So far: {accuracy} of {count} read right")
        self._note.set_text(
            text.format(before=before, accuracy=share(ranking.accuracy), count=f"{ranking.done:,}")
        )
        what = self.tr("MNIST's test digits that the network reads right before one more channel is off.")
        self._note.setToolTip(f"{self._note.text()}\n{what}\n{about}".rstrip())

    def set_off(self, off: frozenset[int]) -> None:
        """Mark the channels that are off now."""
        self._model.set_off(off)

    def set_current(self, channel: int) -> None:
        """Select the row of a channel."""
        row = self._model.row(channel)
        if row >= 0:
            with QSignalBlocker(self.table.selectionModel()):
                self.table.selectionModel().setCurrentIndex(
                    self._model.index(row, 0),
                    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
                )
            self.table.scrollTo(self._model.index(row, 0))
            self.table.viewport().update()

    @Slot(QModelIndex, QModelIndex)
    def _on_row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.pointed.emit(self._model.channel(current.row()))

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.toggled.emit(self._model.channel(index.row()))


class _RankingTable(QTableView):
    """A row for each channel."""

    def __init__(self, model: RankingModel, parent: QWidget) -> None:
        super().__init__(parent)
        tip = self.tr(
            "A click turns to the channel; a double click, or Enter, switches it off or on. "
            "pp: percentage points."
        )
        named(self, "ranking_table", tip, self.tr("Channels by what the network loses without them"))
        self.setModel(model)
        self.setItemDelegateForColumn(LOST, _BarDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        fit_to_text(self, _make_room)
        self.horizontalHeader().setSectionResizeMode(LOST, QHeaderView.ResizeMode.Stretch)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model.modelReset.connect(self._on_reset)

    @Slot()
    def _on_reset(self) -> None:
        """Be as high as the rows, or as a few of them: the others can be scrolled to."""
        rows = self.model().rowCount()
        self.setMinimumHeight(self._height_of(min(rows, _FEW_ROWS)))
        self.setMaximumHeight(self._height_of(rows))

    def _height_of(self, rows: int) -> int:
        row = self.verticalHeader().defaultSectionSize()
        return self.horizontalHeader().sizeHint().height() + rows * row + 2 * self.frameWidth()


def _make_room(table: QTableView) -> None:
    metrics = table.fontMetrics()
    table.verticalHeader().setDefaultSectionSize(metrics.height() + 4)
    widest = ("000 ✕", "Accuracy", "−00.00 pp", "0: −00.0 pp")
    widths = [metrics.horizontalAdvance(text) + 10 for text in widest]
    for column, width in enumerate(widths):
        table.setColumnWidth(column, width)
    table.setMinimumWidth(sum(widths) + table.verticalScrollBar().sizeHint().width() + 4)


class _BarDelegate(QStyledItemDelegate):
    """A bar behind the number."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        option = QStyleOptionViewItem(option)
        palette = QPalette(option.palette)
        colour = palette.color(QPalette.ColorRole.Mid)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, palette.highlight())
            colour = palette.color(QPalette.ColorRole.Highlight).darker(150)
            option.state &= ~QStyle.StateFlag.State_Selected
            palette.setColor(QPalette.ColorRole.Text, palette.color(QPalette.ColorRole.HighlightedText))
            option.palette = palette
        room = QRectF(option.rect).adjusted(2, 2, -2, -2)
        room.setWidth(room.width() * float(index.data(BAR)))
        painter.fillRect(room, colour)
        super().paint(painter, option, index)
