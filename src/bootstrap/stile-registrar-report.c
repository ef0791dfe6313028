/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-report.h"

#include <string.h>

#include "bootstrap/stile-brski-answer.h"
#include "codec/stile-certificate-text.h"

/**
 * stile_registrar_report_read:
 * @refusal: (out) (transfer full): what is answered when it is no status report
 *
 * Returns: (transfer full) (nullable): what the pledge reports
 */
StileStatusReport *
stile_registrar_report_read (StileHttpMessage *request, StileHttpMessage **refusal)
{
  static const char *const types[] = { "application/json", NULL };
  g_autoptr (GError) error = NULL;
  StileStatusReport *report;

  *refusal = stile_brski_answer_check_request (request, types, STILE_STATUS_REPORT_MAX_SIZE);
  if (*refusal != NULL)
    return NULL;

  report = stile_status_report_parse (stile_http_message_get_content (request), &error);
  if (report == NULL)
    *refusal = stile_brski_answer_refuse (400, error->message);
  return report;
}

/* RFC 8995 section 5.7: what nobody knows is ignored, and a later version is for a person to hear of. */
static void
warn_of_unknown (const char *serial, const char *what, StileStatusReport *report)
{
  g_autofree char *unknown = g_strjoinv (", ", (char **)stile_status_report_get_unknown (report));

  if (*unknown != '\0')
    g_message ("Device %s: the %s has members that nobody knows: %.200s", serial, what, unknown);
  if (stile_status_report_get_version (report) > STILE_STATUS_REPORT_VERSION)
    g_warning ("Device %s: the %s is of version %" G_GINT64_FORMAT ", and may say more than was understood",
               serial, what, stile_status_report_get_version (report));
}

/**
 * stile_registrar_report_record:
 * @what: "voucher-status" or "enrol-status"
 * @note: (nullable): what the registrar has to add, a sentence
 *
 * Writes it down for people, and tells the journal.
 */
void
stile_registrar_report_record (StileRegistrar *registrar,
                               const char *issuer,
                               const char *serial,
                               const char *what,
                               StileStatusReport *report,
                               const char *note)
{
  const char *reason = stile_status_report_get_reason (report);
  g_autofree char *shown =
      reason != NULL ? stile_certificate_text_make_presentable (reason, strlen (reason)) : NULL;
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) kept = NULL;
  g_autoptr (GError) error = NULL;

  warn_of_unknown (serial, what, report);
  g_message ("Device %s: %s is %s%s%s%s%s", serial, what,
             stile_status_report_is_good (report) ? "good" : "bad", shown != NULL ? ": " : "",
             shown != NULL ? shown : "", note != NULL ? ". " : "", note != NULL ? note : "");
  g_variant_dict_insert (&details, "status", "b", stile_status_report_is_good (report));
  if (shown != NULL)
    g_variant_dict_insert (&details, "reason", "s", shown);
  if (stile_status_report_get_context (report) != NULL)
    g_variant_dict_insert_value (&details, "reason-context", stile_status_report_get_context (report));
  if (note != NULL)
    g_variant_dict_insert (&details, "note", "s", note);

  kept = g_variant_ref_sink (g_variant_dict_end (&details));
  if (!stile_ledger_add_event (stile_registrar_get_ledger (registrar), issuer, serial, what, kept, &error))
    g_warning ("Device %s: %s is not recorded: %s", serial, what, error->message);
}
