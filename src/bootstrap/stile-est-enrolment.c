/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-enrolment.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-replies.h"
#include "bootstrap/stile-est-rules.h"
#include "bootstrap/stile-est-sender.h"
#include "codec/stile-certificate-path.h"

/* A request to enrol, from the body to the answer.  Passwords, signatures and the ledger take their time: not for a
 * thread that serves others meanwhile. */

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_privkey_t, gnutls_privkey_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pubkey_t, gnutls_pubkey_deinit, NULL)

/* --- may it? --- */

static StileHttpMessage *
check_renewed (const StileEstEnrolmentRules *rules, StileExchange *exchange)
{
  GPtrArray *chain = stile_exchange_get_peer_chain (exchange);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (chain == NULL)
    return stile_est_replies_refuse (
        403, _ ("Renewing needs the certificate that is to be renewed, shown in the handshake"));
  if (stile_certificate_path_verify (chain, rules->domain, now, STILE_CERTIFICATE_PATH_DEFAULT, NULL, &error))
    return NULL;

  sentence =
      g_strdup_printf (_ ("The certificate that is to be renewed is not this domain’s: %s"), error->message);
  return stile_est_replies_refuse (403, sentence);
}

static StileHttpMessage *
ask_gate (const StileEstEnrolmentRules *rules,
          StileEstEnrolmentKind kind,
          StileExchange *exchange,
          StileCertificateRequest *request,
          char **issuer,
          char **device)
{
  guint status = 403;
  g_autofree char *sentence = NULL;

  if (rules->gate == NULL)
    return stile_est_replies_refuse (403, _ ("Nobody may enrol here"));
  if (rules->gate (exchange, request, kind == STILE_EST_ENROLMENT_RENEWAL, issuer, device, &status, &sentence,
                   rules->gate_data))
    return NULL;

  return stile_est_replies_refuse (status, sentence != NULL ? sentence : _ ("You may not enrol here"));
}

/* With a key that the server makes, key and signature of the request mean nothing (RFC 7030 section 4.4.1). */
static gboolean
check_new_key (const StileEstEnrolmentRules *rules, StileCertificateRequest *request, GError **error)
{
  return stile_est_rules_check_unwrapped (request, error) &&
         stile_est_rules_check_extensions (request, rules->attributes, error);
}

/* A CA of our own writes down what a device has proved to be, whatever it asks for; one behind us takes the request as it
 * stands.  A renewal repeats what was certified. */
static gboolean
check_subject (const StileEstEnrolmentRules *rules,
               StileEstEnrolmentKind kind,
               StileCertificateRequest *request,
               const char *device,
               GError **error)
{
  return kind == STILE_EST_ENROLMENT_RENEWAL || device == NULL || rules->ca != NULL ||
         stile_est_rules_check_subject (request, device, error);
}

static gboolean
check_request (const StileEstEnrolmentRules *rules,
               StileEstEnrolmentKind kind,
               StileExchange *exchange,
               StileCertificateRequest *request,
               GError **error)
{
  if (kind == STILE_EST_ENROLMENT_KEY)
    return check_new_key (rules, request, error);
  if (!stile_est_rules_check_key (request, error) ||
      !stile_est_rules_check_linking (request, rules->attributes, stile_exchange_get_binding (exchange),
                                      error))
    return FALSE;
  if (kind == STILE_EST_ENROLMENT_RENEWAL)
    return stile_est_rules_check_renewal (request, stile_exchange_get_peer_certificate (exchange), error);

  return stile_est_rules_check_attributes (request, rules->attributes, error);
}

/* --- then --- */

static char *
name_owner (StileExchange *exchange)
{
  StileCertificate *certificate = stile_exchange_get_peer_certificate (exchange);
  g_autofree char *user = stile_est_sender_get_user (stile_exchange_get_request (exchange), NULL);

  if (certificate != NULL)
    return g_strdup (stile_certificate_get_fingerprint (certificate));

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, user != NULL ? user : "", -1);
}

static gboolean
make_key (StileCsrAttributes *attributes,
          gnutls_x509_privkey_t *key,
          gnutls_pubkey_t *public_key,
          GError **error)
{
  gnutls_pk_algorithm_t algorithm = GNUTLS_PK_ECDSA;
  guint bits = GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1);
  g_auto (gnutls_privkey_t) abstract = NULL;
  int r;

  if (attributes != NULL && stile_csr_attributes_get_key (attributes, &algorithm, &bits) && bits == 0)
    bits = gnutls_sec_param_to_pk_bits (algorithm, GNUTLS_SEC_PARAM_HIGH);
  if (algorithm == GNUTLS_PK_UNKNOWN)
    algorithm = GNUTLS_PK_ECDSA;
  if (bits == 0)
    bits = GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1);

  if ((r = gnutls_x509_privkey_init (key)) >= 0 &&
      (r = gnutls_x509_privkey_generate (*key, algorithm, bits, 0)) >= 0 &&
      (r = gnutls_privkey_init (&abstract)) >= 0 &&
      (r = gnutls_privkey_import_x509 (abstract, *key, 0)) >= 0 && (r = gnutls_pubkey_init (public_key)) >= 0)
    r = gnutls_pubkey_import_privkey (*public_key, abstract, 0, 0);
  if (r >= 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("Making a key: %s"), gnutls_strerror (r));
  return FALSE;
}

static StileHttpMessage *
issue_with_key (const StileEstEnrolmentRules *rules,
                StileCertificateRequest *request,
                StileDomainCaApplicant *applicant,
                GError **error)
{
  g_auto (gnutls_x509_privkey_t) key = NULL;
  g_auto (gnutls_pubkey_t) public_key = NULL;
  g_autoptr (StileCertificate) certificate = NULL;

  if (!make_key (rules->attributes, &key, &public_key, error))
    return NULL;

  applicant->key = public_key;
  certificate = stile_domain_ca_issue (rules->ca, request, applicant, error);
  return certificate != NULL ? stile_est_replies_key (key, certificate) : NULL;
}

static StileHttpMessage *
issue (const StileEstEnrolmentRules *rules,
       StileEstEnrolmentKind kind,
       StileExchange *exchange,
       StileCertificateRequest *request,
       const char *device_issuer,
       const char *device)
{
  g_autofree char *owner = name_owner (exchange);
  StileDomainCaApplicant applicant = { .owner = owner, .issuer = device_issuer, .device = device };
  g_autoptr (StileCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  StileHttpMessage *response = NULL;

  if (kind == STILE_EST_ENROLMENT_RENEWAL)
    applicant.renews = stile_exchange_get_peer_certificate (exchange);
  if (kind == STILE_EST_ENROLMENT_KEY)
    response = issue_with_key (rules, request, &applicant, &error);
  else if ((certificate = stile_domain_ca_issue (rules->ca, request, &applicant, &error)) != NULL)
    response = stile_est_replies_certificate (certificate);

  return response != NULL ? response : stile_est_replies_fail (error);
}

static StileCertificateRequest *
read_request (StileExchange *exchange, StileHttpMessage **refusal)
{
  GBytes *body = stile_http_message_get_content (stile_exchange_get_request (exchange));
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  StileCertificateRequest *request = stile_certificate_request_parse_est (body, &error);

  if (request != NULL)
    return request;

  sentence = g_strdup_printf (_ ("The body is no certificate request: %s"), error->message);
  *refusal = stile_est_replies_refuse (
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE) ? 413 : 400, sentence);
  return NULL;
}

/**
 * stile_est_enrolment_answer:
 * @request: (out) (transfer full) (nullable): what was asked for, once it could be read
 *
 * May take its time.
 *
 * Returns: (transfer full) (nullable): the answer; %NULL when all is well, and it is somebody else who issues
 */
StileHttpMessage *
stile_est_enrolment_answer (const StileEstEnrolmentRules *rules,
                            StileEstEnrolmentKind kind,
                            StileExchange *exchange,
                            StileCertificateRequest **request)
{
  StileHttpMessage *refusal = NULL;
  g_autofree char *issuer = NULL;
  g_autofree char *device = NULL;
  g_autoptr (GError) error = NULL;

  if (kind == STILE_EST_ENROLMENT_KEY && !stile_est_sender_is_private (exchange))
    return stile_est_replies_refuse (403, _ ("A new key must not travel in the clear: this needs TLS"));
  if (kind == STILE_EST_ENROLMENT_RENEWAL && (refusal = check_renewed (rules, exchange)) != NULL)
    return refusal;

  *request = read_request (exchange, &refusal);
  if (*request == NULL)
    return refusal;
  /* Who asks first: strangers learn nothing about what is wrong with a request. */
  refusal = ask_gate (rules, kind, exchange, *request, &issuer, &device);
  if (refusal != NULL)
    return refusal;
  if (!check_request (rules, kind, exchange, *request, &error) ||
      !check_subject (rules, kind, *request, device, &error))
    return stile_est_replies_fail (error);

  return rules->ca != NULL ? issue (rules, kind, exchange, *request, issuer, device) : NULL;
}
