"""The shipped installation, started by hand on loopback: proxy, gunicorn, PostgreSQL and Redis with the very files that docker-compose.yml mounts."""

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGINT

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config.installation.certificates import make_certificates
from tests.compose import placed, services
from tests.servers import binary, free_port, spawn, stop, wait_for
from tests.stack import OPERATORS, ROOT, collect, secrets_of, static_files

SITE = "concord.example.org"
FILES = ROOT / "config" / "installation"


@dataclass(frozen=True, slots=True)
class Installation:
    """Where everything listens, and the certificates of its parts."""

    folder: Path
    http: int
    https: int
    pages: int
    database: int
    broker: int
    environment: Mapping[str, str]

    def tls(self, part: str) -> Path:
        """The folder of a part's certificate."""
        return self.folder / "tls" / part

    def trust(self, part: str = "") -> ssl.SSLContext:
        """What trusts the parts of this installation; with a part's own certificate where one is named."""
        context = ssl.create_default_context(cafile=str(self.tls("app") / "authority.pem"))
        if part:
            context.load_cert_chain(self.tls(part) / "certificate.pem", self.tls(part) / "key.pem")
        return context

    def manage(self, *words: str, part: str = "app", user: str = "concord") -> str:
        """One command of manage.py as a part of the installation."""
        environment = {**self.environment, "CONCORD_TLS": str(self.tls(part)), "CONCORD_DATABASE_USER": user}
        done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-1500:]
        return done.stdout

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self.folder / f"{name}.log").read_text(errors="replace")


@contextmanager
def running(folder: Path) -> Iterator[Installation]:
    """Everything up, with the tables made by their owner; all of it is ended afterwards. Raises FileNotFoundError without the proxy's program."""
    proxy = shutil.which("caddy") or shutil.which("caddy", path=str(Path(sys.executable).parent))
    if proxy is None:
        raise FileNotFoundError("caddy")
    folder.chmod(0o711)
    make_certificates(folder / "tls", now=datetime.now(UTC))
    _public_certificate(folder)
    with ExitStack() as ends:
        database, broker = _database(folder, ends), _broker(folder, ends)
        here = {
            **secrets_of(folder), "PATH": os.environ["PATH"], "HOME": str(folder), "CONCORD_DATABASE_HOST": "localhost",
            "CONCORD_DATABASE_PORT": str(database), "CONCORD_BROKER_URL": f"rediss://localhost:{broker}/0", "CONCORD_VAR": str(folder / "var"),
            "CONCORD_TLS": str(folder / "tls" / "app"), "CONCORD_STATIC": str(static_files()), "CONCORD_SCANNER": "none", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        environment = services(OPERATORS)["web"].environment | here
        made = Installation(folder, free_port(), free_port(), free_port(), database, broker, environment)
        made.manage("migrate", "--verbosity", "0", part="owner", user="concord_owner")
        collect(made.manage)
        _pages(made, ends)
        _proxy(made, proxy, ends)
        yield made


def _public_certificate(folder: Path) -> None:
    """What the outside sees, with an RSA key, so that suites for RSA could be spoken too if the proxy let them."""
    key, now = rsa.generate_private_key(65537, 2048), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SITE)])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    built = built.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=2))
    signed = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(SITE)]), critical=False).sign(key, SHA256())
    (folder / "site.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / "site.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _database(folder: Path, ends: ExitStack) -> int:
    """A cluster made as the image makes it: the first user writes the roles from inside, then the shipped doors hold."""
    user = "postgres" if os.geteuid() == 0 else None
    home, port, log = folder / "db", free_port(), folder / "db.log"
    home.mkdir()
    if user:
        for path in (home, folder / "tls" / "db" / "key.pem"):
            shutil.chown(path, user, user)
    data = home / "data"
    made = [binary("initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, cwd="/", user=user, group=user)
    quick = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={home}", "-c", "fsync=off"]
    first = spawn([binary("postgres"), "-D", str(data), *quick], log=log, user=user)
    wait_for(port, first, log)
    asks = [binary("psql"), "-q", "-h", str(home), "-p", str(port), "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
    subprocess.run([*asks, "-c", "CREATE DATABASE concord"], check=True)
    subprocess.run([*asks, "-f", str(FILES / "roles.sql")], check=True)
    stop(first, SIGINT)
    doors = home / "pg_hba.conf"
    shutil.copy(FILES / "pg_hba.conf", doors)
    tls = folder / "tls" / "db"
    _postgres, *options = placed(services(OPERATORS)["db"].command, {"/tls": str(tls), "/etc/concord/pg_hba.conf": str(doors)})
    process = spawn([binary("postgres"), "-D", str(data), *quick, *options], log=log, user=user)
    ends.callback(stop, process, SIGINT)
    wait_for(port, process, log)
    return port


def _broker(folder: Path, ends: ExitStack) -> int:
    port, log, tls = free_port(), folder / "redis.log", folder / "tls" / "redis"
    _valkey, *words = placed(services(OPERATORS)["redis"].command, {"6379": str(port), "/tls": str(tls)})
    process = spawn([binary("redis-server"), *words, "--bind", "127.0.0.1", "--dir", str(folder)], log=log)
    ends.callback(stop, process)
    wait_for(port, process, log)
    return port


def _pages(made: Installation, ends: ExitStack) -> None:
    tls, log = made.tls("app"), made.folder / "pages.log"
    words = placed(services(OPERATORS)["web"].command, {"0.0.0.0:8000": f"127.0.0.1:{made.pages}", "/tls": str(tls)})
    process = spawn([sys.executable, "-m", *words], log=log, cwd=ROOT, environment=made.environment)
    ends.callback(stop, process)
    wait_for(made.pages, process, log)


def _proxy(made: Installation, program: str, ends: ExitStack) -> None:
    log, home = made.folder / "proxy.log", made.folder
    environment = {
        "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home), "PATH": os.environ["PATH"], "CONCORD_BIND": "127.0.0.1",
        "CONCORD_SITE": SITE, "CONCORD_PROXY_TLS": f"{home}/site.pem {home}/site.key", "CONCORD_HTTP_PORT": str(made.http),
        "CONCORD_HTTPS_PORT": str(made.https), "CONCORD_UPSTREAM": f"https://127.0.0.1:{made.pages}", "CONCORD_UPSTREAM_NAME": "localhost",
        "CONCORD_TLS": str(made.tls("proxy")),
    }  # fmt: skip
    process = spawn([program, "run", "--config", str(FILES / "Caddyfile"), "--adapter", "caddyfile"], log=log, environment=environment)
    ends.callback(stop, process)
    wait_for(made.https, process, log)
