/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <gnutls/pkcs12.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-enrolment-key.h"
#include "codec/stile-secret.h"

/* PBES2 with AES-256: what openssl writes today, and every browser reads. */
#define ENCRYPTION GNUTLS_PKCS_PBES2_AES_256

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pkcs12_t, gnutls_pkcs12_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pkcs12_bag_t, gnutls_pkcs12_bag_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)

static int
set_names (gnutls_pkcs12_bag_t bag, int index, GPtrArray *chain)
{
  StileCertificate *leaf = g_ptr_array_index (chain, 0);
  guint8 id[64];
  size_t size = sizeof id;
  gnutls_datum_t datum = { id, 0 };
  int r = gnutls_x509_crt_get_key_id (stile_certificate_get_x509 (leaf), 0, id, &size);

  datum.size = (unsigned int)size;
  if (r >= 0)
    r = gnutls_pkcs12_bag_set_key_id (bag, (unsigned int)index, &datum);
  if (r >= 0)
    r = gnutls_pkcs12_bag_set_friendly_name (bag, (unsigned int)index, stile_certificate_get_name (leaf));
  return r;
}

static int
add_key (gnutls_pkcs12_t pkcs12, gnutls_x509_privkey_t key, GPtrArray *chain, const char *password)
{
  g_auto (gnutls_pkcs12_bag_t) bag = NULL;
  gnutls_datum_t der = { NULL, 0 };
  int r = gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_DER, password, ENCRYPTION, &der);
  int index;

  if (r < 0)
    return r;

  gnutls_pkcs12_bag_init (&bag);
  index = gnutls_pkcs12_bag_set_data (bag, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &der);
  gnutls_free (der.data);
  if (index < 0)
    return index;
  r = set_names (bag, index, chain);
  return r < 0 ? r : gnutls_pkcs12_set_bag (pkcs12, bag);
}

static int
add_certificates (gnutls_pkcs12_t pkcs12, GPtrArray *chain, const char *password)
{
  g_auto (gnutls_pkcs12_bag_t) bag = NULL;
  int r = 0;

  gnutls_pkcs12_bag_init (&bag);
  for (guint i = 0; i < chain->len && r >= 0; i++)
    {
      int index = gnutls_pkcs12_bag_set_crt (bag, stile_certificate_get_x509 (g_ptr_array_index (chain, i)));

      r = index;
      if (i == 0 && index >= 0)
        r = set_names (bag, index, chain);
    }
  if (r >= 0)
    r = gnutls_pkcs12_bag_encrypt (bag, password, ENCRYPTION);
  return r < 0 ? r : gnutls_pkcs12_set_bag (pkcs12, bag);
}

static int
write_pkcs12 (gnutls_x509_privkey_t key, GPtrArray *chain, const char *password, gnutls_datum_t *der)
{
  g_auto (gnutls_pkcs12_t) pkcs12 = NULL;
  int r = gnutls_pkcs12_init (&pkcs12);

  if (r >= 0)
    r = add_certificates (pkcs12, chain, password);
  if (r >= 0)
    r = add_key (pkcs12, key, chain, password);
  if (r >= 0)
    r = gnutls_pkcs12_generate_mac2 (pkcs12, GNUTLS_MAC_SHA256, password);
  return r < 0 ? r : gnutls_pkcs12_export2 (pkcs12, GNUTLS_X509_FMT_DER, der);
}

/**
 * stile_enrolment_key_to_pkcs12:
 * @chain: (element-type StileCertificate): leaf first
 * @password: protects it; not empty, no NUL in it
 * @error: %STILE_ERROR_SETTINGS for a key on a token, which cannot leave it
 *
 * Returns: (transfer full): key and chain as PKCS #12, for programs that want one file
 */
GBytes *
stile_enrolment_key_to_pkcs12 (StileEnrolmentKey *self, GPtrArray *chain, GBytes *password, GError **error)
{
  g_auto (gnutls_x509_privkey_t) key = NULL;
  gsize length;
  const char *characters = g_bytes_get_data (password, &length);
  gnutls_datum_t der = { NULL, 0 };
  GBytes *bytes;
  char *text;
  int r;

  if (stile_enrolment_key_is_on_token (self))
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("The key cannot leave its token, and so cannot be saved as PKCS #12"));
      return NULL;
    }

  text = g_strndup (length > 0 ? characters : "", length);
  r = gnutls_privkey_export_x509 (stile_enrolment_key_get_private (self), &key);
  if (r >= 0)
    r = write_pkcs12 (key, chain, text, &der);
  stile_secret_free (text, length);
  if (r < 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Writing PKCS #12: %s"), gnutls_strerror (r));
      return NULL;
    }

  bytes = stile_secret_bytes_new (der.data, der.size);
  stile_secret_wipe (der.data, der.size);
  gnutls_free (der.data);
  return bytes;
}
