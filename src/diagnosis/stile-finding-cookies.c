/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-cookies.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Cookies, each direction by itself (DIAGNOSIS signal 23): without them the service cannot tell a session's flights together. */

/* A service that lists what it sends must have sent one. */
static gboolean
was_sent (StileObservation *service)
{
  guint count = stile_observation_get_n_sent_headers (service);

  for (guint i = 0; i < count; i++)
    if (g_ascii_strcasecmp (stile_observation_get_nth_sent_header (service, i), "Set-Cookie") == 0)
      return TRUE;

  return count == 0;
}

static gboolean
asks_for_cookie (StileTrial *trial)
{
  const char *query = strchr (stile_http_message_get_path (stile_trial_get_request (trial)), '?');
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query + 1 : "", "&", -1);

  return g_strv_contains ((const char *const *)parts, "cookie=1");
}

static void
add (StileFindingCase *self,
     const char *id,
     const char *direction,
     guint count,
     guint of,
     const char *sentence)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (count == 0)
    return;

  g_variant_builder_add (&evidence, "{sv}", "stripped", g_variant_new_uint32 (count));
  g_variant_builder_add (&evidence, "{sv}", "sent", g_variant_new_uint32 (of));
  stile_finding_case_add (self, id, "cookies", direction, stile_finding_case_weigh (count, TRUE), count,
                          g_strdup (sentence), g_variant_builder_end (&evidence));
}

/**
 * stile_finding_cookies_look:
 */
void
stile_finding_cookies_look (StileFindingCase *self)
{
  guint n_sent = 0, n_stripped = 0, n_set = 0, n_kept_back = 0;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      StileReceipt *receipt = stile_trial_get_receipt (trial);
      StileObservation *service = receipt != NULL ? stile_receipt_get_observation (receipt) : NULL;
      StileHttpReply *reply = stile_trial_get_reply (trial);

      if (service == NULL || reply == NULL)
        continue;
      if (stile_http_message_get_field (stile_trial_get_request (trial), "Cookie") != NULL)
        {
          n_sent++;
          n_stripped += stile_finding_case_find_header (service, "Cookie") != NULL ? 0 : 1;
        }
      if (asks_for_cookie (trial) && was_sent (service))
        {
          n_set++;
          n_kept_back +=
              stile_http_message_get_field (stile_http_reply_get_message (reply), "Set-Cookie") != NULL ? 0
                                                                                                        : 1;
        }
    }

  add (self, "request-cookie-stripped", "request", n_stripped, n_sent,
       _ ("Cookies are taken out of requests: the service does not get back what it set."));
  add (self, "set-cookie-stripped", "response", n_kept_back, n_set,
       _ ("Cookies are taken out of answers: what the service sets does not come."));
}
