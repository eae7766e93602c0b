"""What a small change means, decided without doing it."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import change_plan
from sidus_lab.sidusctl.image.change_plan import Change
from sidus_lab.sidusctl.image.recipe import Recipe

RECIPE = Recipe("x", "bookworm", ("fio", "hwloc=2.9"), commands=("true",))
INSTALLED = {"fio", "hwloc", "libaio1", "dpkg", "busybox", "linux-image-cloud-amd64"}


def _after(kind: str, *words: str) -> Recipe:
    return change_plan.recipe_after(RECIPE, Change(kind, words), INSTALLED)


def test_the_recipe_that_says_the_same() -> None:
    assert _after("install", "numactl").packages == ("fio", "hwloc=2.9", "numactl")
    assert _after("install", "fio").packages == RECIPE.packages
    assert _after("install", "hwloc=3.0", "hwloc=3.0").packages == ("fio", "hwloc=3.0")
    assert _after("install", "libaio1").packages == (*RECIPE.packages, "libaio1")  # wanted for itself now
    assert _after("remove", "hwloc").packages == ("fio",)
    assert _after("run", "a && b").commands == ("true", "a && b")


def test_what_the_recipe_does_not_name_is_purged_by_it() -> None:
    found = _after("remove", "libaio1")
    assert found.packages == RECIPE.packages
    assert found.commands == ("true", ("apt-get", "--yes", "purge", "--autoremove", "libaio1"))


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("install", ("-oDebug=1",), "bad-recipe"),
        ("install", ("a b",), "bad-recipe"),
        ("install", ("fio;id",), "bad-recipe"),
        ("install", ("./fio.deb",), "bad-recipe"),
        ("remove", ("nosuch",), "not-installed"),
        ("remove", ("fio", "nosuch"), "not-installed"),
        ("remove", ("busybox",), "needed-to-boot"),
        ("remove", ("linux-image-cloud-amd64",), "needed-to-boot"),
        ("run", ("  ",), "bad-recipe"),
        ("run", ("a\0b",), "bad-recipe"),
    ],
)
def test_bad_words(kind: str, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(CtlError) as caught:
        _after(kind, *words)
    assert caught.value.code == code


def test_a_tree_that_no_node_boots_may_lose_its_busybox() -> None:
    wanted = RECIPE._replace(kernel="")
    assert change_plan.recipe_after(wanted, Change("remove", ("busybox",)), INSTALLED).commands[-1][-1] == "busybox"


def test_a_change_is_kept_and_read_back() -> None:
    change = Change("install", ("fio", "hwloc"))
    assert change_plan.of_step(change.to_step()) == change
    assert change_plan.apt_words(change) == ["install", "fio", "hwloc"]
    assert change_plan.apt_words(Change("run", ("x",))) == []


def test_what_nobody_asked_to_go() -> None:
    change = Change("remove", ("libaio1",))
    change_plan.refuse_lost(RECIPE, change, INSTALLED, INSTALLED - {"libaio1"})
    with pytest.raises(CtlError, match=r"libaio1 would go what the recipe names: fio\.") as caught:
        change_plan.refuse_lost(RECIPE, change, INSTALLED, INSTALLED - {"libaio1", "fio"})
    assert caught.value.code == "needed-by"
    # A virtual package is in no lock, before or after.
    change_plan.refuse_lost(RECIPE._replace(packages=("mail-transport-agent",)), change, INSTALLED, INSTALLED)


@pytest.mark.parametrize(
    ("path", "makes"),
    [
        ("usr/bin/busybox", True),
        ("usr/bin/hwloc-ls", False),
        ("boot/vmlinuz-6.1", True),
        ("usr/lib/modules/6.1/modules.dep", True),
        ("usr/share/initramfs-tools/hooks/lvm2", True),
        ("etc/passwd", False),
        ("etc/ld.so.cache", False),
    ],
)
def test_when_an_initrd_is_made_anew(path: str, makes: bool) -> None:
    assert (
        change_plan.makes_initrd([path, "var/lib/dpkg/status"], ["usr/bin/busybox", "etc/ld.so.cache", "init"]) is makes
    )


def test_sums_that_the_lists_do_not_have_any_more() -> None:
    known: list[shapes.Package] = [
        {"name": "a", "version": "1", "arch": "all", "sha256": "11"},
        {"name": "b", "version": "1", "arch": "all", "sha256": "22"},
    ]
    lock: list[shapes.Package] = [{**known[0], "sha256": ""}, {**known[1], "version": "2", "sha256": ""}]
    assert [row["sha256"] for row in change_plan.with_known_sums(lock, known)] == ["11", ""]
