/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-service.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <net/if.h>

#include "atls/stile-error.h"

/**
 * StileDnsSdService:
 *
 * What one machine on the link offers, as it announced itself: nothing of it is proven.  It does not change; who comes
 * back under another address is another object.
 */
struct _StileDnsSdService
{
  GObject parent_instance;

  char *name; /* of the instance: with BRSKI-PRM the device's serial number */
  char *host;
  char *address;
  guint16 port;
};

G_DEFINE_FINAL_TYPE (StileDnsSdService, stile_dns_sd_service, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  PROP_HOST,
  PROP_ADDRESS,
  PROP_PORT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
stile_dns_sd_service_finalize (GObject *object)
{
  StileDnsSdService *self = STILE_DNS_SD_SERVICE (object);

  g_free (self->name);
  g_free (self->host);
  g_free (self->address);

  G_OBJECT_CLASS (stile_dns_sd_service_parent_class)->finalize (object);
}

static void
stile_dns_sd_service_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileDnsSdService *self = STILE_DNS_SD_SERVICE (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_HOST:
      g_value_set_string (value, self->host);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
stile_dns_sd_service_class_init (StileDnsSdServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = stile_dns_sd_service_finalize;
  object_class->get_property = stile_dns_sd_service_get_property;
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, NULL, flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
stile_dns_sd_service_init (StileDnsSdService *self)
{
}

/* A link-local address says nothing without the link that it is meant on (RFC 4007 section 11). */
static char *
write_address (GInetAddress *address, guint32 scope_id)
{
  g_autofree char *text = g_inet_address_to_string (address);
  char link[IF_NAMESIZE];

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 ||
      !g_inet_address_get_is_link_local (address))
    return g_steal_pointer (&text);
  if (if_indextoname (scope_id, link) == NULL)
    return g_strdup_printf ("%s%%%u", text, scope_id);

  return g_strdup_printf ("%s%%%s", text, link);
}

/**
 * stile_dns_sd_service_new:
 * @name: the instance's, which stile_dns_sd_service_check_name() has let pass
 * @scope_id: the index of the interface that it was found on
 */
StileDnsSdService *
stile_dns_sd_service_new (
    const char *name, const char *host, GInetAddress *address, guint32 scope_id, guint16 port)
{
  StileDnsSdService *self = g_object_new (STILE_TYPE_DNS_SD_SERVICE, NULL);

  self->name = g_strdup (name);
  self->host = g_strdup (host);
  self->address = write_address (address, scope_id);
  self->port = port;

  return self;
}

/**
 * stile_dns_sd_service_get_name:
 *
 * Returns: (transfer none): the instance's name as it is, nothing escaped: with BRSKI-PRM the serial number
 */
const char *
stile_dns_sd_service_get_name (StileDnsSdService *self)
{
  return self->name;
}

/**
 * stile_dns_sd_service_get_host:
 *
 * Returns: (transfer none): the name of the machine, such as "pump.local"
 */
const char *
stile_dns_sd_service_get_host (StileDnsSdService *self)
{
  return self->host;
}

/**
 * stile_dns_sd_service_get_address:
 *
 * Returns: (transfer none): "192.0.2.1", "2001:db8::1", or "fe80::1%eth0" where it means something on that link alone
 */
const char *
stile_dns_sd_service_get_address (StileDnsSdService *self)
{
  return self->address;
}

/**
 * stile_dns_sd_service_get_port:
 *
 * Returns: where it listens, never 0
 */
guint16
stile_dns_sd_service_get_port (StileDnsSdService *self)
{
  return self->port;
}

/* RFC 6763 section 4.1.1 forbids ASCII's control characters; the others would play tricks on who reads the name. */
static gboolean
has_control_character (const char *name)
{
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);
      GUnicodeType type = g_unichar_type (character);

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return TRUE;
    }

  return FALSE;
}

/**
 * stile_dns_sd_service_check_name:
 * @name: from the network, or to be announced there
 *
 * Returns: whether it can be an instance's name
 */
gboolean
stile_dns_sd_service_check_name (const char *name, GError **error)
{
  gsize length = strlen (name);

  if (length == 0)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The name is empty"));
  else if (length > STILE_DNS_SD_SERVICE_MAX_NAME)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 g_dngettext (GETTEXT_PACKAGE, "The name has %u octet, the limit is %d",
                              "The name has %u octets, the limit is %d", MIN (length, G_MAXUINT)),
                 (guint)MIN (length, G_MAXUINT), STILE_DNS_SD_SERVICE_MAX_NAME);
  else if (!g_utf8_validate (name, length, NULL))
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The name is no UTF-8"));
  else if (has_control_character (name))
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The name has a control character"));
  else
    return TRUE;

  return FALSE;
}

/**
 * stile_dns_sd_service_make_authority:
 *
 * Returns: (transfer full): address and port as they stand in a URL (RFC 3986 section 3.2, RFC 6874)
 */
char *
stile_dns_sd_service_make_authority (StileDnsSdService *self)
{
  const char *zone = strchr (self->address, '%');

  if (strchr (self->address, ':') == NULL)
    return g_strdup_printf ("%s:%u", self->address, self->port);
  if (zone == NULL)
    return g_strdup_printf ("[%s]:%u", self->address, self->port);

  return g_strdup_printf ("[%.*s%%25%s]:%u", (int)(zone - self->address), self->address, zone + 1,
                          self->port);
}
