"""What `ostree ls` lists, read back."""

from __future__ import annotations

from sidus_lab.sidusctl.image import trees

ONE, TWO, TOP = "1" * 64, "2" * 64, "f" * 64
LISTING = f"""\
d00755 0 0      0 {ONE} {TOP} {{ @a(ayay) [] }} /
-04755 0 42    550 {ONE} {{ [(b'user.x', [byte 0x31])] }} /usr/bin/su do
l00777 0 0      0 {ONE} {{ @a(ayay) [] }} /bin -> usr/bin
"""


def test_each_path_with_all_that_can_differ() -> None:
    found = trees.entries(trees.lines(LISTING))
    assert list(found) == ["/", "/usr/bin/su do", "/bin"]
    assert found["/"].object == TOP  # of a folder that of itself, not of what is in it
    assert found["/usr/bin/su do"] == ("-", "4755", (0, 42), 550, ONE, "[(b'user.x', [byte 0x31])]", "")
    assert (found["/bin"].target, found["/bin"].open) == ("usr/bin", True)
    assert not found["/usr/bin/su do"]._replace(mode="640").open


def test_a_line_feed_in_a_name_begins_no_line() -> None:
    listing = f"-00644 0 0 1 {ONE} {{ @a(ayay) [] }} /two\nlines\n-00644 0 0 1 {ONE} {{ @a(ayay) [] }} /one\n"
    assert list(trees.entries(trees.lines(listing))) == ["/two\nlines", "/one"]


def test_of_two_listings_what_is_not_equal() -> None:
    other = LISTING.replace("04755", "00755").replace(f"{ONE} {TOP}", f"{TWO} {TOP}")
    old, new = trees.apart(LISTING, other)
    assert (set(old), set(new)) == ({"/", "/usr/bin/su do"}, {"/", "/usr/bin/su do"})
    assert old["/"] == new["/"]  # what is in a folder is no change of the folder
    assert (old["/usr/bin/su do"].mode, new["/usr/bin/su do"].mode) == ("4755", "755")
    assert trees.apart(LISTING, LISTING) == ({}, {})
