"""The file of a recording: one JSON object a line, first a header, then one entry for each thing asked."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sidus_lab import errors
from sidus_lab.errors import DataError, SidusError
from sidus_lab.transport import Result

FORMAT = 1
SHORT_INPUT = 64  # bytes: a shorter input, a password say, could be guessed from its hash
LEFT_OUT = b"***"

_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.S)
_ERRORS: dict[str, type[SidusError]] = {
    kind.__name__: kind
    for kind in (
        errors.ConnectError,
        errors.HostKeyUnknown,
        errors.HostKeyChanged,
        errors.AuthenticationFailed,
        errors.ServerUnreachable,
        errors.ServerFrozen,
        errors.RemoteFileError,
    )
}


@dataclass(frozen=True)
class Exchange:
    """One thing that was asked of a transport, and the answer.

    Attributes
    ----------
    kind : str
        ``run``, ``stream``, ``get`` or ``jump``.
    via : str
        The name of the machine it was asked of, for nodes behind the recorded one; empty for that one itself.
    words : tuple of str
        The command; the path; or host, port and user of a jump.
    env : dict
        Variables of a command.
    given : str or None
        What its input was: SHA-256, empty for none, None when it must not be known.
    at, seconds : float
        When it was asked, since the beginning of the recording, and how long the answer took.
    changes : bool
        Whether it changes what other commands answer.
    end : str
        ``exit`` with a `code`; ``left`` when it was cut off from here; ``error`` with the `error`.
    lines : tuple of (float, bytes)
        A stream's lines and when they came, in seconds since it was asked.
    """

    kind: Literal["run", "stream", "get", "jump"]
    words: tuple[str, ...]
    via: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    given: str | None = ""
    at: float = 0.0
    seconds: float = 0.0
    changes: bool = False
    end: Literal["exit", "left", "error"] = "exit"
    code: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    lines: tuple[tuple[float, bytes], ...] = ()
    host_key: str = ""
    error: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Give the entry as one line; what has its default value is left out."""
        values = {
            name: getattr(self, name)
            for name, spec in self.__dataclass_fields__.items()
            if name in ("kind", "words", "at") or getattr(self, name) != _default(spec)
        }
        for name in ("stdout", "stderr"):
            if name in values:
                values[name] = _packed(values[name])
        if "lines" in values:
            values["lines"] = [[round(when, 3), _packed(line)] for when, line in self.lines]
        for name in ("at", "seconds"):
            if name in values:
                values[name] = round(values[name], 3)
        return json.dumps(values, ensure_ascii=True)  # words may hold lone surrogates, which UTF-8 does not take

    @staticmethod
    def from_json(text: str) -> Exchange:
        """Read one line. Raises ValueError, TypeError or KeyError for what is none."""
        values: dict[str, Any] = json.loads(text)
        for name in ("stdout", "stderr"):
            if name in values:
                values[name] = _unpacked(values[name])
        if "lines" in values:
            values["lines"] = tuple((float(when), _unpacked(line)) for when, line in values["lines"])
        values["words"] = tuple(values["words"])
        return Exchange(**values)


class Secrets:
    """Keeps given words, and private keys, out of a recording."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted((word.encode() for word in words if word), key=len, reverse=True)

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._words)}>"

    def clean(self, data: bytes) -> bytes:
        """Give `data` with every secret replaced."""
        for word in self._words:
            data = data.replace(word, LEFT_OUT)
        return _PRIVATE_KEY.sub(LEFT_OUT, data)

    def clean_text(self, text: str) -> str:
        """Give `text` with every secret replaced."""
        return self.clean(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def clean_lines(self, lines: Iterable[tuple[float, bytes]]) -> tuple[tuple[float, bytes], ...]:
        """Give lines with every secret replaced, also a private key that spans several of them."""
        kept: list[tuple[float, bytes]] = []
        inside = False
        for when, line in lines:
            ends = b"PRIVATE KEY-----" in line and b"-----END" in line
            if not inside:
                kept.append((when, self.clean(line)))
            inside = not ends and (inside or (b"PRIVATE KEY-----" in line and b"-----BEGIN" in line))
        return tuple(kept)

    def input_mark(self, data: bytes) -> str | None:
        """Give what may be written of an input: its SHA-256, empty for none, None when it is or may be a secret."""
        if not data:
            return ""
        return None if len(data) < SHORT_INPUT or self.clean(data) != data else hashlib.sha256(data).hexdigest()


def error_to_json(error: SidusError) -> dict[str, str]:
    """Give an error as words, to be raised again by `error_from_json`."""
    words = {"type": type(error).__name__, "message": error.message, "hint": error.hint, "detail": error.detail}
    reason = getattr(error, "reason", "")
    return {name: value for name, value in {**words, "reason": reason}.items() if value}


def error_from_json(words: Mapping[str, str], result: Result | None = None) -> SidusError:
    """Make the error again, with what is known of the command."""
    kind = _ERRORS.get(words.get("type", ""), errors.ConnectError)
    rest = {name: words.get(name, "") for name in ("hint", "detail")}
    message = words.get("message", "An error was recorded.")
    if kind is errors.RemoteFileError:
        return kind(message, reason=words.get("reason", "failed"), **rest)
    return kind(message, result=result, **rest)  # type: ignore[call-arg]


def read_header(file: Path) -> dict[str, object]:
    """Read the first line of a recording. Raises `DataError` for a file that is none."""
    return read(file)[0]


def read(file: Path) -> tuple[dict[str, object], list[Exchange]]:
    """Read the header and the entries of a recording. Raises `DataError` for a file that is none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        header: dict[str, object] = json.loads(lines[0])
        if header["format"] != FORMAT:
            raise DataError(f"{file.name} is a recording of format {header['format']}; this version reads {FORMAT}.")
        entries = []
        for line in lines[1:]:
            try:
                entries.append(Exchange.from_json(line))
            except ValueError:
                if line is lines[-1]:
                    break  # the recording program was killed while it wrote
                raise
    except OSError as error:
        raise DataError(f"Cannot read the recording {file}: {error.strerror}.") from None
    except (ValueError, TypeError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise DataError(f"{file} is not a recording of a site.", detail=f"{type(error).__name__}: {error}") from None
    return header, entries


def _default(spec: Any) -> Any:
    return spec.default_factory() if callable(spec.default_factory) else spec.default


def _packed(data: bytes) -> Any:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _unpacked(value: Any) -> bytes:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else str(value).encode()
