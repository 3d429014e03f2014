"""Documents made from the record of one disagreement: read, laid out, printed. Nothing here changes a disagreement."""
