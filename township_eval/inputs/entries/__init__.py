"""How the entries of the input tables are read: columns, numbers, places and what is wrong with them."""
