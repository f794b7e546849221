"""Settings of every process; which site it serves is in the environment (`SITE`)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from doctorlike.config.brand import Brand
from doctorlike.config.environment import ROOT, environment

ENV = environment()

SITE = ENV.site
DEMO = ENV.demo
DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ENCRYPTION_KEYS = ENV.encryption_keys
ALLOWED_HOSTS = list(ENV.allowed_hosts)
TRUSTED_PROXIES = ENV.trusted_proxies
BRAND = Brand.read(ENV.brand_file)
INSURER_ZONE = ZoneInfo(ENV.insurer_zone)
SITE_URLS = {site: ENV.origin(site) for site in ("portal", "telemed", "staff", "streams")}

OUR_APPS = [
    "doctorlike.audit",
    "doctorlike.regions",
    "doctorlike.notifications",
    "doctorlike.documents",
    "doctorlike.accounts",
    "doctorlike.products",
    "doctorlike.clinics",
    "doctorlike.payments",
    "doctorlike.policies",
    "doctorlike.copay",
    "doctorlike.coverage",
    "doctorlike.shop",
    "doctorlike.appointments",
    "doctorlike.care",
    "doctorlike.telemed",
    "doctorlike.rights",
    "doctorlike.ui",
    "doctorlike.sites",
]
INSTALLED_APPS = [
    "doctorlike.config.apps.ConfigConfig",
    *OUR_APPS,
    "doctorlike.sites.staff.apps.CatalogueAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "heroicons",
    "django_htmx",
    "csp",
    "pgtrigger",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
]

MIDDLEWARE = [
    "doctorlike.sites.middleware.HealthMiddleware",
    "doctorlike.sites.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "doctorlike.sites.middleware.PolicyMiddleware",
    "doctorlike.sites.middleware.ClockMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "doctorlike.sites.middleware.SeenMiddleware",
    "doctorlike.sites.middleware.AccessMiddleware",
    "doctorlike.sites.middleware.RefusalMiddleware",
]

# One urls module per site. A process without pages (worker, console) builds addresses of the portal.
URLCONFS = {
    "portal": "doctorlike.sites.portal.urls",
    "telemed": "doctorlike.sites.telemed.urls",
    "staff": "doctorlike.sites.staff.urls",
    "streams": "doctorlike.sites.streams.urls",
}
ROOT_URLCONF = URLCONFS.get(SITE, URLCONFS["portal"])
WSGI_APPLICATION = "doctorlike.config.wsgi.application"

# Cookies ignore ports, so each site has names of its own.
_COOKIE_SITE = SITE if SITE in URLCONFS else "portal"
if _COOKIE_SITE == "streams":
    _COOKIE_SITE = "telemed"
SESSION_COOKIE_NAME = f"{_COOKIE_SITE}_session"
CSRF_COOKIE_NAME = f"{_COOKIE_SITE}_csrf"
LANGUAGE_COOKIE_NAME = f"{_COOKIE_SITE}_language"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENV.secure_cookies
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_ENGINE = "doctorlike.accounts.recognition"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

CSRF_FAILURE_VIEW = "doctorlike.ui.views.page_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# `form-action` also governs redirects after a POST, hence the acquirer's page and our other sites.
_ACQUIRER_PAGE = ENV.outside(ENV.acquirer_page_url, "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, SITE_URLS["streams"]],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF, _ACQUIRER_PAGE, *(SITE_URLS[site] for site in ("portal", "telemed", "staff"))],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REGISTER_FOLDER = ENV.register_folder
TELEMED_STUN_URLS, TELEMED_TURN_URLS = list(ENV.telemed_stun_urls), list(ENV.telemed_turn_urls)
TELEMED_TURN_SECRET = ENV.telemed_turn_secret
TILES_URL = ENV.tiles_url
TILES_CREDIT = ENV.tiles_credit

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "doctorlike" / "ui" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "doctorlike.ui.templatetags.ui",
                "doctorlike.ui.templatetags.ready",
                "doctorlike.ui.templatetags.components",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "doctorlike.ui.context.look",
            ],
        },
    }
]

FORM_RENDERER = "doctorlike.ui.drawing.ControlRenderer"

DATABASE_DSN = ENV.database_url
_dsn = conninfo_to_dict(DATABASE_DSN)
_KEEP_CONNECTIONS = ("portal", "telemed", "staff", "worker")
DATABASES = {
    "default": {
        "ENGINE": "doctorlike.kit.postgres",
        "NAME": _dsn.pop("dbname", "doctorlike"),
        "USER": _dsn.pop("user", ""),
        "PASSWORD": _dsn.pop("password", ""),
        "HOST": _dsn.pop("host", ""),
        "PORT": _dsn.pop("port", ""),
        # Only a cursor of `kit.prepared` has its statements prepared.
        "OPTIONS": {
            "prepare_threshold": 5,
            **_dsn,
            # Streams are served by threads that come and go.
            **({"pool": {"min_size": 1, "max_size": 8}} if SITE == "streams" else {}),
        },
        # Serving threads and the worker keep their connections, and with them what PostgreSQL has prepared.
        "CONN_MAX_AGE": 600 if SITE in _KEEP_CONNECTIONS else 0,
        # A kept connection whose server was restarted is replaced before a request or a job meets it; the engine sees
        # to the pool.
        "CONN_HEALTH_CHECKS": SITE in _KEEP_CONNECTIONS,
        "TEST": {"NAME": ENV.test_database},
    }
}
# What a job enqueues goes with the data it writes, as everywhere else.
PROCRASTINATE_ON_APP_READY = "doctorlike.kit.jobs.keep_with_the_data"
# Authorization codes of the identity provider and rate limits live here: every process must see the same ones.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Parts of pages that say the same to everybody; each process works them out for itself.
    "fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["doctorlike.accounts.recognition.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# Doctors and patients of telemedicine sign in at the portal.
LOGIN_URL = {"telemed": "signin:start", "streams": SITE_URLS["telemed"] + "/signin/"}.get(SITE, "account_login")
LOGIN_REDIRECT_URL = "home:index" if SITE not in ("staff", "telemed") else "/"

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Русский")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_TZ = True
TIME_ZONE = ENV.insurer_zone
DATE_FORMAT = "j E Y"

VAR_DIR = ENV.var_dir
STATIC_URL = "/static/"
STATIC_ROOT = ENV.var_dir / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "doctorlike.ui.finders.StylesheetFinder",
    "doctorlike.ui.finders.LeafletFinder",
]
STATICFILES_DIRS = [path for path in (ENV.var_dir / "assets",) if path.is_dir()]
# What is larger than any page takes is dropped on its way in, whatever page it is sent to.
FILE_UPLOAD_HANDLERS = [
    "doctorlike.sites.uploads.SizeHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENV.var_dir / "files"},
    },
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENV.var_dir / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365

EMAIL_HOST, EMAIL_PORT = ENV.smtp_host, ENV.smtp_port or ENV.port_base + 10
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS = ENV.smtp_user, ENV.smtp_password, ENV.smtp_tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.email_from

SMS_URL = ENV.outside(ENV.sms_url, "/smsru")
SMS_API_ID = ENV.sms_api_id
# Those of the sandbox cost nothing.
SMS_PRICE_KOPECKS = ENV.sms_price_kopecks if ENV.sms_url else 0
SMS_CEILING_ROUBLES_AN_HOUR = ENV.sms_ceiling_roubles_an_hour
SMS_CEILING_ROUBLES_A_DAY = ENV.sms_ceiling_roubles_a_day
ACQUIRER_URL = ENV.outside(ENV.acquirer_url, "/yookassa/v3")
# Contract (shop, secret key) by the payment system that the client chooses.
_WORLD = (ENV.acquirer_shop_id, ENV.acquirer_secret_key)
_MIR = (ENV.acquirer_mir_shop_id, ENV.acquirer_mir_secret_key) if ENV.acquirer_mir_shop_id else _WORLD
ACQUIRER_CONTRACTS = {"world": _WORLD, "mir": _MIR}
ACQUIRER_TIMEOUT_SECONDS = ENV.acquirer_timeout_seconds
SIGNING_KEY_FILE = ENV.signing_key_file
SIGNING_CERTIFICATE_FILE = ENV.signing_certificate_file
OIDC_PRIVATE_KEY_FILE = ENV.oidc_private_key_file

# Signing in by «Госуслуги» is off while there is no address.
ESIA_URL = ENV.esia_url
ESIA_CLIENT_ID = ENV.esia_client_id
ESIA_ISSUER = ENV.esia_issuer
ESIA_KEY_FILE = ENV.esia_key_file or ENV.signing_key_file
ESIA_CERTIFICATE_FILE = ENV.esia_certificate_file or ENV.signing_certificate_file
ESIA_CERTIFICATE_HASH = ENV.esia_certificate_hash
ESIA_PROVIDER_CERTIFICATE_FILE = ENV.esia_provider_certificate_file

# allauth keeps sign-in stages, sessions, passkeys and the identity provider. The door itself (phone or e-mail, then a
# code) is ours: the codes of allauth lie readable in the session and cannot open an account for an unknown phone.
ACCOUNT_ADAPTER = "doctorlike.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
MFA_ADAPTER = "doctorlike.accounts.second_factor.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1  # half minutes to either side: clocks of phones differ
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
USERSESSIONS_ADAPTER = "doctorlike.accounts.second_factor.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
IDP_OIDC_ADAPTER = "doctorlike.accounts.identity.IdentityProviderAdapter"
IDP_OIDC_PRIVATE_KEY = OIDC_PRIVATE_KEY_FILE.read_text() if OIDC_PRIVATE_KEY_FILE else ""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_secrets": {"()": "doctorlike.kit.logs.WithoutSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Addresses of outgoing calls carry phones (SMS) and codes: not for the log.
    "loggers": {
        "httpx": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
