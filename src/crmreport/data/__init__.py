"""From the client's files to canonical tables: sources, mapping, contract, ledger, store."""
