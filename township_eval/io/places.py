"""How a file is called in a message, a result or another file, and why the system refused it.

A name is bytes. One packed on another system may be no text at all, and Python then carries its bytes
along as half characters which nothing can print or store. They are turned into text here, once.
"""

from __future__ import annotations

import errno
import os
import re
from os import PathLike
from pathlib import Path
from typing import Final

from township_eval.language import Text

__all__ = ["file_stem", "on_disk", "reason_of", "shown", "shown_name"]

_REASONS: Final = {
    errno.EACCES: Text("没有权限", "permission denied"),
    errno.EPERM: Text("没有权限", "permission denied"),
    errno.ENOENT: Text("路径不存在", "no such file or folder"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
    errno.EDQUOT: Text("超出磁盘配额", "the quota of the disk is used up"),
    errno.EROFS: Text("磁盘只读", "the disk is read-only"),
    errno.EISDIR: Text("这是文件夹", "this is a folder"),
    errno.ENOTDIR: Text("路径中有一段是文件,不是文件夹", "a part of the path is a file, not a folder"),
    errno.EEXIST: Text("已有同名文件", "there is a file of this name"),
    errno.ENAMETOOLONG: Text("名称过长", "the name is too long"),
    errno.EINVAL: Text("名称或内容不被系统接受", "the system does not accept the name or the content"),
    errno.EIO: Text("磁盘读写出错", "the disk failed"),
    errno.EBUSY: Text("文件正被使用", "the file is in use"),
    errno.EMFILE: Text("打开的文件过多", "too many open files"),
}
_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def shown(path: str | PathLike[str]) -> str:
    """Return a path as text that can be printed and stored, whatever bytes it is on disk.

    Bytes that are no characters here are read as UTF-8, else as GB18030, each part of a path by itself.

    Examples
    --------
    >>> shown("2018-H2/农牧局.xlsx".replace("/", os.sep)).replace(os.sep, "/")
    '2018-H2/农牧局.xlsx'
    >>> shown("农牧局.xlsx".encode("gbk").decode("utf-8", "surrogateescape"))
    '农牧局.xlsx'
    """
    return str(Path(*(_text(part) for part in Path(path).parts)))


def shown_name(path: str | PathLike[str]) -> str:
    """Return the last part of a path as `shown`, of ``.`` and ``..`` the name of the folder they mean.

    Examples
    --------
    >>> shown_name(Path("2018-H2", "农牧局.xlsx")), shown_name(".") == Path.cwd().name
    ('农牧局.xlsx', True)
    """
    name = Path(path).name
    return _text(name if name.strip(".") else Path(path).resolve().name) or shown(path)


def file_stem(name: str) -> str:
    """Return a period or the name of a unit as the name of a file on any system.

    Examples
    --------
    >>> file_stem("2018-H2"), file_stem("2018/上半年"), file_stem("..")
    ('2018-H2', '2018_上半年', '_')
    """
    return _NOT_IN_NAMES.sub("_", name).strip(" .") or "_"


def on_disk(name: str) -> str:
    """Return a name as the system's calls take it, where they take no Chinese characters (``LC_ALL=C``)."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return os.fsdecode(name.encode("utf-8", "replace"))
    return name


def reason_of(error: OSError) -> Text:
    """Return why the system refused a file, in both languages.

    Examples
    --------
    >>> reason_of(PermissionError(errno.EACCES, "Permission denied")).zh
    '没有权限'
    >>> reason_of(OSError(123, "odd")).zh, reason_of(OSError(123, "odd")).en
    ('系统错误 123', 'odd')
    """
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    said = error.strerror or str(error)
    return Text(f"系统错误 {error.errno}" if error.errno else "系统错误", said)


def _text(part: str) -> str:
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        pass
    else:
        return part
    try:
        raw = part.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character that stands for no byte, as only Windows has them
        return part.encode("utf-8", "replace").decode("utf-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
