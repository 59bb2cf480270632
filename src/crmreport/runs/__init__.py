"""From a params file to published reports: plan, execute, render, publish."""
