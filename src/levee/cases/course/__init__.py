"""The course of a case, pure: its history, the state that it leads to, and what each verb adds to it. No I/O."""
