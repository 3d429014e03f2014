"""Months that are over, counted once and kept: pages that look back over years read them and count live only what may have changed since.

The counts are those of the measures, by the same queries; a month counts as kept only while nothing was done to a disagreement that stands in it.
"""
