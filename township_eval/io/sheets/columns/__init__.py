"""What the columns of a table say as a whole: their numbers, percentages, units of measure and classes."""
