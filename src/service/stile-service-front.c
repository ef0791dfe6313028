/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-front.h"

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"

static GPtrArray *
load (StileServiceConfig *config, const char *key, GError **error)
{
  const char *path = stile_service_config_get_text (config, key);
  GPtrArray *certificates = path != NULL ? stile_certificate_bundle_load_pem (path, error)
                                         : g_ptr_array_new_with_free_func (g_object_unref);

  if (certificates == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, "%s: ", key);
    }
  return certificates;
}

/* Files of terminators hold their chains, too: an authority shows itself to nobody, unless it is all there is. */
static void
add_terminators (StileFront *front, GPtrArray *certificates)
{
  gboolean found = FALSE;

  for (guint i = 0; i < certificates->len; i++)
    if (!stile_certificate_is_authority (g_ptr_array_index (certificates, i)))
      {
        stile_front_add_certificate (front, g_ptr_array_index (certificates, i));
        found = TRUE;
      }
  if (!found && certificates->len > 0)
    stile_front_add_certificate (front, g_ptr_array_index (certificates, 0));
}

static void
add_fields (StileFront *front, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " ,;", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      stile_front_add_field (front, words[i]);
}

/**
 * stile_service_front_load:
 *
 * What the service tells of its own terminators: those of "front-cert", and itself where it ends TLS.
 *
 * Returns: (transfer full): %STILE_ERROR_SETTINGS when a file or an address is wrong
 */
StileHttpFront *
stile_service_front_load (StileServiceConfig *config, GError **error)
{
  g_autoptr (StileFront) told = stile_front_new ();
  g_autoptr (GPtrArray) terminators = load (config, "front-cert", error);
  g_autoptr (GPtrArray) own = terminators != NULL ? load (config, "tls-cert", error) : NULL;
  const char *addresses = stile_service_config_get_text (config, "front-addresses");
  g_autoptr (StileHttpFront) front = NULL;

  if (own == NULL)
    return NULL;

  add_terminators (told, terminators);
  if (own->len > 0)
    stile_front_add_certificate (told, g_ptr_array_index (own, 0));
  if (terminators->len > 0)
    add_fields (told, stile_service_config_get_text (config, "front-adds"));
  front = stile_http_front_new (told);
  stile_http_front_set_ja3_header (front, stile_service_config_get_text (config, "front-ja3-header"));
  if (addresses != NULL && !stile_http_front_add_addresses (front, addresses, error))
    {
      g_prefix_error (error, "%s: ", "front-addresses");
      return NULL;
    }

  return g_steal_pointer (&front);
}
