"""The numbers and the order of users and groups."""

from __future__ import annotations

from pathlib import Path

from sidus_lab.sidusctl.image import accounts

PASSWD = (
    "root:x:0:0:root:/root:/bin/bash\nsshd:x:102:65534::/run/sshd:/sbin/nologin\ntcpdump:x:101:103::/:/sbin/nologin\n"
)


def test_a_pool_has_names_and_numbers_and_nothing_else() -> None:
    assert accounts.pool(PASSWD) == "root:0\nsshd:102\ntcpdump:101\n"
    assert accounts.pool("+::::::\n\nhalf:x\nword:x:many:\n") == ""


def test_users_by_number_and_their_secrets_likewise() -> None:
    one = accounts.by_number(PASSWD)
    assert [line.partition(":")[0] for line in one.splitlines()] == ["root", "tcpdump", "sshd"]
    swapped = "".join(sorted(PASSWD.splitlines(keepends=True), reverse=True))
    assert accounts.by_number(swapped) == one
    assert accounts.by_number("+::::::\n" + PASSWD).endswith("+::::::\n")
    assert accounts.in_order("sshd:!::\nroot:*::\nelse:*::\n", ("root", "sshd")) == "root:*::\nsshd:!::\nelse:*::\n"


def _tree(root: Path, passwd: str) -> Path:
    (root / "etc").mkdir(parents=True)
    (root / "etc/passwd").write_text(passwd)
    (root / "etc/shadow").write_text("".join(f"{line.partition(':')[0]}:*:\n" for line in passwd.splitlines()))
    (root / "etc/shadow").chmod(0o640)
    (root / "etc/adduser.conf").write_text("DSHELL=/bin/bash\n")
    return root


def test_a_tree_has_no_pool_in_the_end_and_one_order(tmp_path: Path) -> None:
    lines = PASSWD.splitlines(keepends=True)
    found = []
    for name, text in (("one", PASSWD), ("two", "".join([lines[0], lines[2], lines[1]]))):
        root = _tree(tmp_path / name, text)
        accounts.lay_out(root / "etc", PASSWD, "root:x:0:\n")
        with (root / "etc/adduser.conf").open("a") as stream:
            stream.write(accounts.settings())
        accounts.finish(str(root))
        assert sorted(path.name for path in (root / "etc").iterdir()) == ["adduser.conf", "passwd", "shadow"]
        assert (root / "etc/shadow").stat().st_mode & 0o777 == 0o640
        found.append({path.name: path.read_bytes() for path in (root / "etc").iterdir()})
    assert found[0] == found[1]
    assert found[0]["adduser.conf"] == b"DSHELL=/bin/bash\n"
    accounts.finish(str(tmp_path / "one"))  # twice does no harm


def test_a_tree_without_users_is_let_be(tmp_path: Path) -> None:
    accounts.finish(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_not_utf_8_is_kept(tmp_path: Path) -> None:
    root = _tree(tmp_path / "x", PASSWD)
    with (root / "etc/passwd").open("ab") as stream:
        stream.write(b"odd:x:5:5:M\xfcller:/:/bin/sh\n")
    accounts.finish(str(root))
    assert (root / "etc/passwd").read_bytes().splitlines()[1] == b"odd:x:5:5:M\xfcller:/:/bin/sh"
