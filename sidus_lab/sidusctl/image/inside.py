"""The half of a build that runs inside the new tree, as a hook of mmdebstrap, in its namespace.

Everything happens after `chroot`, so that no symbolic link of the tree can lead a write out of it. Package lists
are still there, mounts and name service work; mmdebstrap removes all that afterwards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple, cast

from .. import errors, files, folded, shapes
from ..errors import CtlError
from . import bootfiles, change_plan, kept, pins, recipe

MARK = "sidusctl: "
"""Lines that begin so on stderr are progress for the outer half."""

FACTS = "/usr/lib/sidus/image.json"
LOCK = "/usr/lib/sidus/lock.json"
_ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
}


def run_hook(work: Path, root: str) -> int:
    """Finish the tree in `root` by the recipe in `work`; gives the exit code for mmdebstrap.

    With a folder ``up`` in `work`, the tree is a version with a change on it: the files that differ are in ``up``.
    """
    wanted = recipe.check(json.loads((work / "recipe.json").read_text(encoding="utf-8")))
    boot = [(entry, bootfiles.content(entry.name)) for entry in bootfiles.TABLE] if wanted.kernel else []
    layer = (work / "up").is_dir()
    change = change_plan.of_step(json.loads((work / "change.json").read_text(encoding="utf-8"))) if layer else None
    upper = os.open(work / "up", os.O_RDONLY | os.O_DIRECTORY) if layer else -1
    os.umask(0o022)
    kept.gather(root, work)
    os.chroot(root)
    os.chdir("/")
    try:
        if change is None:
            finish(wanted, boot)
        else:
            finish_change(wanted, change, upper)
    except CtlError as error:
        say_error(error)
        return 1
    except OSError as error:
        failed = errors.from_os(
            error, "build-failed", "Finishing the tree failed: {}.".format(error), "read the job's log"
        )
        say_error(failed)
        return 1
    return 0


def finish(wanted: recipe.Recipe, boot: Sequence[Tuple[bootfiles.BootFile, bytes]]) -> None:
    """Files, commands, boot files, the one initrd, the lock, and the pins that make two builds equal."""
    say("step files")
    for entry in wanted.files:
        pins.write(entry.path, entry.text.encode(), entry.mode)
    for number, command in enumerate(wanted.commands, 1):
        say("step command {} of {}".format(number, len(wanted.commands)))
        _run(list(command) if isinstance(command, tuple) else ["/bin/sh", "-c", command])
    facts: shapes.BuildFacts = {"suite": wanted.suite}
    if wanted.kernel:
        for place, content in boot:
            pins.write(place.path, content, place.mode)
            if place.link:
                _link(place.link, place.path)
    # The commit must find everything on disk. Begun here, the writing costs no time: the initrd takes the processor.
    writing = _start_sync()
    if wanted.kernel:
        say("step initrd")
        pins.forget_times(pins.own_paths("/"))
        facts = _make_initrd(wanted.suite)
    _close(package_lock(), facts, writing)


def finish_change(wanted: recipe.Recipe, change: change_plan.Change, upper: int) -> None:
    """What is left after the packages of a change: its command, a new initrd where it matters, the lock, the pins.

    `upper` is a handle of the folder with the files that differ from the version below.
    """
    if change.kind == "run":
        say("step command")
        _run(["/bin/sh", "-c", change.words[0]])
    facts = cast(shapes.BuildFacts, json.loads(Path(FACTS).read_text(encoding="utf-8")))
    known = cast("List[shapes.Package]", json.loads(Path(LOCK).read_text(encoding="utf-8")))
    writing = _start_sync()
    changed = list(_changed(upper))
    held = _held("/boot/initrd.img-" + facts.get("kernel", "")) if wanted.kernel else []
    if wanted.kernel and change_plan.makes_initrd(changed, held):
        say("step initrd")
        there = (os.path.join("/", path) for path in changed)
        pins.forget_times(path for path in there if os.path.lexists(path))
        pins.part_links(os.path.join("/", path) for path in held)
        facts = _make_initrd(wanted.suite)
    lock = package_lock()
    change_plan.refuse_lost(wanted, change, *([row["name"] for row in rows] for rows in (known, lock)))
    _close(change_plan.with_known_sums(lock, known), facts, writing)


def _changed(upper: int) -> Iterator[str]:
    for folder, _, names, _ in os.fwalk(".", dir_fd=upper):
        yield from (os.path.normpath(os.path.join(folder, name)) for name in names)


def _held(initrd: str) -> List[str]:
    return _output(["lsinitramfs", initrd]).splitlines()


def _close(lock: List[shapes.Package], facts: shapes.BuildFacts, writing: "subprocess.Popen[bytes]") -> None:
    say("step lock")
    writing.wait()
    pins.write(LOCK, (json.dumps(lock, indent=1) + "\n").encode(), 0o644)
    pins.write(FACTS, (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode(), 0o644)
    pins.pin()


def _start_sync() -> "subprocess.Popen[bytes]":
    archives = "/var/cache/apt/archives"  # mmdebstrap would remove them after us, and after they were written
    for name in os.listdir(archives) if os.path.isdir(archives) else ():
        if name.endswith(".deb"):
            os.unlink(os.path.join(archives, name))
    return subprocess.Popen(["sync", "--file-system", "/usr"], env=_ENV, stdin=subprocess.DEVNULL)


def say_error(error: CtlError) -> None:
    """Tell the outer half why there is no tree."""
    say("error " + json.dumps(error.to_event()))


def say(text: str) -> None:
    """Tell the outer half how far the work is."""
    sys.stderr.write(MARK + text + "\n")
    sys.stderr.flush()


def _run(argv: List[str]) -> None:
    env = {**_ENV, "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "0")}
    try:
        code = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode
    except OSError as error:
        raise CtlError(
            "command-failed", "The recipe's command {!r} cannot start: {}.".format(argv[0], error.strerror)
        ) from error
    if code != 0:
        shown = argv[2] if argv[:2] == ["/bin/sh", "-c"] else " ".join(argv)
        raise CtlError(
            "command-failed",
            "The recipe's command ended with code {}: {}".format(code, shown[:200]),
            hint="read the job's log for what it printed",
        )


def _link(link: str, target: str) -> None:
    os.makedirs(os.path.dirname(link), mode=0o755, exist_ok=True)
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(target, link)


def _output(argv: Sequence[str]) -> str:
    done = subprocess.run(argv, env=_ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode("utf-8", errors="replace")


def _make_initrd(suite: str) -> shapes.BuildFacts:
    versions = sorted(
        (name[len("vmlinuz-") :] for name in os.listdir("/boot") if name.startswith("vmlinuz-")), key=folded.natural
    )
    if not versions:
        raise CtlError(
            "no-kernel", "The recipe's kernel package brought no kernel.", hint='kernel = "linux-image-cloud-amd64"'
        )
    kernel = versions[-1]
    _run(["update-initramfs", "-c", "-k", kernel])
    initrd, vmlinuz = "/boot/initrd.img-" + kernel, "/boot/vmlinuz-" + kernel
    if not os.path.exists(initrd):
        raise CtlError("no-initrd", "update-initramfs made no initrd for {}.".format(kernel), hint="read the job's log")
    os.chmod(initrd, 0o644)
    os.chmod(vmlinuz, 0o644)
    # Inside the tree, so that the root hash also stands for the kernel and initrd, which are published beside it.
    return {
        "suite": suite,
        "kernel": kernel,
        "vmlinuz_sha256": files.sha256(Path(vmlinuz)),
        "initrd_sha256": files.sha256(Path(initrd)),
    }


def package_lock() -> List[shapes.Package]:
    """Every installed package with name, version, arch and the SHA-256 of its .deb (empty for one from no archive)."""
    lines = _output(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\n"]
    ).splitlines()
    installed = sorted(tuple(line.split("\t")[1:]) for line in lines if line.startswith("installed\t"))
    words = ["{}:{}={}".format(name, arch, version) for name, version, arch in installed if arch != "all"]
    words += ["{}={}".format(name, version) for name, version, arch in installed if arch == "all"]
    sums = parse_sums(_output(["apt-cache", "show", *words]))
    return [
        {"name": name, "version": version, "arch": arch, "sha256": sums.get((name, version, arch), "")}
        for name, version, arch in installed
    ]


def parse_sums(text: str) -> Dict[Tuple[str, str, str], str]:
    """(name, version, architecture) -> SHA-256, from the stanzas of `apt-cache show`."""
    sums: Dict[Tuple[str, str, str], str] = {}
    for stanza in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and not line.startswith(" "))
        if "SHA256" in fields:
            key = (fields.get("Package", ""), fields.get("Version", ""), fields.get("Architecture", ""))
            sums[key] = fields["SHA256"]
    return sums
