"""Play, pause, step and speed of a sliding window."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from gui.widgets.construct import in_row, named, screen_only, symbol
from gui.widgets.play_button import PlayButton
from gui.widgets.slider import Slider
from gui.widgets.steady_label import SteadyLabel
from gui.words.tool_tips import wrapped

SPEEDS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # cells a second
_FIRST_SPEED = 4


class SlideControls(QWidget):
    """A row of buttons and a slider."""

    play_toggled = Signal(bool)
    stepped = Signal(int)
    """1 forward, −1 back."""
    rewound = Signal()
    speed_chosen = Signal(int)
    """Cells a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        screen_only(self).setObjectName("slide_controls")
        self._play = named(PlayButton(self), "play_button", accessible=self.tr("Play"))
        rewind, back, forward = (
            named(QToolButton(self), f"{name}_button", tip, title)
            for name, title, tip in (
                ("rewind", self.tr("To the start"), self.tr("Back to the first cell (Home)")),
                ("back", self.tr("Step back"), self.tr("One cell back (comma or Left)")),
                ("forward", self.tr("Step forward"), self.tr("One cell further (full stop or Right)")),
            )
        )
        for button, sign in ((rewind, "rewind"), (back, "back"), (forward, "step")):
            symbol(button, sign)
        buttons = (rewind, back, self._play, forward)
        tip = self.tr("How many cells of the output are filled in each second, from one to five hundred.")
        slider = Slider(self)
        self._speed = named(slider, "speed_slider", wrapped(tip), self.tr("Speed in cells a second"))
        self._speed.setRange(0, len(SPEEDS) - 1)
        self._speed.setValue(_FIRST_SPEED)
        label = QLabel(self.tr("Speed"), self)
        label.setBuddy(self._speed)
        text = self.tr("{count} cells/s")
        self._shown = named(SteadyLabel(self, widest=text.format(count=SPEEDS[-1])), "speed_label")
        in_row(*buttons, 6, label, (self._speed, 1), self._shown, on=self, spacing=4)
        rewind.clicked.connect(self.rewound)
        back.clicked.connect(self._on_back)
        forward.clicked.connect(self._on_forward)
        self._play.toggled.connect(self._on_play_toggled)
        self._speed.valueChanged.connect(self._on_speed_moved)
        self._show_playing(False)
        self._show_speed()

    @property
    def speed(self) -> int:
        """Cells a second."""
        return SPEEDS[self._speed.value()]

    @property
    def is_playing(self) -> bool:
        """Whether the play button is down."""
        return self._play.isChecked()

    def play(self, playing: bool) -> None:
        """Put the play button down, or up."""
        self._play.setChecked(playing)

    def _show_playing(self, playing: bool) -> None:
        tip = self.tr("Let the window slide over the input, cell by cell (Space)")
        self._play.setToolTip(self.tr("Pause (Space)") if playing else tip)

    def _show_speed(self) -> None:
        text = self.tr("1 cell/s") if self.speed == 1 else self.tr("{count} cells/s")
        self._shown.set_text(text.format(count=self.speed))

    @Slot()
    def _on_back(self) -> None:
        self.stepped.emit(-1)

    @Slot()
    def _on_forward(self) -> None:
        self.stepped.emit(1)

    @Slot(bool)
    def _on_play_toggled(self, playing: bool) -> None:
        self._show_playing(playing)
        self.play_toggled.emit(playing)

    @Slot()
    def _on_speed_moved(self) -> None:
        self._show_speed()
        self.speed_chosen.emit(self.speed)
