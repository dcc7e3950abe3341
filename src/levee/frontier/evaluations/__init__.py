"""Running a task pack against a model behind a gateway, in a process of its own."""
