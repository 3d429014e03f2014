"""The process that cleans one file: `python -m escalation.files.inside KIND MEMORY`. It knows nothing but what comes on its input."""

import resource
import sys

from escalation.files.cleaning import cleaned
from escalation.files.kinds import FileKind
from escalation.files.limits import REFUSED, SECONDS
from escalation.files.refusal import Refused


def main() -> int:
    """The process: kind and memory as arguments, the file on its input, what may be kept on its output. 3 and a sentence where it is refused."""
    memory = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        kept = cleaned(FileKind(sys.argv[1]), sys.stdin.buffer.read())
    except Refused as refusal:
        sys.stderr.buffer.write(refusal.message.encode())
        return REFUSED
    sys.stdout.buffer.write(kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
