"""What the store keeps: database, prefixes, flock files, disk layout."""
