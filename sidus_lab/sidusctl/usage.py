"""The examples that `--help` shows."""

from __future__ import annotations

EXAMPLES = {
    "": """\
From nothing to two nodes under one image:
  sidusctl --site ~/site init --web-root-url http://10.0.0.1:8080 --authorize "$(cat ~/.ssh/id_ed25519.pub)"
  sidusctl --site ~/site image build < debian12.toml
  sidusctl --site ~/site image publish debian12
  echo SECRET | sidusctl --site ~/site node add node1 --mac 52:54:00:12:34:56 --address 10.0.0.11 \\
      --bmc-host 10.0.1.11 --bmc-user admin
  sidusctl --site ~/site node assign node[1-2] debian12
  sidusctl --site ~/site node power node[1-2] on
The environment variable SIDUS_SITE saves writing --site.""",
    "init": """\
Example:
  sidusctl --site /srv/sidus init --web-root-url http://10.0.0.1:8080 --authorize "ssh-ed25519 AAAA... me@here"
Run again, it changes only what it is told to change.""",
    "check": """\
Example:
  sidusctl check --part build --part boot
The value's "install" is the one command that installs what is missing.""",
    "image": """\
Example:
  sidusctl image build < debian12.toml && sidusctl image publish debian12""",
    "build": """\
Example:
  sidusctl image build --name debian12 < recipe.toml
A recipe:
  name = "debian12"
  suite = "bookworm"
  packages = ["systemd-sysv", "udev", "openssh-server"]
  kernel = "linux-image-cloud-amd64"     # "" for a tree that no node boots
  components = ["main"]                  # and, if wanted: mirror, variant ("minbase")
  exclude = ["/usr/share/doc/*"]         # paths that packages must not install
  commands = ["systemctl mask apt-daily.timer", ["passwd", "--lock", "root"]]
  [files]
  "/etc/motd" = "Welcome\\n"
  "/usr/local/bin/hello" = {mode = "0755", text = "#!/bin/sh\\necho hello\\n"}
The build is a job: it goes on when the connection is lost, see: sidusctl job list""",
    "image list": """\
Example:
  sidusctl image list""",
    "image show": """\
Examples:
  sidusctl image show debian12
  sidusctl image show debian12@5b53c6a1f0e2""",
    "publish": """\
Examples:
  sidusctl image publish debian12
  sidusctl image publish debian12@5b53c6a1f0e2""",
    "node": """\
Many nodes are written in folded form: node[1-24], rack[1-2]n[01-16], node1,node7""",
    "add": """\
Example:
  echo SECRET | sidusctl node add node1 --mac 52:54:00:12:34:56 --address 10.0.0.11 \\
      --bmc-host 10.0.1.11 --bmc-user admin
The node's SSH host key is made here; the value's "host_key" is its public half.""",
    "remove": """\
Example:
  sidusctl node remove node[3-4]""",
    "node list": """\
Examples:
  sidusctl node list
  sidusctl node list node[1-24]""",
    "assign": """\
Examples:
  sidusctl node assign node[1-24] debian12
  sidusctl node assign node7 0f3c9a52 --arg processor.max_cstate=1 --arg sidus.scrub=1""",
    "power": """\
Examples:
  sidusctl node power node[1-24] on
  sidusctl node power node7 status
A BMC that does not answer is that node's "error"; the others are not held up.""",
    "status": """\
Example:
  sidusctl node status node[1-24]
State is one word: off, booting, up, refused, lost.""",
    "job": """\
Example:
  sidusctl job list""",
    "job list": """\
Example:
  sidusctl job list""",
    "follow": """\
Example:
  sidusctl job follow 20260131-120000-1a2b --from 40""",
    "cancel": """\
Example:
  sidusctl job cancel 20260131-120000-1a2b""",
}
