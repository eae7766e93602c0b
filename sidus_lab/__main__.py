"""``python -m sidus_lab`` is the command ``sidus-lab``."""

import sys

from sidus_lab.cli import main

sys.exit(main())
