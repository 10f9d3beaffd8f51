"""What a change is made of: one period scored under another's scheme, its parts, and what differs."""
