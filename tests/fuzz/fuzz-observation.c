/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "atls/stile-observation.h"
#include "codec/stile-json.h"

static StileObservation *
read_back (GVariant *variant)
{
  g_autofree char *text = stile_json_print (variant, FALSE);
  g_autoptr (GBytes) document = g_bytes_new_static (text, strlen (text));
  g_autoptr (GVariant) parsed = stile_json_parse (document, 8 * STILE_JSON_MAX_SIZE, NULL);
  g_autoptr (GError) error = NULL;
  StileObservation *observation = stile_observation_new_from_variant (parsed, &error);

  g_assert_no_error (error);
  return observation;
}

/* What one end took, the other takes too, and it says the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) document = g_bytes_new_static (data, size);
  g_autoptr (GVariant) parsed = stile_json_parse (document, STILE_JSON_MAX_SIZE, NULL);
  g_autoptr (StileObservation) observation =
      parsed != NULL ? stile_observation_new_from_variant (parsed, NULL) : NULL;
  g_autoptr (GVariant) first = NULL;
  g_autoptr (GVariant) second = NULL;
  g_autoptr (StileObservation) again = NULL;
  g_autofree char *errors = NULL;

  if (observation == NULL)
    return 0;

  g_assert_cmpuint (stile_observation_get_n_headers (observation), <=, STILE_OBSERVATION_MAX_HEADERS);
  errors = stile_observation_describe_errors (observation);
  first = g_variant_ref_sink (stile_observation_to_variant (observation));
  again = read_back (first);
  second = g_variant_ref_sink (stile_observation_to_variant (again));
  g_assert_true (g_variant_equal (first, second));

  return 0;
}
