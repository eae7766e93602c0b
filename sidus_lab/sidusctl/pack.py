"""Make the zipapp that is copied to a server."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

_WHEN = (1980, 1, 1, 0, 0, 0)


def pack() -> bytes:
    """The whole program as the bytes of a zipapp.

    Equal sources give equal bytes (sorted names, fixed times), so the hash of the bytes names the program.
    Run it as ``python3 sidusctl.pyz``.
    """
    here = Path(__file__).resolve().parent
    names = sorted(
        path.relative_to(here).as_posix()
        for path in here.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and (path.suffix == ".py" or path.parent.name == "boot")
    )
    start = b'import sys\nfrom sidusctl.cli import main\n\nif __name__ == "__main__":\n    sys.exit(main())\n'
    entries = [("__main__.py", start)] + [("sidusctl/" + name, (here / name).read_bytes()) for name in names]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return b"#!/usr/bin/env python3\n" + buffer.getvalue()
