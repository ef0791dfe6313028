/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-authority.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-secret.h"

/* A lab is thrown away within the day; a clock that is a little behind must not spoil it. */
#define BEGINS_SECONDS_AGO (60 * 60)
#define LASTS_SECONDS (7 * 24 * 60 * 60)
#define ENDED_SECONDS_AGO (30 * 60)

/* RFC 5280 section 4.1.2.2: at most 20, and positive. */
#define SERIAL_SIZE 16

/* Only loopback hosts are ever forged, but there are sixteen million of those. */
#define MAX_FORGED 64

#define OID_SERIAL_NUMBER "2.5.4.5"

/* id-pe-masa-url: an IA5String (RFC 8995 section 2.3.2), here always shorter than where DER needs more for a length. */
#define OID_MASA_URL "1.3.6.1.5.5.7.1.32"
#define MASA_URL_MAX_LENGTH 127
#define DER_IA5_STRING 0x16

/**
 * StileLabAuthority:
 *
 * A throw-away CA with its key in memory, that issues certificates to the lab's members and forges them for the lab's
 * middlebox.  The lab's PKI holds one for each member.
 */
struct _StileLabAuthority
{
  GObject parent_instance;

  StileLabAuthority *issuer; /* NULL: a root */
  gnutls_x509_privkey_t key;
  StileCertificate *certificate;
  GHashTable *forged; /* host to GTlsCertificate */
};

G_DEFINE_FINAL_TYPE (StileLabAuthority, stile_lab_authority, G_TYPE_OBJECT)

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)

static void
stile_lab_authority_finalize (GObject *object)
{
  StileLabAuthority *self = STILE_LAB_AUTHORITY (object);

  g_clear_object (&self->issuer);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->key, gnutls_x509_privkey_deinit);
  g_hash_table_unref (self->forged);

  G_OBJECT_CLASS (stile_lab_authority_parent_class)->finalize (object);
}

static void
stile_lab_authority_class_init (StileLabAuthorityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_lab_authority_finalize;
}

static void
stile_lab_authority_init (StileLabAuthority *self)
{
  self->forged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* --- GnuTLS --- */

static gboolean
check (int r, const char *what, GError **error)
{
  if (r >= 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, "%s: %s", what, gnutls_strerror (r));
  return FALSE;
}

static gnutls_x509_privkey_t
make_key (GError **error)
{
  g_auto (gnutls_x509_privkey_t) key = NULL;

  if (!check (gnutls_x509_privkey_init (&key), _ ("Making a key"), error) ||
      !check (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
              _ ("Making a key"), error))
    return NULL;

  return g_steal_pointer (&key);
}

static int
set_serial (gnutls_x509_crt_t crt)
{
  guint8 serial[SERIAL_SIZE];
  int r = gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);

  if (r < 0)
    return r;

  serial[0] = (serial[0] & 0x3f) | 0x40; /* neither negative nor shorter than it seems */
  return gnutls_x509_crt_set_serial (crt, serial, sizeof serial);
}

static int
set_attribute (gnutls_x509_crt_t crt, const char *oid, const char *value)
{
  if (value == NULL)
    return 0;

  return gnutls_x509_crt_set_dn_by_oid (crt, oid, 0, value, (unsigned int)strlen (value));
}

static int
set_subject_key_id (gnutls_x509_crt_t crt)
{
  guint8 id[32];
  size_t length = sizeof id;
  int r = gnutls_x509_crt_get_key_id (crt, GNUTLS_KEYID_USE_SHA1, id, &length);

  return r < 0 ? r : gnutls_x509_crt_set_subject_key_id (crt, id, length);
}

static int
set_authority_key_id (gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
  guint8 id[32];
  size_t length = sizeof id;
  int r = gnutls_x509_crt_get_subject_key_id (issuer, id, &length, NULL);

  return r < 0 ? r : gnutls_x509_crt_set_authority_key_id (crt, id, length);
}

/* What every certificate has, whoever signs it. */
static gnutls_x509_crt_t
draft (gnutls_x509_privkey_t key, const StileLabSubject *subject, GError **error)
{
  g_auto (gnutls_x509_crt_t) crt = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  int r;

  if ((r = gnutls_x509_crt_init (&crt)) < 0 || (r = gnutls_x509_crt_set_version (crt, 3)) < 0 ||
      (r = gnutls_x509_crt_set_key (crt, key)) < 0 || (r = set_serial (crt)) < 0 ||
      (r = gnutls_x509_crt_set_activation_time (crt, now - BEGINS_SECONDS_AGO)) < 0 ||
      (r = gnutls_x509_crt_set_expiration_time (crt, subject->ended ? now - ENDED_SECONDS_AGO
                                                                    : now + LASTS_SECONDS)) < 0 ||
      (r = set_attribute (crt, GNUTLS_OID_X520_ORGANIZATION_NAME, subject->organization)) < 0 ||
      (r = set_attribute (crt, GNUTLS_OID_X520_COMMON_NAME, subject->name)) < 0 ||
      (r = set_attribute (crt, OID_SERIAL_NUMBER, subject->serial_number)) < 0 ||
      (r = set_subject_key_id (crt)) < 0)
    {
      check (r, _ ("Writing a certificate"), error);
      return NULL;
    }

  return g_steal_pointer (&crt);
}

static int
add_host (gnutls_x509_crt_t crt, const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address == NULL)
    return gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, host, (unsigned int)strlen (host),
                                                 GNUTLS_FSAN_APPEND);

  return gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address),
                                               (unsigned int)g_inet_address_get_native_size (address),
                                               GNUTLS_FSAN_APPEND);
}

static int
set_masa_url (gnutls_x509_crt_t crt, const char *url)
{
  guint8 der[2 + MASA_URL_MAX_LENGTH];
  gsize length = strlen (url);

  g_return_val_if_fail (length <= MASA_URL_MAX_LENGTH, GNUTLS_E_INVALID_REQUEST);

  der[0] = DER_IA5_STRING;
  der[1] = (guint8)length;
  memcpy (der + 2, url, length);
  return gnutls_x509_crt_set_extension_by_oid (crt, OID_MASA_URL, der, length + 2, 0);
}

static gboolean
add_leaf_extensions (gnutls_x509_crt_t crt, const StileLabSubject *subject, GError **error)
{
  int r = gnutls_x509_crt_set_basic_constraints (crt, 0, -1);

  if (r >= 0)
    r = gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
  for (gsize i = 0; r >= 0 && subject->purposes != NULL && subject->purposes[i] != NULL; i++)
    r = gnutls_x509_crt_set_key_purpose_oid (crt, subject->purposes[i], 0);
  for (gsize i = 0; r >= 0 && subject->hosts != NULL && subject->hosts[i] != NULL; i++)
    r = add_host (crt, subject->hosts[i]);
  if (r >= 0 && subject->masa_url != NULL)
    r = set_masa_url (crt, subject->masa_url);

  return check (r, _ ("Writing a certificate"), error);
}

static gboolean
sign (gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, gnutls_x509_privkey_t issuer_key, GError **error)
{
  int r = set_authority_key_id (crt, issuer);

  if (r >= 0)
    r = gnutls_x509_crt_sign2 (crt, issuer, issuer_key, GNUTLS_DIG_SHA256, 0);

  return check (r, _ ("Signing a certificate"), error);
}

static StileCertificate *
to_certificate (gnutls_x509_crt_t crt, GError **error)
{
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;

  if (!check (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der), _ ("Writing a certificate"), error))
    return NULL;

  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return stile_certificate_new_from_der (bytes, error);
}

/* --- the authority itself --- */

static gboolean
make_certificate (StileLabAuthority *self, const StileLabSubject *subject, GError **error)
{
  g_auto (gnutls_x509_crt_t) crt = draft (self->key, subject, error);
  int r;

  if (crt == NULL)
    return FALSE;

  r = gnutls_x509_crt_set_basic_constraints (crt, 1, self->issuer == NULL ? -1 : 0);
  if (r >= 0)
    r = gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
  if (!check (r, _ ("Writing a certificate"), error))
    return FALSE;

  if (!sign (crt, self->issuer != NULL ? stile_certificate_get_x509 (self->issuer->certificate) : crt,
             self->issuer != NULL ? self->issuer->key : self->key, error))
    return FALSE;

  self->certificate = to_certificate (crt, error);
  return self->certificate != NULL;
}

/**
 * stile_lab_authority_new:
 * @issuer: (nullable): who vouches for it, or %NULL for a root
 */
StileLabAuthority *
stile_lab_authority_new (const char *name,
                         const char *organization,
                         StileLabAuthority *issuer,
                         GError **error)
{
  g_autoptr (StileLabAuthority) self = g_object_new (STILE_TYPE_LAB_AUTHORITY, NULL);
  StileLabSubject subject = { .name = name, .organization = organization };

  g_set_object (&self->issuer, issuer);
  self->key = make_key (error);
  if (self->key == NULL || !make_certificate (self, &subject, error))
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }

  return g_steal_pointer (&self);
}

StileCertificate *
stile_lab_authority_get_certificate (StileLabAuthority *self)
{
  return self->certificate;
}

/* A root is what the other side must know already; it is not sent. */
static char *
write_chain (StileLabAuthority *self, StileCertificate *leaf)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();

  g_ptr_array_add (chain, leaf);
  for (StileLabAuthority *above = self; above->issuer != NULL; above = above->issuer)
    g_ptr_array_add (chain, above->certificate);

  return stile_certificate_bundle_to_pem (chain);
}

static char *
write_key (gnutls_x509_privkey_t key, GError **error)
{
  gnutls_datum_t pem = { NULL, 0 };
  char *text;

  if (!check (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem),
              _ ("Writing a key"), error))
    return NULL;

  text = g_strndup ((const char *)pem.data, pem.size);
  stile_secret_wipe (pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

/**
 * stile_lab_authority_issue:
 * @subject: whom it is for
 *
 * Makes a key and a certificate for it.
 */
StileLabLeaf *
stile_lab_authority_issue (StileLabAuthority *self, const StileLabSubject *subject, GError **error)
{
  g_auto (gnutls_x509_privkey_t) key = make_key (error);
  g_auto (gnutls_x509_crt_t) crt = key != NULL ? draft (key, subject, error) : NULL;
  g_autoptr (StileCertificate) certificate = NULL;
  g_autoptr (StileLabLeaf) leaf = g_new0 (StileLabLeaf, 1);

  if (crt != NULL && add_leaf_extensions (crt, subject, error) &&
      sign (crt, stile_certificate_get_x509 (self->certificate), self->key, error))
    certificate = to_certificate (crt, error);
  if (certificate != NULL)
    leaf->key = write_key (key, error);
  if (leaf->key == NULL)
    {
      g_prefix_error (error, "%s: ", subject->name);
      return NULL;
    }

  leaf->certificate = write_chain (self, certificate);
  return g_steal_pointer (&leaf);
}

/**
 * stile_lab_authority_to_identity:
 *
 * Returns: (transfer full): for a CA of ours that issues in its name
 */
StileIdentity *
stile_lab_authority_to_identity (StileLabAuthority *self, GError **error)
{
  g_autoptr (StileLabLeaf) leaf = g_new0 (StileLabLeaf, 1);

  leaf->key = write_key (self->key, error);
  if (leaf->key == NULL)
    return NULL;

  leaf->certificate = write_chain (self, self->certificate);
  return stile_lab_leaf_to_identity (leaf, error);
}

/**
 * stile_lab_authority_forge:
 * @host: a name or an address that belongs to somebody else
 *
 * Does what an intercepting middlebox does: makes a certificate for somebody else's host.
 *
 * Returns: (transfer full): the same again for the same host
 */
GTlsCertificate *
stile_lab_authority_forge (StileLabAuthority *self, const char *host, GError **error)
{
  static const char *const purposes[] = { GNUTLS_KP_TLS_WWW_SERVER, NULL };
  const char *const hosts[] = { host, NULL };
  StileLabSubject subject = { .name = host, .hosts = hosts, .purposes = purposes };
  GTlsCertificate *known = g_hash_table_lookup (self->forged, host);
  g_autoptr (StileLabLeaf) leaf = NULL;
  g_autoptr (GTlsCertificate) forged = NULL;

  if (known != NULL)
    return g_object_ref (known);

  leaf = stile_lab_authority_issue (self, &subject, error);
  forged = leaf != NULL ? stile_lab_leaf_to_tls (leaf, error) : NULL;
  if (forged == NULL)
    return NULL;

  if (g_hash_table_size (self->forged) >= MAX_FORGED)
    g_hash_table_remove_all (self->forged);
  g_hash_table_insert (self->forged, g_strdup (host), g_object_ref (forged));
  return g_steal_pointer (&forged);
}
