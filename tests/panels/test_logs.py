"""What a node reported while it booted, as lines."""

from __future__ import annotations

from sidus_lab.panels import logs
from sidus_lab.sidus.status import NodeStatus


def test_boot_reports() -> None:
    stages = (("ipxe", 1000.0), ("network", 1012.5))
    status = NodeStatus("node1", "refused", "refused", 1.0, 1.0, "scrub", "on", stages)
    assert logs.boot_reports(status).splitlines() == [
        "00:16:40  +   0.0 s  ipxe",
        "00:16:52  +  12.5 s  network",
        "node1 refused (scrub)",
    ]
    silent = NodeStatus("node1", "off", "", None, None, "", "off", ())
    assert "reported nothing" in logs.boot_reports(silent)
