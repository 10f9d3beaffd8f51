"""Marks of raters and ballots of a mutual review, with how far they agree."""
