/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-pending.h"

#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-json.h"

typedef struct
{
  char *nonce;
  StileCertificate *registrar;
  gint64 until;
} Request;

struct _StilePrmPending
{
  GPtrArray *requests; /* of Request, the oldest first */
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->nonce);
  g_object_unref (request->registrar);
  g_free (request);
}

/**
 * stile_prm_pending_new:
 *
 * Returns: (transfer full): no request is out
 */
StilePrmPending *
stile_prm_pending_new (void)
{
  StilePrmPending *self = g_new0 (StilePrmPending, 1);

  self->requests = g_ptr_array_new_with_free_func (request_free);
  return self;
}

/**
 * stile_prm_pending_free:
 * @self: (transfer full): what to let go of
 */
void
stile_prm_pending_free (StilePrmPending *self)
{
  g_ptr_array_unref (self->requests);
  g_free (self);
}

static void
drop_expired (StilePrmPending *self, gint64 now)
{
  for (guint i = self->requests->len; i > 0; i--)
    {
      const Request *request = g_ptr_array_index (self->requests, i - 1);

      if (request->until <= now)
        g_ptr_array_remove_index (self->requests, i - 1);
    }
}

/**
 * stile_prm_pending_add:
 * @nonce: of the request that goes out, as it is written there
 * @registrar: what came with the trigger
 * @now: seconds
 *
 * Remembers a request.  When there are too many the oldest gives way: were the newest refused, a stranger could keep the
 * owner out for as long as they are remembered.
 */
void
stile_prm_pending_add (StilePrmPending *self, const char *nonce, StileCertificate *registrar, gint64 now)
{
  Request *request = g_new0 (Request, 1);

  drop_expired (self, now);
  while (self->requests->len >= STILE_PRM_PENDING_MAX)
    g_ptr_array_remove_index (self->requests, 0);

  request->nonce = g_strdup (nonce);
  request->registrar = g_object_ref (registrar);
  request->until = now + STILE_PRM_PENDING_SECONDS;
  g_ptr_array_add (self->requests, request);
}

/**
 * stile_prm_pending_find:
 * @nonce: of a voucher, as it is written there
 * @now: seconds
 *
 * Returns: (transfer none) (nullable): the registrar certificate that belongs to it; %NULL when no such request is out
 */
StileCertificate *
stile_prm_pending_find (StilePrmPending *self, const char *nonce, gint64 now)
{
  drop_expired (self, now);
  for (guint i = 0; i < self->requests->len; i++)
    {
      const Request *request = g_ptr_array_index (self->requests, i);

      if (strcmp (request->nonce, nonce) == 0)
        return request->registrar;
    }

  return NULL;
}

static GVariant *
write_request (const Request *request)
{
  gsize length;
  const guchar *der = g_bytes_get_data (stile_certificate_get_der (request->registrar), &length);
  g_autofree char *text = g_base64_encode (der, length);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "nonce", "s", request->nonce);
  g_variant_dict_insert (&dict, "registrar", "s", text);
  g_variant_dict_insert (&dict, "until", "x", request->until);
  return g_variant_dict_end (&dict);
}

/**
 * stile_prm_pending_to_variant:
 *
 * Returns: (transfer floating): what stile_prm_pending_new_from_variant() reads
 */
GVariant *
stile_prm_pending_to_variant (StilePrmPending *self)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < self->requests->len; i++)
    g_variant_builder_add_value (&list, write_request (g_ptr_array_index (self->requests, i)));
  return g_variant_builder_end (&list);
}

static void
read_request (StilePrmPending *self, GVariant *saved)
{
  const char *nonce = stile_json_get_string (saved, "nonce");
  const char *text = stile_json_get_string (saved, "registrar");
  g_autoptr (GBytes) der = text != NULL ? stile_base64url_decode_standard (text, -1, NULL) : NULL;
  g_autoptr (StileCertificate) registrar = der != NULL ? stile_certificate_new_from_der (der, NULL) : NULL;
  gint64 until = stile_json_get_integer (saved, "until", 0);

  if (nonce != NULL && registrar != NULL && until >= STILE_PRM_PENDING_SECONDS)
    stile_prm_pending_add (self, nonce, registrar, until - STILE_PRM_PENDING_SECONDS);
}

/**
 * stile_prm_pending_new_from_variant:
 * @list: (nullable): an array of what was saved
 *
 * Returns: (transfer full): the requests that were out
 */
StilePrmPending *
stile_prm_pending_new_from_variant (GVariant *list)
{
  StilePrmPending *self = stile_prm_pending_new ();

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) saved =
          g_variant_is_of_type (child, G_VARIANT_TYPE_VARIANT) ? g_variant_get_variant (child) : NULL;

      if (saved != NULL && g_variant_is_of_type (saved, G_VARIANT_TYPE_VARDICT))
        read_request (self, saved);
    }

  return self;
}

/**
 * stile_prm_pending_get_n:
 * @now: seconds
 *
 * Returns: how many requests are out
 */
guint
stile_prm_pending_get_n (StilePrmPending *self, gint64 now)
{
  drop_expired (self, now);
  return self->requests->len;
}
