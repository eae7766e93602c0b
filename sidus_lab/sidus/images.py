"""Images: named lines of versions, built from recipes, published for nodes to boot."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sidus_lab import actions, html
from sidus_lab.actions import Action, Control
from sidus_lab.errors import SidusError
from sidus_lab.sidus.server import Server

BUILD_SECONDS = 80.0  # what a first build of a small image takes here: for the expected time only
PUBLISH_SECONDS = 30.0


@dataclass(frozen=True)
class Published:
    """A published version: what nodes boot. `root_hash` names it; `manifest` says what is in its folder."""

    manifest: Mapping[str, Any]

    @property
    def root_hash(self) -> str:
        """The dm-verity root hash of its squashfs: 64 hexadecimal digits."""
        return str(self.manifest["root_hash"])

    @property
    def kernel(self) -> str:
        """The kernel's release, as uname -r gives it."""
        return str(self.manifest["kernel"])

    def __str__(self) -> str:
        m = self.manifest
        return f"{m['image']}@{m['version']} published as {self.root_hash[:12]}, kernel {self.kernel}"

    __repr__ = __str__


class Image:
    """One image of a site. What it says is read from the server each time it is asked."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self.name = name

    def versions(self) -> list[dict[str, Any]]:
        """Give its versions, newest first: image, version, commit, content, created, packages, kernel, published."""
        for image in self._server.call("image", "list")["images"]:
            if image["name"] == self.name:
                return list(image["versions"])
        raise SidusError(f"There is no image {self.name!r} on {self._server.name}.", hint="lab.build(recipe) makes one")

    def show(self, version: str = "") -> dict[str, Any]:
        """Give one version with its recipe, its lock (every package with its SHA-256) and its manifest."""
        return dict(self._server.call("image", "show", f"{self.name}@{version}" if version else self.name))

    def publish(self, version: str = "") -> Action[Published]:
        """Make a version (the newest by default) ready to boot."""
        target = f"{self.name}@{version}" if version else self.name

        def work(control: Control) -> Published:
            job = self._server.call("image", "publish", target, "--detach")["job"]
            return Published(self._server.follow(job, control))

        return actions.start(work, name=f"publish {target}", expected=PUBLISH_SECONDS)

    def __repr__(self) -> str:
        return _plain(self.name, self.versions())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        versions = self.versions()
        rows = [
            [v["version"], when(v["created"]), v["suite"], v["packages"], v["kernel"], (v["published"] or "no")[:12]]
            for v in versions
        ]
        columns = ["version", "built", "suite", "packages", "kernel", "published"]
        return html.mimebundle(_plain(self.name, versions), html.table(rows, columns, caption=f"Image {self.name}"))


def build(server: Server, recipe: str | bytes | Path | Mapping[str, Any], *, force: bool = False) -> Action[Image]:
    """Build an image from a recipe: TOML text, a path to a TOML file, or the same as a mapping.

    The result is the image; when nothing in the tree changed, its newest version is the one that was there.
    """
    data = recipe_bytes(recipe)

    def work(control: Control) -> Image:
        words = ["image", "build", "--detach", *(["--force"] if force else [])]
        job = server.call(*words, data=data)["job"]
        return Image(server, str(server.follow(job, control)["image"]))

    return actions.start(work, name="build image", expected=BUILD_SECONDS)


def recipe_bytes(recipe: str | bytes | Path | Mapping[str, Any]) -> bytes:
    """Give a recipe in the form in which it is sent."""
    if isinstance(recipe, Path):
        try:
            return recipe.read_bytes()
        except OSError as error:
            raise SidusError(
                f"The recipe {recipe} cannot be read: {error.strerror}.", hint="give the path of a TOML file"
            ) from None
    if isinstance(recipe, Mapping):
        return json.dumps(recipe).encode()
    return recipe.encode() if isinstance(recipe, str) else recipe


def when(seconds: float | str) -> str:
    """Give a time of the server in words (UTC)."""
    if isinstance(seconds, str):
        return seconds
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds))


def _plain(name: str, versions: list[dict[str, Any]]) -> str:
    lines = [f"image {name}"]
    for v in versions:
        state = f"published as {v['published'][:12]}" if v["published"] else "not published"
        lines.append(f"  {v['version']}  {when(v['created'])}  {v['packages']} packages, kernel {v['kernel']}, {state}")
    return "\n".join(lines)
