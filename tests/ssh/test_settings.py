"""What ``ssh -G`` answers, read as settings: by words of its form, and from the real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.errors import ConnectError
from sidus_lab.ssh import settings

ANSWER = """\
user ada
hostname lab.example.org
port 2222
identityfile ~/.ssh/id_ed25519
identityfile /keys/%r@%n
identitiesonly yes
userknownhostsfile "/known one" /dev/null
globalknownhostsfile none
connecttimeout 7
proxyjump gate, bob@inner:2200
"""


def test_every_option_goes_where_it_belongs() -> None:
    found = settings.parse("lab", ANSWER)
    assert found.name == "ada@lab.example.org:2222"
    assert found.key_name == "[lab.example.org]:2222"
    assert found.identities[0] == settings._home() / ".ssh" / "id_ed25519"
    assert found.identities[1] == Path("/keys/ada@lab")
    assert found.known_hosts == (Path("/known one"),)
    assert (found.only_identities, found.agent) == (True, True)
    assert found.jumps == ("gate", "bob@inner:2200")
    assert found.timeout == 7


def test_what_is_given_goes_before_the_configuration() -> None:
    found = settings.parse("lab", ANSWER, identity=Path("/mine"), known_hosts=Path("/record"))
    assert found.identities == (Path("/mine"),)
    assert found.known_hosts == (Path("/record"),)


def test_a_plain_answer_has_no_jump_no_limit_and_all_keys() -> None:
    found = settings.parse("lab", "user ada\nhostname lab\nport 22\nconnecttimeout none\nproxyjump none\n")
    assert (found.key_name, found.jumps, found.timeout) == ("lab", (), None)
    assert (found.only_identities, found.identities) == (False, ())


def test_a_proxy_command_is_not_run() -> None:
    with pytest.raises(ConnectError, match="ProxyCommand"):
        settings.parse("lab", ANSWER + "proxycommand nc %h %p\n")


@pytest.mark.parametrize("host", ["", "-oProxyCommand=id", "a b", "a\nb", "a\x07"])
def test_what_is_no_host_is_never_given_to_ssh(host: str) -> None:
    with pytest.raises(ConnectError, match="Not a host name"):
        settings.resolve(host)


@pytest.mark.parametrize(
    ("hop", "name"),
    [
        ("bob@inner:2200", "bob@inner:2200"),
        ("ssh://bob@inner:2200", "bob@inner:2200"),
        ("bob@[fd00::1]:2200", "bob@fd00::1:2200"),
        ("bob@fd00::1", "bob@fd00::1:22"),
    ],
)
def test_hops_are_resolved_by_ssh_itself(tmp_path: Path, hop: str, name: str) -> None:
    config = tmp_path / "config"
    config.touch()
    assert settings.jump_settings(hop, config).name == name
