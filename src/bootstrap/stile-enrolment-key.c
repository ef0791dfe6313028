/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment-key.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-identity.h"
#include "bootstrap/stile-private-file.h"
#include "bootstrap/stile-token-key.h"
#include "codec/stile-secret.h"

/**
 * StileEnrolmentKey:
 *
 * The key of one enrolment, in a file or on a token: each enrolment makes a new one (RFC 8995 section 5.9, BOOTSTRAP
 * P18).  What it does takes time, up to seconds on a token: it is for threads.
 */
struct _StileEnrolmentKey
{
  GObject parent_instance;

  char *place;          /* a path, or the key's own URL */
  StileTokenKey *token; /* NULL for a file */
  gnutls_privkey_t key;
  GBytes *public_key;
};

static const struct
{
  const char *name;
  gnutls_pk_algorithm_t algorithm;
  guint bits;
} kinds[] = {
  [STILE_ENROLMENT_KEY_P256] = { "p256", GNUTLS_PK_ECDSA,
                                 (guint)GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1) },
  [STILE_ENROLMENT_KEY_P384] = { "p384", GNUTLS_PK_ECDSA,
                                 (guint)GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1) },
  [STILE_ENROLMENT_KEY_RSA_2048] = { "rsa2048", GNUTLS_PK_RSA, 2048 },
  [STILE_ENROLMENT_KEY_RSA_3072] = { "rsa3072", GNUTLS_PK_RSA, 3072 },
  [STILE_ENROLMENT_KEY_ED25519] = { "ed25519", GNUTLS_PK_EDDSA_ED25519,
                                    (guint)GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519) },
};

G_DEFINE_FINAL_TYPE (StileEnrolmentKey, stile_enrolment_key, G_TYPE_OBJECT)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pubkey_t, gnutls_pubkey_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)

static void
stile_enrolment_key_finalize (GObject *object)
{
  StileEnrolmentKey *self = STILE_ENROLMENT_KEY (object);

  g_free (self->place);
  g_clear_pointer (&self->key, gnutls_privkey_deinit);
  g_clear_pointer (&self->token, stile_token_key_free);
  g_clear_pointer (&self->public_key, g_bytes_unref);

  G_OBJECT_CLASS (stile_enrolment_key_parent_class)->finalize (object);
}

static void
stile_enrolment_key_class_init (StileEnrolmentKeyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_enrolment_key_finalize;
}

static void
stile_enrolment_key_init (StileEnrolmentKey *self)
{
  gnutls_privkey_init (&self->key);
}

static gboolean
fail (GError **error, const char *what, int r)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, "%s: %s", what, gnutls_strerror (r));
  return FALSE;
}

/* --- kinds --- */

/**
 * stile_enrolment_key_parse_kind:
 * @name: "p256", "p384", "rsa2048", "rsa3072" or "ed25519"
 * @kind: (out): what it names
 * @error: %STILE_ERROR_SETTINGS
 */
gboolean
stile_enrolment_key_parse_kind (const char *name, StileEnrolmentKeyKind *kind, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (kinds[i].name, name) == 0)
      {
        *kind = (StileEnrolmentKeyKind)i;
        return TRUE;
      }

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("There is no kind of key “%s”: p256, p384, rsa2048, rsa3072 or ed25519"), name);
  return FALSE;
}

/**
 * stile_enrolment_key_get_kind_name:
 *
 * Returns: (transfer none): "p256"
 */
const char *
stile_enrolment_key_get_kind_name (StileEnrolmentKeyKind kind)
{
  g_return_val_if_fail ((guint)kind < G_N_ELEMENTS (kinds), NULL);

  return kinds[kind].name;
}

/**
 * stile_enrolment_key_find_kind:
 * @algorithm: what a service asks for, %GNUTLS_PK_UNKNOWN for nothing
 * @bits: of it, with the curve in it; 0 for any
 * @preferred: what is taken when the service leaves it open
 * @kind: (out): what does for both
 * @error: %STILE_ERROR_REFUSED when there is none
 */
gboolean
stile_enrolment_key_find_kind (gnutls_pk_algorithm_t algorithm,
                               guint bits,
                               StileEnrolmentKeyKind preferred,
                               StileEnrolmentKeyKind *kind,
                               GError **error)
{
  *kind = preferred;
  if (algorithm == GNUTLS_PK_UNKNOWN ||
      (algorithm == kinds[preferred].algorithm && (bits == 0 || bits == kinds[preferred].bits)))
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].algorithm == algorithm && (bits == 0 || bits == kinds[i].bits))
      {
        *kind = (StileEnrolmentKeyKind)i;
        return TRUE;
      }

  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
               _ ("The service wants a key of a kind that is not made here: %s, %u bits"),
               gnutls_pk_get_name (algorithm), bits & 0xffff);
  return FALSE;
}

/* --- PINs --- */

static GBytes *
load_pin (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  gsize line;
  GBytes *pin;

  if (!g_file_get_contents (path, &text, &length, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("Reading the token’s PIN: "));
      return NULL;
    }

  line = strcspn (text, "\r\n");
  pin = line <= STILE_ENROLMENT_KEY_MAX_PIN ? stile_secret_bytes_new ((const guint8 *)text, line) : NULL;
  stile_secret_wipe (text, length);
  if (pin == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” does not hold a PIN"), path);
  return pin;
}

static gboolean
find_pin (const StileEnrolmentKeyPlace *place, GBytes **pin, GError **error)
{
  *pin = NULL;
  if (place->pin_file != NULL)
    return (*pin = load_pin (place->pin_file, error)) != NULL;
  if (place->pin != NULL)
    *pin = g_bytes_ref (place->pin);
  else if (place->ask != NULL)
    *pin = place->ask (place->place, place->ask_data);

  return TRUE;
}

/* --- making and opening --- */

static gboolean
note_public (StileEnrolmentKey *self, GError **error)
{
  g_auto (gnutls_pubkey_t) public_key = NULL;
  gnutls_datum_t der = { NULL, 0 };
  int r;

  gnutls_pubkey_init (&public_key);
  r = gnutls_pubkey_import_privkey (public_key, self->key, 0, 0);
  if (r >= 0)
    r = gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_DER, &der);
  if (r < 0)
    return fail (error, _ ("Reading the public half of the key"), r);

  self->public_key = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return TRUE;
}

static gboolean
generate_file (StileEnrolmentKey *self, StileEnrolmentKeyKind kind, GError **error)
{
  g_auto (gnutls_x509_privkey_t) made = NULL;
  gnutls_datum_t pem = { NULL, 0 };
  g_autoptr (GBytes) secret = NULL;
  int r = gnutls_privkey_generate (self->key, kinds[kind].algorithm, kinds[kind].bits, 0);

  if (r >= 0)
    r = gnutls_privkey_export_x509 (self->key, &made);
  if (r >= 0)
    r = gnutls_x509_privkey_export2_pkcs8 (made, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem);
  if (r < 0)
    return fail (error, _ ("Making a key"), r);

  secret = stile_secret_bytes_new (pem.data, pem.size);
  stile_secret_wipe (pem.data, pem.size);
  gnutls_free (pem.data);
  return stile_private_file_create (self->place, secret, error);
}

static gboolean
load_file (StileEnrolmentKey *self, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  gnutls_datum_t pem;
  int r;

  if (!g_file_get_contents (self->place, &text, &length, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return FALSE;
    }

  pem = (gnutls_datum_t){ (guint8 *)text, (unsigned int)MIN (length, STILE_IDENTITY_MAX_KEY_SIZE) };
  r = gnutls_privkey_import_x509_raw (self->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
  stile_secret_wipe (text, length);
  return r >= 0 || fail (error, _ ("This is no private key in PEM form"), r);
}

static StileEnrolmentKey *
find_place (const StileEnrolmentKeyPlace *place, GError **error)
{
  g_autoptr (StileEnrolmentKey) self = g_object_new (STILE_TYPE_ENROLMENT_KEY, NULL);
  g_autoptr (GBytes) pin = NULL;

  if (g_str_has_prefix (place->place, "tpmkey:"))
    {
      g_set_error_literal (
          error, STILE_ERROR, STILE_ERROR_SETTINGS,
          _ ("tpmkey: URLs do not work here; name the TPM by a pkcs11: URL, through a PKCS #11 module "
             "for it such as tpm2-pkcs11"));
      return NULL;
    }
  if (!g_str_has_prefix (place->place, "pkcs11:"))
    {
      self->place = g_strdup (place->place);
      return g_steal_pointer (&self);
    }

  if (!find_pin (place, &pin, error))
    return NULL;
  self->token = stile_token_key_new (place->place, pin, error);
  if (self->token == NULL)
    return NULL;
  self->place = g_strdup (self->token->url);
  return g_steal_pointer (&self);
}

/**
 * stile_enrolment_key_create:
 * @place: where the key is to be; nothing that is there is written over
 * @kind: of the key
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer full): a new key, safely stored
 */
StileEnrolmentKey *
stile_enrolment_key_create (const StileEnrolmentKeyPlace *place, StileEnrolmentKeyKind kind, GError **error)
{
  g_autoptr (StileEnrolmentKey) self = find_place (place, error);

  if (self == NULL)
    return NULL;
  if (self->token == NULL
          ? !generate_file (self, kind, error)
          : !stile_token_key_generate (self->token, kinds[kind].algorithm, kinds[kind].bits, error) ||
                !stile_token_key_import (self->token, self->key, error))
    return NULL;
  if (!note_public (self, error))
    {
      stile_enrolment_key_remove (self);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * stile_enrolment_key_open:
 * @place: where the key is
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer full): a key that an enrolment before made
 */
StileEnrolmentKey *
stile_enrolment_key_open (const StileEnrolmentKeyPlace *place, GError **error)
{
  g_autoptr (StileEnrolmentKey) self = find_place (place, error);

  if (self == NULL)
    return NULL;
  if (self->token == NULL ? !load_file (self, error)
                          : !stile_token_key_import (self->token, self->key, error))
    return NULL;

  return note_public (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * stile_enrolment_key_get_place:
 *
 * Returns: (transfer none): its path, or its own URL: where stile_identity_load() finds it
 */
const char *
stile_enrolment_key_get_place (StileEnrolmentKey *self)
{
  return self->place;
}

/**
 * stile_enrolment_key_is_on_token:
 *
 * Returns: whether it lives on a token, which it cannot leave
 */
gboolean
stile_enrolment_key_is_on_token (StileEnrolmentKey *self)
{
  return self->token != NULL;
}

/**
 * stile_enrolment_key_get_private:
 *
 * Returns: (transfer none): to sign with
 */
gnutls_privkey_t
stile_enrolment_key_get_private (StileEnrolmentKey *self)
{
  return self->key;
}

/**
 * stile_enrolment_key_get_public:
 *
 * Returns: (transfer none): the SubjectPublicKeyInfo in DER
 */
GBytes *
stile_enrolment_key_get_public (StileEnrolmentKey *self)
{
  return self->public_key;
}

/**
 * stile_enrolment_key_store_certificate:
 * @certificate: of the key
 *
 * Puts it beside a key that is on a token; for a key in a file there is nothing to do.
 */
gboolean
stile_enrolment_key_store_certificate (StileEnrolmentKey *self, StileCertificate *certificate, GError **error)
{
  return self->token == NULL || stile_token_key_store_certificate (self->token, certificate, error);
}

/**
 * stile_enrolment_key_remove:
 *
 * Takes the key away again, for an enrolment that came to nothing.
 */
void
stile_enrolment_key_remove (StileEnrolmentKey *self)
{
  if (self->token != NULL)
    stile_token_key_remove (self->token);
  else if (g_unlink (self->place) < 0)
    g_debug ("Removing “%s”: %s", self->place, g_strerror (errno));
}
