"""What the process that cleans a file and the one that asks it agree on."""

SECONDS = 30
# What the process ends with where it refuses the file; its sentence is on the error output then.
REFUSED = 3
