"""From findings to actions: rules in a playbook, judged by a small language, ranked by what is at stake."""
