"""What is kept about somebody who asks: opened with a reason, read through, and given without what is others' to keep."""
