"""The desk of the list of kept runs: renames, deletes, compares and hands them on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import LabError
from core.files.limits import RUNS
from core.training import runs
from core.training.runs import Compared, Run, RunInfo
from gui.processes.job import Job
from gui.tabs.train.open_run import OpenRun
from gui.tabs.train.runs.run_files import RunFiles
from gui.tabs.train.train_view import TrainView
from gui.words.core_texts import in_words


class RunsDesk(QObject):
    """Speaks for the list of runs with the folder that keeps them, and with the run that is open."""

    model_chosen = Signal(str)
    """The path of weights that the pad is to use from now on."""
    failed = Signal(str)
    noted = Signal(str)
    """A sentence."""

    def __init__(
        self, view: TrainView, open_run: OpenRun, files: RunFiles, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._view, self._open_run, self._files, self._folder = view, open_run, files, folder
        self._to_select: Path | None = None
        self._listing, self._comparing = view.jobs.follow(Job(RUNS, self)), view.jobs.follow(Job(RUNS, self))
        self._listing.finished.connect(self._on_listed)
        self._comparing.finished.connect(self._on_curves_read)
        for job in (self._listing, self._comparing):
            job.failed.connect(self._on_failed)
        runs_list = view.runs
        runs_list.renamed.connect(self._on_renamed)
        runs_list.deleted.connect(self._on_delete_wanted)
        runs_list.used.connect(self._on_use_wanted)
        runs_list.weights_wanted.connect(self._on_weights_wanted)
        runs_list.csv_wanted.connect(self._on_csv_wanted)
        runs_list.picture_wanted.connect(self._on_picture_wanted)
        runs_list.compared.connect(self._on_compared)

    def show(self, select: Path | None = None) -> None:
        """Show the runs that are on the disk now, and select one."""
        self._to_select = select or self._to_select
        self._listing.restart(runs.all_runs, self._folder)

    @Slot(object)
    def _on_listed(self, infos: list[RunInfo]) -> None:
        self._view.runs.set_runs(infos)
        if self._to_select is not None:
            self._view.runs.select(self._to_select)
            self._to_select = None

    @Slot(object)
    def _on_failed(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))

    @Slot(object, str)
    def _on_renamed(self, path: Path, name: str) -> None:
        job = self._files.work(Run(path).rename, name)
        # What is being listed may have the name before.
        (job.ended if self._listing.is_running else job.failed).connect(self._show_again)

    @Slot()
    def _show_again(self) -> None:
        self.show()

    @Slot(object)
    def _on_delete_wanted(self, path: Path) -> None:
        if self._files.confirm_deleting(self._view.runs.name_of(path)):
            job = self._files.work(runs.delete, path)
            job.finished.connect(self._on_deleted)
            job.ended.connect(self._show_again)

    @Slot(object)
    def _on_deleted(self, path: Path) -> None:
        if self._open_run.path == path:
            self._open_run.close()
        self._view.runs.remove(path)
        self.compare()

    @Slot(object)
    def _on_use_wanted(self, path: Path) -> None:
        self._files.find_weights(path, lambda weights: self.model_chosen.emit(str(weights)))

    @Slot(object)
    def _on_weights_wanted(self, path: Path) -> None:
        self._files.save_weights(path, self._view.runs.name_of(path))

    @Slot(object)
    def _on_csv_wanted(self, path: Path) -> None:
        self._files.save_curves(path, self._view.runs.name_of(path))

    @Slot(object)
    def _on_picture_wanted(self, path: Path) -> None:
        if self._open_run.path != path:
            self.noted.emit(self.tr("Open the run first: the picture shows its curves as you see them."))
            return
        self._view.curves.refresh()
        self._files.save_picture(self._view.curves.to_image(), self._view.runs.name_of(path))

    @Slot(object)
    def _on_compared(self, paths: list[Path]) -> None:
        others = [path for path in paths if path != self._open_run.path]
        if others:
            self._comparing.restart(runs.read_curves, others)
        else:
            self._comparing.drop()
            self._view.curves.set_overlays([])

    @Slot(object)
    def _on_curves_read(self, compared: Compared) -> None:
        if compared.problem is not None:
            self.failed.emit(in_words(compared.problem))
        name_of = self._view.runs.name_of  # a run may have been renamed meanwhile
        self._view.curves.set_overlays([(name_of(path), history) for path, history in compared.runs])

    def compare(self) -> None:
        """Draw the ticked runs anew, as another run is open, or one is gone."""
        self._on_compared(self._view.runs.ticked())
