"""Mutual review (双向考核评议): ballots of the one side about the other, in both directions."""
