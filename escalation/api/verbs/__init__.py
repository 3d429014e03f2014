"""What each verb takes: one serializer for each, by family. `registry` is the one list that links names to verbs."""
