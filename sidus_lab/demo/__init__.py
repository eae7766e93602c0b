"""The main job from start to finish, as a list of steps, in the language chosen."""

from sidus_lab.demo.job import STEPS, Options, demo

__all__ = ["STEPS", "Options", "demo"]
