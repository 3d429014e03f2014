"""How long things are kept, and how they end: periods, the list for review, legal holds, anonymisation, and what is erased by itself."""
