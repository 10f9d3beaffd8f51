"""What the authority decided, before any data: the scheme, its file form, its checks."""
