"""`node witness`: what the server can say of a boot, asked together with the node itself."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Dict, List, Tuple

from .. import shapes
from ..errors import CtlError
from ..image import kernel
from ..site import Site
from . import monitor, vouch

_NONCE = re.compile(r"[0-9a-f]{32,64}\Z")
