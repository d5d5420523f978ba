"""Identity rules: identity numbers, names, what a resident is shown as."""
