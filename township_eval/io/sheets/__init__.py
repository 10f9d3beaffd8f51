"""What the cells of a sheet mean: units, columns, numbers, and what was refused or left out."""
