"""A sentence when a run looks wrong, with the change that helps at hand."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from core.training.hints import Hint
from gui.widgets.construct import named
from gui.widgets.message_bar import MessageBar


class HintBar(MessageBar):
    """Hidden while nothing looks wrong."""

    rate_accepted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "hint")
        self._hint: Hint | None = None
        self._put_away = ""  # the problem whose hint was closed; it stays closed until the problem is gone
        tip = self.tr("Use this learning rate: at once in a run, else for the next one")
        self._apply = named(QPushButton(self), "hint_apply_button", tip, clicked=self._on_applied)
        self._close.setToolTip(self.tr("Put this hint away"))
        self._close.setAccessibleName(self.tr("Close hint"))
        self._close.clicked.connect(self._on_put_away)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.insertWidget(1, self._apply)

    def set_hint(self, hint: Hint | None) -> None:
        """Show a hint; None hides the bar."""
        if hint is not None and hint != self._hint:
            self._text.setText(self._sentence(hint))
            rate = hint.learning_rate
            self._apply.setVisible(rate is not None)
            if rate is not None:
                self._apply.setText(self.tr("Use {rate}").format(rate=f"{rate:g}"))
        if hint is None or hint.problem != self._put_away:
            self._put_away = ""
        self._hint = hint
        self.setVisible(hint is not None and not self._put_away)

    def _sentence(self, hint: Hint) -> str:
        rate = "" if hint.learning_rate is None else f"{hint.learning_rate:g}"
        if hint.problem == "stuck" and hint.learning_rate is None:
            return self.tr(
                "The loss stays where guessing has it (2.303 = ln 10). Sigmoids hardly pass gradients on: "
                "plain gradient descent needs epochs to get away from there. Momentum 0.9, or Adam, is "
                "much quicker."
            )
        if hint.problem == "overfitting" and not hint.augment:
            return self.tr(
                "The validation loss rises while the training loss falls: the network learns these digits "
                "by heart. Stopping now keeps it from that; dropout and more digits help, too."
            )
        sentences = {
            "diverged": self.tr(
                "The loss is not a finite number any more: the steps were too long. A learning rate of "
                "{rate} should hold. The run is kept up to its last good checkpoint, and can go on "
                "from there."
            ),
            "exploding": self.tr(
                "The loss is far above that of guessing, 2.3: the steps are too long, and overshoot. "
                "A learning rate of {rate} should bring it down; or start anew with it."
            ),
            "lost": self.tr(
                "A step was too long: since then the network answers all pictures alike, and the loss stays "
                "where guessing has it (2.303 = ln 10). It hardly recovers: start anew, with a learning rate "
                "of {rate}."
            ),
            "stuck": self.tr(
                "The loss stays where guessing has it (2.303 = ln 10): the network has not begun to learn. "
                "A learning rate of {rate} may help."
            ),
            "overfitting": self.tr(
                "The validation loss rises while the training loss falls: the network learns these digits "
                "by heart. Augmentation, which never shows the same digit twice, helps; or stop now."
            ),
        }
        return sentences[hint.problem].format(rate=rate)

    @Slot()
    def _on_applied(self) -> None:
        if self._hint is not None and self._hint.learning_rate is not None:
            self.rate_accepted.emit(self._hint.learning_rate)
        self._on_put_away()

    @Slot()
    def _on_put_away(self) -> None:
        self._put_away = "" if self._hint is None else self._hint.problem
        self.hide()
