"""Images: `image list`, `show`, `build`, `publish`; and what a version carries with it."""

from __future__ import annotations

from typing import Dict, List, Optional, TypedDict, Union

from .damage import DamagedRow


class RecipeFile(TypedDict):
    """A file that a recipe writes; `mode` in octal digits."""

    text: str
    mode: str


class Recipe(TypedDict):
    """A recipe that passed every check, with all its keys. A command is a line for the shell, or a list of words."""

    name: str
    suite: str
    packages: List[str]
    components: List[str]
    mirror: str
    variant: str
    kernel: str
    exclude: List[str]
    files: Dict[str, RecipeFile]
    commands: List[Union[str, List[str]]]


class Package(TypedDict):
    """One line of the lock; `sha256` is that of the .deb, empty for a package from no archive."""

    name: str
    version: str
    arch: str
    sha256: str


class Version(TypedDict):
    """One immutable tree of an image.

    `version` is the first 12 characters of `commit`; `content` is the hash of the files alone, equal for equal trees;
    `created` in ISO 8601; `published` the root hash under which nodes boot it, or None. `author`, `host`, `parent`,
    `how`, `message` and `steps` are those of its `VersionInfo`, empty where it does not say.
    """

    image: str
    version: str
    commit: str
    content: str
    created: str
    packages: int
    kernel: str
    suite: str
    published: Optional[str]
    author: str
    host: str
    parent: str
    how: str
    message: str
    steps: List[List[str]]


class PublishedFile(TypedDict):
    """A published file."""

    bytes: int
    sha256: str


class Verity(TypedDict):
    """How the hash tree was made; block sizes in bytes."""

    hash: str
    salt: str
    uuid: str
    data_block: int
    hash_block: int


class Uefi(TypedDict):
    """How a start of the program for UEFI firmware is known, SHA-256 each: the note in it that names the system, and
    the hashes by which firmware measures that program and the kernel in it (Authenticode).
    """

    osrel: str
    image_program: str
    kernel_program: str


class _ManifestMade(TypedDict, total=False):
    level: int
    tools: Dict[str, str]


class Manifest(_ManifestMade):
    """What is published under one root hash: the version it came from, its form, and its files by name.

    `form` is the kind of root that nodes get, `levels` the levels of the proof that this form can reach at all; `uefi`
    is None where no program for UEFI firmware could be made of kernel and initrd.
    `content` names the version: equal trees have it equal, on every site. `root_hash` names this artefact: the same
    tree packed at another `level`, or by other versions of the `tools` (program -> version), has another one. These
    two are missing in manifests of before, which were packed at level 15.
    """

    format: int
    form: str
    levels: List[str]
    image: str
    version: str
    commit: str
    content: str
    created: str
    suite: str
    packages: int
    kernel: str
    root_hash: str
    verity: Verity
    files: Dict[str, PublishedFile]
    uefi: Optional[Uefi]


class Publication(Manifest):
    """`image publish`: the manifest, and how many seconds each step took (empty: it was published already)."""

    seconds: Dict[str, float]


class VersionShown(Version):
    """`image show`: a version, what it was built from, and the names of the image's other versions, newest first."""

    recipe: Recipe
    lock: List[Package]
    manifest: Optional[Manifest]
    versions: List[str]


class Image(TypedDict):
    """An image with its versions, newest first."""

    name: str
    versions: List[Version]


class Images(TypedDict):
    """`image list`: all images, and the manifests of all that is published, newest first.

    `damaged` are the published folders without a manifest that can be believed.
    """

    images: List[Image]
    published: List[Manifest]
    damaged: List[DamagedRow]


class TagFacts(TypedDict):
    """What a tag means, who said so, and when."""

    image: str
    commit: str
    content: str
    author: str
    when: float


class TagsNote(TypedDict):
    """tags.json."""

    format: int
    tags: Dict[str, TagFacts]


class Tag(TagFacts):
    """`image tag`: a tag with the version that it means, and the root hash under which nodes boot that, or None."""

    name: str
    version: str
    published: Optional[str]


class Tags(TypedDict):
    """`image tags`."""

    tags: List[Tag]


class Untagged(TypedDict):
    """`image untag`: the names."""

    removed: List[str]


class VerifiedRow(TypedDict):
    """One published folder: what is wrong with it (empty: nothing), and what to do, as an error says it.

    `unseen` is what could not be looked at, with the reason: such a folder has not passed, whatever `faults` says.
    `image` and `version` are empty where its manifest cannot be believed.
    """

    root_hash: str
    image: str
    version: str
    faults: List[str]
    unseen: List[str]
    hint: str
    next: List[str]


class Verified(TypedDict):
    """`image verify`."""

    published: List[VerifiedRow]


class Build(TypedDict):
    """`image build`: the version; not `new` when the newest one has this very recipe or content already."""

    image: str
    version: str
    commit: str
    content: str
    new: bool
    packages: int
    seconds: Dict[str, float]


class Sources(TypedDict):
    """What a version was made from, as the site keeps it: name -> SHA-256 of package files, and of package lists."""

    format: int
    debs: Dict[str, str]
    lists: Dict[str, str]


class Started(TypedDict):
    """`image build --detach`, `image publish --detach`: the job that does it."""

    job: str


class _BuildSuite(TypedDict):
    suite: str


class BuildFacts(_BuildSuite, total=False):
    """image.json in the tree itself: the kernel and the hashes of the files published beside the tree, if any."""

    kernel: str
    vmlinuz_sha256: str
    initrd_sha256: str


class _VersionInfo(TypedDict):
    recipe: Recipe
    boot: str
    packages: int
    kernel: str


class VersionInfo(_VersionInfo, total=False):
    """What a version's commit carries in its metadata; `boot` is the hash of the boot files that it was built with.

    The rest is its history, which versions of before had not. `author` is an account of the server, `host` the server's
    name, `parent` the commit of the version before it ("": the first one), `message` the reason in the author's words.
    `how` says how it was made: ``build`` (whole, by its recipe), ``on`` (on its parent, by `steps`), or another
    operation's own word. A step is a verb and its words, such as ``["install", "hwloc"]``.
    """

    author: str
    host: str
    parent: str
    how: str
    message: str
    steps: List[List[str]]
