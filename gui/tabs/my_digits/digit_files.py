"""Import and export of one's own digits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from core.errors import LabError
from core.files.limits import IMPORT
from core.my_digits.exporting import Exported, export_idx, export_pictures, idx_paths
from core.my_digits.importing import Imported, TooMany, import_files, import_folder, known_digests
from core.my_digits.labelling import Rule
from core.my_digits.picture_folders import Survey
from core.my_digits.store import MyDigit
from core.my_digits.turning import Turned, turn_digits
from gui.pad.collection import Collection
from gui.processes.engine import Engine
from gui.processes.job import Job
from gui.tabs.my_digits.import_check import Checked, ImportCheck
from gui.tabs.my_digits.import_dialogs import SurveyDialog, TurnDialog
from gui.widgets.construct import named
from gui.widgets.question_box import is_agreed
from gui.window.settings import Settings
from gui.words.core_texts import in_words

_MOST_NAMES = 3  # of files that could not be read
_PROPOSED = 1000  # digits, where more have been found than there is room for


@dataclass(frozen=True)
class _Order:
    """An import, as far as it has been decided."""

    folder: Path | None = None
    files: tuple[Path, ...] = ()
    """In place of a folder."""
    rule: Rule | None = None
    most: int | None = None


class DigitFiles(QObject):
    """Asks for files, and reads or writes them in another process; remembers the folder used last."""

    failed = Signal(str)
    """A sentence about what could not be done, and why."""
    noted = Signal(str)
    """A sentence about what was done."""

    def __init__(
        self,
        collection: Collection,
        settings: Settings,
        engine: Engine,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._collection, self._settings, self._window = collection, settings, window
        self._order = _Order()
        self._imported: Imported | None = None  # whose digits are being checked
        self._check = ImportCheck(engine, self)
        self._check.checked.connect(self._on_checked)
        self.job = Job(IMPORT, self)
        self.job.finished.connect(self._on_finished)
        self.job.failed.connect(self._on_failed)

    def close(self) -> None:
        """Give up all work; the window closes, or is built anew."""
        self._check.cancel()
        self.job.close()

    # In

    @Slot()
    def choose_pictures(self) -> None:
        """Ask for a folder of labelled pictures, and import them."""
        if folder := self._ask_folder(self.tr("Import pictures: the folder that they are in")):
            self._import(_Order(folder=folder))

    @Slot()
    def choose_files(self) -> None:
        """Ask for files of labelled digits, and import them."""
        title = self.tr("Import a file of digits, or one of pictures and one of labels")
        kinds = self.tr(
            "Files of digits (*ubyte *ubyte.gz *-int *-int.gz *.idx *.gz *.csv *.tsv *.npz *.npy)"
        )
        kinds += ";;" + self.tr("All files (*)")
        paths, _ = QFileDialog.getOpenFileNames(self._window, title, self._settings.folder, kinds)
        if paths:
            self._settings.folder = str(Path(paths[0]).parent)
            self._import(_Order(files=tuple(Path(path) for path in paths)))

    def _import(self, order: _Order) -> None:
        self._check.cancel()
        self._order = order
        store, known = self._collection.store, known_digests(self._collection.digits)
        if order.folder is not None:
            self.job.start(import_folder, store, order.folder, known, order.rule, order.most)
        else:
            self.job.start(import_files, store, order.files, known, order.most)

    def _ask_for_rule(self, survey: Survey) -> None:
        dialog = SurveyDialog(survey, self._window)
        dialog.accepted.connect(lambda: self._import(replace(self._order, rule=dialog.rule)))
        dialog.open()

    def _ask_for_number(self, found: TooMany) -> None:
        title = self.tr("More digits than there is room for")
        text = self.tr(
            "{count} digits were found. My digits has room for {room} more.\n"
            "How many of them are to come in? They are drawn at random."
        ).format(count=f"{found.count:,}", room=f"{found.room:,}")
        dialog = named(QInputDialog(self._window), "number_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(1, found.room)
        dialog.setIntValue(min(found.room, _PROPOSED))
        dialog.intValueSelected.connect(lambda most: self._import(replace(self._order, most=most)))
        dialog.open()

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
            if not is_agreed(self._window, title, question):
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
            self._imported = result
            self._say()
            self._check.check(result.digits, result.is_emnist)
        elif isinstance(result, Survey):
            self._ask_for_rule(result)
        elif isinstance(result, TooMany):
            self._ask_for_number(result)
        elif isinstance(result, Turned):
            self._collection.replace(result.digits, result.deleted)
        elif isinstance(result, Exported):
            text = self.tr("Exported {count} digits to {path}")
            self.noted.emit(text.format(count=f"{result.count:,}", path=result.path))

    @Slot(object)
    def _on_checked(self, checked: Checked) -> None:
        if len(checked.digits) > checked.tried:
            text = self.tr("The network reads {read} of {tried} that were tried.")
        else:
            text = self.tr("The network reads {read} of {tried}.")
        text = text.format(read=f"{checked.read:,}", tried=f"{checked.tried:,}")
        if checked.are_few and checked.turn is None:
            text += " " + self.tr("Look whether their labels are right; Undo takes them out again.")
        self._say(text, is_well=not checked.are_few or checked.turn is not None)  # else the dialog tells
        if checked.turn is not None:
            dialog = TurnDialog(checked, self._window)
            dialog.accepted.connect(lambda: self._turn(checked))
            dialog.open()

    def _turn(self, checked: Checked) -> None:
        known = known_digests(self._collection.digits)
        self.job.start(turn_digits, self._collection.store, checked.digits, checked.turn, known)

    def _say(self, reading: str = "", is_well: bool = True) -> None:
        """Tell what came in, and how it is read."""
        imported = self._imported
        assert imported is not None
        is_well &= bool(imported.digits) and not imported.unreadable
        is_well &= not imported.unlabelled and not imported.links
        sentences = f"{self._summary(imported)} {reading}".strip()
        (self.noted if is_well else self.failed).emit(sentences)

    def _summary(self, imported: Imported) -> str:
        count = len(imported.digits)
        sentences = [self.tr("1 digit came in.") if count == 1 else self.tr("{count} digits came in.")]
        if imported.duplicates:
            sentences.append(self.tr("{duplicates} were there already."))
        if imported.unreadable:
            sentences.append(self.tr("{unreadable} could not be read as digits: {names}."))
        if imported.unlabelled:
            sentences.append(self.tr("{unlabelled} have no label: nothing says which digits they are."))
        if imported.links:
            sentences.append(self.tr("Links in the folder were not followed: {links}."))
        names = ", ".join(imported.unreadable[:_MOST_NAMES])
        if len(imported.unreadable) > _MOST_NAMES:
            names += ", …"
        return " ".join(sentences).format(
            count=f"{count:,}",
            duplicates=f"{imported.duplicates:,}",
            unreadable=f"{len(imported.unreadable):,}",
            unlabelled=f"{imported.unlabelled:,}",
            links=f"{imported.links:,}",
            names=names,
        )

    @Slot(object)
    def _on_failed(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))
