/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-trigger.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-prm-case.h"
#include "bootstrap/stile-prm-message.h"
#include "codec/stile-json.h"

/* The only kind that the draft has (section 7.2.1): a certificate of the domain's, for whatever. */
#define ENROL_TYPE "enroll-generic-cert"

/* The agent's certificate is not with it: that the trigger is for this device is all that a pledge can tell (BRSKI-PRM
 * section 7.1). */
static gboolean
check_serial (const StileJudge *judge, const char *named, StileChecks *checks, GError **error)
{
  if (judge->serial == NULL)
    return stile_checks_skip (checks, "P22", _ ("It is for the device “%s”; which this one is was not said"),
                              named);
  if (strcmp (named, judge->serial) == 0)
    return stile_checks_pass (checks, "P22", _ ("The agent means this device, serial number “%s”"), named);

  return stile_checks_refuse (checks, "P22", error, STILE_ERROR_REFUSED,
                              _ ("The agent means the device “%s”, and this one is “%s”"), named,
                              judge->serial);
}

/**
 * stile_prm_trigger_judge:
 * @judge: with the pledge's serial number
 * @json: from anybody
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_REFUSED, with the check's id in front
 *
 * Judges what asks a pledge for a voucher request.
 *
 * Returns: (transfer full): what goes into the request
 */
StilePrmProximity *
stile_prm_trigger_judge (const StileJudge *judge, GBytes *json, StileChecks *checks, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (StilePrmProximity) proximity = stile_prm_proximity_parse_trigger (json, &reason);

  if (proximity == NULL)
    {
      stile_checks_refuse (checks, "P22", error, STILE_ERROR_PROTOCOL, "%s", reason->message);
      return NULL;
    }

  stile_prm_case_note_slips (checks, "P22", proximity->signed_data);
  return check_serial (judge, proximity->signed_data->serial, checks, error) ? g_steal_pointer (&proximity)
                                                                             : NULL;
}

/**
 * stile_prm_trigger_make:
 * @agent: with a certificate that has a SubjectKeyIdentifier
 * @registrar: the one that the agent has seen or was given, never one that came from a device (BOOTSTRAP A2)
 * @serial: of the device
 * @now: Unix seconds
 *
 * Returns: (transfer full): what is sent to "tpvr"
 */
GBytes *
stile_prm_trigger_make (
    StileIdentity *agent, StileCertificate *registrar, const char *serial, gint64 now, GError **error)
{
  g_autoptr (GBytes) signed_data = stile_prm_signed_data_make (agent, serial, now, error);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *certificate = NULL;
  g_autofree char *data = NULL;

  if (signed_data == NULL)
    return NULL;

  certificate = stile_prm_message_encode (stile_certificate_get_der (registrar));
  data = stile_prm_message_encode (signed_data);
  g_variant_dict_insert (&dict, "agent-provided-proximity-registrar-cert", "s", certificate);
  g_variant_dict_insert (&dict, "agent-signed-data", "s", data);
  return stile_prm_message_print (g_variant_dict_end (&dict));
}

/**
 * stile_prm_trigger_make_enrol:
 *
 * Returns: (transfer full): what is sent to "tper" (BRSKI-PRM section 7.2.1)
 */
GBytes *
stile_prm_trigger_make_enrol (void)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "enroll-type", "s", ENROL_TYPE);
  return stile_prm_message_print (g_variant_dict_end (&dict));
}

/**
 * stile_prm_trigger_check_enrol:
 * @json: from anybody
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: whether it asks for what a pledge can ask a domain for
 */
gboolean
stile_prm_trigger_check_enrol (GBytes *json, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (json, STILE_PRM_TRIGGER_MAX_ENROL, error);

  if (document == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return FALSE;
    }
  if (g_strcmp0 (stile_json_get_string (document, "enroll-type"), ENROL_TYPE) == 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
               _ ("What triggers an enrolment request says “enroll-type”: “%s”"), ENROL_TYPE);
  return FALSE;
}
