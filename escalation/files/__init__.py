"""Files that people attach, examined and cleaned. Pure: bytes in, clean bytes or a refusal out; no framework, no disk, no database."""
