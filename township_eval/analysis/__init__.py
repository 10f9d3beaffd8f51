"""Questions asked of finished evaluations: how they compare, what they depend on, how sure they are."""
