/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-domain-ca.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-domain-names.h"

/* 127 bits that nobody can guess (RFC 5280 section 4.1.2.2 has at most 20 bytes). */
#define SERIAL_SIZE 16

/* Clients whose clocks are late believe a new certificate at once. */
#define BACKDATE (10 * 60)

#define KEY_ID_MAX 64

/**
 * StileDomainCa:
 *
 * The domain's own CA: a certificate and its key, from files or a token, and a profile.  Nothing that a request asks
 * for gets into a certificate but its key, its subject when the client is no device, and DNS names that the profile
 * allows.  Any thread may ask.
 */
struct _StileDomainCa
{
  GObject parent_instance;

  StileIdentity *identity;
  gnutls_privkey_t key;
  gint64 begins; /* of the whole chain */
  gint64 ends;
  gint64 lifetime;
  gboolean servers;
  char **domains; /* or NULL */
  StileLedger *ledger;
  GMutex mutex; /* held from the last look into the ledger until the certificate is in it */
};

G_DEFINE_FINAL_TYPE (StileDomainCa, stile_domain_ca, G_TYPE_OBJECT)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pubkey_t, gnutls_pubkey_deinit, NULL)

static void
stile_domain_ca_finalize (GObject *object)
{
  StileDomainCa *self = STILE_DOMAIN_CA (object);

  g_clear_pointer (&self->key, gnutls_privkey_deinit);
  g_clear_object (&self->identity);
  g_clear_object (&self->ledger);
  g_strfreev (self->domains);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (stile_domain_ca_parent_class)->finalize (object);
}

static void
stile_domain_ca_class_init (StileDomainCaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_domain_ca_finalize;
}

static void
stile_domain_ca_init (StileDomainCa *self)
{
  g_mutex_init (&self->mutex);
}

/* A certificate is good as long as all above it are. */
static void
read_times (StileDomainCa *self)
{
  GPtrArray *chain = stile_identity_get_chain (self->identity);

  self->begins = G_MININT64;
  self->ends = G_MAXINT64;
  for (guint i = 0; i < chain->len; i++)
    {
      StileCertificate *each = g_ptr_array_index (chain, i);

      self->begins = MAX (self->begins, g_date_time_to_unix (stile_certificate_get_not_before (each)));
      self->ends = MIN (self->ends, g_date_time_to_unix (stile_certificate_get_not_after (each)));
    }
}

static gboolean
check_identity (StileIdentity *identity, GError **error)
{
  StileCertificate *certificate = stile_identity_get_certificate (identity);

  if (stile_certificate_is_authority (certificate))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("“%s” is no CA’s certificate: it may not issue others"),
               stile_certificate_get_subject (certificate));
  return FALSE;
}

/**
 * stile_domain_ca_new:
 * @identity: the CA's certificate, and those above it, with its key
 * @profile: copied
 * @ledger: gets each certificate before it is given out
 * @error: %STILE_ERROR_SETTINGS when @identity is no CA, or the key cannot be used
 */
StileDomainCa *
stile_domain_ca_new (StileIdentity *identity,
                     const StileDomainCaProfile *profile,
                     StileLedger *ledger,
                     GError **error)
{
  g_autoptr (StileDomainCa) self = g_object_new (STILE_TYPE_DOMAIN_CA, NULL);

  if (!check_identity (identity, error))
    return NULL;
  self->key = stile_identity_open_key (identity, error);
  if (self->key == NULL)
    return NULL;

  self->identity = g_object_ref (identity);
  self->ledger = g_object_ref (ledger);
  self->lifetime = profile->lifetime > 0 ? profile->lifetime : STILE_DOMAIN_CA_DEFAULT_LIFETIME;
  self->servers = profile->servers;
  self->domains = g_strdupv ((char **)profile->domains);
  read_times (self);
  return g_steal_pointer (&self);
}

/**
 * stile_domain_ca_get_chain:
 *
 * Returns: (transfer none) (element-type StileCertificate): the CA's certificate, then those above it
 */
GPtrArray *
stile_domain_ca_get_chain (StileDomainCa *self)
{
  return stile_identity_get_chain (self->identity);
}

/* --- what is in a certificate --- */

static gboolean
failed (int r, GError **error)
{
  if (r >= 0)
    return FALSE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("Making the certificate: %s"), gnutls_strerror (r));
  return TRUE;
}

static gboolean
set_serial (gnutls_x509_crt_t crt, GError **error)
{
  guint8 serial[SERIAL_SIZE];

  if (failed (gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial), error))
    return FALSE;

  /* Positive, and always as long. */
  serial[0] = (serial[0] & 0x7f) | 0x40;
  return !failed (gnutls_x509_crt_set_serial (crt, serial, sizeof serial), error);
}

static gboolean
set_times (StileDomainCa *self, gnutls_x509_crt_t crt, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (now >= self->ends)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("The CA’s own certificate has run out: give it a new one"));
      return FALSE;
    }

  return !failed (gnutls_x509_crt_set_activation_time (crt, (time_t)MAX (now - BACKDATE, self->begins)),
                  error) &&
         !failed (gnutls_x509_crt_set_expiration_time (crt, (time_t)MIN (now + self->lifetime, self->ends)),
                  error);
}

/* What the client proved to be, in place of what it says (RFC 8995 section 2.3.1). */
static int
set_device (gnutls_x509_crt_t crt, const char *device)
{
  unsigned int length = (unsigned int)strlen (device);
  int r = gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, device, length);

  return r < 0 ? r : gnutls_x509_crt_set_dn_by_oid (crt, "2.5.4.5", 0, device, length);
}

static gboolean
check_subject (StileCertificateRequest *request, GError **error)
{
  const char *subject = stile_certificate_request_get_subject (request);

  if (subject != NULL && *subject != '\0')
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED,
                       _ ("The request has no subject, and nothing else says who it is for"));
  return FALSE;
}

static gboolean
set_request_subject (gnutls_x509_crt_t crt, StileCertificateRequest *request, GError **error)
{
  gnutls_x509_crq_t crq = stile_certificate_request_get_x509 (request);
  gnutls_datum_t text = { NULL, 0 };
  int r;

  if (!check_subject (request, error))
    return FALSE;

  r = gnutls_x509_crq_get_dn3 (crq, &text, 0);
  if (r >= 0)
    r = gnutls_x509_crt_set_dn (crt, (const char *)text.data, NULL);
  gnutls_free (text.data);
  return !failed (r, error);
}

static gboolean
set_key (gnutls_x509_crt_t crt, StileCertificateRequest *request, gnutls_pubkey_t given, GError **error)
{
  g_auto (gnutls_pubkey_t) key = NULL;

  if (given != NULL)
    return !failed (gnutls_x509_crt_set_pubkey (crt, given), error);

  return !failed (gnutls_pubkey_init (&key), error) &&
         !failed (gnutls_pubkey_import_x509_crq (key, stile_certificate_request_get_x509 (request), 0),
                  error) &&
         !failed (gnutls_x509_crt_set_pubkey (crt, key), error);
}

/* A request that signs itself is copied as it stands: a renewal has the very same subject, byte for byte. */
static gboolean
set_subject_and_key (gnutls_x509_crt_t crt,
                     StileCertificateRequest *request,
                     const StileDomainCaApplicant *applicant,
                     GError **error)
{
  if (applicant->device != NULL && applicant->renews == NULL)
    return !failed (set_device (crt, applicant->device), error) &&
           set_key (crt, request, applicant->key, error);
  if (applicant->key != NULL)
    return set_request_subject (crt, request, error) && set_key (crt, request, applicant->key, error);

  return check_subject (request, error) &&
         !failed (gnutls_x509_crt_set_crq (crt, stile_certificate_request_get_x509 (request)), error);
}

static gboolean
set_key_ids (gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, GError **error)
{
  guint8 id[KEY_ID_MAX];
  gsize length = sizeof id;

  if (failed (gnutls_x509_crt_get_key_id (crt, 0, id, &length), error) ||
      failed (gnutls_x509_crt_set_subject_key_id (crt, id, length), error))
    return FALSE;

  length = sizeof id;
  if (gnutls_x509_crt_get_subject_key_id (issuer, id, &length, NULL) < 0)
    {
      length = sizeof id;
      if (failed (gnutls_x509_crt_get_key_id (issuer, 0, id, &length), error))
        return FALSE;
    }
  return !failed (gnutls_x509_crt_set_authority_key_id (crt, id, length), error);
}

static gboolean
set_uses (StileDomainCa *self, gnutls_x509_crt_t crt, GError **error)
{
  gboolean rsa = gnutls_x509_crt_get_pk_algorithm (crt, NULL) == GNUTLS_PK_RSA;
  unsigned int usage = GNUTLS_KEY_DIGITAL_SIGNATURE | (rsa ? GNUTLS_KEY_KEY_ENCIPHERMENT : 0);

  return !failed (gnutls_x509_crt_set_basic_constraints (crt, 0, -1), error) &&
         !failed (gnutls_x509_crt_set_key_usage (crt, usage), error) &&
         !failed (gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_CLIENT, 0), error) &&
         (!self->servers ||
          !failed (gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_SERVER, 0), error));
}

static gboolean
set_names (StileDomainCa *self,
           gnutls_x509_crt_t crt,
           StileCertificateRequest *request,
           StileCertificate *renews,
           GError **error)
{
  if (renews != NULL)
    return stile_domain_names_repeat (crt, renews, error);

  return stile_domain_names_copy (crt, request, (const char *const *)self->domains, error);
}

static StileCertificate *
sign (StileDomainCa *self, gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, GError **error)
{
  g_auto (gnutls_pubkey_t) key = NULL;
  gnutls_digest_algorithm_t hash = GNUTLS_DIG_SHA256;
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;

  if (failed (gnutls_pubkey_init (&key), error) ||
      failed (gnutls_pubkey_import_x509 (key, issuer, 0), error) ||
      failed (gnutls_pubkey_get_preferred_hash_algorithm (key, &hash, NULL), error) ||
      failed (gnutls_x509_crt_privkey_sign (crt, issuer, self->key, hash, 0), error) ||
      failed (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der), error))
    return NULL;

  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return stile_certificate_new_from_der (bytes, error);
}

static StileCertificate *
make (StileDomainCa *self,
      StileCertificateRequest *request,
      const StileDomainCaApplicant *applicant,
      GError **error)
{
  gnutls_x509_crt_t issuer = stile_certificate_get_x509 (stile_identity_get_certificate (self->identity));
  g_auto (gnutls_x509_crt_t) crt = NULL;

  if (failed (gnutls_x509_crt_init (&crt), error) || failed (gnutls_x509_crt_set_version (crt, 3), error) ||
      !set_serial (crt, error) || !set_times (self, crt, error) ||
      !set_subject_and_key (crt, request, applicant, error) || !set_uses (self, crt, error) ||
      !set_names (self, crt, request, applicant->renews, error) || !set_key_ids (crt, issuer, error))
    return NULL;

  return sign (self, crt, issuer, error);
}

/* --- the ledger --- */

static void
add_part (GChecksum *checksum, const guint8 *data, gsize size)
{
  guint64 length = GUINT64_TO_BE (size);

  g_checksum_update (checksum, (const guint8 *)&length, sizeof length);
  g_checksum_update (checksum, data, (gssize)size);
}

/* A key that was made for the request is part of it: it is never the same again. */
static char *
name_request (StileCertificateRequest *request, const StileDomainCaApplicant *applicant)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GBytes *der = stile_certificate_request_get_der (request);
  const char *issuer = applicant->issuer != NULL ? applicant->issuer : "";
  const char *device = applicant->device != NULL ? applicant->device : "";
  gnutls_datum_t key = { NULL, 0 };

  add_part (checksum, g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  add_part (checksum, (const guint8 *)applicant->owner, strlen (applicant->owner));
  add_part (checksum, (const guint8 *)issuer, strlen (issuer));
  add_part (checksum, (const guint8 *)device, strlen (device));
  if (applicant->key != NULL && gnutls_pubkey_export2 (applicant->key, GNUTLS_X509_FMT_DER, &key) >= 0)
    add_part (checksum, key.data, key.size);
  gnutls_free (key.data);

  return g_strdup (g_checksum_get_string (checksum));
}

/* What has run out does not count: the same request gets a new one then.  NULL with no error for none. */
static StileCertificate *
find_valid (StileDomainCa *self, const char *name, GError **error)
{
  g_autoptr (StileLedgerCertificate) found = stile_ledger_find_certificate (self->ledger, name, error);
  g_autoptr (StileCertificate) certificate = NULL;

  if (found == NULL)
    return NULL;
  certificate = stile_certificate_new_from_der (found->der, error);
  if (certificate == NULL ||
      !stile_certificate_is_valid_at (certificate, g_get_real_time () / G_USEC_PER_SEC))
    return NULL;

  return g_steal_pointer (&certificate);
}

static StileCertificate *
enter (StileDomainCa *self,
       const char *name,
       const StileDomainCaApplicant *applicant,
       StileCertificate *certificate,
       GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GError) local = NULL;
  g_autoptr (StileCertificate) earlier = find_valid (self, name, &local);
  const StileLedgerCertificate row = {
    (char *)stile_certificate_get_serial (certificate),
    (char *)name,
    (char *)applicant->owner,
    (char *)applicant->issuer,
    (char *)applicant->device,
    stile_certificate_get_der (certificate),
  };

  if (local != NULL)
    return g_propagate_error (error, g_steal_pointer (&local)), NULL;
  /* Another thread was faster with the same request: that one counts, and ours is given to nobody. */
  if (earlier != NULL)
    return g_steal_pointer (&earlier);

  return stile_ledger_add_certificate (self->ledger, &row, error) ? g_object_ref (certificate) : NULL;
}

/**
 * stile_domain_ca_issue:
 * @request: whose signature was checked, unless @applicant has a key
 * @error: %STILE_ERROR_REFUSED with a sentence for who asks; others are the service's own trouble
 *
 * The same request of the same applicant gets the same certificate again.  It is in the ledger when this returns.
 *
 * Returns: (transfer full): the certificate
 */
StileCertificate *
stile_domain_ca_issue (StileDomainCa *self,
                       StileCertificateRequest *request,
                       const StileDomainCaApplicant *applicant,
                       GError **error)
{
  g_autofree char *name = name_request (request, applicant);
  g_autoptr (GError) local = NULL;
  g_autoptr (StileCertificate) certificate = find_valid (self, name, &local);

  if (local != NULL)
    return g_propagate_error (error, g_steal_pointer (&local)), NULL;
  if (certificate != NULL)
    return g_steal_pointer (&certificate);

  certificate = make (self, request, applicant, error);
  return certificate != NULL ? enter (self, name, applicant, certificate, error) : NULL;
}
