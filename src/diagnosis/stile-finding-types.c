/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding-types.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-verdict-words.h"
#include "transport/stile-media-type.h"

/* Media types as they were sent against those that came, both ways (DIAGNOSIS signal 19). */

static const char *
get_wanted_type (StileTrial *trial)
{
  static const struct
  {
    const char *word;
    const char *media_type;
  } types[] = {
    { "type=octets", "application/octet-stream" }, { "type=text", "text/plain" },
    { "type=json", "application/json" },           { "type=atls", STILE_MEDIA_TYPE_FLIGHT },
    { "type=sealed", STILE_MEDIA_TYPE_SEALED },
  };
  const char *query = strchr (stile_http_message_get_path (stile_trial_get_request (trial)), '?');
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query + 1 : "", "&", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strv_contains ((const char *const *)parts, types[i].word))
      return types[i].media_type;

  return NULL;
}

static void
add_type (StileFindingCase *self,
          const char *id,
          const char *direction,
          guint count,
          const char *sent,
          const char *came)
{
  g_auto (GVariantBuilder) evidence = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *shown = stile_verdict_words_shorten (came);
  const char *format =
      strcmp (direction, "request") == 0
          ? _ ("The media type of what is sent is changed on the way: %s was sent, and arrived as “%s”.")
          : _ ("The media type of answers is changed on the way: %s was sent, and came as “%s”.");

  g_variant_builder_add (&evidence, "{sv}", "sent", g_variant_new_string (sent));
  g_variant_builder_add (&evidence, "{sv}", "came", g_variant_new_string (shown));
  stile_finding_case_add (self, id, "media-type", direction, stile_finding_case_weigh (count, TRUE), count,
                          g_strdup_printf (format, sent, shown), g_variant_builder_end (&evidence));
}

static void
look_at_request_types (StileFindingCase *self)
{
  const char *sent = NULL, *came = NULL;
  guint count = 0;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      StileReceipt *receipt = stile_trial_get_receipt (trial);
      StileObservation *seen = receipt != NULL ? stile_receipt_get_observation (receipt) : NULL;
      const char *type = stile_trial_get_request_type (trial);
      const char *arrived = seen != NULL ? stile_finding_case_find_header (seen, "Content-Type") : NULL;

      if (type == NULL || seen == NULL || stile_trial_get_request_length (trial) == 0 ||
          stile_observation_get_n_headers (seen) == 0 ||
          (arrived != NULL && stile_finding_case_is_same_value (type, arrived)))
        continue;
      if (count++ == 0)
        {
          sent = type;
          came = arrived != NULL ? arrived : "";
        }
    }
  if (count > 0)
    add_type (self, "request-content-type-changed", "request", count, sent, came);
}

static void
look_at_response_types (StileFindingCase *self)
{
  const char *sent = NULL, *came = NULL;
  guint count = 0;

  for (guint i = 0; i < self->signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (self->signals->trials, i);
      StileHttpReply *reply = stile_trial_get_reply (trial);
      const char *wanted = get_wanted_type (trial);
      const char *type =
          reply != NULL ? stile_http_message_get_field (stile_http_reply_get_message (reply), "Content-Type")
                        : NULL;

      if (wanted == NULL || reply == NULL || !stile_finding_case_passed (trial) ||
          stile_media_type_is (type, wanted))
        continue;
      if (count++ == 0)
        {
          sent = wanted;
          came = type != NULL ? type : "";
        }
    }
  if (count > 0)
    add_type (self, "response-content-type-changed", "response", count, sent, came);
}

/**
 * stile_finding_types_look:
 */
void
stile_finding_types_look (StileFindingCase *self)
{
  look_at_request_types (self);
  look_at_response_types (self);
}
