/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-masa-address.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

static gboolean refuse (GError **error, const char *text, const char *format) G_GNUC_PRINTF (3, 0);

/* @format is a sentence with room for @text, as far as that can be shown. */
static gboolean
refuse (GError **error, const char *text, const char *format)
{
  g_autofree char *shown = g_strescape (text, NULL);

  g_set_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED, format, shown);
  return FALSE;
}

/* Names that lead to this computer or to its neighbours (RFC 6761, RFC 6762), and what resolvers take for a number: "127.1"
 * is an address to them, but none to GLib. */
static gboolean
is_internet_name (const char *host)
{
  static const char *const here[] = { "localhost", "localdomain", "local", "internal", NULL };
  g_autofree char *name = g_ascii_strdown (host, -1);
  gsize length = strlen (name);
  const char *dot;

  if (length > 0 && name[length - 1] == '.')
    name[length - 1] = '\0';
  dot = strrchr (name, '.');

  return dot != NULL && g_ascii_isalpha (dot[1]) && !g_strv_contains (here, dot + 1);
}

/* Whoever can have an IDevID signed could else make the registrar knock at any door behind the firewall. */
static gboolean
check_device_uri (GUri *uri, const char *text, GError **error)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);

  if (port != -1 && port != 443)
    return refuse (error, text, _ ("R6: The MASA’s address “%s” has an unusual port"));
  if (g_hostname_is_ip_address (host) || !is_internet_name (host))
    return refuse (error, text, _ ("R6: The MASA’s address “%s” is no host name of the Internet"));

  return TRUE;
}

static gboolean
check_uri (GUri *uri, const char *text, StileMasaTrust trust, GError **error)
{
  if (g_strcmp0 (g_uri_get_scheme (uri), "https") != 0)
    return refuse (error, text, _ ("R6: The MASA’s address “%s” is not https"));
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return refuse (error, text, _ ("R6: The MASA’s address “%s” has no host"));
  /* What was escaped is not any more; the host goes into requests as it is. */
  if (strspn (g_uri_get_host (uri), G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.:") !=
      strlen (g_uri_get_host (uri)))
    return refuse (error, text,
                   _ ("R6: The MASA’s address “%s” has a host with characters that do not belong there"));
  if (g_uri_get_userinfo (uri) != NULL)
    return refuse (error, text, _ ("R6: The MASA’s address “%s” holds a user’s name"));
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return refuse (error, text, _ ("R6: The MASA’s address “%s” has a query or a fragment"));

  return trust == STILE_MASA_FROM_OPERATOR || check_device_uri (uri, text, error);
}

/* Visible ASCII: nothing that could begin a line of its own in a request. */
static gboolean
check_characters (const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length == 0 || length > STILE_MASA_ADDRESS_MAX_LENGTH)
    return refuse (error, length == 0 ? "" : "…",
                   length == 0 ? _ ("R6: The MASA’s address “%s” is empty")
                               : _ ("R6: The MASA’s address “%s” is too long"));
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]) || text[i] == '\\')
      return refuse (error, text,
                     _ ("R6: The MASA’s address “%s” holds characters that do not belong there"));

  return TRUE;
}

/* Host and port as they go into requests; brackets around an IPv6 address. */
static char *
make_authority (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);
  g_autofree char *bracketed = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);

  return port == -1 || port == 443 ? g_steal_pointer (&bracketed)
                                   : g_strdup_printf ("%s:%d", bracketed, port);
}

static char *
make_path (GUri *uri)
{
  g_autofree char *path = g_strdup (g_uri_get_path (uri));
  gsize length = strlen (path);

  while (length > 0 && path[length - 1] == '/')
    path[--length] = '\0';

  return length > 0 ? g_steal_pointer (&path) : g_strdup (STILE_MASA_ADDRESS_PATH);
}

/**
 * stile_masa_address_parse:
 * @text: an authority alone when it has no slash, else a whole URI (RFC 8995 section 2.3.2)
 * @trust: whose word it is
 *
 * Returns: (transfer full): where the MASA is; %STILE_ERROR_UNTRUSTED with a sentence that begins with "R6:"
 */
StileMasaAddress *
stile_masa_address_parse (const char *text, StileMasaTrust trust, GError **error)
{
  g_autofree char *whole = NULL;
  g_autoptr (GUri) uri = NULL;
  StileMasaAddress *self;

  if (!check_characters (text, error))
    return NULL;

  whole = strchr (text, '/') == NULL ? g_strconcat ("https://", text, NULL) : g_strdup (text);
  uri = g_uri_parse (whole, G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL)
    {
      refuse (error, text, _ ("R6: The MASA’s address “%s” is no URI"));
      return NULL;
    }
  if (!check_uri (uri, text, trust, error))
    return NULL;

  self = g_new0 (StileMasaAddress, 1);
  self->authority = make_authority (uri);
  self->origin = g_strconcat ("https://", self->authority, NULL);
  self->path = make_path (uri);
  return self;
}

/**
 * stile_masa_address_get_path:
 * @name: "requestvoucher"
 *
 * Returns: (transfer full): the path that requests of this name go to
 */
char *
stile_masa_address_get_path (const StileMasaAddress *self, const char *name)
{
  return g_strconcat (self->path, "/", name, NULL);
}

void
stile_masa_address_free (StileMasaAddress *self)
{
  g_free (self->origin);
  g_free (self->authority);
  g_free (self->path);
  g_free (self);
}
