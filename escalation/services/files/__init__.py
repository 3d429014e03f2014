"""Files that people attach: taken in, scanned, cleaned, kept, given out, and taken out of the record again."""
