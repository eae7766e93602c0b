"""Faults on purpose: kills, full disks, hostile input, many at once, cut connections, tampering. See `__main__`."""
