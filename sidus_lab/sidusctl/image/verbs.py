"""The verbs of images, with their examples."""

from __future__ import annotations

import sys

from .. import shapes
from ..grammar import Given, Group, Verb, word
from ..job.verbs import DETACH, KEY, start
from ..site import Site
from . import catalogue, change_verbs, diff, limits, messages, names, recipe, tags, verify
from .forms import effort, kinds
from .store import Store

_RECIPE = """\
Example:
  sidusctl image build --name debian12 --message "fio for the disks" < recipe.toml
A recipe:
  name = "debian12"
  suite = "bookworm"
  packages = ["systemd-sysv", "udev", "openssh-server"]
  kernel = "linux-image-cloud-amd64"     # "" for a tree that no node boots
  components = ["main"]                  # and, if wanted: mirror, variant ("minbase")
  exclude = ["/usr/share/doc/*"]         # paths that packages must not install
  commands = ["systemctl mask apt-daily.timer", ["passwd", "--lock", "root"]]
  [files]
  "/etc/motd" = "Welcome\\n"
  "/usr/local/bin/hello" = {mode = "0755", text = "#!/bin/sh\\necho hello\\n"}
The build is a job: it goes on when the connection is lost, see: sidusctl job list"""


def _build(site: Site, given: Given) -> object:
    wanted = recipe.parse(sys.stdin.buffer.read(limits.BYTES + 1), given.name or "")
    request: shapes.Request = {"recipe": wanted.to_dict(), "image": wanted.name, "force": given.force}
    if given.message:
        request["message"] = messages.check(given.message)
    return start(site, given, "image build", request)


def _publish(site: Site, given: Given) -> object:
    request: shapes.Request = {"image": given.image, "form": given.form}
    if given.level is not None:
        request["level"] = given.level
    return start(site, given, "image publish", request)


def _list(site: Site, _given: Given) -> shapes.Images:
    return catalogue.listing(site)


def _show(site: Site, given: Given) -> shapes.VersionShown:
    return catalogue.show(site, given.image)


def _tag(site: Site, given: Given) -> shapes.Tag:
    store = Store(site.repo, site.privilege())
    return tags.put(site, given.tag, names.find(site, store, given.image), store.images(), store.has)


def _untag(site: Site, given: Given) -> shapes.Untagged:
    return {"removed": tags.remove(site, given.tag)}


def _tags(site: Site, _given: Given) -> shapes.Tags:
    return {"tags": tags.listing(site)}


def _diff(site: Site, given: Given) -> shapes.Diff:
    return diff.diff(site, given.before, given.after, whole=given.all)


def _verify(site: Site, given: Given) -> shapes.Verified:
    return verify.verify(site, given.image)


_IMAGE = change_verbs.IMAGE

GROUP = Group(
    "image",
    "build, list and publish images",
    (
        Verb(
            "image build",
            "build an image from a recipe (TOML or JSON) on stdin",
            _build,
            (shapes.Build, shapes.Started),
            _RECIPE,
            (
                word("--name", help="the image's name instead of the recipe's own"),
                word("--force", action="store_true", help="build even when the newest version has this very recipe"),
                messages.MESSAGE,
                DETACH,
                KEY,
            ),
        ),
        *change_verbs.VERBS,
        Verb(
            "image list",
            "all images, their versions, and what is published",
            _list,
            (shapes.Images,),
            """\
Example:
  sidusctl image list""",
        ),
        Verb(
            "image show",
            "one version: recipe, lock, manifest",
            _show,
            (shapes.VersionShown,),
            """\
Examples:
  sidusctl image show debian12
  sidusctl image show debian12@5b53c6a1f0e2""",
            (_IMAGE,),
        ),
        Verb(
            "image diff",
            "what differs between two versions: packages, configuration, files by package",
            _diff,
            (shapes.Diff,),
            """\
Examples:
  sidusctl image diff debian12
  sidusctl image diff debian12@5b53c6a1f0e2 debian12@0f3c9a52be11
  sidusctl image diff debian12 debian13 --all
With one version it is compared with the one that it came after. The two may be of two images.""",
            (
                word("before", metavar="NAME[@VERSION]"),
                word("after", metavar="NAME[@VERSION]", nargs="?", default=""),
                word("--all", action="store_true", help="name every file, and what only notes what was done"),
            ),
        ),
        Verb(
            "image tag",
            "give a version a name, or move a name to another version",
            _tag,
            (shapes.Tag,),
            """\
Examples:
  sidusctl image tag debian12@5b53c6a1f0e2 course-2027
  sidusctl node assign node[1-24] course-2027
A tagged version stays whatever else goes. Nodes keep what they were assigned when the tag is moved.""",
            (_IMAGE, word("tag", metavar="TAG")),
        ),
        Verb(
            "image untag",
            "take tags away; their versions stay until gc",
            _untag,
            (shapes.Untagged,),
            """\
Example:
  sidusctl image untag course-2027""",
            (word("tag", metavar="TAG", nargs="+"),),
        ),
        Verb(
            "image tags",
            "all tags, and what each means",
            _tags,
            (shapes.Tags,),
            """\
Example:
  sidusctl image tags""",
        ),
        Verb(
            "image verify",
            "hash all published files anew, and say what is damaged",
            _verify,
            (shapes.Verified,),
            """\
Examples:
  sidusctl image verify
  sidusctl image verify debian12
What is damaged is replaced as a whole by: sidusctl image publish NAME@VERSION""",
            (word("image", metavar="NAME[@VERSION]|ROOT", nargs="?", default=""),),
        ),
        Verb(
            "image publish",
            "make a version ready to boot: kernel, initrd, root, manifest",
            _publish,
            (shapes.Publication, shapes.Started),
            """\
Examples:
  sidusctl image publish debian12
  sidusctl image publish debian12@5b53c6a1f0e2
  sidusctl image publish debian12 --level 3      # to try something: a third of the time, 7 % more bytes
  sidusctl image publish debian12 --level 15     # for many nodes: nine times the time, 7 % fewer bytes
The version is named by its content, equal on every site; the root hash names what was packed from it. Another level,
or another version of mksquashfs, gives another root hash of the same content. What is published already
stays as it is; nodes that are assigned NAME get what was packed hardest.""",
            (
                _IMAGE,
                word(
                    "--form",
                    choices=tuple(kinds.FORMS),
                    default=kinds.DEFAULT,
                    help="how nodes get their root (default: %(default)s)",
                ),
                word(
                    "--level",
                    type=int,
                    choices=range(effort.LEAST, effort.MOST + 1),
                    metavar="{}-{}".format(effort.LEAST, effort.MOST),
                    help="how hard to compress it (default: as published already, else {})".format(effort.DEFAULT),
                ),
                DETACH,
                KEY,
            ),
        ),
    ),
    """\
Example:
  sidusctl image build < debian12.toml && sidusctl image publish debian12""",
)
