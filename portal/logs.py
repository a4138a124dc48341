"""JSON log lines for operators who ask for them with LOG_FORMAT=json."""

import logging

import structlog


def json_formatter() -> logging.Formatter:
    """One JSON object a line: event, level, logger, timestamp (ISO 8601, UTC) and, on failure, the traceback."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
