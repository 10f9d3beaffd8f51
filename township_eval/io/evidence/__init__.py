"""Tables of evidence: answers of people, rosters, events, and what does not apply to whom."""
