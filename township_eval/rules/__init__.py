"""What follows from scores: where units stand, and which measures a scheme's rules propose."""
