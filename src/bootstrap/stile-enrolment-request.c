/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment-request.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-path.h"

/* What an enrolment asks for, and whether the answer is that: for StileEnrolment, without input and output. */

#define OID_SUBJECT_ALT_NAME "2.5.29.17"

#define CHECK "P18"

/**
 * stile_enrolment_request_check_binding:
 * @attributes: what the service asks for
 * @channel: where the request goes
 * @error: %STILE_ERROR_SETTINGS
 *
 * Whether the request can be linked with the session, where it has to be (RFC 7030 section 3.5).
 */
gboolean
stile_enrolment_request_check_binding (StileCsrAttributes *attributes, StileChannel *channel, GError **error)
{
  g_autofree char *binding = stile_channel_get_binding (channel);

  if (binding != NULL || !stile_csr_attributes_wants_challenge_password (attributes))
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       stile_channel_get_client (channel) != NULL
                           ? _ ("The service wants the request linked with the TLS session "
                                "(challengePassword, RFC 7030 section 3.5); "
                                "TLS 1.3 has nothing to link it with. Connect with TLS 1.2")
                           : _ ("The service wants the request linked with the TLS session "
                                "(challengePassword, RFC 7030 section 3.5); "
                                "that works over ATLS with TLS 1.2, and not over plain HTTPS, where "
                                "something in between may end the "
                                "session"));
  return FALSE;
}

static GBytes *
get_alt_name (StileCertificate *certificate)
{
  gnutls_datum_t value = { NULL, 0 };
  GBytes *bytes;

  if (gnutls_x509_crt_get_extension_by_oid2 (stile_certificate_get_x509 (certificate), OID_SUBJECT_ALT_NAME,
                                             0, &value, NULL) < 0)
    return NULL;

  bytes = g_bytes_new (value.data, value.size);
  gnutls_free (value.data);
  return bytes;
}

/* All that the service wants, but its idea of names: those are what was asked for here. */
static GHashTable *
choose_extensions (StileCsrAttributes *attributes)
{
  GHashTable *chosen = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer oid;
  gpointer value;

  g_hash_table_iter_init (&iter, stile_csr_attributes_get_extensions (attributes));
  while (g_hash_table_iter_next (&iter, &oid, &value))
    if (strcmp (oid, OID_SUBJECT_ALT_NAME) != 0)
      g_hash_table_insert (chosen, oid, value);

  return chosen;
}

/* A hash for Ed25519 is no choice. */
static gnutls_digest_algorithm_t
choose_hash (StileCsrAttributes *attributes, StileEnrolmentKey *key)
{
  int algorithm = gnutls_privkey_get_pk_algorithm (stile_enrolment_key_get_private (key), NULL);

  return algorithm == GNUTLS_PK_EDDSA_ED25519 ? GNUTLS_DIG_UNKNOWN
                                              : stile_csr_attributes_get_hash (attributes);
}

/**
 * stile_enrolment_request_make:
 * @settings: what to ask for
 * @attributes: what the service wants the request to say
 * @binding: (nullable): what to link it with, where the service wants that
 * @key: the new one
 *
 * Signs, which takes time on a token.
 *
 * Returns: (transfer full): the request
 */
StileCertificateRequest *
stile_enrolment_request_make (const StileEnrolmentSettings *settings,
                              StileCsrAttributes *attributes,
                              const char *binding,
                              StileEnrolmentKey *key,
                              GError **error)
{
  g_autoptr (GBytes) subject = stile_enrolment_settings_get_subject (settings);
  g_autoptr (GBytes) alt_name = settings->like != NULL ? get_alt_name (settings->like) : NULL;
  g_autoptr (GHashTable) extensions = choose_extensions (attributes);
  const StileCertificateRequestTemplate wanted = {
    .subject = subject,
    .common_name = settings->common_name,
    .serial_number = settings->serial_number,
    .dns_names = settings->like == NULL ? settings->dns_names : NULL,
    .subject_alt_name = alt_name,
    .challenge_password = stile_csr_attributes_wants_challenge_password (attributes) ? binding : NULL,
    .extensions = extensions,
    .hash = choose_hash (attributes, key),
  };
  StileCertificateRequest *request =
      stile_certificate_request_create (&wanted, stile_enrolment_key_get_private (key), error);

  if (request == NULL)
    stile_error_convert (error, STILE_ERROR_SETTINGS);
  return request;
}

static StileCertificate *
find_own (GPtrArray *certificates, GBytes *public_key)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      g_autoptr (GBytes) found = stile_certificate_path_get_public_key (g_ptr_array_index (certificates, i));

      if (found != NULL && g_bytes_equal (found, public_key))
        return g_ptr_array_index (certificates, i);
    }

  return NULL;
}

static StileCertificate *
find_issuer (GPtrArray *certificates, GPtrArray *chain)
{
  StileCertificate *last = g_ptr_array_index (chain, chain->len - 1);

  for (guint i = 0; i < certificates->len; i++)
    {
      StileCertificate *candidate = g_ptr_array_index (certificates, i);

      /* Each at most once: two that sign each other would go on for ever. */
      if (!g_ptr_array_find (chain, candidate, NULL) && !stile_certificate_is_self_issued (candidate) &&
          stile_certificate_is_issued_by (last, candidate))
        return candidate;
    }

  return NULL;
}

/* PKCS #7 has no order (RFC 5652 section 5.1). */
static GPtrArray *
sort (GPtrArray *certificates, StileCertificate *own)
{
  GPtrArray *chain = g_ptr_array_new_with_free_func (g_object_unref);

  for (StileCertificate *next = own; next != NULL; next = find_issuer (certificates, chain))
    g_ptr_array_add (chain, g_object_ref (next));

  return chain;
}

/**
 * stile_enrolment_request_judge:
 * @certificates: (element-type StileCertificate): what the service sent
 * @public_key: of the new key
 * @roots: (element-type StileCertificate): what the certificate has to chain to
 * @at: Unix seconds
 * @checks: gets P18
 * @error: %STILE_ERROR_UNTRUSTED
 *
 * RFC 8995 section 5.9, BOOTSTRAP P18.
 *
 * Returns: (transfer full) (element-type StileCertificate): the certificate for the key, and the way to its root without
 *   the root, in order
 */
GPtrArray *
stile_enrolment_request_judge (GPtrArray *certificates,
                               GBytes *public_key,
                               GPtrArray *roots,
                               gint64 at,
                               StileChecks *checks,
                               GError **error)
{
  StileCertificate *own = find_own (certificates, public_key);
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileCertificate) anchor = NULL;
  g_autoptr (GError) local = NULL;

  if (own == NULL)
    {
      stile_checks_refuse (checks, CHECK, error, STILE_ERROR_UNTRUSTED,
                           _ ("No certificate that the service sent is for the new key"));
      return NULL;
    }

  chain = sort (certificates, own);
  if (!stile_certificate_path_verify (chain, roots, at, STILE_CERTIFICATE_PATH_DEFAULT, &anchor, &local))
    {
      stile_checks_refuse (checks, CHECK, error, STILE_ERROR_UNTRUSTED,
                           _ ("The new certificate does not lead to the domain’s roots: %s"), local->message);
      return NULL;
    }

  stile_checks_pass (checks, CHECK, _ ("“%s” is for the new key, and leads to “%s”"),
                     stile_certificate_get_name (own), stile_certificate_get_name (anchor));
  return g_steal_pointer (&chain);
}
