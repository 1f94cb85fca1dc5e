"""Kernelspecs, the launcher, and what a running kernel holds."""
