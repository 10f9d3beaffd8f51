"""Save a workbook so that the same sheets give the same bytes, whenever and wherever it is done."""

from __future__ import annotations

import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.writer.excel import ExcelWriter

__all__ = ["Timeless", "put_text", "save_workbook"]

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001  office files carry times without a zone
_UNIX: Final = 3


def save_workbook(workbook: Workbook, path: str | Path) -> None:
    """Write a workbook without a trace of the clock.

    The library's own ``save`` stamps the time into the properties and into every part of the
    archive; here both are fixed.

    Parameters
    ----------
    workbook : Workbook
        Its properties ``created`` and ``modified`` are set.
    path : str or Path
        Where to write; pass what `township_eval.io.files.write_beside` gives.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.xlsx", "b.xlsx"):
    ...         save_workbook(Workbook(), Path(folder) / name)
    ...     same = Path(folder, "a.xlsx").read_bytes() == Path(folder, "b.xlsx").read_bytes()
    >>> same
    True
    """
    workbook.properties.created = workbook.properties.modified = _EPOCH
    with Timeless(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(workbook, archive).write_data()


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Write text that stays text, even if it starts with ``=``: nothing a user writes becomes a formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)  # type: ignore[misc,assignment,union-attr,unused-ignore]
    cell.data_type = "s"


class Timeless(zipfile.ZipFile):
    """An archive whose entries all bear the same date."""

    def writestr(
        self, zinfo_or_arcname: Any, data: Any, compress_type: Any = None, compresslevel: Any = None
    ) -> None:
        """Add text or bytes under a name."""
        super().writestr(_entry(zinfo_or_arcname), data, compress_type, compresslevel)

    def write(self, filename: str | os.PathLike[str], arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add a file under a name, block by block."""
        entry = _entry(arcname)
        entry.file_size = Path(filename).stat().st_size  # decides beforehand whether it needs the large form
        with Path(filename).open("rb") as source, self.open(entry, "w") as target:
            while block := source.read(1 << 20):
                target.write(block)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = _UNIX
    entry.external_attr = 0o600 << 16
    return entry
