"""A whole SIDUS site on this machine, without root: sshd, web server, BMCs and virtual nodes."""

from sidus_lab.embedded.home import default_home
from sidus_lab.embedded.lab import Embedded
from sidus_lab.embedded.machine import Machine, default_machines
from sidus_lab.embedded.practice import practice, practice_lab

__all__ = ["Embedded", "Machine", "default_home", "default_machines", "practice", "practice_lab"]
