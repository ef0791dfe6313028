/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-found-lines.h"

#include "inventory/stile-import-line.h"
#include "transport/stile-dns-sd-service.h"

static gpointer
make_line (gpointer item, gpointer user_data)
{
  g_autoptr (StileDnsSdService) service = item;
  g_autofree char *address = stile_dns_sd_service_make_authority (service);
  g_auto (StileDeviceFields) fields = { 0 };
  char *problem;

  stile_device_fields_set (&fields, STILE_DEVICE_FIELD_SERIAL, stile_dns_sd_service_get_name (service));
  stile_device_fields_set (&fields, STILE_DEVICE_FIELD_ADDRESS, address);
  problem = stile_device_fields_judge (&fields);
  return stile_import_line_new (0, g_strdup (stile_dns_sd_service_get_name (service)), &fields, problem);
}

/**
 * stile_found_lines_new:
 * @services: of StileDnsSdService; they come and go
 *
 * Returns: (transfer full): what follows them
 */
GListModel *
stile_found_lines_new (GListModel *services)
{
  return G_LIST_MODEL (gtk_map_list_model_new (g_object_ref (services), make_line, NULL, NULL));
}
