"""The bar under a form that explains the setting the reader is at."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.train.setup_words import Words

_MARGIN = 8  # pixels


class ExplanationBar(QFrame):
    """As high as its longest text needs, so that nothing moves when another is shown."""

    def __init__(self, texts: Iterable[Words], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explanation_bar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setToolTip(self.tr("Explains the setting that the mouse is over, or that has the focus"))
        self._texts = [words.explanation for words in texts]
        self._title = QLabel(self)
        self._title.setObjectName("explanation_title")
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._text = QLabel(self)
        self._text.setObjectName("explanation_text")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 4, _MARGIN, 4)
        layout.setSpacing(0)
        layout.addWidget(self._title)
        layout.addWidget(self._text)

    def explain(self, words: Words) -> None:
        """Show a setting's title and explanation."""
        self._title.setText(words.title)
        self._text.setText(words.explanation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the longest text at this width."""
        super().resizeEvent(event)
        width = self.contentsRect().width() - 2 * _MARGIN
        metrics = self._text.fontMetrics()
        room = QRect(0, 0, width, 10_000)
        wrap = Qt.TextFlag.TextWordWrap
        self._text.setFixedHeight(
            max(metrics.boundingRect(room, wrap, text).height() for text in self._texts)
        )
