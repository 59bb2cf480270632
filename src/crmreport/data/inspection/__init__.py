"""What a folder of a client's files holds, as far as headers and contents tell."""
