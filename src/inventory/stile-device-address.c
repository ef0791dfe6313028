/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-address.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

/* RFC 1035 section 2.3.4, without the dot at the end. */
#define MAX_NAME_SIZE 253
#define MAX_LABEL_SIZE 63

/* As the kernel's IFNAMSIZ has it. */
#define MAX_ZONE_SIZE 15

static gboolean
refuse (GError **error, const char *format, const char *what)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, format, what);
  return FALSE;
}

static gboolean
is_port (const char *text)
{
  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, NULL, NULL);
}

static gboolean
is_label (const char *label)
{
  gsize length = strlen (label);

  if (length == 0 || length > MAX_LABEL_SIZE || label[0] == '-' || label[length - 1] == '-')
    return FALSE;

  /* The underscore is in no host name of RFC 952, and in many networks. */
  return strspn (label, G_CSET_a_2_z G_CSET_DIGITS "-_") == length;
}

/* A name whose last label is a number is an address that somebody has mistyped: 10.0.0, or 10.0.0.256. */
static gboolean
is_name (const char *name)
{
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);
  guint count = g_strv_length (labels);

  if (strlen (name) > MAX_NAME_SIZE || count == 0)
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (!is_label (labels[i]))
      return FALSE;

  return strspn (labels[count - 1], G_CSET_DIGITS) != strlen (labels[count - 1]);
}

static char *
make_name (const char *host)
{
  g_autofree char *ascii = g_hostname_to_ascii (host);
  g_autofree char *name = ascii != NULL ? g_ascii_strdown (ascii, -1) : NULL;

  return name != NULL && is_name (name) ? g_steal_pointer (&name) : NULL;
}

/* A link-local address needs its interface: "%25" before it is how RFC 6874 writes "%" in a URL. */
static char *
make_ipv6 (const char *host)
{
  const char *percent = strchr (host, '%');
  g_autofree char *literal = percent != NULL ? g_strndup (host, (gsize)(percent - host)) : g_strdup (host);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (literal);
  const char *zone = percent == NULL ? NULL : percent + (g_str_has_prefix (percent, "%25") ? 3 : 1);
  g_autofree char *text = NULL;

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return NULL;

  text = g_inet_address_to_string (address);
  if (zone == NULL)
    return g_strdup_printf ("[%s]", text);
  if (*zone == '\0' || strlen (zone) > MAX_ZONE_SIZE || !g_inet_address_get_is_link_local (address) ||
      strspn (zone, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.") != strlen (zone))
    return NULL;

  return g_strdup_printf ("[%s%%25%s]", text, zone);
}

static char *
make_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (strchr (host, ':') != NULL)
    return make_ipv6 (host);

  address = g_inet_address_new_from_string (host);
  return address != NULL ? g_inet_address_to_string (address) : make_name (host);
}

/* Takes "[host]:port", "host:port" or an address with colons of its own apart. */
static gboolean
split (const char *address, char **host, char **port)
{
  const char *colon = strrchr (address, ':');
  const char *bracket = address[0] == '[' ? strchr (address, ']') : NULL;

  if (address[0] == '[' && (bracket == NULL || (bracket[1] != '\0' && bracket[1] != ':')))
    return FALSE;

  if (bracket != NULL)
    {
      *host = g_strndup (address + 1, (gsize)(bracket - address - 1));
      *port = bracket[1] == ':' ? g_strdup (bracket + 2) : NULL;
      return strchr (*host, ':') != NULL;
    }

  if (colon == NULL || strchr (address, ':') != colon)
    colon = address + strlen (address);
  *host = g_strndup (address, (gsize)(colon - address));
  *port = *colon == ':' ? g_strdup (colon + 1) : NULL;
  return TRUE;
}

static gboolean
judge_port (const char *port, GError **error)
{
  if (port == NULL || is_port (port))
    return TRUE;

  return refuse (error, _ ("“%s” is no port. Write a number from 1 to 65535, or leave it out."), port);
}

static gboolean
agree (const char *within, const char *beside, GError **error)
{
  if (within == NULL || beside == NULL ||
      g_ascii_strtoull (within, NULL, 10) == g_ascii_strtoull (beside, NULL, 10))
    return TRUE;

  return refuse (error, _ ("There is another port in the address than “%s”. Take one of the two out."),
                 beside);
}

/**
 * stile_device_address_make:
 * @address: what somebody has written: a name or an IP address, with or without a port
 * @port: (nullable): a port that stood elsewhere
 * @error: %STILE_ERROR_SETTINGS with a sentence that says what to do
 *
 * Names lose their capitals, and become ASCII where they are international.
 *
 * Returns: (transfer full): host or host:port, as a URL has it
 */
char *
stile_device_address_make (const char *address, const char *port, GError **error)
{
  g_autofree char *host = NULL;
  g_autofree char *own_port = NULL;
  g_autofree char *made = NULL;

  g_return_val_if_fail (address != NULL, NULL);

  if (strstr (address, "://") != NULL)
    {
      refuse (error, _ ("“%s” is a web address. Write the host alone, or host:port."), address);
      return NULL;
    }

  if (split (address, &host, &own_port))
    made = make_host (host);
  if (made == NULL)
    {
      refuse (error, _ ("“%s” is no address. Write a host name or an IP address, or leave it out."), address);
      return NULL;
    }
  if (!judge_port (own_port, error) || !judge_port (port, error) || !agree (own_port, port, error))
    return NULL;

  if (own_port == NULL)
    own_port = g_strdup (port);
  return own_port == NULL ? g_steal_pointer (&made)
                          : g_strdup_printf ("%s:%u", made, (guint)g_ascii_strtoull (own_port, NULL, 10));
}
