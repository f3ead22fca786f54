"""What an import asks and tells in the window: doubtful labels, too many digits, digits that lie turned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from driving import InlineExecutor, button, click_button, message, settle, tab_of, text
from example_digits import mnist
from PIL import Image
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QRadioButton
from pytestqt.qtbot import QtBot

from core.data import idx
from core.my_digits import importing
from core.my_digits.store import MyDigit, MyDigits
from core.my_digits.turning import Turn, turned
from gui.main_window import MainWindow
from gui.processes.engine import Engine
from gui.tabs.my_digits import import_check
from gui.tabs.my_digits.import_check import Checked
from gui.tabs.my_digits.import_dialogs import SurveyDialog, TurnDialog
from gui.tabs.my_digits.my_digits_tab import MyDigitsTab

WAIT = 60_000
COUNT = 40


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with the empty collection in sight."""
    with qtbot.waitSignal(window._context.collection.read, timeout=WAIT):
        window.open_tab("my_digits")
    return window


def tab(window: MainWindow) -> MyDigitsTab:
    found: MyDigitsTab = tab_of(window, "my_digits")
    return found


def labels(window: MainWindow) -> list[int]:
    return [int(path.parent.name) for path in window._context.collection.store.listed()[0]]


def said(window: MainWindow) -> str:
    return window.statusBar().currentMessage()


def run(window: MainWindow, qtbot: QtBot, act: Callable[[], object]) -> None:
    """Do what starts work on files, and wait for its end and for what the network reads."""
    with qtbot.waitSignal(tab(window).files.job.ended, timeout=WAIT):
        act()
    qtbot.waitUntil(lambda: not window._context.collection.is_reading, timeout=WAIT)
    qtbot.waitUntil(lambda: not tab(window).files._check._question.is_running, timeout=WAIT)
    settle()


def import_folder(window: MainWindow, qtbot: QtBot, folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(folder))
    run(window, qtbot, tab(window).view.import_pictures.trigger)


def import_file(window: MainWindow, qtbot: QtBot, path: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([str(path)], ""))
    run(window, qtbot, tab(window).view.import_data.trigger)


def dialog(window: MainWindow, kind: type[QDialog]) -> QDialog | None:
    """The dialog of that kind that is open."""
    found = [each for each in window.findChildren(kind) if each.isVisible()]
    return found[0] if found else None


def idx_files(folder: Path, turn: Turn | None = None, name: str = "some", count: int = COUNT) -> Path:
    """MNIST's first test digits, turned, in IDX files."""
    pictures = mnist("test").images[:count]
    if turn is not None:
        pictures = np.stack([turned(picture, turn) for picture in pictures])
    idx.write(folder / f"{name}-images-idx3-ubyte", pictures)
    idx.write(folder / f"{name}-labels-idx1-ubyte", mnist("test").labels[:count])
    return folder / f"{name}-images-idx3-ubyte"


def numbered(folder: Path, count: int = 12) -> Path:
    """Pictures `1_scan_7.png` and so on, numbered at the beginning, labelled at the end."""
    folder.mkdir()
    for number in range(count):
        label = mnist("test").labels[number]
        Image.fromarray(mnist("test").images[number]).save(folder / f"{number + 1}_scan_{label}.png")
    return folder


def test_links_that_were_not_followed_are_told(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "7").mkdir(parents=True)
    Image.fromarray(mnist("test").images[0]).save(tmp_path / "a" / "7" / "real.png")
    (tmp_path / "a" / "7" / "link.png").symlink_to(tmp_path / "a" / "7" / "real.png")
    import_folder(opened, qtbot, tmp_path / "a", monkeypatch)
    assert labels(opened) == [7]
    assert "1 digit came in. Links in the folder were not followed: 1." in message(opened)


# Doubtful labels


def test_doubtful_labels_are_shown_and_nothing_comes_in_before_a_rule_is_chosen(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_folder(opened, qtbot, numbered(tmp_path / "a"), monkeypatch)
    shown = dialog(opened, SurveyDialog)
    assert isinstance(shown, SurveyDialog) and labels(opened) == []
    rules = {each.objectName(): each for each in shown.findChildren(QRadioButton)}
    assert list(rules) == ["rule_first_number", "rule_last_number"]
    assert "it labels 9 of 12" in rules["rule_first_number"].text()
    assert "it labels 12 of 12" in rules["rule_last_number"].text()
    assert rules["rule_last_number"].isChecked()  # it labels more
    click_button(shown, "rule_first_number")
    names = [example.name for example in shown.survey.examples]
    assert len(names) == 8

    def digits() -> list[str]:
        return [text(shown, f"example_{number}") for number in range(8)]

    first = [name.split("_")[0] for name in names]
    assert digits() == [number if len(number) == 1 else "–" for number in first]
    assert text(shown, "survey_counts").startswith("How many of each digit: 1: 1, 2: 1, 3: 1")
    click_button(shown, "rule_last_number")
    assert digits() == [name[-5] for name in names]
    assert text(shown, "survey_counts").startswith("How many of each digit: 0: 2, 1: 2, 2: 1")
    run(opened, qtbot, lambda: click_button(shown, "survey_import_button"))
    assert sorted(labels(opened)) == sorted(mnist("test").labels[:12].tolist())
    assert said(opened) == "12 digits came in. The network reads 12 of 12."


def test_a_survey_that_is_given_up_takes_nothing(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_folder(opened, qtbot, numbered(tmp_path / "a"), monkeypatch)
    shown = dialog(opened, SurveyDialog)
    assert shown is not None
    click_button(shown, "survey_cancel_button")
    assert dialog(opened, SurveyDialog) is None
    assert not tab(opened).files.job.is_running and labels(opened) == []
    assert button(opened, "import_digits_button").isEnabled()


def test_folders_with_digits_names_come_in_without_a_question(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("seven", "two", "one", "zero")):
        (tmp_path / "a" / name).mkdir(parents=True)
        Image.fromarray(mnist("test").images[number]).save(tmp_path / "a" / name / f"{number}.png")
    import_folder(opened, qtbot, tmp_path / "a", monkeypatch)
    assert dialog(opened, SurveyDialog) is None
    assert sorted(labels(opened)) == [0, 1, 2, 7]


# Too many


def test_of_too_many_digits_as_many_come_in_as_are_wanted(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mnist.npz"
    digits = mnist("test")
    np.savez(path, x=np.tile(digits.images[:100], (101, 1, 1)), y=np.tile(digits.labels[:100], 101))
    import_file(opened, qtbot, path, monkeypatch)
    shown = dialog(opened, QInputDialog)
    assert isinstance(shown, QInputDialog)
    assert shown.labelText().startswith("10,100 digits were found. My digits has room for 10,000 more.")
    assert (shown.intMinimum(), shown.intMaximum(), shown.intValue()) == (1, 10_000, 1000)
    assert not tab(opened).view._progress_row.isVisible()
    shown.reject()
    assert labels(opened) == [] and not tab(opened).files.job.is_running
    import_file(opened, qtbot, path, monkeypatch)
    again = dialog(opened, QInputDialog)
    assert isinstance(again, QInputDialog)
    again.setIntValue(7)
    run(opened, qtbot, again.accept)
    assert len(labels(opened)) == 7


def test_a_choice_of_rule_is_kept_when_the_number_is_asked_for(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = []
    monkeypatch.setattr(tab(opened).files.job, "start", lambda *order: orders.append(order))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(tmp_path))
    tab(opened).view.import_pictures.trigger()
    files = tab(opened).files
    _, store, folder, known, rule, most = orders[-1]
    assert (folder, known, rule, most) == (tmp_path, frozenset(), None, None)
    survey = list(importing.import_folder(store, numbered(tmp_path / "a"), known))[-1]
    files.job.finished.emit(survey)
    shown = dialog(opened, SurveyDialog)
    assert isinstance(shown, SurveyDialog)
    click_button(shown, "rule_last_number")
    rule = shown.rule
    click_button(shown, "survey_import_button")
    assert orders[-1][4:] == (rule, None)
    files.job.finished.emit(importing.TooMany(20_000, 10_000))
    number = dialog(opened, QInputDialog)
    assert isinstance(number, QInputDialog)
    number.setIntValue(5)
    number.accept()
    assert orders[-1][4:] == (rule, 5)


# Turned digits


@pytest.mark.parametrize(
    ("turn", "back", "words", "on_button"),
    [
        (Turn.TRANSPOSE, Turn.TRANSPOSE, "rows and columns exchanged", "Turn them"),
        (Turn.LEFT, Turn.RIGHT, "a quarter to the right", "Turn them"),
        (Turn.RIGHT, Turn.LEFT, "a quarter to the left", "Turn them"),
        (Turn.HALF, Turn.HALF, "upside down", "Turn them"),
        (Turn.MIRROR, Turn.MIRROR, "Mirrored", "Mirror them"),
    ],
)
def test_digits_that_lie_turned_are_shown_and_turned_if_wanted(
    opened: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    turn: Turn,
    back: Turn,
    words: str,
    on_button: str,
) -> None:
    import_file(opened, qtbot, idx_files(tmp_path, turn), monkeypatch)
    shown = dialog(opened, TurnDialog)
    assert isinstance(shown, TurnDialog)
    assert shown.checked.turn is back
    read = shown.checked.read
    assert read < 0.6 * COUNT and shown.checked.read_turned >= COUNT - 2
    assert text(shown, "turn_words").startswith(f"The network reads {read} of {COUNT} digits that came in.")
    assert words in text(shown, "turn_words") and button(shown, "turn_button").text() == on_button
    assert said(opened) == f"{COUNT} digits came in. The network reads {read} of {COUNT}."
    assert message(opened) == ""
    before = {(each.label, each.digest) for each in window_digits(opened)}
    run(opened, qtbot, lambda: click_button(shown, "turn_button"))
    assert said(opened) == f"Turned {COUNT} digits. Undo turns them back."
    after = {each.picture.tobytes() for each in window_digits(opened)}
    upright = MyDigits(tmp_path / "upright")
    *_, imported = importing.import_files(upright, [idx_files(tmp_path)], frozenset())
    assert {each.picture.tobytes() for each in imported.digits} == after
    assert len(labels(opened)) == COUNT
    click_button(opened, "undo_digits_button")
    assert {(each.label, each.digest) for each in window_digits(opened)} == before
    click_button(opened, "undo_digits_button")
    assert labels(opened) == []


def window_digits(window: MainWindow) -> list[MyDigit]:
    return window._context.collection.digits


def test_turning_is_offered_and_can_be_left(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_file(opened, qtbot, idx_files(tmp_path, Turn.HALF), monkeypatch)
    before = {each.digest for each in window_digits(opened)}
    shown = dialog(opened, TurnDialog)
    assert shown is not None
    click_button(shown, "leave_button")
    assert not tab(opened).files.job.is_running
    assert {each.digest for each in window_digits(opened)} == before


def test_digits_that_lie_right_are_only_counted(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_file(opened, qtbot, idx_files(tmp_path), monkeypatch)
    assert dialog(opened, TurnDialog) is None
    assert said(opened) == f"{COUNT} digits came in. The network reads {COUNT} of {COUNT}."
    import_file(opened, qtbot, idx_files(tmp_path), monkeypatch)
    assert message(opened) == f"0 digits came in. {COUNT} were there already."


def test_digits_of_which_few_are_read_whatever_is_tried_may_have_wrong_labels(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = idx_files(tmp_path)
    idx.write(tmp_path / "some-labels-idx1-ubyte", (mnist("test").labels[:COUNT] + 1) % 10)
    import_file(opened, qtbot, path, monkeypatch)
    assert dialog(opened, TurnDialog) is None
    assert message(opened) == (
        f"{COUNT} digits came in. The network reads 0 of {COUNT}. "
        "Look whether their labels are right; Undo takes them out again."
    )


def test_dark_frames_are_told_from_turned_digits(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digits in the ink's place of a black square, on white: the square is what was taken for ink."""
    folder = tmp_path / "a"
    for number in range(COUNT):
        picture = np.pad(mnist("test").images[number], 20, constant_values=255)
        picture[20:-20, 20:-20] = mnist("test").images[number]
        place = folder / str(mnist("test").labels[number])
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(place / f"{number}.png")
    import_folder(opened, qtbot, folder, monkeypatch)
    shown = dialog(opened, TurnDialog)
    assert isinstance(shown, TurnDialog) and shown.checked.turn is Turn.INVERT
    assert "ink and paper exchanged" in text(shown, "turn_words")
    assert button(shown, "turn_button").text() == "Exchange ink and paper"


# The check itself


def check(
    window: MainWindow,
    qtbot: QtBot,
    inks: np.ndarray,
    is_emnist: bool = False,
    labels: np.ndarray | None = None,
) -> Checked:
    store = window._context.collection.store
    digits = [
        store.add(picture.repeat(10, 0).repeat(10, 1), int(label))
        for picture, label in zip(inks, mnist("test").labels if labels is None else labels, strict=False)
    ]
    results: list[Checked] = []
    checking = tab(window).files._check
    checking.checked.connect(results.append)
    with qtbot.waitSignal(checking.checked, timeout=WAIT):
        checking.check(digits, is_emnist)
    checking.checked.disconnect(results.append)
    return results[-1]


@pytest.fixture
def silent(opened: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window that shows nothing of what is checked."""
    tab(opened).files._check.checked.disconnect(tab(opened).files._on_checked)
    return opened


def transposed(count: int) -> np.ndarray:
    return np.stack([picture.T for picture in mnist("test").images[:count]])


def test_what_is_called_emnist_is_offered_whenever_turning_helps(silent: MainWindow, qtbot: QtBot) -> None:
    assert check(silent, qtbot, transposed(3)).turn is None  # three more may be luck
    assert check(silent, qtbot, transposed(3), is_emnist=True).turn is Turn.TRANSPOSE
    right = check(silent, qtbot, mnist("test").images[:40], is_emnist=True)
    assert (right.turn, right.read) == (None, 40)
    zeros = mnist("test").images[mnist("test").labels == 0][:6]
    either = check(silent, qtbot, zeros, is_emnist=True, labels=np.zeros(6, int))
    assert (either.turn, either.read) == (None, 6)


def test_a_turn_that_hardly_helps_is_not_offered(silent: MainWindow, qtbot: QtBot) -> None:
    random = np.random.default_rng(0)
    noise = (random.random((30, 28, 28)) > 0.7).astype(np.uint8) * 255
    assert check(silent, qtbot, noise).turn is None


def test_of_many_digits_some_are_tried(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_check, "_MOST", 10)
    import_file(opened, qtbot, idx_files(tmp_path), monkeypatch)
    assert said(opened) == f"{COUNT} digits came in. The network reads 10 of 10 that were tried."


def test_a_tab_that_is_closed_checks_nothing_any_more(silent: MainWindow, qtbot: QtBot) -> None:
    files = tab(silent).files
    digit = silent._context.collection.store.add(mnist("test").images[0].repeat(10, 0).repeat(10, 1), 7)
    with qtbot.assertNotEmitted(files._check.checked, wait=300):
        files._check.check([digit])
        tab(silent).close()
        settle()


def test_without_a_network_the_import_tells_what_came_in_and_no_more(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(new_executor=InlineExecutor)
    monkeypatch.setattr(Engine, "is_ready", False)
    window = open_window(engine=engine, wait=False)
    with qtbot.waitSignal(window._context.collection.read, timeout=WAIT):
        window.open_tab("my_digits")
    import_file(window, qtbot, idx_files(tmp_path, Turn.HALF), monkeypatch)
    assert said(window) == f"{COUNT} digits came in."
    assert dialog(window, TurnDialog) is None


def test_the_menu_says_which_files_can_come_in(opened: MainWindow) -> None:
    view = tab(opened).view
    assert view.import_data.text() == "File of digits (IDX, CSV, npz)…"
    for word in ("EMNIST", "QMNIST", "train.csv", "mnist.npz"):
        assert word in view.import_data.toolTip()
    assert "labels.csv" in view.import_pictures.toolTip()
