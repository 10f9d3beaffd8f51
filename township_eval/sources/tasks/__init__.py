"""The register of tasks and the returns about them."""
