"""Files are written beside and then renamed."""

from __future__ import annotations

import pytest

from township_eval.errors import DataError
from township_eval.io.files import open_elsewhere, write_beside


def test_a_failure_leaves_the_old_file(tmp_path):
    """When writing fails the target is as before and nothing lies beside it."""
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")

    def fail() -> None:
        with write_beside(target) as beside:
            beside.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("lock", ["~$汇总表.xlsx", ".~lock.汇总表.xlsx#", "~$表.xlsx"])
def test_a_target_open_in_another_program(tmp_path, lock):
    """The lock file of Excel, WPS or LibreOffice beside the target is a listed problem."""
    (tmp_path / lock).touch()
    target = tmp_path / "汇总表.xlsx"
    assert open_elsewhere(target) == tmp_path / lock
    with pytest.raises(DataError) as caught, write_beside(target):
        pass
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("file.open", str(target))
    assert not target.exists()


def test_a_target_that_cannot_be_replaced(tmp_path, monkeypatch):
    """A refused rename, as Windows does for an open file, is the same listed problem."""
    target = tmp_path / "a.xlsx"

    def refuse(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(DataError) as caught, write_beside(target) as beside:
        beside.write_bytes(b"new")
    assert [problem.code for problem in caught.value.problems] == ["file.open"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path):
    """A target below a file is a problem with its path."""
    (tmp_path / "a").touch()
    with pytest.raises(DataError) as caught, write_beside(tmp_path / "a" / "b.txt"):
        pass
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("file.not_folder", str(tmp_path / "a"))
    assert "Excel" not in problem.hint.zh
    with pytest.raises(DataError, match="不是文件夹"), write_beside(tmp_path / "a" / "b" / "c.txt"):
        pass


def test_result_is_readable_like_any_new_file(tmp_path):
    """The result has the permissions an ordinarily written file gets, not those of a temporary one."""
    (tmp_path / "plain.txt").touch()
    with write_beside(tmp_path / "a.txt") as beside:
        beside.write_text("x", encoding="utf-8")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode
