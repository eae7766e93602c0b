"""A Redfish service over real TLS that can be told to fail as BMCs do; the machine behind it is a flag."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "admin", "word"


class Service:
    """What it listens on, the fingerprint of its certificate, and how it behaves."""

    def __init__(self, folder: Path) -> None:
        self.on = False
        self.obeys = True
        self.answer: bytes | None = None  # in place of every object
        self.asked: list[str] = []
        certificate, key = _certificate()
        self.fingerprint = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
        plain = serialization.NoEncryption()
        pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
        )
        (folder / "pem").write_bytes(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "pem")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def redfish_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, until the test ends."""
    service = Service(tmp_path_factory.mktemp("redfish"))
    yield service
    service.close()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self._allowed():
                member = {"@odata.id": "/redfish/v1/Systems/one", "PowerState": "On" if service.on else "Off"}
                listing = {"Members": [{"@odata.id": "/redfish/v1/Systems/one"}]}
                found = {"/redfish/v1/Systems": listing, "/redfish/v1/Systems/one": member}.get(self.path)
                self._say(200 if found else 404, found or {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self._allowed():
                assert self.path == "/redfish/v1/Systems/one/Actions/ComputerSystem.Reset"
                if service.obeys:
                    service.on = body["ResetType"] == "On"
                self._say(204, None)

        def _allowed(self) -> bool:
            service.asked.append(f"{self.command} {self.path}")
            wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if self.headers["Authorization"] != wanted:
                self._say(401, {})
            return self.headers["Authorization"] == wanted

        def _say(self, code: int, value: object) -> None:
            text = b"" if value is None else service.answer or json.dumps(value).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


def _certificate() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bmc")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - datetime.timedelta(1))
    builder = builder.not_valid_after(now + datetime.timedelta(1)).add_extension(address, critical=False)
    return builder.sign(key, hashes.SHA256()), key
