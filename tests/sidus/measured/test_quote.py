"""Quotes of a real (software) TPM, and what must not pass for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.sidus.measured.quote import QuoteError, read_key, verify
from tests.sidus.measured import tpm

pytestmark = tpm.needed
NONCE = bytes(range(32))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tpm.Tpm]:
    with tpm.running(tmp_path_factory.mktemp("quote") / "tpm") as started:
        yield started


def reason(call: object, *given: object) -> str:
    with pytest.raises(QuoteError) as found:
        call(*given)  # type: ignore[operator]
    return found.value.reason


def test_a_quote_says_what_was_signed(machine: tpm.Tpm) -> None:
    key = read_key(machine.key())
    found = verify(*machine.quote(NONCE, (1, 4, 16, 23)), key, NONCE)
    assert (found.nonce, found.registers) == (NONCE, (1, 4, 16, 23))
    assert read_key(machine.key()) == key  # made anew from the same seed


def test_every_changed_byte_is_seen(machine: tpm.Tpm) -> None:
    key = read_key(machine.key())
    message, signature = machine.quote(NONCE)
    for at in range(len(message)):
        changed = message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]
        assert reason(verify, changed, signature, key, NONCE) in ("bad-signature", "bad-quote"), at
    for at in range(len(signature)):
        changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert reason(verify, message, changed, key, NONCE) in ("bad-signature", "bad-quote"), at
    for size in (0, 5, 50, len(message) - 1):
        assert reason(verify, message[:size], signature, key, NONCE) in ("bad-signature", "bad-quote")


def test_a_quote_of_yesterday_is_refused(machine: tpm.Tpm) -> None:
    key = read_key(machine.key())
    assert reason(verify, *machine.quote(bytes(32)), key, NONCE) == "old-quote"


def test_another_machines_quote_is_refused(machine: tpm.Tpm, tmp_path: Path) -> None:
    key = read_key(machine.key())
    with tpm.running(tmp_path / "other") as other:
        other.key()
        assert reason(verify, *other.quote(NONCE), key, NONCE) == "bad-signature"


@pytest.mark.parametrize(
    ("attributes", "scheme"),
    [
        ("fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign|noda", "ecc256:ecdsa-sha256:null"),
        (tpm.KEY, "rsa2048:rsassa-sha256:null"),
        ("fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|decrypt|noda", "ecc256:aes128cfb"),
    ],
    ids=["signs anything", "rsa", "decrypts"],
)
def test_a_key_that_signs_more_than_the_tpms_words_is_refused(machine: tpm.Tpm, attributes: str, scheme: str) -> None:
    assert reason(read_key, machine.key(attributes, scheme)) == "bad-key"


@pytest.mark.parametrize("public", [b"", b"\0", b"\0\x08" + bytes(8), bytes(200)])
def test_what_is_no_key_is_refused(public: bytes) -> None:
    assert reason(read_key, public) == "bad-key"
