"""What each record is: rules, decisions of people, and what waits for one."""
