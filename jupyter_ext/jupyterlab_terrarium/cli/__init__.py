"""`jupyter terrarium`: the same services from the shell."""
