"""Words and numbers that every room shares: errors, tables, units, gases, money, the GHG Protocol's names."""
