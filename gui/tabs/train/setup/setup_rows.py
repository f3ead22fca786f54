"""The parts of the form: a row for each setting, and sections that fold away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.tabs.train.setup.setup_words import Words
from gui.widgets.construct import bold, in_column, in_row, named, spaced
from gui.widgets.term_label import TermLabel


class SettingRow(QWidget):
    """A setting's title, its field, a note and an error.

    The signals carry the setting's name, so that the form can explain it.
    """

    hovered = Signal(str)
    left = Signal(str)
    focused = Signal(str)

    def __init__(
        self, name: str, words: Words, field: QWidget, stacked: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name, self.words, self.field = name, words, field
        short = name.rpartition(".")[2]
        named(self, f"{short}_row", words.explanation)
        named(field, f"{short}_field", accessible=words.title)
        field.setAccessibleDescription(words.explanation)
        self.title = TermLabel(words.title, self)
        self.title.setBuddy(field)
        self._note = self._line(f"{short}_note", QPalette.ColorRole.PlaceholderText)
        self._error = self._line(f"{short}_error", QPalette.ColorRole.BrightText)
        self._beside = in_row((field, 1), spacing=4)
        self._lay_out(stacked)
        self.watch(field)

    def _line(self, name: str, colour: QPalette.ColorRole) -> _Line:
        # Plain: the user's text may look like HTML.
        label = named(_Line(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText), name)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label.setForegroundRole(colour)
        label.hide()
        return label

    def _lay_out(self, stacked: bool) -> None:
        layout = spaced(QGridLayout(self), rows=2, columns=6)
        layout.setColumnStretch(1, 1)
        if stacked:
            layout.addWidget(self.title, 0, 0, 1, 2)
            layout.addLayout(self._beside, 1, 0, 1, 2)
        else:
            layout.addWidget(self.title, 0, 0)
            layout.addLayout(self._beside, 0, 1)
        layout.addWidget(self._error, 2, 0, 1, 2)
        layout.addWidget(self._note, 3, 0, 1, 2)

    def add_beside(self, widget: QWidget) -> None:
        """Put a further control at the field's right."""
        self._beside.addWidget(widget)
        self.watch(widget)

    def watch(self, control: QWidget) -> None:
        """Explain the setting when `control` has the focus, and leave the mouse wheel to the form.

        Else the wheel that scrolls the form would change any field that comes under the mouse.
        """
        for each in (control, *control.findChildren(QWidget)):
            each.installEventFilter(self)
            if not isinstance(each, QCheckBox) and each.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit(self.name)
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return False

    def set_note(self, text: str) -> None:
        """Show a note under the field; an empty one hides it."""
        self._note.setText(text)
        self._note.setVisible(bool(text or self._note.longest))

    def keep_room(self, longest: str) -> None:
        """Have room for a note as long as this, always: notes that come by themselves move nothing."""
        self._note.longest = longest
        self._note.show()

    def set_error(self, reason: str) -> None:
        """Show an error under the field, a predicate such as `must be positive`; an empty one hides it."""
        sentence = self.tr("{setting} {reason}.").format(setting=self.title.text(), reason=reason)
        self.title.setForegroundRole(
            QPalette.ColorRole.BrightText if reason else QPalette.ColorRole.WindowText
        )
        self._error.setText(sentence if reason else "")
        self._error.setVisible(bool(reason))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered.emit(self.name)

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit(self.name)


class _Line(QLabel):
    """Wrapped text, with room for its longest one."""

    longest = ""

    def hasHeightForWidth(self) -> bool:
        return True  # without a text as well

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(width, 1), 10_000)
        longest = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self.longest)
        return max(super().heightForWidth(width), longest.height())


class Section(QWidget):
    """A heading; a click, or the space bar, folds or unfolds the rows under it."""

    def __init__(
        self, name: str, title: str, tip: str, is_open: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_section")
        self._title = title
        self.heading = named(QToolButton(self), f"{name}_heading", tip, checkable=True)
        self.heading.setAutoRaise(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        bold(self.heading)
        self._body = QWidget(self)
        self._rows = spaced(QVBoxLayout(self._body), margins=(6, 2, 0, 6))
        in_column(self.heading, self._body, on=self, spacing=0)
        self.heading.toggled.connect(self._on_toggled)
        self.heading.setChecked(is_open)
        self._on_toggled(is_open)
        self.set_remark("")

    def add(self, widget: QWidget) -> None:
        """Add a widget below the others."""
        self._rows.addWidget(widget)

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold."""
        self.heading.setChecked(is_open)

    def set_remark(self, remark: str) -> None:
        """Show in the heading what a folded section hides."""
        self.heading.setText(f"{self._title}: {remark}" if remark else self._title)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        self.heading.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
