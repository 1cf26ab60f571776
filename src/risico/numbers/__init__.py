"""Arrays in, arrays out: the numerical functions that everything above calls."""
