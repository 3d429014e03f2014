"""Asks the pages of this machine whether they are alive, with the certificate of this part: `python -m config.installation.well`."""

import http.client
import ssl
import sys

from config import env


def main() -> int:
    """0 where they answer, 1 where they do not. Raises OSError where nobody listens."""
    folder = env.text("CONCORD_TLS")
    trust = ssl.create_default_context(cafile=f"{folder}/authority.pem")
    trust.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
    asked = http.client.HTTPSConnection("localhost", env.number("CONCORD_PORT", 8000), timeout=4, context=trust)
    asked.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
    return 0 if asked.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
