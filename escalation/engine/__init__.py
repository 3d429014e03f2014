"""The machine room: a case in memory, a change of it, the clockwork, and the one place that writes."""
