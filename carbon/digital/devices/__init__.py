"""The fleet of devices: footprint, life, stock, figures and the company's policy for them."""
