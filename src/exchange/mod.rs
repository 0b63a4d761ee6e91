//! Files that others made or will read. Never touches the store.
