"""The command line: words in, JSON lines out."""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from pathlib import Path
from typing import Optional, Sequence, Tuple

from . import errors, events, grammar, operations, serving, verbs
from . import site as sites
from .errors import CtlError, Usage
from .grammar import Group, Printed, Verb
from .history import verbs as history
from .image import verbs as image
from .job import verbs as job
from .node import verbs as node
from .serve import verbs as serve
from .site import Site

VERBS: Tuple[Verb, ...] = (*verbs.VERBS, *operations.VERBS)
# The history stands above images and nodes, and speaks of both; its verbs are the image's for whoever reads them.
_IMAGE = image.GROUP._replace(verbs=(*image.GROUP.verbs, *history.VERBS))
GROUPS: Tuple[Group, ...] = (_IMAGE, node.GROUP, job.GROUP, serve.GROUP, serving.GROUP)

_NO_WORD = re.compile("[\0\ud800-\udfff]")  # no program and no file system takes these
_TEXT = """\
The server's half of sidus_lab: builds and publishes images, keeps the nodes, follows jobs. \
Prints one JSON object a line: progress events, then one result or one error."""
_EXAMPLES = """\
From nothing to two nodes under one image:
  sidusctl --site ~/site init --web-root-url http://10.0.0.1:8080 --authorize "$(cat ~/.ssh/id_ed25519.pub)"
  sidusctl --site ~/site image build < debian12.toml
  sidusctl --site ~/site image publish debian12
  echo SECRET | sidusctl --site ~/site node add node1 --mac 52:54:00:12:34:56 --address 10.0.0.11 \\
      --bmc-host 10.0.1.11 --bmc-user admin
  sidusctl --site ~/site node assign node[1-2] debian12
  sidusctl --site ~/site node power node[1-2] on
The environment variable SIDUS_SITE saves writing --site."""


def parser() -> argparse.ArgumentParser:
    """The whole command line, for `main` and for whoever shows it."""
    return grammar.parser(_TEXT, _EXAMPLES, str(sites.default_folder()), VERBS, GROUPS)


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Do what the words say; 0 with a result, 1 with an error, 2 for wrong usage."""
    site = ""
    try:
        words = list(sys.argv[1:] if argv is None else argv)
        for word in words:
            if not word.isprintable() and _NO_WORD.search(word):
                raise Usage("A word must be text in UTF-8, without a NUL; {!r} is not.".format(word[:80]))
        verb, given = grammar.read(parser(), words)
        site = str(given.site)
        value = verb.run(Site(Path(site)), given)
        if isinstance(value, Printed):
            return value.code
        events.emit(events.result(value))
        return 0
    except CtlError as error:
        events.emit(error.to_event(site))
        return 2 if isinstance(error, Usage) else 1
    except UnicodeDecodeError:
        events.emit(Usage("What came on stdin is not text in UTF-8.").to_event(site))
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        message = "{}: {}.".format(error.filename or "The server", error.strerror)
        failed = errors.from_os(error, "cannot-write", message, "may this user write in the site's folder?")
        events.emit(failed.to_event(site))
        return 1
    except Exception as error:  # the last door: whatever was not thought of is one error too, and no traceback
        last = traceback.format_exc().strip().split("\n")[-3:]
        message = "A fault of sidusctl itself: {}.".format(type(error).__name__)
        hint = "what was asked for may not have been done; please report it with the detail"
        events.emit(CtlError("internal", message, hint=hint, detail="\n".join(last)).to_event(site))
        return 1
