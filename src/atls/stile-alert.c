/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-alert.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>

#include "atls/stile-error.h"

/* A TLS record that holds an alert in plaintext: header (5), level, description (RFC 8446 section 6). */
#define PLAIN_ALERT_SIZE 7
#define RECORD_TYPE_ALERT 21

typedef struct
{
  guint8 number;
  const char *name;
  const char *meaning;
} Alert;

/* RFC 8446 section 6: the field's names, and what each means to somebody who never read it. */
static const Alert alerts[] = {
  { GNUTLS_A_CLOSE_NOTIFY, "close_notify", N_ ("it has ended the session") },
  { GNUTLS_A_UNEXPECTED_MESSAGE, "unexpected_message",
    N_ ("it received something that does not belong here") },
  { GNUTLS_A_BAD_RECORD_MAC, "bad_record_mac", N_ ("what it received was changed on the way") },
  { GNUTLS_A_RECORD_OVERFLOW, "record_overflow", N_ ("it received a record that is too long") },
  { GNUTLS_A_HANDSHAKE_FAILURE, "handshake_failure",
    N_ ("no common version, cipher or certificate was found") },
  { GNUTLS_A_BAD_CERTIFICATE, "bad_certificate", N_ ("it does not accept the certificate") },
  { GNUTLS_A_UNSUPPORTED_CERTIFICATE, "unsupported_certificate",
    N_ ("it cannot use a certificate of this kind") },
  { GNUTLS_A_CERTIFICATE_REVOKED, "certificate_revoked", N_ ("the certificate was revoked") },
  { GNUTLS_A_CERTIFICATE_EXPIRED, "certificate_expired",
    N_ ("the certificate has expired or is not valid yet") },
  { GNUTLS_A_CERTIFICATE_UNKNOWN, "certificate_unknown",
    N_ ("it found something wrong with the certificate") },
  { GNUTLS_A_ILLEGAL_PARAMETER, "illegal_parameter", N_ ("a value in the handshake is not allowed") },
  { GNUTLS_A_UNKNOWN_CA, "unknown_ca", N_ ("it does not know the authority that signed the certificate") },
  { GNUTLS_A_ACCESS_DENIED, "access_denied", N_ ("the certificate is valid, but has no access") },
  { GNUTLS_A_DECODE_ERROR, "decode_error", N_ ("it could not read a message") },
  { GNUTLS_A_DECRYPT_ERROR, "decrypt_error", N_ ("a signature or key check failed") },
  { GNUTLS_A_PROTOCOL_VERSION, "protocol_version", N_ ("it does not speak this version of TLS") },
  { GNUTLS_A_INSUFFICIENT_SECURITY, "insufficient_security", N_ ("it asks for stronger ciphers") },
  { GNUTLS_A_INTERNAL_ERROR, "internal_error", N_ ("it had an error of its own") },
  { GNUTLS_A_INAPPROPRIATE_FALLBACK, "inappropriate_fallback",
    N_ ("a lower version was tried than both could speak") },
  { GNUTLS_A_USER_CANCELED, "user_canceled", N_ ("somebody there cancelled") },
  { GNUTLS_A_NO_RENEGOTIATION, "no_renegotiation", N_ ("it does not renegotiate") },
  { GNUTLS_A_MISSING_EXTENSION, "missing_extension", N_ ("the handshake lacks something that it needs") },
  { GNUTLS_A_UNSUPPORTED_EXTENSION, "unsupported_extension",
    N_ ("the handshake holds something that was not asked for") },
  { GNUTLS_A_UNRECOGNIZED_NAME, "unrecognized_name", N_ ("it does not know the name that was asked for") },
  { GNUTLS_A_UNKNOWN_PSK_IDENTITY, "unknown_psk_identity", N_ ("it does not know the shared key") },
  { GNUTLS_A_CERTIFICATE_REQUIRED, "certificate_required",
    N_ ("it asks for a certificate, and none was shown") },
  { GNUTLS_A_NO_APPLICATION_PROTOCOL, "no_application_protocol",
    N_ ("no common application protocol was found") },
};

static const Alert *
find (guint8 number)
{
  for (gsize i = 0; i < G_N_ELEMENTS (alerts); i++)
    if (alerts[i].number == number)
      return &alerts[i];

  return NULL;
}

/**
 * stile_alert_get_name:
 *
 * Returns: (transfer none): the alert's name in RFC 8446, or "unknown"
 */
const char *
stile_alert_get_name (guint8 alert)
{
  const Alert *known = find (alert);

  return known != NULL ? known->name : "unknown";
}

/**
 * stile_alert_explain:
 *
 * Returns: (transfer none): the alert in plain words, translated, to stand behind "because"
 */
const char *
stile_alert_explain (guint8 alert)
{
  const Alert *known = find (alert);

  return known != NULL ? _ (known->meaning) : _ ("it gave a reason that this version does not know");
}

/**
 * stile_alert_read_plain:
 * @flight: what the peer sent
 * @alert: (out): the alert's number
 *
 * Some stacks send an alert in plaintext where GnuTLS expects an encrypted one, which it then reports as a failure
 * to decrypt.  So the record itself is looked at first.
 *
 * Returns: whether @flight ends in a plaintext fatal alert
 */
gboolean
stile_alert_read_plain (GBytes *flight, guint8 *alert)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (flight, &length);
  const guint8 *record;

  if (length < PLAIN_ALERT_SIZE)
    return FALSE;
  record = bytes + length - PLAIN_ALERT_SIZE;
  if (record[0] != RECORD_TYPE_ALERT || record[1] != 3 || record[3] != 0 || record[4] != 2 ||
      record[5] != GNUTLS_AL_FATAL)
    return FALSE;

  *alert = record[6];
  return TRUE;
}

static gboolean
is_about_our_certificate (guint8 alert)
{
  return (alert >= GNUTLS_A_BAD_CERTIFICATE && alert <= GNUTLS_A_CERTIFICATE_UNKNOWN) ||
         alert == GNUTLS_A_UNKNOWN_CA || alert == GNUTLS_A_ACCESS_DENIED ||
         alert == GNUTLS_A_CERTIFICATE_REQUIRED;
}

/**
 * stile_alert_set_error:
 * @error: (out) (optional): gets the alert in words
 * @alert: what the peer sent
 * @sender: who the peer is
 */
void
stile_alert_set_error (GError **error, guint8 alert, StileRole sender)
{
  const char *format;

  if (is_about_our_certificate (alert))
    format = sender == STILE_ROLE_SERVER
                 ? _ ("The service refused this computer’s certificate because %s (TLS alert %u, %s)")
                 : _ ("The client refused the service’s certificate because %s (TLS alert %u, %s)");
  else
    format = sender == STILE_ROLE_SERVER ? _ ("The service ended the handshake because %s (TLS alert %u, %s)")
                                         : _ ("The client ended the handshake because %s (TLS alert %u, %s)");

  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED, format, stile_alert_explain (alert), alert,
               stile_alert_get_name (alert));
}
