import os

# Threads of PyTorch that wait must sleep, not spin: beside a web server, spinning made a window on two cores take 27 s
# instead of 4. OpenMP reads this once, when torch is first imported, so it stands before everything that may do so.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
