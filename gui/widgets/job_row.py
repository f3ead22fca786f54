"""A row that shows how far work on files is, where it takes long enough to be waited for, and cancels it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget

from core.records import Progress
from gui.processes.job import Job
from gui.widgets.construct import in_row, named

_SHOWN_AFTER = 700  # milliseconds: what takes less is not waited for


class JobRow(QWidget):
    """Is seen while any of the jobs that it follows is at work, if that takes long."""

    _cancelled = Signal()
    _dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job_row")
        self._at_work: set[QObject] = set()
        self._timer = QTimer(self, interval=_SHOWN_AFTER, singleShot=True)
        self._timer.timeout.connect(self.show)
        name = self.tr("Progress of reading or writing files")
        self._bar = named(QProgressBar(self), "job_progress", accessible=name)
        tip = self.tr("Give this up")
        cancel = named(QPushButton(self), "job_cancel_button", tip, text=self.tr("Cancel"))
        cancel.clicked.connect(self._cancelled)
        in_row(QLabel(self.tr("Working on files…"), self), (self._bar, 1), cancel, on=self)
        self.hide()

    def drop(self) -> None:
        """Give all of their work up: nobody waits for it any more."""
        self._dropped.emit()

    def follow(self, job: Job) -> Job:
        """Show the work of a job from now on; return the job."""
        job.started.connect(self._on_started)
        job.advanced.connect(self._on_advanced)
        job.ended.connect(self._on_ended)
        self._cancelled.connect(job.cancel)
        self._dropped.connect(job.drop)
        return job

    @Slot()
    def _on_started(self) -> None:
        if not self._at_work:
            self._bar.setRange(0, 0)
            self._timer.start()
        self._at_work.add(self.sender())

    @Slot(object)
    def _on_advanced(self, progress: Progress) -> None:
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)

    @Slot()
    def _on_ended(self) -> None:
        self._at_work.discard(self.sender())
        if not self._at_work:
            self._timer.stop()
            self.hide()
