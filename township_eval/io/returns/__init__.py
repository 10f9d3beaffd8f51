"""What departments sent in for one period: which files, which period, and how they fit together."""
