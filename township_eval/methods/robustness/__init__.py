"""What an index depends on and how it hangs together: drawn weights, ranks of draws, shares of variance."""
