"""The sheet with its tools, and the answer below it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QScrollArea, QSizePolicy, QToolButton, QWidget

from gui.pad.answer_panel import AnswerPanel
from gui.pad.drawing_canvas import THICKEST, THINNEST, DrawingCanvas
from gui.pad.label_row import LabelRow
from gui.paint.text import pixels
from gui.widgets.construct import card, framed, in_column, in_row, named, symbol
from gui.widgets.slider import Slider

_LOWEST = 200  # pixels
_BRUSH_STEP = 4  # of the sheet's pixels, for a key


class PadPanel(QWidget):
    """The canvas, tool buttons for the window's actions, brush width, answer, and the label in one click."""

    def __init__(self, canvas: DrawingCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pad_panel")
        self.canvas = canvas
        self.answer = AnswerPanel(self)
        self.label_row = LabelRow(self)
        tip = self.tr(
            "Brush width. MNIST's strokes are about a tenth of the digit's height: "
            "much thinner or thicker ones are read less well."
        )
        slider = Slider(self)
        self.brush_slider = named(slider, "brush_slider", tip, self.tr("Brush width"))
        self.brush_slider.setRange(THINNEST, THICKEST)
        self.brush_slider.valueChanged.connect(self.canvas.set_brush)

        self._tools = in_row(spacing=4)
        self._tool_buttons: list[QToolButton] = []
        self._second_row = in_row(QLabel(self.tr("Brush"), self), (self.brush_slider, 1))
        sheet = card(self, canvas, self._tools, self._second_row)
        answer = card(self, (self.answer, 1), self.label_row)
        in_column(sheet, (answer, 1), on=self, spacing=8)

    def add_tools(self, actions: list[QAction]) -> None:
        """Put a button for each action in the row below the sheet."""
        self._tool_buttons = [self._button(action) for action in actions]
        for button in self._tool_buttons:
            self._tools.addWidget(button, 1)

    def add_digit_button(self, action: QAction, menu: QMenu) -> None:
        """Put a button for an action beside the brush; its arrow opens a menu."""
        button = self._button(action)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._second_row.addWidget(button)
        self._order_keys(button)

    def _order_keys(self, digit_button: QToolButton) -> None:
        """Let Tab go from the sheet down, as one reads."""
        labels = self.label_row.findChildren(QAbstractButton)
        stops = [self.canvas, *self._tool_buttons, self.brush_slider, digit_button, *labels]
        for before, behind in pairwise(stops):
            QWidget.setTabOrder(before, behind)

    @Slot()
    def make_brush_thinner(self) -> None:
        """Draw with a brush that is a step thinner from now on."""
        self.brush_slider.setValue(self.brush_slider.value() - _BRUSH_STEP)

    @Slot()
    def make_brush_thicker(self) -> None:
        """Draw with a brush that is a step thicker from now on."""
        self.brush_slider.setValue(self.brush_slider.value() + _BRUSH_STEP)

    def _button(self, action: QAction) -> QToolButton:
        button = named(QToolButton(self), f"{action.objectName()}_button")
        button.setDefaultAction(action)
        if not action.icon().isNull():
            symbol(button).setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text().replace("&", ""))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button


class PadScroll(QScrollArea):
    """The panel, as high as the window, or as it must be: then it scrolls.

    Qt's own resizable area makes it as high as suits its width, so that the sheet would push the answer out.
    """

    def __init__(self, panel: PadPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        framed(named(self, "pad_scroll"), panel).setWidgetResizable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # keys do not scroll it: they are the window's

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()  # there or not: else what is beside it would move
        return QSize(self._panel.minimumSizeHint().width() + bar, pixels(self, _LOWEST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # the panel may need more width now
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        room, least = self.viewport().size(), self._panel.minimumSizeHint()
        self._panel.resize(max(room.width(), least.width()), max(room.height(), least.height()))
