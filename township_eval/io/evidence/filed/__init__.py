"""What is filed about results: approvals, corrections, objections, reports of rectification."""
