"""Machines over OpenSSH, by paramiko: the only room that knows about either."""

from sidus_lab.ssh.connection import connect, trust
from sidus_lab.ssh.hostkeys import fingerprint

__all__ = ["connect", "fingerprint", "trust"]
