/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-provision-lists.h"

#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "cli/stile-cli-channel.h"
#include "inventory/stile-import-file.h"
#include "inventory/stile-import-line.h"

/* Problems of one list that are told one by one; there may be 100,000. */
#define MAX_TOLD 20

/* Of StileImportLine. */
static GListModel *
load (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GAsyncResult) result = NULL;
  GListModel *list;

  stile_import_file_load_async (file, NULL, stile_cli_channel_await_cb, &result);
  list = stile_import_file_load_finish (stile_cli_channel_await (&result), error);
  if (list == NULL)
    g_prefix_error (error, "%s: ", path);
  return list;
}

static guint
count_good (GListModel *lines)
{
  guint good = 0;

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (lines, i);

      good += stile_import_line_is_good (line) ? 1 : 0;
    }

  return good;
}

static void
tell_problems (GListModel *lines, const char *path)
{
  guint told = 0;

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (lines, i);

      if (stile_import_line_is_good (line) || told++ >= MAX_TOLD)
        continue;
      g_printerr ("%s:%u: %s\n", path, stile_import_line_get_line (line),
                  stile_import_line_get_problem (line));
    }
  if (told > MAX_TOLD)
    g_printerr (g_dngettext (GETTEXT_PACKAGE, "%s: and %u more line with problems\n",
                             "%s: and %u more lines with problems\n", told - MAX_TOLD),
                path, told - MAX_TOLD);
}

static gboolean
check (GListModel *lines, const char *path, gboolean strict, GError **error)
{
  guint all = g_list_model_get_n_items (lines);
  guint good = count_good (lines);

  tell_problems (lines, path);
  if (good > 0 && (good == all || !strict))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               g_dngettext (GETTEXT_PACKAGE, "%s: %u of %u device was understood, and none was added",
                            "%s: %u of %u devices were understood, and none was added", all),
               path, good, all);
  return FALSE;
}

static gboolean
add (StileDeviceStore *store, GListModel *lines, GPtrArray *devices, GError **error)
{
  g_autoptr (GArray) specs = g_array_new (FALSE, FALSE, sizeof (StileDeviceSpec));
  g_autoptr (GAsyncResult) result = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++)
    {
      /* The list holds it. */
      g_autoptr (StileImportLine) line = g_list_model_get_item (lines, i);
      const StileDeviceSpec spec = { stile_import_line_get_serial (line),
                                     stile_import_line_get_address (line), stile_import_line_get_name (line),
                                     stile_import_line_get_model (line), stile_import_line_get_note (line) };

      if (stile_import_line_is_good (line))
        g_array_append_val (specs, spec);
    }

  stile_device_store_add_async (store, (StileDeviceSpec *)specs->data, specs->len, NULL,
                                stile_cli_channel_await_cb, &result);
  if (!stile_device_store_add_finish (store, stile_cli_channel_await (&result), NULL, error))
    return FALSE;

  for (guint i = 0; i < specs->len; i++)
    g_ptr_array_add (devices, g_object_ref (stile_device_store_find (
                                  store, g_array_index (specs, StileDeviceSpec, i).serial)));
  return TRUE;
}

/**
 * stile_cli_provision_lists_add:
 * @files: lists of devices, CSV or JSON, or pictures of codes on devices: told by what is in them
 * @strict: a list with one wrong line adds nothing
 *
 * Says of each line or code that was not understood why, and adds the others; those that are there already are not added again.
 *
 * Returns: (transfer full) (element-type StileDevice): the devices of all lists
 */
GPtrArray *
stile_cli_provision_lists_add (StileDeviceStore *store, char **files, gboolean strict, GError **error)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; files[i] != NULL; i++)
    {
      g_autoptr (GListModel) list = load (files[i], error);

      if (list == NULL || !check (list, files[i], strict, error) || !add (store, list, devices, error))
        return NULL;
    }

  return g_steal_pointer (&devices);
}
