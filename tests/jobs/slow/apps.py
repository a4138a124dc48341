import os
import time
from pathlib import Path

from django.apps import AppConfig


class SlowConfig(AppConfig):
    name = "tests.jobs.slow"
    label = "slow"

    def ready(self) -> None:
        from gpu_workers import tasks
        from gpu_workers.kinds import AttemptOver, register

        if seconds := os.environ.get("SOFT_LIMIT_SECONDS"):  # the hard one stays far away, however slow the machine is
            tasks.work.soft_time_limit = float(seconds)

        @register("slow")
        def slow(job, context):
            """The first attempt waits to be killed, or cancelled; the second does the work."""
            (context.scratch / "half.tif").write_bytes(b"half a picture")
            Path(job.parameters["pid_file"]).write_text(str(os.getpid()))
            deadline = time.monotonic() + 60
            while context.number == 1 and time.monotonic() < deadline:
                context.progress(0.5, "Waiting")
                if context.cancelled():
                    raise AttemptOver
                time.sleep(0.05)
            with context.finishing({"number": context.number}):
                job.parameters = {"results": job.parameters.get("results", 0) + 1}
                job.save(update_fields=["parameters"])

        @register("quick")
        def quick(job, context):
            with context.finishing({"pid": os.getpid()}):
                pass

        @register("endless")
        def endless(job, context):
            (context.scratch / "half.tif").write_bytes(b"half a picture")
            while True:
                time.sleep(0.05)
