"""What is asked of the citizen: the request, what must be decided, and the way back."""
