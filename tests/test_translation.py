"""Every sentence can be said in another language: a made-up one shows that none is missed or cut off."""

from __future__ import annotations

import ast
import contextlib
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from driving import view_of
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot
from sentences import TOOLS, calls, core_sentences, messages, sources, update

from core.data.datasets import load_mnist
from core.errors import FileProblem, LabError
from core.training.config import TrainingConfig
from gui.main_window import MainWindow
from gui.processes.training_run import RunState
from gui.tabs import entries
from gui.widgets.steady_label import SteadyLabel, SteadyText
from gui.words.core_texts import core_text, in_words

OPEN, CLOSE = "⟦", "⟧"


def longer(sentence: str) -> str:
    """A sentence of the made-up language: between brackets, and a third longer."""
    return f"{OPEN}{sentence}{'~' * (len(sentence) // 3)}{CLOSE}"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .ts file that pyside6-lupdate writes."""
    path = tmp_path_factory.mktemp("i18n") / "lenet_lab_xx.ts"
    update(path)
    return path


@pytest.fixture
def made_up(catalogue: Path, tmp_path: Path, qapp: QApplication) -> Iterator[QTranslator]:
    """The made-up language, ready to be installed."""
    tree = ElementTree.parse(catalogue)
    for message in tree.getroot().iter("message"):
        translation = message.find("translation")
        assert translation is not None
        translation.attrib.clear()
        translation.text = longer(message.findtext("source", ""))
    path = tmp_path / "lenet_lab_xx.ts"
    tree.write(path, encoding="utf-8", xml_declaration=True)
    compiled = path.with_suffix(".qm")
    subprocess.run([TOOLS / "pyside6-lrelease", path, "-qm", compiled], check=True, capture_output=True)
    translator = QTranslator()
    assert translator.load(str(compiled))
    yield translator
    qapp.removeTranslator(translator)


def test_lupdate_finds_every_sentence_of_the_source_where_it_is_looked_up(catalogue: Path) -> None:
    wanted: set[tuple[str, str]] = set()
    count = 0
    for path in sources("gui"):
        for name, call, owner in calls(path):
            if name == "tr":
                where, text = ast.Constant(owner), call.args[0]
                assert isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "self"
            elif name == "translate" and isinstance(call.func, ast.Name):
                where, text = call.args  # type: ignore[assignment]
            else:
                continue
            if path.name == "core_texts.py":  # core's: see below
                continue
            assert isinstance(where, ast.Constant) and where.value, f"{path}:{call.lineno}"
            assert isinstance(text, ast.Constant), f"{path}:{call.lineno} is no literal"
            wanted.add((str(where.value), str(text.value)))
            count += 1
    assert count > 1200
    assert messages(catalogue) - {("Core", text) for text in core_sentences()} == wanted


def test_core_s_sentences_are_literals_and_found(catalogue: Path) -> None:
    found = core_sentences()
    assert len(found) > 100
    assert {("Core", text) for text in found} <= messages(catalogue)


def test_an_error_is_told_in_the_user_s_language(qapp: QApplication, made_up: QTranslator) -> None:
    assert in_words(FileProblem("There is no file {path}.", path="a.png")) == "There is no file a.png."
    qapp.installTranslator(made_up)
    told = in_words(FileProblem("There is no file {path}.", path="a{b}.png"))
    assert told.startswith(f"{OPEN}There is no file a{{b}}.png.") and told.endswith(CLOSE)
    inner = FileProblem("There is no file {path}.", path="x")
    assert in_words(LabError("{path}: {reason}.", path="y", reason=inner)).count(OPEN) == 2
    assert in_words(ValueError("as it is")) == "as it is"
    assert core_text("LeNet (ReLU, max pooling)").startswith(OPEN)


def texts(window: QWidget) -> Iterator[tuple[QWidget | QAction, str, str]]:
    """What a window's parts say: the part, where, and the text."""
    for widget in (window, *window.findChildren(QWidget)):
        yield widget, "tool tip", widget.toolTip()
        yield widget, "accessible name", widget.accessibleName()
        if isinstance(widget, QLabel | QAbstractButton | SteadyLabel | SteadyText):
            yield widget, "text", widget.text()
        if isinstance(widget, QGroupBox):
            yield widget, "title", widget.title()
        if isinstance(widget, QLineEdit):
            yield widget, "placeholder", widget.placeholderText()
        if isinstance(widget, QTabWidget):
            for index in range(widget.count()):
                yield widget, "tab", widget.tabText(index)
                yield widget, "tab's tool tip", widget.tabToolTip(index)
        if isinstance(widget, QComboBox):
            for index in range(widget.count()):
                yield widget, "item", widget.itemText(index)
    for action in window.findChildren(QAction):
        if action.objectName():
            yield action, "text", action.text()
            yield action, "tool tip", action.toolTip()


WORD = re.compile(r"[A-Za-z]{3,}")
# What has words and is the same in every language: names of layers, optimisers, files, PyTorch's code, units.
NAMES = re.compile(
    r"LeNet Lab|conv\d|relu\d|pool\d|flatten|fc\d|softmax|sigmoid\d|SGD|Adam\w*|CPU|CUDA|MPS|PyTorch|nn\.\w+"
    r"|[\w/.]*\.(py|png|safetensors|ini|json|csv)|(Ctrl|Shift|Alt|Del|Esc|Space|Home)\b"
)


def untranslated(said: str) -> bool:
    """Whether words stand outside of the made-up language's brackets."""
    plain = re.sub(r"<code>.*?</code>|<[^>]*>|&\w+;", " ", said)
    depth, outside = 0, ""
    for character in plain:
        depth += (character == OPEN) - (character == CLOSE)
        if depth == 0:
            outside += character
    return bool(WORD.search(NAMES.sub(" ", outside)))


def test_no_sentence_of_the_window_is_missed(
    open_window: Callable[..., MainWindow], made_up: QTranslator, qapp: QApplication, qtbot: QtBot
) -> None:
    qapp.installTranslator(made_up)
    window = open_window()
    for entry in entries():
        window.open_tab(entry.name)
    inspect = view_of(window, "inspect")
    for tool in ("arithmetic", "slide", "kernels", "change", "code"):
        inspect.build_tool(tool)
    missed = {
        (part.objectName() or type(part).__name__, where, said)
        for part, where, said in texts(window)
        if said and untranslated(said) and not part.objectName().startswith(("qt_", "Scroll"))  # Qt's own
    }
    assert not missed, "\n".join(map(str, sorted(missed)))


def cut_off(window: QWidget) -> Iterator[tuple[str, str]]:
    """The parts in sight whose words have no room: the name, and the text."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not widget.visibleRegion():
            continue
        name = widget.objectName() or type(widget).__name__
        if isinstance(widget, QLabel) and widget.text():
            wanted, wraps = widget.sizeHint(), widget.wordWrap()
            height = widget.heightForWidth(widget.width()) if wraps else wanted.height()
            if height > widget.height() + 1 or (not wraps and wanted.width() > widget.width() + 1):
                yield name, widget.text()
        elif isinstance(widget, QCheckBox) and widget.sizeHint().width() > widget.width() + 1:
            yield name, widget.text()
        elif isinstance(widget, QPushButton):
            room = widget.visibleRegion().boundingRect().width() - 4
            if widget.fontMetrics().horizontalAdvance(widget.text()) > room:
                yield name, widget.text()


@pytest.mark.slow
def test_nothing_is_cut_off_in_a_longer_language(
    open_window: Callable[..., MainWindow], made_up: QTranslator, qapp: QApplication, qtbot: QtBot
) -> None:
    qapp.installTranslator(made_up)
    window = open_window()
    window.resize(1400, 900)
    window.canvas.place(load_mnist("test").images[0])
    qtbot.waitUntil(lambda: window._engine.prediction is not None)
    found: set[tuple[str, str, str]] = set()
    for entry in entries():
        window.open_tab(entry.name)
        view = view_of(window, entry.name)
        inner = next(
            (getattr(view, name) for name in ("tools", "views", "pages") if hasattr(view, name)), None
        )
        for index in range(1 if inner is None else inner.count()):
            if inner is not None:
                inner.setCurrentIndex(index)
            with contextlib.suppress(TimeoutError):  # layouts may take a moment
                qtbot.waitUntil(lambda: not list(cut_off(window)), timeout=2_000)
            found |= {(f"{entry.name} {index}", *cut) for cut in cut_off(window)}
    assert not found, "\n".join(map(str, sorted(found)))


@pytest.mark.slow
def test_the_language_changes_while_the_program_runs_and_drawing_run_and_tab_stay(
    open_window: Callable[..., MainWindow], made_up: QTranslator, qapp: QApplication, qtbot: QtBot
) -> None:
    window = open_window()
    window.canvas.place(load_mnist("test").images[0])
    ink = window.canvas.ink()
    qtbot.waitUntil(lambda: window._engine.prediction is not None)
    view_of(window, "inspect").select_layer(5)
    train: Any = window.open_tab("train")
    view, run = view_of(window, "train"), window._context.run
    config = TrainingConfig(epochs=50, digits=700, validation=100, batch_size=64, device="cpu")
    view.form.set_config(config)
    with qtbot.waitSignal(run.started, timeout=60_000):
        train.desk.start()
    qtbot.waitUntil(lambda: train.desk.open_run.history.step > 3, timeout=60_000)
    path = train.desk.open_run.path

    qapp.installTranslator(made_up)
    QCoreApplication.processEvents()

    assert window.menuBar().actions()[0].text().startswith(OPEN)
    assert window.page == "train"
    assert window._pages.page("train").tab is not None  # at once: else the run's news would be lost
    assert run.state is RunState.RUNNING
    train = window.open_tab("train")
    view = view_of(window, "train")
    assert train.desk.open_run.path == path
    assert view.form.config() == config
    step = train.desk.open_run.history.step
    assert step > 3
    qtbot.waitUntil(lambda: train.desk.open_run.history.step > step, timeout=60_000)  # it goes on here
    assert np.array_equal(window.canvas.ink(), ink) and window.canvas.can_undo() and window.canvas.isVisible()
    assert window._pad.answer._digit.text()
    window.open_tab("inspect")
    inspect = view_of(window, "inspect")
    assert inspect._selected == 5
    with qtbot.waitSignal(run.ended, timeout=60_000):
        run.stop()

    qapp.removeTranslator(made_up)
    QCoreApplication.processEvents()
    assert window.page == "inspect"
    assert not window.menuBar().actions()[0].text().startswith(OPEN)
    window.canvas.undo()
    assert window.canvas.is_empty()


def test_changes_by_hand_outlive_a_change_of_language(
    window: MainWindow, made_up: QTranslator, qapp: QApplication, qtbot: QtBot
) -> None:
    window.canvas.place(load_mnist("test").images[0])
    qtbot.waitUntil(lambda: window._engine.prediction is not None)
    view_of(window, "inspect").change.session.switch("conv1", 2, False)
    window._menus.eraser.setChecked(True)
    qtbot.waitUntil(lambda: window._engine.prediction.original is not None)
    qapp.installTranslator(made_up)
    QCoreApplication.processEvents()
    assert window._menus.eraser.isChecked() and not window._menus.pen.isChecked()
    session = view_of(window, "inspect").change.session
    assert session.is_modified and session.state.silenced == {"conv1": frozenset({2})}
    with qtbot.waitSignal(window._engine.predicted, timeout=10_000) as answered:
        session.stack.undo()
    assert answered.args[0].original is None
