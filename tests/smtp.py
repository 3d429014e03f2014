"""A mail server in a process of its own, on loopback, that misbehaves on demand and keeps a line for each message that it took.

Run as `python -m tests.smtp PORT FOLDER`. `FOLDER/mode` says how to behave now: `ok`, `busy` (451 to every recipient), `refuse ADDRESS`
(550 to that one), `busy ADDRESS`, `tarpit ADDRESS` (says nothing for a minute), `drop ADDRESS` (hangs up on it), `full` (552 after the text).
"""

import asyncio
import json
import signal
import sys
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

TARPIT_SECONDS = 60


class Handler:
    """Answers as the mode says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mode(self, address: str) -> str:
        """The mode where it concerns this address, else `ok`."""
        kind, _, whom = (self.folder / "mode").read_text().strip().partition(" ")
        return kind if whom in ("", address) else "ok"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept the recipient or not."""
        mode = self.mode(address)
        if mode == "tarpit":
            await asyncio.sleep(TARPIT_SECONDS)
        if mode == "drop" and server.transport is not None:
            server.transport.close()
        if mode in {"busy", "refuse"}:
            return "451 4.7.1 Try again later" if mode == "busy" else "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message."""
        if self.mode(envelope.rcpt_tos[0]) == "full":
            return "552 5.2.2 Mailbox full"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        html = mail.get_body(("html",))
        line = {
            "to": envelope.rcpt_tos[0],
            "id": str(mail["Message-ID"]),
            "subject": str(mail["Subject"]),
            "from": str(mail["From"]),
            "sender": str(envelope.mail_from),
            "text": mail.get_body(("plain",)).get_content(),  # type: ignore[union-attr]
            "html": html.get_content() if html else "",
        }
        with (self.folder / "messages.jsonl").open("a") as out:
            out.write(json.dumps(line) + "\n")
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Until TERM."""
    loop = asyncio.get_running_loop()
    handler = Handler(folder)
    server = await loop.create_server(lambda: SMTP(handler, hostname="localhost", loop=loop), "127.0.0.1", port)
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()
    server.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
