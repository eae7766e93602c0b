"""The word of a boot: a secret that the server makes for each ordered start, and only that start is given. Pure.

With it a node signs its reports and answers questions; the word itself is never sent back. The boot script and the
probe make the same sums with sha256sum.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_word() -> str:
    """A word for one boot: 64 hexadecimal digits."""
    return secrets.token_hex(32)


def mark(word: str, message: str) -> str:
    """What shows that whoever made it knows the word: SHA-256 of the word and of the SHA-256 of word and message.

    Hashed twice, so that nobody can lengthen a message that was heard (as in HMAC, RFC 2104, which a shell cannot do).
    """
    inner = hashlib.sha256("{}\n{}".format(word, message).encode()).hexdigest()
    return hashlib.sha256("{}\n{}".format(word, inner).encode()).hexdigest()


def of_report(word: str, node: str, stage: str, query: str) -> str:
    """The mark of a report; `query` is what stands before the mark in its address."""
    return mark(word, "{} {} {}".format(node, stage, query))


def of_answer(word: str, nonce: str, boot: str) -> str:
    """What the boot with this word and this boot id answers to a question."""
    return mark(word, "{} {}".format(nonce, boot))


def of_files(word: str) -> str:
    """The part of the name under which this boot's own files are handed out: nobody guesses it."""
    return mark(word, "own files")[:32]


def equal(one: str, other: str) -> bool:
    """Whether two marks are equal, in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
