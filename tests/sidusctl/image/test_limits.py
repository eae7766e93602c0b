"""A recipe that would cost the parser gigabytes is refused before it is parsed."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import limits

MOST = 200 << 20  # bytes of memory
HEAD = b'name = "x"\nsuite = "bookworm"\n'

TOO_MUCH = {
    "dotted keys": (b".".join([b"a"] * 30_000) + b" = 1\n", "recipe-too-deep"),
    "quoted dotted keys": (b".".join([b'"a"'] * 15_000) + b" = 1\n", "recipe-too-deep"),
    "dotted keys in tables": (b"x = {" + b".".join([b"a"] * 30_000) + b" = 1}\n", "recipe-too-deep"),
    "a dotted header": (b"[" + b".".join([b"a"] * 30_000) + b"]\n", "recipe-too-deep"),
    "deep lists": (b"x = " + b"[" * 30_000, "recipe-too-deep"),
    "deep tables": (b"x = {a = " * 7_000, "recipe-too-deep"),
    "many keys": (b"".join(b"k%d=1\n" % number for number in range(7_000)), "recipe-too-large"),
    "many bytes": (b"#" * (limits.BYTES + 1), "recipe-too-large"),
    "without end": (b"x" * (1 << 23), "recipe-too-large"),
    "a long number": (b"x = " + b"9" * 60_000, "bad-recipe"),
}


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))


@pytest.mark.parametrize("case", [*TOO_MUCH, "deep JSON", "half a character"])
def test_one_error_in_little_memory(case: str) -> None:
    text, code = TOO_MUCH.get(case, (b"", ""))
    text = HEAD + text
    if case == "deep JSON":
        text, code = b'{"a":' * 10_000, "recipe-too-deep"
    if case == "half a character":
        text, code = b'{"name": "x", "suite": "bookworm", "files": {"/a": "\\ud800"}}', "bad-recipe"
    program = (
        "import sys; from sidus_lab.sidusctl.cli import main; sys.exit(main(['--site', '/none', 'image', 'build']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=text, capture_output=True, preexec_fn=_limited, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr[-500:]
    assert done.stdout.count(b"\n") == 1
    assert f'"code": "{code}"'.encode() in done.stdout
    assert not done.stderr


def test_what_stands_in_quotes_and_comments_does_not_count() -> None:
    script = "[" * 100 + "{a.b.c.d.e.f.g.h.i.j.k = " * 50
    limits.check(f"a = \"\"\"{script}\"\"\"\nb = '''{script}'''\nc = '{script}'\n# {script}\n")
    limits.check('{"files": {"/x": {"text": "' + script + '\\""}}}')
    with pytest.raises(CtlError):
        limits.check("a = " + script)
