"""The pydantic vocabulary of Terrarium. Imports nothing of ours."""
