"""Certificates by which the parts of one installation know each other: `python -m config.installation.certificates FOLDER`.

An authority is made, signs one certificate for each part, and is forgotten: its key is written nowhere, so nobody can sign another.
"""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LASTS, RENEWED_BEFORE = timedelta(days=398), timedelta(days=60)
AUTHORITY, CERTIFICATE, KEY = "authority.pem", "certificate.pem", "key.pem"


@dataclass(frozen=True, slots=True)
class Part:
    """One that proves who it is: its folder, its name in the certificate, the hosts it answers as, and the account that may read its key."""

    folder: str
    name: str
    hosts: tuple[str, ...]
    account: int


# The accounts are those of the images that docker-compose.yml names. The database knows its roles by the name in the certificate.
PARTS = (
    Part("db", "db", ("db", "localhost"), 999),
    Part("redis", "redis", ("redis", "localhost"), 999),
    Part("app", "concord", ("web", "localhost"), 10001),
    Part("owner", "concord_owner", (), 10001),
    Part("proxy", "proxy", (), 0),
)


def make_certificates(folder: Path, *, now: datetime) -> bool:
    """Writes `authority.pem`, `certificate.pem` and `key.pem` for each part into folders of their own; says whether it did.

    Nothing is done where all are there and good for 60 days more: those who use them would have to start again.
    """
    if all(_is_good(folder / part.folder, now) for part in PARTS):
        return False
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _signed(_name("Concord: this installation"), authority_key, None, authority_key, now=now, hosts=())
    for part in PARTS:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(_name(part.name), key, authority, authority_key, now=now, hosts=part.hosts)
        home = folder / part.folder
        home.mkdir(parents=True, exist_ok=True)
        _write(home / AUTHORITY, authority.public_bytes(Encoding.PEM), 0o644, part.account)
        _write(home / CERTIFICATE, certificate.public_bytes(Encoding.PEM), 0o644, part.account)
        _write(home / KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600, part.account)
    return True


def _is_good(home: Path, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate((home / CERTIFICATE).read_bytes())
    except (OSError, ValueError):
        return False
    return (home / KEY).exists() and (home / AUTHORITY).exists() and certificate.not_valid_after_utc > now + RENEWED_BEFORE


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _signed(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    now: datetime,
    hosts: tuple[str, ...],
) -> x509.Certificate:
    """A certificate of the key; the authority's own where no issuer is given."""
    is_authority = issuer is None
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not is_authority:
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if hosts else [])]
        made = made.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    if hosts:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
    return made.sign(issuer_key, SHA256())


def _write(path: Path, content: bytes, mode: int, account: int) -> None:
    """The whole file or none, readable to whom it is for from its first moment; only root may give it to another account."""
    partly = path.with_suffix(".new")
    with os.fdopen(os.open(partly, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    if os.geteuid() == 0:
        os.chown(partly, account, account)
    partly.chmod(mode)
    partly.replace(path)


def main() -> int:
    """For the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("Usage: python -m config.installation.certificates FOLDER\n")
        return 2
    done = make_certificates(Path(sys.argv[1]), now=datetime.now(UTC))
    sys.stdout.write("Certificates were made: start every part again.\n" if done else "The certificates are good for 60 days at least.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
