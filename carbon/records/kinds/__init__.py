"""What each kind of record is: columns, units, vocabulary."""
