/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-tls-failure.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>

#include "atls/stile-alert.h"
#include "atls/stile-error.h"

/* GnuTLS' codes, by what they mean to somebody who carries flights. */
static const char *
explain (int code)
{
  switch (code)
    {
    case GNUTLS_E_UNEXPECTED_PACKET:
    case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
    case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
    case GNUTLS_E_RECORD_OVERFLOW:
    case GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET:
      return _ ("This is no TLS flight of this handshake");
    case GNUTLS_E_DECRYPTION_FAILED:
    case GNUTLS_E_MAC_VERIFY_FAILED:
    case GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER:
    case GNUTLS_E_RECEIVED_ILLEGAL_EXTENSION:
    case GNUTLS_E_PK_SIG_VERIFY_FAILED:
    case GNUTLS_E_ERROR_IN_FINISHED_PACKET:
      return _ ("The flight was changed on its way");
    case GNUTLS_E_NO_CIPHER_SUITES:
    case GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM:
    case GNUTLS_E_INSUFFICIENT_CREDENTIALS:
      return _ ("The two sides have no TLS version, cipher or signature in common");
    case GNUTLS_E_REHANDSHAKE:
    case GNUTLS_E_REAUTH_REQUEST:
      return _ ("The peer asks for a new handshake, which a session over HTTP does not do");
    default:
      return _ ("TLS failed");
    }
}

static StileErrorCode
move_after (int code)
{
  return code == GNUTLS_E_NO_CIPHER_SUITES || code == GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM ||
                 code == GNUTLS_E_INSUFFICIENT_CREDENTIALS
             ? STILE_ERROR_REFUSED
             : STILE_ERROR_PROTOCOL;
}

/**
 * stile_tls_failure_is_of_peer:
 * @code: why GnuTLS stopped
 * @incoming: (nullable): what it had read
 *
 * Returns: whether the peer itself ended things, so that no alert goes back to it
 */
gboolean
stile_tls_failure_is_of_peer (int code, GBytes *incoming)
{
  guint8 alert;

  return code == GNUTLS_E_FATAL_ALERT_RECEIVED ||
         (incoming != NULL && stile_alert_read_plain (incoming, &alert));
}

/**
 * stile_tls_failure_set_error:
 * @code: why GnuTLS stopped
 * @alert: the alert that it has read, meaningful for %GNUTLS_E_FATAL_ALERT_RECEIVED
 * @incoming: (nullable): what it had read
 * @peer: which side the other one is
 *
 * In the order of what is most certain: the peer's alert, one that GnuTLS did not understand, a peer without a
 * certificate, the rest.
 */
void
stile_tls_failure_set_error (GError **error, int code, guint8 alert, GBytes *incoming, StileRole peer)
{
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED ||
      (incoming != NULL && stile_alert_read_plain (incoming, &alert)))
    stile_alert_set_error (error, alert, peer);
  else if (code == GNUTLS_E_CERTIFICATE_REQUIRED || code == GNUTLS_E_NO_CERTIFICATE_FOUND)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_UNTRUSTED, _ ("The client showed no certificate"));
  else
    g_set_error (error, STILE_ERROR, (gint)move_after (code), "%s (%s)", explain (code),
                 gnutls_strerror (code));
}
