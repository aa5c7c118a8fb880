"""What is open to whoever asks, with or without an account: where sealed messages are handed in, and where sealed
answers wait. What lies there only its receiver can open."""

ANYBODY = ("/post/in", "/post/out", "/post/out/")
