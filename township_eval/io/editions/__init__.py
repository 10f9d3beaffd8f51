"""Results that cannot change unnoticed: editions, the manifest of a folder, its check, its archive."""
