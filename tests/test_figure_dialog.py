"""Taking figures along: the dialog by clicks and keys, menus, clipboard, files, and what goes wrong."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import action, button, child, click, click_button, message, press, settle, text, view_of
from figures import size_in_mm, texts
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from core.errors import FileProblem
from core.files import atomic
from core.files.own_folder import OwnFolder
from core.records import Prediction
from gui.main_window import MainWindow
from gui.window.figure_advice import warnings_of
from gui.window.figure_dialog import FigureDialog
from gui.window.figure_print import Preview
from gui.window.settings import Settings

Drawn = tuple[MainWindow, Prediction]
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(seven_drawn: Drawn, qtbot: QtBot) -> Iterator[FigureDialog]:
    window, _ = seven_drawn
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(window.canvas, Qt.Key.Key_S, CONTROL | SHIFT)
    found = child(window, FigureDialog)
    qtbot.waitUntil(lambda: not found.preview.picture.isNull())
    yield found


def choose(dialog: FigureDialog, title: str) -> None:
    items = dialog.list.findItems(title, Qt.MatchFlag.MatchExactly)
    click(dialog.list.viewport(), dialog.list.visualItemRect(items[0]).center())
    assert dialog.figure.title == title


def save_as(dialog: FigureDialog, path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> str:
    """Click Save…, name a file, and return what is said of it."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    click_button(dialog, "figure_save")
    qtbot.waitUntil(lambda: text(dialog, "figure_message") != "", timeout=20_000)
    return text(dialog, "figure_message")


def clipboard_svg() -> bytes:
    return bytes(QGuiApplication.clipboard().mimeData().data("image/svg+xml").data())


def test_what_is_in_sight_can_be_chosen(dialog: FigureDialog) -> None:
    shown = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert shown == ["All layers", "conv1", "Arithmetic", "Answer", "Drawing"]
    assert dialog.figure.title == "Drawing"  # the pad has the keys
    assert dialog.caption.toPlainText().startswith("Drawing. LeNet")


def test_another_figure_has_another_preview_and_caption(dialog: FigureDialog, qtbot: QtBot) -> None:
    before = dialog.preview.picture
    choose(dialog, "conv1")
    qtbot.waitUntil(lambda: dialog.preview.picture != before)
    assert dialog.caption.toPlainText().startswith("conv1. LeNet")
    assert dialog.preview.picture.height() <= dialog.preview.height()
    assert dialog.preview.picture.width() <= dialog.preview.width()


def test_pixels_and_svg_come_to_the_clipboard(dialog: FigureDialog) -> None:
    choose(dialog, "All layers")
    dialog.width_box.setValue(8.0)
    click_button(dialog, "figure_copy")
    image = QGuiApplication.clipboard().image()
    assert image.width() == round(8 / 2.54 * 300)
    svg = clipboard_svg()
    assert size_in_mm(svg)[0] == pytest.approx(80, rel=0.01)
    assert "conv1" in texts(svg) and dialog.words.endswith(texts(svg)[-1])
    assert "on the clipboard" in text(dialog, "figure_message")


def test_a_typed_caption_is_kept_for_its_figure(dialog: FigureDialog) -> None:
    choose(dialog, "All layers")
    dialog.caption.selectAll()
    QTest.keyClicks(dialog.caption, "Figure 1.")
    choose(dialog, "conv1")
    assert dialog.caption.toPlainText().startswith("conv1.")
    choose(dialog, "All layers")
    assert dialog.words == "Figure 1."
    click_button(dialog, "figure_copy")
    assert "Figure 1." in texts(clipboard_svg())
    click_button(dialog, "figure_with_caption")
    assert dialog.words == "" and not dialog.caption.isEnabled()
    click_button(dialog, "figure_copy")
    assert "Figure 1." not in texts(clipboard_svg())


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_file_is_written_whole(
    dialog: FigureDialog, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    click_button(dialog, f"figure_{suffix}")
    choose(dialog, "All layers")
    assert save_as(dialog, tmp_path / "strip", monkeypatch, qtbot) == f"Saved {tmp_path / f'strip.{suffix}'}"
    content = (tmp_path / f"strip.{suffix}").read_bytes()
    if suffix == "svg":
        assert "conv1" in texts(content)
    else:
        image = QImage.fromData(content)
        assert image.width() == 1890 and image.text("Description") == dialog.words
    assert Settings().folder == str(tmp_path)


def test_what_was_chosen_is_remembered(dialog: FigureDialog, seven_drawn: Drawn, qtbot: QtBot) -> None:
    dialog.width_box.setValue(7.5)
    click_button(dialog, "figure_svg")
    click_button(dialog, "figure_with_caption")
    settings = Settings()
    assert (settings.figure_width, settings.figure_format, settings.figure_caption) == (7.5, "svg", False)
    press(dialog, Qt.Key.Key_Escape)
    window, _ = seven_drawn
    qtbot.waitUntil(lambda: not window.findChildren(FigureDialog))
    action(window, "save_figure").trigger()
    again = child(window, FigureDialog)
    assert (again.width_box.value(), again.svg.isChecked(), again.words) == (7.5, True, "")


def test_settings_of_figures_that_make_no_sense_are_forgotten() -> None:
    settings = Settings()
    for nonsense in ("9", "1001", "many"):
        settings.store.setValue("figure_width", nonsense)
        assert settings.figure_width == 16.0
    settings.store.setValue("figure_format", "exe")
    assert settings.figure_format == "png"


def test_too_many_pixels_are_refused_and_svg_is_not(dialog: FigureDialog, qtbot: QtBot) -> None:
    choose(dialog, "Drawing")
    dialog.width_box.setValue(100)
    qtbot.waitUntil(lambda: "100 million pixels" in text(dialog, "figure_message"))
    assert not button(dialog, "figure_save").isEnabled() and not button(dialog, "figure_copy").isEnabled()
    click_button(dialog, "figure_svg")
    qtbot.waitUntil(lambda: button(dialog, "figure_save").isEnabled())
    assert text(dialog, "figure_message") == "" and text(dialog, "figure_size").startswith("100.0 × ")


def test_a_folder_that_cannot_be_written_is_told(
    dialog: FigureDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("no folder")
    for kind in ("png", "svg"):
        click_button(dialog, f"figure_{kind}")
        dialog.show_preview()
        said = save_as(dialog, tmp_path / "file" / f"figure.{kind}", monkeypatch, qtbot)
        assert "could not be written" in said and "Choose another folder" in said
    assert (tmp_path / "file").read_text() == "no folder"


def test_on_a_full_disk_the_former_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "figure.svg"
    assert atomic.save(path, b"former") == path

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(OwnFolder, "write", full)
    with pytest.raises(FileProblem, match="No space left on device"):
        atomic.save(path, b"new")
    assert path.read_bytes() == b"former"


def test_a_view_that_is_gone_is_told_and_nothing_is_copied(dialog: FigureDialog, seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    choose(dialog, "All layers")
    QGuiApplication.clipboard().setText("before")
    view_of(window, "inspect").strip.hide()
    click_button(dialog, "figure_copy")
    assert text(dialog, "figure_message") == "“All layers” is not in sight any more."
    assert QGuiApplication.clipboard().text() == "before"
    delete(view_of(window, "inspect").large)
    choose(dialog, "conv1")
    dialog.show_preview()
    assert "not in sight" in text(dialog, "figure_message") and dialog.preview.picture.isNull()


# Without the dialog


def test_the_view_with_the_keys_is_copied_or_else_the_first(seven_drawn: Drawn, qtbot: QtBot) -> None:
    window, _ = seven_drawn
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view_of(window, "inspect").large.currentWidget().setFocus()
    action(window, "copy_figure").trigger()
    assert "<title>conv1</title>" in clipboard_svg().decode()
    window.menuBar().setFocus()
    action(window, "copy_figure").trigger()
    assert "<title>All layers</title>" in clipboard_svg().decode()


def right_click(window: MainWindow, widget: object, at: QPoint) -> list[QMenu]:
    """The menus that a right click opens."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtGui import QContextMenuEvent

    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))  # type: ignore[attr-defined]
    QCoreApplication.sendEvent(widget, event)  # type: ignore[arg-type]
    settle()
    return [each for each in window.findChildren(QMenu, "figure_menu") if each.isVisible()]


def test_a_right_click_offers_the_view_under_the_mouse(seven_drawn: Drawn, qtbot: QtBot) -> None:
    window, _ = seven_drawn
    strip = view_of(window, "inspect").strip
    (menu,) = right_click(window, strip, QPoint(50, 50))
    copy, save = menu.actions()
    copy.trigger()
    assert "<title>All layers</title>" in clipboard_svg().decode()
    save.trigger()
    assert child(window, FigureDialog).figure.title == "All layers"
    menu.close()


def test_the_right_button_goes_on_erasing_on_the_sheet(seven_drawn: Drawn) -> None:
    window, _ = seven_drawn
    assert right_click(window, window.canvas, QPoint(40, 40)) == []


def test_without_a_page_the_pad_is_there(seven_drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    window, _ = seven_drawn
    monkeypatch.setattr(type(window._figures), "figures", lambda _: [])
    action(window, "save_figure").trigger()
    assert "Nothing is in sight" in message(window) and not window.findChildren(FigureDialog)
    action(window, "copy_figure").trigger()
    assert "Nothing is in sight" in message(window)


def test_what_no_page_holds_is_told_with_the_width_that_fits(dialog: FigureDialog, qtbot: QtBot) -> None:
    choose(dialog, "Answer")
    dialog.width_box.setValue(20)
    qtbot.waitUntil(lambda: "cm tall: more than a page" in text(dialog, "figure_advice"))
    (fits,) = re.findall(r"([\d.]+) cm wide, it fits on one", text(dialog, "figure_advice"))
    dialog.width_box.setValue(float(fits))
    qtbot.waitUntil(lambda: text(dialog, "figure_advice") == "")
    dialog.width_box.setValue(4)
    qtbot.waitUntil(lambda: "too small to read on paper" in text(dialog, "figure_advice"))
    (wide,) = re.findall(r"([\d.]+) cm wide, they are 6 pt", text(dialog, "figure_advice"))
    dialog.width_box.setValue(float(wide))
    qtbot.waitUntil(lambda: text(dialog, "figure_advice") == "")


def test_where_no_width_is_good_it_is_said() -> None:
    tall = Preview(QImage(), QSize(1000, 4000), 8.0)
    (sentence,) = warnings_of(16, tall)
    assert sentence.startswith("64.0 cm tall: more than a page, and 6.0 cm wide")
    assert warnings_of(16, Preview(QImage(), QSize(1000, 1500), 6.0)) == []
