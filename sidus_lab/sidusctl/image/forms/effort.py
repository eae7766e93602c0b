"""How hard a root is compressed: the server's time against bytes on the wire and in each node's memory."""

from __future__ import annotations

LEAST, MOST = 1, 22  # what zstd has
DEFAULT = 9
"""By measurement: a ninth of level 15's time for 7 % more bytes; from 10 to 12 nothing is won."""
BEFORE = 15
"""What every manifest meant that does not say it: mksquashfs's own."""
