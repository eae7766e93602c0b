"""What people call a version."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import names, tags
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, mode
from tests.sidusctl.image.test_store import INFO, _tree


def test_image_version_and_tag_mean_one_version_or_an_error(ctl: Program, tmp_path: Path) -> None:
    site, store = Site(ctl.site), Store(ctl.site / "repo", Privilege(mode()))
    with pytest.raises(CtlError) as caught:
        names.find(site, store, "tiny")
    assert caught.value.step == ("image-build",)
    first, _ = store.commit("tiny", _tree(tmp_path / "1", "one"), INFO)
    second, _ = store.commit("tiny", _tree(tmp_path / "2", "two"), INFO)
    other, _ = store.commit("other", _tree(tmp_path / "3", "three"), INFO)
    tags.put(site, "v1", first, store.images(), store.has)
    for name, wanted in (
        ("tiny", second),
        ("v1", first),
        ("tiny@v1", first),
        ("tiny@" + first.name, first),
        ("tiny@" + second.commit, second),
        ("other", other),
    ):
        assert names.find(site, store, name) == wanted, name
    for name, code in (("other@v1", "unknown-version"), ("nosuch", "unknown-image"), ("nosuch@v1", "unknown-image")):
        with pytest.raises(CtlError) as caught:
            names.find(site, store, name)
        assert caught.value.code == code, name
    assert store.has(first)
    assert not store.has(first._replace(commit="f" * 64))
    store.commit("v1", _tree(tmp_path / "4", "four"), INFO)  # an image that took a tag's name
    with pytest.raises(CtlError) as caught:
        names.find(site, store, "v1")
    assert (caught.value.code, "untag v1" in caught.value.hint) == ("ambiguous-name", True)
    assert names.find(site, store, "tiny@v1") == first
