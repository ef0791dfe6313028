/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-message.h"

#include <glib/gi18n-lib.h>

static gboolean
verify (StileSignedMessage *message, GError **error)
{
  StileCertificate *signer = stile_signed_message_get_signer (message, 0);

  if (stile_signed_message_get_n_signers (message) == 1 && signer != NULL)
    return stile_signed_message_verify (message, 0, signer, error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       _ ("it must have one signature, with the signer’s certificate in it"));
  return FALSE;
}

/**
 * stile_prm_message_open:
 * @id: the check that it belongs to
 * @bytes: from anybody
 * @understood: (nullable) (array zero-terminated=1): critical header members that the caller looks at
 * @checks: gets why not
 * @error: %STILE_ERROR_PROTOCOL for what is no such message, %STILE_ERROR_UNTRUSTED for a signature that does not hold
 *
 * Who the signer is, is the caller's matter.
 *
 * Returns: (transfer full): the message, signed by its signer 0
 */
StileSignedMessage *
stile_prm_message_open (
    const char *id, GBytes *bytes, const char *const *understood, StileChecks *checks, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse_jws (bytes, understood, &reason);

  if (message == NULL)
    {
      stile_checks_refuse (checks, id, error, STILE_ERROR_PROTOCOL, "%s", reason->message);
      return NULL;
    }
  if (!verify (message, &reason))
    {
      stile_checks_refuse (checks, id, error, STILE_ERROR_UNTRUSTED, _ ("The signature does not hold: %s"),
                           reason->message);
      return NULL;
    }

  return g_steal_pointer (&message);
}
