"""The lines of the demo in English."""

from __future__ import annotations

from sidus_lab.words import count


def site() -> str:
    """The first step: the site."""
    return "start the SIDUS site on this machine and connect to it"


def site_result(server: str) -> str:
    """What became of it."""
    return f"connected to {server} over SSH, host key checked"


def build() -> str:
    """The second step: the image."""
    return "build the image from its recipe"


def build_result(version: str, packages: int) -> str:
    """What became of it."""
    return f"{version}, {count(packages, 'package')}"


def publish() -> str:
    """The third step: what nodes boot."""
    return "publish it: kernel, initrd, squashfs, verity tree"


def publish_result(root_hash: str) -> str:
    """What became of it, by the beginning of its root hash."""
    return f"root hash {root_hash}"


def boot(nodes: str) -> str:
    """The fourth step: the machines."""
    return f"network-boot {nodes} from it, powered on by their BMCs"


def boot_result() -> str:
    """What became of it."""
    return "both are up"


def proof() -> str:
    """The fifth step: the proof."""
    return "prove that they run the same software"


def proof_reading() -> str:
    """What the fifth step does."""
    return "reading what the kernels enforce"


def proof_result(same: bool) -> str:
    """What became of it."""
    return "the same" if same else "NOT the same"


def experiment(executions: int) -> str:
    """The sixth step: the measurements."""
    return f"run the experiment: {executions} executions, A/A first, in random order"


def experiment_result(good: int, measured: int) -> str:
    """What became of it."""
    return f"{good} of {measured} measurements are good"


def verdict() -> str:
    """The last step: the verdict."""
    return "say where the differences come from, and write the report"


def verdict_loading() -> str:
    """What the last step does first."""
    return "loading the analysis"


def verdict_writing() -> str:
    """What the last step does then."""
    return "writing the report"


def title() -> str:
    """The heading of the report."""
    return "Same image, two machines"


def memory() -> str:
    """The name of the peak memory, in the report."""
    return "peak memory of the demo"


def memory_line(mebibytes: int) -> str:
    """The peak memory, as a line of its own."""
    return f"peak memory of the demo, nodes included: {mebibytes} MiB"


def up_already() -> str:
    """The lab was there before the demo."""
    return "The embedded lab is up already: it is used, and left up."


def stays_up(code: str) -> str:
    """The site is kept; `code` connects to it."""
    return f"The site stays up. In a notebook: {code}"


def next_command(command: str) -> str:
    """The command that takes it down."""
    return f"Next: {command}   (ends it)"


def taking_down() -> str:
    """Whatever was started is being ended."""
    return "taking everything down"


def cancelling() -> str:
    """A job is being cancelled."""
    return "cancelling"


def too_few(least: int) -> str:
    """Too few repetitions were asked for."""
    return f"With fewer than {least} repetitions nothing can be said about chance."
