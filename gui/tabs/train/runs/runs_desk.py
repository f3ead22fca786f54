"""The desk of the list of kept runs: renames, deletes, compares and hands them on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import FileProblem
from core.training import runs
from core.training.runs import Run
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
        runs_list = view.runs
        runs_list.renamed.connect(self._on_renamed)
        runs_list.deleted.connect(self._on_delete_wanted)
        runs_list.used.connect(self._on_use_wanted)
        runs_list.weights_wanted.connect(files.save_weights)
        runs_list.csv_wanted.connect(files.save_curves)
        runs_list.picture_wanted.connect(self._on_picture_wanted)
        runs_list.compared.connect(self._on_compared)

    def show(self, select: Path | None = None) -> None:
        """Show the runs that are on the disk now, and select one."""
        self._view.runs.set_runs(runs.all_runs(self._folder))
        if select is not None:
            self._view.runs.select(select)

    @Slot(object, str)
    def _on_renamed(self, path: Path, name: str) -> None:
        try:
            Run(path).rename(name)
        except FileProblem as problem:
            self.failed.emit(in_words(problem))
            self.show()

    @Slot(object)
    def _on_delete_wanted(self, path: Path) -> None:
        run = Run(path)
        try:
            if not self._files.confirm_deleting(run.info().name):
                return
            run.delete()
        except FileProblem as problem:
            self.failed.emit(in_words(problem))
        if self._open_run.path == path:
            self._open_run.close()
        self.show()
        self.compare()

    @Slot(object)
    def _on_use_wanted(self, path: Path) -> None:
        if weights := self._files.weights_of(path):
            self.model_chosen.emit(str(weights))

    @Slot(object)
    def _on_picture_wanted(self, path: Path) -> None:
        if self._open_run.path != path:
            self.noted.emit(self.tr("Open the run first: the picture shows its curves as you see them."))
            return
        self._view.curves.refresh()
        self._files.save_picture(self._view.curves.to_image(), path)

    @Slot(object)
    def _on_compared(self, paths: list[Path]) -> None:
        overlays = []
        for path in paths:
            if path != self._open_run.path:
                try:
                    overlays.append((Run(path).info().name, Run(path).history()))
                except FileProblem as problem:
                    self.failed.emit(in_words(problem))
        self._view.curves.set_overlays(overlays)

    def compare(self) -> None:
        """Draw the ticked runs anew, as another run is open, or one is gone."""
        self._on_compared(self._view.runs.ticked())
