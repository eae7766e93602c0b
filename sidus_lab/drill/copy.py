"""What is done to the copy of an image on a practice site, as programs for the server's shell. Pure.

Each keeps the whole file aside before it writes, and writes into a new file: no file that anybody has open is changed,
and none outside the practice site, which is known by its folder ``practice``.
"""

from __future__ import annotations

from collections.abc import Sequence

MARK = "practice"  # the folder by which a practice site is known; whole files are kept in it while copies are damaged
NO_PRACTICE = 3  # exit code where it is missing

_BEGIN = r"""set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
site=$2 root=$3
folder=$site/published/$root kept=$site/practice
if [ ! -d "$kept" ] || [ ! -d "$folder" ]; then exit 3; fi
chmod u+w "$folder"
keep() {
	if [ ! -e "$kept/$1" ]; then mv "$folder/$1" "$kept/$1"; else rm -f "$folder/$1"; fi
	cp --reflink=auto "$kept/$1" "$folder/$1"
	chmod 0644 "$folder/$1"
}
"""

FLIP = r"""keep root.squashfs
at=$(($(stat -c %s "$folder/root.squashfs") / 2))
byte=$(od -An -v -tu1 -j "$at" -N 1 "$folder/root.squashfs" | tr -d ' ')
printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$folder/root.squashfs" bs=1 seek="$at" conv=notrunc 2>/dev/null
echo "byte $at of root.squashfs was $byte and is $((byte ^ 1))"
"""

_MEND = r"""for file in root.squashfs root.verity; do
	if [ -e "$kept/$file" ]; then mv -f "$kept/$file" "$folder/$file" && echo "$file is whole again"; fi
done
"""


def damage(kind: str, program: str, site: str, root_hash: str) -> Sequence[str]:
    """Give the command that damages the copy of a published image."""
    return ["sh", "-c", _BEGIN + program, "sidus-drill", kind, site, root_hash]


def mend(site: str, root_hash: str) -> Sequence[str]:
    """Give the command that brings the whole files back; a second time does no harm."""
    return ["sh", "-c", _BEGIN + _MEND, "sidus-drill", "mend", site, root_hash]
