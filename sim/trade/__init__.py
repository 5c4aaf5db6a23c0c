"""Who sells fake orders: organisers, their business and what becomes of them."""
