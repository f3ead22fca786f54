"""Import and export of one's own digits."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.errors import LabError
from core.files.limits import IMPORT
from core.my_digits.exporting import Exported, export_idx, export_pictures, idx_paths
from core.my_digits.importing import Imported, import_folder, import_idx, known_digests
from core.my_digits.store import MyDigit
from gui.pad.collection import Collection
from gui.processes.job import Job
from gui.window.settings import Settings
from gui.words.core_texts import in_words

_MOST_NAMES = 3  # of files that could not be read


class DigitFiles(QObject):
    """Asks for files, and reads or writes them in another process; remembers the folder used last."""

    failed = Signal(str)
    """A sentence about what could not be done, and why."""
    noted = Signal(str)
    """A sentence about what was done."""

    def __init__(
        self, collection: Collection, settings: Settings, window: QWidget, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._collection, self._settings, self._window = collection, settings, window
        self.job = Job(IMPORT, self)
        self.job.finished.connect(self._on_finished)
        self.job.failed.connect(self._on_failed)

    # In

    @Slot()
    def choose_pictures(self) -> None:
        """Ask for a folder of labelled pictures, and import them."""
        if folder := self._ask_folder(self.tr("Import pictures: a folder with folders 0 to 9 in it")):
            known = known_digests(self._collection.digits)
            self.job.start(import_folder, self._collection.store, folder, known)

    @Slot()
    def choose_idx(self) -> None:
        """Ask for IDX files, and import them."""
        title = self.tr("Import IDX files: pictures, labels, or both")
        kinds = self.tr("IDX files (*ubyte *ubyte.gz *.idx *.gz);;All files (*)")
        paths, _ = QFileDialog.getOpenFileNames(self._window, title, self._settings.folder, kinds)
        if paths:
            self._settings.folder = str(Path(paths[0]).parent)
            known = known_digests(self._collection.digits)
            chosen = [Path(path) for path in paths]
            self.job.start(import_idx, self._collection.store, chosen, known)

    # Out

    @Slot()
    def choose_where_to_export_pictures(self) -> None:
        """Ask for a folder, and write a folder of pictures there."""
        if folder := self._ask_folder(self.tr("Export pictures: where is the new folder to be?")):
            self.job.start(export_pictures, self._oldest_first(), folder)

    @Slot()
    def choose_where_to_export_idx(self) -> None:
        """Ask for a name, and write IDX files, packed."""
        self._export_idx(packed=True)

    @Slot()
    def choose_where_to_export_plain_idx(self) -> None:
        """Ask for a name, and write IDX files as they are."""
        self._export_idx(packed=False)

    def _export_idx(self, packed: bool) -> None:
        pictures, _ = idx_paths(Path("my-digits"), packed)
        title = self.tr("Export IDX files")
        proposal, kinds = Path(self._settings.folder) / pictures.name, self.tr("IDX files (*ubyte *ubyte.gz)")
        options = QFileDialog.Option.DontConfirmOverwrite  # two files are written: this asks below
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(proposal), kinds, options=options)
        if not name:
            return
        self._settings.folder = str(Path(name).parent)
        existing = [path.name for path in idx_paths(Path(name), packed) if path.exists()]
        if existing:
            question = self.tr("{names}: this exists already. Replace it?").format(names=", ".join(existing))
            answer = QMessageBox.question(self._window, title, question)
            if answer != QMessageBox.StandardButton.Yes:
                return
        self.job.start(export_idx, self._oldest_first(), Path(name), packed)

    def _oldest_first(self) -> list[MyDigit]:
        return self._collection.digits[::-1]

    def _ask_folder(self, title: str) -> Path | None:
        folder = QFileDialog.getExistingDirectory(self._window, title, self._settings.folder)
        if folder:
            self._settings.folder = folder
        return Path(folder) if folder else None

    # Results

    @Slot(object)
    def _on_finished(self, result: object) -> None:
        if isinstance(result, Imported):
            if result.digits:
                self._collection.take_in(result.digits)
            is_complete = result.digits and not result.unreadable and not result.unlabelled
            (self.noted if is_complete else self.failed).emit(self._summary(result))
        elif isinstance(result, Exported):
            text = self.tr("Exported {count} digits to {path}")
            self.noted.emit(text.format(count=f"{result.count:,}", path=result.path))

    def _summary(self, imported: Imported) -> str:
        count = len(imported.digits)
        sentences = [self.tr("1 digit came in.") if count == 1 else self.tr("{count} digits came in.")]
        if imported.duplicates:
            sentences.append(self.tr("{duplicates} were there already."))
        if imported.unreadable:
            sentences.append(self.tr("{unreadable} could not be read as digits: {names}."))
        if imported.unlabelled:
            sentences.append(
                self.tr("{unlabelled} have no label: they lie in no folder 0 to 9, nor begin with a digit.")
            )
        names = ", ".join(imported.unreadable[:_MOST_NAMES])
        if len(imported.unreadable) > _MOST_NAMES:
            names += ", …"
        return " ".join(sentences).format(
            count=f"{count:,}",
            duplicates=f"{imported.duplicates:,}",
            unreadable=f"{len(imported.unreadable):,}",
            unlabelled=f"{imported.unlabelled:,}",
            names=names,
        )

    @Slot(object)
    def _on_failed(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))
