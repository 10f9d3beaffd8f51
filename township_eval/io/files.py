"""Write files so that a reader never sees half of one: write beside, then rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from township_eval.errors import DataError, Problem
from township_eval.io.places import reason_of, shown, shown_name
from township_eval.language import Text

__all__ = ["open_elsewhere", "write_beside"]


@contextmanager
def write_beside(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside *path*; on success it takes the place of *path*, else it is removed.

    Parameters
    ----------
    path : str or Path
        The file to make; its folder is made when it does not exist.

    Yields
    ------
    Path
        Where to write. It has the same suffix, as some writers decide by it.

    Raises
    ------
    DataError
        ``file.open``: the target is open in another program, or may not be written; ``file.not_folder``:
        what should be its folder is a file.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> target = Path(folder.name) / "out" / "a.txt"
    >>> with write_beside(target) as beside:
    ...     _ = beside.write_text("done", encoding="utf-8")
    >>> target.read_text(encoding="utf-8"), len(list(target.parent.iterdir()))
    ('done', 1)
    >>> folder.cleanup()
    """
    target = Path(path)
    if (stop := next((up for up in target.parents if up.exists()), None)) and not stop.is_dir():
        raise DataError([_no_folder(stop)])
    if lock := open_elsewhere(target):
        raise DataError([_in_use(target, Text(shown_name(lock), shown_name(lock)))])
    if target.is_file():
        # Windows lets nobody rename what is open elsewhere, not even to its own name: known before any work,
        # and before the first of several files that belong together has taken its place
        _replace(target, target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        raise DataError([_in_use(target, reason_of(error))]) from error
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        _give_usual_mode(beside, target)
        _replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def open_elsewhere(path: str | Path) -> Path | None:
    """Return the lock file that Excel, WPS or LibreOffice keeps beside a file it has open, else None."""
    path = Path(path)
    # Excel cuts two characters off longer names; LibreOffice keeps the whole name.
    names = [f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#", f".~{path.name}"]
    return next((path.with_name(name) for name in names if path.with_name(name).exists()), None)


def _replace(beside: Path, target: Path) -> None:
    try:
        beside.replace(target)
    except OSError as error:
        raise DataError([_in_use(target, reason_of(error))]) from error


def _give_usual_mode(beside: Path, target: Path) -> None:
    # mkstemp makes files private; a result is for the office, so it gets what `open` would have given.
    if target.exists():
        beside.chmod(target.stat().st_mode & 0o777)
        return
    mask = os.umask(0)
    os.umask(mask)
    beside.chmod(0o666 & ~mask)


def _no_folder(place: Path) -> Problem:
    what = Text("这是文件,不是文件夹", "this is a file, not a folder")
    hint = Text("请给出一个文件夹,没有的会新建", "give a folder; one that does not exist is made")
    return Problem("error", "file.not_folder", shown(place), what, hint)


def _in_use(target: Path, why: Text) -> Problem:
    return Problem(
        "error",
        "file.open",
        shown(target),
        Text(
            "文件写不进去,可能正被其他程序打开({why})",
            "cannot be written, perhaps open in another program ({why})",
        ).format(why=why),
        Text(
            "请关闭打开它的 Excel/WPS 窗口后重试;没有打开的,检查写入权限和磁盘空间",
            "close the Excel or WPS window that has it open and try again; else check permission and space",
        ),
    )
