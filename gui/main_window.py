"""The window: the pad at the left, tabs at the right, and all that is wired between them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QTabWidget, QWidget
from shiboken6 import delete

from core.explaining.receptive_field import Field
from core.files.folders import user_folder
from core.ink.sheets import Sheet
from core.my_digits.store import MyDigits
from core.records import Prediction
from gui.pad.collection import Collection
from gui.pad.drawing_canvas import DrawingCanvas
from gui.pad.familiarity import Familiarity
from gui.pad.field_frame import FieldFrame
from gui.pad.label_desk import LabelDesk
from gui.pad.pad_panel import PadPanel
from gui.paint.theme import apply_theme
from gui.processes.engine import Engine
from gui.processes.training_run import TrainingRun
from gui.tabs import entries
from gui.widgets.construct import in_column, named, split
from gui.widgets.message_bar import MessageBar
from gui.widgets.steady_label import SteadyLabel
from gui.window.drawing_exchange import DrawingExchange
from gui.window.found_digits import FoundDigits
from gui.window.late_page import LatePage
from gui.window.looks import Looks
from gui.window.menus import WindowMenus
from gui.window.network_desk import NetworkDesk, check
from gui.window.settings import Settings
from gui.window.tab import Context, Tab


class MainWindow(QMainWindow):
    """The pad at the left, always in sight; what is inside the network at the right.

    Args:
        model: a shipped name or a path to open in place of what was open last time.
        device: likewise.
        engine: what answers; one with a process of its own where it is not given.
        run: what trains; likewise.
    """

    predicted = Signal(object)
    """The Prediction that is on the screen now; None for bare paper."""

    def __init__(
        self,
        model: str | None = None,
        device: str | None = None,
        engine: Engine | None = None,
        run: TrainingRun | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle(self.tr("LeNet Lab"))
        settings = self._settings = Settings()
        self._is_closed = False
        self._field: Field | None = None  # what the cell looked at in Inspect sees of the network's picture

        apply_theme(settings.theme)
        self.canvas = DrawingCanvas(self)
        self._engine = engine or Engine(self)
        self._context = Context(
            self._engine,
            run or TrainingRun(self),
            self.canvas,
            settings,
            DrawingExchange(self.canvas, settings, self),
            Collection(MyDigits(user_folder("my_digits")), self),
            Familiarity(self._engine, self),
            Looks(settings, self.palette(), self),
            self,
        )
        self._connect()
        self._build((model or settings.model, device or settings.device))
        self._restore()
        # The window is painted first: the process that loads torch competes for the same cores.
        QTimer.singleShot(0, self._network.open_asked)

    def _build(self, asked: tuple[str, str]) -> None:
        """Make all that has words in it; what has none (drawing, processes, collection) outlives it."""
        self._rooms = rooms = QWidget(self)
        self._message_bar = MessageBar(rooms)
        self._menus = WindowMenus(self)
        self._pad = PadPanel(self.canvas, rooms)
        self._frame = FieldFrame(self.canvas, self._pad.answer.input_preview, rooms)
        self._label_desk = LabelDesk(self._pad.label_row, self.canvas, self._context.collection, rooms)
        widest = self.tr("network in training, step 000,000 · NVIDIA Workstation · 00.0 ms")
        self._network_label = named(
            SteadyLabel(rooms, widest=widest, alignment=Qt.AlignmentFlag.AlignRight), "network_label"
        )
        self._network = NetworkDesk(
            self._engine, self._settings, self._menus, self._pad.answer, self._network_label, asked, rooms
        )
        self._lay_out()
        self._connect_rooms()
        self._connect_menus()

    def _lay_out(self) -> None:
        menus = self._menus
        self._pad.add_tools([menus.pen, menus.eraser, menus.undo, menus.redo, menus.clear])
        self._pad.add_digit_button(menus.test_digit, menus.test_classes)
        self._tabs = named(QTabWidget(self._rooms), "tabs")
        self._tabs.setDocumentMode(True)
        self._pages: dict[str, LatePage] = {}
        for entry in entries():
            page = self._pages[entry.name] = LatePage(entry, self._context, self._rooms)
            page.built.connect(self._on_tab_built)
            self._tabs.addTab(page, entry.title)
        beside_pad = QWidget(self._rooms)  # messages, too: the pad must not move under a pen
        in_column((self._tabs, 1), self._message_bar, on=beside_pad, spacing=0)
        self._splitter = named(QSplitter(Qt.Orientation.Horizontal, self._rooms), "window_splitter")
        split(self._splitter, (self._pad, 1), (beside_pad, 6))
        in_column(self._splitter, on=self._rooms)
        self.setCentralWidget(self._rooms)
        self.statusBar().addPermanentWidget(self._network_label)

    def _connect(self) -> None:
        """Connect what outlives a change of language."""
        canvas, context, engine = self.canvas, self._context, self._engine
        for sentence in (context.exchange.failed, context.collection.failed):
            sentence.connect(self._say)
        for sentence in (context.exchange.noted, context.collection.noted):
            sentence.connect(self.statusBar().showMessage)
        context.exchange.placed.connect(self._on_placed)
        context.exchange.several_found.connect(self._on_several_found)
        context.exchange.weights_given.connect(self._on_weights_given)
        context.exchange.waited.connect(self._on_picture_waited_for)
        context.exchange.ended.connect(self._on_picture_read)
        engine.loaded.connect(context.collection.load)  # not sooner: at the start, the network comes first
        canvas.ink_changed.connect(engine.submit)
        canvas.history_changed.connect(self._on_history_changed)
        canvas.dropped.connect(context.exchange.take)
        context.tab_wanted.connect(self.open_tab)
        context.field_changed.connect(self._on_field_changed)
        context.looks.changed.connect(self._on_looks_changed)

    def _connect_rooms(self) -> None:
        answer, context, network = self._pad.answer, self._context, self._network
        network.failed.connect(self._say)
        network.predicted.connect(self._on_predicted)
        network.model_asked.connect(context.model_asked)
        network.opening.connect(self._message_bar.hide)
        self._label_desk.noted.connect(self.statusBar().showMessage)
        context.familiarity.judged.connect(answer.set_prediction)
        context.modified.connect(answer.modified_bar.set_text)
        answer.modified_bar.revert_wanted.connect(context.revert_wanted)
        self._tabs.currentChanged.connect(self._frame_drawing)

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self._message_bar.say(sentence)

    @Slot()
    def _on_placed(self) -> None:
        self._message_bar.hide()

    @Slot(object, str)
    def _on_several_found(self, sheet: Sheet, name: str) -> None:
        for earlier in self.findChildren(FoundDigits):
            earlier.close()
        dialog = FoundDigits(sheet, name, self._engine, self)
        dialog.chosen.connect(self._context.exchange.place_ink)
        dialog.show()

    @Slot(object)
    def _on_weights_given(self, path: Path) -> None:
        sentence = self.tr("{name} holds a network's weights, not a picture.").format(name=path.name)
        self._message_bar.offer(sentence, self.tr("Open as network"), partial(self._network.use, str(path)))

    @Slot(str)
    def _on_picture_waited_for(self, sentence: str) -> None:
        self._message_bar.offer(sentence, self.tr("Cancel"), self._context.exchange.cancel)

    @Slot()
    def _on_picture_read(self) -> None:
        self._message_bar.withdraw()

    def _connect_menus(self) -> None:
        canvas, context, menus = self.canvas, self._context, self._menus
        exchange, looks, network = context.exchange, context.looks, self._network
        menus.open_picture.triggered.connect(exchange.choose_picture)
        menus.save_drawing.triggered.connect(exchange.choose_where_to_save)
        menus.quit.triggered.connect(self.close)
        menus.undo.triggered.connect(canvas.undo)
        menus.redo.triggered.connect(canvas.redo)
        menus.clear.triggered.connect(canvas.clear)
        menus.copy.triggered.connect(exchange.copy)
        menus.paste.triggered.connect(exchange.paste)
        menus.eraser.toggled.connect(canvas.set_erasing)
        menus.thinner.triggered.connect(self._pad.make_brush_thinner)
        menus.thicker.triggered.connect(self._pad.make_brush_thicker)
        menus.test_digit.triggered.connect(self._show_any_test_digit)
        menus.test_class.triggered.connect(self._on_test_class_chosen)
        menus.label.triggered.connect(self._label_desk.on_label_action)
        menus.model.triggered.connect(network.on_model_action)
        menus.open_weights.triggered.connect(network.choose_weights)
        menus.compare.triggered.connect(context.compare_pad)
        menus.device.triggered.connect(network.on_device_action)
        menus.run.triggered.connect(self._on_run_ordered)
        menus.theme.triggered.connect(self._on_theme_chosen)
        menus.colour_map.triggered.connect(self._on_colour_map_chosen)
        menus.shared_range.toggled.connect(looks.set_shared_range)
        menus.show_logits.toggled.connect(self._on_show_logits_toggled)
        menus.shortcuts.triggered.connect(self._on_shortcuts_asked)
        menus.about.triggered.connect(self._on_about_asked)

    # Tabs

    @Slot(str)
    def open_tab(self, name: str) -> Tab:
        """Bring a tab of `gui.tabs.entries` to the front; it is built at once where it has not been yet."""
        page = self._pages[name]
        self._tabs.setCurrentWidget(page)
        return page.build()

    @Slot(object)
    def _on_tab_built(self, tab: Tab) -> None:
        tab.failed.connect(self._say)
        tab.noted.connect(self.statusBar().showMessage)
        tab.model_chosen.connect(self._network.use)

    def _built_tabs(self) -> list[Tab]:
        return [page.tab for page in self._pages.values() if page.tab is not None]

    # Remembering

    def _restore(self) -> None:
        settings = self._settings
        screen = self.screen().availableSize()
        self.resize(
            max(1100, min(1400, screen.width() * 9 // 10)), max(700, min(900, screen.height() * 9 // 10))
        )
        settings.restore_window(self)
        self._restore_choices()
        if not settings.is_writable():
            text = self.tr("Choices cannot be remembered: {path} cannot be written. All else works.")
            self._message_bar.say(text.format(path=settings.path))

    def _restore_choices(self) -> None:
        settings, menus = self._settings, self._menus
        if not settings.restore_sizes(self._splitter):
            self._splitter.setSizes([310, self.width() - 310])
        self._pad.brush_slider.setValue(settings.brush)
        menus.shared_range.setChecked(settings.shared_range)
        menus.show_logits.setChecked(settings.show_logits)
        check(menus.theme, settings.theme)
        check(menus.colour_map, settings.colour_map)
        self._on_history_changed()

    def _remember(self) -> None:
        settings = self._settings
        settings.remember_window(self)
        settings.remember_sizes(self._splitter)
        settings.brush = self._pad.brush_slider.value()
        for tab in self._built_tabs():
            tab.close()

    def _rebuild(self) -> None:
        """Say all in another language; drawing, network, run and tab stay."""
        current, asked = self._tabs.currentIndex(), self._network.asked
        is_erasing = self._menus.eraser.isChecked()
        states = {name: page.tab.state() for name, page in self._pages.items() if page.tab is not None}
        self._remember()
        self.canvas.setParent(self)  # it is not to go with the pad
        before, menus = self.takeCentralWidget(), self._menus
        self.statusBar().removeWidget(self._network_label)
        self.menuBar().clear()
        assert before is not None
        delete(before)  # at once: what is gone must not speak
        delete(menus)
        self.setWindowTitle(self.tr("LeNet Lab"))
        self._build(asked)
        self._restore_choices()
        self._menus.eraser.setChecked(is_erasing)
        for name, state in states.items():
            self._pages[name].state = state
            self._pages[name].build()  # at once: a run at work goes on telling its news
        self._tabs.setCurrentIndex(current)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._is_closed = True
        self._remember()
        self._context.exchange.cancel()
        self._context.collection.close()
        self._engine.close()
        self.hide()  # the training process may take a moment to keep what it has learnt
        self._context.run.close()
        event.accept()

    # The network

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._frame.follow()
        self.predicted.emit(prediction)

    # The drawing

    @Slot(object)
    def _on_field_changed(self, field: Field | None) -> None:
        """A cell is looked at, which sees this part of the network's picture."""
        self._field = field
        self._frame_drawing()

    @Slot()
    def _frame_drawing(self) -> None:
        """Frame on the pad what the cell sees, as long as Inspect is in sight."""
        self._frame.set_field(self._field if self._tabs.currentWidget() is self._pages["inspect"] else None)

    @Slot()
    def _on_history_changed(self) -> None:
        self._menus.undo.setEnabled(self.canvas.can_undo())
        self._menus.redo.setEnabled(self.canvas.can_redo())
        self.statusBar().clearMessage()  # what was said of the drawing before

    @Slot()
    def _show_any_test_digit(self) -> None:
        self._context.exchange.show_test_digit(None)

    @Slot(QAction)
    def _on_test_class_chosen(self, action: QAction) -> None:
        self._context.exchange.show_test_digit(action.data())

    # The run

    @Slot(QAction)
    def _on_run_ordered(self, action: QAction) -> None:
        self._pages["train"].build()
        self._context.run_ordered.emit(action.data())

    # Looks

    @Slot(QAction)
    def _on_theme_chosen(self, action: QAction) -> None:
        self._settings.theme = action.data()
        apply_theme(action.data())

    @Slot(QAction)
    def _on_colour_map_chosen(self, action: QAction) -> None:
        self._context.looks.set_colour_map(action.data())

    @Slot()
    def _on_looks_changed(self) -> None:
        for tab in self._built_tabs():
            tab.apply_looks(self._context.looks)

    def changeEvent(self, event: QEvent) -> None:
        """The system has gone dark or light, or the program speaks another language."""
        super().changeEvent(event)
        if not hasattr(self, "_pages"):
            return
        if event.type() == QEvent.Type.PaletteChange:
            self._context.looks.set_palette(self.palette())
        elif event.type() == QEvent.Type.LanguageChange and not self._is_closed:
            self._rebuild()

    @Slot(bool)
    def _on_show_logits_toggled(self, shown: bool) -> None:
        self._settings.show_logits = shown
        self._pad.answer.bars.set_logits_shown(shown)

    # Help and failures

    @Slot()
    def _on_shortcuts_asked(self) -> None:
        from gui.window.help_dialogs import ShortcutsDialog

        ShortcutsDialog(self).open()

    @Slot()
    def _on_about_asked(self) -> None:
        from gui.window.help_dialogs import AboutDialog

        AboutDialog(self._settings.path, self).open()

    def show_unexpected(self, error: BaseException, log: Path) -> None:
        """Say that something failed that nobody foresaw; the program goes on."""
        text = self.tr(
            "Something went wrong that should not have ({error}). Your drawing is kept, and you can go "
            "on. Details are in {log}."
        )
        self._message_bar.say(text.format(error=f"{type(error).__name__}: {error}", log=log))
