"""A recorded site: `Recorder` writes down what a transport answers, and `Replay` answers the same from the file."""

from sidus_lab.recording.player import Replay
from sidus_lab.recording.recorder import Recorder

__all__ = ["Recorder", "Replay"]
