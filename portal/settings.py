"""Settings, all from the environment; with nothing set, the embedded default (docs/operators.md lists every name)."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from portal.embedded import redis_socket

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
HOME = env.path("LACUNA_HOME", default=str(BASE_DIR / "var"))
HOME = Path(str(HOME)).absolute()
HOME.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The operator's key, or one made once for this installation and readable by its owner alone."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    path = HOME / "secret_key"
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=HOME)  # readable by its owner alone
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(name, path)  # whole or not at all, and the first of several processes wins
        os.unlink(name)
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)

INSTALLED_APPS = [
    "portal",
    "portal.accounts",
    "portal.catalogue",
    "portal.audit",
    "portal.uploads",
    "portal.notices",
    "portal.hooks",
    "portal.desk",
    "portal.exhibitions",
    "gpu_workers",
    "restoration",
    "generation",
    "review",
    "review.guardrails",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
]

MIDDLEWARE = [
    "portal.streaming.StreamingMiddleware",
    "portal.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.SignedInMiddleware",
    "portal.middleware.UserErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
                "portal.notices.context.bell",
            ],
        },
    },
]

# --- database: SQLite in WAL mode by default, PostgreSQL by DATABASE_URL ---------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{HOME / 'lacuna.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # "immediate" takes the write lock at BEGIN: a transaction that reads and then writes cannot fail half-way as busy.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: broker, channel layer, cache; the embedded one listens on a socket in HOME --------------------------------
REDIS_SOCKET = redis_socket(HOME)
REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED_REDIS = not REDIS_URL
REDIS_URL = REDIS_URL or f"unix://{REDIS_SOCKET}"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)

# --- files: local disk by default, S3 by S3_BUCKET ------------------------------------------------------------------
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if S3_BUCKET := env.str("S3_BUCKET", default=""):
    from botocore.config import Config

    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "access_key": env.str("S3_ACCESS_KEY_ID", default=None),
            "secret_key": env.str("S3_SECRET_ACCESS_KEY", default=None),
            "default_acl": None,
            "file_overwrite": False,
            "querystring_expire": 300,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": env.str("S3_ADDRESSING_STYLE", default="path")},
                connect_timeout=5,
                retries={"max_attempts": 3, "mode": "standard"},
            ),
        },
    }
FILE_CACHE = Path(env.str("FILE_CACHE", default=str(HOME / "cache")))  # local copies of remote files, safe to delete
TILES_KEPT_BYTES = env.int("TILES_KEPT_BYTES", default=64 * 1024**2)  # of deep zoom, in the memory of a web process
FILE_UPLOAD_TEMP_DIR = str(HOME / "uploads")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o640

MAX_MASTER_BYTES = env.int("MAX_MASTER_BYTES", default=2 * 1024**3)
MAX_MASTER_PIXELS = env.int("MAX_MASTER_PIXELS", default=200_000_000)
UPLOADS_FOLDER = Path(env.str("UPLOADS_FOLDER", default=str(HOME / "uploads")))  # files on their way in
UPLOAD_QUOTA_BYTES = env.int("UPLOAD_QUOTA_BYTES", default=50 * 1024**3)  # a person's files that wait; 0: no limit
UPLOAD_DAYS = env.int("UPLOAD_DAYS", default=7)  # since its last byte, until an unused file is thrown away
TRAINING_PICTURES = env.str("TRAINING_PICTURES", default="")  # what weights were trained on, for rights officers
LEXICON_FOLDER = env.str("LEXICON_FOLDER", default="")  # word lists that are merged into the lexicon of ink painting

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
_VENDOR = {  # name under /static/vendor/ → folder that npm installs (package.json)
    "openseadragon": "openseadragon/build/openseadragon",
    "img-comparison-slider": "img-comparison-slider/dist",
    "htmx": "htmx.org/dist",
    "tus": "tus-js-client/dist",
    "source-serif-4": "@fontsource-variable/source-serif-4",
    "source-sans-3": "@fontsource-variable/source-sans-3",
    "noto-serif-sc": "@fontsource-variable/noto-serif-sc",
    "noto-sans-sc": "@fontsource-variable/noto-sans-sc",
}
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (f"vendor/{name}", path)
        for name, folder in _VENDOR.items()
        if (path := BASE_DIR / "node_modules" / folder).is_dir()
    ),
]

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:desk"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "portal.accounts.adapters.InvitedOnlyAdapter"
ACCOUNT_EMAIL_VERIFICATION = env.str("ACCOUNT_EMAIL_VERIFICATION", default="optional")
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
OPEN_REGISTRATION = env.bool("OPEN_REGISTRATION", default=False)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"] if HTTPS else ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Lacuna"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20  # seconds; a mail server that does not answer holds up nothing else
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Lacuna <lacuna@localhost>")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")  # where links in letters and webhooks lead
DIGEST_HOUR = env.int("DIGEST_HOUR", default=6) % 24  # of the day in universal time, for letters that come daily

# --- security: nothing is allowed that is not named -------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.accounts.api_permissions.Denied"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "portal.api.BoundedPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": [
        "portal.throttling.AnonThrottle",
        "portal.throttling.PersonThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "600/min"},
    "EXCEPTION_HANDLER": "portal.api.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lacuna API",
    "DESCRIPTION": "From a damaged painting to a public exhibition.",
    "VERSION": "1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "FormatEnum": "portal.catalogue.models.Picture.Format",
        "KindEnum": "generation.models.Round.Kind",
        "RejectionReasonEnum": "restoration.models.Candidate.Reason",
        "NoticeKindEnum": "portal.notices.models.Kind",
        "LetterEnum": "portal.notices.models.Mail",
        "FoundKindEnum": "portal.desk.serializers.FOUND_KINDS",
        "TaskKindEnum": "portal.desk.serializers.TASK_KINDS",
        "ReleaseKindEnum": "review.guardrails.models.Release.Kind",
        "ReleaseStateEnum": "review.guardrails.models.Release.State",
        "StepKeyEnum": "portal.desk.serializers.STEP_KEYS",
        "StepStateEnum": "portal.desk.serializers.STEP_STATES",
        "EventActionEnum": "portal.desk.serializers.EVENT_ACTIONS",
        "VerifiedStateEnum": "portal.exhibitions.api_verify.STATES",
        "AnchorTermKindEnum": "review.guardrails.models.AnchorTerm.Kind",
        "ProtocolKindEnum": "review.guardrails.models.Protocol.Kind",
        "StudyStateEnum": "review.models.Study.State",
        "SeatStateEnum": "review.models.Seat.State",
        "SheetStateEnum": "review.serializers.panel.SHEET_STATES",
        "LanguageEnum": ["en", "zh", "mixed"],
        "ConcernKindEnum": "portal.exhibitions.models.Concern.Kind",
        "ExhibitionStageEnum": "portal.exhibitions.serializers.STAGES",
        "LetterLanguageEnum": "review.serializers.studies.LANGUAGES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api_schema.describe_problems",
    ],
}

# --- jobs ------------------------------------------------------------------------------------------------------------
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)  # renewed every third of it while an attempt works
JOB_MAX_ATTEMPTS = 3
JOBS_RUNNING_PER_PERSON = env.int("JOBS_RUNNING_PER_PERSON", default=0)  # at once; 0: as many as there are workers
JOBS_RUNNING_PER_COLLECTION = env.int("JOBS_RUNNING_PER_COLLECTION", default=0)
JOBS_WAITING_PER_PERSON = env.int("JOBS_WAITING_PER_PERSON", default=500)  # 0: no limit
# what needs no GPU waits in a queue of its own, so that neither keeps the other waiting
CELERY_TASK_ROUTES = {"portal.*": {"queue": "light"}, "gpu_workers.sweep": {"queue": "light"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = env.int("JOB_HARD_LIMIT_SECONDS", default=3600)
CELERY_TASK_SOFT_TIME_LIMIT = int(CELERY_TASK_TIME_LIMIT * 0.9)
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": int(CELERY_TASK_TIME_LIMIT * 1.1)}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "clock")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]

# --- other programs ---------------------------------------------------------------------------------------------------
WEBHOOK_PRIVATE_HOSTS = env.list("WEBHOOK_PRIVATE_HOSTS", default=[])  # in the museum's own network; http:// is allowed

# --- content credentials: whose key signs what the public downloads (docs/operators.md) -------------------------------
PUBLISHER = env.str("PUBLISHER", default="Lacuna")  # who runs the site, as files and exports say it
PUBLISHER_ID = env.str("PUBLISHER_ID", default="")  # its number for China's mark of generated content; "": its name
C2PA_KEY = env.str("C2PA_KEY", default="")  # PEM files; without a key a test chain signs, and says so
C2PA_CERTIFICATES = env.str("C2PA_CERTIFICATES", default="")
C2PA_ROOTS = env.str("C2PA_ROOTS", default="")
C2PA_TIME_STAMP_URL = env.str("C2PA_TIME_STAMP_URL", default="")
TEST_CREDENTIALS = HOME / "test-credentials"
VERIFY_MAX_BYTES = env.int("VERIFY_MAX_BYTES", default=100 * 1024**2)  # of a file that a visitor has looked at
VERIFY_RATE = env.str("VERIFY_RATE", default="20/min")  # files a visitor may have looked at

IIIF_PRIVATE_HOSTS = env.list("IIIF_PRIVATE_HOSTS", default=[])  # that works may be imported from; http:// is allowed

# --- languages and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "portal.logs.json_formatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": env.str("LOG_FORMAT", default="plain")},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "lacuna": {"level": env.str("LACUNA_LOG_LEVEL", default="INFO")},
        # jobs are logged by lacuna.jobs; that a wake-up call came every few seconds is of no interest
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "pyvips": {"level": "WARNING"},
    },
}
