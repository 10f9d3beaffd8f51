"""Files in and out: guard, grids, what sheets mean, schemes, archives, templates; no calculation."""
