"""The HTTP edge: bytes to typed requests, outcomes to responses and pages."""
