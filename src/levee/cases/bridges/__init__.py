"""Private channels of projects, at GitHub and GitLab: adapters behind one small interface."""
