"""The kinds of service there are, by name."""

from __future__ import annotations

from typing import Dict

from .dnsmasq import Dnsmasq
from .nginx import Nginx
from .service import Service

SERVICES: Dict[str, Service] = {service.name: service for service in (Nginx(), Dnsmasq())}
"""In the order in which they are started: who gives a machine a URL can answer it already."""
