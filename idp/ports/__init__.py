"""What the flows need from the edges, as Protocols with verbs; one file per need."""
