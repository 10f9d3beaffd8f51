"""Critical values of rank sets: by integrals where errors are independent, in steps, by simulation."""
