"""The sealed lane's storage: complaints and denunciations that only named recipients open, each with a passphrase."""
