"""The list of saved runs, with their accuracies, and buttons for the selected one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from core.catalog import ARCHITECTURES
from core.training.runs import RunInfo
from gui.widgets.construct import in_column, named, spaced
from gui.words.core_texts import core_text
from gui.words.numbers import share

_NAME, _VALIDATION, _TEST, _STATE = range(4)
_PATH = Qt.ItemDataRole.UserRole


class RunsList(QWidget):
    """A row a run, newest first; a tick draws its curves beside those of the open run."""

    opened = Signal(object)
    resumed = Signal(object)
    deleted = Signal(object)
    used = Signal(object)
    weights_wanted = Signal(object)
    csv_wanted = Signal(object)
    picture_wanted = Signal(object)
    """Each: the path of the selected run."""
    listed = Signal(bool)
    """Whether there is any run."""
    renamed = Signal(object, str)
    """A run's path, and its new name."""
    compared = Signal(object)
    """The paths of the ticked runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_list")
        self._infos: dict[Path, RunInfo] = {}
        self._is_busy = False
        self._busy: Path | None = None
        tip = self.tr(
            "Double-click or Enter opens a run, F2 renames it, a tick draws its curves beside the open one."
        )
        self._tree = named(QTreeWidget(self), "runs_tree", tip, self.tr("Runs"))
        self._tree.setRootIsDecorated(False)
        self._tree.setHeaderLabels([self.tr("Run"), self.tr("Validation"), self.tr("Test"), self.tr("Ended")])
        header = self._tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        self._tree.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._tree.itemActivated.connect(self._on_activated)
        self._tree.itemChanged.connect(self._on_item_changed)
        self._tree.itemSelectionChanged.connect(self._enable)
        text = self.tr("Every run is kept here, with its settings, curves and weights.")
        QShortcut(QKeySequence(Qt.Key.Key_F2), self, self._rename)  # wherever the focus is
        self._empty = QLabel(text, self, wordWrap=True)
        in_column(self._empty, (self._tree, 1), self._build_buttons(), on=self, margins=(0, 4, 0, 0))
        self._enable()

    def _build_buttons(self) -> QGridLayout:
        self._buttons: dict[str, QPushButton] = {}
        self._grid = spaced(QGridLayout(), 4)
        tip = self.tr("Show its curves, and scrub through its snapshots; its settings fill the form")
        self._add_button("open", self.tr("Open"), tip, self.opened)
        tip = self.tr("Take an unfinished run up from its last checkpoint, as if it had never stopped")
        self._add_button("resume", self.tr("Go on"), tip, self.resumed)
        tip = self.tr("Make its weights the network of the pad, also after the next start")
        self._add_button("use", self.tr("Use on the pad"), tip, self.used)
        tip = self.tr("Save its weights as a .safetensors file, with settings and metrics in it")
        self._add_button("weights", self.tr("Save weights…"), tip, self.weights_wanted)
        tip = self.tr("Save its curves as a table (CSV)")
        self._add_button("csv", self.tr("Curves as CSV…"), tip, self.csv_wanted)
        tip = self.tr("Save its curves as a picture (PNG)")
        self._add_button("picture", self.tr("Curves as PNG…"), tip, self.picture_wanted)
        tip = self.tr("Remove the run from the disk, with its curves and weights")
        self._add_button("delete", self.tr("Delete…"), tip, self.deleted)
        return self._grid

    def _add_button(self, name: str, text: str, tip: str, signal: SignalInstance) -> None:
        emit = partial(self._emit_selected, signal)
        button = named(QPushButton(self), f"run_{name}_button", tip, text=text, clicked=emit)
        self._grid.addWidget(button, *divmod(len(self._buttons), 2))
        self._buttons[name] = button

    def set_runs(self, infos: list[RunInfo]) -> None:
        """Show these runs."""
        ticked, selected = set(self.ticked()), self.selected()
        self._infos = {info.path: info for info in infos}
        self._empty.setVisible(not infos)
        self._tree.blockSignals(True)
        self._tree.clear()
        for info in infos:
            item = QTreeWidgetItem(self._tree)
            item.setData(_NAME, _PATH, str(info.path))
            item.setText(_NAME, info.name)
            if (result := info.result) is not None:
                accuracies = {_VALIDATION: result.validation_accuracy, _TEST: result.test_accuracy}
                for column, accuracy in accuracies.items():
                    item.setText(column, "" if accuracy is None else share(accuracy))
            item.setText(_STATE, self._ended(info))
            item.setToolTip(_NAME, self._summary(info))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
            tick = Qt.CheckState.Checked if info.path in ticked else Qt.CheckState.Unchecked
            item.setCheckState(_NAME, tick)
            if info.path == selected:
                self._tree.setCurrentItem(item)
        self._tree.blockSignals(False)
        self._enable()
        self.listed.emit(bool(infos))

    def name_of(self, path: Path) -> str:
        """Return a run's name; its folder's where it is not in the list."""
        return self._infos[path].name if path in self._infos else path.name

    def remove(self, path: Path) -> None:
        """Show a run no more."""
        self.set_runs([info for info in self._infos.values() if info.path != path])

    def set_busy(self, busy: bool, path: Path | None = None) -> None:
        """Say whether a run is at work, and which: it cannot be deleted, and no other resumed."""
        self._is_busy, self._busy = busy, path
        self._enable()

    def select(self, path: Path) -> None:
        """Select a run's row."""
        for item in self._items():
            if Path(item.data(_NAME, _PATH)) == path:
                self._tree.setCurrentItem(item)

    def selected(self) -> Path | None:
        """Return the selected run."""
        items = self._tree.selectedItems()
        return Path(items[0].data(_NAME, _PATH)) if items else None

    def ticked(self) -> list[Path]:
        """Return the ticked runs."""
        checked = [item for item in self._items() if item.checkState(_NAME) == Qt.CheckState.Checked]
        return [Path(item.data(_NAME, _PATH)) for item in checked]

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self._tree.topLevelItem(row) for row in range(self._tree.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _ended(self, info: RunInfo) -> str:
        if info.path == self._busy:
            return self.tr("at work")
        if info.is_at_work:
            return self.tr("at work elsewhere")
        reasons = {
            "epochs": self.tr("finished"),
            "target": self.tr("target reached"),
            "patience": self.tr("ended early"),
            "stopped": self.tr("stopped"),
            "diverged": self.tr("diverged"),
        }
        return self.tr("cut off") if info.result is None else reasons.get(info.result.reason, "")

    def _summary(self, info: RunInfo) -> str:
        config, known = info.config, ARCHITECTURES.get(info.config.architecture)
        return self.tr(
            "{created}\n{architecture}, {optimizer}, rate {rate:g}, {schedule}, batches of {batch}, "
            "{epochs} epochs, seed {seed}"
        ).format(
            created=info.created.replace("T", " "),
            architecture=config.architecture if known is None else core_text(known.title),
            optimizer=config.optimizer,
            rate=config.learning_rate,
            schedule=config.schedule,
            batch=config.batch_size,
            epochs=config.epochs,
            seed=config.seed,
        )

    # Input

    @Slot()
    def _rename(self) -> None:
        for item in self._tree.selectedItems():
            self._tree.editItem(item, _NAME)

    def _emit_selected(self, signal: SignalInstance, _checked: bool = False) -> None:
        path = self.selected()
        if path is not None:
            signal.emit(path)

    @Slot()
    def _enable(self) -> None:
        path = self.selected()
        info = self._infos.get(path) if path else None
        for button in self._buttons.values():
            button.setEnabled(info is not None)
        if info is not None:
            free = info.path != self._busy
            self._buttons["delete"].setEnabled(free)
            can_go_on = not info.is_finished and info.has_checkpoint
            self._buttons["resume"].setEnabled(can_go_on and not self._is_busy)

    @Slot(QTreeWidgetItem, int)
    def _on_activated(self, item: QTreeWidgetItem, column: int) -> None:
        self.opened.emit(Path(item.data(_NAME, _PATH)))

    @Slot(QTreeWidgetItem, int)
    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        path = Path(item.data(_NAME, _PATH))
        name = item.text(_NAME).strip()
        info = self._infos.get(path)
        if info is not None and name and name != info.name:
            self._infos[path] = replace(info, name=name)
            self.renamed.emit(path, name)
        elif info is not None and item.text(_NAME) != info.name:
            item.setText(_NAME, info.name)
        self.compared.emit(self.ticked())
