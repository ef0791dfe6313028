/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/station.h"

/* export-sample FILE...: what a station hands out, for who wants to look at it or to check it. */
int
main (int argc, char **argv)
{
  Station station = { 0 };
  g_autoptr (GPtrArray) devices = NULL;

  station_set_up (&station, NULL);
  station_add_sample (&station);
  devices = station_list (&station);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) error = NULL;

      station_export (&station, devices, argv[i], NULL, &error);
      g_assert_no_error (error);
    }
  g_clear_pointer (&devices, g_ptr_array_unref);
  station_tear_down (&station, NULL);
  return 0;
}
