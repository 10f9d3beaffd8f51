"""The sheets of evidence: what was answered, rated, voted and done."""
