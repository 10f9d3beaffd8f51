"""Save a workbook so that the same sheets give the same bytes, whenever and wherever it is done."""

from __future__ import annotations

import os
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

__all__ = ["save_workbook"]

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001  office files carry times without a zone
_UNIX: Final = 3


def save_workbook(workbook: Workbook, path: str | Path) -> None:
    """Write a workbook without a trace of the clock.

    The library's own ``save`` stamps the time into the properties and into every part of the
    archive; here both are fixed.

    Parameters
    ----------
    workbook : Workbook
        Any workbook; its properties ``created`` and ``modified`` are set.
    path : str or Path
        Where to write; pass what `township_eval.io.files.write_beside` gives.
    """
    workbook.properties.created = workbook.properties.modified = _EPOCH
    with _Timeless(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(workbook, archive).write_data()


class _Timeless(zipfile.ZipFile):
    """An archive whose entries all bear the same date."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(_entry(zinfo_or_arcname), data)

    def write(self, filename: str | os.PathLike[str], arcname: Any = None, *_: Any, **__: Any) -> None:
        entry = _entry(arcname)
        # The size decides beforehand whether the entry needs the large form.
        entry.file_size = Path(filename).stat().st_size
        with Path(filename).open("rb") as source, self.open(entry, "w") as target:
            shutil.copyfileobj(source, target)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = _UNIX
    entry.external_attr = 0o600 << 16
    return entry
