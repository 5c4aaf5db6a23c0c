"""Language: words, numbers and names of outcomes, as readers see them."""
