"""The window: the pad at the left, tabs at the right, and all that is wired between them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QContextMenuEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget
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
from gui.pad.pad_panel import PadPanel, PadScroll
from gui.paint.text import pixels, set_body_scale
from gui.paint.theme import apply_theme
from gui.processes.engine import Engine
from gui.processes.training_run import TrainingRun
from gui.tabs import entries
from gui.widgets.construct import in_row, named, split
from gui.widgets.message_bar import FloatingBar
from gui.widgets.steady_label import SteadyLabel
from gui.window.drawing_exchange import DrawingExchange
from gui.window.figure_desk import FigureDesk
from gui.window.found_digits import FoundDigits
from gui.window.guide import Guide
from gui.window.help_desk import HelpDesk
from gui.window.last_drawing import LastDrawing
from gui.window.looks import Looks
from gui.window.menus import WindowMenus
from gui.window.navigation import Navigation
from gui.window.network_desk import NetworkDesk, check
from gui.window.pages import Pages
from gui.window.pointer_ring import PointerRing
from gui.window.settings import Settings
from gui.window.tab import Context, Tab
from gui.window.text_scale import ZOOMS, body_scale, is_wide

_PAD_WIDTH = 290
_RESIZED = 100  # milliseconds after the last of a window's new sizes
_NOTED = 8000  # milliseconds that a note stays


class MainWindow(QMainWindow):
    """The pad at the left, always in sight; what is inside the network at the right.

    Args:
        model: a shipped name or a path to open in place of what was open last time.
        device: likewise.
        engine: what answers; one with a process of its own where it is not given.
        run: what trains; likewise.
        with_sample: whether a sample is on the pad where there is no drawing of last time, and the first
            start offers the tour.
    """

    predicted = Signal(object)
    """The Prediction that is on the screen now; None for bare paper."""

    def __init__(
        self,
        model: str | None = None,
        device: str | None = None,
        engine: Engine | None = None,
        run: TrainingRun | None = None,
        with_sample: bool = True,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle(self.tr("LeNet Lab"))
        settings = self._settings = Settings()
        self._is_closed = False
        self._is_share_kept = False  # in the settings: since then, text alone has changed the pad's width
        self._field: Field | None = None  # what the cell looked at in Inspect sees of the network's picture

        apply_theme(settings.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_theme_changed)
        self._place_window()
        set_body_scale(body_scale(self.size(), settings.zoom))  # before any widget asks how large text is
        self._resized = QTimer(self, interval=_RESIZED, singleShot=True)
        self._resized.timeout.connect(self._fit_text)
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
        self._last_drawing = LastDrawing(self.canvas, settings, with_sample, self)
        self._connect()
        self._build((model or settings.model, device or settings.device))
        self._restore()
        self._last_drawing.begin()
        if with_sample:
            self._guide.offer_tour()
        # The window is painted first: the process that loads torch competes for the same cores.
        QTimer.singleShot(0, self._network.open_asked)

    def _build(self, asked: tuple[str, str]) -> None:
        """Make all that has words in it; what has none (drawing, processes, collection) outlives it."""
        self._rooms = rooms = QWidget(self)
        self._menus = WindowMenus(self, entries())
        self._pad = PadPanel(self.canvas, rooms)
        self._frame = FieldFrame(self.canvas, self._pad.answer.input_preview, rooms)
        self._label_desk = LabelDesk(self._pad.label_row, self.canvas, self._context.collection, rooms)
        widest = self.tr("LeNet for pen strokes, taught 000 of my digits · NVIDIA Workstation · 00.0 ms")
        self._network_label = named(
            SteadyLabel(rooms, widest=widest, alignment=Qt.AlignmentFlag.AlignRight), "network_label"
        )
        self._network = NetworkDesk(
            self._engine, self._settings, self._menus, self._pad.answer, self._network_label, asked, rooms
        )
        self._lay_out()
        self._figures = FigureDesk(context=self._context, pages=self._pages, pad=self._pad, parent=rooms)
        self._connect_rooms()
        self._connect_menus()

    def _lay_out(self) -> None:
        menus = self._menus
        self._pad.add_tools([menus.pen, menus.eraser, menus.undo, menus.redo, menus.clear])
        self._pad.add_digit_button(menus.test_digit, menus.test_classes)
        self._rooms.setObjectName("rooms")
        self._navigation = Navigation(entries(), self._rooms)
        self._pages = Pages(entries(), self._context, self._rooms)
        self._message_bar = FloatingBar(self._pages)
        self._pad_scroll = PadScroll(self._pad, self._rooms)
        self._splitter = named(QSplitter(Qt.Orientation.Horizontal, self._rooms), "window_splitter")
        split(self._splitter, (self._pad_scroll, 1), (self._pages, 6))
        self._splitter.setHandleWidth(8)
        self._splitter.splitterMoved.connect(self._on_share_changed)
        in_row(self._navigation, (self._splitter, 1), on=self._rooms, spacing=8, margins=(8, 4, 8, 0))
        self.setCentralWidget(self._rooms)
        self._ring = PointerRing(self)
        self._help = HelpDesk(self, menus, self._pages, self._settings)
        self._guide = Guide(self, menus, self._pages, self._context, self._message_bar)
        self._navigation.set_wide(is_wide(self.size(), self._scale))
        self.statusBar().addPermanentWidget(self._network_label)

    def _connect(self) -> None:
        """Connect what outlives a change of language."""
        canvas, context, engine = self.canvas, self._context, self._engine
        for sentence in (context.exchange.failed, context.collection.failed):
            sentence.connect(self._say)
        for sentence in (context.exchange.noted, context.collection.noted):
            sentence.connect(self._note)
        context.exchange.placed.connect(self._on_placed)
        context.exchange.several_found.connect(self._on_several_found)
        context.exchange.weights_given.connect(self._on_weights_given)
        context.exchange.waited.connect(self._on_picture_waited_for)
        context.exchange.ended.connect(self._on_picture_read)
        # One after the other: at the start the network comes first, and one process reads files.
        engine.loaded.connect(self._last_drawing.bring_back)
        self._last_drawing.brought_back.connect(context.collection.load)
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
        self._label_desk.noted.connect(self._note)
        self._figures.noted.connect(self._note)
        self._figures.failed.connect(self._say)
        context.familiarity.judged.connect(answer.set_prediction)
        context.modified.connect(answer.modified_bar.set_text)
        answer.modified_bar.revert_wanted.connect(context.revert_wanted)
        self._pages.built.connect(self._on_tab_built)
        self._pages.changed.connect(self._on_page_changed)
        self._navigation.chosen.connect(self._pages.choose)
        self._navigation.choose(self._pages.name)

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self._message_bar.say(sentence)

    @Slot(str)
    def _note(self, sentence: str) -> None:
        """Say in the status bar what was done; it goes by itself."""
        self.statusBar().showMessage(sentence, _NOTED)

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
        menus.save_figure.triggered.connect(self._figures.open_dialog)
        menus.copy_figure.triggered.connect(self._figures.copy)
        menus.quit.triggered.connect(self.close)
        menus.undo.triggered.connect(canvas.undo)
        menus.redo.triggered.connect(canvas.redo)
        menus.clear.triggered.connect(canvas.clear)
        menus.copy.triggered.connect(exchange.copy)
        menus.paste.triggered.connect(exchange.paste)
        menus.eraser.toggled.connect(canvas.set_erasing)
        menus.thinner.triggered.connect(self._pad.make_brush_thinner)
        menus.thicker.triggered.connect(self._pad.make_brush_thicker)
        menus.test_digit.triggered.connect(exchange.show_any_test_digit)
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
        menus.page.triggered.connect(self._on_page_chosen)
        menus.larger.triggered.connect(partial(self._zoom, 1))
        menus.smaller.triggered.connect(partial(self._zoom, -1))
        menus.usual_size.triggered.connect(partial(self._zoom, 0))
        menus.presentation.toggled.connect(self._on_presentation_toggled)
        menus.pointer_ring.toggled.connect(self._ring.set_on)
        menus.remember.triggered.connect(self._last_drawing.set_remembered)
        menus.fold_pad.toggled.connect(self._on_pad_folded)
        menus.fold_tools.toggled.connect(self._on_tools_folded)
        canvas.addActions(menus.label.actions())  # their keys are the digits alone, while the pad has them

    # Tabs

    @Slot(str)
    def open_tab(self, name: str) -> Tab:
        """Bring a tab of `gui.tabs.entries` to the front; it is built at once where it has not been yet."""
        self._pages.choose(name)
        return self._pages.page(name).build()

    @property
    def page(self) -> str:
        """The name of the page that is in sight, one of `gui.tabs.entries`."""
        return self._pages.name

    @Slot(str)
    def _on_page_changed(self, name: str) -> None:
        self._settings.page = name
        self._navigation.choose(name)
        check(self._menus.page, name)
        self._frame_drawing()

    @Slot(QAction)
    def _on_page_chosen(self, action: QAction) -> None:
        self._pages.choose(action.data())

    @Slot(object)
    def _on_tab_built(self, tab: Tab) -> None:
        tab.failed.connect(self._say)
        tab.noted.connect(self._note)
        tab.model_chosen.connect(self._network.use)
        tab.fold(self._settings.tools_folded)

    # Remembering

    def _place_window(self) -> None:
        screen = self.screen().availableSize()
        self.resize(
            max(1100, min(1400, screen.width() * 9 // 10)), max(700, min(900, screen.height() * 9 // 10))
        )
        self._settings.restore_window(self)

    def _restore(self) -> None:
        settings = self._settings
        if settings.page in self._pages.names and settings.remembers:
            self._pages.choose(settings.page)
        self._restore_choices()
        if not settings.is_writable():
            text = self.tr("Choices cannot be remembered: {path} cannot be written. All else works.")
            self._message_bar.say(text.format(path=settings.path))

    def _restore_choices(self) -> None:
        settings, menus = self._settings, self._menus
        self._share_out()
        self._pad.brush_slider.setValue(settings.brush)
        menus.shared_range.setChecked(settings.shared_range)
        menus.show_logits.setChecked(settings.show_logits)
        check(menus.theme, settings.theme)
        check(menus.colour_map, settings.colour_map)
        check(menus.page, self._pages.name)
        menus.remember.setChecked(settings.remembers)
        menus.fold_pad.setChecked(settings.pad_folded)
        menus.fold_tools.setChecked(settings.tools_folded)
        self._on_history_changed()

    def _remember(self) -> None:
        settings = self._settings
        settings.remember_window(self)
        self._keep_share()
        settings.brush = self._pad.brush_slider.value()
        for tab in self._pages.tabs().values():
            tab.close()

    def _rebuild(self) -> None:
        """Say all in another language; drawing, network, run and tab stay."""
        current, asked = self._pages.name, self._network.asked
        is_erasing = self._menus.eraser.isChecked()
        states = {name: tab.state() for name, tab in self._pages.tabs().items()}
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
            self._pages.page(name).state = state
            self._pages.page(name).build()  # at once: a run at work goes on telling its news
        self._pages.choose(current)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._is_closed = True
        self._remember()
        self._context.exchange.cancel()
        self._last_drawing.close()
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
        self._frame.set_field(self._field if self.page == "inspect" else None)

    @Slot()
    def _on_history_changed(self) -> None:
        self._menus.undo.setEnabled(self.canvas.can_undo())
        self._menus.redo.setEnabled(self.canvas.can_redo())
        self.statusBar().clearMessage()  # what was said of the drawing before

    @Slot(QAction)
    def _on_test_class_chosen(self, action: QAction) -> None:
        self._context.exchange.show_test_digit(action.data())

    # The run

    @Slot(QAction)
    def _on_run_ordered(self, action: QAction) -> None:
        self._pages.page("train").build()
        self._context.run_ordered.emit(action.data())

    # Looks

    @Slot(QAction)
    def _on_theme_chosen(self, action: QAction) -> None:
        self._settings.theme = action.data()
        apply_theme(action.data())

    @Slot()
    def _on_system_theme_changed(self) -> None:
        if self._settings.theme == "system":
            apply_theme("system")

    @Slot(QAction)
    def _on_colour_map_chosen(self, action: QAction) -> None:
        self._context.looks.set_colour_map(action.data())

    # Size of text and graphics; what is in sight

    @property
    def _scale(self) -> float:
        return body_scale(self.size(), self._settings.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()
        self._is_share_kept = False

    @Slot()
    def _fit_text(self) -> None:
        """Let text and graphics be as large as suits the window."""
        set_body_scale(self._scale)
        self._navigation.set_wide(is_wide(self.size(), self._scale))

    def _zoom(self, steps: int) -> None:
        self._keep_share()
        at = ZOOMS.index(self._settings.zoom if steps else 100) + steps
        percent = self._settings.zoom = ZOOMS[min(max(at, 0), len(ZOOMS) - 1)]
        self._fit_text()
        QTimer.singleShot(0, self, self._share_out)  # layouts come first: they know how little room is enough
        self._note(self.tr("Size: {percent} %").format(percent=percent))

    @Slot(bool)
    def _on_presentation_toggled(self, is_on: bool) -> None:
        """Leave pad and page alone on the screen, or bring the rest back."""
        for widget in (self.menuBar(), self.statusBar(), self._navigation):
            widget.setVisible(not is_on)
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _on_share_changed(self) -> None:
        self._is_share_kept = False

    def _keep_share(self) -> None:
        """Remember the pad's width, for text of the usual size."""
        if self.isVisible() and not self._is_share_kept:  # else it has no sizes yet
            self._settings.remember_sizes(self._splitter, self._settings.zoom / 100)
            self._is_share_kept = not self._pad_scroll.isHidden()

    @Slot()
    def _share_out(self) -> None:
        """Give pad and page the room that they had last, as the text is now."""
        if not self._settings.restore_sizes(self._splitter, self._settings.zoom / 100):
            pad = pixels(self, _PAD_WIDTH)
            self._splitter.setSizes([pad, max(self.width() - pad, 1)])

    @Slot(bool)
    def _on_pad_folded(self, is_folded: bool) -> None:
        self._settings.pad_folded = is_folded
        self._keep_share()
        self._pad_scroll.setVisible(not is_folded)
        self._splitter.refresh()  # else what was never seen is given half
        self._share_out()

    @Slot(bool)
    def _on_tools_folded(self, is_folded: bool) -> None:
        self._settings.tools_folded = is_folded
        for tab in self._pages.tabs().values():
            tab.fold(is_folded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the pad, or whatever has the focus, does not know are the page's."""
        view = self._pages.page(self.page).view
        if view is None or view.isAncestorOf(self.focusWidget() or view):
            super().keyPressEvent(event)
        else:
            view.keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the view under the mouse as a figure, unless it has a menu of its own."""
        event.setAccepted(self._figures.open_menu(event.globalPos()))

    @Slot()
    def _on_looks_changed(self) -> None:
        self._menus.shared_range.setChecked(self._context.looks.shared_range)
        for tab in self._pages.tabs().values():
            tab.apply_looks(self._context.looks)

    def changeEvent(self, event: QEvent) -> None:
        """The system has gone dark or light, or the program speaks another language."""
        super().changeEvent(event)
        if not hasattr(self, "_navigation"):
            return
        if event.type() == QEvent.Type.PaletteChange:
            self._context.looks.set_palette(self.palette())
        elif event.type() == QEvent.Type.LanguageChange and not self._is_closed:
            self._rebuild()

    @Slot(bool)
    def _on_show_logits_toggled(self, shown: bool) -> None:
        self._settings.show_logits = shown
        self._pad.answer.bars.set_logits_shown(shown)

    # Failures

    def show_unexpected(self, error: BaseException, log: Path) -> None:
        """Say that something failed that nobody foresaw; the program goes on."""
        text = self.tr(
            "Something went wrong that should not have ({error}). Your drawing is kept, and you can go "
            "on. Details are in {log}."
        )
        self._message_bar.say(text.format(error=f"{type(error).__name__}: {error}", log=log))
