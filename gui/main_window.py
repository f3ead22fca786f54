"""The window: the only place where panels, menus, engine and settings are wired to each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.catalog import DEFAULT_MODEL
from core.errors import LabError
from core.explaining.receptive_field import Field
from core.files.folders import user_folder
from core.ink import preprocess
from core.records import ModelInfo, Moment, Prediction
from gui.pad.pad_panel import PadPanel
from gui.paint.colours import colour_table, for_kernels
from gui.paint.theme import apply_theme, is_dark
from gui.processes.engine import Engine
from gui.processes.training_run import TrainingRun
from gui.tabs.inspect.inspect_desk import InspectDesk
from gui.tabs.inspect.inspect_view import InspectPanel
from gui.tabs.my_digits.my_digits_desk import MyDigitsDesk
from gui.tabs.prepare.prepare_desk import PrepareDesk
from gui.tabs.prepare.prepare_tab import PrepareTab
from gui.tabs.train.train_tab import TrainTab
from gui.tabs.why.seen_desk import SeenDesk
from gui.tabs.why.why_desk import WhyDesk
from gui.tabs.why.why_tab import WhyTab
from gui.widgets.construct import named, spaced
from gui.widgets.late_page import LatePage
from gui.widgets.message_bar import MessageBar
from gui.widgets.steady_label import SteadyLabel
from gui.window.drawing_exchange import DrawingExchange
from gui.window.help_dialogs import show_about, show_shortcuts
from gui.window.menus import WindowMenus
from gui.window.settings import Settings
from gui.words.model_names import name_of

if TYPE_CHECKING:
    from gui.tabs.compare.compare_desk import CompareDesk

_BRUSH_STEP = 4  # of the sheet's pixels, for a key
_FRAME_PAUSE = 50  # milliseconds


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
        self._settings = Settings()
        self._asked = (model or self._settings.model, device or self._settings.device)
        self._info: ModelInfo | None = None
        self._model_name = ""
        # What the cell that is looked at sees is framed anew this often while one draws, not at each move.
        self._frame_timer = QTimer(self, interval=_FRAME_PAUSE, singleShot=True)
        self._frame_timer.timeout.connect(self._frame_drawing)
        self._field: Field | None = None  # what the cell that is looked at sees of the network's picture
        self._prediction: Prediction | None = None  # the newest
        self._moment: Moment | None = None  # of a network in training, while that answers

        self._pad = PadPanel(self)
        self.canvas = self._pad.canvas
        self._inspect = InspectPanel(self)
        self._message_bar = MessageBar(self)
        widest = self.tr("network in training, step 000,000 · NVIDIA Workstation · 00.0 ms")
        self._network_label = named(
            SteadyLabel(self, widest=widest, alignment=Qt.AlignmentFlag.AlignRight), "network_label"
        )
        self._menus = WindowMenus(self)
        self._exchange = DrawingExchange(self.canvas, self._settings, self)
        self._engine = engine or Engine(self)
        self._train = TrainTab(
            self._engine, self.canvas, self._settings, run or TrainingRun(self), user_folder("runs"), self
        )
        self._inspect_desk = InspectDesk(self._inspect, self._engine, self._settings, self)
        self._prepare = PrepareTab(self)
        self._prepare_desk = PrepareDesk(self._prepare, self._engine, self.canvas, self)
        self._why = WhyTab(self)
        self._why_desk = WhyDesk(self._why, self._engine, self)
        self._seen_desk = SeenDesk(self._why.seen, self._engine, self)
        self._compare_page = LatePage("compare_page", self)
        self._compare_desk: CompareDesk | None = None
        self._my_digits = MyDigitsDesk(self.canvas, self._engine, self._train.run, self._settings, self)
        self._lay_out()
        self._connect()
        self._restore()
        self._say_loading()
        # The window is painted first: the process that loads torch competes for the same cores.
        QTimer.singleShot(0, self._open_asked)

    def _lay_out(self) -> None:
        menus = self._menus
        self._pad.add_tools([menus.pen, menus.eraser, menus.undo, menus.redo, menus.clear])
        self._pad.add_digit_button(menus.test_digit, menus.test_classes)
        self._pad.add_row(self._my_digits.row)
        self._tabs = tabs = named(QTabWidget(self), "tabs")
        tabs.setDocumentMode(True)
        tabs.addTab(self._inspect, self.tr("Inspect"))
        tabs.addTab(self._prepare, self.tr("Prepare"))
        tabs.addTab(self._why, self.tr("Why"))
        tabs.addTab(self._train, self.tr("Train"))
        tabs.addTab(self._my_digits.page, self.tr("My digits"))
        tabs.addTab(self._compare_page, self.tr("Compare"))
        beside_pad = QWidget(self)  # messages, too: the pad must not move under a pen
        layout = spaced(QVBoxLayout(beside_pad), 0)
        layout.addWidget(tabs, 1)
        layout.addWidget(self._message_bar)
        self._splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "window_splitter")
        self._splitter.addWidget(self._pad)
        self._splitter.addWidget(beside_pad)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 6)
        self._splitter.setChildrenCollapsible(False)
        self.setCentralWidget(self._splitter)
        self.statusBar().addPermanentWidget(self._network_label)

    def _connect(self) -> None:
        canvas, engine, menus, exchange = self.canvas, self._engine, self._menus, self._exchange
        engine.loaded.connect(self._on_loaded)
        engine.network_changed.connect(self._why.set_network)
        engine.predicted.connect(self._on_predicted)
        engine.failed.connect(self._on_failed)
        engine.restarted.connect(self._on_restarted)
        engine.moment_reached.connect(self._on_moment_reached)
        engine.opened_answers.connect(self._on_opened_answers)
        self._inspect.field_changed.connect(self._on_field_changed)
        self._tabs.currentChanged.connect(self._frame_drawing)
        self._inspect.kernels.digit_chosen.connect(exchange.place_training_digit)
        self._why.picture_chosen.connect(exchange.place_picture)
        self._why.seen.digit_chosen.connect(exchange.place_training_digit)
        self._seen_desk.judged.connect(self._pad.answer.set_prediction)
        self._compare_page.needed.connect(self._build_compare)
        menus.compare.triggered.connect(self._on_compare_asked)
        desk, modified_bar = self._inspect_desk, self._pad.answer.modified_bar
        desk.failed.connect(self._message_bar.say)
        desk.noted.connect(self.statusBar().showMessage)
        desk.change.modified.connect(modified_bar.set_text)
        modified_bar.revert_wanted.connect(desk.change.revert)
        self._train.model_chosen.connect(self._on_weights_chosen)
        self._train.failed.connect(self._message_bar.say)
        self._train.layer_chosen.connect(self._on_layer_chosen)
        self._train.noted.connect(self.statusBar().showMessage)
        my_digits = self._my_digits
        my_digits.model_chosen.connect(self._on_weights_chosen)
        my_digits.placed.connect(self._message_bar.hide)
        my_digits.failed.connect(self._message_bar.say)
        my_digits.noted.connect(self.statusBar().showMessage)
        menus.label.triggered.connect(my_digits.on_label_action)
        canvas.ink_changed.connect(engine.submit)
        canvas.history_changed.connect(self._on_history_changed)
        canvas.dropped.connect(exchange.take)
        exchange.failed.connect(self._message_bar.say)
        exchange.placed.connect(self._message_bar.hide)
        exchange.noted.connect(self.statusBar().showMessage)
        menus.open_picture.triggered.connect(exchange.choose_picture)
        menus.save_drawing.triggered.connect(exchange.choose_where_to_save)
        menus.quit.triggered.connect(self.close)
        menus.undo.triggered.connect(canvas.undo)
        menus.redo.triggered.connect(canvas.redo)
        menus.clear.triggered.connect(canvas.clear)
        menus.copy.triggered.connect(exchange.copy)
        menus.paste.triggered.connect(exchange.paste)
        menus.eraser.toggled.connect(canvas.set_erasing)
        menus.thinner.triggered.connect(self._on_thinner)
        menus.thicker.triggered.connect(self._on_thicker)
        menus.test_digit.triggered.connect(self._show_any_test_digit)
        menus.test_class.triggered.connect(self._on_test_class_chosen)
        menus.model.triggered.connect(self._on_model_chosen)
        menus.open_weights.triggered.connect(self._choose_weights)
        menus.device.triggered.connect(self._on_device_chosen)
        menus.theme.triggered.connect(self._on_theme_chosen)
        menus.colour_map.triggered.connect(self._on_colour_map_chosen)
        menus.shared_range.toggled.connect(self._on_shared_range_toggled)
        menus.show_logits.toggled.connect(self._on_show_logits_toggled)
        menus.shortcuts.triggered.connect(self._on_shortcuts_asked)
        menus.about.triggered.connect(self._on_about_asked)

    @Slot()
    def _build_compare(self) -> None:
        from gui.tabs.compare.compare_desk import CompareDesk
        from gui.tabs.compare.compare_tab import CompareTab

        tab = CompareTab()
        desk = CompareDesk(tab, self._engine, self.canvas, self._settings, user_folder("runs"), self)
        desk.model_chosen.connect(self._on_weights_chosen)
        desk.noted.connect(self.statusBar().showMessage)
        self._menus.shared_range.toggled.connect(tab.layers.set_shared_range)
        tab.layers.set_shared_range(self._menus.shared_range.isChecked())
        desk.catch_up(self._info, self._moment, self._prediction)
        self._compare_desk = desk
        self._apply_colours()
        self._compare_page.set_content(tab)

    # Remembering

    def _restore(self) -> None:
        settings, menus = self._settings, self._menus
        screen = self.screen().availableSize()
        self.resize(
            max(1100, min(1400, screen.width() * 9 // 10)), max(700, min(900, screen.height() * 9 // 10))
        )
        self.restoreGeometry(settings.geometry("window"))
        if not self._splitter.restoreState(settings.geometry("window_splitter")):
            self._splitter.setSizes([310, self.width() - 310])
        self._inspect.splitter.restoreState(settings.geometry("inspect_splitter"))
        self._inspect.tools_splitter.restoreState(settings.geometry("inspect_tools_splitter"))
        self._pad.brush_slider.setValue(settings.brush)
        menus.shared_range.setChecked(settings.shared_range)
        menus.show_logits.setChecked(settings.show_logits)
        _check(menus.theme, settings.theme)
        _check(menus.colour_map, settings.colour_map)
        apply_theme(settings.theme)
        self._apply_colours()
        self._on_history_changed()
        if not settings.is_writable():
            self._message_bar.say(
                self.tr("Choices cannot be remembered: {path} cannot be written. All else works.").format(
                    path=settings.path
                )
            )

    def closeEvent(self, event: QCloseEvent) -> None:
        settings = self._settings
        settings.set_geometry("window", self.saveGeometry())
        settings.set_geometry("window_splitter", self._splitter.saveState())
        settings.set_geometry("inspect_splitter", self._inspect.splitter.saveState())
        settings.set_geometry("inspect_tools_splitter", self._inspect.tools_splitter.saveState())
        settings.brush = self._pad.brush_slider.value()
        self._my_digits.close()
        self._engine.close()
        self.hide()  # the training process may take a moment to keep what it has learnt
        self._train.close_run()
        event.accept()

    # The network

    def _open_asked(self) -> None:
        self._engine.open(*self._asked)

    def _say_loading(self) -> None:
        self._network_label.set_text(self.tr("loading the network…"))
        self._pad.answer.set_waiting(self.tr("loading the network…"))
        if self._info is None:
            self._inspect.set_message(
                self.tr("The network is loading: a few seconds. You can draw already; the answer follows.")
            )

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._info = info
        self._model_name = name_of(info.model)
        self._settings.model = info.model
        self._settings.device = self._asked[1]
        self._check_running()
        self._await_answer()

    def _await_answer(self) -> None:
        """The network is ready, and the engine about to answer what is drawn; if anything is."""
        if self.canvas.is_empty():
            self._on_predicted(None)
        else:
            self._show_network(None)

    def _check_running(self) -> None:
        """Mark in the menus what is at work, not what was asked for in vain."""
        if self._info is not None:
            self._asked = (self._info.model, self._settings.device)
        _check(self._menus.model, self._asked[0])
        _check(self._menus.device, self._asked[1])

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._prediction = prediction
        self._pad.answer.set_prediction(prediction)
        if self._info is None:  # bare paper while the first network is still loading
            self._say_loading()
            return
        self._inspect.set_prediction(prediction)
        self._why.set_prediction(prediction)
        if not self._frame_timer.isActive():
            self._frame_timer.start()
        self._show_network(prediction)
        self.predicted.emit(prediction)

    def _show_network(self, prediction: Prediction | None) -> None:
        assert self._info is not None  # called once there is a network
        info, name = self._info, self._model_name
        if self._moment is not None:
            info = self._moment.info
            name = self.tr("network of the run, step {step}").format(step=f"{self._moment.snapshot.step:,}")
        elif prediction is not None and prediction.original is not None:
            name = self.tr("{model}, modified").format(model=name)
        fields = {"model": name, "device": info.device_title}
        if prediction is None:
            text = self.tr("{model} · {device}").format(**fields)
        else:
            time = f"{prediction.milliseconds:.1f}"
            text = self.tr("{model} · {device} · {time} ms").format(**fields, time=time)
        self._network_label.set_text(text)

    @Slot(object)
    def _on_moment_reached(self, moment: Moment) -> None:
        """A network in training answers."""
        self._moment = moment
        self._pad.answer.set_source(
            self.tr("by the network of the run, step {step}").format(step=f"{moment.snapshot.step:,}")
        )

    @Slot()
    def _on_opened_answers(self) -> None:
        """The network of the Model menu answers again."""
        self._moment = None
        self._pad.answer.set_source("")

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        self._message_bar.say(str(error))
        self._check_running()
        if self._engine.is_ready:
            self._await_answer()
        elif self._info is None and self._asked != (DEFAULT_MODEL, "auto"):
            # What was remembered or asked for at the start is not there any more.
            self._asked = (DEFAULT_MODEL, "auto")
            self._open_asked()
        else:
            self._network_label.set_text(self.tr("no network"))
            self._pad.answer.set_waiting(self.tr("no network"))
            self._inspect.set_message(self.tr("No network is loaded. Choose one in the Model menu."))

    @Slot()
    def _on_restarted(self) -> None:
        self._say_loading()
        self._message_bar.say(
            self.tr(
                "The process that runs the network has ended unexpectedly. Your drawing is kept; "
                "the network is loading again."
            )
        )

    @Slot(QAction)
    def _on_model_chosen(self, action: QAction) -> None:
        self._train.stop_following()
        self._ask_for(action.data(), self._asked[1])

    @Slot(QAction)
    def _on_device_chosen(self, action: QAction) -> None:
        self._ask_for(self._asked[0], action.data())

    @Slot()
    def _choose_weights(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open weights"), self._settings.folder, self.tr("Weights (*.safetensors)")
        )
        if path:
            self._settings.folder = str(Path(path).parent)
            self._on_weights_chosen(path)

    @Slot(str)
    def _on_weights_chosen(self, path: str) -> None:
        self._train.stop_following()
        self._ask_for(path, self._asked[1])

    @Slot()
    def _on_compare_asked(self) -> None:
        self._tabs.setCurrentWidget(self._compare_page)
        assert self._compare_desk is not None  # it was needed at the latest now
        self._compare_desk.compare_pad()

    def _ask_for(self, model: str, device: str) -> None:
        self._asked = model, device
        self._message_bar.hide()
        self._say_loading()
        self._open_asked()

    @Slot(int)
    def _on_layer_chosen(self, index: int) -> None:
        self._tabs.setCurrentWidget(self._inspect)
        self._inspect.select_layer(index)

    # The drawing

    @Slot(object)
    def _on_field_changed(self, field: Field | None) -> None:
        """A cell is looked at, which sees this part of the network's picture."""
        self._field = field
        self._frame_drawing()

    @Slot()
    def _frame_drawing(self) -> None:
        """Frame on the pad what the cell sees of the drawing, which cropping has moved and scaled."""
        field = self._field if self._tabs.currentWidget() is self._inspect else None
        self._pad.answer.input_preview.set_field(field)
        placement = None if field is None else preprocess.placement(self.canvas.ink())
        if field is None or placement is None:
            self.canvas.set_frame(None)
            return
        corner = QPointF(field.left - placement.left, field.top - placement.top)
        size = QSizeF(field.right - field.left, field.bottom - field.top)
        self.canvas.set_frame(QRectF(corner / placement.scale, size / placement.scale))

    @Slot()
    def _on_history_changed(self) -> None:
        self._menus.undo.setEnabled(self.canvas.can_undo())
        self._menus.redo.setEnabled(self.canvas.can_redo())
        self.statusBar().clearMessage()  # what was said of the drawing before

    @Slot()
    def _on_thinner(self) -> None:
        self._pad.brush_slider.setValue(self._pad.brush_slider.value() - _BRUSH_STEP)

    @Slot()
    def _on_thicker(self) -> None:
        self._pad.brush_slider.setValue(self._pad.brush_slider.value() + _BRUSH_STEP)

    @Slot()
    def _show_any_test_digit(self) -> None:
        self._exchange.show_test_digit(None)

    @Slot(QAction)
    def _on_test_class_chosen(self, action: QAction) -> None:
        self._exchange.show_test_digit(action.data())

    # Looks

    @Slot(QAction)
    def _on_theme_chosen(self, action: QAction) -> None:
        self._settings.theme = action.data()
        apply_theme(action.data())

    @Slot(QAction)
    def _on_colour_map_chosen(self, action: QAction) -> None:
        self._settings.colour_map = action.data()
        self._apply_colours()

    def _apply_colours(self) -> None:
        palette = self.palette()
        gap, name = palette.window().color().rgb(), self._settings.colour_map
        table = colour_table(name, is_dark(palette), gap)
        kernels = colour_table(for_kernels(name), is_dark(palette), gap)
        self._inspect.set_colours(table, kernels)
        self._why.set_colours(table, kernels)
        self._train.set_colours(table)
        if self._compare_desk is not None:
            self._compare_desk.tab.set_colours(table)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_settings"):
            self._apply_colours()

    @Slot(bool)
    def _on_shared_range_toggled(self, shared: bool) -> None:
        self._settings.shared_range = shared
        self._inspect.set_shared_range(shared)

    @Slot(bool)
    def _on_show_logits_toggled(self, shown: bool) -> None:
        self._settings.show_logits = shown
        self._pad.answer.bars.set_logits_shown(shown)

    # Help and failures

    @Slot()
    def _on_shortcuts_asked(self) -> None:
        show_shortcuts(self)

    @Slot()
    def _on_about_asked(self) -> None:
        show_about(self, self._settings.path)

    def show_unexpected(self, error: BaseException, log: Path) -> None:
        """Say that something failed that nobody foresaw; the program goes on."""
        self._message_bar.say(
            self.tr(
                "Something went wrong that should not have ({error}). Your drawing is kept, and you can go "
                "on. Details are in {log}."
            ).format(error=f"{type(error).__name__}: {error}", log=log)
        )


def _check(group: QActionGroup, choice: str) -> None:
    """Mark the action that carries `choice`; none where no action does, as for weights from a file."""
    for action in group.actions():
        action.setChecked(action.data() == choice)
