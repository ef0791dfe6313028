/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-provision-tell.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "cli/stile-cli.h"
#include "codec/stile-date.h"
#include "inventory/stile-provisioning-list.h"

/* --- a device --- */

static void
insert_text (GVariantDict *dict, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert (dict, name, "s", text);
}

static void
print_device (StileDevice *device)
{
  StileDeviceState state = stile_device_get_state (device);
  g_autofree char *until =
      stile_device_get_until (device) > 0 ? stile_date_format (stile_device_get_until (device)) : NULL;
  g_autofree char *changed = stile_date_format (stile_device_get_changed (device));
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) document = NULL;

  insert_text (&dict, "event", "device");
  insert_text (&dict, "serial", stile_device_get_serial (device));
  insert_text (&dict, "address", stile_device_get_address (device));
  insert_text (&dict, "name", stile_device_get_name (device));
  insert_text (&dict, "model", stile_device_get_model (device));
  insert_text (&dict, "note", stile_device_get_note (device));
  insert_text (&dict, "state", stile_device_state_get_name (state));
  insert_text (&dict, "step", stile_prm_step_get_name (stile_device_get_step (device)));
  insert_text (&dict, "message", stile_device_get_message (device));
  insert_text (&dict, "until", until);
  insert_text (&dict, "changed", changed);
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  stile_cli_print_json (document);
  fflush (stdout);
}

static void
say_device (StileDevice *device)
{
  g_autofree char *sentence = stile_device_describe (device);

  if (stile_device_get_state (device) == STILE_DEVICE_WAITING)
    g_print (_ ("%s  %s (asked again in %d s)\n"), stile_device_get_serial (device), sentence,
             (int)MAX (0, stile_device_get_until (device) - g_get_real_time () / G_USEC_PER_SEC));
  else
    g_print ("%s  %s\n", stile_device_get_serial (device), sentence);
  fflush (stdout);
}

/* --- while it works --- */

static void
step_cb (StileDevice *device, GParamSpec *spec, gpointer user_data)
{
  if (stile_device_get_state (device) == STILE_DEVICE_RUNNING)
    print_device (device);
}

static void
ended_cb (StileProvisioning *job, StileDevice *device, gpointer user_data)
{
  if (GPOINTER_TO_INT (user_data))
    print_device (device);
  else
    say_device (device);
}

/**
 * stile_cli_provision_tell_watch:
 *
 * Says what becomes of each device: people hear how it ends, programs of each step.
 */
void
stile_cli_provision_tell_watch (StileProvisioning *job, gboolean json)
{
  GListModel *devices = G_LIST_MODEL (stile_provisioning_get_store (job));
  StileDevice *device;

  g_signal_connect (job, "ended", G_CALLBACK (ended_cb), GINT_TO_POINTER (json));
  for (guint i = 0; json && (device = stile_provisioning_list_get (devices, i)) != NULL; i++)
    g_signal_connect (device, "notify::step", G_CALLBACK (step_cb), NULL);
}

/**
 * stile_cli_provision_tell_list:
 *
 * Says how all devices are.
 */
void
stile_cli_provision_tell_list (StileDeviceStore *store, gboolean json)
{
  StileDevice *device;

  for (guint i = 0; (device = stile_provisioning_list_get (G_LIST_MODEL (store), i)) != NULL; i++)
    if (json)
      print_device (device);
    else
      say_device (device);
}

/* --- at the end --- */

static void
print_summary (StileDeviceStore *store)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) document = NULL;

  insert_text (&dict, "event", "summary");
  insert_text (&dict, "inventory", stile_device_store_get_path (store));
  for (guint i = 0; i < STILE_DEVICE_N_STATES; i++)
    g_variant_dict_insert (&dict, stile_device_state_get_name ((StileDeviceState)i), "u",
                           stile_provisioning_list_count (G_LIST_MODEL (store), (StileDeviceState)i));
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  stile_cli_print_json (document);
}

static void
say_summary (StileDeviceStore *store)
{
  guint all = g_list_model_get_n_items (G_LIST_MODEL (store));

  g_print (ngettext ("%u device in %s:\n", "%u devices in %s:\n", all), all,
           stile_device_store_get_path (store));
  for (guint i = 0; i < STILE_DEVICE_N_STATES; i++)
    {
      guint count = stile_provisioning_list_count (G_LIST_MODEL (store), (StileDeviceState)i);

      if (count > 0)
        g_print ("  %6u  %s\n", count, stile_device_state_get_words ((StileDeviceState)i));
    }
}

/* What needs somebody first. */
static int
choose_status (StileDeviceStore *store)
{
  static const struct
  {
    StileDeviceState state;
    int status;
  } order[] = {
    { STILE_DEVICE_FAILED, STILE_CLI_EXIT_FAILED }, { STILE_DEVICE_REFUSED, STILE_CLI_EXIT_REFUSED },
    { STILE_DEVICE_QUEUED, STILE_CLI_EXIT_RETRY },  { STILE_DEVICE_RUNNING, STILE_CLI_EXIT_RETRY },
    { STILE_DEVICE_WAITING, STILE_CLI_EXIT_RETRY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    if (stile_provisioning_list_count (G_LIST_MODEL (store), order[i].state) > 0)
      return order[i].status;

  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_provision_tell_summary:
 *
 * Returns: the exit status that it comes to
 */
int
stile_cli_provision_tell_summary (StileDeviceStore *store, gboolean json)
{
  if (json)
    print_summary (store);
  else
    say_summary (store);

  return choose_status (store);
}
