"""Start the program: as `python3 -m sidus_lab.sidusctl`, as a folder, or as a zipapp."""

import os
import sys

if __package__:
    from .cli import main
else:
    # Started as a folder: its parent must be importable, and the folder itself must not be (its modules are ours).
    _here = os.path.dirname(os.path.abspath(__file__))
    if os.path.basename(_here) == "sidusctl" and _here in sys.path:
        sys.path.remove(_here)
        sys.path.append(os.path.dirname(_here))
    from sidusctl.cli import main  # type: ignore[no-redef,import-not-found]

if __name__ == "__main__":
    sys.exit(main())
