"""The runs that are kept: what each came to, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QProxyStyle,
    QPushButton,
    QStyle,
    QStyleOption,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.catalog import ARCHITECTURES
from core.training.runs import Run, RunInfo
from gui.widgets.construct import named, spaced
from gui.words.core_texts import core_text
from gui.words.numbers import share

_NAME, _VALIDATION, _TEST, _STATE = range(4)
_PATH = Qt.ItemDataRole.UserRole


class _VisibleTicks(QProxyStyle):
    """Outlines tick boxes: in dark windows Fusion's empty ones cannot be seen."""

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        super().drawPrimitive(element, option, painter, widget)
        if element == QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck:
            painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


class RunsList(QWidget):
    """A row a run, newest first; the tick compares its curves with those of the run that is open."""

    opened = Signal(object)
    resumed = Signal(object)
    deleted = Signal(object)
    used = Signal(object)
    weights_wanted = Signal(object)
    csv_wanted = Signal(object)
    picture_wanted = Signal(object)
    """Each: the path of the run that it is asked for."""
    renamed = Signal(object, str)
    """A run's path, and its new name."""
    compared = Signal(object)
    """The paths of the runs that are ticked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_list")
        self._infos: dict[Path, RunInfo] = {}
        self._is_busy = False
        self._busy: Path | None = None
        self._tree = named(QTreeWidget(self), "runs_tree", accessible=self.tr("Runs"))
        self._tree.setRootIsDecorated(False)
        self._ticks = _VisibleTicks()
        self._tree.setStyle(self._ticks)
        self._tree.setHeaderLabels([self.tr("Run"), self.tr("Validation"), self.tr("Test"), self.tr("Ended")])
        self._tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._tree.header().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setStretchLastSection(False)
        self._tree.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._tree.setToolTip(
            self.tr(
                "Double-click or Enter opens a run, F2 renames it, a tick draws its curves beside the "
                "open one."
            )
        )
        self._tree.itemActivated.connect(self._on_activated)
        self._tree.itemChanged.connect(self._on_item_changed)
        self._tree.itemSelectionChanged.connect(self._enable)
        self._empty = QLabel(self.tr("Every run is kept here, with its settings, curves and weights."), self)
        self._empty.setWordWrap(True)
        layout = spaced(QVBoxLayout(self), margins=(0, 4, 0, 0))
        layout.addWidget(self._empty)
        layout.addWidget(self._tree, 1)
        layout.addLayout(self._build_buttons())
        self._enable()

    def _build_buttons(self) -> QGridLayout:
        self._buttons = {
            name: QPushButton(text, self)
            for name, text in (
                ("open", self.tr("Open")),
                ("resume", self.tr("Go on")),
                ("use", self.tr("Use on the pad")),
                ("weights", self.tr("Save weights…")),
                ("csv", self.tr("Curves as CSV…")),
                ("picture", self.tr("Curves as PNG…")),
                ("delete", self.tr("Delete…")),
            )
        }
        tips = {
            "open": self.tr("Show its curves, and scrub through its snapshots; its settings fill the form"),
            "resume": self.tr(
                "Take an unfinished run up from its last checkpoint, as if it had never stopped"
            ),
            "use": self.tr("Make its weights the network of the pad, also after the next start"),
            "weights": self.tr("Save its weights as a .safetensors file, with settings and metrics in it"),
            "csv": self.tr("Save its curves as a table (CSV)"),
            "picture": self.tr("Save its curves as a picture (PNG)"),
            "delete": self.tr("Remove the run from the disk, with its curves and weights"),
        }
        signals = {
            "open": self.opened,
            "resume": self.resumed,
            "use": self.used,
            "weights": self.weights_wanted,
            "csv": self.csv_wanted,
            "picture": self.picture_wanted,
            "delete": self.deleted,
        }
        grid = QGridLayout()
        grid.setSpacing(4)
        for index, (name, button) in enumerate(self._buttons.items()):
            button.setObjectName(f"run_{name}_button")
            button.setToolTip(tips[name])
            button.clicked.connect(partial(self._emit_selected, signals[name]))
            grid.addWidget(button, *divmod(index, 2))
        return grid

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
            if info.result is not None:
                for column, accuracy in (
                    (_VALIDATION, info.result.validation_accuracy),
                    (_TEST, info.result.test_accuracy),
                ):
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

    def set_busy(self, busy: bool, path: Path | None = None) -> None:
        """Whether a run is at work, and which: no other can be taken up then, and that one not be deleted."""
        self._is_busy, self._busy = busy, path
        self._enable()

    def select(self, path: Path) -> None:
        """Mark a run's row."""
        for item in self._items():
            if Path(item.data(_NAME, _PATH)) == path:
                self._tree.setCurrentItem(item)

    def selected(self) -> Path | None:
        """The run whose row is marked."""
        items = self._tree.selectedItems()
        return Path(items[0].data(_NAME, _PATH)) if items else None

    def ticked(self) -> list[Path]:
        """The runs to compare with."""
        checked = [item for item in self._items() if item.checkState(_NAME) == Qt.CheckState.Checked]
        return [Path(item.data(_NAME, _PATH)) for item in checked]

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self._tree.topLevelItem(row) for row in range(self._tree.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _ended(self, info: RunInfo) -> str:
        if info.path == self._busy:
            return self.tr("at work")
        reasons = {
            "epochs": self.tr("finished"),
            "target": self.tr("target reached"),
            "patience": self.tr("ended early"),
            "stopped": self.tr("stopped"),
            "diverged": self.tr("diverged"),
        }
        return self.tr("cut off") if info.result is None else reasons.get(info.result.reason, "")

    def _summary(self, info: RunInfo) -> str:
        config = info.config
        return self.tr(
            "{created}\n{architecture}, {optimizer}, rate {rate:g}, {schedule}, batches of {batch}, "
            "{epochs} epochs, seed {seed}"
        ).format(
            created=info.created.replace("T", " "),
            architecture=core_text(ARCHITECTURES[config.architecture].title)
            if config.architecture in ARCHITECTURES
            else config.architecture,
            optimizer=config.optimizer,
            rate=config.learning_rate,
            schedule=config.schedule,
            batch=config.batch_size,
            epochs=config.epochs,
            seed=config.seed,
        )

    # Input

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
            can_go_on = not info.is_finished and Run(info.path).can_go_on
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
