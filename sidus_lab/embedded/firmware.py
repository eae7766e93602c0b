"""UEFI firmware and a TPM for a machine of the embedded lab, so that its boot can be measured. What is here decides.

The TPM is a program (swtpm) with a folder of its own, in which it keeps its keys from one start to the next. It is
started just before the machine and ends with it, however that ends.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from sidus_lab.errors import SidusError

CODE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")


def qemu_words(name: str, variables: str) -> list[str]:
    """Give QEMU's words for both; `variables` is the machine's own file of firmware variables (a comma written twice).

    The TPM's socket is named from the folder that the BMC runs in: a path of a socket may not be long.
    """
    return [
        *("-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={CODE}"),
        *("-drive", f"if=pflash,unit=1,format=raw,file={variables}"),
        *("-chardev", f"socket,id=tpm,path={name}/tpm.socket", "-tpmdev", "emulator,id=tpm,chardev=tpm"),
        *("-device", "tpm-crb,tpmdev=tpm"),
    ]


def start_lines(name: str) -> str:
    """Give the lines of shell that start a machine's TPM, and wait for it: and before, for the end of its last one."""
    here = shlex.quote(name)
    return f"""\
wait_for() {{ tries=0; until "$@"; do tries=$((tries + 1)); [ $tries -lt 200 ] || exit 1; sleep 0.05; done; }}
last=$(cat {here}/tpm.pid 2>/dev/null)
runs() {{ [ -n "$last" ] && grep -q swtpm "/proc/$last/cmdline" 2>/dev/null; }}
ended() {{ ! runs; }}
! runs || kill "$last"
wait_for ended
rm -f {here}/tpm.pid {here}/tpm.socket
swtpm socket --tpm2 --tpmstate dir={here}/tpm --ctrl type=unixio,path={here}/tpm.socket \\
	--pid file={here}/tpm.pid --terminate &
wait_for test -S {here}/tpm.socket
"""


def write_files(folder: Path) -> None:
    """Give a machine a TPM's folder, and firmware variables as they left the factory. Raises `SidusError`."""
    for path in (CODE, VARIABLES):
        if not path.is_file():
            raise SidusError(f"UEFI firmware is missing: {path}.", hint="apt-get install ovmf")
    (folder / "tpm").mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(VARIABLES, folder / "vars.fd")
