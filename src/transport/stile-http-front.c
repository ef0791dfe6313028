/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-front.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

/**
 * StileHttpFront:
 *
 * The service's own TLS terminators: what it tells clients of them, and by what it knows them.  Header fields that only a
 * front can know are believed from these addresses and from nobody else.
 */
struct _StileHttpFront
{
  GObject parent_instance;

  StileFront *told;
  GPtrArray *addresses; /* of GInetAddressMask */
  char *ja3_header;
};

G_DEFINE_FINAL_TYPE (StileHttpFront, stile_http_front, G_TYPE_OBJECT)

static void
stile_http_front_finalize (GObject *object)
{
  StileHttpFront *self = STILE_HTTP_FRONT (object);

  g_object_unref (self->told);
  g_ptr_array_unref (self->addresses);
  g_free (self->ja3_header);

  G_OBJECT_CLASS (stile_http_front_parent_class)->finalize (object);
}

static void
stile_http_front_class_init (StileHttpFrontClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_http_front_finalize;
}

static void
stile_http_front_init (StileHttpFront *self)
{
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  self->ja3_header = g_strdup (STILE_HTTP_FRONT_DEFAULT_JA3_HEADER);
}

/**
 * stile_http_front_new:
 * @told: what clients are told of it
 */
StileHttpFront *
stile_http_front_new (StileFront *told)
{
  StileHttpFront *self = g_object_new (STILE_TYPE_HTTP_FRONT, NULL);

  self->told = g_object_ref (told);

  return self;
}

/**
 * stile_http_front_get_told:
 *
 * Returns: (transfer none): what clients are told of it
 */
StileFront *
stile_http_front_get_told (StileHttpFront *self)
{
  return self->told;
}

/**
 * stile_http_front_add_addresses:
 * @text: addresses and prefixes, "127.0.0.1 10.0.0.0/8 fd00::/8", with spaces, commas or semicolons between
 * @error: %STILE_ERROR_SETTINGS when one is none
 */
gboolean
stile_http_front_add_addresses (StileHttpFront *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (text, " ,;", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    {
      GInetAddressMask *mask =
          *words[i] != '\0' ? g_inet_address_mask_new_from_string (words[i], NULL) : NULL;

      if (mask != NULL)
        g_ptr_array_add (self->addresses, mask);
      else if (*words[i] != '\0')
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("“%s” is no address; write it as 192.0.2.1 or 10.0.0.0/8"), words[i]);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * stile_http_front_has_address:
 *
 * Returns: whether one of the service's own terminators speaks from @address
 */
gboolean
stile_http_front_has_address (StileHttpFront *self, GSocketAddress *address)
{
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return FALSE;

  for (guint i = 0; i < self->addresses->len; i++)
    if (g_inet_address_mask_matches (g_ptr_array_index (self->addresses, i),
                                     g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))))
      return TRUE;

  return FALSE;
}

/**
 * stile_http_front_set_ja3_header:
 * @name: the field in which the front tells of the ClientHello that it got
 */
void
stile_http_front_set_ja3_header (StileHttpFront *self, const char *name)
{
  g_free (self->ja3_header);
  self->ja3_header = g_strdup (name);
}

const char *
stile_http_front_get_ja3_header (StileHttpFront *self)
{
  return self->ja3_header;
}
