"""A network as the table that papers print: layers, shapes, and how parameters are counted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from core.explaining.layer_sums import times
from core.records import INPUT, LayerSpec, NetworkTable
from gui.paint.theme import data_colour
from gui.widgets.construct import bold, in_column, in_row, named
from gui.widgets.term_label import TermLabel

_LAYER, _CODE, _OUTPUT, _PARAMETERS, _MULTIPLICATIONS = range(5)
_NUMBERS = (_PARAMETERS, _MULTIPLICATIONS)
_SPEC = Qt.ItemDataRole.UserRole
_SIDE = 28.0  # pixels: the height of the largest map
_DEPTH = 24.0  # … and the width that the most channels take
_ROD = 52.0  # … and the length of the most units
_RISE = 0.4  # how far a block's depth runs up, for each pixel to the right


class _RoomyDelegate(QStyledItemDelegate):
    """Leaves some room above and below text of several lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(0, 6)


class _BlockDelegate(QStyledItemDelegate):
    """Paints a layer's output as a block: height and width of a map, as deep as it has channels."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._side = self._channel = self._unit = 1.0
        self._widest = ""  # of the texts beside the blocks

    def set_layers(self, layers: tuple[LayerSpec, ...]) -> None:
        """Choose three scales: of maps' sides, of channels, and of units in a row."""
        maps = [layer.shape for layer in layers if len(layer.shape) == 3]
        units = [layer.shape[0] for layer in layers if len(layer.shape) == 1]
        self._side = _SIDE / max((max(shape[1:]) for shape in maps), default=1)
        self._channel = min(1.5, _DEPTH / max((shape[0] for shape in maps), default=1))
        self._unit = _ROD / max(units, default=1)
        self._widest = max((times(layer.shape) for layer in layers), key=len) + " "

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        text = option.fontMetrics.horizontalAdvance(self._widest)
        layer = index.data(_SPEC)
        height = 0.0
        if layer is not None and len(layer.shape) == 3:
            height = layer.shape[1] * self._side + layer.shape[0] * self._channel * _RISE
        return QSize(text + int(_ROD) + 16, max(int(height), option.fontMetrics.height()) + 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        layer = index.data(_SPEC)
        if layer is None:
            return
        room = QRectF(option.rect)
        text = option.fontMetrics.horizontalAdvance(self._widest) + 8
        foot = QPointF(room.left() + text, room.center().y())
        palette: QPalette = option.palette
        line = palette.color(QPalette.ColorRole.Mid)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        self._paint_block(painter, foot, layer.shape, data_colour(palette) if layer.parameters else line)
        painter.restore()

    def _paint_block(self, painter: QPainter, at: QPointF, shape: tuple[int, ...], colour: QColor) -> None:
        """Paint a block; `at` is the middle of its left side."""
        if len(shape) == 1:
            painter.setBrush(colour)
            painter.drawRect(QRectF(at.x(), at.y() - 3, max(2.0, shape[0] * self._unit), 6))
            return
        channels, rows, columns = shape
        width, height, depth = columns * self._side, rows * self._side, channels * self._channel
        rise = depth * _RISE
        front = QRectF(at.x(), at.y() - height / 2 + rise / 2, width, height)
        back = QPointF(depth, -rise)
        top = [front.topLeft(), front.topRight(), front.topRight() + back, front.topLeft() + back]
        side = [front.topRight(), front.bottomRight(), front.bottomRight() + back, front.topRight() + back]
        painter.setBrush(colour)
        painter.drawRect(front)
        painter.setBrush(colour.lighter(125))
        painter.drawPolygon(QPolygonF(top))
        painter.setBrush(colour.darker(125))
        painter.drawPolygon(QPolygonF(side))


class ArchitectureTable(QWidget):
    """A row for each layer, from the input down, and a last one with the sums."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("architecture_table")
        layer, code, output = self.tr("Layer"), self.tr("In PyTorch"), self.tr("Output")
        self._titles = (layer, code, output, self.tr("Parameters"), self.tr("Multiplications"))
        self._lines: list[tuple[str, ...]] = []
        self._title = bold(named(QLabel(self), "architecture_title"))
        self._table = self._new_table()
        self._blocks = _BlockDelegate(self._table)
        self._table.setItemDelegateForColumn(_OUTPUT, self._blocks)
        self._table.setItemDelegateForColumn(_CODE, _RoomyDelegate(self._table))
        text = self.tr(
            "Parameters, the weights and biases, are what learning changes: layers with a coloured block "
            "have them. A convolution's few serve every place of the picture, so it multiplies often; a "
            "fully connected layer uses each weight once."
        )
        words = named(TermLabel(text, self, wordWrap=True), "architecture_words")
        text, tip = self.tr("Copy table"), self.tr("Copy the table as text, for a worksheet or a spreadsheet")
        copy = named(QPushButton(self), "copy_table_button", tip, text=text, clicked=self._on_copy)
        in_column(in_row((self._title, 1), copy), (self._table, 1), words, on=self, margins=None)

    def _new_table(self) -> QTableWidget:
        tip = self.tr(
            "Blocks are drawn to scale: a map's height and width, as deep as the layer has channels. "
            "Bars are units in a row, at a scale of their own."
        )
        table = named(QTableWidget(0, 5, self), "layer_table", tip, self.tr("The network's layers"))
        for column, title in enumerate(self._titles):
            table.setHorizontalHeaderItem(column, _new_item(title, column))
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_CODE, QHeaderView.ResizeMode.Stretch)  # wraps where it is narrow
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return table

    def set_table(self, table: NetworkTable, title: str) -> None:
        """Show a network's input and layers under this title."""
        layers = table.layers
        rows = (table[INPUT], *layers)
        parameters = sum(layer.parameters for layer in layers)
        multiplications = sum(layer.multiplications for layer in layers)
        sums = (self.tr("in all"), "", "", f"{parameters:,}", f"{multiplications:,}")
        self._title.setText(self.tr("{title}: {sum} parameters").format(title=title, sum=sums[_PARAMETERS]))
        self._lines = [*(self._texts(layer) for layer in rows), sums]
        self._blocks.set_layers(rows)
        self._table.setRowCount(len(self._lines))
        for row, layer in enumerate(rows):
            self._fill(row, layer, parameters)
        self._fill_sums()

    def text(self) -> str:
        """Return the table as lines of cells separated by tabs."""
        return "\n".join("\t".join(cells) for cells in (self._titles, *self._lines))

    def _texts(self, layer: LayerSpec) -> tuple[str, ...]:
        parameters = f"{layer.parameter_sum} = {layer.parameters:,}" if layer.parameters else ""
        multiplications = f"{layer.multiplications:,}" if layer.multiplications else ""
        return layer.name, layer.code, times(layer.shape), parameters, multiplications

    def _fill(self, row: int, layer: LayerSpec, parameters: int) -> None:
        """Fill a layer's row; `parameters` is the whole network's number."""
        for column, text in enumerate(self._lines[row]):
            item = _new_item(text, column)
            if column == _CODE:
                font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
                font.setPointSizeF(self.font().pointSizeF() * 0.9)
                item.setFont(font)
                item.setText(text.replace("(", "(\u200b"))  # a narrow column breaks the line here
            elif column == _OUTPUT:
                item.setData(_SPEC, layer)
            elif column == _PARAMETERS and layer.parameters:
                share = f"{100 * layer.parameters / parameters:.1f}"
                item.setToolTip(self.tr("{percent} % of all parameters").format(percent=share))
            self._table.setItem(row, column, item)

    def _fill_sums(self) -> None:
        bold = self.font()
        bold.setBold(True)
        for column, text in enumerate(self._lines[-1]):
            item = _new_item(text, column)
            item.setFont(bold)
            self._table.setItem(len(self._lines) - 1, column, item)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())


def _new_item(text: str, column: int) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    across = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    item.setTextAlignment(across | Qt.AlignmentFlag.AlignVCenter)
    return item
