"""An OpenID provider that forges: a process of its own, of nothing but the standard library and `cryptography`: what signs here does not check there.

`python -m tests.web.forging PORT`. A test says with `PUT /next` how the next identity token is made: `claims` and `header` over the usual ones (null
takes one away), `by` (who signs it), `token` and `userinfo` over the usual answers, `described` over what the provider publishes. Codes work once,
and only with secret, redirect address and PKCE verifier.
"""

import hashlib
import hmac
import json
import secrets
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET, KEY_ID = "concord", "a-secret-of-the-tests", "the-key"
OURS, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
HOUR = 3600
Table = dict[str, Any]


def packed(raw: bytes) -> str:
    """As JOSE spells bytes."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def public_key(key: rsa.RSAPrivateKey, **more: Any) -> Table:
    """As a JSON web key."""
    numbers = key.public_key().public_numbers()
    n, e = (packed(one.to_bytes((one.bit_length() + 7) // 8, "big")) for one in (numbers.n, numbers.e))
    return {"kty": "RSA", "n": n, "e": e, **more}


def signed(header: Table, claims: Table, by: str) -> str:
    """A token, signed by our key, another, the client's secret, the public key as if it were a secret, or by nobody."""
    head: Table = {"alg": {"none": "none", "secret": "HS256", "public": "HS256"}.get(by, "RS256"), "kid": KEY_ID, "typ": "JWT"} | header
    if head.get("jwk") == "its own":
        head["jwk"] = public_key(OTHER)
    text = ".".join(packed(json.dumps(_without(part)).encode()) for part in (head, claims))
    public = OURS.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    if by in {"secret", "public"}:
        return f"{text}.{packed(hmac.digest(SECRET.encode() if by == 'secret' else public, text.encode(), 'sha256'))}"
    if by == "none":
        return f"{text}."
    return f"{text}.{packed((OTHER if by == 'other' else OURS).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _without(table: Table) -> Table:
    return {name: value for name, value in table.items() if value is not None}


class Forger(BaseHTTPRequestHandler):
    """The provider's addresses."""

    next: Table = {}
    codes: dict[str, dict[str, str]] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]

    def do_PUT(self) -> None:
        """How the next token is made."""
        Forger.next = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._say({})

    def do_GET(self) -> None:
        """Description, keys, claims, and the way back with a code, for there is nobody to ask."""
        address = urlsplit(self.path)
        if address.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            code = secrets.token_hex(8)
            self.codes[code] = asked
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
            self.end_headers()
        elif address.path == "/keys":
            self._say({"keys": [public_key(OURS, kid=KEY_ID, use="sig", alg="RS256")]})
        elif address.path == "/userinfo":
            self._say(_without({"sub": self._claims({})["sub"]} | self.next.get("userinfo", {})))
        else:
            self._say(self._described())

    def do_POST(self) -> None:
        """A code is exchanged."""
        sent = {name: values[0] for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = packed(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if asked is None or not self._knows_secret() or (asked["code_challenge"], asked["redirect_uri"]) != (verifier, sent["redirect_uri"]):
            self._say({"error": "invalid_grant"}, 400)
            return
        token = signed(self.next.get("header", {}), self._claims(asked), self.next.get("by", "ours"))
        answer = {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": HOUR, "id_token": token}
        self._say(self.next["token"] if isinstance(self.next.get("token"), list) else _without(answer | self.next.get("token", {})))

    def _knows_secret(self) -> bool:
        kind, _, told = self.headers.get("Authorization", "").partition(" ")
        return kind == "Basic" and [unquote(one) for one in b64decode(told).decode().split(":")] == [CLIENT, SECRET]

    def _claims(self, asked: dict[str, str]) -> Table:
        """The usual ones, with what the test said over them; numbers beside `exp`, `iat`, `nbf` and `auth_time` are seconds from now."""
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "somebody", "iat": 0, "exp": HOUR, "nonce": asked.get("nonce")}
        claims = usual | self.next.get("claims", {})
        moments = {"exp", "iat", "nbf", "auth_time"}
        return {name: now + value if name in moments and isinstance(value, int) else value for name, value in claims.items()}

    def _described(self) -> Table:
        places = {
            f"{name}_endpoint": f"{self.issuer}/{path}"
            for name, path in (("authorization", "authorize"), ("token", "token"), ("userinfo", "userinfo"))
        }
        usual = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "id_token_signing_alg_values_supported": ["RS256"], **places}
        return _without(usual | self.next.get("described", {}))

    def _say(self, what: Any, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Forger).serve_forever()
