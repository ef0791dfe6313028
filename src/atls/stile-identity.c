/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-identity.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-hex.h"
#include "codec/stile-secret.h"

/* Longest chain that one sends: leaf, intermediates, and room for those who add the root. */
#define MAX_CHAIN 16

/**
 * StileIdentity:
 *
 * Who one is: a certificate chain and the private key that belongs to it, in a file or on a PKCS #11 token.
 * Credentials hold it; it never changes.
 */
struct _StileIdentity
{
  GObject parent_instance;

  GPtrArray *chain; /* of StileCertificate, leaf first */
  GBytes *key_pem;  /* NULL when the key lives on a token */
  char *key_url;    /* pkcs11: URL, or NULL */
};

G_DEFINE_FINAL_TYPE (StileIdentity, stile_identity, G_TYPE_OBJECT)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_privkey_t, gnutls_privkey_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pubkey_t, gnutls_pubkey_deinit, NULL)

static void
stile_identity_finalize (GObject *object)
{
  StileIdentity *self = STILE_IDENTITY (object);

  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_clear_pointer (&self->key_pem, g_bytes_unref);
  g_free (self->key_url);

  G_OBJECT_CLASS (stile_identity_parent_class)->finalize (object);
}

static void
stile_identity_class_init (StileIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_identity_finalize;
}

static void
stile_identity_init (StileIdentity *self)
{
}

static gboolean
fail (GError **error, const char *what, int r)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, "%s: %s", what, gnutls_strerror (r));
  return FALSE;
}

static gboolean
import_pem (gnutls_privkey_t key, GBytes *pem, GError **error)
{
  gnutls_datum_t datum = { (guint8 *)g_bytes_get_data (pem, NULL), (unsigned int)g_bytes_get_size (pem) };
  int r = gnutls_privkey_import_x509_raw (key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);

  if (r == GNUTLS_E_DECRYPTION_FAILED)
    {
      g_set_error_literal (
          error, STILE_ERROR, STILE_ERROR_SETTINGS,
          _ ("The private key is protected by a password; save it without one, or use a token"));
      return FALSE;
    }
  if (r < 0)
    return fail (error, _ ("This is no private key in PEM form"), r);

  return TRUE;
}

/**
 * stile_identity_open_key:
 *
 * Opens the private key, from its file or on its token, to sign with.
 *
 * Returns: (transfer full) (nullable): free it with gnutls_privkey_deinit()
 */
gnutls_privkey_t
stile_identity_open_key (StileIdentity *self, GError **error)
{
  g_auto (gnutls_privkey_t) key = NULL;
  int r = gnutls_privkey_init (&key);

  if (r < 0)
    return fail (error, _ ("Reading the private key"), r), NULL;
  if (self->key_url == NULL)
    return import_pem (key, self->key_pem, error) ? g_steal_pointer (&key) : NULL;

  r = gnutls_privkey_import_url (key, self->key_url, 0);
  if (r < 0)
    return fail (error, _ ("Opening the key on the token"), r), NULL;

  return g_steal_pointer (&key);
}

static char *
key_id (gnutls_pubkey_t key)
{
  guint8 id[64];
  gsize length = sizeof id;

  if (gnutls_pubkey_get_key_id (key, GNUTLS_KEYID_USE_SHA256, id, &length) < 0)
    return g_strdup ("?");

  return stile_hex_encode (id, length);
}

/* Both fingerprints are told, so that one sees which of the two files is the wrong one. */
static gboolean
check_pair (StileIdentity *self, GError **error)
{
  g_auto (gnutls_privkey_t) key = stile_identity_open_key (self, error);
  g_auto (gnutls_pubkey_t) of_key = NULL;
  g_auto (gnutls_pubkey_t) of_certificate = NULL;
  g_autofree char *key_fingerprint = NULL;
  g_autofree char *certificate_fingerprint = NULL;
  int r;

  if (key == NULL)
    return FALSE;
  gnutls_pubkey_init (&of_key);
  gnutls_pubkey_init (&of_certificate);
  if ((r = gnutls_pubkey_import_privkey (of_key, key, 0, 0)) < 0 ||
      (r = gnutls_pubkey_import_x509 (
           of_certificate, stile_certificate_get_x509 (stile_identity_get_certificate (self)), 0)) < 0)
    return fail (error, _ ("Comparing the key with the certificate"), r);

  key_fingerprint = key_id (of_key);
  certificate_fingerprint = key_id (of_certificate);
  if (strcmp (key_fingerprint, certificate_fingerprint) == 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("This key does not belong to this certificate: the key’s public half is SHA-256 %s, the "
                  "certificate holds SHA-256 %s"),
               key_fingerprint, certificate_fingerprint);
  return FALSE;
}

static StileIdentity *
checked (StileIdentity *unchecked, GError **error)
{
  g_autoptr (StileIdentity) self = unchecked;

  if (self->chain->len == 0 || self->chain->len > MAX_CHAIN)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   g_dngettext (GETTEXT_PACKAGE,
                                "A certificate chain has 1 to %d certificate, this one has %u",
                                "A certificate chain has 1 to %d certificates, this one has %u", MAX_CHAIN),
                   MAX_CHAIN, self->chain->len);
      return NULL;
    }
  if (!check_pair (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * stile_identity_new:
 * @chain: (element-type StileCertificate): leaf first
 * @key_pem: the private key; keep no other copy
 *
 * Returns: (transfer full): the identity, or %NULL with %STILE_ERROR_SETTINGS when key and certificate are no pair
 */
StileIdentity *
stile_identity_new (GPtrArray *chain, GBytes *key_pem, GError **error)
{
  StileIdentity *self = g_object_new (STILE_TYPE_IDENTITY, NULL);

  self->chain = g_ptr_array_ref (chain);
  self->key_pem = g_bytes_ref (key_pem);

  return checked (self, error);
}

static GBytes *
load_key (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  GBytes *secret;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  if (length > STILE_IDENTITY_MAX_KEY_SIZE)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   g_dngettext (GETTEXT_PACKAGE, "“%s” has %zu byte, a private key has at most %d",
                                "“%s” has %zu bytes, a private key has at most %d", length),
                   path, length, STILE_IDENTITY_MAX_KEY_SIZE);
      return NULL;
    }

  secret = stile_secret_bytes_new ((const guint8 *)text, length);
  stile_secret_wipe (text, length);
  return secret;
}

static StileCertificate *
load_certificate_url (const char *url, GError **error)
{
  gnutls_x509_crt_t crt;
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;
  int r;

  gnutls_x509_crt_init (&crt);
  r = gnutls_x509_crt_import_url (crt, url, 0);
  if (r >= 0)
    r = gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der);
  gnutls_x509_crt_deinit (crt);
  if (r < 0)
    return fail (error, _ ("Reading the certificate from the token"), r), NULL;

  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return stile_certificate_new_from_der (bytes, error);
}

static GPtrArray *
load_chain (const char *certificate, GError **error)
{
  g_autoptr (GPtrArray) chain = NULL;
  StileCertificate *single;

  if (!g_str_has_prefix (certificate, "pkcs11:"))
    return stile_certificate_bundle_load_pem (certificate, error);

  single = load_certificate_url (certificate, error);
  if (single == NULL)
    return NULL;
  chain = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (chain, single);
  return g_steal_pointer (&chain);
}

/**
 * stile_identity_load:
 * @certificate: a PEM file with the chain, leaf first, or a pkcs11: URL
 * @key: a PEM file with the private key, or a pkcs11: URL
 *
 * Returns: (transfer full): the identity.  Every failure is %STILE_ERROR_SETTINGS and names the file.
 */
StileIdentity *
stile_identity_load (const char *certificate, const char *key, GError **error)
{
  g_autoptr (StileIdentity) self = g_object_new (STILE_TYPE_IDENTITY, NULL);

  self->chain = load_chain (certificate, error);
  if (self->chain == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("Loading the certificate: "));
      return NULL;
    }
  if (g_str_has_prefix (key, "pkcs11:"))
    self->key_url = g_strdup (key);
  else if ((self->key_pem = load_key (key, error)) == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("Loading the private key: "));
      return NULL;
    }

  self = checked (g_steal_pointer (&self), error);
  if (self == NULL)
    g_prefix_error (error, _ ("Loading “%s” and “%s”: "), certificate, key);
  return g_steal_pointer (&self);
}

/**
 * stile_identity_get_chain:
 *
 * Returns: (transfer none) (element-type StileCertificate): leaf first
 */
GPtrArray *
stile_identity_get_chain (StileIdentity *self)
{
  return self->chain;
}

/**
 * stile_identity_get_certificate:
 *
 * Returns: (transfer none): the leaf
 */
StileCertificate *
stile_identity_get_certificate (StileIdentity *self)
{
  return g_ptr_array_index (self->chain, 0);
}

static int
set_key (gnutls_certificate_credentials_t credentials, StileIdentity *self, gnutls_privkey_t key)
{
  guint count = self->chain->len;
  gnutls_pcert_st *list = gnutls_calloc (count, sizeof (gnutls_pcert_st));
  int r = 0;

  for (guint i = 0; i < count && r >= 0; i++)
    r = gnutls_pcert_import_x509 (&list[i], stile_certificate_get_x509 (g_ptr_array_index (self->chain, i)),
                                  0);
  /* On success GnuTLS owns what the list holds and the key; the list itself stays ours. */
  if (r >= 0)
    r = gnutls_certificate_set_key (credentials, NULL, 0, list, (int)count, key);
  if (r < 0)
    for (guint i = 0; i < count; i++)
      gnutls_pcert_deinit (&list[i]);
  gnutls_free (list);

  return r;
}

/**
 * stile_identity_apply:
 * @credentials: gets chain and key
 *
 * For StileCredentials: may be called as often as there are credentials.
 */
gboolean
stile_identity_apply (StileIdentity *self, gnutls_certificate_credentials_t credentials, GError **error)
{
  gnutls_privkey_t key = stile_identity_open_key (self, error);
  int r;

  if (key == NULL)
    return FALSE;
  r = set_key (credentials, self, key);
  if (r < 0)
    {
      gnutls_privkey_deinit (key);
      return fail (error, _ ("Using the certificate and its key"), r);
    }

  return TRUE;
}

static GTlsCertificate *
link_certificate (StileCertificate *certificate,
                  GTlsCertificate *issuer,
                  const char *key_property,
                  const char *key,
                  GError **error)
{
  GType type = g_tls_backend_get_certificate_type (g_tls_backend_get_default ());
  g_autofree char *pem = stile_certificate_to_pem (certificate);

  /* A NULL for the key's property ends the list. */
  return g_initable_new (type, NULL, error, "certificate-pem", pem, "issuer", issuer, key_property, key,
                         NULL);
}

/**
 * stile_identity_to_tls_certificate:
 *
 * For TLS that GIO does: the chain in its order, and the key from its file or on its token.
 *
 * Returns: (transfer full): the leaf, with its issuers behind it
 */
GTlsCertificate *
stile_identity_to_tls_certificate (StileIdentity *self, GError **error)
{
  gsize length = self->key_pem != NULL ? g_bytes_get_size (self->key_pem) : 0;
  g_autofree char *pem =
      self->key_pem != NULL ? g_strndup (g_bytes_get_data (self->key_pem, NULL), length) : NULL;
  g_autoptr (GTlsCertificate) last = NULL;

  for (guint i = self->chain->len; i-- > 0;)
    {
      const char *property = pem != NULL ? "private-key-pem" : "private-key-pkcs11-uri";
      g_autoptr (GTlsCertificate) issuer = g_steal_pointer (&last);

      last = link_certificate (g_ptr_array_index (self->chain, i), issuer, i == 0 ? property : NULL,
                               pem != NULL ? pem : self->key_url, error);
      if (last == NULL)
        break;
    }
  if (pem != NULL)
    stile_secret_wipe (pem, length);
  if (last == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("Using the certificate and its key: "));
    }

  return g_steal_pointer (&last);
}
