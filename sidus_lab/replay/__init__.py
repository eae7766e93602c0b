"""A recorded site: `Recorder` writes down what a transport answers, and `Replay` answers the same from the file."""

from sidus_lab.replay.player import Replay
from sidus_lab.replay.recorder import Recorder

__all__ = ["Recorder", "Replay"]
