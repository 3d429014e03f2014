"""Bounces that come later, by a message of their own (RFC 3464)."""
