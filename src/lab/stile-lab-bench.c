/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-bench.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "transport/stile-http-service.h"
#include "transport/stile-listening-socket.h"

#define LIST_FILE "devices.csv"

/* What the devices remember: a folder for each in it. */
#define FOLDER "bench"

/**
 * StileLabBench:
 *
 * Ten devices that wait for a technician: each is a pledge in responder mode (BRSKI-PRM section 5), as stile-pledge is, with
 * its own address on loopback.  What is wrong with two of them is in what they were given; the role is the same for all.  The
 * lab holds it.
 */
struct _StileLabBench
{
  GObject parent_instance;

  char *list;         /* the file's path */
  GPtrArray *devices; /* of Device */
};

G_DEFINE_FINAL_TYPE (StileLabBench, stile_lab_bench, G_TYPE_OBJECT)

/* Who it is on the list, and who answers at that address: */
typedef struct
{
  const char *serial;
  const char *name;
  const char *model;
  const char *answers; /* NULL: @serial itself */
  gboolean misled;     /* it takes another manufacturer's vouchers */
} Label;

/* The first faulty device was filled with the CA of another manufacturer, from whom nobody here has anything: it does all that
 * it is asked until the voucher comes, and refuses that (P5).
 *
 * The label of the second is on another device.  That one says at once that it is not meant (P22), where a device that never
 * ends its answers would show only that somebody waits: mixed-up labels are what happens on benches, and what the serial
 * number in the agent's signature is for. */
static const Label labels[STILE_LAB_BENCH_N_DEVICES] = {
  { "LAB-0101", "Inlet pump", "Pump P2" },
  { "LAB-0102", "Outlet pump", "Pump P2" },
  { "LAB-0103", "Inlet valve", "Valve V7" },
  { STILE_LAB_BENCH_MISLED, "Outlet valve", "Valve V7", .misled = TRUE },
  { "LAB-0105", "Tank level", "Sensor X1" },
  { "LAB-0106", "Tank pressure", "Sensor X1" },
  { "LAB-0107", "Tank temperature", "Sensor X1" },
  { "LAB-0108", "Hall temperature", "Sensor X1" },
  { STILE_LAB_BENCH_MISTAKEN, "Hall humidity", "Sensor X1", .answers = "LAB-0190" },
  { "LAB-0110", "Gate", "Drive D4" },
};

/* --- one device --- */

typedef struct
{
  StilePledgeResponder *responder;
  StileHttpService *service;
  char *address;
} Device;

static void
device_free (gpointer data)
{
  Device *device = data;

  if (device->service != NULL)
    stile_http_service_stop (device->service);
  g_clear_object (&device->service);
  g_clear_object (&device->responder);
  g_free (device->address);
  g_free (device);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Device, device_free)

static StilePledgeResponder *
make_responder (StileLabPki *pki, StileLabAuthority *maker, const Label *label, GError **error)
{
  const char *serial = label->answers != NULL ? label->answers : label->serial;
  g_autofree char *folder = g_build_filename (stile_lab_pki_get_directory (pki), FOLDER, serial, NULL);
  g_autoptr (GPtrArray) anchors = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (StileIdentity) idevid = stile_lab_pki_make_device (pki, label->model, serial, error);
  g_autoptr (StilePledgeState) state = idevid != NULL ? stile_pledge_state_open (folder, error) : NULL;
  const StilePledgeResponderSettings settings = { .idevid = idevid, .anchors = anchors, .state = state };

  if (state == NULL)
    return NULL;

  g_ptr_array_add (anchors, g_object_ref (stile_lab_authority_get_certificate (maker)));
  return stile_pledge_responder_new (&settings, error);
}

static gboolean
listen_there (Device *device, GError **error)
{
  g_autoptr (GSocket) socket = stile_listening_socket_open ("127.0.0.1:0", error);

  if (socket == NULL)
    return FALSE;

  device->address = stile_listening_socket_describe (socket);
  device->service = stile_http_service_new (NULL, NULL);
  stile_http_service_set_plain_handler (device->service, STILE_HANDLER (device->responder));
  return stile_http_service_listen (device->service, socket, error);
}

static Device *
device_new (StileLabPki *pki, StileLabAuthority *maker, const Label *label, GError **error)
{
  g_autoptr (Device) device = g_new0 (Device, 1);

  device->responder = make_responder (pki, maker, label, error);
  if (device->responder != NULL && listen_there (device, error))
    return g_steal_pointer (&device);

  g_prefix_error (error, "%s: ", label->serial);
  return NULL;
}

/* --- all of them --- */

static void
stile_lab_bench_finalize (GObject *object)
{
  StileLabBench *self = STILE_LAB_BENCH (object);

  g_ptr_array_unref (self->devices);
  g_free (self->list);

  G_OBJECT_CLASS (stile_lab_bench_parent_class)->finalize (object);
}

static void
stile_lab_bench_class_init (StileLabBenchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_lab_bench_finalize;
}

static void
stile_lab_bench_init (StileLabBench *self)
{
  self->devices = g_ptr_array_new_with_free_func (device_free);
}

static gboolean
put_devices (StileLabBench *self, StileLabPki *pki, GError **error)
{
  StileLabAuthority *maker = stile_lab_pki_get_authority (pki, STILE_LAB_MANUFACTURER);
  g_autoptr (StileLabAuthority) other =
      stile_lab_authority_new ("Other Devices Inc Root CA", "Other Devices Inc", NULL, error);

  if (other == NULL)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      Device *device = device_new (pki, labels[i].misled ? other : maker, &labels[i], error);

      if (device == NULL)
        return FALSE;
      g_ptr_array_add (self->devices, device);
    }

  return TRUE;
}

/* As a delivery note has it: what the labels say, and not who is behind them. */
static gboolean
write_list (StileLabBench *self, GError **error)
{
  g_autoptr (GString) text = g_string_new ("serial,address,name,model\n");

  for (guint i = 0; i < self->devices->len; i++)
    {
      const Device *device = g_ptr_array_index (self->devices, i);

      g_string_append_printf (text, "%s,%s,%s,%s\n", labels[i].serial, device->address, labels[i].name,
                              labels[i].model);
    }

  if (g_file_set_contents (self->list, text->str, (gssize)text->len, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  return FALSE;
}

/**
 * stile_lab_bench_new:
 *
 * Makes the devices' keys; they answer on the main context of this thread.
 */
StileLabBench *
stile_lab_bench_new (StileLabPki *pki, GError **error)
{
  g_autoptr (StileLabBench) self = g_object_new (STILE_TYPE_LAB_BENCH, NULL);

  self->list = g_build_filename (stile_lab_pki_get_directory (pki), LIST_FILE, NULL);
  if (put_devices (self, pki, error) && write_list (self, error))
    return g_steal_pointer (&self);

  g_prefix_error (error, "%s: ", _ ("Putting devices on the lab’s bench"));
  return NULL;
}

/**
 * stile_lab_bench_get_list:
 *
 * Returns: (transfer none): a CSV file with serial number, address, name and model of each
 */
const char *
stile_lab_bench_get_list (StileLabBench *self)
{
  return self->list;
}

/**
 * stile_lab_bench_get_device:
 * @i: its place on the list
 *
 * Returns: (transfer none): who answers there
 */
StilePledgeResponder *
stile_lab_bench_get_device (StileLabBench *self, guint i)
{
  g_return_val_if_fail (i < self->devices->len, NULL);

  return ((Device *)g_ptr_array_index (self->devices, i))->responder;
}

/**
 * stile_lab_bench_stop:
 *
 * Switches all devices off; more than once does no harm.
 */
void
stile_lab_bench_stop (StileLabBench *self)
{
  g_ptr_array_set_size (self->devices, 0);
}
