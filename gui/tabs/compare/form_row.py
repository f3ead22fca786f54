"""A row of forms of digits to try: a click draws one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from core.pen_digits.samples import SAMPLE_FORMS, SampleForm
from gui.tabs.compare import form_words
from gui.widgets.construct import in_row, named

_ICON = 30  # pixels


class FormRow(QWidget):
    """A button a form, with its picture."""

    form_chosen = Signal(str)
    """The name of the form to draw."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("form_row")
        self._buttons = {name: self._button(name) for name in SAMPLE_FORMS}
        in_row(*((button, 1) for button in self._buttons.values()), on=self, spacing=4)
        self._paint_icons()

    def _button(self, name: str) -> QToolButton:
        tip = self.tr("Draw this on the pad, with its brush. Undo brings back what is there. {note}")
        tip = tip.format(note=form_words.note(name))
        choose = partial(self.form_chosen.emit, name)
        button = named(QToolButton(self), f"form_{name}", tip, text=form_words.title(name), clicked=choose)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icons()

    def _paint_icons(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(QIcon(self._picture(SAMPLE_FORMS[name])))

    def _picture(self, form: SampleForm) -> QPixmap:
        """The form in the colour of the buttons' text."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(_ICON * ratio), round(_ICON * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        pen = QPen(self.palette().color(QPalette.ColorRole.ButtonText), _ICON / 11)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(pen)
            for stroke in form.strokes():
                points = stroke * (_ICON * 0.85) + _ICON / 2
                painter.drawPolyline([QPointF(x, y) for x, y in points.tolist()])
        return picture
