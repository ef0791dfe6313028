/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-key-value.h"
#include "transport/stile-http-front.h"
#include "transport/stile-http-receipts.h"

#define GROUP "stiled"

/* The exporter's longest output that anybody compares. */
#define MAX_EXPORT 255

typedef enum
{
  TEXT,
  FLAG,
  NUMBER,
} Kind;

typedef struct
{
  const char *key;
  Kind kind;
  const char *fallback;
  guint minimum;
  guint maximum;
} Setting;

/* data/stiled.conf tells what each is for, and stiled(8). */
static const Setting settings[] = {
  { "listen", TEXT, "127.0.0.1:8443", 0, 0 },
  { "path", TEXT, "/.well-known/atls", 0, 0 },
  { "tls-cert", TEXT, NULL, 0, 0 },
  { "tls-key", TEXT, NULL, 0, 0 },
  { "atls-cert", TEXT, NULL, 0, 0 },
  { "atls-key", TEXT, NULL, 0, 0 },
  { "client-ca", TEXT, NULL, 0, 0 },
  { "est-cacerts", TEXT, NULL, 0, 0 },
  { "domain-cas", TEXT, NULL, 0, 0 },
  { "upstream", TEXT, NULL, 0, 0 },
  { "front-cert", TEXT, NULL, 0, 0 },
  { "front-adds", TEXT,
    "X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host X-Forwarded-Port X-Real-IP Forwarded Via X-SSL-*", 0,
    0 },
  { "front-addresses", TEXT, NULL, 0, 0 },
  { "front-ja3-header", TEXT, STILE_HTTP_FRONT_DEFAULT_JA3_HEADER, 0, 0 },
  { "receipts-per-second", NUMBER, G_STRINGIFY (STILE_HTTP_RECEIPTS_DEFAULT_RATE), 0, 100000 },
  { "tls-version", TEXT, "any", 0, 0 },
  { "database", TEXT, NULL, 0, 0 },
  { "registrar", FLAG, "false", 0, 0 },
  { "registrar-cert", TEXT, NULL, 0, 0 },
  { "registrar-key", TEXT, NULL, 0, 0 },
  { "registrar-chain", TEXT, NULL, 0, 0 },
  { "registrar-agents", TEXT, NULL, 0, 0 },
  { "registrar-policy", TEXT, NULL, 0, 0 },
  { "masa", FLAG, "false", 0, 0 },
  { "masa-cert", TEXT, NULL, 0, 0 },
  { "masa-key", TEXT, NULL, 0, 0 },
  { "masa-devices", TEXT, NULL, 0, 0 },
  { "masa-anchors", TEXT, NULL, 0, 0 },
  { "masa-path", TEXT, NULL, 0, 0 },
  { "est", TEXT, "none", 0, 0 },
  { "est-label", TEXT, NULL, 0, 0 },
  { "est-ca-cert", TEXT, NULL, 0, 0 },
  { "est-ca-key", TEXT, NULL, 0, 0 },
  { "est-lifetime-days", NUMBER, "90", 1, 36500 },
  { "est-servers", FLAG, "false", 0, 0 },
  { "est-domains", TEXT, NULL, 0, 0 },
  { "est-key-generation", FLAG, "false", 0, 0 },
  { "est-clients", TEXT, NULL, 0, 0 },
  { "est-users", TEXT, NULL, 0, 0 },
  { "est-csrattrs", TEXT, NULL, 0, 0 },
  { "est-upstream", TEXT, NULL, 0, 0 },
  { "est-upstream-ca", TEXT, NULL, 0, 0 },
  { "est-upstream-cert", TEXT, NULL, 0, 0 },
  { "est-upstream-key", TEXT, NULL, 0, 0 },
  { "log-export", TEXT, NULL, 0, 0 },
  { "echo", FLAG, "false", 0, 0 },
  { "tickets", FLAG, "true", 0, 0 },
  { "workers", NUMBER, "0", 0, 256 },
  { "max-flight-size", NUMBER, "65536", 1024, 1024 * 1024 },
  { "max-message-size", NUMBER, "17825792", 1024, 17825792 },
  { "max-half-open", NUMBER, "2000", 1, 1000000 },
  { "max-sessions", NUMBER, "100000", 1, 10000000 },
  { "handshake-seconds", NUMBER, "60", 1, 3600 },
  { "idle-seconds", NUMBER, "3600", 1, 86400 },
  { "keep-seconds", NUMBER, "60", 1, 3600 },
};

/**
 * StileServiceConfig:
 *
 * What stiled was told, by its configuration and by options: the last word counts.  Every value is checked when it
 * is set, and the whole before it is used.
 */
struct _StileServiceConfig
{
  GObject parent_instance;

  GHashTable *values; /* key → char */
};

G_DEFINE_FINAL_TYPE (StileServiceConfig, stile_service_config, G_TYPE_OBJECT)

static void
stile_service_config_finalize (GObject *object)
{
  g_hash_table_unref (STILE_SERVICE_CONFIG (object)->values);

  G_OBJECT_CLASS (stile_service_config_parent_class)->finalize (object);
}

static void
stile_service_config_class_init (StileServiceConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_service_config_finalize;
}

static void
stile_service_config_init (StileServiceConfig *self)
{
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}

StileServiceConfig *
stile_service_config_new (void)
{
  return g_object_new (STILE_TYPE_SERVICE_CONFIG, NULL);
}

static const Setting *
find (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (settings[i].key, key) == 0)
      return &settings[i];

  return NULL;
}

static gboolean
check_value (const Setting *setting, const char *value, GError **error)
{
  switch (setting->kind)
    {
    case FLAG:
      if (strcmp (value, "true") == 0 || strcmp (value, "false") == 0)
        return TRUE;
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s is true or false, not “%s”"),
                   setting->key, value);
      return FALSE;
    case NUMBER:
      if (g_ascii_string_to_unsigned (value, 10, setting->minimum, setting->maximum, NULL, NULL))
        return TRUE;
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s is a number from %u to %u, not “%s”"),
                   setting->key, setting->minimum, setting->maximum, value);
      return FALSE;
    case TEXT:
    default:
      return TRUE;
    }
}

/**
 * stile_service_config_set:
 * @key: a setting's name
 * @value: what it shall be
 *
 * %STILE_ERROR_SETTINGS for an unknown key or a value that makes no sense.
 */
gboolean
stile_service_config_set (StileServiceConfig *self, const char *key, const char *value, GError **error)
{
  const Setting *setting = find (key);

  if (setting == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("there is no setting “%s”"), key);
      return FALSE;
    }
  if (!check_value (setting, value, error))
    return FALSE;

  g_hash_table_insert (self->values, (gpointer)setting->key, g_strdup (value));
  return TRUE;
}

static gboolean
load_keys (StileServiceConfig *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) keys = NULL;

  for (gsize i = 0; groups[i] != NULL; i++)
    if (strcmp (groups[i], GROUP) != 0)
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("there is no group [%s]; all is in [%s]"),
                     groups[i], GROUP);
        return FALSE;
      }

  keys = g_key_file_get_keys (file, GROUP, NULL, error);
  if (keys == NULL)
    return FALSE;
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = stile_key_value_read (file, GROUP, keys[i], error);

      if (value == NULL || !stile_service_config_set (self, keys[i], value, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * stile_service_config_load:
 * @path: a key file; an unknown group or key is an error, so that no typing mistake is passed over
 */
gboolean
stile_service_config_load (StileServiceConfig *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error) && load_keys (self, file, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

static gboolean
check_pair (StileServiceConfig *self, const char *a, const char *b, GError **error)
{
  const char *first = stile_service_config_get_text (self, a);
  const char *second = stile_service_config_get_text (self, b);

  if ((first == NULL) == (second == NULL))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("%s needs %s beside it"), first != NULL ? a : b,
               first != NULL ? b : a);
  return FALSE;
}

/* Certificates and their keys. */
static gboolean
check_pairs (StileServiceConfig *self, GError **error)
{
  static const char *const owners[] = { "tls", "atls", "registrar", "masa", "est-ca", "est-upstream" };

  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      g_autofree char *certificate = g_strconcat (owners[i], "-cert", NULL);
      g_autofree char *key = g_strconcat (owners[i], "-key", NULL);

      if (!check_pair (self, certificate, key, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_path (StileServiceConfig *self, GError **error)
{
  const char *path = stile_service_config_get_text (self, "path");

  if (path[0] == '/' && path[1] != '\0' && !g_str_has_suffix (path, "/") &&
      strpbrk (path, " ;,?#\"\\") == NULL)
    return TRUE;

  g_set_error (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("path begins with a slash, does not end with one and holds no special characters; “%s” does not"),
      path);
  return FALSE;
}

/**
 * stile_service_config_check:
 *
 * Checks what one value alone does not tell.  Files are read when the service starts.
 */
gboolean
stile_service_config_check (StileServiceConfig *self, GError **error)
{
  const char *export = stile_service_config_get_text (self, "log-export");
  const char *version = stile_service_config_get_text (self, "tls-version");

  if (!check_pairs (self, error) || !check_path (self, error))
    return FALSE;
  if (stile_service_config_get_text (self, "atls-cert") == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("atls-cert and atls-key are missing: they say who the service is inside ATLS"));
      return FALSE;
    }
  if (strcmp (version, "any") != 0 && strcmp (version, "1.2") != 0 && strcmp (version, "1.3") != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("tls-version is any, 1.2 or 1.3, not “%s”"),
                   version);
      return FALSE;
    }
  if (export == NULL || stile_service_config_parse_export (export, NULL, NULL))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               g_dngettext (GETTEXT_PACKAGE, "log-export is LABEL:LENGTH with 1 to %d byte, not “%s”",
                            "log-export is LABEL:LENGTH with 1 to %d bytes, not “%s”", MAX_EXPORT),
               MAX_EXPORT, export);
  return FALSE;
}

/**
 * stile_service_config_get_text:
 *
 * Returns: (transfer none) (nullable): the value, or what holds when nobody said anything
 */
const char *
stile_service_config_get_text (StileServiceConfig *self, const char *key)
{
  const char *value = g_hash_table_lookup (self->values, key);

  if (value != NULL && *value != '\0')
    return value;

  g_return_val_if_fail (find (key) != NULL, NULL);
  return find (key)->fallback;
}

gboolean
stile_service_config_get_flag (StileServiceConfig *self, const char *key)
{
  return g_strcmp0 (stile_service_config_get_text (self, key), "true") == 0;
}

guint
stile_service_config_get_number (StileServiceConfig *self, const char *key)
{
  return (guint)g_ascii_strtoull (stile_service_config_get_text (self, key), NULL, 10);
}

/**
 * stile_service_config_get_limits:
 * @limits: (out caller-allocated): the endpoint's limits
 */
void
stile_service_config_get_limits (StileServiceConfig *self, StileEndpointLimits *limits)
{
  *limits = (StileEndpointLimits){
    .flight_size = stile_service_config_get_number (self, "max-flight-size"),
    .message_size = stile_service_config_get_number (self, "max-message-size"),
    .half_open = stile_service_config_get_number (self, "max-half-open"),
    .sessions = stile_service_config_get_number (self, "max-sessions"),
    .handshake_seconds = stile_service_config_get_number (self, "handshake-seconds"),
    .idle_seconds = stile_service_config_get_number (self, "idle-seconds"),
    .keep_seconds = stile_service_config_get_number (self, "keep-seconds"),
  };
}

/**
 * stile_service_config_parse_export:
 * @text: "LABEL:LENGTH"
 * @label: (out) (optional): the label
 * @length: (out) (optional): bytes
 */
gboolean
stile_service_config_parse_export (const char *text, char **label, gsize *length)
{
  const char *colon = strrchr (text, ':');
  guint64 number;

  if (colon == NULL || colon == text ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 1, MAX_EXPORT, &number, NULL))
    return FALSE;

  if (label != NULL)
    *label = g_strndup (text, (gsize)(colon - text));
  if (length != NULL)
    *length = (gsize)number;
  return TRUE;
}
