"""Below a folder of one's own no link is followed, and nothing but a file is taken for one."""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sentences import ROOT, sources

from core.errors import FileProblem
from core.files import atomic, own_folder, regular
from core.files.own_folder import OwnFolder

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes need rights on Windows")


@pytest.fixture(params=["by descriptor", "by looking"])
def own(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> OwnFolder:
    """A folder with a file, a folder with a file, and links to places outside; on both kinds of system."""
    if request.param == "by looking":
        monkeypatch.setattr(own_folder, "_BY_DESCRIPTOR", False)
        monkeypatch.setattr(own_folder, "_TREE_BY_DESCRIPTOR", False)
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "secret").write_bytes(b"secret")
    (outside / "deep" / "secret").write_bytes(b"secret")
    root = tmp_path / "own"
    (root / "folder").mkdir(parents=True)
    (root / "file").write_bytes(b"mine")
    (root / "folder" / "file").write_bytes(b"mine too")
    (root / "link").symlink_to(outside / "secret")
    (root / "linked").symlink_to(outside)
    (root / "gone").symlink_to(outside / "nothing")
    os.mkfifo(root / "pipe")
    return OwnFolder(root)


def all_below(folder: Path) -> dict[str, Any]:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(folder.rglob("*"))
    }


ACTS: dict[str, Callable[[OwnFolder, Path], Any]] = {
    "read": lambda own, path: own.read(path, 100),
    "write": lambda own, path: own.write(path / "new", b"x"),
    "write in a folder": lambda own, path: own.write(path / "deep" / "new", b"x"),
    "append": lambda own, path: own.append(path, b"x"),
    "append within": lambda own, path: own.append(path / "secret", b"x"),
    "entries": lambda own, path: own.entries(path),
    "move out": lambda own, path: own.move(path / "secret", own.root / "taken"),
    "move in": lambda own, path: own.move(own.root / "file", path / "file"),
    "touch": lambda own, path: own.touch(path / "secret"),
    "make": lambda own, path: own.make(path / "new"),
    "make a new one": lambda own, path: own.make_new(path / "new"),
    "make itself": lambda own, path: own.make(path),
    "sync": lambda own, path: own.sync(path),
    "remove": lambda own, path: own.remove(path / "secret"),
    "remove a tree": lambda own, path: own.remove(path / "deep"),
    "remove what is empty": lambda own, path: own.remove_empty(path / "deep"),
}


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("link", ["linked", "link", "gone"])
def test_nothing_is_done_beyond_a_link(own: OwnFolder, tmp_path: Path, name: str, link: str) -> None:
    before = all_below(tmp_path / "outside")
    with pytest.raises(FileProblem, match=f"{link} is a link.*put the file or folder itself there"):
        ACTS[name](own, own.root / link)
    assert all_below(tmp_path / "outside") == before


def test_a_link_in_a_file_s_place_is_replaced_or_removed_itself(own: OwnFolder, tmp_path: Path) -> None:
    before = all_below(tmp_path / "outside")
    own.write(own.root / "link", b"new")
    assert (own.root / "link").read_bytes() == b"new" and not (own.root / "link").is_symlink()
    own.remove(own.root / "linked")
    own.touch(own.root / "gone")
    own.remove(own.root / "gone")
    assert all_below(tmp_path / "outside") == before
    assert {path.name for path in own.root.iterdir()} == {"file", "folder", "link", "pipe"}


def test_a_tree_is_removed_without_what_its_links_lead_to(own: OwnFolder, tmp_path: Path) -> None:
    before = all_below(tmp_path / "outside")
    (own.root / "folder" / "linked").symlink_to(tmp_path / "outside")
    own.remove(own.root / "folder")
    assert not (own.root / "folder").exists()
    assert all_below(tmp_path / "outside") == before


def test_links_and_pipes_are_neither_files_nor_folders(own: OwnFolder) -> None:
    kinds = {entry.path.name: (entry.is_file, entry.is_folder) for entry in own.entries(own.root)}
    assert {name for name, (is_file, _) in kinds.items() if is_file} == {"file"}
    assert {name for name, (_, is_folder) in kinds.items() if is_folder} == {"folder"}
    assert set(kinds) == {"file", "folder", "link", "linked", "gone", "pipe"}
    for name, (is_file, is_folder) in kinds.items():
        assert (own.is_file(own.root / name), own.is_folder(own.root / name)) == (is_file, is_folder)
    assert not own.is_file(own.root / "linked" / "secret")
    assert not own.is_file(own.root / "nowhere" / "at all")


def test_a_walk_goes_through_folders_and_follows_no_link(own: OwnFolder) -> None:
    links = {own.root / name for name in ("link", "linked", "gone")}
    found = list(own.walk())
    assert [[entry.path for entry in folder if entry.is_folder] for folder in found] == [
        [own.root / "folder"],
        [],
    ]
    assert [[entry.path for entry in folder if entry.is_file] for folder in found] == [
        [own.root / "file"],
        [own.root / "folder" / "file"],
    ]
    assert {entry.path for folder in found for entry in folder if entry.is_link} == links
    walk = own.walk()
    next(walk).clear()
    assert list(walk) == []
    with pytest.raises(OSError):
        next(OwnFolder(own.root / "nowhere").walk())


def test_a_folder_that_is_one_of_windows_junctions_is_a_link(
    own: OwnFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_folder, "_BY_DESCRIPTOR", False)
    monkeypatch.setattr(regular, "is_link", lambda status: stat.S_ISDIR(status.st_mode))
    (found,) = [entry for entry in own.entries(own.root) if entry.path.name == "folder"]
    assert (found.is_folder, found.is_link) == (False, True)


def test_the_root_itself_may_be_a_link(own: OwnFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(own.root)
    linked = OwnFolder(tmp_path / "elsewhere")
    linked.write(linked.root / "folder" / "new", b"x")
    assert (own.root / "folder" / "new").read_bytes() == b"x"
    assert linked.read(linked.root / "file", 4) == b"mine"


def test_what_does_not_lie_below_the_root_is_nobody_s_own(own: OwnFolder) -> None:
    for path in (own.root / ".." / "outside" / "secret", own.root.parent / "outside" / "secret"):
        with pytest.raises(ValueError):
            own.read(path, 100)


def test_a_pipe_a_device_or_a_folder_is_refused_at_once(own: OwnFolder) -> None:
    for path in (own.root / "pipe", own.root / "folder"):
        with pytest.raises(FileProblem, match="is not a file"):
            own.read(path, 100)
        with pytest.raises(FileProblem, match="is not a file"):
            own.append(path, b"x")
        with pytest.raises(FileProblem, match="is not a file"):
            atomic.read(path)
    with pytest.raises(FileProblem, match="is not a file"):
        atomic.read(Path("/dev/zero"))


def test_a_pipe_that_comes_between_looking_and_opening_is_not_waited_for(
    own: OwnFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "stat", lambda *_, **__: os.lstat(own.root / "file"))
    with pytest.raises(FileProblem, match="is not a file"):
        own.read(own.root / "pipe", 100)


@pytest.mark.skipif(not own_folder._BY_DESCRIPTOR, reason="there are no descriptors of folders")
def test_a_link_that_comes_between_looking_and_opening_is_not_followed(
    own: OwnFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not own_folder._BY_DESCRIPTOR:
        pytest.skip("only looking helps there")
    looked: list[os.stat_result] = [os.lstat(own.root / "folder"), os.lstat(own.root / "file")]
    monkeypatch.setattr(os, "stat", lambda name, **_: looked[0 if name == "linked" else 1])
    for path in (own.root / "linked" / "secret", own.root / "link"):
        with pytest.raises((FileProblem, OSError)):
            own.read(path, 100)


def test_a_file_that_the_user_names_may_be_a_link(own: OwnFolder) -> None:
    assert atomic.read(own.root / "link") == b"secret"
    with pytest.raises(FileProblem, match="There is no file"):
        atomic.read(own.root / "gone")
    with pytest.raises(FileProblem, match="There is no file"):
        atomic.read(Path("with a \0 in it"))


def test_what_is_larger_than_it_may_be_is_not_read(own: OwnFolder) -> None:
    assert own.read(own.root / "file", 4) == b"mine"
    with pytest.raises(FileProblem, match="too large"):
        own.read(own.root / "file", 3)
    if Path("/proc/self/status").exists():  # says that it has no bytes
        with pytest.raises(FileProblem, match="too large"):
            atomic.read(Path("/proc/self/status"), 10)


def test_a_folder_of_more_files_than_anybody_has_is_refused(
    own: OwnFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_folder, "MOST_ENTRIES", 6)
    assert len(own.entries(own.root)) == 6
    (own.root / "one more").write_bytes(b"")
    with pytest.raises(FileProblem, match="more than 6 files"):
        own.entries(own.root)


def test_what_is_written_is_whole_and_leaves_nothing_else(
    own: OwnFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write(own.root / "a" / "b" / "new", b"content")
    assert (own.root / "a" / "b" / "new").read_bytes() == b"content"
    assert stat.S_IMODE((own.root / "a" / "b" / "new").stat().st_mode) & 0o077 in (0, 0o44)

    def full(_: int) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        own.write(own.root / "file", b"torn")
    assert (own.root / "file").read_bytes() == b"mine"
    assert not list(own.root.rglob(".*"))


def test_junctions_of_windows_count_as_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Junction:
        st_mode, st_reparse_tag = stat.S_IFDIR, 0xA0000003

    monkeypatch.setattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0xA0000003, raising=False)
    assert regular.is_link(Junction())  # type: ignore[arg-type]
    assert not regular.is_link(os.lstat(tmp_path))


# Nobody goes around it.

BY_NAME = {"open", "fdopen"}  # as functions without a module
BY_METHOD = {
    *("glob", "rglob", "iterdir", "scandir", "listdir", "rmtree", "unlink", "rmdir", "touch", "utime"),
    *("open", "read_bytes", "read_text", "write_bytes", "write_text", "copyfile", "copytree", "mkdir"),
    *("makedirs", "removedirs", "symlink_to", "hardlink_to", "rename", "chmod", "mkdtemp"),
    *("NamedTemporaryFile", "TemporaryDirectory", "load_file", "save_file", "fromfile", "memmap"),
}
OF_OS = {"replace", "remove", "walk", "fwalk", "link", "truncate", "symlink", "copy", "copy2", "move"}
# In whose files, and why.
MAY = {
    ("core/cli.py", "open"): "the system's null device; and Classifier.open",
    ("core/data/datasets.py", "read_bytes"): "MNIST as it came with the program",
    ("core/networks/weight_files.py", "mkdir"): "where the user says that weights are to go",
    ("core/networks/weight_files.py", "NamedTemporaryFile"): "a new name, where the user says",
    ("core/export/scripts.py", "read_text"): "our own code",
    ("core/my_digits/exporting.py", "TemporaryDirectory"): "a new name, where the user says",
    ("core/export/scripts.py", "unlink"): "beside a script, where the user says",
    ("core/ink/picture_files.py", "open"): "what core.files.regular has opened",
    ("core/data/array_digits.py", "open"): "what lies in an archive that core.files.regular has opened",
    ("core/ink/digit_png.py", "open"): "bytes in memory",
    ("core/reading/comparison.py", "open"): "Classifier.open",
    ("core/processes/inference.py", "open"): "Classifier.open",
    ("core/processes/file_service.py", "open"): "what the system says of this process",
    ("core/my_digits/store.py", "fdopen"): "what OwnFolder has opened",
    ("core/training/runs.py", "fdopen"): "what OwnFolder has opened",
    ("core/teaching/taught_networks.py", "fdopen"): "what OwnFolder has opened",
    ("core/data/idx.py", "fdopen"): "what core.files.regular has opened",
}


def ways_around(path: Path) -> set[tuple[str, str]]:
    """What a file of core does to files by itself, by name."""
    name, found = path.relative_to(ROOT).as_posix(), set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            is_os = isinstance(node.value, ast.Name) and node.value.id in ("os", "shutil")
            is_own = isinstance(node.value, ast.Attribute) and node.value.attr == "_files"
            is_own |= isinstance(node.value, ast.Name) and node.value.id in ("files", "atomic")
            is_own |= isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "OwnFolder"
            if not is_own and (node.attr in BY_METHOD | BY_NAME or (is_os and node.attr in OF_OS)):
                found.add((name, node.attr))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME:
            found.add((name, node.func.id))
    return found


def test_core_reaches_files_through_core_files_only() -> None:
    found: set[tuple[str, str]] = set()
    for path in sources("core"):
        if path.parent != ROOT / "core" / "files":
            found |= ways_around(path)
    assert found - MAY.keys() == set()
    assert MAY.keys() - found == set(), "exceptions that nobody needs any more"


@pytest.mark.parametrize(
    "line",
    ["open('x')", "path.open()", "os.listdir(p)", "shutil.rmtree(p)", "os.replace(a, b)", "p.rglob('*')"],
)
def test_a_way_around_is_found(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_own_folder.ROOT", tmp_path)
    (tmp_path / "way.py").write_text(line)
    assert ways_around(tmp_path / "way.py")
