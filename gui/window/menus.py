"""The window's menus: every verb there is, with its words and its keys. What they do is wired elsewhere."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from core.catalog import DEVICES, SHIPPED
from gui.paint.colours import COLOUR_MAPS
from gui.paint.icons import icon
from gui.paint.theme import THEMES
from gui.widgets.construct import named
from gui.words.core_texts import core_text

if TYPE_CHECKING:
    from gui.tabs import Entry

_LONGEST_TITLE = 50  # letters
_Keys = QKeySequence.StandardKey
_ICONS = ("pen", "eraser", "undo", "redo", "clear")  # of the buttons below the sheet


class WindowMenus(QObject):
    """Actions by name. A choice among several is a QActionGroup whose actions carry the choice as data."""

    def __init__(self, window: QMainWindow, pages: Sequence[Entry]) -> None:
        super().__init__(window)
        self._window = window
        self._build_file()
        self._build_edit()
        self._build_draw()
        self._build_model()
        self._build_train()
        self._build_view(pages)
        self._build_help()

    def _build_file(self) -> None:
        menu = self._menu("file_menu", self.tr("&File"))
        tip = self.tr("Put a picture of a digit on the pad: any size, dark on light or light on dark")
        self.open_picture = self._action(menu, "open_picture", self.tr("&Open picture…"), _Keys.Open, tip)
        tip = self.tr("Save the drawing as a PNG picture of 280×280 pixels")
        self.save_drawing = self._action(menu, "save_drawing", self.tr("&Save drawing…"), _Keys.Save, tip)
        tip = self.tr("Save what is in sight for paper or slides: pixels, or SVG, with a caption")
        self.save_figure = self._action(menu, "save_figure", self.tr("Save as &figure…"), "Ctrl+Shift+S", tip)
        menu.addSeparator()
        tip = self.tr("Close the window; choices are remembered")
        self.quit = self._action(menu, "quit", self.tr("&Quit"), _Keys.Quit, tip)

    def _build_edit(self) -> None:
        menu = self._menu("edit_menu", self.tr("&Edit"))
        tip = self.tr("Undo the last stroke or other change")
        self.undo = self._action(menu, "undo", self.tr("&Undo"), _Keys.Undo, tip)
        tip = self.tr("Do again what was undone")
        self.redo = self._action(menu, "redo", self.tr("&Redo"), _Keys.Redo, tip)
        tip = self.tr("Take all ink away; undo brings it back")
        self.clear = self._action(menu, "clear", self.tr("&Clear"), "Del", tip)
        menu.addSeparator()
        tip = self.tr("Copy the drawing as a picture")
        self.copy = self._action(menu, "copy", self.tr("C&opy drawing"), _Keys.Copy, tip)
        tip = self.tr("Copy the view that has the keys, or else the page's first, for paper or slides")
        self.copy_figure = self._action(menu, "copy_figure", self.tr("Copy &figure"), "Ctrl+Alt+C", tip)
        tip = self.tr("Put the copied picture, or picture file, on the pad")
        self.paste = self._action(menu, "paste", self.tr("&Paste picture"), _Keys.Paste, tip)

    def _build_draw(self) -> None:
        menu = self._menu("draw_menu", self.tr("&Draw"))
        self.pen = self._action(menu, "pen", self.tr("&Pen"), "P", self.tr("Draw with ink"))
        tip = self.tr("Take ink away; the right mouse button does so at any time")
        self.eraser = self._action(menu, "eraser", self.tr("&Eraser"), "E", tip)
        tools = QActionGroup(self)
        for tool in (self.pen, self.eraser):
            tool.setCheckable(True)
            tools.addAction(tool)
        self.pen.setChecked(True)
        self.thinner = self._action(menu, "thinner", self.tr("&Thinner brush"), "[", self.tr("Draw thinner"))
        self.thicker = self._action(menu, "thicker", self.tr("T&hicker brush"), "]", self.tr("Draw thicker"))
        menu.addSeparator()
        tip = self.tr(
            "Put a random digit of MNIST's test set on the pad; the network was not trained on it. "
            "The arrow, or Shift and a number key, chooses which digit."
        )
        self.test_digit = self._action(menu, "test_digit", self.tr("Test di&git"), "R", tip)
        self.test_classes = self._menu("test_class_menu", self.tr("Test digit of &class"), menu)
        self.test_class = QActionGroup(self)
        for digit in range(10):
            tip = self.tr("Put a random {digit} of MNIST's test set on the pad").format(digit=digit)
            action = self._action(
                self.test_classes,
                f"test_digit_{digit}",
                self.tr("Test digit {digit}").format(digit=digit),
                f"Shift+{digit}",
                tip,
            )
            action.setData(digit)
            self.test_class.addAction(action)
        labels = self._menu("label_menu", self.tr("&Label as"), menu)
        self.label = QActionGroup(self)
        for digit in range(10):
            tip = self.tr("Keep the drawing in My digits with the label {digit}").format(digit=digit)
            text = self.tr("Label as {digit}")
            action = self._action(labels, f"is_a_{digit}", text.format(digit=digit), f"{digit}", tip)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setData(digit)
            self.label.addAction(action)

    def _build_model(self) -> None:
        menu = self._menu("model_menu", self.tr("&Model"))
        known = [(each.name, core_text(each.title), core_text(each.summary)) for each in SHIPPED.values()]
        self.model = self._choice(menu, "model", known)
        tip = self.tr("The network of the Train tab's run answers; choose another one to answer in its place")
        (self.in_training,) = self._add_choices(
            menu, self.model, "model", [("in_training", self.tr("Network in training"), tip)]
        )
        self.in_training.setData("")
        self.in_training.setVisible(False)
        menu.addSeparator()
        self._recent: list[QAction] = []
        self._model_menu = menu
        self._after_recent = menu.addSeparator()
        tip = self.tr("Use a file of weights that lenet-lab train has written")
        self.open_weights = self._action(menu, "open_weights", self.tr("Open &weights…"), "Ctrl+Shift+O", tip)
        tip = self.tr("Let another network answer the same drawing beside this one")
        self.compare = self._action(menu, "compare", self.tr("&Compare with…"), None, tip)
        menu.addSeparator()
        titles = {
            "auto": self.tr("Best available"),
            "cpu": self.tr("CPU"),
            "cuda": self.tr("CUDA (NVIDIA GPU)"),
            "mps": self.tr("MPS (Apple GPU)"),
        }
        devices = self._menu("device_menu", self.tr("&Device"), menu)
        self.device = self._choice(devices, "device", [(name, titles[name], "") for name in DEVICES])

    def _build_train(self) -> None:
        menu = self._menu("train_menu", self.tr("&Train"))
        self.run = QActionGroup(self)
        tip = self.tr("Train with the Train tab's settings; while a run waits: go on")
        self._add_order(menu, "start", self.tr("&Start or go on with a run"), "F5", tip)
        tip = self.tr("Wait after this batch; nothing is lost")
        self._add_order(menu, "pause", self.tr("&Pause the run"), "F6", tip)
        tip = self.tr("Learn from a single batch, then wait")
        self._add_order(menu, "step", self.tr("Train for &one step"), "F7", tip)
        tip = self.tr("Run to the end of this epoch, then wait")
        self._add_order(menu, "epoch", self.tr("Train for one &epoch"), "F8", tip)
        tip = self.tr("End the run; it is kept, and can go on later from where it is")
        self._add_order(menu, "stop", self.tr("S&top the run"), "Shift+F5", tip)

    def _add_order(self, menu: QMenu, name: str, text: str, keys: str, tip: str) -> None:
        action = self._action(menu, f"run_{name}", text, keys, tip)
        action.setData(name)
        self.run.addAction(action)

    def _build_view(self, entries: Sequence[Entry]) -> None:
        menu = self._menu("view_menu", self.tr("&View"))
        titles = {
            "system": self.tr("Follow the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
            "blue-orange": self.tr("Blue – orange"),
            "purple-green": self.tr("Purple – green"),
            "gray": self.tr("Black – white"),
        }
        themes = self._menu("theme_menu", self.tr("&Theme"), menu)
        self.theme = self._choice(themes, "theme", [(name, titles[name], "") for name in THEMES])
        colours = self._menu("colours_menu", self.tr("&Colours"), menu)
        maps = [(name, titles[name], "") for name in COLOUR_MAPS]
        self.colour_map = self._choice(colours, "colours", maps)
        tip = self.tr("A colour means the same value in every layer; else each layer uses its own range")
        self.shared_range = self._action(
            menu, "shared_range", self.tr("One &range for all layers"), "Ctrl+R", tip
        )
        tip = self.tr("Show the number that each probability comes from")
        self.show_logits = self._action(menu, "show_logits", self.tr("Show &logits"), "Ctrl+L", tip)
        menu.addSeparator()
        pages = self._menu("page_menu", self.tr("&Page"), menu)
        self.page = self._choice(pages, "page", [(page.name, page.title, page.purpose) for page in entries])
        for number, action in enumerate(self.page.actions()[:9], start=1):
            action.setShortcut(QKeySequence(f"Ctrl+{number}"))
        tip = self.tr("Text and graphics larger")
        self.larger = self._action(menu, "larger", self.tr("&Larger"), "Ctrl++", tip)
        self.larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        tip = self.tr("Text and graphics smaller")
        self.smaller = self._action(menu, "smaller", self.tr("&Smaller"), "Ctrl+-", tip)
        tip = self.tr("Text and graphics as large as suits the window")
        self.usual_size = self._action(menu, "usual_size", self.tr("&Usual size"), "Ctrl+0", tip)
        menu.addSeparator()
        tip = self.tr("Nothing but pad and page, on the whole screen; the same key ends it")
        self.presentation = self._action(menu, "presentation", self.tr("&Presentation"), "F11", tip)
        tip = self.tr("A ring around the pointer, for those who follow on a projector")
        self.pointer_ring = self._action(
            menu, "pointer_ring", self.tr("R&ing around the pointer"), "Shift+F11", tip
        )
        tip = self.tr("Put the pad away: the page has its room")
        self.fold_pad = self._action(menu, "fold_pad", self.tr("&Hide the pad"), "F9", tip)
        tip = self.tr("Put the page's tools away: layers and curves have their room")
        self.fold_tools = self._action(menu, "fold_tools", self.tr("Hide the &tools"), "Shift+F9", tip)
        menu.addSeparator()
        tip = self.tr("Begin next time with this drawing and this page; else with a sample")
        self.remember = self._action(menu, "remember", self.tr("Re&member drawing and page"), None, tip)
        for switch in (self.presentation, self.pointer_ring, self.fold_pad, self.fold_tools, self.remember):
            switch.setCheckable(True)
        self.shared_range.setCheckable(True)
        self.show_logits.setCheckable(True)

    def _build_help(self) -> None:
        menu = self._menu("help_menu", self.tr("&Help"))
        tip = self.tr("Type what it might be called; Enter does it")
        self.find = self._action(menu, "find", self.tr("&Find a command or page…"), "Ctrl+K", tip)
        tip = self.tr("A sentence on what to do next, and a button that does it")
        self.what_now = self._action(menu, "what_now", self.tr("What &now?"), "Ctrl+F1", tip)
        tip = self.tr("Five steps through the window, each done by doing it")
        self.tour = self._action(menu, "tour", self.tr("&Tour"), None, tip)
        tip = self.tr("The terms of the field that the window uses, and where d2l explains them")
        self.glossary = self._action(menu, "glossary", self.tr("&Glossary…"), None, tip)
        tip = self.tr("Then click on anything: it says what it is, and which idea is behind it")
        self.whats_this = self._action(menu, "whats_this", self.tr("&What's This?"), "Shift+F1", tip)
        tip = self.tr("All keys on one page")
        self.shortcuts = self._action(
            menu, "shortcuts", self.tr("&Keyboard shortcuts"), _Keys.HelpContents, tip
        )
        tip = self.tr("Version, licence, where things are kept")
        self.about = self._action(menu, "about", self.tr("&About LeNet Lab"), None, tip)

    def _menu(self, name: str, title: str, parent: QMenu | None = None) -> QMenu:
        menu = parent.addMenu(title) if parent else self._window.menuBar().addMenu(title)
        menu.setObjectName(name)
        menu.setToolTipsVisible(True)
        return menu

    def _action(self, menu: QMenu, name: str, text: str, keys: _Keys | str | None, tip: str) -> QAction:
        action = named(menu.addAction(text), name)
        if name in _ICONS:
            action.setIcon(icon(name))
            action.setIconVisibleInMenu(False)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(self.tr("{tip} ({keys})").format(tip=tip, keys=shown) if shown else tip)
        action.setStatusTip(tip)
        action.setWhatsThis(tip)
        self._window.addAction(action)  # its keys work while the menu bar is hidden
        return action

    def _choice(self, menu: QMenu, prefix: str, choices: Iterable[tuple[str, str, str]]) -> QActionGroup:
        group = QActionGroup(self)
        self._add_choices(menu, group, prefix, choices)
        return group

    def _add_choices(
        self, menu: QMenu, group: QActionGroup, prefix: str, choices: Iterable[tuple[str, str, str]]
    ) -> list[QAction]:
        actions = []
        for name, title, tip in choices:
            action = self._action(menu, f"{prefix}_{name.replace('-', '_')}", title, None, tip)
            action.setCheckable(True)
            action.setData(name)
            group.addAction(action)
            actions.append(action)
        return actions

    def set_devices(self, names: Container[str]) -> None:
        """Offer these devices, and no others."""
        for action in self.device.actions():
            action.setVisible(action.data() in names)

    def set_recent(self, files: Sequence[tuple[str, str]]) -> None:
        """Offer files of weights, each by its path and title, among the networks to choose from."""
        for action in self._recent:
            self.model.removeAction(action)
            self._model_menu.removeAction(action)
            action.setParent(None)
            action.deleteLater()  # it may be the one that was chosen just now
        self._recent = []
        for place, (path, title) in enumerate(files):
            # Both come from files: a menu would take & for a key, and show any letters, in any direction.
            action = named(QAction(_shown(title), self), f"model_recent_{place}", _shown(path, 200))
            action.setCheckable(True)
            action.setData(path)
            self.model.addAction(action)
            self._model_menu.insertAction(self._after_recent, action)
            self._recent.append(action)


def _shown(text: str, longest: int = _LONGEST_TITLE) -> str:
    """A name from a file as a menu can show it."""
    text = "".join(letter if letter.isprintable() else "·" for letter in text)
    if len(text) > longest:
        text = f"{text[: longest // 2]}…{text[-longest // 2 :]}"
    return text.replace("&", "&&")
