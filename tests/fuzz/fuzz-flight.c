/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "atls/stile-alert.h"
#include "atls/stile-flight.h"

/* Whatever came, its records lie within it, one behind the other, and it can be described. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (StileFlight) flight = stile_flight_new (STILE_ROLE_SERVER, 1, bytes);
  g_autofree char *text = stile_flight_describe (flight);
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_flight_to_variant (flight, TRUE));
  gsize end = 0;
  guint8 alert;

  for (guint i = 0; i < stile_flight_get_n_records (flight); i++)
    {
      const StileFlightRecord *record = stile_flight_get_record (flight, i);

      g_assert_cmpuint (record->offset, ==, end);
      end = record->offset + 5 + record->length;
      g_assert_cmpuint (end, <=, size);
    }
  g_assert_true (stile_flight_is_well_formed (flight) == (end == size && size > 0));
  g_assert_cmpuint (stile_flight_get_n_records (flight), <=, STILE_FLIGHT_MAX_RECORDS);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  stile_alert_read_plain (bytes, &alert);

  return 0;
}
