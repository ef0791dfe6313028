/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-status-trigger.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-prm-message.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

/* Of four members, the longest a serial number. */
#define MAX_SIZE 4096

/**
 * stile_prm_status_trigger_make:
 * @agent: who asks
 * @serial: of the device
 * @now: Unix seconds
 *
 * Returns: (transfer full): a question for how far the bootstrap of the device is
 */
GBytes *
stile_prm_status_trigger_make (StileIdentity *agent, const char *serial, gint64 now, GError **error)
{
  g_autofree char *date = stile_date_format (now);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GBytes) content = NULL;

  g_variant_dict_insert (&dict, "version", "i", 1);
  g_variant_dict_insert (&dict, "serial-number", "s", serial);
  g_variant_dict_insert (&dict, "created-on", "s", date);
  g_variant_dict_insert (&dict, "status-type", "s", "bootstrap");
  content = stile_prm_message_print (g_variant_dict_end (&dict));
  return stile_prm_message_sign (agent, NULL, content, NULL, error);
}

/**
 * stile_prm_status_trigger_judge:
 * @judge: with the pledge's serial number
 * @bytes: from anybody
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_PROTOCOL, %STILE_ERROR_UNTRUSTED or %STILE_ERROR_REFUSED, with the check's id in front
 *
 * Whether it is a question to this device.  Who asks may be anybody: what is answered is no secret.
 */
gboolean
stile_prm_status_trigger_judge (const StileJudge *judge, GBytes *bytes, StileChecks *checks, GError **error)
{
  g_autoptr (StileSignedMessage) message = stile_prm_message_open ("P22", bytes, NULL, checks, error);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GVariant) document =
      message != NULL ? stile_json_parse (stile_signed_message_get_content (message), MAX_SIZE, &reason)
                      : NULL;
  const char *serial = document != NULL ? stile_json_get_string (document, "serial-number") : NULL;

  if (message == NULL)
    return FALSE;
  if (serial == NULL)
    return stile_checks_refuse (checks, "P22", error, STILE_ERROR_PROTOCOL, "%s",
                                reason != NULL ? reason->message
                                               : _ ("The question for the state names no device"));
  if (g_strcmp0 (serial, judge->serial) == 0)
    return stile_checks_pass (checks, "P22", _ ("The question is for this device"));

  return stile_checks_refuse (checks, "P22", error, STILE_ERROR_REFUSED,
                              _ ("The question is for the device “%s”, and this one is “%s”"), serial,
                              judge->serial);
}
