"""How verbs are written down, and how a command line is read: each wing says its verbs as data, with their examples."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, NamedTuple, NoReturn, Sequence, Tuple, TypedDict, Union

from .errors import Usage
from .site import Site

if TYPE_CHECKING:
    from typing import Unpack  # Python 3.11; the types are checked with that

Given = argparse.Namespace


class Printed(NamedTuple):
    """What a verb gives that has printed its own events: the exit code."""

    code: int


class Options(TypedDict, total=False):
    """What argparse's `add_argument` may be told beside the names."""

    action: str
    nargs: Union[int, str, None]
    const: object
    default: object
    type: Callable[[str], object]
    choices: Iterable[object]
    required: bool
    help: str
    metavar: str
    dest: str


class Word(NamedTuple):
    """One word of a verb, as argparse takes it."""

    names: Tuple[str, ...]
    options: Options


def word(*names: str, **options: "Unpack[Options]") -> Word:
    """An option (``--name``) or a place (``name``) of a verb, with argparse's own settings."""
    return Word(names, options)


class Verb(NamedTuple):
    """One verb.

    `answers` are the shapes of its result; more than one where an option decides. `examples` is shown by ``--help``; a
    verb without a `text` is for the program itself and not shown.
    """

    words: str
    text: str
    run: Callable[[Site, Given], object]
    answers: Tuple[type, ...]
    examples: str = ""
    takes: Tuple[Word, ...] = ()


class Group(NamedTuple):
    """A noun, its verbs, and what its own ``--help`` shows."""

    noun: str
    text: str
    verbs: Tuple[Verb, ...]
    examples: str = ""


class _Parser(argparse.ArgumentParser):
    """Wrong usage is an error like any other: one JSON line."""

    def error(self, message: str) -> NoReturn:
        raise Usage(message[:1].upper() + message[1:] + ".", step=("help", *self.prog.split()[1:]))


def parser(text: str, examples: str, site: str, verbs: Sequence[Verb], groups: Sequence[Group]) -> _Parser:
    """The whole command line: verbs of their own, and nouns with their verbs; `site` is the default folder."""
    top = _Parser(prog="sidusctl", **_shown(text, examples))
    top.add_argument("--site", default=site, metavar="DIR", help="the site's folder (default: %(default)s)")
    below = top.add_subparsers(metavar="VERB", required=True, parser_class=_Parser)
    for verb in verbs:
        _add(below, verb)
    for group in groups:
        noun = below.add_parser(group.noun, help=group.text, **_shown(group.text, group.examples))
        inner = noun.add_subparsers(metavar="VERB", required=True, parser_class=_Parser)
        for verb in group.verbs:
            _add(inner, verb)
    return top


def _add(below: "argparse._SubParsersAction[_Parser]", verb: Verb) -> None:
    hidden: Dict[str, Any] = {"help": verb.text} if verb.text else {}
    made = below.add_parser(verb.words.split()[-1], **hidden, **_shown(verb.text, verb.examples))
    for names, options in verb.takes:
        made.add_argument(*names, **options)
    made.set_defaults(verb=verb)


def _shown(text: str, examples: str) -> Dict[str, Any]:
    return {"description": text, "epilog": examples, "formatter_class": argparse.RawDescriptionHelpFormatter}


def read(reader: argparse.ArgumentParser, argv: "Sequence[str] | None") -> "Tuple[Verb, Given]":
    """The verb that the words name, and what was given with it.

    Raises Usage.
    """
    given = reader.parse_args(argv)
    verb = given.verb
    assert isinstance(verb, Verb)
    return verb, given
