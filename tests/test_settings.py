"""What the program remembers is checked before it is used; what makes no sense is logged and forgotten."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driving import action, child, settle
from PySide6.QtCore import QByteArray, QRect, QSettings, QStandardPaths, Qt
from PySide6.QtWidgets import QSplitter, QWidget
from pytestqt.qtbot import QtBot

from core.catalog import DEFAULT_MODEL
from gui.main_window import MainWindow
from gui.pad.drawing_canvas import DEFAULT_BRUSH
from gui.widgets.construct import split
from gui.window.settings import Settings

ROOM = QRect(0, 0, 800, 800)  # the offscreen screen


@pytest.fixture
def ini(own_settings: Path) -> Path:
    (own_settings / "LeNet Lab").mkdir(parents=True)
    return own_settings / "LeNet Lab" / "lenet-lab.ini"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    with caplog.at_level(logging.WARNING):
        yield lambda: caplog.text


def splitter(qtbot: QtBot, parts: int = 2) -> QSplitter:
    made = QSplitter(Qt.Orientation.Horizontal)
    qtbot.addWidget(made)
    made.setObjectName("some_splitter")
    split(made, *((QWidget(made), 1) for _ in range(parts)))
    made.resize(600, 100)
    return made


# Single settings

VALUES: dict[str, tuple[Callable[[Settings], object], object, list[str]]] = {
    "brush": (
        lambda kept: kept.brush,
        DEFAULT_BRUSH,
        ["wide", "0", "41", "-8", "9" * 4000, "9" * 5000],
    ),
    "theme": (lambda kept: kept.theme, "system", ["purple", "7", "a, b"]),
    "device": (lambda kept: kept.device, "auto", ["7", ""]),
    "colour_map": (lambda kept: kept.colour_map, "", ["none"]),
    "model": (
        lambda kept: kept.model,
        DEFAULT_MODEL,
        ["", "m" * 4097, '"a\\x1b"', "@ByteArray(abc)", "a, b"],
    ),
    "folder": (lambda kept: kept.folder, str(Path.home()), ["f" * 4097]),
    "shared_range": (lambda kept: kept.shared_range, False, ["perhaps", "1"]),
    "show_logits": (lambda kept: kept.show_logits, False, ["yes"]),
}


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, (_, _, values) in VALUES.items() for value in values]
)
def test_a_setting_that_makes_no_sense_is_logged_and_forgotten(
    ini: Path, key: str, value: str, log: Callable[[], str]
) -> None:
    ini.write_text(f"[General]\n{key}={value}\n")
    read, default, _ = VALUES[key]
    settings = Settings()
    found = read(settings)
    assert found == (default or found)
    assert log().count(f"the setting {key} makes no sense") == 1
    assert not settings.store.contains(key)
    assert read(settings) == found and log().count("makes no sense") == 1  # told once


def test_the_first_file_goes_to_the_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = tmp_path / "Documents"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(documents))
    assert Settings().folder == str(Path.home())  # there are none
    documents.mkdir()
    assert Settings().folder == str(documents)
    Settings().folder = str(tmp_path)
    assert Settings().folder == str(tmp_path)


def test_settings_that_make_sense_come_back_and_nothing_is_logged(ini: Path, log: Callable[[], str]) -> None:
    first = Settings()
    first.model, first.folder, first.brush = "/größer/大 ‍ .safetensors", "/with, a comma", 12
    first.theme, first.device, first.shared_range = "dark", "cpu", True
    first.store.sync()
    second = Settings()
    assert (second.model, second.folder, second.brush) == (first.model, first.folder, 12)
    assert (second.theme, second.device, second.shared_range) == ("dark", "cpu", True)
    assert not second.show_logits
    assert Settings().path == ini and log() == ""


def test_a_network_to_compare_that_makes_no_sense_is_logged_and_forgotten(
    open_window: Callable[..., MainWindow], ini: Path, log: Callable[[], str]
) -> None:
    ini.write_text("[compared]\n0=nonsense\n1=weights:lenet\n")
    window = open_window()
    window.open_tab("compare")
    assert "the setting compared/0 makes no sense" in log() and "compared/1" not in log()
    assert not window._settings.store.contains("compared/0")


# Sizes and places


def test_files_that_were_open_lately_come_back_the_newest_first(ini: Path) -> None:
    settings = Settings()
    for number in range(9):
        settings.remember_recent(f"/weights/{number}.safetensors", f"Number {number}")
    settings.remember_recent("/weights/5.safetensors", "Five")
    found = Settings().recent()
    assert [title for _, title in found] == ["Five", *(f"Number {number}" for number in (8, 7, 6, 4, 3))]
    settings.forget_recent("/weights/7.safetensors")
    assert [path for path, _ in Settings().recent()] == [f"/weights/{n}.safetensors" for n in (5, 8, 6, 4, 3)]


def test_files_opened_lately_that_make_no_sense_are_left_out(ini: Path, log: Callable[[], str]) -> None:
    long = "/" + "x" * 5000
    ini.write_text(
        f"[recent]\n0\\path=relative.safetensors\n1\\path={long}\n2\\path=/good.safetensors\n"
        "3\\path=/good.safetensors\n3\\title=Twice\n4\\title=Of no file\n5\\path=/a\\x1b.safetensors\n"
        "6\\path=/one/too/many.safetensors\n"
    )
    assert Settings().recent() == [("/good.safetensors", "good.safetensors")]
    for place in (0, 1, 5):
        assert f"the setting recent/{place}/path makes no sense" in log()


def test_a_splitter_s_sizes_come_back(qtbot: QtBot, ini: Path) -> None:
    first, second = splitter(qtbot), splitter(qtbot)
    assert not Settings().restore_sizes(second)
    first.show()
    first.setSizes([150, 450 - first.handleWidth()])
    settings = Settings()
    settings.remember_sizes(first)
    settings.store.sync()
    second.show()
    assert Settings().restore_sizes(second)
    assert second.sizes() == first.sizes() and first.sizes()[0] == 150


@pytest.mark.parametrize(
    "value",
    ["100", "100 200 300", "0 0", "-5 10", "16777215 100001", "a b", "9" * 4000, "1.5 2", "@Rect(0 0 1 1)"],
)
def test_sizes_that_make_no_sense_change_nothing(
    qtbot: QtBot, ini: Path, value: str, log: Callable[[], str]
) -> None:
    ini.write_text(f"[sizes]\nsome_splitter={value}\n")
    shown = splitter(qtbot)
    shown.show()
    before = shown.sizes()
    assert not Settings().restore_sizes(shown)
    assert shown.sizes() == before and shown.width() == 600
    assert ("makes no sense" in log()) == (value != "0 0")


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("10 20 300 200 0", QRect(10, 20, 300, 200)),
        ("-500 -400 300 200 0", QRect(0, 0, 300, 200)),
        ("9000 9000 300 200 0", QRect(500, 600, 300, 200)),
        ("10 20 99999 99999 0", ROOM),
        ("700 20 300 200 1", QRect(500, 20, 300, 200)),
        ("10 20 -300 0 0", QRect(10, 20, 1, 1)),
    ],
)
def test_a_window_comes_back_where_there_is_a_screen(
    qtbot: QtBot, ini: Path, kept: str, expected: QRect
) -> None:
    ini.write_text(f"[General]\nwindow={kept}\n")
    window = QWidget()
    qtbot.addWidget(window)
    assert window.screen().availableGeometry() == ROOM
    Settings().restore_window(window)
    assert window.geometry() == expected
    assert window.isMaximized() == kept.endswith("1")


@pytest.mark.parametrize(
    "value", ["10 20 300 200", "10 20 16777215 200 0", "10 20 300 16777215 0", "a", "100001 0 9 9 0"]
)
def test_a_place_that_makes_no_sense_changes_nothing(
    qtbot: QtBot, ini: Path, value: str, log: Callable[[], str]
) -> None:
    ini.write_text(f"[General]\nwindow={value}\n")
    window = QWidget()
    qtbot.addWidget(window)
    before = window.geometry()
    Settings().restore_window(window)
    assert window.geometry() == before and "the setting window makes no sense" in log()


def test_a_maximized_window_is_remembered_with_the_size_that_it_goes_back_to(qtbot: QtBot, ini: Path) -> None:
    window, again = QWidget(), QWidget()
    for each in (window, again):
        qtbot.addWidget(each)
    window.setGeometry(30, 40, 300, 200)
    window.show()
    settings = Settings()
    settings.remember_window(window)
    settings.restore_window(again)
    assert again.geometry() == window.geometry() == QRect(30, 40, 300, 200)
    window.showMaximized()
    qtbot.waitUntil(lambda: window.width() > 700)
    settings.remember_window(window)
    again.setGeometry(1, 2, 3, 4)
    settings.restore_window(again)
    assert again.geometry() == QRect(30, 40, 300, 200) and again.isMaximized()


def test_what_qt_once_packed_is_not_unpacked_and_does_not_stay(ini: Path) -> None:
    old = QSettings(str(ini), QSettings.Format.IniFormat)
    old.setValue("geometry/inspect_splitter", QByteArray(b"\0\0\0\xff\0\0\0\1\0\xff\xff\xff"))
    old.setValue("theme", "dark")
    old.sync()
    settings = Settings()
    assert settings.theme == "dark"
    assert [key for key in settings.store.allKeys() if key.startswith("geometry")] == []


SPLITTERS = {"inspect": ["inspect_splitter", "inspect_tools_splitter"], "": ["window_splitter"]}
for _name in ("train", "compare", "my_digits"):
    SPLITTERS[_name] = [f"{_name}_splitter"]


@pytest.mark.parametrize("tab", SPLITTERS)
def test_every_splitter_of_the_window_comes_back(
    open_window: Callable[..., MainWindow], tab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.window.settings._within", lambda _room, wanted: wanted)  # it is larger here
    kept = {}
    first = open_window()
    if tab:
        first.open_tab(tab)
    for name in SPLITTERS[tab]:
        found = child(first, QSplitter, name)
        sizes = found.sizes()
        for place in (sizes[0] + 40, sizes[0] - 40):
            if found.sizes() == sizes:  # else there is room in that direction
                found.moveSplitter(place, 1)
        found.splitterMoved.emit(found.sizes()[0], 1)
        assert found.sizes() != sizes
        kept[name] = found.sizes()
    first.close()
    second = open_window()
    if tab:
        second.open_tab(tab)
    for name, sizes in kept.items():
        assert child(second, QSplitter, name).sizes()[0] == sizes[0]


def test_absurd_sizes_everywhere_leave_a_window_that_can_be_used(
    open_window: Callable[..., MainWindow], ini: Path
) -> None:
    names = [name for those in SPLITTERS.values() for name in those]
    lines = "\n".join(f"{name}=100000 1" for name in names)
    ini.write_text(f"[General]\nwindow=99999 99999 99999 99999 0\n[sizes]\n{lines}\n")
    window = open_window()
    for name in SPLITTERS:
        if name:
            window.open_tab(name)
    assert window.width() <= max(ROOM.width(), window.minimumSizeHint().width())
    assert window.height() <= max(ROOM.height(), window.minimumSizeHint().height())
    action(window, "theme_light").trigger()


# The file


def bad(path: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
        (path / "something").write_text("kept")
    elif kind == "link to a pipe":
        os.mkfifo(path.with_name("pipe"))
        path.symlink_to(path.with_name("pipe"))
    elif kind == "link to nothing":
        path.symlink_to(path.with_name("nothing at all"))
    else:
        contents = {
            "binary": bytes(range(256)) * 20,
            "huge": b"[General]\ntheme=dark\n" + b";" * 2**20,
            "zeros": bytes(3000),
            "latin": "[General]\nfolder=größer\n".encode("latin-1"),
            "objects": b"[General]\ntheme=dark\nfolder=@Variant(\\0\\0\\0\\x7f\\xff)\n",
            "dates": b"[General]\ntheme=dark\nfolder=@DateTime(\\0\\0)\n",
        }
        path.write_bytes(contents[kind])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize(
    "kind",
    [
        "pipe",
        "folder",
        "link to a pipe",
        "link to nothing",
        "binary",
        "huge",
        "zeros",
        "latin",
        "objects",
        "dates",
    ],
)
def test_what_is_no_file_of_settings_is_put_aside_and_logged(
    ini: Path, kind: str, log: Callable[[], str]
) -> None:
    bad(ini, kind)
    settings = Settings()
    assert (settings.theme, settings.path) == ("system", ini)
    assert "is no file of settings" in log()
    (aside,) = ini.parent.glob("lenet-lab.ini.refused-*")
    assert str(aside) in log()
    settings.theme = "dark"
    assert settings.is_writable()
    assert Settings().theme == "dark"
    assert len(list(ini.parent.glob("*.refused-*"))) == 1


def test_what_is_no_file_of_settings_and_cannot_be_put_aside_is_not_read(
    ini: Path, monkeypatch: pytest.MonkeyPatch, log: Callable[[], str]
) -> None:
    ini.write_bytes(b"[General]\ntheme=dark\nbrush=@Variant(x)\n")

    def refuse(*_: object) -> None:
        raise PermissionError("not yours")

    monkeypatch.setattr(Path, "rename", refuse)
    assert Settings().theme == "system"
    assert "cannot be renamed (not yours)" in log() and ini.read_bytes().startswith(b"[General]\ntheme=dark")


def test_a_file_of_settings_may_be_a_link(ini: Path, tmp_path: Path, log: Callable[[], str]) -> None:
    (tmp_path / "dotfiles.ini").write_text("[General]\ntheme=dark\n")
    ini.symlink_to(tmp_path / "dotfiles.ini")
    assert Settings().theme == "dark" and log() == ""


def test_a_splitter_whose_part_is_hidden_keeps_the_sizes_that_it_had(qtbot: QtBot) -> None:
    splitter = QSplitter()
    splitter.setObjectName("of_tests")
    qtbot.addWidget(splitter)
    split(splitter, (QWidget(), 1), (QWidget(), 1)).resize(400, 100)
    splitter.show()
    splitter.setSizes([300, 90])
    settings = Settings()
    settings.remember_sizes(splitter)
    kept = settings.text("sizes/of_tests", "")
    assert kept
    splitter.widget(1).hide()
    settle()
    settings.remember_sizes(splitter)
    assert settings.text("sizes/of_tests", "") == kept
