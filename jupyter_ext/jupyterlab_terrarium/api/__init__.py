"""Handlers: parse, authorise, call one service, answer."""
